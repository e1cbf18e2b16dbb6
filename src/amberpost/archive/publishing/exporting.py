"""Export: what an archive knows of the posts that were cited, as one file for a table, a database or a program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ...models import Record, WriteError
from ...writers import check_output, check_place, write
from ..disk.reading import Reader
from ..posts.citedpost import CitedPost
from ..posts.citedrows import find_cited_posts
from .pseudonyms import PseudonymousPost, Pseudonyms

_WACZ = ".wacz"


def export(
    folder: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    pseudonymize: bool = False,
    csv_safe: bool = False,
    sign: bool = False,
) -> int:
    """Write one row for each citation of an archive to `path`, in the form of its suffix, and return how many.

    A `.wacz` file holds, beside the rows, all that the archive has stored; `sign` signs it with the archive's key.
    The rows are `CitedPost`s; with `pseudonymize` they are `PseudonymousPost`s, which name nobody. `csv_safe` marks
    cells that a spreadsheet would run. The archive is only read, and may be at work, but for a `.wacz`; nobody is asked
    for anything. Raises `ArchiveError` where there is no archive, `WriteError` for a file that cannot be.

    >>> import tempfile
    >>> from amberpost.archive import Archive
    >>> folder = tempfile.mkdtemp()
    >>> with Archive(folder) as archive:
    ...     archive.add([{"id": "7a01", "links": ["https://t.co/02OQCDI90m"]}]).citations
    1
    >>> export(folder, f"{folder}.csv")
    1
    """
    check_export(path, pseudonymize=pseudonymize, sign=sign)
    if is_wacz(path):
        from .wacz import write_wacz

        return write_wacz(Path(folder), path, sign=sign).citations
    with Reader.read(Path(folder)) as reader:
        records = find_records(reader, pseudonymize=pseudonymize)
        return write(records, path, record=find_type(pseudonymize=pseudonymize), csv_safe=csv_safe)


def is_wacz(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file's name asks for a WACZ."""
    return os.path.realpath(path).endswith(_WACZ)


def check_export(path: str | os.PathLike[str], *, pseudonymize: bool, sign: bool = False) -> None:
    """Raise a `WriteError` when `path` cannot be written, or would hold beside pseudonyms what they stand for."""
    name = os.fspath(path)
    if is_wacz(path):
        if pseudonymize:
            raise WriteError(
                f"{name}: has the WARC files in it, which name everybody: export pseudonyms to .jsonl or .csv"
            )
        check_place(path)
        return
    if sign:
        raise WriteError(f"{name}: only a .wacz file is signed: leave --sign out, or name such a file")
    check_output(path, record=find_type(pseudonymize=pseudonymize), others=() if pseudonymize else (_WACZ,))
    if pseudonymize and os.path.realpath(path).endswith(".db") and Path(path).exists():
        raise WriteError(
            f"{os.fspath(path)}: is there already, and may hold names, also in pages it no longer uses: name a new file"
        )


def find_records(reader: Reader, *, pseudonymize: bool = False) -> Iterator[Record]:
    """The rows of an export, one at a time, in the order of the citations' ids."""
    if not pseudonymize:
        return find_cited_posts(reader)
    return map(Pseudonyms.read(reader.connection).hide_post, find_cited_posts(reader))


def find_type(*, pseudonymize: bool) -> type[Record]:
    """The type of an export's rows."""
    return PseudonymousPost if pseudonymize else CitedPost
