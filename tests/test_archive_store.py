"""The store: each URL once, in order, found again, and never outside its folder."""

from __future__ import annotations

import errno
import itertools
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from amberpost.archive.care.forget import forget
from amberpost.archive.disk.cited import read_cited
from amberpost.archive.disk.marks import handle_mark, url_mark
from amberpost.archive.disk.queue import LONGEST_WAIT
from amberpost.archive.records import Decision, LaneState, Result
from amberpost.archive.store import Store
from amberpost.models import ArchiveBusy, ArchiveDamaged, ArchiveError
from archiving import (
    ABOUT,
    CAPTURED,
    NOW,
    answer,
    check_archive,
    cite,
    exchange,
    find,
    new_link,
    read_answer,
    record,
    resolve,
)

PAGE = "https://news.example/a"
LATER = Decision(state="pending", reason="http 503", next_at=NOW + 3600)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "archive", about=ABOUT) as opened:
        yield opened


def test_a_url_is_one_link_whoever_cites_it_and_however_often_it_is_added(store: Store) -> None:
    rows = [cite("c1", PAGE, "https://t.co/AbC"), cite("c2", PAGE), cite("c3", "pic.twitter.com/AbC")]
    added = store.add_citations(rows)
    assert (added.citations, added.links) == (3, 2)
    again = store.add_citations(rows)
    assert (again.citations, again.links) == (0, 0)
    assert resolve(store, "pic.twitter.com/AbC").hops == resolve(store, "https://t.co/AbC").hops
    printed = store.connection.execute("SELECT citation, url FROM citation_link ORDER BY citation, position").fetchall()
    assert printed == [("c1", PAGE), ("c1", "https://t.co/AbC"), ("c2", PAGE), ("c3", "pic.twitter.com/AbC")]


def test_a_citation_found_anew_with_other_links_keeps_only_those(store: Store) -> None:
    for links in ([PAGE, "https://t.co/AbC"], ["https://t.co/XyZ"]):
        row = {"id": "c1", "article": "a.txt", "links": links}
        store.add_citations([read_cited(row, find_refusal=lambda _: None)])
    assert store.connection.execute("SELECT url FROM citation_link").fetchall() == [("https://t.co/XyZ",)]


def test_what_is_asked_for_as_more_than_one_thing_counts_as_what_needs_it_most(store: Store) -> None:
    store.add_urls([new_link(PAGE, role="requisite", depth=4)])
    store.add_urls([new_link(PAGE, role="hop", depth=2)])
    assert (find(store, PAGE).role, find(store, PAGE).depth) == ("hop", 2)
    store.add_urls([new_link(PAGE)])
    assert (find(store, PAGE).role, find(store, PAGE).depth) == ("cited", 0)
    store.add_urls([new_link(PAGE, role="requisite", depth=1)])
    assert (find(store, PAGE).role, find(store, PAGE).depth) == ("cited", 0)


def test_a_link_refused_before_it_was_asked_comes_back_when_it_is_judged_anew_and_not_when_a_server_led_astray(
    store: Store,
) -> None:
    store.add_urls([new_link(PAGE, state="refused", reason="port 8080")])
    store.add_urls([new_link(PAGE)])
    assert find(store, PAGE).state == "pending"
    refused = Decision(state="refused", reason="private address")
    store.record([Result(link=find(store, PAGE), exchanges=(), decision=refused)])
    store.add_urls([new_link(PAGE)])
    assert (find(store, PAGE).state, find(store, PAGE).reason) == ("refused", "private address")


def test_lanes_come_in_order_and_links_cited_first_oldest_first(store: Store) -> None:
    urls = ["https://b.example/1", "https://a.example/1", "https://b.example/2", "https://c.example/late"]
    store.add_urls([new_link("https://b.example/img", role="requisite"), *map(new_link, urls)])
    late = find(store, "https://c.example/late")
    store.record([Result(link=late, exchanges=(), decision=LATER)])
    assert store.next_lanes("b.example", NOW, 9) == []
    assert store.next_lanes("b.example", NOW + 3600, 9) == ["c.example"]
    assert store.next_lanes("", NOW, 9) == ["a.example", "b.example"]
    assert store.next_lanes("a.example", NOW + 3600, 1) == ["b.example"]
    claimed = [link.url for link in store.claim("b.example", NOW, 10)]
    assert claimed == ["https://b.example/1", "https://b.example/2", "https://b.example/img"]
    first = find(store, "https://b.example/1")
    assert [link.url for link in store.claim("b.example", NOW, 1, excluding={first.id})] == ["https://b.example/2"]
    assert store.claim("c.example", NOW, 10) == []


