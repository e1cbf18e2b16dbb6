"""What goes when an account or a post is forgotten: citations, links and captures, as keys in temporary tables."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...models import Permalink
from ..disk.marks import find_citation_marks, find_permalinks, find_url_marks, handle_mark, post_marks, url_mark
from ..records import CitedLinks

_TABLES = (
    "gone_citation(id TEXT PRIMARY KEY) WITHOUT ROWID",
    "forced_link(id INTEGER PRIMARY KEY)",
    "led_link(id INTEGER PRIMARY KEY)",
    "gone_link(id INTEGER PRIMARY KEY)",
    "gone_capture(id INTEGER PRIMARY KEY)",
    "orphaned_link(id INTEGER PRIMARY KEY)",
    "touched_capture(id INTEGER PRIMARY KEY)",
    "gone_post(id INTEGER PRIMARY KEY)",
)
_ALL_THAT_TELLS_OF_IT = (
    "INSERT OR IGNORE INTO forced_link SELECT link FROM question JOIN gone_post ON gone_post.id = post"
)
# What leads to a post that goes, goes with it: its address names the post.
_ALL_THAT_LEADS_THERE = """
INSERT OR IGNORE INTO forced_link
WITH RECURSIVE led(id) AS (SELECT id FROM forced_link UNION SELECT link.id FROM link JOIN led ON link.target = led.id)
SELECT id FROM led
"""
_ALL_THAT_IT_LEADS_TO = """
INSERT INTO led_link
WITH RECURSIVE led(id) AS (
  SELECT id FROM forced_link
  UNION SELECT citation_link.link FROM citation_link JOIN gone_citation ON gone_citation.id = citation_link.citation
  UNION SELECT link.target FROM led JOIN link ON link.id = led.id WHERE link.target IS NOT NULL
  UNION SELECT requisite.link FROM led JOIN requisite ON requisite.page = led.id
)
SELECT id FROM led
"""
# Of that, what others lead to as well stays: citations that stay, URLs that were asked for by themselves, other pages.
_ALL_THAT_ONLY_IT_LEADS_TO = """
INSERT INTO gone_link
WITH RECURSIVE kept(id) AS (
  SELECT led_link.id FROM led_link JOIN link USING (id) WHERE id NOT IN (SELECT id FROM forced_link) AND (
    link.role = 'robots'
    OR EXISTS (SELECT 1 FROM citation_link WHERE link = id AND citation NOT IN (SELECT id FROM gone_citation))
    OR (link.role = 'cited' AND NOT EXISTS (SELECT 1 FROM citation_link WHERE link = id))
    OR EXISTS (SELECT 1 FROM link AS other
      WHERE other.target = led_link.id AND other.id NOT IN (SELECT id FROM led_link))
    OR EXISTS (SELECT 1 FROM requisite WHERE requisite.link = led_link.id AND page NOT IN (SELECT id FROM led_link)))
  UNION SELECT link.target FROM kept JOIN link ON link.id = kept.id
    WHERE link.target IS NOT NULL AND link.target NOT IN (SELECT id FROM forced_link)
  UNION SELECT requisite.link FROM kept JOIN requisite ON requisite.page = kept.id
    WHERE requisite.link NOT IN (SELECT id FROM forced_link)
)
SELECT id FROM led_link WHERE id NOT IN (SELECT id FROM kept)
"""
# The robots.txt of a host that nothing else was asked of would tell who it was.
_LAST_ROBOTS = """
INSERT OR IGNORE INTO gone_link
SELECT id FROM link AS robots WHERE role = 'robots'
  AND lane IN (SELECT lane FROM link JOIN gone_link USING (id))
  AND NOT EXISTS (SELECT 1 FROM link
    WHERE lane = robots.lane AND role <> 'robots' AND id NOT IN (SELECT id FROM gone_link))
"""
_THEIR_CAPTURES = (
    "INSERT INTO gone_capture SELECT capture.id FROM capture JOIN gone_link ON gone_link.id = capture.link"
)
_THEIR_REVISITS = """
INSERT OR IGNORE INTO gone_capture
SELECT revisit.capture FROM revisit JOIN gone_capture ON gone_capture.id = revisit.original
"""
_WHO_LOST_AN_ANSWER = """
INSERT INTO orphaned_link
SELECT DISTINCT link FROM capture JOIN gone_capture USING (id) WHERE settled AND link NOT IN (SELECT id FROM gone_link)
"""
_WHOSE_NOTES_NAME_IT = """
INSERT INTO touched_capture
SELECT id FROM capture WHERE id NOT IN (SELECT id FROM gone_capture) AND (
  link IN (SELECT id FROM led_link)
  OR link IN (SELECT page FROM requisite JOIN gone_link ON gone_link.id = requisite.link))
