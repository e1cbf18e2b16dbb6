"""Learning from what was answered: which posts the links lead to, what their services say, whom to ask next."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from ...models import ArchiveError, Permalink
from ...platforms import parse_permalink
from ...posts import Post, Reading
from ...sources import (
    CDX_NAME,
    MEMENTO_NAME,
    PAGE_NAME,
    SAVE_NAME,
    STATUS_NAME,
    TIMEGATE_NAME,
    WARC_NAME,
    find_reader,
)
from ..disk.borrowed import parse_name
from ..disk.cited import make_link, normalize_target
from ..disk.database import transaction
from ..disk.marks import handle_mark
from ..disk.queue import LINK, read_link
from ..disk.reading import Reader
from ..disk.rows import add_link, add_news
from ..records import Link, Role
from .kept import Kept
from .planning import Step, Wayback, find_next, find_save
from .questions import (
    UPSTREAM,
    Question,
    add_post,
    add_question,
    find_copies,
    find_posts,
    find_posts_above,
    read_post,
    read_questions,
    save_reading,
    save_sum,
    sum_up,
)
from .replies import NoReply, find_end, is_left, read_reply

FindRefusal = Callable[[str], str | None]
Media = Literal["none", "images", "all"]
_MOST_MEDIA = 20  # of one post
_MEDIA: Mapping[Media, tuple[str, ...]] = {
    "none": (),
    "images": ("image",),
    "all": ("image", "video", "gif", "audio"),
}
_LED_FROM = f"""
INSERT OR IGNORE INTO unjudged
{UPSTREAM} SELECT DISTINCT citation FROM up JOIN citation_link USING (link)
"""
_REOPEN = """
INSERT OR IGNORE INTO unread
SELECT min(link) FROM post JOIN question ON question.post = post.id WHERE {where} GROUP BY post.id
"""
_LOOKED_UP = f"SELECT post FROM question WHERE source = '{CDX_NAME}'"
_COPIED = (
    f"SELECT post FROM question WHERE source IN ('{MEMENTO_NAME}', '{TIMEGATE_NAME}') AND question.record IS NOT NULL"
)
_ASKED_AT = "SELECT post FROM question JOIN link ON link.id = question.link WHERE substr(url, 1, length(?)) = ?"
_UNSAVED = f"post.outcome = 'found' AND post.id NOT IN (SELECT post FROM question WHERE source = '{SAVE_NAME}')"
_SHOWS_MORE = """post.record LIKE '%"media":[{%' AND post.id NOT IN (
  SELECT post FROM question JOIN requisite ON requisite.page = question.link)"""
_KEEP_SHOWN = """
INSERT OR IGNORE INTO requisite(page, link)
SELECT ?, id FROM link WHERE role = 'requisite' AND url IN (SELECT value FROM json_each(?))
"""
_CITED_ON = f"""
WITH RECURSIVE up(link, hop) AS (
  SELECT link, 0 FROM question WHERE post = ? AND source = '{PAGE_NAME}'
  UNION SELECT link.id, hop + 1 FROM up JOIN link ON link.target = up.link WHERE hop <= 10
)
SELECT min(substr(day, 1, 10)) FROM (
  SELECT coalesce(json_extract(record, '$.date'), json_extract(record, '$.article_date')) AS day FROM up
  JOIN citation_link USING (link) JOIN citation ON citation.id = citation WHERE json_valid(record) LIMIT 1000)
WHERE day GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*'
"""


@dataclass(slots=True, frozen=True, kw_only=True)
class Wanted:
    """What is asked for beside the services' own records: old copies, and the media of posts."""

    wayback: Wayback = "off"
    timegates: tuple[str, ...] = ()
    media: Media = "none"
    save: bool = False


