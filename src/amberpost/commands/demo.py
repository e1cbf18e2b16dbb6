"""What `amberpost demo` does: find, archive, export, status and check, on sample articles and the small internet.

Everything goes through the public library, step by step as the commands do it, and each step says its command first.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from shutil import copyfile

import amberpost

from ..archive import Archive, CitedPost, Network
from ..archive.archive import open_reader
from ..archive.care.check import check
from ..archive.posts.citedrows import find_cited_posts
from ..archive.posts.planning import Wayback
from ..archive.records import Resolution
from ..archive.tallies import Event, Summary
from ..demo.internet import SmallInternet, run_internet
from ..models import Article, Citation, ReadError
from .exits import DONE, FAILED, end_safely
from .tables import count, describe_bytes
from .terminal import format_line, printable

_ARTICLES, _CITATIONS, _ARCHIVE, _POSTS = "articles", "citations.jsonl", "archive", "posts.jsonl"
_MARK = "made-by-amberpost-demo.txt"
_MARK_TEXT = "All in this folder was made by `amberpost demo`: articles, posts and archive are invented.\n"
SAMPLES = Path(__file__).parents[1] / "demo" / "articles"
_CONTACT = "you@example.org"
_HURRY = 50  # how many times as fast time passes
_WIDTH = 110
_PATIENCE = 120.0  # seconds that the demo waits for a link to be due, on its own clock

Say = Callable[[str], object]


def run_demo(folder: str | Path | None = None, *, articles: str | Path = SAMPLES, say: Say = print) -> int:
    """Show all of it without a network, and return the exit code: 0 when the archive is sound at the end.

    In a folder of its own that is gone afterwards, or in `folder`, which stays; with the articles that come with
    Amberpost, or those of another folder. `say` gets each line.
    """
    return end_safely(lambda: _run(folder, Path(articles), say))


def _run(folder: str | Path | None, articles: Path, say: Say) -> int:
    if folder is not None:
        check_room(folder)
    with tempfile.TemporaryDirectory(prefix="amberpost-") if folder is None else nullcontext(folder) as room:
        code = Tour(Path(room), say).show(articles)
    say("")
    if folder is None:
        say("All of it was in a temporary folder and is gone now; `amberpost demo FOLDER` keeps it.")
    else:
        say(f"All of it is in {printable(str(folder))}: the WARC files open in any reader of web archives.")
    return code


def check_room(folder: Path | str) -> None:
    """Raise a `ReadError` for a folder that is not an earlier tour's: real evidence must not mix with invented."""
    name, room = os.fspath(folder), Path(folder)
    if not name or ((room.exists() or room.is_symlink()) and not room.is_dir()):
        raise ReadError(f"{name!r}: is no folder: name one for the demo to make")
    if room.is_dir() and any(room.iterdir()) and not (room / _MARK).exists():
        raise ReadError(f"{name}: is a folder with other things in it: name one for the demo to make")


class HurriedClock:
    """A clock on which time flies: loopback needs no sparing, so nobody has to wait out the pauses between requests."""

    def __init__(self) -> None:
        self._begun = time.time()

    def now(self) -> float:
        """Unix seconds; those since the beginning count fifty times."""
        return self._begun + (time.time() - self._begun) * _HURRY

    async def sleep(self, seconds: float) -> None:
        """Wait for a fiftieth of that."""
        await asyncio.sleep(seconds / _HURRY)


