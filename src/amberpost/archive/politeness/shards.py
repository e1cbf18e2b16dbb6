"""One job on several machines: which of them asks for a link, told by its URL alone, so that no two ask for one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from ...models import ArchiveError
from .manners import find_lane, is_service

LEFT = "left to shard "
"""How the reason begins of links that another shard asks for; here they are refused, and nothing is said of them."""

_MOST = 1000
_SHARD = re.compile(r"(\d{1,4})/(\d{1,4})", re.ASCII)


@dataclass(slots=True, frozen=True)
class Shard:
    """One of `of` runs that share a job; `number` counts from 1. Raises ArchiveError for what cannot be.

    All links of a host are one shard's. The services that have a budget of their own (t.co and those that tell of
    posts) are asked by all, each for a part of the addresses, at that part of the rate.

    >>> [shard.owns("https://t.co/02OQCDI90m") for shard in (Shard(1, 2), Shard(2, 2))]
    [True, False]
    """

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= _MOST:
            raise ArchiveError(f"{self.number}/{self.of} is no shard: give 1/{self.of} to {self.of}/{self.of}")

    def owns(self, url: str) -> bool:
        """Whether this run asks for a link, in the spelling in which it is queued."""
        return self.of == 1 or find_owner(url, self.of) == self.number

    def find_refusal(self, url: str) -> str | None:
        """Why a link is not this run's to ask for; `None` when it is.

        >>> [Shard(number, 2).find_refusal("https://news.example/a") for number in (1, 2)]
        [None, 'left to shard 1 of 2']
        """
        if self.of == 1:
            return None
        owner = find_owner(url, self.of)
        return None if owner == self.number else f"{LEFT}{owner} of {self.of}"


WHOLE = Shard()
"""A job that nobody shares."""


def parse_shard(text: str) -> Shard:
    """The shard that `2/8` means; raises ArchiveError for what means none.

    >>> parse_shard("2/8")
    Shard(number=2, of=8)
    """
    found = _SHARD.fullmatch(text.strip())
    if found is None:
        raise ArchiveError(f"{text!r} is no shard: write 2/8 for the second of eight")
    return Shard(int(found[1]), int(found[2]))


def find_owner(url: str, of: int) -> int:
    """The number of the shard that asks for a link: by its host, or, at a service that all ask, by the whole address.

    The same on every machine and for ever, so that a job may be gone on with anywhere.

    >>> {find_owner(f"https://t.co/{code:010}", 3) for code in range(20)}, find_owner("https://a.example/x", 3)
    ({1, 2, 3}, 1)
    """
    lane = find_lane(url)
    key = url if is_service(lane) else lane
    digest = sha256(key.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % of + 1


def refuse_either(
    first: Callable[[str], str | None], second: Callable[[str], str | None]
) -> Callable[[str], str | None]:
    """The first reason of two not to ask for a link."""
    return lambda url: first(url) or second(url)