class Learner:
    """Reads what settled links say of posts, in the store's thread; each post is asked about once, whoever cites it.

    All that it writes can be made again from the segments: it may be killed at any time.
    """

    def __init__(self, reader: Reader, *, find_refusal: FindRefusal, wanted: Wanted) -> None:
        self._reader, self._connection = reader, reader.connection
        self._find_refusal = find_refusal
        self._wanted = wanted
        self._kept: Kept | None = None  # once it is looked for, which takes a look at each link

    def reopen(self) -> None:
        """Look again at posts that were learned of before old copies, or media, were wanted."""
        with transaction(self._connection):
            if self._wanted.wayback != "off":
                is_lost = "post.record IS NULL" if self._wanted.wayback == "recover" else "1"
                self._connection.execute(_REOPEN.format(where=f"{is_lost} AND post.id NOT IN ({_LOOKED_UP})"))
            for template in self._wanted.timegates:
                self._reopen_for(normalize_target(template.partition("{url}")[0]))
            if self._wanted.save:
                self._connection.execute(_REOPEN.format(where=_UNSAVED))
            if self._wanted.media != "none":
                self._connection.execute(_REOPEN.format(where=_SHOWS_MORE))

    def _reopen_for(self, timegate: str) -> None:
        """Look again at posts that a TimeGate, by what its addresses begin with, was not asked about."""
        is_lost = f"post.id NOT IN ({_COPIED})" if self._wanted.wayback == "always" else "post.record IS NULL"
        where = f"{is_lost} AND post.id NOT IN ({_ASKED_AT})"
        self._connection.execute(_REOPEN.format(where=where), (timegate, timegate))

    def learn(self, limit: int) -> int:
        """Read up to `limit` links that have news, and give how many there were."""
        rows = self._connection.execute("SELECT link FROM unread ORDER BY link LIMIT ?", (limit,)).fetchall()
        if rows:
            with transaction(self._connection):
                for (link,) in rows:
                    self._learn_from(link)
        return len(rows)

    def _learn_from(self, key: int) -> None:
        self._connection.execute("DELETE FROM unread WHERE link = ?", (key,))
        link = read_link(self._connection.execute(f"SELECT {LINK} FROM link WHERE id = ?", (key,)).fetchone())
        self._connection.execute(_LED_FROM, (key,))
        self._identify(link)
        touched: set[int] = set()
        for post, first, source in find_posts_above(self._connection, key):
            self._read_answer(post, first, source)
            touched.add(post)
        for post in sorted(touched):
            self._sum_up(post)

    def _identify(self, link: Link) -> None:
        """Keep the post whose address a link is; its page is the first that may tell of it."""
        permalink = parse_permalink(link.url) if link.role in ("cited", "hop") else None
        if permalink is not None and not self._reader.is_forgotten(permalink.url):
            post = add_post(self._connection, permalink)
            add_question(self._connection, post, link.id, PAGE_NAME)
            self._add_copies(post, permalink)
        copy = parse_name(link.url)
        if copy is not None:
            for known in find_posts(self._connection, copy.platform, copy.post_id):
                add_question(self._connection, known, link.id, WARC_NAME)

    def _add_copies(self, post: int, permalink: Permalink) -> None:
        """Read what is kept of a post out of somebody's files; nobody is asked for it, so nothing else leads there."""
        for link in find_copies(self._connection, permalink.platform, permalink.post_id):
            if add_question(self._connection, post, link, WARC_NAME):
                add_news(self._connection, link)

    def _read_answer(self, post: int, link: int, source: str) -> None:
        end = find_end(self._connection, link)
        reply = read_reply(self._reader, end)
        if isinstance(reply, NoReply):
            nothing = Reading(outcome=reply.outcome, reason=reply.reason)
            is_settled = end.state != "pending" and not is_left(end)
            save_reading(self._connection, post, link, nothing, capture=None, is_settled=is_settled)
            return
        permalink = read_post(self._connection, post).permalink
        try:
            reading = find_reader(source, permalink.platform)(reply[0], permalink)
        except (ArchiveError, OSError, sqlite3.Error):
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of one link: the others are read all the same
            fault = f"a fault of amberpost's own, please report it: {type(error).__name__}: {error}"[:300]
            reading = Reading(outcome="unreachable", reason=fault)
        if reading.post and reading.post.handle and self._reader.forgotten.has(handle_mark(reading.post.handle)):
            reading = Reading(outcome="never-asked", reason="it is of an account that was forgotten")
        save_reading(self._connection, post, link, reading, capture=reply[1].id, is_settled=True)

    def _sum_up(self, post: int) -> None:
        questions = read_questions(self._connection, post)
        permalink = read_post(self._connection, post).permalink
        if self._take_kept(post, permalink, questions):
            return  # it is summed up once they are read
        total = sum_up(questions, permalink.platform)
        save_sum(self._connection, post, total)
        for question in questions:
            if question.source == PAGE_NAME:
                self._connection.execute(_LED_FROM, (question.link,))
        wayback, timegates = self._wanted.wayback, self._wanted.timegates
        near = self._find_near(post)
        for step in find_next(permalink, questions, wayback=wayback, timegates=timegates, near=near):
            self._ask(post, step)
        for step in find_save(permalink, questions, wayback=wayback) if self._wanted.save else ():
            self._ask(post, step)
        if total.best and total.best.reading and total.best.reading.post:
            self._add_media(total.best.link, total.best.reading.post)

    def _take_kept(self, post: int, permalink: Permalink, questions: list[Question]) -> bool:
        """Have what was asked about a post read before anybody is asked anew, and tell whether there is any."""
        self._kept = self._kept or Kept(self._connection)
        found = self._kept.find(permalink, questions)
        for link, source in found:
            add_question(self._connection, post, link, source)
            add_news(self._connection, link)
        return bool(found)

    def _find_near(self, post: int) -> dt.datetime | None:
        """The day of the first citation that led to a post, for posts whose id does not tell their time."""
        days = self._connection.execute(_CITED_ON, (post,)).fetchone()[0]
        try:
            return dt.datetime.fromisoformat(days).replace(tzinfo=dt.UTC) if days else None
        except ValueError:
            return None

    def _ask(self, post: int, step: Step) -> None:
        """Queue a question; what its link was answered before, for whatever reason it was asked, is read."""
        if self._reader.is_forgotten(step.url):
            return
        near = int(step.near.timestamp()) if step.near else None
        role: Role = "save" if step.source in (SAVE_NAME, STATUS_NAME) else "post"
        new = make_link(step.url, find_refusal=self._find_refusal, role=role, near=near)
        link = add_link(self._connection, new)
        add_question(self._connection, post, link, step.source)
        add_news(self._connection, link)

    def _add_media(self, page: int, post: Post) -> None:
        """Queue what a post shows, as parts of the answer that told of it; what is kept of it is one in any case."""
        kinds = _MEDIA[self._wanted.media]
        for medium in [medium for medium in post.media if medium.kind in kinds][:_MOST_MEDIA]:
            new = make_link(medium.url, find_refusal=self._find_refusal, role="requisite")
            if not self._reader.is_forgotten(new.url):
                link = add_link(self._connection, new)
                self._connection.execute("INSERT OR IGNORE INTO requisite(page, link) VALUES(?, ?)", (page, link))
        shown = [normalize_target(medium.url) for medium in post.media]
        self._connection.execute(_KEEP_SHOWN, (page, json.dumps(shown)))
