"""CSV: an article a row, under a header that names the columns."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ..models import Article, Problem
from .decode import ARTICLE_LIMIT
from .lines import Line, read_lines
from .options import DEFAULTS, Options
from .repeats import IdLog, Ids
from .rows import Row, find_row_article

_DELIMITERS = ",;\t|"
_MOST_RETRIED = 8  # times the limit: how much is read again for quotes that never close, lest time grow as the square
_GIVEN_UP = "; too many such rows: the rest of the file is not read"
_FIELD_LIMIT = 2**31 - 1  # the module's own is 128 kB; rows are limited here instead, and less than a C long may hold


class _BrokenRowError(Exception):
    """Why the row that was being put together from lines cannot be one."""


def read_csv(
    file: BinaryIO,
    name: str,
    *,
    options: Options = DEFAULTS,
    ids: Ids | None = None,
    limit: int = ARTICLE_LIMIT,
) -> Iterator[Article | Problem]:
    """Read an article from each row of `file`; rows are counted from 1, the header not.

    Comma, semicolon, tab or bar: whichever splits the header so that a text column appears. Where a quote never
    closes, its row is a problem and reading goes on at the next line.

    >>> import io
    >>> [(a.id, a.text) for a in read_csv(io.BytesIO(b"id;text\\n7;It rains, it pours.\\n"), "a.csv")]
    [('7', 'It rains, it pours.')]
    """
    ids = IdLog() if ids is None else ids
    feed = _Feed(read_lines(file, encoding=options.encoding, limit=limit, one_encoding=True), limit)
    header = _read_header(feed, options)
    if header is None:
        yield Problem(source=name, reason="is empty", advice="nothing to search; remove it or fetch it again")
    elif not {options.text_column, options.html_column} & set(header.columns):
        reason = f"has no column {options.text_column!r} among {', '.join(map(repr, header.columns[:20]))}"
        yield Problem(source=name, place="line 1", reason=reason, advice="name it with --text-column")
    else:
        for number, row in enumerate(_rows(feed, header.delimiter), 1):
            yield from _find_row_article(row, name, number, header.columns, options, ids)


class _Header(NamedTuple):
    columns: list[str]
    delimiter: str


class _CsvRow(NamedTuple):
    """Cells, or in `broken` why there are none; the line it begins in; how many sequences became U+FFFD."""

    cells: list[str]
    line: int
    replaced: int = 0
    broken: str = ""


class _Feed:
    """Gives a csv.reader its lines, and knows which of them make up the row that is being read."""

    def __init__(self, lines: Iterator[Line], limit: int) -> None:
        self._lines = lines
        self._limit = limit
        self._again: deque[Line] = deque()
        self._size = 0
        self._retried = 0
        self.row: list[Line] = []
        self.line = 1

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is None:
            if self.row:
                raise _BrokenRowError("has a quote that is never closed")
            raise StopIteration
        self.row.append(line)
        self._size += len(line.text)
        if line.cut or self._size > self._limit:
            raise _BrokenRowError(f"is longer than {self._limit >> 20} MB, perhaps by a quote that is never closed")
        return line.text

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.line += len(self.row)
        self.row, self._size = [], 0

    def retry(self) -> bool:
        """Give the lines of the row again, but for the first; False when that was done with too much already."""
        self._again.extendleft(reversed(self.row[1:]))
        del self.row[1:]
        self._retried += self._size
        return self._retried <= _MOST_RETRIED * self._limit


def _read_header(feed: _Feed, options: Options) -> _Header | None:
    """The names of the columns and what separates them, None for an empty file."""
    try:
        first = next(csv.reader(feed), None)
    except (csv.Error, _BrokenRowError):
        feed.retry()
        return _Header([], ",")
    lines = [line.text for line in feed.row]
    for delimiter in _DELIMITERS:
        columns = [name.strip() for name in next(csv.reader(lines, delimiter=delimiter), [])]
        if {options.text_column, options.html_column} & set(columns):
            return _Header(columns, delimiter)
    return None if first is None else _Header(first, ",")


def _rows(feed: _Feed, delimiter: str) -> Iterator[_CsvRow]:
    """Read strictly, so that a quote which closes where no cell ends tells of one that was left open lines before."""
    csv.field_size_limit(_FIELD_LIMIT)
    rows = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin_row()
        try:
            cells = next(rows, None)
        except csv.Error as error:
            cells = _parse_leniently(feed, delimiter)
            broken = f"is not CSV: {error}"
        except _BrokenRowError as error:
            cells, broken = [], str(error)
        else:
            broken = ""
        if cells is None:
            return
        if not cells and broken:
            more = feed.retry()
            yield _CsvRow([], feed.line, broken=broken if more else broken + _GIVEN_UP)
            if not more:
                return
            rows = csv.reader(feed, delimiter=delimiter, strict=True)
        elif cells:
            yield _CsvRow(cells, feed.line, sum(line.replaced for line in feed.row))


def _parse_leniently(feed: _Feed, delimiter: str) -> list[str]:
    """The cells of a single line with quotes inside a cell, as some programs write them; none for several lines."""
    if len(feed.row) > 1:
        return []
    try:
        return next(csv.reader([feed.row[0].text], delimiter=delimiter), [])
    except csv.Error:
        return []


def _find_row_article(
    row: _CsvRow, name: str, number: int, columns: list[str], options: Options, ids: Ids
) -> Iterator[Article | Problem]:
    place = f"row {number} (line {row.line})"
    if row.replaced:
        reason = f"{row.replaced} bytes or sequences could not be decoded and became U+FFFD"
        yield Problem(source=name, place=place, reason=reason, advice="name the right one with --encoding")
    reason = row.broken
    if not reason and len(row.cells) != len(columns):
        reason = f"has {len(row.cells)} cells where the header has {len(columns)}"
    if reason:
        advice = "not read; put quotes round a cell that holds a comma, a quote or a line break, and double its quotes"
        yield Problem(source=name, place=place, reason=reason, advice=advice)
    else:
        cells = dict(zip(columns, row.cells, strict=True))
        yield from find_row_article(Row(name, number, place, cells), options=options, ids=ids)
