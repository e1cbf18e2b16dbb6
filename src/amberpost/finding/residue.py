"""Anchors over a string: the handles in parentheses that a post's footer is built round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..footers import Footer, Handle
from ..platforms import BARE, FOOTED, instagram
from .frames import parse_bbc_frame
from .places import find_places

# A handle in parentheses as extractors leave it: escaped, linked, with a full-width at-sign or parentheses.
_HANDLE = re.compile(
    r"[(（]\s?(?:\[[0-9]{1,3}\])?\[?\\?[@＠][\u200b-\u200f\u2060-\u2069]{0,4}"
    r"([\w.\\@-]{1,80}?)[\u200b-\u200f\u2060-\u2069]{0,4}"
    r"(?:\]\([^()\s]{0,300}\)| \(https?://[^()\s]{1,300}\))?\\?\s?[)）](?:\]\([^()\s]{1,300}\))?",
    re.ASCII,
)

# What may stand between the parenthesis and the at-sign: a blank, the bracket of a link, its number, an escape.
_OPENING = re.compile(r"[(（]\s?(?:\[[0-9]{1,3}\])?\[?\\?\Z")
_OPEN_AT = re.compile(r"@(?:(?<=[(（\[ \u00a0]@)|(?<=\(\n@)|(?<=[(\[]\\@)|(?<=[0-9]\]@))")
_WIDE_AT = {mark: re.compile(re.escape(mark) + "＠") for mark in "(（"}
# No platform's phrase and a name together are shorter than this.
_SHORT_NAME = 18
_BARE_HANDLE = re.compile(r"[@＠]([\w.]{1,30})(?<!\.)", re.ASCII)
_BY = (" by ", " par ", " por ", " von ", " da ", " de ", " door ", " av ", " af ", " przez ", " oleh ", " от ")


def find_at_signs(source: str) -> list[int]:
    """Find each at-sign, plain or full-width, behind which a handle of a footer may stand, in order.

    One rare character is the fastest anchor there is; the full-width sign is not looked for itself, because in memory
    it shares a byte with the blank.

    >>> find_at_signs("a@b (@c) (＠d")
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
    opening = _OPENING.search(source[max(0, at - 9) : at])
    if opening is None:
        return None
    paren = at - len(opening[0])
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
            footer = _parse_footer(source, handle, floor)
            # A name may itself hold one handle in parentheses, right before the footer's own.
            joined = not footer and not joined and source.startswith((" (@", "(@"), handle.end)
            floor = floor if joined else max(floor, footer.end if footer else handle.end)
        else:
            footer = parse_bbc_frame(source, at, floor=floor) or _parse_bare(source, at, floor)
            floor = max(floor, footer.end if footer else 0)
        if footer:
            yield footer


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
    if not source.endswith(_BY, 0, at):
        return None
    if source.endswith("Post by ", 0, at):
        return next((footer for parse in BARE if (footer := parse(source, at))), None)
    bare = _BARE_HANDLE.match(source, at)
    return instagram.parse_footer(source, Handle(bare[1], at, bare.end()), floor=floor) if bare else None
