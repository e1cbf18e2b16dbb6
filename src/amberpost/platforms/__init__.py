"""The platforms: the only place that knows one. Adding a platform is one file here and one word in the tuple.

A platform whose markup is read letter for letter, or that leaves words without a handle in parentheses, stands in one
of the short tables below it, too; a test names what was left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Protocol

from ..footers import Footer, Handle, no_footer
from ..markup import Element, Embed, Literal
from ..models import Permalink
from ..urls import Url, parse_url
from . import (
    bluesky,
    facebook,
    flickr,
    giphy,
    imgur,
    instagram,
    linkedin,
    mastodon,
    pinterest,
    players,
    reddit,
    telegram,
    threads,
    tiktok,
    truthsocial,
    tumblr,
    twitter,
    vk,
    youtube,
)
from ._twitterliteral import parse_literal


class Platform(Protocol):
    """What a platform's module offers; each is a plain module, checked against this by mypy."""

    ID: str
    HOSTS: tuple[str, ...]
    # Words with a hyphen, one of which stands in the first tag of what embeds a post: `twitter-tweet`. A page is passed
    # over once for the hyphens of all platforms together, so another word costs nothing.
    MARKERS: tuple[str, ...]
    # Patterns for what follows `//` (and one label such as `www.`) in the addresses of posts and of frames that show
    # one: `x\\.com/\\w+/status`. One pass for all platforms together; each begins with a letter.
    ADDRESSES: tuple[str, ...]

    def parse_permalink(self, url: Url, /) -> Permalink | None:
        """The post that a URL addresses, or `None` when the host or the path is not a post's."""

    def parse_instant(self, post_id: str, /) -> dt.datetime | None:
        """The UTC instant that the post's id holds, or `None` when it holds none."""

    def parse_markup(self, element: Element, /) -> Embed | None:
        """The post that an element shows, found by one of the markers or addresses; `None` when it shows none."""

    def parse_footer(self, source: str, handle: Handle, /, *, floor: int) -> Footer | None:
        """The footer that an embed leaves in extracted text, read to both sides of a handle in parentheses."""


_LISTED: list[Platform] = [
    twitter,
    instagram,
    facebook,
    tiktok,
    youtube,
    threads,
    bluesky,
    telegram,
    reddit,
    linkedin,
    truthsocial,
    pinterest,
    tumblr,
    vk,
    imgur,
    giphy,
    flickr,
    *players.PLAYERS,
    mastodon,  # last: it may stand on any host
]
PLATFORMS = tuple(_LISTED)
BY_ID = {platform.ID: platform for platform in PLATFORMS}
# Who gives out markup so much the same that most of it can be read letter for letter, from where the scan hit it; or
# whose element the scan does not see.
LITERALS: Mapping[str, Callable[[str, int], Literal | None]] = {
    twitter.ID: parse_literal,
    youtube.ID: youtube.parse_literal,
    vk.ID: vk.parse_literal,
}
HOSTS = tuple(host for platform in PLATFORMS for host in platform.HOSTS)
_OWNERS = {host: (platform,) for platform in PLATFORMS for host in platform.HOSTS}
# Who is also met on hosts that no list holds: mirrors, a domain for each country, servers that anybody runs.
_ROAMING: tuple[Platform, ...] = (twitter, pinterest, mastodon)
# Who leaves a footer round a handle in parentheses, asked for each such handle; who leaves one round a bare handle,
# and who leaves words of its own without any.
FOOTED = tuple(platform for platform in PLATFORMS if platform.parse_footer is not no_footer)
BARE = (threads.parse_bare, mastodon.parse_bare)
PHRASES = (*facebook.PHRASES, *reddit.PHRASES, *tiktok.PHRASES, *imgur.PHRASES)
RESIDUAL = frozenset(p.ID for p in (*FOOTED, threads, mastodon, facebook, reddit, tiktok, imgur))
"""The platforms whose embeds leave something in extracted text."""


def parse_permalink(url: str) -> Permalink | None:
    """Parse the address of a post on any platform; `None` for profiles, searches, share buttons and all else.

    >>> parse_permalink("https://mobile.twitter.com/jack/status/20?s=20")
    Permalink(platform='twitter', post_id='20', handle='jack', url='https://x.com/jack/status/20')
    """
    parts = parse_url(url)
    if parts is None:
        return None
    found = (platform.parse_permalink(parts) for platform in _find_owners(parts.host))
    return next((permalink for permalink in found if permalink), None)


def _find_owners(host: str) -> tuple[Platform, ...]:
    """Whose posts may stand on a host: its owner's, else those of whoever is met on any."""
    while host:
        if host in _OWNERS:
            return _OWNERS[host]
        host = host.partition(".")[2]
    return _ROAMING
