"""Cited posts out of the database: each citation with its post, the verdict, and where each of these stands.

The database is read a few hundred citations at a time, each such batch as it stood at one moment: memory stays flat,
and an archive that is at work goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from pydantic import ValidationError

from ...models import ArchiveDamaged
from ...platforms import BY_ID
from ...posts import Post
from ...verifying.cited import parse_moment
from ..disk.borrowed import find_original
from ..disk.database import advising
from ..disk.reading import Reader
from ..records import MOST_REDIRECTS
from .citedpost import CitedPost
from .rowfields import read_fields

_CITATIONS_AT_ONCE = 250
_UNSURE = "start-uncertain"
# A citation of which something new is known, that nobody has judged since, has no verdict for the moment.
_ROWS = """
SELECT citation.id, citation.record, verdict, reasons, text,
  post.id, post.platform, post.post_id, post.permalink, post.handle, post.outcome, post.reason, post.record,
  link.url, capture.date, segment, record_offset, record_id, payload_digest
FROM (SELECT id, record FROM citation WHERE id > ? ORDER BY id LIMIT ?) AS citation
LEFT JOIN verdict ON verdict.citation = citation.id
  AND NOT EXISTS (SELECT 1 FROM unjudged WHERE unjudged.citation = citation.id)
LEFT JOIN post ON post.id = verdict.post
LEFT JOIN capture ON capture.id = post.capture
LEFT JOIN link ON link.id = capture.link
ORDER BY citation.id
"""
_HOPS = f"""
WITH RECURSIVE chain(citation, position, link, hop) AS (
  SELECT citation, position, link, 0 FROM citation_link WHERE citation >= ? AND citation <= ?
  UNION SELECT chain.citation, position, link.target, hop + 1 FROM chain JOIN link ON link.id = chain.link
    WHERE link.target IS NOT NULL AND hop < {MOST_REDIRECTS}
)
SELECT citation, url, capture.status, date, segment, record_offset FROM chain
JOIN link ON link.id = chain.link JOIN capture ON capture.link = chain.link AND capture.settled
ORDER BY citation, position, hop
"""
_ANSWERS = """
SELECT post, source, question.outcome, date, segment, record_offset FROM question
LEFT JOIN capture ON capture.id = question.capture
WHERE post IN (SELECT value FROM json_each(?)) AND question.outcome IS NOT NULL ORDER BY post, question.link
"""


class _Row(NamedTuple):
    """What `_ROWS` gives."""

    citation: str
    given: str
    verdict: str | None
    reasons: str | None
    text: str | None
    post: int | None
    platform: str | None
    post_id: str | None
    permalink: str | None
    handle: str | None
    outcome: str | None
    reason: str | None
    record: str | None
    url: str | None
    date: str | None
    segment: str | None
    offset: int | None
    record_id: str | None
    digest: str | None


def find_cited_posts(reader: Reader) -> Iterator[CitedPost]:
    """Each citation of an archive with its post, the verdict and where they stand, by their ids; memory stays flat.

    An archive at work can be read so: no row is half of one moment and half of another.
    """
    last = ""
    with advising(reader.folder):
        while batch := _read_batch(reader.connection, last):
            yield from batch
            last = batch[-1].id


def _read_batch(connection: sqlite3.Connection, after: str) -> list[CitedPost]:
    with _one_moment(connection):
        rows = [_Row(*row) for row in connection.execute(_ROWS, (after, _CITATIONS_AT_ONCE))]
        if not rows:
            return []
        hops = _gather(connection, _HOPS, (rows[0].citation, rows[-1].citation), _describe_hop)
        posts = json.dumps(sorted({row.post for row in rows if row.post is not None}))
        answers = _gather(connection, _ANSWERS, (posts,), _describe_answer)
    return [_make_cited_post(row, hops.get(row.citation, ()), answers.get(row.post, ())) for row in rows]


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Let several questions see the database as it stands now, whoever writes meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")  # nothing was written


def _gather(
    connection: sqlite3.Connection, query: str, values: Sequence[object], describe: Callable[..., str]
) -> Mapping[object, Sequence[str]]:
    """Rows as strings, by what stands in their first column; each string once."""
    gathered: dict[object, dict[str, None]] = {}
    for key, *row in connection.execute(query, values):
        gathered.setdefault(key, {})[describe(*row)] = None
    return {key: tuple(strings) for key, strings in gathered.items()}


def _describe_hop(url: str, status: int | None, date: str, segment: str, offset: int) -> str:
    return f"{url} {'-' if status is None else status} {date} {segment}:{offset}"


def _describe_answer(source: str, outcome: str, date: str | None, segment: str | None, offset: int | None) -> str:
    return f"{source} {outcome}" if date is None else f"{source} {outcome} {date} {segment}:{offset}"


def _make_cited_post(row: _Row, hops: Sequence[str], answers: Sequence[str]) -> CitedPost:
    given = read_fields(row.given)
    flags = given.get("flags")
    is_unsure = isinstance(flags, tuple) and _UNSURE in flags
    return CitedPost.model_validate(
        {
            "id": row.citation,
            **given,
            "verdict": row.verdict,
            "reasons": tuple(json.loads(row.reasons)) if row.reasons else (),
            "verified_text": row.text if row.verdict == "same" and is_unsure else None,
            "outcome": row.outcome,
            "outcome_reason": row.reason or None,
            "answers": answers,
            **_find_known(row),
            "capture_url": find_original(row.url) if row.url else None,
            "capture_date": parse_moment(row.date),
            "capture_file": row.segment,
            "capture_offset": row.offset,
            "capture_record_id": row.record_id,
            "capture_digest": row.digest,
            "hops": hops,
        }
    )


def _find_known(row: _Row) -> dict[str, object]:
    """The fields of the post: what the links tell of it, and, where somebody told of it, what they said."""
    if row.platform is None or row.post_id is None:
        return {}
    post = read_post(row.record)
    platform = BY_ID.get(row.platform)
    known = {
        "known_platform": row.platform,
        "known_id": row.post_id,
        "known_permalink": post.permalink if post else row.permalink,
        "known_handle": (post.handle if post else None) or row.handle,
        "known_posted_at": parse_moment(post.posted_at if post else None)
        or (platform.parse_instant(row.post_id) if platform else None),
    }
    return known | (_find_told(post) if post else {})


def _find_told(post: Post) -> dict[str, object]:
    return {
        "known_author_name": post.author_name,
        "known_author_id": post.author_id,
        "known_text": post.text,
        "known_truncated": post.truncated,
        "known_lang": post.lang,
        "known_links": tuple(link.target for link in post.links),
        "known_media": tuple(medium.url for medium in post.media),
        "known_quoted": post.quoted,
        "known_reply_to": post.reply_to,
        "known_edits": post.edits,
        "known_sensitive": post.sensitive,
        "known_likes": post.likes,
        "known_reposts": post.reposts,
        "known_replies": post.replies,
        "known_quotes": post.quotes,
        "known_views": post.views,
        "known_counted_at": parse_moment(post.counted_at),
        "known_source": post.source,
    }


def read_post(record: str | None) -> Post | None:
    """What is known of a post, out of its row; raises ArchiveDamaged where it is no record of one."""
    try:
        return Post.model_validate_json(record) if record else None
    except ValidationError as error:
        raise ArchiveDamaged(
            f"what is known of a post cannot be read ({error.error_count()} fields): run"
            " `amberpost check`, and bring back a good copy of archive.db"
        ) from error