def test_only_requisites_left_are_a_lane_with_work(store: Store) -> None:
    store.add_urls([new_link(PAGE, role="requisite")])
    assert store.next_lanes("", NOW, 9) == ["news.example"]


def test_when_the_next_link_is_due(store: Store) -> None:
    assert store.next_due(NOW) is None
    store.add_urls([new_link(PAGE)])
    store.record([Result(link=find(store, PAGE), exchanges=(), decision=LATER)])
    assert store.next_due(NOW) == NOW + 3600


def test_a_clock_set_back_strands_no_link(store: Store) -> None:
    store.add_urls([new_link(PAGE)])
    store.record([Result(link=find(store, PAGE), exchanges=(), decision=LATER)])
    then = NOW - 10 * 365 * 86400
    assert store.next_due(then) == then
    assert store.next_lanes("", then, 9) == ["news.example"]
    assert [link.url for link in store.claim("news.example", then, 5)] == [PAGE]
    assert store.claim("news.example", NOW + 3600 - LONGEST_WAIT, 5) == []


def test_a_chain_is_read_hop_by_hop_and_ends_where_the_last_answer_leads_nowhere(store: Store) -> None:
    urls = [f"https://h{number}.example/" for number in range(4)]
    for here, behind in itertools.pairwise(urls):
        decision = Decision(state="captured", target=new_link(behind, role="hop", depth=1))
        record(store, here, answer(b"", status=302), decision)
    resolution = resolve(store, urls[0])
    assert (resolution.state, resolution.final_url) == ("pending", urls[3])
    record(store, urls[3], answer(b"there"))
    resolution = resolve(store, urls[0])
    assert (resolution.state, [hop.status for hop in resolution.hops]) == ("captured", [302, 302, 302, 200])
    assert [read_answer(store, hop.capture) for hop in resolution.hops[-1:] if hop.capture] == [answer(b"there")]


LOOP = "redirect loop"


@pytest.mark.parametrize(("length", "reason"), [(1, LOOP), (3, LOOP), (14, "more than 10 redirects")])
def test_a_chain_without_end_is_no_success(store: Store, length: int, reason: str) -> None:
    urls = [f"https://h{number}.example/" for number in range(length)]
    for here, behind in zip(urls, [*urls[1:], urls[0]], strict=True):
        record(store, here, answer(b"", status=302), Decision(state="captured", target=new_link(behind, role="hop")))
    resolution = resolve(store, urls[0])
    assert (resolution.state, resolution.reason) == ("failed", reason)


def test_a_refused_target_is_kept_with_its_reason_and_never_claimed(store: Store) -> None:
    target = new_link("http://10.0.0.1/x\r\ny", role="hop", lane="10.0.0.1", state="refused", reason="private address")
    record(store, PAGE, answer(b"", status=302), Decision(state="captured", target=target))
    assert (resolve(store, PAGE).state, resolve(store, PAGE).reason) == ("refused", "private address")
    assert store.next_lanes("", NOW, 9) == []


def test_attempts_in_one_run_are_all_kept_and_one_settles(store: Store) -> None:
    store.add_urls([new_link(PAGE)])
    made = tuple(exchange(PAGE, answer(b"%d" % status, status=status)) for status in (503, 503, 200))
    store.record([Result(link=find(store, PAGE), exchanges=made, decision=CAPTURED)])
    assert [(item.status, item.settled) for item in store.captures()] == [(503, False), (503, False), (200, True)]
    assert (find(store, PAGE).attempts, find(store, PAGE).status) == (3, 200)
    assert [item.status for item in store.find_captures(PAGE)] == [503, 503, 200]


def test_no_bytes_no_records_but_the_decision_is_kept(store: Store) -> None:
    store.add_urls([new_link(PAGE)])
    failed = Decision(state="pending", reason="dns", next_at=NOW + 60, failing_since=NOW)
    store.record([Result(link=find(store, PAGE), exchanges=(exchange(PAGE, b"", outcome="dns"),), decision=failed)])
    assert list((store.folder / "warc").iterdir()) == []
    link = find(store, PAGE)
    assert (link.reason, link.outcome, link.attempts, link.failing_since) == ("dns", "dns", 1, NOW)


