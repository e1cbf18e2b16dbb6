"""Which files a path stands for, in which order, and what their articles are called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from amberpost.models import Article, Problem, ReadError
from amberpost.readers import read
from amberpost.readers.listing import Batch, Lister
from amberpost.readers.repeats import IdLog, Repeats


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.md", "sub/c.TXT", "sub/deep/d.txt", "other/e.txt", "photo.jpg", "page.pdf"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("It rains.")
    return tmp_path / "tree"


def ids(*paths: str | Path, **options: object) -> list[str]:
    return [item.id for item in read(*paths, **options) if isinstance(item, Article)]  # type: ignore[arg-type]


def problems(*paths: str | Path, **options: object) -> list[str]:
    return [str(item) for item in read(*paths, **options) if isinstance(item, Problem)]  # type: ignore[arg-type]


def test_a_folder_is_read_in_a_fixed_order_with_ids_relative_to_it(tree: Path) -> None:
    assert ids(tree) == ["a.md", "b.txt", "other/e.txt", "sub/c.TXT", "sub/deep/d.txt"]
    assert ids(f"{tree}/") == ids(tree)


def test_a_single_file_is_called_by_its_name(tree: Path) -> None:
    assert ids(tree / "sub" / "deep" / "d.txt") == ["d.txt"]


def test_of_several_paths_each_id_begins_with_the_path_as_given(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert ids("sub/", "./b.txt", "a.md") == ["sub/c.TXT", "sub/deep/d.txt", "./b.txt", "a.md"]


def test_a_list_of_paths_is_read_with_ids_as_listed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    Path("list").write_bytes(b"b.txt\r\n\nsub\ngone.txt\n")
    assert ids(files_from="list") == ["b.txt", "sub/c.TXT", "sub/deep/d.txt"]
    assert problems(files_from="list")[0].startswith("gone.txt: cannot be read: No such file")


def test_files_of_other_kinds_are_passed_over_and_counted(tree: Path) -> None:
    lister = Lister()
    assert all(isinstance(item, Batch) for item in lister.list_path(str(tree)))
    assert lister.skipped == 2


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*.txt"], [], ["b.txt", "other/e.txt", "sub/deep/d.txt"]),
        (["sub/*"], [], ["sub/c.TXT", "sub/deep/d.txt"]),
        ([], ["sub"], ["a.md", "b.txt", "other/e.txt"]),
        ([], ["sub/deep/", "?.md"], ["b.txt", "other/e.txt", "sub/c.TXT"]),
        (["*.txt"], ["o*"], ["b.txt", "sub/deep/d.txt"]),
    ],
)
def test_globs_choose_files(tree: Path, include: list[str], exclude: list[str], expected: list[str]) -> None:
    assert ids(tree, include=include, exclude=exclude) == expected


def test_a_loop_of_links_is_followed_once_and_named(tree: Path) -> None:
    (tree / "sub" / "loop").symlink_to(tree)
    (tree / "self").symlink_to("self")
    (tree / "nowhere.txt").symlink_to("gone")
    assert ids(tree) == ["a.md", "b.txt", "other/e.txt", "sub/c.TXT", "sub/deep/d.txt"]
    named = problems(tree)
    assert any(text.startswith("sub/loop/: is a folder already reached") for text in named)
    assert any(text.startswith("self: is neither a file nor a folder") for text in named)
    assert any(text.startswith("nowhere.txt: is neither") for text in named)
    assert len(named) == 3


def test_a_link_to_a_folder_or_file_outside_is_followed(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "f.txt").write_text("It rains.")
    (tree / "linked").symlink_to(tmp_path / "away")
    (tree / "z.txt").symlink_to(tmp_path / "away" / "f.txt")
    assert {"linked/f.txt", "z.txt"} <= set(ids(tree))


def test_a_pipe_in_a_folder_is_named_and_never_opened(tree: Path) -> None:
    os.mkfifo(tree / "pipe.txt")
    assert problems(tree)[0].startswith("pipe.txt: is neither a file nor a folder")


def test_a_folder_that_cannot_be_listed_is_named_and_the_others_are_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def refuse(folder: str) -> object:
        if folder.endswith("sub/"):
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert ids(tree) == ["a.md", "b.txt", "other/e.txt"]
    assert problems(tree)[0].startswith("sub/: cannot be listed: Permission denied")


def test_a_folder_without_a_file_to_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7")
    assert problems(tmp_path)[0].startswith(f"{tmp_path}: holds no file to read, only 1 of other kinds")


def test_what_this_run_writes_is_never_its_input(tree: Path) -> None:
    (tree / "out.jsonl").write_text('{"text": "old output"}')
    listed = Lister(outputs=[str(tree / "out.jsonl")]).list_path(str(tree))
    assert not [item for item in listed if isinstance(item, Batch) and "out.jsonl" in item.names]


@pytest.mark.parametrize(
    ("path", "message"),
    [("gone", "no such file or folder"), ("photo.jpg", "has a suffix that Amberpost does not read")],
)
def test_a_path_that_cannot_be_read_at_all_raises_before_any_work(tree: Path, path: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(tree / "a.md", tree / path)


def test_a_file_of_another_suffix_is_read_when_its_format_is_named(tree: Path) -> None:
    assert ids(tree / "photo.jpg", format="text") == ["photo.jpg"]
    with pytest.raises(ReadError, match="unknown format 'docx'"):
        read(tree, format="docx")


def test_the_same_file_by_two_paths_is_named(tree: Path) -> None:
    assert problems(tree / "a.md", tree / "a.md")[0].startswith(f"{tree}/a.md: has the id of {tree}/a.md")
    assert problems(tree, tree)[0].startswith(f"{tree}/: is a folder already reached")


def test_names_that_are_not_utf8_keep_ids_of_their_own(tmp_path: Path) -> None:
    for name in (b"/caf\xe8.txt", b"/caf\xe9.txt", b"/rows\xe8.jsonl", b"/rows\xe9.jsonl"):
        Path(os.fsdecode(os.fsencode(tmp_path) + name)).write_text('{"text": "It rains."}')
    called = ["caf\\udce8.txt", "caf\\udce9.txt", "rows\\udce8.jsonl#1", "rows\\udce9.jsonl#1"]
    assert ids(tmp_path) == called
    others = tmp_path / "others"
    others.mkdir()
    assert ids(tmp_path, others) == [f"{tmp_path}/{name}" for name in called]


def test_the_same_file_by_two_paths_is_named_whatever_its_name(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    Path(path).write_text("It rains.")
    assert problems(path, path)[0].startswith(f"{tmp_path}/caf\\udce9.txt: has the id of {tmp_path}/caf\\udce9.txt")


def test_repeats_are_found_across_runs_that_went_to_disk() -> None:
    with Repeats(run=100) as repeats:
        for row in range(1, 1001):
            log = IdLog()
            log.note(f"f{row // 300}.jsonl", f"id-{row % 997}", row)
            repeats.add(log.drain())
        named = [str(problem).split(" (")[0] for problem in repeats.find_problems()]
    assert named == [
        "f3.jsonl, row 998: has the id of f0.jsonl, row 1",
        "f3.jsonl, row 999: has the id of f0.jsonl, row 2",
        "f3.jsonl, row 1000: has the id of f0.jsonl, row 3",
    ]


def test_an_id_that_all_rows_have_is_named_once() -> None:
    with Repeats(run=10) as repeats:
        for row in range(1, 101):
            repeats.note("a.jsonl", "same", row)
        (problem,) = repeats.find_problems()
    assert str(problem).startswith("a.jsonl, row 2: has the id of a.jsonl, row 1, as have 98 more after it")


def test_a_folder_of_which_patterns_leave_out_all_says_so(tree: Path) -> None:
    for patterns in ({"include": ["*.nope"]}, {"exclude": ["*.*", "sub", "other"]}):
        (problem,) = problems(tree, **patterns)
        assert "--include and --exclude leave out " in problem
        assert "Amberpost reads" not in problem
    (problem,) = problems(tree / "sub", include=["*.nope"])
    assert "leave out 2 names (see the patterns" in problem


@pytest.mark.parametrize(
    ("path", "options", "is_read"),
    [
        ("b.txt", {}, True),
        ("sub/deep/d.txt", {}, True),
        ("photo.jpg", {}, False),
        ("../b.txt", {}, False),
        ("sub/deep/d.txt", {"exclude": ["deep"]}, False),
        ("sub/deep/d.txt", {"exclude": ["sub/*.md"]}, True),
        ("sub/deep/d.txt", {"include": ["*.md"]}, False),
        ("link/d.txt", {}, True),
    ],
)
def test_it_can_be_asked_whether_a_folder_means_a_file(
    path: str, options: dict[str, Any], is_read: bool, tree: Path
) -> None:
    (tree / "link").symlink_to("sub/deep")
    assert Lister(**options).finds(str(tree), str(tree / path)) == is_read
