"""The parts of the book, in its order: what is measured by what, on what, and with which packages and tools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from . import archive, folder, pages
from .clients import CONNECTIONS, LOAD
from .containers import measure_containers
from .disk import measure_disk
from .find_text import measure_text
from .growth import measure_growth
from .newstext import ARTICLE_SIZE, CITED_EVERY
from .outputs import measure_outputs
from .pagepeers import measure_page_peers
from .spark import measure_spark
from .timing import ROUNDS, Row

_OURS = ("amberpost", "pydantic")
_SLOW = 3  # rounds of what takes minutes
_QUICK = 2


class Measure(Protocol):
    def __call__(self, *, rounds: int, quick: bool) -> Iterator[Row]: ...


@dataclass(slots=True, frozen=True, kw_only=True)
class Part:
    """One table of the book; `note` says what is measured on what, the rest which versions are worth telling."""

    name: str
    measure: Measure
    note: str
    packages: tuple[str, ...] = _OURS
    tools: tuple[str, ...] = ()
    rounds: int = ROUNDS

    def count_rounds(self, *, quick: bool) -> int:
        return min(_QUICK, self.rounds) if quick else self.rounds


def measure_folder(*, rounds: int, quick: bool) -> Iterator[Row]:
    return folder.measure_folder(files=folder.FILES // (10 if quick else 1), rounds=rounds)


def measure_pages(*, rounds: int, quick: bool) -> Iterator[Row]:
    return pages.measure_pages(every=10 if quick else 1, rounds=rounds)


def measure_peers(*, rounds: int, quick: bool) -> Iterator[Row]:
    found = pages.locate_pages()
    paths = sorted(found.rglob("*.html"))[:: 10 if quick else 1] if found else []
    return measure_page_peers(paths, rounds=rounds)


def measure_archive(*, rounds: int, quick: bool) -> Iterator[Row]:
    yield from archive.measure_archive(seconds=1.5 if quick else archive.SECONDS, rounds=rounds)
    yield from archive.measure_queue(links=archive.LINKS // (10 if quick else 1), rounds=rounds)


PARTS = (
    Part(
        name="text",
        measure=measure_text,
        note=f"Invented news text, one post cited in {CITED_EVERY} articles, in memory: CPU time, {ARTICLE_SIZE:,} "
        "characters an article. Ratios are to ripgrep.",
        packages=(*_OURS, "hyperscan"),
        tools=("rg",),
    ),
    Part(
        name="folder",
        measure=measure_folder,
        note=f"Invented news text, one post cited in {CITED_EVERY} articles, in files: time on the wall, start of the "
        f"interpreter included, {folder.FILE_SIZE:,} characters a file.",
    ),
    Part(
        name="containers",
        measure=measure_containers,
        note="The same pages in WARC and HTML files, invented news text as rows of JSONL and Parquet: reading in this "
        "process, CPU time, beside what the libraries do alone; then `amberpost find`, time on the wall, start of the "
        "interpreter included.",
        packages=(*_OURS, "FastWARC", "pyarrow"),
        rounds=_SLOW,
    ),
    Part(
        name="growth",
        measure=measure_growth,
        note=f"Invented news text in one Parquet file, {ARTICLE_SIZE:,} characters an article, one post cited in "
        f"{CITED_EVERY} articles; `amberpost find --jobs 1` to JSONL.",
        packages=(*_OURS, "pyarrow"),
        rounds=_SLOW,
    ),
    Part(
        name="pages",
        measure=measure_pages,
        note="Real pages as they come, each with a post in it, decoded and in memory: CPU time.",
        packages=(*_OURS, "beautifulsoup4", "lxml", "selectolax"),
    ),
    Part(
        name="peers",
        measure=measure_peers,
        note="A sample of the same pages, each tool in a process of its own, with its libraries loaded: CPU time. What "
        "a tool does is said beside it; none does all of the same work.",
        rounds=_SLOW,
    ),
    Part(
        name="spark",
        measure=measure_spark,
        note="Invented news text in one Parquet file: time on the wall, of one process with the start of the "
        "interpreter, of Spark in an open session.",
        packages=(*_OURS, "pyspark", "pyarrow"),
    ),
    Part(
        name="archive",
        measure=measure_archive,
        note=f"Pages of {LOAD.size:,} bytes that come {archive.DELAY} s after they are asked for, from {LOAD.hosts} "
        f"hosts of a server in a process of its own, over at most {CONNECTIONS} connections; time on the wall from the "
        "first request on. The archive asks each page over a connection of its own and stores it; the others keep "
        "their connections and store nothing.",
        packages=("amberpost", "httpx", "httpcore", "aiohttp", "minet"),
        tools=("curl",),
        rounds=archive.ROUNDS,
    ),
    Part(
        name="disk",
        measure=measure_disk,
        note="The whole folder of an archive, database, segments and index, divided by what was stored in it; "
        "each comes with the citation that leads to it.",
        packages=("amberpost",),
        rounds=1,
    ),
    Part(
        name="outputs",
        measure=measure_outputs,
        note="An archive whose every citation leads to a post, three quarters of them there; `amberpost report` and "
        "`amberpost export`: time on the wall, start of the interpreter included. Nothing is in its segments, so that "
        "a WACZ, which copies them, is left out.",
        packages=("amberpost", "pydantic", "jinja2", "matplotlib", "pyarrow"),
        rounds=_SLOW,
    ),
)
BY_NAME = {part.name: part for part in PARTS}
