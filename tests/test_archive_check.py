"""`check` names whatever in an archive is not as it was stored: any byte, row or line, with its file and place."""

from __future__ import annotations

import os
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from amberpost.archive.care.check import Checked, check
from amberpost.archive.care.checksegments import Counts, SegmentCheck
from amberpost.archive.disk.reading import Reader
from amberpost.archive.disk.rows import read_segments
from amberpost.archive.merging import learn
from amberpost.archive.store import Store
from amberpost.models import ArchiveBusy, ArchiveError, Problem
from archiving import ABOUT, answer, find
from smallarchive import Builder

POST = "https://x.com/HarborDesk/status/1861111111111111111"


def build(folder: Path, *, segment_bytes: int = 1_000_000_000) -> Path:
    """An archive with one of everything: redirect, page with requisite, revisit, no HTTP, 1xx and surplus, failure."""
    with Builder(folder, segment_bytes=segment_bytes) as archive:
        archive.cite("c1", "https://t.co/aaaaaaaaaa", "https://news.example/1", handle="HarborDesk")
        archive.cite("c2", "https://news.example/1", "https://news.example/2", "https://odd.example/", handle="Quay")
        archive.cite("c3", "https://late.example/", handle="Quay")
        archive.redirect("https://t.co/aaaaaaaaaa", POST)
        archive.answer(POST, answer(b"fog over the harbor"))
        archive.answer("https://late.example/", answer(b"", status=503), state="pending")
        archive.answer("https://news.example/1", answer(b"a page" * 200), requisites=["https://news.example/i.png"])
        archive.answer("https://news.example/2", answer(b"a page" * 200))
        archive.answer("https://news.example/i.png", b"HTTP/1.1 103 Early\r\n\r\n" + answer(b"image") + b"surplus")
        archive.answer("https://odd.example/", b"SSH-2.0-none\r\n", state="failed")
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("whole") / "archive")


def only_segment(folder: Path) -> Path:
    (path,) = (folder / "warc").iterdir()
    return path


def find_problems(folder: Path) -> list[str]:
    return [str(problem) for problem in check(folder)]


@contextmanager
def editing(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        yield db
        db.commit()


def test_a_whole_archive_has_no_problems_and_is_not_changed(copy: Path) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file() and path.suffix != ".db-shm"}
    told: list[Checked] = []
    assert list(check(copy, progress=told.append)) == []
    assert {path: path.read_bytes() for path in before} == before
    size = only_segment(copy).stat().st_size
    assert (told[-1].captures, told[-1].records, told[-1].problems, told[-1].total_bytes) == (7, 23, 0, size)
    assert told[-1].bytes == size
    assert [step.bytes for step in told] == sorted(step.bytes for step in told)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Reader]:
    """Two captures, opened for reading: for tests that ask some thousand times."""
    with Builder(tmp_path / "tiny") as archive:
        archive.cite("c1", "https://t.co/aaaaaaaaaa")
        archive.redirect("https://t.co/aaaaaaaaaa", POST)
        archive.answer(POST, b"\r\n".join([b"HTTP/1.0 200", b"", b"fog over the harbor"]))
    with Store.read(tmp_path / "tiny") as store:
        yield store


def look_at_segment(store: Reader) -> list[str]:
    (segment,) = read_segments(store.connection)
    look = SegmentCheck(store.connection, store.forgotten, Counts(), lambda: None)
    return [str(problem) for problem in look.find_problems(store.folder / "warc", segment)]


def test_every_flipped_byte_of_a_segment_is_named_where_its_group_begins(tiny: Reader) -> None:
    """One byte of each group is flipped at a time, and each group must be named for its own."""
    path = only_segment(tiny.folder)
    data = path.read_bytes()
    starts = [0, *(capture.offset for capture in tiny.captures())]
    ends = [*starts[1:], len(data)]
    for step in range(max(end - start for start, end in zip(starts, ends, strict=True))):
        flipped = bytearray(data)
        hit = [start for start, end in zip(starts, ends, strict=True) if start + step < end]
        for start in hit:
            flipped[start + step] ^= 1 << step % 8
        path.write_bytes(flipped)
        problems = look_at_segment(tiny)
        assert all(any(f"{path.name}, offset {start}: " in each for each in problems) for start in hit), step
    path.write_bytes(data)
    assert look_at_segment(tiny) == []


