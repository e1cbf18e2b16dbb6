"""Whose turn it is: the lanes with something due, one after the other, each as often as any other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from .storing import StoreThread

_LANES_AT_ONCE = 100  # that are looked for; one at a time, each would wait for the store


class Turns:
    """Goes round the lanes of a queue in the order of their names, which may grow meanwhile."""

    def __init__(self, storing: StoreThread) -> None:
        self._storing = storing
        self._cursor = ""
        self._ahead: deque[str] = deque()  # lanes behind the cursor that had work when they were looked for

    async def find_lane(self, now: Callable[[], float], *, is_open: Callable[[str, float], bool]) -> str | None:
        """The next lane with something due that is open to be worked; `None` when in a whole round there is none."""
        # What was found a while ago may have been joined by others since: the turn ends behind it.
        begun, has_wrapped = self._ahead[-1] if self._ahead else self._cursor, False
        while True:
            at = now()
            if not self._ahead:
                self._ahead.extend(await self._storing.next_lanes(self._cursor, at, _LANES_AT_ONCE))
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
