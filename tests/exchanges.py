"""Exchanges made up for tests, and a clock that never waits."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
from collections.abc import Iterable

from amberpost.archive.records import Answer, Exchange, Outcome

PAGE = "https://news.example/2024/a?b=c"
HTML = ("Content-Type", "text/html")
NOW = 1_732_881_600.0  # 2024-11-29T12:00:00Z


class ToldClock:
    """A clock that goes on only when somebody sleeps, at once, and keeps how long they wanted to."""

    def __init__(self, now: float = NOW) -> None:
        self.time = now
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


def make_exchange(
    status: int | None = 200,
    *headers: tuple[str, str],
    body: bytes = b"",
    url: str = PAGE,
    outcome: Outcome = "ok",
    reason: str = "",
    chunked: bool = False,
    sent: bytes = b"GET / HTTP/1.1\r\n\r\n",
    address: str | None = None,
) -> Exchange:
    """An exchange with an answer of that status, or with none; `body` as it came over the wire."""
    head = b"HTTP/1.1 %d Made\r\n\r\n" % status if status is not None else b""
    received = io.BytesIO(head + body if status is not None else b"")
    size = len(received.getvalue())
    answer = Answer(
        status=status or 0,
        headers=headers,
        start=0,
        body=len(head),
        end=size,
        complete=outcome == "ok",
        chunked=chunked,
        tidy=True,
        payload_digest=hashlib.sha256(body).hexdigest(),
        payload_size=len(body),
    )
    return Exchange(
        url=url,
        started=dt.datetime(2024, 11, 29, 12, tzinfo=dt.UTC),
        seconds=0.1,
        outcome=outcome,
        reason=reason,
        sent=sent,
        received=received,
        size=size,
        address=address,
        answer=answer if status is not None else None,
    )


def make_failure(outcome: Outcome, reason: str = "", *, sent: bytes = b"") -> Exchange:
    """An exchange in which no byte came back."""
    return make_exchange(None, outcome=outcome, reason=reason, sent=sent)


def chunk(parts: Iterable[bytes], *, extension: bytes = b"") -> bytes:
    """A body in chunks, one for each part, as it goes over the wire."""
    return b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts) + b"0\r\n\r\n"