def test_a_cut_at_every_offset_is_named(tiny: Reader) -> None:
    path = only_segment(tiny.folder)
    for size in range(path.stat().st_size - 1, -1, -1):
        os.truncate(path, size)
        assert any(f"{path.name}, offset {size}: is cut" in each for each in look_at_segment(tiny)), size


def test_bytes_put_in_or_taken_out_are_named(copy: Path) -> None:
    path = only_segment(copy)
    data = path.read_bytes()
    for changed in (data[:900] + b"x" + data[900:], data[:900] + data[901:], data + b"\0", data + data[-500:]):
        path.write_bytes(changed)
        assert any(path.name in problem for problem in find_problems(copy))


CAPTURE_COLUMNS = ["link", "date", "status", "mime", "record_type", "record_id", "truncated", "payload_digest"]
CAPTURE_COLUMNS += ["offset", "length", "record_offset", "record_length", "sha256"]


@pytest.mark.parametrize("column", CAPTURE_COLUMNS)
def test_two_captures_that_swap_a_value_are_named(copy: Path, column: str) -> None:
    with editing(copy) as db:
        pairs = db.execute(
            f"SELECT a.id, b.id, a.{column}, b.{column} FROM capture a JOIN capture b ON a.id < b.id"
            f" WHERE a.{column} IS NOT b.{column} AND a.settled AND b.settled LIMIT 1"
        )
        first, second, one, other = pairs.fetchone()
        db.execute("PRAGMA ignore_check_constraints = ON")
        for value, key in ((-7, first), (one, second), (other, first)):
            db.execute(f"UPDATE capture SET {column} = ? WHERE id = ?", (value, key))
    assert find_problems(copy) != []


