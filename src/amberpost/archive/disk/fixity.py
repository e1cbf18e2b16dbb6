"""Digests beside the rows that no segment vouches for: SQLite has none, and takes any bit for what was meant."""

from __future__ import annotations

import hashlib
import sqlite3

Value = str | bytes | int | None

_COLUMNS = {
    "citation": ("record",),
    "forgotten": ("digest",),
    "question": ("outcome", "reason", "record", "leads", "more"),
    "post": ("outcome", "reason", "record"),
    "verdict": ("post", "verdict", "reasons", "text"),
}


def digest_row(*values: Value) -> str:
    """SHA-256 of the values of a row, in hex: of one alone, that of its bytes; of several, with a NUL between them.

    >>> digest_row("fog") == digest_row(b"fog") == hashlib.sha256(b"fog").hexdigest()
    True
    >>> digest_row(1861, None, "fog") == hashlib.sha256(b"1861\\0\\0fog").hexdigest()
    True
    """
    return hashlib.sha256(b"\0".join(map(_to_bytes, values))).hexdigest()


def _to_bytes(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    return b"" if value is None else str(value).encode("utf-8", "surrogatepass")


def add_digests(connection: sqlite3.Connection) -> None:
    """Give a connection the SQL function `sha256`, which the expressions here are made of."""
    connection.create_function("sha256", -1, digest_row, deterministic=True)


def format_digest(table: str, **others: str) -> str:
    """The SQL for what the column `sha256` of a table has to hold; `others` are expressions for columns that change.

    As bytes, for what was damaged may be no text any more.

    >>> format_digest("post", record=":record")
    'sha256(CAST(outcome AS BLOB), CAST(reason AS BLOB), CAST(:record AS BLOB))'
    """
    values = (f"CAST({others.get(column, column)} AS BLOB)" for column in _COLUMNS[table])
    return f"sha256({', '.join(values)})"


def format_record_update(table: str, key: str) -> str:
    """The SQL that puts `:record` into a row; one that was damaged keeps a digest that tells so.

    >>> print(format_record_update("citation", "id = :id"))
    UPDATE citation SET record = :record, sha256 = CASE sha256 WHEN sha256(CAST(record AS BLOB))
      THEN sha256(CAST(:record AS BLOB)) ELSE sha256 END WHERE id = :id
    """
    was, becomes = format_digest(table), format_digest(table, record=":record")
    changed = f"CASE sha256 WHEN {was}\n  THEN {becomes} ELSE sha256 END"
    return f"UPDATE {table} SET record = :record, sha256 = {changed} WHERE {key}"
