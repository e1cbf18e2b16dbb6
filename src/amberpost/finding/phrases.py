"""Residues that no handle in parentheses marks, found by words that only a platform's embed leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..footers import Footer, Phrase
from ..platforms import PHRASES
from .places import find_places, has_place

# So much of a text tells its language; a shorter one is searched for the words of all.
_HEAD = 1500
_ANY_LANGUAGE = tuple(phrase for phrase in PHRASES if not phrase.words)
_QUICK = tuple(phrase for phrase in _ANY_LANGUAGE if phrase.start != "/")
_ONE_LANGUAGE = tuple(phrase for phrase in PHRASES if phrase.words)
SLASH = re.compile("|".join(phrase.pattern.pattern for phrase in PHRASES if phrase.pattern and phrase.start == "/"))
"""The slashes of all such words: where addresses are looked for, they are found in the same pass."""


def find_phrases(source: str) -> Iterator[Footer]:
    """Find such residues, those of each platform in order.

    >>> [footer.name for footer in find_phrases("Ice.\\n\\nPosted by Ann Lee on\\u00a0Monday, September 12, 2016")]
    ['Ann Lee']
    """
    for phrase in _find_wanted(source):
        start, pattern = phrase.start, phrase.pattern
        for at in find_places(source, start, pattern) if pattern else _find_words(source, start):
            footer = phrase.parse(source, at)
            if footer:
                yield footer


def has_phrase(source: str) -> bool:
    """Tell whether a text may hold such a residue, but for those with a slash.

    >>> has_phrase("Posted by noon, it came at three."), has_phrase("Nothing here.")
    (True, False)
    """
    for phrase in _QUICK:
        if phrase.beside in source and _has_one(source, phrase):
            return True
    if _is_english(source):
        return False
    return any(_has_one(source, phrase) for phrase in _find_wanted(source) if phrase.words)


def _is_english(source: str) -> bool:
    """Tell whether a text is English, and has no hard blank, which an embed in any language may have brought."""
    return source.find(" the ", 0, 2 * _HEAD) >= 0 and "\u00a0" not in source


def _has_one(source: str, phrase: Phrase) -> bool:
    if phrase.pattern:
        return has_place(source, phrase.start, phrase.pattern)
    return next(_find_words(source, phrase.start), None) is not None


def _find_wanted(source: str) -> Iterator[Phrase]:
    """What to look for: each is a pass over the text, so what cannot be there for its language is left out."""
    for phrase in _ANY_LANGUAGE:
        if phrase.beside in source:
            yield phrase
    has_hard_blank = "\u00a0" in source
    if not _is_english(source):
        for phrase in _ONE_LANGUAGE:
            if has_hard_blank or len(source) < _HEAD or any(source.find(word, 0, _HEAD) >= 0 for word in phrase.words):
                yield phrase


def _find_words(text: str, words: str) -> Iterator[int]:
    """Find where these words stand, leaping from each of their first character, a rare one, to the next.

    For such words this is twice as fast as a search for them: that compares at every few characters.
    """
    first, rest = words[0], words[1:]
    at = text.find(first)
    while at >= 0:
        if text.startswith(rest, at + 1):
            yield at
        at = text.find(first, at + 1)
