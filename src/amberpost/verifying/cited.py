"""A citation's row, read leniently: what of it can be held against a post, whoever wrote the row and however."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..models import Citation

_MOST_LINKS = 200
# Longer numbers are no ids, and Python refuses to write very long ones out.
_MOST_DIGITS = 30
_NO_PLATFORM = frozenset({"", "unknown"})
# What services write for a language that has another code by now, and for none at all.
_LANGUAGES = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "fil": "tl"}
_NO_LANGUAGE = frozenset({"", "und", "zxx", "mul", "art", "qam", "qct", "qht", "qme", "qst"})


@dataclass(slots=True, frozen=True, kw_only=True)
class Cited:
    """What a citation prints of its post; `None`, or nothing in it, where the row has none or makes no sense."""

    platform: str | None = None
    handle: str | None = None
    author_name: str | None = None
    day: dt.date | None = None
    basis: str | None = None
    posted_at: dt.datetime | None = None
    text: str | None = None
    links: tuple[str, ...] = ()
    post_id: str | None = None
    quoted: str | None = None
    lang: str | None = None
    flags: frozenset[str] = frozenset()


def read_cited(row: Mapping[str, object] | Citation) -> Cited:
    """Read what can be compared out of a row as `amberpost find` writes it, or out of the record itself.

    Never raises: a field that is missing, or that holds something strange, is unknown. Lists may be JSON, as in CSV.

    >>> read_cited({"date": "2024-11-29", "links": '["https://t.co/abcdefghij"]', "text": 7}).links
    ('https://t.co/abcdefghij',)
    """
    fields: Mapping[str, object] = row.model_dump() if isinstance(row, Citation) else row
    platform = _parse_text(fields.get("platform"))
    flags = frozenset(_parse_list(fields.get("flags")))
    return Cited(
        platform=None if platform is None or platform in _NO_PLATFORM else platform,
        handle=_parse_text(fields.get("handle")),
        author_name=_parse_text(fields.get("author_name")),
        day=None if "impossible-date" in flags else parse_day(fields.get("date")),
        basis=_parse_text(fields.get("date_basis")),
        posted_at=parse_moment(fields.get("posted_at")),
        text=_parse_text(fields.get("text")),
        links=tuple(_parse_list(fields.get("links")))[:_MOST_LINKS],
        post_id=parse_id(fields.get("post_id")),
        quoted=_parse_text(fields.get("quoted")),
        lang=_parse_text(fields.get("lang")),
        flags=flags,
    )


def parse_day(value: object) -> dt.date | None:
    """A calendar day, from a date, a date with a time, or the ten characters of ISO 8601 that open a string.

    >>> parse_day("2024-11-29"), parse_day("2024-02-30"), parse_day(3)
    (datetime.date(2024, 11, 29), None, None)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def parse_moment(value: object) -> dt.datetime | None:
    """An instant in UTC, from a datetime or ISO 8601; one without a zone is taken for UTC, as our own files write it.

    >>> parse_moment("2024-11-29T12:00:01Z"), parse_moment("noon")
    (datetime.datetime(2024, 11, 29, 12, 0, 1, tzinfo=datetime.timezone.utc), None)
    """
    try:
        moment = dt.datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
        if not isinstance(moment, dt.datetime):
            return None
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def parse_id(value: object) -> str | None:
    """A post's id as a string; tables that were opened elsewhere hold numbers, and then often rounded ones.

    >>> parse_id(1862485943811391923), parse_id(1.862485943811392e18), parse_id(True)
    ('1862485943811391923', None, None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 <= value < 10**_MOST_DIGITS else None
    return _parse_text(value)


def parse_language(tag: str | None) -> str | None:
    """The language of a tag, without its country and under one code; `None` for what services write for none.

    >>> parse_language("pt_BR"), parse_language("iw"), parse_language("und")
    ('pt', 'he', None)
    """
    base = (tag or "").replace("_", "-").partition("-")[0].lower()[:8]
    return None if base in _NO_LANGUAGE else _LANGUAGES.get(base, base)


def _parse_text(value: object) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else None


def _parse_list(value: object) -> Iterable[str]:
    if isinstance(value, str):
        value = _parse_json(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [item.strip() for item in value if isinstance(item, str) and item.strip()]
    return ()


def _parse_json(value: str) -> object:
    """What a JSON array in a cell holds; a cell that holds one bare word is a list of that word."""
    try:
        return json.loads(value, parse_int=_parse_nothing, parse_float=_parse_nothing)
    except (ValueError, RecursionError):
        return [] if value.lstrip().startswith(("[", "{")) else [value]


def _parse_nothing(_: str) -> float:
    return math.nan
