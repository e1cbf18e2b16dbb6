"""Markup left in extracted text: embeds that an extractor or a feed kept as HTML, plain or with brackets escaped."""

from __future__ import annotations

import re
from dataclasses import replace

from ..models import Sighting
from .html import Looked, look_over
from .places import has_place

_TAG = re.compile(
    r"<(?:(?:blockquote|iframe|div|figure|section|p|a|embed|object|script)\b|[a-z]{2,12}-)", re.IGNORECASE
)
_ESCAPED = ("&lt;blockquote", "&lt;iframe", "&lt;div", "\\u003cblockquote", "\\u003Cblockquote", "\\u003ciframe")
# What stands before an address that markup or a shortcode holds, and not a line of text, nor its mark of quotation.
_HELD = re.compile(r"(?:[\w\"'/-]\s*>|\]|\]\s*=)\s*\Z")
_NEAR = 40


def has_markup(source: str) -> bool:
    """Tell whether a text holds what embeds are made of, at the cost of a scan for the one sign.

    >>> has_markup("a < b"), has_markup("Then: <iframe src=…>")
    (False, True)
    """
    if "<" in source and has_place(source, "<", _TAG):
        return True
    return ("&lt;" in source or "\\u003" in source) and any(opening in source for opening in _ESCAPED)


def find_leftovers(source: str) -> Looked:
    """Find the embeds that stand in a text as markup; an address alone on its line is none of them.

    >>> len(find_leftovers('Said: <iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>').sightings)
    1
    """
    looked = look_over(source)
    held = (one for one in looked.sightings if one.rule != "permalink-alone" or _is_held(source, one))
    kept = [_without_words(source, one) if "cut-short" in one.flags else one for one in held]
    return Looked(kept, [(one.start, one.end) for one in kept], [], [], looked.shortfalls)


def _without_words(source: str, sighting: Sighting) -> Sighting:
    """An embed that nobody closed, ended behind its last tag: what follows are the article's words."""
    end = source.rfind(">", sighting.start, sighting.end) + 1
    return replace(sighting, end=end) if end > sighting.start else sighting


def _is_held(source: str, sighting: Sighting) -> bool:
    return source.startswith("<", sighting.start) or bool(
        _HELD.search(source[max(0, sighting.start - _NEAR) : sighting.start])
    )
