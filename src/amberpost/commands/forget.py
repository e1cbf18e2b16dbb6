"""What `amberpost forget` does: say what goes, ask, and let it go."""

from __future__ import annotations

import sys
from pathlib import Path

from ..archive.care.forget import Forgot, forget
from ..models import ReadError
from .archivefolder import check_folder
from .exits import DONE, FAILED, end_safely, say
from .tables import count, describe_bytes
from .terminal import printable


def run_forget(folder: str, *, handle: str | None, post: str | None, yes: bool, quiet: bool) -> int:
    """Erase an account's posts, or one post, after a yes, and return the exit code: 1 also for a no."""
    return end_safely(lambda: _run(folder, handle=handle, post=post, yes=yes, quiet=quiet))


def _run(folder: str, *, handle: str | None, post: str | None, yes: bool, quiet: bool) -> int:
    check_folder(folder, must_exist=True)
    planned = _forget(folder, handle=handle, post=post, dry_run=True)
    if not yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise ReadError("nobody can be asked here whether that is meant: say so with --yes")
        say(f"{printable(handle or post or '')}: {describe(planned)} will go from {printable(folder)}, for good")
        if not _is_confirmed():
            say("nothing was changed")
            return FAILED
    forgot = _forget(folder, handle=handle, post=post, dry_run=False)
    if not quiet:
        again = f"; {count(forgot.requeued, 'link')} of others will be asked again" if forgot.requeued else ""
        say(f"forgotten: {describe(forgot)}, {describe_bytes(forgot.bytes)}{again}")
    return DONE


def _forget(folder: str, *, handle: str | None, post: str | None, dry_run: bool) -> Forgot:
    try:
        return forget(Path(folder), handle=handle, post=post, dry_run=dry_run)
    except ValueError as error:
        raise ReadError(f"{error} (--handle H or --post URL)") from None


def describe(forgot: Forgot) -> str:
    """How much goes.

    >>> describe(Forgot(citations=1, links=2, captures=0, requeued=0, bytes=0))
    '1 citation, 2 links, 0 captures'
    """
    parts = ((forgot.citations, "citation"), (forgot.links, "link"), (forgot.captures, "capture"))
    return ", ".join(count(number, word) for number, word in parts)


def _is_confirmed() -> bool:
    print("Is that meant? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
