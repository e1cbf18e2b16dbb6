"""Asking for one link: robots.txt, the lane's turn, the exchange with its retries, the decision, the store."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from ..models import ArchiveError
from .clock import StoppableClock, Stopped
from .decisions import decide, decide_permission, put_aside, put_off
from .disk.cited import make_link
from .exchange.fetching import Fetcher
from .keys import Keys
from .politeness.manners import find_lane
from .politeness.names import Names
from .politeness.pace import Pace
from .politeness.retries import Retrying, is_unknown_name
from .politeness.robots import Permission, Robots, fetch_robots, needs_robots
from .records import Decision, Exchange, Link, Result, Role
from .saving import Saver, Sending, wait_for_keys
from .storing import StoreThread
from .tallies import Event


class Resting(Exception):  # noqa: N818 - not an error: the link is put off
    """A lane is left alone for longer than the run waits; `seconds` is for how long."""

    def __init__(self, lane: str, seconds: float) -> None:
        super().__init__(lane)
        self.lane, self.seconds = lane, seconds


FindRefusal = Callable[[str], str | None]
Watch = Callable[[Event], None]
_LARGE = 64 * 1024  # bytes; larger pages are searched on a thread
_LOOK_AGAIN = 0.1  # seconds; then it may be known whether the network is down


class Asker:
    """Settles links one by one; all workers of a run share one.

    Every exchange that is made is stored, those of failed attempts and of robots.txt too. `watch` hears of each result
    once it is stored, on the event loop's thread.
    """

    def __init__(
        self,
        *,
        storing: StoreThread,
        fetcher: Fetcher,
        pace: Pace,
        names: Names,
        clock: StoppableClock,
        find_refusal: FindRefusal,
        wait: float,
        max_bytes: int,
        connections: int,
        robots: Robots | None = None,
        requisites: bool = False,
        keys: Keys | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.exchanges = 0
        self.bytes = 0
        self._storing = storing
        self._fetcher = fetcher
        self._pace = pace
        self._names = names
        self._clock = clock
        self._find_refusal = find_refusal
        self._wait = wait
        self._max_bytes = max_bytes
        self._connections = asyncio.Semaphore(connections)
        self._robots = robots
        self._requisites = requisites
        self._watch = watch
        self._retrying = Retrying(seconds=wait, clock=clock)
        self._saver = self._make_saver(keys) if keys else None

    def _make_saver(self, keys: Keys) -> Saver:
        async def keep(exchange: Exchange) -> None:
            await self._store_aside(exchange, "save")

        mark, pace, clock = self._storing.mark, self._pace, self._clock
        return Saver(keys, fetch=self._fetch, mark=mark, keep=keep, pace=pace, clock=clock)

    async def settle(self, link: Link) -> Result | None:
        """Ask for a link, decide, store; `None` when the run was stopped before anything was asked."""
        refusal = self._find_refusal(link.url)
        if refusal:
            return await self._store(link, (), Decision(state="refused", reason=refusal))
        try:
            if link.role == "save":
                return await self._save(link)
            permission = await self._find_permission(link)
            works = self._is_telling(is_name=permission.failure is not None and permission.failure.is_unknown_name)
            decision = decide_permission(link, permission, self._clock.now(), network_works=works)
            if decision is None:
                return await self._ask(link)
            # What was tried for its sake counts: else a host whose robots.txt cannot be had would never settle.
            tried = replace(link, attempts=link.attempts + (permission.state == "open"))
            return await self._store(tried, (), decision)
        except Stopped:
            return None
        except Resting as resting:
            return await self._store(link, (), put_off(link, resting.lane, self._clock.now() + resting.seconds))
        except (ArchiveError, OSError, sqlite3.Error):  # the store's, or the disk's: they concern all links
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of one link: the others are asked for all the same
            return await self._store(link, (), put_aside(link, error, self._clock.now()))

    def _is_telling(self, *, is_name: bool) -> bool:
        """Whether a failure tells of the link, and not of our network: of a name, where other names are known."""
        canary, now = self._pace.canary, self._clock.now()
        return canary.knows_names(now) if is_name else canary.works(now)

    async def _ask(self, link: Link) -> Result | None:
        made: list[Exchange] = []

        async def fetch() -> Exchange:
            made.append(await self._fetch(link.url, link.near))
            return made[-1]

        try:
            try:
                await self._retrying.run(fetch, gives_up=lambda: self._gives_up(link.lane))
            except (Stopped, Resting):
                if not made:
                    raise
            return await self._store(link, made, await self._decide(link, made))
        finally:
            for exchange in made:
                exchange.received.close()

    async def _save(self, link: Link) -> Result:
        if self._saver is None:
            return await self._store(link, (), wait_for_keys(link, self._clock.now()))
        made, decision = await self._saver.ask(link)
        try:
            return await self._store(link, made, decision)
        finally:
            for exchange in made:
                exchange.received.close()

    async def _fetch(self, url: str, near: int | None = None, sending: Sending | None = None) -> Exchange:
        """Ask once, when it is the lane's turn and a connection is free: a turn taken early would come too close to
        the next one, and who only waits for a connection has not begun. Once the network is down nobody is asked, nor
        while that is not known.
        """
        lane = find_lane(url)
        canary = self._pace.canary
        while True:
            while canary.is_in_doubt(self._clock.now()) and not canary.may_ask(lane, self._clock.now()):
                await self._clock.sleep(_LOOK_AGAIN)
            rest = self._pace.wait_seconds(lane, self._clock.now())
            if rest > self._wait:
                raise Resting(lane, rest)
            await self._pace.wait(lane)
            async with self._connections:
                now = self._clock.now()
                if self._clock.is_stopped or canary.is_down(now):
                    raise Stopped
                if self._pace.wait_seconds(lane, now) == 0 and canary.may_ask(lane, now):
                    return await self._take_turn(lane, url, near, sending)

    async def _take_turn(self, lane: str, url: str, near: int | None, sending: Sending | None) -> Exchange:
        self._pace.take(lane, self._clock.now())
        if sending is not None and sending.begin is not None:
            await sending.begin()
        keys, is_post = (sending.keys, sending.is_post) if sending else (None, False)
        canary = self._pace.canary
        canary.untried.discard(lane)
        canary.under_way += 1
        try:
            exchange = await self._fetcher.fetch(url, max_bytes=self._max_bytes, near=near, keys=keys, is_post=is_post)
            if is_unknown_name(exchange):
                await self._names.check()
        finally:
            canary.under_way -= 1
        now = self._clock.now()
        self._pace.note(lane, exchange, now)
        if rest := self._pace.find_rest(lane, now):
            await self._storing.save_lane(rest)
        return exchange

    def _gives_up(self, lane: str) -> bool:
        return self._clock.is_stopped or self._pace.wait_seconds(lane, self._clock.now()) > self._wait

    async def _decide(self, link: Link, made: Sequence[Exchange]) -> Decision:
        judge = partial(
            decide,
            link,
            made,
            self._clock.now(),
            find_refusal=self._find_refusal,
            with_requisites=self._requisites,
            network_works=self._is_telling(is_name=bool(made) and is_unknown_name(made[-1])),
        )
        if self._requisites and made[-1].size > _LARGE:
            return await asyncio.to_thread(judge)
        return judge()

    async def _find_permission(self, link: Link) -> Permission:
        """What robots.txt says of a link; it is asked for when that is not known."""
        if self._robots is None or not needs_robots(link.url, link.role):
            return Permission("allowed")
        permission = self._robots.find_permission(link.url, self._clock.now())
        if permission.state != "unknown":
            return permission
        made = await fetch_robots(link.url, self._fetch)
        try:
            self._robots.learn(link.url, made, self._clock.now())
            for exchange in made:
                await self._store_aside(exchange, "robots")
        finally:
            for exchange in made:
                exchange.received.close()
        return self._robots.find_permission(link.url, self._clock.now())

    async def _store_aside(self, exchange: Exchange, role: Role) -> None:
        """Store an answer that is needed now as a link that never waits: when it is needed again, it is asked again."""
        if not exchange.size:
            return
        link = await self._storing.requeue(make_link(exchange.url, find_refusal=self._find_refusal, role=role))
        if link is None:
            return
        decision = decide(link, (exchange,), self._clock.now(), find_refusal=self._find_refusal)
        state = "failed" if decision.state == "pending" else decision.state
        await self._store(link, (exchange,), replace(decision, state=state, target=None))

    async def _store(self, link: Link, made: Sequence[Exchange], decision: Decision) -> Result:
        result = Result(link=link, exchanges=tuple(made), decision=decision)
        await self._storing.record(result)
        self.exchanges += len(made)
        self.bytes += sum(exchange.size for exchange in made)
        if self._watch:
            self._watch(_describe(result))
        return result


def _describe(result: Result) -> Event:
    last = result.exchanges[-1] if result.exchanges else None
    return Event(
        url=result.link.url,
        lane=result.link.lane,
        role=result.link.role,
        state=result.decision.state,
        reason=result.decision.reason,
        outcome=last.outcome if last else None,
        status=last.status if last else None,
        seconds=last.seconds if last else 0.0,
        size=last.size if last else 0,
    )
