"""Elements cut out of a page, each bounded, and the words and links in them.

No HTML parser is linear on hostile input, so none is given a page: a slice is cut first, by counting tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..htmltags import Tag, find_tags
from ..markup import Element, normalize_words, parse_element
from ..posts import PostLink

PIECE_LIMIT = 64 * 1024
_MOST_TAGS = 1000
_MOST_LINKS = 100
_MOST_TRIES = 200  # of places where a class may be named; a message names each a few times
# Links that the services make of what is in the words: accounts, hashtags.
_MADE_BY_SERVICE = ("@", "#", "＠", "＃", "$")


@dataclass(slots=True, frozen=True)
class Words:
    """A post's words, and the links among them; `is_cut` when there was more than is read."""

    text: str | None
    links: tuple[PostLink, ...]
    is_cut: bool = False


def cut_element(page: str, start: int, limit: int = PIECE_LIMIT) -> str:
    """Cut out the element whose tag begins at `start`, to its end tag; one that nobody closes, up to the limit.

    >>> cut_element("<p><div a><div>x</div>y</div>z", 3)
    '<div a><div>x</div>y</div>'
    """
    name = re.compile(r"<([A-Za-z][A-Za-z0-9-]{0,30})").match(page, start)
    if name is None:
        return ""
    stop, depth = min(len(page), start + limit), 0
    for tag in _both_tags(name[1].lower()).finditer(page, start, stop):
        depth += -1 if tag[0][1] == "/" else 1
        if depth == 0:
            end = page.find(">", tag.end(), stop)
            return page[start : end + 1 if end >= 0 else stop]
    return page[start:stop]


@cache
def _both_tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"</?{re.escape(name)}(?=[\s/>])", re.IGNORECASE)


def find_with_class(page: str, word: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Where the tags begin whose class attribute holds a word, in `page[start:end]`.

    >>> list(find_with_class('<i class="a"><b class="c a-b"><u id=a class="c a">', "a"))
    [0, 30]
    """
    stop = len(page) if end is None else end
    place = page.find(word, start, stop)
    for _ in range(_MOST_TRIES):
        if place < 0:
            break
        opened = page.rfind("<", max(start, place - 2000), place)
        tag = next(find_tags(page[opened : place + 2000]), None) if opened >= 0 else None
        if tag and word in tag.attributes.get("class", "").split():
            yield opened
            place = page.find(">", place, stop)
        place = page.find(word, place + 1, stop) if place >= 0 else -1


def read_tag(page: str, start: int) -> Tag | None:
    """The tag that begins at `start`, with its attributes.

    >>> read_tag('<a href="b">c', 0).attributes
    {'href': 'b'}
    """
    return next(find_tags(page[start : start + 8000]), None) if start >= 0 else None


def read_words(piece: str) -> Words:
    """The words of an element with their line breaks, and where the links among them lead.

    >>> words = read_words('<p>Rain, <a href="https://a.example/long">a.example/…</a><br>again</p>')
    >>> words.text, words.links[0].target
    ('Rain, a.example/…\\nagain', 'https://a.example/long')
    """
    element, is_cut = parse_piece(piece)
    if element is None:
        return Words(None, (), is_cut)
    links = dict.fromkeys(
        PostLink(url=shown, target=anchor.href)
        for anchor in element.anchors[:_MOST_LINKS]
        if (shown := element.shown(anchor))
        and anchor.href.startswith(("http://", "https://"))
        and not shown.startswith(_MADE_BY_SERVICE)
    )
    return Words(normalize_words(element.text) or None, tuple(links), is_cut)


def parse_piece(piece: str) -> tuple[Element | None, bool]:
    """Read an element flat, as much of it as is given to a parser, and tell whether there was more."""
    is_cut = len(piece) > PIECE_LIMIT
    piece = piece[:PIECE_LIMIT]
    if piece.count("<") > _MOST_TAGS:
        end = 0
        for _ in range(_MOST_TAGS):
            end = piece.find("<", end + 1)
        piece, is_cut = piece[:end], True
    return parse_element(piece), is_cut
