"""One row of citations: what it must hold to be archived, and the problem that is named when it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NoReturn

from ..archive.disk.cited import MOST_NESTED, is_deeper
from ..models import Problem, replace_surrogates
from ..readers.decode import count_replaced
from ..readers.jsonl import describe_json_error
from ..readers.lines import Line

LINK_COLUMNS = ("links", "permalink", "url")

Row = Mapping[str, object]
Found = Iterator[Row | Problem]

_NAMES = {list: "a list", str: "a string", bool: "true or false", int: "a number", float: "a number", dict: "an object"}
_NEEDED = "a row needs links (a list of URLs), permalink or url"
_JSON_ADVICE = 'write one object a line, such as {"links": ["https://..."]}; the line was left out'


def find_line_row(line: Line, name: str, place: str) -> Found:
    """The row that a line of JSONL holds, or what is wrong with it.

    >>> [str(row) for row in find_line_row(Line('["https://t.co/a"]'), "x.jsonl", "line 3")]
    ['x.jsonl, line 3: is a list, not an object (write one object a line, such as {"links": ["https://..."]}; the line \
was left out)']
    """
    if line.cut:
        yield make_problem(name, place, "is longer than 32 MB", "the line was left out; split it")
        return
    if line.replaced:
        yield undecodable(name, place, line.replaced)
    value = _parse_object(line)
    if isinstance(value, str):
        yield make_problem(name, place, value, _JSON_ADVICE)
    else:
        yield from check_row(value, name, place)


def _parse_object(line: Line) -> dict[str, object] | str:
    """The object that a line holds, else what is wrong with it."""
    text = line.text.removeprefix("\ufeff").rstrip()
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return describe_json_error(error)
    if not isinstance(value, dict):
        return f"is {_NAMES.get(type(value), 'null')}, not an object"
    if text.count("[") + text.count("{") > MOST_NESTED and is_deeper(value, MOST_NESTED):
        return f"has lists or objects more than {MOST_NESTED} deep"
    return value if "\\ud" not in text.lower() else {replace_surrogates(key): _clean(value[key]) for key in value}


def _refuse_constant(name: str) -> NoReturn:
    """What Python takes and no other reader of JSON does: NaN and the infinities."""
    raise ValueError(f"it has no {name}")


def _clean(value: object) -> object:
    """A value without lone surrogates, which no database and no file can hold."""
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {replace_surrogates(key): _clean(item) for key, item in value.items()}
    return value


def check_row(row: dict[str, object], name: str, place: str) -> Found:
    """Yield the row, its links as a list of strings, after a problem for each column that is not what it should be.

    A row without any of the columns that hold links is left out. One with nothing in them is none of that sort: a
    citation may have no link.
    """
    if set(LINK_COLUMNS).isdisjoint(row):
        yield make_problem(name, place, "has no links, permalink or url", f"{_NEEDED}; the row was left out")
        return
    for column in ("permalink", "url"):
        if not isinstance(row.get(column), str | None):
            kind = _NAMES.get(type(row[column]), "binary")
            yield make_problem(name, place, f"its {column} is {kind}, not a URL", f"{_NEEDED}; it was passed over")
    if "links" not in row:
        yield row
        return
    links = _parse_links(row["links"])
    good = [link for link in links or () if isinstance(link, str)]
    if links is None or len(good) < len(links):
        reason = f"its links are no list of URLs: {str(row['links'])[:80]!r}"
        yield make_problem(name, place, reason, f"{_NEEDED}; what is none was passed over")
    yield row | {"links": good}


def _parse_links(value: object) -> list[object] | None:
    """The links of a cell: a list, a JSON array, or URLs with spaces between them; None when it is something else."""
    if value is None or isinstance(value, list):
        return value or []
    if not isinstance(value, str):
        return None
    if not value.lstrip().startswith("["):
        return list(value.split())
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return [replace_surrogates(link) if isinstance(link, str) else link for link in parsed]


def make_problem(name: str, place: str | None, reason: str, advice: str) -> Problem:
    """What is wrong with a row or a file of citations, where, and what was done about it."""
    return Problem(source=name, place=place, reason=reason, advice=advice)


def undecodable(name: str, place: str, count: int) -> Problem:
    """The problem of bytes that are in no encoding the file can be in; what they stood in is read as it is then."""
    reason = f"{count_replaced(count)} could not be decoded and became U+FFFD"
    return make_problem(name, place, reason, "save the file as UTF-8")
