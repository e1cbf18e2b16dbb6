"""What `amberpost export` does once its arguments are parsed: a row for each citation, with its post and verdict."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..archive.disk.reading import Reader
from ..archive.posts.citedrows import find_cited_posts
from ..archive.publishing.exporting import check_export, export, find_records, find_type, is_wacz
from ..models import WriteError
from .archivefolder import check_folder, read_archive
from .closing import describe_verdicts
from .exits import DONE, end_safely, say
from .tables import count, write_rows
from .terminal import printable

if TYPE_CHECKING:
    from ..archive.posts.citedpost import CitedPost
    from ..archive.tallies import VerdictTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asked for, by the names of the flags."""

    folder: str
    output: str | None = None
    format: str | None = None
    pseudonymize: bool = False
    csv_safe: bool = False
    sign: bool = False
    quiet: bool = False


def run_export(wishes: Wishes) -> int:
    """Write what was asked for, and return the exit code: 0 done; 1 it could not be read; 2 asked wrongly."""
    return end_safely(lambda: _run(wishes))


def _run(wishes: Wishes) -> int:
    check_folder(wishes.folder, must_exist=True)
    _check_forms(wishes)
    rows = None
    if wishes.output is not None and is_wacz(wishes.output):
        return _pack(wishes, wishes.output)
    if wishes.output is not None:
        pseudonymize, csv_safe = wishes.pseudonymize, wishes.csv_safe
        rows = export(wishes.folder, wishes.output, pseudonymize=pseudonymize, csv_safe=csv_safe)
    else:
        _print(wishes)
    if not wishes.quiet:
        with read_archive(wishes.folder) as archive:
            say(_describe(archive.count_verdicts(), rows=rows, wishes=wishes))
    return DONE


def _pack(wishes: Wishes, output: str) -> int:
    """Write a WACZ, and say what is in it; of a signed one also what to publish, so that others can verify it."""
    from ..archive.publishing.wacz import write_wacz

    check_export(output, pseudonymize=wishes.pseudonymize, sign=wishes.sign)
    packed = write_wacz(Path(wishes.folder), output, sign=wishes.sign)
    if not wishes.quiet:
        say(f"{count(packed.citations, 'citation')} and {count(packed.pages, 'page')} packed with all that was stored")
        if packed.fingerprint:
            say(f"signed by the key with the SHA-256 fingerprint {packed.fingerprint}")
    return DONE


def _check_forms(wishes: Wishes) -> None:
    """Raise a `WriteError` for flags that contradict each other."""
    if wishes.format is not None and wishes.output is not None:
        raise WriteError(
            f"--format {wishes.format}: the suffix of {wishes.output} tells its form: leave one of them out"
        )
    if wishes.sign and not (wishes.output and is_wacz(wishes.output)):
        raise WriteError("--sign: only a .wacz file is signed: leave it out, or write to such a file with -o")
    if wishes.csv_safe and not (wishes.output or f".{wishes.format}").endswith(".csv"):
        raise WriteError("--csv-safe: only CSV is opened as a spreadsheet: leave it out, or write to a .csv file")


def _print(wishes: Wishes) -> None:
    """Write to standard output, whose own troubles, such as a closed pipe, are none of the archive's."""
    with Reader.read(Path(wishes.folder)) as archive:
        if wishes.format is None and not wishes.pseudonymize and sys.stdout.isatty():
            _print_lines(find_cited_posts(archive))
            return
        records = find_records(archive, pseudonymize=wishes.pseudonymize)
        record = find_type(pseudonymize=wishes.pseudonymize)
        write_rows(records, wishes.format or "jsonl", record=record, csv_safe=wishes.csv_safe)


def _print_lines(rows: Iterable[CitedPost]) -> None:
    width = shutil.get_terminal_size().columns
    for row in rows:
        print(format_row(row, width=width))


def format_row(row: CitedPost, *, width: int) -> str:
    """Show a row in one line: the verdict, what became of the post, when, by whom, and where it is.

    >>> from amberpost import CitedPost
    >>> format_row(CitedPost(id="7a", handle="adawren", verdict="unverifiable", text="Rain."), width=80)
    'unverifiable   -              -           @adawren          Rain.'
    """
    handle = row.known_handle or row.handle
    when = str(row.known_posted_at or row.date or "-")[:10]
    who = f"@{handle}" if handle else row.author_name or "-"
    head = f"{row.verdict or 'not judged':13}  {row.outcome or '-':13}  {when:10}  {printable(who):16}  "
    address = row.known_permalink or row.permalink or ("" if row.text else next(iter(row.links), ""))
    if address:
        return head + printable(address)  # whole, however long the line gets: people copy it
    words = printable(row.text or "-")
    room = max(20, width - len(head))
    return head + (words if len(words) <= room else words[: room - 1] + "…")


def _describe(tallies: Sequence[VerdictTally], *, rows: int | None, wishes: Wishes) -> str:
    words = describe_verdicts(tallies)
    if any(tally.verdict is None for tally in tallies):
        words += f" (amberpost archive --to {wishes.folder} --offline judges by what is stored)"
    return f"{count(rows, 'row')} written; {words}" if rows is not None else words
