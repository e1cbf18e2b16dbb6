"""Who is to be forgotten: by which marks an account or a post is known, after all that an archive says of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...models import Permalink
from ..disk.marks import find_citation_marks, find_permalinks, find_url_marks, handle_mark, post_marks
from ..records import CitedLinks

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
    for cited in read_citations(db):
        if handle_mark(name) in (marks := set(find_citation_marks(cited))):
            posts.update({mark: mark.rpartition(":")[2] for mark in marks if mark.startswith(("post:", "id:"))})
    for _, url in read_links(db):
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


def _wanted_post(db: sqlite3.Connection, post: Permalink) -> Wanted:
    wanted = Wanted(frozenset(post_marks(post)), frozenset(), frozenset([post.post_id]))
    handles = {post.handle.lower()} if post.handle else set()
    for _, url in read_links(db):
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
    for _, url in read_links(db):
        yield from find_url_marks(url)
    for cited in read_citations(db):
        yield from find_citation_marks(cited)
    for _, permalink in read_posts(db):
        yield from post_marks(permalink)
        if permalink.handle:
            yield handle_mark(permalink.handle)
    for (handle,) in db.execute(_TOLD_HANDLES):
        yield handle_mark(str(handle))


def read_links(db: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """The links of an archive: their keys and URLs."""
    return db.execute("SELECT id, url FROM link")


def read_citations(db: sqlite3.Connection) -> Iterator[CitedLinks]:
    """The citations of an archive, without their links."""
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


def read_posts(db: sqlite3.Connection) -> Iterator[tuple[int, Permalink]]:
    """The posts that links led to: their keys and addresses."""
    for key, platform, post_id, handle, url in db.execute("SELECT id, platform, post_id, handle, permalink FROM post"):
        yield key, Permalink(platform, post_id, handle, url)
