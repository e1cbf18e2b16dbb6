"""The archive's database: opened, made, held in transactions; its errors and the disk's turned into advice."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path

from ...models import ArchiveDamaged, ArchiveError
from .fixity import digest_row
from .folder import DATABASE, SEGMENTS, is_archive, sync_folder

VERSION = 5
_APPLICATION = 0x616D6270  # `file` and others know a SQLite database by this number: "ambp"
_CACHE_KIB = 64 << 10
_ROOM = 1 << 18
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FACTS = {"archive": r"[0-9a-f]{8}", "key": r"[0-9a-f]{64}", "key-sha256": r"[0-9a-f]{64}"}
_TORN = {"SQLITE_NOTADB", "SQLITE_CORRUPT"}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_CLOSED_TO_US = {"SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY", "SQLITE_READONLY_DIRECTORY"}
MAY = "see that you may read and write there (chmod u+rw), then run again"
_REBUILT = (
    "all that was captured is read back from the segments, but what was forgotten on purpose is known to that file"
    " alone: forget it once more"
)


def connect(path: Path) -> sqlite3.Connection:
    """Open the database for writing, and lay its tables when it is empty; the caller holds the lock.

    Every commit is synced: what is decided without an answer from a server (refused, no network) stands nowhere else.
    An empty one beside segments is refused: what was captured would be read back, what was forgotten would not.
    """
    with _opening(path) as connection:
        if not _read_version(connection) and not any((path.parent / SEGMENTS).iterdir()):
            _lay_tables(connection)
        check_version(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return connection


def make_database(path: Path) -> None:
    """Make a database that has its tables before it has its name, so that one without them was emptied by somebody."""
    beside = path.with_name(f"{path.name}.new")
    for name in (beside.name, f"{path.name}-wal", f"{path.name}-shm"):  # the log of one that is gone is no part of this
        path.with_name(name).unlink(missing_ok=True)
    os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with closing(sqlite3.connect(beside, isolation_level=None)) as connection:
        _lay_tables(connection)
    beside.replace(path)
    sync_folder(path.parent)


def connect_read_only(path: Path, *, at_rest: bool = False) -> sqlite3.Connection:
    """Open the database for reading, whoever writes; on a medium that nobody can write to, as it lies there.

    `at_rest` says that nobody writes, which a lock sees to: then a database without a log is read and left as it lies.
    """
    log = path.with_name(f"{path.name}-wal")
    rests = at_rest and not (log.exists() and log.stat().st_size)
    writable = os.access(path.parent, os.W_OK) and not rests
    uri = f"{path.absolute().as_uri()}?mode=ro" + ("" if writable else "&immutable=1")
    with _opening(uri) as connection:
        connection.execute("PRAGMA query_only = ON")
        check_version(connection, path)
        return connection


def holds_nothing(path: Path) -> bool:
    """Tell whether nothing was stored in a database, by one that holds the lock; it needs no room on the disk.

    Opened for one alone, SQLite keeps its index of the log in memory: a full disk has no room for the file of it.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        return not any(
            connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
            for table in ("citation", "link", "capture", "segment")
        )


@contextmanager
def _opening(path: Path | str) -> Iterator[sqlite3.Connection]:
    """A database that stays open, unless it turns out to be none of ours: then nobody else could close it."""
    connection = sqlite3.connect(
        path, uri=isinstance(path, str), isolation_level=None, timeout=10, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection
    except BaseException:
        connection.close()
        raise


def _read_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError when the database is another program's, or of a version that is not known here."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = _read_version(connection)
    if application != _APPLICATION or version != VERSION:
        what = f"that this version of amberpost knows ({version}): if another version made it, use that one"
        reason = (
            f"no archive's database {what}" if version else "empty, or no archive's database: bring back a good copy"
        )
        raise ArchiveError(f"{path} is {reason}; or move it away and run again with the same input: {_REBUILT}")


def _lay_tables(connection: sqlite3.Connection) -> None:
    schema = files(__package__).joinpath("schema.sql").read_text("utf-8")
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        return
    connection.executescript(
        f"BEGIN IMMEDIATE; {schema}; PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT"
    )


def read_meta(connection: sqlite3.Connection, key: str) -> str:
    """A fact about the archive, hex of the length that it has; raises ArchiveDamaged where it is missing or none."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    if row is None or not isinstance(row[0], str) or not re.fullmatch(_FACTS[key], row[0]):
        raise _wrong_fact(key)
    return row[0]


def read_key(connection: sqlite3.Connection) -> bytes:
    """The key of what was forgotten; raises ArchiveDamaged for another, which would know none of it."""
    key = read_meta(connection, "key")
    if read_meta(connection, "key-sha256") != digest_row(key):
        raise _wrong_fact("key")
    return bytes.fromhex(key)


def _wrong_fact(key: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"{key!r} in the table meta is missing or wrong: bring back a good copy of archive.db, or move it away and"
        " run again with the same input"
    )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; what fails is taken back, then raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def advising(folder: Path) -> Iterator[None]:
    """Turn what the disk and the database raise into an ArchiveError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ArchiveError(_full(folder)) from error
        advice = f": {MAY}" if error.errno in _FORBIDDEN else ""
        raise ArchiveError(f"{error.filename or folder}: {error.strerror or error}{advice}{_safe(folder)}") from error
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and _is_full(folder)):
            raise ArchiveError(_full(folder)) from error
        if name in _TORN:
            raise ArchiveDamaged(
                f"{folder}: its database is damaged ({error}). Bring back a good copy, or move archive.db away and run"
                f" again with the same input: {_REBUILT}"
            ) from error
        if is_forbidden(error):
            raise ArchiveError(f"{folder / DATABASE}: {error}: {MAY}{_safe(folder)}") from error
        raise ArchiveError(f"{folder}: {error}{_safe(folder)}") from error


def is_forbidden(error: sqlite3.Error) -> bool:
    """Tell whether a database cannot be opened, or not be written: whatever it holds may be as good as ever."""
    return getattr(error, "sqlite_errorname", "") in _CLOSED_TO_US


def _safe(folder: Path) -> str:
    return "; what was stored before is safe" if is_archive(folder) else ""


def _is_full(folder: Path) -> bool:
    """Tell whether a disk error, of which the database says no more, comes from there being no room."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < _ROOM


def _full(folder: Path) -> str:
    return f"{folder}: the disk is full: free space and run again; nothing is lost"
