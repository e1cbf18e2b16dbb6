"""What an archive knows, for anyone who reads: chains of redirects, captures, stored answers, how links stand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Self

from ...models import replace_surrogates
from ..records import MOST_REDIRECTS, TOO_MANY, UNFOLLOWED, Capture, Hop, LaneState, Link, Resolution, State
from ..tallies import Counts, PostTally, Tally, VerdictTally
from .cited import normalize_target
from .database import advising, connect_read_only, read_key, read_meta
from .folder import SEGMENTS, check_database
from .forgotten import Forgotten
from .queue import LINK, LONGEST_WAIT, Queue, read_link
from .segments import Segments
from .storedrecords import open_answer

_STEP = 1000
_CAPTURE = (
    "capture.id, link.url, capture.date, capture.settled, capture.outcome, capture.status, capture.mime, record_type,"
    " record_id, truncated, payload_digest, segment, offset, length"
)


class Reader(Queue):
    """An archive opened for reading, while it rests or while another process writes; nothing is locked or changed.

    `connection` is open to those who check or report more than the methods tell; `folder` is the archive's.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.folder = folder
        self.archive = read_meta(connection, "archive")
        self.forgotten = Forgotten(connection, read_key(connection))
        self.segments = Segments(folder / SEGMENTS)  # last: where the table meta is damaged, it would stay open

    @classmethod
    def read(cls, folder: Path, *, at_rest: bool = False) -> Reader:
        """Open an archive for reading; raises ArchiveError where there is none. See `connect_read_only`."""
        with advising(folder):
            connection = connect_read_only(check_database(folder), at_rest=at_rest)
            try:
                return Reader(folder, connection)
            except BaseException:
                connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and the segments."""
        super().close()
        self.segments.close()

    def counts(self) -> Counts:
        """How much there is, by state."""
        states = dict(self.connection.execute("SELECT state, count(*) FROM link GROUP BY state").fetchall())
        return Counts(
            citations=self._count("citation"),
            links=sum(states.values()),
            pending=states.get("pending", 0),
            captured=states.get("captured", 0),
            refused=states.get("refused", 0),
            failed=states.get("failed", 0),
            captures=self._count("capture"),
            revisits=self._count("revisit"),
            bytes=self.connection.execute("SELECT coalesce(sum(size), 0) FROM segment").fetchone()[0],
        )

    def tallies_at(self, now: float) -> list[Tally]:
        """What `tallies` has, but that no link is due before its lane has rested."""
        return put_off(self.tallies(), self.lanes(), now=now)

    def _count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def count_posts(self) -> list[PostTally]:
        """How many of the posts that links led to there are, by platform and by what became of them."""
        query = "SELECT platform, outcome, count(*) FROM post GROUP BY platform, outcome ORDER BY platform, outcome"
        return [PostTally(*row) for row in self.connection.execute(query)]

    def count_verdicts(self) -> list[VerdictTally]:
        """How many citations have which verdict; last, with `None`, those that are not judged yet."""
        query = (
            "SELECT verdict, count(*) FROM verdict WHERE citation NOT IN (SELECT citation FROM unjudged)"
            " GROUP BY verdict ORDER BY verdict"
        )
        judged = [VerdictTally(*row) for row in self.connection.execute(query)]
        rest = self._count("citation") - sum(tally.citations for tally in judged)
        return [*judged, VerdictTally(None, rest)] if rest > 0 else judged

    def captures(self) -> Iterator[Capture]:
        """All captures in the order in which they were stored; a slow reader holds up nobody's writing."""
        last = 0
        while rows := self._captures("capture.id > ? ORDER BY capture.id LIMIT ?", last, _STEP):
            yield from rows
            last = rows[-1].id

    def find_captures(self, url: str) -> list[Capture]:
        """The captures of exactly that URL, first to last, those included that did not settle it."""
        return self._captures("link.url = ? ORDER BY capture.id", url)

    def _captures(self, where: str, *values: object) -> list[Capture]:
        query = f"SELECT {_CAPTURE} FROM capture JOIN link ON link.id = capture.link WHERE {where}"
        return [_read_capture(row) for row in self.connection.execute(query, values)]

    def resolve(self, url: str) -> Resolution | None:
        """What is known of a URL, redirect by redirect; `None` when it is not in the archive.

        Any spelling that `add` takes for one link finds it: `pic.twitter.com/CODE` and `t.co/CODE`, with a fragment or
        without, with the host in capitals.
        """
        link = next(filter(None, map(self.find_link, _spellings(url))), None)
        if link is None:
            return None
        links = [link]
        behind = self._follow(link)
        while behind and behind.id not in {known.id for known in links} and len(links) <= MOST_REDIRECTS:
            links.append(behind)
            behind = self._follow(behind)
        last = links[-1]
        state, reason = _endless(len(links)) if behind else _judge_end(last)
        hops = tuple(self._hop(each) for each in links)
        return Resolution(url=url, state=state, reason=reason, final_url=last.url, hops=hops)

    def _follow(self, link: Link) -> Link | None:
        row = self.connection.execute(f"SELECT {LINK} FROM link WHERE id = ?", (link.target,)).fetchone()
        return row and read_link(row)

    def _hop(self, link: Link) -> Hop:
        found = self._captures("capture.link = ? AND capture.settled", link.id)
        return Hop(
            url=link.url,
            state=link.state,
            reason=link.reason,
            status=link.status,
            capture=found[0] if found else None,
        )

    def open_answer(self, capture: Capture) -> IO[bytes]:
        """The HTTP answer as it came, byte for byte, in a temporary file; a revisit with the payload it refers to.

        Raises ArchiveDamaged when the bytes in the segment are not those that were stored.
        """
        with advising(self.folder):
            return open_answer(self.connection, self.segments, capture)

    def is_forgotten(self, url: str) -> bool:
        """Tell whether a URL, its post or its author was forgotten on purpose."""
        return self.forgotten.has_url(url)


