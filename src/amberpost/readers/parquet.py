"""Parquet: an article a row; row groups are streamed, a few rows at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ..models import Article, Problem
from .arrowcells import choose_columns
from .arrowrows import Wanted, find_slice_articles, slice_batch
from .decode import ARTICLE_LIMIT
from .options import DEFAULTS, Options
from .repeats import IdLog, Ids
from .stretches import Stretch

_BATCH_BYTES = 16 << 20
_MOST_ROWS = 1000
_INDEX = 4  # bytes a value, packed, below which it may be no more than the number of one that is kept once
_LARGEST_ROW = 2 * ARTICLE_LIMIT
_BUFFER = 1 << 20
_BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError)  # what pyarrow raises for damaged bytes


class _Group(NamedTuple):
    """A row group: its number, its first row, how many there are, and how large they are on average."""

    number: int
    first: int
    rows: int
    row_bytes: int


def read_parquet(
    file: BinaryIO,
    name: str,
    *,
    options: Options = DEFAULTS,
    ids: Ids | None = None,
) -> Iterator[Article | Problem]:
    """Read an article from each row; the columns are those of JSONL, rows are counted from 1.

    A column of a type that its cells cannot have is named once and left out. Where a row group is damaged, the next
    one is read. Days of instants are those of UTC.

    >>> import io
    >>> pq.write_table(pa.table({"id": ["n-1"], "text": ["It rains."]}), packed := io.BytesIO())
    >>> [(article.id, article.text) for article in read_parquet(packed, "a.parquet")]
    [('n-1', 'It rains.')]
    """
    found = find_parquet(file, name, options=options, ids=IdLog() if ids is None else ids)
    return (item for item in found if item is not None)


def find_parquet(
    file: BinaryIO,
    name: str,
    *,
    options: Options,
    ids: Ids,
    is_wanted: Wanted | None = None,
    share: Stretch | None = None,
) -> Iterator[Article | Problem | None]:
    """Read likewise, with None for a sound article whose text is not wanted: of most no record is then made.

    Of a `share` only its row groups are read; what is wrong with the file as a whole is told with the first share.

    >>> import io
    >>> pq.write_table(pa.table({"text": ["It rains.", "Snow."]}), packed := io.BytesIO())
    >>> found = find_parquet(packed, "a", options=DEFAULTS, ids=IdLog(), is_wanted=lambda text: "rain" in text)
    >>> [item is None for item in found]
    [False, True]
    """
    if not file.seekable():
        yield Problem(source=name, reason="is read from its end: a pipe cannot be", advice="name the file itself")
        return
    told = list[Problem]()
    try:
        table = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
        columns = _choose_columns(table, name, options, told)
        groups = list(_find_groups(table)) if columns else []
    except _BROKEN as error:
        reason = f"is no Parquet file that can be read: {_brief(error)}"
        told.append(Problem(source=name, reason=reason, advice="fetch it again"))
        columns, groups = [], []
    if share is None or share.start == 0:
        yield from told
    for group in groups if share is None else _find_shared(groups, share, file.seek(0, io.SEEK_END)):
        yield from _read_group(table, group, columns, name, options, ids, is_wanted)


def _choose_columns(table: pq.ParquetFile, name: str, options: Options, told: list[Problem]) -> list[str]:
    """The columns to read; to `told` comes what is wrong with them."""
    choice = choose_columns(table.schema_arrow, name, options)
    while True:
        try:
            told.append(next(choice))
        except StopIteration as end:
            columns: list[str] = end.value
            return columns


def _find_shared(groups: list[_Group], share: Stretch, size: int) -> Iterator[_Group]:
    """The row groups of a share: those that begin in it, were the file nothing but their rows as they say they are."""
    sizes = [max(0, group.rows * group.row_bytes) for group in groups]
    whole, before = max(1, sum(sizes)), 0
    for group, held in zip(groups, sizes, strict=True):
        if share.start <= min(size * before // whole, size - 1) < share.stop:
            yield group
        before += held


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
    table: pq.ParquetFile,
    group: _Group,
    columns: list[str],
    name: str,
    options: Options,
    ids: Ids,
    is_wanted: Wanted | None,
) -> Iterator[Article | Problem | None]:
    number = group.first
    if group.row_bytes > _LARGEST_ROW:
        reason = f"its {group.rows} rows hold {group.row_bytes >> 20} MB each"
        yield Problem(source=name, place=f"row {number}", reason=reason, advice="not read; split it into its articles")
        return
    batches = _find_batches(table, group, columns)
    while True:
        try:
            batch = next(batches, None)
            slices = [] if batch is None else list(slice_batch(batch, options))
        except _BROKEN as error:
            reason = f"the rest of row group {group.number + 1} cannot be read: {_brief(error)}"
            advice = f"{group.first + group.rows - number} rows are not read, those of other row groups are"
            yield Problem(source=name, place=f"row {number}", reason=reason, advice=advice)
            return
        if batch is None:
            return
        for rows in slices:
            yield from find_slice_articles(rows, name, number, options=options, ids=ids, is_wanted=is_wanted)
            number += rows.rows


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:160]
