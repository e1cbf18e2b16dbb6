"""A merge in a child process that is killed at a moment at which it touches the disk, or whose files may not grow."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from amberpost import merge
from amberpost.archive.care.check import check
from amberpost.archive.store import Store
from amberpost.models import ArchiveError
from archiving import ABOUT

CALLS = {"execute", "fsync", "write", "replace", "unlink", "open", "truncate", "flush", "ftruncate", "mkdir"}
FILES = ("merging.py", "forget.py", "rewriting.py", "cdxj.py", "database.py", "folder.py", "pathlib.py", "segments.py")
KILLED, FULL = 9, 75


def merge_and_die(sources: Sequence[Path], target: Path, *, step: int) -> bool:
    """Merge in a child that dies before its call number `step` of the system or of SQLite; tells whether it did."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _die_at(step)
            merge(sources, to=target)
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED), code
    return code == KILLED


def _die_at(step: int) -> None:
    steps = iter(range(1 << 30))

    def count(frame: FrameType, event: str, called: object) -> None:
        is_ours = frame.f_code.co_filename.endswith(FILES) and getattr(called, "__name__", "") in CALLS
        if event == "c_call" and is_ours and next(steps) == step:
            os._exit(KILLED)

    sys.setprofile(count)


def merge_within(sources: Sequence[Path], target: Path, *, largest_file: int) -> bool:
    """Merge in a child whose files may not grow beyond that size; tells whether the archive said that it is full."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
            merge(sources, to=target)
            code = 0
        except ArchiveError:
            code = FULL
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, FULL), code
    return code == FULL


def find_damage(target: Path) -> str:
    """What is wrong with a target after its merge was cut short, once it has been opened; '' when it is whole."""
    if target.exists():
        Store.open(target, about=ABOUT).close()
        return "; ".join(map(str, check(target)))
    return ""
