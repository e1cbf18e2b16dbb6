"""Sockets that are read when asked, plain or under TLS: what is not asked for stays with the kernel and the server.

Written on asyncio's socket calls, not on its transports: those read ahead, lose what a server says before a TLS
handshake, and cost more CPU for the one or two reads of a usual answer.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from ..records import Outcome
from .lookups import Endpoint

_Result = TypeVar("_Result")
_BLOCK = 65536


class WireError(Exception):
    """An exchange that came to nothing or broke off: its outcome, and the reason in a short printable text."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


Dial = Callable[[Endpoint], Awaitable[socket.socket]]


async def dial(endpoint: Endpoint) -> socket.socket:
    """Connect to an address that has been vetted; raises `OSError` when nobody answers there.

    The address is a literal, so that nothing is looked up again: the one that was vetted is the one that is dialled.
    """
    family = socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET
    dialled = socket.socket(family, socket.SOCK_STREAM)
    try:
        dialled.setblocking(False)
        await asyncio.get_running_loop().sock_connect(dialled, (endpoint.address, endpoint.port))
    except BaseException:
        dialled.close()
        raise
    return dialled


class Stream(Protocol):
    """Bytes to and from a server; `receive` gives `b""` at the end, both raise `WireError` when the line breaks."""

    async def send(self, data: bytes) -> None: ...

    async def receive(self, size: int) -> bytes: ...


class PlainStream:
    """A connected socket."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._loop = asyncio.get_running_loop()

    async def send(self, data: bytes) -> None:
        try:
            await self._loop.sock_sendall(self.socket, data)
        except OSError as error:
            raise WireError("truncated", f"sending failed: {describe(error)}") from None

    async def receive(self, size: int) -> bytes:
        try:
            return await self._loop.sock_recv(self.socket, size)
        except OSError as error:
            raise WireError("truncated", f"receiving failed: {describe(error)}") from None


class TlsStream:
    """TLS over a plain stream, once `shake_hands` has verified whom it talks to."""

    def __init__(self, plain: PlainStream, context: ssl.SSLContext, name: str) -> None:
        self._plain = plain
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)

    @property
    def version(self) -> str | None:
        """The protocol that was agreed on, such as `TLSv1.3`."""
        return self._tls.version()

    async def shake_hands(self) -> None:
        """Agree on keys and verify the certificate; a server that hangs up meanwhile is no verdict on it."""
        try:
            await self._run(self._tls.do_handshake)
        except ssl.SSLEOFError:
            raise WireError("connect", "connection closed during the TLS handshake") from None
        except ssl.SSLCertVerificationError as error:
            raise WireError("tls", clean(f"certificate: {error.verify_message}")) from None
        except ssl.SSLError as error:
            raise WireError("tls", clean(f"TLS handshake: {error.reason or 'failed'}")) from None
        except WireError as error:
            raise WireError("connect", f"in the TLS handshake, {error.reason}") from None

    async def send(self, data: bytes) -> None:
        try:
            await self._run(lambda: self._tls.write(data))
        except ssl.SSLError as error:
            raise WireError("truncated", clean(f"TLS broke off: {error.reason}")) from None

    async def receive(self, size: int) -> bytes:
        try:
            return await self._run(lambda: self._tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):  # many servers close without saying goodbye
            return b""
        except ssl.SSLError as error:
            raise WireError("truncated", clean(f"TLS broke off: {error.reason}")) from None

    async def _run(self, step: Callable[[], _Result]) -> _Result:
        """Try a step of TLS until it needs no more bytes from the server; what it has to say is sent on the way."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._plain.receive(_BLOCK)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._plain.send(self._outgoing.read())


def describe(error: OSError) -> str:
    """What went wrong on the line, in the system's words without addresses.

    >>> describe(ConnectionResetError(104, "Connection reset by peer"))
    'connection reset by peer'
    """
    return clean(os.strerror(error.errno).lower() if error.errno else type(error).__name__)


def clean(reason: str) -> str:
    """A reason fit for a log, a terminal and a record's field: printable ASCII, at most 120 characters.

    >>> clean("no\\x1b[1m\\nname")
    'no?[1m?name'
    """
    return "".join(c if " " <= c <= "~" else "?" for c in reason[:120])
