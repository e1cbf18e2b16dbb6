"""Addresses of posts on any platform, parsed and normalized: two functions for every string, without a network."""

from __future__ import annotations

import re

from .models import Permalink, ReadError
from .platforms import parse_permalink as _parse_permalink
from .urls import normalize_link

_MEMENTO = re.compile(r"(?:https?://)?web\.archive\.org/web/[0-9]{4,14}(?:[a-z]{2}_)?/(.{4,4000})", re.DOTALL)
_PARTS = re.compile(
    r"(https?)://(?:[^/?#@\s]{0,200}@)?([^/?#@:\s]{1,253})(:[0-9]{1,5})?(/[^?#]*)?(\?[^#]*)?(#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_PORTS = {"http": ":80", "https": ":443"}
# What campaigns and share buttons add to an address, and what names nothing in it.
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|twclid|yclid|mc_[ce]id|igsh(?:id)?|ref_src|ref_url|_ga|_gl|mkt_tok"
    r")(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPE = re.compile("%(?:[0-9a-fA-F]{2})?")
_ESCAPED_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEEPEST = 5


def parse_permalink(url: str) -> Permalink | None:
    """Parse the address of a post on any platform; `None` for profiles, lists, searches, share buttons and all else.

    Never raises, whatever the string; what is no string is a `ReadError`. An address with an archive's before it is
    that of the post which was archived.

    >>> parse_permalink("https://mobile.twitter.com/jack/status/20/photo/1?s=20")
    Permalink(platform='twitter', post_id='20', handle='jack', url='https://x.com/jack/status/20')
    >>> parse_permalink("https://twitter.com/intent/tweet?text=hello") is None
    True
    """
    if not isinstance(url, str):
        raise ReadError(f"an address is a string, not {type(url).__name__!r}: pass over rows that have none")
    return _parse_permalink(_without_archive(url))


def normalize_url(url: str) -> str:
    """One spelling for each address: a post's canonical one, else without what only tracks, host in lower case.

    Never raises, whatever the string, and changes nothing the second time. What is no web address comes back as it is,
    without white space round it; nothing is looked up, so a short link stays one.

    >>> normalize_url("http://m.twitter.com/jack/status/20?s=20&t=abc")
    'https://x.com/jack/status/20'
    >>> normalize_url("HTTPS://News.Example:443/a%7Eb?id=7&utm_source=x#")
    'https://news.example/a~b?id=7'
    """
    permalink = parse_permalink(url)
    if permalink:
        return permalink.url
    bare = url.strip()
    link = normalize_link(bare)
    parts = _PARTS.fullmatch(bare) if link == bare else None
    if parts is None:
        return link
    joined = _join(parts)
    permalink = parse_permalink(joined)
    return permalink.url if permalink else joined


def _without_archive(url: str) -> str:
    for _ in range(_DEEPEST):
        memento = _MEMENTO.match(url.strip())
        if memento is None:
            break
        url = memento[1]
    return url


def _join(parts: re.Match[str]) -> str:
    scheme, host = parts[1].lower(), parts[2].lower()
    port = parts[3] or ""
    fields = (parts[5] or "?")[1:].split("&")
    query = "&".join(_normalize_escapes(field) for field in fields if field and not _TRACKING.fullmatch(field))
    fragment = _normalize_escapes(parts[6] or "")
    address = f"{scheme}://{host}{'' if port == _PORTS[scheme] else port}{_normalize_escapes(parts[4] or '/')}"
    return (address + (f"?{query}" if query else "") + (fragment if len(fragment) > 1 else "")).strip()


def _normalize_escapes(part: str) -> str:
    """Escapes in capitals, gone where what they stand for needs none, and stray percent signs escaped (RFC 3986)."""
    return _ESCAPE.sub(_normalize_escape, part) if "%" in part else part


def _normalize_escape(escape: re.Match[str]) -> str:
    if escape[0] == "%":
        return "%25"
    character = chr(int(escape[0][1:], 16))
    return character if character in _ESCAPED_PLAIN else escape[0].upper()