def _spellings(url: str) -> Iterator[str]:
    """As it was given, for what a server led to stands in the queue as it was printed; and as it is queued."""
    yield replace_surrogates(url)
    yield normalize_target(url)


def _endless(hops: int) -> tuple[State, str]:
    return "failed", "redirect loop" if hops <= MOST_REDIRECTS else TOO_MANY


def _judge_end(last: Link) -> tuple[State, str]:
    """How a chain stands that leads no further: an answer that leads on is kept, but it is not where the link leads."""
    is_astray = last.state == "captured" and last.reason in UNFOLLOWED
    return "failed" if is_astray else last.state, last.reason


def _read_capture(row: tuple[Any, ...]) -> Capture:
    (key, url, date, settled, outcome, status, mime, kind, record_id, cut, digest, segment, offset, length) = row
    return Capture(
        id=key,
        url=url,
        date=date,
        settled=bool(settled),
        outcome=outcome,
        status=status,
        mime=mime,
        record_type=kind,
        record_id=record_id,
        truncated=cut,
        payload_digest=digest,
        segment=segment,
        offset=offset,
        length=length,
    )


def put_off(tallies: Iterable[Tally], lanes: Iterable[LaneState], *, now: float) -> list[Tally]:
    """Let links that wait in a lane that rests be due when it has rested; what a wrong clock said counts for nothing.

    >>> new = Tally(lane="t.co", state="pending", reason="", links=5, next_at=0.0)
    >>> rest = LaneState(name="t.co", next_at=7.0, failures=5, until=300.0)
    >>> [tally.next_at for now in (10.0, 301.0) for tally in put_off([new], [rest], now=now)]
    [300.0, 0.0]
    """
    rests = {lane.name: lane.until for lane in lanes if now < lane.until <= now + LONGEST_WAIT}
    return [replace(tally, next_at=_find_due(tally, rests, now)) for tally in tallies]


def _find_due(tally: Tally, rests: Mapping[str, float], now: float) -> float:
    if tally.state != "pending":
        return tally.next_at
    due = now if tally.next_at > now + LONGEST_WAIT else tally.next_at
    return max(due, rests.get(tally.lane, due))
