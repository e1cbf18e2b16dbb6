"""The store on a thread of its own: the loop never waits for a disk, and answers that come together share one fsync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .posts.learning import Learner
from .records import LaneState, Link, NewLink, Result
from .store import Store

T = TypeVar("T")
_MOST_AT_ONCE = 100
_ALL = -1  # as SQLite has it


class StoreThread:
    """Calls a `Store` from asyncio, each call in turn on one thread, and commits results in groups.

    A result counts as stored when `record` returns: then it is in the WARC, synced, and in the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1, "amberpost-store")
        self._waiting: list[tuple[Result, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def next_lanes(self, after: str, now: float, limit: int, *, only_new: bool = False) -> list[str]:
        """See `Store.next_lanes`."""
        return await self._call(lambda: self._store.next_lanes(after, now, limit, only_new=only_new))

    async def claim(self, lane: str, now: float, limit: int) -> list[Link]:
        """See `Store.claim`."""
        return await self._call(lambda: self._store.claim(lane, now, limit))

    async def next_due(self, now: float) -> float | None:
        """See `Store.next_due`."""
        return await self._call(lambda: self._store.next_due(now))

    async def due_lanes(self, now: float) -> list[str]:
        """All lanes with a link that is due."""
        return await self.next_lanes("", now, _ALL)

    async def requeue(self, new: NewLink) -> Link | None:
        """Queue a link, again if it was settled before; `None` when it was forgotten on purpose."""
        return await self._call(lambda: _requeue(self._store, new))

    async def mark(self, link: int, reason: str) -> None:
        """See `Store.mark`."""
        await self._call(lambda: self._store.mark(link, reason))

    async def read_news(self, learner: Learner, limit: int) -> int:
        """See `Store.read_news`."""
        return await self._call(lambda: self._store.read_news(learner, limit))

    async def judge(self, limit: int) -> int:
        """See `Store.judge`."""
        return await self._call(lambda: self._store.judge(limit))

    async def add_unjudged(self) -> int:
        """See `Store.add_unjudged`."""
        return await self._call(self._store.add_unjudged)

    async def save_lanes(self, lanes: list[LaneState]) -> None:
        """See `Store.save_lanes`."""
        await self._call(lambda: self._store.save_lanes(lanes))

    async def save_lane(self, lane: LaneState) -> None:
        """See `Store.save_lane`."""
        await self._call(lambda: self._store.save_lane(lane))

    async def record(self, result: Result) -> None:
        """Store a result together with those that wait meanwhile; raises what the store raises."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((result, stored))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await stored

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:_MOST_AT_ONCE]
                del self._waiting[:_MOST_AT_ONCE]
                await self._commit([result for result, _ in batch], [stored for _, stored in batch])
        finally:
            self._flushing = None

    async def _commit(self, results: list[Result], stored: list[asyncio.Future[None]]) -> None:
        try:
            await self._call(lambda: self._store.record(results))
        except Exception as error:  # noqa: BLE001 - handed to each of those who wait, who raise it
            for future in stored:
                if not future.done():
                    future.set_exception(error)
        else:
            for future in stored:
                if not future.done():
                    future.set_result(None)

    async def _call(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def close(self) -> None:
        """Let what is under way be stored, then end the thread."""
        if self._flushing is not None:
            await self._flushing
        self._thread.shutdown()


def _requeue(store: Store, new: NewLink) -> Link | None:
    store.add_urls([new])
    store.requeue(new.url)
    return store.find_link(new.url)
