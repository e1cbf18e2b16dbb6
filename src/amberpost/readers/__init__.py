"""Reading: files and folders in, articles and problems out, one at a time however many there are."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import BinaryIO, Protocol

from ..models import Article, MissingExtra, Problem
from .decode import ARTICLE_LIMIT
from .extras import check_extra
from .files import Meter, open_window, read_whole, wrap_stream
from .inputs import check_input as check_input
from .inputs import is_lasting as is_lasting
from .inputs import is_openable as is_openable
from .inputs import list_batches as list_batches
from .jsonl import read_jsonl
from .listing import STDIN, Batch, Lister, form_of, normalize_name
from .markdown import find_markdown
from .options import DEFAULTS, Options
from .plain import find_plain, parse_sound
from .repeats import IdLog, Ids, Repeats
from .stretches import Stretch

# One line a form: the module that reads it, imported on first use, and the reader in it.
_READERS = {
    "text": (".plain", "read_plain"),
    "markdown": (".markdown", "read_markdown"),
    "html": (".htmlfile", "read_html"),
    "jsonl": (".jsonl", "read_jsonl"),
    "jsonl.gz": (".jsonl", "read_jsonl_gz"),
    "csv": (".csvfile", "read_csv"),
    "parquet": (".parquet", "read_parquet"),
    "warc": (".warc", "read_warc"),
    "wet": (".warc", "read_wet"),
    "wacz": (".wacz", "read_wacz"),
}
ROW_FORMS = ("jsonl", "jsonl.gz", "csv", "parquet", "warc", "wet", "wacz")

Found = Iterator[Article | Problem]


class _FindWhole(Protocol):
    """What finds the article in the bytes of a whole file."""

    def __call__(self, data: bytes, name: str, *, options: Options) -> Found: ...


# Forms whose bytes are their text: whether an article is wanted is told by these, before it is made.
_WHOLE: dict[str, _FindWhole] = {"text": find_plain, "markdown": find_markdown}


def read(
    *paths: str | os.PathLike[str],
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    files_from: str | os.PathLike[str] | None = None,
    format: str | None = None,
    encoding: str | None = None,
    text_column: str = "text",
    html_column: str = "html",
    id_column: str = "id",
    date_column: str = "date",
    title_column: str = "title",
    url_column: str = "url",
) -> Found:
    """Read the articles of files and folders, in a fixed order, with a `Problem` for whatever could not be read.

    Only a path that does not exist, or is of no known kind, raises (`ReadError`). `-` is standard input; `format`
    tells how to read that, or a file whose name does not. The problems of ids that occur twice come last.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "a.txt").write_text("It rains.")
    ...     [article.id for article in read(folder)]
    ['a.txt']
    """
    options = Options(
        encoding=encoding,
        text_column=text_column,
        html_column=html_column,
        id_column=id_column,
        date_column=date_column,
        title_column=title_column,
        url_column=url_column,
    )
    lister = Lister(include=include, exclude=exclude, form=format)
    check_input(paths, files_from=files_from, lister=lister, options=options)
    batches = list_batches(paths, files_from=files_from, lister=lister)
    return _read_all(batches, options, alone=len(paths) == 1 and files_from is None)


def read_batch(
    batch: Batch, *, options: Options = DEFAULTS, ids: Ids, meter: Meter, is_wanted: Callable[[str], bool] | None = None
) -> Iterator[Article | Problem | None]:
    """Read the files of a batch, one after the other; None stands for a sound article whose text is not wanted.

    Making no record of those saves a third of what searching a folder of small files costs.
    """
    folder, prefix, names, given = batch
    for name in names:
        meter.begin_file()
        form, called = given or form_of(name), normalize_name(prefix + name)
        find_articles = _find_whole(form)
        if find_articles is None or name == STDIN:
            yield from _read_file(folder + name, called, form, options, ids, meter, is_wanted)
            continue
        try:
            data = read_whole(folder + name, ARTICLE_LIMIT + 1)
        except OSError as error:
            yield _unreadable(called, error)
            continue
        meter.bytes += len(data)
        if is_wanted is not None and options.encoding is None and form in _WHOLE:
            text = parse_sound(data)
            if text is not None and not is_wanted(text):
                yield None
                continue
        yield from find_articles(data, called, options=options)


def _find_whole(form: str | None) -> _FindWhole | None:
    """What reads the bytes of a file that is one article; None for files of rows."""
    if form == "html":
        from .htmlfile import find_html  # what it loads is slow to load, and most folders have no pages

        return find_html
    return _WHOLE.get(form or "")


def read_file(
    path: str,
    name: str,
    *,
    form: str | None = None,
    options: Options = DEFAULTS,
    ids: Ids | None = None,
    meter: Meter | None = None,
) -> Found:
    """Read one file, whose articles are called `name` or `name#N`; one that cannot be opened is a problem."""
    ids = IdLog() if ids is None else ids
    found = _read_file(path, name, form, options, ids, Meter() if meter is None else meter, None)
    return (item for item in found if item is not None)


def _read_file(
    path: str,
    name: str,
    form: str | None,
    options: Options,
    ids: Ids,
    meter: Meter,
    is_wanted: Callable[[str], bool] | None,
) -> Iterator[Article | Problem | None]:
    """Read likewise, with None for a sound article whose text is not wanted, where making no record of it is worth it.

    That is in Parquet, whose cells tell without being decoded.
    """
    form = form or form_of(path)
    try:
        if path == STDIN:
            yield from _read_stdin(name, form, options, ids, meter)
            return
        with open_window(path, meter) as file:
            if form == "parquet" and is_wanted is not None:
                check_extra(form)
                from .parquet import find_parquet

                yield from find_parquet(file, name, options=options, ids=ids, is_wanted=is_wanted)
            else:
                yield from read_open(file, name, form or "text", options, ids)
    except OSError as error:
        yield _unreadable(name, error)
    except MissingExtra as error:
        yield Problem(source=name, reason="is not read", advice=str(error))


def read_stretch(
    stretch: Stretch, *, options: Options, ids: Ids, meter: Meter, is_wanted: Callable[[str], bool] | None = None
) -> Iterator[Article | Problem | None]:
    """Read part of a large file, for one process of several; None stands for a sound article that is not wanted."""
    path, name, form = stretch.path, normalize_name(stretch.name), stretch.form
    window = (stretch.start, stretch.stop) if form == "jsonl" else (0, None)
    meter.begin_file()
    try:
        with open_window(path, meter, start=window[0], stop=window[1]) as file:
            if form == "jsonl":
                yield from read_jsonl(file, name, options=options, ids=ids, first=stretch.first)
            elif form == "parquet":
                from .parquet import find_parquet

                yield from find_parquet(file, name, options=options, ids=ids, is_wanted=is_wanted, share=stretch)
            else:
                from .warc import read_warc, read_wet

                read_records = read_warc if form == "warc" else read_wet
                yield from read_records(file, name, options=options, ids=ids, stretch=stretch)
    except OSError as error:
        yield _unreadable(name, error)


def _read_stdin(name: str, form: str | None, options: Options, ids: Ids | None, meter: Meter) -> Found:
    if sys.stdin is None or sys.stdin.buffer.closed:
        yield _unreadable(name, OSError("it is closed, or was read before"))
        return
    file = wrap_stream(sys.stdin.buffer, meter)
    if not form:
        begun = file.peek(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        form = "jsonl" if begun.startswith(b"{") else "text"
    yield from read_open(file, name, form, options, ids)


def read_open(file: BinaryIO, name: str, form: str, options: Options, ids: Ids | None) -> Found:
    check_extra(form)
    module, reader = _READERS[form]
    read_x = getattr(import_module(module, __name__), reader)
    found: Found = (
        read_x(file, name, options=options, ids=ids) if form in ROW_FORMS else read_x(file, name, options=options)
    )
    return found


def _unreadable(name: str, error: OSError) -> Problem:
    reason = f"cannot be read: {error.strerror or error}"
    return Problem(source=name, reason=reason, advice="not searched; see that it is there and may be read")


def _read_all(batches: Iterator[Batch | Problem], options: Options, *, alone: bool) -> Found:
    meter = Meter()
    with Repeats() as ids:
        for batch in batches:
            if isinstance(batch, Problem):
                yield batch
                continue
            if not alone:
                note_files(batch, ids)
            for item in read_batch(batch, options=options, ids=ids, meter=meter):
                if item is not None:
                    yield _complete(item)
        yield from ids.find_problems()


def _complete(item: Article | Problem) -> Article | Problem:
    """An article with what its page says of itself, for those who keep it."""
    if isinstance(item, Problem) or item.html is None:
        return item
    from .pagemeta import PageArticle

    return item.complete() if isinstance(item, PageArticle) else item


def note_files(batch: Batch, ids: Ids) -> None:
    """Note the ids of whole files: of several paths, two may lead to the same one."""
    for name in batch.names:
        if form_of(name) not in ROW_FORMS:
            called = normalize_name(batch.prefix + name)
            ids.note(called, called, 0)
