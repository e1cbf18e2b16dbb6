"""The CDXJ index held against the database, line by line: complete, true, and in the order of its bytes."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

from ...models import Problem
from ..disk.cdxj import format_line
from ..disk.folder import INDEX, INDEX_PARTS
from .checksegments import open_segment, problem

_ADVICE = "remove index.cdxj and the folder index: the next `amberpost archive` writes them anew"
_LONGEST = 1 << 20
_MOST = 20  # lines named of one file
# The capture that holds the record at an offset is the last that begins at it or before.
_AT = """
SELECT link.url, date, record_type, mime, capture.status, payload_digest, record_offset, record_length
FROM capture JOIN link ON link.id = capture.link WHERE segment = ? AND capture.offset <= ? AND record_type <> 'metadata'
ORDER BY capture.offset DESC LIMIT 1
"""


def part_name(segment: str) -> str:
    """The name of a segment's part of the index."""
    return f"{segment.removesuffix('.warc.gz')}.cdxj"


def find_wrong_lines(folder: Path, db: sqlite3.Connection) -> Iterator[Problem]:
    """What is wrong with the index and its parts; one that a run which was killed left behind is named as that."""
    behind = db.execute("SELECT count(*) FROM segment WHERE indexed <> size").fetchone()[0]
    names = [name for (name,) in db.execute("SELECT name FROM segment ORDER BY name")]
    if behind:
        grown = "a segment has" if behind == 1 else f"{behind} segments have"
        reason = f"{grown} grown since it was written"
        yield problem(INDEX, None, reason, "a run that was killed leaves this; the next `amberpost archive` mends it")
    if behind or not names:
        return
    yield from _find_in_file(folder / INDEX, INDEX, db, None)
    if not _is_merged(folder, names):
        for name in names:
            part = f"{INDEX_PARTS}/{part_name(name)}"
            yield from _find_in_file(folder / part, part, db, name)


def _is_merged(folder: Path, segments: list[str]) -> bool:
    """Tell whether the index is what its parts give, so that what is true of it is true of them."""
    with ExitStack() as stack:
        files: list[BinaryIO] = []
        for path in (folder / INDEX, *(folder / INDEX_PARTS / part_name(name) for name in segments)):
            file = open_segment(path)
            if isinstance(file, Problem):
                return False
            files.append(stack.enter_context(file))
        parts = map(_read_own_lines, files[1:], segments)
        return all(line == wanted for line, wanted in zip_longest(_read_lines(files[0]), heapq.merge(*parts)))


def _read_lines(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.readline(_LONGEST), b"")


def _read_own_lines(file: BinaryIO, segment: str) -> Iterator[bytes]:
    """The lines of a segment's part; one of another segment's stands in the wrong part, and is like no line."""
    end = f'"filename": "{segment}"}}\n'.encode()
    return (line if line.endswith(end) else b"" for line in _read_lines(file))


def _find_in_file(path: Path, name: str, db: sqlite3.Connection, segment: str | None) -> Iterator[Problem]:
    file = open_segment(path)
    if isinstance(file, Problem):
        yield problem(name, None, file.reason, _ADVICE)
        return
    found, offset, before, named = 0, 0, b"", 0
    with file:
        for line in _read_lines(file):
            reason = _find_wrong(line, before, db, segment)
            if reason and named < _MOST:
                yield problem(name, offset, reason, _ADVICE)
            named += bool(reason)
            found, offset, before = found + 1, offset + len(line), line
    query = "SELECT count(*) FROM capture WHERE record_type <> 'metadata' AND coalesce(segment = ?, 1)"
    wanted = db.execute(query, (segment,)).fetchone()[0]
    if found != wanted or named > _MOST:
        yield problem(name, None, f"has {found} lines for {wanted} records, {named} of them wrong", _ADVICE)


def _find_wrong(line: bytes, before: bytes, db: sqlite3.Connection, segment: str | None) -> str:
    if line <= before:
        return "a line is not behind the one before it in the order of bytes"
    place = _parse_place(line)
    if place is None or (segment is not None and place[0] != segment):
        return "a line is no index line of this file"
    row = db.execute(_AT, place).fetchone()
    if row is None or format_line(place[0], *row) != line:
        return "a line is not what the database has for its record"
    return ""


def _parse_place(line: bytes) -> tuple[str, int] | None:
    """The segment and the offset that a line names."""
    try:
        fields = json.loads(line.split(b" ", 2)[2])
        segment, offset = fields["filename"], int(fields["offset"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return (segment, offset) if isinstance(segment, str) and 0 <= offset < 1 << 62 else None
