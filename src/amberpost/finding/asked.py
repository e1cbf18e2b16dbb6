"""What the callers of `find` ask for: kinds and platforms by their names, and advice where there is no such thing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import get_args

from ..models import Kind, Problem, ReadError
from ..platforms import BY_ID
from .credits.words import PLATFORMS, platform_of

KINDS = get_args(Kind)
KNOWN = frozenset({*BY_ID, *PLATFORMS, "unknown"})  # of an account in a credit nobody may know where it is


def check_wanted(kind: Collection[str] | None, platform: Collection[str] | None) -> None:
    """Raise a `ReadError` for a kind or platform that nobody knows, of which nothing would ever be found.

    >>> check_wanted(["embed"], "x")
    Traceback (most recent call last):
    amberpost.models.ReadError: no platform is called 'x': say 'twitter'
    """
    for name in list_names(kind) or ():
        if name not in KINDS:
            raise ReadError(f"no kind is called {name!r}: it is one of {', '.join(KINDS)}")
    for name in list_names(platform) or ():
        if name not in KNOWN:
            meant = _guess_platform(name)
            advice = f"say {meant!r}" if meant else f"it is one of {', '.join(sorted(KNOWN))}"
            raise ReadError(f"no platform is called {name!r}: {advice}")


def list_names(names: Collection[str] | None) -> tuple[str, ...] | None:
    """The names that were asked for: of one string, which is a collection of letters to Python, the one name.

    >>> list_names("embed"), list_names({"embed"}), list_names(None)
    (('embed',), ('embed',), None)
    """
    return (names,) if isinstance(names, str) else None if names is None else tuple(names)


def _guess_platform(name: object) -> str | None:
    """The platform that is printed so: X, Twitter."""
    if not isinstance(name, str):
        return None
    return name.lower() if name.lower() in KNOWN else platform_of(name) or platform_of(name.upper())


def describe_stranger(article: object) -> str:
    """What to do with something that is no article.

    >>> describe_stranger(7)
    "find takes a string or an Article, not 'int': amberpost.read(PATH) gives the articles of files"
    """
    name = type(article).__name__
    if isinstance(article, Problem):
        return f"a Problem is no article: read() gives these too, pass over what isinstance(it, Problem) ({article})"
    if isinstance(article, Iterable) and not isinstance(article, bytes):
        return f"find takes one article, not {name!r}: give it each by itself"
    return f"find takes a string or an Article, not {name!r}: amberpost.read(PATH) gives the articles of files"


def wanted_kinds(kind: tuple[str, ...] | None, *, mentions: bool) -> frozenset[str]:
    """The kinds that are looked for: mentions only where they are asked for, by name or by the flag.

    >>> sorted(wanted_kinds(("link",), mentions=True)), "mention" in wanted_kinds(None, mentions=False)
    (['link', 'mention'], False)
    """
    if kind is not None:
        return frozenset((*kind, "mention") if mentions else kind)
    return frozenset({"embed", "link", "credit", "mention"} if mentions else {"embed", "link", "credit"})
