"""The pages of a WACZ: what its player lists, a line for each post that somebody tells of and each cited page.

A post's line leads to the answer that tells of it, which may be a service's JSON: that is the evidence. Words, names
and titles were written by anybody: lines are ASCII, and a title has no characters in it that steer a screen.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ...charsets import decode_unnamed
from ...platforms import parse_permalink
from ...posts import Post
from ...sources.heads import find_realm, read_head
from ..disk.reading import Reader
from ..disk.warcrecords import target_uri
from ..posts.citedrows import read_post
from ..posts.replies import NoReply, read_reply

_AT_ONCE = 500
_HEAD = 512 << 10  # characters of a page in which its title is looked for
_LONGEST = 300
_STEERING = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_POSTS = """
SELECT post.id, link.url, capture.date, post.platform, post.post_id, post.record
FROM post JOIN capture ON capture.id = post.capture JOIN link ON link.id = capture.link
WHERE post.id > ? AND post.record IS NOT NULL AND capture.record_type <> 'metadata' ORDER BY post.id LIMIT ?
"""
_PAGES = """
SELECT link.id, link.url, capture.date FROM link JOIN capture ON capture.link = link.id AND capture.settled
WHERE link.id > ? AND link.role IN ('cited', 'hop') AND link.target IS NULL AND link.url LIKE 'http%'
  AND capture.status BETWEEN 200 AND 299 AND capture.record_type <> 'metadata'
  AND capture.mime IN ('text/html', 'application/xhtml+xml')
  AND capture.id NOT IN (SELECT capture FROM post WHERE record IS NOT NULL AND capture IS NOT NULL)
ORDER BY link.id LIMIT ?
"""


class Page(NamedTuple):
    """A line of the list: where and when it was captured, to the second as in the index, and what it is called."""

    id: str
    url: str
    ts: str
    title: str
    text: str | None = None


def find_pages(reader: Reader) -> Iterator[Page]:
    """The posts that somebody tells of, then the cited pages that were captured, each in the order they came up."""
    for _, url, date, platform, post_id, record in _read_rows(reader, _POSTS):
        post = read_post(record)
        if post is not None:
            yield _make_page(f"{platform}/{post_id}", url, date, _describe_post(post), post.text)
    for _, url, date in _read_rows(reader, _PAGES):
        yield _make_page("page", url, date, _find_title(reader, url))


def _read_rows(reader: Reader, query: str) -> Iterator[tuple[Any, ...]]:
    last = 0
    while rows := reader.connection.execute(query, (last, _AT_ONCE)).fetchall():
        yield from rows
        last = rows[-1][0]


def _make_page(kind: str, url: str, date: str, title: str, text: str | None = None) -> Page:
    uri, second = target_uri(url), format_second(date)
    digest = hashlib.sha256(f"{kind}\n{uri}\n{second}".encode()).hexdigest()
    return Page(digest[:20], uri, second, title or uri, text)


def format_second(date: str) -> str:
    """A WARC date to the second, as the index has it.

    >>> format_second("2026-09-09T10:00:00.5Z")
    '2026-09-09T10:00:00Z'
    """
    return f"{date[:19]}Z"


def _describe_post(post: Post) -> str:
    who = f"{post.author_name} (@{post.handle})" if post.author_name and post.handle else post.author_name
    who = who or (f"@{post.handle}" if post.handle else post.permalink)
    day = f", {post.posted_at:%Y-%m-%d}" if post.posted_at else ""
    return clean_title(f"{who}{day}: {post.text or 'no words'}")


def _find_title(reader: Reader, url: str) -> str:
    """What a page is called: a post's own page, which often names nobody, by what is known of the post."""
    permalink = parse_permalink(url)
    query = "SELECT record FROM post WHERE platform = ? AND realm = ? AND post_id = ?"
    key = (permalink.platform, find_realm(permalink), permalink.post_id) if permalink else ()
    row = reader.connection.execute(query, key).fetchone() if key else None
    post = read_post(row[0]) if row else None
    return _describe_post(post) if post else _read_title(reader, url)


def _read_title(reader: Reader, url: str) -> str:
    link = reader.find_link(url)
    reply = read_reply(reader, link) if link else None
    if reply is None or isinstance(reply, NoReply):
        return ""
    return clean_title(read_head(decode_unnamed(reply[0].body)[:_HEAD]).first("og:title", "title"))


def clean_title(title: str) -> str:
    r"""A title in one line, cut where it gets long, without characters that nobody sees and screens obey.

    >>> clean_title("Fog \n at \x1b[31mthe\u202e mole")
    'Fog at [31mthe mole'
    """
    line = _STEERING.sub("", " ".join(title.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def format_header(reader: Reader) -> bytes:
    """The first line of the list, which says of the others what they are."""
    has_text = reader.connection.execute("SELECT EXISTS(SELECT 1 FROM post WHERE record IS NOT NULL)").fetchone()[0]
    header = {"format": "json-pages-1.0", "id": "pages", "title": "Posts and cited pages", "hasText": bool(has_text)}
    return json.dumps(header).encode() + b"\n"


def format_page(page: Page) -> bytes:
    """A page's line; `text` only where there is any."""
    fields = {name: value for name, value in page._asdict().items() if value is not None}
    return json.dumps(fields).encode() + b"\n"
