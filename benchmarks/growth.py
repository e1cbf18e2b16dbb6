"""How the time of an article and the memory of a run grow from 10^4 articles to 10^6.

One process of `amberpost find` over one Parquet file a size; the texts are the same ones again, the ids are not.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from .newstext import ARTICLE_SIZE
from .tables import write_table
from .timing import Row, Run, find_rounds, median, run_child

SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (2_000, 10_000)
MOST_GROWTH = 1.25  # of an article's time, and of memory, from the least articles to the most
_SMALL, _SMALL_RUNS = 10_000, 5


def measure_growth(
    *, rounds: int, quick: bool, sizes: Sequence[int] | None = None, characters: int = ARTICLE_SIZE
) -> Iterator[Row]:
    """Measure each size in turn; what the start of the program costs is taken off."""
    chosen = sizes or (QUICK_SIZES if quick else SIZES)
    with tempfile.TemporaryDirectory() as folder:
        tables = {articles: Path(folder, f"{articles}.parquet") for articles in (1, *chosen)}
        for articles, table in tables.items():
            write_table(table, articles, size=characters)
        runs = _measure(tables, rounds)
    yield from _make_rows(runs)


def _measure(tables: dict[int, Path], rounds: int) -> dict[int, list[Run]]:
    """Runs of each size in turn, the small ones several times, so that a slow minute of the machine meets all."""
    runs: dict[int, list[Run]] = {articles: [] for articles in tables}
    for _ in find_rounds(rounds):
        for articles, table in tables.items():
            for _ in range(_SMALL_RUNS if articles <= _SMALL else 1):
                runs[articles].append(run_child(_command(table)))
    return runs


def _command(table: Path) -> list[str]:
    return [*find_command(), "find", str(table), "--jobs", "1", "-q", "-o", str(table.with_suffix(".jsonl"))]


def find_command() -> list[str]:
    """The program `amberpost` of this environment, by its full path."""
    return [shutil.which("amberpost") or str(Path(sys.executable).with_name("amberpost"))]


def _make_rows(runs: dict[int, list[Run]]) -> Iterator[Row]:
    """Two rows a size; the ratio is the least run's figure beside the most's, so that 1 means that nothing grows."""
    start = median([run.cpu for run in runs[1]])
    yield Row("start, and one article", "s of CPU", tuple(run.cpu for run in runs[1]))
    sizes = sorted(set(runs) - {1})
    times = {size: tuple((run.cpu - start) / size * 1e6 for run in runs[size]) for size in sizes}
    memory = {size: tuple(run.memory / 1e6 for run in runs[size]) for size in sizes}
    for size in sizes:
        walls = median([run.wall for run in runs[size]])
        name = f"an article of {size:,}, start left out (the run: {walls:.1f} s on the wall)"
        yield _make_row(name, "µs of CPU", times, size)
    for size in sizes:
        yield _make_row(f"memory at {size:,} articles", "MB", memory, size)


def _make_row(name: str, unit: str, values: dict[int, tuple[float, ...]], size: int) -> Row:
    least, most = min(values), max(values)
    if size != most:
        return Row(name, unit, values[size])
    flat = median(values[least]) / median(values[most])
    return Row(f"{name}; {least:,} beside it", unit, values[size], flat, 1 / MOST_GROWTH)
