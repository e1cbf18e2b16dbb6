"""Amberpost finds the social-media posts that articles cite and keeps them from disappearing.

>>> import amberpost
>>> text = "Rebels outside the citadel. — Faytuks News (@Faytuks) November 29, 2024"
>>> [(c.handle, str(c.date), c.text) for c in amberpost.find(text)]
[('Faytuks', '2024-11-29', 'Rebels outside the citadel.')]
"""

from typing import TYPE_CHECKING

from .lazy import make_getattr

if TYPE_CHECKING:
    from .archive import Archive as Archive
    from .archive import CitedPost as CitedPost
    from .archive import Shard as Shard
    from .archive import export as export
    from .archive import merge as merge
    from .finding import find as find
    from .frames import read_frame as read_frame
    from .models import AmberpostError as AmberpostError
    from .models import ArchiveBusy as ArchiveBusy
    from .models import ArchiveDamaged as ArchiveDamaged
    from .models import ArchiveError as ArchiveError
    from .models import Article as Article
    from .models import Citation as Citation
    from .models import MissingExtra as MissingExtra
    from .models import Problem as Problem
    from .models import ReadError as ReadError
    from .models import WriteError as WriteError
    from .permalinks import normalize_url as normalize_url
    from .permalinks import parse_permalink as parse_permalink
    from .readers import read as read
    from .writers import write as write

__version__ = "0.1.0.dev0"

# Each public name and the module that has it: loaded on first use, so that `import amberpost` costs next to nothing.
_HOMES = {
    "AmberpostError": "models",
    "Archive": "archive",
    "ArchiveBusy": "models",
    "ArchiveDamaged": "models",
    "ArchiveError": "models",
    "Article": "models",
    "Citation": "models",
    "CitedPost": "archive",
    "MissingExtra": "models",
    "Problem": "models",
    "ReadError": "models",
    "Shard": "archive",
    "WriteError": "models",
    "export": "archive",
    "find": "finding",
    "merge": "archive",
    "normalize_url": "permalinks",
    "parse_permalink": "permalinks",
    "read": "readers",
    "read_frame": "frames",
    "write": "writers",
}
__all__ = sorted(_HOMES)

__getattr__ = make_getattr(__name__, _HOMES)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]  # what completion and help() show: not what happens to be loaded
