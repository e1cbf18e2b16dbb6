"""The run over many files: the same records whatever the number of processes, and nothing lost when one dies."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amberpost import find, flow
from amberpost.flow import Settings, Tally, find_in_article, find_in_files, units
from amberpost.flow.processes import Death
from amberpost.flow.units import Parcel, Unit, resume_unit
from amberpost.models import AmberpostError, Article, Citation, Problem, ReadError
from amberpost.readers.jsonl import find_stretches
from amberpost.readers.listing import Batch
from amberpost.readers.stretches import Stretch


def footer(number: int) -> str:
    return f"Rain in street {number}. — Ada Wren (@adawren{number}) November 29, 2024"


def fill(folder: Path, *, files: int = 300, rows: int = 200) -> Path:
    """A folder with some of everything, odd things among them."""
    for number in range(files):
        path = folder / f"{number % 7}" / f"{number:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(footer(number))
    (folder / "3" / "empty.txt").touch()
    (folder / "3" / "odd.txt").write_bytes(b"N\0UL. " + footer(1).encode())
    lines = [json.dumps({"id": f"n{n % (rows - 3)}", "text": footer(n)}) for n in range(rows)]
    lines[50] = "{broken"
    lines[60] = ""
    (folder / "news.jsonl").write_text("\n".join(lines))
    (folder / "5" / "news.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    (folder / "4" / "news.csv").write_text("text\n" + "".join(f'"{footer(n)}"\n' for n in range(rows)) + "a,b\n")
    return folder


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start processes for however little, and take few rows for many."""
    monkeypatch.setattr(flow, "_LITTLE_FILES", 1)
    monkeypatch.setattr(units, "_LARGE", 1)
    monkeypatch.setattr(units, "find_stretches", partial(find_stretches, size=3000, block=700))


@pytest.mark.usefixtures("eager")
def test_several_processes_give_the_records_of_one_in_the_same_order(tmp_path: Path) -> None:
    fill(tmp_path)
    one, three = Tally(), Tally()
    expected = list(find_in_files(tmp_path, jobs=1, tally=one))
    assert list(find_in_files(tmp_path, jobs=3, tally=three)) == expected
    assert len([record for record in expected if isinstance(record, Citation)]) == 300 + 1 + 198 + 198 + 200
    named = [str(record) for record in expected if isinstance(record, Problem)]
    assert [text.split(" (")[0] for text in named if "row" not in text] == [
        "news.jsonl, line 51: is not JSON: Expecting property name enclosed in double quotes at column 2",
        "3/empty.txt: is empty",
        "3/odd.txt, offset 1: holds 1 NUL character",
        "5/news.jsonl.gz, line 51: is not JSON: Expecting property name enclosed in double quotes at column 2",
    ]
    assert (one.articles, one.bytes) == (three.articles, three.bytes)


@pytest.mark.usefixtures("eager")
def test_a_repeated_id_is_named_the_same_whichever_process_met_it(tmp_path: Path) -> None:
    fill(tmp_path, files=20)
    one, two = (
        [r for r in find_in_files(tmp_path, f"{tmp_path}/0/0000.txt", jobs=n) if isinstance(r, Problem)] for n in (1, 2)
    )
    assert one == two
    repeated = [str(problem) for problem in one if "has the id of" in str(problem)]
    assert len(repeated) == 195 + 1
    assert any(f"{tmp_path}/0/0000.txt: has the id of" in text for text in repeated)


def test_little_work_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, files=10, rows=70)
    monkeypatch.setattr(flow, "run_ordered", lambda *_, **__: pytest.fail("started processes"))
    assert len([r for r in find_in_files(tmp_path, jobs=8) if isinstance(r, Citation)]) == 10 + 1 + 68 + 68 + 70


@pytest.mark.usefixtures("eager")
def test_a_process_that_dies_costs_one_file_at_most_and_that_is_named(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number:05}.txt").write_text(footer(number))
    records = find_in_files(tmp_path, jobs=2)
    found = [next(records)]
    victims = multiprocessing.active_children()
    assert len(victims) == 2
    for victim in victims:
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
    found += records
    named = [record for record in found if isinstance(record, Problem)]
    assert len(found) == 2000
    assert len(named) <= 2
    assert all("the process that read it died (exit code -9)" in str(problem) for problem in named)
    assert [str(r.source if isinstance(r, Problem) else r.article) for r in found] == sorted(os.listdir(tmp_path))  # noqa: PTH208
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("eager")
def test_processes_end_with_the_iterator(tmp_path: Path) -> None:
    fill(tmp_path)
    records = find_in_files(tmp_path, jobs=2)
    next(records)
    assert multiprocessing.active_children()
    records.close()
    assert multiprocessing.active_children() == []


