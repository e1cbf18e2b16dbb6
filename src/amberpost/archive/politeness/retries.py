"""What is tried again, and after how long: a table of outcomes, and tenacity on results, never on exceptions."""

from __future__ import annotations

import enum
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import tenacity

from ..clock import Clock, SystemClock
from ..records import Exchange, Outcome
from .retryafter import parse_retry_after


class Fate(enum.Enum):
    """What an exchange means for its link; docs/archive.md says the same in prose."""

    DONE = "done"  # an answer, of whatever status: it is evidence, and is kept
    RETRY = "retry"  # again in this run, after a wait; then the link waits for a later run
    LATER = "later"  # not again in this run
    FAILED = "failed"  # settled: asked again only on request
    REFUSED = "refused"  # by the policy: never asked


RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 531), 598, 599})

_FATES: dict[Outcome, Fate] = {
    "ok": Fate.DONE,  # unless its status says that the server could not answer now
    "too-large": Fate.DONE,  # likewise: kept up to the cap
    "connect": Fate.RETRY,
    "timeout": Fate.RETRY,
    "truncated": Fate.RETRY,
    "dns": Fate.RETRY,  # unless the name is unknown
    "tls": Fate.FAILED,
    "protocol": Fate.FAILED,
    "refused": Fate.REFUSED,
}
_NO_SUCH_HOST = "no such host"  # the reason that wire.py gives when the name system knows no such name
_ASKS_TO_WAIT = frozenset({429, 503, *range(300, 400)})


def judge(exchange: Exchange) -> Fate:
    """What an exchange means for its link; a 404, an unknown name, a bad certificate never mean that a post is gone."""
    fate = _FATES[exchange.outcome]
    if fate is Fate.DONE and exchange.status in RETRIED_STATUSES:
        return Fate.RETRY
    return Fate.LATER if is_unknown_name(exchange) else fate


def is_unknown_name(exchange: Exchange) -> bool:
    """Whether the name system said that there is no such name: what it also says where there is no network at all."""
    return exchange.outcome == "dns" and exchange.reason == _NO_SUCH_HOST


def find_wait(exchange: Exchange, now: float) -> float | None:
    """The seconds that an answer asks to wait (429, 503 and redirects may), or `None`; it holds for the whole lane."""
    if exchange.answer is None or exchange.status not in _ASKS_TO_WAIT:
        return None
    values = (value for name, value in exchange.answer.headers if name.lower() == "retry-after")
    return parse_retry_after(values, now)


@dataclass(slots=True, frozen=True)
class Failure:
    """What a link that could not be had is judged by, without the exchange and its file.

    `wait` is what the server asks to wait; `is_reached` tells whether there was a server to say anything.
    """

    fate: Fate
    outcome: Outcome
    reason: str
    wait: float | None
    is_reached: bool
    is_unknown_name: bool


def describe_failure(exchange: Exchange, now: float) -> Failure:
    """What an exchange that is no answer says: the status when the server gave one, else what went wrong."""
    said = f"status {exchange.status}" if exchange.outcome in ("ok", "too-large") else exchange.outcome
    return Failure(
        fate=judge(exchange),
        outcome=exchange.outcome,
        reason=f"{said}: {exchange.reason}" if exchange.reason else said,
        wait=find_wait(exchange, now),
        is_reached=exchange.size > 0,
        is_unknown_name=is_unknown_name(exchange),
    )


def _never() -> bool:
    return False


@dataclass(slots=True, frozen=True, kw_only=True)
class Retrying:
    """Asks for a link until it is answered, `attempts` are made, or the next wait would pass `seconds` in all.

    It stops before such a wait, not after it: the link waits in the queue instead, and others are served. The server's
    Retry-After is waited for, and up to a second more so that not all come back at once; else twice as long each time,
    at random, at most a minute. `clock` and `pick` (a random number between two) are handed in by tests.
    """

    attempts: int = 4
    seconds: float = 120.0
    clock: Clock = field(default_factory=SystemClock)
    pick: Callable[[float, float], float] = random.uniform

    async def run(
        self, fetch: Callable[[], Awaitable[Exchange]], *, gives_up: Callable[[], bool] = _never
    ) -> tuple[Exchange, ...]:
        """All exchanges that were made, in order. `gives_up` is asked before each wait: has the lane begun to rest?

        Raises only what `fetch` raises, such as the cancelling of its task.
        """
        begun = self.clock.now()
        made = [await fetch()]
        if not _is_to_retry(made[0]):  # as for most links: tenacity need not be set up
            return tuple(made)
        first = iter(made[:])

        async def ask() -> Exchange:
            if (exchange := next(first, None)) is None:
                exchange = await fetch()
                made.append(exchange)
            return exchange

        await tenacity.AsyncRetrying(
            retry=tenacity.retry_if_result(_is_to_retry),
            wait=self._choose_wait,
            stop=lambda state: (
                state.attempt_number >= self.attempts
                or self.clock.now() - begun + state.upcoming_sleep > self.seconds
                or gives_up()
            ),
            sleep=self.clock.sleep,
            retry_error_callback=_keep_last,
        )(ask)
        return tuple(made)

    def _choose_wait(self, state: tenacity.RetryCallState) -> float:
        own = self.pick(0.0, min(60.0, 2.0 ** (state.attempt_number - 1)))
        asked = find_wait(state.outcome.result(), self.clock.now()) if state.outcome else None
        return own if asked is None else asked + min(own, 1.0)


def _is_to_retry(exchange: Exchange) -> bool:
    return judge(exchange) is Fate.RETRY


def _keep_last(state: tenacity.RetryCallState) -> None:
    """The last exchange is a record like the others, not an exception."""
    del state
