"""Truth Social: its permalinks, the time in a status id, made like Mastodon's, and its frame."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import no_footer
from ..ids import parse_milliseconds
from ..markup import Element, Embed, find_permalink, make_bare_embed
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "truthsocial"
HOSTS: tuple[str, ...] = ("truthsocial.com",)
MARKERS: tuple[str, ...] = ("truthsocial-embed",)
ADDRESSES: tuple[str, ...] = (r"truthsocial\.com/(?:@|users/)\w{1,30}/(?:posts/|statuses/)?[0-9]{12,20}",)

_STATUS = re.compile(r"[0-9]{12,20}")
_HANDLE = re.compile(r"\w{1,30}", re.ASCII)


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a post, or of the frame that shows it.

    >>> parse_permalink(Url("truthsocial.com", ("@ann", "posts", "116329750110333726"))).url
    'https://truthsocial.com/@ann/posts/116329750110333726'
    """
    path = url.path
    if not is_post_host(url.host, HOSTS) or len(path) < 2:
        return None
    handle = path[1] if path[0] == "users" else path[0].removeprefix("@") if path[0].startswith("@") else ""
    status = next((part for part in path[2 if path[0] == "users" else 1 :] if _STATUS.fullmatch(part)), None)
    if status is None or not _HANDLE.fullmatch(handle):
        return None
    return Permalink(ID, status, handle, f"https://truthsocial.com/@{handle}/posts/{status}")


def parse_instant(post_id: str, /) -> dt.datetime | None:
    """The instant inside a status id.

    >>> parse_instant("116329750110333726").year
    2026
    """
    return parse_milliseconds(post_id, shift=16)


def parse_markup(element: Element, /) -> Embed | None:
    """Read the address of the frame; the post's words are never there."""
    addresses = [*element.values("src", "data-src", "cite", "data-url")]
    if "truthsocial-embed" in element.classes():
        addresses.extend(anchor.href for anchor in element.anchors)
    permalink = find_permalink(addresses, parse_permalink)
    if permalink is None:
        return None
    return make_bare_embed(permalink, element.form("iframe", "blockquote"), parse_instant(permalink.post_id))


# Its embeds leave nothing in extracted text.
parse_footer = no_footer
