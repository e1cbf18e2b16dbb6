"""Anchors over a string: the handles in parentheses that a post's footer is built round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..footers import BY, Footer, Handle
from ..footers.datelines import MAY_BE_DATED
from ..platforms import BARE, FOOTED, instagram
from .places import find_places
from .sitenotes import parse_bbc_frame

# A handle in parentheses as extractors leave it: escaped, linked, with a full-width at-sign or parentheses.
_HANDLE = re.compile(
    r"[(（]\s?(?:\[[0-9]{1,3}\])?\[?\\?[@＠][\u200b-\u200f\u2060-\u2069]{0,4}"
    r"([\w.\\@-]{1,80}?)[\u200b-\u200f\u2060-\u2069]{0,4}"
    r"(?:\]\([^()\s]{0,300}\)| \(https?://[^()\s]{1,300}\))?\\?\s?[)）](?:\]\([^()\s]{1,300}\))?",
    re.ASCII,
)

# What may stand between the parenthesis and the at-sign: a blank, the bracket of a link, its number, an escape.
_OPENING = re.compile(r"[(（]\s?(?:\[[0-9]{1,3}\])?\[?\\?\Z")
_PARENTHESES = ("(", "（")
# The same handle from its at-sign on, for a look ahead: where the stretch that is looked at ends, it may yet be closed.
_CLOSED = (
    r"[\u200b-\u200f\u2060-\u2069]{0,4}[A-Za-z0-9_.\\@-]++[\u200b-\u200f\u2060-\u2069]{0,4}"
    r"(?:\](?:\([^()\s]*+(?:\)|\Z)|\Z)| \([^()\s]*+(?:\)|\Z))?\\?\s?(?:[)）]|\Z)"
)
_OPENED = (
    r"(?<=[(（]@)|(?<=[(（][ \u00a0]@)|(?<=\(\n@)|(?<=[(（]\[@)|(?<=[(（]\s\[@)|(?<=\]\[@)|(?<=[(\[]\\@)|(?<=[0-9]\]@)"
)
_BEHIND_BY = f"(?<=[{''.join(word[-2] for word in BY)}] @)(?:{'|'.join(f'(?<={word}@)' for word in BY)})"
# One character on either side rules most at-signs out.
_OPEN_AT = re.compile(
    r"@(?=[A-Za-z0-9_.\\@\u200b-\u200f\u2060-\u2069-])(?<=[(（\[ \u00a0\n\\\]]@)"
    rf"(?:(?>{_OPENED})(?={_CLOSED})|{_BEHIND_BY}(?=[A-Za-z0-9_.\\-]))"
)
_WIDE_AT = {mark: re.compile(rf"{re.escape(mark)}＠(?={_CLOSED})") for mark in "(（"}
# The inner handles of a row: nothing stands beside them that a footer has. Two at a time, for a name may hold one.
_INNER = re.compile(
    r"(?:(?: ?\(@[\w.]{1,30}\)){2}(?= ?\(@[\w.]{1,30}\))){1,64}+|(?:（＠[\w.]{1,30}）(?=（＠)){1,64}+", re.ASCII
)
# A handle behind another one, on its line or where that line was wrapped.
_JOINED = re.compile(r" ?(?:\n[> \t]{0,24})?\(@")
# Without words or a date behind a handle, what makes it a footer's stands before, and is no shorter.
_WORDS = re.compile(r"[\s>\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]{0,64}+['’*\w]")
_SHORTEST_LEAD = 9
_LONGEST_POST_BY = 180
# No platform's phrase and a name together are shorter than this.
_SHORT_NAME = 18
_BARE_HANDLE = re.compile(r"[@＠]([\w.]{1,30})(?<!\.)", re.ASCII)


def find_at_signs(source: str) -> list[int]:
    """Find each at-sign, plain or full-width, behind which a handle of a footer may stand, in order.

    One rare character is the fastest anchor there is; the full-width sign is not looked for itself, because in memory
    it shares a byte with the blank.

    >>> find_at_signs("a@b (@c) (＠d)")
    [5, 10]
    """
    plain = find_places(source, "@", _OPEN_AT)
    if source.isascii():
        return list(plain)
    wide = (paren + 1 for mark, pattern in _WIDE_AT.items() for paren in find_places(source, mark, pattern))
    return sorted([*plain, *wide])


def parse_handle(source: str, at: int) -> Handle | None:
    """Parse the handle in parentheses whose at-sign stands at `at`.

    >>> parse_handle("x (@some\\\\_one) y", 3)
    Handle(name='some_one', start=2, end=14)
    """
    paren = at - 1
    if source[paren:at] not in _PARENTHESES:
        if source[paren:at] == " " and source[paren - 1 : paren] not in _PARENTHESES:
            return None
        opening = _OPENING.search(source, max(0, at - 9), at)
        if opening is None:
            return None
        paren = opening.start()
    match = _HANDLE.match(source, paren)
    return Handle(match[1].replace("\\", ""), paren, match.end()) if match else None


def find_footers(source: str) -> Iterator[Footer]:
    """Find the footers of all platforms, in order; none reaches back into the one before it.

    >>> [footer.handle for footer in find_footers("Hi. — A (@a) May 1, 2020. She (@b) left. — C (@c) May 2, 2020")]
    ['a', 'c']
    """
    floor = 0
    joined = False
    for at in find_at_signs(source):
        if at < floor:
            continue
        handle = parse_handle(source, at)
        if handle:
            footer = _parse_footer(source, handle, floor) if _has_neighbours(source, handle, floor) else None
            # A name may itself hold one handle in parentheses, right before the footer's own.
            joined = not footer and not joined and _JOINED.match(source, handle.end) is not None
            floor = floor if joined else max(floor, footer.end if footer else handle.end)
            inner = None if joined or footer else _INNER.match(source, floor)
            floor = inner.end() if inner else floor
        else:
            footer = parse_bbc_frame(source, at, floor=floor) or _parse_bare(source, at, floor)
            floor = max(floor, footer.end if footer else 0)
        if footer:
            yield footer


def _has_neighbours(source: str, handle: Handle, floor: int) -> bool:
    """A cheap look before the dear one: at what stands between the handle and the one before, and behind it."""
    if handle.start - floor >= _SHORTEST_LEAD:
        return True
    return bool(_WORDS.match(source, handle.end) or MAY_BE_DATED.match(source, handle.end))


def _parse_footer(source: str, handle: Handle, floor: int) -> Footer | None:
    """The reading that leaves the shorter name: a phrase like "A post shared by" is its platform's, not the name's."""
    best = None
    for platform in FOOTED:
        footer = platform.parse_footer(source, handle, floor=floor)
        if footer and footer.name and len(footer.name) < _SHORT_NAME:
            return footer
        if footer and (best is None or len(footer.name or "") < len(best.name or "")):
            best = footer
    return best


def _parse_bare(source: str, at: int, floor: int) -> Footer | None:
    """A handle without parentheses, where an embed printed no display name."""
    if not source.endswith(BY, 0, at):
        return None
    if source.endswith("Post by ", 0, at):
        if source.find("View on", at, at + _LONGEST_POST_BY) < 0:
            return None
        return next((footer for parse in BARE if (footer := parse(source, at))), None)
    bare = _BARE_HANDLE.match(source, at)
    return instagram.parse_footer(source, Handle(bare[1], at, bare.end()), floor=floor) if bare else None
