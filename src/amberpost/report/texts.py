"""An article's text with each citation marked in its place; spans are code points, as `Citation` has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

MOST_CHARACTERS = 1_000_000
"""How much of an article's text is shown: a browser takes long over more."""


class Place(NamedTuple):
    """Where a citation says that it stands: its number, the span, and what stands there."""

    number: int
    start: int | None
    end: int | None
    raw: str | None


class Piece(NamedTuple):
    """Some text, whether any citation holds it, and the numbers of those that begin with it."""

    text: str
    is_cited: bool
    begins: tuple[int, ...] = ()


class Lost(NamedTuple):
    """A citation that cannot be marked, and why."""

    number: int
    why: str


def find_lost(source: str, places: Iterable[Place]) -> Iterator[Lost]:
    """The citations that do not stand in this text where they say.

    >>> list(find_lost("It rains.", [Place(1, 3, 8, "rains"), Place(2, 0, 4, "snow")]))
    [Lost(number=2, why='what it cites does not stand there')]
    """
    for place in places:
        if place.start is None or place.end is None or place.raw is None:
            yield Lost(place.number, "it does not say where it stands")
        elif source[place.start : place.end] != place.raw or not place.raw:
            yield Lost(place.number, "what it cites does not stand there")
        elif place.end > MOST_CHARACTERS:
            yield Lost(place.number, f"it stands behind the first {MOST_CHARACTERS:,} characters")


def cut_text(source: str, places: Sequence[Place]) -> Iterator[Piece]:
    """Cut text at the ends of all spans, which may overlap; time grows with their number.

    >>> [(piece.text, piece.begins) for piece in cut_text("It rains.", [Place(1, 3, 8, "rains")])]
    [('It ', ()), ('rains', (1,)), ('.', ())]
    """
    spans = [(place.start, place.end, place.number) for place in places if place.start is not None]
    ends = [(end, False, number) for _, end, number in spans if end is not None]
    edges = sorted([*ends, *((start, True, number) for start, _, number in spans)])
    begun: list[int] = []
    within = last = 0
    for at, is_start, number in edges:
        if at > last:
            yield Piece(source[last:at], within > 0, tuple(begun))
            begun, last = [], at
        within += 1 if is_start else -1
        if is_start:
            begun.append(number)
    if last < min(len(source), MOST_CHARACTERS):
        yield Piece(source[last:MOST_CHARACTERS], False)
