"""Fetching from servers of ours on loopback, for the tests of the archive."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from amberpost.archive.exchange.fetching import Fetcher
from amberpost.archive.exchange.lookups import Endpoint
from amberpost.archive.exchange.urlpolicy import Policy
from amberpost.archive.records import Exchange
from amberpost.demo.behaviours import BEHAVIOURS

DEADLINE = 0.8
TIME_ENOUGH = 20.0  # for what ends by itself, on a machine that has other things to do
CAP = 1 << 20


class Fetched(NamedTuple):
    """What came of a fetch: the bytes that were kept, how long it took, and how long it might have taken."""

    exchange: Exchange
    kept: bytes
    seconds: float
    deadline: float


Results = dict[str, Fetched]


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
    names: Iterable[str],
    port: int,
    *,
    context: ssl.SSLContext | None = None,
    host: str = "host.example",
    deadline: float = DEADLINE,
) -> Results:
    scheme = "https" if context else "http"

    async def fetch(name: str) -> Fetched:
        begun = time.monotonic()
        exchange = await fetcher.fetch(f"{scheme}://{host}/{name}", max_bytes=CAP, seconds=deadline)
        seconds = time.monotonic() - begun
        with exchange.received:
            return Fetched(exchange, exchange.received.read(), seconds, deadline)

    async with make_fetcher(port, context=context) as fetcher:
        return dict(zip(names, await asyncio.gather(*map(fetch, names)), strict=True))


async def fetch_behaviours(names: Iterable[str], port: int, *, context: ssl.SSLContext | None = None) -> Results:
    """All at once; those that ran into the deadline on a busy machine are asked again, fewer at a time.

    At last one by one, and what the deadline is not to end has time enough to end as it should.
    """
    results = await fetch_all(names, port, context=context)
    for _ in range(2):
        late = _find_late(results)
        for begin in range(0, len(late), 8):
            results |= await fetch_all(late[begin : begin + 8], port, context=context)
    for name in _find_late(results):
        deadline = DEADLINE if BEHAVIOURS[name].cut == "time" else TIME_ENOUGH
        results |= await fetch_all([name], port, context=context, deadline=deadline)
    return results


def _find_late(results: Results) -> list[str]:
    return [name for name, (exchange, _, _, _) in results.items() if _is_late(name, exchange)]


def _is_late(name: str, exchange: Exchange) -> bool:
    wanted = BEHAVIOURS[name]
    is_as_wanted = (exchange.outcome, exchange.cut, exchange.status) == (wanted.outcome, wanted.cut, wanted.status)
    return exchange.seconds >= DEADLINE and not is_as_wanted
