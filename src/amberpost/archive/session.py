"""The runs of an open archive: what a run needs is put together, and another thread may stop the one that goes on."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from .asking import Asker, FindRefusal, Watch
from .clock import Clock, StoppableClock, SystemClock
from .exchange.fetching import Fetcher
from .exchange.lookups import Resolver
from .exchange.urlpolicy import Policy
from .keys import Keys
from .politeness.manners import Manners
from .politeness.names import Names
from .politeness.pace import Pace
from .politeness.robots import Robots
from .posts.learning import Learner, Wanted
from .running import Limits, Run
from .store import Store
from .storing import StoreThread
from .tallies import Summary, Tally


@dataclass(slots=True, frozen=True, kw_only=True)
class Network:
    """Where names and certificates come from: the world's, or those of a small internet on loopback."""

    resolver: Resolver | None = None
    ssl_context: ssl.SSLContext | None = None
    clock: Clock = field(default_factory=SystemClock)


@dataclass(slots=True, frozen=True, kw_only=True)
class Rules:
    """By which rules an archive asks: what its options say, made once for all of its runs."""

    policy: Policy
    find_refusal: FindRefusal
    manners: Manners
    user_agent: str
    network: Network
    robots: bool
    requisites: bool
    wanted: Wanted
    keys: Keys | None


class Session:
    """Runs over one store, one after the other."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store, self._rules = store, rules
        self._run: Run | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_now: bool | None = None  # what `stop` asked for before there was a run to hear it

    def run(self, limits: Limits, watch: Watch | None) -> Summary:
        """Ask for what is due, until nothing is left that is worth waiting for, and say how it went."""
        return _run_loop(self._go(limits, watch))

    def stop(self, *, now: bool = False) -> None:
        """End the run that goes on, from any thread; when none does, the next ends as soon as it begins."""
        run, loop = self._run, self._loop
        if run is not None and loop is not None:
            loop.call_soon_threadsafe(lambda: run.stop(now=now))
        else:
            self._stop_now = now

    def make_learner(self) -> Learner:
        """What reads the stored answers that tell of posts."""
        return Learner(self._store, find_refusal=self._rules.find_refusal, wanted=self._rules.wanted)

    def find_waiting(self) -> list[Tally]:
        """What waits, by lane and reason."""
        tallies = self._store.tallies_at(self._rules.network.clock.now())
        return [tally for tally in tallies if tally.state == "pending"]

    async def _go(self, limits: Limits, watch: Watch | None) -> Summary:
        clock = StoppableClock(self._rules.network.clock)
        begun = clock.now()
        pace = Pace(self._rules.manners, clock=clock)
        pace.restore(self._store.lanes(), begun)
        learner = self.make_learner()
        learner.reopen()
        storing = StoreThread(self._store)
        try:
            async with self._make_fetcher(limits) as fetcher:
                asker = self._make_asker(limits, watch, storing=storing, fetcher=fetcher, pace=pace, clock=clock)
                run = Run(storing=storing, asker=asker, pace=pace, clock=clock, limits=limits, learner=learner)
                self._run, self._loop = run, asyncio.get_running_loop()
                if self._stop_now is not None:
                    run.stop(now=self._stop_now)
                await run.go()
            await storing.save_lanes(list(pace.find_states(clock.now())))
        finally:
            self._run = self._loop = self._stop_now = None
            await storing.close()
        return self._sum_up(run, asker, clock.now() - begun)

    def _make_asker(
        self,
        limits: Limits,
        watch: Watch | None,
        *,
        storing: StoreThread,
        fetcher: Fetcher,
        pace: Pace,
        clock: StoppableClock,
    ) -> Asker:
        return Asker(
            storing=storing,
            fetcher=fetcher,
            pace=pace,
            names=Names(self._store.answered_lanes(), knows=fetcher.knows, canary=pace.canary, clock=clock),
            clock=clock,
            find_refusal=self._rules.find_refusal,
            wait=limits.wait,
            max_bytes=limits.max_bytes,
            connections=limits.connections,
            robots=Robots() if self._rules.robots else None,
            requisites=self._rules.requisites,
            keys=self._rules.keys,
            watch=watch,
        )

    def _make_fetcher(self, limits: Limits) -> Fetcher:
        return Fetcher(
            self._rules.policy,
            user_agent=self._rules.user_agent,
            resolver=self._rules.network.resolver,
            ssl_context=self._rules.network.ssl_context,
            connections=limits.connections,
            folder=self._store.folder,
        )

    def _sum_up(self, run: Run, asker: Asker, seconds: float) -> Summary:
        now = self._rules.network.clock.now()
        waiting = tuple(self.find_waiting())
        rested = min((tally.next_at for tally in waiting), default=0.0)
        due = self._store.next_due(now)
        return Summary(
            stopped=run.stopped,
            seconds=seconds,
            links=run.links,
            exchanges=asker.exchanges,
            bytes=asker.bytes,
            counts=self._store.counts(),
            waiting=waiting,
            next_due=None if due is None else max(due, rested),
        )


def _run_loop(run: Coroutine[None, None, Summary]) -> Summary:
    """Run to the end in an event loop of its own; where one is running already, as in notebooks, in another thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run)
    with ThreadPoolExecutor(1, "amberpost-run") as thread:
        return thread.submit(asyncio.run, run).result()
