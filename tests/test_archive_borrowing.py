"""Somebody's WARC and WACZ files as a source: copies are evidence, and pass for no answer that was asked for."""

from __future__ import annotations

import asyncio
import errno
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from amberpost import Archive, ReadError
from amberpost.archive import Network
from amberpost.archive.borrowing import Taken
from amberpost.archive.care.check import check
from amberpost.archive.care.forget import forget
from amberpost.cli import app
from amberpost.demo.internet import SmallInternet, run_internet
from amberpost.permalinks import parse_permalink
from amberpost.sources import make_cdx_urls
from scenarios import certify, make_record
from smallarchive import find_traces

BIN = Path(sys.executable).parent
ID, OTHER = "1862485943811391923", "1862485943811391999"
POST = f"https://x.com/adawren/status/{ID}"
SPELT = f"http://mobile.twitter.com/AdaWren/status/{ID}?s=20"
WORDS = "The mole is closed until the storm has passed."
DATE = "2024-11-30T10:11:12Z"
ROW = {
    "id": "c1",
    "article": "a.txt",
    "platform": "twitter",
    "handle": "adawren",
    "date": "2024-11-29",
    "date_basis": "utc",
    "text": WORDS,
    "links": [POST],
}


def page(words: str = WORDS, post_id: str = ID) -> bytes:
    return (
        f"<html><head><title>Ada Wren on X: &quot;{words}&quot; / X</title>"
        f'<meta property="og:url" content="https://x.com/adawren/status/{post_id}"></head>'
        f"<body>{'<p></p>' * 300}</body></html>"
    ).encode()