"""
_STEPS = (
    _ALL_THAT_IT_LEADS_TO,
    _ALL_THAT_ONLY_IT_LEADS_TO,
    _LAST_ROBOTS,
    _THEIR_CAPTURES,
    _THEIR_REVISITS,
    _WHO_LOST_AN_ANSWER,
    _WHOSE_NOTES_NAME_IT,
)
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_WORDS = re.compile(r"\d{5,}|[A-Za-z0-9_-]{5,}")
_NUMBERS = re.compile(r"\d{5,}")
_SHORT_NUMBERS = re.compile(r"(?<=/)\d{1,4}(?!\d)")  # the ids of the first posts ever
_POSTS_BY = """
WITH told(id, handle, author) AS (
  SELECT post.id, lower(json_extract(told.record, '$.handle')),
    platform || ' ' || json_extract(told.record, '$.author_id')
  FROM post JOIN (SELECT post AS id, record FROM question UNION SELECT id, record FROM post) AS told USING (id)
  WHERE told.record IS NOT NULL
)
SELECT platform, post_id, handle, permalink FROM post WHERE lower(handle) = :name
  OR id IN (SELECT id FROM told WHERE handle = :name
    OR author IN (SELECT author FROM told WHERE handle = :name AND author IS NOT NULL))
"""
_TOLD_HANDLES = """
SELECT json_extract(record, '$.handle') AS handle FROM question WHERE record IS NOT NULL AND handle IS NOT NULL
UNION SELECT json_extract(record, '$.handle') AS handle FROM post WHERE record IS NOT NULL AND handle IS NOT NULL
"""
_CITATIONS = "SELECT id, platform, handle, permalink, record FROM citation"


@dataclass(slots=True, frozen=True)
class Wanted:
    """What is to be forgotten: an account with all its posts, or one post; as marks, and as words to look for first."""

    marks: frozenset[str]
    handles: frozenset[str]
    post_ids: frozenset[str]

    def may_name(self, text: str) -> bool:
        """Tell, at little cost, whether a text might name it; what is percent-encoded might."""
        lower = text.lower()
        return (
            _ENCODED.search(text) is not None
            or any(h in lower for h in self.handles)
            or not self.post_ids.isdisjoint(_words(text))
        )


def _words(text: str) -> Iterator[str]:
    for word in _WORDS.findall(text):
        yield word
        yield from _NUMBERS.findall(word)
    yield from _SHORT_NUMBERS.findall(text)


def find_wanted(db: sqlite3.Connection, *, handle: str | None, post: Permalink | None) -> Wanted:
    """What an account or a post is known by, after all that the archive says of it."""
    if post is not None:
        return _wanted_post(db, post)
    name = (handle or "").strip().removeprefix("@").lower()
    first = Wanted(frozenset([handle_mark(name)]), frozenset([name]), frozenset())
    posts: dict[str, str] = {}
    for cited in _read_citations(db):
        if handle_mark(name) in (marks := set(find_citation_marks(cited))):
            posts.update({mark: mark.rpartition(":")[2] for mark in marks if mark.startswith(("post:", "id:"))})
    for _, url in _read_links(db):
        for permalink in find_permalinks(url) if first.may_name(url) else ():
            if permalink.handle and permalink.handle.lower() == name:
                posts.update(dict.fromkeys(post_marks(permalink), permalink.post_id))
    for permalink in _find_posts_by(db, name):
        posts.update(dict.fromkeys(post_marks(permalink), permalink.post_id))
    return Wanted(first.marks | posts.keys(), first.handles, frozenset(posts.values()))


def _find_posts_by(db: sqlite3.Connection, name: str) -> Iterator[Permalink]:
    """The posts of an account, those too that it wrote under another name: a service told who wrote them."""
    for platform, post_id, handle, url in db.execute(_POSTS_BY, {"name": name}).fetchall():
        yield Permalink(platform, post_id, handle, url)


def _read_posts(db: sqlite3.Connection) -> Iterator[tuple[int, Permalink]]:
    for key, platform, post_id, handle, url in db.execute("SELECT id, platform, post_id, handle, permalink FROM post"):
        yield key, Permalink(platform, post_id, handle, url)


def _wanted_post(db: sqlite3.Connection, post: Permalink) -> Wanted:
    wanted = Wanted(frozenset(post_marks(post)), frozenset(), frozenset([post.post_id]))
    handles = {post.handle.lower()} if post.handle else set()
    for _, url in _read_links(db):
        for permalink in find_permalinks(url) if wanted.may_name(url) else ():
            if permalink.post_id == post.post_id and permalink.handle:
                handles.add(permalink.handle.lower())
    return Wanted(wanted.marks, frozenset(handles), wanted.post_ids)


def find_marked(db: sqlite3.Connection, is_marked: Callable[[str], bool]) -> Wanted:
    """What of an archive was forgotten elsewhere, where only its marks can be recognized."""
    marks = {mark for mark in _find_marks(db) if is_marked(mark)}
    handles = {mark.partition(":")[2] for mark in marks if mark.startswith("handle:")}
    for handle in handles:
        marks |= find_wanted(db, handle=handle, post=None).marks
    ids = {mark.rpartition(":")[2] for mark in marks if mark.startswith(("post:", "id:"))}
    return Wanted(frozenset(marks), frozenset(handles), frozenset(ids))


def _find_marks(db: sqlite3.Connection) -> Iterator[str]:
    """Every mark of anything in an archive, many more than once."""
    for _, url in _read_links(db):
        yield from find_url_marks(url)
    for cited in _read_citations(db):
        yield from find_citation_marks(cited)
    for _, permalink in _read_posts(db):
        yield from post_marks(permalink)
        if permalink.handle:
            yield handle_mark(permalink.handle)
    for (handle,) in db.execute(_TOLD_HANDLES):
        yield handle_mark(str(handle))


def make_tables(db: sqlite3.Connection) -> None:
    """Make the temporary tables that `select` fills, empty."""
    for table in _TABLES:
        db.execute(f"CREATE TEMP TABLE {table}")


def select(db: sqlite3.Connection, wanted: Wanted) -> None:
    """Fill the temporary tables with the keys of what goes, what loses its original, and what names what goes."""
    urls = {mark for mark in wanted.marks if mark.startswith("url:")}
    named = (
        (key,)
        for key, url in _read_links(db)
        if (wanted.may_name(url) and _is_named(url, wanted)) or (urls and url_mark(url) in urls)
    )
    db.executemany("INSERT INTO forced_link VALUES (?)", list(named))
    posts = ((key,) for key, permalink in _read_posts(db) if not wanted.marks.isdisjoint(post_marks(permalink)))
    db.executemany("INSERT INTO gone_post VALUES (?)", list(posts))
    db.execute(_ALL_THAT_TELLS_OF_IT)
    db.execute(_ALL_THAT_LEADS_THERE)
    gone = [(cited.id,) for cited in _read_citations(db) if _goes(db, cited, wanted)]
    db.executemany("INSERT INTO gone_citation VALUES (?)", gone)
    for statement in _STEPS:
        db.execute(statement)


def _is_named(url: str, wanted: Wanted) -> bool:
    return not wanted.marks.isdisjoint(find_url_marks(url))


def _goes(db: sqlite3.Connection, cited: CitedLinks, wanted: Wanted) -> bool:
    """Tell whether a citation is of what goes: by its own words, or, of the same account or of none, by its links."""
    marks = set(find_citation_marks(cited))
    if not marks.isdisjoint(wanted.marks):
        return True
    known = any(mark.startswith("post:") for mark in marks)
    if known or (cited.handle and cited.handle.removeprefix("@").lower() not in wanted.handles):
        return False
    leads = "SELECT 1 FROM citation_link JOIN forced_link ON forced_link.id = link WHERE citation = ?"
    return db.execute(leads, (cited.id,)).fetchone() is not None


def _read_links(db: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    return db.execute("SELECT id, url FROM link")


def _read_citations(db: sqlite3.Connection) -> Iterator[CitedLinks]:
    for key, platform, handle, permalink, record in db.execute(_CITATIONS):
        yield CitedLinks(
            id=key,
            article=None,
            platform=platform,
            handle=handle,
            permalink=permalink,
            record=record,
            urls=(),
            links=(),
        )
