"""What `forget` and `merge` have decided, and a crash cut short: segments' new files take the place of the old ones."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from ...models import ArchiveBusy, ArchiveDamaged
from ..disk.cdxj import write_index
from ..disk.folder import INDEX_PARTS, SEGMENTS, sync_folder
from ..disk.segments import SEGMENT
from .rewriting import BESIDE

# The keys in `meta` that say which segments have a new file that is to take their place.
FORGETTING, MERGING = "forgetting", "merging"
_PATIENCE = 10_000  # milliseconds that readers are waited for, so that the log can be emptied


def note_pending(db: sqlite3.Connection, what: str, names: list[str]) -> None:
    """Say, in the transaction that decides it, which segments' new files are to take their place."""
    db.execute("INSERT INTO meta VALUES (?, ?)", (what, json.dumps(names)))


def is_pending(db: sqlite3.Connection) -> bool:
    """Tell whether it was decided that new files are to take the place of segments, and not all have done so."""
    return db.execute("SELECT 1 FROM meta WHERE key IN (?, ?)", (FORGETTING, MERGING)).fetchone() is not None


def take_back(db: sqlite3.Connection, segments: Path) -> None:
    """Undo what failed before it was decided: new files, and the transaction, which a full disk may have ended."""
    if db.in_transaction:
        db.execute("ROLLBACK")
    if not is_pending(db):
        remove_beside(segments)


def finish_forgetting(folder: Path, db: sqlite3.Connection) -> None:
    """Finish what `forget` or `merge` had decided when it was cut short; to be called, under the lock, before all else.

    The segments' new files take their place and the index is written anew; what was forgotten is packed out of the
    database, so that nothing of it stands in a page or a log of it. New files that nothing was decided on are removed.
    """
    segments = folder / SEGMENTS
    rows = db.execute("SELECT key, value FROM meta WHERE key IN (?, ?)", (FORGETTING, MERGING)).fetchall()
    if not rows:
        remove_beside(segments)
        return
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA wal_checkpoint(PASSIVE)")  # what was decided outlasts even the loss of the log
    for name in (name for _, value in rows for name in _read_pending(value)):
        beside = segments / f"{name}{BESIDE}"
        if beside.exists():
            beside.replace(segments / name)
    for path in (*folder.glob("*.part"), *(folder / INDEX_PARTS).glob("*.part")):  # half an index, which a crash left
        path.unlink()
    sync_folder(segments)
    write_index(folder, db)
    is_forgetting = any(key == FORGETTING for key, _ in rows)
    if is_forgetting:
        _wipe(folder, db)
    db.execute("DELETE FROM meta WHERE key IN (?, ?)", (FORGETTING, MERGING))
    if is_forgetting:
        _checkpoint(folder, db)


def _read_pending(value: str) -> list[str]:
    """The segments that were written anew; raises ArchiveDamaged for what is no list of them."""
    try:
        names = json.loads(value)
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) and SEGMENT.fullmatch(name) for name in names):
        raise ArchiveDamaged(
            "what `forget` or `merge` left to be done is no list of segments: the database was tampered with"
        )
    return names


def remove_beside(segments: Path) -> None:
    """Remove new files of segments that nothing was decided on."""
    for path in segments.glob(f"*{BESIDE}"):
        path.unlink()


def _wipe(folder: Path, db: sqlite3.Connection) -> None:
    db.execute("PRAGMA temp_store = DEFAULT")  # what packing needs holds nothing of what went, and is large
    db.execute("VACUUM")
    _checkpoint(folder, db)


def _checkpoint(folder: Path, db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    if db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise ArchiveBusy(f"{folder}: another process reads it, so traces are left: end that one, then run this again")
