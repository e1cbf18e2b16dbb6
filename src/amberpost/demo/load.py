"""Pages by the thousand, all different, for benchmarks: `http://hostNNN.test/page/K`, made when they are asked for."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

PAGE = b"GET /page/"
_HOST = re.compile(r"host(\d{3,6})\.test")
_HEAD = b"<!DOCTYPE html>\n<html><head><title>Page %d</title></head>\n<body><h1>Page %d</h1>\n<p>"
_TAIL = b"</p></body></html>\n"
_SYLLABLES = ("ba", "co", "du", "fe", "gi", "ha", "lo", "mi", "nu", "pe", "ra", "so", "ti", "vu", "ke", "zo")


@dataclass(slots=True, frozen=True, kw_only=True)
class Load:
    """So many hosts whose pages, of `size` bytes, come `delay` seconds after they are asked for.

    Connections stay open unless the client says otherwise: clients that keep them are measured at their best.
    """

    hosts: int = 100
    size: int = 8192
    delay: float = 0.0
    _filler: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_filler", _make_filler(self.size))

    def has_host(self, host: str) -> bool:
        """Tell whether a host is one of these.

        >>> Load(hosts=10).has_host("host009.test"), Load(hosts=10).has_host("host010.test")
        (True, False)
        """
        match = _HOST.fullmatch(host)
        return match is not None and int(match[1]) < self.hosts

    def find_urls(self, count: int, *, first: int = 0) -> Iterator[str]:
        """Find so many URLs, host after host in turn, the number of each page its own.

        >>> list(Load(hosts=2).find_urls(3))
        ['http://host000.test/page/0', 'http://host001.test/page/1', 'http://host000.test/page/2']
        """
        return (f"http://host{number % self.hosts:03}.test/page/{number}" for number in range(first, first + count))

    def make_answer(self, number: int) -> bytes:
        """The whole answer to `/page/NUMBER`, its body exactly `size` bytes.

        >>> head, _, body = Load(size=500).make_answer(7).partition(b"\\r\\n\\r\\n")
        >>> len(body), body[16:51]
        (500, b'<html><head><title>Page 7</title></')
        """
        start = _HEAD % (number, number)
        middle = self._filler[: max(0, self.size - len(start) - len(_TAIL))]
        size = len(start) + len(middle) + len(_TAIL)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % size
        return b"".join((head, start, middle, _TAIL))


def _make_filler(size: int) -> bytes:
    """Words as they compress in news text, the same at every run."""
    chance = random.Random(1)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(600)]
    return " ".join(chance.choices(words, k=size // 4 + 1)).encode().ljust(size)[:size]
