"""Who tells of a post: which URL to ask, and how to read what it answers. Pure functions; nothing here asks anybody.

All of it is built on what others recorded of the services, never on the services themselves: each module says from
where and as of when. A change at a service is a changed table there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from ..models import Permalink
from ..platforms import parse_permalink
from ..posts import Reading, Reply
from ..urls import parse_url
from . import bluesky, mastodon, oembed, syndication, telegram
from .endpoints import ENDPOINTS
from .heads import find_realm as find_realm
from .heads import is_same
from .mementos import read_at_timegate, read_copy
from .page import read_page
from .savepagenow import MOST_TURNS as MOST_TURNS
from .savepagenow import USER_URL as USER_URL
from .savepagenow import is_save as is_save
from .savepagenow import make_check_url as make_check_url
from .savepagenow import make_save_url as make_save_url
from .savepagenow import parse_room as parse_room
from .savepagenow import parse_told as parse_told
from .savepagenow import read_save, read_status
from .timegates import check_template as check_template
from .timegates import find_template as find_template
from .timegates import make_timegate_urls as make_timegate_urls
from .wayback import make_cdx_urls as make_cdx_urls
from .wayback import read_cdx
from .witnesses import find_service as find_service
from .witnesses import find_witness as find_witness
from .witnesses import is_own


@dataclass(slots=True, frozen=True)
class Source:
    """One service that tells of posts: `make_url` is `None` for a post that it says nothing of."""

    name: str
    make_url: Callable[[Permalink], str | None]
    read: Callable[[Reply, Permalink], Reading]


PAGE_NAME, CDX_NAME, MEMENTO_NAME, TIMEGATE_NAME, WARC_NAME = "page", "cdx", "memento", "timegate", "warc"
SAVE_NAME, STATUS_NAME, CHECK_NAME = "save", "save-status", "save-check"
ELSEWHERE = frozenset({CDX_NAME, MEMENTO_NAME, TIMEGATE_NAME, WARC_NAME, SAVE_NAME, STATUS_NAME, CHECK_NAME})
"""Sources that hold old copies: what they say is no word on whether a post is there now."""


_MOST_FIELDS = 50


def _embeds(platform: str) -> tuple[Source, ...]:
    """The endpoints that give out embeds of a platform's posts."""
    return tuple(
        Source(endpoint.name, partial(oembed.make_url, endpoint=endpoint), partial(oembed.read, endpoint=endpoint))
        for endpoint in ENDPOINTS
        if endpoint.platform == platform
    )


# By platform: asked in order, until one of them gives the post. Two that say it is not there are needed for `gone`.
SOURCES: Mapping[str, tuple[Source, ...]] = {
    "twitter": (Source(syndication.NAME, syndication.make_url, syndication.read), *_embeds("twitter")),
    "bluesky": (Source(bluesky.NAME, bluesky.make_url, bluesky.read_thread), *_embeds("bluesky")),
    "mastodon": (Source(mastodon.NAME, mastodon.make_url, mastodon.read_status_record), *_embeds("mastodon")),
    "telegram": (Source(telegram.NAME, telegram.make_url, telegram.read_widget),),
    "youtube": _embeds("youtube"),
    "tiktok": _embeds("tiktok"),
    "reddit": _embeds("reddit"),
    "vimeo": _embeds("vimeo"),
    "soundcloud": _embeds("soundcloud"),
    "spotify": _embeds("spotify"),
    "flickr": _embeds("flickr"),
    "tumblr": _embeds("tumblr"),
    "pinterest": _embeds("pinterest"),
}


def _make_own(permalink: Permalink) -> str | None:
    return permalink.url


PAGE = Source(PAGE_NAME, _make_own, read_page)
"""A post's own page, on any platform."""


def find_answering(url: str, permalink: Permalink) -> Source | None:
    """The source that a URL is a question to about this post, whatever else it asks for; `None` when it is none.

    >>> asked = Permalink("twitter", "20", "jack", "https://x.com/jack/status/20")
    >>> find_answering("https://cdn.syndication.twimg.com/tweet-result?features=tfw&id=20&lang=de", asked).name
    'syndication'
    >>> find_answering("https://cdn.syndication.twimg.com/tweet-result?id=21", asked) is None
    True
    """
    place, told = _take_apart(url)
    for source in SOURCES.get(permalink.platform, ()):
        own = source.make_url(permalink)
        if own is None or _take_apart(own)[0] != place or bool(told) != ("?" in own):
            continue
        if permalink.post_id.lower() in place or any(_names(value, permalink) for value in told):
            return source
    return None


def is_about(url: str, permalink: Permalink) -> bool:
    """Whether a URL is the post's own address, in any spelling, or a question about it to one of its sources.

    >>> is_about("http://mobile.twitter.com/Jack/status/20?s=20", Permalink("twitter", "20", None, "https://x.com/i/status/20"))
    True
    """
    named = parse_permalink(url)
    return (named is not None and is_same(named, permalink)) or find_answering(url, permalink) is not None


def _take_apart(url: str) -> tuple[str, list[str]]:
    """A URL without its scheme and query, and the values of that."""
    place, _, query = url.partition("?")
    values = [unquote(field.partition("=")[2]) for field in query.split("&")[:_MOST_FIELDS]] if query else []
    return place.partition("://")[2].lower(), values


def _names(value: str, permalink: Permalink) -> bool:
    if value == permalink.post_id or value.endswith(f"/{permalink.post_id}"):
        return True
    named = parse_permalink(value)
    return named is not None and is_same(named, permalink)


def _find_read(url: str, permalink: Permalink) -> Callable[[Reply, Permalink], Reading] | None:
    source = find_answering(url, permalink)
    return source.read if source else None


def find_reader(source: str, platform: str) -> Callable[[Reply, Permalink], Reading]:
    """How to read what a source answers of a platform's posts; raises KeyError for a source that nobody lists.

    Where a service's question was led to another host, nothing is believed: whoever answers there is not the service.
    """
    if source in _READERS:
        return _READERS[source]
    return partial(_read_at_home, {each.name: each for each in SOURCES[platform]}[source])


def _read_at_home(source: Source, reply: Reply, permalink: Permalink) -> Reading:
    asked, answered = parse_url(source.make_url(permalink) or ""), parse_url(reply.url)
    if asked is None or answered is None or not (answered.host == asked.host or is_own(reply.url, permalink)):
        return Reading(outcome="unreachable", reason="the question was led to another host, which is not believed")
    return source.read(reply, permalink)


def _read_own(reply: Reply, permalink: Permalink) -> Reading:
    """The post's own page, and nobody else's: a mirror's address names the post too, and anyone may have a mirror."""
    reading = read_page(reply, permalink)
    if reading.outcome == "login-walled" or is_own(reply.url, permalink):
        return reading
    return Reading(outcome="unreachable", reason="the page is not on the platform's own host, which is not believed")


# Sources that are the same for all platforms.
_READERS: Mapping[str, Callable[[Reply, Permalink], Reading]] = {
    PAGE_NAME: _read_own,
    CDX_NAME: read_cdx,
    MEMENTO_NAME: partial(read_copy, name=MEMENTO_NAME, find_read=_find_read),
    TIMEGATE_NAME: partial(read_at_timegate, name=TIMEGATE_NAME, find_read=_find_read),
    SAVE_NAME: read_save,
    STATUS_NAME: read_status,
    CHECK_NAME: read_cdx,
    WARC_NAME: partial(read_copy, name=WARC_NAME, find_read=_find_read),
}
