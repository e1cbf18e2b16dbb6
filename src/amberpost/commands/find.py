"""What `amberpost find` does once its arguments are parsed: kept apart so that `--help` and `--version` load little."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from typing import BinaryIO, NamedTuple, cast

from ..finding.asked import check_wanted
from ..flow import Settings, Tally, find_in_files
from ..flow.units import file_size
from ..models import Citation, Problem, ReadError, WriteError
from ..readers import is_lasting, list_batches, read
from ..readers.listing import FORMS, STDIN, Lister, form_of
from ..readers.options import Options
from ..writers import check_output, is_home_unread, problems_path, write, write_to
from .citationfile import is_url
from .exits import end_safely
from .findoutput import check_apart, keep_earlier
from .show import show_articles
from .terminal import Display, SafeStream, print_lines

_WRITTEN = ("jsonl", "csv")
_PARTS = (*_WRITTEN, "parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asked for, by the names of the flags."""

    paths: tuple[str, ...] = ()
    output: str | None = None
    to: str | None = None
    kind: tuple[str, ...] | None = None
    platform: tuple[str, ...] | None = None
    mentions: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    files_from: str | None = None
    format: str | None = None
    jobs: int | None = None
    csv_safe: bool = False
    show: bool = False
    quiet: bool = False
    verbose: bool = False


def run_find(wishes: Wishes, options: Options) -> int:
    """Find, show and write what was asked for, and return the exit code.

    0 done; 1 something failed and is named; 2 asked wrongly; 130 Ctrl-C. A reader of our output that goes away early,
    such as `head`, is no error.
    """
    return end_safely(lambda: _run(wishes, options))


def _run(wishes: Wishes, options: Options) -> int:
    forms = parse_forms(wishes.format, paths=wishes.paths, output=wishes.output, parts=wishes.to is not None)
    if wishes.csv_safe and not (wishes.output or f".{forms.writing}").endswith(".csv"):
        raise WriteError("--csv-safe: only CSV is opened as a spreadsheet: leave it out, or write to a .csv file")
    check_wanted(wishes.kind, wishes.platform)
    _check_names(wishes.paths if wishes.files_from is None else (*wishes.paths, wishes.files_from))
    if wishes.show:
        return _show(wishes, forms, options)
    if wishes.to is not None:
        from .findparts import run_in_parts

        return run_in_parts(wishes, forms, options)
    tally = Tally()
    records = _find(wishes, forms, options, tally)
    bar = sys.stderr.isatty() and (wishes.output is not None or not sys.stdout.isatty())
    with closing(records), open_display(wishes, forms, tally, bar=bar) as display:
        followed = display.follow(records)
        if wishes.output is not None:
            followed = keep_earlier(followed, wishes.output, has_read=lambda: tally.articles > 0)
        _write(followed, wishes.output, forms.writing, csv_safe=wishes.csv_safe)
    if (wishes.verbose or sys.stderr.isatty()) and not wishes.quiet:
        display.print_table(verbose=wishes.verbose)
    return 1 if display.problems else 0


def _check_names(paths: Sequence[str]) -> None:
    """Raise a `ReadError` for what a shell or a habit makes of a name, before it is looked for as a file."""
    for path in paths:
        if not path:
            raise ReadError("the name of what is to be read is empty: is a variable of the shell not set?")
        if is_home_unread(path):
            raise ReadError(f"{path}: nobody read ~ as your home: write $HOME in its place, or a space before it for =")
        if is_url(path) and not os.path.exists(path):  # noqa: PTH110
            advice = "save the page as .html, or keep it: `amberpost archive URL --to DIR`"
            raise ReadError(f"{path}: is an address, and find asks no network: {advice}")


def _find(wishes: Wishes, forms: Forms, options: Options, tally: Tally) -> Generator[Citation | Problem, None, None]:
    return find_in_files(
        *wishes.paths,
        kind=wishes.kind,
        platform=wishes.platform,
        mentions=wishes.mentions,
        include=wishes.include,
        exclude=wishes.exclude,
        files_from=wishes.files_from,
        format=forms.reading,
        options=options,
        jobs=wishes.jobs or count_cores(),
        outputs=_output_files(wishes, forms.reading),
        tally=tally,
    )


