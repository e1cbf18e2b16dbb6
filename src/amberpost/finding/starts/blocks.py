"""Where a post begins by how its block stands: behind Markdown's marks of quotation, or set in deeper than the article.

Text browsers and converters set a block quotation in by a few columns and keep the article's own paragraphs shallower:
where the lines round the footer stand like that, the block is the post, whatever its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from ...platforms.twitter import weighted_length
from ..shown import show_links

_QUOTED_LINE = re.compile(r"[ \t]*>")
# A quotation that is an item of a list: the mark of the item stands before that of its first line.
_LISTED_LINE = re.compile(r"[ \t]*(?:[-+*•]|\d{1,3}[.)])[ \t]+>")
_MARKS = re.compile(r"[\s>]*")
_LOOK_BACK = 6000
_LOOK_AROUND = 5000
_LOOK_AHEAD = 2000
# A rule across the page, and the mark of a list's item above what stands in it.
_PARTS = re.compile(r"([-_=*─━—~])\1{7,}|(?:[-*+□•◦○]|\.\.)\Z")
# The marks of lists that text browsers print at the depth of a quotation.
_BULLET = re.compile(r"[*+] |•\u00a0")
_LISTED = re.compile(r"(?:[-+*•◦○□]|\d{1,3}[.)])[ \t\u00a0]+")
_ENDS_PROSE = re.compile(r"[.!?:;,…。！？：][\"”’)»\]]{0,3}\Z")
_PROSE = 40
_DEEPER = 2
# To each level paragraph there may be so many headings and the like, and seldom more; measured on text browsers' pages.
_HEADINGS = 3
_MANY_HEADINGS = 4
# An author stands so far behind the last words of a post, and so far behind its first ones.
_BEHIND = 100
_NEAR = 400
_LONGEST_LINE = 400
_MOST_LINES = 100
_BLANK = " \t\r\n\u00a0"


@dataclass(slots=True, frozen=True)
class Block:
    """Where the words of a block begin; `sure` unless something stands in it that may be the article's."""

    at: int
    sure: bool


class _Run(NamedTuple):
    """Lines of one depth with no blank line between: the span of what they hold; `depth` blanks stand before each.

    It `hangs` if a list's item begins right above it.
    """

    start: int
    end: int
    depth: int
    hangs: bool = False


class _Around(NamedTuple):
    """What stands round a block: paragraphs `shallow`er than it, and such as stand `level` with it.

    A `large` level one holds more than a post; `posts` when some may be the words of other posts, and `loose` when
    below one of these no author stands: so it does within a post, and so does the article's paragraph above one.
    """

    shallow: int
    level: int
    large: int
    posts: bool
    loose: bool

    @property
    def is_shallower(self) -> bool:
        """Whether the article's own paragraphs stand shallower than the block: else all of it is set in, as a page is
        in a text browser under its headings, standfirst and list of contents, which look like paragraphs too."""
        return self.shallow > self.large + _HEADINGS * self.level + self.posts

    @property
    def is_plainly_shallower(self) -> bool:
        """Whether that is plain, not only likely."""
        return self.shallow > self.large + _MANY_HEADINGS * self.level + self.posts + self.loose


def find_block(source: str, *, floor: int, end: int, most: float) -> Block | None:
    """Find the block that the footer at `end` stands in, below `floor`, if quotation marks or its depth tell it.

    A block that is set in, and longer than `most` of the platform's characters, holds more than the post.

    >>> find_block("He spoke.\\n> Hello.\\n> Bye.\\n>\\n> ", floor=0, end=30, most=280)
    Block(at=12, sure=True)
    >>> text = "Ana Ruiz left the house on Monday, she said.\\n\\n    Gone.\\n\\n    — Ana (@ana) May 1, 2020"
    >>> find_block(text, floor=0, end=62, most=280)
    Block(at=50, sure=True)
    """
    line = max(source.rfind("\n", floor, end) + 1, floor)
    if _QUOTED_LINE.match(source, line) or _LISTED_LINE.match(source, line):
        return Block(_quote_begin(source, floor, end, line), sure=True)
    if source[line : line + _DEEPER].strip(" \t") or (line == floor and source[line - 1 : line] not in ("", "\n")):
        return None
    return _set_in_block(source, floor, end, line, most)


