"""What the options of an archive may be: what cannot be is said when it is opened, not in the middle of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from numbers import Integral, Real
from types import MappingProxyType
from typing import NamedTuple, get_args

from ..models import ArchiveError
from .politeness.shards import Shard
from .posts.learning import Media
from .posts.planning import Wayback


class _Rule(NamedTuple):
    """What an option has to be, and what to say of one that is not."""

    fits: Callable[[object], bool]
    advice: str


def _is_number(value: object, *, least: float, kind: type = Real) -> bool:
    """Whether a value is a number, not below the least; True and nan are none."""
    return isinstance(value, kind) and not isinstance(value, bool) and bool(value >= least)  # type: ignore[operator]


def _is_ports(value: object) -> bool:
    return isinstance(value, Collection) and all(_AMOUNT.fits(port) and port < 65536 for port in value)


def _one_of(words: tuple[str, ...]) -> _Rule:
    return _Rule(lambda value: isinstance(value, str) and value in words, f"give {', '.join(map(repr, words))}")


def _or_none(rule: _Rule) -> _Rule:
    return _Rule(lambda value: value is None or rule.fits(value), f"{rule.advice}, or None")


_SWITCH = _Rule(lambda value: isinstance(value, bool), "give True or False")
_AMOUNT = _Rule(lambda value: _is_number(value, least=1, kind=Integral), "give a whole number, 1 or more")
_TEXT = _Rule(lambda value: isinstance(value, str), "give a mail address or a page, as text")
_RATE = _Rule(lambda value: _is_number(value, least=0), "give requests a second, such as 0.5")
_SECONDS = _Rule(lambda value: _is_number(value, least=0), "give seconds, 0 or more")
_RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        "contact": _or_none(_TEXT),
        "allow_private": _SWITCH,
        "ports": _Rule(_is_ports, "give a list of numbers from 1 to 65535"),
        "robots": _SWITCH,
        "requisites": _SWITCH,
        "rate": _or_none(_RATE),
        "connections": _AMOUNT,
        "max_bytes": _AMOUNT,
        "max_wait": _SECONDS._replace(advice="give seconds, 0 for not waiting at all"),
        "wayback": _one_of(get_args(Wayback)),
        "media": _one_of(get_args(Media)),
        "save_page_now": _SWITCH,
        "shard": _Rule(lambda value: isinstance(value, Shard), "give a Shard, such as Shard(1, 2)"),
        "only_failed": _SWITCH,
        "limit": _or_none(_AMOUNT),
        "max_time": _or_none(_SECONDS),
    }
)


def check_options(**options: object) -> None:
    """Raise ArchiveError, with advice, for the first option that is not what it has to be.

    >>> check_options(media="image")
    Traceback (most recent call last):
    amberpost.models.ArchiveError: media is 'image': give 'none', 'images', 'all'
    """
    for name, value in options.items():
        if not _RULES[name].fits(value):
            raise ArchiveError(f"{name} is {value!r}: {_RULES[name].advice}")
