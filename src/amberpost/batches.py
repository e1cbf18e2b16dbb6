"""Finding in Arrow batches: one generator for every engine that has them, and one for what could not be read.

No globals, no files, no clock: what the generators give depends on nothing but the batches, so that an engine may run
any of them again, anywhere. A broken row is a problem, never an exception, and costs no other row anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypedDict, Unpack

import pyarrow as pa

from .finding.asked import list_names
from .flow import Settings, find_in_article, make_gate
from .models import Citation, Problem, Record
from .readers.arrowcells import choose_columns
from .readers.arrowrows import find_slice_articles, slice_batch
from .readers.options import Options
from .writers.parquet import make_batch, make_schema

CITATIONS: pa.Schema = make_schema(Citation)
PROBLEMS: pa.Schema = make_schema(Problem)

_MOST_RECORDS = 2000
_MOST_CHARACTERS = 8 << 20  # far below the 2 GB that a column of strings can have
_UNNAMED = "the batches"


class How(TypedDict, total=False):
    """The options of all that finds in batches.

    `text` to `url` name the columns; of the first two one may be missing, and any of the others. `kind` and `platform`
    keep only those citations, `mentions` looks for prose mentions too. `name` says that rows come in the order of a
    file of that name: one without an id of its own is then `name#N`, from 1. Without it, for engines that have no
    order, it is called by the hash of its text.
    """

    text: str
    html: str
    id: str
    date: str
    title: str
    url: str
    kind: Collection[str] | None
    platform: Collection[str] | None
    mentions: bool
    name: str | None


def find_batches(batches: Iterable[pa.RecordBatch], **how: Unpack[How]) -> Iterator[pa.RecordBatch]:
    """Find the citations of batches that hold an article a row, as batches with the schema `CITATIONS`.

    The records are those that `amberpost find` writes for a Parquet file with these rows; `How` lists the options.

    >>> batch = pa.RecordBatch.from_pydict({"id": ["n-1"], "text": ["See https://x.com/adawren/status/20"]})
    >>> [(row["article"], row["post_id"]) for found in find_batches([batch]) for row in found.to_pylist()]
    [('n-1', '20')]
    """
    found = find_in_batches(batches, **how)
    return _pack((record for record in found if isinstance(record, Citation)), Citation, CITATIONS)


def find_problem_batches(batches: Iterable[pa.RecordBatch], **how: Unpack[How]) -> Iterator[pa.RecordBatch]:
    """Find what could not be read or was cut short, as batches with the schema `PROBLEMS`; all is searched for it.

    Ids that occur twice are not among them: who sees some of the rows cannot know.

    >>> batch = pa.RecordBatch.from_pydict({"id": ["n-1"], "text": ["one\\0"]})
    >>> [(row["source"], row["reason"]) for found in find_problem_batches([batch]) for row in found.to_pylist()]
    [('n-1', 'its text holds NUL characters')]
    """
    found = find_in_batches(batches, **how)
    return _pack((record for record in found if isinstance(record, Problem)), Problem, PROBLEMS)


def find_in_batches(batches: Iterable[pa.RecordBatch], **how: Unpack[How]) -> Iterator[Citation | Problem]:
    """Find citations and problems in one pass, as records in the order of the rows.

    >>> batch = pa.RecordBatch.from_pydict({"text": ["", "Credit: Sentdefender/X"]})
    >>> [type(record).__name__ for record in find_in_batches([batch], name="a.parquet")]
    ['Problem', 'Citation']
    """
    settings, name = _read_options(**how)
    gate, log = make_gate(settings), _NoLog()
    schema, columns, number = None, list[str](), 1
    for batch in batches:
        if batch.schema != schema:
            schema = batch.schema
            columns = yield from choose_columns(schema, name or _UNNAMED, settings.options)
        if columns:
            for rows in slice_batch(batch.select(columns), settings.options):
                found = find_slice_articles(rows, name, number, options=settings.options, ids=log, is_wanted=gate)
                for item in found:
                    if isinstance(item, Problem):
                        yield item
                    elif item is not None:
                        yield from find_in_article(item, settings)
                number += rows.rows
        else:
            number += batch.num_rows


class _NoLog:
    """Takes no notes of ids: nobody is there to compare them."""

    def note(self, name: str, article_id: str, row: int) -> None: ...

    def pass_rows(self, name: str, rows: int) -> None: ...


def _read_options(
    *,
    text: str = "text",
    html: str = "html",
    id: str = "id",
    date: str = "date",
    title: str = "title",
    url: str = "url",
    kind: Collection[str] | None = None,
    platform: Collection[str] | None = None,
    mentions: bool = False,
    name: str | None = None,
) -> tuple[Settings, str | None]:
    options = Options(
        text_column=text, html_column=html, id_column=id, date_column=date, title_column=title, url_column=url
    )
    return Settings(options, list_names(kind), list_names(platform), mentions), name


def _pack(records: Iterable[Record], record: type[Record], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Records as batches, of a size that can be held whatever is in them."""
    gathered, size = list[Record](), 0
    for item in records:
        gathered.append(item)
        size += len(item.raw) if isinstance(item, Citation) else 0
        if len(gathered) >= _MOST_RECORDS or size >= _MOST_CHARACTERS:
            yield make_batch(gathered, schema, record)
            gathered, size = [], 0
    if gathered:
        yield make_batch(gathered, schema, record)
