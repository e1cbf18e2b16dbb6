"""Addresses inside other addresses: what web archives, redirects, lazy loaders and go-betweens make of a post's own.

They are taken out of the piece that a platform reads, so that none of the platforms has to know of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from ...markup import Element

ARCHIVE = (
    r"(?:(?:https?:)?//[\w.-]{4,60})?/(?:[\w-]{1,20}/){0,3}"
    r"(?:[0-9]{4,14}(?:[a-z]{2}_)?|[0-9]{4}\.[0-9.-]{4,15}|o/\w{4,8})/(?=https?://)"
)
"""What a web archive puts before each address of a page that it keeps: its own host, and when it kept the page."""

REDIRECT = (
    r"https?://(?:(?:www\.)?google\.[a-z.]{2,6}/url\?(?:[^\"'<>\s]{0,200}?[&;?])?(?:q|url)="
    r"|l\.(?:facebook|instagram)\.com/(?:l\.php)?\?u=|[\w.-]{1,40}\.protection\.outlook\.com/\?url=)"
)
"""What editors and mail programs put before each address of a text that went through them."""

_ARCHIVED = re.compile(rf"(?<=[\"'=]){ARCHIVE}", re.IGNORECASE)
_REDIRECTED = re.compile(rf"(?<=[\"'=]){REDIRECT}(http[^\s\"'<>&]{{4,600}})[^\s\"'<>]{{0,600}}", re.IGNORECASE)
# What a piece is searched for first: the pattern is tried at every quote.
_REDIRECT_SIGNS = ("/url?", "l.facebook.com/", "l.instagram.com/", ".outlook.com/")
# The frame of a site's own, or of a service, that shows what the address in its query leads to.
_BETWEEN = re.compile(
    r"[^?#]{0,200}(?:oembed|embedly|iframe\.?ly|twitframe)[^?#]{0,100}\?(?:[^#]{0,2000}?[&;])?url=(http[^\s&#]{4,600})",
    re.IGNORECASE,
)
_FRAMES = frozenset({"iframe", "amp-iframe"})


def unwrap(piece: str) -> str:
    """A piece of a page in which each address is the one that it had before it was archived or redirected.

    >>> unwrap('<a href="//web.archive.org/web/2020if_/https://x.com/a">').partition("=")[2]
    '"https://x.com/a">'
    """
    if "/http" in piece:
        piece = _ARCHIVED.sub("", piece)
    if "=http" in piece and any(sign in piece for sign in _REDIRECT_SIGNS):
        piece = _REDIRECTED.sub(lambda wrapped: unquote(wrapped[1]), piece)
    return piece


def unwrap_frame(element: Element) -> Element:
    """A frame with the address that it will have when it is loaded, and that of the post behind a go-between's.

    >>> frame = unwrap_frame(Element("amp-iframe", {"data-lazy-src": "//embed.example/oembed?url=https%3A//x.com/a"}))
    >>> frame.name, frame.attributes["data-src"]
    ('iframe', 'https://x.com/a')
    """
    if element.name not in _FRAMES:
        return element
    held = [value for name, value in element.attributes.items() if "src" in name and name != "srcdoc" and "//" in value]
    between = next((match for match in map(_BETWEEN.match, held) if match), None)
    address = unquote(between[1]) if between else element.attributes.get("data-src") or "".join(held[-1:])
    return replace(element, name="iframe", attributes={**element.attributes, "data-src": address})
