"""The command line: parse, call one library function, print."""

from __future__ import annotations

import io
import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from .. import __version__
from . import archive, care, reading

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Kind(StrEnum):
    """The values of --kind."""

    embed = "embed"
    link = "link"
    credit = "credit"
    mention = "mention"


def main() -> None:
    """Run the command line; what `amberpost` starts."""
    signal.signal(signal.SIGTERM, _stop)
    _open_streams()
    stdout = sys.stdout
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:  # of --help and --version: commands end their own way
        from ..commands.exits import describe, say

        say(f"amberpost: {describe(error)}")
        sys.exit(1)
    except SystemExit:
        if sys.stdout is stdout:
            raise
        from ..commands.exits import silence

        silence(stdout)  # typer puts another in its place, and ends with 1, when nobody reads its help any more
        sys.exit(0)


def _open_streams() -> None:
    """Let anything be printed: what was closed goes nowhere or is empty, what an encoding lacks becomes its code."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the process ends
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _stop(number: int, _: object) -> NoReturn:
    """End like Ctrl-C does, so that nothing half-written and no process stays behind."""
    sys.exit(128 + number)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"amberpost {__version__}")
        raise typer.Exit


@app.callback()
def amberpost(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Find the social-media posts that articles cite, and keep them from disappearing."""


@app.command(no_args_is_help=True)
def find(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Files and folders; - is standard input.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write to a .jsonl, .jsonl.gz, .csv, .parquet or .db file."
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DIR", help="Write parts into a folder; the same command goes on where it was killed."
        ),
    ] = None,
    kind: Annotated[
        list[Kind] | None,
        typer.Option(metavar="KIND", help=f"Only this kind ({', '.join(Kind)}); can be repeated."),
    ] = None,
    platform: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this platform, such as twitter; can be repeated.")
    ] = None,
    mentions: Annotated[
        bool, typer.Option("--mentions", help='Also prose such as "she wrote on X", the least sure kind.')
    ] = False,
    include: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="In folders, read only files that match; can be repeated.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="In folders, leave out files and folders that match.")
    ] = None,
    files_from: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Also read the paths that FILE lists, one a line; # begins no comment."),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Encoding of files without a byte order mark, if it is not found."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            metavar="FORM",
            help="Form of standard input (text, html, jsonl, csv, warc ...) or, when nothing is read from there, of "
            "standard output (jsonl, csv). IN,OUT names both.",
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes to use [default: one a core].")
    ] = None,
    text_column: Annotated[
        str, typer.Option(metavar="NAME", help="Column of the text in JSONL, CSV and Parquet.")
    ] = "text",
    html_column: Annotated[str, typer.Option(metavar="NAME", help="Column of HTML, where there is no text.")] = "html",
    id_column: Annotated[str, typer.Option(metavar="NAME", help="Column of the article's id.")] = "id",
    date_column: Annotated[str, typer.Option(metavar="NAME", help="Column of its date, in ISO form.")] = "date",
    title_column: Annotated[str, typer.Option(metavar="NAME", help="Column of its title.")] = "title",
    url_column: Annotated[str, typer.Option(metavar="NAME", help="Column of its URL.")] = "url",
    csv_safe: Annotated[
        bool, typer.Option("--csv-safe", help="In CSV, put ' before cells that a spreadsheet would run.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Print the articles instead, with each citation marked in its place.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing on standard error.")] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Also say what was passed over, and the time.")
    ] = False,
) -> None:
    """Find the posts that articles cite, one record for each citation.

    Reads .txt .md .html .jsonl(.gz) .csv .parquet .warc(.gz) .wet(.gz) .wacz files, and folders of them. Records go to
    the file of -o, else to standard output: one readable line each on a terminal, JSONL in a pipe. What could not be
    read is named on standard error, and beside the output in FILE.problems.jsonl (or .csv, or the table problems).

    \b
    Examples:
      amberpost find articles/                         look at what is there
      amberpost find articles/a.txt --show             the article, with what was found marked
      amberpost find articles/ -o citations.jsonl      keep it (.jsonl.gz .csv .parquet .db likewise)
      amberpost find articles/ --to found/             a long run; killed and repeated, it goes on
      amberpost find news.csv --text-column body       other names of columns
      amberpost find articles/ --kind embed --platform twitter | jq .permalink
      zcat dump.jsonl.gz | amberpost find - --format jsonl,csv > citations.csv

    Exit codes: 0 done; 1 something could not be read, and is named; 2 wrong usage; 75 another process writes to DIR;
    130 Ctrl-C.
    """
    from ..commands.find import Wishes, run_find
    from ..readers.options import Options

    wishes = Wishes(
        paths=tuple(paths or ()),
        output=output,
        to=to,
        kind=tuple(one.value for one in kind) if kind else None,
        platform=tuple(platform) if platform else None,
        mentions=mentions,
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        files_from=files_from,
        format=format,
        jobs=jobs,
        csv_safe=csv_safe,
        show=show,
        quiet=quiet,
        verbose=verbose,
    )
    options = Options(
        encoding=encoding,
        text_column=text_column,
        html_column=html_column,
        id_column=id_column,
        date_column=date_column,
        title_column=title_column,
        url_column=url_column,
    )
    raise typer.Exit(run_find(wishes, options))


for command in (
    *(archive.archive, reading.status, reading.report, reading.export),
    *(reading.replay, care.check, care.forget, care.merge),
):
    app.command(no_args_is_help=True)(command)


@app.command()
def demo(
    folder: Annotated[
        str | None, typer.Argument(metavar="FOLDER", help="Keep all of it there [default: a temporary folder].")
    ] = None,
) -> None:
    """Show all of it on a small internet of its own, without a network.

    It runs find, archive, export, status and check against servers on loopback, and shows what comes of each.

    \b
    Examples:
      amberpost demo
      amberpost demo tour        keep what it makes in the folder tour

    Exit codes: 0 done; 1 something failed, and is named; 2 wrong usage; 130 Ctrl-C.
    """
    from ..commands.demo import run_demo

    raise typer.Exit(run_demo(folder))
