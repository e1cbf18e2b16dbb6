"""Transfer and content codings of HTTP undone, through a ceiling: nothing here trusts a length that anybody names."""

from __future__ import annotations

import re
import zlib
from typing import IO, NamedTuple

CHUNK_LINE_BYTES = 64 << 10
"""How long the line before a chunk may be: its size, and extensions that nobody reads."""
CHUNK_SIZE = rb"(?=[0-9A-Fa-f])(?>0*)([0-9A-Fa-f]{0,15})[ \t]*(?:;[^\n]*)?"
"""The pattern of that line, without its end: any number of zeros before a size is legal, a size beyond all is not."""
GZIP = b"\x1f\x8b"
MOST_CODINGS = 3
_READ = 64 << 10
_STEP = 4 << 10
_MOST_CHUNKS = 100_000
_MOST_MEMBERS = 64  # of a gzip stream that is several, one behind the other
_SIZE = re.compile(rb"[ \t]*" + CHUNK_SIZE + rb"\r?\n")
_CUT_SHORT = "the content coding of its body breaks off"
_OVERFULL = "the content coding of its body has too many parts"


class Body(NamedTuple):
    """A body in the clear, and in `broken` why it ends before it does, or is none at all."""

    data: bytes
    broken: str = ""


class _Stream(NamedTuple):
    body: Body
    rest: bytes  # what stands behind the stream


def is_chunked(data: bytes) -> bool:
    r"""Tell whether bytes begin with a chunk.

    >>> is_chunked(b"5;x\r\nhello"), is_chunked(b"hello")
    (True, False)
    """
    return _SIZE.match(data, 0, CHUNK_LINE_BYTES) is not None


def parse_chunk_size(line: re.Match[bytes]) -> int:
    """The size that a match of `CHUNK_SIZE` tells."""
    return int(line[1] or b"0", 16)


def join_chunks(file: IO[bytes], end: int, *, limit: int) -> Body:
    r"""Join the chunks from where a file stands, up to the last one, to `end`, or to `limit` bytes of them.

    >>> import io
    >>> join_chunks(io.BytesIO(b"5\r\nhello\r\n1;x\r\n!\r\n0\r\n\r\n"), 99, limit=100)
    Body(data=b'hello!', broken='')
    """
    joined = bytearray()
    for _ in range(_MOST_CHUNKS):
        line = _SIZE.fullmatch(file.readline(CHUNK_LINE_BYTES))
        size = parse_chunk_size(line) if line else None
        if size == 0:
            return Body(bytes(joined))
        left = min(size or 0, end - file.tell(), limit - len(joined))
        if left <= 0:
            break
        while left > 0 and (part := file.read(min(left, _READ))):
            left -= len(part)
            joined += part
        _skip_line_end(file)
    return Body(bytes(joined), "" if len(joined) >= limit else "the chunks of its body break off")


def _skip_line_end(file: IO[bytes]) -> None:
    behind = file.read(2)
    if behind != b"\r\n":
        file.seek(behind.startswith(b"\n") - len(behind), 1)


def unpack_gzip(data: bytes, *, limit: int) -> Body:
    """Undo gzip up to `limit` bytes, whatever number of streams stand one behind the other; what follows is left.

    >>> import gzip
    >>> unpack_gzip(gzip.compress(b"a" * 1_000_000) + gzip.compress(b"b"), limit=10).data
    b'aaaaaaaaaa'
    """
    made, rest = bytearray(), data
    for _ in range(_MOST_MEMBERS):
        stream = _unpack(rest, 16 + zlib.MAX_WBITS, limit - len(made))
        made += stream.body.data
        rest = stream.rest
        if stream.body.broken or len(made) >= limit or not rest.startswith(GZIP):
            return Body(bytes(made), stream.body.broken)
    return Body(bytes(made), _OVERFULL)


def unpack_deflate(data: bytes, *, limit: int) -> Body:
    """Undo deflate up to `limit` bytes, in the head of zlib that it should have, or without.

    >>> unpack_deflate(zlib.compress(b"a" * 1_000_000), limit=10), unpack_deflate(b"plain", limit=10).data
    (Body(data=b'aaaaaaaaaa', broken=''), b'')
    """
    wrapped = _unpack(data, zlib.MAX_WBITS, limit).body
    return wrapped if wrapped.data or not wrapped.broken else _unpack(data, -zlib.MAX_WBITS, limit).body


def _unpack(data: bytes, form: int, limit: int) -> _Stream:
    """Undo one stream in small steps, so that what stands before a broken place is not lost."""
    if limit <= 0:  # to zlib, 0 means that there is no limit
        return _Stream(Body(b""), b"")
    made, unpack = bytearray(), zlib.decompressobj(form)
    for start in range(0, len(data), _STEP):
        try:
            made += unpack.decompress(data[start : start + _STEP], limit - len(made))
        except zlib.error as error:
            return _Stream(Body(bytes(made), f"the content coding of its body is broken ({error})"), b"")
        if unpack.eof or len(made) >= limit:
            rest = unpack.unused_data + data[start + _STEP :] if unpack.eof else b""
            return _Stream(Body(bytes(made)), rest)
    return _Stream(Body(bytes(made), _CUT_SHORT), b"")
