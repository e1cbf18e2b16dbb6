"""The verdict on each citation: of the posts that its links led to, is one the post that was cited?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...models import Permalink
from ...platforms import BY_ID, parse_permalink
from ...posts import Judgement, Reason, Verdict
from ...sources import PAGE_NAME, find_realm
from ...verifying import Via, verify
from ..disk.database import transaction
from ..disk.fixity import digest_row
from ..records import MOST_REDIRECTS
from .questions import KnownPost, read_post

_MOST_LOOKED_AT = 20  # posts that one citation leads to
_MOST_NAMED = 3
# The posts that a citation's links lead to, by the link as printed and by the address that names the post.
_LED_TO = f"""
WITH RECURSIVE chain(url, position, link, hop) AS (
  SELECT url, position, link, 0 FROM citation_link WHERE citation = ?
  UNION SELECT chain.url, position, link.target, hop + 1 FROM chain JOIN link ON link.id = chain.link
    WHERE link.target IS NOT NULL AND hop < {MOST_REDIRECTS}
)
SELECT chain.url, link.url, question.post FROM chain JOIN link ON link.id = chain.link
JOIN question ON question.link = chain.link AND question.source = '{PAGE_NAME}'
ORDER BY position, hop LIMIT {_MOST_LOOKED_AT}
"""
_STANDS = """
SELECT citation_link.url, link.state, link.reason FROM citation_link JOIN link ON link.id = link WHERE citation = ?
ORDER BY position LIMIT 3
"""
_WAYS: tuple[Via, ...] = ("own", "media", "link")
_BEST: tuple[Verdict, ...] = ("same", "probably-same", "different", "unverifiable")


@dataclass(slots=True, frozen=True)
class Candidate:
    """A post that a citation led to, and by what: its own address or id, a link of its media, any other link."""

    post: KnownPost
    via: Via


def judge_some(connection: sqlite3.Connection, limit: int) -> int:
    """Judge up to `limit` citations of which something new is known, and give how many there were."""
    rows = connection.execute(
        "SELECT citation, record FROM unjudged JOIN citation ON citation.id = citation LIMIT ?", (limit,)
    ).fetchall()
    if rows:
        with transaction(connection):
            for citation, record in rows:
                _judge(connection, citation, _read_row(record))
    return len(rows)


def _read_row(record: str) -> Mapping[str, object]:
    try:
        row = json.loads(record)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _judge(connection: sqlite3.Connection, citation: str, cited: Mapping[str, object]) -> None:
    candidates = find_candidates(connection, citation, cited)
    judged = [(candidate, _verify(cited, candidate)) for candidate in candidates]
    chosen = _choose(judged)
    post, judgement = (chosen[0].post.id, chosen[1]) if chosen else (None, _nothing(connection, citation, candidates))
    row = (post, judgement.verdict, _dump(judgement.reasons), judgement.text)
    connection.execute(
        "INSERT OR REPLACE INTO verdict(citation, post, verdict, reasons, text, sha256) VALUES(?, ?, ?, ?, ?, ?)",
        (citation, *row, digest_row(*row)),
    )
    connection.execute("DELETE FROM unjudged WHERE citation = ?", (citation,))


def _dump(reasons: Iterable[Reason]) -> str:
    return json.dumps([str(reason) for reason in reasons], ensure_ascii=False)


def find_candidates(connection: sqlite3.Connection, citation: str, row: Mapping[str, object]) -> list[Candidate]:
    """The posts that a citation's links led to, each once, by the firmest way that led there."""
    found: dict[int, Candidate] = {}
    for printed, address, post in connection.execute(_LED_TO, (citation,)).fetchall():
        known = read_post(connection, post)
        via = _find_way(row, known, printed, address)
        if post not in found or _WAYS.index(via) < _WAYS.index(found[post].via):
            found[post] = Candidate(known, via)
    return list(found.values())


def _find_way(row: Mapping[str, object], post: KnownPost, printed: str, address: str) -> Via:
    if _is_named(row, post.permalink) or (printed == row.get("url") and not row.get("links")):
        return "own"
    is_media = "pic.twitter.com/" in printed or "/photo/" in address or "/video/" in address
    return "media" if is_media and post.permalink.platform == "twitter" else "link"


def _is_named(row: Mapping[str, object], post: Permalink) -> bool:
    """Whether the citation prints the post's id, and no address of another server or account whose id that is."""
    own = parse_permalink(str(row.get("permalink") or ""))
    ids = {str(row.get("post_id") or ""), own.post_id if own else ""}
    return post.post_id in ids and (own is None or find_realm(own) == find_realm(post))


def _verify(row: Mapping[str, object], candidate: Candidate) -> Judgement:
    post = candidate.post
    platform, post_id = post.permalink.platform, post.permalink.post_id
    return verify(
        row,
        post.record,
        post_id=post_id,
        platform=platform,
        instant=BY_ID[platform].parse_instant(post_id),
        handle=post.permalink.handle,
        via=candidate.via,
        outcome=post.outcome,
    )


def _choose(judged: list[tuple[Candidate, Judgement]]) -> tuple[Candidate, Judgement] | None:
    """The citation's own post if it names one; else the one that fits best, where a mere link must fit to count."""
    own = [each for each in judged if each[0].via == "own"]
    fitting = [each for each in judged if each[0].via == "media" or each[1].verdict in ("same", "probably-same")]
    return min(own or fitting, key=lambda each: _BEST.index(each[1].verdict), default=None)


def _nothing(connection: sqlite3.Connection, citation: str, candidates: Sequence[Candidate]) -> Judgement:
    """Why a citation has no post to be held against: those that it links to do not fit, or how its links stand."""
    if candidates:
        posts = ", ".join(candidate.post.permalink.url for candidate in candidates[:_MOST_NAMED])
        about = f"its links led to posts that do not fit, which it may quote: {posts}"
    else:
        stands = connection.execute(_STANDS, (citation,)).fetchall()
        words = [f"{url} is {state}{f' ({reason})' if reason else ''}" for url, state, reason in stands]
        about = f"no link led to a post: {'; '.join(words)}" if words else "the citation has no link"
    return Judgement(verdict="unverifiable", reasons=(Reason(sign="unknown", about="post", words=about),))
