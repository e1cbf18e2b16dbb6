"""What is said on one connection, kept as it is heard, up to the caps on bytes and on silence."""

from __future__ import annotations

import asyncio
import io
import socket
import tempfile
from pathlib import Path
from typing import IO

from .answers import AnswerReader
from .streams import Stream

LINGER_SECONDS = 2.0
"""How long an answer that cannot be understood may be silent: what it still says is kept, but not waited for."""

_IN_MEMORY = 256 * 1024  # an answer's bytes beyond this lie in a file
_BLOCK = 64 * 1024


class SpoolTap:
    """Keeps what is said on one connection: the request as sent, the answer in a spooled file, up to its caps."""

    def __init__(self, *, max_bytes: int, head_bytes: int, folder: Path | None) -> None:
        self.phase = "looking up the name"
        self.address: str | None = None
        self.tls: str | None = None
        self.sent = bytearray()
        self.received: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - whoever gets the exchange closes it
            _IN_MEMORY, dir=str(folder) if folder else None
        )
        self.size = 0
        self.max_bytes = max_bytes
        self.reader = AnswerReader(head_bytes=head_bytes)
        self.is_full = self.is_closed = self.is_silent = False
        self._socket: socket.socket | None = None
        self._stream: Stream | None = None

    def open(self, connected: socket.socket) -> None:
        """Take over a connected socket: it is closed with the tap, not by httpcore."""
        self._socket = connected

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()

    def take_received(self) -> IO[bytes]:
        """What was received, from its first byte; without any, nothing that would have to be closed."""
        if not self.size:
            self.received.close()
            return io.BytesIO()
        self.received.seek(0)
        return self.received

    def keep_sent(self, data: bytes) -> None:
        """Keep bytes of the request."""
        self.sent += data

    async def receive(self, stream: Stream, size: int) -> bytes:
        """Hear and keep the next bytes; none are passed on when nothing good can come of them."""
        self._stream = stream
        if self._has_enough or self.reader.fault:
            return b""
        self.phase = "receiving the answer" if self.size else "waiting for an answer"
        data = await stream.receive(size)
        self._keep(data)
        return b"" if self.reader.fault else data

    async def drain(self) -> None:
        """Hear the rest of the message. Other exchanges have their turn after each block, however fast they come."""
        self.phase = "receiving the answer"
        while self._stream is not None and not self._has_enough:
            await asyncio.sleep(0)
            if self.reader.fault:
                await self._listen_briefly(self._stream)
            else:
                self._keep(await self._stream.receive(_BLOCK))

    @property
    def _has_enough(self) -> bool:
        return self.is_closed or self.is_full or self.is_silent or self.reader.is_over

    async def _listen_briefly(self, stream: Stream) -> None:
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                self._keep(await stream.receive(_BLOCK))
        except TimeoutError:
            self.is_silent = True

    def _keep(self, data: bytes) -> None:
        if not data:
            self.is_closed = True
            self.reader.close()
            return
        kept = data[: self.max_bytes - self.size]
        self.received.write(kept)
        self.size += len(kept)
        self.reader.feed(kept)
        self.is_full = len(kept) < len(data)
