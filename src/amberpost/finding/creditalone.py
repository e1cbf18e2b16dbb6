"""Credits that are all that their line or their brackets hold: `(Facebook photo)`, `(Some Name via Facebook)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .creditforms import PLATFORM, TAKEN, WS, compile_once
from .credititems import REACH, Item, parse_item
from .creditwords import GLUED_JOINERS, platform_of

OWN_END = re.compile(rf"{WS}*(?:より|から)?{WS}*[)）\].*_|]*{WS}*(?:\n|$)")
CITED = ("より", "から")
"""Japanese puts the word for `from` behind the source."""
_CLOSED = re.compile(r"(?:より|から|より引用)?[)）\]]")
_OWN_PLATFORM = rf"{WS}?{GLUED_JOINERS}?{PLATFORM}(?P<taken>{TAKEN}|より|から)(?=[)）\]])"


def find_bracketed(text: str, openings: list[int]) -> Iterator[Item]:
    """Platforms alone in parentheses of their own, with what was taken from them, and names by way of a platform.

    >>> text = "(Facebook photo)"
    >>> [item.platform for item in find_bracketed(text, [1])]
    ['facebook']
    """
    for at in openings:
        if text[at - 1 : at] not in ("(", "（"):
            continue
        if match := compile_once(_OWN_PLATFORM).match(text, at, at + REACH):
            platform = platform_of(match["platform"] or match["cased"] or "") or "twitter"
            item = Item(form="platform", platform=platform, start=at, end=_taken_end(match), flags=("no-author",))
        elif text.find(" via ", at, at + 45) < 0:
            continue
        else:
            named = parse_item(text, at, limit=min(len(text), at + REACH))
            if named is None or named.form != "name-platform" or "via" in (named.name or "").split():
                continue
            item = named
        if is_alone(text, item, start=at):
            yield item


def _taken_end(match: re.Match[str]) -> int:
    return match.start("taken") if match["taken"] in CITED else match.end("taken")


def is_alone(text: str, item: Item, *, start: int) -> bool:
    """Whether a credit that begins at `start` is all that its line or its brackets hold, no part of a sentence."""
    if OWN_END.match(text, item.end, item.end + 24) is not None:
        return True
    return is_sentence(text, item, start=start)


def goes_on(text: str, end: int) -> bool:
    """Whether a sentence goes on behind the item: `Courtesy of X, she said`."""
    return text[end : end + 3].lstrip(", \xa0")[:1].islower() and text[end : end + 1] in (",", " ", "\xa0")


def is_sentence(text: str, item: Item, *, start: int) -> bool:
    """Whether a credit that begins at `start` is all that its brackets hold, and these follow a whole sentence."""
    closed = _CLOSED.match(text, item.end, item.end + 6)
    before = text[max(0, start - 4) : start].rstrip("([（ \xa0*_")
    return closed is not None and before[-1:] in ("", "\n", ".", "!", "?", "…", "。", "”", "»", '"')
