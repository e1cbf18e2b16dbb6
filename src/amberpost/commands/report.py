"""What `amberpost report` does once its arguments are parsed: pages about an archive, or about citations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from .. import read
from ..models import AmberpostError, Article, Problem, ReadError, WriteError
from ..report import ArchiveSource, CitationSource, check_extra, write_report
from ..report.output import check_folder as check_output
from ..report.sources import Source
from ..writers import check_name
from .archivefolder import check_folder, read_archive
from .citationfile import STDIN, check_citations, is_parts, is_url, read_citations
from .exits import DONE, FAILED, end_safely, say
from .tables import count
from .terminal import printable

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asked for, by the names of the flags."""

    source: str
    output: str
    articles: tuple[str, ...] = ()
    pseudonymize: bool = False
    quiet: bool = False


class Problems:
    """Passes records on and names, on standard error, those that are problems."""

    def __init__(self, *, quiet: bool) -> None:
        self.count = 0
        self.passed = 0
        self._quiet = quiet

    def pass_on(self, records: Iterator[T | Problem]) -> Iterator[T]:
        """The records that are none."""
        for record in records:
            if not isinstance(record, Problem):
                self.passed += 1
                yield record
                continue
            self.count += 1
            if not self._quiet:
                say(f"problem: {printable(str(record))}")


def run_report(wishes: Wishes) -> int:
    """Write the report, and return the exit code: 0 done; 1 something could not be read, and is named; 2 asked wrongly.

    130 Ctrl-C.
    """
    return end_safely(lambda: _run(wishes))


def _run(wishes: Wishes) -> int:
    check_extra()
    _check(wishes)
    problems = Problems(quiet=wishes.quiet)
    with _open_source(wishes, problems) as source:
        articles = problems.pass_on(read(*wishes.articles)) if wishes.articles else None
        shown = _write(source, wishes.output, articles)
    if not wishes.quiet:
        say(f"{count(shown, 'citation')} shown: open {printable(str(Path(wishes.output) / 'index.html'))} in a browser")
        if wishes.articles and shown and not (Path(wishes.output) / "texts").is_dir():
            say(
                "none of the articles read is among those that are cited: give --articles as `find` was given its paths"
            )
    return FAILED if problems.count else DONE


def _write(source: Source, output: str, articles: Iterator[Article] | None) -> int:
    """Write the pages; what the system has against the place of theirs is not said of the archive."""
    try:
        return write_report(source, output, articles=articles)
    except OSError as error:
        why = error.strerror or str(error)
        raise AmberpostError(f"{output}: {why}: see that there is room and that you may write there") from error


def _check(wishes: Wishes) -> None:
    """Raise for what is asked wrongly, before anything is written."""
    if wishes.pseudonymize and not _is_archive(wishes.source):
        raise ReadError(
            "--pseudonymize: an archive has the key that pseudonyms are made with: name its folder, or leave it out"
        )
    if wishes.pseudonymize and wishes.articles:
        raise ReadError("--pseudonymize: the articles' own words name people: leave out --articles")
    if is_url(wishes.source):
        raise ReadError(f"{wishes.source}: is a URL: name an archive's folder, or a file of citations")
    if _is_archive(wishes.source):
        check_folder(wishes.source, must_exist=True)
    else:
        check_citations(wishes.source, takes_urls=False)
    for path in wishes.articles:
        if path != STDIN and not Path(path).exists():
            raise ReadError(f"{path}: no such file or folder: check the path of --articles")
    if (wishes.source, *wishes.articles).count(STDIN) > 1:
        raise ReadError("- is named twice, but standard input can be read only once")
    check_name(wishes.output)
    _check_output(Path(wishes.output), wishes)


def _check_output(output: Path, wishes: Wishes) -> None:
    """A report among what it is made of would be read, or packed, with the next one."""
    check_output(output)
    for path in map(Path, (wishes.source, *wishes.articles)):
        if path.is_dir() and output.resolve().is_relative_to(path.resolve()):
            raise WriteError(f"{output}: is inside {path}, which is read: name a folder outside of it")


def _is_archive(source: str) -> bool:
    return source != STDIN and Path(source).is_dir() and not is_parts(source)


@contextmanager
def _open_source(wishes: Wishes, problems: Problems) -> Iterator[Source]:
    if _is_archive(wishes.source):
        with read_archive(wishes.source) as reader:
            yield ArchiveSource(reader, pseudonymize=wishes.pseudonymize)
        return
    yield CitationSource(_keep_earlier(wishes, problems))


def _keep_earlier(wishes: Wishes, problems: Problems) -> Iterator[Mapping[str, object]]:
    """The citations; raises at their end, which leaves an earlier report as it is, when none could be read."""
    rows: Iterator[Mapping[str, object]] = problems.pass_on(read_citations(wishes.source))
    yield from rows
    output = Path(wishes.output)
    if problems.count and not problems.passed and output.is_dir() and any(output.iterdir()):
        raise AmberpostError(f"{output}: no citation could be read, so it was left as it was: mend {wishes.source}")
