"""A group of records in a WARC segment held against the rows that the database has for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...warcfile import WarcRecord
from ..disk.forgotten import Forgotten
from ..disk.notes import Note
from ..disk.warcrecords import OUTCOME, REVISIT, WIRE, target_uri

CAPTURES = """
SELECT c.id, c.offset, c.length, c.record_offset, c.record_length, c.sha256, c.date, c.outcome, c.status, c.mime,
  c.record_type, c.record_id, c.truncated, c.payload_digest, c.settled, l.id, l.url, l.state, t.url,
  o.record_id, ol.url, o.date
FROM capture c LEFT JOIN link l ON l.id = c.link LEFT JOIN link t ON t.id = l.target
  LEFT JOIN revisit r ON r.capture = c.id LEFT JOIN capture o ON o.id = r.original LEFT JOIN link ol ON ol.id = o.link
WHERE c.segment = ? AND c.offset >= 0 AND c.length > 0 ORDER BY c.offset
"""


class Row(NamedTuple):
    """A capture with what the database says of its link and, for a revisit, of the answer that it refers to."""

    id: int
    offset: int
    length: int
    record_offset: int
    record_length: int
    sha256: str
    date: str
    outcome: str
    status: int | None
    mime: str | None
    record_type: str
    record_id: str
    truncated: str | None
    payload_digest: str | None
    settled: int
    link: int | None
    url: str | None
    state: str | None
    target: str | None
    original_id: str | None
    original_url: str | None
    original_date: str | None


class GroupCheck:
    """Compares what a group says with its rows; `forgotten` explains what the database no longer has."""

    def __init__(self, db: sqlite3.Connection, forgotten: Forgotten) -> None:
        self._db, self._forgotten = db, forgotten

    def find_differences(self, row: Row, records: list[WarcRecord], note: Note | None) -> Iterator[str]:
        """What the group's records, in order, and the note that ends it say otherwise than the database."""
        if note is None or not _is_group([record.type for record in records], row.record_type):
            yield "what lies there is not one request, its answer and the note on it"
            return
        answer = records[1 if records[0].type == "request" else 0]
        yield from _find_differing_answer(row, answer)
        yield from _find_differing_heads(row, answer, records)
        yield from _find_differing_note(row, note)
        if row.settled:
            yield from self._find_differing_link(row, note)

    def _find_differing_link(self, row: Row, note: Note) -> Iterator[str]:
        """A link that is settled stands as the note of the answer that settled it says, but for what was forgotten."""
        if row.state == "captured" and note.link.state != "captured":
            yield "its link is captured in the database, not in the note"
        wanted = note.target.url if note.target else None
        if row.state == note.link.state and row.target != wanted and not self._is_gone(wanted, row.target):
            yield f"its note leads to {shown(wanted)}, the database to {shown(row.target)}"
        for new in note.requisites:
            there = "SELECT 1 FROM requisite r JOIN link l ON l.id = r.link WHERE r.page = ? AND l.url = ?"
            if not self._db.execute(there, (row.link, new.url)).fetchone() and not self._is_gone(new.url, None):
                yield f"the database does not have {shown(new.url)}, which the page needs"

    def _is_gone(self, wanted: str | None, found: str | None) -> bool:
        return found is None and wanted is not None and self._forgotten.has_url(wanted)


def _is_group(types: list[str], answer: str) -> bool:
    types = types[1:] if types[:1] == ["request"] else types
    return types in ([answer, "metadata"], [answer, "metadata", "metadata"])


def _find_differing_answer(row: Row, answer: WarcRecord) -> Iterator[str]:
    uri = target_uri(row.url or "")
    pairs: list[tuple[str, object, object]] = [
        ("offset", row.record_offset, answer.offset),
        ("length", row.record_length, answer.length),
        ("id", row.record_id, answer.head.find_header("WARC-Record-ID")),
        ("truncation", row.truncated, answer.head.find_header("WARC-Truncated")),
        ("payload digest", row.payload_digest, answer.head.find_header("WARC-Payload-Digest")),
        ("URL", WIRE + uri if row.record_type == "metadata" else uri, answer.target),
    ]
    if row.record_type == "revisit":
        find = answer.head.find_header
        pairs += [
            ("profile", REVISIT, find("WARC-Profile")),
            ("original", row.original_id, find("WARC-Refers-To")),
            ("original's URL", target_uri(row.original_url or ""), find("WARC-Refers-To-Target-URI")),
            ("original's date", row.original_date, find("WARC-Refers-To-Date")),
        ]
    yield from _differing("the answer's", pairs)


def _find_differing_heads(row: Row, answer: WarcRecord, records: list[WarcRecord]) -> Iterator[str]:
    uri = target_uri(row.url or "")
    if any(record.head.find_header("WARC-Date") != row.date for record in records):
        yield "its records are not all of the date that the database has"
    if records[-1].target != OUTCOME + uri or any(
        r.target != WIRE + uri for r in records[records.index(answer) + 1 : -1]
    ):
        yield "its records are about another URL"
    own = answer.head.find_header("WARC-Record-ID")
    if any(r.head.find_header("WARC-Concurrent-To") != own for r in records if r is not answer):
        yield "its records do not name its answer"


def _find_differing_note(row: Row, note: Note) -> Iterator[str]:
    pairs = [
        ("link", row.url, note.link.url),
        ("outcome", row.outcome, note.outcome or "ok"),
        ("status", row.status, note.status),
        ("media type", row.mime, note.mime),
    ]
    yield from _differing("the note's", pairs)
    if row.settled and not note.settled:
        yield "the database calls it settled, its note does not"


def _differing(whose: str, pairs: Sequence[tuple[str, object, object]]) -> Iterator[str]:
    for what, known, found in pairs:
        if known != found:
            yield f"{whose} {what} is {shown(found)}, in the database {shown(known)}"


def shown(value: object) -> str:
    """A value as a problem names it, with nothing in it that could play with a terminal."""
    return repr(value) if not isinstance(value, str) else ascii(value[:200])[1:-1]
