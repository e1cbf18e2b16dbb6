"""Links in a page's prose: addresses of posts that the markup finder passed by, because nothing is shown there."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ...models import Permalink, Sighting
from ...platforms import Platform
from ...urls import parse_url
from ..sightings import sighting_of
from .alone import ANCHOR_END, is_alone
from .places import stand_together
from .scan import Hit
from .wrapped import ARCHIVE, REDIRECT, unwrap_address
from .zones import Zones

_HREF = re.compile(rf"(?<![\w-])href\s*=\s*[\"']?\s*(?:{ARCHIVE}|{REDIRECT})?(?=(?:https?:)?//)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s\"'<>()\[\]{}|^`\\]{1,600}")
_TRAILING = ".,;:!?'’…*_"
_LONGEST_LINK = 3000
_LONGEST_WRAP = 300
_UNREAD = re.compile(r"<[^<>]*>")
_SIMPLE_LINK = re.compile(r"<a\b[^<>]*>[^<>]*</a\s*>", re.IGNORECASE)
_WORD = re.compile(r"\w{2}")
# Copies of the page's own words elsewhere, and buttons: no citation.
_OWN = re.compile(r"\b(?:u-syndication|syndication|share|sharing|btn-social|follow)\b")
_TALK = re.compile(r"\W{0,8}(?:comment|discuss|share|retweet|reply|like|follow)\w{0,3}\b[^.:]{0,24}$", re.IGNORECASE)
_NEAR = 400
_PICTURE = re.compile(
    r"<a\b[^<>]{0,2000}>\s*(?:<(?:span|picture|source)\b[^<>]{0,600}>\s*){0,4}<img\b([^<>]{0,3000})>\s*"
    r"(?:</(?:span|picture)>\s*){0,4}</a\s*>",
    re.IGNORECASE,
)
_CELL = re.compile(
    r"<(p|td|center|figure)\b[^<>]{0,300}>\s*(?:<(?:span|strong|b|em)\b[^<>]{0,200}>\s*)?\Z", re.IGNORECASE
)
_CELL_END = re.compile(
    r"\s*(?:<br ?/?>\s*)?(?:</(?:span|strong|b|em)>\s*)?(?:</(?:p|td|center|figure)\s*>|<figcaption)", re.IGNORECASE
)
# A picture that is a sign of the platform: a post takes more room. What the picture shows may say any of these words.
_SIGN = re.compile(
    r"(?<![a-z])icons?(?![a-z])|logo|button|(?<![a-z])share(?![a-z/])"
    r"|\bwidth\s{0,2}[=:]\s{0,2}[\"']?\d{1,2}(?:px)?(?![\w.%])",
    re.IGNORECASE,
)
_LONG_ALT = re.compile(r"\balt\s{0,2}=\s{0,2}(?:\"[^\"]{40,3000}\"|'[^']{40,3000}')", re.IGNORECASE)


class Passed(NamedTuple):
    """A post's address neither alone nor in an embed; `start` and `end` span the link's tag, or are one point."""

    hit: Hit
    start: int
    end: int


def find_passed_links(
    source: str,
    passed: Iterable[Passed],
    zones: Zones,
    shown: Sequence[Sighting] = (),
    *,
    hidden: list[Sighting] | None = None,
) -> Iterator[Sighting]:
    """Find the links among the addresses passed by, in order: a whole `<a>`, or the address itself in the prose.

    What stands in navigation, scripts or attributes is none, and one that is shown twice side by side is one: twice as
    a link, or below the embed of the same post, as in "via GIPHY", or above one that a script holds until the reader
    consents. To `hidden`, if given, are added those that stand in what is no prose.
    """
    last: Sighting | None = None
    starts = [sighting.start for sighting in shown]
    ends = [sighting.end for sighting in shown]
    for one in sorted(passed, key=lambda one: one.hit.at):
        at = one.hit.at
        above = bisect_right(ends, at) - 1
        if above >= 0 and (last is None or last.end < ends[above]):
            last = shown[above]
        if (last and at < last.end) or zones.taken.around(at):
            continue
        link = _parse_anchor(source, one) if one.start < one.end else _parse_bare(source, one, zones)
        held = link or (_parse_held(source, at, one.hit.platform) if hidden is not None else None)
        if held is None:
            continue
        is_dark = zones.dark.around(at) is not None
        if is_dark and hidden is not None:
            hidden.append(held)
        if link is None or is_dark or zones.furniture.around(at):
            continue
        below = bisect_left(starts, link.end)
        if below < len(shown) and _is_instead_of(source, link, shown[below], zones):
            continue
        if last is None or last.permalink != link.permalink or _is_apart(source, last, link):
            yield _shown(link) if _is_picture(source, link) else link
        last = link


def _is_instead_of(source: str, link: Sighting, below: Sighting, zones: Zones) -> bool:
    """Tell whether a link stands, alone, for those who do not see the embed below it, which a script holds."""
    held = zones.dark.around(below.start)
    if below.permalink != link.permalink or held is None or held[0] == below.start:
        return False  # a frame is dark from its own tag on: it is shown
    return is_alone(source, link.start, link.end) and stand_together(source, link.end, below.start)


def _shown(link: Sighting) -> Sighting:
    return replace(link, kind="embed", rule="permalink-alone", flags=("no-date",))


def _is_picture(source: str, link: Sighting) -> bool:
    """Tell whether a link is a picture, and all of its cell or paragraph: so newsletters show a post.

    In a paragraph or figure its address has to name the post: others show what the article says of it.
    """
    is_image = source.find("<img", link.start, link.end) >= 0 or source.find("<IMG", link.start, link.end) >= 0
    picture = _PICTURE.fullmatch(source, link.start, link.end) if is_image else None
    cell = _CELL.search(source, max(0, link.start - _NEAR), link.start) if picture else None
    if picture is None or cell is None or not _CELL_END.match(source, link.end, link.end + _NEAR):
        return False
    if cell[1].lower() == "td":
        return not _SIGN.search(_LONG_ALT.sub("", picture[1]))
    return (link.post_id or " ") in picture[1]


def _is_apart(source: str, last: Sighting, link: Sighting) -> bool:
    """Tell whether words stand between a link and the same post before it; below an embed, other links are none."""
    between = source[last.end : link.start]
    if last.kind == "embed":
        between = _SIMPLE_LINK.sub("", between)
    return has_words(between, 0, len(between))


def _parse_anchor(source: str, one: Passed) -> Sighting | None:
    start = one.hit.at
    low = source.rfind("http", max(one.start, start - 8), start)
    low = low if low >= 0 else start
    href = _HREF.search(source, max(one.start, low - _LONGEST_WRAP), low + len("https://"))
    if href is None or href.end() != low or _OWN.search(source, one.start, one.end):
        return None
    permalink = _parse_permalink(source, low, one.hit.platform)
    if permalink is None:
        return None
    closing = ANCHOR_END.search(source, one.end, one.end + _LONGEST_LINK)
    if closing and _TALK.match(_UNREAD.sub("", source[one.end : min(closing.start(), one.end + _NEAR)])):
        return None
    end = closing.end() if closing else one.end
    return sighting_of(permalink, one.start, end, kind="link", rule="permalink")


def _parse_bare(source: str, one: Passed, zones: Zones) -> Sighting | None:
    at = one.hit.at
    if zones.is_in_tag(at):
        return None
    low = source.rfind("http", max(0, at - 8), at)
    low = low if low >= 0 else at
    if source[low - 1 : low] in ('"', "'", "=") or source.endswith(("&quot;", "&#34;"), 0, low):
        return None  # an attribute in a sample of code
    permalink = _parse_permalink(source, low, one.hit.platform)
    match = _ADDRESS.match(source, low)
    if permalink is None or match is None:
        return None
    end = low + len(match[0].partition("&nbsp;")[0].rstrip(_TRAILING))
    return sighting_of(permalink, low, end, kind="link", rule="permalink")


def parse_passed(source: str, one: Passed) -> Permalink | None:
    """The post that an address passed by leads to."""
    low = source.rfind("http", max(0, one.hit.at - 8), one.hit.at)
    return _parse_permalink(source, low if low >= 0 else one.hit.at, one.hit.platform)


def _parse_held(source: str, at: int, platform: Platform | None) -> Sighting | None:
    """The link in a document that an attribute holds: the quotes round its address are entities there."""
    low = source.rfind("http", max(0, at - 8), at)
    permalink = _parse_permalink(source, low, platform) if low > 0 and source.endswith("&quot;", 0, low) else None
    return sighting_of(permalink, low, at, kind="link", rule="permalink") if permalink else None


def _parse_permalink(source: str, at: int, platform: Platform | None) -> Permalink | None:
    match = _ADDRESS.match(source, at)
    if match is None or platform is None:
        return None
    url = parse_url(unwrap_address(html.unescape(match[0].partition("&quot;")[0].rstrip(_TRAILING))))
    return platform.parse_permalink(url) if url else None


def has_words(source: str, low: int, high: int) -> bool:
    """Tell whether a reader reads anything between two places of a page, or much markup stands there.

    >>> has_words("<p></p> <b>no</b>", 0, 8), has_words("<p></p> <b>no</b>", 0, 17)
    (False, True)
    """
    if high - low > _NEAR:
        return True
    return bool(_WORD.search(_UNREAD.sub(" ", source[low:high])))
