"""The seeds of the fuzz targets, findings among them, and every fixture's address: what held once still holds."""

from __future__ import annotations

import pytest
from find import check_find, check_repeated
from fuzzing import read_seeds
from permalink import check_permalink, find_addresses


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in read_seeds("find")])
def test_find_holds_on_seed(data: bytes) -> None:
    check_find(data)


@pytest.mark.timed
@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in read_seeds("find")])
def test_find_ends_in_time_on_seed_repeated(data: bytes) -> None:
    check_repeated(data)


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in read_seeds("permalink")])
def test_parse_permalink_holds_on_seed(data: bytes) -> None:
    check_permalink(data)


def test_parse_permalink_holds_on_every_address_of_a_fixture() -> None:
    for address in find_addresses():
        check_permalink(address)
