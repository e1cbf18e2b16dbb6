"""Credit lines: `Credit: Somebody/X`, `@somebody/X`, `Foto: Instagram/@somebody`, several in one line, in many languages.

A credit needs a licence: a keyword (`Photo:`), an account with `@` beside its platform, or a line or brackets of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from amberpost.finding.creditanchors import find_accounts, find_colons, find_openings, find_slashes
from amberpost.finding.credititems import (
    HEAD,
    NAMED_HERE,
    PLATFORM,
    REACH,
    WS,
    Item,
    end_of_head,
    find_items,
    line_end,
    parse_item,
)
from amberpost.finding.creditwords import (
    AGENCIES,
    CASELESS,
    FOLLOW,
    JOINERS,
    KEYWORD_PARTS,
    NO_AUTHORS,
    STRONG,
    platform_of,
)
from amberpost.models import Sighting

_HEAD_HERE = re.compile(HEAD)
_OPENING = re.compile(
    rf"{WS}{{0,2}}[*_\[(（|]{{0,3}}(?P<key>(?P<strong>(?={STRONG}))?{HEAD})(?={PLATFORM}|[@＠\w\[])"
)
_OWN_END = re.compile(rf"{WS}*[)）\].*_|]*{WS}*(?:\n|$)")
_LEFT_MARKS = "([（【|*_\"“’'>»)«"


def find_credits(text: str) -> Iterator[Sighting]:
    """Credit lines of a text in order, each with its own span; never raises.

    Without a keyword a name counts only where nothing else would stand: a line or brackets of its own, behind a bar.

    >>> [(c.platform, c.handle) for c in find_credits("Credit: Some_Body/X")]
    [('twitter', 'Some_Body')]
    """
    found = _Found()
    for pos, start in _colon_heads(text):
        _keyed(text, found, pos=pos, start=start, loose=True)
    for pos, start, loose in _opening_heads(text):
        _keyed(text, found, pos=pos, start=start, loose=loose)
    bare = [item for item in _account_items(text) if found.is_free(item)]
    bare += [item for item in _name_items(text) if found.is_free(item)]
    for item in _without_menus(text, bare):
        found.add(item, rule="credit-bare")
    return found.sightings()


class _Found:
    """Items found so far, in order, never overlapping: the first to come stays."""

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._rows: list[tuple[Item, str]] = []

    def is_free(self, item: Item) -> bool:
        at = bisect_right(self._ends, item.start)
        return at == len(self._rows) or self._rows[at][0].start >= item.end

    def add(self, item: Item, *, rule: str) -> None:
        if self.is_free(item):
            at = bisect_right(self._ends, item.start)
            self._ends.insert(at, item.end)
            self._rows.insert(at, (item, rule))

    def sightings(self) -> Iterator[Sighting]:
        return (_sighting(item, rule) for item, rule in self._rows)


def _sighting(item: Item, rule: str) -> Sighting:
    known = item.post_id is not None and item.handle is not None
    return Sighting(
        kind="credit",
        platform=item.platform,
        start=item.start,
        end=item.end,
        rule=rule,
        author_name=item.name,
        handle=item.handle,
        post_id=item.post_id,
        permalink=f"https://x.com/{item.handle}/status/{item.post_id}" if known else None,
        flags=item.flags,
    )


def _keyed(text: str, found: _Found, *, pos: int, start: int, loose: bool) -> None:
    """Adds the items behind a keyword; without a colon (`loose` false) the shape alone must make the credit."""
    for number, item in enumerate(find_items(text, pos, limit=line_end(text, pos))):
        if item.form == "account" and (number or not loose) or (number and _is_echo(text, item)):
            return
        if not loose and item.form in ("platform", "platform-glued"):
            return
        found.add(item if number else replace(item, start=start), rule="credit-keyword")


def _is_echo(text: str, item: Item) -> bool:
    """`Image: Facebook) Facebook)`: the name of a platform said twice is one credit."""
    again = item.form == "platform" and text[item.start - 2 : item.start] == ") "
    return again and _HEAD_HERE.match(text, item.start) is None


def _colon_heads(text: str) -> Iterator[tuple[int, int]]:
    """Where the credit behind a keyword and its colon begins, and where the keyword does."""
    done, last = 0, 0
    for at in find_colons(text):
        if last <= at < done or not _is_key_before(text, at):
            continue
        last, pos = at, _after_marks(text, at + 1)
        done = end_of_head(text, pos, limit=line_end(text, at))
        if (start := _head_start(text, at)) is not None:
            yield pos, start


def _is_key_before(text: str, colon: int) -> bool:
    words = text[max(0, colon - 20) : colon].split()
    return bool(words) and _is_key(words[-1].strip(_LEFT_MARKS))


def _after_marks(text: str, pos: int) -> int:
    end = pos + 5
    while pos < end and text[pos : pos + 1] in (" ", "\xa0", "*", "_", "\t", "\u3000"):
        pos += 1
    return pos


def _head_start(text: str, colon: int) -> int | None:
    """Where the run of keywords before a colon begins, or None when it is the end of a sentence."""
    low = max(text.rfind("\n", max(0, colon - 60), colon) + 1, colon - 60, 0)
    end = low + len(text[low:colon].rstrip(" \xa0*_"))
    start = None
    for _ in range(5):
        space = max(text.rfind(" ", low, end), text.rfind("\xa0", low, end), low - 1)
        word = text[space + 1 : end]
        bare = word.lstrip(_LEFT_MARKS)
        if _is_key(bare):
            start = end - len(bare)
        elif bare not in JOINERS:
            break
        if bare != word or space < low:
            break
        end = space
    return start if start is not None and _may_begin(text, start) else None


def _is_key(word: str) -> bool:
    return word.casefold() in KEYWORD_PARTS or (not word.isascii() and word.endswith(CASELESS))


def _may_begin(text: str, start: int) -> bool:
    """Whether a keyword there begins a credit: capital or at an opening, no part of a sentence (`the source: X`)."""
    before = text[max(0, start - 30) : start].rpartition("\n")[2]
    if before[-1:] in ("@", "#", "/", "_", "-") or before[-1:].isascii() and before[-1:].isalnum():
        return False
    if not before.rstrip()[-1:].isalnum():
        return True
    return not text[start].islower() and FOLLOW.search(before) is None


def _opening_heads(text: str) -> Iterator[tuple[int, int, bool]]:
    """Keywords without a colon, at the beginning of a line or in brackets: `(Screengrab from Instagram)`.

    The third value says whether a platform alone will do behind them.
    """
    for at in find_openings(text):
        match = _OPENING.match(text, at, at + REACH)
        if match is not None:
            words = match["key"].casefold().split()
            loose = match["strong"] is not None or words[-1] == "courtesy" or words[-1] == "via" and len(words) > 1
            yield match.end("key"), match.start("key"), loose


def _account_items(text: str) -> Iterator[Item]:
    """Accounts with `@` beside their platform: `@somebody/X`, `X/@somebody`, `via @somebody on X`."""
    for at in find_accounts(text):
        item = _account_first(text, at) or _platform_first(text, at)
        if item is not None and not _is_menu(text, item.start):
            via = text[max(0, item.start - 4) : item.start].casefold() == "via "
            yield replace(item, start=item.start - 4) if via else item


def _account_first(text: str, at: int) -> Item | None:
    item = parse_item(text, at, limit=min(len(text), at + REACH))
    if item is None or item.form != "account-platform":
        return None
    if item.sep in ("/", "//"):
        return item
    via = text[max(0, at - 4) : at].casefold() == "via " and item.sep not in (None, ",", "|")
    return item if via or (item.sep == "via" and _is_bracketed(text, item)) else None


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
    return item if item.sep in ("/", "//") or _is_bracketed(text, item) else None


def _is_bracketed(text: str, item: Item) -> bool:
    """Whether the item has brackets of its own that end its sentence: `(Instagram @somebody)`, no byline in mid-sentence."""
    if item.sep in (":", "：", "|", ",") or text[item.start - 1 : item.start] not in ("(", "（", "["):
        return False
    rest = text[item.end : item.end + 12]
    return rest[:1] in (")", "）", "]") and not rest[1:].lstrip(" ")[:1].islower() and rest[1:2] != ","


def _name_start(text: str, end: int) -> int | None:
    """Where the platform that ends at `end` begins, or None when no platform does."""
    words = text[max(0, end - 24) : end].rpartition("\n")[2].split(" ")
    for count in (2, 1):
        tail = " ".join(words[-count:]).rpartition("/")[2].lstrip(_LEFT_MARKS + ".:-–—,")
        if platform_of(tail) is not None:
            start = end - len(tail)
            return None if text[start - 1 : start].isalnum() else start
    return None


def _name_items(text: str) -> Iterator[Item]:
    """Names without `@` on one side of a slash, the platform on the other."""
    done = 0
    for at in find_slashes(text):
        if at < done or not (_begins_platform(text, at) or _ends_platform(text, at)):
            continue
        start, done = _segment(text, at)
        if text.count("/", start, done) > 3 or _is_path(text, at, start=start, end=done):
            continue
        item = parse_item(text, start, limit=done)
        if item is not None and item.end > at and _is_licensed(text, item):
            yield item


def _begins_platform(text: str, at: int) -> bool:
    return NAMED_HERE.match(text, at + 1 + (text[at + 1 : at + 2] in (" ", "\xa0"))) is not None


def _ends_platform(text: str, at: int) -> bool:
    return _name_start(text, at - (text[at - 1 : at] == " ")) is not None


def _segment(text: str, at: int) -> tuple[int, int]:
    """The stretch round a slash that could be one credit: to the ends of its line, brackets, sentence or bars."""
    low, high = max(0, at - 80), min(at + 80, len(text))
    stop = text.rfind(". ", low, at)
    start = max(low, stop + 2 if stop >= 0 else 0, *(text.rfind(mark, low, at) + 1 for mark in "\n([|（）)"))
    ends = [end for mark in "\n)]|" if (end := text.find(mark, at, high)) >= 0]
    return _after_marks(text, start), min(ends, default=high)


def _is_path(text: str, at: int, *, start: int, end: int) -> bool:
    """Whether the slash belongs to an address or a file's path."""
    if text[at - 1 : at] == " ":
        return False
    left = text[start:at].rpartition(" ")[2]
    return not left or ":" in left or "\\" in left or "www." in left or "." in left.rpartition("/")[2][-5:] or text[at + 1 : end].startswith("/")


