"""A long run in parts: killed and continued, it has written the bytes of a run that nobody disturbed."""

from __future__ import annotations

import fcntl
import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from amberpost import flow
from amberpost.cli import app
from amberpost.flow import Settings, find_in_files, units
from amberpost.flow.parts import Source, Written, find_in_parts
from amberpost.models import ArchiveBusy, Citation, Problem, ReadError, WriteError
from amberpost.readers.jsonl import find_stretches
from amberpost.readers.stretches import find_shares
from amberpost.readers.warcstarts import find_warc_stretches
from amberpost.writers import write
from containers import HTML
from containers import record as make_record
from partkills import PART_BYTES, fill, footer, read_parts, run_killed


class Killed(BaseException):
    """What ends a run at a record, as a kill does, but for the tidying up."""


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("articles"))


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start processes for however little, and take few rows for many."""
    monkeypatch.setattr(flow, "_LITTLE_FILES", 1)
    monkeypatch.setattr(units, "_LARGE", 1)
    monkeypatch.setattr(units, "find_stretches", partial(find_stretches, size=9000, block=700))


def source_of(*paths: Path) -> Source:
    return Source(paths=tuple(map(str, paths)), settings=Settings(several=len(paths) > 1))


def run(articles: Path, to: Path, *, jobs: int = 1, die_at: int | None = None, suffix: str = ".jsonl") -> Written:
    """Find in parts, ended at a record when it is to be."""
    seen = 0

    def follow(records: Iterator[Citation | Problem]) -> Iterator[Citation | Problem]:
        nonlocal seen
        for record in records:
            if seen == die_at:
                raise Killed
            seen += 1
            yield record

    return find_in_parts(source_of(articles), to=to, suffix=suffix, jobs=jobs, part_bytes=PART_BYTES, follow=follow)


def test_the_parts_are_what_one_file_would_be_whatever_jobs_is(articles: Path, tmp_path: Path) -> None:
    write(find_in_files(articles), tmp_path / "whole.jsonl")
    one = run(articles, tmp_path / "one")
    three = run(articles, tmp_path / "three", jobs=3)
    assert one == three
    assert one.parts > 8
    wanted = ((tmp_path / "whole.jsonl").read_bytes(), (tmp_path / "whole.problems.jsonl").read_bytes())
    assert read_parts(tmp_path / "one") == read_parts(tmp_path / "three") == wanted
    lists = [(tmp_path / name / "manifest.jsonl").read_bytes() for name in ("one", "three")]
    assert lists[0] == lists[1]


def test_ended_anywhere_and_continued_it_has_the_same_bytes(articles: Path, tmp_path: Path) -> None:
    run(articles, tmp_path / "whole")
    wanted = read_parts(tmp_path / "whole")
    chance, to = random.Random(7), tmp_path / "to"
    for _ in range(12):
        with pytest.raises(Killed):
            run(articles, to, die_at=chance.randrange(0, 500), jobs=chance.choice((1, 2)))
        (to / ".amberpost-0123.tmp").write_bytes(b"what a kill leaves")
    written = run(articles, to, jobs=2)
    assert written.continued > 2
    assert read_parts(to) == wanted
    assert list(to.glob(".amberpost*")) == []


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_random_times_it_has_the_same_bytes(articles: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    run_killed(articles, tmp_path / "whole", tmp_path / "run.py", longest=60, chance=random.Random(0))
    to = tmp_path / "to"
    kills = run_killed(articles, to, tmp_path / "run.py", longest=0.8, chance=chance)
    assert kills >= 1
    assert read_parts(to)[0] == read_parts(tmp_path / "whole")[0]
    assert read_parts(to)[1] == read_parts(tmp_path / "whole")[1]


def test_a_torn_line_of_the_list_is_done_again(articles: Path, tmp_path: Path) -> None:
    run(articles, tmp_path / "whole")
    wanted, to = read_parts(tmp_path / "whole"), tmp_path / "to"
    run(articles, to)
    manifest = (to / "manifest.jsonl").read_bytes()
    for cut in (3, 400, len(manifest) // 2, len(manifest) - 1):
        (to / "manifest.jsonl").write_bytes(manifest[:cut])
        run(articles, to)
        assert read_parts(to) == wanted


def test_a_run_that_is_done_does_nothing_again(articles: Path, tmp_path: Path) -> None:
    first = run(articles, tmp_path / "to")
    times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "to").glob("part-00000*.jsonl")}
    again = run(articles, tmp_path / "to")
    assert (again.parts, again.citations, again.problems) == (first.parts, first.citations, first.problems)
    assert {p.name: p.stat().st_mtime_ns for p in (tmp_path / "to").glob("part-00000*.jsonl")}.items() >= {
        name: at for name, at in times.items() if name < "part-000009"
    }.items()


def test_other_files_other_options_and_other_folders_are_refused(tmp_path: Path) -> None:
    articles, to = fill(tmp_path / "in", files=60, rows=60), tmp_path / "to"
    run(articles, to)
    with pytest.raises(WriteError, match="another run"):
        find_in_parts(Source(paths=(str(articles),), settings=Settings(mentions=True)), to=to, part_bytes=PART_BYTES)
    (articles / "0" / "0000.txt").write_text("other words")
    with pytest.raises(WriteError, match="changed since"):
        run(articles, to)
    with pytest.raises(WriteError, match="lies in"):
        run(articles, articles / "found")
    with pytest.raises(WriteError, match="other things"):
        run(articles, tmp_path)
    with pytest.raises(ReadError, match="standard input"):
        find_in_parts(Source(paths=("-",), settings=Settings(), format="text"), to=tmp_path / "new")


def test_parts_that_a_link_leads_to_are_not_read_as_articles(tmp_path: Path) -> None:
    news, to = tmp_path / "news", tmp_path / "to"
    news.mkdir()
    for name in "ab":
        (news / f"{name}.txt").write_text(footer(1))
    (news / "up").symlink_to("..")
    first = run(news, to)
    assert (first.citations, first.problems) == (2, 1)  # of the link, which leads back to the articles
    again = run(news, to)
    assert (again.citations, again.problems) == (2, 1)


def test_a_part_that_is_gone_is_named(articles: Path, tmp_path: Path) -> None:
    run(articles, tmp_path / "to")
    (tmp_path / "to" / "part-000002.jsonl").unlink()
    with pytest.raises(WriteError, match="part-000002"):
        run(articles, tmp_path / "to")


def test_the_list_tells_what_each_part_holds(articles: Path, tmp_path: Path) -> None:
    written = run(articles, tmp_path / "to")
    header, *rows = map(json.loads, (tmp_path / "to" / "manifest.jsonl").read_text().splitlines())
    assert header["paths"] == [str(articles)]
    assert sum(row["citations"] for row in rows) == written.citations
    assert len(rows) == written.parts
    lines = [(tmp_path / "to" / row["file"]).read_bytes().count(b"\n") for row in rows]
    assert lines == [row["citations"] for row in rows]


@pytest.fixture
def containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a WARC file, whose ids repeat, and a Parquet file, both cut small."""
    monkeypatch.setattr(
        units, "find_warc_stretches", lambda path, name, form: find_warc_stretches(path, name, form=form, size=9000)
    )
    monkeypatch.setattr(units, "find_shares", lambda path, name: find_shares(path, name, size=900))
    folder = tmp_path / "containers"
    folder.mkdir()
    pages = (make_record(n % 90, HTML + f"<p>{footer(n)}</p>{'<p>Rain.</p>' * 40}".encode()) for n in range(140))
    (folder / "a.warc").write_bytes(b"".join(pages))
    pq.write_table(pa.table({"text": [footer(n) for n in range(300)]}), folder / "b.parquet", row_group_size=9)
    return folder


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_parts_of_containers_are_the_same_however_often_the_run_was_killed(
    containers: Path, tmp_path: Path, suffix: str
) -> None:
    chance = random.Random(3)
    write(find_in_files(containers), tmp_path / f"whole{suffix}")
    run(containers, tmp_path / "one", suffix=suffix)
    for _ in range(8):
        with pytest.raises(Killed):
            run(containers, tmp_path / "to", suffix=suffix, die_at=chance.randrange(250), jobs=chance.choice((1, 2)))
    written = run(containers, tmp_path / "to", suffix=suffix, jobs=2)
    assert written.continued > 2
    assert (written.citations, written.problems) == (440, 50)
    made = {path.name: path.read_bytes() for path in (tmp_path / "to").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    if suffix == ".parquet":
        parts = sorted(
            set((tmp_path / "to").glob("part-*.parquet")) - set((tmp_path / "to").glob("*.problems.parquet"))
        )
        joined = pa.concat_tables(map(pq.read_table, parts))
        assert joined.equals(pq.read_table(tmp_path / "whole.parquet"))


def test_the_command_writes_parts_and_says_what_it_found_done(tmp_path: Path) -> None:
    articles, to = fill(tmp_path / "in", files=20, rows=60), tmp_path / "to"
    first = CliRunner().invoke(app, ["find", str(articles), "--to", str(to), "--jobs", "1"])
    assert first.exit_code == 1
    assert "to: " not in first.stderr
    again = CliRunner().invoke(app, ["find", str(articles), "--to", str(to), "--jobs", "1"])
    assert again.exit_code == 1
    assert "1 of them by an earlier run" in again.stderr
    table = CliRunner().invoke(app, ["find", str(articles), "--to", str(tmp_path / "csv"), "--format", "csv"])
    assert table.exit_code == 1
    assert (tmp_path / "csv" / "part-000001.csv").read_text().startswith("id,")
    both = CliRunner().invoke(app, ["find", str(articles), "--to", str(to), "-o", str(tmp_path / "x.jsonl")])
    assert both.exit_code == 2
    columns = CliRunner().invoke(app, ["find", str(articles), "--to", str(tmp_path / "pq"), "--format", "parquet"])
    assert columns.exit_code == 1
    assert pq.read_table(tmp_path / "pq" / "part-000001.parquet").num_rows == 20 + 59 + 60
    for words in (["--format", "parquet"], ["--to", str(tmp_path / "db"), "--format", "db"]):
        refused = CliRunner().invoke(app, ["find", str(articles), *words])
        assert refused.exit_code == 2


def test_while_another_process_writes_there_it_is_to_be_tried_again(articles: Path, tmp_path: Path) -> None:
    run(articles, tmp_path / "to")
    with (tmp_path / "to" / "manifest.jsonl").open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(ArchiveBusy, match="another process writes there"):
            run(articles, tmp_path / "to")
        done = CliRunner().invoke(app, ["find", str(articles), "--to", str(tmp_path / "to")])
    assert (done.exit_code, done.stdout) == (75, "")
