"""CSV as RFC 4180 has it: UTF-8, a header, CRLF; lists are JSON arrays, null is an empty cell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import BinaryIO

from ..models import Citation, Record, WriteError
from .csvsafe import protect_cell


def write_csv(records: Iterable[Record], file: BinaryIO, *, record: type[Record] = Citation, safe: bool = False) -> int:
    """Write a header of the fields of `record` and a row for each, every string exactly as it is.

    With `safe`, cells that a spreadsheet would run are marked, so that it shows them (see `protect_cell`).

    >>> from amberpost.models import Problem
    >>> file = io.BytesIO()
    >>> write_csv([Problem(source="a.txt", reason="is empty", advice="remove it")], file, record=Problem)
    1
    >>> file.getvalue()
    b'source,place,reason,advice\\r\\na.txt,,is empty,remove it\\r\\n'
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    count, columns = 0, None
    for item in records:
        if columns is None:
            columns = list(type(item).model_fields)
            rows.writerow(columns)
        elif list(type(item).model_fields) != columns:
            raise WriteError(f"a CSV file has one header: write {type(item).__name__} records to a file of their own")
        cells = map(_cell, item.model_dump(mode="json").values())
        rows.writerow(map(_protect, cells) if safe else cells)
        count += 1
    if columns is None:
        rows.writerow(record.model_fields)
    text.flush()
    text.detach()
    return count


def _protect(cell: object) -> object:
    return protect_cell(cell) if isinstance(cell, str) else cell


def _cell(value: object) -> object:
    if isinstance(value, list | dict | bool):
        return json.dumps(value, ensure_ascii=False)
    return value
