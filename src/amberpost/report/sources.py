"""Where a report's rows come from: an archive, which is only read, or a file of citations that nothing is known of."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol

from ..archive.disk.database import advising
from ..archive.disk.reading import Reader
from ..archive.posts.citedpost import CitedPost
from ..archive.posts.citedrows import find_cited_posts
from ..archive.posts.rowfields import read_fields
from ..archive.publishing.pseudonyms import PseudonymousPost, Pseudonyms
from ..archive.records import MOST_REDIRECTS
from ..archive.tallies import VerdictTally
from ..models import replace_surrogates

Row = CitedPost | PseudonymousPost
Fate = Literal["answers", "not found", "other error", "no server", "not asked", "waits"]
FATES: tuple[Fate, ...] = ("answers", "not found", "other error", "no server", "not asked", "waits")
DEAD: tuple[Fate, ...] = ("not found", "no server")
_MISSING = (404, 410)
_MOST_LISTED = 1000

_ENDS = f"""
WITH RECURSIVE chain(first, link, hop) AS (
  SELECT DISTINCT link, link, 0 FROM citation_link
  UNION SELECT first, link.target, hop + 1 FROM chain JOIN link ON link.id = chain.link
    WHERE link.target IS NOT NULL AND hop < {MOST_REDIRECTS}
)
SELECT first, state, status, max(hop) FROM chain JOIN link ON link.id = chain.link GROUP BY first
"""
_DIGESTS = """
SELECT link.url, coalesce(payload_digest, ''), record_id FROM link CROSS JOIN capture ON capture.link = link.id
WHERE capture.settled AND link.url IN (SELECT value FROM json_each(?))
"""
_WAITING = """
SELECT url, lane, reason FROM link WHERE state = 'pending' AND role <> 'robots' ORDER BY lane, reason, url LIMIT ?
"""


@dataclass(slots=True, frozen=True, kw_only=True)
class Entry:
    """A row, and what became of each of its links, by the link's number; none where nobody has asked."""

    row: Row
    links: tuple[tuple[int, Fate], ...] = ()


@dataclass(slots=True, frozen=True, kw_only=True)
class Digest:
    """What tells one stored answer from all others: the SHA-256 of its payload, where it has one, and its WARC id."""

    payload: str
    record_id: str


@dataclass(slots=True, frozen=True, kw_only=True)
class Waiting:
    """So many links that stand alike: where, in which state, why, and from when on they are due (Unix seconds)."""

    lane: str
    state: str
    reason: str
    links: int
    next_at: float = 0.0


class Source(Protocol):
    """What a report is made of."""

    has_archive: bool
    pseudonymous: bool

    def entries(self) -> Iterator[Entry]:
        """The citations, in a fixed order."""

    def find_digests(self, urls: Sequence[str]) -> Mapping[str, Digest]:
        """The digests of the answers that are kept of these addresses."""

    def list_waiting(self) -> list[Waiting]:
        """How links stand that are not captured."""

    def list_waiting_links(self) -> list[tuple[str, str, str]]:
        """The first links that wait: address, lane and reason."""

    def count_verdicts(self) -> list[VerdictTally]:
        """How many citations have which verdict."""