EDITS = {
    "a capture is gone": "DELETE FROM capture WHERE id = (SELECT max(id) FROM capture)",
    "a retried capture is gone": "DELETE FROM capture WHERE NOT settled",
    "a capture is no longer settled": "UPDATE capture SET settled = 0 WHERE id = 1",
    "a retried capture is called settled": "UPDATE capture SET settled = 1 WHERE NOT settled",
    "a capture ended otherwise": "UPDATE capture SET outcome = 'truncated' WHERE id = 1",
    "a link is called captured": "UPDATE link SET state = 'captured' WHERE state = 'pending'",
    "a link has another status": "UPDATE link SET status = 404 WHERE state = 'captured' AND status = 200",
    "a link leads nowhere": "UPDATE link SET target = NULL WHERE target IS NOT NULL",
    "a link leads elsewhere": "UPDATE link SET target = id WHERE target IS NOT NULL",
    "two links swap their URLs": "UPDATE link SET url = CASE url WHEN 'https://news.example/1' THEN 'https://news.example/3'"
    " ELSE 'https://news.example/1' END WHERE url IN ('https://news.example/1', 'https://news.example/2')",
    "a link is gone": "DELETE FROM link WHERE url = 'https://late.example/'",
    "a citation is gone": "DELETE FROM citation WHERE id = 'c2'",
    "a citation's link is gone": "DELETE FROM citation_link WHERE citation = 'c2' AND position = 1",
    "a citation's link is another": "UPDATE citation_link SET url = 'https://other.example/' WHERE citation = 'c3'",
    "a citation's row is cut": "UPDATE citation SET record = substr(record, 1, 20) WHERE id = 'c1'",
    "a citation is of another": "UPDATE citation SET handle = 'Quay' WHERE id = 'c1'",
    "a citation has another row": "UPDATE citation SET record = replace(record, 'c1.txt', 'c2.txt') WHERE id = 'c1'",
    "what a page needs is gone": "DELETE FROM requisite",
    "a payload is gone": "DELETE FROM payload WHERE capture = 2",
    "a payload is another's": "UPDATE payload SET capture = (SELECT max(capture) FROM payload)",
    "a revisit is gone": "DELETE FROM revisit",
    "a revisit refers to another": "UPDATE revisit SET original = 2",
    "a segment is gone": "DELETE FROM segment",
    "a segment has another size": "UPDATE segment SET size = size - 1",
    "a segment has another head": "UPDATE segment SET head_sha256 = 'g' || substr(head_sha256, 2)",
    "a segment is about another": "UPDATE segment SET about = about || 'x'",
    "a segment is elsewhere": "UPDATE segment SET name = '../../elsewhere.warc.gz'",
    "the index is called behind": "UPDATE segment SET indexed = indexed - 1",
    "the archive's id is gone": "DELETE FROM meta WHERE key = 'archive'",
    "the key is none": "UPDATE meta SET value = 'no key' WHERE key = 'key'",
    "a digest is none": "INSERT INTO forgotten VALUES ('jack', 'jack')",
    "a value is of another kind": "UPDATE capture SET offset = 'here' WHERE id = 1",
    "bytes where text should be": "UPDATE link SET reason = x'00ff' WHERE id = 1",
    "text that is no text": "UPDATE link SET url = CAST(x'ff61' AS TEXT) WHERE id = 1",
    "a table more": "CREATE TABLE more(x)",
    "an index less": "DROP INDEX link_due",
    "a view in a table's place": "DROP TABLE lane",
    "numbers beyond all": "UPDATE capture SET offset = 9223372036854775807, length = 9223372036854775807 WHERE id = 1",
    "a length of nothing": "UPDATE capture SET length = 0 WHERE id = 1",
    "a verdict has no reasons": "INSERT INTO verdict VALUES ('c1', NULL, 'same', '[oops', NULL, '')",
    "two captures in one place": "UPDATE capture SET offset = offset - 3, length = length + 3 WHERE id = 2",
}


@pytest.mark.parametrize("edit", EDITS)
def test_each_edit_of_the_database_is_named(copy: Path, edit: str) -> None:
    with editing(copy) as db:
        assert db.execute(EDITS[edit]).rowcount != 0
    problems = list(check(copy))
    assert problems != []
    assert all(problem.source and problem.advice for problem in problems)


@pytest.mark.parametrize("column", ["role", "state", "outcome"])
def test_a_word_that_a_flipped_bit_made_another_is_named(copy: Path, column: str) -> None:
    """SQLite's own check of a damaged file looks at the pages, not at what its columns may hold."""
    with editing(copy) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(f"UPDATE link SET {column} = substr({column}, 1, 3) || '%' WHERE url = 'https://news.example/i.png'")
    assert any(f"no {column} of a link" in problem for problem in find_problems(copy))


@pytest.mark.parametrize(("table", "column"), [("post", "outcome"), ("question", "outcome"), ("verdict", "verdict")])
def test_a_word_that_no_post_and_no_verdict_has_is_named(copy: Path, table: str, column: str) -> None:
    with Store.open(copy, about=ABOUT) as store:
        learn(store)
        assert store.connection.execute(f"UPDATE {table} SET {column} = 'fou%d'").rowcount > 0
    assert any(f"no {column} of a {table}" in problem for problem in find_problems(copy))


def test_one_segment_that_has_grown_is_one(copy: Path) -> None:
    with editing(copy) as db:
        db.execute("UPDATE segment SET indexed = indexed - 1")
    assert any("a segment has grown since it was written" in problem for problem in find_problems(copy))


