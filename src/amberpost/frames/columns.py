"""The columns of a frame: what each holds, by the record that its file was made of."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from ..models import Citation, Problem, ReadError, Record
from ..writers.fieldtypes import find_types

Kind = Literal["text", "list", "int", "bool", "date", "instant"]

# In this order: an instant is a date to Python, and a truth value a number.
_KINDS: tuple[tuple[type, Kind], ...] = (
    (tuple, "list"),
    (dt.datetime, "instant"),
    (dt.date, "date"),
    (bool, "bool"),
    (int, "int"),
)


class Column(NamedTuple):
    """What a column holds, and whether it may be unknown."""

    kind: Kind
    nullable: bool


OTHER = Column("text", nullable=True)  # what somebody else put beside our columns


def find_columns(names: Sequence[str], *, source: str) -> dict[str, Column]:
    """What the columns of these names hold, by the record that most of them are fields of.

    >>> find_columns(["id", "links", "mine"], source="x.csv")["links"]
    Column(kind='list', nullable=False)
    """
    best = max(_find_records(names), key=lambda record: len(set(names) & set(record.model_fields)))
    if set(names).isdisjoint(best.model_fields):
        shown = ", ".join(map(repr, names[:8]))
        raise ReadError(f"{source}: has columns that Amberpost does not write ({shown}): name a file that it made")
    fields = best.model_fields
    return {name: make_column(fields[name].annotation) if name in fields else OTHER for name in names}


def _find_records(names: Sequence[str]) -> Iterator[type[Record]]:
    """The records that files are made of; those of an archive are only loaded for a file that has more columns."""
    yield Citation
    yield Problem
    if not (set(names) <= set(Citation.model_fields) or set(names) <= set(Problem.model_fields)):
        from ..archive.posts.citedpost import CitedPost
        from ..archive.publishing.pseudonyms import PseudonymousPost

        yield CitedPost
        yield PseudonymousPost


def make_column(annotation: Any) -> Column:
    """What a field of this type is in a frame.

    >>> make_column(int | None)
    Column(kind='int', nullable=True)
    """
    types = set(find_types(annotation))
    kind: Kind = next((kind for type_, kind in _KINDS if type_ in types), "text")
    return Column(kind, type(None) in types)


def parse_value(value: object, column: Column) -> Any:
    """A value as JSON, CSV or SQLite have it, as what its column holds; else a `ValueError` or `TypeError`.

    >>> parse_value("2024-11-29", Column("date", nullable=True)), parse_value('["a"]', Column("list", nullable=False))
    (datetime.date(2024, 11, 29), ['a'])
    """
    if value is None or (value == "" and (column.nullable or column.kind != "text")):
        return None
    return _PARSERS[column.kind](value)


def _parse_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parse_list(value: object) -> list[str]:
    items = json.loads(value) if isinstance(value, str) else value
    if not isinstance(items, list):
        raise TypeError(f"{value!r} is no list")
    return [_parse_text(item) for item in items]


def _parse_int(value: object) -> int:
    if not isinstance(value, int | str):
        raise TypeError(f"{value!r} is no whole number")
    return int(value)


def _parse_bool(value: object) -> bool:
    """JSON's own words, which CSV has too; SQLite has numbers."""
    known = {True: True, False: False, "true": True, "false": False}
    if not isinstance(value, int | str) or value not in known:
        raise ValueError(f"{value!r} is neither true nor false")
    return known[value]


def _parse_date(value: object) -> dt.date:
    return dt.date.fromisoformat(_parse_text(value))


def _parse_instant(value: object) -> dt.datetime:
    instant = dt.datetime.fromisoformat(_parse_text(value))
    return instant.replace(tzinfo=dt.UTC) if instant.tzinfo is None else instant.astimezone(dt.UTC)


_PARSERS = {
    "text": _parse_text,
    "list": _parse_list,
    "int": _parse_int,
    "bool": _parse_bool,
    "date": _parse_date,
    "instant": _parse_instant,
}
