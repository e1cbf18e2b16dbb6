"""The command over a folder of small files, beside only opening and reading them; two processes; memory."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .newstext import find_articles
from .timing import ROUNDS, Row, Run, median, run_child

FILES = 50_000
FEWER_FILES = 10_000
FILE_SIZE = 2_900
READING_WANTED = 0.7
PROCESSES_WANTED = 1.5
MEMORY_WANTED = 0.9  # memory with few files by memory with five times as many
_FOLDER_SIZE = 1000

_READ = """
import os, sys
for folder, folders, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            file.read()
"""
_FIND = "from amberpost.cli import main; main()"


def measure_folder(*, files: int = FILES, rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure reading, one process and two in turn, each a fresh interpreter, on the wall."""
    with tempfile.TemporaryDirectory() as scratch:
        many, few = Path(scratch, "many"), Path(scratch, "few")
        fewer = min(FEWER_FILES, files // 5)
        write_articles(many, files)
        write_articles(few, fewer)
        run_child([sys.executable, "-c", _READ, str(many)])  # so that the files are in memory
        reads, ones, twos, smalls = list[Run](), list[Run](), list[Run](), list[Run]()
        for _ in range(rounds):
            reads.append(run_child([sys.executable, "-c", _READ, str(many)]))
            ones.append(_run_find(many, Path(scratch), jobs=1))
            twos.append(_run_find(many, Path(scratch), jobs=2))
            smalls.append(_run_find(few, Path(scratch), jobs=1))
    read, one, two = _speed(reads, files), _speed(ones, files), _speed(twos, files)
    yield Row("only opening and reading", "files/s", read)
    yield Row("amberpost find --jobs 1", "files/s", one, median(one) / median(read), READING_WANTED)
    yield Row("amberpost find --jobs 2, beside --jobs 1", "files/s", two, median(two) / median(one), PROCESSES_WANTED)
    few_memory, many_memory = (tuple(run.memory / 1e6 for run in runs) for runs in (smalls, ones))
    yield Row(f"memory at {fewer:,} files", "MB", few_memory)
    flat = median(few_memory) / median(many_memory)
    yield Row(f"memory at {files:,} files, less beside more", "MB", many_memory, flat, MEMORY_WANTED)


def write_articles(folder: Path, count: int) -> None:
    """Write so many articles, a thousand in each folder."""
    for number, text in enumerate(find_articles(count, size=FILE_SIZE)):
        inside = folder / f"{number // _FOLDER_SIZE:03}"
        if number % _FOLDER_SIZE == 0:
            inside.mkdir(parents=True)
        (inside / f"{number:06}.txt").write_text(text, "utf-8")


def _run_find(folder: Path, scratch: Path, *, jobs: int) -> Run:
    output = str(scratch / "found.jsonl")
    return run_child([sys.executable, "-c", _FIND, "find", str(folder), "--jobs", str(jobs), "-q", "-o", output])


def _speed(runs: list[Run], files: int) -> tuple[float, ...]:
    return tuple(files / run.wall for run in runs)
