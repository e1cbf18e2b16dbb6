"""The archive: resolve and capture what citations link to. The only place with a network, and only when it runs.

`archive` is the way in; `running` and `asking` are the run; `fetching` and `wire` talk to servers; `store` and
`segments` keep what they said; `check` and `forget` work on an archive that rests.
"""

from __future__ import annotations

from .archive import Archive as Archive
from .archive import Network as Network
from .citedpost import CitedPost as CitedPost
from .exporting import export as export
from .merging import merge as merge
from .shards import Shard as Shard
