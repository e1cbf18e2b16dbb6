"""Citations out of files: rows of JSONL, CSV or SQLite, and lists of URLs, as mappings that an archive takes in."""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
import zlib
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast

from ..models import Problem, ReadError
from ..readers.csvrows import CELL_ADVICE, open_table
from ..readers.files import Meter, wrap_stream
from ..readers.lines import read_lines
from .citationrows import LINK_COLUMNS, Found, check_row, find_line_row, make_problem, undecodable

STDIN = "-"
SUFFIXES = (".jsonl", ".jsonl.gz", ".csv", ".db")


def check_citations(path: str) -> None:
    """Raise a `ReadError` for an argument that is neither a URL, `-`, nor a file of a known kind, before any work.

    >>> check_citations("https://t.co/02OQCDI90m")
    >>> check_citations("gone.jsonl")
    Traceback (most recent call last):
    amberpost.models.ReadError: gone.jsonl: no such file: check the path; a URL begins with https://
    """
    if path == STDIN or is_url(path):
        return
    if not os.path.exists(path):  # noqa: PTH110  a name that no system takes is no file either
        raise ReadError(f"{path}: no such file: check the path; a URL begins with https://")
    if Path(path).is_dir():
        raise ReadError(f"{path}: is a folder: name the file of citations, or `amberpost find` them in it first")
    if not path.endswith(SUFFIXES):
        raise ReadError(f"{path}: citations are read from {' '.join(SUFFIXES)}; a list of URLs is named with --urls")


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
        elif path.endswith(".db"):
            yield from _read_database(path)
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
    if begun.startswith(b"{"):
        yield from find_objects(file, STDIN)
    elif begun.startswith((b"#", b"http://", b"https://")):
        yield from find_urls(file, STDIN)
    else:
        yield from find_csv_rows(file, STDIN)


def _read_open(file: BinaryIO, path: str) -> Found:
    if path.endswith(".csv"):
        yield from find_csv_rows(file, path)
    elif path.endswith(".jsonl"):
        yield from find_objects(file, path)
    else:
        yield from _find_packed_objects(file, path)


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
    r"""The rows of open JSONL.

    >>> import io
    >>> rows = list(find_objects(io.BytesIO(b'{"id": "7", "url": "https://t.co/a"}\n[1]\n'), "x.jsonl"))
    >>> rows[0], rows[1].reason
    ({'id': '7', 'url': 'https://t.co/a'}, 'is a list, not an object')
    """
    number = 0
    for number, line in enumerate(read_lines(file), 1):
        if not line.text.isspace():
            yield from find_line_row(line, name, f"line {number}")
    if number == 0:
        yield _empty(name)


def find_csv_rows(file: BinaryIO, name: str) -> Found:
    r"""The rows of open CSV; `links` is a JSON array there, or URLs with spaces between them.

    >>> import io
    >>> list(find_csv_rows(io.BytesIO(b"id,links\n7,https://t.co/a https://t.co/b\n"), "x.csv"))
    [{'id': '7', 'links': ['https://t.co/a', 'https://t.co/b']}]
    """
    table = open_table(file, wanted=LINK_COLUMNS)
    if table is None:
        yield _empty(name)
    elif set(LINK_COLUMNS).isdisjoint(table.columns):
        reason = f"has no column links, permalink or url among {', '.join(map(repr, table.columns[:20]))}"
        yield make_problem(name, "line 1", reason, "name one of the columns so; nothing of the file was taken")
    else:
        for row in table.rows:
            if row.replaced:
                yield undecodable(name, row.place, row.replaced)
            if row.broken:
                yield make_problem(name, row.place, row.broken, CELL_ADVICE)
            else:
                yield from check_row(dict(zip(table.columns, row.cells, strict=True)), name, row.place)


def _read_database(path: str) -> Found:
    """The rows of the table `citations` of a SQLite database, which is only read."""
    done = 0
    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.text_factory = lambda data: data.decode("utf-8", "replace")
            rows = db.execute("SELECT * FROM citations")
            columns = [column[0] for column in rows.description]
            for done, row in enumerate(rows, 1):
                yield from check_row(dict(zip(columns, row, strict=True)), path, f"row {done}")
    except sqlite3.Error as error:
        advice = f"the {done} rows before it are done; " if done else "nothing of the file was taken; "
        advice += "it should be a SQLite database with a table citations, as `amberpost find -o x.db` writes it"
        yield make_problem(path, None, f"cannot be read ({error})", advice)


def _empty(name: str) -> Problem:
    return make_problem(name, None, "is empty", "there is no link in it; remove it or fetch it again")


def _unreadable(name: str, error: OSError) -> Problem:
    reason = f"cannot be read: {error.strerror or error}"
    return make_problem(name, None, reason, "nothing of it was taken; see that it is there and may be read")
