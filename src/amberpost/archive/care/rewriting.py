"""Segments written anew, without some of their groups or with more, beside the old ones; what stays is copied."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from ...models import ArchiveDamaged, Problem
from ...warcfile import WarcRecord, read_records
from ..disk.forgotten import Forgotten
from ..disk.notes import LONGEST_NOTE, Note, format_note, parse_note
from ..disk.segments import Segments
from ..disk.warcrecords import OUTCOME, Record, bytes_block, new_id, pack_record

BESIDE = ".new"
_PIECE = 1 << 20
_ROWS = """
SELECT id, 0, offset, length, record_offset, sha256,
  id IN (SELECT id FROM gone_capture), id IN (SELECT id FROM touched_capture)
FROM capture WHERE segment = ? AND offset >= ? ORDER BY offset LIMIT 1000
"""
CAME = """
CREATE TEMP TABLE came(segment TEXT, source INTEGER, offset INTEGER, id INTEGER, record_offset INTEGER,
  PRIMARY KEY(segment, source, offset)) WITHOUT ROWID
"""
"""The table of groups that are to come out of other archives: where they lie there, and their rows here."""
_CAME_ROWS = """
SELECT capture.id, source, came.offset, length, came.record_offset, sha256,
  capture.id IN (SELECT id FROM gone_capture), capture.id IN (SELECT id FROM touched_capture)
FROM came JOIN capture ON capture.id = came.id
WHERE came.segment = ? AND (source, came.offset) > (?, ?) ORDER BY source, came.offset LIMIT 1000
"""
_SEGMENTS = """
SELECT DISTINCT segment FROM capture WHERE id IN (SELECT id FROM gone_capture UNION SELECT id FROM touched_capture)
"""


@dataclass(slots=True, frozen=True)
class _Group:
    """A group where it lies now: in this archive's own segment (source 0), or in that of another."""

    id: int
    source: int
    offset: int
    length: int
    record_offset: int
    sha256: str
    is_gone: bool
    is_touched: bool


@dataclass(slots=True, frozen=True)
class _NoteRecord:
    """The record that ends a group: where it begins in the file, its fields, and what it says."""

    offset: int
    fields: tuple[tuple[str, str], ...]
    note: Note


def find_segments(db: sqlite3.Connection) -> list[str]:
    """The segments in which something goes or has to be said otherwise."""
    return sorted(name for (name,) in db.execute(_SEGMENTS))


class Rewriting:
    """Writes segments anew inside a transaction in which it also moves their rows; nothing old is touched.

    `sources` are other archives' segments, by the numbers that the table `came` knows them by; groups of theirs come
    behind those that are there, into the segment of the same name.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        segments: Segments,
        forgotten: Forgotten,
        *,
        sources: Mapping[int, Segments] = MappingProxyType({}),
    ) -> None:
        self._db, self._segments, self._forgotten = db, segments, forgotten
        self._sources = sources

    def rewrite(self, name: str) -> int:
        """Write `NAME.new`, synced, and give how many bytes it is shorter; rows are those of the new file then."""
        about = "SELECT size, head_length, head_sha256 FROM segment WHERE name = ?"
        size, head, head_sha256 = self._db.execute(about, (name,)).fetchone() or (0, 0, "")
        with ExitStack() as stack:
            files = {number: stack.enter_context(each.open(name)) for number, each in self._find_folders(name)}
            new = stack.enter_context(open_beside(self._segments.folder / name))
            beginning = _copy(files[min(files)], new, 0, head)
            if min(files) and beginning.hexdigest() != head_sha256:
                raise _differs(self._sources[min(files)], name, 0)
            for group in self._read_groups(name, head):
                if not group.is_gone:
                    self._move(files[group.source], new, group, name)
            new.flush()
            os.fsync(new.fileno())
            self._place(name, new.tell())
            return int(size) - new.tell()

    def _find_folders(self, name: str) -> Iterator[tuple[int, Segments]]:
        """Where a segment lies, this archive's own first."""
        if self._segments.size(name) is not None:
            yield 0, self._segments
        if self._sources:
            for (number,) in self._db.execute("SELECT DISTINCT source FROM came WHERE segment = ?", (name,)).fetchall():
                yield number, self._sources[number]

    def _read_groups(self, name: str, start: int) -> Iterator[_Group]:
        """The groups in their order; each has been dealt with before the next is asked for."""
        while rows := self._db.execute(_ROWS, (name, start)).fetchall():
            groups = [_Group(*row) for row in rows]
            yield from groups
            start = groups[-1].offset + 1
        place = (0, 0)
        while self._sources and (rows := self._db.execute(_CAME_ROWS, (name, *place)).fetchall()):
            groups = [_Group(*row) for row in rows]
            yield from groups
            place = (groups[-1].source, groups[-1].offset)

    def _move(self, old: BinaryIO, new: BinaryIO, group: _Group, name: str) -> None:
        start, sha256 = new.tell(), group.sha256
        last = _read_note(old, group) if group.is_touched else None
        note = self._without_gone(last.note) if last else None
        if last is None or note is None or note == last.note:
            kept = _copy(old, new, group.offset, group.length)
            if group.source and kept.hexdigest() != sha256:
                raise _differs(self._sources[group.source], name, group.offset)
        else:
            is_sound = _hash_section(_Section(old, group.offset, group.length)) == sha256
            if group.source and not is_sound:
                raise _differs(self._sources[group.source], name, group.offset)
            kept = _copy(old, new, group.offset, last.offset - group.offset)
            member = _pack_note(last, note)
            new.write(member)
            kept.update(member)
            sha256 = kept.hexdigest() if is_sound else sha256  # else damage would pass for what was stored
        record_offset = start + group.record_offset - group.offset
        # Below zero until all are there: a place may be another's still.
        self._db.execute(
            "UPDATE capture SET offset = ?, length = ?, record_offset = ?, sha256 = ? WHERE id = ?",
            (-start, new.tell() - start, record_offset, sha256, group.id),
        )

    def _place(self, name: str, size: int) -> None:
        self._db.execute("DELETE FROM capture WHERE segment = ? AND id IN (SELECT id FROM gone_capture)", (name,))
        self._db.execute("UPDATE capture SET offset = -offset WHERE segment = ? AND offset < 0", (name,))
        self._db.execute("UPDATE segment SET size = ?, indexed = 0 WHERE name = ?", (size, name))

    def _without_gone(self, note: Note) -> Note:
        """A note that names none of the citations that go, no article for their sake, no page's part that goes."""
        gone = [each for each in note.citations if self._is_gone(each)]
        kept = tuple(each for each in note.citations if each not in gone)
        articles = {self._read_article(each) for each in kept}
        lost = {self._read_article(each) for each in gone} - articles
        return replace(
            note,
            citations=kept,
            vias=tuple(via for via in note.vias if via not in lost),
            cited=max(len(kept), note.cited - len(gone)),
            requisites=tuple(new for new in note.requisites if not self._forgotten.has_url(new.url)),
        )

    def _is_gone(self, citation: str) -> bool:
        return self._db.execute("SELECT 1 FROM gone_citation WHERE id = ?", (citation,)).fetchone() is not None

    def _read_article(self, citation: str) -> str | None:
        row = self._db.execute("SELECT article FROM citation WHERE id = ?", (citation,)).fetchone()
        return str(row[0]) if row and row[0] is not None else None


