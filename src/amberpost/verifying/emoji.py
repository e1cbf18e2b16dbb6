"""Emoji, which extractors lose, for they are pictures on the page, or spell by their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_EMOJI = re.compile(
    "[\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
# What stands where an emoji was: a name between colons, or the sign for a character that is lost.
_STAND_IN = re.compile(r":[a-z][a-z0-9_+-]{1,40}:|[\ufffd\u25a1\u25a0]")


def has_emoji(text: str) -> bool:
    return _EMOJI.search(text) is not None


def drop_emoji(text: str) -> str:
    """Take emoji out, and what stands for them where an extractor could not show them.

    >>> drop_emoji("rain 🌧 again :umbrella:").split()
    ['rain', 'again']
    """
    return _STAND_IN.sub("\n", _EMOJI.sub("\n", text)).strip()


def name_emoji(text: str) -> str:
    """Put the Unicode names of emoji in their place, as a picture's alternative text has them.

    >>> name_emoji("rain 🌧")
    'rain \\nCloud with rain\\n'
    """
    return _EMOJI.sub(lambda run: "\n".join(["", *map(_name, run[0]), ""]), text)


def has_fewer(printed: str, told: str) -> bool:
    """Whether the first has some of the other's emoji, each in its place, and no others.

    >>> has_fewer("rain ☔", "🌧 rain ☔"), has_fewer("☔ rain", "🌧 rain ☔"), has_fewer("rain", "rain")
    (True, False, False)
    """
    ours, theirs = list(_find_places(printed)), list(_find_places(told))
    left = iter(theirs)
    return len(ours) < len(theirs) and all(place in left for place in ours)


def _find_places(text: str) -> Iterator[tuple[int, str]]:
    """Each emoji, and how many other signs stand before it."""
    before = at = 0
    for run in _EMOJI.finditer(text):
        before += len("".join(text[at : run.start()].split()))
        at = run.end()
        yield from ((before, sign) for sign in run[0])


def _name(sign: str) -> str:
    return unicodedata.name(sign, "").capitalize()
