"""Giphy: the addresses of its pictures and clips, and the frame that shows one."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import no_footer
from ..markup import Element, Embed, find_permalink
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "giphy"
HOSTS: tuple[str, ...] = ("giphy.com",)
MARKERS: tuple[str, ...] = ("giphy-embed",)
ADDRESSES: tuple[str, ...] = (r"giphy\.com/(?:embed|gifs|clips|stickers)/[\w%-]",)

_PLACES = frozenset({"embed", "gifs", "clips", "stickers"})
_ID = re.compile(r"(?:[\w%.-]{1,300}-)?([A-Za-z0-9]{10,24})")


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a picture's page or frame; the bare picture (`media.giphy.com`) is no post.

    >>> parse_permalink(Url("giphy.com", ("gifs", "a-barge-l0HlNaQ6gWfllcjDO"))).url
    'https://giphy.com/gifs/l0HlNaQ6gWfllcjDO'
    """
    if not is_post_host(url.host, HOSTS) or url.host.startswith(("media", "i.")) or len(url.path) < 2:
        return None
    number = _ID.fullmatch(url.path[1]) if url.path[0] in _PLACES else None
    return Permalink(ID, number[1], None, f"https://giphy.com/gifs/{number[1]}") if number else None


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A picture's id holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read the address of the frame; the link "via GIPHY" below it leads to the same picture."""
    addresses = [*element.values("src", "data-src"), *(anchor.href for anchor in element.anchors)]
    permalink = find_permalink(addresses, parse_permalink)
    if permalink is None or (element.name != "iframe" and "giphy-embed" not in element.classes()):
        return None
    return Embed(platform=ID, rule=f"giphy-{element.form('iframe')}", permalink=permalink)


# "via GIPHY" alone names no post; where its link was kept, that is found as a link.
parse_footer = no_footer
