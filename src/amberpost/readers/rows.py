"""What JSONL and CSV have in common: a row with named columns becomes an article."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Generator, Iterator, Mapping
from typing import NamedTuple

from ..models import Article, Problem, replace_surrogates
from .decode import ARTICLE_LIMIT
from .options import Options
from .repeats import Ids

_DAY_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d\d|\Z)")
# A generator that yields what is wrong with a cell and returns what it holds.
Found = Generator[Problem, None, str | None]

SEARCHED = "the article is searched all the same"
OUT_OF_RANGE = object()
"""Stands for a day or instant that Python's calendar does not have."""


class Row(NamedTuple):
    """Where a row stands: its file, its number from 1, how messages name the place, and its cells by column.

    Where rows have neither file nor number, `name` is the id of the article and `place` None.
    """

    name: str
    number: int
    place: str | None
    cells: Mapping[str, object]

    def problem(self, reason: str, advice: str) -> Problem:
        return Problem(source=self.name, place=self.place, reason=reason, advice=advice)


def parse_day(value: str) -> dt.date | None:
    """Read the calendar day, as written, of an ISO date or date and time; None when it is something else.

    >>> parse_day("2024-11-29T23:30:00-08:00"), parse_day("2024-11-29 08:00:00 UTC"), parse_day("29/11/24")
    (datetime.date(2024, 11, 29), datetime.date(2024, 11, 29), None)
    """
    value = value.strip()
    begun = _DAY_FIRST.match(value)
    try:
        if begun:
            return dt.date(int(begun[1]), int(begun[2]), int(begun[3]))
        return dt.datetime.fromisoformat(value).date()
    except ValueError:
        return None


def find_row_article(row: Row, *, options: Options, ids: Ids) -> Iterator[Article | Problem]:
    """Yield the article of a row, after a problem for each cell that is not what its column should hold."""
    text = yield from _source(row, options)
    if text is None:
        return
    own = yield from _own_id(row, options.id_column)
    if own is not None:
        ids.note(row.name, own, row.number)
    date = yield from _date(row, options.date_column)
    title = yield from _string(row, options.title_column)
    url = yield from _string(row, options.url_column)
    is_text = bool(row.cells.get(options.text_column))
    yield Article(
        id=own or f"{row.name}#{row.number}",
        text=text if is_text else None,
        html=None if is_text else text,
        date=date,
        title=title,
        url=url,
    )


def _source(row: Row, options: Options) -> Found:
    """The text, else the HTML; None, with a problem, when there is neither."""
    column = options.text_column if row.cells.get(options.text_column) else options.html_column
    value = row.cells.get(column)
    if not value:
        column = options.text_column
        reason = f"its {column!r} is empty" if column in row.cells else f"has no column {column!r}"
        yield row.problem(reason, "nothing to search; name the right column with --text-column or --html-column")
        return None
    if not isinstance(value, str):
        yield row.problem(f"its {column!r} is {type_of(value)}, not a string", "nothing was searched; mend the row")
        return None
    if len(value) > ARTICLE_LIMIT:
        megabytes = ARTICLE_LIMIT // 2**20
        yield row.problem(f"its {column!r} is longer than {megabytes} M: only the beginning was searched", "split it")
        value = value[:ARTICLE_LIMIT]
    yield from _odd_characters(row, value)
    return value


def _odd_characters(row: Row, text: str) -> Iterator[Problem]:
    if "\0" in text:
        yield row.problem("its text holds NUL characters", SEARCHED)
    if replace_surrogates(text) is not text:
        yield row.problem("its text holds half a surrogate pair, read as U+FFFD", SEARCHED)


def _own_id(row: Row, column: str) -> Found:
    value = row.cells.get(column)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    yield row.problem(f"its {column!r} is {type_of(value)}", f"the article is called {row.name}#{row.number} instead")
    return None


def _string(row: Row, column: str) -> Found:
    value = row.cells.get(column)
    if value is None or isinstance(value, str):
        return value or None
    yield row.problem(f"its {column!r} is {type_of(value)}, not a string", f"left out; {SEARCHED}")
    return None


def _date(row: Row, column: str) -> Generator[Problem, None, dt.date | None]:
    value = yield from _string(row, column)
    day = parse_day(value) if value else None
    if value and day is None:
        yield row.problem(f"its {column!r} {value[:40]!r} is not an ISO date", f"write 2024-11-29; {SEARCHED}")
    return day


_TYPES = {list: "a list", str: "a string", bool: "true or false", int: "a number", float: "a number"}


def type_of(value: object) -> str:
    """What JSON, or a cell, holds where something else is wanted.

    >>> type_of([]), type_of(None), type_of(7.5), type_of(OUT_OF_RANGE)
    ('a list', 'null', 'a number', 'out of range')
    """
    if value is None or value is OUT_OF_RANGE:
        return "null" if value is None else "out of range"
    return _TYPES.get(type(value), "an object")
