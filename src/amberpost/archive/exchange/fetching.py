"""Fetching one URL: one exchange, kept byte for byte, within its caps, whatever the server does."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Self

from ..keys import Keys
from ..records import Cut, Exchange, Outcome
from .answers import HEAD_BYTES
from .lookups import Resolver, SystemResolver
from .payloads import read_payload
from .streams import Dial, WireError, dial
from .taps import SpoolTap
from .urlpolicy import Policy, Refused, Target
from .wire import GuardedBackend, GuardedTransport, make_ssl_context

MAX_BYTES = 32 * 1024 * 1024
SECONDS = 60.0
KEYED_HOST = "web.archive.org"
"""The one host that keys are sent to, over TLS; what it answers them with is of bounded size."""
KEYED_BYTES = 1 << 20

_FAILED_PHASES: dict[str, Outcome] = {"looking up the name": "dns", "connecting": "connect"}


class Fetcher:
    """Fetches URLs that the policy admits, over at most `connections` connections at a time.

    No proxies, cookies, netrc or kept connections; the environment is not asked. `resolver` stands in for DNS (its
    addresses are vetted all the same), `dial` for the system's connect; bodies that are not small lie in unnamed files
    in `folder`, or where the system keeps temporary ones.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        user_agent: str,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
        connections: int = 20,
        folder: Path | None = None,
        dial: Dial = dial,
    ) -> None:
        if not (user_agent.isascii() and user_agent.isprintable() and user_agent.strip() == user_agent != ""):
            raise ValueError("user_agent must be one line of printable ASCII: it is sent as a header")
        self._policy = policy
        self._user_agent = user_agent
        self._backend = GuardedBackend(policy, resolver or SystemResolver(), dial)
        self._transport = GuardedTransport(self._backend, ssl_context or make_ssl_context())
        self._free = asyncio.Semaphore(connections)
        self._folder = folder

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.aclose()

    async def knows(self, host: str) -> bool:
        """Whether the name system knows a host; it is looked up, and not asked for anything."""
        return await self._backend.knows(host)

    async def fetch(
        self,
        url: str,
        *,
        max_bytes: int = MAX_BYTES,
        seconds: float = SECONDS,
        head_bytes: int = HEAD_BYTES,
        near: int | None = None,
        keys: Keys | None = None,
        is_post: bool = False,
    ) -> Exchange:
        """Ask for a URL once, follow nothing, and keep what was said: at most `max_bytes`, and within `seconds`.

        `near` (Unix seconds) asks a TimeGate for the copy nearest to that time. With `keys` the exchange has no
        request, and no answer that repeats them; with `is_post` the URL's query is sent as a form.
        Never raises for what a server, a name or a URL does: the outcome and its reason stand in the exchange. The time
        counts from when a connection is free for it. Whoever gets the exchange closes its `received`.
        """
        try:
            target = self._policy.admit(url)
        except Refused as refused:
            return _make_refusal(url, str(refused))
        if keys is not None and (target.scheme, target.host, target.port) != ("https", KEYED_HOST, 443):
            return _make_refusal(url, f"keys are sent to https://{KEYED_HOST} alone")
        question = _Question(target=target, near=near, keys=keys, is_post=is_post)
        async with self._free:
            most = min(max_bytes, KEYED_BYTES) if keys else max_bytes
            tap = SpoolTap(max_bytes=most, head_bytes=head_bytes, folder=self._folder)
            started, begun = dt.datetime.now(dt.UTC), time.monotonic()
            end = await self._converse(question, tap, seconds)
        exchange = Exchange(
            url=url,
            started=started,
            seconds=time.monotonic() - begun,
            outcome=end.outcome,
            reason=end.reason,
            sent=b"" if keys else bytes(tap.sent),
            received=tap.take_received(),
            size=tap.size,
            address=tap.address,
            tls=tap.tls,
            cut=end.cut if tap.size else None,
            answer=tap.reader.make_answer(),
        )
        if keys is not None and _repeats(exchange, keys):
            exchange.received.close()
            return _make_refusal(url, "its answer repeats the keys, and is not kept", outcome="protocol")
        return exchange

    async def _converse(self, question: _Question, tap: SpoolTap, seconds: float) -> _End:
        try:
            async with asyncio.timeout(seconds):
                headers = list(self._make_headers(question))
                await self._transport.ask(question.target, headers, tap, form=question.form)
                await tap.drain()
        except WireError as error:
            return _judge_failure(tap, error.outcome, error.reason, "disconnect")
        except TimeoutError:
            outcome = _FAILED_PHASES.get(tap.phase, "timeout")
            return _judge_failure(tap, outcome, f"time was up while {tap.phase}", "time")
        except BaseException:
            tap.received.close()
            raise
        finally:
            tap.close()
        return _judge(tap)

    def _make_headers(self, question: _Question) -> Iterator[tuple[str, str]]:
        yield "Host", question.target.authority
        yield "User-Agent", self._user_agent
        yield "Accept", "application/json" if question.keys else "*/*"
        # The one content coding that every reader of archives can undo; none where keys must be seen that come back.
        yield "Accept-Encoding", "identity" if question.keys else "gzip"
        if question.near is not None:
            yield "Accept-Datetime", formatdate(question.near, usegmt=True)  # RFC 7089, 2.1.1
        if question.keys is not None:
            yield "Authorization", question.keys.make_header()
        if question.form is not None:
            yield "Content-Type", "application/x-www-form-urlencoded"
            yield "Content-Length", str(len(question.form))
        yield "Connection", "close"


