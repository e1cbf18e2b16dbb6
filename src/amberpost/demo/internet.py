"""The small internet: one server on loopback that plays all hosts of the catalogue, plain and over TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple

from ..archive.exchange.lookups import Endpoint
from .catalogue import Finder, read_catalogue
from .load import PAGE, Load
from .tls import make_client_context, make_server_context

LOOPBACK = "127.0.0.1"
_MOST_HEAD = 65536
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_NOT_ALLOWED = b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Request(NamedTuple):
    """One request as the server got it: seconds on the monotonic clock, host, URL, and its head as it came."""

    time: float
    host: str
    url: str
    head: bytes


class Certified(NamedTuple):
    """Hosts beyond the catalogue's, with both sides' TLS contexts that know them."""

    hosts: frozenset[str]
    server: ssl.SSLContext
    client: ssl.SSLContext


Extra = bytes | Sequence[bytes]


class SmallInternet:
    """An asynchronous context manager: inside it, `resolver` leads every known host to a server on loopback.

    `load` adds generated hosts for benchmarks; `extra` adds answers, or replaces them, by URL: of several each is given
    once, in order, and the last for ever. `tls` names and certifies further hosts, which answer 404 to all else.
    `requests` is the log and `connections` counts what was opened. `resolver` and `ssl_context` serve any thread.
    """

    def __init__(
        self, *, load: Load | None = None, extra: Mapping[str, Extra] | None = None, tls: Certified | None = None
    ) -> None:
        self.load = load
        self.extra: dict[str, Extra] = dict(extra or {})
        self._turns: dict[str, int] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self.port = self.tls_port = 0
        self.ssl_context = tls.client if tls else make_client_context()
        self._server_context = tls.server if tls else None
        catalogue = read_catalogue()
        self._finder = Finder(catalogue)
        self._hosts = catalogue.find_hosts() | {url.split("/", 3)[2].partition(":")[0] for url in self.extra}
        self._hosts |= tls.hosts if tls else set()
        self._servers: list[asyncio.Server] = []
        self._open: set[_Connection] = set()

    async def __aenter__(self) -> SmallInternet:
        self.port = await self._listen(None)
        self.tls_port = await self._listen(self._server_context or make_server_context())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        for connection in list(self._open):
            connection.abort()
        for server in self._servers:
            await server.wait_closed()

    async def _listen(self, context: ssl.SSLContext | None) -> int:
        scheme = "https" if context else "http"
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self, scheme), LOOPBACK, 0, ssl=context, backlog=1024)
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def resolver(self, host: str, port: int) -> Sequence[Endpoint]:
        """Where a host's server listens: ports that end in 443 speak TLS, all others do not.

        Raises what a name server's NXDOMAIN becomes, `socket.gaierror` with `EAI_NONAME`, for hosts it does not know.
        """
        name = host.lower().rstrip(".")
        if not (name in self._hosts or (self.load and self.load.has_host(name))):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [Endpoint(LOOPBACK, self.tls_port if str(port).endswith("443") else self.port)]

    def find_times(self, host: str) -> list[float]:
        """When a host was asked, in order, so that a test can see whether anybody was hurried."""
        return [request.time for request in self.requests if request.host == host]

    def note(self, scheme: str, head: bytes) -> Request:
        """Enter a request into the log."""
        target = head.split(b" ", 2)[1].decode("latin-1")
        host = _find_host(head)
        request = Request(time.monotonic(), host.partition(":")[0], f"{scheme}://{host}{target}", head)
        self.requests.append(request)
        return request

    def find_reply(self, request: Request) -> tuple[bytes, float]:
        """What a request is answered, and after how many seconds."""
        if request.url in self.extra:
            return self._find_extra(request.url), 0.0
        if not request.head.startswith(b"GET "):
            return _NOT_ALLOWED, 0.0
        answer = self._finder.find_answer(request.url)
        if answer is None:
            return _NOT_FOUND, 0.0
        return self._finder.read_next(request.url, answer), answer.delay

    def _find_extra(self, url: str) -> bytes:
        given = self.extra[url]
        if isinstance(given, bytes):
            return given
        turn = self._turns[url] = self._turns.get(url, 0) + 1
        return given[min(turn, len(given)) - 1]


class _Connection(asyncio.Protocol):
    """One connection: it reads heads, answers after the delay, and closes, but for load, where it may stay open."""

    def __init__(self, internet: SmallInternet, scheme: str) -> None:
        self._internet = internet
        self._scheme = scheme
        self._received = b""
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._internet.connections += 1
        self._internet._open.add(self)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._internet._open.discard(self)
        if self._timer is not None:
            self._timer.cancel()

    def abort(self) -> None:
        """End at once, whatever is under way."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if b"\r\n\r\n" not in self._received:
            if len(self._received) > _MOST_HEAD:
                self._transport.close()
            return
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        if head.count(b" ", 0, head.find(b"\r\n")) < 2:
            self._transport.close()
            return
        request = self._internet.note(self._scheme, head)
        load = self._internet.load
        if load is not None and head.startswith(PAGE):
            page = load.make_answer(_parse_number(head))
            self._answer(page, load.delay, close=b"connection: close" in head.lower())
        else:
            self._answer(*self._internet.find_reply(request), close=True)

    def _answer(self, answer: bytes, delay: float, *, close: bool) -> None:
        if delay:
            self._timer = self._loop.call_later(delay, self._write, answer, close)
        else:
            self._write(answer, close)

    def _write(self, answer: bytes, close: bool) -> None:
        self._transport.write(answer)
        if close:
            self._transport.close()


def _find_host(head: bytes) -> str:
    """The Host of a request, whatever case its name is written in."""
    for line in head.split(b"\r\n")[1:]:
        if line[:5].lower() == b"host:":
            return line[5:].strip().decode("latin-1").lower()
    return ""


def _parse_number(head: bytes) -> int:
    digits = head[len(PAGE) : head.find(b" ", len(PAGE))]
    return int(digits) if digits.isdigit() else 0


@contextmanager
def run_internet(
    *, load: Load | None = None, extra: Mapping[str, Extra] | None = None, tls: Certified | None = None
) -> Iterator[SmallInternet]:
    """Run the small internet in a thread of its own, for code that is not asynchronous, such as `Archive.run`."""
    internet = SmallInternet(load=load, extra=extra, tls=tls)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(internet.__aenter__(), loop).result()
        try:
            yield internet
        finally:
            asyncio.run_coroutine_threadsafe(internet.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
