"""Slashes and at-signs that stand beside the name of a platform: what credits without a keyword are found by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .creditanchors import BRIEF, PLATFORM_CASES, PLATFORM_STARTS, Patience, any_of
from .creditforms import compile_once, one_of
from .credititems import account_before_platform
from .places import find_places, has_place

_PLATFORM_ENDS = frozenset(name[-3:] for name in PLATFORM_CASES if len(name) > 2)
_BEFORE_AT = frozenset(" /([（\xa0")
_PLATFORM_SIDE = frozenset(name[0] for name in BRIEF) | set(" \xa0")
_BRIEF_SIDE = frozenset(name[-1] for name in BRIEF) | set(" \xa0)）")
_SLASH = (
    rf"/(?:(?={any_of(_PLATFORM_SIDE)})|(?<={any_of(_BRIEF_SIDE)}/)"
    rf"|(?={any_of(start[0] for start in PLATFORM_STARTS)}){one_of(PLATFORM_STARTS)}"
    rf"|(?<={any_of(end[-1] for end in _PLATFORM_ENDS)}/)(?<={one_of(_PLATFORM_ENDS)}/))"
)
_ACCOUNT = re.compile(r"@(?<![\w@]@)")


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
        if _is_beside_name(text, at) and patience.lasts(at):
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
    for at in find_places(text, "@", _ACCOUNT):
        if _is_near_platform(text, at) and patience.lasts(at):
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
