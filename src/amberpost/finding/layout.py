"""How an article's paragraphs stand, and the lines above a footer that may be the post's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_LOOK_BACK = 3000
_LOOK_AHEAD = 400
# Measured on four extractors' output: above this share of blank lines among the gaps, they part the paragraphs.
_BLANK_LINE_SHARE = 0.10
# Wrapped text: most lines but the last of each paragraph are as long as these, and none is longer than that.
_WRAPPED_SHARE = 0.6
_WIDEST = 100
_WORD = re.compile(r"\S+")
_MAY_END = re.compile(r"[.!?…:。！？：][\"”’)»]?\Z")
BLANK = " \t\u00a0\u200b>\ufeff"
# How much of what stands between two posts is looked at, and how many gaps say that none is one paragraph.
_GAP = 2000
_NEAR = 12
_FEW = 3
# Line separators that are rare in text; each as long as the newline it is read as, so that spans stay true.
_SEPARATORS = (
    ("\r\n", " \n"),
    ("\r", "\n"),
    ("\u2028", "\n"),
    ("\u2029", "\n"),
    ("\x85", "\n"),
    ("\x0b", "\n"),
    ("\x0c", "\n"),
)


@dataclass(slots=True, frozen=True)
class Layout:
    """How an article's paragraphs stand: `newlines` part them, and they have `paragraph` characters on average.

    `width` is where lines were wrapped, if they were (else 0).
    """

    newlines: int
    paragraph: int
    width: int = 0


@dataclass(slots=True, frozen=True)
class Row:
    """What stands between an article's posts: of each gap whether it is one paragraph, `None` when nothing is there.

    `known` gaps hold something, `alone` of them one paragraph.
    """

    gaps: tuple[bool | None, ...]
    known: int
    alone: int

    def around(self, number: int) -> str:
        """How the other posts stand: most in a "row", each right under the one before; "mixed"; "apart"; or unknown.

        A gap of one paragraph holds the post below and nothing else: an article that has such gaps lists posts.

        >>> Row((True, True, False), known=3, alone=2).around(3), Row((False,), known=1, alone=0).around(1)
        ('row', '')
        """
        own = self.gaps[number - 1] if number else None
        known, alone = self.known - (own is not None), self.alone - (own is True)
        if alone:
            return "row" if 2 * alone >= known else "mixed"
        return "apart" if known >= _FEW else ""


def parse_row(source: str, spans: Sequence[tuple[int, int]]) -> Row:
    """Read what stands between the posts whose footers have these spans.

    >>> parse_row("One — A\\nTwo — B\\nHe said:\\nSix — C", [(4, 7), (12, 15), (29, 32)])
    Row(gaps=(True, False), known=2, alone=1)
    """
    gaps = tuple(_is_paragraph(source, above[1], below[0]) for above, below in pairwise(spans))
    return Row(gaps, known=len(gaps) - gaps.count(None), alone=gaps.count(True))


def _is_paragraph(source: str, start: int, end: int) -> bool | None:
    gap = _bare_breaks(source, start, min(end, start + _GAP)).strip()
    if "\n" not in gap:
        return True if gap else None
    return "\n\n" not in gap and "\n\n" in _bare_breaks(source, start - _LOOK_BACK, end + _LOOK_AHEAD)


def _bare_breaks(source: str, low: int, high: int) -> str:
    return cut_window(source, low, high).replace(" \n", "\n")


def cut_window(source: str, low: int, high: int) -> str:
    """Cut `source[low:high]` out with every line separator read as one newline, no character moved.

    >>> cut_window("a\\r\\nb", 0, 4)
    'a \\nb'
    """
    window = source[max(0, low) : high]
    for separator, newline in _SEPARATORS if "\r" in window else _SEPARATORS[1:]:
        if separator in window:
            window = window.replace(separator, newline)
    return window


def parse_layout(source: str, end: int) -> Layout:
    """Read the article's layout in the text around `end`: one line a paragraph, blank lines between, or wider still.

    >>> parse_layout("One.\\n\\nTwo.\\n\\nSix.", 16)
    Layout(newlines=2, paragraph=5, width=0)
    """
    window = cut_window(source, end - _LOOK_BACK, end + _LOOK_AHEAD)
    narrow = wide = wider = wrapped = width = previous = 0
    lengths = [len(line) if line.strip(BLANK) else 0 for line in window.split("\n")]
    for length in lengths:
        if not length:
            width += 1
            continue
        if previous:
            if not width:
                narrow += 1
                wrapped += 55 <= previous <= 100
            elif width == 1:
                wide += 1
            else:
                wider += 1
        previous, width = length, 0
    gaps = narrow + wide + wider
    paragraph = len(window) // (gaps + 1)
    share = (wide + wider) / max(1, gaps)
    fold = _find_width(lengths[1:]) if wrapped >= _WRAPPED_SHARE * narrow > 2 else 0
    if share < 0.05 or (share < _BLANK_LINE_SHARE and wrapped < 0.7 * narrow):
        return Layout(1, paragraph, fold)
    return Layout(2 if wide >= wider else 3, paragraph, fold)


def is_joined(source: str, footer: int) -> bool:
    """Tell whether one line break alone parts the footer from the words: what blank lines part is not theirs.

    >>> is_joined("Hi.\\n— A", 4), is_joined("Hi.\\n\\n— A", 5)
    (True, False)
    """
    window = cut_window(source, footer - _NEAR, footer)
    return window[len(window.rstrip(BLANK + "\n")) :].count("\n") == 1


def narrow_layout(source: str, start: int, end: int, layout: Layout) -> Layout:
    """The layout round a footer: where single line breaks part it from words and article, each line is a paragraph.

    >>> narrow_layout("One.\\n\\nHe said:\\nHi.\\n— A\\nTwo.\\n\\nSix.", 19, 22, Layout(2, 9)).newlines
    1
    """
    if layout.newlines == 1 or not is_joined(source, start):
        return layout
    below = cut_window(source, end, end + _NEAR).lstrip(BLANK)
    if below[:1] == "\n" and below[1:].strip(BLANK)[:1] not in ("\n", ""):
        return Layout(1, layout.paragraph, layout.width)
    return layout


def _find_width(lengths: list[int]) -> int:
    """Where lines are wrapped: the length of the longest, if none but a last line of a paragraph falls far short."""
    width = max(lengths, default=0)
    return width if width <= _WIDEST else 0


def _is_wrapped(window: str, begin: int, finish: int, below: int, width: int) -> bool:
    """Tell whether a line broke only because the next word had no room, and inside a sentence: else a paragraph may
    end there."""
    word = _WORD.match(window, below)
    line = window[begin:finish].rstrip()
    return word is not None and len(line) + 1 + word.end() - below > width and not _MAY_END.search(line)


def find_lines_above(source: str, *, floor: int, end: int, newlines: int, width: int = 0) -> Iterator[tuple[int, int]]:
    """Find the spans of what may be lines of the post, nearest first, by the separator of the article's paragraphs.

    Where paragraphs are a blank line apart, a single line break is inside one; where they are two newlines apart,
    wider gaps are blank lines of a post's own, doubled by the extractor.

    >>> list(find_lines_above("One.\\n\\nTwo\\nthree.\\n\\n\\n\\nFour.", floor=0, end=25, newlines=2))
    [(6, 25), (0, 4)]
    """
    low = max(floor, end - 2 * _LOOK_BACK)
    window = cut_window(source, low, end)
    start = stop = -1
    blank = 0
    for begin, finish in _lines_backwards(window):
        if not window[begin:finish].strip(BLANK):
            blank += 1
            continue
        parts = blank + 1 == newlines or (blank + 1 > newlines and newlines != 2)
        if width and parts and stop >= 0 and not blank:
            parts = not _is_wrapped(window, begin, finish, start, width)
        if stop >= 0 and parts:
            yield low + start, low + stop
            stop = -1
        stop = _end_of_words(window, begin, finish) if stop < 0 else stop
        start = _begin_of_words(window, begin, finish)
        blank = 0
    if stop >= 0:
        yield low + start, low + stop


def _lines_backwards(window: str) -> Iterator[tuple[int, int]]:
    finish = len(window)
    while finish >= 0:
        begin = window.rfind("\n", 0, finish) + 1
        yield begin, finish
        finish = begin - 1


def _begin_of_words(window: str, begin: int, finish: int) -> int:
    line = window[begin:finish]
    return finish - len(line.lstrip(BLANK))


def _end_of_words(window: str, begin: int, finish: int) -> int:
    return begin + len(window[begin:finish].rstrip(BLANK))
