"""URLs without a network: the host first, then the path; links inside a post's text, and their normal form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

# t.co codes had 7 or 8 characters until 2013 and have had 10 since: what is glued behind the tenth is text.
_SHORT = r"(?:https?://)?(?:\bt\.co|pic\.(?:twitter|x)\.com)/[A-Za-z0-9]{1,10}"
_LINK = re.compile(rf"{_SHORT}|https?://[^\s<>\"“”«»\]\[|\\^`{{}}]{{4,2000}}")
_SHORT_LINK = re.compile(r"(?:https?://)?(t\.co|pic\.(?:twitter|x)\.com)/([A-Za-z0-9]{1,10})", re.IGNORECASE)
# An aggregator's redirector round the post's own link: `…?id=1&url=https://t.co/CODE`.
_REDIRECTED = re.compile(r"[?&]\w{1,12}=(https?://t\.co/[A-Za-z0-9]{1,10})\Z")
_TRAILING = ".,;:!?'’…)*_"
_MOST_SEGMENTS = 12
_URL = re.compile(r"(?:https?:)?(?://)?([^/?#\s@]{1,253})(/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True, frozen=True)
class Url:
    """A URL taken apart: `host` in lower case without port, `path` as its non-empty segments."""

    host: str
    path: tuple[str, ...]
    query: str = ""
    fragment: str = ""


@dataclass(slots=True, frozen=True)
class Link:
    """A link in a post's text: where it stands, and its normal form."""

    start: int
    end: int
    url: str


def parse_url(url: str) -> Url | None:
    """Take a web address apart, with or without its scheme; `None` for what has no host.

    >>> parse_url("https://Mobile.Twitter.com:443/a/status/1?s=20")
    Url(host='mobile.twitter.com', path=('a', 'status', '1'), query='s=20', fragment='')
    """
    match = _URL.fullmatch(url.strip())
    if match is None:
        return None
    host = match[1].lower().partition(":")[0].rstrip(".")
    if "." not in host:
        return None
    path = tuple(unquote(part) if "%" in part else part for part in (match[2] or "").split("/", _MOST_SEGMENTS) if part)
    return Url(host, path, match[3] or "", match[4] or "")


def is_host(host: str, domain: str) -> bool:
    """Tell whether `host` is `domain` or below it: `fedex.com` ends in `x.com` and is not it.

    >>> is_host("mobile.x.com", "x.com"), is_host("fedex.com", "x.com")
    (True, False)
    """
    return host == domain or host.endswith("." + domain)


def normalize_link(link: str) -> str:
    """One spelling for each link of a post: https and the true host for X's short and media links, else as printed.

    >>> normalize_link("http://t.co/02OQCDI90m"), normalize_link("pic.x.com/OPuov3B6Br")
    ('https://t.co/02OQCDI90m', 'https://pic.twitter.com/OPuov3B6Br')
    """
    match = _SHORT_LINK.fullmatch(link)
    if match is None:
        return link
    host = "t.co" if match[1].lower() == "t.co" else "pic.twitter.com"
    return f"https://{host}/{match[2]}"


def find_links(text: str, start: int = 0, end: int | None = None) -> Iterator[Link]:
    """Find the links in `text[start:end]`, in order, without the punctuation that prose puts behind them.

    >>> [link.url for link in find_links("see t.co/abcdefghij (http://a.example/b).")]
    ['https://t.co/abcdefghij', 'http://a.example/b']
    """
    stop = len(text) if end is None else end
    for match in _LINK.finditer(text, start, stop):
        printed = match[0]
        behind = _REDIRECTED.search(printed)
        if not _SHORT_LINK.fullmatch(printed):
            printed = _without_trailing(printed, emphasis=text[match.start() - 1 : match.start()] == "_")
        yield Link(match.start(), match.start() + len(printed), normalize_link(behind[1] if behind else printed))


def _without_trailing(url: str, *, emphasis: bool) -> str:
    """A code may end in an underscore: one is punctuation only where another stands before the address."""
    while url[-1] in _TRAILING and not (url[-1] == ")" and "(" in url) and not (url[-1] == "_" and not emphasis):
        url = url[:-1]
    return url
