"""Mastodon, on any host: its permalinks, the time in a status id, its frames and its blockquote without words."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import Footer, no_footer
from ..ids import parse_milliseconds
from ..markup import Element, Embed, find_permalink, make_bare_embed
from ..models import Permalink
from ..urls import Url, is_host
from ._postby import make_footer, make_pattern

ID = "mastodon"
# Any host may be one; in text, where the host is the anchor, only the largest are looked for.
HOSTS: tuple[str, ...] = ("mastodon.social", "mastodon.online", "fosstodon.org", "mstdn.social", "hachyderm.io")
# The second is what WordPress makes of the first tag of any frame that is no known site's.
MARKERS: tuple[str, ...] = ("mastodon-embed", 'wp-embedded-content" sandbox=')
# Bare addresses are looked for on hosts that are called so, or `NAME.social`; frames and blockquotes on any host have
# the marker.
_NAMES = (*(rf"{name}[\w.-]{{2,40}}" for name in ("mastodon", "mstdn", "fosstodon", "hachyderm", "masto")), "social")
ADDRESSES: tuple[str, ...] = tuple(
    rf"{name}/(?:@[\w.-]{{1,60}}(?:@[\w.-]{{3,60}})?|users/\w{{1,30}}/statuses)/[0-9]{{15,20}}" for name in _NAMES
)

_ACCOUNT = re.compile(r"@([A-Za-z0-9_.-]{1,60})(?:@([a-z0-9.-]{3,60}))?")
_STATUS = re.compile(r"[0-9]{15,20}")
_POST_BY = make_pattern(r"[A-Za-z0-9_.\\-]{1,60}@[A-Za-z0-9.-]{3,80}?", "Mastodon")
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+\w[\w-]{1,62}")
# The same shape of address on hosts that are not Mastodon.
_OTHERS = (
    *(
        "truthsocial.com",
        "medium.com",
        "tiktok.com",
        "youtube.com",
        "threads.net",
        "threads.com",
        "twitter.com",
        "x.com",
    ),
    *("facebook.com", "instagram.com", "bsky.app", "reddit.com", "t.me", "linkedin.com"),
    *("odysee.com", "gab.com", "substack.com", "flipboard.com", "web.archive.org"),
)


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a status: `/@user/ID` on any host, where the id's own time is later than Mastodon.

    >>> parse_permalink(Url("example.social", ("@ann", "116329750110333726"))).handle
    'ann@example.social'
    >>> parse_permalink(Url("medium.com", ("@ann", "116329750110333726"))) is None
    True
    """
    path = url.path
    if len(path) < 2:
        return None
    if path[0] == "users" and len(path) > 3 and path[2] == "statuses":
        account, status = _ACCOUNT.fullmatch(f"@{path[1]}"), path[3]
    else:
        account, status = _ACCOUNT.fullmatch(path[0]), path[1]
    if account is None or not _STATUS.fullmatch(status) or not _is_late_enough(status):
        return None
    if not _HOST.fullmatch(url.host) or any(is_host(url.host, other) for other in _OTHERS):
        return None
    address = f"https://{url.host}/{path[0] if path[0] != 'users' else '@' + path[1]}/{status}"
    return Permalink(ID, status, f"{account[1]}@{account[2] or url.host}", address)


def _is_late_enough(status: str) -> bool:
    instant = parse_instant(status)
    return instant is not None and instant.year >= 2016


def parse_instant(post_id: str, /) -> dt.datetime | None:
    """The instant inside a status id.

    >>> parse_instant("116329750110333726").isoformat()
    '2026-04-01T13:45:18+00:00'
    """
    return parse_milliseconds(post_id, shift=16)


def parse_markup(element: Element, /) -> Embed | None:
    """Read the address in a frame, or in the blockquote's attribute or link; the post's words are never there."""
    addresses = [*element.values("data-embed-url", "src", "data-src")]
    if "mastodon-embed" in element.classes():
        addresses.extend(anchor.href for anchor in element.anchors)
    permalink = find_permalink(addresses, parse_permalink)
    if permalink is None:
        return None
    return make_bare_embed(permalink, element.form("iframe", "blockquote"), parse_instant(permalink.post_id))


def parse_bare(source: str, at: int, /) -> Footer | None:
    """Read `Post by @USER@HOST View on Mastodon`, whose at-sign stands at `at`: the post's words are not there."""
    return make_footer(ID, _POST_BY.match(source, at), parse_permalink, parse_instant)


# No handle stands in parentheses in what its embed leaves: `parse_bare` reads it.
parse_footer = no_footer
