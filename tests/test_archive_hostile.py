"""Whatever a server does, a fetch ends in time, in a record that says what happened, with every byte that came."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amberpost.archive.exchange.answers import parse_answer
from amberpost.archive.records import Exchange
from amberpost.demo.behaviours import BEHAVIOURS
from amberpost.demo.hostile import HostileServer
from fetches import CAP, DEADLINE, Results, fetch_all, fetch_behaviours, make_fetcher

pytestmark = pytest.mark.loopback

MOST_GROWTH = 32 << 20
LARGE = int(os.environ.get("AMBERPOST_LARGE_BODY", "64"))  # MiB; .ci/campaign asks for 1024


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A hostile server in a process of its own, so that time and memory here are the fetcher's alone."""
    command = [sys.executable, "-m", "amberpost.demo.hostile"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin
        assert server.stdout
        yield int(server.stdout.readline())
        server.stdin.close()


@pytest.fixture
def results(port: int) -> Results:
    """All behaviours at once, plain: what came of each, the bytes that were kept, and how long it took."""
    return fetch_plain(port)


@functools.cache
def fetch_plain(port: int) -> Results:
    return asyncio.run(fetch_behaviours(BEHAVIOURS, port))


def fetch_one(url: str, port: int, *, context: ssl.SSLContext | None = None, max_bytes: int = CAP) -> Exchange:
    async def fetch() -> Exchange:
        async with make_fetcher(port, context=context) as fetcher:
            return await fetcher.fetch(url, seconds=DEADLINE, max_bytes=max_bytes)

    exchange = asyncio.run(fetch())
    with exchange.received:
        assert len(exchange.received.read()) == exchange.size
    return exchange


def test_there_are_enough_behaviours() -> None:
    assert len({(b.parts, b.ending, b.again) for b in BEHAVIOURS.values()}) >= 75


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_each_behaviour_ends_as_it_should(name: str, results: Results) -> None:
    behaviour, (exchange, _, seconds, deadline) = BEHAVIOURS[name], results[name]
    assert (exchange.outcome, exchange.cut, exchange.status) == (behaviour.outcome, behaviour.cut, behaviour.status)
    assert seconds < deadline + 1
    assert exchange.seconds <= seconds
    assert exchange.reason.isascii()
    assert exchange.reason.isprintable()
    assert (exchange.outcome == "ok") == (exchange.reason == "")
    assert len(exchange.reason) <= 120


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_bytes_are_kept_as_they_came(name: str, results: Results) -> None:
    behaviour, (exchange, kept, _, _) = BEHAVIOURS[name], results[name]
    endless = behaviour.said + behaviour.again * (CAP // len(behaviour.again or b"x") + 1)
    assert len(kept) == exchange.size
    assert kept == (behaviour.said if behaviour.ending in ("close", "reset", "hold") else endless[: len(kept)])
    assert exchange.size <= CAP
    if exchange.outcome == "too-large":
        assert exchange.size == CAP
    assert exchange.sent.startswith(b"GET /" + name.encode() + b" HTTP/1.1\r\nHost: host.example\r\n")


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_an_answer_read_again_is_the_same(name: str, results: Results) -> None:
    exchange, kept, _, _ = results[name]
    ended = exchange.cut is None
    assert parse_answer(io.BytesIO(kept), len(kept), closed=ended) == exchange.answer
    if exchange.answer:
        assert 0 <= exchange.answer.start < exchange.answer.body <= exchange.answer.end <= exchange.size
        assert exchange.answer.complete == (exchange.answer.payload_digest is not None)


def test_the_request_says_who_asks_and_brings_no_cookies(results: Results) -> None:
    assert results["cookies"][0].sent == (
        b"GET /cookies HTTP/1.1\r\nHost: host.example\r\nUser-Agent: test/1 (+mailto:test@host.example)\r\n"
        b"Accept: */*\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    )


async def fetch_twice_and_list_requests() -> list[bytes]:
    async with HostileServer() as server, make_fetcher(server.port) as fetcher:
        for name in ("cookies", "plain", "surplus", "plain"):
            exchange = await fetcher.fetch(f"http://host.example/{name}")
            exchange.received.close()
        return server.requests


def test_nothing_is_carried_over_to_the_next_request() -> None:
    requests = asyncio.run(fetch_twice_and_list_requests())
    assert [request.split(b" ")[1] for request in requests] == [b"/cookies", b"/plain", b"/surplus", b"/plain"]
    assert not any(b"ookie:" in request for request in requests)


def test_memory_stays_flat(port: int) -> None:
    """All behaviours at once, then one large body at full speed."""

    async def run() -> Exchange:
        async with make_fetcher(port) as fetcher:
            return await fetcher.fetch(f"http://host.example/mebibytes-{LARGE}", max_bytes=LARGE << 21, seconds=300)

    asyncio.run(fetch_all(["plain"], port))
    with measuring_growth() as find_growth:
        asyncio.run(fetch_all(BEHAVIOURS, port))
        exchange = asyncio.run(run())
        exchange.received.close()
        growth = find_growth()
    assert exchange.outcome == "ok"
    assert exchange.answer
    assert exchange.answer.payload_size == LARGE << 20
    print(f"{len(BEHAVIOURS)} behaviours and a body of {LARGE} MiB: memory grew by {growth / (1 << 20):.1f} MiB")
    assert growth <= MOST_GROWTH


class measuring_growth:  # noqa: N801 - reads as a statement
    """How far the peak of resident memory has risen above what it was at the beginning; needs Linux's /proc."""

    def __enter__(self) -> Callable[[], int]:
        if not Path("/proc/self/clear_refs").exists():
            pytest.skip("no peak of memory to be had on this system")
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        begun = _read_peak()
        return lambda: _read_peak() - begun

    def __exit__(self, *_: object) -> None:
        return


def _read_peak() -> int:
    match = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert match
    return int(match[1]) << 10


def test_the_byte_cap_is_exact(port: int) -> None:
    whole = BEHAVIOURS["plain"].said
    assert fetch_one("http://a.example/plain", port, max_bytes=len(whole)).outcome == "ok"
    short = fetch_one("http://a.example/plain", port, max_bytes=len(whole) - 1)
    assert (short.outcome, short.cut, short.size) == ("too-large", "length", len(whole) - 1)
    surplus = fetch_one("http://a.example/surplus", port, max_bytes=len(whole))
    assert (surplus.outcome, surplus.cut, surplus.size) == ("ok", None, len(whole))
    no_length = fetch_one("http://a.example/no-length", port, max_bytes=len(BEHAVIOURS["no-length"].said))
    assert no_length.outcome == "ok"


def test_a_closed_port_is_an_outcome(port: int) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        exchange = fetch_one("http://a.example/", unheard.getsockname()[1])
    assert (exchange.outcome, exchange.reason, exchange.sent) == ("connect", "connection refused", b"")
    assert fetch_one("http://a.example/plain", port).address == "127.0.0.1"


def test_cancelling_a_fetch_frees_its_connection(port: int) -> None:
    async def run() -> str:
        async with make_fetcher(port, connections=1) as fetcher:
            task = asyncio.create_task(fetcher.fetch("http://a.example/silent"))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            exchange = await fetcher.fetch("http://a.example/plain", seconds=DEADLINE)
            exchange.received.close()
            return exchange.outcome

    assert asyncio.run(run()) == "ok"


def test_waiting_for_a_connection_does_not_count_against_the_deadline(port: int) -> None:
    async def run() -> list[str]:
        async with make_fetcher(port, connections=1) as fetcher:
            urls = [f"http://a.example/{name}" for name in ("silent", "silent", "plain")]
            exchanges = await asyncio.gather(*(fetcher.fetch(url, seconds=0.3) for url in urls))
            for exchange in exchanges:
                exchange.received.close()
            return [exchange.outcome for exchange in exchanges]

    assert asyncio.run(run()) == ["timeout", "timeout", "ok"]
