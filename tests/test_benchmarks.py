"""The benchmarks' one command: every part gives rows, in small and without a bound on time; what is missing is said."""

from __future__ import annotations

import doctest
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _find_benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are no part of the package: whoever runs them stands in the project's folder, and so do their children."""
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The command with two parts of its own, which writes into a file of its own."""
    from benchmarks import __main__, parts
    from benchmarks.timing import Row

    def measure(*, rounds: int, quick: bool) -> Iterator[Row]:
        assert quick == (rounds == 2)
        yield Row("walking", "km/h", (5.0, 4.0, 6.5))
        yield Row("beside running", "km/h", (10.0,), 0.5, 0.4)

    def miss(*, rounds: int, quick: bool) -> Iterator[Row]:
        del rounds, quick
        yield Row("flying is not installed", "km/h")
        yield Row("swimming beside sinking", "km/h", (1.0,), 0.5, 2.0)

    made = {
        "ways": parts.Part(name="ways", measure=measure, note="On foot.", packages=("pytest", "no-such-thing")),
        "others": parts.Part(name="others", measure=miss, note="Not on foot.", tools=("no-such-tool",)),
    }
    monkeypatch.setattr(__main__, "PARTS", tuple(made.values()))
    monkeypatch.setattr(__main__, "BY_NAME", made)
    monkeypatch.setattr(__main__, "DOCUMENT", tmp_path / "benchmarks.md")
    return __main__


def run(book: Any, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.setattr(sys, "argv", ["benchmarks", *options])
    return int(book.main())


def test_one_command_measures_all_and_says_what_was_missed(
    book: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(book, monkeypatch) == 1
    said = capsys.readouterr().out
    assert "| walking        | 5.00   | 4.00–6.50 | km/h |       |        |" in said
    assert "| beside running | 10.0   | once      | km/h | 0.500 | ≥ 0.4  |" in said
    assert "0.500 | ≥ 2 (missed)" in said
    assert "flying is not installed" in said
    assert f"pytest {pytest.__version__}" in said
    assert "no-such-thing" not in said
    assert "no no-such-tool" in said
    assert run(book, monkeypatch, "ways") == 0


def test_a_page_keeps_the_parts_that_were_not_measured_again(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run(book, monkeypatch, "--write")
    whole = book.DOCUMENT.read_text("utf-8")
    assert [line for line in whole.splitlines() if line.startswith("#")] == ["# Benchmarks", "## Ways", "## Others"]
    book.DOCUMENT.write_text(whole.replace("flying", "diving"), "utf-8")
    run(book, monkeypatch, "ways", "--quick", "--write")
    page = book.DOCUMENT.read_text("utf-8")
    assert "diving is not installed" in page
    assert page.count("in a hurry") == 1
    assert page.index("in a hurry") < page.index("## Others")


def test_a_part_that_there_is_not_is_refused_by_name(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(book, monkeypatch, "wayz")
    assert stopped.value.code == 2


def test_every_part_has_a_name_of_its_own_and_says_what_it_is_of() -> None:
    from benchmarks.parts import BY_NAME, PARTS

    assert len(BY_NAME) == len(PARTS)
    assert {"text", "folder", "containers", "growth", "pages", "peers", "spark", "archive", "disk", "outputs"} <= set(
        BY_NAME
    )
    assert all(part.note.endswith(".") and part.rounds >= 1 for part in PARTS)
    assert all(part.count_rounds(quick=True) <= part.count_rounds(quick=False) for part in PARTS)


def test_text_is_measured_beside_whatever_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import find_text

    monkeypatch.setattr(find_text, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    rows = {row.name: row for row in find_text.measure_text(rounds=1, quick=False, articles=40)}
    assert len(rows["find: embeds"].values) == 1
    assert rows["find: embeds and links"].ratio is None
    assert not rows["rg is not installed: no ratio"].values
    assert not rows["hyperscan is not installed"].values
    assert rows["only reading the file"].median > 0


def test_growth_takes_the_start_off_and_compares_the_ends() -> None:
    from benchmarks.growth import _make_rows
    from benchmarks.timing import Run

    def runs(cpu: float, memory: int) -> list[Run]:
        return [Run(wall=cpu, cpu=cpu, memory=memory)] * 3

    rows = list(_make_rows({1: runs(0.5, 1), 100: runs(0.6, 1000), 1000: runs(2.5, 2000)}))
    by_unit = {unit: [row for row in rows if row.unit == unit] for unit in ("µs of CPU", "MB")}
    assert [round(row.median) for row in by_unit["µs of CPU"]] == [1000, 2000]
    assert [row.ratio and round(row.ratio, 3) for row in by_unit["µs of CPU"]] == [None, 0.5]
    assert [row.is_kept for row in by_unit["MB"]] == [True, False]


def test_growth_runs_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import growth

    monkeypatch.setattr(growth, "_SMALL_RUNS", 1)
    rows = list(growth.measure_growth(rounds=1, quick=True, sizes=(20,), characters=300))
    assert [row.unit for row in rows] == ["s of CPU", "µs of CPU", "MB"]


def test_an_archive_that_was_made_quickly_is_exported_whole(tmp_path: Path) -> None:
    from benchmarks.invented import build_archive

    from amberpost.archive import export

    build_archive(tmp_path / "archive", 40)
    assert export(tmp_path / "archive", tmp_path / "posts.jsonl") == 41
    rows = [json.loads(line) for line in (tmp_path / "posts.jsonl").read_text("utf-8").splitlines()]
    assert sum(row["outcome"] == "found" for row in rows) == 30
    assert sum(row["outcome"] == "gone" for row in rows) == 10
    assert sum(row["verdict"] == "same" for row in rows) == 16


def test_outputs_run_each_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import outputs

    monkeypatch.setattr(outputs, "SUFFIXES", (".csv",))
    rows = list(outputs.measure_outputs(rounds=1, quick=False, posts=20))
    assert [row.unit for row in rows] == ["s", "MB", "s"]
    assert all(row.median > 0 for row in rows)


def test_what_is_stored_weighs_its_bytes_and_a_little_more() -> None:
    from benchmarks import disk

    waiting, redirect, post, page = (row.median for row in disk.measure_disk(rounds=1, quick=False, links=1000))
    assert 100 < waiting < 1000 < redirect < 6000
    assert waiting < post
    assert disk.PAGE < page < disk.PAGE + 6000


def test_the_archive_is_measured_and_so_is_its_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import archive

    monkeypatch.setattr(archive, "CLIENTS", dict.fromkeys(("amberpost", "aiohttp")))
    monkeypatch.setattr(archive, "_TOOLS", {"aiohttp": None})
    ours, missing = archive.measure_archive(seconds=0.5, rounds=1)
    assert ours.median > 0
    assert missing.name == "aiohttp is not installed"
    assert [row.unit for row in archive.measure_queue(links=500, rounds=1)] == ["links/s", "ms", "MB"]


def test_spark_that_is_not_there_is_said_to_be_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import spark

    monkeypatch.setattr("amberpost.spark.session.find_spec", lambda _: None)
    (row,) = spark.measure_spark(rounds=1, quick=True)
    assert row.name.startswith("skipped: Spark needs pyspark")
    assert not row.values


def test_records_of_spark_are_those_of_jsonl_whatever_their_types() -> None:
    from benchmarks.spark import hash_rows

    told: dict[str, object] = {"id": "a", "schema": 1, "posted_at": "2024-11-29T18:44:12Z"}
    typed: dict[str, object] = {"posted_at": "2024-11-29 18:44:12+00:00", "id": "a"}
    assert hash_rows([told]) == hash_rows([typed])
    assert hash_rows([told]) != hash_rows([{**typed, "id": "b"}])


@pytest.fixture
def pages(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.html" for number in range(6)]
    for path in paths:
        path.write_text("<p>fog over the mole", "utf-8")
    return paths


def test_peers_are_measured_on_the_same_pages_and_what_they_raise_is_counted(
    pages: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import pagepeers

    reader = pagepeers.Peer("pytest", "its length", "", "assert len(page) == 20")
    stumbling = pagepeers.Peer("pydantic", "nothing", "", "raise ValueError(page)", 0.0)
    missing = pagepeers.Peer("no-such-thing", "all", "import nothing", "pass")
    monkeypatch.setattr(pagepeers, "PEERS", (reader, stumbling, missing))
    monkeypatch.setattr(pagepeers, "_LEAST_SECONDS", 0.0)
    own, first, second, third = pagepeers.measure_page_peers(pages, rounds=2)
    assert own.name == "find, on 6 pages"
    assert len(own.values) == len(first.values) == 2
    assert first.name == f"find beside pytest {pytest.__version__} (its length)"
    assert first.ratio is not None
    assert second.name.endswith("(nothing; it fails on 6)")
    assert third.name == "no-such-thing is not installed"


def test_a_peer_that_does_not_end_is_given_up(pages: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import pagepeers

    monkeypatch.setattr(pagepeers, "PEERS", (pagepeers.Peer("pytest", "sleep", "", "time.sleep(60)"),))
    monkeypatch.setattr(pagepeers, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(pagepeers, "_MOST_SECONDS", 5.0)
    monkeypatch.setattr(pagepeers, "OURS", pagepeers.Peer("find", "", "", "pass"))
    _, row = pagepeers.measure_page_peers(pages, rounds=1)
    assert row.name == "pytest was not done after 5 s"


def test_without_pages_nothing_is_measured() -> None:
    from benchmarks.pagepeers import measure_page_peers

    (row,) = measure_page_peers([], rounds=1)
    assert not row.values


def test_a_child_that_does_not_end_is_killed() -> None:
    from benchmarks.timing import run_child

    with pytest.raises(RuntimeError, match=r"killed after 0\.2 s"):
        run_child([sys.executable, "-c", "import time; time.sleep(60)"], most_seconds=0.2)


def test_the_command_says_what_it_can() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--help"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert "outputs" in done.stdout


@pytest.mark.parametrize("name", ["__main__", "invented", "newstext", "tables", "timing"])
def test_the_examples_run(name: str) -> None:
    done = doctest.testmod(import_module(f"benchmarks.{name}"))
    assert done.failed == 0
    assert done.attempted > 0
