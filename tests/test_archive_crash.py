"""Nothing stored is lost, twice or torn, whatever ends the process; `tests/crashes.py` is the long version of this."""

from __future__ import annotations

import errno
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from amberpost.archive.records import Decision
from amberpost.archive.store import Store
from amberpost.archive.tallies import Adopted
from amberpost.models import ArchiveDamaged, ArchiveError
from archiving import ABOUT, NOW, answer, check_archive, find, new_link, read_answer, record
from crashes import fresh_folder, kill_after, kill_at, limit_files, lose_database, lose_log
from crashkit import Fault, Work, count_expected, cut_tails, finish_and_verify, run_child

WORK = Work(links=7, batch=4, body=200, segment=4000)
PAGE = "https://news.example/a"


@pytest.fixture
def folder() -> Iterator[Path]:
    with fresh_folder() as fresh:
        yield fresh


def segment_of(archive: Path) -> Path:
    return min((archive / "warc").iterdir())


def test_the_work_is_done_when_nothing_happens_and_the_judge_would_see_a_loss(folder: Path) -> None:
    ended = run_child(folder / "a", WORK)
    assert (ended.signal, ended.code, len(ended.safe)) == (0, 0, count_expected(WORK)[0])
    assert finish_and_verify(folder / "a", WORK, ended) == ""
    with closing(sqlite3.connect(folder / "a" / "archive.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM capture WHERE id = 3")
    assert finish_and_verify(folder / "a", WORK, ended) != ""


def test_kill_at_moments_at_which_the_disk_is_touched() -> None:
    with fresh_folder() as folder:
        points = run_child(folder / "a", WORK).points
    assert points > 100
    for point in range(0, points, 4):
        with fresh_folder() as folder:
            assert kill_at(point, WORK)(folder) == "", point


def test_a_reader_comes_first_after_a_kill(folder: Path) -> None:
    ended = run_child(folder / "a", WORK, Fault(die_at=run_child(folder / "b", WORK).points - 30))
    assert (ended.signal, len(ended.safe) > 3) == (9, True)
    with Store.read(folder / "a") as reader:
        assert all(reader.find_captures(url) for url in ended.safe)
    assert finish_and_verify(folder / "a", WORK, ended) == ""


def test_kill_at_random_times() -> None:
    chance = random.Random(2)
    for _ in range(12):
        with fresh_folder() as folder:
            assert kill_after(chance.uniform(0, 0.08), WORK)(folder) == ""


@pytest.mark.parametrize("part", [0.0, 0.3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("all_of_it", [False, True])
def test_an_end_of_the_databases_log_lost(folder: Path, part: float, all_of_it: bool) -> None:
    assert lose_log(part, WORK, all_of_it=all_of_it)(folder) == ""


@pytest.mark.parametrize("point", [3, 40, 70, 10_000])
def test_the_database_lost_and_rebuilt_from_the_segments_alone(folder: Path, point: int) -> None:
    assert lose_database(WORK, die_at=point)(folder) == ""


@pytest.mark.parametrize("size", [4, 16, 64, 160, 256])
def test_files_that_may_not_grow(folder: Path, size: int) -> None:
    assert limit_files(size << 10, Work(links=36, body=9000))(folder) == ""


@pytest.mark.parametrize(
    ("only", "largest", "said"),
    [
        ("disk", 64, "a disk that fills up: 4 of 4 survived"),
        ("full-merges", 1024, "a disk that fills up in a merge: 64 of 64 survived"),
    ],
)
def test_a_disk_that_fills_up(only: str, largest: int, said: str) -> None:
    crashes = str(Path(__file__).with_name("crashes.py"))
    command = [sys.executable, crashes, "--only", only, "--disk-to", str(largest)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if "skipped" in done.stdout:
        pytest.skip(done.stdout)
    assert (done.returncode, done.stdout.partition(",")[0]) == (0, said), done.stdout


def test_a_tail_cut_at_many_offsets(folder: Path) -> None:
    tried, wrong = cut_tails(folder, step=89)
    assert tried > 50
    assert wrong == []


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_failing_disk_is_said_and_leaves_the_segment_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    with Store.open(folder, about=ABOUT) as store:
        record(store, PAGE, answer())
        before = segment_of(folder).read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(os, call, _failing(number))
            with pytest.raises(ArchiveError, match="disk is full" if number != errno.EIO else "what was stored"):
                record(store, PAGE + "2", answer(b"lost"))
        assert segment_of(folder).read_bytes() == before
        assert find(store, PAGE + "2").state == "pending"
        record(store, PAGE + "2", answer(b"kept"))
    check_archive(folder)


def _failing(number: int) -> object:
    def call(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def test_a_failing_disk_leaves_no_segment_that_holds_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(folder, about=ABOUT) as store:
        store.add_urls([new_link(PAGE)])
        monkeypatch.setattr(os, "write", _failing(errno.ENOSPC))
        with pytest.raises(ArchiveError, match="disk is full"):
            record(store, PAGE, answer())
        assert list((folder / "warc").iterdir()) == []


def test_a_commit_that_fails_half_way_keeps_the_answer_for_the_next_opening(folder: Path) -> None:
    with Store.open(folder, about=ABOUT) as store:
        record(store, PAGE, answer())
        store.add_urls([new_link(PAGE + "2")])
        kept = store._recorder._connection
        store._recorder._connection = _FailingCommit(kept)  # type: ignore[assignment]
        with pytest.raises(ArchiveError):
            record(store, PAGE + "2", answer(b"second"))
        store._recorder._connection = kept
        with pytest.raises(ArchiveDamaged, match="open the archive again"):
            record(store, PAGE + "2", answer(b"second"))
    with Store.open(folder, about=ABOUT) as store:
        assert store.adopted == Adopted(captures=1)
        assert [read_answer(store, item) for item in store.captures()] == [answer(), answer(b"second")]
    check_archive(folder)


class _FailingCommit:
    """A connection whose disk fails in the middle of a commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, sql: str, *arguments: object) -> sqlite3.Cursor:
        if sql == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(sql, *arguments)  # type: ignore[arg-type]


def test_a_segment_that_shrank_or_is_gone_is_damage_and_nothing_is_written(folder: Path) -> None:
    with Store.open(folder, about=ABOUT) as store:
        record(store, PAGE, answer())
    path = segment_of(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(ArchiveDamaged, match=f"has {len(whole) - 10} bytes, {len(whole)} were stored"):
        Store.open(folder, about=ABOUT)
    assert path.read_bytes() == whole[:-10]
    path.unlink()
    with pytest.raises(ArchiveDamaged, match="is gone"):
        Store.open(folder, about=ABOUT)
    path.write_bytes(whole)
    Store.open(folder, about=ABOUT).close()


def test_of_segments_that_were_swapped_none_is_cut(folder: Path) -> None:
    """The longer one looks like one with a torn tail, and would be cut before the shorter one was seen."""
    with Store.open(folder, about=ABOUT, segment_bytes=1) as store:
        for number in range(2):
            record(store, f"{PAGE}{number}", answer(random.Random(number).randbytes(500 * (1 + number))))
    short, long = sorted((folder / "warc").iterdir())
    contents = short.read_bytes(), long.read_bytes()
    short.write_bytes(contents[1])
    long.write_bytes(contents[0])
    with pytest.raises(ArchiveDamaged, match="were stored"):
        Store.open(folder, about=ABOUT)
    assert (long.read_bytes(), short.read_bytes()) == contents
    short.write_bytes(contents[0])
    long.write_bytes(contents[1])
    Store.open(folder, about=ABOUT).close()
    check_archive(folder)


def test_a_break_with_captures_behind_it_is_never_cut_off(folder: Path) -> None:
    with Store.open(folder, about=ABOUT) as store:
        for number in range(3):
            record(store, f"{PAGE}{number}", answer(b"%d" % number))
        ends = [item.offset + item.length for item in store.captures()]
    path = segment_of(folder)
    data = bytearray(path.read_bytes())
    data[ends[0] + 60] ^= 0xFF
    path.write_bytes(data)
    for database in folder.glob("archive.db*"):
        database.unlink()
    with pytest.raises(ArchiveDamaged, match=f"broken at byte {ends[0]}, and captures follow"):
        Store.open(folder, about=ABOUT)
    assert path.read_bytes() == data
    os.truncate(path, ends[0])
    with Store.open(folder, about=ABOUT) as store:
        assert store.adopted.captures == 1


def test_a_file_that_is_no_segment_of_ours_is_left_alone(folder: Path) -> None:
    (folder / "warc").mkdir(parents=True)
    other = folder / "warc" / "amberpost-0badcafe-000001.warc.gz"
    with fresh_folder() as elsewhere:
        with Store.open(elsewhere / "a", about=ABOUT) as store:
            record(store, PAGE, answer())
        shutil.copy(segment_of(elsewhere / "a"), other)
    data = other.read_bytes()
    with pytest.raises(ArchiveDamaged, match="no segment of an archive"):
        Store.open(folder, about=ABOUT)
    assert other.read_bytes() == data


def test_an_answer_that_holds_a_group_of_records_does_not_stop_recovery(folder: Path) -> None:
    with fresh_folder() as elsewhere:
        with Store.open(elsewhere / "a", about=ABOUT) as store:
            record(store, PAGE, answer(random.Random(4).randbytes(3000)))
        planted = segment_of(elsewhere / "a").read_bytes()
    with Store.open(folder, about=ABOUT) as store:
        record(store, PAGE, answer())
        safe = segment_of(folder).stat().st_size
        noise = random.Random(5).randbytes(40_000)
        record(store, PAGE + "2", answer(noise + planted + noise[::-1]))
        (_, item) = store.captures()
    assert planted[-400:] in segment_of(folder).read_bytes()  # what cannot be packed lies there as it came
    for database in folder.glob("archive.db*"):
        database.unlink()
    os.truncate(segment_of(folder), item.offset + item.length - 1500)
    with Store.open(folder, about=ABOUT) as store:
        assert (store.adopted.captures, segment_of(folder).stat().st_size) == (1, safe)


def test_a_long_tail_is_adopted_in_constant_memory(folder: Path) -> None:
    body = random.Random(6).randbytes(12 << 20)
    with Store.open(folder, about=ABOUT) as store:
        record(store, PAGE, answer(body))
    del body
    for database in folder.glob("archive.db*"):
        database.unlink()
    tracemalloc.start()
    try:
        with Store.open(folder, about=ABOUT) as store:
            assert store.adopted.captures == 1
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()


def test_what_the_segments_tell_is_what_the_database_knew(folder: Path) -> None:
    page = new_link("https://a.example/p\u2028q", role="hop", depth=1)
    later = Decision(state="pending", reason="http 503\n", next_at=NOW + 60.125, failing_since=NOW)
    with Store.open(folder, about=ABOUT) as store:
        record(store, PAGE, answer(status=302), Decision(state="captured", target=page))
        image = new_link(PAGE + "i", role="requisite")
        record(store, page.url, answer(), Decision(state="captured", requisites=(image,)))
        record(store, PAGE + "3", answer(b"busy", status=503), later)
        refused = new_link("http://10.0.0.1/\r\nx", role="hop", depth=1, state="refused", reason="private address")
        record(store, PAGE + "4", answer(status=301), Decision(state="captured", target=refused))
        record(store, PAGE + "5", b"junk", Decision(state="failed", reason="protocol"), outcome="protocol")
        assert store.requeue(PAGE + "5")
        record(store, PAGE + "5", answer(b"better"))
        before = _dump(store)
    for database in folder.glob("archive.db*"):
        database.unlink()
    with Store.open(folder, about=ABOUT) as store:
        assert _dump(store) == before
    check_archive(folder)


def _dump(store: Store) -> dict[str, object]:
    queries = {
        "link": "SELECT l.url, l.role, l.depth, l.lane, l.rank, l.state, l.reason, l.next_at, l.attempts,"
        " l.failing_since, l.outcome, l.status, t.url FROM link l LEFT JOIN link t ON t.id = l.target ORDER BY l.url",
        "capture": "SELECT url, capture.* FROM capture JOIN link ON link.id = link ORDER BY segment, offset",
        "requisite": "SELECT p.url, l.url FROM requisite JOIN link p ON p.id = page JOIN link l ON l.id = link",
        "payload": "SELECT digest, record_id FROM payload JOIN capture ON capture.id = capture ORDER BY digest",
        "segment": "SELECT name, size, head_length, head_sha256, about FROM segment",
    }
    rows = {name: store.connection.execute(query).fetchall() for name, query in queries.items()}
    rows["capture"] = [(row[0], *row[3:]) for row in rows["capture"]]  # ids of links may be others
    return dict(rows)
