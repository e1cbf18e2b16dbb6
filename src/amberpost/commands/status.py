"""What `amberpost status` does: the queue of an archive by lane, state and reason, read only."""

from __future__ import annotations

import datetime as dt
import sys
import time
from typing import TYPE_CHECKING, ClassVar

from ..models import Record
from .archive import check_folder, read_archive
from .closing import describe_queue
from .exits import DONE, end_safely, say
from .tables import describe_due, make_table, parse_instant, write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..archive.records import Tally


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


def run_status(folder: str, *, format: str | None, quiet: bool) -> int:
    """Show the queue: a table on a terminal, rows in a pipe, and one line about all of it on standard error."""
    return end_safely(lambda: _run(folder, format=format, quiet=quiet))


def _run(folder: str, *, format: str | None, quiet: bool) -> int:
    check_folder(folder, must_exist=True)
    with read_archive(folder) as archive:
        tallies = archive.tallies()
    if format is None and sys.stdout.isatty():
        _print_queue(tallies)
    else:
        write_rows(map(make_row, tallies), format or "jsonl", record=QueueRow)
    if not quiet:
        say(describe_queue(tallies))
    return DONE


def make_row(tally: Tally) -> QueueRow:
    """The row of one lane, state and reason; only what is pending is due at some time, and what is new is due now."""
    due = parse_instant(tally.next_at) if tally.state == "pending" and tally.next_at > 0 else None
    return QueueRow(lane=tally.lane, state=tally.state, reason=tally.reason, links=tally.links, next_due=due)


def _print_queue(tallies: Sequence[Tally]) -> None:
    from rich.console import Console

    now = time.time()
    rows = [
        (
            one.lane,
            one.state,
            one.reason,
            one.links,
            describe_due(one.next_at, now=now) if one.state == "pending" else "",
        )
        for one in tallies
    ]
    columns = ("host", "state", "reason", "links", "next is due")
    Console(highlight=False).print(make_table(columns, rows, wrapped="reason"))
