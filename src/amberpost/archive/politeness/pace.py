"""Whose turn it is: the time of each lane's next request, shared by all workers and kept across runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..clock import Clock, SystemClock
from ..records import Exchange, LaneState
from .breaker import Breaker, Canary
from .manners import Manners, find_service
from .retries import Fate, find_wait, is_unknown_name, judge
from .retryafter import LONGEST

_NOBODY_LISTENS = "connection refused"  # as the system has it: by a host, so there is one
_PRUNED_AT = 4096  # lanes; then those that need not be remembered go


@dataclass(slots=True)
class _Lane:
    next_at: float = 0.0
    until: float = 0.0  # the end of its rest: a Retry-After, or the breaker's
    breaker: Breaker = field(default_factory=Breaker)


class Pace:
    """Keeps the manners, lane by lane; all workers of a run share one, in one event loop.

    Either `await turn(lane)`, which sleeps until it is the lane's turn and takes it. Or, without sleeping,
    `wait_seconds(lane, now)` and, when that is 0, `take(lane, now)`; better for a run of many lanes, since a lane may
    rest for hours. After each exchange `note` it: there Retry-After, failures in a row and a dead network are seen.
    Forgets lanes that wait for nothing, so 10^5 hosts take no more memory than a few thousand.
    """

    def __init__(self, manners: Manners, *, clock: Clock | None = None) -> None:
        self.manners = manners
        self.canary = Canary()
        self._clock = clock or SystemClock()
        self._lanes: dict[str, _Lane] = {}
        self._prune_at = _PRUNED_AT

    def wait_seconds(self, lane: str, now: float) -> float:
        """The seconds until the lane may be asked next; 0 when it may now. Bounded, also when a clock was set back."""
        state = self._find(lane, now)
        return max(state.next_at - now, state.until - now, 0.0) if state else 0.0

    def is_resting(self, lane: str, now: float) -> bool:
        """Whether a lane is left alone: after failures in a row, or because it asked for it."""
        state = self._find(lane, now)
        return state is not None and state.until > now

    def take(self, lane: str, now: float) -> None:
        """Take the lane's turn. Of a lane that has failed too often this is the one trial: all others wait for it."""
        state = self._open(lane, now)
        state.next_at = now + self.manners.find_seconds(lane)
        if state.breaker.is_open:
            state.until = state.breaker.find_rest(now)

    async def turn(self, lane: str) -> None:
        """Sleep until it is the lane's turn, and take it; several may wait for one lane."""
        await self.wait(lane)
        self.take(lane, self._clock.now())

    async def wait(self, lane: str) -> None:
        """Sleep until it is the lane's turn, and leave it: whoever sleeps on before he asks may find it taken."""
        while (wait := self.wait_seconds(lane, self._clock.now())) > 0:
            await self._clock.sleep(wait)

    def note(self, lane: str, exchange: Exchange, now: float) -> None:
        """Learn from an exchange: how long the server asks to be left alone, whether it fails or the network does."""
        state = self._open(lane, now)
        self._note_network(lane, exchange, now)
        fate = judge(exchange)
        if fate is Fate.DONE:
            if state.breaker.is_open:  # the trial went well; a Retry-After still stands
                state.until = 0.0
            state.breaker.succeed()
        elif fate is Fate.RETRY or (fate is Fate.LATER and not self._is_true(exchange, now)):
            state.until = max(state.until, state.breaker.fail(now=now))
        asked = find_wait(exchange, now)
        if asked is None and exchange.status == 429:
            asked = find_service(lane).rest
        if asked:
            state.until = max(state.until, now + asked)

    def rest(self, lane: str, until: float) -> None:
        """Leave a lane alone until then, for a reason that its exchanges do not show."""
        state = self._open(lane, self._clock.now())
        state.until = max(state.until, until)

    def restore(self, states: Iterable[LaneState], now: float) -> None:
        """Take up what an earlier run was told; what lies further ahead than any rest comes from a wrong clock."""
        for state in states:
            lane = self._open(state.name, now)
            lane.next_at = state.next_at
            lane.until = state.until if state.until <= now + LONGEST else 0.0
            lane.breaker.failures = state.failures

    def find_states(self, now: float) -> Iterator[LaneState]:
        """Find what the next run has to know, to be stored; lanes that wait for nothing are left out."""
        for name, lane in self._lanes.items():
            if not _is_idle(lane, now):
                yield LaneState(name=name, next_at=lane.next_at, failures=lane.breaker.failures, until=lane.until)

    def find_rest(self, lane: str, now: float) -> LaneState | None:
        """What the next run has to know of a lane that rests; `None` of one that does not."""
        if not self.is_resting(lane, now):
            return None
        state = self._lanes[lane]
        return LaneState(name=lane, next_at=state.next_at, failures=state.breaker.failures, until=state.until)

    def _note_network(self, lane: str, exchange: Exchange, now: float) -> None:
        if exchange.size > 0 or exchange.outcome == "tls":
            self.canary.hear(now)
        elif self._is_true(exchange, now):
            pass  # of a name that is gone nobody can tell whether there is a network
        elif exchange.outcome in ("dns", "connect") or (exchange.outcome == "timeout" and not exchange.sent):
            self.canary.miss(lane, now)
        if exchange.address or exchange.reason == _NOBODY_LISTENS:
            self.canary.meet()

    def _is_true(self, exchange: Exchange, now: float) -> bool:
        """Whether an unknown name is a verdict on the name: others are known, so it is not the network."""
        return is_unknown_name(exchange) and self.canary.knows_names(now)

    def _find(self, lane: str, now: float) -> _Lane | None:
        """What is known of a lane. What lies further ahead than any wait was said before a clock was set back: it is
        brought near once, for a wait that only looks short would be waited again and again.
        """
        state = self._lanes.get(lane)
        if state is not None:
            state.next_at = min(state.next_at, now + self.manners.find_seconds(lane))
            state.until = min(state.until, now + LONGEST)
        return state

    def _open(self, lane: str, now: float) -> _Lane:
        if lane not in self._lanes:
            if len(self._lanes) >= self._prune_at:
                self._lanes = {name: state for name, state in self._lanes.items() if not _is_idle(state, now)}
                self._prune_at = max(_PRUNED_AT, 2 * len(self._lanes))
            self._lanes[lane] = _Lane()
        return self._lanes[lane]


def _is_idle(lane: _Lane, now: float) -> bool:
    return lane.next_at <= now and lane.until <= now and not lane.breaker.failures
