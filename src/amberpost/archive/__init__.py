"""The archive: resolve and capture what citations link to. The only place with a network, and only when it runs.

`archive` is the way in; `running`, `asking` and `decisions` are the run, `store` and `storing` what it writes to. They
stand on rooms, each of which knows only those before it: `exchange` talks to a server, `politeness` says when, `disk`
keeps what was said, `posts` reads of posts in it; `care` and `publishing` work on an archive that rests.
"""

from __future__ import annotations

from .archive import Archive as Archive
from .archive import Network as Network
from .merging import merge as merge
from .politeness.shards import Shard as Shard
from .posts.citedpost import CitedPost as CitedPost
from .publishing.exporting import export as export
