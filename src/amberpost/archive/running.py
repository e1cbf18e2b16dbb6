"""The run: lanes are worked side by side, each at its own pace, until nothing is due that is worth waiting for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from .asking import Asker
from .clock import StoppableClock, Stopped
from .learning import Learner
from .pace import Pace
from .records import Link, Result
from .storing import StoreThread

_SHARE = 50  # links that a lane takes from the queue at a time
_LANES_PER_CONNECTION = 10  # most lanes wait for their turn most of the time
_READ_AT_ONCE = 20  # answers that tell of posts; the store has other things to do meanwhile
_LOOK_AGAIN = 1.0  # seconds; then links that have become due are looked for, whatever is under way


@dataclass(slots=True, frozen=True, kw_only=True)
class Limits:
    """How far a run goes: links, seconds in all, seconds of waiting with nothing else to do, bytes of one answer."""

    links: int | None = None
    seconds: float | None = None
    wait: float = 120.0
    max_bytes: int = 32 * 1024 * 1024
    connections: int = 20


class Run:
    """One run over the queue. Everything it needs is handed in; it opens and closes nothing.

    A lane is worked by one task, in the order of its queue, until nothing in it is due; a result counts when it is
    stored. After `go`, `stopped` says why it ended and `links` how many were asked for.
    """

    def __init__(
        self,
        *,
        storing: StoreThread,
        asker: Asker,
        pace: Pace,
        clock: StoppableClock,
        limits: Limits,
        learner: Learner,
    ) -> None:
        self.stopped = ""
        self.links = 0
        self._storing = storing
        self._asker = asker
        self._pace = pace
        self._clock = clock
        self._limits = limits
        self._learner = learner
        self._patience = limits.wait
        self._active: dict[str, asyncio.Task[None]] = {}
        self._cursor = ""
        self._failure: BaseException | None = None
        self._is_abandoned = False
        self._news = asyncio.Event()

    async def go(self) -> None:
        """Work until nothing is due, a limit is reached, the network is down, or `stop` is called.

        Raises what the store raises, once all that is under way has ended.
        """
        timer = self._start_timer()
        try:
            while not (self._clock.is_stopped or self._has_enough):
                lane = await self._find_lane() if len(self._active) < self._most_lanes else None
                if lane is not None:
                    self._active[lane] = asyncio.create_task(self._work(lane), name=lane)
                elif await self._learn():
                    continue
                elif self._active:
                    await self._await_news()
                elif not await self._wait_for_work():
                    break
            while self._active:
                await self._await_news()
            while self._failure is None and not self._is_abandoned and await self._learn():
                pass
        finally:
            if timer:
                timer.cancel()
            self._abandon()
            await asyncio.gather(*self._active.values(), return_exceptions=True)
        if self._failure:
            raise self._failure
        self.stopped = self.stopped or "done"

    def stop(self, reason: str = "interrupted", *, now: bool = False) -> None:
        """Take nothing new; with `now`, also give up what is under way: it will be asked again."""
        self.stopped = self.stopped or reason
        self._clock.stop()
        if now:
            self._abandon()

    @property
    def _has_enough(self) -> bool:
        """Whether as many links are settled or under way as the run may ask for; those are finished."""
        return self._limits.links is not None and self.links >= self._limits.links

    @property
    def _most_lanes(self) -> int:
        return self._limits.connections * _LANES_PER_CONNECTION

    def _start_timer(self) -> asyncio.TimerHandle | None:
        if self._limits.seconds is None:
            return None
        return asyncio.get_running_loop().call_later(self._limits.seconds, self.stop, "max-time")

    async def _find_lane(self) -> str | None:
        """The next lane, in turn, with something due that nobody works on and that is not resting."""
        begun, has_wrapped = self._cursor, False
        while True:
            now = self._clock.now()
            lane = await self._storing.next_lane(self._cursor, now)
            if lane is None or (has_wrapped and lane > begun):
                if has_wrapped or not begun:
                    self._cursor = ""
                    return None
                self._cursor, has_wrapped = "", True
                continue
            self._cursor = lane
            # Taken up before its turn is near enough to be waited for, a lane would only be laid down again, for ever.
            if lane not in self._active and not self._pace.is_resting(lane, now) and not self._is_far(lane, now):
                return lane

    async def _learn(self) -> int:
        """Read a few of the answers that tell of posts: they may ask for more links."""
        return await self._storing.learn(self._learner, _READ_AT_ONCE)

    async def _await_news(self) -> None:
        """Wait until a lane ends, or one that nobody works on has got a link."""
        self._news.clear()
        news = asyncio.ensure_future(self._news.wait())
        tasks = list(self._active.values())
        await asyncio.wait([*tasks, news], return_when=asyncio.FIRST_COMPLETED, timeout=_LOOK_AGAIN)
        news.cancel()
        for task in tasks:
            if task.done():
                self._end_lane(task)

    def _end_lane(self, task: asyncio.Task[None]) -> None:
        self._active.pop(task.get_name(), None)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Stopped):
            self._failure = self._failure or error
            self.stop("failed")

    async def _wait_for_work(self) -> bool:
        """Sleep until something is due, if the run has the patience; False when the run is over."""
        now = self._clock.now()
        due = await self._storing.next_due(now)
        if due is None:
            return False
        waits = [self._pace.wait_seconds(lane, now) for lane in await self._storing.due_lanes(now)]
        seconds = max(min([*waits, *([due - now] if due > now else [])], default=0.0), 0.05)
        if seconds > self._patience:
            return False
        self._patience -= seconds
        try:
            await self._clock.sleep(seconds)
        except Stopped:
            return False
        return True

    def _abandon(self) -> None:
        self._is_abandoned = True
        for task in self._active.values():
            task.cancel()

    async def _work(self, lane: str) -> None:
        while not self._is_over(lane):
            links = await self._storing.claim(lane, self._clock.now(), _SHARE)
            if not links:
                return
            todo = iter(links)
            workers = self._pace.manners.find_connections(lane)
            await asyncio.gather(*(self._work_off(lane, todo) for _ in range(workers)))

    async def _work_off(self, lane: str, todo: Iterator[Link]) -> None:
        for link in todo:
            if self._is_over(lane):
                return
            self.links += 1
            result = await self._asker.settle(link)
            if result is None:
                self.links -= 1
                return
            self._look(result)

    def _look(self, result: Result) -> None:
        led_to = [*result.decision.requisites, *([result.decision.target] if result.decision.target else [])]
        if any(link.lane not in self._active for link in led_to):
            self._news.set()

    def _is_over(self, lane: str) -> bool:
        """Whether nothing more is asked for in a lane now: the run stops, or the lane rests for too long."""
        now = self._clock.now()
        if self._has_enough:
            self.stopped = self.stopped or "limit"
            return True
        if self._pace.canary.is_down(now):
            self.stop("network down")
        return self._clock.is_stopped or self._is_far(lane, now)

    def _is_far(self, lane: str, now: float) -> bool:
        """Whether the lane's turn comes later than the run has the patience to wait."""
        return self._pace.wait_seconds(lane, now) > self._limits.wait
