"""Where a post begins: hard limits first, then a small linear scorer over the lines above its footer.

A post's own lines look like the article's paragraphs once an extractor is done, so no rule decides; many weak signs,
weighed together, mostly do. The weights were fitted on real articles by `tools/fit_starts.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from ...platforms.twitter import weighted_length
from ..layout import Layout, find_lines_above, is_joined
from ..shown import show_links
from .blocks import find_block
from .lines import MOST_LINES, Line, make_beyond, parse_bare, parse_line
from .signs import TALKING, TELLING, Post, name_break, name_whole
from .splits import join_split, may_go_on, may_stop
from .weights import BREAK, SURE, WHOLE
from .wording import LATIN, parse_wording

_SENTENCE_START = re.compile(
    r"(?:[.!?…:][\"”’)]?|[。！？：])\s+(?=\S)|[。！？：](?=\S)|(?<=[a-zà-ž])[.!?:](?=[A-ZÀ-Ž])"
)
_STOP_AT_BREAK = re.compile(r"[.!?…。][\"”’)]?[ \t]*\r?\n")
_COUNTER = re.compile(r"[(\[]?\d{1,3} ?/ ?\d{0,3}[)\]]?")
_SINGLE_BREAK = re.compile(r"[^\s>][^\S\n]*\n[^\S\n]*[^\s]")
# Beyond this many times what a post of its day may reach, no start further up is worth scoring.
ENOUGH = 1.15
_TOO_LONG = 3
_TWO_POSTS = 2.5
# An article's only line holds article words before the post when it is longer than this many times the limit.
_HOLDS_MORE = 1.2
# Real articles in other than Latin script are few among those fitted on: there the scorer must be surer.
_SURE_ELSEWHERE = 0.93


@dataclass(slots=True, frozen=True)
class Start:
    """Where the post begins, and whether the scorer is as sure as its flag promises (97 of 100 right)."""

    at: int
    sure: bool


def find_start(source: str, *, floor: int, end: int, post: Post, layout: Layout) -> Start:
    """Find where the post that ends at `end` begins, never above `floor`, the end of the citation before it.

    >>> find_start("He spoke.\\n> Hello.\\n> Bye.\\n>\\n> ", floor=0, end=30, post=Post(), layout=Layout(1, 9))
    Start(at=12, sure=True)
    """
    block = find_block(source, floor=floor, end=end, most=ENOUGH * post.reach)
    if block is not None:
        return Start(block.at, sure=block.sure)
    lines = nearest_lines(source, floor=floor, end=end, post=post, layout=layout, spare=post.inline)
    apart = bool(lines) and not post.inline and not lines[-1].traits.isdisjoint(("only-links", "only-tags"))
    if apart and layout.newlines > 1:
        lines = nearest_lines(source, floor=floor, end=end, post=post, layout=Layout(1, layout.paragraph))
    if not lines:
        return Start(end, sure=True)
    if post.platform == "instagram" and _is_apart(source, end) and _tells(lines[-1]):
        return Start(end, sure=False)
    complete = not source[floor : lines[0].start].strip(" \t\r\n>\u00a0")
    chances = weigh_starts(lines, post, complete=complete)
    best = max(range(len(lines)), key=chances.__getitem__)
    if best == len(lines) - 1 and _holds_more(lines[best], post, alone=len(lines) == 1 and complete):
        follows = complete and best == 0 and post.follows_post
        return Start(_sentence_start(source, lines[best], end, post, complete=follows), sure=False)
    if not post.inline and best == len(lines) - 1 and _introduces(lines[best]):
        return Start(end, sure=False)
    if post.flat or (apart and best == len(lines) - 1) or (not post.inline and _tells(lines[-1])):
        return Start(lines[best].start, sure=False)
    if best < len(lines) - 1 and not post.inline and layout.newlines > 1 and is_joined(source, end):
        return Start(lines[-1].start, sure=False)
    sure = _is_sure(chances[best], lines[best]) and not (
        layout.newlines > 1 and not post.split and _may_begin_inside(source, lines[best], end, post, layout)
    )
    if layout.width and layout.newlines == 1 and _STOP_AT_BREAK.search(source, lines[best].start, end):
        sure = False  # wrapped there, or a paragraph's last line that was full
    if post.split and layout.newlines == 1 and may_go_on(source, lines[best].start):
        sure = False
    if post.split and layout.newlines == 1 and best + 1 < len(lines):
        sure = sure and not may_stop(source, lines[best].start, lines[best + 1].start)
    return Start(lines[best].start, sure=sure)


def _is_sure(chance: float, line: Line) -> bool:
    if chance >= max(SURE, _SURE_ELSEWHERE):
        return True
    return chance >= (SURE if line.language is None or line.language in LATIN else _SURE_ELSEWHERE)


def nearest_lines(source: str, *, floor: int, end: int, post: Post, layout: Layout, spare: bool = False) -> list[Line]:
    """The candidate lines above `end`, nearest last: as many as a post can have, and enough above to see its outside.

    A paragraph too long for a post is looked at line by line, whatever the article's layout. `spare` leaves a line
    that has no rival without its traits.
    """
    spans = find_lines_above(source, floor=floor, end=end, newlines=layout.newlines, width=layout.width)
    if post.split and layout.newlines == 1:
        spans = join_split(source, spans)
    lines: list[Line] = []
    kept: list[tuple[int, int]] = []
    total = 0
    for start, stop in islice(spans, MOST_LINES):
        if not kept and layout.newlines > 1 and stop - start > _TWO_POSTS * post.limit and "\n" in source[start:stop]:
            single = Layout(1, layout.paragraph, layout.width)
            return nearest_lines(source, floor=floor, end=end, post=post, layout=single, spare=spare)
        weight = weighted_length(show_links(source[start:stop]))
        total += weight
        if kept and total > ENOUGH * post.reach:
            lines.append(make_beyond(start, source[start:stop], weight))
            break
        kept.append((start, stop))
    parse = parse_bare if spare and len(kept) == 1 else parse_line
    return [*lines, *(parse(source, start, stop) for start, stop in reversed(kept))]


def weigh_starts(lines: Sequence[Line], post: Post, *, complete: bool) -> list[float]:
    """The chance of each line to be the post's first: a softmax over the sums of the weights of its signs."""
    if len(lines) == 1 or lines[-2].beyond:
        return [0.0] * (len(lines) - 1) + [1.0]
    scores = [-math.inf] * len(lines)
    inner = 0.0
    for first in range(len(lines) - 1, -1, -1):
        if lines[first].beyond:
            break
        above = lines[first - 1] if first else None if complete else lines[0]
        begins, goes_on = _sum_break(name_break(above, lines[first], post))
        whole = [WHOLE.get(sign, 0.0) for sign in name_whole(lines, first, post, complete=complete)]
        scores[first] = begins + inner + sum(whole)
        inner += goes_on
    top = max(scores)
    parts = [math.exp(score - top) for score in scores]
    whole_part = sum(parts)
    return [part / whole_part for part in parts]


