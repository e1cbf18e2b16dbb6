"""What a run of the archive shows while it goes on: links done, outcomes, the busiest hosts, the time that is left."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..models import Problem
from .exits import say
from .tables import count, describe_span, make_table
from .terminal import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

    from ..archive.tallies import Event

_WINDOW = 20.0  # seconds that rates are taken over: short enough to see a host slow down, long enough to be calm
_HOSTS = 5
_PER_SECOND = 4
_MEASURED = 3.0  # seconds between two countings of a queue that may hold millions

STOPPING = "finishing what is in flight; Ctrl-C again stops now"


class Rates:
    """Counts what happened lately, so that rates are those of now; one thread may note while another looks."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._lock = threading.Lock()
        self._lately: deque[tuple[float, str]] = deque()
        self._outcomes: Counter[str] = Counter()
        self._settled = 0

    def note(self, event: Event) -> None:
        """Take note of one link that was dealt with; one that has to wait again is not done.

        A robots.txt makes its host busy, but is no link that anybody asked for.
        """
        with self._lock:
            if event.role != "robots":
                self._settled += event.state != "pending"
                self._outcomes[event.outcome or ("refused" if event.state == "refused" else "not asked")] += 1
            self._lately.append((self._clock(), event.lane))
            self._forget()

    def look(self, *, lanes: int = 0) -> Look:
        """How things stand now; of the lanes only those that were busiest lately."""
        with self._lock:
            span = self._forget()
            busiest = Counter(lane for _, lane in self._lately).most_common(lanes)
            return Look(
                settled=self._settled,
                rate=len(self._lately) / span,
                outcomes=tuple(self._outcomes.most_common()),
                busiest=tuple((lane, number / span) for lane, number in busiest),
            )

    def _forget(self) -> float:
        """Drop what lies too far back, and return how many seconds the rest covers."""
        now = self._clock()
        while self._lately and self._lately[0][0] < now - _WINDOW:
            self._lately.popleft()
        return min(_WINDOW, max(now - self._begun, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A run at one moment: links settled so far, links a second, how often each outcome, and the busiest lanes."""

    settled: int
    rate: float
    outcomes: tuple[tuple[str, int], ...]
    busiest: tuple[tuple[str, float], ...]


class ArchiveDisplay:
    """Follows a run on standard error: progress on a terminal, with `verbose` a line for each link, else silence.

    `measure` tells how many links are left; it is asked now and then, from the thread that draws.
    """

    def __init__(self, *, quiet: bool, verbose: bool, measure: Callable[[], int | None] = lambda: None) -> None:
        self._quiet = quiet
        self._verbose = verbose and not quiet
        self._measure = measure
        self._measured_at = -math.inf
        self._left = 0
        self._live: Live | None = None
        self._stopping = False
        self.rates = Rates()
        self.problems = 0

    def __enter__(self) -> ArchiveDisplay:
        if sys.stderr.isatty() and not self._quiet:
            self._live = _new_live(self._render)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def watch(self, event: Event) -> None:
        """Take note of a link that was dealt with; called from wherever the run goes on."""
        self.rates.note(event)
        if self._verbose:
            words = [event.state, event.outcome or "", str(event.status or ""), event.url, event.reason]
            self.say(" ".join(word for word in words if word))

    def problem(self, problem: Problem) -> None:
        """Name something that could not be read."""
        self.problems += 1
        self.say(f"problem: {problem}")

    def name_problems(self, problems: Iterable[Problem], *, more: int) -> None:
        """Name what was kept of many, and say how many more there were, all of which count."""
        for problem in problems:
            self.problem(problem)
        if more:
            self.problems += more
            self.say(f"problem: {more:,} more like these, which are not named")

    def say(self, line: str) -> None:
        """Write a harmless line to standard error, above the progress when there is some."""
        if self._quiet:
            return
        if self._live is not None:
            self._live.console.print(printable(line), markup=False, highlight=False, emoji=False, soft_wrap=True)
        else:
            say(printable(line))

    def show_stopping(self) -> bool:
        """Let the progress say that the run is about to stop; False when there is no progress to say it."""
        self._stopping = True
        return self._live is not None

    def _render(self) -> RenderableType:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        look, left = self.rates.look(lanes=_HOSTS), self._count_left()
        total = look.settled + left
        span = f", {describe_span(left / look.rate)} left" if look.rate else ""
        parts = [
            f"{look.settled:,} of {count(total, 'link')}, {look.rate:,.1f}/s{span}",
            ", ".join(f"{number:,} {printable(name)}" for name, number in look.outcomes),
            STOPPING if self._stopping else "",
        ]
        bar = ProgressBar(total=max(total, 1), completed=look.settled, width=40)
        busiest = make_table(("busiest hosts", ""), [(lane, f"{rate:,.1f}/s") for lane, rate in look.busiest])
        return Group(bar, *(Text(part) for part in parts if part), busiest)

    def _count_left(self) -> int:
        """How many links are left: redirects add to them, so that it is asked anew every few seconds."""
        now = time.monotonic()
        if now - self._measured_at > _MEASURED:
            measured, self._measured_at = self._measure(), now
            self._left = self._left if measured is None else measured
        return self._left


def _new_live(render: Callable[[], RenderableType]) -> Live:
    from rich.live import Live

    return Live(console=new_console(), get_renderable=render, refresh_per_second=_PER_SECOND, transient=True)


def new_console() -> Console:
    """Where what is for people goes: standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)
