"""Parquet: an article a row; row groups are streamed, a few rows at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator
from functools import partial
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ..models import Article, Problem
from .decode import ARTICLE_LIMIT, decode
from .options import DEFAULTS, Options
from .repeats import IdLog, Ids
from .rows import Row, find_row_article

_BATCH_BYTES = 16 << 20
_MOST_ROWS = 1000
_INDEX = 4  # bytes a value, packed, below which it may be no more than the number of one that is kept once
_LARGEST_ROW = 2 * ARTICLE_LIMIT
_BUFFER = 1 << 20
_BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError)  # what pyarrow raises for damaged bytes
_ADVICE = "name another column with --text-column or --html-column"


class _Group(NamedTuple):
    """A row group: its number, its first row, how many there are, and how large they are on average."""

    number: int
    first: int
    rows: int
    row_bytes: int


def read_parquet(
    file: BinaryIO, name: str, *, options: Options = DEFAULTS, ids: Ids | None = None
) -> Iterator[Article | Problem]:
    """Read an article from each row; the columns are those of JSONL, rows are counted from 1.

    A column of a type that its cells cannot have is named once and left out. Where a row group is damaged, the next
    one is read. Days of instants are those of UTC.

    >>> import io
    >>> pq.write_table(pa.table({"id": ["n-1"], "text": ["It rains."]}), packed := io.BytesIO())
    >>> [(article.id, article.text) for article in read_parquet(packed, "a.parquet")]
    [('n-1', 'It rains.')]
    """
    ids = IdLog() if ids is None else ids
    if not file.seekable():
        yield Problem(source=name, reason="is read from its end: a pipe cannot be", advice="name the file itself")
        return
    try:
        table = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
        columns = yield from _choose_columns(table.schema_arrow, name, options)
        groups = list(_find_groups(table)) if columns else []
    except _BROKEN as error:
        reason = f"is no Parquet file that can be read: {_brief(error)}"
        yield Problem(source=name, reason=reason, advice="fetch it again")
        return
    for group in groups:
        yield from _read_group(table, group, columns, name, options, ids)


def _choose_columns(schema: pa.Schema, name: str, options: Options) -> Generator[Problem, None, list[str]]:
    """The columns to read, after a problem for each that is of an odd type; none where there is nothing to search."""
    chosen = []
    sources = (options.text_column, options.html_column)
    for column, is_fit, wanted in (
        (options.text_column, _is_text, "strings"),
        (options.html_column, _is_text, "strings"),
        (options.id_column, _is_id, "strings or whole numbers"),
        (options.date_column, _is_date, "strings, dates or instants"),
        (options.title_column, _is_text, "strings"),
        (options.url_column, _is_text, "strings"),
    ):
        places = schema.get_all_field_indices(column)
        if len(places) > 1:
            yield _column_problem(name, f"its column {column!r} stands there {len(places)} times")
        elif places and not is_fit(_plain(schema.field(places[0]).type)):
            kind = str(schema.field(places[0]).type)
            yield _column_problem(name, f"its column {column!r} holds {kind[:80]}, not {wanted}")
        elif places and column not in chosen:
            chosen.append(column)
    if set(sources).isdisjoint(chosen):
        shown = ", ".join(map(repr, schema.names[:20]))
        yield _column_problem(name, f"has no column {sources[0]!r} or {sources[1]!r} of strings among {shown}")
        return []
    return chosen


def _column_problem(name: str, reason: str) -> Problem:
    return Problem(source=name, reason=reason, advice=_ADVICE if reason.startswith("has no") else "read without it")


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_text(kind: pa.DataType) -> bool:
    strings = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return bool(strings or pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_null(kind))


def _is_id(kind: pa.DataType) -> bool:
    return bool(_is_text(kind) or pa.types.is_integer(kind))


def _is_date(kind: pa.DataType) -> bool:
    return bool(_is_text(kind) or pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _find_groups(table: pq.ParquetFile) -> Iterator[_Group]:
    """The row groups, as the end of the file lists them."""
    first = 1
    for number in range(table.num_row_groups):
        group = table.metadata.row_group(number)
        yield _Group(number, first, group.num_rows, group.total_byte_size // max(1, group.num_rows))
        first += group.num_rows


def _find_batches(table: pq.ParquetFile, group: _Group, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Some rows of a group at a time, as many as are small enough to be held.

    One row is read first: what the file says of its columns is asked for then only, because for some damage pyarrow
    raises when it reads, but ends the process when it is asked.
    """
    read = partial(table.iter_batches, row_groups=[group.number], columns=columns, use_threads=False)
    next(read(1), None)
    told = table.metadata.row_group(group.number)
    paths = [table.schema.column(place).path for place in range(len(table.schema))]
    chunks = [told.column(place) for place, path in enumerate(paths) if path in columns]
    size = sum(chunk.total_uncompressed_size for chunk in chunks) // max(1, group.rows)
    largest = max(map(_largest_value, chunks), default=0)
    yield from read(min(_MOST_ROWS, max(1, _BATCH_BYTES // max(1, size, largest))))


def _largest_value(chunk: pq.ColumnChunkMetaData) -> int:
    """How large each value may be where a column keeps its values once and rows only number them; else 0.

    A row group of some bytes may so hold gigabytes: Arrow makes a copy of the value for each row.
    """
    if not chunk.has_dictionary_page:
        return 0
    values = chunk.total_compressed_size - (chunk.data_page_offset - (chunk.dictionary_page_offset or 0))
    return chunk.total_uncompressed_size if values < _INDEX * chunk.num_values else 0


def _read_group(
    table: pq.ParquetFile, group: _Group, columns: list[str], name: str, options: Options, ids: Ids
) -> Iterator[Article | Problem]:
    number = group.first
    if group.row_bytes > _LARGEST_ROW:
        reason = f"its {group.rows} rows hold {group.row_bytes >> 20} MB each"
        yield Problem(source=name, place=f"row {number}", reason=reason, advice="not read; split it into its articles")
        return
    batches = _find_batches(table, group, columns)
    while True:
        try:
            batch = next(batches, None)
            rows = [] if batch is None else _find_rows(batch)
        except _BROKEN as error:
            reason = f"the rest of row group {group.number + 1} cannot be read: {_brief(error)}"
            advice = f"{group.first + group.rows - number} rows are not read, those of other row groups are"
            yield Problem(source=name, place=f"row {number}", reason=reason, advice=advice)
            return
        if batch is None:
            return
        for cells in rows:
            yield from find_row_article(Row(name, number, f"row {number}", cells), options=options, ids=ids)
            number += 1


def _find_rows(batch: pa.RecordBatch) -> list[dict[str, object]]:
    columns = {field.name: _cells(batch.column(place)) for place, field in enumerate(batch.schema)}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _cells(column: pa.Array) -> list[object]:
    """The cells of a column as JSON would have them: strings, whole numbers, None; days and instants in ISO form."""
    if pa.types.is_dictionary(column.type):
        known = _cells(column.dictionary)
        return [None if place is None else known[place] for place in column.indices.to_pylist()]
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us"), safe=False)
    elif pa.types.is_date(column.type):
        column = column.cast(pa.date32(), safe=False)
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: object) -> object:
    if isinstance(value, bytes):
        return decode(value).text
    return value.isoformat() if isinstance(value, dt.date) else value


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:160]
