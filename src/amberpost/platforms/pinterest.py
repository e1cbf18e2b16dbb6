"""Pinterest: the addresses of pins, and the link or the frame that its script turns into one."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs

from ..footers import no_footer
from ..markup import Element, Embed, find_permalink
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "pinterest"
# Each country has its own; in text, where the host is the anchor, only the largest are looked for.
HOSTS: tuple[str, ...] = ("pinterest.com", "pinterest.co.uk", "pinterest.de", "pinterest.fr", "pinterest.es")
MARKERS: tuple[str, ...] = ('data-pin-do="embedPin', "data-pin-id", "amp-pinterest")
ADDRESSES: tuple[str, ...] = (
    r"pinterest\.(?:com?\.)?[a-z]{2,3}/pin/[\w%-]{0,200}[0-9]{6}",
    r"assets\.pinterest\.com/ext/embed\.html",
)

_HOST = re.compile(r"(?:[\w-]{1,20}\.){0,2}(pinterest\.(?:com?\.)?[a-z]{2,3})")
_PIN = re.compile(r"(?:.{1,300}--)?([0-9]{6,22})")


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a pin, with or without its title, or of the frame that shows it; boards are no posts.

    >>> parse_permalink(Url("www.pinterest.co.uk", ("pin", "blue-barge--1020304050607"))).url
    'https://www.pinterest.com/pin/1020304050607/'
    >>> parse_permalink(Url("www.pinterest.com", ("pin", "create", "button"))) is None
    True
    """
    host = _HOST.fullmatch(url.host)
    if host is None or not is_post_host(url.host, (host[1],)):
        return None
    if url.path == ("ext", "embed.html"):
        return _permalink(parse_qs(url.query.replace("&amp;", "&")).get("id", [""])[0])
    return _permalink(url.path[1]) if len(url.path) > 1 and url.path[0] == "pin" else None


def _permalink(pin: str) -> Permalink | None:
    number = _PIN.fullmatch(pin)
    return Permalink(ID, number[1], None, f"https://www.pinterest.com/pin/{number[1]}/") if number else None


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A pin's number holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read the pin's address in the link that the script replaces, or in a frame; buttons to pin a page are no pins."""
    pins = (_permalink(value) for value in element.values("data-pin-id"))
    addresses = element.values("href", "data-url", "src", "data-src")
    permalink = next((pin for pin in pins if pin), None) or find_permalink(addresses, parse_permalink)
    if permalink is None:
        return None
    return Embed(platform=ID, rule=f"pinterest-{element.form('iframe')}", permalink=permalink)


# Its embeds leave nothing in extracted text.
parse_footer = no_footer
