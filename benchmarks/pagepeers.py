"""Finding on real pages beside other people's tools that read the same pages, each in a process of its own.

AMBERPOST_PEERS names the interpreter of an environment in which they are installed (`pip install selectolax trafilatura
lxml_html_clean goose3 newspaper4k tweetfinder`), for some want older libraries; else it is the one that runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .pages import TWEETFINDER_WANTED
from .timing import Row, find_rounds, median

PAGES = 60  # the slowest do some ten a second
_MOST_SECONDS = 120.0  # of one tool in one round
_LEAST_SECONDS = 0.5  # of CPU, so that the quick ones are timed at all


@dataclass(slots=True, frozen=True)
class Peer:
    """A tool by the name of its package: what of its work is measured, and how it reads one `page`."""

    name: str
    does: str
    prepare: str
    read: str
    at_least: float | None = None


OURS = Peer("find", "", "from amberpost import Article, find", "find(Article(html=page))")
PEERS = (
    Peer(
        "selectolax",
        "parsing only",
        "from selectolax.lexbor import LexborHTMLParser",
        "LexborHTMLParser(page)",
    ),
    Peer("trafilatura", "its text only", "from trafilatura import extract", "extract(page)"),
    Peer(
        "goose3",
        "its tweets, among all that it extracts",
        "from goose3 import Goose; goose = Goose({'enable_image_fetching': False})",
        "goose.extract(raw_html=page).tweets",
    ),
    Peer(
        "newspaper4k",
        "its text, pictures left out",
        "from newspaper import Article",
        "article = Article('https://news.example/', fetch_images=False); article.download(page); article.parse()",
    ),
    Peer(
        "tweetfinder",
        "its embedded tweets",
        "from tweetfinder import Article",
        "Article(html=page).list_embedded_tweets()",
        TWEETFINDER_WANTED,
    ),
)
# Whatever a tool raises over a page, it has read the page; how often is said. What it loads late it loads before.
_SCRIPT = """
import logging, pathlib, sys, time
logging.disable(logging.CRITICAL)
pages = [pathlib.Path(name.rstrip("\\n")).read_text("utf-8", "replace") for name in sys.stdin]
{prepare}
def read(pages):
    failed = 0
    for page in pages:
        try:
            {read}
        except Exception:
            failed += 1
    return failed
read(pages[:5])
passes, begin = 0, time.process_time()
while passes == 0 or time.process_time() - begin < {least}:
    passes, failed = passes + 1, read(pages)
print((time.process_time() - begin) / passes, failed, file=sys.__stdout__)
"""
_VERSION = """
import importlib.metadata, sys
try:
    print(importlib.metadata.version(sys.argv[1]))
except importlib.metadata.PackageNotFoundError:
    print()
"""


def measure_page_peers(paths: Sequence[Path], *, rounds: int) -> Iterator[Row]:
    """Measure `find` and each tool that is installed on the same pages, in turn: seconds of CPU, as pages a second."""
    interpreter = os.environ.get("AMBERPOST_PEERS") or sys.executable
    chosen = _choose(paths)
    if not chosen:
        yield Row("there are no pages: nothing is measured", "pages/s")
        return
    versions = {peer.name: _find_version(interpreter, peer) for peer in PEERS}
    present = [peer for peer in PEERS if versions[peer.name]]
    times: dict[str, list[float]] = {peer.name: [] for peer in (OURS, *present)}
    failed: dict[str, int] = {}
    for _ in find_rounds(rounds):
        for peer in (OURS, *present):
            taken = _run(sys.executable if peer is OURS else interpreter, peer, chosen)
            if taken is not None:
                times[peer.name].append(len(chosen) / taken[0])
                failed[peer.name] = taken[1]
    yield Row(f"find, on {len(chosen)} pages", "pages/s", tuple(times["find"]))
    for peer in PEERS:
        yield _make_row(peer, versions[peer.name], times, failed.get(peer.name, 0))


def _choose(paths: Sequence[Path]) -> Sequence[Path]:
    """Some of them, spread over all."""
    return paths[:: max(1, len(paths) // PAGES)][:PAGES]


def _find_version(interpreter: str, peer: Peer) -> str:
    """The version that is installed there, or nothing."""
    command = [interpreter, "-c", _VERSION, peer.name]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.strip()


def _run(interpreter: str, peer: Peer, paths: Sequence[Path]) -> tuple[float, int] | None:
    """The seconds that a tool takes, and over how many pages it fails; `None` when it takes too long."""
    script = _SCRIPT.format(prepare=peer.prepare, read=peer.read, least=_LEAST_SECONDS)
    names = "".join(f"{path}\n" for path in paths)
    command = [interpreter, "-W", "ignore", "-c", script]
    try:
        done = subprocess.run(
            command, input=names, capture_output=True, encoding="utf-8", check=True, timeout=_MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return None
    seconds, failed = done.stdout.splitlines()[-1].split()
    return float(seconds), int(failed)


def _make_row(peer: Peer, version: str, times: dict[str, list[float]], failed: int) -> Row:
    if not version:
        return Row(f"{peer.name} is not installed", "pages/s")
    values = times[peer.name]
    if not values:
        return Row(f"{peer.name} was not done after {_MOST_SECONDS:.0f} s", "pages/s")
    fails = f"; it fails on {failed}" if failed else ""
    ratio = median(times["find"]) / median(values)
    return Row(
        f"find beside {peer.name} {version} ({peer.does}{fails})", "pages/s", tuple(values), ratio, peer.at_least
    )
