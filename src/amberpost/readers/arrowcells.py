"""The cells of Arrow columns: which columns are read, and what their cells are in Python, however broken one is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from typing import TypeVar

import pyarrow as pa

from ..models import Problem
from .decode import decode
from .options import COLUMN_ADVICE, Options
from .rows import OUT_OF_RANGE

Cell = TypeVar("Cell")

_ADVICE = "name another column with --text-column or --html-column"
_BROKEN = (pa.ArrowException, ValueError, OverflowError)  # what one cell that is none raises for its whole column


def choose_columns(schema: pa.Schema, name: str, options: Options) -> Generator[Problem, None, list[str]]:
    """The columns to read, after a problem for each that is of an odd type; none where there is nothing to search."""
    chosen = []
    named = set(options.find_named())
    sources = (options.text_column, options.html_column)
    for column, is_fit, wanted in (
        (options.text_column, is_text, "strings"),
        (options.html_column, is_text, "strings"),
        (options.id_column, _is_id, "strings or whole numbers"),
        (options.date_column, _is_date, "strings, dates or instants"),
        (options.title_column, is_text, "strings"),
        (options.url_column, is_text, "strings"),
    ):
        places = schema.get_all_field_indices(column)
        if len(places) > 1:
            yield _column_problem(name, f"its column {column!r} stands there {len(places)} times")
        elif places and not is_fit(schema.field(places[0]).type):
            kind = str(_plain(schema.field(places[0]).type))
            yield _column_problem(name, f"its column {column!r} holds {kind[:80]}, not {wanted}")
        elif places and column not in chosen:
            chosen.append(column)
        elif not places and column in named:
            yield Problem(source=name, reason=f"has no column {column!r}", advice=COLUMN_ADVICE)
    if set(sources).isdisjoint(chosen):
        shown = ", ".join(map(repr, schema.names[:20]))
        yield _column_problem(name, f"has no column {sources[0]!r} or {sources[1]!r} of strings among {shown}")
        return []
    return chosen


def _column_problem(name: str, reason: str) -> Problem:
    return Problem(source=name, reason=reason, advice=_ADVICE if reason.startswith("has no") else "read without it")


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds strings, or bytes that may be read as such.

    >>> is_text(pa.large_string()), is_text(pa.dictionary(pa.int8(), pa.binary())), is_text(pa.int64())
    (True, True, False)
    """
    kind = _plain(kind)
    binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind)
    return bool(is_string(kind) or binary or pa.types.is_null(kind))


def is_string(kind: pa.DataType) -> bool:
    """Whether a column says of itself that it is UTF-8.

    >>> is_string(pa.string()), is_string(pa.binary())
    (True, False)
    """
    kind = _plain(kind)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_id(kind: pa.DataType) -> bool:
    return bool(is_text(kind) or pa.types.is_integer(_plain(kind)))


def _is_date(kind: pa.DataType) -> bool:
    return bool(is_text(kind) or pa.types.is_date(_plain(kind)) or pa.types.is_timestamp(_plain(kind)))


def list_bytes(column: pa.Array) -> list[bytes | None]:
    """The bytes of each cell of a column of strings, not decoded: a tenth of what decoding costs.

    >>> list_bytes(pa.array(["é", None]).dictionary_encode())
    [b'\\xc3\\xa9', None]
    """
    if pa.types.is_dictionary(column.type):
        return _spread(list_bytes(column.dictionary), column.indices)
    cells: list[bytes | None] = column.cast(_BYTES.get(column.type, column.type)).to_pylist()
    return cells


_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}


def _spread(known: Sequence[Cell | None], indices: pa.Array) -> list[Cell | None]:
    """The cells of a column that keeps each of its values once."""
    return [None if place is None else known[place] for place in indices.to_pylist()]


def list_cells(column: pa.Array) -> list[object]:
    """The cells of a column as JSON would have them: strings, whole numbers, None; days and instants in ISO form.

    A cell that is no UTF-8 is read as bytes are, and a day that no calendar of Python's has is `OUT_OF_RANGE`.

    >>> list_cells(pa.array([dt.date(2024, 11, 29), None])), list_cells(pa.array([b"caf\\xe9"]))
    (['2024-11-29', None], ['café'])
    """
    if pa.types.is_dictionary(column.type):
        return _spread(list_cells(column.dictionary), column.indices)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us"), safe=False)
    elif pa.types.is_date(column.type):
        column = column.cast(pa.date32(), safe=False)
    try:
        return [_cell(value) for value in column.to_pylist()]
    except _BROKEN:
        return list(map(_cell, list_bytes(column))) if is_text(column.type) else list(_find_readable(column))


def _find_readable(column: pa.Array) -> Iterator[object]:
    for value in column:
        try:
            yield _cell(value.as_py())
        except _BROKEN:
            yield OUT_OF_RANGE


def _cell(value: object) -> object:
    if isinstance(value, bytes):
        return decode(value).text
    return value.isoformat() if isinstance(value, dt.date) else value
