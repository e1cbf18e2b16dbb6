"""The archive as a library: open a folder, add what was cited, run, ask what is known."""

from __future__ import annotations

import asyncio
import os
import platform
import reprlib
import ssl
from collections.abc import Collection, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from .. import __version__
from ..models import ArchiveError, Citation, Record
from .asking import Asker, Watch
from .borrowing import Borrower, Taken, find_warcs
from .clock import Clock, StoppableClock, SystemClock
from .disk.cited import make_link, read_cited
from .disk.database import advising
from .disk.folder import check_name
from .disk.reading import Reader
from .exchange.fetching import MAX_BYTES, Fetcher
from .exchange.lookups import Resolver
from .exchange.urlpolicy import Policy
from .keys import read_keys
from .options import check_options
from .politeness.manners import Manners
from .politeness.pace import Pace
from .politeness.robots import Robots
from .politeness.shards import WHOLE, Shard, refuse_either
from .posts.citedpost import CitedPost
from .posts.citedrows import find_cited_posts
from .posts.learning import Learner, Media, Wanted
from .posts.planning import Wayback, check_timegates
from .records import About, Added, Capture, CitedLinks, Counts, Resolution, Summary, Tally
from .running import Limits, Run
from .store import Store
from .storing import StoreThread

_READ_AT_ONCE = 500


@dataclass(slots=True, frozen=True, kw_only=True)
class Network:
    """Where names and certificates come from: the world's, or those of a small internet on loopback."""

    resolver: Resolver | None = None
    ssl_context: ssl.SSLContext | None = None
    clock: Clock = field(default_factory=SystemClock)


