"""A hostile server on loopback: `http://any.host/NAME` plays the behaviour of that name, plain or over TLS.

python -m amberpost.demo.hostile        prints its port, and serves until its standard input ends
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
from typing import Self

from .behaviours import BEHAVIOURS, Behaviour

_DROPS = 0.1  # seconds between the drops of a slow server
_BULK = b"x" * (1 << 20)
_MEBIBYTES = "mebibytes-"


class HostileServer:
    """An asynchronous context manager: inside it, the server listens at `port` on 127.0.0.1.

    Besides the table's behaviours it plays `/mebibytes-N`, a sized body as large as that, as fast as it can.
    """

    def __init__(self, *, ssl_context: ssl.SSLContext | None = None) -> None:
        self.port = 0
        self.requests: list[bytes] = []
        self._ssl_context = ssl_context
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._ssl_context, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head)
            await _play(head.split(b" ", 2)[1].decode("ascii").lstrip("/"), writer)
        except (OSError, EOFError, asyncio.CancelledError):  # the client has had enough, or the test has
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.close()


async def _play(name: str, writer: asyncio.StreamWriter) -> None:
    if name.startswith(_MEBIBYTES):
        await _send_bulk(int(name.removeprefix(_MEBIBYTES)), writer)
        return
    behaviour = BEHAVIOURS[name]
    for part in behaviour.parts:
        if isinstance(part, bytes):
            writer.write(part)
            await writer.drain()
        else:
            await asyncio.sleep(part)
    await _end(behaviour, writer)


async def _send_bulk(mebibytes: int, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (mebibytes << 20))
    for _ in range(mebibytes):
        writer.write(_BULK)
        await writer.drain()


async def _end(behaviour: Behaviour, writer: asyncio.StreamWriter) -> None:
    if behaviour.ending == "reset":
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    while behaviour.ending in ("hold", "drip", "repeat"):
        writer.write(behaviour.again)
        await writer.drain()
        await asyncio.sleep(0 if behaviour.ending == "repeat" else _DROPS)


async def _main() -> None:
    async with HostileServer() as server:
        print(server.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main())
