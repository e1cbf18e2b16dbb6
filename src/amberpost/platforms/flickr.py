"""Flickr: the addresses of photographs, long and short, and the link with a picture that its script enlarges."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import no_footer
from ..ids import decode_flickr
from ..markup import Element, Embed, find_permalink, normalize_display_name
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "flickr"
HOSTS: tuple[str, ...] = ("flickr.com", "flic.kr")
MARKERS: tuple[str, ...] = ("data-flickr-embed",)
ADDRESSES: tuple[str, ...] = (r"flickr\.com/photos/[\w@.-]{1,60}/[0-9]{4}", r"flic\.kr/p/\w")

_USER = re.compile(r"[\w@.-]{1,60}", re.ASCII)
_PHOTO = re.compile(r"[0-9]{4,16}")
_TITLE = re.compile(r"(.{0,300}) by (.{1,100}), (?:on|auf|sur|en|su|no|op|via) Flickr", re.DOTALL)


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a photograph; albums, groups and streams are no posts.

    >>> parse_permalink(Url("www.flickr.com", ("photos", "ann-b", "50990848039", "in", "photostream"))).url
    'https://www.flickr.com/photos/ann-b/50990848039/'
    >>> parse_permalink(Url("flic.kr", ("p", "2kFTqCp"))).post_id
    '50990848039'
    """
    path = url.path
    if url.host == "flic.kr" and len(path) == 2 and path[0] == "p":
        number = decode_flickr(path[1])
        return Permalink(ID, number, None, f"https://flic.kr/p/{path[1]}") if number else None
    if not is_post_host(url.host, HOSTS) or len(path) < 3 or path[0] != "photos":
        return None
    if not _USER.fullmatch(path[1]) or not _PHOTO.fullmatch(path[2]) or path[1] == "tags":
        return None
    return Permalink(ID, path[2], path[1], f"https://www.flickr.com/photos/{path[1]}/{path[2]}/")


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A photograph's number holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read the link and its title, `TITLE by NAME, on Flickr`; the picture alone is none."""
    permalink = find_permalink(element.values("href", "src", "data-src"), parse_permalink)
    if permalink is None or ("data-flickr-embed" not in element.attributes and element.name != "iframe"):
        return None
    title = _TITLE.fullmatch(element.attributes.get("title", ""))
    return Embed(
        platform=ID,
        rule=f"flickr-{element.form('iframe')}",
        permalink=permalink,
        handle=permalink.handle,
        name=normalize_display_name(title[2]) if title else None,
        text=(title[1].strip() or None) if title else element.attributes.get("title") or None,
    )


# A picture's link leaves nothing in extracted text.
parse_footer = no_footer