def _differs(segments: Segments, name: str, offset: int) -> ArchiveDamaged:
    """What to raise when another archive's bytes are not those that it says it has stored."""
    folder = segments.folder.parent
    return ArchiveDamaged(
        f"{folder}: what lies in {name} at {offset} is not what was stored: `amberpost check` says more"
    )


def open_beside(path: Path) -> BinaryIO:
    """Open the file that is to take the place of another, empty, and its owner's alone."""
    beside = path.with_name(path.name + BESIDE)
    with suppress(FileNotFoundError):
        beside.unlink()
    return os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def _copy(old: BinaryIO, new: BinaryIO, offset: int, length: int) -> hashlib._Hash:
    digest = hashlib.sha256()
    old.seek(offset)
    while length:
        piece = old.read(min(length, _PIECE))
        if not piece:
            raise ArchiveDamaged(f"{old.name} ends before what was stored in it: bring the file back from a copy")
        new.write(piece)
        digest.update(piece)
        length -= len(piece)
    return digest


def _hash_section(section: _Section) -> str:
    digest = hashlib.sha256()
    while piece := section.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _read_note(file: BinaryIO, group: _Group) -> _NoteRecord | None:
    """The note that ends a group; `None` when the group is damaged, which is `check`'s to say."""
    found: _NoteRecord | None = None
    for item in read_records(_Section(file, group.offset, group.length), start=group.offset):
        if isinstance(item, Problem):
            return None
        found = _parse_note(item)
    return found


def _parse_note(record: WarcRecord) -> _NoteRecord | None:
    if not (record.target or "").startswith(OUTCOME):
        return None
    note = parse_note(record.read_whole(LONGEST_NOTE).decode("utf-8", "replace"))
    return _NoteRecord(record.offset, record.head.headers, note) if note else None


def _pack_note(last: _NoteRecord, note: Note) -> bytes:
    own = ("warc-type", "warc-record-id", "warc-block-digest", "content-type", "content-length")
    fields = tuple((name, value) for name, value in last.fields if name.lower() not in own)
    block = bytes_block(format_note(note).encode())
    return b"".join(pack_record(Record("metadata", new_id(), "application/warc-fields", fields, block)))


class _Section:
    """So many bytes of a file, from an offset on."""

    def __init__(self, file: BinaryIO, offset: int, length: int) -> None:
        self._file, self._left = file, length
        file.seek(offset)

    def read(self, size: int, /) -> bytes:
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data
