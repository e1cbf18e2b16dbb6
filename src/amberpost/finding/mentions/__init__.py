"""Prose that speaks of a post: `she wrote on X: “…”`, `in a now-deleted tweet`; the least sure kind, in 11 languages.

A platform's name is the anchor; beside it must stand a place word or ending of one language and, in the same sentence,
a speech verb of that language. So `on X.` alone, Generation X and SpaceX are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...models import Sighting
from ..credits.words import platform_of
from .anchors import find_anchors
from .phrases import Phrase, parse_phrase
from .quotations import quotation_before, quotation_behind, quotation_inside
from .words import NOT_NAMES, TITLES

_HANDLE_BEFORE = re.compile(r"\(?(?<![\w.])@([A-Za-z0-9_.]{1,40})\)?,?\s?$")
_HANDLE_BEHIND = re.compile(r"(?: [^\W\d_]{2,12})?,? ?\(?@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,38}[A-Za-z0-9_])?)")
_UP = f"[{''.join(char for char in map(chr, range(0x41, 0x580)) if char.isupper())}]"
_NAME_END = re.compile(rf"(?<!\w)(?P<name>{_UP}[\w’'-]+(?: {_UP}[\w’'.-]*){{1,3}}) ?(?:\([^()\n]{{1,40}}\) ?)?$")
_NAME_ALL = re.compile(rf"\s(?P<name>{_UP}[\w’'-]+(?: {_UP}[\w’'-]*){{1,3}})(?=\s|[.,;:]|$)")
_BETWEEN = re.compile(r"\s@([A-Za-z0-9_]{1,40})\s")


def find_mentions(text: str) -> Iterator[Sighting]:
    """Places where the prose says that somebody posted something, in order, with the quotation that belongs to them.

    The author's name is given only when two or more capitalised words stand right beside the verb. Never raises.

    >>> [(m.platform, m.author_name, m.text) for m in find_mentions("“So be it,” Ann Oakes wrote on X.")]
    [('twitter', 'Ann Oakes', 'So be it,')]
    """
    floor = 0
    for start, end, platform in sorted(find_anchors(text)):
        phrase = (
            parse_phrase(text, start, end, floor) if platform else Phrase(start=start, end=end, verb=start, told=end)
        )
        if phrase is None or phrase.start < floor:
            continue
        sighting = _sighting(text, phrase, platform=platform or "twitter", floor=floor)
        floor = sighting.end
        yield sighting


def _sighting(text: str, phrase: Phrase, *, platform: str, floor: int) -> Sighting:
    start, end = phrase.start, phrase.end
    handle = _handle_before(text, phrase, floor) or _handle_behind(text, phrase)
    name = _name(text, phrase, floor)
    quote = quotation_inside(text, phrase.start, phrase.verb)
    if name is not None:
        start, end = min(start, name[0]), max(end, name[1])
    if handle is not None:
        start, end = min(start, handle[0]), max(end, handle[1])
    quote = quote or quotation_behind(text, end) or quotation_before(text, start, floor)
    if quote is not None:
        start, end = min(start, quote[0]), max(end, quote[1])
    return Sighting(
        kind="mention",
        platform=platform,
        start=start,
        end=end,
        rule="mention",
        author_name=name[2] if name is not None else None,
        handle=handle[2] if handle is not None else None,
        text=quote[2] if quote is not None else None,
        flags=() if name is not None or handle is not None else ("no-author",),
    )


_Found = tuple[int, int, str]


def _handle_before(text: str, phrase: Phrase, floor: int) -> _Found | None:
    match = _HANDLE_BEFORE.search(text, max(floor, phrase.verb - 44), phrase.verb)
    if match is None and phrase.told < phrase.end:
        gap = _BETWEEN.match(text, phrase.told, phrase.end)
        return (gap.start(), gap.end(), gap[1]) if gap is not None else None
    return (match.start(), match.end(), match[1].rstrip(".")) if match is not None else None


def _handle_behind(text: str, phrase: Phrase) -> _Found | None:
    match = _HANDLE_BEHIND.match(text, phrase.end, phrase.end + 60)
    return (phrase.end, match.end(1), match[1]) if match is not None else None


def _name(text: str, phrase: Phrase, floor: int) -> _Found | None:
    before = _NAME_END.search(text, max(floor, phrase.verb - 70), phrase.verb)
    if before is not None and (name := _bare_name(before["name"])) is not None:
        return before.end("name") - len(name), before.end("name"), name
    behind = _NAME_ALL.match(text, phrase.told, phrase.told + 60)
    if behind is not None and (name := _bare_name(behind["name"])) is not None:
        return behind.end("name") - len(name), behind.end("name"), name
    return None


def _bare_name(printed: str) -> str | None:
    """The name without titles, or None when a word of it is no part of any name."""
    words = printed.rstrip(".").split()
    while words and words[0].casefold().rstrip(".") in TITLES:
        words = words[1:]
    if len(words) < 2 or any(
        word.casefold() in NOT_NAMES or platform_of(re.split("['’]", word)[0]) is not None for word in words
    ):
        return None
    return " ".join(words)
