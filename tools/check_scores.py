"""Score `amberpost find` on a corpus of real articles, and fail when a figure is below its floor.

    python tools/check_scores.py            the scores, and what is below its floor; exit 1 when anything is
    python tools/check_scores.py --write    raise the floors to a little below what is reached; none is ever lowered

The corpus is the folder that AMBERPOST_CORPUS names, else `../shared/corpus`; its scorer is `../tools/score.py` beside
it. Without a corpus nothing is scored, which is said, and is no failure. The floors are in `tools/score_floors.json`:
`at_least` and, for figures that must stay low, `at_most`. Posts that are there but not among the corpus's known ones,
each read by hand, are in `tools/score_also.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOOLS = Path(__file__).resolve().parent
FLOORS = TOOLS / "score_floors.json"
ALSO = TOOLS / "score_also.jsonl"
COMMAND = shlex.join([sys.executable, "-c", "from amberpost.cli import main; main()", "find"])
SLACK = 0.002

Scores = dict[str, dict[str, float | None]]


class Bound(NamedTuple):
    """What one figure of one folder must be: at least `limit`, or at most."""

    folder: str
    figure: str
    limit: float
    at_most: bool = False


class Breach(NamedTuple):
    """A bound and the figure that breaks it; None when the scorer gave no such figure."""

    bound: Bound
    reached: float | None

    def __str__(self) -> str:
        wanted = "at most" if self.bound.at_most else "at least"
        return f"{self.bound.folder} {self.bound.figure}: {self.reached}, wanted {wanted} {self.bound.limit}"


def parse_bounds(text: str) -> list[Bound]:
    """Read the bounds out of JSON.

    >>> parse_bounds('{"at_least": {"text": {"recall": 0.9}}}')
    [Bound(folder='text', figure='recall', limit=0.9, at_most=False)]
    """
    return [
        Bound(folder, figure, limit, at_most=key == "at_most")
        for key, folders in json.loads(text).items()
        for folder, figures in folders.items()
        for figure, limit in figures.items()
    ]


def find_breaches(bounds: list[Bound], scores: Scores) -> Iterator[Breach]:
    """Yield each bound that does not hold; a figure that is missing holds no bound.

    >>> [str(breach) for breach in find_breaches([Bound("text", "recall", 0.9)], {"text": {"recall": 0.8}})]
    ['text recall: 0.8, wanted at least 0.9']
    """
    for bound in bounds:
        reached = scores.get(bound.folder, {}).get(bound.figure)
        if reached is None or (reached > bound.limit if bound.at_most else reached < bound.limit):
            yield Breach(bound, reached)


def raise_bound(bound: Bound, reached: float | None) -> Bound:
    """Move a floor up to a little below what is reached, and never down; a ceiling stays.

    >>> raise_bound(Bound("text", "recall", 0.9), 0.95).limit, raise_bound(Bound("text", "recall", 0.9), 0.8).limit
    (0.948, 0.9)
    """
    if bound.at_most or reached is None:
        return bound
    floor = reached if reached == 1 and bound.figure == "spans" else round(reached - SLACK, 4)
    return bound._replace(limit=max(bound.limit, floor))


def format_bounds(bounds: list[Bound]) -> str:
    """Write bounds as `parse_bounds` reads them.

    >>> parse_bounds(format_bounds([Bound("text", "recall", 0.9)]))[0].limit
    0.9
    """
    table: dict[str, dict[str, dict[str, float]]] = {}
    for bound in bounds:
        key = "at_most" if bound.at_most else "at_least"
        table.setdefault(key, {}).setdefault(bound.folder, {})[bound.figure] = bound.limit
    return json.dumps(table, indent=1) + "\n"


def locate_corpus() -> Path | None:
    """The corpus to score on, or None where none lies; one that is named must be there."""
    named = os.environ.get("AMBERPOST_CORPUS")
    corpus = Path(named) if named else TOOLS.parent.parent / "shared" / "corpus"
    if named and not corpus.is_dir():
        raise SystemExit(f"AMBERPOST_CORPUS names {named}, which is no folder: unset it, or name one")
    return corpus.resolve() if corpus.is_dir() else None


def measure_scores(corpus: Path) -> Scores:
    """Run the corpus's own scorer on the Amberpost of this interpreter."""
    scorer = corpus.parent / "tools" / "score.py"
    if not scorer.is_file():
        raise SystemExit(f"{scorer} is not there: the scorer lies in `tools` beside the corpus")
    arguments = ["--corpus", str(corpus), "--command", COMMAND, "--also", str(ALSO), "--json"]
    done = subprocess.run([sys.executable, str(scorer), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the scorer ended with {done.returncode}:\n{done.stderr}")
    scores: Scores = json.loads(done.stdout)
    return scores


def format_scores(scores: Scores, bounds: list[Bound]) -> str:
    """One line a folder that has bounds."""
    folders = dict.fromkeys(bound.folder for bound in bounds)
    shown = {name: "  ".join(f"{key} {value}" for key, value in scores.get(name, {}).items()) for name in folders}
    return "\n".join(f"{name:12} {figures}" for name, figures in shown.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="raise the floors to a little below what is reached")
    arguments = parser.parse_args()
    corpus = locate_corpus()
    if corpus is None:
        print("skipped: no corpus")
        return 0
    bounds, scores = parse_bounds(FLOORS.read_text("utf-8")), measure_scores(corpus)
    print(format_scores(scores, bounds))
    if arguments.write:
        raised = [raise_bound(bound, scores.get(bound.folder, {}).get(bound.figure)) for bound in bounds]
        FLOORS.write_text(format_bounds(raised), "utf-8", newline="\n")
    breaches = list(find_breaches(bounds, scores))
    for breach in breaches:
        print(f"below its floor: {breach}" if not breach.bound.at_most else f"above its ceiling: {breach}")
    return int(bool(breaches))


if __name__ == "__main__":
    sys.exit(main())
