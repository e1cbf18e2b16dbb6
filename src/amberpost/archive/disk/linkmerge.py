"""Links of two archives, joined by URL: of two rows for one link, which says more, whichever archive comes first."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from ..politeness.shards import LEFT

Row = Mapping[str, object]

_ROLES = ("requisite", "robots", "save", "post", "hop", "cited")  # the last of two counts, as in one archive
_STATES = ("pending", "refused", "failed", "captured")
JUDGED = ("state", "outcome", "settled_date", "settled_record", "is_whole", "attempts", "next_at")
"""What of a link's row, as `LINKS` gives it, mostly tells which of two is taken."""
_APART = frozenset({"id", "url", "role", "depth", "rank", "target"})
_OWN = ("settled_segment", "settled_date", "settled_record", "is_whole", "target_url")
# A link with all that tells which of two rows is taken: the answer that settled it, and where that leads.
LINKS = """
SELECT link.*, c.segment AS settled_segment, c.date AS settled_date, c.record_id AS settled_record,
  t.url AS target_url, c.outcome = 'ok' AND c.truncated IS NULL AND c.status BETWEEN 200 AND 399 AS is_whole
FROM link LEFT JOIN capture c ON c.link = link.id AND c.settled LEFT JOIN link t ON t.id = link.target
"""


def read_links(source: sqlite3.Connection) -> sqlite3.Cursor:
    """All links of an archive, as rows with names."""
    cursor = source.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(f"{LINKS} ORDER BY link.id")


def judge_link(row: Row) -> tuple[object, ...]:
    """By what of two rows of one link the greater is taken: nothing in it depends on the archive it lies in.

    A captured link beats one that failed, that one a refused, that one a pending, and this one what a rule of the run
    forbade to ask at all. Of two answers a whole one that does not say no beats others; of two alike, the newer. Of two
    links that wait, the one that was tried more often.

    >>> old = {"state": "captured", "is_whole": 1, "settled_date": "2026-01-01T00:00:00Z", "outcome": "ok"}
    >>> lost = {"state": "captured", "is_whole": 0, "settled_date": "2026-02-01T00:00:00Z", "outcome": "ok"}
    >>> judge_link(old) > judge_link(lost) > judge_link({"state": "pending"})
    True
    """
    reason = str(row.get("reason") or "")
    forbidden = row["state"] == "refused" and (row.get("outcome") is None or reason.startswith(LEFT))
    rest = sorted((name, repr(value)) for name, value in row.items() if name not in _APART)
    return (
        -1 if forbidden else _STATES.index(str(row["state"])),
        row.get("is_whole") or 0,
        str(row.get("settled_date") or "").removesuffix("Z"),
        row.get("settled_record") or "",
        row.get("attempts") or 0,
        row.get("next_at") or 0.0,
        rest,
    )


@dataclass(slots=True)
class LinkMerge:
    """Puts links into an archive one at a time, inside the caller's transaction."""

    db: sqlite3.Connection

    def put(self, row: sqlite3.Row) -> tuple[int, bool, bool]:
        """Add a link or join it with the one that is there: its id, whether the row won, whether anything changed.

        Where the answer of a row that won leads, and which capture settles it, is the caller's to write.
        """
        new = dict(row)
        cursor = self.db.cursor()
        cursor.row_factory = sqlite3.Row
        found = cursor.execute(f"{LINKS} WHERE link.url = ?", (new["url"],)).fetchone()
        if found is None:
            return self._insert(_tidy(new)), True, True
        old = dict(found)
        wins = judge_link(new) > judge_link(old)
        joined = _tidy((new if wins else old) | _join(old, new))
        if wins or joined != _tidy(old):
            self._update(int(old["id"]), joined, wins=wins)
            return int(old["id"]), wins, True
        return int(old["id"]), False, False

    def _insert(self, values: dict[str, object]) -> int:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        added = self.db.execute(f"INSERT INTO link({names}) VALUES({marks})", tuple(values.values()))
        return int(added.lastrowid or 0)

    def _update(self, key: int, values: dict[str, object], *, wins: bool) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        self.db.execute(f"UPDATE link SET {names} WHERE id = ?", (*values.values(), key))
        if wins:
            self.db.execute("UPDATE link SET target = NULL WHERE id = ?", (key,))
            self.db.execute("UPDATE capture SET settled = 0 WHERE link = ? AND settled", (key,))


def _join(old: Row, new: Row) -> dict[str, object]:
    """What both rows say together: a link is there for the sake of whoever needs it most."""
    return {
        "role": max(str(old["role"]), str(new["role"]), key=_ROLES.index),
        "depth": min(int(str(old["depth"])), int(str(new["depth"]))),
        "rank": min(int(str(old["rank"])), int(str(new["rank"]))),
    }


def _tidy(row: Row) -> dict[str, object]:
    """The columns of a row that can be written as they are; a time to ask for belongs to a question alone."""
    values = {name: value for name, value in row.items() if name not in {"id", "target", *_OWN}}
    if values.get("role") != "post":
        values["near"] = None
    return values


def reopen_left(db: sqlite3.Connection) -> None:
    """Let links wait that were left to another shard: who has all shards' answers asks for what none was given."""
    db.execute(
        "UPDATE link SET state = 'pending', reason = '' WHERE state = 'refused' AND substr(reason, 1, length(?)) = ?",
        (LEFT, LEFT),
    )
