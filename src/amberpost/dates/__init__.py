"""Printed dates, read where they stand: the footer forms of every language that embeds come in.

A date is numbers and the words between them, so one linear pattern cuts the next few characters into both, and a table
made out of CLDR (`table`, imported at the first month that is not English) says which month the words name.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from .orders import ENGLISH, YEARS, Form, Found, parse_numbers, read_set
from .spelling import FOLD, MARKS, normalize_printed, printed_length

_REACH = 72

# The two commonest footers and, as X's API prints it, C's ctime, matched on the source: all else pays for tidying.
_QUICK = re.compile(
    r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})(?!\d)"
    r"|([0-9]{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? ([0-9]{4})(?!\d)"
    r"|[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}([0-9]{1,2}) [0-9:]{8} (?:[+-][0-9]{4} |[A-Z]{3,4} )?([0-9]{4})(?!\d)"
)
_CLOCK_NEAR = re.compile(r"\D{1,20}+\d{1,2}[:.h]\d\d")
_NUMBER_NEAR = re.compile(r"\d{13}(?!\d)|(?:\d{4}|\d{1,2})(?!\d)\D{1,44}+\d|\D{2,44}+\d")
# Whatever the form, with or without a clock time before it, its year has four digits; a mark may be among them.
YEAR_NEAR = re.compile(rf"(?:(?:\D{{0,44}}+\d{{1,3}}+(?!\d)){{0,6}}+\D{{0,44}}+\d{{4}}|[^{MARKS}]{{0,72}}+[{MARKS}])")

_LEADING = re.compile(f"[{MARKS}]*")
# Two numbers below 32 and a year: which of them is the day depends on who prints it.
_NUMERIC = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9]|[-/_.:][^\W_])")

_CLOCK = re.compile(
    r"(?:,? ?(?<!\w)(?:at|a|as|a las|alle|alle ore|ore|ora|um|om|kl|klo|o|ob|u|w|v|ve|в|о|у|saat|la|pukul|jam|luc|στισ|"
    r"kell|في|בשעה|को|เวลา)\.? |,? [-–—·•] |, ?| |t)(?:(?:上午|下午|午前|午後|오전|오후) ?)?"
    r"(?:[0-2]?[0-9][:h][0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:z(?!\w))?"
    r"|(?:(?<=[^\W\d] )|(?<=kl\. ))[0-2]?[0-9]\.[0-5][0-9])(?![0-9])(?: ?(?:[ap]m(?!\w)|[ap]\. ?m\.?(?!\w)))?"
)
_CLOCK_FIRST = re.compile(r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?: ?[ap]\.?m\.?)? ?[-–—·•,] ?")
_ZONE = re.compile(
    r"[+-][0-9]{2}:?[0-9]{2}\b| ?(?:UTC|GMT)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?\b"
    r"| ?(?:[PMCE][SD]?T|A[KE]?[SD]T|BST|CEST|EES?T|WES?T|HST|MSK|[JKI]ST)\b"
)


@dataclass(slots=True, frozen=True, kw_only=True)
class PrintedDate:
    """A date as it stands in a source: the day it names, what was printed, and where.

    `day` is None when there is no such day (February 31). In `text` white space, with Markdown's quote marks, is folded
    to one space and escapes are removed; `source[start:end]` is untouched.

    >>> parse_date("2026-09-09", 0).day
    datetime.date(2026, 9, 9)
    """

    day: dt.date | None
    text: str
    start: int
    end: int
    form: Form


def parse_date(source: str, at: int, *, time: bool = True, known: dt.date | None = None) -> PrintedDate | None:
    """Read the date printed at exactly `at`, or None; with `time`, a clock time directly behind belongs to it.

    Looks at most 80 characters ahead and never raises. The caller has skipped white space. A date in numbers that may
    begin with its day or with its month is read where the day is `known` from elsewhere, and it can mean that one.

    >>> parse_date("on Mar 7, 2018 at 7:39pm PST", 3).text
    'Mar 7, 2018 at 7:39pm PST'
    >>> parse_date("24 марта 2019 г. Далее", 0).day
    datetime.date(2019, 3, 24)
    >>> parse_date("05/06/2018", 0), parse_date("05/06/2018", 0, known=dt.date(2018, 6, 5)).day
    (None, datetime.date(2018, 6, 5))
    """
    if not 0 <= at < len(source):
        return None
    quick = _QUICK.match(source, at)
    if quick is not None:
        found = _parse_english(quick)
        if found is not None and not (time and _CLOCK_NEAR.match(source, found.end)):
            return _print(found, quick[0], at, found.end)
    start = at if source[at] < "\xad" else _LEADING.match(source, at, at + 8).end()  # type: ignore[union-attr]
    if not _may_begin(source, start):
        return None
    printed = _parse_window(source, start, time=time) if YEAR_NEAR.match(source, start) else None
    return printed if printed or known is None else _parse_numeric(source, start, known, time=time)


def _parse_numeric(source: str, start: int, known: dt.date, *, time: bool) -> PrintedDate | None:
    """Read a date that does not say which number is the day: that reading counts which is within a day of the known."""
    folded = source[start : start + _REACH].translate(FOLD)
    numeric = _NUMERIC.match(folded)
    if numeric is None:
        return None
    first, second, year = int(numeric[1]), int(numeric[3]), known.year // 100 * 100 + int(numeric[4][-2:])
    if int(numeric[4]) not in (year, year % 100):
        return None
    meant = (Found(year, month, day, 0, "numeric") for day, month in ((first, second), (second, first)))
    found = next((one for one in meant if _is_near(one, known)), None)
    if found is None:
        return None
    behind = _CLOCK.match(folded, numeric.end()) if time else None
    end = start + (behind or numeric).end()
    return _print(found, source[start:end], start, end)


def _is_near(found: Found, known: dt.date) -> bool:
    """Tell whether it is that day or the next to it: a site may print its own zone's."""
    try:
        return abs(dt.date(found.year, found.month, found.day) - known) <= dt.timedelta(days=1)
    except ValueError:
        return False


