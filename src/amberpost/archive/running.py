"""The run: lanes are worked side by side, each at its own pace, until nothing is due that is worth waiting for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from .asking import Asker
from .clock import StoppableClock, Stopped
from .politeness.breaker import HOSTS
from .politeness.pace import Pace
from .posts.learning import Learner
from .records import Link, Result
from .storing import StoreThread
from .turns import Turns

_SHARE = 50  # links that a lane takes from the queue at a time
_LANES_PER_CONNECTION = 10  # most lanes wait for their turn most of the time
_LANES_AT_FIRST = 2 * HOSTS
_READ_AT_ONCE = 20  # answers that tell of posts; the store has other things to do meanwhile
_JUDGED_AT_ONCE = 100  # citations
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
        self.stopped, self.links = "", 0
        self._storing = storing
        self._asker = asker
        self._pace = pace
        self._clock = clock
        self._limits = limits
        self._learner = learner
        self._patience = limits.wait
        self._active: dict[str, asyncio.Task[None]] = {}
        self._turns = Turns(storing)
        self._begun = self._judge_at = 0.0  # on the loop's clock
        self._is_trying = True
        self._is_judging_all = False
        self._failure: BaseException | None = None
        self._is_abandoned = False
        self._news = asyncio.Event()

    async def go(self) -> None:
        """Work until nothing is due, a limit is reached, the network is down, or `stop` is called.

        Raises what the store raises, once all that is under way has ended.
        """
        self._begun = asyncio.get_running_loop().time()
        timer = self._start_timer()
        try:
            while not (self._clock.is_stopped or self._has_enough):
                lane = await self._find_lane() if self._has_room else None
                if lane is not None:
                    self._pace.canary.untried.add(lane)
                    self._active[lane] = asyncio.create_task(self._work(lane), name=lane)
                elif await self._learn():
                    continue
                elif self._active:
                    await self._await_news()
                elif not await self._wait_for_work():
                    break
            while self._active:
                await self._await_news()
            while self._failure is None and not self._is_abandoned and await self._learn_rest():
                pass
        finally:
            if timer:
                timer.cancel()
            self._abandon()
            await asyncio.gather(*self._active.values(), return_exceptions=True)
        if self._failure:
            raise self._failure
        self.stopped = self.stopped or ("network seems down" if self._pace.canary.seems_down else "done")

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
    def _has_room(self) -> bool:
        """Whether another lane may be taken up: not while those that were may tell that the network is down."""
        return len(self._active) < self._most_lanes and not self._pace.canary.is_in_doubt(self._clock.now())

    @property
    def _most_lanes(self) -> int:
        """How many lanes are worked: few until somebody has answered, so that a dead network costs few links a try; as
        many more each second, so that the first hosts may be silent ones.
        """
        most = self._limits.connections * _LANES_PER_CONNECTION
        seconds = int(asyncio.get_running_loop().time() - self._begun)
        return most if self._network_works else min(most, _LANES_AT_FIRST * (1 + seconds))

    @property
    def _network_works(self) -> bool:
        return self._pace.canary.works(self._clock.now())

    async def _find_lane(self) -> str | None:
        is_new_first = not self._network_works
        return await self._turns.find_lane(self._clock.now, is_open=self._is_open, new_first=is_new_first)

    def _start_timer(self) -> asyncio.TimerHandle | None:
        if self._limits.seconds is None:
            return None
        return asyncio.get_running_loop().call_later(self._limits.seconds, self.stop, "max-time")

    def _is_open(self, lane: str, now: float) -> bool:
        """Whether a lane may be taken up: one that nobody works on, and that is not resting."""
        # Taken up before its turn is near enough to be waited for, a lane would only be laid down again, for ever.
        return lane not in self._active and not self._pace.is_resting(lane, now) and not self._is_far(lane, now)

    async def _learn(self) -> int:
        """Read a few of the answers that tell of posts: they may ask for more links. Once a second, judge citations:
        oftener, each answer would take a turn of the store of its own.
        """
        read = await self._storing.read_news(self._learner, _READ_AT_ONCE)
        now = asyncio.get_running_loop().time()
        if read or now < self._judge_at:
            return read
        judged = await self._storing.judge(_JUDGED_AT_ONCE)
        if judged < _JUDGED_AT_ONCE:
            self._judge_at = now + _LOOK_AGAIN
        return judged

    async def _learn_rest(self) -> int:
        """Read and judge what is left. Citations whose links were not asked are judged when the run has come to its end
        by itself: there may be very many, and who stops a run wants it to end, then too.
        """
        is_stopped = bool(self.stopped) or self._has_enough
        if is_stopped and self._is_judging_all:
            return 0
        read = await self._storing.read_news(self._learner, _READ_AT_ONCE)
        known = read or await self._storing.judge(_JUDGED_AT_ONCE)
        if known or is_stopped:
            return known
        self._is_judging_all = True
        return await self._storing.add_unjudged()

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
        self._pace.canary.untried.discard(task.get_name())
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
        """Tell of links for lanes that nobody works on, and of the first answer: it lets the other lanes in."""
        led_to = [*result.decision.requisites, *([result.decision.target] if result.decision.target else [])]
        if any(link.lane not in self._active for link in led_to) or self._is_trying:
            self._is_trying = not self._network_works
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
