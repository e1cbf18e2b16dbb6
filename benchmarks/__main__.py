"""`python -m benchmarks`: run them, print each table, and with `--write` put it into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .parts import BY_NAME, PARTS, Part
from .timing import Row

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_HEAD = ("what", "median", "spread", "unit", "ratio", "wanted")
_OPENING = (
    "# Benchmarks",
    "Written by `python -m benchmarks --write`, each part by itself. Medians, with the least and the most. A ratio is "
    "of one run: of the row's figure to the one that it names, and more is better; where nothing is named, of what "
    "Amberpost does to what the row does. A row that says what is missing was not measured.",
)


def main() -> int:
    options = _parse_options()
    kept = True
    for part in PARTS:
        if not options.part or part.name in options.part:
            rounds = part.count_rounds(quick=options.quick)
            rows = list(part.measure(rounds=rounds, quick=options.quick))
            section = format_section(part, rows, quick=options.quick)
            print(section, end="\n\n", flush=True)
            if options.write:
                old = DOCUMENT.read_text("utf-8") if DOCUMENT.exists() else ""
                DOCUMENT.write_text(make_document(old, {part.name: section}), "utf-8")
            kept = kept and all(row.is_kept for row in rows)
    return int(not kept)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure Amberpost on invented news text, real pages and a small internet. Exit code 1: a ratio is "
        "below what is wanted.",
    )
    parser.add_argument("part", nargs="*", help=f"only these: {', '.join(BY_NAME)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of it or less, two rounds: to see that it runs")
    parser.add_argument("--write", action="store_true", help=f"write docs/{DOCUMENT.name}, after each part")
    options = parser.parse_args()
    strange = set(options.part) - set(BY_NAME)
    if strange:
        parser.error(f"no part is called {', '.join(sorted(strange))}: name some of {', '.join(BY_NAME)}, or none")
    return options


def make_document(old: str, sections: Mapping[str, str]) -> str:
    """The page with these sections, and of parts that were not measured what it says already.

    >>> old = "# Benchmarks\\n\\n## Text\\n\\nold\\n\\n## Gone\\n\\nold\\n"
    >>> [line for line in make_document(old, {"disk": "## Disk\\n\\nnew"}).splitlines() if line][-4:]
    ['## Text', 'old', '## Disk', 'new']
    """
    parts = old.split("\n## ")[1:]
    known = {part.partition("\n")[0].lower(): f"## {part}".strip() for part in parts} | dict(sections)
    return "\n\n".join([*_OPENING, *(known[name] for name in BY_NAME if name in known)]) + "\n"


def format_section(part: Part, rows: Sequence[Row], *, quick: bool = False) -> str:
    return f"## {part.name.capitalize()}\n\n{describe(part, quick=quick)}\n\n{format_table(rows)}"


def format_table(rows: Sequence[Row]) -> str:
    """A Markdown table whose columns also line up as plain text."""
    cells = [_HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def describe(part: Part, *, quick: bool) -> str:
    """What was measured how, on what machine, how busy it was, with which versions."""
    rounds = part.count_rounds(quick=quick)
    packages = [f"{name} {known}" for name in part.packages if (known := _find_version(name))]
    software = ", ".join([f"Python {platform.python_version()}", *packages, *map(_first_line, part.tools)])
    often = f"{rounds} interleaved rounds" if rounds > 1 else "One round"
    load = f"{os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else "unknown"
    hurried = " Measured in a hurry (`--quick`), on a tenth or less." if quick else ""
    return (
        f"{often.capitalize()}.{hurried} {part.note} {_processor()}, {os.cpu_count()} cores, load {load}; {software}."
    )


def _find_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _first_line(tool: str) -> str:
    """What a tool says of its version, its name and number only."""
    path = shutil.which(tool)
    if path is None:
        return f"no {tool}"
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    return " ".join(said.split()[:2])


if __name__ == "__main__":
    sys.exit(main())
