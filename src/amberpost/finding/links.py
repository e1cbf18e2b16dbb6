"""Links in prose: the permalinks of posts that stand in running text, with or without their scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..models import Sighting
from ..platforms import HOSTS, parse_permalink
from .places import find_places
from .sightings import sighting_of

_HOST = re.compile(r"(?:[Hh][Tt]{2}[Pp][Ss]?://)?(?:[A-Za-z0-9-]{1,63}\.){0,4}[A-Za-z0-9-]{1,63}\.[A-Za-z]{2,10}/")
# Punctuation that stands glued to an address and is never part of one.
_WIDE = "\u3001-\u3003\u3008-\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\uff5e،؛؟।"
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd"
_ENDS = rf"\s<>\"'“”‘’„«»‹›—–…\[\]|\\^`{{}}{_WIDE}{_UNSEEN}"
_PLAIN = f"[^{_ENDS}]"
# In one run, which is read ten times as fast, unless Markdown has escaped an underscore.
_REST = re.compile(rf"{_PLAIN}{{1,600}}+(?!\\_)|(?:{_PLAIN}|\\(?=_)){{1,600}}")
_NO_ADDRESS = re.compile(f"[{_ENDS}()]")
# What stands before an address that is the value of a field, or the end of one.
_HANDED = re.compile(r"(?:[=&+]|%[0-9A-Fa-f]{2})\Z")
_ENTITY = re.compile(r"&(?:gt|lt|quot|apos|nbsp|#\d{2,5});")
_HOST_CHARACTERS = re.compile(r"[A-Za-z0-9.:/-]{1,90}\Z")
_SHOWN_TWICE = re.compile(r"[)\]>*_]{0,3}\]\(<?")
_ALONE = re.compile(r"\s*(?:[*_]{0,2}\[[^\[\]\n]{0,200}\]\()?<?\s*\Z")
# What a pattern looks back at has one length: the hosts of each length together.
_PRINTED = {form for host in HOSTS for form in (host, host.capitalize(), host.upper())} | {
    "YouTube.com",
    "TikTok.com",
    "LinkedIn.com",
}
_BY_LENGTH = [
    [re.escape(host) for host in sorted(_PRINTED) if len(host) == length] for length in sorted(set(map(len, HOSTS)))
]
_BEHIND_HOST = "|".join(f"(?<=(?:{'|'.join(hosts)})/)" for hosts in _BY_LENGTH)
_HOST_ENDS = "".join(sorted({host[-1] for host in _PRINTED}))
HOST_SLASH = re.compile(
    rf"/(?:(?=nitter\.)|(?<=[{_HOST_ENDS}]/)(?:{_BEHIND_HOST})(?<!pic\.twitter\.com/)(?<!pic\.x\.com/))"
)
"""The slash behind the host of a post's address, or before that of a mirror."""

_PARAGRAPH = 250
_TRAILING = ".,;:!?'’…*)"


def find_links(source: str, *, markdown: bool = False) -> Iterator[Sighting]:
    """Find permalinks of posts; one alone in its paragraph of Markdown is an embed, everywhere else it is a link.

    >>> [link.permalink for link in find_links("See twitter.com/jack/status/20, and x.com/jack.")]
    ['https://x.com/jack/status/20']
    """
    floor = 0
    shown: Sighting | None = None
    for slash in find_places(source, "/", HOST_SLASH):
        link = _parse_link(source, slash, floor, markdown=markdown) if slash >= floor else None
        if link:
            floor = link.end
            if not (
                shown and shown.permalink == link.permalink and _SHOWN_TWICE.fullmatch(source, shown.end, link.start)
            ):
                yield link
            shown = link


def _parse_link(source: str, slash: int, floor: int, *, markdown: bool) -> Sighting | None:
    before = _HOST_CHARACTERS.search(source[max(floor, slash - 90) : slash])
    start = slash - len(before[0]) if before else slash
    scheme = max(source.rfind("http", start, slash), source.rfind("HTTP", start, slash))
    start = scheme if scheme >= 0 else max(start, source.rfind(":", start, slash) + 1)
    host = _HOST.match(source, start)
    rest = _REST.match(source, host.end()) if host else None
    if rest is None:
        return None
    if "=" in source[max(floor, start - 60) : start] and _is_in_query(source[max(floor, start - 300) : start]):
        return None
    address = source[start : rest.end()]
    if "&" in address:
        address = _ENTITY.split(address, maxsplit=1)[0]
    # A code may end in an underscore: one is emphasis only where another stands before the address.
    url = address.rstrip(_TRAILING + "_" * (source[start - 1 : start] == "_"))
    permalink = parse_permalink(url.replace("\\", "") if "\\" in url else url)
    if permalink is None or source.startswith("[](", start - 3):
        return None  # a link that shows nothing
    end = start + len(url)
    if markdown and _is_alone(source, start, end):
        return sighting_of(permalink, start, end, kind="embed", rule="permalink-alone", flags=("no-date",))
    return sighting_of(permalink, start, end, kind="link", rule="permalink")


def _is_in_query(before: str) -> bool:
    """Tell whether an address is handed to another one, as share buttons do: `/intent/post?text=see%20https://…`."""
    if not _HANDED.search(before):
        return False
    run = _NO_ADDRESS.split(before)[-1]
    address, _, query = run.partition("?")
    return "/" in address and "=" in query


def _is_alone(source: str, start: int, end: int) -> bool:
    """Tell whether the link is all that its paragraph holds, bare, in angle brackets or as a Markdown link."""
    above = source.rfind("\n\n", max(0, start - _PARAGRAPH), start)
    below = source.find("\n\n", end, end + _PARAGRAPH)
    if (above < 0 and start > _PARAGRAPH) or (below < 0 and end + _PARAGRAPH < len(source)):
        return False
    before = source[above + 2 if above >= 0 else 0 : start]
    behind = source[end : below if below >= 0 else len(source)]
    return _ALONE.match(before) is not None and not behind.strip(" \t\r\n>)*_")
