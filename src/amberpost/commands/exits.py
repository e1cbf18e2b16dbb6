"""How every command ends: exceptions become one line on standard error and an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

from ..models import AmberpostError, ArchiveBusy, ReadError, WriteError
from .terminal import printable

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
        say(f"amberpost: {printable(str(error))}")
        if isinstance(error, ArchiveBusy):
            return AGAIN
        return USAGE if isinstance(error, ReadError | WriteError) else FAILED


def say(line: str) -> None:
    """Write a line to standard error, if anybody still listens: work is not stopped for want of a listener."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Lead a stream whose other end is closed into nothing, else Python complains about it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
