"""Taking in what a crash left behind: whole groups that the database does not know are adopted, a torn tail is cut."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from ...models import ArchiveDamaged, Problem
from ...warcfile import WarcRecord, read_records
from ..records import Cut
from ..tallies import Adopted
from .database import transaction
from .fixity import digest_row
from .linkmerge import JUDGED, LINKS, judge_link
from .notes import LONGEST_NOTE, Note, parse_note
from .rows import Stored, add_note, read_segments, save_segment
from .segments import Placed, Segment, Segments, segment_archive
from .warcrecords import EMPTY_PAYLOAD, OUTCOME, RecordType

_GROUPS_AT_ONCE = 1000
_MOST_RECORDS = 4  # request, answer, bytes around it, note
_ANSWERS = ("response", "revisit", "metadata")
_SETTLED = f"SELECT settled_segment, {', '.join(JUDGED)} FROM ({LINKS} WHERE link.url = ?)"


@dataclass(slots=True, frozen=True)
class _Whole:
    """A record that is there to its last byte; `text` is its block when that is the archive's own."""

    record: WarcRecord
    text: str

    @property
    def end(self) -> int:
        return self.record.offset + (self.record.length or 0)


@dataclass(slots=True, frozen=True)
class _Group:
    """The records of an exchange, one behind the other without a gap, and the note that ends them."""

    start: int
    end: int
    answer: _Whole
    note: Note


def adopt(connection: sqlite3.Connection, segments: Segments) -> Adopted:
    """Bring the database up to the segments, after whatever happened; raises ArchiveDamaged where it cannot be that.

    A segment ahead of the database is what a crash leaves. One that is shorter, or broken in the middle with captures
    behind the break, is no crash's work: then nothing is changed.
    """
    known = {segment.name: segment for segment in read_segments(connection)}
    names = segments.names()
    _name_archive(connection, names)
    for segment in known.values():  # all of them first: of two that were swapped the longer one is not to be cut
        _check_size(segments, segment)
    taken = [_adopt_segment(connection, segments, name, known.get(name)) for name in names]
    return Adopted(captures=sum(each.captures for each in taken), cut_bytes=sum(each.cut_bytes for each in taken))


def _name_archive(connection: sqlite3.Connection, names: list[str]) -> None:
    """Give a new database its id, that of the segments if they are there already, and the key of what is forgotten."""
    if connection.execute("SELECT 1 FROM meta WHERE key = 'archive'").fetchone():
        return
    archive, key = segment_archive(names[-1]) if names else os.urandom(4).hex(), os.urandom(32).hex()
    with transaction(connection):
        rows = [("archive", archive), ("key", key), ("key-sha256", digest_row(key))]
        connection.executemany("INSERT INTO meta VALUES(?, ?)", rows)


def _check_size(segments: Segments, known: Segment) -> None:
    path, size = segments.folder / known.name, segments.size(known.name)
    if size is None:
        raise ArchiveDamaged(f"{path} is gone: bring the file back, then run again")
    if size < known.size:
        raise ArchiveDamaged(f"{path} has {size} bytes, {known.size} were stored: bring the file back from a copy")


def _adopt_segment(connection: sqlite3.Connection, segments: Segments, name: str, known: Segment | None) -> Adopted:
    safe, size = known.size if known else 0, segments.size(name) or 0
    if known and size == safe:
        return Adopted()
    with segments.open(name) as file:
        segment = known or _read_beginning(file, segments, name)
        file.seek(segment.size)
        ends = [group.end for group in _find_groups(file, segment)]
    end = ends[-1] if ends else safe
    if ends:
        _adopt_groups(connection, segments, segment)
    if end < size or not end:
        segments.cut(name, end)
    return Adopted(captures=len(ends), cut_bytes=size - end)


def _read_beginning(file: BinaryIO, segments: Segments, name: str) -> Segment:
    """A segment that the database does not know: what its first record says, with nothing behind it known yet."""
    first = next(_find_whole(file, 0), None)
    if first is None or first.record.offset:
        return Segment(name, 0, 0, "", "")
    if first.record.type != "warcinfo" or f"isPartOf: amberpost-{segment_archive(name)}\r\n" not in first.text:
        raise ArchiveDamaged(f"{segments.folder / name} is no segment of an archive: move it away and run again")
    return Segment(name, first.end, first.end, segments.digest(name, 0, first.end), first.text)


