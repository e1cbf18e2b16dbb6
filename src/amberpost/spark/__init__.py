"""Amberpost on Spark: the generator of `amberpost.batches` where the rows are, with the records of `amberpost find`.

`find_citations` and `find_problems` take a DataFrame of articles; `find_in_warcs` and `run_warcs` take paths of WARC
files, one a task. PySpark is loaded on first use: whoever opens the session himself need not use `open_session`.
"""

from .articles import find_citations, find_problems, find_repeated_ids
from .rounds import Results, read_results, run_warcs
from .session import open_session
from .warcs import find_in_warcs

__all__ = [
    "Results",
    "find_citations",
    "find_in_warcs",
    "find_problems",
    "find_repeated_ids",
    "open_session",
    "read_results",
    "run_warcs",
]