def test_bytes_that_no_row_speaks_of_are_named_where_they_begin(copy: Path) -> None:
    with editing(copy) as db:
        (offset,) = db.execute("SELECT offset FROM capture WHERE NOT settled").fetchone()
        db.execute("DELETE FROM capture WHERE NOT settled")
    (problem,) = (problem for problem in check(copy) if problem.source == only_segment(copy).name)
    assert problem.place == f"offset {offset}"
    assert problem.reason.endswith("bytes belong to no capture")


def test_a_damaged_database_is_named_and_the_segments_are_read_all_the_same(copy: Path) -> None:
    database, segment = copy / "archive.db", only_segment(copy)
    data = segment.read_bytes()
    segment.write_bytes(data[:-700] + b"\0" * 9 + data[-691:])
    for damaged in (b"", b"no database at all" * 99, database.read_bytes()[:5000]):
        database.write_bytes(damaged)
        sources = {problem.source for problem in check(copy)}
        assert sources == {"archive.db", segment.name}


def test_no_damaged_page_of_the_database_makes_it_raise(copy: Path) -> None:
    database = copy / "archive.db"
    data = database.read_bytes()
    for place in range(20, len(data), 1499):
        database.write_bytes(data[:place] + b"\xff" * 60 + data[place + 60 :])
        for problem in check(copy):
            assert isinstance(problem, Problem)


INDEX_EDITS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a line is gone": lambda lines: lines[1:],
    "two lines are swapped": lambda lines: [lines[1], lines[0], *lines[2:]],
    "a line stands there twice": lambda lines: [lines[0], *lines],
    "an offset is another": lambda lines: [lines[0].replace(b'"offset": "', b'"offset": "1'), *lines[1:]],
    "a status is another": lambda lines: [line.replace(b'"200"', b'"404"') for line in lines],
    "a time is another": lambda lines: [line.replace(b" 2026", b" 2025") for line in lines],
    "a file is another": lambda lines: [line.replace(b"amberpost-", b"../berpost-") for line in lines],
    "a line is none": lambda lines: [*lines, b"zzz\n"],
    "a line is cut": lambda lines: [*lines[:-1], lines[-1][:-1]],
    "all is gone": lambda _: [],
}


@pytest.mark.parametrize("edit", INDEX_EDITS)
@pytest.mark.parametrize("which", ["index.cdxj", "index/*.cdxj"])
def test_each_edit_of_the_index_is_named(copy: Path, which: str, edit: str) -> None:
    (path,) = copy.glob(which)
    path.write_bytes(b"".join(INDEX_EDITS[edit](path.read_bytes().splitlines(keepends=True))))
    problems = list(check(copy))
    assert [problem for problem in problems if problem.source == str(path.relative_to(copy))] != []


def test_parts_of_the_index_that_were_swapped_are_named(tmp_path: Path) -> None:
    """Merged they give the same index: the next run that writes one of them anew would lose the other's lines."""
    parts = sorted((build(tmp_path / "archive", segment_bytes=1) / "index").iterdir())
    first, second = parts[0].read_bytes(), parts[1].read_bytes()
    assert first != second
    parts[0].write_bytes(second)
    parts[1].write_bytes(first)
    problems = find_problems(tmp_path / "archive")
    assert all(any(path.name in problem for problem in problems) for path in parts[:2])


@pytest.mark.parametrize("which", ["index.cdxj", "index/*.cdxj", "warc/*.warc.gz", "archive.db", "warc", "index"])
@pytest.mark.parametrize("way", ["removed", "a link to somewhere else", "a pipe"])
def test_each_file_that_is_missing_or_none_is_named(copy: Path, which: str, way: str) -> None:
    (path,) = copy.glob(which)
    moved = copy.parent / "elsewhere"
    path.rename(moved)
    if way == "a link to somewhere else":
        path.symlink_to(moved)
    if way == "a pipe":
        os.mkfifo(path)
    assert find_problems(copy) != []


