"""Where a citation leads: its links and the posts behind them are spelt twice, and have to be spelt alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ...models import Problem
from ...platforms import parse_permalink
from ..disk.cited import normalize_target
from .checkgroups import shown
from .checkrows import problem

_LINKS = "SELECT citation, citation_link.url, link.url FROM citation_link JOIN link ON link.id = link ORDER BY 1"
_POSTS = "SELECT permalink, platform, realm, post_id, handle FROM post ORDER BY id"


def find_wrong_places(db: sqlite3.Connection) -> Iterator[Problem]:
    """The links and posts that are not those that were cited; no digest vouches for what refers to them."""
    for citation, printed, queued in db.execute(_LINKS):
        if normalize_target(printed) != normalize_target(queued):
            yield problem(f"citation {shown(citation)}", f"its link {shown(printed)} is held for {shown(queued)}")
    for permalink, *post in db.execute(_POSTS):
        if not _is_of(permalink, *post):
            yield problem(shown(permalink), "its post, in the row beside it, is another's")


def _is_of(permalink: str, platform: str, realm: str, post_id: str, handle: str | None) -> bool:
    """Whether an address is of the post that it stands beside; the realm is one of the address's parts.

    An address may have been printed with an account, and be spelt without one here, as Instagram's are.
    """
    read = parse_permalink(permalink)
    if read is None or (read.platform, read.post_id) != (platform, post_id) or read.handle not in (None, handle):
        return False
    return not realm or realm in permalink.lower().split("/")
