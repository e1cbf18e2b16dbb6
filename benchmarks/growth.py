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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=SIZES)
    parser.add_argument("--characters", type=int, default=ARTICLE_SIZE, help="of each article")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of the smaller sizes; the largest runs once")
    options = parser.parse_args()
    least = _measure(0, options.characters, options.rounds)
    begun, rows = median([run.cpu for run in least]), list[tuple[int, float, float]]()
    print("| articles | CPU µs/article, start left out | wall s | memory MB |\n|---|---|---|---|")
    for articles in options.articles:
        runs = _measure(articles, options.characters, 1 if articles == max(options.articles) else options.rounds)
        each = (median([run.cpu for run in runs]) - begun) / articles * 1e6
        memory = median([run.memory for run in runs]) / 1e6
        rows.append((articles, each, memory))
        print(f"| {articles:,} | {each:.1f} | {median([run.wall for run in runs]):.1f} | {memory:.0f} |", flush=True)
    time, memory = rows[-1][1] / rows[0][1], rows[-1][2] / rows[0][2]
    print(f"from {rows[0][0]:,} to {rows[-1][0]:,}: time an article x{time:.2f}, memory x{memory:.2f}")
    return int(time > MOST_TIME or memory > MOST_MEMORY)


def _measure(articles: int, characters: int, rounds: int) -> list[Run]:
    """Runs over a table of so many articles; of none, what a run costs before the first."""
    command = shutil.which("amberpost") or str(Path(sys.executable).with_name("amberpost"))
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "news.parquet")
        write_table(table, max(1, articles), size=characters)
        find = [command, "find", str(table), "--jobs", "1", "-q", "-o", str(Path(folder, "found.jsonl"))]
        run_child(find)
        return [run_child(find) for _ in range(rounds)]


if __name__ == "__main__":
    sys.exit(main())
