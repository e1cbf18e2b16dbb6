"""What docs/scale.md says that 10^9 articles and 10^8 links cost: reckoned again from the rates that it prints."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from pathlib import Path

import pytest

from amberpost.archive.politeness.manners import Manners
from test_tools import load_tool

ROOT = Path(__file__).resolve().parents[1]
PAGE, FIGURES = ROOT / "docs" / "scale.md", ROOT / "docs" / "benchmarks.md"
OPERATORS: dict[str, Callable[[float, float], float]] = {"×": operator.mul, "÷": operator.truediv, "+": operator.add}


def read_table(page: str, heading: str) -> list[list[str]]:
    section = page.partition(f"\n### {heading}\n")[2].partition("\n### ")[0].partition("\n<!--")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def read_number(text: str) -> float:
    return float(text.replace(",", ""))


def find_wrong_sums(page: str) -> list[str]:
    """The lines whose result is not what their rates give, to what is printed of it."""
    rates = {row[0].strip("`"): read_number(row[1]) for row in read_table(page, "The rates")}
    wrong = []
    for heading in ("10^9 articles", "10^8 links"):
        for what, expression, printed in read_table(page, heading):
            first, *rest = expression.strip("`").split()
            result = rates[first]
            for sign, word in zip(rest[::2], rest[1::2], strict=True):
                result = OPERATORS[sign](result, rates[word] if word in rates else read_number(word))
            if not math.isclose(result, read_number(printed.split()[0]), rel_tol=0.02, abs_tol=0.005):
                wrong.append(f"{what}: {result}, and not {printed}")
    return wrong


def test_each_sum_follows_from_the_rates_above_it() -> None:
    page = PAGE.read_text("utf-8")
    assert len(read_table(page, "10^9 articles")) + len(read_table(page, "10^8 links")) > 15
    assert find_wrong_sums(page) == []


def test_a_rate_that_is_changed_by_hand_is_noticed() -> None:
    page = PAGE.read_text("utf-8")
    assert "| `t.co` | 2 |" in page
    assert [line.partition(":")[0] for line in find_wrong_sums(page.replace("| `t.co` | 2 |", "| `t.co` | 3 |"))] == [
        "t.co"
    ]


def test_each_bound_is_that_of_the_archives_own_manners() -> None:
    manners = Manners(contact="desk@paper.example")
    bounds = read_table(PAGE.read_text("utf-8"), "What each service takes, however many the machines")
    lanes = {row[0].strip("`"): row for row in bounds}
    assert {"t.co", "cdn.syndication.twimg.com", "publish.x.com", "web.archive.org/cdx/", "any-host"} <= set(lanes)
    for lane, (_, a_day, million, most) in lanes.items():
        seconds = manners.find_seconds("news.example" if lane == "any-host" else lane)
        assert math.isclose(read_number(a_day), 86_400 / seconds, rel_tol=0.01), lane
        assert math.isclose(read_number(million.split()[0]), 1e6 * seconds / 86_400, rel_tol=0.01), lane
        assert math.isclose(read_number(most.split()[0]), 1e8 * seconds / 86_400, rel_tol=0.01), lane


def test_the_words_name_the_days_of_the_tables() -> None:
    page = PAGE.read_text("utf-8")
    words, _, tables = page.partition("<!-- cost:")
    for days in ("579", "1,157"):
        assert days in words
        assert f"{days} days" in tables


def test_what_was_measured_is_what_the_benchmarks_say() -> None:
    tool = load_tool("make_scale")
    printed = {row[0].strip("`"): row[1] for row in read_table(PAGE.read_text("utf-8"), "The rates")}
    measured = list(tool.read_figures(FIGURES.read_text("utf-8")))
    assert len(measured) == len(tool.MEASURED)
    assert {rate.name: rate.text for rate in measured}.items() <= printed.items()


def test_a_figure_that_was_not_measured_is_named() -> None:
    tool = load_tool("make_scale")
    with pytest.raises(ValueError, match="run `python -m benchmarks growth --write`"):
        list(tool.read_figures("# Benchmarks\n"))


def test_sums_are_reckoned_from_left_to_right() -> None:
    tool = load_tool("make_scale")
    assert tool.reckon("a + b × 2,000 ÷ c", {"a": 1.0, "b": 2.0, "c": 3.0}) == 2000.0
    with pytest.raises(ValueError, match="could not convert"):
        tool.reckon("a × unknown", {"a": 1.0})
