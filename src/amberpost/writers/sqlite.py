"""SQLite: a table a type of record (`citations`, `problems`), beside whatever else a database holds."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from itertools import islice

from ..models import Citation, Problem, Record, WriteError
from .atomic import beside_path, sync_folder
from .fieldtypes import find_types

_ROWS = 1000
_WAIT = 30.0  # seconds for another program to let go of the database


def write_sqlite(records: Iterable[Record], path: str, *, record: type[Record] = Citation) -> int:
    """Write records to their tables in the database `path`, replacing the rows of these in one transaction.

    The rows are gathered in a database beside it first, so that others can use `path` while this runs for hours.
    Lists are JSON arrays. Returns how many records were written, problems not counted.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = folder + "/x.db"
    ...     count = write_sqlite([Problem(source="a.txt", reason="is empty", advice="remove it")], path)
    ...     with closing(sqlite3.connect(path)) as db:
    ...         count, db.execute("select source, reason from problems").fetchall()
    (0, [('a.txt', 'is empty')])
    """
    check_database(path, record=record)
    beside = beside_path(path)
    try:
        count = _fill(records, beside, (record, Problem))
        if os.path.exists(path):  # noqa: PTH110
            _merge(beside, path, (record, Problem))
        else:
            _sync(beside)
            os.replace(beside, path)  # noqa: PTH105
            sync_folder(path)
    except sqlite3.OperationalError as error:  # as for every other form: the disk is full, or nothing may be made there
        raise OSError(errno.EIO, str(error), path) from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(beside)  # noqa: PTH108
    return count


def check_database(path: str, *, record: type[Record] = Citation) -> None:
    """Raise a `WriteError` when `path` is no database, or our tables or its version there are someone else's.

    >>> check_database("/nowhere/new.db")
    """
    if not os.path.exists(path):  # noqa: PTH110
        return
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT)) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _version(record)):
                raise WriteError(f"{path}: is a database of another program (user_version {version}): use another file")
            for type_ in (record, Problem):
                _check_table(db, path, type_)
    except sqlite3.DatabaseError as error:
        raise WriteError(f"{path}: cannot be used as a SQLite database ({error}): use another file") from None


def _check_table(db: sqlite3.Connection, path: str, record: type[Record]) -> None:
    there = [(row[1], row[2]) for row in db.execute(f"PRAGMA table_info({_table(record)})")]
    if there and there != _columns(record):
        raise WriteError(
            f"{path}: its table {_table(record)!r} has another shape: use another file or rename the table"
        )


def _fill(records: Iterable[Record], path: str, types: tuple[type[Record], ...]) -> int:
    """Make a new database with all records; it may lose everything in a crash, as nobody knows its name."""
    count = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        for type_ in types:
            db.execute(_create(type_, "main"))
        stream = iter(records)
        while batch := list(islice(stream, _ROWS)):
            if stray := next((item for item in batch if not isinstance(item, types)), None):
                raise WriteError(f"{type(stray).__name__} records have no table here: write them with record=")
            for type_ in types:
                rows = [_row(item) for item in batch if isinstance(item, type_)]
                marks = ", ".join("?" * len(type_.model_fields))
                db.executemany(f"INSERT INTO {_table(type_)} VALUES ({marks})", rows)
            count += sum(isinstance(item, types[0]) for item in batch)
        db.execute(f"PRAGMA user_version = {_version(types[0])}")
        db.execute("COMMIT")
    return count


def _merge(beside: str, path: str, types: tuple[type[Record], ...]) -> None:
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=_WAIT)) as db:
            db.execute("ATTACH ? AS beside", (beside,))
            db.execute("BEGIN IMMEDIATE")
            for type_ in types:
                _check_table(db, path, type_)
                db.execute(_create(type_, "main"))
                db.execute(f"DELETE FROM main.{_table(type_)}")
                db.execute(f"INSERT INTO main.{_table(type_)} SELECT * FROM beside.{_table(type_)} ORDER BY rowid")
            db.execute(f"PRAGMA main.user_version = {_version(types[0])}")
            db.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        raise WriteError(f"{path}: could not be written ({error}); it is as it was: try again") from None


def _create(record: type[Record], schema: str) -> str:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in _columns(record))
    return f"CREATE TABLE IF NOT EXISTS {schema}.{_table(record)} ({columns})"


def _columns(record: type[Record]) -> list[tuple[str, str]]:
    return [(name, _column_type(field.annotation)) for name, field in record.model_fields.items()]


def _column_type(annotation: object) -> str:
    """INTEGER for numbers and truth values, also where they may be unknown, so that they sort as what they are."""
    return "INTEGER" if {int, bool} & set(find_types(annotation)) else "TEXT"


def _table(record: type[Record]) -> str:
    return record.__name__.lower() + "s"


def _version(record: type[Record]) -> int:
    return int(getattr(record, "SCHEMA", 1))


def _row(item: Record) -> list[object]:
    return [_cell(value) for value in item.model_dump(mode="json").values()]


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _sync(path: str) -> None:
    with open(path, "rb+") as file:  # noqa: PTH123
        os.fsync(file.fileno())
