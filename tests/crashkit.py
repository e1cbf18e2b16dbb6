"""Faults for archives: a workload in a child process that is killed, starved of disk or robbed of its database's log.

The product knows nothing of this: the calls by which it reaches the disk are wrapped from here.
"""

from __future__ import annotations

import gc
import os
import random
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from amberpost.archive.care.check import check
from amberpost.archive.disk import database, segments
from amberpost.archive.posts.learning import Learner, Wanted
from amberpost.archive.records import Decision, Exchange, Link, NewLink, Result
from amberpost.archive.store import Store
from amberpost.archive.tallies import Adopted
from amberpost.models import ArchiveError
from archiving import ABOUT, NOW, answer, check_archive, exchange, new_link

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
TOLD = (
    b'<div class="tgme_widget_message" data-post="harbourdesk/%d"><a class="tgme_widget_message_owner_name">Desk</a>'
    b'<div class="tgme_widget_message_text js-message_text">Fog over mole %d.</div></div>'
)
FULL_DISK = 75  # how a child ends that was told so by the archive


@dataclass(frozen=True, kw_only=True)
class Work:
    """So many links with bodies of that size, in such batches and segments; its URL tells what a link is answered."""

    links: int = 24
    body: int = 300
    batch: int = 5
    segment: int = 9000

    def new_links(self) -> Iterator[NewLink]:
        for number in range(self.links):
            yield new_link(make_url(number))


def make_url(number: int) -> str:
    """The address of a link; each seventh is a post's, which its service is asked about too."""
    return f"https://t.me/harbourdesk/{number}" if number % 7 == 5 else f"https://h{number % 4}.example/{number}"


def answer_link(work: Work, link: Link) -> tuple[tuple[Exchange, ...], Decision]:
    """What a link is answered, as a pure function of its URL and of how often it was asked: every sort of group."""
    number = int(link.url.rpartition("/")[2].partition("?")[0])
    if link.url.startswith("https://t.me/"):
        return (exchange(link.url, answer(TOLD % (number, number))),), Decision(state="captured")
    body = random.Random(number if number % 6 else 0).randbytes(work.body)
    if number % 6 == 1:
        return (exchange(link.url, CHUNKED + b"surplus"),), Decision(state="captured")
    if number % 6 == 2:
        junk = exchange(link.url, b"SSH-2.0-x\r\n" + body, outcome="protocol")
        return (junk,), Decision(state="failed", reason="protocol")
    if number % 6 == 3 and not link.attempts:
        busy = exchange(link.url, answer(b"busy", status=503))
        return (busy, exchange(link.url, answer(body))), Decision(state="captured")
    if number % 6 == 4 and link.depth == 0:
        target = new_link(f"{link.url}9/{1000 + number}", role="hop", depth=1)
        return (exchange(link.url, answer(b"", status=302)),), Decision(state="captured", target=target)
    return (exchange(link.url, answer(body)),), Decision(state="captured")


def count_expected(work: Work) -> tuple[int, int]:
    """How many links, and how many captures, there are when all is done."""
    plain = [number for number in range(work.links) if number % 7 != 5]
    hops = sum(1 for number in plain if number % 6 == 4)
    twice = sum(1 for number in plain if number % 6 == 3)
    links = work.links + hops + count_posts(work)
    return links, links + twice


def count_posts(work: Work) -> int:
    """How many of the links are posts' own addresses."""
    return sum(1 for number in range(work.links) if number % 7 == 5)


Told = Callable[[str], object]


def do_work(folder: Path, work: Work, *, add: bool = True, told: Told = lambda _: None) -> None:
    """Add the links and answer all; after each batch `told` hears which are now safe, so that none may be lost."""
    with Store.open(folder, about=ABOUT, segment_bytes=work.segment) as store:
        answer_all(store, work, add=add, told=told)


def answer_all(store: Store, work: Work, *, add: bool, told: Told) -> None:
    """Add the links, and answer what is due until nothing is."""
    if add:
        store.add_urls(work.new_links())
        told("added\n")
    learner = Learner(store, find_refusal=lambda _: None, wanted=Wanted())
    while (lanes := store.next_lanes("", NOW, 1)) or store.learn(learner, work.batch):
        results = [_answer(work, link) for lane in lanes for link in store.claim(lane, NOW, work.batch)]
        store.record(results)
        told("".join(f"{result.link.url}\n" for result in results))


def _answer(work: Work, link: Link) -> Result:
    made, decision = answer_link(work, link)
    return Result(link=link, exchanges=made, decision=decision)


