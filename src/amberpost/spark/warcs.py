"""WARC files by their paths, as Common Crawl lists them: a path a task, read where the task runs.

Of a file everything is handed on, or nothing: a task that is lost half-way leaves no half of a file behind.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast
from urllib.parse import unquote

import pyarrow as pa

from ..batches import CITATIONS, PROBLEMS
from ..finding.asked import list_names
from ..flow import Settings, find_in_article
from ..models import Citation, MissingExtra, Problem, Record
from ..readers import read_open
from ..readers.listing import form_of
from ..readers.options import DEFAULTS, Options
from ..readers.repeats import IdLog
from ..writers.parquet import make_batch
from .articles import make_spark_schema
from .session import align_python

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OpenFile = Callable[[str], BinaryIO]

_BUFFER = 1 << 20
_MOST_RECORDS = 2000
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_READ = pa.struct([pa.field("articles", pa.int64())])
FOUND: pa.Schema = pa.schema(
    [
        pa.field("path", pa.string()),
        pa.field("citation", pa.struct([field.with_nullable(True) for field in CITATIONS])),
        pa.field("problem", pa.struct([field.with_nullable(True) for field in PROBLEMS])),
        pa.field("read", _READ),
        pa.field("complete", pa.bool_()),
    ]
)


class Wish(NamedTuple):
    """What every task has to know: what is looked for, and how files are opened."""

    settings: Settings
    open_file: OpenFile


def find_in_warcs(
    spark: SparkSession,
    paths: Sequence[str],
    *,
    kind: Sequence[str] | None = None,
    platform: Sequence[str] | None = None,
    mentions: bool = False,
    options: Options = DEFAULTS,
    open_file: OpenFile | None = None,
) -> DataFrame:
    """Find in files, a path a task: rows that hold a `citation`, a `problem`, or that a path was `read` to its end.

    `paths` are local, or begin with `s3://`, `gs://` or `hdfs://`; anything else `open_file` opens, a function from a
    path to a binary file that can seek. WARC, WET and WACZ are meant, and the other forms with an article a row do. A
    file that cannot be opened or read has one row, with its problem, and `complete` false; it spoils no other.
    """
    align_python(spark)
    settings = Settings(options, list_names(kind), list_names(platform), mentions, several=True)
    wish, listed = Wish(settings, open_file or open_path), tuple(paths)

    def find(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from find_in_path(listed[number], wish)

    tasks = spark.range(0, len(listed), 1, max(1, len(listed)))
    return tasks.mapInArrow(find, make_spark_schema(FOUND))


def find_in_path(path: str, wish: Wish) -> Iterator[pa.RecordBatch]:
    """Everything of one file, once it has been read to its end, as batches with the schema `FOUND`.

    >>> found = list(find_in_path("/gone.warc", Wish(Settings(), open_path)))
    >>> [(row["problem"]["reason"], row["complete"]) for row in pa.Table.from_batches(found).to_pylist()]
    [('cannot be read: No such file or directory', False)]
    """
    try:
        found = list(_search(path, wish))
    except MissingExtra as error:
        found = [fail(path, "is not read", str(error))]
    except (OSError, EOFError, ValueError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        found = [fail(path, f"cannot be read: {reason}", "not searched; see that it is there, and run again")]
    return iter(found)


def fail(path: str, reason: str, advice: str) -> pa.RecordBatch:
    """The one row of a file of which nothing else is known.

    >>> fail("a.warc", "is not read", "see why").column("path").to_pylist()
    ['a.warc']
    """
    problem = Problem(source=path, reason=reason, advice=advice)
    return _wrap(path, make_batch([problem], PROBLEMS, Problem), "problem", complete=False)


def _search(path: str, wish: Wish) -> Iterator[pa.RecordBatch]:
    form = form_of(path)
    if form is None:
        yield fail(
            path, "has a suffix that Amberpost does not read", "name WARC files, or others with an article a row"
        )
        return
    articles, kept = 0, list[Record]()
    with wish.open_file(path) as file:
        for item in read_open(file, path, form, wish.settings.options, IdLog()):
            is_article = not isinstance(item, Problem)
            articles += is_article
            kept.extend([item] if isinstance(item, Problem) else find_in_article(item, wish.settings))
            if len(kept) >= _MOST_RECORDS:
                yield from _pack(path, kept)
                kept = []
    yield from _pack(path, kept)
    read = pa.RecordBatch.from_arrays([pa.array([articles], pa.int64())], names=["articles"])
    yield _wrap(path, read, "read", complete=True)


def _pack(path: str, records: Sequence[Record]) -> Iterator[pa.RecordBatch]:
    for column, record, schema in (("citation", Citation, CITATIONS), ("problem", Problem, PROBLEMS)):
        chosen: list[Record] = [item for item in records if isinstance(item, record)]
        if chosen:
            yield _wrap(path, make_batch(chosen, schema, record), column, complete=True)


def _wrap(path: str, rows: pa.RecordBatch, column: str, *, complete: bool) -> pa.RecordBatch:
    """Rows of one kind, as rows that may be of any: their struct is the only one that is not null."""
    count = rows.num_rows
    own = {
        "path": pa.array([path] * count, pa.string()),
        "complete": pa.array([complete] * count, pa.bool_()),
        column: pa.StructArray.from_arrays(rows.columns, fields=list(FOUND.field(column).type)),
    }
    columns = [own[field.name] if field.name in own else pa.nulls(count, field.type) for field in FOUND]
    return pa.RecordBatch.from_arrays(columns, schema=FOUND)


def open_path(path: str) -> BinaryIO:
    """Open a local file, or one of a store that Arrow knows: `s3://`, `gs://`, `hdfs://`; its own environment applies.

    >>> open_path("https://news.example/a.warc.gz")
    Traceback (most recent call last):
    ValueError: https:// is not opened here: copy the file, or pass open_file= with a function that opens it
    """
    scheme = _SCHEME.match(path)
    if scheme is None or scheme[1].lower() == "file":
        local = unquote(path.partition("://")[2]) if scheme else path
        return Path(local).open("rb", buffering=_BUFFER)
    if scheme[1].lower() not in ("s3", "gs", "gcs", "hdfs", "viewfs", "abfs", "abfss"):
        raise ValueError(
            f"{scheme[1]}:// is not opened here: copy the file, or pass open_file= with a function that opens it"
        )
    from pyarrow.fs import FileSystem

    store, inside = FileSystem.from_uri(path)
    return cast(BinaryIO, io.BufferedReader(store.open_input_file(inside), _BUFFER))
