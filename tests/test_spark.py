"""Spark on this machine: the records of `find`, whatever breaks. Skipped where PySpark or Java is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import pytest_socket

from amberpost.flow import find_in_files
from amberpost.models import Citation, MissingExtra, Problem, ReadError
from amberpost.spark import (
    find_citations,
    find_in_warcs,
    find_problems,
    find_repeated_ids,
    open_session,
    read_results,
    run_warcs,
)
from amberpost.spark.session import check_spark
from containers import HTML, pack, record
from test_batches import POST, broken, find_samples

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def why_not() -> str | None:
    try:
        check_spark()
    except MissingExtra as error:
        return str(error)
    return None


WITHOUT = why_not()
on_spark = [
    pytest.mark.spark,
    pytest.mark.loopback,
    pytest.mark.skipif(WITHOUT is not None, reason=str(WITHOUT)),
    # PySpark says so of pandas 3, of which nothing is used here but that it is there.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF"}


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """Two workers at once, four attempts at a task, as a cluster has by default."""
    pytest_socket.enable_socket()
    spark = open_session(master="local[2,4]", config=QUIET)
    yield spark
    pytest_socket.enable_socket()
    spark.stop()


@pytest.fixture
def spark(session: SparkSession) -> SparkSession:
    return session


def marked(test: object) -> object:
    for mark in on_spark:
        test = mark(test)
    return test


def lines(df: DataFrame) -> list[str]:
    """The rows of a table as JSON, without the column `path`, in the order of their text."""
    rows = df.drop("path").toArrow().to_pylist()
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)


def expect(items: Iterable[Citation | Problem], record: type[Citation] | type[Problem]) -> list[str]:
    rows = [item.model_dump() for item in items if isinstance(item, record)]
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Parquet file of the fixtures, each with an id, in row groups that several tasks share."""
    rows = [{**row, "id": row["id"] or f"m-{number}"} for number, row in enumerate(find_samples())]
    path = tmp_path_factory.mktemp("articles") / "a.parquet"
    table = pa.Table.from_pylist(rows)
    # A column of nulls only is one of numbers to Spark.
    table = table.set_column(table.schema.get_field_index("url"), "url", table["url"].cast(pa.string()))
    pq.write_table(table, path, row_group_size=50)
    return path


@marked
def test_the_records_are_those_of_find(spark: SparkSession, articles: Path) -> None:
    df = spark.read.parquet(str(articles)).repartition(3)
    expected = list(find_in_files(articles))
    assert lines(find_citations(df)) == expect(expected, Citation)
    found = [json.loads(line)["reason"] for line in lines(find_problems(df))]
    assert sorted(found) == sorted(item.reason for item in expected if isinstance(item, Problem))


@marked
def test_a_poisoned_row_costs_no_other_anything(spark: SparkSession, tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_batches([broken(pa.string())]), tmp_path / "a.parquet")
    df = spark.read.parquet(str(tmp_path / "a.parquet"))
    assert [row.article for row in find_citations(df).orderBy("article").collect()] == ["a", "b", "c"]
    assert [row.source for row in find_problems(df).collect()] == ["b"]


