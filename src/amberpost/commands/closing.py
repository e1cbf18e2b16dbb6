"""What a run of the archive says when it ends: the closing table, or one line about what waits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .progress import new_console
from .tables import count, describe_bytes, describe_due, describe_span, make_table
from .terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..archive.records import Added, Summary, Tally

_STATES = ("captured", "pending", "refused", "failed")
_NEW = "not asked yet"
_MOST_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What there is to say of a run: how it ended, what it took in, how its links came out, how all stand now."""

    summary: Summary
    added: Added
    outcomes: Sequence[tuple[str, int]]
    tallies: Sequence[Tally]
    problems: int
    folder: str


def print_report(report: Report) -> None:
    """Print the closing table: links by state, outcomes, what waits and why, what was stored, problems."""
    console = new_console()
    console.print(make_table(("state", "links"), list(count_states(report.tallies).items())))
    if report.outcomes:
        console.print(make_table(("outcome of this run", "links"), report.outcomes))
    waiting = list_waiting(report.tallies, now=time.time())
    if waiting:
        columns = ("waits at", "because", "links", "next is due")
        console.print(make_table(columns, waiting[:_MOST_ROWS], wrapped="because"))
    if len(waiting) > _MOST_ROWS:
        more = f"and {len(waiting) - _MOST_ROWS:,} more: amberpost status {report.folder}"
        console.print(printable(more), markup=False, soft_wrap=True)
    for line in _lines(report):
        console.print(line, markup=False, soft_wrap=True)


def count_states(tallies: Iterable[Tally]) -> dict[str, int]:
    """How many links are in each state, those of none with 0; robots.txt files are no links that anybody asked for."""
    states: dict[str, int] = dict.fromkeys(_STATES, 0)
    for tally in tallies:
        states[tally.state] += tally.links
    return states


def list_waiting(tallies: Iterable[Tally], *, now: float) -> list[tuple[str, str, int, str]]:
    """What waits, and why, and until when; most links first."""
    waiting = sorted((tally for tally in tallies if tally.state == "pending"), key=lambda tally: -tally.links)
    return [(one.lane, one.reason or _NEW, one.links, describe_due(one.next_at, now=now)) for one in waiting]


def _lines(report: Report) -> list[str]:
    summary, counts = report.summary, report.summary.counts
    taken = [count(report.added.citations, "new citation"), count(report.added.links, "new link")]
    run = f"{count(summary.exchanges, 'exchange')}, {describe_bytes(summary.bytes)} in {describe_span(summary.seconds)}"
    held = f"{count(counts.captures, 'capture')}, {count(counts.revisits, 'revisit')}, {describe_bytes(counts.bytes)}"
    ended = "done" if summary.stopped == "done" else f"stopped: {printable(summary.stopped)}"
    return [
        ", ".join([*taken, count(report.problems, "problem")]),
        f"this run: {run}; {ended}",
        f"the archive: {held}",
    ]


def count_waiting(tallies: Iterable[Tally]) -> int:
    """How many links wait."""
    return sum(tally.links for tally in tallies if tally.state == "pending")


def describe_waiting(summary: Summary) -> str:
    """One line on what waits, for pipes and logs: how many links, why the run ended, and when the next is due."""
    links = count_waiting(summary.waiting)
    why = "" if summary.stopped == "done" else f" ({printable(summary.stopped)})"
    due = describe_due(summary.next_due, now=time.time())
    return f"{count(links, 'link')} {'waits' if links == 1 else 'wait'}{why}; the next is due: {due}"


def describe_queue(tallies: Sequence[Tally]) -> str:
    """One line on how all links of an archive stand."""
    states = count_states(tallies)
    parts = [f"{number:,} {state}" for state, number in states.items() if number]
    due = min((tally.next_at for tally in tallies if tally.state == "pending"), default=None)
    tail = "" if due is None else f"; the next is due: {describe_due(due, now=time.time())}"
    return f"{count(sum(states.values()), 'link')}: {', '.join(parts)}{tail}" if parts else "no links"