def answer(body: bytes, *fields: str, status: int = 200, version: str = "1.1") -> bytes:
    lines = [f"HTTP/{version} {status} Made", "Content-Type: text/html", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def sized(body: bytes, *fields: str, **more: Any) -> bytes:
    return answer(body, f"Content-Length: {len(body)}", *fields, **more)


def keep(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(records))
    return path


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    return keep(tmp_path / "crawl.warc.gz", make_record(SPELT, DATE, sized(page())))


def add(folder: Path, *paths: Path, rows: list[dict[str, Any]] | None = None) -> Taken:
    """Cite, and look through files; nobody is asked, and nobody could be."""
    with Archive(folder) as archive:
        archive.add([ROW] if rows is None else rows)
        return archive.add_warcs(paths)


def read(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def records(folder: Path) -> list[tuple[str, str, str, bytes]]:
    found = []
    for path in sorted((folder / "warc").iterdir()):
        with path.open("rb") as file:
            for item in ArchiveIterator(file, no_record_parse=True):
                fields = item.rec_headers
                block = item.raw_stream.read()
                found.append((item.rec_type, fields["WARC-Target-URI"], fields["WARC-Date"], block))
    return found


def test_a_copy_keeps_the_bytes_the_url_and_the_date_and_says_where_it_is_from(kept: Path, warc: Path) -> None:
    taken = add(kept, warc)
    assert (taken.files, taken.records, taken.copies, taken.known, taken.problems) == (1, 1, 1, 0, [])
    responses = [record for record in records(kept) if record[0] == "response"]
    assert [each[1:] for each in responses] == [(SPELT, "2024-11-30T10:11:12.000000Z", sized(page()))]
    note = next(block.decode() for kind, uri, _, block in records(kept) if kind == "metadata" and "outcome" in uri)
    for line in ("copied-from: crawl.warc.gz", "copied-offset: 0", f"copied-date: {DATE}", "copied-record: <urn:uuid:"):
        assert line in note
    assert str(warc.parent) not in note
    [(outcome, source, text, handle)] = read(
        kept,
        "SELECT outcome, json_extract(record, '$.source'), json_extract(record, '$.text'),"
        " json_extract(record, '$.handle') FROM post",
    )
    assert (outcome, source, text, handle.lower()) == ("never-asked", "warc", WORDS, "adawren")
    assert read(kept, "SELECT verdict FROM verdict")[0][0] in ("same", "probably-same")
    assert not list(check(kept))


def test_a_copy_settles_no_question_that_was_not_asked(kept: Path, tmp_path: Path) -> None:
    warc = keep(tmp_path / "a.warc.gz", make_record(POST, DATE, sized(page())))
    add(kept, warc)
    states = dict(read(kept, "SELECT url, state FROM link WHERE url NOT LIKE 'warc:%'"))
    assert states[POST] == "pending"
    assert set(states.values()) == {"pending"}
    assert read(kept, "SELECT count(*) FROM capture JOIN link ON link.id = link WHERE url = '" + POST + "'") == [(0,)]


def test_others_judges_find_nothing_wrong_with_it(kept: Path, warc: Path) -> None:
    add(kept, warc)
    segment = next((kept / "warc").iterdir())
    for command in (("warcio", "check", "-v"), ("fastwarc", "check")):
        result = subprocess.run(
            [BIN / command[0], *command[1:], segment], capture_output=True, text=True, timeout=120, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
    lines = (kept / "index.cdxj").read_text().splitlines()
    assert [line.split(" ", 2)[1] for line in lines] == ["20241130101112"]
    assert json.loads(lines[0].split(" ", 2)[2])["url"] == SPELT


def test_given_again_it_is_known_and_given_too_early_it_waits_for_its_post(kept: Path, warc: Path) -> None:
    assert add(kept, warc, rows=[]).copies == 0
    assert add(kept, warc).copies == 1
    size = sum(path.stat().st_size for path in (kept / "warc").iterdir())
    again = add(kept, warc)
    assert (again.copies, again.known) == (0, 1)
    assert sum(path.stat().st_size for path in (kept / "warc").iterdir()) == size


def test_the_same_record_in_two_files_is_one_copy(kept: Path, warc: Path, tmp_path: Path) -> None:
    taken = add(kept, warc, keep(tmp_path / "other.warc", gzip.decompress(warc.read_bytes())))
    assert (taken.files, taken.copies, taken.known) == (2, 1, 1)


def test_all_of_it_comes_back_when_the_database_is_lost(kept: Path, warc: Path) -> None:
    add(kept, warc)
    tables = (
        "SELECT outcome, record FROM post",
        "SELECT verdict, reasons FROM verdict",
        "SELECT source FROM question ORDER BY source",
    )
    before = [read(kept, query) for query in tables]
    (kept / "archive.db").unlink()
    with Archive(kept) as archive:
        archive.add([ROW])
        archive.learn()
    assert [read(kept, query) for query in tables] == before
    assert not list(check(kept))
    assert add(kept, warc).known == 1


def test_forgetting_takes_the_copies_too_and_they_are_not_taken_again(kept: Path, warc: Path) -> None:
    add(kept, warc)
    assert forget(kept, handle="adawren").captures == 1
    assert find_traces(kept, "adawren", ID, "closed until") == set()
    assert add(kept, warc).copies == 0
    assert not list(check(kept))


@pytest.mark.loopback
def test_a_later_answer_of_the_same_bytes_may_refer_to_a_copy_and_outlives_it(kept: Path, warc: Path) -> None:
    rows = [ROW, {"id": "c2", "links": ["http://news.example/same"]}]
    clock = FastClock()
    with run_internet(extra={"http://news.example/same": sized(page())}) as internet:
        add(kept, warc, rows=rows)
        with opened(kept, internet, clock) as archive:
            archive.run()
        assert read(kept, "SELECT count(*) FROM revisit") == [(1,)]
        assert not list(check(kept))
        forget(kept, handle="adawren")
        assert not list(check(kept))


# --- what is taken, and what is not

PAGE = page()
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)


@pytest.mark.parametrize(
    "block",
    [
        answer(PAGE),
        sized(gzip.compress(PAGE), "Content-Encoding: gzip"),
        answer(CHUNKED, "Transfer-Encoding: chunked"),
        answer(PAGE, "Transfer-Encoding: chunked"),
        answer(PAGE, "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
        sized(PAGE, version="1.0"),
    ],
    ids=["no length", "gzip", "chunks", "chunks undone", "all undone", "1.0"],
)
def test_answers_are_read_as_archivers_keep_them(kept: Path, tmp_path: Path, block: bytes) -> None:
    add(kept, keep(tmp_path / "a.warc.gz", make_record(SPELT, DATE, block)))
    assert read(kept, "SELECT json_extract(record, '$.text') FROM post") == [(WORDS,)]
    assert not list(check(kept))


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (make_record(SPELT, DATE, answer(b"", status=200), kind="revisit"), "a revisit"),
        (make_record(SPELT, "2024-13-30T10:11:12Z", sized(PAGE)), "its date is none"),
        (make_record(SPELT, "2024", sized(PAGE)), "its date is none"),
        (make_record(SPELT, DATE, b"GET / HTTP/1.1\r\n\r\n"), "no answer in HTTP/1"),
        (make_record(SPELT, DATE, answer(PAGE, version="2")), "no answer in HTTP/1"),
    ],
)
def test_what_cannot_be_copied_is_named(kept: Path, tmp_path: Path, record: bytes, why: str) -> None:
    taken = add(kept, keep(tmp_path / "a.warc.gz", record, make_record(POST, DATE, sized(PAGE))))
    assert taken.copies == 1
    assert any(why in problem.reason and problem.source == "a.warc.gz" for problem in taken.problems), taken.problems


def test_of_many_problems_the_first_are_named_and_all_are_counted(kept: Path, tmp_path: Path) -> None:
    """A thousand are kept; the command's last line says how many more there were, so that nobody takes them for all."""
    bad = make_record(SPELT, "2024", sized(PAGE))
    warc, rows = keep(tmp_path / "a.warc.gz", *[bad] * 1234), tmp_path / "c.jsonl"
    taken = add(kept, warc)
    assert (len(taken.problems), taken.more_problems) == (1000, 234)
    rows.write_text(json.dumps(ROW) + "\n", "utf-8")
    arguments = ["archive", rows, "--to", kept, "--offline", "--from-warc", warc]
    done = CliRunner().invoke(app, [*map(str, arguments)])
    lines = [line for line in done.stderr.splitlines() if line.startswith("problem: ")]
    assert (done.exit_code, len(lines), lines[-1]) == (1, 1001, "problem: 234 more like these, which are not named")


def test_a_file_that_is_cut_gives_what_stands_before_the_cut(kept: Path, tmp_path: Path) -> None:
    whole = [make_record(f"{SPELT}&n={number}", DATE, sized(PAGE)) for number in range(2)]
    taken = add(kept, keep(tmp_path / "a.warc.gz", whole[0], whole[1][:-200]))
    assert taken.copies == 1
    assert taken.problems
    assert not list(check(kept))


@pytest.mark.parametrize(
    ("url", "block"),
    [
        (f"https://x.com/adawren/status/{OTHER}", sized(PAGE)),
        ("https://x.com/adawren", sized(PAGE)),
        (f"https://news.example/{ID}", sized(PAGE)),
        (SPELT, sized(PAGE, status=404)),
        (SPELT, sized(b"", "Location: https://x.com/login", status=302)),
        (f"urn:x:{ID}", sized(PAGE)),
    ],
)
def test_what_is_not_about_a_known_post_is_passed_by(kept: Path, tmp_path: Path, url: str, block: bytes) -> None:
    taken = add(kept, keep(tmp_path / "a.warc.gz", make_record(url, DATE, block)))
    assert (taken.records, taken.copies, taken.problems) == (1, 0, [])
    assert read(kept, "SELECT count(*) FROM capture") == [(0,)]


def test_a_page_of_another_post_under_the_asked_address_is_kept_and_not_believed(kept: Path, tmp_path: Path) -> None:
    taken = add(kept, keep(tmp_path / "a.warc.gz", make_record(SPELT, DATE, sized(page("Something else.", OTHER)))))
    assert taken.copies == 1
    assert read(kept, "SELECT record FROM post") == [(None,)]


def test_of_one_post_only_so_many_copies_are_kept(kept: Path, tmp_path: Path) -> None:
    many = [make_record(f"{SPELT}&n={number}", DATE, sized(PAGE)) for number in range(50)]
    assert add(kept, keep(tmp_path / "a.warc.gz", *many)).copies == 20
    assert not list(check(kept))


def test_folders_and_wacz_files_are_looked_through(kept: Path, tmp_path: Path) -> None:
    inner = tmp_path / "crawls" / "deep"
    inner.mkdir(parents=True)
    with zipfile.ZipFile(inner / "a.wacz", "w") as wacz:
        wacz.writestr("archive/data.warc.gz", make_record(SPELT, DATE, sized(PAGE)))
        wacz.writestr("pages/pages.jsonl", "{}")
    keep(tmp_path / "crawls" / "b.warc", gzip.decompress(make_record(POST, DATE, sized(PAGE))))
    (tmp_path / "crawls" / "readme.txt").write_text("no crawl")
    taken = add(kept, tmp_path / "crawls")
    assert (taken.files, taken.copies) == (2, 2)
    notes = b"".join(block for kind, _, _, block in records(kept) if kind == "metadata")
    assert b"copied-from: a.wacz/archive/data.warc.gz" in notes


@pytest.mark.parametrize("name", ["missing.warc", "empty"])
def test_a_path_without_a_file_is_said_at_once(kept: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReadError, match=name):
        add(kept, tmp_path / name)


def test_a_folder_that_cannot_be_listed_is_not_called_empty(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crawls" / "shut").mkdir(parents=True)
    (tmp_path / "crawls" / "a.warc").touch()
    scandir = os.scandir

    def refuse(path: str | os.PathLike[str]) -> Any:
        if Path(path).name == "shut":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ReadError, match=r"shut: cannot be listed \(Permission denied\)"):
        add(kept, tmp_path / "crawls")


def test_the_command_takes_copies_offline_and_says_so(kept: Path, warc: Path, tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text(json.dumps(ROW) + "\n")
    arguments = ["archive", tmp_path / "c.jsonl", "--to", kept, "--offline", "--from-warc", warc]
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == 75
    assert "1 copy of a post out of 1 record in 1 file" in result.stderr
    missing = CliRunner().invoke(app, ["archive", "--to", str(kept), "--from-warc", str(tmp_path / "none.warc")])
    assert missing.exit_code == 2
    assert "none.warc" in missing.stderr


# --- the Wayback Machine, asked politely


class FastClock:
    """A clock that jumps when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1_790_000_000.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)


def opened(folder: Path, internet: SmallInternet, clock: FastClock, **options: Any) -> Archive:
    network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=clock)
    return Archive(folder, contact="desk@example.org", allow_private=True, robots=False, network=network, **options)


def wire(status: str, body: bytes = b"", *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def ask_wayback(folder: Path, internet: SmallInternet, clock: FastClock, **options: Any) -> list[str]:
    """A run; gives what was asked of the Wayback Machine by all runs so far."""
    with opened(folder, internet, clock, wayback="recover", **options) as archive:
        archive.add([ROW])
        archive.run()
    return [request.url for request in internet.requests if request.host == "web.archive.org"]


@pytest.mark.loopback
def test_the_first_429_of_the_index_ends_the_asking_in_this_run_and_in_the_next(kept: Path) -> None:
    permalink = parse_permalink(POST)
    assert permalink is not None
    lists = make_cdx_urls(permalink, near=None)
    extra = {url: [wire("429 Too Many Requests"), wire("200 OK", b"[]")] for url in lists}
    clock = FastClock()
    with run_internet(extra=extra, tls=certify()) as internet:
        assert len(ask_wayback(kept, internet, clock, max_wait=30.0)) == 1
        clock.time += 60
        assert len(ask_wayback(kept, internet, clock, max_wait=30.0)) == 1
        clock.time += 61
        assert len(ask_wayback(kept, internet, clock, max_wait=30.0)) >= 2


@pytest.mark.loopback
def test_a_copy_out_of_a_file_leaves_nothing_to_ask_the_wayback_machine(kept: Path, warc: Path) -> None:
    add(kept, warc)
    with run_internet(tls=certify()) as internet:
        assert ask_wayback(kept, internet, FastClock()) == []


@settings(max_examples=60, deadline=None)
@given(
    at=st.integers(0, 900),
    put=st.binary(max_size=12),
    url=st.sampled_from([SPELT, POST, f"{SPELT}\t", f"{POST}#a b", f"{POST}?é=\x00", f"{POST}?{'a' * 5000}"]),
)
def test_files_of_any_bytes_are_looked_through(at: int, put: bytes, url: str) -> None:
    data = gzip.decompress(make_record(url, DATE, sized(PAGE)) + make_record(POST, DATE, sized(PAGE)))
    with TemporaryDirectory() as folder:
        path = keep(Path(folder) / "a.warc", data[:at] + put + data[at + len(put) :])
        add(Path(folder) / "kept", path)
        assert not list(check(Path(folder) / "kept"))
