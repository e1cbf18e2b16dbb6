"""Work on units in several processes, results in the order of the units; knows nothing of articles."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from ..models import AmberpostError

U = TypeVar("U")
R = TypeVar("R")

# A result is sent in parts: `work(unit, step)` yields them, and calls `step(n)` before it takes up piece n of the unit.
Step = Callable[[int], None]
Work = Callable[[U, Step], Iterator[R]]

_PARTS_HELD = 8  # of a unit whose turn has not come; then its worker has to wait
_UNITS_AHEAD = 4  # a process
_MOST_DEATHS = 64
_NO_START = (
    "worker processes cannot be started: use jobs=1, or, in a script, put the call under if __name__ == '__main__'"
)


@dataclass(frozen=True, slots=True)
class Death(Generic[R]):
    """How far a unit had come when its process died: the piece at work, the last part that arrived, the exit code."""

    piece: int
    last: R | None
    exitcode: int | None


@dataclass(slots=True)
class _Slot(Generic[U, R]):
    """A unit on its way, in the order of the results."""

    unit: U
    parts: deque[R] = field(default_factory=deque)
    last: R | None = None
    local: bool = False
    taken: bool = False
    done: bool = False


@dataclass(slots=True)
class _Worker(Generic[U, R]):
    """A process, our end of its pipe, the piece it is at, and the unit it has; `ready` once it has reported."""

    process: Any
    pipe: Connection
    piece: Any
    slot: _Slot[U, R] | None = None
    ready: bool = False


def run_ordered(
    units: Iterable[U],
    work: Work[U, R],
    *,
    jobs: int,
    resume: Callable[[U, Death[R]], U],
    is_local: Callable[[U], bool],
) -> Iterator[R]:
    """Yield the parts of each unit's result, in the order of the units, worked out by `jobs` processes.

    Units and parts are pickled: send names, not bodies. When a worker dies, `resume` makes of its unit one that does
    the rest, and another worker goes on. A unit that `is_local` is done by this process, when its turn comes. Closing
    the iterator, or an exception such as Ctrl-C, ends the processes.
    """
    crew = _Crew(work, jobs, resume)
    try:
        yield from crew.run(iter(units), is_local)
    finally:
        crew.close()


class _Crew(Generic[U, R]):
    """The processes of one run, and the units on their way."""

    def __init__(self, work: Work[U, R], jobs: int, resume: Callable[[U, Death[R]], U]) -> None:
        self._work = work
        self._jobs = jobs
        self._resume = resume
        self._workers: list[_Worker[U, R]] = []
        self._slots: deque[_Slot[U, R]] = deque()
        self._deaths = 0

    def run(self, units: Iterator[U], is_local: Callable[[U], bool]) -> Iterator[R]:
        while True:
            self._fill(units, is_local)
            if not self._slots:
                return
            self._assign()
            head = self._slots[0]
            if head.local:
                yield from self._work(head.unit, _no_step)
                head.done = True
            elif head.parts:
                self._receive(timeout=0)  # so that nobody waits for us while our part is written
                self._assign()
                yield head.parts.popleft()
            elif not head.done:
                self._receive(timeout=None)
            if head.done and not head.parts:
                self._slots.popleft()

    def _fill(self, units: Iterator[U], is_local: Callable[[U], bool]) -> None:
        for unit in islice(units, self._jobs * _UNITS_AHEAD - len(self._slots)):
            self._slots.append(_Slot(unit, local=is_local(unit)))

    def _assign(self) -> None:
        """Give each unit that nobody has to a process that waits, and start processes while there are too few."""
        waiting = [slot for slot in self._slots if not (slot.taken or slot.done or slot.local)]
        for worker in self._workers:
            if waiting and worker.ready and worker.slot is None:
                slot = waiting.pop(0)
                with suppress(OSError):  # a dead one is found when we listen, and gives its unit back
                    slot.taken, worker.slot = True, slot
                    worker.pipe.send(slot.unit)
        starting = sum(not worker.ready for worker in self._workers)
        for _ in range(min(len(waiting) - starting, self._jobs - len(self._workers))):
            self._workers.append(_start(self._work))

    def _receive(self, *, timeout: float | None) -> None:
        """Take one message of each process that has one, unless its unit has to wait with many parts already."""
        head = self._slots[0]
        listened = [w for w in self._workers if w.slot is None or w.slot is head or len(w.slot.parts) < _PARTS_HELD]
        ready = set(wait([worker.pipe for worker in listened], timeout))
        for worker in listened:
            if worker.pipe in ready:
                try:
                    self._note(worker, worker.pipe.recv())
                except (EOFError, OSError):
                    self._bury(worker)

    def _note(self, worker: _Worker[U, R], part: R | None) -> None:
        slot = worker.slot
        if part is None:
            worker.ready, worker.slot = True, None
            if slot is not None:
                slot.done = True
        elif slot is not None:
            slot.parts.append(part)
            slot.last = part

    def _bury(self, worker: _Worker[U, R]) -> None:
        """Take a dead process off the list, and put the rest of its unit back to be given to another."""
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join()
        self._deaths += 1
        if not worker.ready and (worker.process.exitcode or 0) >= 0:  # below zero: a signal, which is no fault of ours
            raise AmberpostError(_NO_START)
        if self._deaths > _MOST_DEATHS:
            raise AmberpostError(f"{self._deaths} worker processes died: free some memory, or use jobs=1 to see why")
        if slot := worker.slot:
            slot.unit = self._resume(slot.unit, Death(worker.piece.value, slot.last, worker.process.exitcode))
            slot.taken, slot.last = False, None

    def close(self) -> None:
        for worker in self._workers:
            worker.pipe.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(5)
            if worker.process.exitcode is None:
                worker.process.kill()
                worker.process.join()


def _start(work: Work[U, R]) -> _Worker[U, R]:
    """Start a process that never sees Ctrl-C, which goes to all of a terminal's: ending it is our part.

    A fork takes 10 ms where a fresh interpreter takes 300, but leaves all threads but one behind, with what they hold:
    it is taken where no others are known to be.
    """
    is_alone = _count_threads() == 1
    context: Any = mp.get_context("fork" if is_alone else "spawn")
    ours, theirs = context.Pipe()
    piece = context.RawValue("q", 0)
    if not is_alone:
        resource_tracker.ensure_running()  # else starting it, as part of the first start, would unblock Ctrl-C again
    inherited = _list_descriptors() - {theirs.fileno()} if is_alone else set[int]()
    mask = getattr(signal, "pthread_sigmask", None)  # not on Windows
    before = mask(signal.SIG_BLOCK, signal.valid_signals()) if mask else None
    process = context.Process(target=_serve, args=(theirs, piece, work, inherited, before), daemon=True)
    try:
        process.start()
    finally:
        if mask:
            mask(signal.SIG_SETMASK, before)
        theirs.close()
    return _Worker(process, ours, piece)


def _count_threads() -> int | None:
    """The threads of this process, those of libraries too, where the system tells (Linux)."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208  names alone
    except OSError:
        return None


def _list_descriptors() -> set[int]:
    """What this process has open beside the three streams, where the system tells (Linux)."""
    return {number for number in map(int, os.listdir("/proc/self/fd")) if number > 2}  # noqa: PTH208


def _serve(pipe: Connection, piece: Any, work: Work[U, R], inherited: set[int], mask: Any) -> None:
    """What a process does: report, take a unit, send its parts, report; end when the other end is closed."""
    _let_go(inherited)
    _reset_signals(mask)

    def step(number: int) -> None:
        piece.value = number

    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send(None)
            unit = pipe.recv()
            step(0)
            for part in work(unit, step):
                pipe.send(part)


def _let_go(inherited: set[int]) -> None:
    """Drop the locks and ends of pipes that a fork has a copy of: they are to end with our parent.

    The numbers lead nowhere but stay taken, for objects that were copied, too, may yet close them.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in inherited:
        os.dup2(nowhere, number, inheritable=False)


def _reset_signals(mask: Any) -> None:
    """Forget the handlers that a fork has from its parent, before anything that was held back is let through."""
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if mask is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _no_step(number: int) -> None:
    """A unit that is done here needs no record of how far it came."""
