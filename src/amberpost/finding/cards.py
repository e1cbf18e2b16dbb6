"""Author-first cards: a rendered post copied as text, `NAME @handle … 11:22 PM - 19 Oct 2016`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..dates import PrintedDate, parse_date
from ..footers import plain_name
from .places import find_places

_LONGEST_CARD = 1500
_MOST_HANDLES = 12  # mentions in the words of one card
_CLOCK = re.compile(
    r"(?:[AaPp]\.?[Mm]\.?\s|午[前後]|[上下]午|오[전후]\s)?(\d{1,2}):\d{2}(?:\s?[AaPp]\.?\s?[Mm]\.?)?\s{0,2}[-–—·•∙|]\s{0,2}"
)
_HALF_DAY = re.compile(r"(?:[上下]午|午[前後]|오[전후]) ?\Z")
_CLOCK_COLON = re.compile(r":(?<=\d:)(?=\d\d)")
_BRACKETED = re.compile(r"@(?<=\(@)(?=\w{1,20}\) [^\x00-!$-?\[-\x7f\u2010-\u201b\u201d-\u206f])", re.ASCII)
_HANDLE = re.compile(r"[@＠](\w{1,20})(?!\w|\.\w|@)", re.ASCII)
# What the widget prints beside the handle, above the words or between them.
_CHROME = re.compile(
    r"(?:[·•✔✓\ufe0f]|Verified account|Follow(?:ing)?|Replying to(?: @\w{1,20}(?: and @\w{1,20})?)?|Show this thread"
    r"|View (?:image|photo|video|conversation|summary) (?:on|·)[^\n]{0,20}|Translate Tweet"
    r"|Twitter Ads info and privacy)"
)
_CHROME_LINE = re.compile(rf"(?:{_CHROME.pattern}|\s)*")


_LEAD = re.compile(r"[\s>]*(?:Follow\s+)?")
# A flat card's words end before its clock: a stop, a link, a hashtag or an emoji; prose would go on to the time.
_ENDS_WORDS = re.compile(r"(?:[.!?…。！？”\")]|[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?)\Z")
_WORD = re.compile(r"\w+")
_CLOSING_LINK = re.compile(r"(?:t\.co|pic\.(?:twitter|x)\.com)/[A-Za-z0-9]{6,10}(?=\s*\Z)")
_NAME = re.compile(r"[^\W\d_a-z][\w.’'-]*(?: [^\W\d_a-z][\w.’'-]*){0,4}")


@dataclass(slots=True, frozen=True)
class Card:
    """An author-first card: its span, who, when, and the half-open span of its words."""

    start: int
    end: int
    name: str | None
    handle: str
    printed: PrintedDate | None
    words_start: int
    words_end: int
    has_lines: bool


def find_cards(source: str) -> Iterator[Card]:
    """Find the author-first cards, in order, by the clock time before their date.

    >>> text = "Some Name @somename\\nHello there\\n11:22 PM - 19 Oct 2016"
    >>> [(card.name, card.handle, text[card.words_start:card.words_end]) for card in find_cards(text)]
    [('Some Name', 'somename', 'Hello there\\n')]
    """
    floor = 0
    for colon in find_places(source, ":", _CLOCK_COLON):
        card = _parse_card(source, colon, floor)
        if card:
            floor = card.end
            yield card


def find_quotes(source: str) -> Iterator[Card]:
    """Find posts quoted author first in a line of their own that a short link ends: `NAME (@handle) TEXT https://t.co/…`.

    >>> [card.handle for card in find_quotes("Ann Lee (@ann) The water is here. https://t.co/abcdefghij")]
    ['ann']
    """
    for at in find_places(source, "@", _BRACKETED):
        paren = at - 1
        line = source.rfind("\n", max(0, paren - 60), paren) + 1
        quote = _parse_quote(source, line, paren) if 2 < paren - line < 60 else None
        if quote:
            yield quote


def _parse_quote(source: str, line: int, paren: int) -> Card | None:
    handle = _HANDLE.match(source, paren + 1)
    end = source.find("\n", paren)
    end = len(source) if end < 0 else end
    if handle is None or not source.startswith(") ", handle.end()) or end - paren > 600:
        return None
    begin = handle.end() + 2
    link = _CLOSING_LINK.search(source, max(begin, end - 60), end)
    if link is None or not (source[begin].isupper() or source[begin] in '#@"“'):
        return None
    name = plain_name(source[line:paren])
    if name is None or not _NAME.fullmatch(name):
        return None
    start = paren - len(source[line:paren].lstrip(" \t\r\n>"))
    return Card(start, link.end(), name, handle[1], None, begin, link.end(), has_lines=True)


def _parse_card(source: str, colon: int, floor: int) -> Card | None:
    hour = colon - 2 if source[colon - 2 : colon - 1].isdigit() else colon - 1
    half = _HALF_DAY.search(source, max(floor, hour - 3), hour)
    hour = half.start() if half else hour
    clock = _CLOCK.match(source, hour)
    if clock is None or hour < floor or source[max(0, hour - 2) : hour].strip()[-1:] in ("-", "–", "—"):
        return None
    printed = parse_date(source, clock.end(), time=False)
    if printed is None or printed.form != "words":
        return None
    return _card_above(source, max(floor, hour - _LONGEST_CARD), hour, printed)


def _card_above(source: str, low: int, clock: int, printed: PrintedDate) -> Card | None:
    line = source.rfind("\n", low, clock)
    at = source.rfind("@", low, line) if line >= 0 else -1
    for _ in range(_MOST_HANDLES - source.count("@", line, clock)) if at >= 0 else ():
        if at < 0:
            break
        handle = _HANDLE.match(source, at)
        card = _parse_header(source, low, clock, printed, handle) if handle else None
        if card:
            return card
        at = source.rfind("@", low, at)
    return _flat_card(source, low, clock, printed)


def _parse_header(source: str, low: int, clock: int, printed: PrintedDate, handle: re.Match[str]) -> Card | None:
    """A header has a line of its own: the name before the handle, or on the line above it, and only chrome behind."""
    line_end = source.find("\n", handle.end(), clock)
    if line_end < 0 or not _CHROME_LINE.fullmatch(source, handle.end(), line_end):
        return None
    line = max(low, source.rfind("\n", low, handle.start()) + 1)
    start = line
    if not source[line : handle.start()].strip(" \t>"):
        start = max(low, source.rfind("\n", low, max(low, len(source[:line].rstrip()))) + 1)
    name = plain_name(source[start : handle.start()])
    if name is None or len(name) > 60 or name.startswith("Replying to"):
        return None
    start += len(source[start:line_end]) - len(source[start:line_end].lstrip(" \t\r\n>"))
    words = _CHROME_LINE.match(source, line_end)
    begin = words.end() if words else line_end
    return Card(start, printed.end, name, handle[1], printed, begin, clock, has_lines=True)


def _flat_card(source: str, low: int, clock: int, printed: PrintedDate) -> Card | None:
    """A card whose lines were joined: the name must open its line, right before the first handle."""
    line = max(low, source.rfind("\n", low, clock) + 1)
    at = source.find("@", line, clock)
    handle = _HANDLE.match(source, at) if at >= 0 else None
    if handle is None:
        return None
    if not _ends_words(source[handle.end() : clock].rstrip()):
        return None
    lead = _LEAD.match(source, line, at)
    start = lead.end() if lead else line
    name = plain_name(source[start:at])
    if (
        name is None
        or len(name) > 50
        or len(name.split()) > 6
        or name[0].islower()
        or name.endswith((".", ",", ":", "("))
    ):
        return None
    return Card(start, printed.end, name, handle[1], printed, handle.end(), clock, has_lines=False)


def _ends_words(words: str) -> bool:
    mark = max(words.rfind("/"), words.rfind("#"), words.rfind("＃"))
    is_marked = mark >= 0 and _WORD.fullmatch(words, mark + 1) is not None
    return is_marked or _ENDS_WORDS.search(words, max(0, len(words) - 2)) is not None
