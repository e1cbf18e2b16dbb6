"""Finding on real pages, beside parsers that read each page whole and beside tweetfinder, in one run; and memory.

The pages are those of the folder that AMBERPOST_CORPUS names, else of `../shared/corpus`. tweetfinder wants an older
BeautifulSoup: AMBERPOST_TWEETFINDER names the interpreter of an environment of its own, in which it is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import TypeVar

from bs4 import BeautifulSoup

from amberpost import Article, find
from amberpost.finding.html import look_over
from amberpost.finding.html.scan import find_hits

from .timing import ROUNDS, Row, median, run_child

Page = TypeVar("Page", str, Article)

SOUP_WANTED = 40
TWEETFINDER_WANTED = 150
MEMORY_WANTED = 0.9  # memory with the pages once by memory with them five times
_TIMES_EACH = 5  # of what is quick, in each round
_TWEETFINDER = """
import logging, pathlib, sys, time
from tweetfinder import Article
logging.disable(logging.CRITICAL)
pages = [pathlib.Path(name.rstrip("\\n")).read_text("utf-8", "replace") for name in sys.stdin]
begin = time.process_time()
for page in pages:
    try:
        Article(html=page).list_embedded_tweets()
    except AttributeError:  # it stumbles over some pages
        pass
print(time.process_time() - begin)
"""
_FIND = """
import pathlib, sys
from amberpost import Article, find
for _ in range(int(sys.argv[2])):
    for path in pathlib.Path(sys.argv[1]).rglob("*.html"):
        find(Article(html=path.read_text("utf-8", "replace")))
"""


def measure_pages(*, every: int = 1, rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure all in turn on the same pages, in memory: seconds of CPU, turned into pages a second."""
    folder = locate_pages()
    paths = sorted(folder.rglob("*.html"))[::every] if folder else []
    if folder is None or not paths:
        yield Row("there is no corpus of pages: nothing is measured", "pages/s", (0.0,))
        return
    ways = dict(_find_ways(paths))
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (way, times) in ways.items():
            speeds[name].extend(len(paths) / way() for _ in range(times))
    for name, values in speeds.items():
        own = _BESIDE.get(name)
        ratio = median(speeds[own]) / median(values) if own else None
        yield Row(_NAMES[name], "pages/s", tuple(values), ratio, _WANTED.get(name))
    yield from _measure_memory(folder, rounds)


_NAMES = {
    "find": "find: all kinds but mentions",
    "markup": "what the markup shows, without the prose round it",
    "scan": "only the scan for what may be an embed",
    "soup": "find beside BeautifulSoup on lxml, parsing only",
    "selectolax": "find beside selectolax (lexbor), parsing only",
    "tweetfinder": "find beside tweetfinder",
    "bare": "find, what the pages cite cut out of them",
    "bare soup": "the same beside BeautifulSoup on lxml, parsing only",
}
_BESIDE = {"soup": "find", "selectolax": "find", "tweetfinder": "find", "bare soup": "bare"}
_WANTED = {"soup": SOUP_WANTED, "tweetfinder": TWEETFINDER_WANTED, "bare soup": SOUP_WANTED}


def locate_pages() -> Path | None:
    """The folder of pages, or None where there is none."""
    named = os.environ.get("AMBERPOST_CORPUS")
    corpus = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "corpus"
    return corpus / "pages" if (corpus / "pages").is_dir() else None


def locate_tweetfinder() -> str | None:
    """The interpreter that has tweetfinder."""
    named = os.environ.get("AMBERPOST_TWEETFINDER")
    return named or (sys.executable if find_spec("tweetfinder") else None)


def _find_ways(paths: Sequence[Path]) -> Iterator[tuple[str, tuple[Callable[[], float], int]]]:
    pages = [path.read_text("utf-8", "replace") for path in paths]
    articles = [Article(html=page) for page in pages]
    yield "find", (partial(_time, find, articles), _TIMES_EACH)
    yield "markup", (partial(_time, look_over, pages), _TIMES_EACH)
    yield "scan", (partial(_time, find_hits, pages), _TIMES_EACH)
    yield "soup", (partial(_time, partial(BeautifulSoup, features="lxml"), pages), 1)
    if find_spec("selectolax"):
        from selectolax.lexbor import LexborHTMLParser

        yield "selectolax", (partial(_time, LexborHTMLParser, pages), _TIMES_EACH)
    interpreter = locate_tweetfinder()
    if interpreter:
        yield "tweetfinder", (partial(_time_tweetfinder, interpreter, paths), 1)
    bare = [_cut_out(page) for page in pages]
    yield "bare", (partial(_time, find, [Article(html=page) for page in bare]), _TIMES_EACH)
    yield "bare soup", (partial(_time, partial(BeautifulSoup, features="lxml"), bare), 1)


def _cut_out(page: str) -> str:
    """A page without what it cites, as most pages come: nine in ten hold no post, but buttons, accounts and players."""
    while found := find(Article(html=page)):
        ends = [0, *(citation.end for citation in found)]
        starts = [*(citation.start for citation in found), len(page)]
        page = "".join(page[low:high] for low, high in zip(ends, starts, strict=True))
    return page


def _time(
    way: Callable[[str], object] | Callable[[Article], object], pages: Sequence[str] | Sequence[Article]
) -> float:
    begin = process_time()
    for page in pages:
        way(page)  # type: ignore[arg-type]
    return process_time() - begin


def _time_tweetfinder(interpreter: str, paths: Sequence[Path]) -> float:
    names = "".join(f"{path}\n" for path in paths)
    command = [interpreter, "-W", "ignore", "-c", _TWEETFINDER]
    return float(subprocess.run(command, input=names, capture_output=True, text=True, check=True).stdout)


def _measure_memory(folder: Path, rounds: int) -> Iterator[Row]:
    once, often = list[float](), list[float]()
    for _ in range(rounds):
        for values, times in ((once, 1), (often, 5)):
            values.append(run_child([sys.executable, "-c", _FIND, str(folder), str(times)]).memory / 1e6)
    yield Row("memory, each page once", "MB", tuple(once))
    flat = median(once) / median(often)
    yield Row("memory, each page five times, less beside more", "MB", tuple(often), flat, MEMORY_WANTED)
