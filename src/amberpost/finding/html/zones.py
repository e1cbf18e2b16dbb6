"""What a place of a page is part of: a tag, a script, something that the markup already gave, navigation or prose."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from .cutting import Latest
from .windows import DARK_NAMES

Span = tuple[int, int]

_FURNITURE_NAMES = "nav|footer|aside|menu|blockquote"


def _first_two(names: str) -> str:
    """A pattern for the two letters that any of these names begins with."""
    behind: dict[str, str] = {}
    for name in names.split("|"):
        behind[name[0]] = behind.get(name[0], "") + name[1]
    return "|".join(f"{first}[{seconds}]" for first, seconds in behind.items())


# Most tags are passed over at their first two letters, which is a third faster than to try all names.
_EDGE = re.compile(
    rf"<(?=!|/(?:{_first_two(_FURNITURE_NAMES)})|{_first_two(f'{DARK_NAMES}|{DARK_NAMES.upper()}|{_FURNITURE_NAMES}')})"
    rf"(?:!--|(?P<dark>{DARK_NAMES}|{DARK_NAMES.upper()})\b|(?P<close>/?)(?P<name>{_FURNITURE_NAMES})\b)"
)


@dataclass(slots=True, frozen=True)
class Spans:
    """Half-open stretches of a page in order, none overlapping the next."""

    spans: list[Span]

    def around(self, at: int) -> Span | None:
        """The stretch that holds the character at `at`."""
        place = bisect_right(self.spans, (at, 1 << 60)) - 1
        return self.spans[place] if place >= 0 and at < self.spans[place][1] else None

    def between(self, low: int, high: int) -> list[Span]:
        """What of `low` to `high` lies in none of the stretches."""
        place = max(0, bisect_right(self.spans, (low, 1 << 60)) - 1)
        free = []
        for start, end in self.spans[place:]:
            if start >= high:
                break
            if low < start:
                free.append((low, start))
            low = max(low, end)
        return [*free, (low, high)] if low < high else free


def join_spans(spans: list[Span]) -> Spans:
    """Put stretches in order and join those that touch.

    >>> join_spans([(4, 6), (0, 2), (1, 3)]).spans
    [(0, 3), (4, 6)]
    """
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return Spans(joined)


@dataclass(eq=False)
class Zones:
    """One page's zones, each kind found when it is first asked for, in time linear in the page."""

    source: str
    taken: Spans
    _opening: Latest = field(init=False)
    _closing: Latest = field(init=False)

    def __post_init__(self) -> None:
        self._opening = Latest(self.source, "<")
        self._closing = Latest(self.source, ">")

    def is_in_tag(self, at: int) -> bool:
        """Tell whether a place lies in a tag or comment; places are asked for in rising order.

        >>> zones = Zones("<a href='@b'>@c", Spans([]))
        >>> zones.is_in_tag(9), zones.is_in_tag(13)
        (True, False)
        """
        start = self._opening.before(at)
        if start < self._closing.before(at) or start < 0:
            return False
        following = self.source[start + 1 : start + 2]
        return following in ("/", "!", "?") or (following.isascii() and following.isalpha())

    @property
    def dark(self) -> Spans:
        """Scripts, styles, comments and what else is no prose."""
        return self._edges[0]

    @property
    def furniture(self) -> Spans:
        """Navigation, the site's own footer and what stands beside the article; a quotation's footer is none of it."""
        return self._edges[1]

    @cached_property
    def _edges(self) -> tuple[Spans, Spans]:
        """Both kinds, in one pass; an element that nobody closed is furniture to nobody."""
        dark, furniture = list[Span](), list[Span]()
        depth, opened, at = 0, dict[str, int](), 0
        while edge := _EDGE.search(self.source, at):
            name, at = edge["name"], edge.end()
            if name is None:
                end = self.source.find(f"</{edge['dark']}" if edge["dark"] else "-->", at)
                at = end if end >= 0 else len(self.source)
                dark.append((edge.start(), at))
            elif name == "blockquote":
                depth = max(0, depth - 1) if edge["close"] else depth + 1
            elif not edge["close"] and not depth:
                opened.setdefault(name, edge.start())
            elif name in opened:
                furniture.append((opened.pop(name), at))
        return Spans(dark), join_spans(furniture)
