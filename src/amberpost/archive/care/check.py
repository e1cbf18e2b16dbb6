"""Whether an archive is as it was stored: every byte of its segments, every row of its database, every index line."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from ...models import ArchiveError, Problem
from ...warcfile import read_records
from ..disk.database import MAY, connect_read_only, is_forbidden
from ..disk.folder import INDEX_PARTS, SEGMENTS, check_database, is_archive, shared_lock
from ..disk.forgotten import Forgotten
from ..disk.rows import read_segments
from ..disk.segments import SEGMENT
from .checkindex import find_wrong_lines, part_name
from .checkplaces import find_wrong_places
from .checkrows import ADVICE, find_wrong_rows, find_wrong_structure
from .checkrows import problem as row_problem
from .checksegments import Counts, SegmentCheck, open_segment, problem

_STRAY = "move it away; nothing that belongs to the archive is in it"


@dataclass(slots=True, frozen=True, kw_only=True)
class Checked:
    """How far a check has come: captures and bytes read, of so many; `problems` named so far."""

    captures: int
    records: int
    bytes: int
    total_bytes: int
    problems: int


Progress = Callable[[Checked], None]


def check(folder: Path, *, progress: Progress | None = None) -> Iterator[Problem]:
    """Find everything in an archive that is not as it was stored; an archive without problems is whole.

    Reads all of it in constant memory and changes nothing. Each problem names a file, and where in it. `progress` is
    called as bytes are read, and once at the end with the sum. Raises ArchiveError where there is no archive, and
    ArchiveBusy while a process writes to it.
    """
    folder = Path(folder)
    if not is_archive(folder):
        raise ArchiveError(f"{folder} holds no archive: give the folder that `amberpost archive --to` made")
    run = _Check(folder, progress)
    with shared_lock(folder):
        for found in run.find_problems():
            run.problems += 1
            yield found
    run.tell()


class _Check:
    def __init__(self, folder: Path, progress: Progress | None) -> None:
        self._folder, self._progress = folder, progress
        self._counts, self._total = Counts(), 0
        self.problems = 0

    def tell(self) -> None:
        """Say how far it has come, to whoever wants to know."""
        if self._progress:
            counts = self._counts
            self._progress(
                Checked(
                    captures=counts.captures,
                    records=counts.records,
                    bytes=counts.bytes,
                    total_bytes=self._total,
                    problems=self.problems,
                )
            )

    def find_problems(self) -> Iterator[Problem]:
        """The database first, for all else is held against it; without one, the segments by themselves."""
        try:
            with ExitStack() as stack:
                db = stack.enter_context(closing(connect_read_only(check_database(self._folder))))
                db.text_factory = _decode
                broken = list(find_wrong_structure(db))
                yield from broken
                if not broken:
                    yield from self._find_in_rows(db)
                    return
        # SQLite's own message may hold damaged bytes, which Python then cannot decode.
        except (sqlite3.Error, UnicodeDecodeError, ArchiveError) as error:
            yield _describe(error)
        yield from self._find_in_segments_alone()

    def _find_in_rows(self, db: sqlite3.Connection) -> Iterator[Problem]:
        forgotten = Forgotten(db, _read_key(db))
        segments = sorted(read_segments(db), key=lambda segment: segment.name)
        self._total = sum(segment.size for segment in segments)
        yield from find_wrong_rows(db, forgotten)
        yield from find_wrong_places(db)
        yield from self._find_strays({segment.name for segment in segments})
        looking = SegmentCheck(db, forgotten, self._counts, self.tell)
        for segment in segments:
            if SEGMENT.fullmatch(segment.name):
                yield from looking.find_problems(self._folder / SEGMENTS, segment)
            else:
                yield row_problem("table segment", f"{segment.name[:80]!a} is no segment's name")
        yield from find_wrong_lines(self._folder, db)

    def _find_strays(self, segments: set[str]) -> Iterator[Problem]:
        """What lies among the segments and index parts and is none; beside them the folder is its owner's."""
        parts = set(map(part_name, segments))
        for below, known in ((SEGMENTS, segments), (INDEX_PARTS, parts)):
            path = self._folder / below
            if path.is_symlink() or not path.is_dir():
                yield problem(below, None, "is no folder of the archive's own", "put the folder itself there")
                continue
            for name in sorted({entry.name for entry in path.iterdir()} - known):
                yield problem(f"{below}/{ascii(name)[1:-1]}", None, "does not belong to the archive", _STRAY)

    def _find_in_segments_alone(self) -> Iterator[Problem]:
        folder = self._folder / SEGMENTS
        for path in sorted(folder.glob("amberpost-*.warc.gz")):
            file = open_segment(path)
            if isinstance(file, Problem):
                yield file
                continue
            with file:
                yield from (
                    item for item in read_records(file, name=path.name, verify=True) if isinstance(item, Problem)
                )


def _describe(error: Exception) -> Problem:
    """Why the database cannot be read: our own errors hold the advice, and a file that is shut is no broken one."""
    if isinstance(error, ArchiveError):
        return row_problem(None, "cannot be read", str(error))
    advice = MAY if isinstance(error, sqlite3.Error) and is_forbidden(error) else ADVICE
    return row_problem(None, f"cannot be read: {error}", advice)


def _read_key(db: sqlite3.Connection) -> bytes:
    row = db.execute("SELECT value FROM meta WHERE key = 'key'").fetchone()
    try:
        return bytes.fromhex(row[0]) if row else b""
    except ValueError:
        return b""


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")
