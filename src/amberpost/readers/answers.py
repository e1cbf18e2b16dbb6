"""The HTTP answer in a WARC record: what its head says, and its body without transfer and content coding."""

from __future__ import annotations

import io
import re
from typing import NamedTuple

from fastwarc.stream_io import BrotliReader, ZstdReader

from ..codings import GZIP, MOST_CODINGS, Body, is_chunked, join_chunks, unpack_deflate, unpack_gzip

_STATUS = re.compile(rb"[A-Z]{3,8}(?:/\d(?:\.\d)?)?[ \t]+(\d{3})\b")
_CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_BLOCK = 1 << 16
_ZSTD = b"\x28\xb5\x2f\xfd"


class Answer(NamedTuple):
    """What the head of an answer says; `body` is where the body begins."""

    status: int
    media: str
    charset: str | None
    codings: tuple[str, ...]
    is_chunked: bool
    body: int


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
    body = Body(data)
    if answer.is_chunked and is_chunked(data):
        body = join_chunks(io.BytesIO(data), len(data), limit=len(data))
    if len(answer.codings) > MOST_CODINGS:
        return Body(b"", f"its body is coded {len(answer.codings)} times over")
    for coding in reversed(answer.codings):
        decoded = _undo(body.data, coding, limit)
        body = decoded if decoded.broken or not body.broken else Body(decoded.data, body.broken)
    return body


def _undo(data: bytes, coding: str, limit: int) -> Body:
    """Undo one coding; a name that no one knows, and a body that is plain already, change nothing."""
    if coding in ("gzip", "x-gzip"):
        return unpack_gzip(data, limit=limit + 1) if data.startswith(GZIP) else Body(data)
    if data.lstrip()[:1] == b"<":
        return Body(data)
    if coding == "deflate":
        return unpack_deflate(data, limit=limit + 1)
    if coding == "br":
        return _drain(BrotliReader(io.BytesIO(data)), coding, limit)
    if coding == "zstd":
        return _drain(ZstdReader(io.BytesIO(data)), coding, limit) if data.startswith(_ZSTD) else Body(data)
    return Body(data)


def _drain(reader: BrotliReader | ZstdReader, coding: str, limit: int) -> Body:
    made = bytearray()
    try:
        while len(made) <= limit and (piece := reader.read(_BLOCK)):
            made += piece
    except OSError as error:
        return Body(bytes(made), f"the content coding {coding} of its body is broken ({str(error)[:80]})")
    return Body(bytes(made))