def test_what_is_left_of_a_unit_is_all_but_what_is_done_and_what_killed() -> None:
    unit = Unit((Batch("f/", "", ["a.txt", "b.txt", "c.txt"]), Stretch("f/x.jsonl", "x.jsonl", 100, 200, 7)))
    last = Parcel(records=[], pieces=1, articles=1, size=1, ids=[])
    rest = resume_unit(unit, Death(piece=1, last=last, exitcode=-9))
    problem, c, stretch = rest.pieces
    assert isinstance(problem, Problem)
    assert (problem.source, c, stretch) == ("b.txt", Batch("f/", "", ["c.txt"]), unit.pieces[1])
    (problem,) = resume_unit(Unit((unit.pieces[1],)), Death(piece=0, last=None, exitcode=1)).pieces
    assert isinstance(problem, Problem)
    assert (problem.source, problem.place) == ("x.jsonl", "from line 7")


def test_an_article_that_breaks_the_search_is_named_and_the_others_are_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fragile(article: Article, **options: object) -> list[Citation]:
        if article.id == "0001.txt":
            raise ZeroDivisionError("oh")
        return find(article, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(flow, "find", fragile)
    for number in range(3):
        (tmp_path / f"{number:04}.txt").write_text(footer(number))
    first, second, third = find_in_files(tmp_path)
    assert (first.article, third.article) == ("0000.txt", "0002.txt")  # type: ignore[union-attr]
    assert str(second).startswith("0001.txt: searching it failed: ZeroDivisionError: oh")


def test_what_goes_wrong_before_an_article_is_made_is_named_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(flow, "may_cite", fail)
    monkeypatch.setattr(flow, "find", fail)
    (tmp_path / "a.txt").write_text("Rain.")
    (problem,) = find_in_files(tmp_path)
    assert str(problem).startswith("a.txt: searching it failed: ZeroDivisionError: oh")


def test_articles_without_an_anchor_are_counted_and_searched_for_mentions(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("She wrote on X that it had rained all night.")
    tally = Tally()
    assert list(find_in_files(tmp_path, tally=tally)) == []
    assert tally.articles == 1
    assert [record.kind for record in find_in_files(tmp_path, mentions=True) if isinstance(record, Citation)] == [
        "mention"
    ]


def test_kind_and_platform_choose_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{footer(1)}\n\nCredit: Weatherwren/X\n")
    kinds = [record.kind for record in find_in_files(tmp_path, kind=["credit"]) if isinstance(record, Citation)]
    assert kinds == ["credit"]
    assert list(find_in_files(tmp_path, platform=["instagram"])) == []


def test_wrong_usage_raises_at_once_and_not_when_the_first_record_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ReadError):
        find_in_files(tmp_path / "gone")
    with pytest.raises(AmberpostError, match="nothing to read"):
        find_in_files()


def test_stretches_of_a_file_are_whole_lines_that_together_are_the_file(tmp_path: Path) -> None:
    lines = [b"x" * (n * 37 % 300) + b"\n" for n in range(300)] + [b"no end"]
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines))
    data = (tmp_path / "a.jsonl").read_bytes()
    stretches = list(find_stretches(str(tmp_path / "a.jsonl"), "a.jsonl", size=1000, block=256))
    assert len(stretches) > 10
    assert b"".join(data[s.start : s.stop] for s in stretches) == data
    for stretch in stretches:
        assert data[: stretch.start].count(b"\n") + 1 == stretch.first
        assert stretch.start == 0 or data[stretch.start - 1 : stretch.start] == b"\n"


def test_a_platform_or_kind_that_nobody_knows_raises_at_once(tmp_path: Path) -> None:
    for kind, platform in ((["tweet"], None), (None, ["X"]), (("embed", "post"), ("twitter",)), (None, "x")):
        with pytest.raises(ReadError, match="is called"):
            find_in_files(tmp_path, kind=kind, platform=platform)
        with pytest.raises(ReadError, match="is called"):
            find("It rains.", kind=kind, platform=platform)
    with pytest.raises(ReadError, match="say 'twitter'"):
        find_in_article(Article(text="It rains."), Settings(platform=("X",)))


def test_a_name_alone_is_a_kind_or_platform_too() -> None:
    assert [one.kind for one in find(footer(1), kind="embed", platform="twitter")] == ["embed"]
    assert find(footer(1), platform="vk") == []
    assert [one.platform for one in find("Credit: somebody/Snapchat", platform=["snapchat"])] == ["snapchat"]


@pytest.mark.parametrize(
    ("article", "advice"),
    [
        (None, "a string or an Article, not 'NoneType': amberpost.read"),
        (b"Rain.", "a string or an Article, not 'bytes': amberpost.read"),
        (Path("a.txt"), "a string or an Article, not '[A-Za-z]*Path': amberpost.read"),
        ([Article(text="Rain.")], "one article, not 'list': give it each by itself"),
        (Problem(source="a.txt", reason="is empty", advice="remove it"), "isinstance.*a.txt: is empty"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_article_raises_with_advice(article: Any, advice: str) -> None:
    with pytest.raises(ReadError, match=advice):
        find(article)
