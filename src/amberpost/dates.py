"""Printed dates, read where they stand: the footer forms of every language that embeds come in.

A date is numbers and the words between them, so one linear pattern cuts the next few characters into both, and a table
made out of CLDR (`datetable`, imported at the first month that is not English) says which month the words name.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from .datespelling import FOLD, MARKS, find_words, normalize_printed, printed_length

Form = Literal["words", "iso", "numeric", "epoch"]

_REACH = 72
_YEARS = range(1990, 2101)
_EPOCHS = range(1_136_073_600_000, 4_102_444_800_000)  # 2006 to 2100, in milliseconds

_NAMES = "january february march april may june july august september october november december"
_ENGLISH = {name[:cut]: n for n, name in enumerate(_NAMES.split(), 1) for cut in (3, 9)} | {"sept": 9}
# The two commonest footers and, as X's API prints it, C's ctime, matched on the source: all else pays for tidying.
_QUICK = re.compile(
    r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})(?!\d)"
    r"|([0-9]{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? ([0-9]{4})(?!\d)"
    r"|[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}([0-9]{1,2}) [0-9:]{8} (?:[+-][0-9]{4} |[A-Z]{3,4} )?([0-9]{4})(?!\d)"
)
_CLOCK_NEAR = re.compile(r"\D{1,20}+\d{1,2}[:.h]\d\d")
_NUMBER_NEAR = re.compile(r"\d{13}(?!\d)|(?:\d{4}|\d{1,2})(?!\d)\D{1,44}+\d|\D{2,44}+\d")

_LEADING = re.compile(f"[{MARKS}]*")
# Vietnamese counts its weekdays, and Thai glues "the" to them.
_COUNTED_DAY = re.compile(r"(?<=\bthu) (?:hai|ba|tu|nam|sau|bay)\b|ที่(?=\s)")
# Two numbers below 32 and a year: which of them is the day depends on who prints it.
_NUMERIC = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9]|[-/_.:][^\W_])")

_NUMBERS = re.compile(r"([^0-9]{0,44}+)([0-9]++)(?:([^0-9]{1,44}+)([0-9]++)(?:([^0-9]{1,12}+)([0-9]++))?)?")
_SEPARATOR = re.compile(r"[\s,.]+")
_NEXT_WORD = re.compile(r"[\s.-]{1,3}[^\W\d_]{3,20}")
_CUT_OFF = re.compile(r"[0-9]|[-/_.:][^\W_]")  # behind a numeric date: it is part of a longer code
_YEAR_WORD = re.compile(r"\s?(?:[грշшթҫ]\.|[гр](?!\w)|(?:года|року|година|ел|аз)(?!\w))|an(?!\w)")
_DAY_WORD = re.compile(r"\s?d\.|\(a\)")
_LATE_WEEKDAY = re.compile(
    r"\s?\(?(?:星期[一二三四五六日天]|[月火水木金土日]曜日|[월화수목금토일]요일)\)?|[\s,]{1,2}([^\W\d_]{3,20})(?!\w)"
)
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

# Between year, month and day, without spaces and commas: what may be printed behind the last number.
_YEAR_FIRST = {("-", "-"): "", ("/", "/"): "", (".", "."): "", ("оны", "-рсарын"): ""}
_YEAR_FIRST |= {("年", "月"): "日号號", ("", "月"): "日", ("년", "월"): "일"}
_DAY_FIRST = {(".", "."), ("/", "/"), ("-", "-"), ("thang", ""), ("thg", ""), ("thang", "nam")}


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


class _Found(NamedTuple):
    year: int
    month: int
    day: int
    end: int
    form: Form = "words"


class _Gap(NamedTuple):
    """What the words between two numbers say: a month (maybe another where the day has a dot), or "of" and "year"."""

    month: int = 0
    dotted_month: int = 0
    closes: bool = False
    is_thai: bool = False
    has_words: bool = False
    has_weekday: bool = False


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
    printed = _parse_window(source, start, time=time)
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
    meant = (_Found(year, month, day, 0, "numeric") for day, month in ((first, second), (second, first)))
    found = next((one for one in meant if _is_near(one, known)), None)
    if found is None:
        return None
    behind = _CLOCK.match(folded, numeric.end()) if time else None
    end = start + (behind or numeric).end()
    return _print(found, source[start:end], start, end)


def _is_near(found: _Found, known: dt.date) -> bool:
    """Tell whether it is that day or the next to it: a site may print its own zone's."""
    try:
        return abs(dt.date(found.year, found.month, found.day) - known) <= dt.timedelta(days=1)
    except ValueError:
        return False


