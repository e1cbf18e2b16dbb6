"""The HTTP answer in a WARC record: what its head says, and its body without transfer and content coding."""

from __future__ import annotations

import io
import re
import zlib
from typing import NamedTuple

from fastwarc.stream_io import BrotliReader, ZstdReader

_STATUS = re.compile(rb"[A-Z]{3,8}(?:/\d(?:\.\d)?)?[ \t]+(\d{3})\b")
_CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CHUNK = re.compile(rb"[ \t]{0,64}([0-9A-Fa-f]{1,15})[ \t]{0,64}(?:;[^\n]{0,4096})?\r?\n")
_MOST_CODINGS = 3
_BLOCK = 1 << 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class Answer(NamedTuple):
    """What the head of an answer says; `body` is where the body begins."""

    status: int
    media: str
    charset: str | None
    codings: tuple[str, ...]
    is_chunked: bool
    body: int


class Body(NamedTuple):
    """A body in the clear, and in `broken` why it ends before it does, or is none at all."""

    data: bytes
    broken: str = ""


def parse_answer(data: bytes) -> Answer | None:
    r"""Read the head of an answer, lenient like a browser; None where there is no head that ends.

    >>> parse_answer(b"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=UTF-8\r\n\r\n<p>")[:3]
    (200, 'text/html', 'utf-8')
    """
    status, end = _STATUS.match(data), _find_end(data)
    if status is None or end < 0:
        return None
    head = data[:end].lower()
    media = _find_field(head, b"\ncontent-type")
    charset = _CHARSET.search(media)
    codings = _find_field(head, b"\ncontent-encoding") if b"-encoding" in head else ""
    return Answer(
        status=int(status[1]),
        media=media.partition(";")[0].partition(",")[0].strip(),
        charset=charset[1] if charset else None,
        codings=tuple(filter(None, map(str.strip, codings.split(",")))) if codings else (),
        is_chunked=b"chunked" in head and "chunked" in _find_field(head, b"\ntransfer-encoding"),
        body=end,
    )


def _find_end(data: bytes) -> int:
    """Where the body begins, behind the first empty line; -1 when there is none."""
    end = data.find(b"\r\n\r\n")
    bare = data.find(b"\n\n", 0, end if end >= 0 else None)
    mixed = data.find(b"\n\r\n", 0, end if end >= 0 else None) if bare < 0 else -1
    if bare >= 0:
        return bare + 2
    return mixed + 3 if mixed >= 0 else end + 4 if end >= 0 else -1


def _find_field(head: bytes, name: bytes) -> str:
    """The values of a header field, joined by commas; empty when the head has none."""
    values = []
    at = head.find(name)
    while at >= 0:
        key, colon, value = head[at + 1 : max(head.find(b"\n", at + 1), at + 1)].partition(b":")
        if colon and len(key.rstrip()) == len(name) - 1:
            values.append(value.strip().decode("latin-1"))
        at = head.find(name, at + len(name))
    return ",".join(values)


def decode_body(data: bytes, answer: Answer, *, limit: int) -> Body:
    """Join chunks and undo gzip, deflate, brotli and zstd, never to much more than `limit` bytes at any step.

    A body that is plainly not what its head says, as where the archiver decoded it and kept the head, stays as it is.

    >>> answer = parse_answer(b"HTTP/1.1 200 OK\\nTransfer-Encoding: chunked\\n\\n")
    >>> decode_body(b"5\\r\\n<p>hi\\r\\n0\\r\\n\\r\\n", answer, limit=100)
    Body(data=b'<p>hi', broken='')
    """
    if not (answer.is_chunked or answer.codings):
        return Body(data)
    body = _join_chunks(data) if answer.is_chunked and _CHUNK.match(data) else Body(data)
    if len(answer.codings) > _MOST_CODINGS:
        return Body(b"", f"its body is coded {len(answer.codings)} times over")
    for coding in reversed(answer.codings):
        decoded = _undo(body.data, coding, limit)
        body = decoded if decoded.broken or not body.broken else Body(decoded.data, body.broken)
    return body


def _join_chunks(data: bytes) -> Body:
    joined, at = bytearray(), 0
    while chunk := _CHUNK.match(data, at):
        size = int(chunk[1], 16)
        if not size:
            return Body(bytes(joined))
        joined += data[chunk.end() : chunk.end() + size]
        at = chunk.end() + size
        if at > len(data):
            break
        at = _skip_line_end(data, at)
    return Body(bytes(joined), "the chunks of its body break off")


def _skip_line_end(data: bytes, at: int) -> int:
    return at + (2 if data.startswith(b"\r\n", at) else 1 if data.startswith(b"\n", at) else 0)


def _undo(data: bytes, coding: str, limit: int) -> Body:
    """Undo one coding; a name that no one knows, and a body that is plain already, change nothing."""
    if coding in ("gzip", "x-gzip"):
        return _inflate(data, 16 + zlib.MAX_WBITS, limit) if data.startswith(_GZIP) else Body(data)
    if data.lstrip()[:1] == b"<":
        return Body(data)
    if coding == "deflate":
        wrapped = _inflate(data, zlib.MAX_WBITS, limit)
        return wrapped if wrapped.data or not wrapped.broken else _inflate(data, -zlib.MAX_WBITS, limit)
    if coding == "br":
        return _drain(BrotliReader(io.BytesIO(data)), coding, limit)
    if coding == "zstd":
        return _drain(ZstdReader(io.BytesIO(data)), coding, limit) if data.startswith(_ZSTD) else Body(data)
    return Body(data)


def _inflate(data: bytes, form: int, limit: int) -> Body:
    """Undo deflate in small steps, so that what stands before a broken place is not lost."""
    made, rest = bytearray(), memoryview(data)
    unpack = zlib.decompressobj(form)
    try:
        while rest and not unpack.eof and len(made) <= limit:
            piece = unpack.unconsumed_tail or rest[:_BLOCK]
            rest = rest if unpack.unconsumed_tail else rest[_BLOCK:]
            made += unpack.decompress(piece, limit + 1 - len(made))
        while unpack.unconsumed_tail and len(made) <= limit:
            made += unpack.decompress(unpack.unconsumed_tail, limit + 1 - len(made))
    except zlib.error as error:
        return Body(bytes(made), f"the content coding of its body is broken ({error})")
    if unpack.eof or len(made) > limit:
        return Body(bytes(made))
    return Body(bytes(made), "the content coding of its body breaks off")


def _drain(reader: BrotliReader | ZstdReader, coding: str, limit: int) -> Body:
    made = bytearray()
    try:
        while len(made) <= limit and (piece := reader.read(_BLOCK)):
            made += piece
    except OSError as error:
        return Body(bytes(made), f"the content coding {coding} of its body is broken ({str(error)[:80]})")
    return Body(bytes(made))
