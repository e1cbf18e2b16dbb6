"""Time grows as the text does, whatever the text: the one timed test. `.ci/campaign` runs the same up to 10 MB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import growth
from amberpost import Citation
from hostile import CITED

pytestmark = pytest.mark.timed


@pytest.mark.parametrize("name", growth.TRIALS)
def test_doubled_text_takes_twice_as_long(name: str) -> None:
    ratios = list(growth.find_ratios(name))
    assert max(ratios) <= growth.RATIO, [f"{ratio:.2f}" for ratio in ratios]


@pytest.mark.parametrize("name", growth.TRIALS)
def test_hostile_text_costs_no_more_than_its_bound(name: str) -> None:
    assert growth.find_excess(name) <= growth.SHARE_ELSEWHERE, growth.measure(name)


@pytest.mark.parametrize("name", CITED)
def test_a_citation_costs_no_more_than_so_many_validations(name: str) -> None:
    assert growth.find_citation_cost(name) <= growth.TIMES_VALIDATION_BUSY


@pytest.fixture
def slow_trial() -> Iterator[str]:
    """A finder that reads on to the end from many places, which is what this file is there to notice."""

    def find_to_the_end(text: str) -> list[Citation]:
        for start in range(0, len(text), 4):
            text.find("@", start)
        return []

    growth.TRIALS["slow"] = growth.Trial(lambda size: "a" * 4 * size, find_to_the_end)
    yield "slow"
    del growth.TRIALS["slow"]


def test_quadratic_time_is_noticed(slow_trial: str) -> None:
    assert max(growth.find_ratios(slow_trial)) > growth.RATIO
