"""Long runs written in parts, with a list of those that are done: a run that was killed goes on behind the last one."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from .. import __version__
from ..models import ArchiveBusy, Citation, Problem, ReadError, WriteError
from ..readers import check_input, is_lasting, list_batches
from ..readers.listing import STDIN, Batch, Lister
from ..readers.repeats import Repeats
from ..writers import check_name, check_output, write
from . import Settings, Tally, find_in_pieces
from .partids import PartIds, read_ids, write_ids
from .units import Mark, Piece, cut_pieces, mark_pieces

MANIFEST = "manifest.jsonl"
PART_BYTES = 64 << 20
"""Bytes of input to a part: what a run that is killed has to do again, at most, but for larger files in one piece."""

Records = Iterator[Citation | Problem]
Follow = Callable[[Records], Records]


@dataclass(slots=True, frozen=True, kw_only=True)
class Source:
    """Where to find, and how: the same words on the command line give the same parts."""

    paths: tuple[str, ...]
    settings: Settings
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    files_from: str | None = None
    format: str | None = None

    def describe(self) -> dict[str, object]:
        """All that the records depend on, but for what stands in the files."""
        settings = {**self.settings._asdict(), "options": asdict(self.settings.options)}
        fields = ("paths", "include", "exclude", "files_from", "format")
        return {name: getattr(self, name) for name in fields} | settings


@dataclass(slots=True, kw_only=True)
class Written:
    """How much the parts of a folder hold, those of earlier runs too; `continued` is how many of these there were."""

    parts: int = 0
    citations: int = 0
    problems: int = 0
    continued: int = 0


def find_in_parts(
    source: Source,
    *,
    to: str | os.PathLike[str],
    suffix: str = ".jsonl",
    jobs: int = 1,
    part_bytes: int = PART_BYTES,
    tally: Tally | None = None,
    follow: Follow = lambda records: records,
) -> Written:
    """Find the citations in all files and write them to `to`/part-000001.jsonl and so on; go on where a run was killed.

    The parts, one behind the other, are what one file would be, whatever `jobs` is and however often the run was
    killed. Problems stand beside the part they belong to; those of ids that occur twice come in the last. `follow`
    passes each part's records on. Raises WriteError for a folder with other things in it, or with parts of another
    run, or of files that have changed since; ReadError for standard input, which nobody can read again; ArchiveBusy
    while another process writes there.
    """
    tally = Tally() if tally is None else tally
    lister = Lister(include=source.include, exclude=source.exclude, form=source.format)
    check_input(source.paths, files_from=source.files_from, lister=lister, options=source.settings.options)
    check_name(to)
    folder = _make_folder(source, Path(to))
    check_output(folder / f"part-000001{suffix}")
    header = {**source.describe(), "suffix": suffix, "part_bytes": part_bytes, "amberpost": __version__}
    with _Manifest.open(folder, header) as manifest, Repeats() as repeats:
        batches = _leave_out(folder, list_batches(source.paths, files_from=source.files_from, lister=lister))
        pieces = mark_pieces(cut_pieces(batches, source.settings.options), size=part_bytes)
        ids = PartIds(repeats)
        manifest.skip_done(pieces, repeats)
        with closing(find_in_pieces(pieces, source.settings, jobs=jobs, tally=tally, ids=ids)) as records:
            for first in records:
                manifest.write(_Part(first, records), suffix, follow, ids=ids)
        for repeated in (problems := repeats.find_problems()):  # which only the end can tell
            manifest.write(_Part(repeated, problems), suffix, follow)
        tally.skipped = lister.skipped
        return manifest.written


def _make_folder(source: Source, folder: Path) -> Path:
    if STDIN in source.paths or not is_lasting(source.files_from):
        raise ReadError(
            "standard input or a pipe cannot be read again when a run goes on: name files, or leave out --to"
        )
    real = folder.resolve()
    for path in map(Path, source.paths):
        if path.is_dir() and real.is_relative_to(path.resolve()):
            raise WriteError(f"{folder} lies in {path}, which is read: name a folder elsewhere")
    if folder.exists() and not folder.is_dir():
        raise WriteError(f"{folder}: is no folder: name another")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MANIFEST).exists() and any(folder.iterdir()):
        raise WriteError(f"{folder}: is a folder with other things in it: name a new one")
    return folder


def _leave_out(folder: Path, batches: Iterator[Batch | Problem]) -> Iterator[Batch | Problem]:
    """The batches but those of the folder of parts, which a link among the articles may lead to.

    Read as articles, parts would give records of records, and a run that goes on would find its input changed.
    """
    own = folder.stat()
    for batch in batches:
        if isinstance(batch, Problem) or not _is_folder(batch.folder, own):
            yield batch


def _is_folder(path: str, own: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path or "."), own)  # noqa: PTH116  in a loop over files
    except OSError:  # gone meanwhile: whoever reads it will say so
        return False


class _Manifest:
    """The list of parts that are done, one line each, synced before the next is begun."""

    def __init__(self, folder: Path, file: BinaryIO, parts: list[dict[str, object]]) -> None:
        self.folder, self._file, self._parts = folder, file, parts
        self.written = Written()

    @classmethod
    @contextmanager
    def open(cls, folder: Path, header: dict[str, object]) -> Iterator[_Manifest]:
        """Open or begin the list of a folder that nobody else writes to."""
        descriptor = os.open(folder / MANIFEST, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        with os.fdopen(descriptor, "r+b") as file:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ArchiveBusy(f"{folder}: another process writes there: wait for it to end") from None
            for left in folder.glob(".amberpost-*.tmp"):
                left.unlink()
            rows = _read_rows(file)
            if rows and rows[0] != json.loads(json.dumps(header)):
                raise WriteError(f"{folder}: has parts of another run, with other files or options: name a new folder")
            manifest = cls(folder, file, [row for row in rows[1:] if row.get("input")])
            if not rows:
                manifest._append(header)
            yield manifest

    def _append(self, row: dict[str, object]) -> None:
        self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps(row).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def skip_done(self, pieces: Iterator[Piece], repeats: Repeats) -> None:
        """Pass over the pieces of parts that are done; raises WriteError when their files are no longer the same."""
        for number, row in enumerate(self._parts, 1):
            mark = next((piece for piece in pieces if isinstance(piece, Mark)), None)
            if mark is None or mark.digest != row["input"]:
                raise WriteError(f"{self.folder}: the files of part {number} have changed since: name a new folder")
            path = self.folder / str(row["file"])
            if not path.is_file() or path.stat().st_size != row["bytes"]:
                raise WriteError(f"{path}: is not as it was written: remove {self.folder} and run again")
            repeats.add(read_ids(self._ids_path(number)))
            self._count(row)
        self.written.continued = len(self._parts)

    def _count(self, row: dict[str, object]) -> None:
        self.written.parts += 1
        self.written.citations += int(str(row["citations"]))
        self.written.problems += int(str(row["problems"]))

    def _ids_path(self, number: int) -> Path:
        return self.folder / f"part-{number:06d}.ids"

    def write(self, part: _Part, suffix: str, follow: Follow, *, ids: PartIds | None = None) -> None:
        """Write the next part, then say that it is done; one that no mark ends is written again by the next run."""
        number = self.written.parts + 1
        path = self.folder / f"part-{number:06d}{suffix}"
        row: dict[str, object] = {"file": path.name, "citations": write(follow(iter(part)), path)}
        if ids is not None:
            write_ids(self._ids_path(number), ids.drain())
        row |= {"bytes": path.stat().st_size, "problems": part.problems}
        row |= {"input": part.mark.digest if part.mark else None}
        self._append(row)
        self._count(row)


class _Part:
    """The records up to the next mark, to be gone through once; then `mark` and `problems` tell what was there."""

    def __init__(self, first: Citation | Problem | Mark, rest: Iterable[Citation | Problem | Mark]) -> None:
        self._records = chain([first], rest)
        self.mark: Mark | None = None
        self.problems = 0

    def __iter__(self) -> Records:
        for record in self._records:
            if isinstance(record, Mark):
                self.mark = record
                return
            self.problems += isinstance(record, Problem)
            yield record


def _read_rows(file: BinaryIO) -> list[dict[str, object]]:
    """The lines of a manifest; what a kill left half written is cut off."""
    rows, end = [], 0
    for line in file:
        try:
            row = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            row = None
        if not isinstance(row, dict):
            break
        rows.append(row)
        end += len(line)
    file.truncate(end)
    return rows