def test_the_last_attempt_without_bytes_decides_and_the_first_is_kept(store: Store) -> None:
    store.add_urls([new_link(PAGE)])
    made = (exchange(PAGE, answer(status=503)), exchange(PAGE, b"", outcome="connect"))
    store.record([Result(link=find(store, PAGE), exchanges=made, decision=LATER)])
    assert [(item.status, item.settled) for item in store.captures()] == [(503, False)]
    assert (find(store, PAGE).outcome, find(store, PAGE).next_at) == ("connect", NOW + 3600)


def test_failed_links_go_back_to_the_queue_and_then_one_answer_settles(store: Store) -> None:
    record(store, PAGE, b"junk", Decision(state="failed", reason="protocol"), outcome="protocol")
    assert (store.requeue_failed(), store.next_lanes("", NOW, 9)) == (1, ["news.example"])
    record(store, PAGE, answer())
    assert [item.settled for item in store.captures()] == [False, True]
    assert store.requeue_failed() == 0
    assert store.requeue(PAGE)
    assert not store.requeue("https://unknown.example/")


def test_the_same_payload_twice_in_one_batch_is_stored_once(store: Store) -> None:
    urls = [PAGE, PAGE + "2"]
    store.add_urls(map(new_link, urls))
    made = [(exchange(url, answer(b"same" * 256)),) for url in urls]
    store.record([Result(link=find(store, one.url), exchanges=(one,), decision=CAPTURED) for (one,) in made])
    assert [item.record_type for item in store.captures()] == ["response", "revisit"]
    assert [read_answer(store, item) for item in store.captures()] == [answer(b"same" * 256)] * 2


