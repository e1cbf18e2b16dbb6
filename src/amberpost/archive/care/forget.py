"""Forgetting a person's posts: out of the segments, the database and the index, for good, whatever happens."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ...models import Permalink
from ...platforms import parse_permalink
from ..disk.adoption import adopt
from ..disk.cdxj import write_index
from ..disk.database import advising, connect, read_key
from ..disk.fixity import add_digests, format_record_update
from ..disk.folder import SEGMENTS, Lock, check_database, make_subfolders
from ..disk.forgotten import Forgotten
from ..disk.marks import citation_mark, url_mark, without_urls
from ..disk.segments import Segments
from ..disk.warcrecords import EMPTY_PAYLOAD
from ..posts.questions import without_addresses
from .finishing import FORGETTING, finish_forgetting, note_pending, take_back
from .rewriting import Rewriting, find_segments
from .selecting import make_tables, select
from .wanted import Wanted, find_wanted

_LOST = "its stored copy went with a post that was forgotten"
_SHORT = ("https://t.co/", "http://t.co/")
_ORPHANED = """
UPDATE link SET state = 'pending', reason = ?, next_at = 0, attempts = 0, failing_since = NULL, outcome = NULL,
  status = NULL, target = NULL WHERE id IN (SELECT id FROM orphaned_link)