def _is_licensed(text: str, item: Item) -> bool:
    """Whether a name without keyword and without `@` stands as only a credit does."""
    name = item.name or item.handle or ""
    words = name.casefold().split()
    if not words or words[0] in NO_AUTHORS or any(platform_of(word) for word in name.split()):
        return False
    if not _stands_alone(text, item) or _is_menu(text, item.end):
        return False
    if name.casefold() in AGENCIES:
        return True
    return _is_name_shape(name) and ("X" not in _platform_side(text, item) or _is_distinct(name))


def _platform_side(text: str, item: Item) -> set[str]:
    return {side.strip() for side in text[item.start : item.end].split("/")}


def _stands_alone(text: str, item: Item) -> bool:
    before = text[max(0, item.start - 3) : item.start].rstrip(" *_")
    if before[-1:] in ("(", "[", "（"):
        rest = text[item.end : item.end + 8].lstrip()
        return rest[:1] in (")", "]", "）", ",", ";") and not rest[1:].lstrip()[:1].islower()
    return before[-1:] in ("", "\n", "|") and _OWN_END.match(text, item.end, item.end + 20) is not None


def _is_name_shape(name: str) -> bool:
    words = name.split()
    return 0 < len(words) <= 5 and (not words[0][:1].islower() or (len(words) == 1 and not name.isalpha()))


def _is_distinct(name: str) -> bool:
    """Whether a name is enough of a name to stand before `/X`, which also ends abbreviations and versions."""
    if " " in name:
        return not any(word.isupper() for word in name.split())
    return len(name) > 4 and not name.isupper() and (name[:1].isupper() or not name.isalpha())


def _is_menu(text: str, pos: int) -> bool:
    return FOLLOW.search(text[max(0, pos - 40) : pos].rpartition("\n")[2]) is not None


def _without_menus(text: str, items: list[Item]) -> Iterator[Item]:
    """Leaves out the accounts of one publisher on several platforms, which stand beside each other in one line."""
    lines: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        lines[text.rfind("\n", max(0, item.start - 400), item.start)].append(item)
    for row in lines.values():
        handles = {(item.handle or "").casefold() for item in row}
        if len({item.platform for item in row}) == 1 or len(handles) == len(row):
            yield from row
