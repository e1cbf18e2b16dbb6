"""CSV: an article a row, under a header that names the columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ..models import Article, Problem
from .csvrows import CELL_ADVICE, HEADER, HEADER_ADVICE, CsvRow, CsvTable, open_table
from .decode import ARTICLE_LIMIT, name_empty, name_replaced
from .options import COLUMN_ADVICE, DEFAULTS, Options
from .repeats import IdLog, Ids
from .rows import Row, find_row_article


def read_csv(
    file: BinaryIO,
    name: str,
    *,
    options: Options = DEFAULTS,
    ids: Ids | None = None,
    limit: int = ARTICLE_LIMIT,
) -> Iterator[Article | Problem]:
    """Read an article from each row of `file`; rows are counted from 1, the header not.

    Comma, semicolon, tab or bar: whichever splits the header so that a text column appears. Where a quote never
    closes, its row is a problem and reading goes on at the next line.

    >>> import io
    >>> [(a.id, a.text) for a in read_csv(io.BytesIO(b"id;text\\n7;It rains, it pours.\\n"), "a.csv")]
    [('7', 'It rains, it pours.')]
    """
    ids, options = IdLog() if ids is None else ids, options.strip_columns()
    wanted = {options.text_column, options.html_column}
    table = open_table(file, wanted=wanted, encoding=options.encoding, limit=limit)
    if table is None:
        yield name_empty(name)
        return
    yield from _find_column_problems(table, name, options)
    if wanted.isdisjoint({*table.columns} - {*table.find_doubled()}):
        return
    for row in table.rows:
        yield from _find_row_article(row, name, table, options, ids)


def _find_column_problems(table: CsvTable, name: str, options: Options) -> Iterator[Problem]:
    """What is wrong with the header: columns that are not there, or there twice."""

    def problem(reason: str, advice: str) -> Problem:
        return Problem(source=name, place="line 1", reason=reason, advice=advice)

    source = (options.text_column, options.html_column)
    if not table.columns:
        yield problem(HEADER, HEADER_ADVICE)
        return
    if set(source).isdisjoint(table.columns):
        among = ", ".join(map(repr, table.columns[:20]))
        yield problem(f"has no column {options.text_column!r} among {among}", "name it with --text-column")
        return
    read = {*source, options.id_column, options.date_column, options.title_column, options.url_column}
    for column in table.find_doubled():
        if column in read:
            advice = "read without it; give each column a name of its own"
            yield problem(f"its column {column!r} stands there {table.columns.count(column)} times", advice)
    for column in options.find_named():
        if column not in table.columns:
            yield problem(f"has no column {column!r}", COLUMN_ADVICE)


def _find_row_article(
    row: CsvRow, name: str, table: CsvTable, options: Options, ids: Ids
) -> Iterator[Article | Problem]:
    if row.replaced:
        yield name_replaced(name, row.place, row.replaced)
    if row.broken:
        yield Problem(source=name, place=row.place, reason=row.broken, advice=CELL_ADVICE)
    else:
        cells = table.make_cells(row)
        yield from find_row_article(Row(name, row.number, row.place, cells), options=options, ids=ids)