def _print(found: _Found, text: str, start: int, end: int) -> PrintedDate:
    try:
        day = dt.date(found.year, found.month, found.day)
    except ValueError:
        day = None
    return PrintedDate(day=day, text=text, start=start, end=end, form=found.form)


def _parse_english(quick: re.Match[str]) -> _Found | None:
    name, day, year = quick[1] or quick[5] or quick[7], quick[2] or quick[4] or quick[8], quick[quick.lastindex or 3]
    month = _ENGLISH.get(name.lower(), 0)
    return _Found(int(year), month, int(day), quick.end()) if month and int(year) in _YEARS else None


@cache
def _read_set(name: Literal["STARTS", "LATE_WEEKDAYS"]) -> frozenset[str]:
    from . import datetable

    return datetable.STARTS if name == "STARTS" else datetable.LATE_WEEKDAYS


def _may_begin(source: str, at: int) -> bool:
    if _NUMBER_NEAR.match(source, at) is None:
        return False
    first = source[at : at + 3]
    if first[0].isdecimal() or first.lower() in _ENGLISH or first.translate(FOLD) in _read_set("STARTS"):
        return True
    return not (first.isascii() or (first.isprintable() and unicodedata.is_normalized("NFC", first)))


def _parse_window(source: str, start: int, *, time: bool) -> PrintedDate | None:
    window = source[start : start + _REACH]
    text = normalize_printed(window)
    folded = text.translate(FOLD)
    clock = _CLOCK_FIRST.match(folded)
    if clock is not None and not time:
        return None
    found = _parse_numbers(folded, text, clock.end() if clock else 0)
    if found is None:
        return None
    end = _find_clock_end(found, folded, text) if time and clock is None else found.end
    length = end if text is window else printed_length(window, end)
    return _print(found, " ".join(text[:end].split()), start, start + length)


def _find_clock_end(found: _Found, folded: str, text: str) -> int:
    clock = _CLOCK.match(folded, found.end) if _CLOCK_NEAR.match(folded, found.end) else None
    if clock is None:
        return found.end
    zone = _ZONE.match(text, clock.end())  # in capitals only: "est" is a word in French
    return zone.end() if zone else clock.end()


def _parse_numbers(folded: str, text: str, begin: int) -> _Found | None:
    numbers = _NUMBERS.match(folded, begin)
    if numbers is not None and numbers[1]:
        head = _read_gap(numbers[1])
        if head is None or head.month or not head.has_weekday:
            return _parse_month_first(numbers, head) if head else None
        numbers = _NUMBERS.match(folded, numbers.start(2))
    if numbers is None:
        return None
    first = numbers[2]
    if len(first) == 13:
        return _parse_epoch(int(first), numbers.end(2))
    if numbers[4] is None:
        return None
    if len(first) == 4:
        return _parse_year_first(numbers, folded)
    return _parse_day_first(numbers, folded, text) if len(first) < 3 else None


@lru_cache(maxsize=2048)
def _read_gap(gap: str) -> _Gap | None:
    words = find_words(_COUNTED_DAY.sub("", gap))
    if not words:
        return _Gap()
    if len(words) == 1 and words[0] in _ENGLISH and "." not in gap:
        return _Gap(_ENGLISH[words[0]], _ENGLISH[words[0]], has_words=True)
    from .datetable import CLOSING, DOTTED, FILLERS, MONTHS, WEEKDAYS

    kept = words if " ".join(words) in MONTHS else [word for word in words if word not in FILLERS]
    days = [] if " ".join(kept) in MONTHS else [word for word in kept if word in WEEKDAYS]
    name = " ".join(word for word in kept if word not in days)
    months = {MONTHS[name]} if name in MONTHS else {MONTHS.get(word, 0) for word in name.split()}  # two: آذار/مارس
    month = months.pop() if months else 0
    if months or (name and not month):
        return None
    return _Gap(month, DOTTED.get(name, month), name in CLOSING, "ก" <= name[:1] <= "๛", True, bool(days))


def _squeeze(gap: str) -> str:
    return gap.replace(" ", "").replace(",", "")


