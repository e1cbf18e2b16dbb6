"""Runs measured, and rows of a table made of them: medians of five, with their spread."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

ROUNDS = 5


@dataclass(slots=True, frozen=True)
class Run:
    """One child process: seconds on the wall, seconds of CPU with those of its own children, most memory in bytes."""

    wall: float
    cpu: float
    memory: int


@dataclass(slots=True, frozen=True)
class Row:
    """A line of the table: what was done, how fast (the median), from what to what, and a ratio with its bound."""

    name: str
    unit: str
    values: tuple[float, ...]
    ratio: float | None = None
    at_least: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def is_kept(self) -> bool:
        return self.ratio is None or self.at_least is None or self.ratio >= self.at_least

    def cells(self) -> tuple[str, ...]:
        spread = f"{min(self.values):,.0f}–{max(self.values):,.0f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}"
        wanted = "" if self.at_least is None else f"≥ {self.at_least}{'' if self.is_kept else ' (missed)'}"
        return self.name, f"{self.median:,.0f}", spread, self.unit, ratio, wanted


# A child's peak of memory begins at that of the process that forked it, so a small one has to stand between.
_LAUNCH = """
import os, sys, time
begin = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, 1, 0)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def run_child(command: Sequence[str]) -> Run:
    """Run a command, named by its full path, to its end, and measure it without what this process holds.

    >>> held = b"a" * 300_000_000
    >>> 1_000_000 < run_child([sys.executable, "-c", "pass"]).memory < 100_000_000
    True
    >>> run_child([sys.executable, "-c", "b'a' * 200_000_000"]).memory > 200_000_000
    True
    """
    launched = [sys.executable, "-S", "-c", _LAUNCH, *command]
    wall, cpu, memory, code = subprocess.run(launched, capture_output=True, text=True, check=True).stdout.split()
    if code != "0":
        raise RuntimeError(f"{command[0]} ended with {code}: run it by hand to see why")
    return Run(float(wall), float(cpu), int(memory) * (1 if sys.platform == "darwin" else 1024))


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
