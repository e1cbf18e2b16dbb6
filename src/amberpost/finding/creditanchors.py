"""Where a credit may be: places of one rare character whose neighbours fit, found at the speed of `str.find`.

An ordinary article has some eighty of these characters, so that a miss must cost no more than a slice and a set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .credititems import account_before_platform, one_of
from .creditwords import KEYWORD_FORMS, PLATFORM_OF, SHORT

LOOKS = 6
"""Close looks in 256 characters, for each kind of anchor: marks that stand thicker are no line of credits."""


def _cases(forms: set[str]) -> frozenset[str]:
    return frozenset(
        case for form in forms for case in (form, form.title(), form.capitalize(), form.upper(), form.lower())
    )


_PLATFORMS = _cases(set(PLATFORM_OF)) | set(SHORT)
_KEYS = _cases(set(KEYWORD_FORMS))
_PLATFORM_STARTS = frozenset(name[:3] for name in _PLATFORMS if len(name) > 2)
_PLATFORM_ENDS = frozenset(name[-3:] for name in _PLATFORMS if len(name) > 2)
_BRIEF = frozenset(name for name in _PLATFORMS if len(name) < 3)
_KEY_STARTS = frozenset(key[:3] for key in _KEYS)
_KEY_ENDS = frozenset(key[-3:] for key in _KEYS if len(key) > 2)
_KEY_LAST = frozenset(key[-1] for key in _KEYS) | set(" \xa0*_")
_CLOSE = frozenset(" \xa0*_") | frozenset(key[-1] for key in _KEYS if key[-1] > "\u2e7f")
_BEFORE_AT = frozenset(" /([（\xa0")
_BLANKS = frozenset(' \xa0*_[|"')
_PLATFORM_SIDE = frozenset(name[0] for name in _BRIEF) | set(" \xa0")
_BRIEF_SIDE = frozenset(name[-1] for name in _BRIEF) | set(" \xa0)）")
_LINE_STARTS = {key.capitalize()[:3] for key in KEYWORD_FORMS if len(key) > 2 and key[0] < "\u0590"} | {"fot", "via"}
_LINE_LETTERS = re.escape("".join(sorted({start[0] for start in _LINE_STARTS})))
_LINE = re.compile(rf"\n(?=[{_LINE_LETTERS} *_\[])(?:[ *_\[]|(?={one_of(_LINE_STARTS)}))")


class Patience:
    """Allows so many close looks in each block of the text, which bounds the time on any input."""

    def __init__(self) -> None:
        self._block, self._left = -1, 0

    def lasts(self, at: int) -> bool:
        """Whether one more look is allowed at this place; places must come in order."""
        if at >> 8 != self._block:
            self._block, self._left = at >> 8, LOOKS
        self._left -= 1
        return self._left >= 0


def find_colons(text: str) -> Iterator[int]:
    """Colons (in Korean also equals signs) behind what ends like a keyword.

    >>> list(find_colons("Photo: A at 10:30, https://b"))
    [5]
    """
    for mark in ":" if text.isascii() else ":：=":
        patience = Patience()
        at = text.find(mark)
        while at >= 0:
            last = text[at - 1 : at]
            if last in _KEY_LAST and (last in _CLOSE or text[at - 3 : at] in _KEY_ENDS) and patience.lasts(at):
                yield at
            at = text.find(mark, at + 1)


def find_openings(text: str) -> Iterator[int]:
    """Beginnings of lines and brackets, and copyright signs, that may be followed by a keyword.

    >>> list(find_openings("(Screenshot via X)"))
    [1]
    """
    if text[:3] in _KEY_STARTS or text[:1] in _BLANKS:
        yield 0
    patience = Patience()
    yield from (at.end() for at in _LINE.finditer(text) if patience.lasts(at.start()))
    for mark in "([" if text.isascii() else "([（©":
        patience = Patience()
        at = text.find(mark)
        while at >= 0:
            if (text[at + 1 : at + 4] in _KEY_STARTS or text[at + 1 : at + 2] in _BLANKS) and patience.lasts(at):
                yield at + (mark != "©")
            at = text.find(mark, at + 1)


def find_slashes(text: str) -> Iterator[int]:
    """Slashes that have what may be the name of a platform on one side.

    >>> list(find_slashes("and/or, Somebody/X"))
    [16]
    """
    patience = Patience()
    at = text.find("/")
    while at >= 0:
        after, before = text[at + 1 : at + 4], text[at - 3 : at] if at > 2 else text[:at]
        near = after in _PLATFORM_STARTS or (after[:1] in _PLATFORM_SIDE and _opens_name(text, at + 1))
        near = near or before in _PLATFORM_ENDS or (before[-1:] in _BRIEF_SIDE and _ends_name(text, at))
        if near and patience.lasts(at):
            yield at
        at = text.find("/", at + (2 if after[:1] == "/" else 1))


def find_accounts(text: str) -> Iterator[int]:
    """At-signs of accounts with what may be a platform before or behind.

    >>> list(find_accounts("@somebody/X, mail@example.com"))
    [0]
    """
    patience = Patience()
    at = text.find("@")
    while at >= 0:
        before = text[at - 1 : at]
        near = (before in _BEFORE_AT and _ends_name(text, at)) or (
            not before.isalnum() and before not in ("_", "@") and account_before_platform(text, at)
        )
        if near and patience.lasts(at):
            yield at
        at = text.find("@", at + 1)


def _opens_name(text: str, pos: int) -> bool:
    if text[pos : pos + 1] in (" ", "\xa0"):
        pos += 1
    return (
        text[pos : pos + 3] in _PLATFORM_STARTS
        or (text[pos : pos + 2] in _BRIEF)
        or (text[pos : pos + 1] in _BRIEF and not text[pos + 1 : pos + 2].isalnum())
    )


def _ends_name(text: str, end: int) -> bool:
    tail = text[end - 6 if end > 6 else 0 : end].rstrip(" /([（\xa0)）")
    return tail[-3:] in _PLATFORM_ENDS or tail[-1:] in _BRIEF or tail[-2:] in _BRIEF
