"""The archive's records: a link that waits, the exchange that answered it, what was decided, what was stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import IO, Literal

State = Literal["pending", "captured", "refused", "failed"]
Role = Literal["cited", "hop", "requisite", "robots", "post", "save"]
Outcome = Literal["ok", "refused", "dns", "connect", "tls", "timeout", "too-large", "truncated", "protocol"]
Cut = Literal["length", "time", "disconnect", "unspecified"]

MOST_REDIRECTS = 10
DISAGREE = "t.co answers disagree"
MANY_LOCATIONS = "several Location headers that differ"
TOO_MANY = f"more than {MOST_REDIRECTS} redirects"
UNFOLLOWED = frozenset({DISAGREE, MANY_LOCATIONS, TOO_MANY})
"""The reasons of links that are captured, but whose answer leads on, and was not followed."""


@dataclass(slots=True, frozen=True, kw_only=True)
class Answer:
    """What the kept bytes of an exchange say when they are read again as HTTP/1: head, and where its message lies.

    `start` is where the final answer begins (behind 1xx answers), `end` where its message ends, both in bytes of the
    exchange's `received`; `body` is where its payload starts. `payload_digest` is the lower-case hex SHA-256 of the
    payload without transfer coding, content coding untouched; `None` when the message is not complete.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    start: int
    body: int
    end: int
    complete: bool
    chunked: bool
    tidy: bool
    payload_digest: str | None
    payload_size: int

    def find_header(self, name: str) -> str | None:
        """The value of the first header of that name, in any case; `None` when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(slots=True, frozen=True, kw_only=True)
class Exchange:
    """One request and what came back, byte for byte, whatever the server did.

    `received` is a spooled file with exactly `size` bytes, the first of them at 0; `sent` is empty when no connection
    came about. `answer` is `None` when the bytes are no HTTP/1 answer. `seconds` is how long it took.
    """

    url: str
    started: dt.datetime
    seconds: float
    outcome: Outcome
    reason: str
    sent: bytes
    received: IO[bytes]
    size: int
    address: str | None = None
    tls: str | None = None
    cut: Cut | None = None
    answer: Answer | None = None

    @property
    def status(self) -> int | None:
        """The status of the final answer, if there is one."""
        return self.answer.status if self.answer else None


@dataclass(slots=True, frozen=True, kw_only=True)
class Link:
    """One URL of the queue, as it stands there; it is fetched once, whoever cites it and whatever leads to it.

    `lane` is the host, or a service at a host, that has its own budget of requests; `depth` counts the redirects
    between a cited link and this one; `next_at` (Unix seconds) is when it is due; `target` where its answer leads.
    `near` (Unix seconds) is the time that a TimeGate is asked for, by a header of this one request.
    """

    id: int
    url: str
    role: Role
    depth: int
    lane: str
    state: State = "pending"
    reason: str = ""
    next_at: float = 0.0
    attempts: int = 0
    failing_since: float | None = None
    outcome: Outcome | None = None
    status: int | None = None
    target: int | None = None
    near: int | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class NewLink:
    """A URL that an answer leads to, to be queued unless it is there already."""

    url: str
    role: Role
    depth: int
    lane: str
    state: State = "pending"
    reason: str = ""
    near: int | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class Decision:
    """What becomes of a link after an exchange, or without one (refused, no network).

    `target` is the next hop; `requisites` are what its page needs. A `target` in state `refused` is kept with its
    reason: the hop is archived, the target is not fetched.
    """

    state: State
    reason: str = ""
    next_at: float = 0.0
    failing_since: float | None = None
    target: NewLink | None = None
    requisites: tuple[NewLink, ...] = ()


@dataclass(slots=True, frozen=True, kw_only=True)
class Origin:
    """Where a copy was taken from: the name of somebody's file, and the record in it, by its place, id and date.

    `digest` is the SHA-256 of the record's block, which is the block of the copy.
    """

    file: str
    offset: int
    record_id: str
    date: str
    digest: str


@dataclass(slots=True, frozen=True, kw_only=True)
class Result:
    """A link, the exchanges that were made for it in order (each is stored), and the decision on the last of them.

    `origin` tells that somebody else made the exchange, and this is a copy of it.
    """

    link: Link
    exchanges: tuple[Exchange, ...]
    decision: Decision
    origin: Origin | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class Capture:
    """One stored answer: what was asked when, what came, and where its records lie.

    `segment`, `offset` and `length` (bytes) place the whole group of records; `settled` tells the answer that settled
    its link from those that were tried again. `payload_digest` is `sha256:HEX`, where readers agree on it.
    """

    id: int
    url: str
    date: str
    settled: bool
    outcome: Outcome
    status: int | None
    mime: str | None
    record_type: Literal["response", "revisit", "metadata"]
    record_id: str
    truncated: Cut | None
    payload_digest: str | None
    segment: str
    offset: int
    length: int


@dataclass(slots=True, frozen=True, kw_only=True)
class Hop:
    """One step of a redirect chain: a URL, how its link stands, and the capture of it if there is one."""

    url: str
    state: State
    reason: str
    status: int | None
    capture: Capture | None


@dataclass(slots=True, frozen=True, kw_only=True)
class Resolution:
    """What the store knows about a URL: the whole redirect chain, the first hop being the URL itself.

    `state` is the last hop's: `captured` only when the chain ends in a captured answer that leads nowhere else.
    `reason` says why not. `final_url` is the last URL of the chain.
    """

    url: str
    state: State
    reason: str
    final_url: str
    hops: tuple[Hop, ...]


@dataclass(slots=True, frozen=True, kw_only=True)
class CitedLinks:
    """One citation with its links: `urls` as they are printed, and for each in `links` what the queue keeps for it.

    `record` is the row as it was given, JSON; the other fields are what joins and `forget` look for.
    """

    id: str
    article: str | None
    platform: str | None
    handle: str | None
    permalink: str | None
    record: str
    urls: tuple[str, ...]
    links: tuple[NewLink, ...]


@dataclass(slots=True, frozen=True, kw_only=True)
class About:
    """Who archives, with what, by which rules: the `warcinfo` record that begins every segment."""

    software: str
    user_agent: str
    contact: str | None = None
    robots: bool = False
    allow_private: bool = False


@dataclass(slots=True, frozen=True, kw_only=True)
class LaneState:
    """What a lane remembers across runs: the next request's time, failures in a row, and when its rest ends."""

    name: str
    next_at: float
    failures: int
    until: float
