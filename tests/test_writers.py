"""Records come out whole, exact and the same every time, and an old output is never half replaced."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import os
import re
import signal
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from amberpost.models import Article, Citation, Problem, Record, WriteError
from amberpost.writers import check_output, problems_path, write, write_to
from amberpost.writers.ours import is_ours

FORMULA = '=1+1,\t"quoted"\r\nnext line\rand\nnext'
PROBLEM = Problem(source="a.txt", place="line 3", reason="is empty", advice="remove it")


def citation(number: int = 1, **fields: object) -> Citation:
    known: dict[str, object] = dict.fromkeys(Citation.model_fields)
    known |= {"id": f"{number:020x}", "article": "a.txt", "kind": "embed", "platform": "twitter", "handle": "adawren"}
    known |= {"date": dt.date(2024, 11, 29), "posted_at": dt.datetime(2024, 11, 29, 20, 4, 5, tzinfo=dt.UTC)}
    known |= {"text": FORMULA, "links": ("https://t.co/AbCd", 'https://x.example/?q="ä"'), "start": 3, "end": 30}
    known |= {"raw": FORMULA, "rule": "footer", "flags": ("no-date",)}
    return Citation.model_validate(known | fields)


def test_jsonl_has_every_field_in_order_and_ends_with_the_schema(tmp_path: Path) -> None:
    assert write([citation(), citation(2)], tmp_path / "x.jsonl") == 2
    first, second = (tmp_path / "x.jsonl").read_bytes().splitlines()
    row = json.loads(first)
    assert list(row) == [*Citation.model_fields, "schema"]
    assert (row["schema"], row["posted_at"], row["date"]) == (1, "2024-11-29T20:04:05Z", "2024-11-29")
    assert row["links"] == ["https://t.co/AbCd", 'https://x.example/?q="ä"']
    del row["schema"]
    assert Citation.model_validate(row) == citation()
    assert json.loads(second)["id"] == citation(2).id


def test_gzipped_jsonl_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("x.jsonl", "x.jsonl.gz", "other.jsonl.gz"):
        write([citation(n) for n in range(500)], tmp_path / name)
    packed = (tmp_path / "x.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "x.jsonl").read_bytes()
    assert packed == (tmp_path / "other.jsonl.gz").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"


def test_csv_keeps_strings_exact_and_lists_as_json(tmp_path: Path) -> None:
    assert write([citation(text="=cmd()"), citation()], tmp_path / "x.csv") == 2
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert (first["text"], second["text"], second["raw"]) == ("=cmd()", FORMULA, FORMULA)
    assert json.loads(first["links"]) == list(citation().links)
    assert (first["post_id"], first["start"]) == ("", "3")


@pytest.mark.parametrize("record", [Citation, Article, Problem])
def test_an_output_without_rows_still_shows_its_columns(tmp_path: Path, record: type[Record]) -> None:
    write([], tmp_path / "x.csv", record=record)
    assert (tmp_path / "x.csv").read_text().strip().split(",") == list(record.model_fields)
    write([], tmp_path / "x.jsonl", record=record)
    assert (tmp_path / "x.jsonl").read_bytes() == b""


def test_any_frozen_record_can_be_written(tmp_path: Path) -> None:
    article = Article(id="a", text="It rains.", markdown=True)
    for name in ("x.jsonl", "x.csv", "x.db"):
        assert write([article], tmp_path / name, record=Article) == 1
    assert json.loads((tmp_path / "x.jsonl").read_bytes())["markdown"] is True
    assert "a,It rains.,,,,,true" in (tmp_path / "x.csv").read_text()
    with closing(sqlite3.connect(tmp_path / "x.db")) as db:
        assert db.execute("SELECT id, text, markdown FROM articles").fetchall() == [("a", "It rains.", 1)]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".jsonl.gz"])
def test_problems_go_beside_and_an_old_file_of_them_goes_when_there_are_none(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"x{suffix}"
    beside = Path(str(problems_path(str(out))))
    assert write([PROBLEM, citation(), PROBLEM], out) == 1
    text = gzip.decompress(beside.read_bytes()) if suffix.endswith("gz") else beside.read_bytes()
    assert text.count(b"is empty") == 2
    write([citation()], out)
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name]


def test_sqlite_has_two_tables_and_the_version(tmp_path: Path) -> None:
    assert write([citation(), PROBLEM, citation(2, text=None)], tmp_path / "x.db") == 2
    with closing(sqlite3.connect(tmp_path / "x.db")) as db:
        db.row_factory = sqlite3.Row
        assert db.execute("PRAGMA user_version").fetchone()[0] == 1
        first, second = db.execute("SELECT * FROM citations").fetchall()
        assert (first["text"], first["posted_at"], first["end"]) == (FORMULA, "2024-11-29T20:04:05Z", 30)
        assert (json.loads(first["flags"]), second["text"]) == (["no-date"], None)
        assert [row["place"] for row in db.execute("SELECT * FROM problems")] == ["line 3"]
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]


def make_database(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_in_an_existing_database_only_our_tables_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    make_database(path, "CREATE TABLE mine (a)", "INSERT INTO mine VALUES (42)")
    write([citation(1), citation(2), PROBLEM], path)
    make_database(path, "CREATE INDEX my_index ON citations (handle)")
    write([citation(3)], path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT a FROM mine").fetchall() == [(42,)]
        assert db.execute("SELECT id FROM citations").fetchall() == [(citation(3).id,)]
        assert db.execute("SELECT count(*) FROM problems").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'my_index'").fetchone() == (1,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("CREATE TABLE citations (id, name)", "its table 'citations' has another shape"),
        ("CREATE TABLE problems (id)", "its table 'problems' has another shape"),
        ("PRAGMA user_version = 7", "is a database of another program"),
    ],
)
def test_a_database_of_another_shape_is_refused_and_left_as_it_is(tmp_path: Path, statement: str, message: str) -> None:
    path = tmp_path / "x.db"
    make_database(path, "CREATE TABLE mine (a)", statement)
    before = path.read_bytes()
    with pytest.raises(WriteError, match=message):
        write(iter([citation()]), path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("these are my notes, and they are long enough to be no database" * 20)
    with pytest.raises(WriteError, match="cannot be used as a SQLite database"):
        check_output(tmp_path / "x.db")


def test_a_record_without_a_table_or_column_is_an_error_and_never_dropped(tmp_path: Path) -> None:
    for name in ("x.db", "x.csv"):
        with pytest.raises(WriteError, match="Article records"):
            write([citation(), Article(id="a", text="b")], tmp_path / name)
        assert list(tmp_path.iterdir()) == []


def failing(error: BaseException) -> Iterator[Record]:
    yield PROBLEM
    for number in range(5000):
        yield citation(number)
    raise error


@pytest.mark.parametrize("error", [ValueError("stop"), KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.db"])
def test_a_run_that_is_stopped_leaves_the_old_output(tmp_path: Path, name: str, error: BaseException) -> None:
    path = tmp_path / name
    write([citation(), PROBLEM], path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(type(error)):
        write(failing(error), path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_what_is_replaced_keeps_its_permissions_and_a_new_file_has_the_usual_ones(tmp_path: Path) -> None:
    old = tmp_path / "old.jsonl"
    old.write_text("")
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        write([], old)
        write([], tmp_path / "new.jsonl")
    finally:
        os.umask(before)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "new.jsonl").stat().st_mode) == 0o640


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "x.jsonl").symlink_to(tmp_path / "real" / "y.jsonl")
    write([citation()], tmp_path / "x.jsonl")
    assert (tmp_path / "x.jsonl").is_symlink()
    assert (tmp_path / "real" / "y.jsonl").read_bytes().count(b"\n") == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x.xlsx", "Amberpost writes"),
        ("x", "Amberpost writes"),
        ("gone/x.jsonl", "its folder does not exist"),
        ("folder.csv", "is a folder"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_anything_is_read(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.csv").mkdir()

    def never() -> Iterator[Record]:
        pytest.fail("asked for records")
        yield

    with pytest.raises(WriteError, match=message):
        write(never(), tmp_path / name)


def test_records_are_written_as_they_come_and_not_gathered() -> None:
    file = io.BytesIO()
    seen = []

    def records() -> Iterator[Record]:
        for number in range(100):
            seen.append(len(file.getvalue()))
            yield citation(number)

    write_to(records(), file, suffix=".jsonl")
    assert seen == sorted(set(seen))


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.parquet", "x.db"])
def test_an_error_of_the_disk_names_the_file_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    """As a full one does, in any form: here no file may grow beyond a few bytes."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(OSError, match=re.escape(str(tmp_path / name))) as raised:
            write([citation(number) for number in range(9)], tmp_path / name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert raised.value.filename == str(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".jsonl.gz", ".parquet"])
