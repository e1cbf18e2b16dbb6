"""Posts and the questions about them, as rows: what was asked of whom, what each said, what that comes to."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...models import Permalink, replace_surrogates
from ...posts import Lead, Outcome, Post, Reading
from ...sources import ELSEWHERE, PAGE_NAME, SOURCES, find_realm, find_service, find_witness
from ..disk.borrowed import make_prefix
from ..disk.fixity import digest_row
from ..records import MOST_REDIRECTS

# What says most of whether a post is there comes first; a login wall says nothing of it, and less than two who deny it.
_FIRM: tuple[Outcome, ...] = ("found", "suspended", "withheld", "protected", "age-restricted")
_VAGUE: tuple[Outcome, ...] = ("login-walled", "rate-limited", "unreachable")
_POST = "SELECT id FROM post WHERE platform = ? AND realm = ? AND post_id = ?"
UPSTREAM = f"""
WITH RECURSIVE up(link, hop) AS (
  SELECT ?, 0 UNION SELECT link.id, hop + 1 FROM up JOIN link ON link.target = up.link WHERE hop <= {MOST_REDIRECTS}
)
"""


@dataclass(slots=True, frozen=True, kw_only=True)
class Question:
    """One link that was asked for the sake of a post; `reading` is `None` until its answer was read."""

    link: int
    url: str
    source: str
    is_settled: bool
    reading: Reading | None
    capture: int | None


@dataclass(slots=True, frozen=True, kw_only=True)
class KnownPost:
    """A post that links led to: `outcome` is what those who can be asked now say of it, all together.

    `record` is the fullest that anybody says, be it somebody's old copy; `capture` is where that stands.
    """

    id: int
    permalink: Permalink
    outcome: Outcome
    reason: str
    record: Post | None
    capture: int | None


@dataclass(slots=True, frozen=True)
class Sum:
    """What all answers about one post come to, and whose record is taken."""

    outcome: Outcome
    reason: str
    best: Question | None


def add_post(connection: sqlite3.Connection, permalink: Permalink) -> int:
    """Keep a post, and give its id; one that is known already learns its handle if it had none."""
    key = (permalink.platform, find_realm(permalink), permalink.post_id)
    connection.execute(
        "INSERT INTO post(platform, realm, post_id, permalink, handle) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET permalink = excluded.permalink, handle = excluded.handle"
        " WHERE handle IS NULL AND excluded.handle IS NOT NULL",
        (*key, permalink.url, permalink.handle),
    )
    return int(connection.execute(_POST, key).fetchone()[0])


def add_question(connection: sqlite3.Connection, post: int, link: int, source: str) -> bool:
    """Say that a link is asked for the sake of a post, and tell whether that is new; its answer is still to be read."""
    added = connection.execute(
        "INSERT OR IGNORE INTO question(post, link, source) VALUES(?, ?, ?)",
        (post, link, source),
    )
    return added.rowcount > 0


def find_posts(connection: sqlite3.Connection, platform: str, post_id: str) -> list[int]:
    """The posts of that id that links have led to: several where ids are a server's own, or an account's."""
    rows = connection.execute("SELECT id FROM post WHERE platform = ? AND post_id = ?", (platform, post_id))
    return [int(key) for (key,) in rows]


def find_copies(connection: sqlite3.Connection, platform: str, post_id: str) -> list[int]:
    """The links under which copies of somebody's records of a post are kept."""
    prefix = make_prefix(platform, post_id)
    rows = connection.execute("SELECT id FROM link WHERE url > ? AND url < ?", (prefix, prefix + "\U0010ffff"))
    return [int(key) for (key,) in rows]


def find_posts_above(connection: sqlite3.Connection, link: int) -> list[tuple[int, int, str]]:
    """The questions that a link is the answer to, or a hop of: post, first link, source."""
    query = f"{UPSTREAM} SELECT post, question.link, source FROM up JOIN question USING (link)"
    return connection.execute(query, (link,)).fetchall()


def save_reading(
    connection: sqlite3.Connection, post: int, link: int, reading: Reading, *, capture: int | None, is_settled: bool
) -> None:
    """Keep what an answer says, and whether it is the last word on its question."""
    leads = json.dumps([[lead.url, lead.date.isoformat(), lead.rank] for lead in reading.leads])
    record = reading.post.model_dump_json() if reading.post else None
    reason = replace_surrogates(reading.reason)  # may repeat what a service said, in whatever characters
    told = (reading.outcome, reason, record, leads, reading.more)
    connection.execute(
        "UPDATE question SET outcome = ?, reason = ?, record = ?, leads = ?, more = ?, sha256 = ?, settled = ?,"
        " capture = ? WHERE post = ? AND link = ?",
        (*told, digest_row(*told), is_settled, capture, post, link),
    )


