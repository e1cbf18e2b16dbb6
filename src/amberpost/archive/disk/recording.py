"""Results into groups and rows: appended and synced first, then told to the database in one transaction."""

from __future__ import annotations

import datetime as dt
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..records import About, Decision, Exchange, NewLink, Result
from .database import transaction
from .forgotten import LEADS_THERE
from .notes import Note, format_note
from .rows import Stored, add_note, read_segments, save_segment
from .segments import Appending, Segment, segment_archive
from .warcrecords import (
    REVISIT_BYTES,
    Original,
    about_block,
    find_payload_digest,
    find_revisit_digest,
    format_date,
    make_group,
    target_uri,
    warc_date,
)

if TYPE_CHECKING:
    from .reading import Reader

MOST_NAMED, MOST_COUNTED = 20, 1000
_LONGEST_NAME = 2000  # characters of an article or an id that a note names
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
# For whom a link is fetched: those who cite it, what redirects to it, pages that need it. Bounded, whoever leads there.
_CITED_BY = f"""
WITH RECURSIVE led(link, hop) AS (
  SELECT ?, 0
  UNION SELECT link.id, hop + 1 FROM led JOIN link ON link.target = led.link WHERE hop < 10
  UNION SELECT requisite.page, hop + 1 FROM led JOIN requisite ON requisite.link = led.link WHERE hop < 10
  LIMIT {MOST_COUNTED}
)
SELECT DISTINCT citation.id, citation.article FROM led JOIN citation_link ON citation_link.link = led.link
JOIN citation ON citation.id = citation_link.citation LIMIT {MOST_COUNTED}
"""
Row = tuple[int, Note, Stored | None]  # with the id of the link, 0 for one that was never queued
Cited = tuple[str, str | None]  # the id of a citation, and its article


