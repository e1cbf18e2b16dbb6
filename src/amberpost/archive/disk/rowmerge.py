"""The rows of one archive put into another, inside a transaction: joined by URL, by id and by the WARC's record ids."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from itertools import count

from ...models import Permalink
from .fixity import digest_row
from .forgotten import OTHER_KEYS, Forgotten
from .linkmerge import LinkMerge, read_links
from .marks import citation_mark, handle_mark, post_marks
from .reading import Reader

_TABLES = (
    # `wins`: this source's row was taken, with its answer and its target; `news`: something about the link is new.
    "their_link(old INTEGER PRIMARY KEY, new INTEGER NOT NULL, wins INTEGER NOT NULL, news INTEGER NOT NULL)",
    "their_capture(old INTEGER PRIMARY KEY, new INTEGER NOT NULL)",
)
_FAR = -(1 << 60)  # offsets of captures whose bytes are still to come: no place in a file, and each another
_SAME_CAPTURE = "SELECT id FROM capture WHERE link = ? AND record_id = ?"
_NEWS = """
INSERT OR IGNORE INTO unread
SELECT new FROM their_link JOIN link ON link.id = new WHERE news AND role NOT IN ('requisite', 'robots')
"""
_ADD_POST = """
INSERT INTO post(platform, realm, post_id, permalink, handle) VALUES(?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET permalink = excluded.permalink, handle = excluded.handle
WHERE excluded.handle IS NOT NULL AND (handle IS NULL OR (excluded.handle, excluded.permalink) < (handle, permalink))
"""
# Of two payloads alike, later answers refer to the older one, whichever archive it came from.
_ADD_PAYLOAD = """
INSERT INTO payload SELECT ?, new FROM their_capture WHERE old = ?
ON CONFLICT DO UPDATE SET capture = excluded.capture
WHERE (SELECT date, record_id FROM capture WHERE id = excluded.capture)
  < (SELECT date, record_id FROM capture WHERE id = payload.capture)
"""
_ADD_LANE = """
INSERT INTO lane VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET next_at = max(next_at, excluded.next_at),
  failures = max(failures, excluded.failures), until = max(until, excluded.until)
"""
_ADD_QUESTION = """
INSERT OR IGNORE INTO question(post, link, source)
SELECT post.id, new, ? FROM post, their_link WHERE platform = ? AND realm = ? AND post_id = ? AND old = ?
"""
_TOLD = """
SELECT DISTINCT post.id, platform, post_id, permalink, json_extract(told.record, '$.handle') AS handle
FROM post JOIN (SELECT post AS id, record FROM question UNION ALL SELECT id, record FROM post) AS told USING (id)
WHERE told.record IS NOT NULL AND handle IS NOT NULL
"""
_IS_IT = "SELECT citation FROM verdict WHERE post = ? AND verdict IN ('same', 'probably-same')"


def take_forgotten(db: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """Take over what an archive has forgotten: its digests, and the keys without which they say nothing."""
    digests = source.execute("SELECT digest, sha256 FROM forgotten").fetchall()
    if not digests:
        return
    db.executemany("INSERT OR IGNORE INTO forgotten VALUES(?, ?)", digests)
    keys = source.execute("SELECT value FROM meta WHERE key = 'key' OR key LIKE ?", (f"{OTHER_KEYS}%",)).fetchall()
    named = [(f"{OTHER_KEYS}{hashlib.sha256(key.encode()).hexdigest()[:16]}", key) for (key,) in keys]
    own = db.execute("SELECT value FROM meta WHERE key = 'key'").fetchone()[0]
    db.executemany("INSERT OR IGNORE INTO meta VALUES(?, ?)", [pair for pair in named if pair[1] != own])


class RowMerge:
    """Takes the rows of the archive `source`, which the table `came` knows by `number`, into the database `db`.

    `told` are the marks of posts that a service, there, ascribed to an account that was forgotten, and of the citations
    that were judged, there, to be of them: these may name the account as it was called before.
    """

    def __init__(self, db: sqlite3.Connection, source: Reader, number: int) -> None:
        self._db, self._source, self._number = db, source.connection, number
        self._unplaced = count(_FAR + (number << 40))
        self.told: set[str] = set()

    def take(self, forgotten: Forgotten) -> None:
        """Take all rows; what they say is the same whichever of several archives comes first."""
        for table in _TABLES:
            self._db.execute(f"DROP TABLE IF EXISTS temp.{table.partition('(')[0]}")
            self._db.execute(f"CREATE TEMP TABLE {table}")
        self._take_links()
        self._take_captures()
        self._settle()
        self._take_requisites()
        self._take_citations()
        self._take_questions()
        self._take_lanes()
        self._db.execute(_NEWS)
        if not forgotten.is_empty():
            self.told = set(self._find_told(forgotten))

    def _take_links(self) -> None:
        merging = LinkMerge(self._db)
        rows = ((row["id"], *merging.put(row)) for row in read_links(self._source))
        self._db.executemany("INSERT INTO their_link VALUES(?, ?, ?, ?)", rows)

    def _take_captures(self) -> None:
        """Take the answers that are not here yet; their bytes are still to be copied."""
        self._db.executemany(
            "INSERT OR IGNORE INTO segment(name, size, head_length, head_sha256, about) VALUES(?, 0, ?, ?, ?)",
            self._source.execute("SELECT name, head_length, head_sha256, about FROM segment"),
        )
        cursor = self._source.cursor()
        cursor.row_factory = sqlite3.Row
        rows = ((row["id"], self._take_capture(dict(row))) for row in cursor.execute("SELECT * FROM capture"))
        self._db.executemany("INSERT INTO their_capture VALUES(?, ?)", rows)
        self._db.executemany(
            "INSERT OR IGNORE INTO revisit SELECT c.new, o.new FROM their_capture c, their_capture o"
            " WHERE c.old = ? AND o.old = ?",
            self._source.execute("SELECT capture, original FROM revisit"),
        )
        self._db.executemany(_ADD_PAYLOAD, self._source.execute("SELECT digest, capture FROM payload"))

    def _take_capture(self, row: dict[str, object]) -> int:
        link = self._db.execute("SELECT new FROM their_link WHERE old = ?", (row["link"],)).fetchone()[0]
        known = self._db.execute(_SAME_CAPTURE, (link, row["record_id"])).fetchone()
        if known:
            return int(known[0])
        came = (row["segment"], self._number, row["offset"])
        values = {name: value for name, value in row.items() if name != "id"}
        values |= {"link": link, "settled": 0, "offset": next(self._unplaced)}
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        added = self._db.execute(f"INSERT INTO capture({names}) VALUES({marks})", tuple(values.values())).lastrowid
        self._db.execute("INSERT INTO came VALUES(?, ?, ?, ?, ?)", (*came, added, row["record_offset"]))
        return int(added or 0)

    def _settle(self) -> None:
        """Of the links whose row was taken from here, the answer that settled it and where it leads."""
        self._db.executemany(
            "UPDATE capture SET settled = 1 WHERE id = (SELECT new FROM their_capture WHERE old = ?)"
            " AND EXISTS (SELECT 1 FROM their_link WHERE old = ? AND wins)",
            self._source.execute("SELECT id, link FROM capture WHERE settled"),
        )
        self._db.executemany(
            "UPDATE link SET target = (SELECT new FROM their_link WHERE old = ?)"
            " WHERE id = (SELECT new FROM their_link WHERE old = ? AND wins)",
            self._source.execute("SELECT target, id FROM link WHERE target IS NOT NULL"),
        )

    def _take_requisites(self) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO requisite(page, link) SELECT p.new, l.new FROM their_link p, their_link l"
            " WHERE p.old = ? AND l.old = ?",
            self._source.execute("SELECT page, link FROM requisite"),
        )

    def _take_citations(self) -> None:
        """Take citations; where both have one with different words, the fuller row is taken, but no damaged one."""
        cursor = self._source.cursor()
        cursor.row_factory = sqlite3.Row
        for row in cursor.execute("SELECT * FROM citation"):
            found = self._db.execute("SELECT record, sha256 FROM citation WHERE id = ?", (row["id"],)).fetchone()
            if found is None or _rank(row["record"], row["sha256"]) > _rank(*found):
                self._put_citation(dict(row))

    def _put_citation(self, row: dict[str, object]) -> None:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._db.execute(f"INSERT OR REPLACE INTO citation({names}) VALUES({marks})", tuple(row.values()))
        self._db.execute("DELETE FROM citation_link WHERE citation = ?", (row["id"],))
        links = self._source.execute(
            "SELECT citation, position, url, link FROM citation_link WHERE citation = ?", (row["id"],)
        )
        self._db.executemany("INSERT INTO citation_link SELECT ?, ?, ?, new FROM their_link WHERE old = ?", links)
        self._db.execute("INSERT OR IGNORE INTO unjudged VALUES(?)", (row["id"],))

    def _take_questions(self) -> None:
        """Take posts, and what was asked about them; what was answered is read anew."""
        posts = "SELECT platform, realm, post_id, permalink, handle FROM post"
        self._db.executemany(_ADD_POST, self._source.execute(posts))
        questions = "SELECT source, platform, realm, post_id, link FROM question JOIN post ON post.id = question.post"
        for question in self._source.execute(questions):
            if self._db.execute(_ADD_QUESTION, question).rowcount > 0:
                self._db.execute(
                    "INSERT OR IGNORE INTO unread SELECT new FROM their_link WHERE old = ?", (question[-1],)
                )

    def _take_lanes(self) -> None:
        rows = self._source.execute("SELECT name, next_at, failures, until FROM lane")
        self._db.executemany(_ADD_LANE, rows)

    def _find_told(self, forgotten: Forgotten) -> Iterable[str]:
        for post, platform, post_id, permalink, handle in self._source.execute(_TOLD):
            if forgotten.has(handle_mark(str(handle))):
                yield from post_marks(Permalink(platform, post_id, str(handle), permalink))
                yield from (citation_mark(citation) for (citation,) in self._source.execute(_IS_IT, (post,)))


def _rank(record: str, sha256: str) -> tuple[bool, tuple[int, int, str]]:
    return digest_row(record) == sha256, _fullness(record)


def _fullness(record: str) -> tuple[int, int, str]:
    """By what of two rows with one id the greater is taken: fields that say something, characters, their order.

    >>> _fullness('{"id": "7a", "text": "Fog."}') > _fullness('{"id": "7a", "text": null, "lang": null}')
    True
    """
    try:
        row = json.loads(record)
    except (ValueError, RecursionError):
        row = None
    said = sum(value not in (None, [], "") for value in row.values()) if isinstance(row, dict) else 0
    return said, len(record), record