def _sum_break(signs: list[str]) -> tuple[float, float]:
    """The weights of a break's signs if the post begins there, and if it goes on."""
    begins = goes_on = 0.0
    for sign in signs:
        weights = BREAK.get(sign)
        if weights is not None:
            begins += weights[0]
            goes_on += weights[1]
    return begins, goes_on


def _may_begin_inside(source: str, line: Line, end: int, post: Post, layout: Layout) -> bool:
    """Tell whether a paragraph of several lines would begin the post below its first, were each line a paragraph."""
    if "\n" not in line.text or not _SINGLE_BREAK.search(line.text):
        return False
    single = Layout(1, post.paragraph, layout.width)
    lines = nearest_lines(source, floor=line.start, end=end, post=post, layout=single)
    chances = weigh_starts(lines, post, complete=True)
    return lines[max(range(len(lines)), key=chances.__getitem__)].start != line.start


def _is_apart(source: str, footer: int) -> bool:
    return source[max(0, footer - 2) : footer].strip(" \r") in ("\n\n", "\n")


def _introduces(line: Line) -> bool:
    """Tell whether a line leads to a post whose words are gone: a colon, and nothing that a post would have."""
    return line.ending == "colon" and not line.postlike and not line.traits & TALKING


def _tells(line: Line) -> bool:
    """Tell whether a line speaks with the article's voice, not an author's: an Instagram post may have no caption."""
    return (
        line.ending == "stop"
        and line.weight > 60
        and not line.postlike
        and bool(line.traits & TELLING)
        and not line.traits & TALKING
    )


def _holds_more(line: Line, post: Post, *, alone: bool) -> bool:
    """Tell whether a line is too long for the post alone, or just long enough and begins in another language."""
    if post.flat and (alone or line.weight > post.limit):
        return True
    if not alone or line.weight <= post.limit:
        return line.weight > _TOO_LONG * post.limit
    first, last = parse_wording(line.text).language, parse_wording(line.text[-160:]).language
    return line.weight > _HOLDS_MORE * post.limit or (first is not None and last is not None and first != last)


def _sentence_start(source: str, line: Line, end: int, post: Post, *, complete: bool) -> int:
    """Where the post begins in a line that holds more than the post: the same scorer over its last sentences."""
    begins = [line.start, *(match.end() for match in _SENTENCE_START.finditer(source, line.start, end))]
    spans = [(start, stop) for start, stop in pairwise([*begins, end]) if source[start:stop].strip()][-MOST_LINES:]
    sentences = _join_sentences(source, [parse_line(source, start, stop) for start, stop in spans], end)
    changes = [
        n for n, (a, b) in enumerate(pairwise(sentences), 1) if a.language and b.language and a.language != b.language
    ]
    if changes:
        return sentences[changes[-1]].start
    chances = weigh_starts(sentences, post, complete=complete and sentences[0].start == line.start)
    best = max(range(len(sentences)), key=chances.__getitem__)
    while best > 0 and _is_trailing(sentences[best]):
        best -= 1
    return sentences[best].start


def _join_sentences(source: str, sentences: list[Line], end: int) -> list[Line]:
    """Join what follows a colon inside a sentence to what stands before it: only speech begins a post there."""
    joined: list[Line] = []
    for number, line in enumerate(sentences):
        above = joined[-1] if joined else None
        if above and above.ending == "colon" and "lower" in line.traits and "speech" not in above.traits:
            stop = sentences[number + 1].start if number + 1 < len(sentences) else end
            joined[-1] = parse_line(source, above.start, stop)
        else:
            joined.append(line)
    return joined


def _is_trailing(line: Line) -> bool:
    """Tell whether a piece is links, tags or a thread's number alone: those end a post's words and begin none."""
    return not line.traits.isdisjoint(("only-tags", "only-links")) or _COUNTER.fullmatch(line.text) is not None
