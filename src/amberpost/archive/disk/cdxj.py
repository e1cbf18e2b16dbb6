"""The CDXJ index: a sorted part for each segment, merged into one file that replay tools read beside the segments."""

from __future__ import annotations

import heapq
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from ...models import ArchiveDamaged
from .folder import INDEX, INDEX_PARTS
from .segments import SEGMENT
from .surt import make_key
from .warcrecords import target_uri

_LINES_AT_ONCE = 50_000  # as many lines as are sorted in memory
_ROWS_AT_ONCE = 10_000
_ROWS = (
    "SELECT capture.offset, link.url, date, record_type, mime, capture.status, payload_digest, record_offset,"
    " record_length"
    " FROM capture JOIN link ON link.id = capture.link"
    " WHERE segment = ? AND record_type <> 'metadata' AND capture.offset > ? ORDER BY capture.offset LIMIT ?"
)


def write_index(folder: Path, connection: sqlite3.Connection) -> bool:
    """Write the parts of segments that have grown, and merge all; tells whether there was anything to write.

    Each file is written beside and renamed, so that a reader sees the old index or the new one, never half of it.
    """
    segments = connection.execute("SELECT name, size, indexed FROM segment ORDER BY name").fetchall()
    parts = {name: _part(folder, name) for name, _, _ in segments}
    grown = [(name, size) for name, size, indexed in segments if size != indexed or not parts[name].exists()]
    if not grown and not _remove_others(folder, set(parts.values())) and (folder / INDEX).exists() == bool(parts):
        return False
    for name, _ in grown:
        _write_file(parts[name], sort_lines(find_lines(connection, name)))
    with ExitStack() as stack:
        _write_file(folder / INDEX, heapq.merge(*[stack.enter_context(part.open("rb")) for part in parts.values()]))
    connection.executemany("UPDATE segment SET indexed = ? WHERE name = ?", [(size, name) for name, size in grown])
    return True


def _part(folder: Path, segment: str) -> Path:
    if not SEGMENT.fullmatch(segment):
        raise ArchiveDamaged(f"{segment[:80]!r} is no segment of this archive: its database has been tampered with")
    return folder / INDEX_PARTS / f"{segment.removesuffix('.warc.gz')}.cdxj"


def _remove_others(folder: Path, parts: set[Path]) -> bool:
    """Remove the parts of segments that are no more: what was forgotten must not stand in an index."""
    others = [path for path in (folder / INDEX_PARTS).glob("amberpost-*.cdxj") if path not in parts]
    for path in others:
        path.unlink()
    return bool(others)


def find_lines(connection: sqlite3.Connection, segment: str) -> Iterator[bytes]:
    """The lines of a segment's records, in the order in which they lie there."""
    last = -1
    while rows := connection.execute(_ROWS, (segment, last, _ROWS_AT_ONCE)).fetchall():
        yield from (format_line(segment, *row[1:]) for row in rows)
        last = rows[-1][0]


def format_line(
    segment: str,
    url: str,
    date: str,
    record_type: str,
    mime: str | None,
    status: int | None,
    digest: str | None,
    offset: int,
    length: int,
) -> bytes:
    """One line of the index: key, time to the second, and where the record lies, in the form that pywb reads.

    >>> name = "amberpost-0badcafe-000001.warc.gz"
    >>> format_line(name, "https://a.example/B", "2026-09-09T10:00:00.5Z", "response", None, 200, None, 7, 9)[:45]
    b'example,a)/b 20260909100000 {"url": "https://'
    """
    uri = target_uri(url)
    fields = {
        "url": uri,
        "mime": "warc/revisit" if record_type == "revisit" else mime or "unk",
        "status": "-" if status is None else str(status),
        "digest": digest or "-",
        "length": str(length),
        "offset": str(offset),
        "filename": segment,
    }
    time = "".join(filter(str.isdigit, date))[:14]
    return f"{make_key(uri)} {time} {json.dumps(fields)}\n".encode()


def sort_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sort by bytes, however many there are: runs of bounded size in temporary files, then merged."""
    rest = iter(lines)
    with ExitStack() as stack:
        runs: list[Iterable[bytes]] = []
        while run := sorted(islice(rest, _LINES_AT_ONCE)):
            file: IO[bytes] = stack.enter_context(TemporaryFile())
            file.writelines(run)
            file.seek(0)
            runs.append(file)
        yield from heapq.merge(*runs)


def _write_file(path: Path, lines: Iterable[bytes]) -> None:
    beside = path.with_suffix(".part")
    with suppress(FileNotFoundError):
        beside.unlink()
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
