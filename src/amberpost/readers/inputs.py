"""What the user names to be read: checked before any work is done, then listed as batches of files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from ..models import Problem, ReadError
from .decode import check_encoding
from .extras import check_extra
from .listing import FORMS, STDIN, SUFFIX_ADVICE, Batch, Lister
from .options import Options


def check_input(
    paths: Sequence[str | os.PathLike[str]],
    *,
    files_from: str | os.PathLike[str] | None,
    lister: Lister,
    options: Options,
) -> None:
    """Raise a `ReadError` for what the user asked wrongly, before any work is done."""
    check_encoding(options.encoding)
    named = (*paths, *(() if files_from is None else (files_from,)))
    _check_paths(named)
    if lister.form not in (None, *FORMS):
        raise ReadError(f"unknown format {lister.form!r}: it is one of {', '.join(FORMS)}")
    if not named:
        raise ReadError("nothing to read: name files or folders, or - for standard input")
    if [os.fspath(path) for path in named].count(STDIN) > 1:
        raise ReadError("- is named twice, but standard input can be read only once")
    for path in (os.fspath(given) for given in paths):
        if path != STDIN and not os.path.exists(path):  # noqa: PTH110  paths stay strings: ids begin with them
            raise ReadError(f"{path}: no such file or folder: check the path")
        if not os.path.isdir(path):  # noqa: PTH112
            form = lister.form_of_path(path)
            if form is None:
                raise ReadError(f"{path}: has a suffix that Amberpost does not read: {SUFFIX_ADVICE}")
            check_extra(form)
    if files_from is not None and os.fspath(files_from) != STDIN and not is_openable(files_from):
        raise ReadError(f"{os.fspath(files_from)}: no such file: it should list one path a line")


def _check_paths(paths: Sequence[object]) -> None:
    """Raise a `ReadError` for what can be no path, such as a list of paths."""
    for path in paths:
        if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
            advice = ": name each by itself: read(*paths)" if isinstance(path, list | tuple | set) else ""
            raise ReadError(f"a path is a string or a pathlib.Path, not {type(path).__name__!r}{advice}")


def is_openable(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a file, or a pipe or device that can be read like one: `<(ls)`, `/dev/stdin`."""
    return os.path.exists(path) and not os.path.isdir(path)  # noqa: PTH110, PTH112


def is_lasting(files_from: str | os.PathLike[str] | None) -> bool:
    """Whether a list of paths, if there is one, can be read twice: standard input and pipes cannot."""
    return files_from is None or (os.fspath(files_from) != STDIN and os.path.isfile(files_from))  # noqa: PTH113


def list_batches(
    paths: Sequence[str | os.PathLike[str]],
    *,
    files_from: str | os.PathLike[str] | None,
    lister: Lister,
) -> Iterator[Batch | Problem]:
    """List the files of all paths, in their order; with several, each id begins with its path as given."""
    alone = len(paths) == 1 and files_from is None
    for path in (os.fspath(given) for given in paths):
        yield from lister.list_path(path, alone=alone)
    if files_from is not None:
        listed_in = os.fspath(files_from)
        for path in _read_path_list(listed_in):
            if path == listed_in == STDIN:
                yield Problem(source=path, reason="is the list that it stands in", advice="not read; leave it out")
            else:
                yield from lister.list_path(path, alone=False)


def _read_path_list(file: str) -> Iterator[str]:
    """The paths that a file, or standard input, lists one a line."""
    with sys.stdin.buffer if file == STDIN else open(file, "rb") as lines:  # noqa: PTH123
        for line in lines:
            if path := os.fsdecode(line.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")):
                yield path
