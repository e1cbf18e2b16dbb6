"""The command line of what only reads an archive: what `amberpost status`, `report`, `export` and `replay` take."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from .values import Folder, Form, Quiet


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
    """Show what an archive's links wait for, its posts and verdicts.

    A terminal shows tables; a pipe gets JSONL: of the links, one row for each host, state and reason, or what --of
    names. Standard error sums up all three. It only reads, and may be run while the archive is at work.

    \b
    Examples:
      amberpost status kept
      amberpost status kept --format csv > queue.csv
      amberpost status kept --of verdicts

    Exit codes: 0 done; 1 the archive could not be read; 2 wrong usage.
    """
    from ..commands.status import run_status

    code = run_status(folder, of=of.value if of else None, format=format.value if format else None, quiet=quiet)
    raise typer.Exit(code)


def report(
    source: Annotated[
        str,
        typer.Argument(
            metavar="DIR|CITATIONS",
            help="An archive's folder, or a file of citations or folder of `find --to`; - is stdin.",
        ),
    ],
    output: Annotated[str, typer.Option("-o", "--output", metavar="OUT", help="The folder to make, or to make anew.")],
    articles: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Show the texts of these articles, citations marked; as `find` was given them; can be repeated.",
        ),
    ] = None,
    pseudonymize: Annotated[
        bool,
        typer.Option(
            "--pseudonymize", help="Names and ids as keyed digests; no words, no addresses, no pictures. Not anonymous."
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Make pages to look at: plots, a table, each post as it was cited.

    The folder has a page with plots, one with a table of all citations, and each post beside what the article prints.
    It opens from a disk or any web server, index.html first, and asks no network for anything. Of an archive it shows
    each post with its verdict, its redirects and captures, and what waits; of a file of citations only what stands in
    it. An earlier report in OUT is replaced; a folder with anything else in it is left alone. Needs the extra `report`.

    \b
    Examples:
      amberpost report kept -o report
      amberpost report kept --articles articles/ -o report
      amberpost report citations.jsonl -o report
      amberpost report kept -o shared --pseudonymize

    Exit codes: 0 done; 1 something could not be read, and is named; 2 wrong usage; 130 Ctrl-C.
    """
    from ..commands.report import Wishes, run_report

    wishes = Wishes(
        source=source, output=output, articles=tuple(articles or ()), pseudonymize=pseudonymize, quiet=quiet
    )
    raise typer.Exit(run_report(wishes))


def export(
    folder: Folder,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write to a .jsonl, .jsonl.gz, .csv, .parquet, .db or .wacz file."
        ),
    ] = None,
    format: Annotated[
        Form | None, typer.Option(help="Form of standard output, without -o [default: jsonl in a pipe].")
    ] = None,
    pseudonymize: Annotated[
        bool,
        typer.Option(
            "--pseudonymize", help="Names and ids as keyed digests; no words, no addresses. Not anonymous: see above."
        ),
    ] = False,
    csv_safe: Annotated[
        bool, typer.Option("--csv-safe", help="In CSV, put ' before cells that a spreadsheet would run.")
    ] = False,
    sign: Annotated[
        bool, typer.Option("--sign", help="Sign a .wacz with the archive's own key, made when it is first wanted.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Write a row for each citation, with its post and the verdict.

    Each row has the citation as it was given; the verdict with its reasons; the post as its service, or an old copy,
    tells of it; what became of it; and where in the WARC files all of that stands. Rows go to the file of -o, else to
    standard output: one readable line each on a terminal, JSONL in a pipe. It only reads, and may be run while the
    archive is at work.

    A .wacz file has all that was stored in it, for players of web archives, with the rows as an extra file. For that
    the archive must rest: exit code 75 when it is at work. See docs/wacz.md for what a signature proves, and what not.

    With --pseudonymize, accounts and posts keep one pseudonym each throughout the archive, which nobody can undo
    without the archive. Days, platforms, languages, outcomes and rounded counts stay: who knows a post may still find
    it in there.

    \b
    Examples:
      amberpost export kept -o posts.parquet       (.jsonl .jsonl.gz .csv .db likewise)
      amberpost export kept | jq 'select(.verdict == "different")'
      amberpost export kept -o posts.csv --csv-safe
      amberpost export kept -o shared.jsonl --pseudonymize
      amberpost export kept -o kept.wacz --sign

    Exit codes: 0 done; 1 the archive could not be read; 2 wrong usage; 75 it is at work; 130 Ctrl-C.
    """
    from ..commands.export import Wishes, run_export

    wishes = Wishes(
        folder=folder,
        output=output,
        format=format.value if format else None,
        pseudonymize=pseudonymize,
        csv_safe=csv_safe,
        sign=sign,
        quiet=quiet,
    )
    raise typer.Exit(run_export(wishes))


def replay(
    file: Annotated[str, typer.Argument(metavar="FILE.wacz", help="What to look at.")],
    player: Annotated[
        str, typer.Option("--player", metavar="FOLDER", help="Where ReplayWeb.page was unpacked: see above.")
    ],
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, metavar="N", show_default=False, help="The port on 127.0.0.1 [default: a free one]."
        ),
    ] = 0,
) -> None:
    """Open a WACZ file in a player of web archives, on this machine.

    Prints the address to open in a browser, and serves until Ctrl-C: the player, and this one file, on an origin of
    their own; nothing else, and to nobody else. The player is ReplayWeb.page, which is not part of Amberpost (its
    licence is the AGPL):

    \b
      npm pack replaywebpage && tar xzf replaywebpage-*.tgz     makes the folder package
      amberpost replay kept.wacz --player package

    Exit codes: 1 it cannot be served; 2 wrong usage; 130 Ctrl-C, which is how it ends.
    """
    from ..commands.replay import run_replay

    raise typer.Exit(run_replay(file, player=player, port=port))
