"""What an answer carries, without transfer and content coding, through a ceiling: nothing here trusts a length."""

from __future__ import annotations

from typing import IO

from ...charsets import decode_page
from ...codings import CHUNK_LINE_BYTES, GZIP, MOST_CODINGS, is_chunked, join_chunks, unpack_deflate, unpack_gzip
from ..records import Answer, Exchange

_SLACK = 4 << 10  # packed data may be longer than what it unpacks to
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
    if len(codings) > MOST_CODINGS or not _UNREADABLE.isdisjoint(codings):
        return b""
    end = min(answer.end, exchange.size)
    room = limit + limit // 8 + _SLACK if codings else limit
    file = exchange.received
    file.seek(answer.body)
    if answer.chunked and is_chunked(_peek(file)):
        data = join_chunks(file, end, limit=room).data
    else:  # others who archive undo the chunks, and leave the head as it was
        data = file.read(max(0, min(room, end - file.tell())))
    for coding in reversed(codings):
        # The Wayback Machine says gzip twice of what it packed once; what is no gzip might pass for deflate.
        if coding == "deflate" or (coding in ("gzip", "x-gzip") and data.startswith(GZIP)):
            data = inflate(data, room)
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

    >>> import zlib
    >>> inflate(zlib.compress(b"a" * 1_000_000), 10), inflate(b"plain", 10)
    (b'aaaaaaaaaa', b'plain')
    """
    if limit <= 0:
        return b""
    if data.startswith(GZIP):
        return unpack_gzip(data, limit=limit).data
    body = unpack_deflate(data, limit=limit)
    return body.data if body.data or not body.broken else data[:limit]


def _peek(file: IO[bytes]) -> bytes:
    start = file.tell()
    first = file.read(CHUNK_LINE_BYTES)
    file.seek(start)
    return first


def _find_codings(answer: Answer) -> list[str]:
    named = (value for key, value in answer.headers if key.lower() == "content-encoding")
    return [coding.strip().lower() for value in named for coding in value.split(",")]
