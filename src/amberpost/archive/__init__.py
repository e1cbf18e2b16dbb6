"""The archive: resolve and capture what citations link to. The only place with a network, and only when it runs.

`archive` is the way in, `session` puts a run together; `running`, `turns`, `asking`, `saving` and `decisions` are the
run; `store` and `storing` are what it writes to; `given`, `borrowing` and `merging` take in what others hold. They
stand on rooms, each of which knows only those before it: `exchange` talks to a server, `politeness` says when, `disk`
keeps what was said, `posts` reads of posts in it; `care` and `publishing` work on an archive that rests.
"""

from __future__ import annotations

from .archive import Archive as Archive
from .merging import merge as merge
from .politeness.shards import Shard as Shard
from .posts.citedpost import CitedPost as CitedPost
from .publishing.exporting import export as export
from .session import Network as Network