def read_questions(connection: sqlite3.Connection, post: int) -> list[Question]:
    """All that was asked about a post, in the order in which it was asked."""
    rows = connection.execute(
        "SELECT question.link, url, source, settled, question.outcome, question.reason, record, leads, more, capture"
        " FROM question JOIN link ON link.id = question.link WHERE post = ? ORDER BY question.link",
        (post,),
    )
    return [
        Question(
            link=link,
            url=url,
            source=source,
            is_settled=bool(settled),
            reading=_read_reading(outcome, reason, record, leads, more) if outcome else None,
            capture=capture,
        )
        for link, url, source, settled, outcome, reason, record, leads, more, capture in rows
    ]


def _read_reading(outcome: Outcome, reason: str, record: str | None, leads: str, more: str | None) -> Reading:
    return Reading(
        outcome=outcome,
        reason=reason,
        post=Post.model_validate_json(record) if record else None,
        leads=tuple(Lead(url, dt.datetime.fromisoformat(date), rank) for url, date, rank in json.loads(leads)),
        more=more,
    )


def sum_up(questions: Iterable[Question], platform: str) -> Sum:
    """What all that was read about one post comes to.

    `gone` needs two services that both say it is not there: each alone says so of posts that are there, too (of
    sensitive ones, and to who asks too often). What one witness says at two addresses is said once: a server of
    Mastodon's denies a private post as page, record and embed alike, and whoever asks Bluesky's AppView says what that
    says. The best record is a service's, else the page's, else an old copy's.
    """
    order = [source.name for source in SOURCES.get(platform, ())] + [PAGE_NAME, *sorted(ELSEWHERE)]
    ranks = {source: rank for rank, source in enumerate(order)}
    ranked = sorted(questions, key=lambda question: (ranks.get(question.source, len(ranks)), question.url))
    read = [(question, question.reading) for question in ranked if question.reading]
    live = [(question, reading) for question, reading in read if question.source not in ELSEWHERE]
    told = (question for question, reading in read if reading.post)
    return Sum(
        outcome=_judge(live, platform),
        reason="; ".join(f"{question.source}: {reading.reason}" for question, reading in live),
        best=next(told, None),
    )


def _judge(live: Sequence[tuple[Question, Reading]], platform: str) -> Outcome:
    """All outcomes in one, the firmest first."""
    said = {reading.outcome for _, reading in live}
    firm = next((outcome for outcome in _FIRM if outcome in said), None)
    if firm:
        return firm
    if "unconfirmed" in said:
        deniers = [question for question, reading in live if reading.outcome == "unconfirmed"]
        services = {find_service(question.source) for question in deniers}
        witnesses = {find_witness(question.url, platform) for question in deniers}
        return "gone" if len(services) > 1 and len(witnesses) > 1 else "unconfirmed"
    return next((outcome for outcome in _VAGUE if outcome in said), "never-asked")


def save_sum(connection: sqlite3.Connection, post: int, total: Sum) -> None:
    """Keep what all answers about a post come to."""
    best = total.best
    record = best.reading.post.model_dump_json() if best and best.reading and best.reading.post else None
    told = (total.outcome, total.reason, record)
    connection.execute(
        "UPDATE post SET outcome = ?, reason = ?, record = ?, sha256 = ?, capture = ? WHERE id = ?",
        (*told, digest_row(*told), best.capture if best else None, post),
    )


def read_post(connection: sqlite3.Connection, post: int) -> KnownPost:
    """What is known of a post."""
    platform, post_id, permalink, handle, outcome, reason, record, capture = connection.execute(
        "SELECT platform, post_id, permalink, handle, outcome, reason, record, capture FROM post WHERE id = ?", (post,)
    ).fetchone()
    return KnownPost(
        id=post,
        permalink=Permalink(platform, post_id, handle, permalink),
        outcome=outcome,
        reason=reason,
        record=Post.model_validate_json(record) if record else None,
        capture=capture,
    )


def without_addresses(record: str, is_unwanted: Callable[[str], bool]) -> str:
    """A post's record as JSON without those of its links, media and neighbours that are not wanted."""
    post = Post.model_validate_json(record)
    kept = {
        "links": tuple(link for link in post.links if not (is_unwanted(link.url) or is_unwanted(link.target))),
        "media": tuple(medium for medium in post.media if not is_unwanted(medium.url)),
        "quoted": None if post.quoted and is_unwanted(post.quoted) else post.quoted,
        "reply_to": None if post.reply_to and is_unwanted(post.reply_to) else post.reply_to,
    }
    return post.model_copy(update=kept).model_dump_json()
