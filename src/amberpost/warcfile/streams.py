"""The bytes of a WARC file as its reader takes them: looked ahead at, given back, unpacked a gzip member at a time."""

from __future__ import annotations

import re
import zlib
from typing import Protocol

BLOCK = 1 << 15
HEAD_LIMIT = 1 << 18
HEAD_END = re.compile(rb"\n\r?\n")
WARC = b"WARC/"


class Readable(Protocol):
    """All that is asked of a file: it need not seek, and may give less than it is asked for."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; none at the end."""


class Source:
    """A file's bytes with a place in it, and a way to look ahead and to give back."""

    def __init__(self, file: Readable, offset: int) -> None:
        self._file, self._held, self._at, self.offset = file, b"", 0, offset

    def peek(self, size: int) -> bytes:
        """What comes next, left where it is: `size` bytes, fewer only at the end."""
        while len(self._held) - self._at < size and (block := self._file.read(BLOCK)):
            self._held, self._at = self._held[self._at :] + block, 0
        return self._held[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; none only at the end."""
        if self._at == len(self._held):
            self._held, self._at = self._file.read(BLOCK), 0
        part = self._held[self._at : self._at + size]
        self._at += len(part)
        self.offset += len(part)
        return part

    def unread(self, data: bytes) -> None:
        """Let `data`, the last that was read, be read again."""
        before = self._at - len(data)
        if before >= 0 and self._held[before : self._at] == data:
            self._at = before
        else:
            self._held, self._at = data + self._held[self._at :], 0
        self.offset -= len(data)


class Stream:
    """The bytes of a record as they lie in the file."""

    failure = ""

    def __init__(self, source: Source) -> None:
        self._source, self._ready = source, b""

    def fill(self) -> bytes:
        """The next bytes, at most a block of them; none at the end."""
        return self._source.read(BLOCK)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none only at the end."""
        data = self._ready or self.fill()
        self._ready = data[size:]
        return data[:size]

    def read_head(self) -> bytes:
        """What stands before the first empty line, that line included; less when there is none within the limit."""
        head, seen = bytearray(), 0
        while len(head) < HEAD_LIMIT and (part := self.read(BLOCK)):
            head += part
            if not head.startswith(WARC[: len(head)]):
                break
            if match := HEAD_END.search(head, seen):
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


class Member(Stream):
    """The unpacked bytes of one gzip member; `failure` says why they end before it does."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._unpack = zlib.decompressobj(31)

    def fill(self) -> bytes:
        piece = b""
        while not (piece or self._unpack.eof or self.failure):
            data = self._unpack.unconsumed_tail or self._source.read(BLOCK)
            try:
                piece = self._unpack.decompress(data, BLOCK)
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
