"""The queue as it stands in the database: which lane has work, which link is next, when the next one is due."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any

from ...models import ArchiveError
from ..politeness.manners import NO_LANE
from ..records import LaneState, Link
from ..tallies import Tally

LINK = "id, url, role, depth, lane, state, reason, next_at, attempts, failing_since, outcome, status, target, near"
LONGEST_WAIT = 7 * 86400.0  # nothing waits longer: what seems to was put off by a clock that has been set back since
_RANKS = (0, 1)
_DUE = ("next_at <= :now", f"next_at > :now + {LONGEST_WAIT}")
_HAS = "EXISTS(SELECT 1 FROM link WHERE state = 'pending' AND lane = name AND rank = {} AND {})"
_HAS_WORK = " OR ".join(_HAS.format(rank, due) for rank in _RANKS for due in _DUE)
_HAS_NEW_WORK = " OR ".join(_HAS.format(rank, "next_at <= 0") for rank in _RANKS)
# The lanes are stepped through in the index, one seek each, however many links wait in them.
_NEXT_LANES = """
WITH RECURSIVE waiting(name) AS (
  SELECT (SELECT min(lane) FROM link WHERE state = 'pending' AND lane > :after)
  UNION ALL
  SELECT (SELECT min(lane) FROM link WHERE state = 'pending' AND lane > name) FROM waiting WHERE name IS NOT NULL
)
SELECT name FROM waiting WHERE name IS NOT NULL AND ({has_work}) LIMIT :limit
"""
_ANSWERED = f"""
SELECT lane FROM capture JOIN link ON link.id = capture.link
WHERE capture.status IS NOT NULL AND lane <> '{NO_LANE}' ORDER BY capture.id DESC LIMIT 100
"""


class Queue:
    """Questions to the queue; none of them changes it, so any connection may ask."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: sqlite3.Connection | None = connection

    @property
    def connection(self) -> sqlite3.Connection:
        """The database, for those who ask more than the methods do; raises ArchiveError once it is closed."""
        if self._connection is None:
            raise ArchiveError("the archive is closed: open it again")
        return self._connection

    def close(self) -> None:
        """Let go of the database; done twice, nothing more happens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def next_lanes(self, after: str, now: float, limit: int, *, only_new: bool = False) -> list[str]:
        """The first lanes behind `after`, in the order of names, with a link that is due, or was never put off."""
        query = _NEXT_LANES.format(has_work=_HAS_NEW_WORK if only_new else _HAS_WORK)
        rows = self.connection.execute(query, {"after": after, "now": now, "limit": limit})
        return [str(name) for (name,) in rows]

    def answered_lanes(self) -> list[str]:
        """The lanes of those who answered last, the latest first; copies out of files were asked of nobody."""
        rows = self.connection.execute(_ANSWERED)
        return list(dict.fromkeys(str(lane) for (lane,) in rows))

    def claim(self, lane: str, now: float, limit: int, *, excluding: Collection[int] = ()) -> list[Link]:
        """Up to `limit` links of a lane that are due, in order: cited ones and hops, then requisites; the oldest first.

        Nothing is marked: a link stays due until its result is recorded. `excluding` are ids that are under way.
        """
        found: list[Link] = []
        for rank in _RANKS:
            for due in _DUE:
                wanted = limit - len(found)
                if wanted > 0:
                    rows = self._due(lane, rank, due, now, wanted + len(excluding))
                    found += [link for link in rows if link.id not in excluding][:wanted]
        return found

    def _due(self, lane: str, rank: int, due: str, now: float, limit: int) -> list[Link]:
        where = f"state = 'pending' AND lane = :lane AND rank = :rank AND {due}"
        rows = self.connection.execute(
            f"SELECT {LINK} FROM link INDEXED BY link_due WHERE {where} ORDER BY next_at, id LIMIT :limit",
            {"lane": lane, "rank": rank, "now": now, "limit": limit},
        )
        return [read_link(row) for row in rows]

    def next_due(self, now: float) -> float | None:
        """When the next link is due: `now` or earlier when one is; `None` when none waits at all."""
        first, last = self.connection.execute(
            "SELECT (SELECT min(next_at) FROM link INDEXED BY link_next WHERE state = 'pending'),"
            " (SELECT max(next_at) FROM link INDEXED BY link_next WHERE state = 'pending')"
        ).fetchone()
        return now if last is not None and last > now + LONGEST_WAIT else first

    def lanes(self) -> list[LaneState]:
        """What each lane remembers of earlier runs."""
        rows = self.connection.execute("SELECT name, next_at, failures, until FROM lane ORDER BY name")
        return [LaneState(name=name, next_at=at, failures=failures, until=until) for name, at, failures, until in rows]

    def tallies(self) -> list[Tally]:
        """How many links stand alike, by lane, state and reason; a robots.txt is nobody's link, and not counted."""
        rows = self.connection.execute(
            "SELECT lane, state, reason, count(*), min(next_at) FROM link WHERE role <> 'robots'"
            " GROUP BY lane, state, reason ORDER BY lane, state, reason"
        )
        return [Tally(lane=lane, state=state, reason=why, links=n, next_at=at) for lane, state, why, n, at in rows]

    def find_link(self, url: str) -> Link | None:
        """The link with exactly that URL."""
        row = self.connection.execute(f"SELECT {LINK} FROM link WHERE url = ?", (url,)).fetchone()
        return row and read_link(row)


def read_link(row: tuple[Any, ...]) -> Link:
    """A link from a row with the columns of `LINK`."""
    (key, url, role, depth, lane, state, reason, next_at, attempts, since, outcome, status, target, near) = row
    return Link(
        id=key,
        url=url,
        role=role,
        depth=depth,
        lane=lane,
        state=state,
        reason=reason,
        next_at=next_at,
        attempts=attempts,
        failing_since=since,
        outcome=outcome,
        status=status,
        target=target,
        near=near,
    )
