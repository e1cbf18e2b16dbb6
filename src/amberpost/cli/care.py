"""The command line of what looks after archives: what `amberpost check`, `forget` and `merge` take."""

from __future__ import annotations

from typing import Annotated

import typer

from .values import Folder, Quiet


def check(folder: Folder, quiet: Quiet = False) -> None:
    """Check every byte of an archive, and name what has changed.

    Records, digests, offsets, the index and the database: each thing that is not as it was stored is named on standard
    output, with its file and place.

    \b
    Examples:
      amberpost check kept
      amberpost check kept -q > problems.txt

    Exit codes: 0 all is sound; 1 something is not, and is named; 2 wrong usage; 75 another process is at work on it.
    """
    from ..commands.check import run_check

    raise typer.Exit(run_check(folder, quiet=quiet))


def forget(
    folder: Folder,
    handle: Annotated[
        str | None, typer.Option(metavar="H", help="The account whose posts are to go, such as adawren.")
    ] = None,
    post: Annotated[
        str | None, typer.Option(metavar="URL", help="The one post that is to go, by its permalink.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask; needed where there is no terminal to ask on.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Erase a person's posts from an archive, for good.

    The citations go, their links, and every answer that only they led to. The WARC files are written anew without them,
    and a later run does not fetch them again. Nothing brings them back.

    \b
    Examples:
      amberpost forget kept --handle adawren
      amberpost forget kept --post https://x.com/adawren/status/1862485943811391923 --yes

    Exit codes: 0 done, or there was nothing; 1 it failed, or you said no; 2 wrong usage; 75 another process is at work.
    """
    from ..commands.forget import run_forget

    raise typer.Exit(run_forget(folder, handle=handle, post=post, yes=yes, quiet=quiet))


def merge(
    folders: Annotated[list[str], typer.Argument(metavar="DIR", help="The archives' folders; they stay as they are.")],
    to: Annotated[str, typer.Option("--to", metavar="DIR", help="The archive that takes all in; made if need be.")],
    quiet: Quiet = False,
) -> None:
    """Put several archives into one.

    They may be shards of one job, or the archives of several people. Records are copied byte for byte, each once. Of a
    link that several have, the answer that says most settles it. What one of them has forgotten is forgotten in all.
    Can be killed and run again; doing it twice changes nothing.

    \b
    Examples:
      amberpost merge shard-1 shard-2 shard-3 --to whole
      amberpost merge yours --to mine

    Exit codes: 0 done; 1 it failed, and nothing was changed; 2 wrong usage; 75 another process is at work there.
    """
    from ..commands.merge import run_merge

    raise typer.Exit(run_merge(folders, to=to, quiet=quiet))
