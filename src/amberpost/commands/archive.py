"""What `amberpost archive` does once its arguments are parsed: kept apart so that `--help` loads little."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from ..archive import Archive
from ..archive.politeness.manners import Manners
from ..archive.running import Limits
from ..archive.tallies import Added
from ..models import AmberpostError, Problem
from .archivefolder import read_archive
from .citationfile import is_url, read_citations, read_urls
from .citationrows import Row
from .closing import (
    Report,
    count_waiting,
    describe_posts,
    describe_queue,
    describe_verdicts,
    describe_waiting,
    print_report,
)
from .exits import AGAIN, DONE, FAILED, INTERRUPTED, end_safely
from .interrupts import Interrupts
from .progress import ArchiveDisplay
from .tables import count
from .wishes import Wishes, check_wishes, read_shard

_TERMINATED = 128 + 15


def run_archive(wishes: Wishes) -> int:
    """Take in links, fetch what is due, say how it went, and return the exit code.

    0 all is settled; 75 links wait, or another process holds the archive; 1 something failed and is named, which wins
    over 75; 2 asked wrongly; 130 Ctrl-C twice.
    """
    return end_safely(lambda: _run(wishes))


def _run(wishes: Wishes) -> int:
    check_wishes(wishes)
    if wishes.dry_run:
        from .dryrun import run_dry

        return run_dry(wishes)
    display = ArchiveDisplay(quiet=wishes.quiet, verbose=wishes.verbose, measure=lambda: _count_left(wishes.to))
    with open_archive(wishes) as archive:
        try:
            added = archive.add(find_rows(wishes, display))
            display.name_problems(added.problems, more=added.more_problems)
            borrow(archive, wishes, display)
            if wishes.offline:
                archive.learn()
        except KeyboardInterrupt:
            display.say("amberpost: stopped while links were taken in; run again with the same input")
            return AGAIN
        if not wishes.offline:
            return _fetch_and_borrow(archive, wishes, display, added)
    return _end_offline(wishes, display)


def _count_left(folder: str) -> int | None:
    """How many links are left to ask for, for the progress: no reason to stop a run when it cannot be told."""
    try:
        with read_archive(folder) as archive:
            return archive.counts().pending
    except AmberpostError:
        return None


def open_archive(wishes: Wishes) -> Archive:
    """Open the archive as the flags want it; what they leave open is as the library has it."""
    usual = Limits()
    return Archive(
        wishes.to,
        shard=read_shard(wishes),
        contact=wishes.contact,
        allow_private=wishes.allow_private,
        ports=wishes.ports,
        robots=wishes.robots,
        requisites=wishes.requisites,
        wayback=wishes.wayback,
        timegates=wishes.timegates,
        save_page_now=wishes.save_page_now,
        media=wishes.media,
        rate=wishes.rate,
        connections=wishes.connections,
        max_bytes=wishes.max_bytes or usual.max_bytes,
        max_wait=usual.wait if wishes.max_wait is None else wishes.max_wait,
    )


def find_rows(wishes: Wishes, display: ArchiveDisplay) -> Iterator[Row]:
    """All rows that the arguments name, one at a time; what could not be read goes to the display."""
    is_empty = bool(wishes.citations or wishes.urls)
    for item in _find_items(wishes):
        is_empty = False
        if isinstance(item, Problem):
            display.problem(item)
        else:
            yield item
    if is_empty:  # no failure, for that is what `find` writes where nothing is cited; but worth a word
        display.say("amberpost: no citation and no URL is in what was given")


def _find_items(wishes: Wishes) -> Iterator[Row | Problem]:
    for argument in wishes.citations:
        if is_url(argument):
            yield {"url": argument}
        else:
            yield from read_citations(argument)
    for path in wishes.urls:
        yield from read_urls(path)


def borrow(archive: Archive, wishes: Wishes, display: ArchiveDisplay) -> None:
    """Take copies of posts out of the files that the arguments name, and say what came of it."""
    if not wishes.from_warc:
        return
    taken = archive.add_warcs(wishes.from_warc)
    display.name_problems(taken.problems, more=taken.more_problems)
    known = f", {taken.known} were there already" if taken.known else ""
    read = f"{count(taken.records, 'record')} in {count(taken.files, 'file')}"
    copies = "1 copy of a post" if taken.copies == 1 else f"{taken.copies:,} copies of posts"
    display.say(f"amberpost: {copies} out of {read}{known}")


def _fetch_and_borrow(archive: Archive, wishes: Wishes, display: ArchiveDisplay, added: Added) -> int:
    """Look through the files once more when the run has led to more posts."""
    before = sum(tally.posts for tally in archive.store.count_posts())
    code = _fetch(archive, wishes, display, added)
    is_ended = code in (DONE, AGAIN, FAILED)
    if wishes.from_warc and is_ended and sum(tally.posts for tally in archive.store.count_posts()) > before:
        borrow(archive, wishes, display)
    return code


def _fetch(archive: Archive, wishes: Wishes, display: ArchiveDisplay, added: Added) -> int:
    if not wishes.contact:
        display.say(f"amberpost: {Manners().warning} (--contact, or AMBERPOST_CONTACT)")
    with Interrupts(archive, show=display.show_stopping, quiet=wishes.quiet) as interrupts, display:
        summary = archive.run(
            limit=wishes.limit, max_time=wishes.max_time, only_failed=wishes.only_failed, watch=display.watch
        )
    if (wishes.verbose or sys.stderr.isatty()) and not wishes.quiet:
        report = Report(
            summary=summary,
            added=added,
            outcomes=display.rates.look().outcomes,
            tallies=archive.store.tallies_at(time.time()),
            posts=archive.store.count_posts(),
            verdicts=archive.store.count_verdicts(),
            problems=display.problems,
            folder=wishes.to,
        )
        print_report(report)
    elif summary.waiting:
        display.say(f"amberpost: {describe_waiting(summary)}")
    if interrupts.terminated:
        return _TERMINATED
    if interrupts.count > 1:
        return INTERRUPTED
    return find_exit_code(problems=display.problems, waiting=count_waiting(summary.waiting))


def _end_offline(wishes: Wishes, display: ArchiveDisplay) -> int:
    """Say how all links stand by what is stored; nothing was asked of any server."""
    with read_archive(wishes.to) as archive:
        tallies, posts, verdicts = archive.tallies_at(time.time()), archive.count_posts(), archive.count_verdicts()
    display.say(f"amberpost: offline: {describe_queue(tallies)}")
    if posts:
        display.say(f"amberpost: {describe_posts(posts)}; {describe_verdicts(verdicts)}")
    return find_exit_code(problems=display.problems, waiting=count_waiting(tallies))


def find_exit_code(*, problems: int, waiting: int) -> int:
    """How a run ended that nobody broke off: a link that settled as failed or refused is no failure of the run.

    >>> [find_exit_code(problems=bad, waiting=left) for bad, left in ((0, 0), (0, 3), (1, 3))]
    [0, 75, 1]
    """
    if problems:
        return FAILED
    return AGAIN if waiting else DONE
