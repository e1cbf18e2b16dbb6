"""What must not be lost when `amberpost find` writes a file: what it reads, and what an earlier run had found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence

from ..models import AmberpostError, Citation, Problem, WriteError
from ..readers import is_lasting, list_batches
from ..readers.listing import STDIN, Batch, Lister, form_of
from ..writers.ours import is_ours

_ANOTHER = "name another file for the output"


def check_apart(output: str, paths: Sequence[str], *, files_from: str | None, lister: Lister) -> None:
    """Raise a `WriteError` when writing `output` would destroy what is read.

    In a folder that is read our own earlier output may stand: it is passed over there, and replaced.
    """
    if not os.path.exists(output):  # noqa: PTH110
        return
    named = [path for path in (*paths, files_from) if path is not None]
    is_earlier = is_ours(os.path.realpath(output), Citation)
    for path in named:
        if _is_same(path, output):
            shown = "standard input" if path == STDIN else path
            raise WriteError(f"{output}: is what is read ({shown}), and would be lost: {_ANOTHER}")
    for path in paths:
        if path != STDIN and lister.finds(path, output) and not is_earlier:
            raise _among(output, path)
    if files_from is not None and not is_earlier and form_of(output) is not None:
        _check_list(output, files_from, lister)


def _check_list(output: str, files_from: str, lister: Lister) -> None:
    """Raise a `WriteError` when an output that is somebody's is among what a list names, or may be, for all we know."""
    if not is_lasting(files_from):
        shown = "standard input" if files_from == STDIN else files_from
        raise WriteError(f"{output}: is no earlier output, and may be among what {shown} lists: {_ANOTHER}")
    for batch in list_batches((), files_from=files_from, lister=lister):
        if isinstance(batch, Batch) and any(_is_same(f"{batch.folder}{name}", output) for name in batch.names):
            raise _among(output, files_from)


def _among(output: str, path: str) -> WriteError:
    return WriteError(f"{output}: is among the articles that are read from {path}, and would be lost: {_ANOTHER}")


def _is_same(path: str, output: str) -> bool:
    """Whether a path that the user named, or standard input, is the file of the output."""
    try:
        given = os.fstat(sys.stdin.fileno()) if path == STDIN else os.stat(path)  # noqa: PTH116
    except (OSError, ValueError, AttributeError):  # what stands in for standard input has no number, or is closed
        return False
    return os.path.samestat(given, os.stat(output))  # noqa: PTH116


def keep_earlier(
    records: Iterator[Citation | Problem], output: str, *, has_read: Callable[[], bool]
) -> Iterator[Citation | Problem]:
    """Pass records on; raise at their end, which leaves the output as it is, when nothing at all could be read.

    An output that is not there yet, or is empty, is written all the same.
    """
    problems = 0
    for record in records:
        problems += isinstance(record, Problem)
        yield record
    if problems and not has_read() and os.path.exists(output) and os.path.getsize(output):  # noqa: PTH110, PTH202
        raise AmberpostError(f"{output}: nothing could be read, so it was left as it was: mend the input and run again")
