"""Parquet in and out, and CSV that a spreadsheet does not run: judged by pyarrow and the csv module."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberpost.commands.find import Wishes, run_find
from amberpost.models import Article, Citation, MissingExtra, Problem, Record, WriteError
from amberpost.readers import read as read_paths
from amberpost.readers.options import Options
from amberpost.readers.parquet import read_parquet
from amberpost.writers import write
from amberpost.writers.csvsafe import protect_cell, restore_cell
from test_writers import citation

DAY = dt.date(2024, 11, 29)
INSTANT = dt.datetime(2024, 11, 29, 23, 30, 0, 123456, tzinfo=dt.UTC)


def make(table: pa.Table, **options: object) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file


def read(table: pa.Table, options: Options | None = None, **how: object) -> list[Article | Problem]:
    return list(read_parquet(make(table, **how), "a.parquet", options=options or Options()))


def articles(items: list[Article | Problem]) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def problems(items: list[Article | Problem]) -> list[str]:
    return [str(item) for item in items if isinstance(item, Problem)]


def test_rows_become_articles_with_the_columns_of_jsonl() -> None:
    rows = {
        "id": ["n-1", None, "n-3"],
        "text": ["It rains.", "Örebro 🌧", None],
        "html": [None, None, "<p>Snow.</p>"],
        "date": ["2024-11-29", None, None],
        "title": ["Rain", "", None],
        "url": ["https://news.example/1", None, None],
        "more": [[1], [2], [3]],
    }
    found = read(pa.table(rows))
    first, second, third = articles(found)
    assert (first.id, first.date, first.title, first.url) == ("n-1", DAY, "Rain", "https://news.example/1")
    assert (second.id, second.text) == ("a.parquet#2", "Örebro 🌧")
    assert (third.id, third.html, third.text) == ("n-3", "<p>Snow.</p>", None)
    assert problems(found) == []


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())])
def test_strings_of_any_kind_are_text(kind: pa.DataType) -> None:
    column = pa.array(["Örebro", "Malmö", "Örebro"])
    column = column.dictionary_encode() if pa.types.is_dictionary(kind) else column.cast(kind)
    found = read(pa.table({"text": column}))
    assert ([article.text for article in articles(found)], problems(found)) == (["Örebro", "Malmö", "Örebro"], [])


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64(), pa.timestamp("ns"), pa.timestamp("s", tz="UTC")])
def test_days_and_instants_are_dates(kind: pa.DataType) -> None:
    values = pa.array([INSTANT], pa.timestamp("us", tz="UTC"))
    column = values.cast(pa.timestamp("us")).cast(pa.date32()).cast(kind) if pa.types.is_date(kind) else values
    column = column if pa.types.is_date(kind) else column.cast(kind, safe=False)
    found = read(pa.table({"text": ["x"], "date": column}))
    assert ([article.date for article in articles(found)], problems(found)) == ([DAY], [])


def test_columns_of_odd_types_are_named_once_and_left_out() -> None:
    table = pa.table({"id": [1.5, 2.5], "text": ["a", "b"], "title": [["x"], ["y"]], "date": [True, False]})
    found = read(table)
    assert [article.id for article in articles(found)] == ["a.parquet#1", "a.parquet#2"]
    assert [problem.partition(" (")[0] for problem in problems(found)] == [
        "a.parquet: its column 'id' holds double, not strings or whole numbers",
        "a.parquet: its column 'date' holds bool, not strings, dates or instants",
        "a.parquet: its column 'title' holds list<element: string>, not strings",
    ]


def test_a_file_without_text_is_named_with_its_columns_and_another_may_be_chosen() -> None:
    table = pa.table({"body": ["It rains."], "text": [[1]]})
    assert "has no column 'text' or 'html' of strings among 'body', 'text'" in problems(read(table))[-1]
    assert articles(read(table, Options(text_column="body")))[0].text == "It rains."


def test_a_damaged_row_group_is_named_and_the_others_are_read() -> None:
    rows = [f"{number} {number * 7919 % 1000}" for number in range(3000)]
    file = make(pa.table({"text": rows}), row_group_size=1000, use_dictionary=False, compression="zstd")
    data = bytearray(file.getvalue())
    chunk = pq.ParquetFile(file).metadata.row_group(1).column(0)
    for at in range(chunk.data_page_offset, chunk.data_page_offset + chunk.total_compressed_size):
        data[at] ^= 0xFF
    found = list(read_parquet(io.BytesIO(data), "a.parquet"))
    assert [article.text for article in articles(found)] == rows[:1000] + rows[2000:]
    assert problems(found)[0].startswith("a.parquet, row 1001: the rest of row group 2 cannot be read")


@pytest.mark.parametrize("data", [b"", b"PAR1", b"no Parquet at all", b"PAR1" + b"\xff" * 100 + b"PAR1"])
def test_what_is_no_parquet_is_one_problem(data: bytes) -> None:
    found = list(read_parquet(io.BytesIO(data), "a.parquet"))
    assert (articles(found), len(problems(found))) == ([], 1)


def test_a_value_that_is_kept_once_for_many_rows_does_not_fill_the_memory() -> None:
    table = pa.table({"text": pa.array(["x" * 2_000_000]).take(pa.array([0] * 100))})
    file = make(table, compression="zstd", dictionary_pagesize_limit=1 << 30)
    before = pa.total_allocated_bytes()
    most = 0
    for _ in read_parquet(file, "a.parquet"):
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < 48 << 20


def test_rows_too_large_to_be_held_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amberpost.readers.parquet._LARGEST_ROW", 1 << 20)
    found = read(pa.table({"text": ["x" * (4 << 20)]}), use_dictionary=False)
    assert articles(found) == []
    assert problems(found)[0].startswith("a.parquet, row 1: its 1 rows hold 4 MB each")


def test_html_columns_are_html_in_jsonl_csv_and_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"body": "<p>Rain"}))
    (tmp_path / "b.csv").write_text("id,body\n7,<p>Rain\n")
    pq.write_table(pa.table({"body": ["<p>Rain"]}), tmp_path / "c.parquet")
    found = list(read_paths(tmp_path, html_column="body"))
    assert [(item.html, item.text) for item in found if isinstance(item, Article)] == [("<p>Rain", None)] * 3


def test_parquet_has_the_fields_of_a_citation_in_one_schema(tmp_path: Path) -> None:
    rows = [citation(number, text=None if number % 2 else "It rains.") for number in range(5000)]
    assert write(iter(rows), tmp_path / "x.parquet") == 5000
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.schema.names == list(Citation.model_fields)
    assert table.schema.metadata == {b"schema": b"1"}
    kinds = {str(table.schema.field(name).type) for name in ("links", "flags")}
    assert {kind.partition("<")[0] for kind in kinds} == {"list"}
    assert all(table.schema.field(name).type.value_type == pa.string() for name in ("links", "flags"))
    assert [str(table.schema.field(name).type) for name in ("date", "start", "handle")] == [
        "date32[day]",
        "int64",
        "string",
    ]
    assert [Citation.model_validate(row) for row in table.to_pylist()] == rows
    assert pq.ParquetFile(tmp_path / "x.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


def test_parquet_without_rows_has_the_same_schema_and_equal_records_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("none", "some", "again"):
        write([citation()] * (name != "none"), tmp_path / f"{name}.parquet")
    assert pq.read_schema(tmp_path / "none.parquet").equals(pq.read_schema(tmp_path / "some.parquet"), True)
    assert (tmp_path / "some.parquet").read_bytes() == (tmp_path / "again.parquet").read_bytes()


def test_parquet_is_written_in_row_groups_as_records_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amberpost.writers.parquet._GROUP_ROWS", 4000)
    write((citation(number) for number in range(9000)), tmp_path / "x.parquet")
    groups = pq.ParquetFile(tmp_path / "x.parquet").metadata
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [4000, 4000, 1000]


def test_problems_and_other_records_have_parquet_files_of_their_own(tmp_path: Path) -> None:
    write([Problem(source="a.txt", reason="is empty", advice="remove it"), citation()], tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.problems.parquet").to_pylist()[0]["reason"] == "is empty"
    write([Article(id="a", text="It rains.")], tmp_path / "y.parquet", record=Article)
    assert pq.read_table(tmp_path / "y.parquet").to_pylist()[0]["markdown"] is False
    with pytest.raises(WriteError, match="Article records"):
        write([citation(), Article(id="a")], tmp_path / "z.parquet")


def test_a_stopped_run_leaves_the_old_parquet(tmp_path: Path) -> None:
    def failing() -> Iterator[Record]:
        yield from (citation(number) for number in range(3000))
        raise KeyboardInterrupt

    write([citation()], tmp_path / "x.parquet")
    before = (tmp_path / "x.parquet").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        write(failing(), tmp_path / "x.parquet")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.parquet", before)]


def test_without_the_library_parquet_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"pip install 'amberpost\[parquet\]'"):
        write([citation()], tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


RUN = [
    "=1+1",
    "+1",
    "-1",
    "@adawren",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0\ufeff =1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\ttab",
    "'quoted",
]


@pytest.mark.parametrize("cell", RUN)
def test_cells_that_a_spreadsheet_would_run_are_marked(cell: str) -> None:
    assert protect_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "It rains.", "a=1", " It rains", "https://t.co/a", "5 - 3", '["=1"]'])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert protect_cell(cell) == cell


@given(st.text(alphabet=st.one_of(st.sampled_from("='+-@ \t\r\n＝'\u200b"), st.characters()), max_size=12))
def test_any_cell_comes_back_and_none_is_run(cell: str) -> None:
    marked = protect_cell(cell)
    assert restore_cell(marked) == cell
    assert marked.startswith("'") or not marked.lstrip().startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize("safe", [False, True])
def test_csv_is_exact_unless_it_is_asked_to_be_safe(tmp_path: Path, safe: bool) -> None:
    write([citation(text="=cmd()", handle="-x")], tmp_path / "x.csv", csv_safe=safe)
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["text"], row["handle"]) == (("'=cmd()", "'-x") if safe else ("=cmd()", "-x"))
    assert (restore_cell(row["text"]), row["kind"], row["start"]) == ("=cmd()", "embed", "3")


def test_the_flag_reaches_the_file_and_is_refused_where_it_means_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "-a.txt"
    source.write_text("Rain. — Ada Wren (@adawren) November 29, 2024")
    wishes = {"paths": (str(source),), "quiet": True, "csv_safe": True, "jobs": 1}
    assert run_find(Wishes(**wishes, output=str(tmp_path / "x.csv")), Options()) == 0  # type: ignore[arg-type]
    assert ",'-a.txt," in (tmp_path / "x.csv").read_text("utf-8")
    assert run_find(Wishes(**wishes, output=str(tmp_path / "x.jsonl")), Options()) == 2  # type: ignore[arg-type]
    assert "--csv-safe" in capfd.readouterr().err


def test_no_byte_of_the_listing_at_its_end_can_stop_the_run() -> None:
    """For a wrong length in a column's statistics, pyarrow ends the whole process unless a row is read first."""
    data = make(pa.table({"id": ["n-1", "n-2"], "text": ["It rains.", "It snows."]})).getvalue()
    listing = int.from_bytes(data[-8:-4], "little")
    for at in range(len(data) - 8 - listing, len(data)):
        for flip in (1, 0x10):
            damaged = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
            assert all(isinstance(item, Article | Problem) for item in read_parquet(io.BytesIO(damaged), "a.parquet"))


def test_a_column_that_the_user_named_and_that_is_not_there_is_told() -> None:
    found = read(pa.table({"text": ["Rain."], "day": ["2024-11-29"]}), Options(id_column="key", date_column="day"))
    assert problems(found) == ["a.parquet: has no column 'key' (read without it; see how the column is spelled)"]
    assert [str(article.date) for article in articles(found)] == ["2024-11-29"]
