"""The articles' own ids beside each part of a long run: without them, a run that goes on would know no repeated one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ..readers.repeats import IdLog, Repeats


class PartIds:
    """Notes ids for the whole run, and keeps those of the part at work."""

    def __init__(self, repeats: Repeats) -> None:
        self._repeats, self._log = repeats, IdLog()
        self._notes: list[tuple[str, bytes]] = []

    def note(self, name: str, article_id: str, row: int) -> None:
        """Note an id that this process has seen."""
        self._repeats.note(name, article_id, row)
        self._log.note(name, article_id, row)

    def pass_rows(self, name: str, rows: int) -> None:
        """Note how many rows lie before those that are noted next."""
        self._repeats.pass_rows(name, rows)
        self._log.pass_rows(name, rows)

    def add(self, notes: Iterable[tuple[str, bytes]]) -> None:
        """Note ids that other processes have seen."""
        notes = list(notes)
        self._repeats.add(notes)
        self._notes += notes

    def drain(self) -> list[tuple[str, bytes]]:
        """Give what was noted since, and forget it."""
        notes, self._notes = self._notes + self._log.drain(), []
        return notes


def write_ids(path: Path, notes: Sequence[tuple[str, bytes]]) -> None:
    """Keep the ids of a part; one that has none needs no file."""
    if not notes:
        with suppress(FileNotFoundError):
            path.unlink()
        return
    with path.open("wb") as file:
        for name, packed in notes:
            file.write(json.dumps([name, len(packed)]).encode() + b"\n" + packed)
        file.flush()
        os.fsync(file.fileno())


def read_ids(path: Path) -> Iterator[tuple[str, bytes]]:
    """The ids of a part, as `PartIds.drain` gave them; of one that has no file, none.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "part-000001.ids")
    >>> write_ids(path, [("a.jsonl", b"...")])
    >>> list(read_ids(path))
    [('a.jsonl', b'...')]
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        while line := file.readline():
            name, size = json.loads(line)
            yield name, file.read(size)