def _quote_begin(source: str, floor: int, end: int, line: int) -> int:
    """Where the run of `>` lines begins that the footer stands in; the extractor kept the mark of quotation."""
    listed = _LISTED_LINE.match(source, line)
    while line > floor and not listed:
        above = max(source.rfind("\n", floor, line - 1) + 1, floor)
        listed = _LISTED_LINE.match(source, above)
        if above == line or not (listed or _QUOTED_LINE.match(source, above)):
            break
        line = above
    begin = _MARKS.match(source, listed.end() if listed else line, end)
    return begin.end() if begin else line


def _set_in_block(source: str, floor: int, end: int, line: int, most: float) -> Block | None:
    depth = len(source[line:end]) - len(source[line:end].lstrip(" \t"))
    runs = _runs_above(source, max(floor, end - _LOOK_BACK), end, depth)
    sure = True
    while runs and (_BULLET.match(source, runs[0].start) or runs[0].hangs):
        sure = sure and runs[0].hangs  # an item of the article's list, or of the post's
        runs = runs[1:]
    if not runs:
        return None
    begin = runs[0].start
    around = _look_around(source, begin, end, depth, most)
    if not around.is_shallower:
        return None
    sure = sure and around.is_plainly_shallower
    weight = weighted_length(show_links(source[begin:end]))
    return Block(begin, sure) if weight <= most else None


def _runs_above(source: str, low: int, end: int, depth: int) -> list[_Run]:
    """The runs of lines of the footer's depth above it, the topmost first, down to where a line is no part of them.

    The topmost run hangs if a list's item begins right above it: then it goes on with that one's sentence.
    """
    runs: list[_Run] = []
    for run in _find_runs(source, _lines_above(source, low, end)):
        if run.depth != depth or _PARTS.match(source, run.start, run.end):
            if runs and run.depth < depth and source.count("\n", run.end, runs[0].start) == 1:
                last = source.rfind("\n", run.start, run.end) + 1
                item = _LISTED.match(source, last + run.depth if last else run.start)
                runs[0] = runs[0]._replace(hangs=item is not None)
            break
        runs.insert(0, run)
    return runs


def _find_runs(source: str, lines: Iterable[tuple[int, int]]) -> Iterator[_Run]:
    """Join lines, given in either order, to runs; a line that parts what stands round it is one by itself."""
    begin, stop, depth = 0, 0, -1
    for line, finish in lines:
        text = source[line:finish].rstrip(_BLANK)
        own = len(text) - len(text.lstrip(" \t")) if text else -1
        low, high = line + own, line + len(text)
        if text and own == depth and not _PARTS.match(source, low, high):
            begin, stop = min(begin, low), max(stop, high)
            continue
        if depth >= 0:
            yield _Run(begin, stop, depth)
        begin, stop, depth = low, high, own
    if depth >= 0:
        yield _Run(begin, stop, depth)


def _lines_above(source: str, low: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines above `end`, nearest first; the end of a line that stands behind `low` is none."""
    while end > low:
        line = source.rfind("\n", low, end) + 1
        if not line and low:
            return
        yield line, end
        end = line - 1


def _lines_below(source: str, start: int, high: int) -> Iterator[tuple[int, int]]:
    while start < high:
        end = source.find("\n", start, high)
        end = high if end < 0 else end
        yield start, end
        start = end + 1


def _look_around(source: str, begin: int, end: int, depth: int, most: float) -> _Around:
    """Count what stands round a block: shallower paragraphs for it, and what speaks for a page that is all set in."""
    shallow = level = large = 0
    posts = loose = False
    above = source.rfind("\n", 0, begin) + 1
    below = source.find("\n", end, end + _LONGEST_LINE) + 1 or len(source)
    high = min(below + _LOOK_AHEAD, len(source))
    lines = chain(_lines_below(source, below, high), _lines_above(source, max(0, above - _LOOK_AROUND), above))
    for run in _find_runs(source, islice(lines, _MOST_LINES)):
        size = run.end - run.start
        if run.depth <= depth - _DEEPER:
            shallow += _is_prose(source, run)
        elif run.depth == depth and run.start - depth != below:  # there the footer's own paragraph goes on
            large += size > most
            if size < _PROSE:
                continue
            near = source.find("(@", run.start, run.end + _NEAR)
            level += near < 0
            posts = posts or near >= 0
            loose = loose or near >= run.end + _BEHIND
    return _Around(shallow, level, large, posts, loose)


def _is_prose(source: str, run: _Run) -> bool:
    """Tell whether lines are a paragraph's or a list's: a heading ends in no stop, and fills no three lines."""
    if _LISTED.match(source, run.start) or source.count("\n", run.start, run.end) > 1:
        return True
    return run.end - run.start >= _PROSE and _ENDS_PROSE.search(source[run.end - 4 : run.end]) is not None
