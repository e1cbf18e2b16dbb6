"""Work in several processes: results in order, deaths survived, never a hang."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from amberpost.models import AmberpostError
from amberpost.processes import Death, Step, run_ordered


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
    monkeypatch.setattr("amberpost.processes._MOST_DEATHS", 3)
    with pytest.raises(AmberpostError, match="4 worker processes died"):
        list(run_ordered(range(5), die_always, jobs=2, resume=again, is_local=nowhere))
    assert multiprocessing.active_children() == []


def test_large_results_wait_for_their_turn_without_a_hang() -> None:
    parts = run_ordered(range(6), flood, jobs=3, resume=again, is_local=nowhere)
    assert [part[0] for part in parts] == [unit for unit in range(6) for _ in range(50)]


def test_local_units_are_done_by_this_process() -> None:
    found = list(run_ordered(range(6), where, jobs=2, resume=again, is_local=lambda unit: unit % 2 == 0))
    assert [pid == os.getpid() for pid in found] == [True, False] * 3
