"""Slashes and at-signs that stand beside the name of a platform: what credits without a keyword are found by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..places import find_places, has_place
from .anchors import BRIEF, PLATFORM_CASES, PLATFORM_STARTS, Patience, any_of
from .forms import WS, compile_once, one_of
from .items import account_before_platform
from .words import PLACES

_PLATFORM_ENDS = frozenset(name[-3:] for name in PLATFORM_CASES if len(name) > 2)
_BEFORE_AT = frozenset(" /([（\xa0")
_PLATFORM_SIDE = frozenset(name[0] for name in BRIEF) | set(" \xa0")
_BRIEF_SIDE = frozenset(name[-1] for name in BRIEF) | set(" \xa0)）")


def _at(place: int, names: frozenset[str]) -> str:
    """A class for the letters that stand there in names, and for all that is not ASCII: too many to tell apart fast."""
    others = set(map(chr, range(128))) - {name[place] for name in names}
    return f"[^{re.escape(''.join(sorted(others)))}]"


# The letters on either side rule most slashes out.
_THREE_AHEAD = "".join(_at(place, PLATFORM_STARTS) for place in range(3))
_THREE_BEHIND = "".join(_at(place, _PLATFORM_ENDS) for place in (-3, -2, -1))
_SLASH = (
    rf"/(?:(?={_at(0, _PLATFORM_SIDE | PLATFORM_STARTS)})"
    rf"(?:(?={any_of(_PLATFORM_SIDE)})|(?={_THREE_AHEAD}){one_of(PLATFORM_STARTS)})"
    rf"|(?<={_at(-1, _BRIEF_SIDE | _PLATFORM_ENDS)}/)"
    rf"(?:(?<={any_of(_BRIEF_SIDE)}/)|(?<=(?={_THREE_BEHIND}){one_of(_PLATFORM_ENDS)}/)))"
)
# What a platform's name ends in, two letters or the one that it has, before some blanks and brackets.
_PAIRS = one_of({end[-2:] for end in _PLATFORM_ENDS if end.isascii()})
_STARTS = one_of({start for start in PLATFORM_STARTS if start.isascii()})
_LAST = (
    rf"(?={_at(-2, _PLATFORM_ENDS)}{_at(-1, _PLATFORM_ENDS)})(?:{_PAIRS}|[^\x00-\x7f]{{2}})",
    _at(-1, BRIEF),
)
_GAP = r"[ /(\[（\xa0)）]"
_BEHIND_NAME = "|".join([*(f"(?<={last}{_GAP * gap}@)" for gap in (1, 2, 3) for last in _LAST), f"(?<={_GAP * 4}@)"])
# An account ends before what may join it to the name of a platform, or where the stretch that is looked at does.
_BEFORE_NAME = (
    rf"(?:[A-Za-z0-9_][A-Za-z0-9_.\\@-]*+|[^\W\d_A-Za-z]\w*+){WS}{{0,2}}+"
    r"(?=[\w'(,/\[|\]’／–—（-]|\Z)(?:['(,/\[|-](?!@)|\]\([^()\s]|(?![\x00-\x7f])[\w’／–—（]"
    rf"|{one_of(PLACES.split('|'))}\b|{one_of(BRIEF)}"
    rf"|(?={_at(0, PLATFORM_STARTS)}{_at(1, PLATFORM_STARTS)})(?:{_STARTS}|[^\x00-\x7f])|(?:\]?\(?|[A-Za-z]{{1,3}})\Z)"
)
_ACCOUNT = rf"@(?=[\w \t\xa0\u202f\u3000\u200e\u200f])(?<![\w@]@)(?:(?<={_GAP}@)(?:{_BEHIND_NAME})|(?={_BEFORE_NAME}))"


def has_slash(text: str) -> bool:
    """Whether there is any such slash, at the cost of one look at each.

    >>> has_slash("and/or"), has_slash("Somebody/X")
    (False, True)
    """
    return has_place(text, "/", compile_once(_SLASH))


def find_slashes(text: str) -> Iterator[int]:
    """Slashes that have what may be the name of a platform on one side.

    >>> list(find_slashes("and/or, Somebody/X"))
    [16]
    """
    patience = Patience()
    for at in find_places(text, "/", compile_once(_SLASH)):
        if not patience.is_spent(at) and _is_beside_name(text, at) and patience.lasts(at):
            yield at


def _is_beside_name(text: str, at: int) -> bool:
    if text[at - 1 : at] == "/" and _is_second(text, at):
        return False
    after, before = text[at + 1 : at + 4], text[at - 3 : at] if at > 2 else text[:at]
    return (
        after in PLATFORM_STARTS
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
    for at in find_places(text, "@", compile_once(_ACCOUNT)):
        if not patience.is_spent(at) and _is_near_platform(text, at) and patience.lasts(at):
            yield at


def _is_near_platform(text: str, at: int) -> bool:
    return (text[at - 1 : at] in _BEFORE_AT and _ends_name(text, at)) or account_before_platform(text, at)


def _opens_name(text: str, pos: int) -> bool:
    if text[pos : pos + 1] in (" ", "\xa0"):
        pos += 1
    return (
        text[pos : pos + 3] in PLATFORM_STARTS
        or (text[pos : pos + 2] in BRIEF)
        or (text[pos : pos + 1] in BRIEF and not text[pos + 1 : pos + 2].isalnum())
    )


def _ends_name(text: str, end: int) -> bool:
    tail = text[end - 6 if end > 6 else 0 : end].rstrip(" /([（\xa0)）")
    return tail[-3:] in _PLATFORM_ENDS or tail[-1:] in BRIEF or tail[-2:] in BRIEF
