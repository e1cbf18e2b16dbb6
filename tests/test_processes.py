"""Work in several processes: results in order, deaths survived, never a hang."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from amberpost.flow.processes import Death, Step, run_ordered
from amberpost.models import AmberpostError

mark = "as imported"


def count_up(unit: int, step: Step) -> Iterator[tuple[int, int]]:
    step(0)
    time.sleep(0.02 if unit % 5 == 0 else 0)  # some take longer, so that results arrive out of order
    for part in range(unit % 4):
        yield unit, part


def die_at_seven(unit: int, step: Step) -> Iterator[int]:
    step(unit)
    if unit == 7:
        os._exit(3)
    yield unit


def die_always(unit: int, step: Step) -> Iterator[int]:
    step(0)
    os._exit(3)
    yield unit


def flood(unit: int, step: Step) -> Iterator[bytes]:
    step(0)
    for _ in range(50):
        yield bytes([unit]) * 100_000


def where(_: int, step: Step) -> Iterator[int]:
    step(0)
    yield os.getpid()


def tell_mark(_: int, step: Step) -> Iterator[str]:
    step(0)
    yield mark


def again(unit: int, _: Death[Any]) -> int:
    return unit


def nowhere(_: int) -> bool:
    return False


def test_parts_come_in_the_order_of_the_units() -> None:
    expected = [(unit, part) for unit in range(60) for part in range(unit % 4)]
    found = list(run_ordered(range(60), count_up, jobs=3, resume=again, is_local=nowhere))
    assert found == expected
    assert multiprocessing.active_children() == []


def test_a_unit_whose_worker_dies_is_handed_on_as_resume_says() -> None:
    deaths = []

    def resume(unit: int, death: Death[int]) -> int:
        deaths.append((unit, death.piece, death.exitcode))
        return 1000

    found = list(run_ordered(range(20), die_at_seven, jobs=2, resume=resume, is_local=nowhere))
    assert found == [1000 if unit == 7 else unit for unit in range(20)]
    assert deaths == [(7, 7, 3)]


def test_workers_that_die_again_and_again_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amberpost.flow.processes._MOST_DEATHS", 3)
    with pytest.raises(AmberpostError, match="4 worker processes died"):
        list(run_ordered(range(5), die_always, jobs=2, resume=again, is_local=nowhere))
    assert multiprocessing.active_children() == []


def test_large_results_wait_for_their_turn_without_a_hang() -> None:
    parts = run_ordered(range(6), flood, jobs=3, resume=again, is_local=nowhere)
    assert [part[0] for part in parts] == [unit for unit in range(6) for _ in range(50)]


def test_local_units_are_done_by_this_process() -> None:
    found = list(run_ordered(range(6), where, jobs=2, resume=again, is_local=lambda unit: unit % 2 == 0))
    assert [pid == os.getpid() for pid in found] == [True, False] * 3


def test_a_process_with_other_threads_is_never_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "mark", "changed since")
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert list(run_ordered([0], tell_mark, jobs=2, resume=again, is_local=nowhere)) == ["as imported"]
    finally:
        done.set()
        thread.join()


SCRIPT = """
import fcntl, signal, sys, time
sys.path.insert(0, sys.argv[1])
import test_processes
from test_processes import *
test_processes.mark = "changed since"
signal.signal(signal.SIGTERM, lambda *_: print("the parent's handler", flush=True))
lock = open(sys.argv[2], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
if __name__ == "__main__":
    for found in run_ordered(range(9), {work}, jobs=3, resume=again, is_local=nowhere):
        print(found, flush=True)
"""

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="forks where /proc tells of threads")


@pytest.fixture
def run_script(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start an interpreter of one thread, which forks, holding a lock and a handler of SIGTERM."""
    started: list[subprocess.Popen[str]] = []

    def start(work: str) -> subprocess.Popen[str]:
        arguments = [sys.executable, "-c", SCRIPT.format(work=work), str(Path(__file__).parent), str(tmp_path / "lock")]
        started.append(subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        with process:
            process.kill()


def tell_pid_and_wait(_: int, step: Step) -> Iterator[int]:
    step(0)
    yield os.getpid()
    time.sleep(0.05)


def tell_signals(_: int, step: Step) -> Iterator[str]:
    step(0)
    held = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    yield f"{mark}, {signal.getsignal(signal.SIGTERM)!r}, {signal.getsignal(signal.SIGINT)!r}, {sorted(held)}"


def tell_pid_and_sleep(_: int, step: Step) -> Iterator[int]:
    step(0)
    yield os.getpid()
    time.sleep(5)


@needs_proc
def test_a_fork_has_none_of_its_parents_handlers(run_script: Callable[[str], subprocess.Popen[str]]) -> None:
    told, _ = run_script("tell_signals").communicate(timeout=60)
    expected = f"changed since, {signal.SIG_DFL!r}, {signal.SIG_IGN!r}, []"
    assert told.splitlines() == [expected] * 9


@needs_proc
def test_a_lock_ends_with_the_process_that_took_it(
    run_script: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = run_script("tell_pid_and_sleep")
    assert process.stdout
    worker = int(process.stdout.readline())
    process.kill()
    process.wait()
    try:
        assert is_running(worker)
        with (tmp_path / "lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.kill(worker, signal.SIGKILL)


@needs_proc
def test_no_process_outlives_one_that_is_killed(run_script: Callable[[str], subprocess.Popen[str]]) -> None:
    """Forked processes hold copies of each other's pipes, which must not keep them waiting for ever."""
    process = run_script("tell_pid_and_wait")
    assert process.stdout
    workers = {int(process.stdout.readline()) for _ in range(4)}
    process.kill()
    until = time.monotonic() + 10
    while any(map(is_running, workers)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not [pid for pid in workers if is_running(pid)]


def is_running(pid: int) -> bool:
    """Whether it does anything: a dead one stays listed until somebody asks how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
