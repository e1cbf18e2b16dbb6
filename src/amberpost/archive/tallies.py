"""How much an archive holds, what waits in it, and how a run, or the adding of links, went."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import Problem
from ..posts import Outcome as PostOutcome
from ..posts import Verdict
from .records import Outcome, Role, State


@dataclass(slots=True, frozen=True, kw_only=True)
class Added:
    """How many citations and links were new; those that were there already are not counted.

    `problems` names the first 1,000 rows that cannot be kept, by their place in what was given, `more_problems` counts
    the others; the rest was added.
    """

    citations: int
    links: int
    problems: tuple[Problem, ...] = ()
    more_problems: int = 0


@dataclass(slots=True, frozen=True, kw_only=True)
class Adopted:
    """What opening an archive found on the disk past what its database knew: captures taken in, bytes cut off."""

    captures: int = 0
    cut_bytes: int = 0


@dataclass(slots=True, frozen=True, kw_only=True)
class Counts:
    """How much an archive holds: links by state (those of robots.txt among them), stored answers, bytes of segments."""

    citations: int
    links: int
    pending: int
    captured: int
    refused: int
    failed: int
    captures: int
    revisits: int
    bytes: int


@dataclass(slots=True, frozen=True, kw_only=True)
class Tally:
    """How many links of one lane stand alike, for one reason; `next_at` is the earliest time any of them is due."""

    lane: str
    state: State
    reason: str
    links: int
    next_at: float


@dataclass(slots=True, frozen=True)
class PostTally:
    """How many posts of one platform have one outcome."""

    platform: str
    outcome: PostOutcome
    posts: int


@dataclass(slots=True, frozen=True)
class VerdictTally:
    """How many citations have one verdict; with `None`, those that are not judged yet."""

    verdict: Verdict | None
    citations: int


@dataclass(slots=True, frozen=True, kw_only=True)
class Event:
    """What a run has just stored, for whoever watches it: one link, and the last exchange made for it, if any was."""

    url: str
    lane: str
    role: Role
    state: State
    reason: str
    outcome: Outcome | None
    status: int | None
    seconds: float
    size: int


@dataclass(slots=True, frozen=True, kw_only=True)
class Summary:
    """How a run ended: `stopped` is `done`, `limit`, `max-time`, `network down`, `network seems down` or `interrupted`.

    The network seems down when not one of the hosts that were asked could be found or reached, few as they were.
    `counts` and `waiting` tell how the archive stands now; the other figures count this run only. `next_due` (Unix
    seconds) is when the next link is due, `None` when none waits.
    """

    stopped: str
    seconds: float
    links: int
    exchanges: int
    bytes: int
    counts: Counts
    waiting: tuple[Tally, ...]
    next_due: float | None
