"""The archive as a library: open a folder, add what was cited, run, ask what is known."""

from __future__ import annotations

import os
import platform
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

from .. import __version__
from ..models import ArchiveError
from .asking import Watch
from .borrowing import Borrower, Taken
from .complaints import Complaints
from .disk.database import advising
from .disk.folder import check_name
from .disk.reading import Reader
from .exchange.fetching import MAX_BYTES
from .exchange.urlpolicy import Policy
from .given import ONE_ROW, Given, check_list, check_url, find_cited, find_links
from .keys import read_keys
from .options import check_options
from .politeness.manners import Manners
from .politeness.shards import WHOLE, Shard, refuse_either
from .posts.citedpost import CitedPost
from .posts.citedrows import find_cited_posts
from .posts.learning import Media, Wanted
from .posts.planning import Wayback, check_timegates
from .records import About, Capture, Resolution
from .running import Limits
from .session import Network, Rules, Session
from .store import Store
from .tallies import Added, Counts, Summary, Tally
from .warcsources import find_warcs

_READ_AT_ONCE = 500


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
        policy = Policy(ports=frozenset({80, 443, *ports}), allow_private=allow_private)
        self._shard = shard
        self._find_refusal = refuse_either(policy.find_refusal, shard.find_refusal)
        self._limits = Limits(wait=max_wait, max_bytes=max_bytes, connections=connections)
        checked = check_timegates(timegates, find_refusal=policy.find_refusal)
        rules = Rules(
            policy=policy,
            find_refusal=self._find_refusal,
            manners=self.manners,
            user_agent=make_user_agent(self.manners.contact),
            network=network or Network(),
            robots=robots,
            requisites=requisites,
            wanted=Wanted(wayback=wayback, timegates=checked, media=media, save=save_page_now),
            keys=read_keys() if save_page_now else None,
        )
        check_name(folder)
        self.store = Store.open(Path(folder), about=make_about(rules))
        self._session = Session(self.store, rules)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Bring the index up to date, and let others work on the archive; whoever asks it then gets ArchiveError."""
        self.store.close()

    def add(self, citations: Iterable[Given]) -> Added:
        """Queue the links of citations, or of anyone's rows with `links`, `permalink` or `url`; each URL once.

        What the policy forbids is kept as `refused`, with the reason. A row that cannot be kept, or whose id another
        citation has, is left out, and named in `problems` of what is given back, or counted once a thousand are. Memory
        stays flat, however many there are.
        """
        check_list("citations", citations, "give a list of them; add_urls takes URLs", one=ONE_ROW)
        complaints = Complaints()
        rows = find_cited(citations, complaints, find_refusal=self._find_refusal)
        added = self.store.add_citations(rows, complaints)
        return replace(added, problems=tuple(complaints.named), more_problems=complaints.unnamed)

    def add_urls(self, urls: Iterable[str]) -> Added:
        """Queue URLs that no citation names; lines of a file may be empty."""
        check_list("urls", urls, "give a list of URLs, as text")
        return self.store.add_urls(find_links(urls, find_refusal=self._find_refusal))

    def add_warcs(self, paths: Iterable[str | os.PathLike[str]]) -> Taken:
        """Keep copies of what somebody's WARC and WACZ files, or folders of them, hold of the posts known by now.

        Asks nobody. Posts are known once the links that lead to them are: give the files again when there are more;
        nothing is kept twice. Raises ReadError where there is no such file.
        """
        check_list("paths", paths, "give a list of paths")
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
        with advising(self.store.folder):
            return self._session.run(replace(self._limits, links=limit, seconds=max_time), watch)

    def learn(self) -> None:
        """Read what is stored and not read yet, and judge the citations that it concerns; asks nobody.

        `run` does so as it goes; this is for citations that were added without a run. What is read does not depend on
        the options; what would be asked next by them is queued.
        """
        learner = self._session.make_learner()
        learner.reopen()
        while self.store.learn(learner, _READ_AT_ONCE):
            pass

    def stop(self, *, now: bool = False) -> None:
        """End a run from another thread or a signal's handler: finish what is under way, or, with `now`, drop it.

        When none goes on, the next ends as soon as it begins.
        """
        self._session.stop(now=now)

    def resolve(self, url: str) -> Resolution | None:
        """What the store knows of a URL, redirect by redirect; `None` when it was never added. Asks nobody."""
        check_url(url)
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
        return self._session.find_waiting()


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


def make_about(rules: Rules) -> About:
    """What an archive's records say of who made them, and how."""
    return About(
        software=f"amberpost/{__version__} (Python {platform.python_version()})",
        user_agent=rules.user_agent,
        contact=rules.manners.contact,
        robots=rules.robots,
        allow_private=rules.policy.allow_private,
    )


def open_reader(folder: str | os.PathLike[str]) -> Reader:
    """Open an archive to ask it, while another process may be writing; raises `ArchiveError` where there is none."""
    return Reader.read(Path(folder))
