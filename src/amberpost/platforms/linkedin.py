"""LinkedIn: the addresses of posts, the time in their ids, and the frame that shows one."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import no_footer
from ..ids import parse_milliseconds
from ..markup import Element, Embed, find_permalink, make_bare_embed
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "linkedin"
HOSTS: tuple[str, ...] = ("linkedin.com",)
MARKERS: tuple[str, ...] = ()
ADDRESSES: tuple[str, ...] = (r"linkedin\.com/(?:embed/)?(?:feed/update/urn|posts/[\w%.-]{3,200}-[0-9]{15,20})",)

_URN = re.compile(r"urn:li:(share|ugcPost|activity):([0-9]{10,20})")
_POST = re.compile(r"(?:([A-Za-z0-9%-]{2,100})_)?.{0,300}?(activity|share|ugcPost)-([0-9]{15,20})(?:-[\w-]{1,12})?")


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a post: `/posts/NAME_slug-activity-ID-code`, `/feed/update/urn:li:KIND:ID` or its frame.

    >>> parse_permalink(Url("www.linkedin.com", ("embed", "feed", "update", "urn:li:share:7000000000000000000"))).url
    'https://www.linkedin.com/feed/update/urn:li:share:7000000000000000000/'
    """
    path = url.path[1:] if url.path[:1] == ("embed",) else url.path
    if not is_post_host(url.host, HOSTS) or len(path) < 2:
        return None
    if path[0] == "posts":
        post = _POST.fullmatch(path[1])
        return _permalink(post[2], post[3], post[1]) if post else None
    urn = _URN.fullmatch(path[2]) if path[:2] == ("feed", "update") and len(path) > 2 else None
    return _permalink(urn[1], urn[2], None) if urn else None


def _permalink(kind: str, number: str, handle: str | None) -> Permalink:
    return Permalink(ID, number, handle, f"https://www.linkedin.com/feed/update/urn:li:{kind}:{number}/")


def parse_instant(post_id: str, /) -> dt.datetime | None:
    """The instant inside a share's or an activity's number.

    >>> parse_instant("7000000000000000000").year
    2022
    """
    return parse_milliseconds(post_id, shift=22)


def parse_markup(element: Element, /) -> Embed | None:
    """Read the address of the frame; nothing else is there."""
    permalink = find_permalink(element.values("src", "data-src"), parse_permalink)
    if permalink is None:
        return None
    return make_bare_embed(permalink, element.form("iframe"), parse_instant(permalink.post_id))


# Its embeds leave nothing in extracted text.
parse_footer = no_footer
