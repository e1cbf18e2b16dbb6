"""What services answer in JSON, read without trusting its shape, and what a status says before anything is read."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping

from ..models import replace_surrogates
from ..posts import Reading, Reply

_LARGEST = 4 << 20  # bytes of JSON; no post's record has a tenth of that
_MOST_ITEMS = 200
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,12})?(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE
)
_ROUNDED = re.compile(r"(\d{1,3}(?:[,\u00a0\u202f ]\d{3}){0,4}|\d{1,9})(?:\.(\d{1,3}))?\s?([KMB])?", re.ASCII)
_FACTORS = {None: 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}

Record = Mapping[str, object]
NOTHING: Record = {}


def parse_record(body: bytes) -> Record | None:
    """Read an answer that is one JSON object; `None` for all else.

    >>> parse_record(b'{"a": 1}'), parse_record(b"[1]"), parse_record(b"<html>")
    ({'a': 1}, None, None)
    """
    if len(body) > _LARGEST:
        return None
    try:
        value = json.loads(body.removeprefix(b"\xef\xbb\xbf").decode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def read_record(record: Record, *names: str) -> Record:
    """The object that names lead to from a record, one inside the other; an empty one when it is not there.

    >>> read_record({"a": {"b": {"c": 1}}}, "a", "b"), read_record({"a": 1}, "a")
    ({'c': 1}, {})
    """
    for name in names:
        value = record.get(name)
        if not isinstance(value, dict):
            return NOTHING
        record = value
    return record


def find_records(record: Record, name: str) -> Iterator[Record]:
    """The objects in a list of a record, as many as a post has at most; of a list that is none, nothing.

    >>> list(find_records({"a": [{"b": 1}, 2]}, "a"))
    [{'b': 1}]
    """
    value = record.get(name)
    for item in value[:_MOST_ITEMS] if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def parse_words(value: object) -> str | None:
    """A string that holds something, or `None`; without lone surrogates, which JSON can name and nothing can store.

    >>> parse_words("\\ud800 rain"), parse_words(" "), parse_words(5)
    ('\ufffd rain', None, None)
    """
    return replace_surrogates(value) if isinstance(value, str) and value.strip() else None


def parse_count(value: object) -> int | None:
    """A count that is one: `True` and what no database holds are none.

    >>> parse_count(3), parse_count(True), parse_count(-1), parse_count("3")
    (3, None, None, None)
    """
    return value if type(value) is int and 0 <= value < 1 << 63 else None


def parse_rounded(printed: str) -> int | None:
    """The number that a page prints, such as `1,240` or `12.3K`, which is a rounded one.

    >>> parse_rounded("1,240"), parse_rounded("12.3K"), parse_rounded("many")
    (1240, 12300, None)
    """
    match = _ROUNDED.fullmatch(printed.strip())
    if match is None or (match[2] and not match[3]):
        return None
    whole = int(re.sub(r"\D", "", match[1]))
    return whole * _FACTORS[match[3]] + int((match[2] or "0").ljust(9, "0")) * _FACTORS[match[3]] // 1_000_000_000


def parse_stamp(value: object) -> dt.datetime | None:
    """The UTC instant, in seconds, of an ISO 8601 stamp; one without a zone is taken to be UTC.

    >>> parse_stamp("2026-03-01T10:00:00.123+02:00").isoformat(), parse_stamp("2026-02-31T10:00:00Z")
    ('2026-03-01T08:00:00+00:00', None)
    """
    match = _STAMP.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 60 else None
    if match is None:
        return None
    zone = (match[3] or "Z").upper().replace("Z", "+00:00")
    try:
        return dt.datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}").astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def read_status(reply: Reply) -> Reading | None:
    """What a status alone says, whoever answered; `None` for one whose answer has to be read.

    451 is the one status that says why: unavailable for legal reasons (RFC 7725).
    """
    if reply.status == 429:
        return Reading(outcome="rate-limited", reason="429: too many requests")
    if reply.status == 451:
        return Reading(outcome="withheld", reason="451: unavailable for legal reasons")
    if reply.status >= 500 or 300 <= reply.status < 400 or reply.status < 200:
        return Reading(outcome="unreachable", reason=f"{reply.status}: no answer about the post")
    return None


def make_unreadable(reply: Reply, expected: str) -> Reading:
    """The reading of an answer that is not what the service gives: a parked domain, a wall, a page instead of JSON."""
    kind = reply.type or "an unnamed type"
    return Reading(outcome="unreachable", reason=f"{reply.status}: {len(reply.body)} bytes of {kind}, not {expected}")
