"""The columns of a file of ours: JSONL, CSV and SQLite, read whole. Parquet has types itself and needs none of this."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from ..models import Citation, ReadError
from ..readers.csvrows import open_table
from ..writers import SUFFIXES
from .columns import Column, find_columns, parse_value

_TABLES = ("citedposts", "pseudonymousposts", "citations")  # the first that is there: cited posts hold their citations
_ADVICE = "make it anew, or name a file that Amberpost wrote"


class Columns(NamedTuple):
    """The values of each column, and what each holds."""

    values: dict[str, list[Any]]
    columns: dict[str, Column]


def check_source(path: str) -> str:
    """The suffix of a file that can be a frame; a `ReadError` says what to do about one that cannot.

    >>> check_source("gone.csv")
    Traceback (most recent call last):
    amberpost.models.ReadError: gone.csv: no such file: check the path
    """
    place = Path(path)
    if not path:
        raise ReadError("the name of the file is empty: name a file that Amberpost wrote")
    if (place / "manifest.jsonl").is_file():
        raise ReadError(
            f"{path}: is a folder of parts: read each of its files, part-000001 and so on, and join the frames"
        )
    if place.is_dir():
        raise ReadError(f"{path}: is a folder: of an archive make a file first, by `amberpost export {path} -o x.csv`")
    if not place.exists():
        raise ReadError(f"{path}: no such file: check the path")
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if path.endswith(suffix):
            return suffix
    raise ReadError(f"{path}: a frame is read from {' '.join(SUFFIXES)}: name a file with one of these suffixes")


def read_columns(path: str) -> Columns:
    """Read a whole file but Parquet, column by column; what is not as we write it raises `ReadError`.

    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "x.jsonl")
    >>> _ = file.write_text('{"id": "7a", "links": [], "schema": 1}')
    >>> read_columns(str(file)).values
    {'id': ['7a'], 'links': [[]]}
    """
    try:
        if path.endswith(".db"):
            return _read_database(path)
        with gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as file:
            return _read_csv(cast(BinaryIO, file), path) if path.endswith(".csv") else _read_jsonl(file, path)
    except sqlite3.Error as error:
        raise ReadError(f"{path}: cannot be read as a SQLite database ({error}): {_ADVICE}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(f"{path}: cannot be read ({error}): {_ADVICE}") from None


def _gather(names: Sequence[str], rows: Iterable[tuple[str, Sequence[object]]], path: str) -> Columns:
    """Columns of rows, each of which knows its place in the file."""
    columns = find_columns(names, source=path)
    values: dict[str, list[Any]] = {name: [] for name in names}
    for place, row in rows:
        for name, value in zip(names, row, strict=True):
            try:
                values[name].append(parse_value(value, columns[name]))
            except (ValueError, TypeError, RecursionError) as error:
                raise ReadError(f"{path}, {place}: its {name} is not what it should be ({error}): {_ADVICE}") from None
    return Columns(values, columns)


def _read_jsonl(file: Iterable[bytes], path: str) -> Columns:
    """The columns are those of the first line; an empty file is one of no citations."""
    rows = (_parse_object(line, f"{path}, line {number}") for number, line in enumerate(file, 1))
    first = next(rows, None)
    if first is None:
        return _gather(list(Citation.model_fields), [], path)
    names = [name for name in first if name != "schema"]
    cells = (
        (f"line {number}", [row.get(name) for name in names]) for number, row in enumerate(chain([first], rows), 1)
    )
    return _gather(names, cells, path)


def _parse_object(line: bytes, place: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{place}: is not JSON ({error}): {_ADVICE}") from None
    if not isinstance(row, dict):
        raise ReadError(f"{place}: is no object: {_ADVICE}")
    return row


def _read_csv(file: BinaryIO, path: str) -> Columns:
    table = open_table(file, wanted=("id", "source"), encoding="utf-8")
    if table is None:
        raise ReadError(f"{path}: is empty: {_ADVICE}")

    def find_cells() -> Iterable[tuple[str, Sequence[object]]]:
        for row in table.rows:
            if row.broken:
                raise ReadError(f"{path}, {row.place}: {row.broken}: {_ADVICE}")
            yield row.place, row.cells

    return _gather(table.columns, find_cells(), path)


def _read_database(path: str) -> Columns:
    with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as db:
        there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        table = next((name for name in _TABLES if name in there), None)
        if table is None:
            raise ReadError(f"{path}: has no table of citations: {_ADVICE}")
        rows = db.execute(f"SELECT * FROM {table} ORDER BY rowid")
        names = [column[0] for column in rows.description]
        return _gather(names, ((f"row {number}", row) for number, row in enumerate(rows, 1)), path)
