"""The scan of a page: two passes, each for one character and what may follow it, whatever the number of platforms.

A pass costs the same for one word as for fifty, because the engine leaps from one `-`, or one `/`, to the next and only
there compares. Measured on real pages: 20 ms for 15 MB each, half of it the leaps alone; twenty searches for a literal
would take 150 ms. So what else is looked for behind a slash, the names in credits, is found on the way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import unquote

from ...platforms import BY_ID, PLATFORMS, Platform
from .captions import BEGINS, CLOSED, NAMED
from .scripted import CONSENT_SCRIPT, WIDGETS_SCRIPT, find_calls, find_players
from .wrapped import REDIRECTS

# How a slash may be written in scripts, where JSON has a backslash before it.
_ESCAPED_SLASH = re.compile(r"\\u002[fF]")
_WIDGETS = (rf"twitter\.com{re.escape(WIDGETS_SCRIPT)}", rf"x\.com{re.escape(WIDGETS_SCRIPT)}")
# Frames of go-betweens, which name what they show in their query.
_BETWEENS = (
    r"embedly\.com/widgets/",
    r"twitframe\.com/show\?",
    r"iframe\.ly/api/iframe\?",
    r"s9e\.github\.io/iframe/2/",
)
_FRAMED = re.compile(r"(?:[^\"'<>\s]{0,300}?[?&;])?url=https?(?::|%3A)([^\"'<>\s&]{4,300})", re.IGNORECASE)
# How their addresses end that send the reader on; where they leave the address as it is, it is found by itself.
_QUERIES = ("/url?", ".com/?", "l.php?")
# The frames in which forums show posts, one page of a helper for each platform.
_HELPER = "/iframe/2/"
_HELPED = re.compile(r"([a-z]{4,12})\.min\.html#")
_REDIRECTED = re.compile(r"(?:[^\"'<>\s]{0,300}?[?&;])?(?:q|u|url)=https?%3A([^\"'<>\s&]{4,300})", re.IGNORECASE)
_MOST_HOSTS = 1000
# Consent wrappers of Borlabs Cookie: what follows holds the embed in base64.
_CODED = (("_brlbs", "cb-"), ("data-borlabs", "cookie-content"), ("data-borlabs", "cookie-type"))


class Hit(NamedTuple):
    """A place where an embed may be: at a platform's marker in a tag, or at the `//` of an address of its own.

    Without a platform it is a consent wrapper, which keeps the markup of any of them in base64.
    """

    at: int
    platform: Platform | None
    is_address: bool


@dataclass(slots=True, frozen=True)
class _Marker:
    """A marker cut at its first hyphen, at which it is found: what stands before, and what behind."""

    head: str
    tail: str
    platform: Platform | None


def find_hits(source: str) -> list[Hit]:
    """Find all places of a page that look like an embed or like a post's address, in order.

    >>> [(hit.platform.ID, hit.at) for hit in find_hits('<div class="twitter-tweet">')]
    [('twitter', 19)]
    """
    return scan_page(source).hits


class Scan(NamedTuple):
    """What the scan of a page gave: its hits in order, and the slashes where a credit may be, as in `Ann/X`."""

    hits: list[Hit]
    slashes: list[int]


def scan_page(source: str) -> Scan:
    """Pass over a page, once for its hyphens and once for its slashes, for its embeds and its credits alike.

    >>> scan_page("<i>Ann/X</i> https://youtu.be/a").slashes
    [6]
    """
    hits = list(_find_markers(source))
    slashes = _add_addresses(source, hits)
    if "\\" in source and r"\u002" in source:
        _add_escaped_addresses(source, hits)
    hits.sort(key=itemgetter(0))
    return Scan(hits, slashes)


def _find_markers(source: str) -> Iterator[Hit]:
    pattern, markers = _marker_pattern()
    for match in pattern.finditer(source):
        at, meant = match.start(), markers[match[0]]
        marker = meant[0]
        if len(meant) > 1:
            marker = next(marker for marker in meant if source.endswith(marker.head, 0, at))
        yield Hit(at, marker.platform, False)


@cache
def _marker_pattern() -> tuple[re.Pattern[str], dict[str, list[_Marker]]]:
    """What follows the hyphen, the longest first, behind the word that stands before it; and who means which."""
    markers = [
        _Marker(head, tail, platform)
        for platform in PLATFORMS
        for head, _, tail in (marker.partition("-") for marker in platform.MARKERS)
    ]
    markers.extend(_Marker(head, tail, None) for head, tail in _CODED)
    markers.sort(key=lambda marker: len(marker.tail), reverse=True)
    meant = defaultdict[str, list[_Marker]](list)
    for marker in markers:
        meant[f"-{marker.tail}"].append(marker)
    words = [re.escape(marker.tail) + f"(?<={re.escape(f'{marker.head}-{marker.tail}')})" for marker in markers]
    # One hyphen in three has such letters before it.
    before = "".join("[" + "".join({marker.head[place] for marker in markers}) + "]" for place in (-2, -1))
    return re.compile(f"-(?<={before}-)(?:{_by_first_letter(words)})"), dict(meant)


def _by_first_letter(patterns: Iterable[str]) -> str:
    """Alternatives grouped so that the engine tells by one letter that none of a group fits: twice as fast."""
    groups: dict[str, list[str]] = defaultdict(list)
    for pattern in patterns:
        groups[pattern[0]].append(pattern[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in groups.items())


def _add_addresses(source: str, hits: list[Hit]) -> list[int]:
    """Add the addresses of posts to the hits; what is returned are the slashes beside names, and of captions."""
    slashes = []
    scripts = set[str]()
    for match in _slash_pattern().finditer(source):
        address, escaped, manager = match.groups()
        if manager or (address and address.endswith(WIDGETS_SCRIPT)):
            scripts.add(CONSENT_SCRIPT if manager else WIDGETS_SCRIPT)
            continue
        if address:
            owner = _find_owner(address) or _find_framed(source, address, match.end())
        elif escaped:
            owner = _find_owner(escaped.replace("\\/", "/"))
        else:
            slashes.append(match.start())
            continue
        if owner:
            hits.append(Hit(match.start(), owner, True))
    if CONSENT_SCRIPT in scripts:
        hits.extend(Hit(at, platform, False) for at, platform in find_players(source))
    if WIDGETS_SCRIPT in scripts:
        hits.extend(Hit(at, platform, False) for at, platform in find_calls(source))
    return slashes


def _add_escaped_addresses(source: str, hits: list[Hit]) -> None:
    for match in _escaped_pattern().finditer(source):
        owner = _find_owner(_ESCAPED_SLASH.sub("/", match[1]))
        if owner:
            hits.append(Hit(match.start() + len(r"\u002"), owner, True))


@cache
def _address_pattern() -> str:
    """What stands behind `//` in the addresses of all platforms."""
    addresses = [address for platform in PLATFORMS for address in platform.ADDRESSES]
    together = _by_first_letter([*addresses, *_BETWEENS, *REDIRECTS, *_WIDGETS])
    return rf"(?:[a-zA-Z0-9_-]{{1,20}}+\.)?(?:{together})"


@cache
def _slash_pattern() -> re.Pattern[str]:
    """What follows a slash: a second one and an address, the same as JSON has it, a script's name, a platform's, a tag.

    Names are grouped behind one class, so that hundreds of them cost what two do.
    """
    escaped = _address_pattern().replace("/", r"\\/")
    named = f"[{BEGINS}t](?:(?<=t)({CONSENT_SCRIPT[1:]})|{NAMED})"
    return re.compile(rf"/(?:/({_address_pattern()})|\\(?<=\\/\\)/({escaped})|{named}|{CLOSED})")


@cache
def _escaped_pattern() -> re.Pattern[str]:
    return re.compile(rf"//({_address_pattern()})".replace("/", _ESCAPED_SLASH.pattern))


_OWNERS: dict[str, Platform | None] = {}


def _find_framed(source: str, address: str, at: int) -> Platform | None:
    """Whose address the query of a go-between's frame, or of a redirect, names."""
    named = _HELPED.match(source, at) if address.endswith(_HELPER) else None
    if named:
        return BY_ID.get(named[1])
    framed = (_REDIRECTED if address.endswith(_QUERIES) else _FRAMED).match(source, at)
    match = _slash_pattern().match(unquote(framed[1])) if framed else None
    return _find_owner(match[1]) if match and match[1] else None


def _find_owner(address: str) -> Platform | None:
    """Whose address it is, if any platform's; a host belongs to one, so it is asked for once."""
    if address.endswith(WIDGETS_SCRIPT):
        return None
    host = address[: address.find("/")]
    if host in _OWNERS:
        return _OWNERS[host]
    owners = (p for p in PLATFORMS if any(re.match(rf"(?:[\w-]+\.)?{own}", address) for own in p.ADDRESSES))
    known = next(owners, None)
    if len(_OWNERS) < _MOST_HOSTS:
        _OWNERS[host] = known
    return known
