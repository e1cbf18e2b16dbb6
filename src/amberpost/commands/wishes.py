"""What the user asks of `amberpost archive`, and what of it is asked wrongly: said before anything is made or read."""

from __future__ import annotations

from dataclasses import dataclass

from ..archive.exchange.urlpolicy import Policy
from ..archive.keys import read_keys
from ..archive.politeness.manners import Manners
from ..archive.politeness.shards import WHOLE, Shard, parse_shard
from ..archive.posts.learning import Media
from ..archive.posts.planning import Wayback, check_timegates
from ..archive.warcsources import find_warcs
from ..models import ArchiveError, ReadError
from ..readers import is_openable
from .archivefolder import check_folder
from .citationfile import STDIN, check_citations


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asked for, by the names of the flags; None where the library's own default holds."""

    to: str
    citations: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    offline: bool = False
    dry_run: bool = False
    only_failed: bool = False
    requisites: bool = False
    wayback: Wayback = "off"
    timegates: tuple[str, ...] = ()
    save_page_now: bool = False
    media: Media = "none"
    from_warc: tuple[str, ...] = ()
    robots: bool = True
    shard: str | None = None
    contact: str | None = None
    rate: float | None = None
    connections: int = 20
    limit: int | None = None
    max_bytes: int | None = None
    max_time: float | None = None
    max_wait: float | None = None
    ports: tuple[int, ...] = ()
    allow_private: bool = False
    quiet: bool = False
    verbose: bool = False


def check_wishes(wishes: Wishes) -> None:
    """Raise a `ReadError` for what the user asked wrongly, before a folder is made or anything is read."""
    read_shard(wishes)
    for path in wishes.citations:
        check_citations(path)
    if wishes.from_warc:
        find_warcs(wishes.from_warc)
    for path in wishes.urls:
        if path != STDIN and not is_openable(path):
            raise ReadError(f"{path}: no such file: it should list one URL a line")
    if (*wishes.citations, *wishes.urls).count(STDIN) > 1:
        raise ReadError("- is named twice, but standard input can be read only once")
    try:
        Manners(contact=wishes.contact, rate=wishes.rate)
    except ArchiveError as error:
        raise ReadError(f"--rate: {error}") from None
    try:
        policy = Policy(ports=Policy().ports | set(wishes.ports), allow_private=wishes.allow_private)
        check_timegates(wishes.timegates, find_refusal=policy.find_refusal)
    except ArchiveError as error:
        raise ReadError(f"--timegate: {error}") from None
    if wishes.save_page_now:
        check_keys()
    check_folder(wishes.to, must_exist=not wishes.citations and not wishes.urls)


def check_keys() -> None:
    """Raise a `ReadError` when the environment has no keys for --save-page-now."""
    try:
        read_keys()
    except ArchiveError as error:
        raise ReadError(f"--save-page-now: {error}") from None


def read_shard(wishes: Wishes) -> Shard:
    """Which shard of its job a run is; raises a `ReadError` for what is none."""
    try:
        return WHOLE if wishes.shard is None else parse_shard(wishes.shard)
    except ArchiveError as error:
        raise ReadError(f"--shard: {error}") from None
