"""What an archive is given from Python: options, citations and folders that cannot be are named before any work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amberpost import Archive, ArchiveError, Article
from amberpost.models import Citation

URL = "https://t.co/02OQCDI90m"
WRONG: dict[str, dict[str, Any]] = {
    "media is 'image': give 'none', 'images', 'all'": {"media": "image"},
    "robots is 'off': give True or False": {"robots": "off"},
    "wayback is 'nope'": {"wayback": "nope"},
    "contact is 5": {"contact": 5},
    "shard is '1/2': give a Shard": {"shard": "1/2"},
    "max_bytes is '8MB'": {"max_bytes": "8MB"},
    "max_bytes is 0": {"max_bytes": 0},
    "connections is True": {"connections": True},
    "ports is 443": {"ports": 443},
    "70000": {"ports": [70000]},
    "rate is '1'": {"rate": "1"},
    "max_wait is nan": {"max_wait": float("nan")},
    "max_wait is -1": {"max_wait": -1},
}


@pytest.mark.parametrize("why", WRONG)
def test_an_option_that_cannot_be_is_named_and_nothing_is_made(tmp_path: Path, why: str) -> None:
    with pytest.raises(ArchiveError) as raised:
        Archive(tmp_path / "a", **WRONG[why])
    assert why in str(raised.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [{"limit": -1}, {"limit": 0}, {"max_time": -1}, {"only_failed": "no"}], ids=str)
def test_a_run_without_end_or_beginning_is_named(tmp_path: Path, options: dict[str, Any]) -> None:
    with Archive(tmp_path / "a") as archive, pytest.raises(ArchiveError, match=f"{next(iter(options))} is"):
        archive.run(**options)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (None, r"citations is NoneType \(None\): give a list"),
        (7, "give a list"),
        (URL, "give a list of them; add_urls takes URLs"),
        ({"url": URL}, "give a list"),
        (Citation.model_construct(), "give a list"),
        ([URL], "add_urls takes URLs"),
        ([Article(id="a", text="x")], "one of the citations is Article"),
    ],
    ids=["nothing", "number", "URL", "row", "citation", "URLs", "articles"],
)
def test_what_is_no_list_of_citations_is_told_what_to_give(tmp_path: Path, given: Any, why: str) -> None:
    with Archive(tmp_path / "a") as archive, pytest.raises(TypeError, match=why):
        archive.add(given)


NO_TEXT: dict[str, Callable[[Archive, Any], object]] = {
    "resolve": lambda archive, value: archive.resolve(value),
    "add_urls": lambda archive, value: archive.add_urls([value]),
}


@pytest.mark.parametrize("value", [None, 3, [URL], URL.encode()], ids=["nothing", "number", "list", "bytes"])
@pytest.mark.parametrize("asking", NO_TEXT)
def test_what_is_no_url_is_told_to_be_text(tmp_path: Path, asking: str, value: Any) -> None:
    with Archive(tmp_path / "a") as archive, pytest.raises(TypeError, match=f"url is {type(value).__name__} .*as text"):
        NO_TEXT[asking](archive, value)


@pytest.mark.parametrize("value", [None, 3, "kept.warc", Path("kept.warc")], ids=["nothing", "number", "text", "path"])
def test_what_is_no_list_of_paths_or_urls_is_told_what_to_give(tmp_path: Path, value: Any) -> None:
    with Archive(tmp_path / "a") as archive:
        with pytest.raises(TypeError, match=r"urls is .*: give a list of URLs"):
            archive.add_urls(value)
        with pytest.raises(TypeError, match=r"paths is .*: give a list of paths"):
            archive.add_warcs(value)


def nest(depth: int) -> list[object]:
    deep: list[object] = []
    for _ in range(depth - 1):
        deep = [deep]
    return deep


def test_a_row_that_no_json_can_hold_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    """Whether 3,000 lists in each other are too many is Python's affair, and others' who read what was kept."""
    odd: dict[Any, Any] = {"url": URL, (1, 2): "a key that is none"}
    rows: list[dict[str, object]] = [
        {"id": "7a", "url": f"{URL}/1"},
        {"id": "7b", "url": URL, "notes": nest(100_000)},
        {"id": "7c", "url": URL, "notes": nest(3_000)},
        {"id": "7d", "url": URL, "notes": nest(100)},
        odd,
        {"id": "7e", "url": f"{URL}/2", "notes": nest(99)},
    ]
    with Archive(tmp_path / "a") as archive:
        added = archive.add(rows)
        assert (added.citations, added.links) == (2, 2)
        places = ["row 2 (7b)", "row 3 (7c)", "row 4 (7d)", f"row 5 ({URL})"]
        assert [problem.place for problem in added.problems] == places
        assert all("cannot be kept as JSON" in problem.reason and problem.advice for problem in added.problems)


def test_of_many_rows_that_cannot_be_kept_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    """One problem a row would fill the memory that a large file of such rows was to be spared."""
    bad = ({"id": f"7{number}", "url": URL, "notes": nest(101)} for number in range(1234))
    with Archive(tmp_path / "a") as archive:
        added = archive.add([*bad, {"id": "8", "url": URL}])
    assert (len(added.problems), added.more_problems, added.citations) == (1000, 234, 1)
    assert added.problems[-1].place == "row 1000 (7999)"


FOG = "Fog. https://t.co/a0a0a0a0a0 — Ada Wren (@adawren) November 29, 2024"
RAIN = "Rain https://t.co/b1b1b1b1b1 — Bob Kern (@bobkern) November 28, 2024"
TWO: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "texts": (
        {"article": "-", "raw": FOG, "links": ["https://t.co/a0a0a0a0a0"], "handle": "adawren"},
        {"article": "-", "raw": RAIN, "links": ["https://t.co/b1b1b1b1b1"], "handle": "bobkern"},
    ),
    "texts of one account and day": (
        {"article": "a.txt", "raw": FOG, "links": ["https://t.co/a0a0a0a0a0"], "handle": "adawren"},
        {"article": "a.txt", "raw": FOG.replace("a0", "c2"), "links": ["https://t.co/c2c2c2c2c2"], "handle": "adawren"},
    ),
    "credits": ({"article": "-", "raw": "Credit: AdaWren/X"}, {"article": "-", "raw": "Credit: BobKern/X"}),
    "rows of one's own": ({"links": ["https://t.co/a0a0a0a0a0"]}, {"url": "https://t.co/b1b1b1b1b1"}),
}
RENEWED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a better beginning": ({"raw": f"Weather {FOG}", "links": []}, {"raw": FOG, "links": ["https://t.co/a0a0a0a0a0"]}),
    "more words": ({"raw": FOG.removeprefix("Fog. ")}, {"raw": FOG}),
    "an article that was mended": ({"raw": FOG, "links": [URL]}, {"raw": f"Frost, {FOG}"[:9], "links": [URL]}),
    "a row of one's own": ({"url": URL, "handle": "adawren"}, {"url": f"{URL}x", "handle": "adawren"}),
    "a row that has no links yet": ({"note": "later"}, {"url": URL}),
}


@pytest.mark.parametrize("pair", TWO.values(), ids=TWO)
@pytest.mark.parametrize("is_one_run", [True, False], ids=["one run", "two runs"])
def test_a_citation_whose_id_another_has_is_named_and_takes_nobodys_place(
    tmp_path: Path, pair: tuple[dict[str, Any], ...], is_one_run: bool
) -> None:
    first, second = ({"id": "7a", **row} for row in pair)
    with Archive(tmp_path / "a") as archive:
        found = [archive.add([first, second])] if is_one_run else [archive.add([first]), archive.add([second])]
        found.append(archive.add([first, second]))
        problems = [[str(problem) for problem in added.problems] for added in found]
        assert [len(each) for each in problems] == ([1, 1] if is_one_run else [0, 1, 1])
        for row in (first, second):
            assert str(row.get("raw") or row.get("url") or row["links"][0])[-15:] in problems[-1][0]
        assert "id 7a" in problems[-1][0]
        records = archive.store.connection.execute("SELECT record FROM citation").fetchall()
    assert [json.loads(record) for (record,) in records] == [first]


@pytest.mark.parametrize("pair", RENEWED.values(), ids=RENEWED)
def test_a_citation_that_is_told_better_takes_its_own_place(tmp_path: Path, pair: tuple[dict[str, Any], ...]) -> None:
    first, second = ({"id": "7a", **row} for row in pair)
    with Archive(tmp_path / "a") as archive:
        archive.add([first])
        assert not archive.add([second]).problems
        records = archive.store.connection.execute("SELECT record FROM citation").fetchall()
    assert [json.loads(record) for (record,) in records] == [second]


def test_a_damaged_citation_is_put_back_whatever_it_says_now(tmp_path: Path) -> None:
    first = {"id": "7a", **TWO["texts"][0]}
    with Archive(tmp_path / "a") as archive:
        archive.add([first])
        damaged = json.dumps({"id": "7a", **TWO["texts"][1]})
        archive.store.connection.execute("UPDATE citation SET record = ?", (damaged,))
        assert not archive.add([first]).problems
        assert json.loads(archive.store.connection.execute("SELECT record FROM citation").fetchone()[0]) == first


@pytest.mark.parametrize(("folder", "why"), [("", "is empty"), ("~/kept", "~"), ("file", "no")])
def test_a_folder_that_is_none_for_an_archive_is_refused_as_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    with pytest.raises(ArchiveError, match=why):
        Archive(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_closed_twice_it_closes_nothing_that_was_opened_meanwhile(tmp_path: Path) -> None:
    with Archive(tmp_path / "a") as archive:
        archive.close()
        files = [(tmp_path / str(number)).open("w") for number in range(9)]
        archive.close()
    for file in files:
        file.write("still open")
        file.close()


ASKING: dict[str, Callable[[Archive], object]] = {
    "add": lambda archive: archive.add([{"url": URL}]),
    "add_urls": lambda archive: archive.add_urls([URL]),
    "run": lambda archive: archive.run(),
    "learn": lambda archive: archive.learn(),
    "resolve": lambda archive: archive.resolve(URL),
    "captures": lambda archive: list(archive.captures()),
    "export": lambda archive: list(archive.export()),
    "counts": lambda archive: archive.counts(),
    "status": lambda archive: archive.status(),
}


@pytest.mark.parametrize("asking", ASKING)
def test_once_closed_it_says_so(tmp_path: Path, asking: str) -> None:
    archive = Archive(tmp_path / "a")
    archive.close()
    with pytest.raises(ArchiveError, match="the archive is closed"):
        ASKING[asking](archive)


def test_captures_that_are_being_read_when_it_is_closed_say_so(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    captures = archive.captures()
    archive.close()
    with pytest.raises(ArchiveError, match="the archive is closed"):
        next(captures)
