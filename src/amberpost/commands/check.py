"""What `amberpost check` does: every problem of an archive a line on standard output, the sum on standard error."""

from __future__ import annotations

from pathlib import Path

from ..archive.care.check import Checked, check
from .archivefolder import check_folder
from .exits import DONE, FAILED, end_safely, say
from .tables import count, describe_bytes
from .terminal import printable


def run_check(folder: str, *, quiet: bool) -> int:
    """Check an archive and return the exit code: 1 when anything in it is not as it was stored."""
    return end_safely(lambda: _run(folder, quiet=quiet))


def _run(folder: str, *, quiet: bool) -> int:
    check_folder(folder, must_exist=True)
    problems = 0
    read = "nothing was read"

    def note(checked: Checked) -> None:
        nonlocal read
        read = f"{count(checked.captures, 'capture')}, {describe_bytes(checked.bytes)}"

    for problem in check(Path(folder), progress=note):
        problems += 1
        print(printable(str(problem)), flush=True)
    if not quiet:
        say(f"{printable(folder)}: {read}, {count(problems, 'problem')}")
    return FAILED if problems else DONE