class Tour:
    """The five steps, in one folder, with the names of things as a user who stands in that folder would type them."""

    def __init__(self, room: Path, say: Say) -> None:
        self.room = room
        self._say = say

    def show(self, samples: Path) -> int:
        """Take all steps and return the exit code."""
        self._say("Amberpost finds the posts that articles cite and keeps what they link to. This is all of it, on a")
        self._say("small internet that runs on this machine: nothing leaves it, and its answers are made up.")
        self._say(f"The commands are those that you would type in {printable(str(self.room))}.")
        self.room.mkdir(parents=True, exist_ok=True)
        (self.room / _MARK).write_text(_MARK_TEXT, encoding="utf-8")
        copy_articles(samples, self.room / _ARTICLES)
        found = self.show_find()
        with run_internet() as internet:
            self.show_archive(found, internet)
            self.show_recovery(internet)
        self.show_export()
        self.show_status()
        return self.show_check()

    def begin(self, number: int, title: str, command: str) -> None:
        """Say which step this is, and what a user would type."""
        self._say("")
        self._say(f"{number}. {title}")
        self._say(f"   $ {command}")

    def show_find(self) -> list[Citation]:
        """Find the citations of the articles and write them to a file."""
        self.begin(1, "Find the cited posts in the articles.", f"amberpost find {_ARTICLES} -o {_CITATIONS}")
        found = list(find_citations(self.room / _ARTICLES))
        amberpost.write(found, self.room / _CITATIONS)
        for citation in found:
            self._say(f"   {format_line(citation, width=_WIDTH)}")
        articles = len({citation.article for citation in found})
        self._say(f"   {count(len(found), 'citation')} in {count(articles, 'article')}.")
        return found

    def show_archive(self, found: Sequence[Citation], internet: SmallInternet) -> None:
        """Fetch what the citations link to, and show where each link led."""
        command = f"amberpost archive {_CITATIONS} --to {_ARCHIVE} --contact {_CONTACT}"
        self.begin(2, "Fetch what they link to, hop by hop, and what services tell of the posts.", command)
        with open_archive(self.room / _ARCHIVE, internet) as archive:
            archive.add(found)
            summary = archive.run(watch=self.show_event)
            self._say(f"   {describe_summary(summary)}")
            self._say("   So this is where each link of a citation led, and what was answered on the way:")
            for url in dict.fromkeys(link for citation in found for link in citation.links):
                resolution = archive.resolve(url)
                assert resolution is not None
                self._say(f"   {describe_resolution(resolution)}")

    def show_recovery(self, internet: SmallInternet) -> None:
        """Look for old copies of the posts that are gone."""
        command = f"amberpost archive --to {_ARCHIVE} --wayback recover --contact {_CONTACT}"
        self.begin(3, "Look for old copies of the posts that nobody tells of now.", command)
        with open_archive(self.room / _ARCHIVE, internet, wayback="recover") as archive:
            summary = archive.run(watch=self.show_event)
        self._say(f"   {describe_summary(summary)}")

    def show_export(self) -> None:
        """Show, for each citation, what became of its post, and whether it is the one that was cited."""
        self.begin(4, "See whether each post is the one that was cited.", f"amberpost export {_ARCHIVE} -o {_POSTS}")
        amberpost.export(self.room / _ARCHIVE, self.room / _POSTS)
        with open_reader(self.room / _ARCHIVE) as reader:
            for row in find_cited_posts(reader):
                self._say(f"   {describe_post(row)}")

    def show_event(self, event: Event) -> None:
        """Say what became of one link, as it happens."""
        status = "" if event.status is None else f" {event.status}"
        self._say(f"   {event.state:8} {event.outcome}{status}  {printable(event.url)}")

    def show_status(self) -> None:
        """Show how the links stand, by host: what is waiting, and why."""
        self.begin(5, "See what is kept and what still waits, and why.", f"amberpost status {_ARCHIVE}")
        with open_reader(self.room / _ARCHIVE) as reader:
            for tally in reader.tallies():
                why = f": {printable(tally.reason)}" if tally.reason else ""
                self._say(f"   {tally.lane:28} {tally.state:9} {count(tally.links, 'link')}{why}")

    def show_check(self) -> int:
        """Check every byte of the archive, and return the exit code."""
        self.begin(6, "Check every byte that was stored.", f"amberpost check {_ARCHIVE}")
        problems = list(check(self.room / _ARCHIVE))
        for problem in problems:
            self._say(f"   {printable(str(problem))}")
        self._say(f"   {count(len(problems), 'problem')}." if problems else "   All is as it was stored.")
        return FAILED if problems else DONE


def copy_articles(samples: Path, folder: Path) -> None:
    """Put the sample articles where a user would have theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    for sample in sorted(samples.glob("*.txt")):
        copyfile(sample, folder / sample.name)


def find_citations(articles: Path) -> Iterator[Citation]:
    """Find what the articles of a folder cite; an article that cannot be read is an error here, it is ours."""
    for article in amberpost.read(articles):
        if not isinstance(article, Article):
            raise ReadError(str(article))
        yield from amberpost.find(article)


def open_archive(folder: Path, internet: SmallInternet, *, wayback: Wayback = "off") -> Archive:
    """An archive whose network is the small internet, which lies on loopback and need not be spared."""
    network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=HurriedClock())
    return Archive(folder, contact=_CONTACT, allow_private=True, max_wait=_PATIENCE, wayback=wayback, network=network)


def describe_post(row: CitedPost) -> str:
    """One line on a citation: whose, what became of the post, the verdict, and who told."""
    who = f"@{printable(row.handle)}" if row.handle else "-"
    told = f"told by {row.known_source}" if row.known_source else "told by nobody"
    return f"{who:18} {row.verdict or 'not judged':14} {row.outcome or '-':12} {told}"


def describe_resolution(resolution: Resolution) -> str:
    """One line on a chain of redirects: the printed link, what was answered on the way, and where it ends."""
    statuses = " > ".join(str(hop.status or "-") for hop in resolution.hops)
    end = printable(resolution.final_url)
    why = f" ({resolution.state}: {printable(resolution.reason)})" if resolution.state != "captured" else ""
    return f"{printable(resolution.url):36} {statuses:15} {end}{why}"


def describe_summary(summary: Summary) -> str:
    """One line on what a run did."""
    done = f"{count(summary.exchanges, 'exchange')}, {describe_bytes(summary.bytes)}"
    waiting = sum(tally.links for tally in summary.waiting)
    rest = f"; {count(waiting, 'link')} still {'waits' if waiting == 1 else 'wait'}" if waiting else ""
    return f"{done}, every one of them stored{rest}."
