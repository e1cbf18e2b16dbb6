"""`python -m benchmarks`: run them, print a table, and with `--write` put it into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from . import archive, find_text, folder, pages
from .clients import CONNECTIONS, LOAD
from .newstext import ARTICLE_SIZE, CITED_EVERY
from .timing import ROUNDS, Row

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_PACKAGES = {
    "text": ("amberpost", "pydantic"),
    "folder": ("amberpost", "pydantic"),
    "pages": ("amberpost", "pydantic", "beautifulsoup4", "lxml", "selectolax"),
    "archive": ("amberpost", "httpx", "httpcore", "aiohttp", "minet"),
}
_TOOLS = {"text": ("rg",), "folder": (), "pages": (), "archive": ("curl",)}
_NOTES = {
    "text": f"Invented news text, one post cited in {CITED_EVERY} articles, in memory: CPU time, {ARTICLE_SIZE:,} "
    "characters an article.",
    "folder": f"Invented news text, one post cited in {CITED_EVERY} articles, in files: time on the wall, start of the "
    f"interpreter included, {folder.FILE_SIZE:,} characters a file.",
    "pages": "Real pages as they come, each with a post in it, decoded and in memory: CPU time.",
    "archive": f"Pages of {LOAD.size:,} bytes that come {archive.DELAY} s after they are asked for, from {LOAD.hosts} "
    f"hosts of a server in a process of its own, over at most {CONNECTIONS} connections; time on the wall from the "
    "first request on. The archive asks each page over a connection of its own and stores it; the others keep their "
    "connections and store nothing.",
}
_HEAD = ("what", "median", "spread", "unit", "ratio", "wanted")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure Amberpost on invented news text, real pages and a small internet.",
    )
    parser.add_argument("part", nargs="?", choices=PARTS, help="only this one")
    parser.add_argument("--quick", action="store_true", help="a tenth of it, three rounds: to see that it runs")
    parser.add_argument("--write", action="store_true", help=f"write docs/{DOCUMENT.name}")
    options = parser.parse_args()
    tables = {part: list(PARTS[part](quick=options.quick)) for part in PARTS if options.part in (None, part)}
    sections = {
        part: f"## {part.capitalize()}\n\n{describe(part, quick=options.quick)}\n\n{format_table(rows)}"
        for part, rows in tables.items()
    }
    print(*sections.values(), sep="\n\n")
    if options.write:
        DOCUMENT.write_text(make_document(sections), "utf-8")
    return int(not all(row.is_kept for rows in tables.values() for row in rows))


def _rounds(*, quick: bool) -> int:
    return 3 if quick else ROUNDS


def measure_text(*, quick: bool) -> Iterator[Row]:
    share = 10 if quick else 1
    return find_text.measure_text(articles=find_text.ARTICLES // share, rounds=_rounds(quick=quick))


def measure_folder(*, quick: bool) -> Iterator[Row]:
    share = 10 if quick else 1
    return folder.measure_folder(files=folder.FILES // share, rounds=_rounds(quick=quick))


def measure_pages(*, quick: bool) -> Iterator[Row]:
    return pages.measure_pages(every=10 if quick else 1, rounds=_rounds(quick=quick))


def measure_archive(*, quick: bool) -> Iterator[Row]:
    yield from archive.measure_archive(seconds=1.5 if quick else archive.SECONDS)
    yield from archive.measure_queue(links=archive.LINKS // (10 if quick else 1))


PARTS: dict[str, Callable[..., Iterator[Row]]] = {
    "text": measure_text,
    "folder": measure_folder,
    "pages": measure_pages,
    "archive": measure_archive,
}


def make_document(sections: Mapping[str, str]) -> str:
    """The page with these sections, and of parts that were not measured what it says already."""
    old = DOCUMENT.read_text("utf-8").split("\n## ") if DOCUMENT.exists() else []
    kept = {part.partition("\n")[0].lower(): f"## {part}".strip() for part in old[1:]}
    parts = [(kept | dict(sections))[part] for part in PARTS if part in {*kept, *sections}]
    return "\n\n".join(["# Benchmarks", "Written by `python -m benchmarks --write`.", *parts]) + "\n"


def format_table(rows: Sequence[Row]) -> str:
    """A Markdown table whose columns also line up as plain text."""
    cells = [_HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def describe(part: str, *, quick: bool) -> str:
    """What was measured how, on what."""
    rounds = archive.ROUNDS if part == "archive" else _rounds(quick=quick)
    packages = [f"{name} {known}" for name in _PACKAGES[part] if (known := _find_version(name))]
    software = ", ".join([*packages, *map(_first_line, _TOOLS[part])])
    return (
        f"Medians of {rounds} interleaved rounds, with the least and the most. {_NOTES[part]} {_processor()}, "
        f"{os.cpu_count()} cores; Python {platform.python_version()}, {software}."
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
