"""What a run of the archive says when it ends: the closing table, or one line about what waits."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..posts import VERDICTS
from .progress import new_console
from .tables import count, describe_bytes, describe_due, describe_span, make_table
from .terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..archive.tallies import Added, PostTally, Summary, Tally, VerdictTally

_STATES = ("captured", "pending", "refused", "failed")
_NEW = "not asked yet"
NOT_JUDGED = "not judged yet"
_MOST_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What there is to say of a run: how it ended, what it took in, how its links came out, how all stand now."""

    summary: Summary
    added: Added
    outcomes: Sequence[tuple[str, int]]
    tallies: Sequence[Tally]
    posts: Sequence[PostTally]
    verdicts: Sequence[VerdictTally]
    problems: int
    folder: str


def print_report(report: Report) -> None:
    """Print the closing tables: links by state, outcomes, what waits and why, posts, verdicts, what was stored."""
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
    if report.posts:
        console.print(make_table(("became of the post", "posts"), list(count_outcomes(report.posts).items())))
    if report.verdicts:
        console.print(make_table(("verdict", "citations"), list_verdicts(report.verdicts)))
    for line in _lines(report):
        console.print(line, markup=False, soft_wrap=True)


def count_states(tallies: Iterable[Tally]) -> dict[str, int]:
    """How many links are in each state, those of none with 0; robots.txt files are no links that anybody asked for."""
    states: dict[str, int] = dict.fromkeys(_STATES, 0)
    for tally in tallies:
        states[tally.state] += tally.links
    return states


def count_outcomes(tallies: Iterable[PostTally]) -> dict[str, int]:
    """How many posts have which outcome, on all platforms together, the most frequent first."""
    outcomes = Counter[str]()
    for tally in tallies:
        outcomes[tally.outcome] += tally.posts
    return dict(outcomes.most_common())


def list_verdicts(tallies: Iterable[VerdictTally]) -> list[tuple[str, int]]:
    """How many citations have which verdict, the surest first; last, those that have none yet."""
    found: dict[str | None, int] = {tally.verdict: tally.citations for tally in tallies}
    listed = [(verdict, found[verdict]) for verdict in VERDICTS if verdict in found]
    return listed + ([(NOT_JUDGED, found[None])] if None in found else [])


def describe_posts(tallies: Iterable[PostTally]) -> str:
    """One line on what became of the posts that links led to."""
    outcomes = count_outcomes(tallies)
    parts = [f"{number:,} {outcome}" for outcome, number in outcomes.items()]
    return f"{count(sum(outcomes.values()), 'post')}: {', '.join(parts)}" if parts else "no posts"


def describe_verdicts(tallies: Iterable[VerdictTally]) -> str:
    """One line on how the citations were judged.

    >>> from amberpost.archive.tallies import VerdictTally
    >>> describe_verdicts([VerdictTally("different", 1), VerdictTally("same", 1200), VerdictTally(None, 7)])
    '1,208 citations: 1,200 same, 1 different, 7 not judged yet'
    """
    listed = list_verdicts(tallies)
    parts = [f"{number:,} {verdict}" for verdict, number in listed]
    return f"{count(sum(number for _, number in listed), 'citation')}: {', '.join(parts)}" if parts else "no citations"


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
