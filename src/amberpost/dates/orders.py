"""Which number of a printed date is its day, its month, its year, by their order and the words between them."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from .spelling import find_words

Form = Literal["words", "iso", "numeric", "epoch"]

YEARS = range(1990, 2101)
_EPOCHS = range(1_136_073_600_000, 4_102_444_800_000)  # 2006 to 2100, in milliseconds

_NAMES = "january february march april may june july august september october november december"
ENGLISH = {name[:cut]: n for n, name in enumerate(_NAMES.split(), 1) for cut in (3, 9)} | {"sept": 9}

# Vietnamese counts its weekdays, and Thai glues "the" to them.
_COUNTED_DAY = re.compile(r"(?<=\bthu) (?:hai|ba|tu|nam|sau|bay)\b|ที่(?=\s)")
_NUMBERS = re.compile(r"([^0-9]{0,44}+)([0-9]++)(?:([^0-9]{1,44}+)([0-9]++)(?:([^0-9]{1,12}+)([0-9]++))?)?")
_SEPARATOR = re.compile(r"[\s,.]+")
_NEXT_WORD = re.compile(r"[\s.-]{1,3}[^\W\d_]{3,20}")
_CUT_OFF = re.compile(r"[0-9]|[-/_.:][^\W_]")  # behind a numeric date: it is part of a longer code
_YEAR_WORD = re.compile(r"\s?(?:[грշшթҫ]\.|[гр](?!\w)|(?:года|року|година|ел|аз)(?!\w))|an(?!\w)")
_DAY_WORD = re.compile(r"\s?d\.|\(a\)")
_LATE_WEEKDAY = re.compile(
    r"\s?\(?(?:星期[一二三四五六日天]|[月火水木金土日]曜日|[월화수목금토일]요일)\)?|[\s,]{1,2}([^\W\d_]{3,20})(?!\w)"
)

# Between year, month and day, without spaces and commas: what may be printed behind the last number.
_YEAR_FIRST = {("-", "-"): "", ("/", "/"): "", (".", "."): "", ("оны", "-рсарын"): ""}
_YEAR_FIRST |= {("年", "月"): "日号號", ("", "月"): "日", ("년", "월"): "일"}
_DAY_FIRST = {(".", "."), ("/", "/"), ("-", "-"), ("thang", ""), ("thg", ""), ("thang", "nam")}


class Found(NamedTuple):
    """What a date names, and where it ends in the folded text."""

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


def parse_numbers(folded: str, text: str, begin: int) -> Found | None:
    """Read a date at `begin` of a text that is `folded`: small letters without accents; `text` has them as printed.

    Years are 1990 to 2100, as those of posts are; a date that may begin with its day or with its month is none.

    >>> parse_numbers("24 marta 2019", "24 marta 2019", 0), parse_numbers("3/4/2024", "3/4/2024", 0)
    (Found(year=2019, month=3, day=24, end=13, form='words'), None)
    """
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
    if len(words) == 1 and words[0] in ENGLISH and "." not in gap:
        return _Gap(ENGLISH[words[0]], ENGLISH[words[0]], has_words=True)
    from .table import CLOSING, DOTTED, FILLERS, MONTHS, WEEKDAYS

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


def _parse_epoch(milliseconds: int, end: int) -> Found | None:
    day = dt.datetime.fromtimestamp(milliseconds // 1000, dt.UTC) if milliseconds in _EPOCHS else None
    return Found(day.year, day.month, day.day, end, "epoch") if day else None


def _parse_year(digits: str, *, is_thai: bool = False) -> int | None:
    """The year that a run of digits begins with: a next word glued to the date may begin with digits of its own."""
    year = int(digits[:4])
    if is_thai and len(digits) == 4 and year > 2400:
        year -= 543  # the Buddhist era, whether its name is printed or not
    return year if year in YEARS and len(digits) >= 4 else None


def _parse_month_first(numbers: re.Match[str], head: _Gap) -> Found | None:
    gap = _read_gap(numbers[3]) if numbers[3] else None
    if gap is None or gap.month or gap.has_weekday or len(numbers[2]) > 2:
        return None
    if not gap.has_words and not _SEPARATOR.fullmatch(numbers[3]):
        return None
    year = _parse_year(numbers[4])
    return Found(year, head.month, int(numbers[2]), numbers.start(4) + 4) if year else None


def _parse_day_first(numbers: re.Match[str], folded: str, text: str) -> Found | None:
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
    return Found(year, gap.dotted_month if has_dot else gap.month, int(numbers[2]), _skip_weekday(folded, end))


def _skip_weekday(folded: str, end: int) -> int:
    word = _LATE_WEEKDAY.match(folded, end)
    return word.end() if word and (word[1] is None or word[1] in read_set("LATE_WEEKDAYS")) else end


def _parse_day_month_year(numbers: re.Match[str], folded: str) -> Found | None:
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
    return _check_numeric(Found(year, second, first, end, "numeric" if len(between) == 1 else "words"))


def _check_numeric(found: Found) -> Found | None:
    return found if 1 <= found.month <= 12 and 1 <= found.day <= 31 else None


def _parse_year_first(numbers: re.Match[str], folded: str) -> Found | None:
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
        return Found(year, gap.month, int(numbers[4]), _skip_weekday(folded, _skip_day_word(folded, numbers)))
    word = _NEXT_WORD.match(folded, numbers.end(4)) if gap.has_words else None
    last = _read_gap(word[0]) if word else None
    return Found(year, last.month, int(numbers[4]), word.end()) if word and last and last.month else None


def _skip_day_word(folded: str, numbers: re.Match[str]) -> int:
    end = numbers.end(4)
    if numbers[3].startswith(".") and folded.startswith(".", end):
        return end + 1  # Hungarian dots year and day
    word = _DAY_WORD.match(folded, end)
    return word.end() if word else end


def _parse_year_month_day(numbers: re.Match[str], folded: str, year: int, behind: str) -> Found | None:
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
    return _check_numeric(Found(year, int(numbers[4]), int(numbers[6]), end, form))


@cache
def read_set(name: Literal["STARTS", "LATE_WEEKDAYS"]) -> frozenset[str]:
    """A set of the table of dates, which is loaded by the first date that is not English."""
    from . import table

    return table.STARTS if name == "STARTS" else table.LATE_WEEKDAYS
