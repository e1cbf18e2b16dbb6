"""Stretches: what one process of several reads of a large file; together they are the file, each of it once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

STRETCH = 8 << 20
"""Bytes of a file to a stretch, or a little more."""
_MOST_SHARES = 32  # each reads the end of the file, where Parquet lists its row groups


class Stretch(NamedTuple):
    """Part of a large file, from one offset to another: whole lines of JSONL, whole records of WARC and WET.

    Of Parquet it is a share: the row groups of which as much of the data lies before. `first` is the number of the
    first line, where lines are counted.
    """

    path: str
    name: str
    start: int
    stop: int
    first: int = 1
    form: str = "jsonl"


def find_shares(path: str, name: str, *, size: int = STRETCH) -> Iterator[Stretch]:
    """Share out a Parquet file; nothing of it is read, so that a broken one breaks who reads it and nobody else.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(b"a" * 70), file.flush()
    ...     [share[2:4] for share in find_shares(file.name, "a.parquet", size=30)]
    [(0, 35), (35, 70)]
    """
    whole = os.stat(path).st_size  # noqa: PTH116  once a file
    count = max(1, min(_MOST_SHARES, whole // size))
    for place in range(count):
        yield Stretch(path, name, whole * place // count, whole * (place + 1) // count, form="parquet")
