"""Fetching from servers of ours on loopback, for the tests of the archive."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterable, Sequence

from amberpost.archive.fetching import Fetcher
from amberpost.archive.lookups import Endpoint
from amberpost.archive.records import Exchange
from amberpost.archive.urlpolicy import Policy
from amberpost.demo.behaviours import BEHAVIOURS

DEADLINE = 0.8
CAP = 1 << 20
Results = dict[str, tuple[Exchange, bytes, float]]


def make_fetcher(port: int, *, context: ssl.SSLContext | None = None, connections: int = 200) -> Fetcher:
    async def resolve(_host: str, _port: int) -> Sequence[Endpoint]:
        return [Endpoint("127.0.0.1", port)]

    return Fetcher(
        Policy(allow_private=True),
        user_agent="test/1 (+mailto:test@host.example)",
        resolver=resolve,
        ssl_context=context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        connections=connections,
    )


async def fetch_all(
    names: Iterable[str], port: int, *, context: ssl.SSLContext | None = None, host: str = "host.example"
) -> Results:
    scheme = "https" if context else "http"

    async def fetch(name: str) -> tuple[Exchange, bytes, float]:
        begun = time.monotonic()
        exchange = await fetcher.fetch(f"{scheme}://{host}/{name}", max_bytes=CAP, seconds=DEADLINE)
        seconds = time.monotonic() - begun
        with exchange.received:
            return exchange, exchange.received.read(), seconds

    async with make_fetcher(port, context=context) as fetcher:
        return dict(zip(names, await asyncio.gather(*map(fetch, names)), strict=True))


async def fetch_behaviours(names: Iterable[str], port: int, *, context: ssl.SSLContext | None = None) -> Results:
    """All at once; those that ran into the deadline on a busy machine are asked again, fewer at a time."""
    results = await fetch_all(names, port, context=context)
    for _ in range(3):
        late = [name for name, (exchange, _, _) in results.items() if _is_late(name, exchange)]
        for begin in range(0, len(late), 8):
            results |= await fetch_all(late[begin : begin + 8], port, context=context)
    return results


def _is_late(name: str, exchange: Exchange) -> bool:
    return exchange.seconds >= DEADLINE and exchange.outcome != BEHAVIOURS[name].outcome