"""
_LOSING = "SELECT citation FROM citation_link JOIN gone_link ON gone_link.id = link"
_ROWS = (
    "CREATE TEMP TABLE gone_lane AS SELECT DISTINCT lane FROM link WHERE id IN (SELECT id FROM gone_link)",
    "DELETE FROM payload WHERE capture IN (SELECT id FROM gone_capture)",
    "DELETE FROM revisit WHERE capture IN (SELECT id FROM gone_capture)",
    "DELETE FROM capture WHERE id IN (SELECT id FROM gone_capture)",
    # A small payload may be stored more than once: the first that stays is what later answers refer to.
    "INSERT OR IGNORE INTO payload SELECT payload_digest, min(id) FROM capture WHERE record_type = 'response'"
    f" AND truncated IS NULL AND payload_digest IS NOT NULL AND payload_digest <> '{EMPTY_PAYLOAD}'"
    " AND payload_digest NOT IN (SELECT digest FROM payload) GROUP BY payload_digest",
    "DELETE FROM requisite WHERE page IN (SELECT id FROM gone_link) OR link IN (SELECT id FROM gone_link)",
    # A verdict says where links lead, be it nowhere: of those who lose a link it is found anew.
    f"INSERT OR IGNORE INTO unjudged {_LOSING}",
    f"DELETE FROM verdict WHERE citation IN ({_LOSING})",
    "DELETE FROM citation_link WHERE citation IN (SELECT id FROM gone_citation) OR link IN (SELECT id FROM gone_link)",
    "DELETE FROM verdict WHERE citation IN (SELECT id FROM gone_citation)",
    "DELETE FROM unjudged WHERE citation IN (SELECT id FROM gone_citation)",
    "DELETE FROM citation WHERE id IN (SELECT id FROM gone_citation)",
    # Who led to it and stays has no post now; what was read from an answer that went is asked for anew.
    "INSERT OR IGNORE INTO unjudged SELECT citation FROM verdict WHERE post IN (SELECT id FROM gone_post)",
    "DELETE FROM verdict WHERE post IN (SELECT id FROM gone_post)",
    "DELETE FROM question WHERE post IN (SELECT id FROM gone_post) OR link IN (SELECT id FROM gone_link)",
    "DELETE FROM post WHERE id IN (SELECT id FROM gone_post)",
    "DELETE FROM unread WHERE link IN (SELECT id FROM gone_link)",
    "UPDATE question SET settled = 0, outcome = NULL, reason = NULL, record = NULL, leads = '[]', more = NULL,"
    " capture = NULL, sha256 = NULL WHERE capture IN (SELECT id FROM gone_capture)",
    "UPDATE post SET outcome = 'never-asked', reason = '', record = NULL, capture = NULL,"
    " sha256 = NULL WHERE capture IN (SELECT id FROM gone_capture)",
    "DELETE FROM link WHERE id IN (SELECT id FROM gone_link)",
    "DELETE FROM lane WHERE name IN (SELECT lane FROM gone_lane) AND name NOT IN (SELECT lane FROM link)",
)


@dataclass(slots=True, frozen=True, kw_only=True)
class Forgot:
    """What went: citations, links, captures, bytes of segments; `requeued` links of others will be asked for again."""

    citations: int
    links: int
    captures: int
    requeued: int
    bytes: int


def forget(folder: Path, *, handle: str | None = None, post: str | None = None, dry_run: bool = False) -> Forgot:
    """Remove an account's posts, or one post, from an archive, and keep them from being fetched again.

    What goes: the citations of them; the links that only those lead to; every link that is the post's or the account's
    address, holds it, or leads to it; all that was captured for these. Pages that others cite stay, with whatever
    they say. All happens or nothing; what a crash leaves half done is finished when the archive is opened next.
    `dry_run` only says what would go. Raises ValueError when not exactly one of handle and post is given, or the post
    is no permalink; ArchiveBusy while another process works on the archive.
    """
    permalink = _read_arguments(handle, post)
    folder = Path(folder)
    with advising(folder), ExitStack() as stack:
        check_database(folder)
        stack.callback(Lock(folder).release)
        make_subfolders(folder)
        db = stack.enter_context(closing(connect(check_database(folder))))
        db.execute("PRAGMA secure_delete = ON")
        finish_forgetting(folder, db)
        segments = stack.enter_context(closing(Segments(folder / SEGMENTS)))
        adopt(db, segments)
        db.execute("PRAGMA temp_store = MEMORY")  # what is selected names what goes: no file may hold it
        forgot = Forgetting(segments, db).run(handle, permalink, dry_run=dry_run)
        finish_forgetting(folder, db)
        write_index(folder, db)
        return forgot


def _read_arguments(handle: str | None, post: str | None) -> Permalink | None:
    if (handle is None) == (post is None):
        raise ValueError("give a handle or a post, one of them")
    if handle is not None and not handle.strip().removeprefix("@"):
        raise ValueError("the handle is empty")
    if handle is not None and (re.search(r"\s|/", handle.strip()) or not handle.isprintable()):
        raise ValueError(f"{handle!r} is no account's name, such as adawren: nothing would be found")
    permalink = parse_permalink(post) if post is not None else None
    if post is not None and permalink is None:
        raise ValueError(f"{post!r} is no post's address, such as https://x.com/adawren/status/1862485943811391923")
    return permalink


class Forgetting:
    """What is selected, taken out of one archive inside a transaction; or, of several that are merged, left out."""

    def __init__(
        self, segments: Segments, db: sqlite3.Connection, *, sources: Mapping[int, Segments] = MappingProxyType({})
    ) -> None:
        self._segments, self._db, self._sources = segments, db, sources
        self._forgotten = Forgotten(db, read_key(db))
        add_digests(db)

    def run(self, handle: str | None, post: Permalink | None, *, dry_run: bool) -> Forgot:
        """One transaction: the rows, the new segments' files, and the note that these are to take their place."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            wanted = find_wanted(self._db, handle=handle, post=post)
            make_tables(self._db)
            select(self._db, wanted)
            counts = [self._count(table) for table in ("gone_citation", "gone_link", "gone_capture", "orphaned_link")]
            saved = 0 if dry_run else self.write(wanted, find_segments(self._db))
            self._db.execute("ROLLBACK" if dry_run else "COMMIT")
        except BaseException:
            take_back(self._db, self._segments.folder)
            raise
        return Forgot(citations=counts[0], links=counts[1], captures=counts[2], requeued=counts[3], bytes=saved)

    def _count(self, table: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def write(self, wanted: Wanted, names: list[str]) -> int:
        """Write segments anew without what was selected, then take out its rows; gives how many bytes go."""
        self._forgotten.add(list(self._find_marks(wanted)))
        rewriting = Rewriting(self._db, self._segments, self._forgotten, sources=self._sources)
        saved = sum(map(rewriting.rewrite, names))
        self._segments.sync()
        self._clean_citations(wanted)
        self._clean_posts(wanted)
        for statement in _ROWS:
            self._db.execute(statement)
        self._db.execute(_ORPHANED, (_LOST,))
        note_pending(self._db, FORGETTING, names)
        return saved

    def _find_marks(self, wanted: Wanted) -> Iterator[str]:
        """What is to be known again: the account, its posts, all that leads to them, and the short links in them."""
        yield from wanted.marks
        for (citation,) in self._db.execute("SELECT id FROM gone_citation"):
            yield citation_mark(citation)
        query = "SELECT url, id IN (SELECT id FROM forced_link) FROM link WHERE id IN (SELECT id FROM gone_link)"
        for url, forced in self._db.execute(query):
            if forced or url.startswith(_SHORT):
                yield url_mark(url)

    def _clean_citations(self, wanted: Wanted) -> None:
        """Take the addresses of what goes out of the rows of citations that stay, such as of a post that quotes it."""
        query = f"SELECT id, record, id IN ({_LOSING}) FROM citation WHERE id NOT IN (SELECT id FROM gone_citation)"
        changed = []
        for key, record, loses in self._db.execute(query):
            if loses or wanted.may_name(record):
                cleaned = without_urls(record, self._forgotten.has_url)
                changed += [{"record": cleaned, "id": key}] if cleaned != record else []
        self._db.executemany(format_record_update("citation", "id = :id"), changed)

    def _clean_posts(self, wanted: Wanted) -> None:
        """Take its addresses out of what is known of other posts, such as one that answers it."""
        for table, columns in (("post", ("id",)), ("question", ("post", "link"))):
            query = f"SELECT record, {', '.join(columns)} FROM {table} WHERE record IS NOT NULL"
            changed = [
                {"record": without_addresses(record, self._forgotten.has_url), **dict(zip(columns, keys, strict=True))}
                for record, *keys in self._db.execute(query).fetchall()
                if wanted.may_name(record)
            ]
            where = " AND ".join(f"{column} = :{column}" for column in columns)
            self._db.executemany(format_record_update(table, where), changed)
