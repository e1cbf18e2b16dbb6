"""Asking the system for the addresses of a name, without blocking the loop and without piling up threads."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from .addresses import parse_address


@dataclass(slots=True, frozen=True)
class Endpoint:
    """An address to dial, as text, and the port to dial it at."""

    address: str
    port: int


Resolver = Callable[[str, int], Awaitable[Sequence[Endpoint]]]
"""Gives the endpoints of a host and port, in order of preference; raises `OSError` when it has none."""

Found = tuple[str, ...]


class SystemResolver:
    """The system's own resolver (`getaddrinfo`), in at most `threads` threads at a time.

    A lookup cannot be stopped once it runs. So those who wait for one name share one lookup, who gives up waiting only
    leaves it, and when all threads hang the next name waits its turn. The threads do not keep the process from ending.
    """

    def __init__(self, *, threads: int = 16) -> None:
        self._free = threads
        self._queue: deque[_Lookup] = deque()
        self._open: dict[str, _Lookup] = {}

    async def __call__(self, host: str, port: int) -> Sequence[Endpoint]:
        if parse_address(host) is not None:
            return [Endpoint(host, port)]
        lookup = self._join(host)
        try:
            found = await asyncio.shield(lookup.found)
        finally:
            lookup.waiters -= 1
        return [Endpoint(address, port) for address in found]

    def _join(self, host: str) -> _Lookup:
        lookup = self._open.get(host)
        if lookup is None:
            lookup = self._open[host] = _Lookup(host, asyncio.get_running_loop().create_future())
            self._queue.append(lookup)
            self._start_next()
        lookup.waiters += 1
        return lookup

    def _start_next(self) -> None:
        while self._free and self._queue:
            self._free -= 1
            arguments = (self._queue.popleft(), asyncio.get_running_loop(), self._finish)
            threading.Thread(target=_look_up, args=arguments, name="lookup", daemon=True).start()

    def _finish(self, lookup: _Lookup, result: Found | OSError | UnicodeError) -> None:
        self._free += 1
        del self._open[lookup.host]
        if isinstance(result, tuple):
            lookup.found.set_result(result)
        else:
            lookup.found.set_exception(result)
            lookup.found.exception()  # perhaps nobody waits any more, and asyncio would complain about it in the log
        while self._queue and not self._queue[0].waiters:
            del self._open[self._queue.popleft().host]
        self._start_next()


@dataclass(slots=True)
class _Lookup:
    """One question to the system, and how many wait for its answer."""

    host: str
    found: asyncio.Future[Found]
    waiters: int = 0


def _look_up(
    lookup: _Lookup,
    loop: asyncio.AbstractEventLoop,
    finish: Callable[[_Lookup, Found | OSError | UnicodeError], None],
) -> None:
    result: Found | OSError | UnicodeError = OSError("the lookup failed")
    try:
        rows = socket.getaddrinfo(lookup.host, None, type=socket.SOCK_STREAM)
        result = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
    except (OSError, UnicodeError) as error:
        result = error
    finally:  # whatever happens in this thread, those who wait are told
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits
            loop.call_soon_threadsafe(finish, lookup, result)
