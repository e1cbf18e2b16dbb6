"""`amberpost archive --dry-run`: what would be asked of whom, and how long that takes; no network, nothing written."""

from __future__ import annotations

import math
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ..archive.disk.cited import FindRefusal, UnkeepableRow, make_link, read_cited
from ..archive.disk.folder import DATABASE
from ..archive.exchange.urlpolicy import Policy
from ..archive.politeness.manners import Manners
from ..archive.politeness.shards import refuse_either
from ..archive.posts.planning import Wayback
from ..models import Record
from ..platforms import parse_permalink
from ..sources import SOURCES, make_cdx_urls
from .archive import find_rows
from .archivefolder import read_archive
from .citationrows import make_problem
from .exits import DONE, FAILED
from .progress import ArchiveDisplay
from .tables import count, describe_span, make_table, write_rows
from .wishes import read_shard

if TYPE_CHECKING:
    from ..archive.disk.reading import Reader
    from ..archive.records import CitedLinks, NewLink
    from ..archive.tallies import Tally
    from .wishes import Wishes

_MOST_ROWS = 30


class Estimate(Record):
    """What one lane would be asked: new links and those that wait already, at `per_second`, in so many seconds.

    `settled` are links of the input that the archive has an answer for, which are not asked again.
    """

    SCHEMA: ClassVar[int] = 1

    lane: str
    new: int
    waiting: int
    settled: int
    per_second: float
    seconds: int


class Seen:
    """The links of the input, each once, however many there are: SQLite keeps them in a file that nobody sees."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("CREATE TABLE link(url TEXT PRIMARY KEY, lane TEXT, state TEXT, role TEXT) WITHOUT ROWID")

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def add(self, link: NewLink, state: str) -> None:
        """Note a link, unless it was noted before."""
        self._db.execute("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)", (link.url, link.lane, state, link.role))

    def count_by_lane(self, state: str) -> Counter[str]:
        """How many of the links are in a state, by lane."""
        return Counter(
            dict(self._db.execute("SELECT lane, count(*) FROM link WHERE state = ? GROUP BY lane", (state,)))
        )

    def count_questions(self) -> int:
        """How many of the links that would be asked anew are questions to services, for posts."""
        rows = self._db.execute("SELECT count(*) FROM link WHERE state = 'new' AND role = 'post'")
        return int(rows.fetchone()[0])


def run_dry(wishes: Wishes) -> int:
    """Show an estimate for each lane, the slowest first, as a table or, in a pipe, rows; return the exit code."""
    display = ArchiveDisplay(quiet=wishes.quiet, verbose=wishes.verbose)
    shard = read_shard(wishes)
    manners = Manners(contact=wishes.contact, rate=wishes.rate, shards=shard.of)
    policy = Policy(ports=Policy().ports | set(wishes.ports), allow_private=wishes.allow_private)
    find_refusal = refuse_either(policy.find_refusal, shard.find_refusal)
    with closing(Seen()) as seen, _read_known(wishes.to) as archive:
        for row in find_rows(wishes, display):
            try:
                cited = read_cited(row, find_refusal=find_refusal)
            except UnkeepableRow as error:
                display.problem(make_problem("citations", error.name, error.reason, "mend it; it was left out"))
                continue
            _note(seen, cited, archive, find_refusal=find_refusal, wayback=wishes.wayback)
        tallies = archive.tallies() if archive else []
        estimates = list_estimates(seen, tallies, manners=manners, only_failed=wishes.only_failed)
        refused, questions = seen.count_by_lane("refused").total(), seen.count_questions()
    _show(estimates)
    display.say(f"amberpost: {_describe(estimates, questions=questions, refused=refused, limit=wishes.limit)}")
    return FAILED if display.problems else DONE


def _read_known(folder: str) -> AbstractContextManager[Reader | None]:
    return read_archive(folder) if (Path(folder) / DATABASE).exists() else nullcontext()


def _note(
    seen: Seen, cited: CitedLinks, archive: Reader | None, *, find_refusal: FindRefusal, wayback: Wayback
) -> None:
    """Note the links of a citation, unless it was forgotten on purpose: then it would not be taken in.

    For a post that one of them is the address of, note its first question, too: most services answer that.
    """
    if archive is not None and archive.forgotten.has_citation(cited):
        return
    for link in cited.links:
        seen.add(link, _find_state(archive, link))
    for url in {url for link in cited.links for url in find_questions(link.url, wayback=wayback)}:
        question = make_link(url, find_refusal=find_refusal, role="post")
        seen.add(question, _find_state(archive, question))


def find_questions(url: str, *, wayback: Wayback) -> Iterator[str]:
    """What a run would ask of others because a link is the address of a post; nothing for any other link.

    >>> list(find_questions("https://paper.example/", wayback="always"))
    []
    """
    permalink = parse_permalink(url)
    if permalink is None:
        return
    asked = (source.make_url(permalink) for source in SOURCES.get(permalink.platform, ()))
    yield from islice((each for each in asked if each), 1)
    if wayback == "always":
        yield from make_cdx_urls(permalink, near=None)


def _find_state(archive: Reader | None, link: NewLink) -> str:
    """How the archive knows a link: `known` when it waits there, `settled` when not; else how it stands anew."""
    known = archive.find_link(link.url) if archive else None
    if known is None or known.state == "refused":
        return "new" if link.state == "pending" else link.state
    return "known" if known.state == "pending" else "settled"


def list_estimates(
    seen: Seen, tallies: Iterable[Tally], *, manners: Manners, only_failed: bool = False
) -> list[Estimate]:
    """What each lane would be asked, the slowest first; `tallies` is the archive's queue as it stands."""
    asked = ("pending", "failed") if only_failed else ("pending",)
    waiting = Counter[str]()
    for tally in tallies:
        waiting[tally.lane] += tally.links if tally.state in asked else 0
    new = seen.count_by_lane("new")
    settled = seen.count_by_lane("settled")
    lanes = [_estimate(lane, new[lane], waiting[lane], settled[lane], manners) for lane in {*new, *waiting, *settled}]
    return sorted((one for one in lanes if one.new or one.waiting), key=lambda one: (-one.seconds, one.lane))


