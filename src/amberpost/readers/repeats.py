"""Ids that occur twice, found in memory that does not grow with the number of articles."""

from __future__ import annotations

import heapq
import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import blake2b
from itertools import groupby, islice
from typing import IO, Protocol

from ..models import Problem

# A hash of 96 bits (one false alarm in 10^13 runs over 10^8 ids), where the name of the file is, and the row in it.
_ENTRY = struct.Struct(">12sQQ")
_NOTE = struct.Struct(">12sQ")
_NO_ID = bytes(12)  # in place of a hash, none of which is this: a note of how many rows went before
_RUN = 1 << 17
_SORTED_PROBLEMS = 10_000


class Ids(Protocol):
    """Where a reader notes the own ids of its articles: row `row` (0: the file itself) of the file `name` has `id`.

    Who reads a stretch and does not know how many rows lie before it counts from 1: `pass_rows` says, at the end of
    each, that the rows of `name` that are noted next come behind so many more; at the beginning of the first, 0.
    """

    def note(self, name: str, article_id: str, row: int) -> None: ...

    def pass_rows(self, name: str, rows: int) -> None: ...


class Log(Ids, Protocol):
    """Where a run notes ids, its own and those that other processes have seen."""

    def add(self, notes: Iterable[tuple[str, bytes]]) -> None: ...


class IdLog:
    """Ids seen since the last `drain`, file by file, as hashes; small enough to be sent between processes.

    >>> log = IdLog()
    >>> log.note("a.jsonl", "id-1", 1)
    >>> [(name, len(notes)) for name, notes in log.drain()]
    [('a.jsonl', 20)]
    """

    def __init__(self) -> None:
        self._notes: list[tuple[str, bytearray]] = []

    def note(self, name: str, article_id: str, row: int) -> None:
        self._append(name, _digest(article_id), row)

    def pass_rows(self, name: str, rows: int) -> None:
        self._append(name, _NO_ID, rows)

    def _append(self, name: str, digest: bytes, row: int) -> None:
        if not self._notes or self._notes[-1][0] != name:
            self._notes.append((name, bytearray()))
        self._notes[-1][1].extend(_NOTE.pack(digest, row))

    def drain(self) -> list[tuple[str, bytes]]:
        """Give what was noted, and forget it."""
        notes, self._notes = self._notes, []
        return [(name, bytes(packed)) for name, packed in notes]


def _digest(article_id: str) -> bytes:
    return blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=12).digest()


class Repeats:
    """All ids of a run: sorted runs of hashes in a temporary file, merged at the end (28 bytes an id on disk).

    >>> with Repeats() as repeats:
    ...     repeats.note("a.jsonl", "x", 1)
    ...     repeats.note("b.jsonl", "x", 7)
    ...     [str(p)[:70] for p in repeats.find_problems()]
    ['b.jsonl, row 7: has the id of a.jsonl, row 1 (both are done; give each']
    """

    def __init__(self, *, run: int = _RUN) -> None:
        self._size = run
        self._run: list[bytes] = []
        self._spilled: list[tuple[int, int]] = []
        self._files = ExitStack()
        self._entries: IO[bytes] | None = None
        self._names: IO[bytes] | None = None
        self._last = ("", 0)
        self._passed = ("", 0)

    def __enter__(self) -> Repeats:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def note(self, name: str, article_id: str, row: int) -> None:
        self._insert(_digest(article_id), name, row)

    def pass_rows(self, name: str, rows: int) -> None:
        self._passed = (name, rows and rows + self._find_passed(name))

    def _find_passed(self, name: str) -> int:
        return self._passed[1] if name == self._passed[0] else 0

    def add(self, notes: Iterable[tuple[str, bytes]]) -> None:
        """Take in what an `IdLog` gave, in the order of the articles."""
        for name, packed in notes:
            for digest, row in _NOTE.iter_unpack(packed):
                if digest == _NO_ID:
                    self.pass_rows(name, row)
                else:
                    self._insert(digest, name, row)

    def _insert(self, digest: bytes, name: str, row: int) -> None:
        place = self._last[1] if name == self._last[0] else self._place(name)
        row += self._find_passed(name)
        self._run.append(_ENTRY.pack(digest, place, row))
        if len(self._run) >= self._size:
            self._spill()

    def find_problems(self) -> Iterator[Problem]:
        """Yield a problem for each id that more than one article has, in the order of the second one."""
        found = self._groups()
        first = sorted(islice(found, _SORTED_PROBLEMS), key=lambda group: group[1][12:])
        for group in first:
            yield self._problem(group)
        for group in found:
            yield self._problem(group)

    def _place(self, name: str) -> int:
        """Where in the file of names this one stands."""
        if self._names is None:
            from tempfile import SpooledTemporaryFile  # slow to load, and most runs do without

            self._names = self._files.enter_context(SpooledTemporaryFile(1 << 20))  # noqa: SIM115
        self._last = (name, self._names.seek(0, 2))
        self._names.write(name.encode("utf-8", "surrogatepass") + b"\0")
        return self._last[1]

    def _spill(self) -> None:
        if self._entries is None:
            from tempfile import TemporaryFile

            self._entries = self._files.enter_context(TemporaryFile())  # noqa: SIM115
        self._run.sort()
        start = self._entries.seek(0, 2)
        self._entries.writelines(self._run)
        self._spilled.append((start, self._entries.tell()))
        self._run = []

    def _groups(self) -> Iterator[list[bytes]]:
        """The first two entries of each hash that occurs more than once, and how many come after."""
        self._run.sort()
        merged = heapq.merge(self._run, *(self._spilled_run(*span) for span in self._spilled))
        for _, group in groupby(merged, key=lambda entry: entry[:12]):
            kept: list[bytes] = []
            more = 0
            for entry in group:
                more += len(kept) == 2
                if len(kept) < 2:
                    kept.append(entry)
            if len(kept) == 2:
                yield [*kept, more.to_bytes(8, "big")]

    def _spilled_run(self, start: int, stop: int) -> Iterator[bytes]:
        if self._entries is None:
            return
        while start < stop:
            self._entries.seek(start)
            block = self._entries.read(min(2048 * _ENTRY.size, stop - start))
            start += len(block)
            for at in range(0, len(block), _ENTRY.size):
                yield block[at : at + _ENTRY.size]

    def _problem(self, group: list[bytes]) -> Problem:
        first, second, more = group
        name, row = self._where(second)
        earlier, earlier_row = self._where(first)
        others = int.from_bytes(more, "big")
        return Problem(
            source=name,
            place=f"row {row}" if row else None,
            reason=f"has the id of {earlier}{f', row {earlier_row}' if earlier_row else ''}"
            + (f", as have {others} more after it" if others else ""),
            advice="both are done; give each article its own id, or none in that column",
        )

    def _where(self, entry: bytes) -> tuple[str, int]:
        _, place, row = _ENTRY.unpack(entry)
        if self._names is None:
            return "", row
        self._names.seek(place)
        name = b""
        while b"\0" not in name and (block := self._names.read(256)):
            name += block
        return name.partition(b"\0")[0].decode("utf-8", "surrogatepass"), row
