"""Threads: its permalinks, whose codes are made like Instagram's, and its blockquote, which seldom holds the words."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import Footer, no_footer
from ..ids import parse_shortcode
from ..markup import Element, Embed, find_permalink, make_bare_embed
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host
from ._postby import make_footer, make_pattern

ID = "threads"
HOSTS: tuple[str, ...] = ("threads.net", "threads.com")
MARKERS: tuple[str, ...] = ("text-post-media", "data-text-post-permalink")
ADDRESSES: tuple[str, ...] = (r"threads\.(?:net|com)/(?:@[\w.]{1,30}/post/|t/\w)",)

_CODE = re.compile(r"[A-Za-z0-9_-]{5,40}")
_HANDLE = re.compile(r"[A-Za-z0-9_.]{1,30}")
_POST_BY = make_pattern(r"[A-Za-z0-9_.\\]{1,40}?", "Threads")


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a post, with or without its author.

    >>> parse_permalink(Url("www.threads.com", ("@ann.b", "post", "C0abcdefghi"))).url
    'https://www.threads.net/@ann.b/post/C0abcdefghi'
    """
    if not is_post_host(url.host, HOSTS):
        return None
    path = url.path
    if len(path) > 2 and path[0].startswith("@") and path[1] == "post" and _CODE.fullmatch(path[2]):
        handle = path[0][1:] if _HANDLE.fullmatch(path[0][1:]) else None
        return Permalink(ID, path[2], handle, f"https://www.threads.net/{path[0]}/post/{path[2]}") if handle else None
    if len(path) > 1 and path[0] == "t" and _CODE.fullmatch(path[1]):
        return Permalink(ID, path[1], None, f"https://www.threads.net/t/{path[1]}")
    return None


def parse_instant(post_id: str, /) -> dt.datetime | None:
    """The instant inside a code.

    >>> parse_instant("C0abcdefghi").year
    2023
    """
    return parse_shortcode(post_id)


def parse_markup(element: Element, /) -> Embed | None:
    """Read the post's address in the blockquote's attribute, or in its link "View on Threads"."""
    addresses = [*element.values("data-text-post-permalink", "data-url", "src", "data-src", "cite")]
    if "text-post-media" in element.classes():
        addresses.extend(anchor.href for anchor in element.anchors)
    permalink = find_permalink(addresses, parse_permalink)
    if permalink is None:
        return None
    return make_bare_embed(permalink, element.form("blockquote"), parse_instant(permalink.post_id))


def parse_bare(source: str, at: int, /) -> Footer | None:
    """Read `Post by @HANDLE View on Threads`, whose at-sign stands at `at`: the post's words are not there."""
    return make_footer(ID, _POST_BY.match(source, at), parse_permalink, parse_instant)


# No handle stands in parentheses in what its embed leaves: `parse_bare` reads it.
parse_footer = no_footer
