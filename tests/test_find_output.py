"""What a list of paths names is not replaced by the output, wherever the list comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amberpost.cli import app

FOOTER = "Rain in the street. — Ada Wren (@adawren) November 29, 2024"


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["find", *map(str, arguments)], input=stdin)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news" / "deep"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(f"a\n\n{FOOTER}\n\nThe end.\n")
    (folder / "rows.jsonl").write_text(json.dumps({"id": "1", "text": FOOTER}) + "\n")
    (tmp_path / "list").write_text(f"{tmp_path / 'news'}\n")
    return folder


@pytest.mark.parametrize("output", ["rows.jsonl", "link.jsonl", "../deep/rows.jsonl"])
def test_an_article_in_a_folder_that_a_list_names_is_no_output(news: Path, tmp_path: Path, output: str) -> None:
    before = (news / "rows.jsonl").read_bytes()
    (news / "link.jsonl").symlink_to("rows.jsonl")
    done = run("--files-from", tmp_path / "list", "-o", news / output)
    assert (done.exit_code, "is among the articles" in done.stderr) == (2, True)
    assert (news / "rows.jsonl").read_bytes() == before
    assert not list(news.glob(".amberpost*"))


def test_what_a_list_does_not_name_and_what_is_ours_is_replaced(news: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.jsonl").write_text("somebody's")
    for output in (tmp_path / "elsewhere.jsonl", news / "new.jsonl", news / "new.jsonl"):
        assert run("--files-from", tmp_path / "list", "-o", output).exit_code == 0
        assert len(output.read_text().splitlines()) == 2
    done = run("--files-from", tmp_path / "list", "--exclude", "rows*", "-o", news / "rows.jsonl")
    assert done.exit_code == 0  # nobody reads it then


def test_what_a_pipe_may_still_name_is_no_output_unless_it_is_ours(news: Path, tmp_path: Path) -> None:
    before, listed = (news / "rows.jsonl").read_bytes(), (tmp_path / "list").read_text()
    done = run("--files-from", "-", "-o", news / "rows.jsonl", stdin=listed)
    assert (done.exit_code, "may be among what standard input lists" in done.stderr) == (2, True)
    assert (news / "rows.jsonl").read_bytes() == before
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = run("--files-from", pipe, "-o", news / "rows.jsonl")  # refused before anybody waits for its other end
    assert (done.exit_code, "may be among what" in done.stderr) == (2, True)
    for _ in range(2):
        assert run("--files-from", "-", "-o", tmp_path / "new.jsonl", stdin=listed).exit_code == 0
