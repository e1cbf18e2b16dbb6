"""Citations out of files that are no text: the rows of Parquet and SQLite, as mappings for an archive."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

from .citationrows import Found, check_row, make_problem

_TABLES = ("citations", "citedposts")  # as `find` and as `export` names them
_ROWS_AT_ONCE = 1000


def read_parquet(path: str) -> Found:
    """The rows of a Parquet file, a few at a time; those before a damaged place are done."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    done = 0
    try:
        with Path(path).open("rb") as file, pq.ParquetFile(file) as table:
            for batch in table.iter_batches(_ROWS_AT_ONCE):
                for row in batch.to_pylist():
                    done += 1
                    yield from check_row({name: _as_json(row[name]) for name in row}, path, f"row {done}")
    except (pa.ArrowException, ValueError, OverflowError) as error:
        advice = f"the {done} rows before it are done; make it anew, or fetch it again"
        yield make_problem(path, None, f"cannot be read as Parquet ({str(error).splitlines()[0]})", advice)


def _as_json(value: object) -> object:
    """Days and instants as they stand in JSONL."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.date) else value


def read_database(path: str) -> Found:
    """The rows of the table `citations` of a SQLite database, else of cited posts; it is only read."""
    done = 0
    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.text_factory = lambda data: data.decode("utf-8", "replace")
            there = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            table = next((name for name in _TABLES if name in there), _TABLES[0])
            rows = db.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in rows.description]
            for done, row in enumerate(rows, 1):
                yield from check_row(dict(zip(columns, row, strict=True)), path, f"row {done}")
    except sqlite3.Error as error:
        advice = f"the {done} rows before it are done; " if done else "nothing of the file was taken; "
        advice += "it should be a SQLite database with a table citations, as `amberpost find -o x.db` writes it"
        yield make_problem(path, None, f"cannot be read ({error})", advice)
