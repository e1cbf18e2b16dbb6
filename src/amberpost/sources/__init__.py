"""Who tells of a post: which URL to ask, and how to read what it answers. Pure functions; nothing here asks anybody.

All of it is built on what others recorded of the services, never on the services themselves: each module says from
where and as of when. A change at a service is a changed table there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..models import Permalink
from ..posts import Reading, Reply


@dataclass(slots=True, frozen=True)
class Source:
    """One service that tells of posts: `make_url` is `None` for a post that it says nothing of."""

    name: str
    make_url: Callable[[Permalink], str | None]
    read: Callable[[Reply, Permalink], Reading]


# By platform: asked in order, until one of them gives the post. Two that say it is not there are needed for `gone`.
SOURCES: Mapping[str, tuple[Source, ...]] = {}
