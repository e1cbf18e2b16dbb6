"""Finding in memory, one post cited in twenty articles, beside ripgrep counting lines with `(@` in the same text."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

from amberpost import find
from amberpost.models import Kind

from .newstext import CITED_EVERY, find_articles
from .timing import ROUNDS, Row, run_child

ARTICLES = 10_000
COPIES = 3  # of the text in ripgrep's file, so that its start counts for less
WANTED = 0.25
EMBEDS_AND_LINKS: tuple[Kind, ...] = ("embed", "link")
_KINDS: tuple[tuple[str, tuple[Kind, ...], float | None], ...] = (
    ("embeds and links", EMBEDS_AND_LINKS, WANTED),
    ("embeds", ("embed",), None),
    ("embeds, links and credits", ("embed", "link", "credit"), None),
    ("and mentions", ("embed", "link", "credit", "mention"), None),
)


def measure_text(*, articles: int = ARTICLES, rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure each choice of kinds and ripgrep in turn, so that a slow minute of the machine meets all of them."""
    texts = list(find_articles(articles))
    uncited = [text for number, text in enumerate(texts, 1) if number % CITED_EVERY]
    size, uncited_size = _size(texts), _size(uncited)
    speeds: dict[str, list[float]] = {name: [] for name, _, _ in _KINDS}
    rg, bare = list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "articles.txt")
        file.write_text("\n\n".join(texts * COPIES), "utf-8")
        for _ in range(rounds):
            for name, kinds, _ in _KINDS:
                speeds[name].append(size / _time(texts, kinds))
            bare.append(uncited_size / _time(uncited, EMBEDS_AND_LINKS))
            rg.extend(_time_ripgrep(file, size * COPIES))
    fastest = Row("rg -cF '(@', from a file", "MB/s", tuple(rg)) if rg else None
    for name, _, wanted in _KINDS:
        row = Row(f"find: {name}", "MB/s", tuple(speeds[name]))
        ratio = row.median / fastest.median if fastest else None
        yield Row(row.name, row.unit, row.values, ratio, wanted)
    yield Row("find: embeds and links, articles that cite nothing", "MB/s", tuple(bare))
    yield fastest or Row("rg is not installed: no ratio", "MB/s", (0.0,))


def _size(texts: Sequence[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


def _time(texts: Sequence[str], kinds: tuple[Kind, ...]) -> float:
    begin = process_time()
    for text in texts:
        find(text, kind=kinds)
    return process_time() - begin


def _time_ripgrep(file: Path, size: float) -> Iterator[float]:
    rg = shutil.which("rg")
    if rg is not None:
        run_child([rg, "-cF", "(@", str(file)])  # so that the file is in memory
        yield size / run_child([rg, "-cF", "(@", str(file)]).cpu
