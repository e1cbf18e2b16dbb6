"""Marks in a page's prose that a citation without markup is found by: an at-sign, a platform where credits name it.

A pass over the page leaps from one at-sign to the next, as the scan did for slashes; all else is looked at only there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from ...footers import BY
from ..places import find_places
from .captions import NAME, NAME_ENDS, find_named
from .zones import Zones

_MARKS = "\u200b-\u200f\u2060-\u2069"  # print nothing; some sites put them round a handle
_AT = re.compile(
    rf"@(?<=[(（\[\s>;/:：\xa0]@)(?=[\w{_MARKS}])"
    r"(?!(?:media|import|font-face|charset|keyframes|supports|page|layer|container)\b)"
)
# The wide sign is not looked for itself: in memory it shares a byte with the blank.
_WIDE_AT = re.compile(r"[(（]＠")
_NAME_AHEAD = re.compile(rf"(?<!\w){NAME}\W{{0,4}}$|[:：]\s?$|(?<!\w)(?i:via)\s$")
# What that may end in behind these marks, without which it is not tried.
_AHEAD_ENDS = NAME_ENDS | {"via", "Via", "VIA"}
_APART = ' \xa0\t\r\n/|,.·•–—-([（【*_«"“'
_NAME_BEHIND = re.compile(rf"\w[\w.]{{0,39}}+[)\]）]?\s{{0,2}}(?:[/|,–—-]|\w{{1,4}}\s)?\s{{0,2}}[(（]?{NAME}(?!\w)")
# A footer's handle in parentheses, and behind it a day, or before it a link of the post; or a handle behind "by".
_OPENED = ("(", "（", "( ", "（ ", "[")
_DAY = re.compile(
    rf"[\w{_MARKS}][\w.@-]{{0,80}}\W{{1,12}}"
    r"(?:[^\d)]{0,24}\d|(?:Tweet|Post) may have been deleted|\w{3,12} \*NUMBER)"
)
_LINK = re.compile(r"(?:t\.co|twitter\.com|//)/\w")
_POSTED = re.compile(
    r"post|share|partag|publi|compart|geteilt|condivi|dibagi|delt|udost|gedeel|опубл|поділ", re.IGNORECASE
)
# What the words of a post end in that is quoted author first; and the time under a card.
_SHORT_LINK = re.compile(r"\.co(?:(?<=t\.co)|m(?:(?<=pic\.twitter\.com)|(?<=pic\.x\.com)))/\w")
# Behind a link of the post, a dash and a name, its handle needs no parentheses.
_LINK_AND_NAME = re.compile(r"(?:t\.co|pic\.(?:twitter|x)\.com)/\w{6,10}\s{0,3}[—–―]\s{0,2}\S[^\n]{0,49}$")
CLOCK = re.compile(r":(?<=\d:)\d\d(?:\s?[AaPp]\.?\s?[Mm]\.?)?\s{0,2}[-–—·•∙|]")
_LINE, CARD = 900, 1500
_TAG = re.compile(r"<[^<>]*>")
_NEAR, _AHEAD, _BEHIND = 200, 600, 400
# So many looks are enough for any 256 characters of prose, and bound the time on any page.
_LOOKS = 8
# The note that German publishers leave, whose anchor is the name of the site.
_SITE = re.compile(r"\((?:twitter|x)\.com\)")
_LANGUAGE = re.compile(r"<(?i:html\b[^<>]{0,400}?\blang=[\"']?([a-z]{2}))")


class Mark(NamedTuple):
    """A place that a citation may stand round, and which kinds: a post's residue, a credit."""

    at: int
    is_footer: bool
    is_credit: bool


def find_marks(source: str, slashes: list[int], zones: Zones) -> Iterator[Mark]:
    """Find the marks that stand in a page's prose or in its scripts, and not in tags or in what is taken.

    `slashes` are those that the scan of the page found where a credit may be.

    >>> from .zones import Spans
    >>> page = "<p title='@a'>— Ann (@ann) May 6, 2018</p><p>mail@example.org</p><i>Foto: Jo/Instagram</i>"
    >>> [(mark.at, mark.is_credit) for mark in find_marks(page, [76], Zones(page, Spans([])))]
    [(21, False), (76, True)]
    """
    block, left = -1, 0
    for at in _places(source, slashes):
        if zones.taken.around(at) or zones.is_in_tag(at):
            continue
        if at >> 8 != block:
            block, left = at >> 8, _LOOKS
        left -= 1
        if left < 0:
            continue
        if source[at] in "@＠":
            mark = _look_round(source, at)
            if mark.is_footer or mark.is_credit:
                yield mark
        else:
            yield Mark(at, is_footer=source[at] == "(", is_credit=source[at] != "(")


def _look_round(source: str, at: int) -> Mark:
    """What the characters on both sides of an at-sign say."""
    link = source.rfind("<", max(0, at - _AHEAD), at) if source[at - 1 : at] == ">" else -1
    begin = link if link >= 0 else at
    ahead = _plain(source, max(0, begin - _NEAR), begin)
    is_opened = ahead.endswith(_OPENED)
    is_by = ahead.endswith(BY) and _POSTED.search(ahead, max(0, len(ahead) - 60))
    is_named = _may_end_in_name(ahead) and _NAME_AHEAD.search(ahead, max(0, len(ahead) - 30))
    if not is_opened and (is_by or is_named):
        return Mark(at, bool(is_by), bool(is_named))
    behind = _plain(source, at + 1, at + 1 + _BEHIND)
    if is_opened:
        is_footer = _DAY.match(behind) or _LINK.search(ahead) or _SHORT_LINK.search(source, at, at + _LINE)
    else:
        is_footer = CLOCK.search(source, at, at + CARD) or (_LINK_AND_NAME.search(ahead) and _DAY.match(behind))
    return Mark(at, bool(is_footer), bool(is_named or _NAME_BEHIND.match(behind)))


def _may_end_in_name(ahead: str) -> bool:
    bare = ahead[-9:].rstrip(_APART)
    return bare[-1:] in (":", "：") or any(bare[-size:] in _AHEAD_ENDS for size in (3, 2, 1))


def _places(source: str, slashes: list[int]) -> list[int]:
    places = [*find_places(source, "@", _AT), *find_named(source, slashes)]
    if not source.isascii() and ("、" in source or "（" in source):
        places += [at + 1 for mark in "(（" for at in find_places(source, mark, _WIDE_AT)]
    if _may_be_german(source):
        places += find_places(source, "(", _SITE)
    places.sort()
    return places


def _may_be_german(source: str) -> bool:
    language = _LANGUAGE.search(source, 0, 3000)
    return language[1].lower() == "de" if language else "ü" in source


def _plain(source: str, low: int, high: int) -> str:
    """A few characters of a page without the tags in them, whole or cut."""
    closing, opening = source.find(">", low, high), source.find("<", low, high)
    if closing >= 0 and (closing < opening or opening < 0):
        low = closing + 1
    piece = source[low:high]
    if opening >= 0:
        last = piece.rfind("<")
        piece = _TAG.sub("", piece if piece.find(">", last) >= 0 else piece[:last])
    return html.unescape(piece) if "&" in piece else piece
