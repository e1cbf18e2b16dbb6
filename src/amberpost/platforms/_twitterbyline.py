"""Who wrote a post, as X's markup prints it: `— NAME (@HANDLE)` under the words, or a card that begins with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..dates import PrintedDate, parse_date
from ..footers import parse_byline, skip_gap
from ..markup import Element, normalize_display_name, normalize_escaped
from ..models import Permalink

_BYLINE_HANDLE = re.compile(r"[(（]\s*(?:[@＠]\s*([A-Za-z0-9_]{0,20}))?\s*[)）][\s\u200e\u200f:,]*\Z")
_DASHES = " \n\u00a0—―–‒−-\u200e\u200f\u200b"
# A dash that was escaped once too often, or read in the wrong encoding.
_BROKEN_DASH = re.compile(r"\s*(?:&(?:mdash|#8212);|â€[”\x94])")
_DASH = re.compile(rf"[\u200e\u200f\s]*(?:[—―–‒−-]|{_BROKEN_DASH.pattern})")
_BARE_HANDLE = re.compile(r"[@＠]([A-Za-z0-9_]{1,20})")
HANDLE_PAREN = re.compile(r"[(（]\s*[@＠]([A-Za-z0-9_]{1,20})\s*[)）]")
_NAME_MOST = 120
# What a site prints above the name of a card, and beside its handle.
_CARD_HEAD = re.compile(r"\s*(?:twitter|x)\.com\s+", re.IGNORECASE)
_CARD_CHROME = re.compile(r"\s*[·•]\s*Follow(?:ing)?(?![^\s])")


@dataclass(slots=True, frozen=True)
class Byline:
    """Who wrote the post, as printed under it; `start` is where that begins, `printed` a day behind it."""

    start: int
    name: str | None
    handle: str | None
    printed: PrintedDate | None = None


def find_byline(text: str, end: int, owner: str | None) -> Byline | None:
    """Read `— NAME (@HANDLE)` leftwards from `end`; the dash or the handle may be missing, but not both."""
    low = max(0, end - 200)
    closing = _BYLINE_HANDLE.search(text[low:end])
    if closing:
        return read_name(text, low + closing.start(), closing[1] or None, None)
    for match in reversed(list(HANDLE_PAREN.finditer(text, low, end))):
        printed = parse_date(text, skip_gap(text, match.end()))
        if printed and not text[printed.end : end].strip(" \n()|·—-"):
            return read_name(text, match.start(), match[1], printed)
    return _handleless(text, end, owner)


def read_name(text: str, paren: int, handle: str | None, printed: PrintedDate | None) -> Byline:
    """Read the name leftwards from a parenthesis, to the dash that begins its paragraph or line, or to the last one."""
    begin = _paragraph(text, paren)
    segment = text[begin:paren]
    if not segment.strip(_DASHES) and begin:
        above = _paragraph(text, begin - 2)
        begin = above if _DASH.match(text[above:begin]) else begin
        segment = text[begin:paren]
    line = segment.rfind("\n") + 1
    if line and _DASH.match(segment, line):
        begin, segment = begin + line, segment[line:]
    if _DASH.match(segment) or (len(segment) <= _NAME_MOST and not any(dash in segment for dash in "—―–\n")):
        return Byline(begin, _normalize_name(segment), handle, printed)
    dash = max(segment.rfind(long) for long in "—―")
    if dash >= 0 and len(segment) - dash <= _NAME_MOST:
        return Byline(begin + dash, _normalize_name(segment[dash:]), handle, printed)
    byline = parse_byline(text, paren, floor=0)
    if byline is None:
        return Byline(paren, None, handle, printed)
    return Byline(byline.start, _normalize_name(byline.name or ""), handle, printed)


def _normalize_name(printed: str) -> str | None:
    """A name without the dash before it; one that was escaped once too often is undone, as the words are."""
    name = _BROKEN_DASH.sub("", printed, 1) if _BROKEN_DASH.match(printed) else printed
    return normalize_display_name((normalize_escaped(name) or "").strip(_DASHES))


def _paragraph(text: str, end: int) -> int:
    """Where the paragraph begins that holds the character before `end`."""
    cut = text.rfind("\n\n", 0, end)
    return cut + 2 if cut >= 0 else 0


def _handleless(text: str, end: int, owner: str | None) -> Byline | None:
    """Read `— NAME` where no handle follows: the dash must begin its paragraph or line."""
    begin = max(_paragraph(text, end), text.rfind("\n", 0, end) + 1)
    segment = text[begin:end]
    if not _DASH.match(segment) or len(segment) > _NAME_MOST:
        return None
    printed = segment.strip(_DASHES)
    bare = _BARE_HANDLE.search(printed)
    handle = bare[1] if bare and owner and bare[1].lower() == owner.lower() else None
    name = printed[: bare.start()].rstrip(_DASHES + "(（") if bare and handle else printed.partition("(@")[0]
    return Byline(begin, _normalize_name(name), handle)


@dataclass(slots=True, frozen=True)
class Card:
    """A card that names the author first: `NAME`, `@HANDLE`, the words, the time."""

    name: str | None
    handle: str
    words: tuple[int, int]


def find_card(element: Element, end: int, permalink: Permalink) -> Card | None:
    """Find the author at the head of an element, where the bare handle is that of the post's address."""
    text = element.text
    head = _CARD_HEAD.match(text)
    begin = head.end() if head else 0
    for match in _BARE_HANDLE.finditer(text, begin, min(end, 300)):
        if permalink.handle is None or match[1].lower() != permalink.handle.lower():
            continue
        chrome = _CARD_CHROME.match(text, match.end())
        words = chrome.end() if chrome else match.end()
        if text[words : words + 1] in ("\n", " ", "") and "\n\n" not in text[begin : match.start()].strip():
            return Card(normalize_display_name(text[begin : match.start()]), match[1], (words, end))
    return None
