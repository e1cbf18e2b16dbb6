"""Whether a name that is not there says anything: only when the name system, asked for one that was there, knows it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from ..clock import Clock
from ..exchange.urlpolicy import parse_literal
from .breaker import SILENCE, Canary

_MOST_LOOKED_UP = 3


class Names:
    """Looks up hosts that answered in earlier runs, when others are not known: they are looked up, and not asked.

    A run in which only names are left that are gone hears nobody, and would take that for a dead network for ever.
    `lanes` are those of hosts that answered, the latest first; `knows` asks the name system for one. Done at most once
    a minute, and for nothing while some server has just answered.
    """

    def __init__(
        self, lanes: Sequence[str], *, knows: Callable[[str], Awaitable[bool]], canary: Canary, clock: Clock
    ) -> None:
        hosts = dict.fromkeys(lane.partition("/")[0] for lane in lanes)
        # An address is known without anybody being asked, so it proves nothing.
        self._hosts = [host for host in hosts if parse_literal(host) is None][:_MOST_LOOKED_UP]
        self._knows = knows
        self._canary = canary
        self._clock = clock
        self._lock = asyncio.Lock()
        self._checked_at: float | None = None

    async def check(self) -> None:
        """Tell the canary that the name system works, if it knows a host that answered before."""
        async with self._lock:
            now = self._clock.now()
            is_fresh = self._checked_at is not None and 0 <= now - self._checked_at < SILENCE
            if is_fresh or self._canary.knows_names(now):
                return
            for host in self._hosts:
                if await self._knows(host):
                    self._canary.hear_of(self._clock.now())
                    break
            self._checked_at = self._clock.now()
