"""A merge cut short, by a kill or a full disk: the target is as it was or as it is to be, and can be merged again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from amberpost import merge
from amberpost.archive.care.forget import forget
from amberpost.archive.store import Store
from archiving import ABOUT
from mergekills import find_damage, merge_and_die, merge_within
from smallarchive import HANDLE, ID, OWN, WORDS, build_two, find_traces
from test_archive_merge import build_other, build_third, check_all, dump, read_bytes

STRIDE = 11  # of the moments at which the disk is touched; `tests/crashes.py --only merges` tries each


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("sources")
    return [build_two(folder / "a"), build_third(folder / "c")]


def make_target(folder: Path) -> Path:
    """An archive that has something already, and that a merge changes everywhere."""
    merge([build_other(folder.with_name("other"))], to=folder)
    shutil.rmtree(folder.with_name("other"))
    return folder


def test_killed_at_any_step_the_target_is_whole_and_the_merge_can_be_repeated(
    sources: list[Path], tmp_path: Path
) -> None:
    first, last = make_target(tmp_path / "first"), tmp_path / "last"
    shutil.copytree(first, last)
    merge(sources, to=last)
    wanted, before = dump(last), dump(first)
    untouched = [read_bytes(folder) for folder in sources]
    step, seen = 0, set()
    while True:
        target = Path(shutil.copytree(first, tmp_path / str(step)))
        if not merge_and_die(sources, target, step=step):
            break
        assert find_damage(target) == "", step
        found = dump(target)
        seen.add(found["capture"] == before["capture"])
        assert found["capture"] in (before["capture"], wanted["capture"]), step
        merge(sources, to=target)
        assert dump(target) == wanted, step
        shutil.rmtree(target)
        step += STRIDE
    assert seen == {True, False}
    assert step > 5 * STRIDE
    assert [read_bytes(folder) for folder in sources] == untouched


def test_killed_at_any_step_nothing_that_was_forgotten_comes_back(sources: list[Path], tmp_path: Path) -> None:
    first = build_two(tmp_path / "first")
    forget(first, handle=HANDLE)
    step = 0
    while True:
        target = Path(shutil.copytree(first, tmp_path / str(step)))
        if not merge_and_die(sources, target, step=step):
            break
        assert find_damage(target) == "", step
        assert find_traces(target, HANDLE, ID, WORDS, OWN) == set(), step
        merge(sources, to=target)
        assert find_traces(target, HANDLE, ID, WORDS, OWN) == set(), step
        shutil.rmtree(target)
        step += 2 * STRIDE
    assert step > 5 * STRIDE


@pytest.mark.parametrize("size", [2_000, 20_000, 200_000, 260_000])
def test_a_disk_that_is_full_leaves_the_target_as_it_was(sources: list[Path], tmp_path: Path, size: int) -> None:
    target = make_target(tmp_path / "m")
    if merge_within(sources, target, largest_file=size):
        Store.open(target, about=ABOUT).close()
        check_all(target)
    merge(sources, to=target)
    check_all(target)


@pytest.mark.parametrize("size", [1, 2_000, 60_000])
def test_a_disk_that_is_full_leaves_no_archive_where_there_was_none(
    sources: list[Path], tmp_path: Path, size: int
) -> None:
    target = tmp_path / "m"
    assert merge_within(sources, target, largest_file=size)
    assert not target.exists()