def _print(found: Found, text: str, start: int, end: int) -> PrintedDate:
    try:
        day = dt.date(found.year, found.month, found.day)
    except ValueError:
        day = None
    return PrintedDate(day=day, text=text, start=start, end=end, form=found.form)


def _parse_english(quick: re.Match[str]) -> Found | None:
    name, day, year = quick[1] or quick[5] or quick[7], quick[2] or quick[4] or quick[8], quick[quick.lastindex or 3]
    month = ENGLISH.get(name.lower(), 0)
    return Found(int(year), month, int(day), quick.end()) if month and int(year) in YEARS else None


def _may_begin(source: str, at: int) -> bool:
    if _NUMBER_NEAR.match(source, at) is None:
        return False
    first = source[at : at + 3]
    if first[0].isdecimal() or first.lower() in ENGLISH or first.translate(FOLD) in read_set("STARTS"):
        return True
    return not (first.isascii() or (first.isprintable() and unicodedata.is_normalized("NFC", first)))


def _parse_window(source: str, start: int, *, time: bool) -> PrintedDate | None:
    window = source[start : start + _REACH]
    text = normalize_printed(window)
    folded = text.translate(FOLD)
    clock = _CLOCK_FIRST.match(folded)
    if clock is not None and not time:
        return None
    found = parse_numbers(folded, text, clock.end() if clock else 0)
    if found is None:
        return None
    end = _find_clock_end(found, folded, text) if time and clock is None else found.end
    length = end if text is window else printed_length(window, end)
    return _print(found, " ".join(text[:end].split()), start, start + length)


def _find_clock_end(found: Found, folded: str, text: str) -> int:
    clock = _CLOCK.match(folded, found.end) if _CLOCK_NEAR.match(folded, found.end) else None
    if clock is None:
        return found.end
    zone = _ZONE.match(text, clock.end())  # in capitals only: "est" is a word in French
    return zone.end() if zone else clock.end()
