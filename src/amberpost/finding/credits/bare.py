"""Credits that no keyword announces: an account beside its platform, a name in a line or brackets of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from .alone import CITED, COMMON_WORDS, OWN_END, is_sentence
from .forms import PLATFORM, TAKEN, WS, compile_once
from .items import REACH, Item, after_marks, end_of_head, parse_item
from .names import AGENCIES, FOLLOW, FOLLOW_BEHIND, NO_AUTHORS, UNNAMED
from .sides import find_accounts, find_slashes
from .words import KEYWORD_FORMS, LEFT_MARKS, STRONG, platform_of

_SENTENCE = re.compile(r"[.!…][)”\"]? ")
_PASSED_ON = re.compile(rf"{WS}?(?:,{WS})?via{WS}(?:[A-Z][\w-]{{1,20}})(?=[)\]\n]|\Z)")


def find_bare_accounts(text: str) -> Iterator[Item]:
    """Accounts with `@` beside their platform: `@somebody/X`, `X/@somebody`, `via @somebody on X`.

    >>> [item.handle for item in find_bare_accounts("As seen here. @some_body/X")]
    ['some_body']
    """
    for at in find_accounts(text):
        item = _account_first(text, at) or _platform_first(text, at)
        if item is not None and text[at - 1 : at] not in ("'", "`") and not _is_invitation(text, item):
            via = text[max(0, item.start - 4) : item.start].casefold() == "via "
            yield replace(item, start=item.start - 4) if via else item


def _is_invitation(text: str, item: Item) -> bool:
    """Whether a reader is asked to follow the account, before it or behind: `Bizi X/@biri hesabından takip edin`."""
    behind = text[item.end : item.end + 40].partition("\n")[0]
    return behind.startswith((":", "：")) or _is_menu(text, item.start) or FOLLOW_BEHIND.search(behind) is not None


def _account_first(text: str, at: int) -> Item | None:
    item = parse_item(text, at, limit=min(len(text), at + REACH))
    if item is None or item.form != "account-platform":
        return None
    if item.sep in ("/", "//", "／"):
        return item
    if text.startswith(CITED, item.end):
        return item
    via = text[max(0, at - 4) : at].casefold() == "via " and item.sep not in (None, ",", "|")
    if via or (item.sep == "via" and _is_bracketed(text, item)):
        return item
    if text[at - 1 : at] in ("(", "（"):
        return item if item.sep is not None and is_sentence(text, item, start=at) else None
    return item if item.sep in ("via", ", via") and _stands_alone(text, item) else None


def _platform_first(text: str, at: int) -> Item | None:
    end = at
    while end > at - 4 and text[end - 1 : end] in (" ", "/", "(", "（", "[", "\xa0"):
        end -= 1
    start = _name_start(text, end) if end < at else None
    if start is None:
        return None
    item = parse_item(text, start, limit=min(len(text), at + REACH))
    if item is None or item.form != "platform-account":
        return None
    cited = item.sep in ("/", "//", "／") or text.startswith(CITED, item.end)
    return item if cited or _is_bracketed(text, item) else None


def _is_bracketed(text: str, item: Item) -> bool:
    """Whether the item has brackets of its own that end its sentence: `(Instagram @somebody)`, not a byline's."""
    if item.sep in (":", "：", "|", ",") or text[item.start - 1 : item.start] not in ("(", "（", "["):
        return False
    rest = text[item.end : item.end + 12]
    return rest[:1] in (")", "）", "]") and not rest[1:].lstrip(" ")[:1].islower() and rest[1:2] != ","


def _name_start(text: str, end: int) -> int | None:
    """Where the platform that ends at `end` begins, or None when no platform does."""
    words = text[max(0, end - 24) : end].rpartition("\n")[2].split(" ")
    for count in (2, 1):
        tail = " ".join(words[-count:]).rpartition("/")[2].lstrip(LEFT_MARKS + ".:-–—,")
        if platform_of(tail) is not None:
            start = end - len(tail)
            address = "." in text[max(0, start - 24) : start].rpartition("\n")[2].rpartition(" ")[2].rstrip(".")
            return None if text[start - 1 : start].isalnum() or (address and text[start - 1] == "/") else start
    return None


def find_bare_names(text: str) -> Iterator[Item]:
    """Names without `@` on one side of a slash, the platform on the other; `AC/X` and `and/or` are none.

    >>> [item.name for item in find_bare_names("(Some Name/Instagram)")]
    ['Some Name']
    """
    done = 0
    for at in find_slashes(text):
        if at < done or not (_begins_platform(text, at) or _ends_platform(text, at)):
            continue
        start, done = _segment(text, at)
        if text.count("/", start, done) > 3 or _is_path(text, at, start=start, end=done):
            continue
        item = _strongly_keyed(text, start, at, limit=done) or parse_item(text, start, limit=done)
        if item is not None and item.end > at and _is_licensed(text, item):
            yield item


def _strongly_keyed(text: str, start: int, at: int, *, limit: int) -> Item | None:
    """The item behind a keyword that says what a picture was taken from: `Screengrab/X`."""
    if compile_once(STRONG).match(text, start, at) is None:
        return None
    pos = end_of_head(text, start, limit=limit)
    item = parse_item(text, pos, limit=limit) if pos > start else None
    return replace(item, start=start, form="strong") if item is not None else None


