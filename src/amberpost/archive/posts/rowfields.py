"""The fields of a citation out of a row that anyone may have written: what fits its field, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ...models import Citation
from ...verifying.cited import parse_day, parse_id, parse_moment

_LARGEST = 2**53  # of a number: larger ones not every program reads exactly
_INTEGERS = ("start", "end")
_LISTS = ("links", "flags")
_DATES = ("article_date", "date")


def read_fields(record: str) -> dict[str, object]:
    """The citation's fields in a stored row, JSON; a field that is missing or holds something strange is not there.

    The id is left out: the archive's own is the one that joins. Cells of a CSV file are strings, and empty ones null.
    Of a bare URL that somebody listed, it is the only link.

    >>> read_fields('{"id": "7a", "handle": "adawren", "date": "2024-11-29", "start": "12", "mine": 1, "text": ""}')
    {'handle': 'adawren', 'date': datetime.date(2024, 11, 29), 'start': 12}
    """
    try:
        row = json.loads(record)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(row, dict):
        return {}
    if row.keys() == {"url"}:
        row = {"links": [row["url"]]}
    read = ((name, parse(row[name])) for name, parse in _FIELDS.items() if name in row)
    return {name: value for name, value in read if value is not None}


def parse_text(value: object) -> str | None:
    """Text as it stands; a number, such as an id in a table, is its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return parse_id(value)
    return value if isinstance(value, str) and value else None


def parse_integer(value: object) -> int | None:
    """A whole number, also one in a cell of text; `None` for one that other programs could not hold.

    >>> parse_integer("589"), parse_integer(-1), parse_integer(True), parse_integer("9" * 30)
    (589, None, None, None)
    """
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(_LARGEST)):
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and 0 <= value <= _LARGEST else None


def parse_list(value: object) -> tuple[str, ...] | None:
    """The strings of a list, or of the JSON array in a cell; a cell with anything else is a list of that.

    >>> parse_list(["no-date", 3]), parse_list('["no-date"]'), parse_list("no-date"), parse_list(3)
    (('no-date',), ('no-date',), ('no-date',), None)
    """
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.startswith("[") else [value]
        except (ValueError, RecursionError):
            value = [value]
    return tuple(one for one in value if isinstance(one, str) and one) if isinstance(value, list) else None


def _find_parser(name: str) -> Callable[[object], object]:
    if name in _INTEGERS:
        return parse_integer
    if name in _LISTS:
        return parse_list
    if name in _DATES:
        return parse_day
    return parse_moment if name == "posted_at" else parse_text


_FIELDS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {name: _find_parser(name) for name in Citation.model_fields if name != "id"}
)
