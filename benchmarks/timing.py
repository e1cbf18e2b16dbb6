"""Runs measured, and rows of a table made of them: medians of five, with their spread."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ROUNDS = 5
MOST_SECONDS = 900.0  # of one child, and of the rounds of one part


@dataclass(slots=True, frozen=True)
class Run:
    """One child process: seconds on the wall, seconds of CPU with those of its own children, most memory in bytes."""

    wall: float
    cpu: float
    memory: int


@dataclass(slots=True, frozen=True)
class Row:
    """A line of the table: what was done, how fast (the median), from what to what, and a ratio with its bound.

    One without values was not measured; its name says why.

    >>> Row("reading", "s", (1.25, 1.0, 40.0), 0.5, 0.4).cells()
    ('reading', '1.25', '1.00–40.0', 's', '0.500', '≥ 0.4')
    >>> Row("rg is not installed", "MB/s").cells()
    ('rg is not installed', '', '', '', '', '')
    """

    name: str
    unit: str
    values: tuple[float, ...] = ()
    ratio: float | None = None
    at_least: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def is_kept(self) -> bool:
        return self.ratio is None or self.at_least is None or self.ratio >= self.at_least

    def cells(self) -> tuple[str, ...]:
        if not self.values:
            return self.name, "", "", "", "", ""
        spread = f"{_format(min(self.values))}–{_format(max(self.values))}" if len(self.values) > 1 else "once"
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}"
        wanted = "" if self.at_least is None else f"≥ {self.at_least:g}{'' if self.is_kept else ' (missed)'}"
        return self.name, _format(self.median), spread, self.unit, ratio, wanted


def _format(value: float) -> str:
    """Three digits at the least."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


# A child's peak of memory begins at that of the process that forked it, so a small one has to stand between.
_LAUNCH = """
import os, signal, sys, time
begin = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, 1, 0)])
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]))
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def run_child(command: Sequence[str], *, most_seconds: float = MOST_SECONDS) -> Run:
    """Run a command, named by its full path, to its end, and measure it without what this process holds.

    One that is not done after `most_seconds` is killed, and like one that fails raises `RuntimeError`.

    >>> held = b"a" * 300_000_000
    >>> 1_000_000 < run_child([sys.executable, "-c", "pass"]).memory < 100_000_000
    True
    >>> run_child([sys.executable, "-c", "b'a' * 200_000_000"]).memory > 200_000_000
    True
    """
    launched = [sys.executable, "-S", "-c", _LAUNCH, str(most_seconds), *command]
    wall, cpu, memory, code = subprocess.run(launched, capture_output=True, text=True, check=True).stdout.split()
    if code != "0":
        late = f", killed after {most_seconds:g} s" if float(wall) >= most_seconds else ""
        raise RuntimeError(f"{command[0]} ended with {code}{late}: run it by hand to see why")
    return Run(float(wall), float(cpu), int(memory) * (1 if sys.platform == "darwin" else 1024))


def find_rounds(rounds: int, *, most_seconds: float = MOST_SECONDS) -> Iterator[int]:
    """Number the rounds of a part: so many, or as many as begin within `most_seconds`, and one at the least.

    >>> list(find_rounds(3)), list(find_rounds(3, most_seconds=0))
    ([0, 1, 2], [0])
    """
    begin = time.perf_counter()
    for number in range(rounds):
        if number and time.perf_counter() - begin >= most_seconds:
            return
        yield number


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
