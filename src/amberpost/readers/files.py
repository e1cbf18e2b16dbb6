"""Opening files: the quick way for small ones, a metered window for those that are read in rows."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

_FIRST = 64 * 1024  # a buffer of 1 MB makes small files several times slower
_BLOCK = 1 << 18


@dataclass(slots=True)
class Meter:
    """How many bytes have been read so far, and how many files begun."""

    bytes: int = 0
    files: int = 0

    def begin_file(self) -> None:
        """Count a file, or a part of a large one, before anything of it is read."""
        self.files += 1


def read_whole(path: str, limit: int) -> bytes:
    """Read a file, but no more than `limit` bytes of it.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(b"It rains."), file.flush()
    ...     read_whole(file.name, 2), read_whole(file.name, 100)
    (b'It', b'It rains.')
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        data = os.read(descriptor, min(limit, _FIRST))
        # Some file systems give less than there is: only an empty answer says that a file ends.
        more = os.read(descriptor, 1) if len(data) < limit else b""
        if not more:
            return data
        blocks, left = [data, more], limit - len(data) - 1
        while left and (block := os.read(descriptor, min(left, _BLOCK))):
            blocks.append(block)
            left -= len(block)
        return b"".join(blocks)
    finally:
        os.close(descriptor)


class _Filling(Protocol):
    """A file that fills a buffer that it is given: all that are opened as bytes do."""

    def readinto(self, buffer: memoryview, /) -> int: ...
    def seekable(self) -> bool: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def close(self) -> None: ...


class _Window(io.RawIOBase):
    """A file, or the bytes of it from `start` to `stop`, with a meter on what is read."""

    def __init__(self, file: _Filling, meter: Meter, *, start: int, stop: int | None) -> None:
        self._file = file
        self._meter = meter
        self._left = -1 if stop is None else stop - start
        if start:
            file.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what comes next, as far as the window goes."""
        view = memoryview(buffer)
        if self._left >= 0:
            view = view[: self._left]
        count = self._file.readinto(view)
        self._meter.bytes += count
        if self._left >= 0:
            self._left -= count
        return count

    def seekable(self) -> bool:
        """Whether one can go back in it, as readers of containers do: in a whole file, not in a part or a pipe."""
        return self._left < 0 and self._file.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to another place of the file."""
        return self._file.seek(offset, whence)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def open_window(path: str, meter: Meter, *, start: int = 0, stop: int | None = None) -> BinaryIO:
    """Open a file for reading, all of it or from one offset to another, and count in `meter` what is read.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(b"It rains."), file.flush()
    ...     with open_window(file.name, Meter(), start=3, stop=7) as window:
    ...         window.read()
    b'rain'
    """
    raw = open(path, "rb", buffering=0)  # noqa: SIM115, PTH123  closed with the window
    return io.BufferedReader(_Window(raw, meter, start=start, stop=stop), _FIRST)


def wrap_stream(file: BinaryIO, meter: Meter) -> io.BufferedReader:
    """Count what is read from a stream that is open already, such as standard input, and let it be peeked at."""
    filling = cast(_Filling, file)  # typing's BinaryIO does not say that it is
    return io.BufferedReader(_Window(filling, meter, start=0, stop=None), _FIRST)
