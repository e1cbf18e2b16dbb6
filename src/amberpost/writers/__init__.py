"""Writing: records of any frozen type into the file that the suffix asks for, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from typing import IO, BinaryIO

from ..models import Citation, MissingExtra, Problem, Record, WriteError
from .atomic import replacing
from .ours import is_ours

# One line a suffix: the module that writes it, imported on first use, and the writer in it.
_WRITERS = {
    ".jsonl": (".jsonl", "write_jsonl"),
    ".jsonl.gz": (".jsonl", "write_jsonl_gz"),
    ".csv": (".csvfile", "write_csv"),
    ".parquet": (".parquet", "write_parquet"),
}
_DATABASE = ".db"
SUFFIXES = (*_WRITERS, _DATABASE)


def write(
    records: Iterable[Record],
    path: str | os.PathLike[str],
    *,
    record: type[Record] = Citation,
    csv_safe: bool = False,
) -> int:
    """Write records to `path` in the form of its suffix, and return how many, problems not counted.

    Each `Problem` among them goes beside: to `x.problems.jsonl` for `x.jsonl`, a file there only when there are any,
    and to a table of its own in SQLite. The file is replaced at the end: a run that is stopped leaves the old one.
    `record` is the type whose columns a file without rows shows. `csv_safe` marks the cells of a CSV file that a
    spreadsheet would run (see `protect_cell`). Raises `WriteError`, before anything is read, for a place where nothing
    can be written, or where a file that is none of ours stands in the way of the problems.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     out = pathlib.Path(folder, "x.jsonl")
    ...     count = write([Problem(source="a.txt", reason="is empty", advice="remove it")], out)
    ...     count, out.read_text(), sorted(p.name for p in out.parent.iterdir())
    (0, '', ['x.jsonl', 'x.problems.jsonl'])
    """
    _check_types(records, path)
    target = os.path.realpath(path)
    check_output(path, record=record)
    if target.endswith(_DATABASE):
        from .sqlite import write_sqlite

        return write_sqlite(records, target, record=record)
    suffix = suffix_of(target)
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as spool, replacing(target) as file:
        kept = _spool_problems(records, spool)
        count = write_to(kept, file, suffix=suffix, record=record, csv_safe=csv_safe)
        spool.seek(0)
        _write_problems(spool, problems_path(target), suffix, csv_safe=csv_safe)
    return count


def write_to(
    records: Iterable[Record],
    file: BinaryIO,
    *,
    suffix: str,
    record: type[Record] = Citation,
    csv_safe: bool = False,
) -> int:
    """Write records to an open file in the form that `suffix` names, and return how many.

    >>> import io
    >>> write_to([], file := io.BytesIO(), suffix=".csv", record=Problem), file.getvalue()
    (0, b'source,place,reason,advice\\r\\n')
    """
    _check_extra(suffix)
    module, writer = _WRITERS[suffix]
    options = {"safe": csv_safe} if suffix == ".csv" else {}
    count: int = getattr(import_module(module, __name__), writer)(records, file, record=record, **options)
    return count


def _check_types(records: object, path: object) -> None:
    """Raise a `WriteError` for arguments of which no records come, or that name no file."""
    if isinstance(records, Record):
        raise WriteError(f"write takes records, not one {type(records).__name__}: put it into a list")
    if not isinstance(records, Iterable) or isinstance(records, str | bytes):
        raise WriteError(f"write takes records first and then a path, not {type(records).__name__!r}: see help(write)")
    if not isinstance(path, str | os.PathLike):
        raise WriteError(f"a path is a string or a pathlib.Path, not {type(path).__name__!r}: name a file")


def check_output(
    path: str | os.PathLike[str], *, record: type[Record] = Citation, others: tuple[str, ...] = ()
) -> None:
    """Raise a `WriteError` when `path` cannot be written, before hours of work go into what should stand there.

    `others` are suffixes of files that the caller writes by itself, to be named where the suffix is none of ours.
    """
    target = os.path.realpath(path)
    check_place(path)
    _check_extra(suffix_of(target if os.path.islink(path) else os.fspath(path), others=others))  # noqa: PTH114
    beside = problems_path(target)
    if beside is not None and os.path.lexists(beside) and not is_ours(beside, Problem):
        where = os.path.basename(beside)  # noqa: PTH119
        raise WriteError(
            f"{os.fspath(path)}: its problems would go to {where} beside it, which is none of ours: move that, or name "
            "another output"
        )
    if target.endswith(_DATABASE):
        from .sqlite import check_database

        check_database(target, record=record)


def check_name(path: str | os.PathLike[str]) -> None:
    """Raise a `WriteError` for a name that a shell left empty, or with a `~`, which would become a folder called so."""
    name = os.fspath(path)
    if not name:
        raise WriteError("the name of the output is empty: is a variable of the shell not set?")
    if is_home_unread(name):
        raise WriteError(f"{name}: nobody read ~ as your home: write $HOME in its place, or a space before it for =")


def is_home_unread(name: str) -> bool:
    """Whether a name begins with a `~` that was to be somebody's home, and that no folder has for its name.

    >>> is_home_unread("~/found"), is_home_unread("found~/x")
    (True, False)
    """
    return (name == "~" or name.startswith("~/")) and not os.path.lexists("~")


def check_place(path: str | os.PathLike[str]) -> None:
    """Raise a `WriteError` when no file can be at `path`, whatever its form."""
    check_name(path)
    if os.fspath(path) == "-":
        raise WriteError("-: names no file: without -o records go to standard output")
    target = os.path.realpath(path)
    if os.path.isdir(target):  # noqa: PTH112
        raise WriteError(f"{os.fspath(path)}: is a folder: name a file in it")
    if not os.path.isdir(os.path.dirname(target)):  # noqa: PTH112, PTH120
        raise WriteError(f"{os.fspath(path)}: its folder does not exist: make it first")


def _check_extra(suffix: str) -> None:
    """Raise a `MissingExtra` when the library that writes such files is not installed."""
    if suffix == ".parquet" and find_spec("pyarrow") is None:
        raise MissingExtra(".parquet files need pyarrow, which is not installed: pip install 'amberpost[parquet]'")


def suffix_of(path: str, *, others: tuple[str, ...] = ()) -> str:
    """The suffix that tells how to write a file; a `WriteError` when none of ours does.

    >>> suffix_of("out.v2.jsonl.gz")
    '.jsonl.gz'
    """
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if path.endswith(suffix):
            return suffix
    known = " ".join((*SUFFIXES, *others))
    raise WriteError(f"{path}: Amberpost writes {known}: give the file one of these suffixes")


def problems_path(path: str) -> str | None:
    """Where the problems of an output go, None when they stand inside it.

    >>> problems_path("out/x.jsonl.gz"), problems_path("x.db")
    ('out/x.problems.jsonl.gz', None)
    """
    suffix = suffix_of(path)
    return None if suffix == _DATABASE else f"{path.removesuffix(suffix)}.problems{suffix}"


def _spool_problems(records: Iterable[Record], spool: IO[bytes]) -> Iterator[Record]:
    """The records that are no problems; these are put aside, as there may be too many to hold."""
    for item in records:
        if isinstance(item, Problem):
            spool.write(item.model_dump_json().encode() + b"\n")
        elif isinstance(item, Record):
            yield item
        else:
            raise WriteError(f"write takes records, such as those of find, not {type(item).__name__!r}")


def _write_problems(spool: IO[bytes], path: str | None, suffix: str, *, csv_safe: bool) -> None:
    first = spool.readline()
    if path is None:
        return
    if not first:
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108
        return
    with replacing(path) as file:
        problems = (Problem.model_validate_json(line) for line in chain([first], spool))
        write_to(problems, file, suffix=suffix, record=Problem, csv_safe=csv_safe)
