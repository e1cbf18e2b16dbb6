"""JSONL: an article a line, plain or gzipped."""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from ..models import Article, Problem
from .decode import ARTICLE_LIMIT, MARKS, name_empty, name_replaced
from .lines import Line, read_lines
from .options import COLUMN_ADVICE, DEFAULTS, Options
from .repeats import IdLog, Ids
from .rows import Row, find_row_article, type_of
from .stretches import STRETCH, Stretch

_BLOCK = 1 << 20
# Characters in which a column should show that the user named: no more than the first stretch of a large file has at
# least, so that a file that is read in stretches gives the same as when it is read whole.
_LOOKED_THROUGH = STRETCH // 4


def read_jsonl(
    file: BinaryIO,
    name: str,
    *,
    options: Options = DEFAULTS,
    ids: Ids | None = None,
    first: int = 1,
    limit: int = ARTICLE_LIMIT,
) -> Iterator[Article | Problem]:
    """Read an article from each line of `file`; a line that is none becomes a problem, and the next is read.

    `first` is the number of its first line, for a file that is read in stretches; own ids are noted in `ids`.

    >>> import io
    >>> rows = read_jsonl(io.BytesIO(b'{"text": "It rains."}\\n[1]\\n'), "a.jsonl")
    >>> [item.id if isinstance(item, Article) else str(item) for item in rows]
    ['a.jsonl#1', 'a.jsonl, line 2: is a list, not an object (write one object a line, such as {"text": "..."})']
    """
    ids = IdLog() if ids is None else ids
    unseen = {*options.find_named()} if first == 1 else set[str]()
    number, left = first - 1, _LOOKED_THROUGH
    for number, line in enumerate(read_lines(file, encoding=options.encoding, limit=limit, at_start=first == 1), first):
        if not line.text.isspace():
            yield from _find_line_article(line, name, number, options, ids, unseen)
        left -= len(line.text)
        if unseen and left <= 0:
            yield from _name_unseen(unseen, name, number)
    yield from _name_unseen(unseen, name, number) if number else (name_empty(name),)


def _name_unseen(columns: set[str], name: str, lines: int) -> Iterator[Problem]:
    """A problem for each column that the user named himself and no row has had, each told once."""
    for column in sorted(columns):
        reason = f"no row has a column {column!r}, as far as line {lines:,}"
        yield Problem(source=name, reason=reason, advice=COLUMN_ADVICE)
    columns.clear()


def find_stretches(path: str, name: str, *, size: int = STRETCH, block: int = _BLOCK) -> Iterator[Stretch]:
    """Cut a JSONL file into stretches of whole lines, each of `size` bytes or a little more.

    The file is read once more for this, to number the lines.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(b"1\\n22\\n333"), file.flush()
    ...     [stretch[2:5] for stretch in find_stretches(file.name, "a.jsonl", size=4)]
    [(0, 5, 1), (5, 8, 3)]
    """
    start, position, first, lines = 0, 0, 1, 0
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        while data := file.read(block):
            position += len(data)
            lines += data.count(b"\n")
            cut = data.rfind(b"\n") + 1
            stop = position - len(data) + cut
            if cut and stop - start >= size:
                yield Stretch(path, name, start, stop, first)
                start, first, lines = stop, first + lines, 0
    if start < position:
        yield Stretch(path, name, start, position, first)


def is_divisible(path: str, options: Options) -> bool:
    """Whether a line feed is a byte 10 in this file: not in UTF-16 and its like."""
    with open(path, "rb") as file:  # noqa: PTH123
        head = file.read(4)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), options.encoding or "utf-8")
    return codecs.lookup(marked).name == "utf-8"


def read_jsonl_gz(
    file: BinaryIO,
    name: str,
    *,
    options: Options = DEFAULTS,
    ids: Ids | None = None,
    limit: int = ARTICLE_LIMIT,
) -> Iterator[Article | Problem]:
    """Read gzipped JSONL; where the compressed stream is damaged or cut, the rows before it are still read.

    >>> import io
    >>> [a.id for a in read_jsonl_gz(io.BytesIO(gzip.compress(b'{"text": "It rains."}')), "a.jsonl.gz")]
    ['a.jsonl.gz#1']
    """
    number = 0
    with gzip.GzipFile(fileobj=file) as rows:
        try:
            for item in read_jsonl(cast(BinaryIO, rows), name, options=options, ids=ids, limit=limit):
                number += isinstance(item, Article)
                yield item
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            reason = f"its gzip stream is cut or damaged ({str(error).rstrip('.')})"
            advice = f"the {number} articles before it are read; fetch the file again"
            yield Problem(source=name, place=f"byte {file.tell()}", reason=reason, advice=advice)


def _find_line_article(
    line: Line, name: str, number: int, options: Options, ids: Ids, unseen: set[str]
) -> Iterator[Article | Problem]:
    place = f"line {number}"
    if line.replaced:
        yield name_replaced(name, place, line.replaced)
    if line.cut:
        reason = f"is longer than {ARTICLE_LIMIT // 2**20} MB"
        yield Problem(source=name, place=place, reason=reason, advice="not read; split it into its articles")
        return
    cells = _parse_object(line.text.removeprefix("\ufeff"))
    if isinstance(cells, dict):
        if unseen:
            unseen.difference_update(cells)
        yield from find_row_article(Row(name, number, place, cells), options=options, ids=ids)
    else:
        yield Problem(source=name, place=place, reason=cells, advice=_ADVICE)


_ADVICE = 'write one object a line, such as {"text": "..."}'


def _parse_object(text: str) -> dict[str, object] | str:
    """The object that a line holds, else what is wrong with it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return describe_json_error(error)
    return value if isinstance(value, dict) else f"is {type_of(value)}, not an object"


def describe_json_error(error: ValueError | RecursionError) -> str:
    """What is wrong with a line that `json` did not take.

    >>> try:
    ...     json.loads('{"text": "cut')
    ... except ValueError as error:
    ...     describe_json_error(error)
    'is not JSON: Unterminated string starting at column 10'
    """
    if isinstance(error, json.JSONDecodeError):  # some of whose messages end with the word that leads to the place
        return f"is not JSON: {error.msg.removesuffix(' at')} at column {error.colno}"
    return f"is not JSON that can be read: {error}"
