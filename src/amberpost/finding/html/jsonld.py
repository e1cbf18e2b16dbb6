"""The article's text in a page's JSON-LD: read in place, with its escapes undone and the way back to the page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...models import replace_surrogates
from .windows import Window, join_pieces, open_window

_BODY = re.compile(r"\"articleBody\"\s{0,8}:\s{0,8}\"")
_STRING_END = re.compile(r"[^\"\\]*+(?:\\.[^\"\\]*+)*+", re.DOTALL)
_UNIT = r"\\u([0-9A-Fa-f]{4})"
_PIECE = re.compile(rf"\\u[dD][89abAB][0-9A-Fa-f]{{2}}{_UNIT}|{_UNIT}|\\(?:r\\(?=n))?(.)|[^\\]++|\\", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\n", "t": " ", "b": " ", "f": " "}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|[^&]++|&")
_NEXT_WORD = 200


@dataclass(slots=True, frozen=True)
class Body:
    """The half-open span of the string that holds an article's text, without its quotes."""

    start: int
    end: int


def find_bodies(source: str, stretches: list[tuple[int, int]]) -> Iterator[Body]:
    """Find the article bodies in the scripts of a page.

    >>> page = '{"articleBody": "One \\\\"two\\\\"."}'
    >>> [page[body.start : body.end] for body in find_bodies(page, [(0, len(page))])]
    ['One \\\\"two\\\\".']
    """
    for low, high in stretches:
        for key in _BODY.finditer(source, low, high):
            string = _STRING_END.match(source, key.end(), high)
            if string:
                yield Body(string.start(), string.end())


def open_body(source: str, body: Body, low: int, high: int) -> Window:
    """Read a stretch of a body: escapes undone, then tags and entities where it holds any.

    >>> page = r"Rain. \\u2014 Ann\\nThen"
    >>> window = open_body(page, Body(0, len(page)), 0, len(page))
    >>> window.text, window.origin(6, 7)
    ('Rain. — Ann\\nThen', (6, 12))
    """
    low = _whole_piece(source, body.start, low)
    high = max(low, _whole_piece(source, body.end, high) if high < body.end else body.end)
    plain = join_pieces(_find_pieces(source, low, high))
    if "<" not in plain.text and "&" not in plain.text:
        return plain
    if "</" not in plain.text and "<br" not in plain.text:  # its line breaks count
        inner = join_pieces((html.unescape(match[0]), *match.span()) for match in _ENTITY.finditer(plain.text))
    else:
        inner = open_window(plain.text, 0, len(plain.text), is_marked=True)
    return replace(inner, behind=plain)


def _whole_piece(source: str, edge: int, at: int) -> int:
    """The nearest place behind `at` that lies in no escape: a space, which no escape holds."""
    if at <= edge:
        return edge
    space = source.find(" ", at, at + _NEXT_WORD)
    return space if space >= 0 else at


def _find_pieces(source: str, low: int, high: int) -> Iterator[tuple[str, int, int]]:
    for match in _PIECE.finditer(source, low, high):
        if match[3]:
            shown = _CONTROL.get(match[3], match[3])
        elif match[1] or match[2]:
            shown = replace_surrogates(json.loads(f'"{match[0]}"'))
        else:
            shown = match[0]
        yield shown, match.start(), match.end()
