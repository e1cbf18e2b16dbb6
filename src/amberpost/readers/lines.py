"""A file's lines, decoded, however long they are and in whatever encoding: what JSONL and CSV are read from."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from .decode import ARTICLE_LIMIT, MARKS, guess_encoding

_BLOCK = 1 << 16
_MARK = "\udcff"  # stands for bytes that do not fit until they are counted; no decoder makes it otherwise


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _MARK, error.end


codecs.register_error("amberpost.mark", _mark)


class Line(NamedTuple):
    """One physical line with its end; `cut` says that it was over the limit and this is only its beginning."""

    text: str
    replaced: int = 0
    cut: bool = False


def read_lines(
    file: BinaryIO,
    *,
    encoding: str | None = None,
    limit: int = ARTICLE_LIMIT,
    one_encoding: bool = False,
    at_start: bool = True,
) -> Iterator[Line]:
    """Yield a file's lines; only LF ends one, and the rest of a line over `limit` bytes is read past, never held.

    A line that is not UTF-8 is judged by itself, so that a file gives the same when it is read in stretches;
    with `one_encoding` the first such line decides for all that follow. A byte order mark counts `at_start` only.

    >>> import io
    >>> [line.text for line in read_lines(io.BytesIO(b"a\\r\\nb"))]
    ['a\\r\\n', 'b']
    """
    head = file.readline(limit + 1)
    mark, marked = next((m for m in MARKS if at_start and head.startswith(m[0])), (b"", encoding))
    if marked is None or codecs.lookup(marked).name == "utf-8":
        return _utf8_lines(file, head[len(mark) :], limit, marked, one_encoding)
    return _other_lines(file, head[len(mark) :], limit, marked)


def _utf8_lines(file: BinaryIO, data: bytes, limit: int, encoding: str | None, sticky: bool) -> Iterator[Line]:
    while data:
        cut = len(data) > limit and not data.endswith(b"\n")
        try:
            yield Line(data.decode(), 0, cut)
        except UnicodeDecodeError:
            guess = encoding or guess_encoding(data)
            encoding = guess if sticky else encoding
            yield _marked_line(data.decode(guess, "amberpost.mark"), cut)
        while len(data) > limit and not data.endswith(b"\n"):
            data = file.readline(limit + 1)
        data = file.readline(limit + 1)


def _other_lines(file: BinaryIO, head: bytes, limit: int, encoding: str) -> Iterator[Line]:
    decoder = codecs.getincrementaldecoder(encoding)("amberpost.mark")
    parts: list[str] = []
    held, block = 0, head
    while True:
        *lines, rest = decoder.decode(block, final=not block).split("\n")
        for line in lines:
            yield _joined(parts, line + "\n", limit)
            parts, held = [], 0
        if rest and held <= limit:
            parts.append(rest)
            held += len(rest)
        if not block:
            break
        block = file.read(_BLOCK)
    if parts:
        yield _joined(parts, "", limit)


def _joined(parts: list[str], end: str, limit: int) -> Line:
    text = "".join(parts) + end
    return _marked_line(text[: limit + 1], len(text) > limit + 1)


def _marked_line(text: str, cut: bool) -> Line:
    replaced = text.count(_MARK)
    return Line(text.replace(_MARK, "\ufffd") if replaced else text, replaced, cut)
