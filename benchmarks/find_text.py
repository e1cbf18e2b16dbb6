"""Finding in memory, one post cited in twenty articles, beside what only looks for `(@` in that text; and memory."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import process_time

from amberpost import find
from amberpost.models import Kind

from .newstext import CITED_EVERY, find_articles
from .timing import Row, find_rounds, median, run_child

ARTICLES = 10_000
COPIES = 3  # of the text in ripgrep's file, so that its start counts for less
WANTED = 0.3
MEMORY_WANTED = 0.9  # memory with few articles by memory with five times as many
EMBEDS_AND_LINKS: tuple[Kind, ...] = ("embed", "link")
_KINDS: tuple[tuple[str, tuple[Kind, ...], float | None], ...] = (
    ("embeds and links", EMBEDS_AND_LINKS, WANTED),
    ("embeds", ("embed",), None),
    ("embeds, links and credits", ("embed", "link", "credit"), None),
    ("and mentions", ("embed", "link", "credit", "mention"), None),
)
_RG, _HYPERSCAN, _READ = (
    "rg -cF '(@', from a file",
    "hyperscan, '(@' in each article, as bytes",
    "only reading the file",
)
_BLOCK = 1 << 16
_STREAM = """
import sys
from amberpost import find
from benchmarks.newstext import find_articles
for text in find_articles(int(sys.argv[1])):
    find(text)
"""

Way = Callable[[], float]


def measure_text(*, rounds: int, quick: bool, articles: int = ARTICLES) -> Iterator[Row]:
    """Measure each choice of kinds and each limit in turn, so that a slow minute of the machine meets all of them."""
    texts = list(find_articles(articles // 10 if quick else articles))
    uncited = [text for number, text in enumerate(texts, 1) if number % CITED_EVERY]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "articles.txt")
        file.write_text("\n\n".join(texts * COPIES), "utf-8")
        ways: dict[str, Way] = {f"find: {name}": partial(_time_find, texts, kinds) for name, kinds, _ in _KINDS}
        ways["find: embeds and links, articles that cite nothing"] = partial(_time_find, uncited, EMBEDS_AND_LINKS)
        ways |= _find_limits(file, texts)
        speeds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in find_rounds(rounds):
            for name, way in ways.items():
                speeds[name].append(way())
    yield from _make_rows({name: tuple(values) for name, values in speeds.items()})
    yield from _measure_memory(len(texts) // 5, rounds)


def _make_rows(speeds: dict[str, tuple[float, ...]]) -> Iterator[Row]:
    """A ratio to ripgrep where it is; what is not installed is said to be missing."""
    fastest = median(speeds[_RG]) if _RG in speeds else None
    wanted = {f"find: {name}": bound for name, _, bound in _KINDS}
    for name, values in speeds.items():
        ratio = median(values) / fastest if fastest and name in wanted else None
        yield Row(name, "MB/s", values, ratio, wanted.get(name))
    if fastest is None:
        yield Row("rg is not installed: no ratio", "MB/s")
    if _HYPERSCAN not in speeds:
        yield Row("hyperscan is not installed", "MB/s")


def _find_limits(file: Path, texts: Sequence[str]) -> Iterator[tuple[str, Way]]:
    rg = shutil.which("rg")
    if rg is not None:
        _time_ripgrep(rg, file)  # so that the file is in memory
        yield _RG, partial(_time_ripgrep, rg, file)
    if find_spec("hyperscan"):
        yield _HYPERSCAN, partial(_time_hyperscan, [text.encode() for text in texts])
    yield _READ, partial(_time_reading, file)


def _time_find(texts: Sequence[str], kinds: tuple[Kind, ...]) -> float:
    size = sum(len(text.encode()) for text in texts) / 1e6
    begin = process_time()
    for text in texts:
        find(text, kind=kinds)
    return size / (process_time() - begin)


def _time_ripgrep(rg: str, file: Path) -> float:
    return file.stat().st_size / 1e6 / run_child([rg, "-cF", "(@", str(file)]).cpu


def _time_hyperscan(texts: Sequence[bytes]) -> float:
    hyperscan = import_module("hyperscan")  # the bindings have no types
    database = hyperscan.Database()
    database.compile(expressions=[rb"\(@"], flags=[hyperscan.HS_FLAG_SINGLEMATCH])
    begin = process_time()
    for text in texts:
        database.scan(text, match_event_handler=None)
    return sum(map(len, texts)) / 1e6 / (process_time() - begin)


def _time_reading(file: Path) -> float:
    begin = process_time()
    with file.open("rb", buffering=0) as source:
        while source.read(_BLOCK):
            pass
    return file.stat().st_size / 1e6 / (process_time() - begin)


def _measure_memory(fewer: int, rounds: int) -> Iterator[Row]:
    """Articles that are made, searched and let go, in a process of its own."""
    few, many = list[float](), list[float]()
    for _ in find_rounds(min(rounds, 3)):
        for values, articles in ((few, fewer), (many, 5 * fewer)):
            values.append(run_child([sys.executable, "-c", _STREAM, str(articles)]).memory / 1e6)
    yield Row(f"memory, {fewer:,} articles one after the other", "MB", tuple(few))
    flat = median(few) / median(many)
    yield Row(f"memory, {5 * fewer:,} articles, less beside more", "MB", tuple(many), flat, MEMORY_WANTED)
