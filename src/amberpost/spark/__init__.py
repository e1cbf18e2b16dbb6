"""Amberpost on Spark: the generator of `amberpost.batches` where the rows are, with the records of `amberpost find`.

`find_citations` and `find_problems` take a DataFrame of articles; `find_in_warcs` and `run_warcs` take paths of WARC
files, one a task. All is loaded on first use: `open_session` can say what is missing, and whoever opens the session
himself need not have it.
"""

from typing import TYPE_CHECKING

from ..lazy import make_getattr

if TYPE_CHECKING:
    from .articles import find_citations as find_citations
    from .articles import find_problems as find_problems
    from .articles import find_repeated_ids as find_repeated_ids
    from .rounds import Results as Results
    from .rounds import read_results as read_results
    from .rounds import run_warcs as run_warcs
    from .session import open_session as open_session
    from .warcs import find_in_warcs as find_in_warcs

_HOMES = {
    "Results": "rounds",
    "find_citations": "articles",
    "find_in_warcs": "warcs",
    "find_problems": "articles",
    "find_repeated_ids": "articles",
    "open_session": "session",
    "read_results": "rounds",
    "run_warcs": "rounds",
}
__all__ = sorted(_HOMES)

__getattr__ = make_getattr(__name__, _HOMES)


def __dir__() -> list[str]:
    return list(__all__)
