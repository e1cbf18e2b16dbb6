"""What `amberpost status` does: an archive's queue, what became of its posts, and the verdicts; read only."""

from __future__ import annotations

import datetime as dt
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar

from ..models import Record
from .archivefolder import check_folder, read_archive
from .closing import describe_posts, describe_queue, describe_verdicts, list_verdicts
from .exits import DONE, end_safely, say
from .tables import describe_due, make_table, parse_instant, write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..archive.tallies import PostTally, Tally, VerdictTally


class QueueRow(Record):
    """So many links of one lane that are in one state for one reason.

    `next_due` is when the first of those that are pending is due; `None` when nobody has asked for it yet.
    """

    SCHEMA: ClassVar[int] = 1

    lane: str
    state: str
    reason: str
    links: int
    next_due: dt.datetime | None


class PostRow(Record):
    """So many posts of one platform of which one thing became."""

    SCHEMA: ClassVar[int] = 1

    platform: str
    outcome: str
    posts: int


class VerdictRow(Record):
    """So many citations that have one verdict; `None`: not judged yet."""

    SCHEMA: ClassVar[int] = 1

    verdict: str | None
    citations: int


def run_status(folder: str, *, of: str | None = None, format: str | None, quiet: bool) -> int:
    """Show how an archive stands: tables on a terminal, rows of one of them in a pipe, and lines that sum all up."""
    return end_safely(lambda: _run(folder, of=of, format=format, quiet=quiet))


def _run(folder: str, *, of: str | None, format: str | None, quiet: bool) -> int:
    check_folder(folder, must_exist=True)
    with read_archive(folder) as archive:
        links, posts, verdicts = archive.tallies_at(time.time()), archive.count_posts(), archive.count_verdicts()
    if format is None and sys.stdout.isatty():
        _print_tables(of, links, posts, verdicts)
    elif of == "posts":
        write_rows((PostRow(**asdict(tally)) for tally in posts), format or "jsonl", record=PostRow)
    elif of == "verdicts":
        write_rows((VerdictRow(**asdict(tally)) for tally in verdicts), format or "jsonl", record=VerdictRow)
    else:
        write_rows(map(make_row, links), format or "jsonl", record=QueueRow)
    if not quiet:
        say(describe_queue(links))
        if posts:
            say(describe_posts(posts))
        if verdicts:
            say(describe_verdicts(verdicts))
    return DONE


def make_row(tally: Tally) -> QueueRow:
    """The row of one lane, state and reason; only what is pending is due at some time, and what is new is due now."""
    due = parse_instant(tally.next_at) if tally.state == "pending" and tally.next_at > 0 else None
    return QueueRow(lane=tally.lane, state=tally.state, reason=tally.reason, links=tally.links, next_due=due)


def _print_tables(
    of: str | None, links: Sequence[Tally], posts: Sequence[PostTally], verdicts: Sequence[VerdictTally]
) -> None:
    """The tables that there is something in; of the links one in any case, unless another is asked for."""
    from rich.console import Console

    console = Console(highlight=False)
    if of in (None, "links"):
        columns = ("host", "state", "reason", "links", "next is due")
        console.print(make_table(columns, list_queue(links, now=time.time()), wrapped="reason"))
    if of == "posts" or (of is None and posts):
        rows = [(tally.platform, tally.outcome, tally.posts) for tally in posts]
        console.print(make_table(("platform", "became of the post", "posts"), rows))
    if of == "verdicts" or (of is None and verdicts):
        console.print(make_table(("verdict", "citations"), list_verdicts(verdicts)))


def list_queue(tallies: Sequence[Tally], *, now: float) -> list[tuple[str, str, str, int, str]]:
    """How links stand, by lane, state and reason, and when those that wait are due."""
    dues = (describe_due(one.next_at, now=now) if one.state == "pending" else "" for one in tallies)
    return [(one.lane, one.state, one.reason, one.links, due) for one, due in zip(tallies, dues, strict=True)]
