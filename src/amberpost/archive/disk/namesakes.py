"""Two citations under one id: a citation may be told better than before, but none takes another's place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ...models import Problem
from ..records import CitedLinks
from .cited import find_urls
from .fixity import digest_row

_TELLING = ("article", "handle", "date", "text")  # of rows without `raw`, what two of one citation have in common
_LONGEST_NAME = 60
_ADVICE = (
    "where these are two, name their articles apart: files in place of standard input, all folders in one `find`, or"
    " --id-column; rows of your own need an id each"
)


def find_namesake(connection: sqlite3.Connection, cited: CitedLinks) -> Problem | None:
    """What to say of a citation whose id another one has already; `None` where the row may be added, or renewed."""
    found = connection.execute("SELECT record, sha256 FROM citation WHERE id = ?", (cited.id,)).fetchone()
    if found is None or found[0] == cited.record or digest_row(found[0]) != found[1]:
        return None
    old, new = _read_row(found[0]), _read_row(cited.record)
    if not is_other(old, new):
        return None
    reason = f"another citation has this id: {_name(old)} stays, {_name(new)} was left out"
    return Problem(source="citations", place=f"id {cited.id[:100]}", reason=reason, advice=_ADVICE)


def is_other(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    """Tell whether two rows of one id are different citations, as far as they tell.

    An id says where a citation ends, and better rules only change where it begins: then one `raw` ends with the other.

    >>> is_other({"raw": "Fog. https://t.co/a — Ann"}, {"raw": "https://t.co/a — Ann"})
    False
    >>> is_other({"raw": "Fog. https://t.co/a — Ann"}, {"raw": "Rain https://t.co/b — Bob"})
    True
    """
    links = set(find_urls(old)), set(find_urls(new))
    if links[0] & links[1]:
        return False
    raws = old.get("raw"), new.get("raw")
    if isinstance(raws[0], str) and isinstance(raws[1], str):
        return not (raws[0].endswith(raws[1]) or raws[1].endswith(raws[0]))
    agrees = any(old.get(name) and old.get(name) == new.get(name) for name in _TELLING)
    return all(links) and not agrees


def _read_row(record: str) -> Mapping[str, object]:
    try:
        row = json.loads(record)
    except (ValueError, RecursionError):
        row = None
    return row if isinstance(row, dict) else {}


def _name(row: Mapping[str, object]) -> str:
    """A citation as a person knows it again: its article, and the last it says."""
    words = row.get("raw") or row.get("text") or next(find_urls(row), "")
    last = str(words).strip().rpartition("\n")[2]
    article = f" of {row['article']}"[:_LONGEST_NAME] if row.get("article") else ""
    return f"{('…' if len(last) > _LONGEST_NAME else '') + last[-_LONGEST_NAME:]!r}{article}"
