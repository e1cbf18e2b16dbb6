"""Reading an HTTP/1 answer as it comes, or again from the bytes that were kept: where its message begins and ends.

Our own reading, beside h11's in httpcore: h11 refuses what browsers and archives take, stops at the first byte that it
does not like, and costs 15 µs a chunk, which a server of one-byte chunks turns into a standstill. It never raises.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import IO

from ...codings import CHUNK_LINE_BYTES, CHUNK_SIZE, parse_chunk_size
from ..records import Answer
from .heads import HEAD_END, Frame, Head, is_answer_start, parse_head

HEAD_BYTES = 256 * 1024
"""How long the head may be, 1xx answers before it included; browsers stop at the same size."""

_MOST_INTERIM = 64
_TRAILER_BYTES = 64 * 1024  # all of them together
_BLOCK = 64 * 1024
_CHUNK_LINE = re.compile(CHUNK_SIZE + rb"\r\n")
_NEXT_CHUNK_LINE = re.compile(rb"\r\n" + _CHUNK_LINE.pattern)


class AnswerReader:
    """Takes the bytes of an answer in blocks of any size, and knows when its message has ended.

    `fault` says what is wrong with it, if anything: it may still be worth keeping to the end. `is_over` says that
    nothing more can belong to it: the message is complete, or its head, or a line of its framing, has no end.
    Memory is bounded by `head_bytes`, whatever the size of the body.
    """

    def __init__(self, *, head_bytes: int = HEAD_BYTES) -> None:
        self.fault = ""
        self.is_over = False
        self.is_complete = False
        self._head_bytes = head_bytes
        self._held = bytearray()  # what no step has taken yet
        self._at = 0  # the place of its first byte
        self._searched = 0
        self._interim = 0  # 1xx answers so far
        self._start = 0
        self._body = 0
        self._head: Head | None = None
        self._frame = Frame("none")
        self._left = 0
        self._digest = hashlib.sha256()
        self._payload_size = 0
        self._line = _CHUNK_LINE
        self._step: Callable[[], bool] = self._read_head

    @property
    def has_head(self) -> bool:
        """Whether the head of the final answer has come."""
        return self._head is not None

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._held += data
        while self._step():
            pass

    def close(self) -> None:
        """Learn that the server has closed: what says no length is complete now, what is unfinished never will be."""
        if self._head is None and not is_answer_start(self._held):
            self.fault = self.fault or "no HTTP/1 answer"
        if self._step == self._read_to_close:
            self.is_complete = self.is_over = True

    def make_answer(self) -> Answer | None:
        """The answer as far as it came; `None` when no head of an HTTP/1 answer did."""
        if self._head is None:
            return None
        end = self._at if self.is_complete else self._at + len(self._held)
        return Answer(
            status=self._head.status,
            headers=self._head.headers,
            start=self._start,
            body=self._body,
            end=end,
            complete=self.is_complete,
            chunked=self._frame.kind == "chunked",
            tidy=self._head.tidy,
            payload_digest=self._digest.hexdigest() if self.is_complete and not self._frame.coded else None,
            payload_size=self._payload_size,
        )

    def _take(self, size: int) -> None:
        del self._held[:size]
        self._at += size

    def _add_payload(self, data: bytes | bytearray) -> None:
        self._digest.update(data)
        self._payload_size += len(data)

    def _go_on_unread(self, fault: str) -> bool:
        """Keep, but no longer try to understand."""
        self.fault = self.fault or fault
        self._step = self._skip
        return True

    def _give_up(self, fault: str) -> bool:
        self.is_over = True
        return self._go_on_unread(fault)

    def _end(self) -> bool:
        """Stop at the end of the message: what comes behind it is surplus, and stays where it is."""
        self.is_complete = self.is_over = True
        self._step = self._stop
        return False

    def _stop(self) -> bool:
        return False

    def _skip(self) -> bool:
        self._take(len(self._held))
        return False

    def _read_head(self) -> bool:
        if not is_answer_start(self._held):
            return self._go_on_unread("no HTTP/1 answer")
        match = HEAD_END.search(self._held, max(0, self._searched - 2))
        end = match.end() if match else len(self._held)
        if self._at + end > self._head_bytes:
            return self._give_up(f"no end of the head in {self._head_bytes} bytes")
        if match is None:
            self._searched = end
            return False
        head = parse_head(bytes(self._held[:end]))
        if head is None:
            return self._go_on_unread("no HTTP/1 answer")
        self._take(end)
        self._searched = 0
        return self._pass_interim() if head.status < 200 and head.status != 101 else self._begin_body(head)

    def _pass_interim(self) -> bool:
        """The final answer follows a 1xx answer, if there is ever one."""
        self._start = self._at
        self._interim += 1
        return bool(self._held) if self._interim <= _MOST_INTERIM else self._give_up("too many 1xx answers")

    def _begin_body(self, head: Head) -> bool:
        self._head, self._frame, self._body = head, head.frame, self._at
        self._left = head.frame.length
        if head.status == 101:
            self.fault = "switched to a protocol that was not asked for"
        if head.frame.fault:
            return self._go_on_unread(head.frame.fault)
        if head.frame.kind == "none":
            return self._end()
        steps = {"sized": self._read_sized, "chunked": self._read_chunks, "to-close": self._read_to_close}
        self._step = steps[head.frame.kind]
        return True

    def _read_sized(self) -> bool:
        part = self._held[: self._left]
        self._add_payload(part)
        self._take(len(part))
        self._left -= len(part)
        return self._end() if not self._left else False

    def _read_to_close(self) -> bool:
        self._add_payload(self._held)
        return self._skip()

    def _read_chunks(self) -> bool:
        """Take all chunks that are there; a chunk's data count as soon as they come, its lines when they are whole."""
        data, at, parts = bytes(self._held), 0, list[bytes]()
        while True:
            part = data[at : at + self._left]
            parts.append(part)
            at += len(part)
            self._left -= len(part)
            first = at + self._line_end()
            # No end of the line, no look at it: as it comes byte by byte it would be read anew with each.
            is_there = not self._left and data.find(b"\n", first, first + CHUNK_LINE_BYTES) >= 0
            line = self._line.match(data, at, first + CHUNK_LINE_BYTES) if is_there else None
            if line is None:
                break
            at, self._line = line.end(), _NEXT_CHUNK_LINE
            self._left = parse_chunk_size(line)
            if not self._left:
                self._step = self._read_trailers
                break
        self._add_payload(b"".join(parts))
        self._take(at)
        return line is not None or self._judge_chunk_line()

    def _judge_chunk_line(self) -> bool:
        """Behind a chunk's data no size line matches: it has not come yet, or it is none."""
        if self._left or not self._held:
            return False
        skipped = self._line_end()
        line = self._held[skipped : skipped + CHUNK_LINE_BYTES]
        if b"\n" in line or not b"\r\n".startswith(self._held[:skipped]):
            return self._go_on_unread("bad chunk")
        if len(line) == CHUNK_LINE_BYTES:
            return self._give_up(f"no end of a chunk's line in {CHUNK_LINE_BYTES} bytes")
        return False

    def _line_end(self) -> int:
        """How long the end of the chunk before is, which stands before the next one's size."""
        return 2 if self._line is _NEXT_CHUNK_LINE else 0

    def _read_trailers(self) -> bool:
        """Trailers are kept and not read: they end, like a head, in an empty line."""
        end = 2 if self._held.startswith(b"\r\n") else self._held.find(b"\r\n\r\n") + 4
        if end >= 4 or self._held.startswith(b"\r\n"):
            self._take(end)
            return self._end()
        if len(self._held) > _TRAILER_BYTES:
            return self._give_up(f"no end of the trailers in {_TRAILER_BYTES} bytes")
        return False


def parse_answer(file: IO[bytes], size: int, *, closed: bool = True) -> Answer | None:
    """Read the first `size` bytes of a file as an HTTP/1 answer, in blocks; `None` when they are none.

    `closed` says that the server ended there: a body without a length is then complete, else it was cut.

    >>> import io
    >>> parse_answer(io.BytesIO(b"HTTP/1.1 204 Gone\\r\\n\\r\\n"), 21).complete
    True
    >>> parse_answer(io.BytesIO(b"SSH-2.0-x\\r\\n"), 11) is None
    True
    """
    reader = AnswerReader()
    file.seek(0)
    left = size
    while left and (data := file.read(min(left, _BLOCK))):
        left -= len(data)
        reader.feed(data)
    if closed:
        reader.close()
    return reader.make_answer()
