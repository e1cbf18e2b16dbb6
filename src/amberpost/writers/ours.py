"""Telling an earlier output of ours, which may be replaced without a word, from a file that somebody else keeps."""

from __future__ import annotations

import csv
import gzip
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from ..models import Record

_FIRST = 3  # columns by which a type of record is known, whatever later versions put behind them
_LONGEST = 64 << 20  # of a first line: a citation may hold much of its article


def is_ours(path: str, record: type[Record]) -> bool:
    """Whether a file begins as those do that `write` makes of such records; so does one with nothing in it.

    >>> import tempfile
    >>> from amberpost.models import Problem
    >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
    ...     _ = file.write(b"source,place,reason,advice\\r\\n"), file.flush()
    ...     is_ours(file.name, Problem)
    True
    """
    try:
        if os.stat(path).st_size == 0:  # noqa: PTH116
            return True
        columns = _read_parquet_columns(path) if path.endswith(".parquet") else _read_columns(path)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError, csv.Error):
        return False
    return columns is None or columns[:_FIRST] == list(record.model_fields)[:_FIRST]


def _read_columns(path: str) -> list[str] | None:
    """The names in the first line of CSV or JSONL; None where there is no line in what is packed."""
    with _open(path) as file:
        line = file.readline(_LONGEST).decode("utf-8-sig")
    if not line:
        return None
    if path.endswith(".csv"):
        return next(csv.reader([line]))
    row = json.loads(line)
    return list(row) if isinstance(row, dict) and "schema" in row else []


@contextmanager
def _open(path: str) -> Iterator[BinaryIO]:
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:  # noqa: PTH123
        yield cast(BinaryIO, file)


def _read_parquet_columns(path: str) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error
