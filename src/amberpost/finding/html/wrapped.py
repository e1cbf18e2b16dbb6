"""Addresses inside other addresses: what web archives, redirects, lazy loaders and go-betweens make of a post's own.

They are taken out of the piece that a platform reads, so that none of the platforms has to know of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from ...markup import Element
from ...platforms import parse_permalink

ARCHIVE = (
    r"(?:(?:https?:)?//[\w.-]{4,60})?/(?:[\w-]{1,20}/){0,3}"
    r"(?:[0-9]{4,14}(?:[a-z]{2}_)?|[0-9]{4}\.[0-9.-]{4,15}|o/\w{4,8})/(?=https?://)"
)
"""What a web archive puts before each address of a page that it keeps: its own host, and when it kept the page."""

REDIRECTS = (
    r"google\.[a-z.]{2,6}/url\?",
    r"safelinks\.protection\.outlook\.com/\?",
    r"facebook\.com/l\.php\?",
    r"lm?\.(?:facebook|instagram)\.com/(?:l\.php)?\?",
)
"""Where editors and mail programs send the reader first, behind the name of one server or none."""

REDIRECT = rf"https?://(?:[\w-]{{1,20}}\.)?(?:{'|'.join(REDIRECTS)})(?:[^\"'<>\s]{{0,200}}?[&;?])?(?:q|u|url)="
"""What they put before each address of a text that went through them."""

_WRAPPED = re.compile(rf"{REDIRECT}(http[^\s\"'<>&]{{4,600}})", re.IGNORECASE)
_ARCHIVED = re.compile(rf"(?<=[\"'=]){ARCHIVE}", re.IGNORECASE)
_REDIRECTED = re.compile(rf"(?<=[\"'=]){REDIRECT}(http[^\s\"'<>&]{{4,600}})[^\s\"'<>]{{0,600}}", re.IGNORECASE)
# What a piece is searched for first: the pattern is tried at every quote.
_REDIRECT_SIGNS = ("/url?", "/l.php?", ".facebook.com/?", ".instagram.com/?", ".outlook.com/?")
# The frame of a site's own, or of a service, that shows what the address in its query leads to.
_BETWEEN = re.compile(
    r"[^?#]{0,200}(?:oembed|embedly|iframe\.?ly|twitframe)[^?#]{0,100}\?(?:[^#]{0,2000}?[&;])?url=(http[^\s&#]{4,600})",
    re.IGNORECASE,
)
_FRAMES = frozenset({"iframe", "amp-iframe"})
_LINK = re.compile(r"\bhref\s{0,2}=\s{0,2}[\"']?(https?://[^\s\"'<>]{8,600})", re.IGNORECASE)
# Other elements that scripts make embeds of, and the attributes that name what they show: in the first it is sure.
_HOLDERS = frozenset({"div", "section", "aside", "figure", "span", "oembed"})
_HOLDING = (
    *("data-onebox-src", "data-oembed-url", "data-oembed", "data-embed-url", "data-embed-src"),
    *("url", "data-url", "data-href", "data-source", "data-link"),
)
_SURELY_HOLDING = 5
_SAYS_EMBED = re.compile(r"embed|onebox", re.IGNORECASE)
_BUTTON = re.compile(r"shar(?:e|ing)|follow|button|related", re.IGNORECASE)
# The frames of forums have a page of a helper for each platform, which is told the post behind a `#`.
_HELPED = re.compile(r"[^#]{0,100}/iframe/2/([a-z]{4,12})\.min\.html#([^#\s]{4,200})")
_HELPS = {
    "bluesky": "{}",
    "facebook": "https://www.facebook.com/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "reddit": "https://www.reddit.com/r/{}",
    "telegram": "https://t.me/{}",
    "threads": "https://www.threads.net/t/{}",
}


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


def unwrap_address(address: str) -> str:
    """An address as it was before an editor or a mail program put its own before it.

    >>> unwrap_address("https://www.google.com/url?q=https%3A%2F%2Fx.com%2Fa&sa=D")
    'https://x.com/a'
    """
    wrapped = _WRAPPED.match(address) if "=http" in address else None
    return unquote(wrapped[1]) if wrapped else address


def unwrap_element(element: Element) -> Element:
    """A frame, or another element that a site makes one of, with the address of what it will show.

    >>> holder = Element("div", {"class": "card onebox", "data-url": "https://t.me/ann/1"})
    >>> unwrap_element(holder).attributes["data-src"]
    'https://t.me/ann/1'
    """
    if element.name in _FRAMES:
        return _unwrap_frame(element)
    address = _find_held(element)
    if address is None:
        return element
    return replace(element, name="oembed", attributes={**element.attributes, "data-src": address})


def _find_held(element: Element) -> str | None:
    """The address in an attribute of an element that says of itself, or of the attribute, that it is an embed's."""
    attributes = element.attributes
    if "data-src" in attributes or not (element.name in _HOLDERS or "-" in element.name) or element.name[:4] == "amp-":
        return None
    told = f"{element.name} {attributes.get('class', '')} {attributes.get('id', '')}"
    if _BUTTON.search(told):
        return None
    names = _HOLDING if _SAYS_EMBED.search(told) else _HOLDING[:_SURELY_HOLDING]
    return next((value for name in names if "//" in (value := attributes.get(name, ""))), None)


def _unwrap_frame(element: Element) -> Element:
    """A frame with the address that it will have when it is loaded, and that of the post behind a go-between's.

    >>> frame = unwrap_element(Element("amp-iframe", {"data-lazy-src": "//embed.example/oembed?url=https%3A//x.com/a"}))
    >>> frame.name, frame.attributes["data-src"]
    ('iframe', 'https://x.com/a')
    """
    held = [value for name, value in element.attributes.items() if "src" in name and name != "srcdoc" and "//" in value]
    between = next((match for match in map(_BETWEEN.match, held) if match), None)
    address = unquote(between[1]) if between else element.attributes.get("data-src") or "".join(held[-1:])
    if not address and "srcdoc" in element.attributes:
        address = _find_only_post(element.attributes["srcdoc"])
    helped = _HELPED.match(address) if "/iframe/2/" in address else None
    if helped:
        address = _address_of_helped(*helped.groups()) or address
    return replace(element, name="iframe", attributes={**element.attributes, "data-src": address})


def _find_only_post(document: str) -> str:
    """The address of the post that a frame's document shows, when all its links to posts are to that one."""
    linked = [(parse_permalink(link[1]), link[1]) for link in _LINK.finditer(document)]
    posts = {permalink.url: address for permalink, address in reversed(linked) if permalink}
    return next(iter(posts.values())) if len(posts) == 1 else ""


def _address_of_helped(platform: str, key: str) -> str | None:
    """The address of the post that a forum's helper is told by its key.

    >>> _address_of_helped("mastodon", "ann@mastodon.example/110368899112233445")
    'https://mastodon.example/@ann/110368899112233445'
    """
    if platform == "mastodon":
        account, _, number = key.partition("/")
        name, _, host = account.partition("@")
        return f"https://{host or 'mastodon.social'}/@{name}/{number}"
    return _HELPS[platform].format(key) if platform in _HELPS else None