@pytest.mark.parametrize("name", ["warc/amberpost-00000000-000009.warc.gz", "warc/note.txt", "index/\udcff.cdxj"])
def test_what_does_not_belong_to_the_archive_is_named(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"")
    (problem,) = check(copy)
    assert problem.reason == "does not belong to the archive"


def test_captures_over_many_segments_are_all_read(tmp_path: Path) -> None:
    folder = build(tmp_path / "archive", segment_bytes=1)
    paths = sorted((folder / "warc").iterdir())
    assert len(paths) == 7
    assert find_problems(folder) == []
    paths[3].unlink()
    assert any(paths[3].name in problem for problem in find_problems(folder))


def test_what_a_new_run_asks_again_is_no_problem(copy: Path) -> None:
    with Store.open(copy, about=ABOUT) as store:
        assert store.requeue_failed() == 1
        assert store.requeue("https://news.example/1")
    assert find_problems(copy) == []
    with Builder(copy) as archive:
        archive.redirect("https://news.example/1", "https://news.example/new")
        archive.answer("https://late.example/", answer(b"late"))
        assert find(archive.store, "https://news.example/new").state == "pending"
    assert find_problems(copy) == []


def test_an_archive_that_is_written_to_is_not_read(copy: Path) -> None:
    with Store.open(copy, about=ABOUT), pytest.raises(ArchiveBusy):
        list(check(copy))


def test_a_folder_that_is_no_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="holds no archive"):
        list(check(tmp_path))


def test_a_large_segment_is_read_in_little_memory(tmp_path: Path) -> None:
    with Builder(tmp_path / "archive") as archive:
        for number in range(2):
            url = f"https://big.example/{number}"
            archive.cite(f"c{number}", url)
            archive.answer(url, answer(os.urandom(9 << 20)))
    tracemalloc.start()
    assert list(check(tmp_path / "archive")) == []
    assert tracemalloc.get_traced_memory()[1] < 6 << 20
    tracemalloc.stop()


def test_an_archive_without_its_database_is_told_how_to_get_it_back(copy: Path) -> None:
    for path in copy.glob("archive.db*"):
        path.unlink()
    with pytest.raises(ArchiveError, match=r"has lost its archive.db: .* with the same input, reads all .* back"):
        Reader.read(copy)


def test_a_database_that_is_shut_or_a_folder_is_not_called_damaged(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shut(*_: object, **__: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorname = "SQLITE_CANTOPEN"
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", shut)
        (found,) = check(copy)
    assert found.advice.startswith("see that you may read and write there")
    (copy / "archive.db").unlink()
    (copy / "archive.db").mkdir()
    (found,) = check(copy)
    assert found.advice.endswith("is no plain file: put the database itself there")


def test_a_database_that_is_a_link_is_told_of_by_writers_too(copy: Path, tmp_path: Path) -> None:
    (copy / "archive.db").rename(tmp_path / "elsewhere.db")
    (copy / "archive.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(ArchiveError, match="is no plain file: put the database itself there"):
        Store.open(copy, about=ABOUT)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks at open files by /proc")
@pytest.mark.parametrize("damage", ["PRAGMA user_version = 99", "DELETE FROM meta WHERE key = 'key'"])
@pytest.mark.parametrize("opening", [Reader.read, partial(Store.open, about=ABOUT)], ids=["read", "write"])
def test_whoever_could_not_open_an_archive_leaves_nothing_of_it_open(
    copy: Path, opening: Callable[[Path], Reader], damage: str
) -> None:
    """Python 3.13 warns of a database that nobody closed; in any, its file stays open for nobody knows how long."""
    with editing(copy) as db:
        db.execute(damage)
    with pytest.raises(ArchiveError):
        opening(copy)
    assert find_open_files(copy) == []


def find_open_files(folder: Path) -> list[str]:
    """The files below a folder that this process has open."""
    opened = [os.path.realpath(fd) for fd in Path("/proc/self/fd").iterdir()]
    return [path for path in opened if path.startswith(f"{folder.resolve()}/")]
