"""How the time of an article and the memory of a run grow from 10^4 articles to 10^6: `python -m benchmarks.growth`.

One process of `amberpost find` over one Parquet file a size; the texts are the same ones again, the ids are not.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from .newstext import ARTICLE_SIZE
from .tables import write_table
from .timing import Run, median, run_child

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 3
MOST_TIME = 1.25
MOST_MEMORY = 1.25
_SMALL, _SMALL_RUNS = 10_000, 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=SIZES)
    parser.add_argument("--characters", type=int, default=ARTICLE_SIZE, help="of each article")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tables = {articles: Path(folder, f"{articles}.parquet") for articles in (1, *options.articles)}
        for articles, table in tables.items():
            write_table(table, articles, size=options.characters)
        runs = _measure(tables, options.rounds)
    return _show(runs)


def _measure(tables: dict[int, Path], rounds: int) -> dict[int, list[Run]]:
    """Runs of each size in turn, the small ones several times, so that a slow minute of the machine meets all."""
    runs: dict[int, list[Run]] = {articles: [] for articles in tables}
    for _ in range(rounds):
        for articles, table in tables.items():
            for _ in range(_SMALL_RUNS if articles <= _SMALL else 1):
                runs[articles].append(_find(table))
    return runs


def _find(table: Path) -> Run:
    command = shutil.which("amberpost") or str(Path(sys.executable).with_name("amberpost"))
    return run_child([command, "find", str(table), "--jobs", "1", "-q", "-o", str(table.with_suffix(".jsonl"))])


def _show(runs: dict[int, list[Run]]) -> int:
    """Print a table; 1 when an article takes longer in a larger run, or the memory grows, by more than is allowed."""
    start = median([run.cpu for run in runs.pop(1)])
    print(f"start and one article: {start:.2f} s of CPU, left out below")
    print("| articles | CPU µs/article | spread | wall s | peak memory MB |\n|---|---|---|---|---|")
    ends = list[tuple[float, float]]()
    for articles, some in runs.items():
        each = sorted((run.cpu - start) / articles * 1e6 for run in some)
        memory, wall = median([run.memory for run in some]) / 1e6, median([run.wall for run in some])
        print(f"| {articles:,} | {median(each):.1f} | {each[0]:.1f}–{each[-1]:.1f} | {wall:.1f} | {memory:.0f} |")
        ends.append((median(each), memory))
    time, memory = ends[-1][0] / ends[0][0], ends[-1][1] / ends[0][1]
    print(f"from the least to the most: time an article x{time:.2f}, memory x{memory:.2f}")
    return int(time > MOST_TIME or memory > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
