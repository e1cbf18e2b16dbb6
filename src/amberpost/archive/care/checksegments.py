"""Every byte of the WARC segments held against the database: what lies where, its digests, and what it says."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ...models import Problem
from ...warcfile import WarcRecord, read_records
from ..disk.forgotten import Forgotten
from ..disk.notes import LONGEST_NOTE, Note, parse_note
from ..disk.segments import Segment
from ..disk.warcrecords import OUTCOME
from .checkgroups import CAPTURES, GroupCheck, Row, shown

ADVICE = "bring back a good copy of the file; what is not named here is as it was stored"
ROW_ADVICE = "the database is not what was stored: bring back a good copy of archive.db"
TAIL_ADVICE = "a run that was killed leaves this; `amberpost archive` takes in what is whole and cuts off the rest"
_MOST_OF_ONE = 4  # problems named of one group, next to the one that its bytes differ


@dataclass(slots=True)
class Counts:
    """What has been read so far."""

    captures: int = 0
    records: int = 0
    bytes: int = 0


@dataclass(slots=True)
class _Read:
    """What of a group is held to compare: a few fields of each record, and the note that ends it."""

    heads: list[WarcRecord] = field(default_factory=list)
    note: Note | None = None


class _Section:
    """So many bytes of a file, hashed as they are read."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left = file, length
        self.digest = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        self.digest.update(data)
        return data


def open_segment(path: Path) -> BinaryIO | Problem:
    """Open a segment for reading: no link is followed, and nothing but a file is waited for."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except OSError as error:
        return problem(path.name, None, f"cannot be read: {error.strerror or error}")
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    return problem(path.name, None, "is no file")


class SegmentCheck:
    """Reads one segment from its first byte to its last, in constant memory, beside its rows in their order."""

    def __init__(self, db: sqlite3.Connection, forgotten: Forgotten, counts: Counts, tick: Callable[[], None]) -> None:
        self._db, self._counts, self._tick = db, counts, tick
        self._groups = GroupCheck(db, forgotten)

    def find_problems(self, folder: Path, segment: Segment) -> Iterator[Problem]:
        """What is wrong with a segment: its length, its bytes, and what they say."""
        file = open_segment(folder / segment.name)
        if isinstance(file, Problem):
            yield file
            return
        with file:
            size = os.fstat(file.fileno()).st_size
            yield from _find_wrong_size(segment, size)
            yield from self._check_head(file, segment, size)
            yield from self._check_groups(file, segment, size)

    def _check_head(self, file: BinaryIO, segment: Segment, size: int) -> Iterator[Problem]:
        if segment.head_length > size:
            return
        section = _Section(file, segment.head_length)
        about: list[bytes] = []
        problems = []
        for item in read_records(section, name=segment.name, verify=True):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                self._counts.records += 1
                about.append(item.read_whole(LONGEST_NOTE) if item.type == "warcinfo" else b"")
        self._counts.bytes += segment.head_length
        if section.digest.hexdigest() != segment.head_sha256:
            yield problem(segment.name, 0, "the bytes of its first record are not those that were stored")
        yield from islice(problems, _MOST_OF_ONE)
        if not problems and about != [segment.about.encode()]:
            yield problem(segment.name, 0, "does not begin with the warcinfo record that the database has", ROW_ADVICE)

    def _check_groups(self, file: BinaryIO, segment: Segment, size: int) -> Iterator[Problem]:
        at, lost = segment.head_length, 0
        for values in self._db.execute(CAPTURES, (segment.name,)):
            row = Row(*values)
            self._counts.captures += 1
            if row.offset + row.length > size:
                lost += 1
                continue
            yield from _find_gap(segment.name, at, row)
            file.seek(row.offset)
            yield from self._check_group(file, segment.name, row)
            at = max(at, row.offset + row.length)
            self._counts.bytes += row.length
            self._tick()
        if lost:
            yield problem(segment.name, size, f"ends before {lost} captures that were stored in it")
        elif at < min(segment.size, size):
            yield problem(segment.name, at, f"{min(segment.size, size) - at} bytes belong to no capture", ROW_ADVICE)

    def _check_group(self, file: BinaryIO, name: str, row: Row) -> Iterator[Problem]:
        section, read = _Section(file, row.length), _Read()
        problems: list[Problem] = []
        for item in read_records(section, name=name, verify=True, start=row.offset):
            if isinstance(item, Problem):
                problems += [item] if len(problems) < _MOST_OF_ONE else []
            else:
                self._counts.records += 1
                read.heads.append(item)
                last = (item.target or "").startswith(OUTCOME)
                read.note = parse_note(item.read_whole(LONGEST_NOTE).decode("utf-8", "replace")) if last else None
            if len(read.heads) > 8:
                break
        while section.read(1 << 20):
            pass
        if section.digest.hexdigest() != row.sha256:
            yield problem(name, row.offset, f"{row.length} bytes are not those that were stored for {shown(row.url)}")
            yield from problems
            return
        yield from problems
        yield from (
            problem(name, row.offset, f"{reason} ({shown(row.url)})", ROW_ADVICE)
            for reason in islice(self._groups.find_differences(row, read.heads, read.note), _MOST_OF_ONE)
        )


def _find_wrong_size(segment: Segment, size: int) -> Iterator[Problem]:
    if size < segment.size:
        yield problem(segment.name, size, f"is cut: {segment.size} bytes were stored, {size} are there")
    if size > segment.size:
        reason = f"{size - segment.size} bytes stand behind what the database knows"
        yield problem(segment.name, segment.size, reason, TAIL_ADVICE)


def _find_gap(name: str, at: int, row: Row) -> Iterator[Problem]:
    if row.offset > at:
        yield problem(name, at, f"{row.offset - at} bytes belong to no capture", ROW_ADVICE)
    if row.offset < at:
        yield problem(name, row.offset, "two captures claim the same bytes", ROW_ADVICE)


def problem(source: str, offset: int | None, reason: str, advice: str = ADVICE) -> Problem:
    """A problem of a file of the archive, at an offset in it when there is one."""
    return Problem(source=source, place=None if offset is None else f"offset {offset}", reason=reason, advice=advice)