class Recorder:
    """Writes results into the archive of `reader`, a whole transaction at a time, a segment after the other."""

    def __init__(self, reader: Reader, about: About, *, segment_bytes: int) -> None:
        self._reader, self._connection = reader, reader.connection
        self._about = about_block(about, reader.archive)
        self._segment_bytes = segment_bytes
        self._last = self._find_last()
        self._fresh: dict[str, Original] = {}

    def _find_last(self) -> Segment | None:
        """The segment that was begun last, unless it is of an archive that was merged into this one.

        Behind such a one comes another segment, so that no answer refers to one that stands behind it.
        """
        segments = {segment.name: segment for segment in read_segments(self._connection)}
        names = [name for name in self._reader.segments.names() if name in segments]
        is_own = bool(names) and segment_archive(names[-1]) == self._reader.archive
        return segments[names[-1]] if is_own else None

    def _next(self) -> Segment:
        """The segment to append to: the last, unless it is full or says something else of who archives and how."""
        last = self._last
        if last is not None and last.size < self._segment_bytes and last.about == self._about:
            return last
        return Segment(self._reader.segments.next_name(self._reader.archive), 0, 0, "", "")

    def record(self, results: Sequence[Result]) -> None:
        """Store results; what does not fit into the segment goes, in a transaction of its own, into the next."""
        waiting = deque(map(self._without_forgotten, results))
        while waiting:
            self._fresh = {}
            if any(exchange.size for result in waiting for exchange in result.exchanges):
                self._record_some(waiting)
            else:
                with transaction(self._connection):
                    self._write(row for result in waiting for row in self._rows(result, None))
                waiting.clear()

    def _record_some(self, waiting: deque[Result]) -> None:
        with self._reader.segments.append(self._next()) as appending:
            rows = list(self._append(waiting, appending))
            appending.sync()
            done = replace(appending.segment, size=appending.size)
            with transaction(self._connection):
                save_segment(self._connection, done)
                self._write(iter(rows))
                # From the commit on, even one that fails half-way, the database may know of these bytes.
                appending.keep()
        self._last = done

    def _append(self, waiting: deque[Result], appending: Appending) -> Iterator[Row]:
        yield from self._rows(waiting.popleft(), appending)
        while waiting and appending.size < self._segment_bytes:
            yield from self._rows(waiting.popleft(), appending)

    def _write(self, rows: Iterator[Row]) -> None:
        for link, note, stored in rows:
            add_note(self._connection, note, stored, link=link)

    def _without_forgotten(self, result: Result) -> Result:
        """An answer that leads to what was forgotten names it: it is not stored."""
        decision, is_forgotten = result.decision, self._reader.is_forgotten
        if decision.target is not None and is_forgotten(decision.target.url):
            refused = Decision(state="refused", reason=LEADS_THERE)
            return replace(result, exchanges=(), decision=refused)
        if not decision.requisites:
            return result
        kept = tuple(new for new in decision.requisites if not is_forgotten(new.url))
        return replace(result, decision=replace(decision, requisites=kept))

    def _rows(self, result: Result, appending: Appending | None) -> Iterator[Row]:
        cited = self._find_cited(result) if appending else ()
        stored: Stored | None = None
        for number, exchange in enumerate(result.exchanges, 1):
            last = number == len(result.exchanges)
            if not exchange.size or appending is None:
                continue
            note = self._make_note(result, exchange, number, cited, last=last)
            stored = self._store(exchange, note, appending)
            yield result.link.id, note, stored
            if last:
                return
        last_one = result.exchanges[-1] if result.exchanges else None
        yield result.link.id, self._make_note(result, last_one, len(result.exchanges), (), last=True), None

    def _find_cited(self, result: Result) -> Sequence[Cited]:
        if result.link.role == "robots":
            return ()
        return self._connection.execute(_CITED_BY, (result.link.id,)).fetchall()

    def _make_note(
        self,
        result: Result,
        exchange: Exchange | None,
        number: int,
        cited: Sequence[Cited],
        *,
        last: bool,
    ) -> Note:
        link, decision = result.link, result.decision
        if not last:
            decision = Decision(state="pending", reason=exchange.reason if exchange else "")
        articles = dict.fromkeys(article for _, article in cited if article and len(article) <= _LONGEST_NAME)
        ids = [citation for citation, _ in cited if len(citation) <= _LONGEST_NAME]
        return Note(
            archive=self._reader.archive,
            link=NewLink(
                url=link.url,
                role=link.role,
                depth=link.depth,
                lane=link.lane,
                state=decision.state,
                reason=decision.reason,
                near=link.near,
            ),
            settled=exchange is not None and decision.state != "pending",
            attempt=link.attempts + number,
            outcome=exchange.outcome if exchange else "refused" if decision.state == "refused" else None,
            status=exchange.status if exchange else None,
            mime=_find_mime(exchange) if exchange else None,
            next_at=decision.next_at,
            failing_since=decision.failing_since,
            tls=exchange.tls if exchange else None,
            milliseconds=round(exchange.seconds * 1000) if exchange else 0,
            vias=tuple(articles)[:MOST_NAMED],
            citations=tuple(ids[:MOST_NAMED]),
            cited=len(cited),
            target=decision.target,
            requisites=decision.requisites,
            origin=result.origin,
        )

    def _store(self, exchange: Exchange, note: Note, appending: Appending) -> Stored:
        if not appending.size:
            appending.begin(
                self._about, date=format_date(dt.datetime.now(dt.UTC)) if note.origin else warc_date(exchange)
            )
        digest = find_revisit_digest(exchange)
        original = self._find_original(digest) if digest else None
        # A copy is kept whole: it is asked for nowhere, should the other answer go.
        is_worth_it = not note.origin and exchange.answer is not None and exchange.answer.payload_size >= REVISIT_BYTES
        group = make_group(exchange, format_note(note), original=original if is_worth_it else None)
        record_id, kind = group.answer.id, group.answer.type
        stored = Stored(
            date=warc_date(exchange),
            record_type=kind,
            record_id=record_id,
            truncated="length" if kind == "revisit" else exchange.cut,
            payload_digest=find_payload_digest(exchange),
            original=digest is not None and original is None,
            placed=appending.add(group),
        )
        if digest and original is None:
            self._fresh[digest] = Original(record_id=record_id, url=target_uri(exchange.url), date=stored.date)
        return stored

    def _find_original(self, digest: str) -> Original | None:
        if digest in self._fresh:
            return self._fresh[digest]
        row = self._connection.execute(
            "SELECT record_id, url, date FROM payload JOIN capture ON capture.id = payload.capture"
            " JOIN link ON link.id = capture.link WHERE digest = ?",
            (digest,),
        ).fetchone()
        return Original(record_id=row[0], url=target_uri(row[1]), date=row[2]) if row else None


def _find_mime(exchange: Exchange) -> str | None:
    """The media type that an answer claims, without parameters, if it is one."""
    value = (exchange.answer and exchange.answer.find_header("content-type")) or ""
    mime = value.partition(";")[0].strip().lower()
    return mime if _MIME.fullmatch(mime) else None
