"""Parquet files of invented news text, as large as wanted, made at the speed of the disk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .newstext import ARTICLE_SIZE, find_articles

_DISTINCT = 10_000  # texts; more would only take longer to make
_GROUP = 10_000
_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("date", pa.date32()),
        ("title", pa.string()),
        ("url", pa.string()),
    ]
)


def write_table(path: Path, articles: int, *, size: int = ARTICLE_SIZE) -> int:
    """Write so many articles, each with an id of its own, and give the bytes of their text.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_table(Path(folder, "a.parquet"), 20, size=500) > 10_000
    True
    """
    texts = pa.array(find_articles(min(articles, _DISTINCT), size=size), pa.string())
    written = 0
    with pq.ParquetWriter(path, _SCHEMA, compression="zstd") as writer:
        for first in range(0, articles, _GROUP):
            count = min(_GROUP, articles - first)
            places = [number % len(texts) for number in range(first, first + count)]
            chosen = texts.take(pa.array(places))
            written += chosen.nbytes
            columns = [
                pa.array([f"news-{number}" for number in range(first, first + count)]),
                chosen,
                pa.array([dt.date(2024, 12, 1)] * count),
                pa.array([f"News of the day {number}" for number in range(first, first + count)]),
                pa.array([f"https://news.example/{number}" for number in range(first, first + count)]),
            ]
            writer.write_table(pa.table(columns, schema=_SCHEMA), row_group_size=_GROUP)
    return written
