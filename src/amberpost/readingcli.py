"""The command line of what only reads an archive: what `amberpost status` and `export` take."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from .archivecli import Folder, Form, Quiet


class Of(StrEnum):
    """The values of --of."""

    links = "links"
    posts = "posts"
    verdicts = "verdicts"


def status(
    folder: Folder,
    of: Annotated[
        Of | None,
        typer.Option(help="Only this: links that wait, posts by what became of them, or citations by verdict."),
    ] = None,
    format: Annotated[Form | None, typer.Option(help="Write rows for programs, also on a terminal.")] = None,
    quiet: Quiet = False,
) -> None:
    """Show how an archive stands: what its links wait for, what became of the posts, and the verdicts.

    A terminal shows tables; a pipe gets JSONL: of the links, one row for each host, state and reason, or what --of
    names. Standard error sums up all three. It only reads, and may be run while the archive is at work.

    \b
    Examples:
      amberpost status kept
      amberpost status kept --format csv > queue.csv
      amberpost status kept --of verdicts

    \b
    Exit codes: 0 done; 1 the archive could not be read; 2 wrong usage.
    """
    from .commands.status import run_status

    code = run_status(folder, of=of.value if of else None, format=format.value if format else None, quiet=quiet)
    raise typer.Exit(code)


def export(
    folder: Folder,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write to a .jsonl, .jsonl.gz, .csv, .parquet or .db file."
        ),
    ] = None,
    format: Annotated[
        Form | None, typer.Option(help="Form of standard output, without -o [default: jsonl in a pipe].")
    ] = None,
    pseudonymize: Annotated[
        bool,
        typer.Option(
            "--pseudonymize", help="Names and ids as keyed digests; no words, no addresses. Not anonymous: see below."
        ),
    ] = False,
    csv_safe: Annotated[
        bool, typer.Option("--csv-safe", help="In CSV, put ' before cells that a spreadsheet would run.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Write one row for each citation: what the article shows, the post its links led to, and whether that is the one.

    Each row has the citation as it was given; the verdict with its reasons; the post as its service, or an old copy,
    tells of it; what became of it; and where in the WARC files all of that stands. Rows go to the file of -o, else to
    standard output: one readable line each on a terminal, JSONL in a pipe. It only reads, and may be run while the
    archive is at work.

    With --pseudonymize, accounts and posts keep one pseudonym each throughout the archive, which nobody can undo
    without the archive. Days, platforms, languages, outcomes and rounded counts stay: who knows a post may still find
    it in there.

    \b
    Examples:
      amberpost export kept -o posts.parquet       (.jsonl .jsonl.gz .csv .db likewise)
      amberpost export kept | jq 'select(.verdict == "different")'
      amberpost export kept -o posts.csv --csv-safe
      amberpost export kept -o shared.jsonl --pseudonymize

    \b
    Exit codes: 0 done; 1 the archive could not be read; 2 wrong usage; 130 Ctrl-C.
    """
    from .commands.export import Wishes, run_export

    wishes = Wishes(
        folder=folder,
        output=output,
        format=format.value if format else None,
        pseudonymize=pseudonymize,
        csv_safe=csv_safe,
        quiet=quiet,
    )
    raise typer.Exit(run_export(wishes))