@pytest.mark.parametrize("received", [answer(b""), answer(b"cut")[:-1], b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx"])
def test_nothing_refers_to_an_empty_a_cut_or_an_untidy_answer(store: Store, received: bytes) -> None:
    cut = "disconnect" if received.endswith(b"cu") else None
    for number in range(2):
        record(store, f"{PAGE}{number}", received, cut=cut)
    assert [item.record_type for item in store.captures()] == ["response", "response"]


def test_segments_are_rolled_and_every_answer_is_found_in_its_own(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a", about=ABOUT, segment_bytes=5000) as store:
        store.add_urls(new_link(f"{PAGE}{number}") for number in range(40))
        results = [
            Result(link=link, exchanges=(exchange(link.url, answer(os.urandom(200))),), decision=CAPTURED)
            for link in store.claim("news.example", NOW, 40)
        ]
        store.record(results)
        for result, item in zip(results, store.captures(), strict=True):
            result.exchanges[0].received.seek(0)
            assert read_answer(store, item) == result.exchanges[0].received.read()
    names = sorted(path.name for path in (tmp_path / "a" / "warc").iterdir())
    assert len(names) > 5
    assert all(re.fullmatch(rf"amberpost-[0-9a-f]{{8}}-{n:06d}\.warc\.gz", name) for n, name in enumerate(names, 1))
    check_archive(tmp_path / "a")


def test_what_lanes_remember_comes_back(store: Store) -> None:
    states = [LaneState(name=name, next_at=NOW, failures=2, until=NOW + 300) for name in ("a.example", "b.example")]
    store.save_lanes(states[:1])
    store.save_lanes(states)
    assert store.lanes() == states


def test_counts_and_tallies_tell_how_links_stand(store: Store) -> None:
    record(store, PAGE, answer())
    record(store, "https://busy.example/", answer(status=503), LATER)
    store.add_urls([new_link("https://busy.example/robots.txt", role="robots")])
    counts = store.counts()
    assert (counts.links, counts.captured, counts.pending, counts.captures) == (3, 1, 2, 2)
    told = [(tally.lane, tally.state, tally.reason, tally.links) for tally in store.tallies()]
    assert told == [("busy.example", "pending", "http 503", 1), ("news.example", "captured", "", 1)]


def test_every_citation_is_beside_every_capture_that_its_links_led_to(store: Store) -> None:
    store.add_citations([cite("c1", "https://t.co/AbC")])
    record(store, "https://t.co/AbC", answer(status=301), Decision(state="captured", target=new_link(PAGE, role="hop")))
    record(store, PAGE, answer(b"page"))
    rows = store.connection.execute("SELECT citation_id, link, hop, url, status FROM citation_capture ORDER BY hop")
    short = "https://t.co/AbC"
    assert rows.fetchall() == [("c1", short, 0, short, 301), ("c1", short, 1, PAGE, 200)]


POST = "https://x.com/HarborDesk/status/1861111111111111111"


@pytest.mark.parametrize("mark", [url_mark(f"{POST}?s=20"), handle_mark("HARBORDESK")])
def test_what_was_forgotten_is_neither_added_nor_kept_when_an_answer_leads_there(store: Store, mark: str) -> None:
    store.forgotten.add([mark])
    assert store.is_forgotten(f"{POST}?s=20")
    assert not store.is_forgotten("https://x.com/OtherDesk/status/1861111111111111112")
    assert store.add_urls([new_link(f"{POST}?s=20")]).links == 0
    target = new_link(f"{POST}?s=20", role="hop")
    record(store, "https://t.co/AbC", answer(status=301), Decision(state="captured", target=target))
    assert (find(store, "https://t.co/AbC").state, store.counts().captures) == ("refused", 0)
    assert b"1861111111111111111" not in b"".join(path.read_bytes() for path in (store.folder / "warc").iterdir())


def test_a_forgotten_handle_takes_its_citations_along(store: Store) -> None:
    store.forgotten.add([handle_mark("HarborDesk")])
    added = store.add_citations([cite("c1", PAGE, handle="harbordesk"), cite("c2", PAGE, handle="otherdesk")])
    assert added.citations == 1


def test_folders_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with Store.open(tmp_path / "deep" / "archive", about=ABOUT) as store:
            record(store, PAGE, answer())
    finally:
        os.umask(old)
    root = tmp_path / "deep" / "archive"
    modes = {path.relative_to(root): stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")]}
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


def test_a_second_process_is_told_at_once_and_a_reader_is_not_kept_out(store: Store) -> None:
    record(store, PAGE, answer(b"page"))
    script = (
        "import sys; from pathlib import Path; from archiving import ABOUT; from amberpost.archive.store import Store\n"
        "from amberpost.models import ArchiveBusy\n"
        "with Store.read(Path(sys.argv[1])) as reader: print(reader.counts().captures)\n"
        "try: Store.open(Path(sys.argv[1]), about=ABOUT)\n"
        "except ArchiveBusy as error: print(error)"
    )
    command = [sys.executable, "-c", script, str(store.folder)]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("1\nanother process works on ")
    begun = time.perf_counter()
    with pytest.raises(ArchiveBusy):
        Store.open(store.folder, about=ABOUT)
    assert time.perf_counter() - begun < 1
    record(store, PAGE + "2", answer(b"still writing"))


def test_a_reader_sees_what_a_writer_adds_meanwhile(store: Store) -> None:
    with Store.read(store.folder) as reader:
        captures = reader.captures()
        for number in range(3):
            record(store, f"{PAGE}{number}", answer(b"%d" % number))
        assert [read_answer(reader, item) for item in captures] == [answer(b"%d" % n) for n in range(3)]
        with pytest.raises(sqlite3.OperationalError):
            reader.connection.execute("DELETE FROM link")


def test_an_archive_that_nobody_can_write_to_is_read(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        record(store, PAGE, answer(b"page"))
    (tmp_path / "a").chmod(0o500)
    try:
        with Store.read(tmp_path / "a") as reader:
            assert [read_answer(reader, item) for item in reader.captures()] == [answer(b"page")]
    finally:
        (tmp_path / "a").chmod(0o700)


def test_where_there_is_no_archive_none_is_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="holds no archive"):
        Store.read(tmp_path / "a")
    with pytest.raises(ArchiveError, match="holds no archive"):
        Store.open(tmp_path / "a", about=ABOUT, create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_database_that_is_none_is_named_with_advice(tmp_path: Path, content: bytes) -> None:
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        record(store, PAGE, answer())
    (tmp_path / "a" / "archive.db").write_bytes(content)
    with pytest.raises(ArchiveDamaged, match=r"move archive\.db away and .* forgotten on purpose"):
        Store.read(tmp_path / "a")
    with pytest.raises(ArchiveDamaged, match=r"move archive\.db away and .* forgotten on purpose"):
        Store.open(tmp_path / "a", about=ABOUT)


def test_an_emptied_database_is_refused_with_what_would_be_lost_but_one_that_was_never_filled_is_not(
    tmp_path: Path,
) -> None:
    database = tmp_path / "a" / "archive.db"
    database.parent.mkdir()
    database.touch()  # what a kill left, before the first write
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        record(store, PAGE, answer())
    database.write_bytes(b"")
    for opening in (Store.read, partial(Store.open, about=ABOUT)):
        with pytest.raises(ArchiveError, match=r"is empty, .* forgotten on purpose is known to that file alone"):
            opening(tmp_path / "a")
    with pytest.raises(ArchiveError, match="is empty"):
        forget(tmp_path / "a", handle="jack")
    assert database.read_bytes() == b""


def test_the_log_of_a_database_that_is_gone_is_no_part_of_the_new_one(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        record(store, PAGE, answer())
        log = (tmp_path / "a" / "archive.db-wal").read_bytes()
    (tmp_path / "a" / "archive.db").unlink()
    (tmp_path / "a" / "archive.db-wal").write_bytes(log)
    (tmp_path / "a" / "archive.db.new").write_bytes(b"half of one")
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        assert store.adopted.captures == 1
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not (tmp_path / "a" / "archive.db.new").exists()


def test_what_is_shut_is_told_so_and_of_a_new_folder_nothing_is_called_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        record(store, PAGE, answer())
    rights = r"archive\.db: unable to open database file: see that you may read and write there .*; what .* is safe"
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", shut)
        with pytest.raises(ArchiveError, match=rights):
            Store.read(tmp_path / "a")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", shut_folder)
        with pytest.raises(ArchiveError, match="Permission denied: see that you may read and write there") as raised:
            Store.open(tmp_path / "new", about=ABOUT)
    assert "safe" not in str(raised.value)


def shut(*_: object, **__: object) -> sqlite3.Connection:
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorname = "SQLITE_CANTOPEN"
    raise error


def shut_folder(path: Path, **_: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with closing(sqlite3.connect(tmp_path / "a" / "archive.db")) as other:
        other.execute("CREATE TABLE mine(x)")
    with pytest.raises(ArchiveError, match="no archive's database"):
        Store.open(tmp_path / "a", about=ABOUT)


@pytest.mark.parametrize("name", ["../../outside", "/etc/passwd", "amberpost-0badcafe-000001.warc.gz/../x", "a\0b"])
def test_a_path_in_the_database_is_never_followed_outside(store: Store, name: str) -> None:
    record(store, PAGE, answer())
    store.connection.execute("PRAGMA foreign_keys = OFF")
    store.connection.execute("UPDATE capture SET segment = ?", (name,))
    (item,) = store.captures()
    with pytest.raises(ArchiveDamaged, match="tampered with"):
        store.open_answer(item)
    store.connection.execute("UPDATE segment SET name = ?, indexed = 0", (name,))
    with pytest.raises(ArchiveDamaged, match="tampered with"):
        store.write_index()
    store.connection.execute("DELETE FROM segment")


@pytest.mark.parametrize("name", ["archive.db", "warc", "lock"])
def test_no_link_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        record(store, PAGE, answer())
    shutil.move(tmp_path / "a" / name, tmp_path / "outside")
    (tmp_path / "a" / name).symlink_to(tmp_path / "outside")
    with pytest.raises(ArchiveError):
        Store.open(tmp_path / "a", about=ABOUT)


def test_a_flipped_byte_is_seen_when_an_answer_is_read(store: Store) -> None:
    record(store, PAGE, answer(b"page" * 50))
    (item,) = store.captures()
    path = store.folder / "warc" / item.segment
    data = bytearray(path.read_bytes())
    offset, length = store.connection.execute("SELECT record_offset, record_length FROM capture").fetchone()
    data[offset + length // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArchiveDamaged, match=r"amberpost check"):
        store.open_answer(item)


def test_a_payload_too_small_to_save_anything_is_stored_again(store: Store) -> None:
    urls = [PAGE, PAGE + "2"]
    store.add_urls(map(new_link, urls))
    for url in urls:
        store.record([Result(link=find(store, url), exchanges=(exchange(url, answer(b"same")),), decision=CAPTURED)])
    assert [item.record_type for item in store.captures()] == ["response", "response"]
