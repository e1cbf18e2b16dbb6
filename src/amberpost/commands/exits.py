"""How every command ends: exceptions become one line on standard error and an exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import TextIO

from ..models import AmberpostError, ArchiveBusy, ReadError, WriteError
from .terminal import printable

_FULL = (errno.ENOSPC, errno.EDQUOT)
_BESIDE = ".amberpost-"  # how names of files begin that are to take the place of others: nobody asked for those
DONE, FAILED, USAGE, AGAIN, INTERRUPTED = 0, 1, 2, 75, 130


def end_safely(work: Callable[[], int]) -> int:
    """Do the work of a command and return its exit code, also where it raises what is meant for the user.

    1 something failed and is named; 2 asked wrongly; 75 another process holds the archive; 130 Ctrl-C. A reader of our
    output that goes away early, such as `head`, is no error.

    >>> end_safely(lambda: 75)
    75
    """
    try:
        return work()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        silence(sys.stdout)
        return DONE
    except (AmberpostError, OSError) as error:
        say(f"amberpost: {printable(describe(error))}")
        if isinstance(error, ArchiveBusy):
            return AGAIN
        return USAGE if isinstance(error, ReadError | WriteError) else FAILED


def describe(error: Exception) -> str:
    """What to tell of an error: our own say what to do, those of the system only what and where.

    >>> describe(PermissionError(13, "Permission denied", "kept/archive.db"))
    'kept/archive.db: Permission denied: see that there is room and that you may read and write there, then run again'
    """
    if not isinstance(error, OSError):
        return str(error)
    if error.filename is None:
        return f"{error.strerror}: free space, then run again" if error.errno in _FULL else str(error)
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(error.filename)
    place = os.path.dirname(name) or "." if os.path.basename(name).startswith(_BESIDE) else name  # noqa: PTH119, PTH120
    advice = "see that there is room and that you may read and write there, then run again"
    return f"{place}: {error.strerror or error}: {advice}"


def say(line: str) -> None:
    """Write a line to standard error, if anybody still listens: work is not stopped for want of a listener."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Lead a stream whose other end is closed into nothing, else Python complains about it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
