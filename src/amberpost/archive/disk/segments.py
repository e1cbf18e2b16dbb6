"""The WARC segments: appended to and synced, rolled, cut back; opened by name and never outside their folder."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ...models import ArchiveDamaged
from .folder import CLOSED
from .warcrecords import Group, Record, make_warcinfo, pack_record

SEGMENT = re.compile(r"amberpost-([0-9a-f]{8})-([0-9]{6,9})\.warc\.gz")
SEGMENT_BYTES = 1_000_000_000
_BUFFER = 1 << 20
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(slots=True, frozen=True)
class Placed:
    """Where a group lies in its segment, where in it the answer's record lies, and the SHA-256 of the group's bytes."""

    segment: str
    offset: int
    length: int
    record_offset: int
    record_length: int
    sha256: str


@dataclass(slots=True, frozen=True)
class Segment:
    """A segment as the database knows it: `size` bytes are safe, the first `head_length` of them say what it is."""

    name: str
    size: int
    head_length: int
    head_sha256: str
    about: str


class Segments:
    """The folder of segments. Names from the database are matched against the one form that segments have."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._folder_fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self) -> None:
        """Let go of the folder, once: its number may be another file's by the next time."""
        fd, self._folder_fd = self._folder_fd, CLOSED
        if fd != CLOSED:
            os.close(fd)

    def names(self) -> list[str]:
        """The names of the segments that lie there, in the order in which they were begun."""
        return sorted(filter(SEGMENT.fullmatch, os.listdir(self._folder_fd)), key=_order)  # noqa: PTH208 - by its fd

    def next_name(self, archive: str) -> str:
        """A name behind all that are there."""
        last = max((_order(name)[0] for name in self.names()), default=0)
        return f"amberpost-{archive}-{last + 1:06d}.warc.gz"

    def size(self, name: str) -> int | None:
        """How many bytes a segment has; `None` when it is not there."""
        try:
            return os.stat(name, dir_fd=self._folder_fd, follow_symlinks=False).st_size
        except FileNotFoundError:
            return None

    def open(self, name: str, *, offset: int = 0) -> BinaryIO:
        """Open a segment for reading; raises ArchiveDamaged for a name that is no segment's, or is not there."""
        file = os.fdopen(self._open(name, os.O_RDONLY), "rb")
        file.seek(offset)
        return file

    def _open(self, name: str, flags: int) -> int:
        if not SEGMENT.fullmatch(name):
            raise ArchiveDamaged(f"{name[:80]!r} is no segment of this archive: its database has been tampered with")
        try:
            return os.open(name, flags | _FLAGS, 0o600, dir_fd=self._folder_fd)
        except OSError as error:
            raise ArchiveDamaged(
                f"{self.folder / name}: {error.strerror}; bring the file back, then run again"
            ) from error

    def digest(self, name: str, offset: int, length: int) -> str:
        """The SHA-256 of so many bytes of a segment, in hex."""
        digest = hashlib.sha256()
        with self.open(name, offset=offset) as file:
            while length and (piece := file.read(min(length, _BUFFER))):
                digest.update(piece)
                length -= len(piece)
        return digest.hexdigest()

    def cut(self, name: str, size: int) -> None:
        """Cut off what a crash left half written; a segment with nothing in it is removed."""
        if not size:
            os.unlink(name, dir_fd=self._folder_fd)
            return self.sync()
        fd = self._open(name, os.O_WRONLY)
        try:
            os.ftruncate(fd, size)
            os.fsync(fd)
        finally:
            os.close(fd)

    def sync(self) -> None:
        """Make the names in the folder durable."""
        os.fsync(self._folder_fd)

    def append(self, known: Segment) -> Appending:
        """Append to a segment as far as the database knows it, or begin it when that is not at all."""
        flags = os.O_CREAT | os.O_EXCL if not known.size else 0
        return Appending(self, known, self._open(known.name, os.O_WRONLY | os.O_APPEND | flags))


class Appending:
    """Groups appended to one segment, all of them or none: left without `keep`, it is as if nothing had been written.

    Nothing may be told to the database before `sync` returned, and nothing cut off once it may have been told.
    """

    def __init__(self, segments: Segments, known: Segment, fd: int) -> None:
        self.segment, self.size = known, known.size
        self._segments, self._fd = segments, fd
        self._waiting: list[bytes] = []
        self._waiting_bytes, self._kept = 0, False

    def __enter__(self) -> Self:
        if os.fstat(self._fd).st_size != self.segment.size:
            os.close(self._fd)
            raise ArchiveDamaged(f"{self.segment.name} is not as long as it was left: open the archive again")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if not self._kept:
                self._undo()
        finally:
            os.close(self._fd)

    def _undo(self) -> None:
        if self.segment.size:
            os.ftruncate(self._fd, self.segment.size)
        else:
            self._segments.cut(self.segment.name, 0)

    def begin(self, about: str, *, date: str) -> None:
        """Write the record that begins a new segment."""
        head = make_warcinfo(about, filename=self.segment.name, date=date)
        digest = hashlib.sha256()
        self._write(head, digest)
        self.segment = replace(self.segment, head_length=self.size, head_sha256=digest.hexdigest(), about=about)

    def add(self, group: Group) -> Placed:
        """Append the records of a group, and say where they came to lie."""
        digest, start = hashlib.sha256(), self.size
        for record in group.records[: group.main]:
            self._write(record, digest)
        at = self.size
        self._write(group.answer, digest)
        length = self.size - at
        for record in group.records[group.main + 1 :]:
            self._write(record, digest)
        return Placed(self.segment.name, start, self.size - start, at, length, digest.hexdigest())

    def _write(self, record: Record, digest: hashlib._Hash) -> None:
        for piece in pack_record(record):
            digest.update(piece)
            self.size += len(piece)
            self._waiting.append(piece)
            self._waiting_bytes += len(piece)
            if self._waiting_bytes >= _BUFFER:
                self._flush()

    def _flush(self) -> None:
        view = memoryview(b"".join(self._waiting))
        self._waiting, self._waiting_bytes = [], 0
        while view:
            view = view[os.write(self._fd, view) :]

    def sync(self) -> None:
        """Bring all of it to the disk, the name of a new segment too."""
        self._flush()
        os.fsync(self._fd)
        if not self.segment.size:
            self._segments.sync()

    def keep(self) -> None:
        """From here on the database may say that it is there."""
        self._kept = True


def _order(name: str) -> tuple[int, str]:
    return int(name.split("-")[2].split(".")[0]), name


def segment_archive(name: str) -> str:
    """The id of the archive that a segment was written for, out of its name."""
    return name.split("-")[1]
