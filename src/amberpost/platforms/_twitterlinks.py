"""X's addresses: status URLs on its hosts and mirrors, and the time inside a status id."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import unquote

from ..ids import parse_snowflake
from ..markup import parse_address
from ..models import Permalink
from ..urls import Url, parse_url
from ._hosts import is_post_host

ID = "twitter"
HOSTS: tuple[str, ...] = (
    "twitter.com",
    "x.com",
    "xcancel.com",
    "fxtwitter.com",
    "vxtwitter.com",
    "fixupx.com",
    "fixvx.com",
    "twittpr.com",
)

# What follows `//` in the addresses of posts and of the frames that show one, for the scan of a page.
ADDRESSES: tuple[str, ...] = (
    *(rf"{re.escape(host)}/(?:#!/)?(?:\w{{1,20}}/(?:web/)?)?status" for host in HOSTS),
    r"nitter\.[\w.-]{2,40}/\w{1,20}/status",
    r"platform\.(?:twitter|x)\.com/embed/",
    r"twitter\.com/i/(?:videos|cards/tfw)/",
)

HANDLE = re.compile(r"[A-Za-z0-9_]{1,20}")
_RELATIVE = re.compile(r"/\w{1,20}/(?:web/)?status(?:es)?/[0-9]")
# A button, whose query holds the words to be posted.
_INTENT = re.compile(r"(?:https?:)?//(?:www\.)?(?:twitter|x)\.com/(?:intent|share)\b", re.IGNORECASE)
_POST_ID = re.compile(r"([0-9]{1,19})(?![0-9])")
NOT_A_HANDLE = frozenset({"i", "intent", "search", "hashtag", "share", "home", "explore", "settings"})


def parse_permalink(url: Url) -> Permalink | None:
    """Parse a status URL of X, Twitter or a mirror.

    >>> parse_permalink(Url("nitter.example.org", ("jack", "status", "20"), "", "m"))
    Permalink(platform='twitter', post_id='20', handle='jack', url='https://x.com/jack/status/20')
    >>> parse_permalink(Url("fedex.com", ("jack", "status", "20"))) is None
    True
    """
    if not _is_ours(url.host):
        return None
    path = url.path or tuple(part for part in url.fragment.removeprefix("!").split("/") if part)
    for place, word in enumerate(path[:3]):
        if word.lower() in ("status", "statuses") and len(path) > place + 1:
            post_id = _POST_ID.match(path[place + 1])
            handle = path[0] if place == 1 and path[0] not in NOT_A_HANDLE and HANDLE.fullmatch(path[0]) else None
            if post_id and (handle or place == 0 or path[0] == "i"):
                return Permalink(ID, post_id[1], handle, build_permalink(post_id[1], handle=handle))
    return None


def parse_href(href: str) -> Permalink | None:
    """Parse what a link of an embed leads to, also where a site rewrote it: without its host, in percent signs, or
    behind the address of a redirector or a web archive.

    >>> parse_href("/jack/status/20").post_id, parse_href("/out?to=https%3A%2F%2Fx.com%2Fjack%2Fstatus%2F20").post_id
    ('20', '20')
    """
    if "status" not in href or _INTENT.match(href):
        return None
    written = unquote(href) if "%2f" in href.lower() else href
    inner = written.rfind("http")
    forms = (href, written, written[inner:] if inner > 0 else "", f"//x.com{href}" if _RELATIVE.match(href) else "")
    for form in forms:
        url = parse_address(form) if form else None
        permalink = parse_permalink(url) if url else None
        if permalink:
            return permalink
    return None


def build_permalink(post_id: str, *, handle: str | None = None) -> str:
    """Build the one canonical address of a post.

    >>> build_permalink("20", handle="jack")
    'https://x.com/jack/status/20'
    """
    return f"https://x.com/{handle or 'i'}/status/{post_id}"


def parse_instant(post_id: str) -> dt.datetime | None:
    """The UTC instant inside a status id; `None` for ids before November 2010.

    >>> parse_instant("1137051097955102720").isoformat()
    '2019-06-07T17:38:01+00:00'
    """
    return parse_snowflake(post_id)


def find_day(address: str) -> dt.date | None:
    """The UTC day on which the post was made that an address leads to, which is the day that its embed prints.

    >>> find_day("https://x.com/ann/status/1137051097955102720").isoformat()
    '2019-06-07'
    """
    url = parse_url(address)
    permalink = parse_permalink(url) if url else None
    instant = parse_instant(permalink.post_id) if permalink else None
    return instant.date() if instant else None


def _is_ours(host: str) -> bool:
    return is_post_host(host, HOSTS) or host.startswith("nitter.") or ".nitter." in host