class Points:
    """Counts the moments at which the disk is touched, and ends the process at one of them, as by a power cut."""

    def __init__(self, die_at: int | None = None) -> None:
        self.count, self._die_at = 0, die_at

    def pass_by(self) -> None:
        if self.count == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def install(self, *, checkpoints: bool = True) -> None:
        """Wrap the calls of this process, which is a child and will not outlive its workload."""
        around = ("fsync", "ftruncate", "unlink", "open")
        wrapped = {name: self._around(getattr(os, name)) for name in around}
        vars(segments)["os"] = SimpleNamespace(**(vars(os) | wrapped | {"write": self._write}))
        points = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
                if not sql.startswith(("COMMIT", "BEGIN")):
                    return super().execute(sql, *arguments)
                points.pass_by()
                cursor = super().execute(sql, *arguments)
                points.pass_by()
                return cursor

        def connect(path: Path, **options: Any) -> sqlite3.Connection:
            connection = sqlite3.connect(path, factory=Connection, **options)
            if not checkpoints:
                connection.execute("PRAGMA wal_autocheckpoint = 0")
            return connection

        vars(database)["sqlite3"] = SimpleNamespace(**(vars(sqlite3) | {"connect": connect}))

    def _around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            self.pass_by()
            result = call(*arguments, **options)
            self.pass_by()
            return result

        return wrapped

    def _write(self, fd: int, data: memoryview) -> int:
        """Write in three parts, so that a crash can come between them."""
        self.pass_by()
        return os.write(fd, data[: max(1, len(data) // 3)])


@dataclass(frozen=True)
class Ended:
    """How a child ended: by which signal or code, which links were safe, how many points it passed, and how long the
    database's log was when the links had been added."""

    signal: int
    code: int
    safe: frozenset[str]
    points: int
    log: int

    @property
    def in_order(self) -> bool:
        """It did all of its work, or was told by the archive that the disk is full."""
        return not self.signal and self.code in (0, FULL_DISK)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What befalls the child: it is killed at a point or after a time, its files may not grow, or it never closes."""

    die_at: int | None = None
    kill_after: float | None = None
    largest_file: int | None = None
    no_close: bool = False


def run_child(folder: Path, work: Work, fault: Fault = Fault(), *, add: bool = True) -> Ended:
    """Do the work in a forked child, with a fault."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _be_child(folder, work, fault, writing, add=add)
    os.close(writing)
    if fault.kill_after is not None:
        time.sleep(fault.kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode().split("\n")[:-1]
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    numbers = {line.partition(" ")[0]: int(line.partition(" ")[2]) for line in told if " " in line}
    safe = frozenset(line for line in told if line.startswith("https:"))
    return Ended(max(0, -code), max(0, code), safe, numbers.get("points", 0), numbers.get("log", 0))


def _be_child(folder: Path, work: Work, fault: Fault, pipe: int, *, add: bool) -> None:
    """The child's whole life; it leaves by `_exit`, for it is a copy of a process that has other things to tidy up."""

    def tell(text: str) -> None:
        os.write(pipe, text.encode())
        if text == "added\n":
            log = folder / "archive.db-wal"
            os.write(pipe, b"log %d\n" % (log.stat().st_size if log.exists() else 0))

    code = 1
    gc.disable()
    try:
        points = Points(fault.die_at)
        points.install(checkpoints=not fault.no_close)
        if fault.largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (fault.largest_file, fault.largest_file))
        store = Store.open(folder, about=ABOUT, segment_bytes=work.segment)
        answer_all(store, work, add=add, told=tell)
        if not fault.no_close:
            store.close()
        tell(f"points {points.count}\n")
        code = 0
    except ArchiveError as error:
        code = FULL_DISK
        os.write(2, b"" if fault.largest_file or "disk is full" in str(error) else f"{error}\n".encode())
    finally:
        os._exit(code)


def finish_and_verify(folder: Path, work: Work, ended: Ended, *, add: bool = True) -> str:
    """Open again, see that nothing safe is lost, finish the work, look at every byte; '' when all is well."""
    try:
        with Store.open(folder, about=ABOUT, segment_bytes=work.segment) as store:
            lost = [url for url in ended.safe if not store.find_captures(url)]
        if lost:
            return f"{len(lost)} answers that were safe are lost"
        check_archive(folder)
        do_work(folder, work, add=add)
        check_archive(folder)
        with Store.read(folder) as store:
            counts = store.counts()
            found = (counts.links, counts.captures)
            settled = store.connection.execute("SELECT count(*) FROM capture WHERE settled").fetchone()[0]
            told = store.connection.execute("SELECT count(*) FROM post WHERE outcome = 'found'").fetchone()[0]
            for item in store.captures():
                store.open_answer(item).close()
        problems = list(check(folder))
    except (ArchiveError, AssertionError, sqlite3.Error, OSError) as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    if problems:
        return f"check: {problems[0]}"
    if told != count_posts(work):
        return f"{told} posts are told of: not {count_posts(work)}"
    links, captures = count_expected(work)
    if found != (links, captures) or counts.pending or settled != links:
        stand = f"{found[0]} links, {found[1]} captures, {settled} settled, {counts.pending} pending"
        return f"{stand}: not {links}, {captures}"
    return ""


def cut_tails(folder: Path, *, step: int) -> tuple[int, list[str]]:
    """Cut a segment that is ahead of its database at every `step`th byte: what is whole must be adopted, no more."""
    work, source, trial = Work(links=6, body=40, batch=6, segment=1 << 20), folder / "source", folder / "trial"
    do_work(source, Work(links=1, segment=1 << 20))
    database, log = (source / "archive.db").read_bytes(), source / "archive.db-wal"
    do_work(source, work)
    assert not log.exists()
    (segment,) = (source / "warc").iterdir()
    with Store.read(source) as store:
        rows = store.connection.execute("SELECT offset + length FROM capture ORDER BY offset").fetchall()
    (known, *ends), whole = [end for (end,) in rows], segment.read_bytes()
    (source / "archive.db").write_bytes(database)
    cuts, wrong = range(known, len(whole) + 1, step), []
    for cut in cuts:
        shutil.copytree(source, trial)
        (trial / "warc" / segment.name).write_bytes(whole[:cut])
        wanted = max([known, *(end for end in ends if end <= cut)])
        with Store.open(trial, about=ABOUT) as store:
            adopted = store.adopted
        if adopted != Adopted(captures=sum(end <= cut for end in ends), cut_bytes=cut - wanted):
            wrong.append(f"    cut at {cut}: {adopted}")
        elif (trial / "warc" / segment.name).read_bytes() != whole[:wanted]:
            wrong.append(f"    cut at {cut}: other bytes were left than {wanted}")
        shutil.rmtree(trial)
    return len(cuts), wrong
