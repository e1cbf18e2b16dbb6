"""Cutting elements out of a page: the tag round a place, and where its element ends, in time linear in the page.

Places are asked for in rising order, so each search goes on where the last one stopped and no character is looked at
more than a few times, however tags are nested or left open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

# More than this of one element is not read: a post of 25,000 characters with all its markup is smaller.
ELEMENT_LIMIT = 64 * 1024
TAGS_MOST = 1000
_TAG_LIMIT = 48 * 1024
_DEEPEST = 8
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9:_-]{0,40}+)(?:[^\"'<>]++|\"[^\"]*+\"|'[^']*+')*+>")
_LOOSE_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9:_-]{0,40}+)[^<>]*+>")
# Where an element that nobody closed is taken to end.
_STOPS = re.compile(r"</(?:article|main|body|section|table|td|li)\b|<(?:script|h[1-6]|article|iframe)\b", re.IGNORECASE)
_UNCLOSED_LIMIT = 8 * 1024
_FRAMES = frozenset({"iframe", "embed", "img", "input", "meta", "link", "source", "param", "br", "hr"})


class Tag(NamedTuple):
    """An opening tag: its half-open span, and its name as spelled."""

    start: int
    end: int
    name: str


class Cut(NamedTuple):
    """The half-open span of an element; `whole` is false when it was never closed, or is `over` a limit."""

    start: int
    end: int
    whole: bool
    over: bool = False


@dataclass(slots=True)
class Latest:
    """The last place of a mark before a position that only moves forward."""

    source: str
    mark: str
    seen: int = 0
    place: int = -1

    def before(self, at: int) -> int:
        """The last place before `at`, or -1."""
        if at > self.seen:
            found = self.source.rfind(self.mark, max(0, self.seen - len(self.mark) + 1), at)
            self.place = found if found >= 0 else self.place
            self.seen = at
        return self.place


@dataclass(slots=True)
class Next:
    """The next place of a mark behind a position, remembered so that an absent one is not looked for again."""

    source: str
    mark: str
    asked: int = -1
    place: int = -1

    def behind(self, at: int) -> int:
        """The first place at or behind `at`; the length of the source when there is none."""
        if 0 <= self.asked <= at <= self.place:
            return self.place
        stop = self.asked if 0 <= at < self.asked else len(self.source)
        found = self.source.find(self.mark, at, stop + len(self.mark) if stop < len(self.source) else stop)
        if found < 0:
            found = self.place if stop < len(self.source) else len(self.source)
        self.asked, self.place = at, found
        return found


@dataclass(slots=True)
class Cutter:
    """What is known of one page's tags so far."""

    source: str
    _marks: dict[str, Next] = field(default_factory=dict)
    _opening: Latest = field(init=False)
    _parsed: tuple[int, Tag | None] = (-1, None)

    def __post_init__(self) -> None:
        self._opening = Latest(self.source, "<")

    def tag_before(self, at: int) -> Tag | None:
        """The tag that begins last before `at`; it ends behind `at` when that lies inside it."""
        start = self._opening.before(at)
        return self.parse_tag(start) if start >= 0 else None

    def parse_tag(self, start: int) -> Tag | None:
        """The opening tag at `start`; `None` for closing tags, comments and mere signs."""
        if start != self._parsed[0]:
            stop = start + _TAG_LIMIT
            match = _TAG.match(self.source, start, stop) or _LOOSE_TAG.match(self.source, start, stop)
            self._parsed = start, Tag(start, match.end(), match[1]) if match else None
        return self._parsed[1]

    def find_overlong(self, at: int) -> int | None:
        """Where the tag begins that holds `at` and is longer than any tag is; `None` when there is none such."""
        start = self._opening.before(at)
        if start < 0 or not self.source[start + 1 : start + 2].isalpha() or len(self.source) - start <= _TAG_LIMIT:
            return None
        return start if self.source.find(">", start, start + _TAG_LIMIT) < 0 else None

    def cut(self, tag: Tag) -> Cut:
        """Cut out the element that begins with `tag`: to its closing tag, or to where it must have ended."""
        name = tag.name
        if name.lower() in _FRAMES:
            ending = f"</{name}>"
            end = self.source.find(ending, tag.end, tag.end + 200)
            between = self.source[tag.end : end] if end >= 0 else "<"
            return Cut(tag.start, tag.end if "<" in between else end + len(ending), whole=True)
        closing = self._closing(tag)
        if closing is None or closing < 0:
            cut = self._unclosed(tag)
            return cut if closing is None else cut._replace(over=True)
        if closing - tag.start > ELEMENT_LIMIT:
            return Cut(tag.start, tag.start + ELEMENT_LIMIT, whole=False, over=True)
        end = self.source.find(">", closing, closing + 100)
        return Cut(tag.start, end + 1 if end >= 0 else closing + len(name) + 2, whole=True)

    def limit_tags(self, cut: Cut) -> tuple[Cut, int]:
        """What of an element is given to a parser, which is slow with tags by the thousand, and how many it has."""
        tags = self.source.count("<", cut.start, cut.end)
        if tags <= TAGS_MOST:
            return cut, tags
        end = cut.start
        for _ in range(TAGS_MOST):
            end = self.source.find("<", end + 1)
        return Cut(cut.start, end, whole=False, over=True), TAGS_MOST

    def _closing(self, tag: Tag) -> int | None:
        """Where the closing tag begins; `None` when it is missing, -1 when it is too far off or nested too deep."""
        opens, closes = self._next(f"<{tag.name}"), self._next(f"</{tag.name}")
        depth, opened, closed = 1, tag.end, tag.end
        while depth:
            closing = closes.behind(closed)
            if closing >= len(self.source):
                return None
            while (opening := opens.behind(opened)) < closing and depth <= _DEEPEST:
                depth, opened = depth + 1, opening + 1
            if depth > _DEEPEST or closing - tag.start > 4 * ELEMENT_LIMIT:
                return -1
            depth, closed = depth - 1, closing + 1
        return closing

    def _next(self, mark: str) -> Next:
        return self._marks.setdefault(mark, Next(self.source, mark))

    def _unclosed(self, tag: Tag) -> Cut:
        again = self._next(f"<{tag.name}").behind(tag.end)
        limit = min(again, tag.start + _UNCLOSED_LIMIT)
        stop = _STOPS.search(self.source, tag.end, limit)
        end = stop.start() if stop else limit
        while self.source[end - 1].isspace():
            end -= 1
        return Cut(tag.start, end, whole=False)

    def find_next(self, mark: str, at: int) -> int:
        """The first place of `mark` at or behind `at`, or -1; asked for in rising order, it is linear in the page."""
        place = self._next(mark).behind(at)
        return place if place < len(self.source) else -1
