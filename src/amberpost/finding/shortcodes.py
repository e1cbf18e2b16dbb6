"""Shortcodes of site generators that name a post by its bare id: `{{< tweet 20 >}}`, `{% youtube CODE %}`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..models import Permalink, Sighting
from ..platforms import parse_permalink
from .places import find_places, has_place
from .sightings import sighting_of

_OPENING = re.compile(r"\{(?:\{(?:<|&lt;|%)|%)-?\s{0,2}(?:tweet|twitter|x|youtube|instagram)\s")
_CODE = re.compile(
    r"\{(?:\{(?:<|&lt;|%)|%)-?\s{0,2}(?P<name>tweet|twitter|x|youtube|instagram)\s+"
    r"(?P<rest>(?:(?!%\}|>\}|&gt;\})[^\n{}]){1,300})(?:%\}\}?|(?:>|&gt;)\}\})"
)
_ID = re.compile(
    r"(?:^|\s)(?:(?:id|src|url)=)?(?:[\"'“”]|&quot;|&#34;)?"
    r"(?P<id>https?://[^\s\"'“”&]{8,300}|[\w-]{2,40})(?=[\"'“”&\s]|$)"
)
_USER = re.compile(r"\buser=(?:[\"'“”]|&quot;|&#34;)?(\w{1,20})(?:[\"'“”]|&quot;|&#34;)?")
_DIGITS = re.compile(r"\d{2,19}")
_PLATFORM = {"tweet": "twitter", "twitter": "twitter", "x": "twitter"}
_ADDRESS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "instagram": "https://www.instagram.com/p/{}/",
}


def find_shortcodes(source: str) -> Iterator[Sighting]:
    """Find the shortcodes that show a post, in order.

    >>> [code.permalink for code in find_shortcodes('{{< tweet user="jack" id="20" >}} {% x 21 %}')]
    ['https://x.com/jack/status/20', 'https://x.com/i/status/21']
    """
    floor = 0
    for at in find_places(source, "{", _OPENING):
        code = _CODE.match(source, at) if at >= floor else None
        permalink = _permalink(code["name"], code["rest"]) if code else None
        if code and permalink:
            floor = code.end()
            flags = ("no-date",) if permalink.handle else ("no-date", "no-author")
            yield sighting_of(permalink, at, floor, kind="embed", rule="shortcode", flags=flags)


def _permalink(name: str, rest: str) -> Permalink | None:
    user = _USER.search(rest)
    told = _ID.search(_USER.sub(" ", rest))
    if told is None:
        return None
    platform, code = _PLATFORM.get(name, name), told["id"]
    if code.startswith("http"):
        address = code
    elif platform == "twitter":
        if not _DIGITS.fullmatch(code):
            return None
        address = f"https://x.com/{user[1]}/status/{code}" if user else f"https://x.com/i/status/{code}"
    else:
        address = _ADDRESS[platform].format(code)
    permalink = parse_permalink(address)
    return permalink if permalink and permalink.platform == platform else None


def has_shortcode(source: str) -> bool:
    """Tell whether a text may hold such a shortcode.

    >>> has_shortcode("{{< tweet 20 >}}"), has_shortcode("{{ title }}")
    (True, False)
    """
    return has_place(source, "{", _OPENING)
