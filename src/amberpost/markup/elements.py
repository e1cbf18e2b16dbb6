"""A piece of HTML cut out of a page, read flat: its attributes, its text with breaks, its links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# Marks that stand in the text while it is put together: a line break, a block's edge, a link's begin and end.
BREAK, EDGE, OPEN, CLOSE = "\x01", "\x02", "\x03", "\x04"
# Twitter's own codes: Hebrew and Indonesian by their old names; others say that there is no language to tell.
_LANGUAGES = {"iw": "he", "in": "id", "msa": "ms"}
_NO_LANGUAGES = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst", "x-default"})
# White space that is not one blank already.
_SPACES = re.compile(r"[\t\r\n\f][ \t\r\n\f]*+| [ \t\r\n\f]++")
_BLANK_LINES = re.compile("\n{3,}")
_LINK_MARKS = re.compile("([\x03\x04])")


class Anchor(NamedTuple):
    """A link in a piece: where it leads, where its words stand in the flat text, and a time that it carries."""

    href: str
    start: int
    end: int
    stamp: str | None = None


@dataclass(slots=True, frozen=True)
class Part:
    """An element inside a piece that is more than text or a link, by its name and attributes."""

    name: str
    attributes: Mapping[str, str]


@dataclass(slots=True, frozen=True)
class Element:
    """A piece of HTML read flat: the element that it begins with, the text in it, the links and what else is inside.

    In `text` white space is folded; `<br>` is a line break, and a paragraph or other block is set off by two.
    """

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    anchors: tuple[Anchor, ...] = ()
    parts: tuple[Part, ...] = ()
    lang: str | None = None

    def shown(self, anchor: Anchor) -> str:
        """What a link shows."""
        return self.text[anchor.start : anchor.end].strip()

    def classes(self) -> frozenset[str]:
        """The words of the class attribute."""
        return frozenset(self.attributes.get("class", "").split())

    def form(self, *names: str) -> str:
        """What a rule calls it: its own name where that is one of these, else `element`."""
        return self.name if self.name in names else "element"

    def values(self, *names: str) -> Iterator[str]:
        """The values of the named attributes, its own first, then those of the elements inside."""
        for attributes in (self.attributes, *(part.attributes for part in self.parts)):
            for name in names:
                if attributes.get(name):
                    yield attributes[name]


def fold(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Fold the white space and the breaks of marked text, and tell where each link begins and ends.

    >>> fold(f"{EDGE}a  b{BREAK} {OPEN}c{CLOSE}{EDGE}")
    ('a b\\nc', [(4, 5)])
    """
    folded = _SPACES.sub(" ", marked) if _has_loose_space(marked) else marked
    if BREAK in folded or EDGE in folded:
        folded = _fold_breaks(folded)
    folded = folded.strip(" \n")
    if OPEN not in folded:
        return folded, []
    return _take_links(folded)


def _has_loose_space(marked: str) -> bool:
    """Five searches for a sign are several times as fast as one for any of them."""
    return "  " in marked or "\n" in marked or "\t" in marked or "\r" in marked or "\f" in marked


def _fold_breaks(marked: str) -> str:
    """Make the marks of breaks and edges line feeds, of which two at the most stand together, and no blank beside."""
    for mark in (BREAK, EDGE):
        marked = marked.replace(" " + mark, mark).replace(mark + " ", mark)
    shown = marked.replace(BREAK, "\n").replace(EDGE, "\n\n")
    return _BLANK_LINES.sub("\n\n", shown) if "\n\n\n" in shown else shown


def _take_links(folded: str) -> tuple[str, list[tuple[int, int]]]:
    """Take the marks of links out of a text."""
    before, *links = folded.split(OPEN)
    pieces, places, length = [before], list[tuple[int, int]](), len(before)
    for link in links:
        shown, closed, behind = link.partition(CLOSE)
        if not closed or CLOSE in behind:
            return _take_nested_links(folded)
        places.append((length, length + len(shown)))
        pieces += shown, behind
        length += len(shown) + len(behind)
    return "".join(pieces).rstrip(" \n"), places


def _take_nested_links(folded: str) -> tuple[str, list[tuple[int, int]]]:
    pieces, length = list[str](), 0
    opened, places = list[int](), list[tuple[int, int]]()
    for piece in _LINK_MARKS.split(folded):
        if piece == OPEN:
            opened.append(len(places))
            places.append((length, length))
        elif piece == CLOSE:
            if opened:
                at = opened.pop()
                places[at] = places[at][0], length
        else:
            pieces.append(piece)
            length += len(piece)
    return "".join(pieces).rstrip(" \n"), places


def normalize_language(code: str | None) -> str | None:
    """The BCP 47 tag for a `lang` attribute as Twitter fills it in; `None` where it says that there is no language.

    >>> normalize_language("iw"), normalize_language("und")
    ('he', None)
    """
    tag = (code or "").strip()
    return None if not tag or tag in _NO_LANGUAGES else _LANGUAGES.get(tag, tag)
