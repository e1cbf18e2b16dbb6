"""Somebody's WARC and WACZ files as a source: copies of what in them tells of the posts that this archive knows.

A copy is a response record like the archive's own, with the URL and the date of the exchange that somebody else made,
and a note that says from where it was taken. Only answers with status 200 are taken, whole ones or ones that say where
they were cut; what is a revisit there has its words elsewhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import re
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from urllib.parse import unquote

from ..models import Permalink, Problem
from ..platforms import parse_permalink
from ..sources import is_about
from ..warcfile import SHARED_MEMBER, WarcRecord, read_records
from .complaints import MOST_NAMED
from .disk.borrowed import Borrowed, make_name, make_prefix
from .exchange.answers import parse_answer
from .politeness.manners import NO_LANE
from .posts.questions import find_copies
from .records import Cut, Decision, Exchange, Link, Origin, Result
from .store import Store
from .warcsources import Place, find_places

_MEMENTO = re.compile(r"https?://web\.archive\.org/web/[0-9]{4,14}(?:[a-z]{2}_)?/(.{4,4000})", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_MOST_TOKENS = 60
_LONGEST = 4000  # characters of a URL
_MOST_OF_ONE = 20  # copies of one post
_AT_ONCE = 20  # copies stored in one transaction
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
_CUTS: tuple[Cut, ...] = ("length", "time", "disconnect", "unspecified")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
_POSTS = "SELECT platform, post_id, handle, permalink FROM post WHERE post_id IN ({})"
_ADVICE = "the file's other records were read"


@dataclass(slots=True, kw_only=True)
class Taken:
    """What came of looking through files: records read in all, copies kept anew, those that were there already.

    `problems` names the first 1,000 things that could not be read, and `more_problems` says how many more there were.
    """

    files: int = 0
    records: int = 0
    copies: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0


class Borrower:
    """Looks through files of others for what tells of posts, and keeps copies; gives up nothing half done.

    What was kept is known again, so that all may be looked through once more when there are more posts.
    """

    def __init__(self, store: Store, *, max_bytes: int) -> None:
        self.taken = Taken()
        self._store, self._max_bytes = store, max_bytes
        self._waiting: list[Result] = []

    def look_through(self, path: Path) -> None:
        """Look through one file, a WARC or a WACZ of several."""
        self.taken.files += 1
        with path.open("rb") as file:
            for place in find_places(file, path.name):
                if isinstance(place, Problem):
                    self._complain(place)
                else:
                    self._read(place)
        self._flush()

    def _complain(self, problem: Problem) -> None:
        if len(self.taken.problems) < MOST_NAMED:
            self.taken.problems.append(problem)
        else:
            self.taken.more_problems += 1

    def _read(self, place: Place) -> None:
        for item in read_records(place.file, name=place.name):
            if not isinstance(item, Problem):
                self.taken.records += 1
                self._look_at(place, item)
            elif item.reason != SHARED_MEMBER:
                self._complain(item)

    def _look_at(self, place: Place, record: WarcRecord) -> None:
        url = record.target or ""
        if record.type not in ("response", "revisit") or not _is_url(url):
            return
        post = find_post(self._store.connection, url)
        if post is None or self._store.is_forgotten(url) or self._store.is_forgotten(post.url):
            return
        with ExitStack() as undo:
            result = self._copy(place, record, post, undo)
            if isinstance(result, str):
                reason = f"{url[:200]} is not taken: {result}"
                self._complain(
                    Problem(source=place.name, place=f"offset {record.offset}", reason=reason, advice=_ADVICE)
                )
            elif result is not None:
                undo.pop_all()
                self._keep(result)

    def _copy(self, place: Place, record: WarcRecord, post: Permalink, undo: ExitStack) -> Result | str | None:
        """The copy of a record; why it is none; or nothing where it is known, or of no use."""
        date = record.head.find_header("WARC-Date") or ""
        started = _parse_date(date)
        if record.type == "revisit":
            return "a revisit, whose content lies in another record"
        if started is None:
            return f"its date is none: {date[:40]}"
        if (record.head.content_length or 0) > self._max_bytes:
            return f"it has more than {self._max_bytes} bytes"
        block = cast("IO[bytes]", undo.enter_context(SpooledTemporaryFile(_IN_MEMORY)))  # noqa: SIM115 - in a stack
        size, digest = _copy_block(record, block)
        if size != record.head.content_length:
            return "it is cut"
        exchange = _make_exchange(record, block, size, started)
        if exchange is None:
            return "it is no answer in HTTP/1"
        name = make_name(Borrowed(post.platform, post.post_id, _format(started), digest, record.target or ""))
        if exchange.status != 200 or self._is_known(name) or self._is_enough(post):
            return None
        return _make_result(
            name,
            exchange,
            Origin(
                file=place.name,
                offset=record.offset,
                record_id=(record.head.find_header("WARC-Record-ID") or "")[:200],
                date=date,
                digest=digest,
            ),
        )

    def _is_known(self, name: str) -> bool:
        is_known = self._store.find_link(name) is not None or any(each.link.url == name for each in self._waiting)
        self.taken.known += is_known
        return is_known

    def _is_enough(self, post: Permalink) -> bool:
        prefix = make_prefix(post.platform, post.post_id)
        waiting = sum(each.link.url.startswith(prefix) for each in self._waiting)
        return waiting + len(find_copies(self._store.connection, post.platform, post.post_id)) >= _MOST_OF_ONE

    def _keep(self, result: Result) -> None:
        self._waiting.append(result)
        if len(self._waiting) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        try:
            if self._waiting:
                self._store.record(self._waiting)
                self.taken.copies += len(self._waiting)
        finally:
            for result in self._waiting:
                result.exchanges[0].received.close()
            self._waiting = []


def find_post(connection: sqlite3.Connection, url: str) -> Permalink | None:
    """The known post that a URL is the address of, in any spelling, or a question about, or that in an archive."""
    memento = _MEMENTO.fullmatch(url)
    if memento:
        return find_post(connection, memento[1])
    named = parse_permalink(url)
    ids = list(dict.fromkeys(_TOKEN.findall(unquote(url))))[:_MOST_TOKENS]
    ids += [named.post_id] if named and named.post_id not in ids else []
    rows = connection.execute(_POSTS.format(", ".join("?" * len(ids))), ids).fetchall()
    for platform, post_id, handle, permalink in rows:
        known = Permalink(platform, post_id, handle, permalink)
        if is_about(url, known):
            return known
    return None


def _is_url(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= _LONGEST and url.isprintable()


def _parse_date(date: str) -> dt.datetime | None:
    """The instant of a record's date, to the microsecond; WARC 1.1 allows nanoseconds."""
    if not _DATE.fullmatch(date):
        return None
    try:
        return dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", date))
    except ValueError:
        return None


def _format(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _copy_block(record: WarcRecord, block: IO[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while piece := record.read(_PIECE):
        size += len(piece)
        digest.update(piece)
        block.write(piece)
    return size, digest.hexdigest()


def _make_exchange(record: WarcRecord, block: IO[bytes], size: int, started: dt.datetime) -> Exchange | None:
    answer = parse_answer(block, size)
    if answer is None:
        return None
    named = record.head.find_header("WARC-Truncated")
    cut: Cut | None = next((each for each in _CUTS if each == named), "unspecified") if named else None
    return Exchange(
        url=record.target or "",
        started=started,
        seconds=0.0,
        outcome="truncated" if cut else "ok",
        reason="",
        sent=b"",
        received=block,
        size=size,
        address=_parse_address(record.head.find_header("WARC-IP-Address")),
        cut=cut,
        answer=answer,
    )


def _parse_address(address: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(address or ""))
    except ValueError:
        return None


def _make_result(name: str, exchange: Exchange, origin: Origin) -> Result:
    link = Link(id=0, url=name, role="post", depth=0, lane=NO_LANE, state="captured", attempts=0)
    return Result(link=link, exchanges=(exchange,), decision=Decision(state="captured"), origin=origin)
