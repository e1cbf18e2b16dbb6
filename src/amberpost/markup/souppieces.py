"""Pieces of HTML that need a parser: BeautifulSoup on lxml builds the tree, which is read flat.

A parser is imported with the first piece that needs it, not with the package. lxml by itself would leave out what is
nested more than 256 deep, and say nothing; BeautifulSoup keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from ..models import replace_surrogates
from .elements import BREAK, CLOSE, EDGE, OPEN, Anchor, Element, Part, fold, normalize_language

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

_NAME = re.compile(r"<([A-Za-z][A-Za-z0-9:_-]{0,40})")
_BLOCK_NAMES = """
    address article aside blockquote body center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr html
    li main ol p pre section table td th tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset({"script", "style", "svg", "button", "head", "title"})
_NO_PARTS = frozenset({"a", "p", "br", "span", "img", "strong", "em", "b", "i"})
_EMOJI_MOST = 16
# The parser would take a NUL for the end; others are our marks, however they are written: it reads `&#x3` as `&#3;`.
_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1f]|&#(?:0*+[1-8](?![0-9])|[xX]0*+[1-8](?![0-9A-Fa-f]));?")


def parse_soup(piece: str) -> Element | None:
    """Read the element that `piece` begins with, however broken what follows is; `None` if it begins with none.

    >>> parse_soup("<p lang=en>One<br>two").text
    'One\\ntwo'
    """
    named = _NAME.match(piece)
    soup = _make_soup(piece) if named else None
    if named is None or soup is None:
        return None
    name = named[1].lower()
    top = next((tag for tag in cast("Iterator[Tag]", soup.descendants) if tag.name == name), None)
    return _Flat().read(top) if top is not None else None


def _make_soup(piece: str) -> BeautifulSoup | None:
    from bs4 import BeautifulSoup
    from bs4.builder import ParserRejectedMarkup

    if "&#10;" in piece:
        piece = piece.replace("&#10;", "<br>")  # how embeds of 2013 break lines
    piece = replace_surrogates(_CONTROLS.sub("\ufffd", piece))
    try:
        return BeautifulSoup(piece, "lxml", multi_valued_attributes=None)
    except ParserRejectedMarkup:
        return None


@dataclass(slots=True)
class _Flat:
    """The text of a tree with marks for breaks and links, while it is put together; no recursion, however deep."""

    pieces: list[str] = field(default_factory=list)
    targets: list[Tag] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    lang: str | None = None
    unseen: Tag | None = None

    def read(self, top: Tag) -> Element:
        """Walk through the tree below `top`."""
        from bs4.element import PreformattedString, Tag

        inside: list[tuple[Tag, Iterator[PageElement]]] = []
        self._open(top)
        inside.append((top, iter(top.contents)))
        while inside:
            parent, children = inside[-1]
            node = next(children, None)
            if node is None:
                self._close(parent)
                inside.pop()
            elif isinstance(node, Tag):
                self._open(node)
                if node.attrs and node.name not in _NO_PARTS:
                    self.parts.append(Part(node.name, _attributes(node)))
                inside.append((node, iter(node.contents)))
            elif self.unseen is None and not isinstance(node, PreformattedString):
                self.pieces.append(str(node))
        return self._join(top)

    def _open(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self.pieces.append(BREAK)
        elif name == "a":
            self.pieces.append(OPEN)
            self.targets.append(tag)
        elif name in _BLOCKS:
            self.pieces.append(EDGE)
            self.lang = self.lang or (_attribute(tag, "lang") if name == "p" else None)
        elif name == "img":
            self.pieces.append(_emoji(_attribute(tag, "alt")))
        elif name in _UNSEEN and self.unseen is None:
            self.unseen = tag

    def _close(self, tag: Tag) -> None:
        if tag.name == "a":
            self.pieces.append(CLOSE)
        elif tag.name in _BLOCKS:
            self.pieces.append(EDGE)
        elif tag is self.unseen:
            self.unseen = None

    def _join(self, top: Tag) -> Element:
        text, places = fold("".join(self.pieces))
        anchors = tuple(_anchor(target, *place) for target, place in zip(self.targets, places, strict=True))
        return Element(top.name, _attributes(top), text, anchors, tuple(self.parts), normalize_language(self.lang))


def _attributes(tag: Tag) -> dict[str, str]:
    return {str(name): str(value) for name, value in tag.attrs.items()}


def _attribute(tag: Tag, name: str) -> str:
    return str(tag.attrs.get(name, ""))


def _anchor(tag: Tag, start: int, end: int) -> Anchor:
    return Anchor(_attribute(tag, "href").strip(), start, end, _attribute(tag, "data-datetime") or None)


def _emoji(alt: str) -> str:
    """What an image stands for where it is an emoji, which sites and widgets draw themselves.

    >>> _emoji("🌧"), _emoji("2\ufe0f\u20e3"), _emoji("A boat")
    ('🌧', '2️⃣', '')
    """
    if not 0 < len(alt) <= _EMOJI_MOST:
        return ""
    return alt if ord(alt[0]) > 0x2000 or alt.endswith("\u20e3") or alt.rstrip("\ufe0f") in ("©", "®") else ""