def _show(wishes: Wishes, forms: Forms, options: Options) -> int:
    """Print the articles themselves, in one process: people read slower than that."""
    if wishes.output is not None or wishes.to is not None or forms.writing is not None:
        raise WriteError("--show prints articles to look at: leave out -o, --to and --format, or leave out --show")
    articles = read(
        *wishes.paths,
        include=wishes.include,
        exclude=wishes.exclude,
        files_from=wishes.files_from,
        format=forms.reading,
        **asdict(options),
    )
    settings = Settings(options, wishes.kind, wishes.platform, wishes.mentions)
    return show_articles(articles, settings, quiet=wishes.quiet, verbose=wishes.verbose, alone=_find_alone(wishes))


class Forms(NamedTuple):
    """How to read what does not tell by its name, and how to write to standard output."""

    reading: str | None
    writing: str | None


def parse_forms(value: str | None, *, paths: Sequence[str], output: str | None, parts: bool = False) -> Forms:
    """Read what `--format` says: IN,OUT or one of them, the form of the input when its name does not tell that.

    With `parts` that may be Parquet, too, which nobody would want on standard output.

    >>> parse_forms("csv", paths=["-"], output=None), parse_forms("csv", paths=["."], output=None)
    (Forms(reading='csv', writing=None), Forms(reading=None, writing='csv'))
    """
    if value is None:
        return Forms(None, None)
    first, comma, second = value.partition(",")
    unnamed = any(path == STDIN or (form_of(path) is None and not os.path.isdir(path)) for path in paths)  # noqa: PTH112
    forms = Forms(first, second) if comma else Forms(first, None) if unnamed else Forms(None, first)
    if forms.reading is not None and forms.reading not in FORMS:
        raise ReadError(f"--format {value}: input is one of {', '.join(FORMS)}")
    written = _PARTS if parts else _WRITTEN
    if forms.writing is not None and forms.writing not in written:
        where = "parts are" if parts else "standard output is"
        advice = "; what is read is read as its suffix says" if forms.reading is None else ""
        raise WriteError(f"--format {value}: {where} one of {', '.join(written)}{advice}")
    if forms.writing is not None and output is not None:
        raise WriteError(f"--format {value}: the suffix of {output} tells its form: leave one of them out")
    return forms


def count_cores() -> int:
    """The cores that this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_display(wishes: Wishes, forms: Forms, tally: Tally, *, bar: bool) -> Display:
    """What follows a run on standard error."""
    sizes = partial(find_sizes, wishes, forms.reading)
    return Display(tally, quiet=wishes.quiet, bar=bar, measure=sizes, alone=_find_alone(wishes))


def _find_alone(wishes: Wishes) -> str:
    """The path that is the only one, whose articles are called without its folder."""
    return wishes.paths[0] if len(wishes.paths) == 1 and wishes.files_from is None else ""


def _output_files(wishes: Wishes, form: str | None) -> list[str]:
    if wishes.output is None:
        return []
    check_output(wishes.output)
    lister = Lister(include=wishes.include, exclude=wishes.exclude, form=form)
    check_apart(wishes.output, wishes.paths, files_from=wishes.files_from, lister=lister)
    beside = problems_path(wishes.output)
    return [wishes.output] if beside is None else [wishes.output, beside]


def find_sizes(wishes: Wishes, form: str | None) -> Iterator[int]:
    """The sizes of all files of a run, for a progress bar; nothing when some of it comes out of a pipe."""
    if STDIN in wishes.paths or not is_lasting(wishes.files_from):
        return
    lister = Lister(include=wishes.include, exclude=wishes.exclude, form=form)
    for batch in list_batches(wishes.paths, files_from=wishes.files_from, lister=lister):
        if not isinstance(batch, Problem):
            yield sum(file_size(batch.folder + name) for name in batch.names)


def _write(records: Iterator[Citation | Problem], output: str | None, form: str | None, *, csv_safe: bool) -> None:
    if output is not None:
        write(records, output, csv_safe=csv_safe)
        return
    citations = (record for record in records if isinstance(record, Citation))
    if sys.stdout.isatty() and form is None:
        print_lines(citations, sys.stdout)
    else:
        file = SafeStream(sys.stdout) if sys.stdout.isatty() else sys.stdout.buffer
        write_to(citations, cast(BinaryIO, file), suffix=f".{form or 'jsonl'}", csv_safe=csv_safe)
    sys.stdout.flush()
