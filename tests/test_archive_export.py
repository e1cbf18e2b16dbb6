"""What an export holds: each citation as it was given, beside what was learned of its post, and where that stands."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import amberpost
from amberpost import Archive, ArchiveError, Citation, CitedPost, WriteError, export, find, write
from amberpost.archive.disk.reading import Reader
from amberpost.archive.posts.citedrows import find_cited_posts
from amberpost.archive.publishing.pseudonyms import PseudonymousPost
from amberpost.archive.tallies import PostTally, VerdictTally
from amberpost.models import Record
from amberpost.warcfile import read_records
from citedposts import ASKED, AUTHOR_ID, CITED, ELSEWHERE, ID, LOST_ID, PAGE, POST, SHORT, URL, WORDS
from citedposts import build_judged as build


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("judged") / "kept")


@pytest.fixture(scope="module")
def rows(kept: Path) -> dict[str, CitedPost]:
    with Reader.read(kept) as reader:
        return {row.id: row for row in find_cited_posts(reader)}


def make_rows(kept: Path, path: Path, **options: bool) -> list[dict[str, object]]:
    """The rows of an export to a file of JSONL."""
    export(kept, path, **options)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_row_begins_with_the_citation_field_by_field() -> None:
    fields = list(CitedPost.model_fields)
    assert fields[: len(Citation.model_fields)] == list(Citation.model_fields)
    assert all(field.annotation is not bool for field in CitedPost.model_fields.values())
    assert [name for name, field in CitedPost.model_fields.items() if field.is_required()] == ["id"]


def test_the_citation_is_as_it_was_given_and_the_post_stands_beside_it(rows: dict[str, CitedPost]) -> None:
    row = rows["c1"]
    given = row.model_dump(mode="json", include=set(CITED))
    assert given == CITED
    assert (row.links, row.post_id, row.permalink) == ((SHORT,), None, None)
    assert (row.known_platform, row.known_id, row.known_permalink) == ("twitter", ID, URL)
    assert (row.known_handle, row.known_author_name, row.known_author_id) == (
        "HarborDesk",
        POST.author_name,
        AUTHOR_ID,
    )
    assert (row.known_text, row.known_lang, row.known_truncated) == (POST.text, "en", False)
    assert (row.known_posted_at, row.known_counted_at) == (POST.posted_at, POST.counted_at)
    assert row.known_links == ("https://pilotage.example/notices/17",)
    assert row.known_media == ("https://pictures.example/mole-fog.jpg",)
    assert (row.known_quoted, row.known_reply_to, row.known_edits) == (POST.quoted, POST.reply_to, POST.edits)
    assert (row.known_likes, row.known_reposts, row.known_views) == (18246, 94, None)
    assert row.known_source == "syndication"


def test_a_verdict_comes_with_its_reasons_and_a_sure_text_only_where_the_found_one_is_unsure(
    rows: dict[str, CitedPost],
) -> None:
    assert (rows["c1"].verdict, rows["c1"].verified_text) == ("same", WORDS)
    assert rows["c1"].reasons[0].startswith("for text: ")
    assert (rows["c2"].verdict, rows["c2"].verified_text) == ("unverifiable", None)


def test_the_words_of_a_citation_whose_start_is_sure_are_not_said_twice(tmp_path: Path) -> None:
    folder = build(tmp_path / "kept")
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE citation SET record = json_set(record, '$.flags', json('[]')) WHERE id = 'c1'")
    with Reader.read(folder) as reader:
        assert next(find_cited_posts(reader)).verified_text is None


def test_outcomes_show_who_said_so(rows: dict[str, CitedPost]) -> None:
    assert (rows["c1"].outcome, rows["c2"].outcome, rows["c3"].outcome) == ("found", "gone", None)
    assert [answer.split()[:2] for answer in rows["c2"].answers] == [["page", "unconfirmed"], ["oembed", "unconfirmed"]]
    assert "oembed" in (rows["c2"].outcome_reason or "")


def test_of_a_post_that_nobody_tells_of_the_id_tells_when_it_was_written(rows: dict[str, CitedPost]) -> None:
    row = rows["c2"]
    assert (row.known_id, row.known_handle, row.known_text, row.known_source) == (LOST_ID, "QuayWatch", None, None)
    assert row.known_posted_at == dt.datetime(2024, 11, 28, 19, 49, 10, tzinfo=dt.UTC)
    assert row.capture_file is None


def test_references_lead_to_the_records_in_the_warc(kept: Path, rows: dict[str, CitedPost]) -> None:
    row = rows["c1"]
    found = {}
    for path in (kept / "warc").iterdir():
        with path.open("rb") as file:
            for item in read_records(file):
                assert not isinstance(item, amberpost.Problem)
                found[f"{path.name}:{item.offset}"] = item.head
    head = found[f"{row.capture_file}:{row.capture_offset}"]
    assert head.find_header("WARC-Target-URI") == row.capture_url == ASKED
    assert head.find_header("WARC-Record-ID") == row.capture_record_id
    assert head.find_header("WARC-Payload-Digest") == row.capture_digest
    assert row.capture_date == dt.datetime.fromisoformat(head.find_header("WARC-Date") or "")
    hops = [hop.rsplit(" ", 3) for hop in row.hops]
    assert [(url, status) for url, status, _, _ in hops] == [(SHORT, "301"), (PAGE, "200")]
    for url, _, date, place in hops:
        assert found[place].find_header("WARC-Target-URI") == url
        assert found[place].find_header("WARC-Date") == date
    (answer,) = [each for each in rows["c2"].answers if each.startswith("oembed")]
    assert found[answer.split()[-1]].find_header("WARC-Target-URI") == ELSEWHERE


def test_what_is_not_judged_has_no_verdict_and_no_post_even_if_it_had_one(tmp_path: Path) -> None:
    folder = build(tmp_path / "kept")
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("INSERT INTO unjudged VALUES('c1')")
    with Reader.read(folder) as reader:
        rows = {row.id: row for row in find_cited_posts(reader)}
        assert (rows["c1"].verdict, rows["c1"].known_id, rows["c1"].outcome) == (None, None, None)
        assert rows["c4"].verdict is None
        assert reader.count_verdicts() == [VerdictTally("unverifiable", 2), VerdictTally(None, 2)]


def test_posts_and_verdicts_are_counted(kept: Path) -> None:
    with Reader.read(kept) as reader:
        assert reader.count_posts() == [PostTally("twitter", "found", 1), PostTally("twitter", "gone", 1)]
        assert reader.count_verdicts() == [
            VerdictTally("same", 1),
            VerdictTally("unverifiable", 2),
            VerdictTally(None, 1),
        ]


def test_all_forms_hold_the_same_rows(kept: Path, tmp_path: Path, rows: dict[str, CitedPost]) -> None:
    wanted = [row.model_dump(mode="json") for row in rows.values()]
    for name in ("x.jsonl", "x.jsonl.gz", "x.csv", "x.parquet", "x.db"):
        assert export(kept, tmp_path / name) == 4
    plain = (tmp_path / "x.jsonl").read_bytes()
    assert gzip.decompress((tmp_path / "x.jsonl.gz").read_bytes()) == plain
    lines = [json.loads(line) for line in plain.splitlines()]
    assert {line.pop("schema") for line in lines} == {1}
    assert lines == wanted
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.schema.metadata[b"schema"] == b"1"
    assert [CitedPost.model_validate(row) for row in table.to_pylist()] == list(rows.values())
    with closing(sqlite3.connect(tmp_path / "x.db")) as db:
        db.row_factory = sqlite3.Row
        found = [dict(row) for row in db.execute("SELECT * FROM citedposts ORDER BY id")]
    assert [CitedPost.model_validate(_read_cells(row)) for row in found] == list(rows.values())
    assert (found[0]["known_likes"], found[0]["start"], found[0]["known_truncated"]) == (18246, 120, 0)
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        cells = [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
    assert [CitedPost.model_validate(_read_cells(row)) for row in cells] == list(rows.values())


def _read_cells(row: dict[str, object]) -> dict[str, object]:
    lists = {name for name, field in CitedPost.model_fields.items() if field.default == ()}
    return {name: json.loads(str(value)) if name in lists else value for name, value in row.items()}


def test_citations_and_their_posts_can_stand_in_one_database(kept: Path, tmp_path: Path) -> None:
    write(find("Rain. — Ada Wren (@adawren) November 29, 2024"), tmp_path / "x.db")
    export(kept, tmp_path / "x.db")
    with closing(sqlite3.connect(tmp_path / "x.db")) as db:
        assert db.execute("SELECT count(*) FROM citations").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM citedposts").fetchone() == (4,)


FOREIGN: list[dict[str, object]] = [
    {"url": "https://t.co/onlyAnUrl1"},
    {"id": 17, "links": "https://t.co/oneLink001", "start": "12", "end": 3.5, "date": "29.11.2024", "kind": ["x"]},
    {
        "id": "f2",
        "links": [],
        "date": 20241129,
        "posted_at": "2024-11-29T10:00:00+02:00",
        "post_id": 1861111111111111111,
    },
    {
        "id": "f3",
        "links": [],
        "text": "",
        "handle": None,
        "flags": '["no-date"]',
        "start": -3,
        "end": 10**40,
        "more": {},
    },
    {
        "id": "f4",
        "links": [],
        "date": "2024-11-29T10:00:00",
        "posted_at": "0001-01-01T00:00:00+14:00",
        "author_name": True,
    },
    {
        "id": "f5",
        "links": [],
        "text": "lone \ud800",
        "article": "a\x00b",
        "schema": 7,
        "verdict": "same",
        "known_id": "1",
    },
]


def test_rows_of_anyone_come_with_what_fits_and_without_the_rest(tmp_path: Path) -> None:
    with Archive(tmp_path / "kept") as archive:
        assert archive.add(FOREIGN).citations == len(FOREIGN)
        rows = {row.id: row for row in archive.export()}
    assert len(rows) == len(FOREIGN)
    (bare,) = (row for key, row in rows.items() if key[0] != "f" and key != "17")
    assert (bare.links, bare.article, bare.verdict) == ((FOREIGN[0]["url"],), None, None)
    seventeen = rows["17"]
    assert (seventeen.links, seventeen.start, seventeen.end, seventeen.date, seventeen.kind) == (
        ("https://t.co/oneLink001",),
        12,
        None,
        None,
        None,
    )
    assert (rows["f2"].post_id, rows["f2"].date) == ("1861111111111111111", None)
    assert rows["f2"].posted_at == dt.datetime(2024, 11, 29, 8, tzinfo=dt.UTC)
    assert (rows["f3"].text, rows["f3"].flags, rows["f3"].start, rows["f3"].end) == (None, ("no-date",), None, None)
    assert (rows["f4"].date, rows["f4"].posted_at, rows["f4"].author_name) == (dt.date(2024, 11, 29), None, None)
    assert (rows["f5"].text, rows["f5"].verdict, rows["f5"].known_id) == ("lone \ufffd", None, None)
    for name in ("x.jsonl", "x.csv", "x.parquet", "x.db"):
        assert export(tmp_path / "kept", tmp_path / name) == len(FOREIGN)


@pytest.mark.parametrize("pseudonymize", [False, True])
@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.parquet", "x.db"])
def test_an_empty_archive_gives_a_file_without_rows(tmp_path: Path, name: str, pseudonymize: bool) -> None:
    with Archive(tmp_path / "kept"):
        pass
    path = tmp_path / name
    assert export(tmp_path / "kept", path, pseudonymize=pseudonymize) == 0
    record: type[Record] = PseudonymousPost if pseudonymize else CitedPost
    columns = list(record.model_fields)
    if name == "x.csv":
        assert path.read_text().rstrip().split(",") == columns
    if name == "x.parquet":
        assert pq.read_schema(path).names == columns


def test_what_cannot_be_written_or_read_is_said_and_leaves_no_file(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        export(tmp_path / "nothing", tmp_path / "x.jsonl")
    with pytest.raises(WriteError):
        export(kept, tmp_path / "x.warc")
    with pytest.raises(WriteError):
        export(kept, tmp_path / "no" / "x.csv")
    with pytest.raises(WriteError):
        export(kept, kept / "archive.db")
    folder = Path(shutil.copytree(kept, tmp_path / "kept"))
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE post SET record = '{}' WHERE record IS NOT NULL")
    with pytest.raises(ArchiveError, match="cannot be read"):
        export(folder, tmp_path / "x.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_cells_that_a_spreadsheet_would_run_are_marked_on_request(tmp_path: Path) -> None:
    with Archive(tmp_path / "kept") as archive:
        archive.add([{"id": "7a", "links": [], "text": "=HYPERLINK(1)"}])
    export(tmp_path / "kept", tmp_path / "x.csv", csv_safe=True)
    (row,) = csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text()))
    assert row["text"] == "'=HYPERLINK(1)"
