"""Who tells of a post: which URL to ask, and how to read what it answers. Pure functions; nothing here asks anybody.

All of it is built on what others recorded of the services, never on the services themselves: each module says from
where and as of when. A change at a service is a changed table there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..models import Permalink
from ..posts import Reading, Reply


@dataclass(slots=True, frozen=True)
class Source:
    """One service that tells of posts: `make_url` is `None` for a post that it says nothing of."""

    name: str
    make_url: Callable[[Permalink], str | None]
    read: Callable[[Reply, Permalink], Reading]


PAGE_NAME, CDX_NAME, MEMENTO_NAME, WARC_NAME = "page", "cdx", "memento", "warc"
ELSEWHERE = frozenset({CDX_NAME, MEMENTO_NAME, WARC_NAME})
"""Sources that hold old copies: what they say is no word on whether a post is there now."""


def find_service(source: str) -> str:
    """The service behind a source: what one service says under two names, `oembed` and `oembed@publish.x.com`, is once.

    >>> find_service("oembed@publish.x.com")
    'oembed'
    """
    return source.partition("@")[0]


# By platform: asked in order, until one of them gives the post. Two that say it is not there are needed for `gone`.
SOURCES: Mapping[str, tuple[Source, ...]] = {}


def find_reader(source: str, platform: str) -> Callable[[Reply, Permalink], Reading]:
    """How to read what a source answers of a platform's posts; raises KeyError for a source that nobody lists."""
    return _READERS.get(source) or next(each.read for each in SOURCES[platform] if each.name == source)


# Sources that are the same for all platforms.
_READERS: Mapping[str, Callable[[Reply, Permalink], Reading]] = {}


def make_cdx_urls(permalink: Permalink, *, near: dt.datetime | None) -> tuple[str, ...]:
    """The questions to the Wayback Machine's index about a post: one for each spelling of its address."""
    return ()
