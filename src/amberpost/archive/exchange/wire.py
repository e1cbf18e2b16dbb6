"""The one place with httpx and httpcore: a transport whose network backend vets what it dials and taps what it hears.

httpcore makes the connection, shakes hands and asks; what it hears passes through a `Tap`, which keeps it. Nothing of
httpx or httpcore leaves this file: a successor is swapped in here.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Protocol

import httpcore
import httpx

from .lookups import Endpoint, Resolver
from .streams import Dial, PlainStream, Stream, TlsStream, WireError, describe
from .urlpolicy import Policy, Target

CONNECT_SECONDS = 15.0
"""How long looking up a name may take, and connecting to its addresses together, within the deadline."""
_ADDRESSES = 4  # of a name: how many are tried
_ANY_PORT = 443
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
NO_SUCH_HOST = "no such host"
"""The reason of outcome `dns` that is no passing trouble: the name does not exist, says whoever was asked."""


class Tap(Protocol):
    """What keeps the bytes of one exchange, told step by step how far it has come."""

    phase: str
    address: str | None
    tls: str | None

    def open(self, connected: socket.socket) -> None: ...

    def keep_sent(self, data: bytes) -> None: ...

    async def receive(self, stream: Stream, size: int) -> bytes: ...


_TAP: ContextVar[Tap] = ContextVar("tap")


class TapStream(httpcore.AsyncNetworkStream):
    """A connection as httpcore sees it. The socket itself is the tap's: httpcore closes at the first byte it does not
    like, and there may be more to keep.
    """

    def __init__(self, tap: Tap, plain: PlainStream, tls: TlsStream | None = None) -> None:
        self._tap, self._plain, self._tls = tap, plain, tls
        self.stream: Stream = tls or plain

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return await self._tap.receive(self.stream, max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        if not buffer:  # httpcore writes the body that a GET has not
            return
        self._tap.phase = "sending the request"
        self._tap.keep_sent(buffer)
        try:
            await self.stream.send(buffer)
        except WireError as error:  # a server may answer and close before it has heard us: httpcore reads on
            raise httpcore.WriteError(error.reason) from None

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> TapStream:
        self._tap.phase = "the TLS handshake"
        tls = TlsStream(self._plain, ssl_context, server_hostname or "")
        await tls.shake_hands()
        self._tap.tls = tls.version
        return TapStream(self._tap, self._plain, tls)

    async def aclose(self) -> None:
        return

    def get_extra_info(self, info: str) -> None:  # noqa: ARG002 - nothing for httpcore to choose by: HTTP/1.1 it is
        return None


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, refuses it when any of its addresses is forbidden, and dials the addresses it vetted."""

    def __init__(self, policy: Policy, resolver: Resolver, dial: Dial) -> None:
        self._policy, self._resolver, self._dial = policy, resolver, dial

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> TapStream:
        tap = _TAP.get()
        tap.phase = "looking up the name"
        endpoints = await self._find_endpoints(host, port)
        tap.phase = "connecting"
        return TapStream(tap, PlainStream(await self._connect(endpoints[:_ADDRESSES], tap)))

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> TapStream:
        raise WireError("refused", "a socket in the file system")

    async def knows(self, host: str) -> bool:
        """Whether the name system knows a host, at a public address; nobody is dialled."""
        try:
            return bool(await self._find_endpoints(host, _ANY_PORT))
        except WireError:
            return False

    async def _find_endpoints(self, host: str, port: int) -> list[Endpoint]:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                endpoints = list(await self._resolver(host, port))
        except TimeoutError:
            raise WireError("dns", "no answer from DNS in time") from None
        except socket.gaierror as error:
            raise WireError("dns", _describe_lookup(error)) from None
        except (OSError, UnicodeError):
            raise WireError("dns", "the name cannot be looked up") from None
        refusals = [self._policy.refuses_address(endpoint.address) for endpoint in endpoints]
        for refusal in filter(None, refusals):  # one is enough: what answers both ways is up to something
            raise WireError("refused", refusal)
        if not endpoints:
            raise WireError("dns", "the name has no address")
        return endpoints

    async def _connect(self, endpoints: list[Endpoint], tap: Tap) -> socket.socket:
        reason = ""
        for endpoint in endpoints:
            try:
                async with asyncio.timeout(CONNECT_SECONDS / len(endpoints)):
                    connected = await self._dial(endpoint)
            except TimeoutError:
                reason = reason or "no connection in time"
            except OSError as error:
                reason = reason or describe(error)
            else:
                tap.address = endpoint.address
                tap.open(connected)
                return connected
        raise WireError("connect", reason)


def _describe_lookup(error: socket.gaierror) -> str:
    if error.errno in _NO_SUCH_NAME:
        return NO_SUCH_HOST
    return "DNS does not answer for now" if error.errno == socket.EAI_AGAIN else f"DNS failure {error.errno}"


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport over httpcore's connections, one for each exchange: HTTP/1.1 only, no proxies, no retries.

    A connection is never used again: what a server sends behind its answer would be taken for the next one. So there
    is no pool: it would have nothing to keep, and costs half as much as the exchange itself. A request brings its `Tap`
    among its extensions.
    """

    def __init__(self, backend: GuardedBackend, ssl_context: ssl.SSLContext) -> None:
        self._backend, self._ssl_context = backend, ssl_context

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        extensions = dict(request.extensions)
        token = _TAP.set(extensions.pop("tap"))
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=request.stream, extensions=extensions
        )
        connection = httpcore.AsyncHTTPConnection(
            url.origin, ssl_context=self._ssl_context, network_backend=self._backend, http1=True, http2=False, retries=0
        )
        try:
            answer = await connection.handle_async_request(asked)
        finally:
            _TAP.reset(token)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    async def ask(self, target: Target, headers: list[tuple[str, str]], tap: Tap, *, form: bytes | None = None) -> None:
        """Send a request, and let the tap hear the answer until it has enough or the line ends.

        A form is posted to the target without its query, as a form has it.
        The transport is called, not a client: a client adds cookies, proxies and netrc, and fails on hostile headers.
        """
        path = target.path if form is None else target.path.partition("?")[0]
        request = httpx.Request(
            "GET" if form is None else "POST",
            _parse_origin(target.scheme, target.authority),
            headers=headers,
            stream=httpx.ByteStream(form or b""),  # as content, it would have httpx look for headers to add
            extensions={
                "tap": tap,
                "target": path.encode("ascii"),
                "sni_hostname": target.host.removesuffix("."),
            },
        )
        try:
            response = await self.handle_async_request(request)
            await response.aclose()
        except httpcore.RemoteProtocolError:
            return  # h11's verdict on the head, stricter than ours: the tap keeps what came and what comes


@lru_cache(maxsize=1024)
def _parse_origin(scheme: str, authority: str) -> httpx.URL:
    """The root of a site as httpx has it; most sites are asked for more than one page."""
    return httpx.URL(f"{scheme}://{authority}/")


class _Body(httpx.AsyncByteStream):
    """The body of httpcore's answer, in the shape that httpx wants."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


def make_ssl_context() -> ssl.SSLContext:
    """The default context: certificates and names are verified against certifi's and the system's authorities."""
    return httpcore.default_ssl_context()
