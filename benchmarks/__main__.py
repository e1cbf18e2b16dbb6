"""`python -m benchmarks`: run them, print a table, and with `--write` put it into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from . import find_text, folder
from .newstext import ARTICLE_SIZE, CITED_EVERY
from .timing import ROUNDS, Row

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_HEAD = ("what", "median", "spread", "unit", "ratio", "wanted")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure Amberpost on invented news text."
    )
    parser.add_argument("part", nargs="?", choices=("text", "folder"), help="only this one")
    parser.add_argument("--quick", action="store_true", help="a tenth of the text, three rounds: to see that it runs")
    parser.add_argument("--write", action="store_true", help=f"write docs/{DOCUMENT.name}")
    options = parser.parse_args()
    share, rounds = (10, 3) if options.quick else (1, ROUNDS)
    rows: list[Row] = []
    if options.part in (None, "text"):
        rows.extend(find_text.measure_text(articles=find_text.ARTICLES // share, rounds=rounds))
    if options.part in (None, "folder"):
        rows.extend(folder.measure_folder(files=folder.FILES // share, rounds=rounds))
    page = "\n\n".join([describe_machine(rounds), format_table(rows)])
    print(page)
    if options.write:
        DOCUMENT.write_text(f"# Benchmarks\n\nWritten by `python -m benchmarks --write`.\n\n{page}\n", "utf-8")
    return int(not all(row.is_kept for row in rows))


def format_table(rows: Sequence[Row]) -> str:
    """A Markdown table whose columns also line up as plain text."""
    cells = [_HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def describe_machine(rounds: int) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("amberpost", "pydantic"))
    return (
        f"Medians of {rounds} interleaved rounds, with the least and the most. Invented news text, one post cited in "
        f"{CITED_EVERY} articles. In memory: CPU time, {ARTICLE_SIZE:,} characters an article; in a folder: time on "
        f"the wall, start of the interpreter included, {folder.FILE_SIZE:,} characters a file. {_processor()}, "
        f"{os.cpu_count()} cores; Python {platform.python_version()}, {packages}, {_ripgrep()}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _ripgrep() -> str:
    rg = shutil.which("rg")
    if rg is None:
        return "no ripgrep"
    return subprocess.run([rg, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
