"""`amberpost export` and `status` as a person and a pipe meet them: rows, closing lines, exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from amberpost import Archive, CitedPost
from amberpost.commands import archive as archivecommand
from amberpost.commands import dryrun
from amberpost.commands.closing import describe_posts, describe_verdicts
from amberpost.models import Permalink
from amberpost.posts import Reading, Reply
from amberpost.sources import Source
from archivecommand import parse_examples, read_terminal, run
from citedposts import ID, URL, build_judged

SENTENCES = "2 posts: 1 found, 1 gone\n4 citations: 1 same, 2 unverifiable, 1 not judged yet\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_judged(tmp_path_factory.mktemp("judged") / "kept")


def test_a_pipe_gets_rows_and_standard_error_one_line(kept: Path) -> None:
    done = run("export", kept)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, [row["id"] for row in rows]) == (0, ["c1", "c2", "c3", "c4"])
    assert done.stderr.startswith("4 citations: 1 same, 2 unverifiable, 1 not judged yet (amberpost archive --to ")
    quiet = run("export", kept, "-q", "--format", "csv")
    assert (quiet.exit_code, quiet.stderr) == (0, "")
    assert next(row["known_id"] for row in csv.DictReader(io.StringIO(quiet.stdout))) == ID


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".csv", ".parquet", ".db"])
def test_a_file_gets_all_rows_and_says_how_many(kept: Path, tmp_path: Path, suffix: str) -> None:
    done = run("export", kept, "-o", tmp_path / f"x{suffix}")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("4 rows written; 4 citations: 1 same")
    assert [path.name for path in tmp_path.iterdir()] == [f"x{suffix}"]


def test_a_suffix_that_is_not_written_is_told_all_that_are(kept: Path, tmp_path: Path) -> None:
    done = run("export", kept, "-o", tmp_path / "x.xyz")
    assert (done.exit_code, ".parquet .db .wacz: give the file one of these" in done.stderr) == (2, True)
    hidden = run("export", kept, "-o", tmp_path / "x.xyz", "--pseudonymize")
    assert (hidden.exit_code, ".parquet .db: give the file one of these" in hidden.stderr) == (2, True)


def test_pseudonyms_name_nobody_in_a_pipe_either(kept: Path) -> None:
    done = run("export", kept, "--pseudonymize")
    assert len(done.stdout.splitlines()) == 4
    assert not {"harbordesk", "quaywatch", "breakwater", "t.co", ID} & set(done.stdout.lower().split('"'))
    assert "harbor" not in done.stdout.lower()


def on_terminal(*arguments: str | Path) -> str:
    """What standard output shows on a terminal of 120 columns."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from amberpost.cli import main; main()", *map(str, arguments)]
    environment = os.environ | {"TERM": "dumb", "COLUMNS": "120", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(theirs)
        shown = b"".join(iter(partial(read_terminal, ours), b"")).decode()
        assert process.wait(30) == 0
    os.close(ours)
    return shown.replace("\r\n", "\n")


def test_a_terminal_shows_one_readable_line_each(kept: Path) -> None:
    lines = on_terminal("export", kept).splitlines()
    assert [line.split()[:4] for line in lines[:2]] == [
        ["same", "found", "2024-11-25", "@HarborDesk"],
        ["unverifiable", "gone", "2024-11-28", "@QuayWatch"],
    ]
    assert lines[0].endswith(URL)
    assert lines[3].startswith("not judged ")
    assert max(map(len, lines)) <= 120


def test_a_listed_url_is_shown_whole_and_is_the_only_link_of_its_row(tmp_path: Path) -> None:
    url = f"https://news.example/{'long/' * 40}"
    with Archive(tmp_path / "kept") as archive:
        archive.add([{"url": url}])
        archive.learn()
    assert [line for line in on_terminal("export", tmp_path / "kept").splitlines() if line.endswith(url)]
    (row,) = map(json.loads, run("export", tmp_path / "kept").stdout.splitlines())
    assert (row["links"], row["permalink"]) == ([url], None)


def test_status_sums_up_posts_and_verdicts_and_gives_rows_of_either(kept: Path) -> None:
    done = run("status", kept)
    assert all(set(json.loads(line)) >= {"lane", "state", "links"} for line in done.stdout.splitlines())
    assert done.stderr.endswith(SENTENCES)
    posts = [json.loads(line) for line in run("status", kept, "--of", "posts").stdout.splitlines()]
    assert posts[0] == {"platform": "twitter", "outcome": "found", "posts": 1, "schema": 1}
    verdicts = csv.DictReader(io.StringIO(run("status", kept, "--of", "verdicts", "--format", "csv").stdout))
    assert [tuple(row.values()) for row in verdicts] == [("same", "1"), ("unverifiable", "2"), ("", "1")]
    assert run("status", kept, "-q").stderr == ""


def test_status_on_a_terminal_shows_a_table_of_each(kept: Path) -> None:
    lines = [" ".join(line.split()) for line in on_terminal("status", kept).splitlines()]
    for line in ("host state reason links next is due", "twitter found 1", "same 1", "not judged yet 1"):
        assert line in lines
    alone = [" ".join(line.split()) for line in on_terminal("status", kept, "--of", "verdicts").splitlines()]
    assert alone == ["verdict citations", "same 1", "unverifiable 2", "not judged yet 1"]


def test_an_archive_without_posts_is_summed_up_as_before(tmp_path: Path) -> None:
    with Archive(tmp_path / "kept"):
        pass
    assert run("status", tmp_path / "kept").stderr == "no links\n"
    assert (describe_posts([]), describe_verdicts([])) == ("no posts", "no citations")
    done = run("export", tmp_path / "kept")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no citations\n")


WRONG = [
    ("export", "gone"),
    ("export", "used"),
    ("export", "kept", "-o", "x.warc"),
    ("export", "kept", "-o", "nowhere/x.csv"),
    ("export", "kept", "-o", "x.jsonl", "--format", "csv"),
    ("export", "kept", "-o", "x.jsonl", "--csv-safe"),
    ("export", "kept", "--csv-safe"),
    ("export", "kept", "--format", "xml"),
    ("export", "kept", "-o", "kept/archive.db"),
    ("export", "kept", "-o", "other.db", "--pseudonymize"),
    ("status", "kept", "--of", "words"),
    ("export", ""),
    ("forget", "kept", "--handle", "https://x.com/adawren", "--yes"),
    ("forget", "kept", "--handle", "Ada Wren", "--yes"),
    ("merge", "kept", "--to", ""),
    ("merge", "kept", "--to", "~/whole"),
    ("archive", "https://t.co/a", "--to", "~/new", "--offline"),
    ("archive", "https://t.co/a", "--to", "", "--offline"),
    ("archive", "https://t.co/a", "--to", "new", "--wayback", "perhaps"),
    ("archive", "https://t.co/a", "--to", "new", "--media", "some"),
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_told_with_exit_code_2_and_changes_nothing(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("used").mkdir()
    Path("used/letter.txt").touch()
    Path("other.db").touch()
    with Archive("kept"):
        pass
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    with Archive(tmp_path / "kept") as archive:
        archive.add({"id": f"n{number}", "links": [], "text": "words " * 50} for number in range(3000))
    command = [sys.executable, "-c", "from amberpost.cli import main; main()", "export", str(tmp_path / "kept")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith('{"id":')
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
        assert process.wait(20) == 0


@pytest.mark.parametrize("command", ["export", "status"])
def test_help_shows_examples_that_the_command_takes(command: str) -> None:
    assert len(parse_examples(command)) >= 3


def test_the_options_of_posts_reach_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def open_it(folder: str, **options: object) -> Archive:
        seen.update(options)
        return Archive(folder)

    monkeypatch.setattr(archivecommand, "Archive", open_it)
    asked = ("archive", "https://t.co/aB3dE5gH7j", "--to", tmp_path / "kept", "--offline")
    assert run(*asked).exit_code == 75
    assert (seen["wayback"], seen["media"]) == ("off", "none")
    assert run(*asked, "--wayback", "recover", "--media", "images").exit_code == 75
    assert (seen["wayback"], seen["media"]) == ("recover", "images")


def test_offline_judges_by_what_is_stored(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps({"id": "7a", "links": [], "text": "Rain."}) + "\n")
    done = run("archive", tmp_path / "x.jsonl", "--to", tmp_path / "kept", "--offline")
    assert done.exit_code == 0
    (row,) = map(json.loads, run("export", tmp_path / "kept", "-q").stdout.splitlines())
    assert (row["verdict"], row["reasons"]) == ("unverifiable", ["unknown post: the citation has no link"])
    assert CitedPost.model_validate({key: value for key, value in row.items() if key != "schema"}).text == "Rain."


def test_the_closing_table_of_a_run_has_the_verdicts(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps({"id": "7a", "links": [], "text": "Rain."}) + "\n")
    done = run("archive", tmp_path / "x.jsonl", "--to", tmp_path / "kept", "-v")
    lines = [" ".join(line.split()) for line in done.stderr.splitlines()]
    assert done.exit_code == 0
    assert lines[lines.index("verdict citations") + 1] == "unverifiable 1"


def _ask(permalink: Permalink) -> str:
    return f"https://service.test/{permalink.post_id}"


def _read_nothing(_: Reply, __: Permalink) -> Reading:
    return Reading(outcome="unreachable", reason="nothing is read here")


def test_a_dry_run_counts_the_questions_to_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dryrun, "SOURCES", {"twitter": (Source("service", _ask, _read_nothing),)})
    rows = [{"id": f"n{n}", "permalink": f"https://x.com/adawren/status/{ID[:-1]}{n % 2}"} for n in range(4)]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = ("archive", tmp_path / "x.jsonl", "https://t.co/aB3dE5gH7j", "--to", tmp_path / "kept", "--dry-run")
    done = run(*command)
    lanes = {row["lane"]: row["new"] for row in map(json.loads, done.stdout.splitlines())}
    assert lanes == {"x.com": 2, "service.test": 2, "t.co": 1}
    assert "5 links at 3 hosts would be asked; 2 of them to learn of posts; " in done.stderr
    assert "links and posts that nobody knows yet" in done.stderr
    monkeypatch.setattr(dryrun, "make_cdx_urls", lambda permalink, **_: [f"https://old.test/{permalink.post_id}"])
    more = run(*command, "--wayback", "always").stdout.splitlines()
    assert {row["lane"]: row["new"] for row in map(json.loads, more)} == {**lanes, "old.test": 2}
