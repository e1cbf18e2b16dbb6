"""Citations out of files: what is taken from each form, and that odd input is named while the rest is done."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import sqlite3
import sys
from contextlib import closing
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from amberpost import CitedPost, Problem, ReadError, find, write
from amberpost.commands.citationfile import (
    check_citations,
    find_csv_rows,
    find_objects,
    find_urls,
    is_parts,
    read_citations,
    read_urls,
)
from amberpost.commands.wishes import Wishes, check_wishes
from amberpost.flow import Settings
from amberpost.flow.parts import Source, find_in_parts

POST = "Rain. https://t.co/02OQCDI90m pic.twitter.com/OPuov3B6Br — Ada Wren (@adawren) November 29, 2024"
LINKS = ["https://t.co/02OQCDI90m", "https://pic.twitter.com/OPuov3B6Br"]
CREDIT = "Credit: Sentdefender/X"


def rows(data: str | bytes) -> list[object]:
    """What lines of JSONL give: a row, or the reason why there is none."""
    raw = data if isinstance(data, bytes) else data.encode()
    return [item.reason if isinstance(item, Problem) else item for item in find_objects(BytesIO(raw), "x.jsonl")]


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.parquet", "x.db"])
def test_what_find_writes_is_read_back_with_its_links(tmp_path: Path, name: str) -> None:
    citations = [*find(POST), *find(CREDIT)]
    write(citations, tmp_path / name)
    read = list(read_citations(str(tmp_path / name)))
    assert not [item for item in read if isinstance(item, Problem)]
    assert [(row["id"], row["links"]) for row in read if not isinstance(row, Problem)] == [
        (citations[0].id, LINKS),
        (citations[1].id, []),
    ]


def test_a_row_is_given_as_it_stands() -> None:
    row = {"links": ["https://t.co/a"], "own": {"deep": [1.5, None, "ä"]}, "number": 12345678901234567890}
    assert rows(json.dumps(row)) == [row]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes at column 2"),
        ("[]", "is a list, not an object"),
        ("null", "is null, not an object"),
        ("{}", "has no links, permalink or url"),
        ('{"link": "https://t.co/a"}', "has no links, permalink or url"),
        ('{"url": NaN}', "is not JSON that can be read: it has no NaN"),
        ("[" * 200000, "is not JSON that can be read: "),
        ('{"url": "https://t.co/a", "n": ' + "1" * 5000 + "}", "is not JSON that can be read: "),
        ('{"url": "https://t.co/a", "n": ' + "[" * 300 + "]" * 300 + "}", "has lists or objects more than 100 deep"),
    ],
    ids=lambda text: text[:20],
)
def test_a_line_that_is_no_row_is_named_and_the_next_is_read(line: str, reason: str) -> None:
    first, second = rows(f'{line}\n{{"url": "https://t.co/b"}}\n')
    assert str(first).startswith(reason)
    assert second == {"url": "https://t.co/b"}


@pytest.mark.parametrize(
    ("cell", "links"),
    [("7", []), ('{"a": 1}', []), ('["https://t.co/a", null, 7]', ["https://t.co/a"]), ('"[broken"', [])],
)
def test_links_that_are_none_are_named_and_the_others_of_the_row_are_taken(cell: str, links: list[str]) -> None:
    reason, row = rows(f'{{"permalink": "https://x.com/ada/status/20", "links": {cell}}}')
    assert str(reason).startswith("its links are no list of URLs: ")
    assert row == {"permalink": "https://x.com/ada/status/20", "links": links}


def test_a_permalink_that_is_no_string_is_named_and_the_links_are_taken() -> None:
    reason, row = rows('{"permalink": 20, "links": ["https://t.co/a"]}')
    assert (reason, row) == ("its permalink is a number, not a URL", {"permalink": 20, "links": ["https://t.co/a"]})


def test_half_a_surrogate_pair_becomes_u_fffd_wherever_it_stands() -> None:
    (row,) = rows('{"links": ["https://t.co/\\ud800"], "\\uDc00": [{"\\ud801": "\\ud802"}], "good": "\\ud83d\\ude00"}')
    assert row == {"links": ["https://t.co/\ufffd"], "\ufffd": [{"\ufffd": "\ufffd"}], "good": "😀"}


def test_bytes_that_are_not_utf_8_are_named_and_the_row_is_taken() -> None:
    reason, row = rows('{"url": "https://t.co/a", "text": "äöüß'.encode() + b'\xff\xff"}\n')
    assert "could not be decoded" in str(reason)
    assert isinstance(row, dict)
    assert row["url"] == "https://t.co/a"


def test_a_byte_order_mark_and_utf_16_are_read() -> None:
    line = '{"url": "https://t.co/a"}'
    for encoding in ("utf-8-sig", "utf-16"):
        assert rows(line.encode(encoding)) == [{"url": "https://t.co/a"}]


def test_csv_needs_one_column_of_links_and_its_broken_rows_are_named() -> None:
    data = b"id;url\n1;https://t.co/a\n2;too;many\n3;https://t.co/b\n"
    first, reason, last = find_csv_rows(BytesIO(data), "x.csv")
    assert [first, last] == [{"id": "1", "url": "https://t.co/a"}, {"id": "3", "url": "https://t.co/b"}]
    assert isinstance(reason, Problem)
    assert (reason.place, reason.reason) == ("row 2 (line 3)", "has 3 cells where the header has 2")
    (whole,) = find_csv_rows(BytesIO(b"id,address\n1,https://t.co/a\n2,https://t.co/b\n"), "x.csv")
    assert str(whole).startswith("x.csv, line 1: has no column links, permalink or url among 'id', 'address'")


def test_a_cut_gzip_stream_gives_the_rows_before_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    data = gzip.compress(b"".join(b'{"url": "https://t.co/%d"}\n' % n for n in range(9000)))
    path.write_bytes(data[: len(data) // 2])
    *good, last = read_citations(str(path))
    assert len(good) > 1000
    assert isinstance(last, Problem)
    assert f"the {len(good)} rows before it are done" in last.advice
    path.write_bytes(b"no gzip")
    assert [isinstance(item, Problem) for item in read_citations(str(path))] == [True]


def test_a_database_is_only_read_and_what_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd?name#1.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE citations(id, links, permalink)")
        db.execute("""INSERT INTO citations VALUES ('a', '["https://t.co/a"]', NULL), ('b', x'00ff', NULL)""")
        db.execute("INSERT INTO citations VALUES ('c', CAST(x'68747470ff' AS TEXT), NULL)")
        db.commit()
    before = path.read_bytes()
    found = [item.reason if isinstance(item, Problem) else item["links"] for item in read_citations(str(path))]
    assert found == [["https://t.co/a"], "its links are no list of URLs: \"b'\\\\x00\\\\xff'\"", [], ["http\ufffd"]]
    assert path.read_bytes() == before
    for data in (b"", b"no database" * 100):
        (tmp_path / "x.db").write_bytes(data)
        (problem,) = read_citations(str(tmp_path / "x.db"))
        assert "nothing of the file was taken" in str(problem)


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.db"])
def test_an_empty_file_that_find_does_not_write_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    (problem,) = read_citations(str(tmp_path / name))
    assert str(problem).startswith(str(tmp_path / name))


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.parquet", "x.db"])
def test_what_find_writes_where_nothing_is_cited_is_no_problem(tmp_path: Path, name: str) -> None:
    write([], tmp_path / name)
    assert list(read_citations(str(tmp_path / name))) == []


def test_a_folder_that_cannot_be_looked_into_is_no_folder_of_parts() -> None:
    assert is_parts("x" * 300) is False  # as of one whose rights forbid it, the system says nothing but no


def test_a_part_in_which_nothing_is_cited_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text("{}\n")
    write(find(POST), tmp_path / "part-000001.jsonl")
    write([], tmp_path / "part-000002.jsonl")
    assert [isinstance(item, Problem) for item in read_citations(str(tmp_path))] == [False]


def test_a_list_of_urls_may_have_comments_and_says_what_is_no_url() -> None:
    data = b"\xef\xbb\xbf# mine\r\n\r\n https://t.co/a \r\nt.co/b # short\nhttp://page.example/#part\n\x00\nno url\n"
    found = list(find_urls(BytesIO(data + b"https://t.co/" + b"c" * 70000 + b"\nhttps://t.co/d"), "list"))
    urls = [item["url"] for item in found if not isinstance(item, Problem)]
    assert urls == ["https://t.co/a", "t.co/b", "http://page.example/#part", "https://t.co/d"]
    assert [item.place for item in found if isinstance(item, Problem)] == ["line 6", "line 7", "line 8"]


@pytest.mark.parametrize(
    "data",
    [b'\n {"url": "https://t.co/a"}\n', b"https://t.co/a\n", b"# one\nhttps://t.co/a\n", b"id,url\n1,https://t.co/a\n"],
)
def test_standard_input_is_told_by_how_it_begins(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(data)))
    assert [item["url"] for item in read_citations("-") if not isinstance(item, Problem)] == ["https://t.co/a"]


@pytest.mark.parametrize("path", ["gone.jsonl", "t.co/02OQCDI90m", ".", "x.txt", "a\0b.jsonl", "n" * 5000])
def test_an_argument_that_cannot_be_citations_is_refused_with_advice(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.txt").touch()
    with pytest.raises(ReadError, match=r"check the path|name the file|with --urls"):
        check_citations(path)


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").symlink_to("x.jsonl")
    for found in (read_citations(str(tmp_path / "x.jsonl")), read_urls(str(tmp_path / "x.jsonl"))):
        (problem,) = found
        assert "cannot be read: Too many levels of symbolic links" in str(problem)


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.csv", "x.parquet", "x.db"])
def test_a_row_of_an_export_is_the_same_out_of_any_file(tmp_path: Path, name: str) -> None:
    """The days and instants of Parquet, too: an archive keeps the row as it came."""
    posts = [CitedPost(id="7a", date=dt.date(2024, 11, 29), posted_at=dt.datetime(2024, 11, 29, 18, tzinfo=dt.UTC))]
    write(posts, tmp_path / name, record=CitedPost)
    (row,) = read_citations(str(tmp_path / name))
    assert not isinstance(row, Problem)
    assert (row["id"], row["date"], row["posted_at"]) == ("7a", "2024-11-29", "2024-11-29T18:00:00Z")


def test_a_damaged_parquet_file_is_named_and_what_is_before_the_damage_is_taken(tmp_path: Path) -> None:
    citations = [*find(POST), *find(CREDIT)]
    write(citations, path := tmp_path / "x.parquet")
    path.write_bytes(path.read_bytes()[:-40])
    (problem,) = read_citations(str(path))
    assert isinstance(problem, Problem)
    assert problem.reason.startswith("cannot be read as Parquet (")
    assert "fetch it again" in (problem.advice or "")


@pytest.mark.parametrize(("name", "is_packed"), [("x.jsonl", True), ("x.jsonl.gz", False)])
def test_the_bytes_say_whether_jsonl_is_packed_and_not_the_name(tmp_path: Path, name: str, is_packed: bool) -> None:
    line = b'{"url": "https://t.co/a"}\n'
    (tmp_path / name).write_bytes(gzip.compress(line) if is_packed else line)
    assert list(read_citations(str(tmp_path / name))) == [{"url": "https://t.co/a"}]


def test_a_folder_of_parts_is_read_like_one_file_without_its_problems(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(POST, "utf-8")
    (tmp_path / "articles" / "b.jsonl").write_text(f"{json.dumps({'text': CREDIT})}\n[]\n", "utf-8")
    source = Source(paths=(str(tmp_path / "articles"),), settings=Settings())
    written = find_in_parts(source, to=tmp_path / "found")
    assert (written.parts, written.problems) == (1, 1)
    (tmp_path / "found" / "part-000002.jsonl").write_text('{"url": "https://t.co/a"}\n', "utf-8")
    check_citations(str(tmp_path / "found"))
    rows = list(read_citations(str(tmp_path / "found")))
    assert [row.get("links") for row in rows if not isinstance(row, Problem)] == [LINKS, [], None]
    assert len(rows) == 3


def test_a_folder_without_parts_is_no_file_of_citations(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").touch()
    with pytest.raises(ReadError, match="is a folder"):
        check_citations(str(tmp_path))


def test_an_empty_name_is_told_from_a_file_that_is_not_there() -> None:
    with pytest.raises(ReadError, match="is a variable of the shell not set"):
        check_citations("")


def test_columns_of_one_name_are_named_and_left_out() -> None:
    problem, row = find_csv_rows(BytesIO(b"id,links,date,date,,\n7,https://t.co/a,2024,2025,,\n"), "x.csv")
    assert "its column 'date' stands there 2 times (taken without it" in str(problem)
    assert row == {"id": "7", "links": ["https://t.co/a"]}
    (problem,) = find_csv_rows(BytesIO(b"links,links\nhttps://t.co/a,https://t.co/b\n"), "x.csv")
    assert "its column 'links' stands there 2 times" in str(problem)


def test_csv_whose_lines_end_in_cr_alone_is_told_so() -> None:
    (problem,) = find_csv_rows(BytesIO(b"id,links\r7,https://t.co/a\r"), "x.csv")
    assert "end its lines with LF or CRLF" in str(problem)


def test_a_list_of_urls_may_come_out_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    check_wishes(Wishes(to=str(tmp_path / "kept"), urls=(str(tmp_path / "pipe"),)))
    for path in (tmp_path, tmp_path / "gone"):
        with pytest.raises(ReadError, match="no such file: it should list one URL a line"):
            check_wishes(Wishes(to=str(tmp_path / "kept"), urls=(str(path),)))
