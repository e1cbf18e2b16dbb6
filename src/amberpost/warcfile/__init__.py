"""Reading WARC files record by record, plain or gzip, in constant memory; every deviation is a named problem."""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator, Iterator

from ..models import Problem
from .head import DigestCheck, Head, parse_head
from .streams import BLOCK, HEAD_END, HEAD_LIMIT, WARC, Member, Readable, Source, Stream

_GZIP = b"\x1f\x8b"
_BEGIN = re.compile(rb"\x1f\x8b\x08|WARC/[01]\.[0-9]{1,2}\r?\n")
_SEEN = 600  # bytes of a gzip member in which the first five of its content must show
SHARED_MEMBER = "one gzip member holds more than one record"  # of no matter to who only reads
_ADVICE = "what is around it was read; copy or fetch the file again if it should be whole"


class WarcRecord:
    """One record as it streams past: its head at once, its block by `read`, before the next record is asked for.

    `offset` is where it begins in the file; in a gzip file, where its member begins. `length`, in bytes of the file,
    is known once the next record was asked for; it stays `None` for a broken record and for one that shares a member.
    """

    __slots__ = ("_checks", "_left", "_stream", "head", "length", "offset")

    def __init__(self, head: Head, offset: int, stream: Stream, checks: list[DigestCheck]) -> None:
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
            return b"".join(iter(lambda: self.read(BLOCK), b""))
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
        while self.read(BLOCK):
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
    source = Source(file, start)
    while begun := source.peek(len(WARC)):
        offset = source.offset
        if begun.startswith(_GZIP):
            whole = yield from _read_member(Member(source), source, name, verify)
        elif begun == WARC:
            whole = yield from _read_plain(Stream(source), source, name, verify)
        else:
            yield _problem(name, offset, "bytes that are no WARC record")
            whole = False
        if not whole:
            _skip(source, offset)


_Found = Generator[WarcRecord | Problem, None, bool]


def _read_plain(stream: Stream, source: Source, name: str, verify: bool) -> _Found:
    offset = source.offset
    record = yield from _read_record(stream, offset, name, verify)
    stream.leave()
    if record:
        record.length = source.offset - offset
    return record is not None


def _read_member(member: Member, source: Source, name: str, verify: bool) -> _Found:
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
    stream: Stream, offset: int, name: str, verify: bool
) -> Generator[WarcRecord | Problem, None, WarcRecord | None]:
    """The next record of a stream, read to its end; `None` when nothing behind it in the stream can be trusted."""
    data = stream.read_head()
    if not data.startswith(WARC):
        yield _problem(name, offset, stream.failure or "a gzip member that holds no WARC record")
        return None
    if not HEAD_END.search(data, len(data) - 3):
        reason = "the head of a record is cut" if len(data) < HEAD_LIMIT else "the head of a record has no end"
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


def _skip(source: Source, offset: int) -> None:
    """Go on to where a record may begin again, at least a byte behind `offset`, or to the end."""
    if source.offset == offset:
        source.read(1)
    while window := source.peek(BLOCK):
        sure = len(window) if len(window) < BLOCK else BLOCK - _SEEN
        for match in _BEGIN.finditer(window, 0, sure):
            if match[0].startswith(WARC) or _is_warc_member(window[match.start() : match.start() + _SEEN]):
                source.read(match.start())
                return
        source.read(sure)


def _is_warc_member(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, len(WARC)) == WARC
    except zlib.error:
        return False


def _problem(name: str, offset: int, reason: str) -> Problem:
    return Problem(source=name, place=f"offset {offset}", reason=reason, advice=_ADVICE)
