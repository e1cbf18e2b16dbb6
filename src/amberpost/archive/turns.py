"""Whose turn it is: the lanes with something due, one after the other, each as often as any other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from .storing import StoreThread

_PAUSE = 5.0  # seconds after a round without new hosts until the next: each is a look at every lane
_LANES_AT_ONCE = 100  # that are looked for; one at a time, each would wait for the store
IsOpen = Callable[[str, float], bool]


class Turns:
    """Goes round the lanes of a queue in the order of their names, which may grow meanwhile."""

    def __init__(self, storing: StoreThread) -> None:
        self._all, self._new = _Round(storing), _Round(storing, only_new=True)
        self._had_none_at: float | None = None

    async def find_lane(self, now: Callable[[], float], *, is_open: IsOpen, new_first: bool = False) -> str | None:
        """The next lane with something due that is open to be worked; `None` when in a whole round there is none.

        With `new_first`, hosts that were not asked yet come before all others: dead ones that are the first to be asked
        in each run would look like a dead network each time, and nobody behind them be asked.
        """
        lane = await self._find_new(now, is_open=is_open) if new_first else None
        return lane or await self._all.find_lane(now, is_open=is_open)

    async def _find_new(self, now: Callable[[], float], *, is_open: IsOpen) -> str | None:
        if self._had_none_at is not None and 0 <= now() - self._had_none_at < _PAUSE:
            return None
        lane = await self._new.find_lane(now, is_open=is_open)
        self._had_none_at = now() if lane is None else None
        return lane


class _Round:
    """One way round the lanes; with `only_new`, of those with a link that nobody was asked for yet."""

    def __init__(self, storing: StoreThread, *, only_new: bool = False) -> None:
        self._storing = storing
        self._only_new = only_new
        self._cursor = ""
        self._ahead: deque[str] = deque()  # lanes behind the cursor that had work when they were looked for

    async def find_lane(self, now: Callable[[], float], *, is_open: IsOpen) -> str | None:
        """The next lane of the round that is open, `None` when there is none."""
        # What was found a while ago may have been joined by others since: the turn ends behind it.
        begun, has_wrapped = self._ahead[-1] if self._ahead else self._cursor, False
        while True:
            at = now()
            if not self._ahead:
                self._ahead.extend(await self._look_ahead(at))
            lane = self._ahead.popleft() if self._ahead else None
            if lane is None or (has_wrapped and lane > begun):
                self._ahead.clear()
                if has_wrapped or not begun:
                    self._cursor = ""
                    return None
                self._cursor, has_wrapped = "", True
                continue
            self._cursor = lane
            if is_open(lane, at):
                return lane

    async def _look_ahead(self, at: float) -> list[str]:
        return await self._storing.next_lanes(self._cursor, at, _LANES_AT_ONCE, only_new=self._only_new)
