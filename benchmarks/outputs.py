"""A report and each kind of export of an archive with 10^5 posts, each in a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from .growth import find_command
from .invented import build_archive
from .timing import Row, Run, find_rounds, median, run_child

POSTS = 100_000
SUFFIXES = (".jsonl", ".csv", ".parquet", ".db")
_MOST_SECONDS = 60.0
_MOST_MEGABYTES = 500.0


def measure_outputs(*, rounds: int, quick: bool, posts: int = POSTS) -> Iterator[Row]:
    """Measure the report, whose bounds are for 10^5 posts whatever is measured, and the exports, in turn."""
    count = posts // 20 if quick else posts
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch, "archive")
        build_archive(archive, count)
        runs: dict[str, list[Run]] = {name: [] for name in ("report", *SUFFIXES)}
        for number in find_rounds(rounds):
            for name in runs:
                runs[name].append(run_child(_command(name, archive, Path(scratch, f"{number}{name}"))))
    seconds = {name: tuple(run.wall for run in some) for name, some in runs.items()}
    report, memory = seconds.pop("report"), tuple(run.memory / 1e6 for run in runs["report"])
    yield Row(f"report on {count:,} posts, 60 s beside it", "s", report, _MOST_SECONDS / median(report), 1.0)
    flat = _MOST_MEGABYTES / median(memory)
    yield Row(f"report on {count:,} posts: memory, 500 MB beside it", "MB", memory, flat, 1.0)
    for name, values in seconds.items():
        most = max(run.memory for run in runs[name]) / 1e6
        yield Row(f"export of {count:,} posts to {name} ({most:.0f} MB of memory)", "s", values)


def _command(name: str, archive: Path, out: Path) -> list[str]:
    if name == "report":
        return [*find_command(), "report", str(archive), "-o", str(out)]
    return [*find_command(), "export", str(archive), "-o", str(out), "-q"]
