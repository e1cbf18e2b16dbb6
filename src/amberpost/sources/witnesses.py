"""Whose word an answer is: those who ask one another, or one store behind them, have one word between them."""

from __future__ import annotations

from ..platforms import BY_ID
from ..urls import is_host, parse_url

# Platforms whose addresses are not all of one voice. Of X's services one was seen to deny what another shows
# (docs/services.md); a server of Mastodon's speaks for itself alone. Elsewhere page, record and embed are taken to come
# out of one store. Of Bluesky that is written: bluesky-social/social-app bskyweb/cmd/embedr/main.go (commit
# a4c4e9ae; its default for `appview-host` is public.api.bsky.app) and bskyweb/cmd/bskyweb/main.go (00bdda15, another
# address of the AppView) ask the AppView for what they show. Of the others it is a guess, on the safe side.
_APART = frozenset({"twitter", "mastodon"})


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
