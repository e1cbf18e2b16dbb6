"""Credits that are all that their line or their brackets hold: `Facebook photo`, `(Some Name via Facebook)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .anchors import LINE_STARTS
from .forms import LINE_TAKEN, PLATFORM, TAKEN, WS, compile_once
from .items import REACH, Item, parse_item
from .names import is_service
from .words import GLUED_JOINERS, platform_of

OWN_END = re.compile(rf"{WS}*(?:より|から)?{WS}*[)）\].*_|]*{WS}*(?:\n|$)")
COMMON_WORDS = frozenset(("threads", "rumble"))
"""Platforms whose names are common words, too."""
CITED = ("より", "から")
"""Japanese puts the word for `from` behind the source."""
_CLOSED = re.compile(r"(?:より|から|より引用)?[)）\]]")
_OWN_PLATFORM = rf"{WS}?{GLUED_JOINERS}?{PLATFORM}(?P<taken>{TAKEN}|より|から)(?=[)）\]])"
_OWN_LINE = rf"[*_]{{0,3}}(?P<whole>{PLATFORM}(?={LINE_TAKEN})(?:{TAKEN}|))"
_LISTED = 40  # characters of a line that names a platform in a list of them, as menus and guides to sizes have


def find_bracketed(text: str, openings: list[int]) -> Iterator[Item]:
    """Platforms alone in parentheses or a line of their own, with what was taken from them; names by way of a platform.

    >>> text = "(Facebook photo)"
    >>> [item.platform for item in find_bracketed(text, [1])]
    ['facebook']
    """
    for at in openings:
        if text[at - 1 : at] not in ("(", "（"):
            may_be = text[at : at + 3] in LINE_STARTS or text[at : at + 2] in LINE_STARTS
            if may_be and (item := _parse_line(text, at)) is not None:
                yield item
            continue
        if match := compile_once(_OWN_PLATFORM).match(text, at, at + REACH):
            platform = platform_of(match["platform"] or match["cased"] or "") or "twitter"
            item = Item(form="platform", platform=platform, start=at, end=_taken_end(match), flags=("no-author",))
        elif text.find(" via ", at, at + 45) < 0:
            continue
        else:
            named = parse_item(text, at, limit=min(len(text), at + REACH))
            name = (named.name or named.handle or "") if named is not None else ""
            if named is None or named.form != "name-platform" or "via" in name.split() or is_service(name):
                continue
            item = named
        if is_alone(text, item, start=at):
            yield item


def _parse_line(text: str, at: int) -> Item | None:
    """The platform that is all that the line at `at` names, but for what was taken from it."""
    match = compile_once(_OWN_LINE).match(text, at, at + REACH)
    if match is None or text[at - 1 : at] not in ("", "\n") or _is_listed(text, match.start("whole"), match.end()):
        return None
    platform = platform_of(match["platform"] or match["cased"] or "") or "twitter"
    if platform in COMMON_WORDS:
        return None
    return Item(form="platform", platform=platform, start=match.start("whole"), end=match.end(), flags=("no-author",))


def _is_listed(text: str, start: int, end: int) -> bool:
    """Whether the line above or below is one of another platform: no picture has credits of two in two lines."""
    above = text[max(0, start - _LISTED) : start].rstrip(" \r\n*_-")
    begun = above.rfind("\n") + 1
    below = text[end : end + _LISTED].lstrip(" \r\n*_.-")
    named = compile_once(PLATFORM)
    is_line = begun > 0 or start <= _LISTED
    return (is_line and named.match(above, begun) is not None) or named.match(below) is not None


def _taken_end(match: re.Match[str]) -> int:
    return match.start("taken") if match["taken"] in CITED else match.end("taken")


def is_alone(text: str, item: Item, *, start: int) -> bool:
    """Whether a credit that begins at `start` is all that its line or its brackets hold, no part of a sentence.

    Behind a platform's name alone more words make it a subject or an object: `Photo via Facebook shows the hall`.

    >>> item = Item(form="platform", platform="facebook", start=10, end=18)
    >>> [is_alone(text, item, start=0) for text in ("Photo via Facebook", "Photo via Facebook shows it")]
    [True, False]
    """
    if OWN_END.match(text, item.end, item.end + 24) is not None:
        return True
    return is_sentence(text, item, start=start)


def goes_on(text: str, end: int) -> bool:
    """Whether a sentence goes on behind the item: `Courtesy of X, she said`.

    A small letter says so, also behind a comma; what else follows a credit begins with a capital.

    >>> goes_on("Courtesy of X, she said", 13), goes_on("Courtesy of X, Ann Lee", 13)
    (True, False)
    """
    return text[end : end + 3].lstrip(", \xa0")[:1].islower() and text[end : end + 1] in (",", " ", "\xa0")


def is_sentence(text: str, item: Item, *, start: int) -> bool:
    """Whether a credit that begins at `start` is all that its brackets hold, and these follow a whole sentence.

    Brackets inside a sentence say where something was, and not whose picture it is.

    >>> item = Item(form="platform", platform="facebook", start=10, end=18)
    >>> [is_sentence(text, item, start=10) for text in ("It rose. (Facebook)", "It rose, (Facebook)")]
    [True, False]
    """
    closed = _CLOSED.match(text, item.end, item.end + 6)
    before = text[max(0, start - 4) : start].rstrip("([（ \xa0*_")
    return closed is not None and before[-1:] in ("", "\n", ".", "!", "?", "…", "。", "”", "»", '"')
