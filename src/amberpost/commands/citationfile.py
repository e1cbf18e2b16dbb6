"""Citations out of files: which kind of file it is, rows of JSONL and CSV, and lists of URLs."""

from __future__ import annotations

import gzip
import os
import re
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from ..models import Problem, ReadError
from ..readers.csvrows import CELL_ADVICE, HEADER, HEADER_ADVICE, CsvTable, open_table
from ..readers.extras import check_extra
from ..readers.files import Meter, wrap_stream
from ..readers.lines import read_lines
from .citationrows import LINK_COLUMNS, Found, check_row, find_line_row, make_problem, undecodable
from .citationtables import read_database, read_parquet

STDIN = "-"
SUFFIXES = (".jsonl", ".jsonl.gz", ".csv", ".parquet", ".db")

_PART = re.compile(r"part-[0-9]{6,9}(?:\.[a-z]+){1,2}")  # of a folder that `find --to` wrote
_MANIFEST = "manifest.jsonl"
_GZIP = b"\x1f\x8b"


def check_citations(path: str, *, takes_urls: bool = True) -> None:
    """Raise a `ReadError` for an argument that is neither a URL, `-`, nor a file of a known kind, before any work.

    What takes no URLs takes an archive's folder in their place, and is advised so.

    >>> check_citations("https://t.co/02OQCDI90m")
    >>> check_citations("gone.jsonl")
    Traceback (most recent call last):
    amberpost.models.ReadError: gone.jsonl: no such file: check the path; a URL begins with https://
    """
    if path == STDIN or is_url(path):
        return
    if not path:
        raise ReadError("the name of a file of citations is empty: is a variable of the shell not set?")
    if not os.path.exists(path):  # noqa: PTH110  a name that no system takes is no file either
        missing = "no such file: check the path; a URL begins with https://"
        raise ReadError(f"{path}: {missing if takes_urls else 'no such file or folder: check the path'}")
    if is_parts(path):
        return
    if Path(path).is_dir():
        raise ReadError(f"{path}: is a folder: name the file of citations, or `amberpost find` them in it first")
    if not path.endswith(SUFFIXES):
        advice = "; a list of URLs is given with --urls" if takes_urls else ": name such a file, or an archive's folder"
        raise ReadError(f"{path}: citations are read from {' '.join(SUFFIXES)}{advice}")
    if path.endswith(".parquet"):
        check_extra("parquet")


def is_parts(path: str) -> bool:
    """Whether a path is a folder of parts, as `amberpost find --to` writes it: it is read like one file."""
    return os.path.isfile(os.path.join(path, _MANIFEST)) and any(_find_parts(path))  # noqa: PTH113, PTH118


def _find_parts(path: str) -> list[str]:
    names = [name for name in os.listdir(path) if _PART.fullmatch(name) and name.endswith(SUFFIXES)]  # noqa: PTH208
    return [os.path.join(path, name) for name in sorted(names) if ".problems." not in name]  # noqa: PTH118


def is_url(argument: str) -> bool:
    """Whether an argument is a URL, of whatever scheme, and no path: which of them may be fetched is another question.

    >>> is_url("https://t.co/02OQCDI90m"), is_url("archive/citations.jsonl"), is_url("file:///etc/hosts")
    (True, False, True)
    """
    scheme, colon, _ = argument.partition("://")
    return bool(colon) and scheme.isascii() and scheme.replace("+", "").replace("-", "").replace(".", "").isalnum()


def read_citations(path: str) -> Found:
    """Read the rows of a file of citations, one at a time; what cannot be read becomes a `Problem`, the rest is read.

    A row is given as it stands, but that `links` is always a list of strings. Standard input is JSONL when it begins
    with `{`, a list of URLs when it begins with one or with `#`, else CSV.
    """
    try:
        if path == STDIN:
            yield from _read_stdin()
        elif is_parts(path):
            for part in _find_parts(path):
                yield from read_citations(part)
        elif path.endswith(".db"):
            yield from read_database(path)
        elif path.endswith(".parquet"):
            yield from read_parquet(path)
        else:
            with Path(path).open("rb") as file:
                yield from _read_open(file, path)
    except OSError as error:
        yield _unreadable(path, error)


def read_urls(path: str) -> Found:
    """Read a list of URLs, one a line, as rows; empty lines and lines that begin with `#` are passed over."""
    try:
        if path == STDIN:
            yield from find_urls(sys.stdin.buffer, path)
            return
        with Path(path).open("rb") as file:
            yield from find_urls(file, path)
    except OSError as error:
        yield _unreadable(path, error)


