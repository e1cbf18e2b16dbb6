"""`forget` cut short, by a kill at any step, a full disk or a reader in its way: all is forgotten, or nothing yet."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType

import pytest

from amberpost.archive.care.check import check
from amberpost.archive.care.forget import forget
from amberpost.archive.store import Store
from amberpost.models import ArchiveBusy, ArchiveError
from archiving import ABOUT
from smallarchive import HANDLE, ID, OWN, POST, WORDS, find_traces


def test_a_reader_that_keeps_old_pages_in_the_log_makes_it_say_so(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amberpost.archive.care.finishing._PATIENCE", 50)
    with closing(sqlite3.connect(copy / "archive.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM link").fetchone()
        with pytest.raises(ArchiveBusy, match="traces"):
            forget(copy, handle=HANDLE)
    assert any("forget" in problem.reason for problem in check(copy))
    Store.open(copy, about=ABOUT).close()
    assert find_traces(copy, HANDLE, ID, WORDS) == set()
    assert list(check(copy)) == []


def test_a_full_disk_that_ends_the_transaction_by_itself_leaves_no_new_files(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(db: sqlite3.Connection, *_: object) -> None:
        db.execute("ROLLBACK")  # as SQLite does when the disk is full
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(path.name for path in (copy / "warc").iterdir())
    monkeypatch.setattr("amberpost.archive.care.forget.note_pending", fill)
    with pytest.raises(ArchiveError, match="free space"):
        forget(copy, handle=HANDLE)
    assert sorted(path.name for path in (copy / "warc").iterdir()) == before


@pytest.mark.parametrize("call", range(6))
def test_a_full_disk_is_said_and_the_next_time_all_goes(copy: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    fsync, calls = os.fsync, iter(range(99))

    def fail(fd: int) -> None:
        if next(calls) == call:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(fd)

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ArchiveError, match="free space"):
        forget(copy, handle=HANDLE)
    monkeypatch.undo()
    forget(copy, handle=HANDLE)
    assert find_traces(copy, HANDLE, ID, WORDS) == set()
    assert list(check(copy)) == []


OUTSIDE = {"execute", "executemany", "fsync", "write", "replace", "unlink", "open", "close", "truncate", "flush"}
OURS = ("forget.py", "rewriting.py", "cdxj.py", "database.py", "forgotten.py", "pathlib.py", "selecting.py")


def kill_at(step: int, folder: Path) -> bool:
    """Forget in a child that dies before its call number `step` of the system or of SQLite; tells whether it did."""
    child = os.fork()
    if child == 0:
        steps = iter(range(1 << 30))

        def count(frame: FrameType, event: str, called: object) -> None:
            name = getattr(called, "__name__", "")
            if (
                event == "c_call"
                and name in OUTSIDE
                and frame.f_code.co_filename.endswith(OURS)
                and next(steps) == step
            ):
                os._exit(9)

        sys.setprofile(count)
        forget(folder, handle=HANDLE)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def find_steps(whole: Path, tmp_path: Path) -> Iterator[Path]:
    """The archive after each step at which a child was killed, one at a time."""
    step = 0
    while True:
        folder = Path(shutil.copytree(whole, tmp_path / str(step)))
        if not kill_at(step, folder):
            return
        yield folder
        shutil.rmtree(folder)
        step += 1


def test_killed_at_any_step_it_has_forgotten_all_or_nothing(whole: Path, tmp_path: Path) -> None:
    states = []
    for folder in find_steps(whole, tmp_path):
        Store.open(folder, about=ABOUT).close()
        assert list(check(folder)) == [], folder
        left = find_traces(folder, HANDLE, ID, WORDS, OWN)
        with Store.read(folder) as store:
            states.append(store.is_forgotten(POST))
        assert bool(left) != states[-1], folder
    assert len(states) > 60
    assert states == sorted(states)
    assert {False, True} == set(states)