def _parse_epoch(milliseconds: int, end: int) -> _Found | None:
    day = dt.datetime.fromtimestamp(milliseconds // 1000, dt.UTC) if milliseconds in _EPOCHS else None
    return _Found(day.year, day.month, day.day, end, "epoch") if day else None


def _parse_year(digits: str, *, is_thai: bool = False) -> int | None:
    """The year that a run of digits begins with: a next word glued to the date may begin with digits of its own."""
    year = int(digits[:4])
    if is_thai and len(digits) == 4 and year > 2400:
        year -= 543  # the Buddhist era, whether its name is printed or not
    return year if year in _YEARS and len(digits) >= 4 else None


def _parse_month_first(numbers: re.Match[str], head: _Gap) -> _Found | None:
    gap = _read_gap(numbers[3]) if numbers[3] else None
    if gap is None or gap.month or gap.has_weekday or len(numbers[2]) > 2:
        return None
    if not gap.has_words and not _SEPARATOR.fullmatch(numbers[3]):
        return None
    year = _parse_year(numbers[4])
    return _Found(year, head.month, int(numbers[2]), numbers.start(4) + 4) if year else None


def _parse_day_first(numbers: re.Match[str], folded: str, text: str) -> _Found | None:
    if numbers[6] and (_squeeze(numbers[3]), _squeeze(numbers[5])) in _DAY_FIRST:
        return _parse_day_month_year(numbers, folded)
    gap = _read_gap(numbers[3])
    year = _parse_year(numbers[4], is_thai=gap.is_thai) if gap and gap.month and not gap.has_weekday else None
    if gap is None or year is None:
        return None
    has_dot = numbers[3].startswith(".")
    end = numbers.start(4) + 4
    # Serbian and its neighbours print a dot behind the year, and months in lower case: not so "29. April 2024."
    if gap.closes and has_dot and folded.startswith(".", end) and text[slice(*numbers.span(3))].islower():
        end += 1
    elif word := _YEAR_WORD.match(folded, end):
        end = word.end()
    return _Found(year, gap.dotted_month if has_dot else gap.month, int(numbers[2]), _skip_weekday(folded, end))


def _skip_weekday(folded: str, end: int) -> int:
    word = _LATE_WEEKDAY.match(folded, end)
    return word.end() if word and (word[1] is None or word[1] in _read_set("LATE_WEEKDAYS")) else end


def _parse_day_month_year(numbers: re.Match[str], folded: str) -> _Found | None:
    first, second, year = int(numbers[2]), int(numbers[4]), _parse_year(numbers[6])
    between = numbers[3].strip()
    end = numbers.end(6)
    if year is None or len(numbers[6]) > 4 or _CUT_OFF.match(folded, end):
        return None
    if word := _YEAR_WORD.match(folded, end):
        end = word.end()
    if between in ("/", "-"):
        if first <= 12 and second <= 12 and first != second:
            return None  # 3/4/2024: the fourth of March or the third of April
        first, second = (second, first) if second > 12 else (first, second)
    return _check_numeric(_Found(year, second, first, end, "numeric" if len(between) == 1 else "words"))


def _check_numeric(found: _Found) -> _Found | None:
    return found if 1 <= found.month <= 12 and 1 <= found.day <= 31 else None


def _parse_year_first(numbers: re.Match[str], folded: str) -> _Found | None:
    year = _parse_year(numbers[2])
    if year is None or len(numbers[4]) > 2:
        return None
    if numbers[6]:
        behind = _YEAR_FIRST.get((_squeeze(numbers[3]), _squeeze(numbers[5])))
        if behind is not None:
            return _parse_year_month_day(numbers, folded, year, behind)
    gap = _read_gap(numbers[3])
    if gap is None or gap.has_weekday:
        return None
    if gap.month:
        return _Found(year, gap.month, int(numbers[4]), _skip_weekday(folded, _skip_day_word(folded, numbers)))
    word = _NEXT_WORD.match(folded, numbers.end(4)) if gap.has_words else None
    last = _read_gap(word[0]) if word else None
    return _Found(year, last.month, int(numbers[4]), word.end()) if word and last and last.month else None


def _skip_day_word(folded: str, numbers: re.Match[str]) -> int:
    end = numbers.end(4)
    if numbers[3].startswith(".") and folded.startswith(".", end):
        return end + 1  # Hungarian dots year and day
    word = _DAY_WORD.match(folded, end)
    return word.end() if word else end


def _parse_year_month_day(numbers: re.Match[str], folded: str, year: int, behind: str) -> _Found | None:
    end = numbers.end(6)
    if len(numbers[6]) > 2 or (not behind and _CUT_OFF.match(folded, end)):
        return None
    if behind:
        rest = folded[end : end + 2].lstrip(" ")
        end = _skip_weekday(folded, folded.index(rest, end) + 1 if rest and rest[0] in behind else end)
    elif numbers[3] == ". " and folded.startswith(".", end):  # Korean dots all three
        end += 1
    is_iso = (numbers[3], numbers[5], len(numbers[4]), len(numbers[6])) == ("-", "-", 2, 2)
    form: Form = "iso" if is_iso else "words" if behind else "numeric"
    return _check_numeric(_Found(year, int(numbers[4]), int(numbers[6]), end, form))
