"""Rows of the database from what was given or decided, the same whether it comes live or out of a WARC segment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...models import ArchiveDamaged
from ...platforms import parse_permalink
from ..records import CitedLinks, Cut, LaneState, NewLink
from .fixity import digest_row
from .notes import Note
from .segments import Placed, Segment
from .warcrecords import RecordType

# A link that is asked for by more than one counts as what needs it most. One that the policy refused before it was ever
# asked for comes back when it is judged anew: under another policy, or by a shorter way.
_ADD_LINK = """
INSERT INTO link(url, role, depth, lane, rank, state, reason, near) VALUES(?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(url) DO UPDATE SET
  role = CASE WHEN excluded.role = 'cited' OR excluded.rank < rank THEN excluded.role ELSE role END,
  rank = min(rank, excluded.rank),
  depth = min(depth, excluded.depth),
  near = CASE WHEN state = 'pending' THEN coalesce(near, excluded.near) ELSE near END,
  state = CASE WHEN state = 'refused' AND outcome IS NULL THEN excluded.state ELSE state END,
  reason = CASE WHEN state = 'refused' AND outcome IS NULL THEN excluded.reason ELSE reason END
WHERE (excluded.role = 'cited' AND role <> 'cited') OR excluded.rank < rank OR excluded.depth < depth
  OR (state = 'refused' AND outcome IS NULL AND excluded.state = 'pending')
  OR (state = 'pending' AND near IS NULL AND excluded.near IS NOT NULL)
"""
_ADD_CITATION = """
INSERT INTO citation(id, article, platform, handle, permalink, record, sha256) VALUES(?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(id) DO UPDATE SET article = excluded.article, platform = excluded.platform, handle = excluded.handle,
  permalink = excluded.permalink, record = excluded.record, sha256 = excluded.sha256
WHERE record <> excluded.record OR sha256 <> excluded.sha256
"""
_ADD_CAPTURE = """
INSERT INTO capture(link, settled, date, outcome, status, mime, record_type, record_id, truncated, payload_digest,
  segment, offset, length, record_offset, record_length, sha256)
VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_ADD_REVISIT = "INSERT INTO revisit SELECT :capture, capture FROM payload WHERE digest = :digest"
_ADD_REVISIT_OF = """
INSERT INTO revisit SELECT :capture, id FROM capture WHERE id = coalesce(
  (SELECT id FROM payload JOIN capture ON id = capture WHERE digest = :digest AND record_id = :refers_to),
  (SELECT id FROM capture WHERE record_id = :refers_to AND record_type = 'response' AND payload_digest = :digest))
"""
# A citation of whose links nothing is known has nothing to be judged by yet; one without links never will have.
_ADD_UNJUDGED = """
INSERT OR IGNORE INTO unjudged SELECT :id
WHERE NOT EXISTS(SELECT 1 FROM citation_link WHERE citation = :id) OR EXISTS(
  SELECT 1 FROM citation_link JOIN link ON link.id = link WHERE citation = :id AND (state <> 'pending' OR attempts > 0))
"""
_ADD_CITING = "INSERT OR IGNORE INTO unjudged SELECT citation FROM citation_link WHERE link = ?"
_ADD_REST = "INSERT OR IGNORE INTO unjudged SELECT id FROM citation WHERE id NOT IN (SELECT citation FROM verdict)"
_SETTLE_LINK = """
UPDATE link SET state = ?, reason = ?, next_at = ?, attempts = ?, failing_since = ?, outcome = coalesce(?, outcome),
  status = ?, target = ? WHERE id = ?
"""


@dataclass(slots=True, frozen=True, kw_only=True)
class Stored:
    """The answer's record as it stands in the WARC; `original` says that later answers may refer to its payload.

    `refers_to` is the id of the record that a revisit refers to, for where several archives were merged into one: each
    had its own; without it, it is the one that the list of payloads names.
    """

    date: str
    record_type: RecordType
    record_id: str
    truncated: Cut | None
    payload_digest: str | None
    original: bool
    placed: Placed
    refers_to: str | None = None


def add_link(connection: sqlite3.Connection, new: NewLink) -> int:
    """Queue a link unless it is there, and give its id either way."""
    rank = 1 if new.role == "requisite" else 0
    row = (new.url, new.role, new.depth, new.lane, rank, new.state, new.reason, new.near)
    added = connection.execute(_ADD_LINK, row)
    key = int(connection.execute("SELECT id FROM link WHERE url = ?", (new.url,)).fetchone()[0])
    if added.rowcount > 0 and tells_of_post(new):
        add_news(connection, key)
    return key


def tells_of_post(new: NewLink) -> bool:
    """Whether a link has something to say of a post: it was made to ask for one, or is a post's own address."""
    return new.role in ("post", "save") or (new.role in ("cited", "hop") and parse_permalink(new.url) is not None)


def add_news(connection: sqlite3.Connection, link: int) -> None:
    """Say that a link has news of a post: how it stands has changed, or it is there for the first time."""
    connection.execute("INSERT OR IGNORE INTO unread VALUES(?)", (link,))


def add_citation(connection: sqlite3.Connection, cited: CitedLinks) -> None:
    """Add or renew a citation, and queue its links."""
    about = (cited.article, cited.platform, cited.handle, cited.permalink)
    connection.execute(_ADD_CITATION, (cited.id, *about, cited.record, digest_row(cited.record)))
    rows = [
        (cited.id, position, url, add_link(connection, link))
        for position, (url, link) in enumerate(zip(cited.urls, cited.links, strict=True))
    ]
    connection.execute("DELETE FROM citation_link WHERE citation = ? AND position >= ?", (cited.id, len(rows)))
    connection.executemany(
        "INSERT INTO citation_link VALUES(?, ?, ?, ?) ON CONFLICT(citation, position)"
        " DO UPDATE SET url = excluded.url, link = excluded.link WHERE url <> excluded.url OR link <> excluded.link",
        rows,
    )
    connection.execute(_ADD_UNJUDGED, {"id": cited.id})


def add_unjudged(connection: sqlite3.Connection) -> int:
    """Have those citations judged too of which nothing is known yet, and give how many there were."""
    return connection.execute(_ADD_REST).rowcount


def add_note(
    connection: sqlite3.Connection, note: Note, stored: Stored | None, *, link: int = 0, settles: bool = True
) -> None:
    """Write what a note says of its link, of where it leads, and of the answer that was stored for it.

    `link` is the id of its link, where that is known to be there; else it is looked for, and queued where the database
    was lost. Without `settles` the link stands as it stood: another archive, that was merged with this one, has the
    last word.
    """
    key = link or add_link(connection, note.link)
    target = add_link(connection, note.target) if note.target else None
    if stored is not None:
        _add_capture(connection, key, note if settles else replace(note, settled=False), stored)
    new = note.link
    decided = (new.state, new.reason, note.next_at, note.attempt, note.failing_since)
    if settles:
        connection.execute(_SETTLE_LINK, (*decided, note.outcome, note.status, target, key))
    connection.execute(_ADD_CITING, (key,))
    if target is not None or tells_of_post(new):
        add_news(connection, key)
    pages = [(key, add_link(connection, needed)) for needed in note.requisites]
    connection.executemany("INSERT OR IGNORE INTO requisite(page, link) VALUES(?, ?)", pages)


def _add_capture(connection: sqlite3.Connection, link: int, note: Note, stored: Stored) -> None:
    if note.settled:  # a link that was asked for again has one answer that settles it: the last
        connection.execute("UPDATE capture SET settled = 0 WHERE link = ? AND settled", (link,))
    placed = stored.placed
    answer = (stored.record_type, stored.record_id, stored.truncated, stored.payload_digest)
    place = (placed.segment, placed.offset, placed.length, placed.record_offset, placed.record_length, placed.sha256)
    values = (link, note.settled, stored.date, note.outcome or "ok", note.status, note.mime, *answer, *place)
    capture = connection.execute(_ADD_CAPTURE, values).lastrowid
    if stored.record_type == "revisit":
        original = {"capture": capture, "digest": stored.payload_digest, "refers_to": stored.refers_to}
        connection.execute(_ADD_REVISIT_OF if stored.refers_to else _ADD_REVISIT, original)
    elif stored.original:
        connection.execute("INSERT OR IGNORE INTO payload VALUES(?, ?)", (stored.payload_digest, capture))


def save_segment(connection: sqlite3.Connection, segment: Segment) -> None:
    """Say that so many bytes of a segment are safe."""
    connection.execute(
        "INSERT INTO segment(name, size, head_length, head_sha256, about) VALUES(?, ?, ?, ?, ?)"
        " ON CONFLICT(name) DO UPDATE SET size = excluded.size",
        (segment.name, segment.size, segment.head_length, segment.head_sha256, segment.about),
    )


def save_lane(connection: sqlite3.Connection, lane: LaneState) -> None:
    """Say what a lane has to remember."""
    row = (lane.name, lane.next_at, lane.failures, lane.until)
    connection.execute("INSERT OR REPLACE INTO lane VALUES(?, ?, ?, ?)", row)


def read_segments(connection: sqlite3.Connection) -> Iterable[Segment]:
    """The segments that the database knows."""
    rows = connection.execute("SELECT name, size, head_length, head_sha256, about FROM segment").fetchall()
    if not all(isinstance(size, int) and isinstance(head, int) for _, size, head, *_ in rows):
        raise ArchiveDamaged("a segment's size is no number: bring back a good copy of archive.db")
    return [Segment(*row) for row in rows]