def test_a_file_that_is_not_of_our_problems_is_neither_removed_nor_replaced(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"x{suffix}"
    beside = Path(str(problems_path(str(out))))
    for data in (b"notes\n", b'{"source": "mine"}\n', b"\x1f\x8b\xff\n", b"\xff"):
        beside.write_bytes(data)
        for problem in ([], [PROBLEM]):
            with pytest.raises(WriteError, match="which is none of ours: move that, or name another"):
                write([citation(), *problem], out)
        assert beside.read_bytes() == data
        assert not out.exists()
    beside.unlink()
    write([citation(), PROBLEM], out)
    write([PROBLEM], out)
    write([citation()], out)
    assert not beside.exists()


def test_a_file_is_ours_by_its_first_columns(tmp_path: Path) -> None:
    for suffix in (".jsonl", ".csv", ".jsonl.gz", ".parquet"):
        for rows in (0, 1):
            write([citation()] * rows, path := str(tmp_path / f"x{suffix}"))
            assert is_ours(path, Citation)
            assert is_ours(path, Problem) == (suffix.startswith(".jsonl") and not rows)
    assert not is_ours(str(tmp_path / "gone.csv"), Citation)
    assert not is_ours(str(tmp_path), Citation)


@pytest.mark.parametrize(
    ("records", "path", "advice"),
    [
        (citation(), "x.jsonl", "put it into a list"),
        (None, "x.jsonl", "records first and then a path"),
        ("x.jsonl", [citation()], "records first and then a path"),
        ([citation()], None, "name a file"),
        ([citation()], b"x.jsonl", "name a file"),
        (["x"], "x.jsonl", "such as those of find"),
        ([{}], "x.parquet", "such as those of find"),
    ],
    ids=repr,
)
def test_what_cannot_be_written_raises_with_advice(
    records: Any, path: Any, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WriteError, match=advice):
        write(records, path)
    assert list(tmp_path.iterdir()) == []
