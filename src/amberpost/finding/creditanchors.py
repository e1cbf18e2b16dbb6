"""Where a credit may be: places of one rare character whose neighbours fit, found at the speed of `str.find`.

An ordinary article has some eighty of these characters, so that a miss must cost no more than a slice and a set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .credititems import account_before_platform, compile_once, one_of
from .creditwords import KEYWORD_FORMS, OPENING_FORMS, PLATFORM_OF, SHORT
from .places import find_places, list_places

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
_KEY_STARTS = frozenset(key[:3] for key in _cases(set(OPENING_FORMS)))
_KEY_ENDS = frozenset(key[-3:] for key in _KEYS if len(key) > 2)
_KEY_LAST = frozenset(key[-1] for key in _KEYS) | set(" \xa0*_")
_CLOSE = frozenset(" \xa0*_") | frozenset(key[-1] for key in _KEYS if key[-1] > "\u2e7f")
_BEFORE_AT = frozenset(" /([（\xa0")
_BLANKS = frozenset(' \xa0*_[|"')
_PLATFORM_SIDE = frozenset(name[0] for name in _BRIEF) | set(" \xa0")
_BRIEF_SIDE = frozenset(name[-1] for name in _BRIEF) | set(" \xa0)）")
_LINE_STARTS = {key.capitalize()[:3] for key in OPENING_FORMS if len(key) > 2 and key[0] < "\u0590"} | {"fot", "via"}
_LINE_LETTERS = re.escape("".join(sorted({start[0] for start in _LINE_STARTS})))
_LINE = re.compile(rf"\n(?=[{_LINE_LETTERS} *_\[])(?:[ *_\[]|(?={one_of(_LINE_STARTS)}))")


def _any_of(characters: Iterable[str]) -> str:
    return f"[{re.escape(''.join(sorted(set(characters))))}]"


# Marks with the neighbours they need, so that a pattern passes the others over.
_LATIN_ENDS = {end for end in _KEY_ENDS if end[-1] < "\u0250"}
_OTHER_LAST = _any_of(end[-1] for end in _KEY_ENDS - _LATIN_ENDS)
_BEHIND_KEY = (
    rf"(?<={_any_of(_KEY_LAST)}.)(?:(?<={_any_of(_CLOSE)}.)|(?<={one_of(_LATIN_ENDS)}.)"
    rf"|(?<={_OTHER_LAST}.)(?<={one_of(_KEY_ENDS - _LATIN_ENDS)}.))"
)
_COLONS = {mark: mark + _BEHIND_KEY for mark in ":：="}
_BRIEF_STARTS = {start for start in _KEY_STARTS if len(start) < 3}
_KEY_FIRST = _any_of(start[0] for start in _KEY_STARTS)
_BEFORE_KEY = (
    rf"(?:(?={_any_of(_BLANKS)})"
    rf"|(?={_KEY_FIRST})(?:(?={one_of(_KEY_STARTS - _BRIEF_STARTS)})|(?={one_of(_BRIEF_STARTS)}\Z)))"
)
# Signs that are keywords by themselves.
_SIGNS = "©📷📸📹🎥"
_OPENINGS = {mark: re.escape(mark) + _BEFORE_KEY for mark in "([（©"}
_OPENINGS |= {mark: rf"{mark}\ufe0f?(?=[ \xa0:]{{0,2}}[@＠])" for mark in _SIGNS[1:]}
_SLASH = (
    rf"/(?:(?={_any_of(_PLATFORM_SIDE)})|(?<={_any_of(_BRIEF_SIDE)}/)"
    rf"|(?={_any_of(start[0] for start in _PLATFORM_STARTS)}){one_of(_PLATFORM_STARTS)}"
    rf"|(?<={_any_of(end[-1] for end in _PLATFORM_ENDS)}/)(?<={one_of(_PLATFORM_ENDS)}/))"
)
_ACCOUNT = re.compile(r"@(?<![\w@]@)")


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


def _list_near(text: str, mark: str, pattern: str) -> list[int]:
    return list_places(text, mark, compile_once(pattern), most=LOOKS)


def list_colons(text: str) -> list[int]:
    """Colons (in Korean also equals signs) behind what ends like a keyword.

    >>> list_colons("Photo: A at 10:30, https://b")
    [5]
    """
    marks = ":" if text.isascii() else ":：="
    return [at for mark in marks if mark in text for at in _list_near(text, mark, _COLONS[mark])]


def list_openings(text: str) -> list[int]:
    """Beginnings of lines and brackets, and copyright signs, that may be followed by a keyword.

    >>> list_openings("(Screenshot via X)")
    [1]
    """
    places = [0] if text[:3] in _KEY_STARTS or text[:1] in _BLANKS else []
    if line := _LINE.search(text):
        places += _find_lines(text, line)
    for mark in "([" if text.isascii() else "([（" + _SIGNS:
        if mark in text:
            places += [at + (mark not in _SIGNS) for at in _list_near(text, mark, _OPENINGS[mark])]
    return places


def _find_lines(text: str, line: re.Match[str] | None) -> Iterator[int]:
    patience = Patience()
    while line:
        if patience.lasts(line.start()):
            yield line.end()
        line = _LINE.search(text, line.end())


def find_slashes(text: str) -> Iterator[int]:
    """Slashes that have what may be the name of a platform on one side.

    >>> list(find_slashes("and/or, Somebody/X"))
    [16]
    """
    patience = Patience()
    for at in find_places(text, "/", compile_once(_SLASH)):
        if _is_beside_name(text, at) and patience.lasts(at):
            yield at


def _is_beside_name(text: str, at: int) -> bool:
    if text[at - 1 : at] == "/" and _is_second(text, at):
        return False
    after, before = text[at + 1 : at + 4], text[at - 3 : at] if at > 2 else text[:at]
    return (
        after in _PLATFORM_STARTS
        or (after[:1] in _PLATFORM_SIDE and _opens_name(text, at + 1))
        or before in _PLATFORM_ENDS
        or (before[-1:] in _BRIEF_SIDE and _ends_name(text, at))
    )


def _is_second(text: str, at: int) -> bool:
    """Whether the slash ends a pair, which counts as one, counted from where the run of slashes begins."""
    begin = at
    while begin and text[begin - 1] == "/":
        begin -= 1
    return (at - begin) % 2 == 1


def find_accounts(text: str) -> Iterator[int]:
    """At-signs of accounts with what may be a platform before or behind.

    >>> list(find_accounts("@somebody/X, mail@example.com"))
    [0]
    """
    patience = Patience()
    for at in find_places(text, "@", _ACCOUNT):
        if _is_near_platform(text, at) and patience.lasts(at):
            yield at


def _is_near_platform(text: str, at: int) -> bool:
    return (text[at - 1 : at] in _BEFORE_AT and _ends_name(text, at)) or account_before_platform(text, at)


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
