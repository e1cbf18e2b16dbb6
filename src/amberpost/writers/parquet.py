"""Parquet: column by column, zstd, with one schema for each type of record, which also says what version it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ..models import Citation, Record, WriteError
from .fieldtypes import find_types

_STEP = 2000  # records held as such; behind that they are columns, a tenth of the size
_GROUP_ROWS = 100_000
_GROUP_BYTES = 32 << 20


def write_parquet(records: Iterable[Record], file: BinaryIO, *, record: type[Record] = Citation) -> int:
    """Write records as rows; lists are `list<string>`, instants UTC; the metadata has `schema`, its version.

    >>> import io
    >>> write_parquet([], file := io.BytesIO())
    0
    >>> pq.read_schema(file).metadata[b"schema"]
    b'1'
    """
    stream = iter(records)
    begun = list(islice(stream, _STEP))
    type_ = type(begun[0]) if begun else record
    schema = make_schema(type_)
    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _find_groups(begun, stream, schema, type_):
            count += group.num_rows
            writer.write_table(group, row_group_size=max(1, group.num_rows))
    return count


def make_schema(record: type[Record]) -> pa.Schema:
    """The Arrow schema of a type of record: its fields in order, nullable where they may be unknown.

    >>> from amberpost.models import Problem
    >>> make_schema(Problem).names
    ['source', 'place', 'reason', 'advice']
    """
    fields = []
    for name, field in record.model_fields.items():
        kinds = set(find_types(field.annotation))
        fields.append(pa.field(name, _arrow_type(kinds), nullable=type(None) in kinds))
    return pa.schema(fields, metadata={"schema": str(getattr(record, "SCHEMA", 1))})


def _arrow_type(kinds: set[Any]) -> pa.DataType:
    if tuple in kinds:
        return pa.list_(pa.string())
    if dt.datetime in kinds:
        return pa.timestamp("us", tz="UTC")
    known = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), dt.date: pa.date32()}
    return next((arrow for kind, arrow in known.items() if kind in kinds), pa.string())


def _find_groups(
    begun: list[Record], stream: Iterator[Record], schema: pa.Schema, record: type[Record]
) -> Iterator[pa.Table]:
    """Row groups, gathered as columns until they are worth writing."""
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    while begun:
        batch = make_batch(begun, schema, record)
        batches.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            yield pa.Table.from_batches(batches, schema)
            batches, rows, size = [], 0, 0
        begun = list(islice(stream, _STEP))
    if batches:
        yield pa.Table.from_batches(batches, schema)


def make_batch(records: Sequence[Record], schema: pa.Schema, record: type[Record]) -> pa.RecordBatch:
    """Records of one type as the rows of a batch, whose schema `make_schema` made.

    >>> make_batch([], make_schema(Citation), Citation).num_rows
    0
    """
    if stray := next((item for item in records if type(item) is not record), None):
        raise WriteError(f"a Parquet file has one schema: write {type(stray).__name__} records to a file of their own")
    columns = [pa.array([getattr(item, field.name) for item in records], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
