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
