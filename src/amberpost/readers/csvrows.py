"""The rows of a CSV file, whatever they are rows of: found in damaged files too, and the place of each known."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator
from typing import BinaryIO, NamedTuple

from .decode import ARTICLE_LIMIT
from .lines import Line, read_lines

_DELIMITERS = ",;\t|"
_HINT = re.compile(r'(?:"?sep=."?)?\r?\n')  # no header yet: an empty line, or what Excel alone knows
_MOST_RETRIED = 8  # times the limit: how much is read again for quotes that never close, lest time grow as the square
_GIVEN_UP = "; too many such rows: the rest of the file is not read"
_FIELD_LIMIT = 2**31 - 1  # the module's own is 128 kB; rows are limited here instead, and less than a C long may hold

HEADER = "its first line is no header that can be read"
HEADER_ADVICE = "not read; end its lines with LF or CRLF, not CR alone, and close each quote"
CELL_ADVICE = "not read; put quotes round a cell that holds a comma, a quote or a line break, and double its quotes"


class CsvRow(NamedTuple):
    """Cells, or in `broken` why there are none; its number from 1 and the line it begins in; bytes become U+FFFD."""

    cells: list[str]
    number: int
    line: int
    replaced: int = 0
    broken: str = ""

    @property
    def place(self) -> str:
        """How messages name the row."""
        return f"row {self.number} (line {self.line})"


class CsvTable(NamedTuple):
    """The names of the columns, none where the header cannot be read, and the rows under them."""

    columns: list[str]
    rows: Iterator[CsvRow]

    def find_doubled(self) -> list[str]:
        """The names that more than one column has, of which nobody knows which is meant."""
        return [name for name, times in Counter(self.columns).items() if name and times > 1]

    def make_cells(self, row: CsvRow) -> dict[str, object]:
        """The cells of a row by column, without those of columns of one name."""
        cells: dict[str, object] = dict(zip(self.columns, row.cells, strict=True))
        if len(cells) < len(self.columns):
            for name in (*self.find_doubled(), ""):
                cells.pop(name, None)
        return cells


def open_table(
    file: BinaryIO, *, wanted: Collection[str], encoding: str | None = None, limit: int = ARTICLE_LIMIT
) -> CsvTable | None:
    """Read the header of a CSV file, and its rows as they are asked for; None for an empty file.

    Comma, semicolon, tab or bar: whichever splits the header so that a wanted column appears. A row whose cells are
    not as many as the columns is broken; where a quote never closes, its row is, and reading goes on at the next line.

    >>> import io
    >>> table = open_table(io.BytesIO(b"id;url\\n7;https://t.co/a\\n"), wanted=["url"])
    >>> table.columns, [row.cells for row in table.rows]
    (['id', 'url'], [['7', 'https://t.co/a']])
    """
    feed = _Feed(read_lines(file, encoding=encoding, limit=limit, one_encoding=True), limit)
    header = _read_header(feed, wanted)
    return header and CsvTable(header.columns, _find_rows(feed, header))


class _BrokenRowError(Exception):
    """Why the row that was being put together from lines cannot be one."""


class _Header(NamedTuple):
    columns: list[str]
    delimiter: str


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


def _read_header(feed: _Feed, wanted: Collection[str]) -> _Header | None:
    """The names of the columns and what separates them, None for an empty file.

    Where no sign gives a wanted column, the one that gives most columns is taken: they are what the user is told.
    """
    try:
        first = next(csv.reader(feed), None)
        while first is not None and _HINT.fullmatch(feed.row[0].text):
            feed.begin_row()
            first = next(csv.reader(feed), None)
    except (csv.Error, _BrokenRowError):
        feed.retry()
        return _Header([], ",")
    if first is None:
        return None
    lines = [line.text for line in feed.row]
    split = [(next(csv.reader(lines, delimiter=sign), []), sign) for sign in _DELIMITERS]
    headers = [_Header([name.strip() for name in columns], sign) for columns, sign in split]
    fitting = (header for header in headers if not set(wanted).isdisjoint(header.columns))
    return next(fitting, None) or max(headers, key=lambda header: len(header.columns))


def _find_rows(feed: _Feed, header: _Header) -> Iterator[CsvRow]:
    """Number the rows, and see that each has as many cells as there are columns."""
    width = len(header.columns)
    for number, row in enumerate(_rows(feed, header.delimiter), 1):
        broken = row.broken
        if not broken and len(row.cells) != width:
            broken = f"has {len(row.cells)} cells where the header has {width}"
        yield row._replace(number=number, broken=broken)


def _rows(feed: _Feed, delimiter: str) -> Iterator[CsvRow]:
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
            yield CsvRow([], 0, feed.line, broken=broken if more else broken + _GIVEN_UP)
            if not more:
                return
            rows = csv.reader(feed, delimiter=delimiter, strict=True)
        elif cells:
            yield CsvRow(cells, 0, feed.line, sum(line.replaced for line in feed.row))


def _parse_leniently(feed: _Feed, delimiter: str) -> list[str]:
    """The cells of a single line with quotes inside a cell, as some programs write them; none for several lines."""
    if len(feed.row) > 1:
        return []
    try:
        return next(csv.reader([feed.row[0].text], delimiter=delimiter), [])
    except csv.Error:
        return []
