"""The platforms: the only place that knows one. Adding a platform is one file here and one word in the tuple."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from ..footers import Footer, Handle
from ..models import Permalink
from ..urls import Url, parse_url
from . import instagram, twitter


class Platform(Protocol):
    """What a platform's module offers; each is a plain module, checked against this by mypy."""

    ID: str
    HOSTS: tuple[str, ...]

    def parse_permalink(self, url: Url, /) -> Permalink | None:
        """The post that a URL addresses, or `None` when the host or the path is not a post's."""

    def parse_instant(self, post_id: str, /) -> dt.datetime | None:
        """The UTC instant that the post's id holds, or `None` when it holds none."""

    def parse_footer(self, source: str, handle: Handle, /, *, floor: int) -> Footer | None:
        """The footer that an embed leaves in extracted text, read to both sides of a handle in parentheses."""


_LISTED: list[Platform] = [twitter, instagram]
PLATFORMS = tuple(_LISTED)
BY_ID = {platform.ID: platform for platform in PLATFORMS}
HOSTS = tuple(host for platform in PLATFORMS for host in platform.HOSTS)


def parse_permalink(url: str) -> Permalink | None:
    """Parse the address of a post on any platform; `None` for profiles, searches, share buttons and all else.

    >>> parse_permalink("https://mobile.twitter.com/jack/status/20?s=20")
    Permalink(platform='twitter', post_id='20', handle='jack', url='https://x.com/jack/status/20')
    """
    parts = parse_url(url)
    if parts is None:
        return None
    found = (platform.parse_permalink(parts) for platform in PLATFORMS)
    return next((permalink for permalink in found if permalink), None)
