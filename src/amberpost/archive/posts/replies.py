"""Stored answers as sources read them: the last hop of a question, its bytes without transfer and content coding."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import IO

from ...posts import Outcome, Reply
from ..disk.borrowed import find_original
from ..disk.queue import LINK, read_link
from ..disk.reading import Reader
from ..exchange.answers import parse_answer
from ..exchange.payloads import read_payload
from ..politeness.shards import LEFT
from ..records import MOST_REDIRECTS, Capture, Exchange, Link

NOT_ASKED = "not asked yet"
_READ = 8 << 20  # bytes of an answer that tells of a post
_LONGEST_DATE = 60


@dataclass(slots=True, frozen=True)
class NoReply:
    """Why there is nothing to read yet, or never will be."""

    outcome: Outcome
    reason: str


def find_end(connection: sqlite3.Connection, link: int) -> Link:
    """The last link of a redirect chain; of a loop, the one before it closes."""
    seen: list[int] = []
    found = _read(connection, link)
    while found.target is not None and found.target not in seen and len(seen) <= MOST_REDIRECTS:
        seen.append(found.id)
        found = _read(connection, found.target)
    return found


def _read(connection: sqlite3.Connection, link: int) -> Link:
    return read_link(connection.execute(f"SELECT {LINK} FROM link WHERE id = ?", (link,)).fetchone())


def read_reply(reader: Reader, end: Link) -> tuple[Reply, Capture] | NoReply:
    """What the last link of a question was answered, and where that is stored; else why there is no answer.

    Raises ArchiveDamaged when the stored bytes are not those that were stored.
    """
    if end.state != "captured":
        return find_no_reply(end)
    capture = next((each for each in reader.find_captures(end.url) if each.settled), None)
    if capture is None or capture.status is None:
        return NoReply("unreachable", end.reason or "no answer was stored")
    with closing(reader.open_answer(capture)) as file:
        return _parse(capture, file), capture


def is_left(end: Link) -> bool:
    """Whether another shard of the job asks for a link: then its answer is outstanding, whatever happens here."""
    return end.state == "refused" and end.reason.startswith(LEFT)


def find_no_reply(end: Link) -> NoReply:
    """Why a link that is not captured says nothing.

    >>> link = Link(id=1, url="https://t.me/a/1", role="post", depth=0, lane="t.me", attempts=2, status=429)
    >>> find_no_reply(link).outcome
    'rate-limited'
    """
    if is_left(end):
        return NoReply("never-asked", NOT_ASKED)
    if end.state == "refused":
        return NoReply("never-asked", f"refused: {end.reason}")
    if end.state == "pending" and not end.attempts:
        return NoReply("never-asked", end.reason or NOT_ASKED)
    return NoReply("rate-limited" if end.status == 429 else "unreachable", end.reason)


def read_exchange(capture: Capture, file: IO[bytes]) -> Exchange:
    """A stored answer as an exchange, as far as it is read again: without the request, and how long it took."""
    size = file.seek(0, os.SEEK_END)
    return Exchange(
        url=capture.url,
        started=dt.datetime.fromisoformat(capture.date),
        seconds=0.0,
        outcome=capture.outcome,
        reason="",
        sent=b"",
        received=file,
        size=size,
        answer=parse_answer(file, size),
    )


def _parse(capture: Capture, file: IO[bytes]) -> Reply:
    exchange = read_exchange(capture, file)
    answer = exchange.answer
    kind = (answer.find_header("content-type") if answer else None) or ""
    return Reply(
        url=find_original(capture.url),
        status=capture.status or 0,
        type=kind.partition(";")[0].strip().lower(),
        body=read_payload(exchange, _READ),
        date=exchange.started,
        copied=parse_copied(answer.find_header("memento-datetime")) if answer else None,
    )


def parse_copied(header: str | None) -> dt.datetime | None:
    """The time of a copy as an archive's header tells it, RFC 1123 and GMT; `None` where it tells none.

    >>> parse_copied("Sun, 21 May 2017 09:00:00 GMT").isoformat(), parse_copied("yesterday")
    ('2017-05-21T09:00:00+00:00', None)
    """
    if not header or len(header) > _LONGEST_DATE:
        return None
    try:
        told = parsedate_to_datetime(header)
        return (told if told.tzinfo else told.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
