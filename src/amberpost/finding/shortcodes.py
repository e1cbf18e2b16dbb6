"""Shortcodes that name a post by its id or its address: `{{< tweet 20 >}}`, `{% youtube CODE %}`, `[tweet id="20"]`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ..models import Permalink, Sighting
from ..platforms import parse_permalink
from .places import find_places, has_place
from .sightings import sighting_of

# Of site generators: Hugo, Jekyll, Liquid. What an extractor keeps of them has its signs as entities, too.
_NAMES = "tweet|twitter|x|youtube|instagram"
_BRACES = re.compile(rf"\{{(?:\{{(?:\\?<|&lt;|%)|%)-?\s{{0,2}}(?:{_NAMES})(?:_simple)?\s")
_BRACE_CODE = re.compile(
    rf"\{{(?:\{{(?:\\?<|&lt;|%)|%)-?\s{{0,2}}(?P<name>{_NAMES})(?:_simple)?\s+"
    r"(?P<rest>(?:(?!%\}|\\?>\}|&gt;\})[^\n{}]){1,300})(?:%\}\}?|(?:\\?>|&gt;)\}\})"
)
# Of WordPress and of forums, alone or round what they name; as a link's words in Markdown they are none.
_WORDS = (
    "twitter-tweet|tweet|twitter|blackbirdpie|youtube|embedyt|embed|oembed|media|video"
    "|instagram|facebook|tiktok|bluesky|vimeo|soundcloud|dailymotion"
)
_BRACKET = re.compile(rf"\[(?=[A-Za-z])(?i:{_WORDS})[\s=\]]")
_BRACKET_CODE = re.compile(
    rf"\[(?P<name>{_WORDS})(?P<rest>[\s=][^\[\]\n]{{1,300}}?)?\\?\]"
    r"(?:(?P<body>[^\[\]\n]{2,300}?)\\?\[/(?P=name)\\?\]|(?![(\[]))",
    re.IGNORECASE,
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″‘’‚′'", '"') | {"\\": None})  # and Markdown's escapes
_ADDRESSES = re.compile(r"https?://[^\s\"<>]{4,300}")
_FIELD = re.compile(r'(?:^|\s)(?:id|src|url|code|tweet|tweet_?id|data-tweetid)\s?=\s?"?\s?([\w-]{2,40})(?=["\s]|$)')
_FIRST = re.compile(r'\s*[=:]?\s*(?:twitter|youtube)?[;=]?\s*"?([\w-]{2,40})(?=["\s]|$)', re.IGNORECASE)
_USER = re.compile(r'(?:^|\s)user\s?=\s?"?(\w{1,20})')
_DIGITS = re.compile(r"[0-9]{2,19}")
# Where only the word before it, or round it, says that it is a post's, a number is as long as one, and a code is no
# word and no account.
_LONG = re.compile(r"[0-9]{9,11}|[0-9]{15,19}")
_CODES = {
    "youtube": re.compile(r"(?=.*[0-9]|.*[a-z].*(?<=[A-Za-z])[A-Z])[\w-]{11}", re.ASCII),
    "instagram": re.compile(r"(?=.*[a-z0-9])(?=.*(?<=[A-Za-z0-9])[A-Z])[\w-]{10,60}", re.ASCII),
}
_KEPT_FOR = re.compile(r"[\s=:]{1,3}(twitter|youtube)\b", re.IGNORECASE)
_PLATFORM = {"tweet": "twitter", "twitter-tweet": "twitter", "blackbirdpie": "twitter", "x": "twitter"}
_PLATFORM |= {name: name for name in ("twitter", "youtube", "instagram")} | {"embedyt": "youtube"}
_ADDRESS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "instagram": "https://www.instagram.com/p/{}/",
}


def find_shortcodes(source: str) -> Iterator[Sighting]:
    """Find the shortcodes that show a post, in order.

    >>> [code.permalink for code in find_shortcodes('{{< tweet user="jack" id="20" >}} {% x 21 %} [tweet id="22"]')]
    ['https://x.com/jack/status/20', 'https://x.com/i/status/21', 'https://x.com/i/status/22']
    """
    places = [(at, _BRACE_CODE) for at in find_places(source, "{", _BRACES)]
    places += [(at, _BRACKET_CODE) for at in find_places(source, "[", _BRACKET)]
    floor = 0
    for at, pattern in sorted(places):
        code = pattern.match(source, at) if at >= floor else None
        permalink = _parse_code(code) if code else None
        if code and permalink:
            floor = code.end()
            flags = ("no-date",) if permalink.handle else ("no-date", "no-author")
            yield sighting_of(permalink, at, floor, kind="embed", rule="shortcode", flags=flags)


def _parse_code(code: re.Match[str]) -> Permalink | None:
    """The post that a shortcode names, in what stands between its signs or behind them, of the platform it is for."""
    told = code.groupdict()
    if told["name"].istitle():
        return None  # "[Twitter https://…]" is a sentence's note
    name, rest = told["name"].lower(), html.unescape(told["rest"] or "").translate(_QUOTES)
    body = html.unescape(told.get("body") or "").replace("\\", "")
    kept = _KEPT_FOR.match(rest) if name in ("media", "video") else None
    platform = kept[1].lower() if kept else _PLATFORM.get(name)
    address = _ADDRESSES.search(body) or _ADDRESSES.search(rest)
    if address:
        permalink = parse_permalink(address[0].rstrip("]"))
        return permalink if permalink and platform in (None, permalink.platform) else None
    return _parse_id(platform, body.strip() or rest, is_sure="body" not in told) if platform else None


def _parse_id(platform: str, rest: str, *, is_sure: bool) -> Permalink | None:
    """A post named by its id; `is_sure` where the code's form leaves no doubt that what it holds is one."""
    field, user = _FIELD.search(rest), _USER.search(rest)
    first = field or _FIRST.match(_USER.sub(" ", rest))
    if first is None:
        return None
    code = first[1]
    if platform == "twitter":
        if not (_DIGITS if field or is_sure else _LONG).fullmatch(code):
            return None
        return parse_permalink(f"https://x.com/{user[1] if user else 'i'}/status/{code}")
    is_named = is_sure or (field and platform == "youtube")  # plugins of Instagram number their feeds so
    if not (is_named or _CODES[platform].fullmatch(code)):
        return None
    permalink = parse_permalink(_ADDRESS[platform].format(code))
    return permalink if permalink and permalink.post_id == code else None


def has_shortcode(source: str) -> bool:
    """Tell whether a text may hold such a shortcode.

    >>> has_shortcode("{{< tweet 20 >}}"), has_shortcode("{{ title }} [embed]")
    (True, True)
    """
    return has_place(source, "{", _BRACES) or has_place(source, "[", _BRACKET)
