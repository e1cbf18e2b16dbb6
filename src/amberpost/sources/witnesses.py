"""Whose word an answer is: those who ask one another, or one store behind them, have one word between them."""

from __future__ import annotations

import re

from ..models import Permalink
from ..platforms import BY_ID, parse_permalink
from ..urls import is_host, parse_url

# Platforms whose addresses are not all of one voice. Of X's services one was seen to deny what another shows
# (docs/services.md); a server of Mastodon's speaks for itself alone. Elsewhere page, record and embed are taken to come
# out of one store. Of Bluesky that is written: bluesky-social/social-app bskyweb/cmd/embedr/main.go (commit
# a4c4e9ae; its default for `appview-host` is public.api.bsky.app) and bskyweb/cmd/bskyweb/main.go (00bdda15, another
# address of the AppView) ask the AppView for what they show. Of the others it is a guess, on the safe side.
_APART = frozenset({"twitter", "mastodon"})
# Sites of others that show a platform's posts under addresses like its own.
_MIRRORS = ("xcancel.com", "fxtwitter.com", "vxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com", "deer.social")
_NITTER = re.compile(r"(?:.*\.)?nitter\.")


def find_service(source: str) -> str:
    """The service behind a source: what one service says under two names, `oembed` and `oembed@publish.x.com`, is once.

    >>> find_service("oembed@publish.x.com")
    'oembed'
    """
    return source.partition("@")[0]


def find_witness(url: str, platform: str) -> str:
    """Who stands behind what is said at a URL of a platform's post: the platform, or a host that speaks for itself.

    >>> find_witness("https://embed.bsky.app/oembed", "bluesky"), find_witness("https://x.com/i/status/20", "twitter")
    ('bluesky', 'x.com')
    """
    parsed = parse_url(url)
    host = parsed.host if parsed else url
    is_own = platform not in _APART and any(is_host(host, own) for own in BY_ID[platform].HOSTS)
    return platform if is_own else host


def is_own(url: str, permalink: Permalink) -> bool:
    """Whether an address is at the platform's own hosts, at no mirror of it; a server of Mastodon's is nobody else's.

    >>> asked = Permalink("twitter", "20", "jack", "https://x.com/jack/status/20")
    >>> [is_own(f"https://{host}/jack/status/20", asked) for host in ("mobile.x.com", "fxtwitter.com", "nitter.net")]
    [True, False, False]
    """
    parsed, home = parse_url(url), parse_url(permalink.url)
    if parsed is None or permalink.platform == "mastodon":
        return parsed is not None and home is not None and parsed.host == home.host
    if _NITTER.match(parsed.host) or any(is_host(parsed.host, mirror) for mirror in _MIRRORS):
        return False
    named = parse_permalink(url)  # Pinterest has a host in each country
    is_listed = any(is_host(parsed.host, own) for own in BY_ID[permalink.platform].HOSTS)
    return is_listed or (named is not None and named.platform == permalink.platform)