@dataclass(slots=True, frozen=True, kw_only=True)
class _Question:
    """Whom to ask, and what is said beside the usual."""

    target: Target
    near: int | None
    keys: Keys | None
    is_post: bool

    @property
    def form(self) -> bytes | None:
        """What is posted; `None` where a page is asked for."""
        return self.target.path.partition("?")[2].encode("ascii") if self.is_post else None


def _repeats(exchange: Exchange, keys: Keys) -> bool:
    """Whether an answer holds one of the keys that it was asked with, be it packed."""
    exchange.received.seek(0)
    held = keys.are_in(exchange.received.read()) or keys.are_in(read_payload(exchange, KEYED_BYTES))
    exchange.received.seek(0)
    return held


def _make_refusal(url: str, reason: str, *, outcome: Outcome = "refused") -> Exchange:
    """The record of a fetch that was not tried, or of which nothing may be kept."""
    return Exchange(
        url=url,
        started=dt.datetime.now(dt.UTC),
        seconds=0.0,
        outcome=outcome,
        reason=reason,
        sent=b"",
        received=io.BytesIO(),
        size=0,
    )


@dataclass(slots=True, frozen=True)
class _End:
    """How an exchange ended."""

    outcome: Outcome
    reason: str = ""
    cut: Cut | None = None


def _judge_failure(tap: SpoolTap, outcome: Outcome, reason: str, cut: Cut) -> _End:
    """The line broke or time was up; an answer that was garbled before that is garbage all the same."""
    if tap.reader.is_complete:
        return _judge(tap)
    if tap.reader.fault:
        return _End("protocol", tap.reader.fault, cut)
    return _End(outcome, reason, cut)


def _judge(tap: SpoolTap) -> _End:
    reader = tap.reader
    if reader.fault:
        return _End("protocol", reader.fault, _find_cut(tap))
    if reader.is_complete:
        return _End("ok")
    if tap.is_full:
        return _End("too-large", f"more than {tap.max_bytes} bytes", "length")
    where = "within the body" if reader.has_head else "within the head" if tap.size else "without an answer"
    return _End("truncated", f"the server closed {where}", "disconnect")


def _find_cut(tap: SpoolTap) -> Cut | None:
    """Why a garbled answer was not heard to its end; `None` when it was."""
    if tap.is_silent:
        return "time"
    return "length" if tap.is_full or (tap.reader.is_over and not tap.reader.is_complete) else None
