"""Runs measured, and rows of a table made of them: medians of five, with their spread."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

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


def run_child(command: Sequence[str], *, environment: dict[str, str] | None = None) -> Run:
    """Run a command to its end; exit code 1 is allowed, for it may mean "nothing found".

    >>> run_child([sys.executable, "-c", "pass"]).memory > 1_000_000
    True
    """
    begin = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    wall = perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {child.returncode}: run it by hand to see why")
    scale = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
