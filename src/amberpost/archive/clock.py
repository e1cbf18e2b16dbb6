"""The time of day and sleeping as something that can be handed in, so that no test has to wait."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the archive asks for the time: Unix seconds, because waits are kept across runs."""

    def now(self) -> float:
        """The time in Unix seconds."""

    async def sleep(self, seconds: float) -> None:
        """Let other work go on for so long."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> float:
        """The time in Unix seconds."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Sleep without holding up the event loop."""
        await asyncio.sleep(seconds)


class Stopped(Exception):  # noqa: N818 - not an error: it ends a wait
    """The run was asked to stop while something slept."""


class StoppableClock:
    """A clock whose sleepers wake, with `Stopped`, when the run is asked to stop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._event = asyncio.Event()

    def now(self) -> float:
        """The time in Unix seconds."""
        return self._clock.now()

    @property
    def is_stopped(self) -> bool:
        """Whether the run was asked to stop."""
        return self._event.is_set()

    def stop(self) -> None:
        """Wake all who sleep, and let nobody sleep again."""
        self._event.set()

    async def sleep(self, seconds: float) -> None:
        """Sleep, or raise `Stopped`."""
        if self.is_stopped:
            raise Stopped
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        waking = asyncio.ensure_future(self._event.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()
        if self.is_stopped:
            raise Stopped
