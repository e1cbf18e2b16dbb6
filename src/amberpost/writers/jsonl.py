"""JSONL: a record a line, UTF-8, plain or gzipped; the same records give the same bytes."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable
from typing import BinaryIO, cast

from ..models import Citation, Record


def write_jsonl(records: Iterable[Record], file: BinaryIO, *, record: type[Record] = Citation) -> int:
    """Write each record as an object of its fields and, last, `"schema"`, the version of their meaning.

    >>> from amberpost.models import Problem
    >>> file = io.BytesIO()
    >>> write_jsonl([Problem(source="a.txt", reason="is empty", advice="remove it")], file)
    1
    >>> file.getvalue()
    b'{"source":"a.txt","place":null,"reason":"is empty","advice":"remove it","schema":1}\\n'
    """
    del record  # JSONL has no header
    count = 0
    for item in records:
        line = item.model_dump_json().encode()
        file.write(b'%b,"schema":%d}\n' % (line[:-1], getattr(item, "SCHEMA", 1)))
        count += 1
    return count


def write_jsonl_gz(records: Iterable[Record], file: BinaryIO, *, record: type[Record] = Citation) -> int:
    """Write gzipped JSONL, without name and time in its head, so that equal records give equal bytes.

    >>> file = io.BytesIO()
    >>> write_jsonl_gz([], file), gzip.decompress(file.getvalue())
    (0, b'')
    """
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed:
        rows = io.BufferedWriter(cast(io.RawIOBase, packed), 1 << 16)
        count = write_jsonl(records, cast(BinaryIO, rows), record=record)
        rows.flush()
    return count
