"""Reading WARC files record by record, plain or gzip, in constant memory; every deviation is a named problem."""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator, Iterator
from typing import Protocol

from .models import Problem
from .warchead import DigestCheck, Head, parse_head

_BLOCK = 1 << 15
_HEAD_LIMIT = 1 << 18
_GZIP = b"\x1f\x8b"
_WARC = b"WARC/"
_HEAD_END = re.compile(rb"\n\r?\n")
_BEGIN = re.compile(rb"\x1f\x8b\x08|WARC/[01]\.[0-9]{1,2}\r?\n")
_SEEN = 600  # bytes of a gzip member in which the first five of its content must show
SHARED_MEMBER = "one gzip member holds more than one record"  # of no matter to who only reads
_ADVICE = "what is around it was read; copy or fetch the file again if it should be whole"


class Readable(Protocol):
    """All that is asked of a file: it need not seek, and may give less than it is asked for."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; none at the end."""


class _Source:
    """A file's bytes with a place in it, and a way to look ahead and to give back."""

    def __init__(self, file: Readable, offset: int) -> None:
        self._file, self._held, self._at, self.offset = file, b"", 0, offset

    def peek(self, size: int) -> bytes:
        while len(self._held) - self._at < size and (block := self._file.read(_BLOCK)):
            self._held, self._at = self._held[self._at :] + block, 0
        return self._held[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        if self._at == len(self._held):
            self._held, self._at = self._file.read(_BLOCK), 0
        part = self._held[self._at : self._at + size]
        self._at += len(part)
        self.offset += len(part)
        return part

    def unread(self, data: bytes) -> None:
        before = self._at - len(data)
        if before >= 0 and self._held[before : self._at] == data:
            self._at = before
        else:
            self._held, self._at = data + self._held[self._at :], 0
        self.offset -= len(data)


class _Stream:
    """The bytes of a record as they lie in the file."""

    failure = ""

    def __init__(self, source: _Source) -> None:
        self._source, self._ready = source, b""

    def fill(self) -> bytes:
        """The next bytes, at most a block of them; none at the end."""
        return self._source.read(_BLOCK)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none only at the end."""
        data = self._ready or self.fill()
        self._ready = data[size:]
        return data[:size]

    def read_head(self) -> bytes:
        """What stands before the first empty line, that line included; less when there is none within the limit."""
        head, seen = bytearray(), 0
        while len(head) < _HEAD_LIMIT and (part := self.read(_BLOCK)):
            head += part
            if not head.startswith(_WARC[: len(head)]):
                break
            if match := _HEAD_END.search(head, seen):
                self.unread(bytes(head[match.end() :]))
                return bytes(head[: match.end()])
            seen = max(0, len(head) - 2)
        return bytes(head)

    def take_end(self) -> bool:
        """Read the two line ends that close a record; when something else stands there, leave it."""
        data = self.read(4)
        while len(data) < 4 and (part := self.read(4 - len(data))):
            data += part
        if data != b"\r\n\r\n":
            self.unread(data)
        return data == b"\r\n\r\n"

    def unread(self, data: bytes) -> None:
        """Let `data`, the last that was read, be read again."""
        self._ready = data + self._ready

    def leave(self) -> None:
        """Give back to the file what was taken of it and not used."""
        self._source.unread(self._ready)
        self._ready = b""


class _Member(_Stream):
    """The unpacked bytes of one gzip member; `failure` says why they end before it does."""

    def __init__(self, source: _Source) -> None:
        super().__init__(source)
        self._unpack = zlib.decompressobj(31)

    def fill(self) -> bytes:
        piece = b""
        while not (piece or self._unpack.eof or self.failure):
            data = self._unpack.unconsumed_tail or self._source.read(_BLOCK)
            try:
                piece = self._unpack.decompress(data, _BLOCK)
            except zlib.error as error:
                self.failure = f"the gzip member is damaged ({error})"
                self._source.unread(data)
                break
            if self._unpack.eof:
                self._source.unread(self._unpack.unused_data)
            elif not (data or piece):
                self.failure = "the gzip member is cut"
        return piece

    def leave(self) -> None:
        if not (self.failure or self._unpack.eof):
            self._source.unread(self._unpack.unconsumed_tail)


class WarcRecord:
    """One record as it streams past: its head at once, its block by `read`, before the next record is asked for.

    `offset` is where it begins in the file; in a gzip file, where its member begins. `length`, in bytes of the file,
    is known once the next record was asked for; it stays `None` for a broken record and for one that shares a member.
    """

    __slots__ = ("_checks", "_left", "_stream", "head", "length", "offset")

    def __init__(self, head: Head, offset: int, stream: _Stream, checks: list[DigestCheck]) -> None:
        self.head, self.offset = head, offset
        self.length: int | None = None
        self._stream, self._left, self._checks = stream, head.content_length or 0, checks

    @property
    def type(self) -> str:
        """`response`, `request`, `metadata` ...; empty when the head does not say."""
        return self.head.find_header("WARC-Type") or ""

    @property
    def target(self) -> str | None:
        """What the record is about, without the angle brackets that some writers of WARC 1.0 put round it."""
        uri = self.head.find_header("WARC-Target-URI")
        return uri[1:-1] if uri and uri.startswith("<") and uri.endswith(">") else uri

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the block: all that are left, or at most `size`; none at its end, as `read` of any file."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_BLOCK), b""))
        part = self._stream.read(min(size, self._left)) if size and self._left else b""
        self._left -= len(part)
        for check in self._checks:
            check.update(part)
        return part

    def read_whole(self, limit: int) -> bytes:
        """The block to its end, or its first `limit` bytes; `read` alone may give less than it is asked for."""
        parts = list[bytes]()
        while limit > 0 and (part := self.read(limit)):
            parts.append(part)
            limit -= len(part)
        return b"".join(parts)

    def _finish(self) -> Iterator[str]:
        while self.read(_BLOCK):
            pass
        if self._left:
            yield self._stream.failure or f"the block is cut: {self._left} of its bytes are missing"
        else:
            yield from filter(None, (check.find_deviation() for check in self._checks))


def read_records(
    file: Readable, *, name: str = "", verify: bool = False, start: int = 0
) -> Iterator[WarcRecord | Problem]:
    r"""Read records and, where the file is not as WARC 1.1 has it, problems in its order; never raises for its bytes.

    What is wrong with a head is told before its record, what is wrong with a block behind it. `verify` reckons block
    and payload digests too. Behind damage, reading goes on where a record begins again. `name` is the file's in
    problems; `start` where `file` stands, when that is not its beginning.

    >>> import io
    >>> head = b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: 2026-09-09T10:00:00Z\r\n"
    >>> for record in read_records(io.BytesIO(head + b"Content-Length: 2\r\n\r\nhi\r\n\r\n")):
    ...     record.type, record.read()
    ('metadata', b'hi')
    """
    source = _Source(file, start)
    while begun := source.peek(len(_WARC)):
        offset = source.offset
        if begun.startswith(_GZIP):
            whole = yield from _read_member(_Member(source), source, name, verify)
        elif begun == _WARC:
            whole = yield from _read_plain(_Stream(source), source, name, verify)
        else:
            yield _problem(name, offset, "bytes that are no WARC record")
            whole = False
        if not whole:
            _skip(source, offset)


_Found = Generator[WarcRecord | Problem, None, bool]


def _read_plain(stream: _Stream, source: _Source, name: str, verify: bool) -> _Found:
    offset = source.offset
    record = yield from _read_record(stream, offset, name, verify)
    stream.leave()
    if record:
        record.length = source.offset - offset
    return record is not None


def _read_member(member: _Member, source: _Source, name: str, verify: bool) -> _Found:
    offset, alone = source.offset, True
    while record := (yield from _read_record(member, offset, name, verify)):
        more = member.read(1)
        if member.failure:
            yield _problem(name, offset, member.failure)
            break
        if not more:
            record.length = source.offset - offset if alone else None
            return True
        if alone:
            yield _problem(name, offset, SHARED_MEMBER)
        alone = False
        member.unread(more)
    member.leave()
    return False


def _read_record(
    stream: _Stream, offset: int, name: str, verify: bool
) -> Generator[WarcRecord | Problem, None, WarcRecord | None]:
    """The next record of a stream, read to its end; `None` when nothing behind it in the stream can be trusted."""
    data = stream.read_head()
    if not data.startswith(_WARC):
        yield _problem(name, offset, stream.failure or "a gzip member that holds no WARC record")
        return None
    if not _HEAD_END.search(data, len(data) - 3):
        reason = "the head of a record is cut" if len(data) < _HEAD_LIMIT else "the head of a record has no end"
        yield _problem(name, offset, stream.failure or reason)
        return None
    head = parse_head(data)
    yield from (_problem(name, offset, deviation) for deviation in head.deviations)
    if head.content_length is None:
        return None
    record = WarcRecord(head, offset, stream, list(_find_checks(head)) if verify else [])
    yield record
    yield from (_problem(name, offset, deviation) for deviation in record._finish())
    if record._left:
        record._left = 0
        return None
    if not stream.take_end():
        yield _problem(name, offset, stream.failure or "a record does not end in two line ends")
        return None
    return record


def _find_checks(head: Head) -> Iterator[DigestCheck]:
    if digest := head.find_header("WARC-Block-Digest"):
        yield DigestCheck("WARC-Block-Digest", digest)
    digest = head.find_header("WARC-Payload-Digest")
    # A revisit's payload lies elsewhere, and of a cut or segmented one nobody says which part was reckoned.
    partly = head.find_header("WARC-Truncated") or head.find_header("WARC-Segment-Number")
    if digest and not partly and (head.find_header("WARC-Type") or "") != "revisit":
        is_http = (head.find_header("Content-Type") or "").lower().startswith("application/http")
        yield DigestCheck("WARC-Payload-Digest", digest, http=is_http)


def _skip(source: _Source, offset: int) -> None:
    """Go on to where a record may begin again, at least a byte behind `offset`, or to the end."""
    if source.offset == offset:
        source.read(1)
    while window := source.peek(_BLOCK):
        sure = len(window) if len(window) < _BLOCK else _BLOCK - _SEEN
        for match in _BEGIN.finditer(window, 0, sure):
            if match[0].startswith(_WARC) or _is_warc_member(window[match.start() : match.start() + _SEEN]):
                source.read(match.start())
                return
        source.read(sure)


def _is_warc_member(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, len(_WARC)) == _WARC
    except zlib.error:
        return False


def _problem(name: str, offset: int, reason: str) -> Problem:
    return Problem(source=name, place=f"offset {offset}", reason=reason, advice=_ADVICE)