class ArchiveSource:
    """The rows of an archive, with `pseudonymize` those that name nobody."""

    has_archive = True

    def __init__(self, reader: Reader, *, pseudonymize: bool = False) -> None:
        self.reader = reader
        self.pseudonymous = pseudonymize

    def entries(self) -> Iterator[Entry]:
        """Each citation with its post, in the order of their ids."""
        hide = Pseudonyms.read(self.reader.connection).hide_post if self.pseudonymous else None
        with advising(self.reader.folder):
            fates = find_fates(self.reader.connection)
            for row in find_cited_posts(self.reader):
                yield Entry(row=hide(row) if hide else row, links=fates.get(row.id, ()))

    def find_digests(self, urls: Sequence[str]) -> Mapping[str, Digest]:
        """By address, each looked up in the index."""
        with advising(self.reader.folder):
            rows = self.reader.connection.execute(_DIGESTS, (json.dumps(urls),))
            return {url: Digest(payload=payload, record_id=record) for url, payload, record in rows}

    def list_waiting(self) -> list[Waiting]:
        """By lane, state and reason; without names, only how many wait, for lanes and reasons may name somebody."""
        tallies = [tally for tally in self.reader.tallies() if tally.state != "captured"]
        if self.pseudonymous:
            states = Counter[str]()
            for tally in tallies:
                states[tally.state] += tally.links
            return [Waiting(lane="", state=state, reason="", links=states[state]) for state in sorted(states)]
        return [
            Waiting(lane=one.lane, state=one.state, reason=one.reason, links=one.links, next_at=one.next_at)
            for one in tallies
        ]

    def list_waiting_links(self) -> list[tuple[str, str, str]]:
        """In the order of lanes and reasons, a thousand at most."""
        if self.pseudonymous:
            return []
        with advising(self.reader.folder):
            return self.reader.connection.execute(_WAITING, (_MOST_LISTED,)).fetchall()

    def count_verdicts(self) -> list[VerdictTally]:
        """As `amberpost status` counts them."""
        return self.reader.count_verdicts()


class CitationSource:
    """Rows as `amberpost find` writes them, or anyone; nobody has asked for anything."""

    has_archive = False
    pseudonymous = False

    def __init__(self, rows: Iterable[Mapping[str, object]]) -> None:
        self._rows = rows

    def entries(self) -> Iterator[Entry]:
        """Each row as far as its fields hold what they should, in the order of the file."""
        return (Entry(row=read_row(row)) for row in self._rows)

    def find_digests(self, urls: Sequence[str]) -> Mapping[str, Digest]:  # noqa: ARG002
        """Nothing is kept."""
        return {}

    def list_waiting(self) -> list[Waiting]:
        """Nothing was asked for."""
        return []

    def list_waiting_links(self) -> list[tuple[str, str, str]]:
        """Nothing was asked for."""
        return []

    def count_verdicts(self) -> list[VerdictTally]:
        """Nothing was judged."""
        return []


def read_row(row: Mapping[str, object]) -> CitedPost:
    """A citation out of anyone's row: what fits its field, and an id made of all of it where it has none.

    >>> read_row({"id": "7a", "handle": "adawren", "date": "yesterday"}).handle
    'adawren'
    """
    record = replace_surrogates(json.dumps(row, ensure_ascii=False, default=str))
    given = row.get("id")
    key = str(given) if isinstance(given, str | int) and given else sha256(record.encode()).hexdigest()[:20]
    return CitedPost.model_validate({"id": key, **read_fields(record)})


def find_fates(connection: sqlite3.Connection) -> dict[str, tuple[tuple[int, Fate], ...]]:
    """What became of each citation's links: how the chain of redirects ends that begins with it."""
    ends = {first: tell_fate(state, status) for first, state, status, _ in connection.execute(_ENDS)}
    fates: dict[str, tuple[tuple[int, Fate], ...]] = {}
    for citation, link in connection.execute("SELECT citation, link FROM citation_link ORDER BY citation, position"):
        fates[citation] = (*fates.get(citation, ()), (link, ends[link]))
    return fates


def tell_fate(state: str, status: int | None) -> Fate:
    """What became of a link whose chain ends in this state, with this status.

    >>> tell_fate("captured", 200), tell_fate("captured", 410), tell_fate("failed", None)
    ('answers', 'not found', 'no server')
    """
    if state == "captured":
        if status in _MISSING:
            return "not found"
        return "answers" if status is not None and status < 400 else "other error"
    return {"failed": "no server", "refused": "not asked"}.get(state, "waits")  # type: ignore[return-value]


_HOP = re.compile(r"(?s)(.*) (\S+) (\S+) (\S+)")


def parse_hop(hop: str) -> tuple[str, str, str, str]:
    """The parts of a row's hop: address, status, date, and the place in the WARC files.

    >>> parse_hop("https://t.co/a 301 2026-09-09T10:20:30Z x.warc.gz:12")
    ('https://t.co/a', '301', '2026-09-09T10:20:30Z', 'x.warc.gz:12')
    """
    match = _HOP.fullmatch(hop)
    return (match[1], match[2], match[3], match[4]) if match else (hop, "", "", "")
