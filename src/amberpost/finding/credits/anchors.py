"""Where a credit may be: places of one rare character whose neighbours fit, found at the speed of `str.find`.

An ordinary article has some eighty of these characters, so that a miss must cost no more than a slice and a set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..places import APART, leap, list_places
from .forms import LINE_TAKEN, compile_once, one_of
from .words import KEYWORD_FORMS, OPENING_FORMS, PLATFORM_OF, PLATFORMS, SHORT

LOOKS = 6
"""Close looks in 256 characters, for each kind of anchor: marks that stand thicker are no line of credits."""


def cases_of(forms: set[str]) -> frozenset[str]:
    """The forms in the cases that printed lines have, so that a slice of the text is looked up and never folded.

    >>> sorted(cases_of({"via"}))
    ['VIA', 'Via', 'via']
    """
    return frozenset(
        case for form in forms for case in (form, form.title(), form.capitalize(), form.upper(), form.lower())
    )


PLATFORM_CASES = cases_of(set(PLATFORM_OF)) | set(SHORT)
_KEYS = cases_of(set(KEYWORD_FORMS))
PLATFORM_STARTS = frozenset(name[:3] for name in PLATFORM_CASES if len(name) > 2)
BRIEF = frozenset(name for name in PLATFORM_CASES if len(name) < 3)


# How a line may begin that holds nothing but a platform: with its name, or with marks of emphasis and that.
_EMPHASIZED = {mark + name[: 3 - len(mark)] for mark in ("*", "_", "**", "__") for name in PLATFORM_CASES}
LINE_STARTS = PLATFORM_STARTS | _EMPHASIZED | {f"{name} "[:2] for name in BRIEF}


def any_of(characters: Iterable[str]) -> str:
    """A class for these characters in a pattern; in one order, so that runs of Python compile the same pattern.

    >>> any_of("ba-b")
    '[\\\\-ab]'
    """
    return f"[{re.escape(''.join(sorted(set(characters))))}]"


# The ends of keywords, one of two letters with what may stand before it; blanks and marks may follow.
_BLANK_ENDS = frozenset(" \xa0*_")
_ENDS = frozenset(key[-3:] for key in _KEYS if len(key) > 2)
_SHORT_ENDS = frozenset(before + key for key in _KEYS if len(key) == 2 for before in " \n\xa0([|*_>")
_ENDS |= _SHORT_ENDS
_LONG_ENDS = frozenset(key[-size:] for key in _KEYS for size in (4, 5) if len(key) == size or len(key) > size == 5)
_LOOSE_ENDS = frozenset(key[-1] for key in _KEYS if key[-1] > "\u2e7f") | _BLANK_ENDS
# Where colons stand thick a pattern leaps over those that are behind no two letters of a keyword's end.
_LAST_TWO = "".join(any_of(end[at] for end in _ENDS) for at in (-2, -1))
_COLON = f"(?:(?<={any_of(_LOOSE_ENDS)}.)|(?<={_LAST_TWO}.))"
_OPENING_KEYS = cases_of(set(OPENING_FORMS))
_BLANKS = frozenset(' \xa0*_[|"')
_BULLETS = "-–—▲※•"
_FIRST = _BLANKS | frozenset(key[0] for key in _OPENING_KEYS if key[0] > "\u2e7f") | frozenset(_BULLETS)
_KEY_STARTS = frozenset(key[:3] for key in _OPENING_KEYS)
_STARTS = {key[:5] for key in _OPENING_KEYS if len(key) > 2 or key[0] > "\u2e7f"}
_SHORT_KEYS = {key for key in _OPENING_KEYS if len(key) < 3 and key[0] < "\u2e7f"}
_KEY_HERE = f"(?:{one_of(_STARTS)}|{one_of(_SHORT_KEYS)}(?!\\w))"
_LINE_STARTS = {key.capitalize()[:5] for key in OPENING_FORMS if len(key) > 2 or key[0] > "\u0590"}
_LINE_STARTS |= {"fot", "via", "zdj"}
_LATIN_LINE = one_of(start for start in _LINE_STARTS if start[0].isascii())
_OTHER_LINE = one_of(start for start in _LINE_STARTS if not start[0].isascii())
# A platform may stand there with what was taken from it, and nothing else: `Facebook photo`.
_PRINTED = {name[:5] for name in PLATFORM_CASES.union(*PLATFORMS.values()) if name[0].isupper() or name[0] > "\x7f"}
_TAKEN_HERE = rf"(?=[^\n]{{0,20}}?{LINE_TAKEN})"
_LATIN_TAKEN = one_of(name for name in _PRINTED if name[0].isascii()) + _TAKEN_HERE
_OTHER_TAKEN = one_of(name for name in _PRINTED if not name[0].isascii()) + _TAKEN_HERE
_NAMED_FIRST = f"{_LATIN_TAKEN}|{_OTHER_TAKEN}"
_LINE = (
    rf"\n(?=[A-Zfvz *_\[\x80-\u200f\u2010-\u2017\u2020-\U0010ffff-])(?:[ *_\[]|{_LATIN_LINE}|{_LATIN_TAKEN}"
    rf"|(?=[\x80-\U0010ffff-])(?:{_OTHER_LINE}|{_OTHER_TAKEN}|[{_BULLETS}] ?(?:{_LATIN_LINE}|{_OTHER_LINE})))"
)
# Signs that are keywords by themselves.
_SIGNS = "📷📸📹🎥"
_COPYRIGHT = "©ⓒ"
_OPENINGS = "[|(（" + _COPYRIGHT
# In parentheses a platform may stand alone.
_PLATFORM_HERE = f"(?:(?i:{one_of({name[:5] for name in PLATFORM_OF})})|{one_of(SHORT)}|公式|本人|官方|공식)"
_HERE = f"{_KEY_HERE}|{_PLATFORM_HERE}"
_INSIDE = _KEY_STARTS | PLATFORM_STARTS
_BRIEFLY = frozenset(name[:2] for name in BRIEF | _SHORT_KEYS if len(name) > 1) | frozenset("公本官공")
_BRIEFLY |= frozenset(f"X{behind}" for behind in " /:@（(よ")
_LOOSE_INSIDE = (
    _FIRST | frozenset(map(chr, range(0x41, 0x5B))) | frozenset(map(chr, range(0xC0, 0xDF))) | frozenset("公本官공")
)
_FIRST_TWO = "".join(any_of(start[at] for start in _INSIDE if len(start) > 1) for at in (0, 1))
_BEFORE = f"(?={any_of(_LOOSE_INSIDE)}|{_FIRST_TWO})"
_BRACKET = {mark: re.escape(mark) + _BEFORE for mark in _OPENINGS}
_SIGN = rf"\ufe0f?(?=[ \xa0:]{{0,2}}(?:[@＠]|{_PLATFORM_HERE}))"


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

    def is_spent(self, at: int) -> bool:
        """Whether no more looks are allowed there, for which what they are for need not be known."""
        return at >> 8 == self._block and self._left < 1


def list_colons(text: str) -> list[int]:
    """Colons (in Korean also equals signs) behind what ends like a keyword.

    >>> list_colons("Photo: A at 10:30, https://b")
    [5]
    """
    places = _list_colons(text, ":")
    if not text.isascii():
        for mark in "：=＝":
            if mark in text:
                places += _list_colons(text, mark)
    return places


def _list_colons(text: str, mark: str) -> list[int]:
    find = text.find
    places: list[int] = []
    at = find(mark)
    while 0 <= at < 3:
        places += [at] if at and _is_behind_key(text, at) else []
        at = find(mark, at + 1)
    while at >= 0:
        if (text[at - 3 : at] in _ENDS or text[at - 1 : at] in _LOOSE_ENDS) and _is_behind_key(text, at):
            places.append(at)
            last, at = at, find(mark, _behind(places, at))
        else:
            last, at = at, find(mark, at + 1)
        if 0 < at < last + APART:
            at = leap(text, mark, compile_once(mark + _COLON), at)
    return places


def _behind(places: list[int], at: int) -> int:
    """Where to look on: behind the block of the place at `at` when it has had its looks."""
    full = len(places) >= LOOKS and places[-LOOKS] >> 8 == at >> 8
    return ((at >> 8) + 1) << 8 if full else at + 1


def _is_behind_key(text: str, at: int) -> bool:
    tail = text[at - 5 : at] if at > 4 else text[:at].rjust(5)
    if tail[2:] in _ENDS:
        whole = tail[2:] in _SHORT_ENDS or not tail[1].isalpha()
        return whole or tail in _LONG_ENDS or (tail[1:] in _LONG_ENDS and not tail[0].isalpha())
    if tail[4] in _BLANK_ENDS:
        return tail[3] in _BLANK_ENDS or (at > 1 and _is_behind_key(text, at - 1))
    return tail[4] in _LOOSE_ENDS


def list_openings(text: str) -> list[int]:
    """Beginnings of lines and brackets, and copyright signs, that may be followed by a keyword.

    >>> list_openings("(Screenshot via X)")
    [1]
    """
    places = [0] if _may_open(text) else []
    if line := compile_once(_LINE).search(text):
        places += _find_lines(text, line)
    for mark in "([|" if text.isascii() else _OPENINGS:
        if mark in text:
            places += _list_brackets(text, mark)
    if not text.isascii():
        for sign in _SIGNS:
            if sign in text:
                places += list_places(text, sign, compile_once(sign + _SIGN), most=LOOKS)
    return places


def _may_open(text: str) -> bool:
    """Whether a credit may stand at the very beginning."""
    if text[:1] in _FIRST or (text[:3] in _KEY_STARTS and compile_once(_HERE).match(text)):
        return True
    return (text[:3] in PLATFORM_STARTS or text[:2] in _BRIEFLY) and compile_once(_NAMED_FIRST).match(text) is not None


def _list_brackets(text: str, mark: str) -> list[int]:
    find = text.find
    places: list[int] = []
    at = find(mark)
    while at >= 0:
        if (text[at + 1 : at + 4] in _INSIDE or text[at + 1 : at + 2] in _LOOSE_INSIDE) and _is_before_key(text, at):
            places.append(at + (mark not in _COPYRIGHT))
            last, at = at, find(mark, _behind(places, at))
        else:
            last, at = at, find(mark, at + 1)
        if 0 < at < last + APART:
            at = leap(text, mark, compile_once(_BRACKET[mark]), at)
    return places


def _is_before_key(text: str, at: int) -> bool:
    head = text[at + 1 : at + 4]
    if head[:1] in _FIRST or (head[:1].isupper() and " via " in text[at + 4 : at + 48]):
        return True
    return (head in _INSIDE or head[:2] in _BRIEFLY or head[:1] in _BRIEFLY) and compile_once(_HERE).match(
        text, at + 1
    ) is not None


def _find_lines(text: str, line: re.Match[str] | None) -> Iterator[int]:
    patience = Patience()
    while line:
        if patience.lasts(line.start()):
            yield line.start() + 1
        line = compile_once(_LINE).search(text, line.start() + 1)