def find_urls(file: BinaryIO, name: str) -> Found:
    r"""The URLs of an open list; a line that is none is a problem.

    >>> import io
    >>> list(find_urls(io.BytesIO(b"# two\nhttps://t.co/a\n\npic.twitter.com/b # media\n"), "list"))
    [{'url': 'https://t.co/a'}, {'url': 'pic.twitter.com/b'}]
    """
    for number, line in enumerate(read_lines(file, limit=1 << 16), 1):
        url = line.text.partition(" #")[0].strip()
        if not url or url.startswith("#"):
            continue
        if line.cut or line.replaced or len(url.split()) != 1 or "." not in url:
            reason = "is longer than a URL can be" if line.cut else f"is no URL: {url[:80]!r}"
            yield make_problem(name, f"line {number}", reason, "write one URL a line; the line was left out")
        else:
            yield {"url": url}


def _read_stdin() -> Found:
    file = wrap_stream(sys.stdin.buffer, Meter())
    begun = file.peek(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begun or begun.startswith(b"{"):
        yield from find_objects(file, STDIN)
    elif begun.startswith((b"#", b"http://", b"https://")):
        yield from find_urls(file, STDIN)
    else:
        yield from find_csv_rows(file, STDIN)


def _read_open(file: BinaryIO, path: str) -> Found:
    is_packed = file.read(len(_GZIP)) == _GZIP  # whatever the name says: others unpack files and keep their names
    file.seek(0)
    if path.endswith(".csv"):
        yield from find_csv_rows(file, path)
    elif is_packed:
        yield from _find_packed_objects(file, path)
    else:
        yield from find_objects(file, path)


def _find_packed_objects(file: BinaryIO, name: str) -> Found:
    """The rows of gzipped JSONL; where the stream is damaged or cut, those before it."""
    done = 0
    with gzip.GzipFile(fileobj=file) as unpacked:
        try:
            for row in find_objects(cast(BinaryIO, unpacked), name):
                yield row
                done += 1
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            reason = f"its gzip stream is cut or damaged ({str(error).rstrip('.')})"
            advice = f"the {done} rows before it are done; fetch the file again"
            yield make_problem(name, f"byte {file.tell()}", reason, advice)


def find_objects(file: BinaryIO, name: str) -> Found:
    r"""The rows of open JSONL; none where nothing is cited, for that is what `find` writes then.

    >>> import io
    >>> rows = list(find_objects(io.BytesIO(b'{"id": "7", "url": "https://t.co/a"}\n[1]\n'), "x.jsonl"))
    >>> rows[0], rows[1].reason
    ({'id': '7', 'url': 'https://t.co/a'}, 'is a list, not an object')
    """
    for number, line in enumerate(read_lines(file), 1):
        if not line.text.isspace():
            yield from find_line_row(line, name, f"line {number}")


def find_csv_rows(file: BinaryIO, name: str) -> Found:
    r"""The rows of open CSV; `links` is a JSON array there, or URLs with spaces between them.

    >>> import io
    >>> list(find_csv_rows(io.BytesIO(b"id,links\n7,https://t.co/a https://t.co/b\n"), "x.csv"))
    [{'id': '7', 'links': ['https://t.co/a', 'https://t.co/b']}]
    """
    table = open_table(file, wanted=LINK_COLUMNS)
    if table is None:
        yield make_problem(name, None, "is empty", "there is no link in it; remove it or fetch it again")
    elif not table.columns:
        yield make_problem(name, "line 1", HEADER, HEADER_ADVICE)
    elif set(LINK_COLUMNS).isdisjoint(table.columns):
        reason = f"has no column links, permalink or url among {', '.join(map(repr, table.columns[:20]))}"
        yield make_problem(name, "line 1", reason, "name one of the columns so; nothing of the file was taken")
    else:
        yield from _find_table_rows(table, name)


def _find_table_rows(table: CsvTable, name: str) -> Found:
    doubled = table.find_doubled()
    for column in doubled:
        reason = f"its column {column!r} stands there {table.columns.count(column)} times"
        yield make_problem(name, "line 1", reason, "taken without it; give each column a name of its own")
    if set(LINK_COLUMNS).isdisjoint({*table.columns} - {*doubled}):
        return
    for row in table.rows:
        if row.replaced:
            yield undecodable(name, row.place, row.replaced)
        if row.broken:
            yield make_problem(name, row.place, row.broken, CELL_ADVICE)
        else:
            yield from check_row(table.make_cells(row), name, row.place)


def _unreadable(name: str, error: OSError) -> Problem:
    reason = f"cannot be read: {error.strerror or error}"
    return make_problem(name, None, reason, "nothing of it was taken; see that it is there and may be read")