@marked
def test_a_worker_that_is_killed_loses_nothing(spark: SparkSession, articles: Path, tmp_path: Path) -> None:
    mark = tmp_path / "killed"

    def die_once(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield batch
            if not mark.exists():
                mark.touch()
                os._exit(9)

    df = spark.read.parquet(str(articles)).repartition(2)
    dying = df.mapInArrow(die_once, df.schema)
    assert lines(find_citations(dying)) == expect(find_in_files(articles), Citation)
    assert mark.exists()


@marked
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="who is whose parent is read in /proc")
def test_an_executor_that_is_killed_loses_nothing(spark: SparkSession, articles: Path, tmp_path: Path) -> None:
    del spark
    mark = tmp_path / "killed"
    script = [sys.executable, str(Path(__file__).with_name("killedexecutor.py")), str(articles), str(mark)]
    done = subprocess.run(script, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == expect(find_in_files(articles), Citation)
    assert mark.exists()


@marked
def test_rows_can_be_called_as_find_calls_those_of_a_file(spark: SparkSession, tmp_path: Path) -> None:
    """As docs/spark.md does."""
    from pyspark.sql import functions

    pq.write_table(pa.table({"id": ["n-1", None, None], "text": [POST] * 3}), tmp_path / "a.parquet")
    own = functions.expr("coalesce(id, _metadata.file_name || '#' || (_metadata.row_index + 1))").alias("own")
    df = spark.read.parquet(str(tmp_path / "a.parquet")).select("*", own).drop("id")
    assert lines(find_citations(df, id="own")) == expect(find_in_files(tmp_path / "a.parquet"), Citation)


@marked
def test_ids_that_are_there_twice_are_found(spark: SparkSession) -> None:
    df = spark.createDataFrame(
        [("a", POST), ("b", POST), ("a", POST), (None, POST), (None, POST)], "id string, text string"
    )
    assert [(row.source, row.reason) for row in find_repeated_ids(df).collect()] == [("a", "is the id of 2 rows")]
    assert find_citations(df).count() == 5


@marked
def test_what_is_asked_wrongly_is_said_before_anything_runs(spark: SparkSession) -> None:
    df = spark.createDataFrame([("a", POST)], "id string, body string")
    with pytest.raises(ReadError, match="name yours with text="):
        find_citations(df)
    with pytest.raises(ReadError, match="give each an id"):
        find_citations(df, text="body", name="a.parquet")
    assert find_citations(df, text="body").count() == 1


def make_warc(path: Path, *, first: int, pages: int, tail: bytes = b"") -> str:
    body = f"<html><body><p>{POST}</p></body></html>".encode()
    path.write_bytes(pack(*(record(first + number, HTML + body) for number in range(pages))) + tail)
    return str(path)


@pytest.fixture
def warcs(tmp_path: Path) -> list[str]:
    """Two sound files, one that is damaged, one that is none, one that is not there."""
    made = [make_warc(tmp_path / f"{n}.warc.gz", first=10 * n, pages=3) for n in (1, 2)]
    damaged = make_warc(tmp_path / "3.warc.gz", first=30, pages=2, tail=pack(record(40, HTML + b"<p>cut"))[:-30])
    (tmp_path / "4.warc.gz").write_bytes(b"<html>not here</html>")
    return [*made, damaged, str(tmp_path / "4.warc.gz"), str(tmp_path / "gone.warc.gz")]


@marked
def test_paths_of_warc_files_give_the_records_of_find(spark: SparkSession, warcs: list[str], tmp_path: Path) -> None:
    expected = list(find_in_files(*warcs[:4]))
    results = run_warcs(spark, warcs, str(tmp_path / "to"))
    assert len(expect(expected, Citation)) == 8
    assert lines(results.citations) == expect(expected, Citation)
    gone = Problem(
        source=warcs[4],
        reason="cannot be read: No such file or directory",
        advice="not searched; see that it is there, and run again",
    )
    assert lines(results.problems) == expect([*expected, gone], Problem)
    assert {row.path: row.articles for row in results.read.collect()} == dict(zip(warcs[:4], (3, 3, 2, 0), strict=True))


@marked
def test_a_run_that_was_stopped_goes_on_where_it_was(spark: SparkSession, warcs: list[str], tmp_path: Path) -> None:
    opened, to = tmp_path / "opened", str(tmp_path / "to")
    opened.mkdir()

    def open_noted(path: str) -> BinaryIO:
        (opened / Path(path).name).touch()
        return Path(path).open("rb")

    run_warcs(spark, warcs[:2], to, open_file=open_noted)
    # What a job leaves that is killed when some of its tasks have ended: done they are not.
    (job,) = (tmp_path / "to" / "found").iterdir()
    unfinished = job.with_name("killed") / "_temporary" / "0" / "task_1"
    unfinished.mkdir(parents=True)
    for part in job.glob("part-*"):
        shutil.copy(part, unfinished)
    for path in opened.iterdir():
        path.unlink()
    make_warc(Path(warcs[4]), first=50, pages=1)
    results = run_warcs(spark, warcs, to, open_file=open_noted, paths_a_round=2)
    assert sorted(path.name for path in opened.iterdir()) == ["3.warc.gz", "4.warc.gz", "gone.warc.gz"]
    assert lines(results.citations) == expect(find_in_files(*warcs), Citation)
    assert lines(read_results(spark, to).problems) == expect(find_in_files(*warcs), Problem)


@marked
def test_a_file_that_ends_every_worker_is_named_and_the_others_are_done(
    spark: SparkSession, warcs: list[str], tmp_path: Path
) -> None:
    def open_or_die(path: str) -> BinaryIO:
        if path.endswith("2.warc.gz"):
            os._exit(11)
        return Path(path).open("rb")

    results = run_warcs(spark, warcs[:3], str(tmp_path / "to"), open_file=open_or_die)
    assert sorted(Path(row.path).name for row in results.read.collect()) == ["1.warc.gz", "3.warc.gz"]
    (named,) = [row.reason for row in results.problems.collect() if row.source == warcs[1]]
    assert "failed at every attempt" in named
    # And when it no longer does, the next run reads it, and its problem is gone.
    mended = run_warcs(spark, warcs[:3], str(tmp_path / "to"))
    assert lines(mended.citations) == expect(find_in_files(*warcs[:3]), Citation)
    assert warcs[1] not in {row.source for row in mended.problems.collect()}


@marked
def test_a_path_that_nothing_opens_says_what_to_do(spark: SparkSession) -> None:
    (row,) = find_in_warcs(spark, ["https://data.example/a.warc.gz"]).collect()
    assert "pass open_file=" in row.problem.reason
    assert not row.complete


@marked
def test_the_script_writes_both_tables(spark: SparkSession, warcs: list[str], tmp_path: Path) -> None:
    del spark  # only so that it is skipped where the others are
    (tmp_path / "list.txt").write_text("".join(f"{Path(path).name}\n" for path in warcs), "utf-8")
    script = [sys.executable, "-m", "amberpost.spark", "--master", "local[2]", "warcs", str(tmp_path / "list.txt")]
    more = ["--prefix", f"{tmp_path}/", "--to", str(tmp_path / "to")]
    done = subprocess.run([*script, *more], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stderr
    assert "8 citations, " in done.stderr
    assert pq.read_table(tmp_path / "to" / "citations").num_rows == 8


def test_without_java_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingExtra, match="apt-get install openjdk-17-jre-headless"):
        open_session(master="local[2]")
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", "utf-8")
    old.chmod(0o755)
    with pytest.raises(MissingExtra, match="is Java 11"):
        open_session(master="local[2]")


def test_without_pyspark_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amberpost.spark.session.find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"pip install 'amberpost\[spark\]'"):
        open_session()
