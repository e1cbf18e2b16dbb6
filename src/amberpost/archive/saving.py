"""Asking the Wayback Machine to save pages: with keys, within its limits, and each form posted once.

Before a form is sent, the database says so; after a kill it is not posted again, as nobody knows whether it was heard:
the index is asked instead. Only what was surely not heard, or was refused because there were too many, is tried again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ..sources import USER_URL, is_save, parse_room, parse_told
from .clock import StoppableClock
from .decisions import decide
from .exchange.payloads import read_payload
from .keys import Keys
from .politeness.pace import Pace
from .records import Decision, Exchange, Link

SENT = "posted, and no answer was had: whether it is saved is not known"
SAVE_LANE = "web.archive.org/save"
_UNSENT = frozenset({"dns", "connect", "tls", "refused"})
_REFUSED_FOR_NOW = frozenset({429, 503})
_AT_ONCE = 50  # forms posted before it is asked again how many more may be
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_PASSES = 5 * _MINUTE
_MOST_READ = 100_000
_WITHOUT_KEYS = "waits for a run with --save-page-now"


@dataclass(slots=True, frozen=True, kw_only=True)
class Sending:
    """What is sent along: `keys`, and, where `is_post`, the URL's query as a form; `begin` is called just before."""

    keys: Keys
    is_post: bool = False
    begin: Callable[[], Awaitable[None]] | None = None


class Fetch(Protocol):
    """Asks for a URL once it is its lane's turn."""

    async def __call__(self, url: str, *, sending: Sending) -> Exchange: ...


class Saver:
    """Posts forms and reads how saves go on; all workers of a run share one.

    `mark` writes down that a link is being posted, durably; `keep` stores an answer that is nobody's question.
    """

    def __init__(
        self,
        keys: Keys,
        *,
        fetch: Fetch,
        mark: Callable[[int, str], Awaitable[None]],
        keep: Callable[[Exchange], Awaitable[None]],
        pace: Pace,
        clock: StoppableClock,
    ) -> None:
        self._keys, self._fetch, self._mark, self._keep = keys, fetch, mark, keep
        self._pace, self._clock = pace, clock
        self._left = 0
        self._closed = Decision(state="pending")

    async def ask(self, link: Link) -> tuple[tuple[Exchange, ...], Decision]:
        """Ask what a link stands for; the exchange that was made, if any, and what becomes of the link."""
        if not is_save(link.url):
            made = await self._fetch(link.url, sending=Sending(keys=self._keys))
            if parse_told(_read(made)).is_passing:
                self._pace.rest(SAVE_LANE, self._clock.now() + _PASSES)
            return (made,), decide_status(link, made, self._clock.now())
        if link.reason == SENT:
            return (), Decision(state="failed", reason=SENT)
        if not await self._has_room():
            return (), self._closed

        async def begin() -> None:
            await self._mark(link.id, SENT)

        made = await self._fetch(link.url, sending=Sending(keys=self._keys, is_post=True, begin=begin))
        self._left -= 1
        return (made,), decide_save(link, made, self._clock.now())

    async def _has_room(self) -> bool:
        """Whether the account may save more; it is asked before the first form, and now and then."""
        now = self._clock.now()
        if now < self._closed.next_at:
            return False
        if self._left <= 0:
            made = await self._fetch(USER_URL, sending=Sending(keys=self._keys))
            try:
                self._learn_room(made, self._clock.now())
                await self._keep(made)
            finally:
                made.received.close()
        return self._left > 0

    def _learn_room(self, made: Exchange, now: float) -> None:
        room = parse_room(_read(made)) if made.status == 200 else None
        if room is None:
            said = f"status {made.status}" if made.status else made.reason or made.outcome
            why = "the keys are refused" if made.status in (401, 403) else "it is not known whether more may be saved"
            self._close(f"{why} ({said})", now + _HOUR)
        elif not room.today:
            self._close("the day's saves are used up", (now // _DAY + 1) * _DAY)
        elif not room.available:
            self._close("too many saves are under way", now + _MINUTE)
        else:
            self._left = min(room.today, _AT_ONCE)

    def _close(self, reason: str, until: float) -> None:
        self._closed = Decision(state="pending", reason=reason, next_at=until)


def wait_for_keys(link: Link, now: float) -> Decision:
    """What becomes of a save, or its status, in a run that has no keys."""
    reason = link.reason if link.reason == SENT else _WITHOUT_KEYS
    return Decision(state="pending", reason=reason, next_at=now + _DAY, failing_since=link.failing_since)


def decide_save(link: Link, made: Exchange, now: float) -> Decision:
    """Decide on a form that was posted: what may have been heard is never posted again."""
    if made.outcome in _UNSENT or (made.outcome == "ok" and made.status in _REFUSED_FOR_NOW):
        return _decide(link, made, now)
    if made.outcome not in ("ok", "too-large"):
        return Decision(state="failed", reason=f"{SENT} ({made.outcome})")
    told = parse_told(_read(made))
    if told.is_passing:
        return Decision(state="pending", reason=told.error, next_at=now + _PASSES)
    return Decision(state="captured")


def decide_status(link: Link, made: Exchange, now: float) -> Decision:
    """Decide on the status of a save: one that is under way is looked at again, for an hour."""
    decision = _decide(link, made, now)
    is_under_way = made.status == 200 and parse_told(_read(made)).status == "pending"
    since = link.failing_since if link.failing_since is not None else now
    if decision.state != "captured" or not is_under_way or now - since >= _HOUR:
        return decision
    pause = min(10.0 * (link.attempts + 1), 2 * _MINUTE)
    return Decision(state="pending", reason="is being saved", next_at=now + pause, failing_since=min(since, now))


def _decide(link: Link, made: Exchange, now: float) -> Decision:
    """As on any link, but nowhere do keys lead on."""
    return replace(decide(link, (made,), now, find_refusal=lambda _: None), target=None)


def _read(made: Exchange) -> bytes:
    return read_payload(made, _MOST_READ)
