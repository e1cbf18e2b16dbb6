"""Credit lines: `Credit: Somebody/X`, `@somebody/X`, `Foto: Instagram/@somebody`, in many languages, several in a line.

A credit needs a licence: a keyword (`Photo:`), an account with `@` beside its platform, or a line of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from ...models import Sighting
from ...platforms import BY_ID
from .alone import find_bracketed, goes_on, is_alone
from .anchors import list_colons, list_openings
from .bare import find_bare_accounts, find_bare_names, without_menus
from .forms import HEAD, PLATFORM, WS, compile_once
from .items import REACH, Item, after_marks, end_of_head, find_items, line_end, share_platforms
from .names import FOLLOW, is_service
from .sides import has_slash
from .words import CASELESS, JOINERS, KEYWORD_PARTS, LEFT_MARKS, STRONG

_OPENING = (
    rf"{WS}{{0,2}}[*_\[(（|>–—▲※•-]{{0,3}}{WS}{{0,2}}(?P<key>(?P<strong>(?={STRONG}))?{HEAD})(?={PLATFORM}|[@＠\w\[])"
)

_DEVICE = ("PC", "Pc", "pc")
_GLUE = re.compile(r"(?<=[a-zà-ÿ0-9])[.!?…)”»]{1,3}(?=[^\W\d_a-zà-ÿ])(?!.*[.!?)])")


def find_credits(text: str) -> Iterator[Sighting]:
    """Credit lines of a text in order, each with its own span; never raises.

    Without a keyword a name counts only where nothing else would stand: a line or brackets of its own, behind a bar.

    >>> [(c.platform, c.handle) for c in find_credits("Credit: Some_Body/X")]
    [('twitter', 'Some_Body')]
    """
    colons, openings = list_colons(text), list_openings(text)
    bare = list(find_bare_accounts(text)) if "@" in text else []
    bare += find_bare_names(text) if "/" in text and has_slash(text) else ()
    return _found(text, colons, openings, bare) if colons or openings or bare else iter(())


def _found(text: str, colons: list[int], openings: list[int], bare: list[Item]) -> Iterator[Sighting]:
    found = _Found()
    for pos, start in _colon_heads(text, colons):
        _keyed(text, found, pos=pos, start=start, loose=True)
    for pos, start, loose in _opening_heads(text, openings):
        _keyed(text, found, pos=pos, start=start, loose=loose)
    for item in find_bracketed(text, openings):
        found.add(item, rule="credit-bare")
    for item in without_menus(text, [item for item in bare if found.is_free(item)]):
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
    return Sighting(
        kind="credit",
        platform=item.platform,
        start=item.start,
        end=item.end,
        rule=rule,
        author_name=item.name,
        handle=item.handle,
        post_id=item.post_id,
        permalink=item.permalink,
        posted_at=BY_ID[item.platform].parse_instant(item.post_id) if item.post_id else None,
        flags=item.flags,
    )


def _keyed(text: str, found: _Found, *, pos: int, start: int, loose: bool) -> None:
    """Adds the items behind a keyword; without a colon (`loose` false) the shape alone must make the credit."""
    items = share_platforms(list(find_items(text, pos, limit=line_end(text, pos))))
    if items and _is_open_list(text, items):
        return
    on_device = text.startswith(_DEVICE, start)
    for number, item in enumerate(items):
        if on_device and not _is_account(text, item):
            return
        if (item.form == "account" and (number or not loose)) or (number and _is_echo(text, item)):
            return
        if not loose and is_service(item.name or item.handle or ""):
            return
        if not loose and item.form in ("platform", "platform-glued") and not is_alone(text, item, start=start):
            return
        found.add(_bare(text, item if number else replace(item, start=start)), rule="credit-keyword")


def _is_open_list(text: str, items: list[Item]) -> bool:
    """Whether platforms stand in a list that goes on as no credits do: `Video: YouTube, Twitch, Netflix` plays it.

    So does a headline's subject: `Sources: Facebook, X to merge teams`.
    """
    end = items[-1].end
    if not text.startswith(", ", end) or any(item.form != "platform" for item in items):
        return False
    return len(items) > 1 or compile_once(PLATFORM).match(text, end + 2, end + REACH) is not None


def _is_account(text: str, item: Item) -> bool:
    """Whether the item can be nothing but an account: `PC` is `picture credit` before one, and a machine elsewhere."""
    handle = item.handle or ""
    return "@" in text[item.start : item.end] or bool(handle and not handle.isalpha())


def _bare(text: str, item: Item) -> Item:
    """The item without the mark that ends the emphasis it is in: `_Photo: Instagram/@somebody_`."""
    handle = item.handle or ""
    if handle.endswith("_") and text[item.start - 1 : item.start] == "_" and text.endswith("_", 0, item.end):
        return replace(item, handle=handle[:-1], end=item.end - 1)
    return item


def _is_echo(text: str, item: Item) -> bool:
    """`Image: Facebook) Facebook)`: the name of a platform said twice is one credit."""
    again = item.form == "platform" and text[item.start - 2 : item.start] == ") "
    return again and compile_once(HEAD).match(text, item.start) is None


def _colon_heads(text: str, colons: list[int]) -> Iterator[tuple[int, int]]:
    """Where the credit behind a keyword and its colon begins, and where the keyword does."""
    done, last = 0, 0
    for at in colons:
        if last <= at < done or not _is_key_before(text, at):
            continue
        last, pos = at, after_marks(text, at + 1)
        done = end_of_head(text, pos, limit=line_end(text, at))
        if (start := _head_start(text, at)) is not None:
            yield pos, start


def _is_key_before(text: str, colon: int) -> bool:
    words = text[max(0, colon - 20) : colon].split()
    return bool(words) and _is_key(_unglued(words[-1]).strip(LEFT_MARKS))


def _head_start(text: str, colon: int) -> int | None:
    """Where the run of keywords before a colon begins, or None when it is the end of a sentence."""
    low = max(text.rfind("\n", max(0, colon - 60), colon) + 1, colon - 60, 0)
    end = low + len(text[low:colon].rstrip(" \xa0*_"))
    start = None
    for _ in range(5):
        space = max(text.rfind(" ", low, end), text.rfind("\xa0", low, end), low - 1)
        word = text[space + 1 : end]
        bare = _unglued(word).lstrip(LEFT_MARKS)
        if _is_key(bare):
            start = end - len(bare)
        elif bare not in JOINERS:
            break
        if bare != word or space < low:
            break
        end = space
    return start if start is not None and _may_begin(text, start) else None


def _unglued(word: str) -> str:
    """The word without the end of a sentence that it is glued to: `Monday.Photo`, `(left)Photo`."""
    glued = _GLUE.search(word)
    return word[glued.end() :] if glued else word


def _is_key(word: str) -> bool:
    return word.casefold() in KEYWORD_PARTS or (not word.isascii() and word.endswith(CASELESS))


def _may_begin(text: str, start: int) -> bool:
    """Whether a keyword there begins a credit: capital or at an opening, no part of a sentence (`the source: X`)."""
    before = text[max(0, start - 30) : start].rpartition("\n")[2]
    if before[-1:] in ("@", "#", "/", "_", "-") or (before[-1:].isascii() and before[-1:].isalnum()):
        return False
    if not before.rstrip()[-1:].isalnum():
        return True
    return not text[start].islower() and FOLLOW.search(before) is None


def _opening_heads(text: str, openings: list[int]) -> Iterator[tuple[int, int, bool]]:
    """Keywords without a colon, at the beginning of a line or in brackets: `(Screengrab from Instagram)`.

    The third value says whether a platform alone will do behind them.
    """
    for at in openings:
        match = compile_once(_OPENING).match(text, at, at + REACH)
        if match is not None and not _is_cell(text, match):
            words = match["key"].casefold().split()
            loose = match["strong"] is not None or words[-1] == "courtesy" or (words[-1] == "via" and len(words) > 1)
            yield match.end("key"), match.start("key"), loose and not goes_on(text, _platform_end(text, match))


def _is_cell(text: str, match: re.Match[str]) -> bool:
    """Whether a bar parts the keyword from what follows as it does the cells of a table or the words of a menu."""
    if "|" not in match["key"]:
        return False
    low = max(0, match.start() - REACH)
    low = max(low, text.rfind("\n", low, match.start()))
    return text.count("|", low, line_end(text, match.start())) > 1


def _platform_end(text: str, match: re.Match[str]) -> int:
    platform = compile_once(PLATFORM).match(text, match.end("key"))
    return platform.end() if platform is not None else len(text)
