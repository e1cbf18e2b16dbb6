"""Arrow batches: the records of `find` on the same rows, whatever the columns are made of, however broken a row is."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amberpost.batches import CITATIONS, PROBLEMS, find_batches, find_in_batches, find_problem_batches
from amberpost.flow import find_in_files
from amberpost.models import Citation, Problem

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
POST = "Ice on the river. — Ada Wren (@adawren) November 29, 2024"
# As a damaged download is: an é cut in two, before and behind what can be read.
BAD = "Né à Orléans. ".encode() + POST.encode() + b" Ca\xc3"


def find_samples() -> Iterator[dict[str, object]]:
    """A row for each fixture, some of them without an id, with odd days, empty or with NULs between them."""
    for number, path in enumerate(sorted(FIXTURES.glob("*/*/article.*")) + sorted(FIXTURES.glob("articles/*.txt"))):
        source = path.read_bytes().decode("utf-8", "replace")
        column = "html" if path.suffix == ".html" else "text"
        row: dict[str, object] = {"id": f"n-{number}" if number % 3 else None, "text": None, "html": None}
        odd: dict[int, dict[str, object]] = {
            5: {"text": "", "html": None},
            7: {"date": "tomorrow"},
            11: {"text": f"\0{POST}"},
            13: {"date": "29/11"},
        }
        yield {**row, column: source, "date": "2024-12-01", "title": f"É {number}", "url": None, **odd.get(number, {})}


@pytest.fixture(scope="module")
def samples() -> pa.Table:
    return pa.Table.from_pylist(list(find_samples()))


def write(table: pa.Table, folder: Path) -> Path:
    path = folder / "a.parquet"
    pq.write_table(table, path, row_group_size=40)
    return path


def find(path: Path) -> list[Citation | Problem]:
    return list(find_in_files(path))


def unpack(batches: Iterator[pa.RecordBatch], record: type[Citation] | type[Problem]) -> list[Citation | Problem]:
    return [record(**row) for batch in batches for row in batch.to_pylist()]


def cast(table: pa.Table, kind: pa.DataType) -> pa.Table:
    for name in ("text", "html", "title", "id"):
        column = table[name].combine_chunks()
        changed = column.dictionary_encode() if pa.types.is_dictionary(kind) else column.cast(kind)
        table = table.set_column(table.schema.get_field_index(name), name, changed)
    return table


KINDS = [
    pa.string(),
    pa.large_string(),
    pa.binary(),
    pa.large_binary(),
    pa.string_view(),
    pa.binary_view(),
    pa.dictionary(pa.int32(), pa.string()),
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_records_and_problems_are_those_of_find(kind: pa.DataType, samples: pa.Table, tmp_path: Path) -> None:
    expected = find(write(samples, tmp_path))
    assert len(expected) > 500
    assert any(isinstance(item, Problem) for item in expected)
    batches = cast(samples, kind).to_batches(max_chunksize=37)
    assert list(find_in_batches(batches, name="a.parquet")) == expected
    found = unpack(find_batches(iter(batches), name="a.parquet"), Citation)
    named = unpack(find_problem_batches(iter(batches), name="a.parquet"), Problem)
    assert found == [item for item in expected if isinstance(item, Citation)]
    assert named == [item for item in expected if isinstance(item, Problem)]


@pytest.mark.parametrize("mentions", [False, True])
def test_kinds_and_platforms_are_chosen_as_in_find(mentions: bool, samples: pa.Table, tmp_path: Path) -> None:
    path = write(samples, tmp_path)
    for kind in (None, ("embed",), ("link", "credit")):
        expected = list(find_in_files(path, kind=kind, platform=["twitter"], mentions=mentions))
        found = find_in_batches(
            samples.to_batches(), kind=kind, platform=["twitter"], mentions=mentions, name=path.name
        )
        assert list(found) == expected


def test_every_batch_has_the_fixed_schema(samples: pa.Table) -> None:
    empty = samples.schema.empty_table().to_batches()
    batches = [*empty, *samples.slice(3, 200).to_batches(), pa.RecordBatch.from_pylist([], schema=samples.schema)]
    assert {batch.schema for batch in find_batches(iter(batches))} == {CITATIONS}
    assert {batch.schema for batch in find_problem_batches(iter(batches))} == {PROBLEMS}
    assert list(find_batches(iter(()))) == list(find_batches(empty)) == []


def test_without_a_name_ids_do_not_depend_on_how_rows_are_dealt_out(samples: pa.Table) -> None:
    def ids(size: int) -> list[str]:
        batches = reversed(samples.to_batches(max_chunksize=size))
        return sorted(item.article for item in find_in_batches(batches) if isinstance(item, Citation))

    assert ids(1000) == ids(7)
    assert {article[:2] for article in ids(7)} == {"n-", "sh"}


def broken(kind: pa.DataType) -> pa.RecordBatch:
    """Three rows, the second of which is not UTF-8, whatever the type of the column claims."""
    raw = pa.array([POST.encode(), BAD, POST.encode()], pa.large_binary() if "large" in str(kind) else pa.binary())
    column = pa.Array.from_buffers(kind, 3, raw.buffers())
    return pa.RecordBatch.from_arrays([pa.array(["a", "b", "c"]), column], names=["id", "text"])


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary()], ids=str)
def test_a_row_that_is_not_utf_8_is_named_and_costs_no_other_anything(kind: pa.DataType) -> None:
    found = list(find_in_batches([broken(kind)]))
    assert [item.article for item in found if isinstance(item, Citation)] == ["a", "b", "c"]
    assert [(item.source, "U+FFFD" in item.reason) for item in found if isinstance(item, Problem)] == [("b", True)]


def test_a_file_with_such_a_row_is_read_to_its_end(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_batches([broken(pa.string())]), tmp_path / "a.parquet")
    found = find(tmp_path / "a.parquet")
    assert [item.article for item in found if isinstance(item, Citation)] == ["a", "b", "c"]
    assert [item.place for item in found if isinstance(item, Problem)] == ["row 2"]


def test_a_string_in_an_old_encoding_is_read_and_named() -> None:
    raw = pa.array([f"Café. {POST}".encode("cp1252")], pa.binary())
    column = pa.Array.from_buffers(pa.string(), 1, raw.buffers())
    found = list(find_in_batches([pa.RecordBatch.from_arrays([column], names=["text"])]))
    assert [type(item) for item in found] == [Problem, Citation]
    assert "cp1252" in str(found[0])


def test_a_day_that_no_calendar_has_costs_its_cell_only() -> None:
    days = pa.array([20_000, 10_000_000, None], pa.int32()).cast(pa.date32())
    batch = pa.RecordBatch.from_arrays([pa.array(["a", "b", "c"]), pa.array([POST] * 3), days], ["id", "text", "date"])
    found = list(find_in_batches([batch]))
    dates = {item.article: item.article_date for item in found if isinstance(item, Citation)}
    assert dates == {"a": dt.date(2024, 10, 4), "b": None, "c": None}
    assert [item.reason for item in found if isinstance(item, Problem)] == ["its 'date' is out of range, not a string"]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"body": [POST]}, "has no column 'text' or 'html' of strings among 'body'"),
        ({"text": [1]}, "its column 'text' holds int64, not strings"),
        ({"text": [[POST]]}, "its column 'text' holds list<"),
    ],
)
def test_columns_of_a_wrong_type_are_problems(table: dict[str, list[object]], reason: str) -> None:
    batches = [pa.RecordBatch.from_pydict(table)] * 2
    found = list(find_in_batches(batches))
    assert reason in str(found[0])
    assert not any(isinstance(item, Citation) for item in found)
    assert len(found) == len(set(map(str, found))), "each is named once"


def test_columns_may_have_any_names() -> None:
    batch = pa.RecordBatch.from_pydict({"body": [POST], "key": [7], "day": [dt.datetime(2024, 12, 1, 23)]})
    (found,) = find_in_batches([batch], text="body", id="key", date="day")
    assert isinstance(found, Citation)
    assert (found.article, found.article_date) == ("7", dt.date(2024, 12, 1))
    with pytest.raises(TypeError, match="txet"):
        list(find_in_batches([batch], txet="body"))  # type: ignore[call-arg]


def test_batches_are_made_as_they_are_asked_for() -> None:
    batch = pa.RecordBatch.from_pydict({"id": ["a"] * 5000, "text": [POST] * 5000})
    endless = itertools.repeat(batch)
    assert [one.num_rows for one in itertools.islice(find_batches(endless), 3)] == [2000] * 3


def test_spark_s_command_says_what_is_missing() -> None:
    without = "import sys; sys.modules['pyarrow'] = sys.modules['pyspark'] = None; "
    run = "sys.argv[1:] = ['articles', 'a', '--to', 'b']; from amberpost.spark.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", without + run], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 2
    assert done.stderr.endswith("pip install 'amberpost[spark]'\n")