def _adopt_groups(connection: sqlite3.Connection, segments: Segments, segment: Segment) -> None:
    with segments.open(segment.name, offset=segment.size) as file:
        groups = _find_groups(file, segment)
        while batch := [group for group, _ in zip(groups, range(_GROUPS_AT_ONCE), strict=False)]:
            segment = replace(segment, size=batch[-1].end)
            with transaction(connection):
                save_segment(connection, segment)
                for group in batch:
                    stored = _read_stored(segments, segment.name, group)
                    settles = not _is_outdone(connection, group.note, stored)
                    add_note(connection, group.note, stored, settles=settles)


def _is_outdone(connection: sqlite3.Connection, note: Note, stored: Stored) -> bool:
    """Whether an answer that another archive got, before both were merged, says more: else the last one counts."""
    settled = connection.execute(_SETTLED, (note.link.url,)).fetchone()
    segment, *there = settled or (None,)
    if segment is None or segment_archive(segment) == note.archive:
        return False
    is_whole = note.outcome == "ok" and stored.truncated is None and 200 <= (note.status or 0) < 400
    settles = (stored.date, stored.record_id, is_whole) if note.settled else (None, None, None)
    row = dict(zip(JUDGED, (note.link.state, note.outcome, *settles, note.attempt, note.next_at), strict=True))
    return judge_link(row) < judge_link(dict(zip(JUDGED, there, strict=True)))


def _find_groups(file: BinaryIO, segment: Segment) -> Iterator[_Group]:
    """The whole groups behind the known bytes, without a gap; raises ArchiveDamaged for what no crash leaves.

    That is a group of this archive behind a gap, or records that are whole and none of ours. An answer that holds, as
    its content, the bytes of such a group does not pass for one: it does not know the archive's id.
    """
    archive, end = segment_archive(segment.name), segment.size
    records: list[_Whole] = []
    for whole in _find_whole(file, end):
        if records and records[-1].end != whole.record.offset:
            records = []
        records.append(whole)
        in_line = records[0].record.offset == end
        if not _is_note(whole.record):
            if in_line and len(records) >= _MOST_RECORDS:
                raise _foreign(segment.name, end)
            continue
        group = _make_group(records, archive)
        if group is not None and not in_line:
            raise _broken(segment.name, end)
        if group is not None:
            yield group
            end = group.end
        elif in_line:
            raise _foreign(segment.name, end)
        records = []


def _make_group(records: list[_Whole], archive: str) -> _Group | None:
    note = parse_note(records[-1].text)
    answer = next((each for each in records[:-1] if each.record.type in _ANSWERS), None)
    if note is None or answer is None or note.archive != archive:
        return None
    return _Group(records[0].record.offset, records[-1].end, answer, note)


def _broken(name: str, end: int) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"{name} is broken at byte {end}, and captures follow: bring the file back from a copy, or give up what follows"
        f" by cutting it there (truncate -s {end} {name})"
    )


def _foreign(name: str, end: int) -> ArchiveDamaged:
    return ArchiveDamaged(f"{name} holds, from byte {end} on, records that this version of amberpost did not write")


def _find_whole(file: BinaryIO, start: int) -> Iterator[_Whole]:
    """The records that are there to the last byte; a record's length is known when the next was asked for."""
    held: _Whole | None = None
    for item in read_records(file, start=start):
        if isinstance(item, Problem):
            continue
        if held is not None and held.record.length is not None:
            yield held
        ours = item.type == "warcinfo" or _is_note(item)
        held = _Whole(item, item.read_whole(LONGEST_NOTE).decode("utf-8", "replace") if ours else "")
    if held is not None and held.record.length is not None:
        yield held


def _is_note(record: WarcRecord) -> bool:
    return record.type == "metadata" and (record.target or "").startswith(OUTCOME)


def _read_stored(segments: Segments, name: str, group: _Group) -> Stored:
    record, find = group.answer.record, group.answer.record.head.find_header
    length = group.end - group.start
    at, size, digest = record.offset, group.answer.end - record.offset, segments.digest(name, group.start, length)
    payload, cut = find("WARC-Payload-Digest"), find("WARC-Truncated")
    return Stored(
        date=find("WARC-Date") or "",
        record_type=cast("RecordType", record.type),
        record_id=find("WARC-Record-ID") or "",
        truncated=cast("Cut | None", cut),
        payload_digest=payload,
        original=record.type == "response" and not cut and payload not in (None, EMPTY_PAYLOAD),
        refers_to=find("WARC-Refers-To") if record.type == "revisit" else None,
        placed=Placed(name, group.start, length, at, size, digest),
    )