class Archive:
    """A folder that keeps what links led to: open it, add citations, run, and ask.

    One process at a time works on an archive; another gets `ArchiveBusy`. What was stored stays stored, whatever ends
    the process. Nothing but `run` touches a network. The keywords are the options of `amberpost archive`; `contact`
    defaults to AMBERPOST_CONTACT. Raises `ArchiveError`, with advice, for a folder or a rate that cannot be.

    >>> import tempfile
    >>> with Archive(tempfile.mkdtemp()) as archive:
    ...     archive.add([{"id": "7a01", "links": ["https://t.co/02OQCDI90m"]}]).links
    ...     archive.resolve("https://t.co/02OQCDI90m").state
    1
    'pending'
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        contact: str | None = None,
        allow_private: bool = False,
        ports: Collection[int] = (),
        robots: bool = True,
        requisites: bool = False,
        rate: float | None = None,
        connections: int = 20,
        max_bytes: int = MAX_BYTES,
        max_wait: float = 120.0,
        wayback: Wayback = "off",
        timegates: Iterable[str] = (),
        media: Media = "none",
        save_page_now: bool = False,
        shard: Shard = WHOLE,
        network: Network | None = None,
    ) -> None:
        check_options(
            contact=contact,
            allow_private=allow_private,
            ports=ports,
            robots=robots,
            requisites=requisites,
            rate=rate,
            connections=connections,
            max_bytes=max_bytes,
            max_wait=max_wait,
            wayback=wayback,
            media=media,
            save_page_now=save_page_now,
            shard=shard,
        )
        contact = contact or os.environ.get("AMBERPOST_CONTACT")
        self.manners = Manners(contact=contact, rate=rate, shards=shard.of)
        self._policy = Policy(ports=frozenset({80, 443, *ports}), allow_private=allow_private)
        self._shard = shard
        self._find_refusal = refuse_either(self._policy.find_refusal, shard.find_refusal)
        self._network = network or Network()
        self._robots = robots
        self._requisites = requisites
        checked = check_timegates(timegates, find_refusal=self._policy.find_refusal)
        self._wanted = Wanted(wayback=wayback, timegates=checked, media=media, save=save_page_now)
        self._keys = read_keys() if save_page_now else None
        self._limits = Limits(wait=max_wait, max_bytes=max_bytes, connections=connections)
        self._run: Run | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_now: bool | None = None  # what `stop` asked for before there was a run to hear it
        self._user_agent = make_user_agent(self.manners.contact)
        about = About(
            software=f"amberpost/{__version__} (Python {platform.python_version()})",
            user_agent=self._user_agent,
            contact=self.manners.contact,
            robots=robots,
            allow_private=allow_private,
        )
        check_name(folder)
        self.store = Store.open(Path(folder), about=about)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Bring the index up to date, and let others work on the archive; whoever asks it then gets ArchiveError."""
        self.store.close()

    def add(self, citations: Iterable[Citation | Mapping[str, object]]) -> Added:
        """Queue the links of citations, or of anyone's rows with `links`, `permalink` or `url`; each URL once.

        What the policy forbids is kept as `refused`, with the reason. Memory stays flat, however many there are.
        """
        if isinstance(citations, str | Mapping | Record):
            raise TypeError(f"citations is one {_describe(citations)}: give a list; add_urls takes URLs")
        return self.store.add_citations(map(self._read_cited, citations))

    def _read_cited(self, row: Citation | Mapping[str, object]) -> CitedLinks:
        fields = row.model_dump(mode="json") if isinstance(row, Citation) else row
        if not isinstance(fields, Mapping):
            raise TypeError(
                f"one of the citations is {_describe(row)}: give what amberpost.find yields, or rows with links,"
                " permalink or url; add_urls takes URLs"
            )
        return read_cited(fields, find_refusal=self._find_refusal)

    def add_urls(self, urls: Iterable[str]) -> Added:
        """Queue URLs that no citation names; lines of a file may be empty."""
        if isinstance(urls, str):
            raise TypeError("urls is one string: give a list of URLs")
        find_refusal = self._find_refusal
        return self.store.add_urls(make_link(url, find_refusal=find_refusal) for url in urls if url.strip())

    def add_warcs(self, paths: Iterable[str | os.PathLike[str]]) -> Taken:
        """Keep copies of what somebody's WARC and WACZ files, or folders of them, hold of the posts known by now.

        Asks nobody. Posts are known once the links that lead to them are: give the files again when there are more;
        nothing is kept twice. Raises ReadError where there is no such file.
        """
        files = find_warcs(paths)
        self.learn()
        borrower = Borrower(self.store, max_bytes=self._limits.max_bytes)
        with advising(self.store.folder):
            for file in files:
                borrower.look_through(file)
        self.learn()
        return borrower.taken

    def run(
        self,
        *,
        limit: int | None = None,
        max_time: float | None = None,
        only_failed: bool = False,
        watch: Watch | None = None,
    ) -> Summary:
        """Ask for what is due, until nothing is left that is worth waiting for; what is not settled waits.

        `limit` counts links, `max_time` is in seconds. With `only_failed`, links that failed for good or were
        refused are asked again, as far as they may be now.
        `watch` hears of each link. Raises `ArchiveError` when the disk is full or the archive damaged.
        """
        check_options(limit=limit, max_time=max_time, only_failed=only_failed)
        self.store.share(self._shard)
        if only_failed:
            self.store.requeue_failed()
        limits = Limits(
            links=limit,
            seconds=max_time,
            wait=self._limits.wait,
            max_bytes=self._limits.max_bytes,
            connections=self._limits.connections,
        )
        with advising(self.store.folder):
            return _run_loop(self._go(limits, watch))

    async def _go(self, limits: Limits, watch: Watch | None) -> Summary:
        clock = StoppableClock(self._network.clock)
        begun = clock.now()
        pace = Pace(self.manners, clock=clock)
        pace.restore(self.store.lanes(), begun)
        learner = self._make_learner()
        learner.reopen()
        storing = StoreThread(self.store)
        try:
            async with self._make_fetcher(limits) as fetcher:
                asker = Asker(
                    storing=storing,
                    fetcher=fetcher,
                    pace=pace,
                    clock=clock,
                    find_refusal=self._find_refusal,
                    wait=limits.wait,
                    max_bytes=limits.max_bytes,
                    connections=limits.connections,
                    robots=Robots() if self._robots else None,
                    requisites=self._requisites,
                    keys=self._keys,
                    watch=watch,
                )
                run = Run(storing=storing, asker=asker, pace=pace, clock=clock, limits=limits, learner=learner)
                self._run, self._loop = run, asyncio.get_running_loop()
                if self._stop_now is not None:
                    run.stop(now=self._stop_now)
                await run.go()
            await storing.save_lanes(list(pace.find_states(clock.now())))
        finally:
            self._run = self._loop = self._stop_now = None
            await storing.close()
        return self._sum_up(run, asker, clock.now() - begun)

    def _make_fetcher(self, limits: Limits) -> Fetcher:
        return Fetcher(
            self._policy,
            user_agent=self._user_agent,
            resolver=self._network.resolver,
            ssl_context=self._network.ssl_context,
            connections=limits.connections,
            folder=self.store.folder,
        )

    def _make_learner(self) -> Learner:
        return Learner(self.store, find_refusal=self._find_refusal, wanted=self._wanted)

    def learn(self) -> None:
        """Read what is stored and not read yet, and judge the citations that it concerns; asks nobody.

        `run` does so as it goes; this is for citations that were added without a run.
        """
        learner = self._make_learner()
        while self.store.learn(learner, _READ_AT_ONCE):
            pass

    def _sum_up(self, run: Run, asker: Asker, seconds: float) -> Summary:
        now = self._network.clock.now()
        waiting = tuple(self.status())
        rested = min((tally.next_at for tally in waiting), default=0.0)
        due = self.store.next_due(now)
        return Summary(
            stopped=run.stopped,
            seconds=seconds,
            links=run.links,
            exchanges=asker.exchanges,
            bytes=asker.bytes,
            counts=self.store.counts(),
            waiting=waiting,
            next_due=None if due is None else max(due, rested),
        )

    def stop(self, *, now: bool = False) -> None:
        """End a run from another thread or a signal's handler: finish what is under way, or, with `now`, drop it.

        When none goes on, the next ends as soon as it begins.
        """
        run, loop = self._run, self._loop
        if run is not None and loop is not None:
            loop.call_soon_threadsafe(lambda: run.stop(now=now))
        else:
            self._stop_now = now

    def resolve(self, url: str) -> Resolution | None:
        """What the store knows of a URL, redirect by redirect; `None` when it was never added. Asks nobody."""
        return self.store.resolve(url)

    def captures(self) -> Iterator[Capture]:
        """All stored answers, in the order in which they came."""
        return self.store.captures()

    def export(self) -> Iterator[CitedPost]:
        """Each citation with its post, the verdict and where they stand; `amberpost.export` writes them to a file."""
        return find_cited_posts(self.store)

    def counts(self) -> Counts:
        """How much the archive holds, by state."""
        return self.store.counts()

    def status(self) -> list[Tally]:
        """What waits, by lane and reason."""
        tallies = self.store.tallies_at(self._network.clock.now())
        return [tally for tally in tallies if tally.state == "pending"]


def _describe(value: object) -> str:
    return f"{type(value).__name__} ({reprlib.repr(value)})"


def _run_loop(run: Coroutine[None, None, Summary]) -> Summary:
    """Run to the end in an event loop of its own; where one is running already, as in notebooks, in another thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run)
    with ThreadPoolExecutor(1, "amberpost-run") as thread:
        return thread.submit(asyncio.run, run).result()


def make_user_agent(contact: str | None) -> str:
    """How Amberpost names itself to servers; raises `ArchiveError` for a contact that no header can hold.

    >>> make_user_agent("https://desk.example/archive").partition(" ")[2]
    '(+https://desk.example/archive)'
    """
    if contact is None:
        return f"amberpost/{__version__}"
    if not contact.isascii() or not contact.isprintable() or set("()") & set(contact):
        raise ArchiveError(f"the contact {contact!r} cannot stand in a header: give an address or a URL in plain ASCII")
    return f"amberpost/{__version__} (+{contact.strip()})"


def open_reader(folder: str | os.PathLike[str]) -> Reader:
    """Open an archive to ask it, while another process may be writing; raises `ArchiveError` where there is none."""
    return Reader.read(Path(folder))
