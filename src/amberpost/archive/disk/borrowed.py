"""The names of copies: what somebody else's record is kept under, beside what this archive asked for itself.

A copy must not pass for the answer to a question that was asked live, so its link is no URL that anybody is asked:
`warc:PLATFORM/POST/DATE/SHA-256/URL`. All of it is read back out of the segments when the database is lost.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

_NAME = re.compile(r"warc:([a-z0-9]{1,40})/([^/]{1,400})/([0-9T:.Z-]{1,40})/([0-9a-f]{64})/(.{1,4000})", re.DOTALL)


class Borrowed(NamedTuple):
    """A copy: of which post it tells, when the exchange was made, the digest of its block, and what was asked then."""

    platform: str
    post_id: str
    date: str
    digest: str
    url: str


def make_name(borrowed: Borrowed) -> str:
    """The name of a copy, the same for the same record wherever it is found.

    >>> make_name(Borrowed("twitter", "20", "2013-01-02T03:04:05Z", "ab" * 32, "https://x.com/jack/status/20"))[:40]
    'warc:twitter/20/2013-01-02T03:04:05Z/aba'
    """
    return f"{make_prefix(borrowed.platform, borrowed.post_id)}{borrowed.date}/{borrowed.digest}/{borrowed.url}"


def make_prefix(platform: str, post_id: str) -> str:
    """What the names of all copies of a post begin with.

    >>> make_prefix("twitter", "20")
    'warc:twitter/20/'
    """
    return f"warc:{platform}/{quote(post_id, safe='')}/"


def parse_name(name: str) -> Borrowed | None:
    """Parse the name of a copy; `None` for any URL.

    >>> parse_name("https://x.com/jack/status/20") is None
    True
    """
    match = _NAME.fullmatch(name) if name.startswith("warc:") else None
    return Borrowed(match[1], unquote(match[2]), match[3], match[4], match[5]) if match else None


def find_original(url: str) -> str:
    """The URL that was asked for: that of a link itself, or, of a copy, the one that somebody else had asked for.

    >>> find_original(make_name(Borrowed("twitter", "20", "2013-01-02T03:04:05Z", "ab" * 32, "https://a.example/")))
    'https://a.example/'
    >>> find_original("https://t.co/a")
    'https://t.co/a'
    """
    borrowed = parse_name(url)
    return borrowed.url if borrowed else url
