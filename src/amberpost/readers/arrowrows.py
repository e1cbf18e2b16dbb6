"""Arrow batches: an article a row. The reader of Parquet and every engine read them by this.

What is searched stays bytes until its row's turn comes: so a row that is not UTF-8 spoils no other, and of a row that
cites nothing no more is made than its text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from ..models import Article, Problem
from .arrowcells import is_string, is_text, list_bytes, list_cells
from .decode import ARTICLE_LIMIT, Decoded, count_replaced, decode
from .options import Options
from .repeats import Ids
from .rows import SEARCHED, Row, find_row_article, parse_day

_SLICE = 256  # rows taken out of Arrow's memory at a time

Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Texts:
    """A column that is searched: its cells as bytes, and whether they claim to be UTF-8."""

    cells: list[bytes | None]
    is_string: bool

    def decode(self, place: int) -> Decoded | None:
        """The text of a cell; what claims to be UTF-8 and is not counts as replaced, whatever it was read as."""
        data = self.cells[place] if self.cells else None
        if data is None:
            return None
        if not self.is_string:
            return decode(data)
        try:
            return Decoded(data.decode(), "utf-8", 0)
        except UnicodeDecodeError:
            decoded = decode(data)
            return decoded._replace(replaced=max(1, decoded.replaced))


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a batch, out of Arrow's memory: texts and pages as bytes, the other columns as their cells."""

    rows: int
    texts: _Texts
    pages: _Texts
    cells: Mapping[str, list[object]]
    has_printed_dates: bool


def slice_batch(batch: pa.RecordBatch, options: Options) -> Iterator[Slice]:
    """Take a batch, of columns that `choose_columns` chose, some rows at a time.

    >>> [rows.rows for rows in slice_batch(pa.RecordBatch.from_pydict({"text": ["It rains."] * 300}), Options())]
    [256, 44]
    """
    columns = {field.name: batch.column(place) for place, field in enumerate(batch.schema)}
    dates = columns.get(options.date_column)
    searched = (options.text_column, options.html_column)
    for start in range(0, batch.num_rows, _SLICE):
        part = {name: column.slice(start, _SLICE) for name, column in columns.items()}
        texts, pages = (_take_texts(part.get(name)) for name in searched)
        cells = {name: list_cells(column) for name, column in part.items() if name not in searched}
        rows = min(_SLICE, batch.num_rows - start)
        yield Slice(rows, texts, pages, cells, dates is not None and is_text(dates.type))


def _take_texts(column: pa.Array | None) -> _Texts:
    return _Texts([], is_string=False) if column is None else _Texts(list_bytes(column), is_string(column.type))


def find_slice_articles(
    rows: Slice,
    name: str | None,
    first: int,
    *,
    options: Options,
    ids: Ids,
    is_wanted: Wanted | None = None,
) -> Iterator[Article | Problem | None]:
    """Find the article of each row; None stands for one whose text is sound and not wanted.

    Rows are counted from `first`, and one without an id of its own is `name#N`. Where rows have no order there is no
    name: such a row is called by the hash of what it holds, which is the same in every run.

    >>> from amberpost.readers.repeats import IdLog
    >>> (rows,) = slice_batch(pa.RecordBatch.from_pydict({"text": ["It rains.", None]}), Options())
    >>> [str(item)[:28] for item in find_slice_articles(rows, "a", 1, options=Options(), ids=IdLog())]
    ["id='a#1' text='It rains.' ht", "a, row 2: its 'text' is empt"]
    """
    for place in range(rows.rows):
        text = rows.texts.decode(place)
        row = {column: cells[place] for column, cells in rows.cells.items()}
        if is_wanted and text and _is_sound(rows, place, text, row, options) and not is_wanted(text.text):
            own = row.get(options.id_column)
            if name is not None and own not in (None, ""):
                ids.note(name, str(own), first + place)
            yield None
        else:
            yield from _find_article(rows, place, text, row, name, first, options, ids)


def _is_sound(rows: Slice, place: int, text: Decoded, row: Mapping[str, object], options: Options) -> bool:
    """Whether all that could be said of a row is whether it cites."""
    # A search of bytes for a NUL is ten times as fast as one of a string with wide characters.
    if text.replaced or not text.text or len(text.text) > ARTICLE_LIMIT or b"\0" in (rows.texts.cells[place] or b""):
        return False
    date = row.get(options.date_column)
    return not date or (isinstance(date, str) and (not rows.has_printed_dates or parse_day(date) is not None))


def _find_article(
    rows: Slice,
    place: int,
    text: Decoded | None,
    cells: dict[str, object],
    name: str | None,
    first: int,
    options: Options,
    ids: Ids,
) -> Iterator[Article | Problem]:
    page = None if text and text.text else rows.pages.decode(place)
    for column, texts, found in (
        (options.text_column, rows.texts, text),
        (options.html_column, rows.pages, page),
    ):
        if texts.cells:
            cells[column] = found.text if found else None
    source = text if page is None else page
    row = _make_row(cells, source, name, first + place, options)
    if source is not None and source.replaced:
        verb = "is" if source.replaced == 1 else "are"
        reason = f"{count_replaced(source.replaced)} of its text {verb} not {source.encoding} and became U+FFFD"
        if "\ufffd" not in source.text:
            reason = f"its text is not UTF-8 and was read as {source.encoding}"
        yield row.problem(reason, SEARCHED)
    yield from find_row_article(row, options=options, ids=ids)


def _make_row(cells: dict[str, object], source: Decoded | None, name: str | None, number: int, options: Options) -> Row:
    if name is not None:
        return Row(name, number, f"row {number}", cells)
    own = cells.get(options.id_column)
    if own is None or own == "":
        text = source.text if source else ""
        own = cells[options.id_column] = "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]
    return Row(str(own), 0, None, cells)
