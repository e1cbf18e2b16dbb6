"""Ctrl-C while links are fetched: once to finish what is in flight, twice to stop now, a third time to be gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Protocol

from .progress import STOPPING

_Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers


class Stoppable(Protocol):
    """What can be told to stop from a signal handler."""

    def stop(self, *, now: bool = False) -> None:
        """Begin nothing new; with `now`, also leave what is in flight."""


class Interrupts:
    """Inside it, SIGINT and SIGTERM stop a run in good order instead of breaking into it.

    `count` tells how often Ctrl-C was pressed, `terminated` whether SIGTERM came: whoever sends that waits only a few
    seconds before he kills, so it stops at once. Outside the main thread, which gets all signals, it does nothing.
    """

    def __init__(self, running: Stoppable, *, show: Callable[[], bool], quiet: bool) -> None:
        self._running = running
        self._show = show
        self._quiet = quiet
        self._before: list[tuple[signal.Signals, _Handler]] = []
        self.count = 0
        self.terminated = False

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._install(signal.SIGINT, self._interrupt)
            self._install(signal.SIGTERM, self._terminate)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)

    def _install(self, number: signal.Signals, handler: Callable[[int, FrameType | None], None]) -> None:
        """Take over a signal, unless whoever started us wants it ignored, as shells do for jobs in the background."""
        before = signal.getsignal(number)
        if before is not None and before is not signal.SIG_IGN:
            signal.signal(number, handler)
            self._before.append((number, before))

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.count += 1
        if self.count > 2:
            raise KeyboardInterrupt
        self._running.stop(now=self.count == 2)
        if self.count == 1 and not self._show() and not self._quiet:
            # Not by print: the handler may have broken into the middle of one.
            os.write(2, f"\namberpost: {STOPPING}\n".encode())

    def _terminate(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.terminated = True
        self._running.stop(now=True)
