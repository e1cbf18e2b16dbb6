"""What an answer carries, without transfer and content coding, through a ceiling: nothing here trusts a length."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from ..charsets import decode_page
from .records import Answer, Exchange

_READ = 64 << 10
_STEP = 4 << 10
_LONGEST_LINE = 4 << 10  # of a chunk's size, with its extensions
_MOST_CHUNKS = 100_000
_MOST_MEMBERS = 64  # of a gzip stream that is several, one behind the other
_MOST_CODINGS = 3
_SLACK = 4 << 10  # packed data may be longer than what it unpacks to
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
_UNREADABLE = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"})
_HTML = ("text/html", "application/xhtml+xml")


def read_payload(exchange: Exchange, limit: int) -> bytes:
    """Read at most `limit` bytes of what an answer carries, chunks joined and gzip or deflate undone.

    What breaks off gives what came before it; a coding that the standard library cannot undo gives nothing. Never more
    than little over `limit` bytes are made at any step, so that a small answer cannot fill the memory.
    """
    answer = exchange.answer
    if answer is None or limit <= 0:
        return b""
    codings = _find_codings(answer)
    if len(codings) > _MOST_CODINGS or not _UNREADABLE.isdisjoint(codings):
        return b""
    end = min(answer.end, exchange.size)
    read = _read_chunks if answer.chunked else _read_parts
    room = limit + limit // 8 + _SLACK if codings else limit
    data = _join(read(exchange.received, answer.body, end), room)
    for coding in reversed(codings):
        data = inflate(data, room) if coding in ("gzip", "x-gzip", "deflate") else data
    return data[:limit]


def read_html(exchange: Exchange, limit: int) -> str | None:
    """Read the first `limit` bytes of an HTML page as text, or `None` when the answer is not a page.

    The encoding is the one that the head or the first bytes name, else UTF-8; what it cannot read becomes U+FFFD.
    """
    if exchange.answer is None:
        return None
    kind = (exchange.answer.find_header("content-type") or "").strip().lower()
    if kind and not kind.startswith(_HTML):
        return None
    data = read_payload(exchange, limit)
    if not kind and data.lstrip()[:1] != b"<":
        return None
    return decode_page(data, kind)


def inflate(data: bytes, limit: int) -> bytes:
    """Undo gzip or deflate, with or without its head, up to `limit` bytes; data that is neither stays as it is.

    >>> inflate(zlib.compress(b"a" * 1_000_000), 10), inflate(b"plain", 10)
    (b'aaaaaaaaaa', b'plain')
    """
    if limit <= 0:  # to zlib, 0 means that there is no limit
        return b""
    if data.startswith(b"\x1f\x8b"):
        return _inflate_members(data, limit)
    for form in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        stream = _inflate_stream(data, limit, form)
        if stream.made or stream.is_whole:
            return stream.made
    return data[:limit]


class _Stream(NamedTuple):
    made: bytes
    is_whole: bool
    rest: bytes  # what stands behind the stream


def _inflate_members(data: bytes, limit: int) -> bytes:
    made, rest = bytearray(), data
    for _ in range(_MOST_MEMBERS):
        stream = _inflate_stream(rest, limit - len(made), 16 + zlib.MAX_WBITS)
        made += stream.made
        rest = stream.rest
        if not (stream.is_whole and rest) or len(made) >= limit:
            break
    return bytes(made)


def _inflate_stream(data: bytes, limit: int, form: int) -> _Stream:
    """Undo one stream in small steps, so that what stands before a broken place is not lost."""
    made, unpack = bytearray(), zlib.decompressobj(form)
    for start in range(0, len(data), _STEP):
        try:
            made += unpack.decompress(data[start : start + _STEP], limit - len(made))
        except zlib.error:
            break
        if unpack.eof or len(made) >= limit:
            rest = unpack.unused_data + data[start + _STEP :] if unpack.eof else b""
            return _Stream(bytes(made), unpack.eof, rest)
    return _Stream(bytes(made), False, b"")


def _find_codings(answer: Answer) -> list[str]:
    named = (value for key, value in answer.headers if key.lower() == "content-encoding")
    return [coding.strip().lower() for value in named for coding in value.split(",")]


def _join(parts: Iterable[bytes], limit: int) -> bytes:
    data = bytearray()
    for part in parts:
        data += part[: limit - len(data)]
        if len(data) >= limit:
            break
    return bytes(data)


def _read_parts(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    left = end - start
    while left > 0 and (part := file.read(min(left, _READ))):
        left -= len(part)
        yield part


def _read_chunks(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    """The data of the chunks, up to the last one or to the first that is none."""
    file.seek(start)
    for _ in range(_MOST_CHUNKS):
        line = file.readline(_LONGEST_LINE)
        size = _SIZE.fullmatch(line)
        left = int(size[1], 16) if size else 0
        if left == 0 or file.tell() >= end:
            return
        left = min(left, end - file.tell())
        while left > 0 and (part := file.read(min(left, _READ))):
            left -= len(part)
            yield part
        if file.read(2) != b"\r\n":
            return