def _estimate(lane: str, new: int, waiting: int, settled: int, manners: Manners) -> Estimate:
    seconds = manners.find_seconds(lane)
    return Estimate(
        lane=lane,
        new=new,
        waiting=waiting,
        settled=settled,
        per_second=round(1 / seconds, 3),
        seconds=math.ceil((new + waiting) * seconds),
    )


def _show(estimates: list[Estimate]) -> None:
    if not sys.stdout.isatty():
        write_rows(estimates, "jsonl", record=Estimate)
        return
    from rich.console import Console

    columns = ("host", "new", "waiting", "settled", "a second", "takes")
    rows = [
        (one.lane, one.new, one.waiting, one.settled, f"{one.per_second:g}", describe_span(one.seconds))
        for one in estimates[:_MOST_ROWS]
    ]
    Console(highlight=False).print(make_table(columns, rows))
    if len(estimates) > _MOST_ROWS:
        print(f"and {len(estimates) - _MOST_ROWS:,} more, none of them slower")


def _describe(estimates: list[Estimate], *, questions: int, refused: int, limit: int | None) -> str:
    """One line on the whole: lanes work side by side, so that the slowest decides."""
    links = sum(one.new + one.waiting for one in estimates)
    asked = links if limit is None else min(links, limit)
    longest = max((one.seconds for one in estimates), default=0)
    parts = [f"{count(asked, 'link')} at {count(len(estimates), 'host')} would be asked"]
    parts += [f"{questions:,} of them to learn of posts"] if questions else []
    parts.append(f"{describe_span(longest)} or more, as redirects lead on to links and posts that nobody knows yet")
    parts += [f"{count(refused, 'link')} refused by the policy"] if refused else []
    return "; ".join(parts)
