"""Stored answers read back out of the segments: checked against their digests, never wholly in memory."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO

from ...models import ArchiveDamaged, Problem
from ...warcfile import WarcRecord, read_records
from ..records import Capture
from .segments import Segments

_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
_HEAD = 1 << 18


def open_answer(connection: sqlite3.Connection, segments: Segments, capture: Capture) -> IO[bytes]:
    """The bytes of a capture's answer in a temporary file; for a revisit its own head before the stored payload."""
    answer = _open_block(connection, segments, capture.id)
    if capture.record_type != "revisit":
        return answer
    row = connection.execute("SELECT original FROM revisit WHERE capture = ?", (capture.id,)).fetchone()
    if row is None:
        raise ArchiveDamaged(f"capture {capture.id} of {capture.url}: the answer that it refers to is not there")
    with _open_block(connection, segments, row[0]) as original:
        original.seek(_payload_start(original))
        answer.seek(0, 2)
        shutil.copyfileobj(original, answer)
    answer.seek(0)
    return answer


def _payload_start(answer: IO[bytes]) -> int:
    """Where the payload begins: only tidy heads have a payload digest, so there is one way to tell."""
    return answer.read(_HEAD).index(b"\r\n\r\n") + 4


def _open_block(connection: sqlite3.Connection, segments: Segments, capture: int) -> IO[bytes]:
    segment, offset, length = connection.execute(
        "SELECT segment, record_offset, record_length FROM capture WHERE id = ?", (capture,)
    ).fetchone()
    with ExitStack() as undo, SpooledTemporaryFile(_IN_MEMORY) as member:
        block: IO[bytes] = undo.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        with segments.open(segment, offset=offset) as file:
            while length > 0 and (piece := file.read(min(length, _PIECE))):
                length -= len(piece)
                member.write(piece)
        member.seek(0)
        wrong = "it ends too early" if length else _copy_block(member, block)
        if wrong:
            raise ArchiveDamaged(f"{segment}, offset {offset}: {wrong}; `amberpost check` says what else is damaged")
        undo.pop_all()
        block.seek(0)
        return block


def _copy_block(member: IO[bytes], block: IO[bytes]) -> str:
    """Copy the block of the one record that the bytes are; what is wrong with it, else nothing."""
    for item in read_records(member, verify=True):
        if isinstance(item, Problem):
            return item.reason
        _copy(item, block)
    return ""


def _copy(record: WarcRecord, block: IO[bytes]) -> None:
    while piece := record.read(_PIECE):
        block.write(piece)
