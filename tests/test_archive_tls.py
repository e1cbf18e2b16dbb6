"""TLS: bytes are kept in the clear as they came, and whoever cannot prove his name is not heard at all."""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from amberpost.archive.records import Exchange
from amberpost.demo.behaviours import BEHAVIOURS, CUT_OFF, GARBLED, WHOLE
from amberpost.demo.hostile import HostileServer
from fetches import DEADLINE, Results, fetch_all, fetch_behaviours

pytestmark = pytest.mark.loopback

AUTHORITY = trustme.CA()


def make_client_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


def make_server_context(authority: trustme.CA, name: str, *, until: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=until).configure_cert(context)
    return context


@pytest.mark.parametrize("name", [*WHOLE, *GARBLED, *CUT_OFF])
def test_bytes_are_kept_as_they_came_over_tls(name: str, tls_results: Results) -> None:
    behaviour, (exchange, kept, seconds, deadline) = BEHAVIOURS[name], tls_results[name]
    assert (exchange.outcome, exchange.status) == (behaviour.outcome, behaviour.status)
    assert kept == behaviour.said
    assert exchange.tls == "TLSv1.3"
    assert seconds < deadline + 1


@pytest.fixture
def tls_results() -> Results:
    return fetch_over_tls()


@functools.cache
def fetch_over_tls() -> Results:
    async def run() -> Results:
        async with HostileServer(ssl_context=make_server_context(AUTHORITY, "host.example")) as server:
            names = [*WHOLE, *GARBLED, *CUT_OFF]
            return await fetch_behaviours(names, server.port, context=make_client_context())

    return asyncio.run(run())


def test_a_host_with_a_trailing_dot_is_verified_without_it() -> None:
    async def run() -> tuple[Exchange, list[bytes]]:
        async with HostileServer(ssl_context=make_server_context(AUTHORITY, "host.example")) as server:
            results = await fetch_all(["plain"], server.port, context=make_client_context(), host="host.example.")
            return results["plain"][0], server.requests

    exchange, requests = asyncio.run(run())
    assert exchange.outcome == "ok"
    assert b"\r\nHost: host.example.\r\n" in requests[0]


@pytest.mark.parametrize(
    ("authority", "name", "until", "reason"),
    [
        (AUTHORITY, "other.example", None, "Hostname mismatch"),
        (trustme.CA(), "host.example", None, "unable to get local issuer certificate"),
        (AUTHORITY, "host.example", datetime.now(UTC) - timedelta(days=1), "certificate has expired"),
    ],
    ids=["wrong name", "unknown authority", "expired"],
)
def test_bad_certificates_are_an_outcome(authority: trustme.CA, name: str, until: datetime | None, reason: str) -> None:
    async def run() -> Exchange:
        async with HostileServer(ssl_context=make_server_context(authority, name, until=until)) as server:
            exchange = (await fetch_all(["plain"], server.port, context=make_client_context()))["plain"].exchange
            assert server.requests == []
            return exchange

    exchange = asyncio.run(run())
    assert (exchange.outcome, exchange.sent, exchange.size, exchange.tls) == ("tls", b"", 0, None)
    assert reason in exchange.reason


Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await asyncio.sleep(3)
    finally:
        writer.close()


async def say_hello(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n")
    await say_nothing(_reader, writer)


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.close()


async def hang_up_at_once(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"\x15\x03\x03\x00\x02\x02\x28")
    writer.close()


async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            writer.write(b"\x16\x03\x03\x40\x00" + b"\x0b\x00\xff\xff" + b"\0" * 16380)
            await writer.drain()
    except OSError:
        writer.close()


@pytest.mark.parametrize(
    ("play", "outcome"),
    [
        (say_nothing, "timeout"),
        (say_hello, "tls"),
        (hang_up, "connect"),
        (hang_up_at_once, "connect"),
        (refuse, "tls"),
        (babble, "tls"),
    ],
)
def test_broken_handshakes_are_an_outcome(play: Play, outcome: str) -> None:
    """A line that breaks is no verdict on the certificate: only that would settle a link."""

    async def run() -> tuple[Exchange, float]:
        server = await asyncio.start_server(play, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            results = await fetch_all(["plain"], port, context=make_client_context())
        return results["plain"].exchange, results["plain"].seconds

    exchange, seconds = asyncio.run(run())
    assert (exchange.outcome, exchange.size, exchange.sent) == (outcome, 0, b"")
    assert seconds < DEADLINE + 1
