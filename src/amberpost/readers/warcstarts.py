"""Where a WARC file may be cut: at records that every reader comes to, because all before them is as it should be.

Neither `WARC/1.1` nor the beginning of a gzip member tells of a record: both occur inside of pages. So the file is gone
through from its beginning, in a plain one from record to record without what lies between. Where anything is not as the
standard has it, no more cuts are made: what reading does there depends on what came before.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from .stretches import STRETCH, Stretch

_HEAD = re.compile(rb"WARC/1\.[01]\r\n(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n\0]*+\r\n)++\r\n")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*([0-9]{1,15})[ \t]*\r")
_END = b"\r\n\r\n"
_GZIP = b"\x1f\x8b\x08"
_FIRST, _LONGEST_HEAD = 1 << 11, 1 << 17
_BLOCK = 1 << 16


def find_warc_stretches(path: str, name: str, *, form: str = "warc", size: int = STRETCH) -> Iterator[Stretch]:
    """Cut a WARC or WET file into stretches of whole records, each of `size` bytes or a little more.

    What is read of a stretch is what is read there of the whole file, however odd or damaged that is.

    >>> import tempfile
    >>> record = b"WARC/1.1\\r\\nWARC-Type: metadata\\r\\nContent-Length: 2\\r\\n\\r\\nhi\\r\\n\\r\\n"
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(record * 4), file.flush()
    ...     [stretch[2:4] for stretch in find_warc_stretches(file.name, "a.warc", size=100)]
    [(0, 116), (116, 232)]
    """
    start = 0
    find_starts = _find_packed_starts if is_packed(path) else _find_plain_starts
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        whole = file.seek(0, io.SEEK_END)
        for at in find_starts(file):
            if at - start >= size:
                yield Stretch(path, name, start, at, form=form)
                start = at
    yield Stretch(path, name, start, whole, form=form)


def is_packed(path: str) -> bool:
    """Whether a file is gzip: then only unpacking it tells where its records are."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read(len(_GZIP)) == _GZIP


def _read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


class _Head(NamedTuple):
    """How long the head of a sound record is, and the block behind it."""

    size: int
    block: int


def _parse_head(data: bytes) -> _Head | None:
    """The head that some bytes begin with; None where it is one that not every reader would read the same way."""
    match = _HEAD.match(data)
    if match is None:
        return None
    head = match[0].lower()
    length = _LENGTH.search(head)
    return _Head(len(head), int(length[1])) if length and head.count(b"content-length") == 1 else None


def _find_plain_starts(file: BinaryIO) -> Iterator[int]:
    """The offsets of records, as far as each ends where its head says and the next begins there."""
    at = 0
    data = _read_at(file, at, _FIRST)
    while head := _parse_head(data) or (_END not in data and _parse_head(_read_at(file, at, _LONGEST_HEAD))):
        yield at
        at += head.size + head.block + len(_END)
        before, _, data = _read_at(file, at - len(_END), _FIRST).partition(_END)
        if before:
            return


def _find_packed_starts(file: BinaryIO) -> Iterator[int]:
    """The offsets of gzip members, as far as each is one sound record and nothing else."""
    at = 0
    while size := _measure_member(file, at):
        yield at
        at += size


def _measure_member(file: BinaryIO, at: int) -> int:
    """How long the member at an offset is; 0 where it is not one sound record."""
    unpack, begun, end, made, taken = zlib.decompressobj(31), b"", b"", 0, 0
    file.seek(at)
    try:
        while not unpack.eof:
            data = unpack.unconsumed_tail or file.read(_BLOCK)
            piece = unpack.decompress(data, _BLOCK)
            if not (data or piece):
                return 0
            taken += len(data) - len(unpack.unused_data if unpack.eof else unpack.unconsumed_tail)
            made += len(piece)
            begun += piece[: _LONGEST_HEAD - len(begun)]
            end = (end + piece[-len(_END) :])[-len(_END) :]
    except zlib.error:
        return 0
    head = _parse_head(begun)
    return taken if head and end == _END and head.size + head.block + len(_END) == made else 0
