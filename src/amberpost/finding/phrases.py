"""Residues that no handle in parentheses marks, found by words that only a platform's embed leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from ..footers import Footer, Phrase
from ..platforms import PHRASES
from .places import find_places, has_place

# So much of a text tells its language; a shorter one is searched for the words of all.
_HEAD = 1500


class _Pass(NamedTuple):
    """A phrase, and what it begins with behind the first character; several that begin alike are found in one pass."""

    phrase: Phrase
    rests: tuple[str, ...]


def _list_passes(phrases: Iterable[Phrase]) -> Iterator[_Pass]:
    for _, group in groupby(phrases, lambda one: one if one.pattern else (one.start[0], one.parse, one.words)):
        alike = list(group)
        yield _Pass(alike[0], tuple(one.start[1:] for one in alike))


_ANY_LANGUAGE = tuple(_list_passes(phrase for phrase in PHRASES if not phrase.words))
_QUICK = tuple(one for one in _ANY_LANGUAGE if one.phrase.start != "/")
_ONE_LANGUAGE = tuple(_list_passes(phrase for phrase in PHRASES if phrase.words))
SLASH = re.compile("|".join(phrase.pattern.pattern for phrase in PHRASES if phrase.pattern and phrase.start == "/"))
"""The slashes of all such words: where addresses are looked for, they are found in the same pass."""


def find_phrases(source: str) -> Iterator[Footer]:
    """Find such residues, those of each platform in order.

    >>> [footer.name for footer in find_phrases("Ice.\\n\\nPosted by Ann Lee on\\u00a0Monday, September 12, 2016")]
    ['Ann Lee']
    """
    for one in _find_wanted(source):
        for at in _find_starts(source, one):
            footer = one.phrase.parse(source, at)
            if footer:
                yield footer


def has_phrase(source: str) -> bool:
    """Tell whether a text may hold such a residue, but for those with a slash.

    >>> has_phrase("Posted by noon, it came at three."), has_phrase("Nothing here.")
    (True, False)
    """
    for one in _QUICK:
        if one.phrase.beside in source and _has_one(source, one):
            return True
    if _is_english(source):
        return False
    return any(_has_one(source, one) for one in _find_wanted(source) if one.phrase.words)


def _is_english(source: str) -> bool:
    """Tell whether a text is English, and has nothing that an embed in any language may have brought.

    That is a hard blank, which whoever makes blanks even takes away: then the site's name is a sign.
    """
    return source.find(" the ", 0, 2 * _HEAD) >= 0 and "\u00a0" not in source and "acebook" not in source


def _has_one(source: str, one: _Pass) -> bool:
    if one.phrase.pattern:
        return has_place(source, one.phrase.start, one.phrase.pattern)
    return next(_find_words(source, one), None) is not None


def _find_wanted(source: str) -> Iterator[_Pass]:
    """What to look for: each is a pass over the text, so what cannot be there for its language is left out."""
    for one in _ANY_LANGUAGE:
        if one.phrase.beside in source:
            yield one
    if not _is_english(source):
        is_open = len(source) < _HEAD or "\u00a0" in source or "acebook" in source
        for one in _ONE_LANGUAGE:
            if one.phrase.beside in source and (is_open or _is_in_language(source, one.phrase)):
                yield one


def _is_in_language(source: str, phrase: Phrase) -> bool:
    return any(source.find(word, 0, _HEAD) >= 0 for word in phrase.words)


def _find_starts(source: str, one: _Pass) -> Iterator[int]:
    """Find where a phrase may begin."""
    if one.phrase.pattern:
        return find_places(source, one.phrase.start, one.phrase.pattern)
    return _find_words(source, one)


def _find_words(text: str, one: _Pass) -> Iterator[int]:
    """Find where these words stand, leaping from each of their first character, a rare one, to the next.

    For such words this is twice as fast as a search for them: that compares at every few characters.
    """
    first, rests = one.phrase.start[0], one.rests
    at = text.find(first)
    while at >= 0:
        if text.startswith(rests, at + 1):
            yield at
        at = text.find(first, at + 1)