def _begins_platform(text: str, at: int) -> bool:
    return compile_once(PLATFORM).match(text, at + 1 + (text[at + 1 : at + 2] in (" ", "\xa0"))) is not None


def _ends_platform(text: str, at: int) -> bool:
    return _name_start(text, at - (text[at - 1 : at] == " ")) is not None


def _segment(text: str, at: int) -> tuple[int, int]:
    """The stretch round a slash that could be one credit: to the ends of its line, brackets, sentence or bars."""
    low, high = max(0, at - 80), min(at + 80, len(text))
    stop = text.rfind(". ", low, at)
    start = max(low, stop + 2 if stop >= 0 else 0, *(text.rfind(mark, low, at) + 1 for mark in "\n([|（）)"))
    ends = [end for mark in "\n)]|" if (end := text.find(mark, at, high)) >= 0]
    return after_marks(text, start), min(ends, default=high)


def _is_path(text: str, at: int, *, start: int, end: int) -> bool:
    """Whether the slash belongs to an address or a file's path."""
    if text[at - 1 : at] == " ":
        return False
    left = text[start:at].rpartition(" ")[2]
    return (
        not left
        or ":" in left
        or "\\" in left
        or "www." in left
        or "@" in left
        or left.startswith(("~", "$", "@", "'", '"', "`"))
        or "." in left.rpartition("/")[2][-5:]
        or text[at + 1 : end].startswith("/")
    )


def _is_licensed(text: str, item: Item) -> bool:
    """Whether a name without keyword and without `@` stands as only a credit does."""
    if item.form == "strong" or (item.form.startswith("platform") and _is_taken(text, item)):
        return _stands_alone(text, item)
    if item.flags == ("no-author",) and _is_keyed(text, item):
        return _stands_alone(text, item)
    name = item.name or item.handle or ""
    words = name.casefold().split()
    if item.platform in COMMON_WORDS:
        return False
    if not words or words[0] in NO_AUTHORS or any(map(platform_of, name.split())):
        return False
    if not _stands_alone(text, item) or _is_menu(text, item.end):
        return False
    if name.casefold() in AGENCIES:
        return True
    if text.count("/", item.start, item.end) > 1 and " " not in name and name.isalpha():
        return False
    return _is_name_shape(name) and ("X" not in _platform_side(text, item) or _is_distinct(name))


def _is_keyed(text: str, item: Item) -> bool:
    key = text[item.start : item.end].partition("/")[0].strip().casefold()
    named_so = key in KEYWORD_FORMS or (key in UNNAMED and "X" not in _platform_side(text, item))
    return named_so and key not in NO_AUTHORS


def _is_taken(text: str, item: Item) -> bool:
    """Whether the platform's name is followed by what was taken from it: `YouTube/Screenshot`."""
    return item.flags == ("no-author",) and compile_once(TAKEN).search(text, item.start, item.end) is not None


def _platform_side(text: str, item: Item) -> set[str]:
    return {side.strip() for side in text[item.start : item.end].split("/")}


def _stands_alone(text: str, item: Item) -> bool:
    before = text[max(0, item.start - 3) : item.start].rstrip(" *_\xa0")
    passed = _PASSED_ON.match(text, item.end, item.end + 30)
    end = passed.end() if passed else item.end
    if before[-1:] in ("(", "[", "（"):
        rest = text[end : end + 8].lstrip()
        return rest[:1] in (")", "]", "）", ",", ";") and not rest[1:].lstrip()[:1].islower()
    begins = before[-1:] in ("", "\n", "|", "•") or (before[-1:] in (".", "!", "?") and _is_full(item))
    return begins and OWN_END.match(text, end, end + 24) is not None


def _is_full(item: Item) -> bool:
    """Whether the item is too much of a credit to be the last words of a paragraph."""
    return item.form == "strong" or " " in (item.name or "")


def _is_name_shape(name: str) -> bool:
    words = name.split()
    if name.isupper() and len(name) < 4:
        return False
    return 0 < len(words) <= 5 and (not words[0][:1].islower() or (len(words) == 1 and not name.isalpha()))


def _is_distinct(name: str) -> bool:
    """Whether a name is enough of a name to stand before `/X`, which also ends abbreviations and versions."""
    if " " in name:
        return not any(word.isupper() or word.isdigit() for word in name.split())
    return len(name) > 4 and not name.isupper() and (name[:1].isupper() or not name.isalpha())


def _is_menu(text: str, pos: int) -> bool:
    line = text[max(0, pos - 40) : pos].rpartition("\n")[2]
    return FOLLOW.search(_SENTENCE.split(line)[-1]) is not None


def without_menus(text: str, items: list[Item]) -> Iterator[Item]:
    """Leaves out the accounts of one publisher on several platforms, which stand beside each other in one line.

    >>> text = "X/@a_paper | TikTok/@a_paper"
    >>> list(without_menus(text, list(find_bare_accounts(text))))
    []
    """
    lines: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        lines[text.rfind("\n", max(0, item.start - 400), item.start)].append(item)
    for row in lines.values():
        handles = {(item.handle or "").casefold() for item in row}
        if len({item.platform for item in row}) == 1 or len(handles) == len(row):
            yield from row
