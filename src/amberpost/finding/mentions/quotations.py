"""The quotation that belongs to a phrase: in it, directly behind it or directly before it, within bounds."""

from __future__ import annotations

import re

REACH = 500
"""How long a quotation may be."""

PAIRS = {"“": "”", "„": "“”", "«": "»", '"': '"', "「": "」", "『": "』", "”": "”"}
CLOSERS = '”“»"」』'
_OPENS = re.compile(r"(?:[»”\")]? ?[:,،]|(?<=[\u3040-\u9fff])|(?= \"))[ \xa0]?(?P<open>[“„«\"「『])")
_OPENS_LATER = re.compile(
    r"(?:(?: [^\s:.,\"“„«]{1,15}){1,2}[ \xa0]?[:،][ \xa0]?|(?: [^\s:.,\"“„«]{1,15})? )(?P<open>[“„«\"「])"
)
_CLOSED = re.compile(
    r"(?P<close>[”“»\"」』])[,.،]?(?: ?[—–-])?(?: diye)?と?[ \xa0]?(?:[^\n.!?:,\"“”«»「」]{1,30} )?\(?$"
)

Quotation = tuple[int, int, str]
"""Where it begins (at its mark), where it ends, and its words."""


def closing_mark(text: str, opening: int) -> int | None:
    """Where the quotation that opens at `opening` closes, or None when it does not within REACH.

    >>> closing_mark("“so”", 0)
    3
    """
    marks = PAIRS.get(text[opening], "")
    ends = [at for mark in marks if (at := text.find(mark, opening + 1, opening + REACH)) >= 0]
    return min(ends, default=None)


def _quote_at(text: str, opening: int) -> Quotation | None:
    close = closing_mark(text, opening)
    words = text[opening + 1 : close].strip() if close is not None else ""
    return (opening, close + 1, words) if close is not None and words else None


def quotation_inside(text: str, start: int, end: int) -> Quotation | None:
    """A quotation between platform and verb, as Japanese and Turkish have it.

    >>> quotation_inside("Xで「はい」と", 0, 8)[2]
    'はい'
    """
    at = min((found for mark in '「『“"«' if (found := text.find(mark, start, end)) >= 0), default=-1)
    return _quote_at(text, at) if at >= 0 else None


def quotation_behind(text: str, end: int) -> Quotation | None:
    """A quotation that begins behind a phrase, at most two words between; a lone quoted word after `that` is none.

    >>> quotation_behind("wrote: “So be it.”", 5)[2]
    'So be it.'
    """
    match = _OPENS.match(text, end, end + 6) or _OPENS_LATER.match(text, end, end + 45)
    quote = _quote_at(text, match.start("open")) if match is not None else None
    scare = quote is not None and " " not in quote[2] and text.startswith("that ", quote[0] - 5)
    return None if scare else quote


def quotation_before(text: str, start: int, floor: int) -> Quotation | None:
    """A quotation that ends directly before a phrase, a short subject between (`“…,” the mayor wrote`).

    >>> quotation_before("“So be it,” wrote", 12, 0)[2]
    'So be it,'
    """
    match = _CLOSED.search(text, max(floor, start - 40), start)
    if match is None:
        return None
    close = match.start("close")
    openers = [mark for mark, ends in PAIRS.items() if text[close] in ends]
    at = max(text.rfind(mark, max(floor, close - REACH), close) for mark in openers)
    if at < 0 or "\n" in text[at:close]:
        return None
    words = text[at + 1 : close].strip()
    return (at, start, words) if words else None
