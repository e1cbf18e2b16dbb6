"""TimeGates in the archive: asked with a time in one header of one request, known again whatever is lost."""

from __future__ import annotations

import datetime as dt
import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from amberpost import Archive
from amberpost.archive import Network
from amberpost.archive.care.check import check
from amberpost.archive.care.forget import forget
from amberpost.archive.disk.cited import normalize_target
from amberpost.archive.disk.notes import Note, format_note, parse_note
from amberpost.cli import app
from amberpost.demo.internet import SmallInternet, run_internet
from amberpost.models import ArchiveError, Permalink
from amberpost.posts import Reply
from amberpost.sources import TIMEGATE_NAME, check_template, find_reader, find_template, make_timegate_urls
from amberpost.warcfile import WarcRecord, read_records
from archiving import new_link
from exchanges import ToldClock
from scenarios import FOLDER, certify, read_scenario

GATE = "https://archive.example/timegate/{url}"
ASKED = Permalink("twitter", "865899906462646621", "adawren", "https://x.com/adawren/status/865899906462646621")
QUESTION, *OTHERS = make_timegate_urls(ASKED, GATE)
MEMENTO = "https://archive.example/memento/20170521090000/https://twitter.com/adawren/status/865899906462646621"
LED = read_scenario(FOLDER / "timegate-led-to-copy.toml")


@contextmanager
def opened(folder: Path, internet: SmallInternet, **options: Any) -> Iterator[Archive]:
    network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=ToldClock(1_790_000_000.0))
    common: dict[str, Any] = {"contact": "desk@example.org", "allow_private": True, "robots": False}
    with Archive(folder, network=network, **common, **options) as archive:
        yield archive


@contextmanager
def playing() -> Iterator[SmallInternet]:
    with run_internet(extra=LED.make_extra(), tls=certify()) as internet:
        yield internet


def archive_all(folder: Path, internet: SmallInternet, **options: Any) -> list[str]:
    """Archive the scenario's citation; gives what was asked for."""
    before = len(internet.requests)
    with opened(folder, internet, **options) as archive:
        archive.add(LED.citations)
        archive.run()
    return [request.url for request in internet.requests[before:]]


def read_requests(folder: Path) -> dict[str, bytes]:
    """The requests as the segments hold them, by URL."""
    found: dict[str, bytes] = {}
    for path in sorted((folder / "warc").iterdir()):
        for item in read_records(BytesIO(path.read_bytes())):
            if isinstance(item, WarcRecord) and item.type == "request":
                found[item.target or ""] = item.read_whole(1 << 16)
    return found


def read_source(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return str(db.execute("SELECT json_extract(record, '$.source') FROM post").fetchone()[0])


@pytest.mark.loopback
def test_the_request_in_the_warc_has_the_posts_instant_in_a_header_and_nothing_else_is_changed(tmp_path: Path) -> None:
    with playing() as internet:
        archive_all(tmp_path, internet, timegates=[GATE])
    requests = read_requests(tmp_path)
    lines = requests[QUESTION].split(b"\r\n")
    assert lines.count(b"Accept-Datetime: Sat, 20 May 2017 12:00:00 GMT") == 1
    usual = [line for line in lines if not line.startswith(b"Accept-Datetime: ")]
    others = {url: head.split(b"\r\n") for url, head in requests.items() if url != QUESTION}
    assert MEMENTO in others
    for url, head in others.items():
        assert [line.partition(b": ")[0] for line in head[1:]] == [line.partition(b": ")[0] for line in usual[1:]], url
        assert head[2:] == usual[2:]


@pytest.mark.loopback
def test_the_time_is_known_again_when_the_database_is_lost(tmp_path: Path) -> None:
    with playing() as internet:
        archive_all(tmp_path, internet, timegates=[GATE])
        (tmp_path / "archive.db").unlink()
        assert archive_all(tmp_path, internet, timegates=[GATE]) == []
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert db.execute("SELECT url, near FROM link WHERE near IS NOT NULL").fetchall() == [(QUESTION, 1495281600)]
    assert read_source(tmp_path) == TIMEGATE_NAME
    assert not list(check(tmp_path))


@pytest.mark.parametrize(
    "template",
    [
        GATE,
        "https://second.example/gate?url={url}",
        "https://second.example/gate?near=1&url={url}&mode=raw",
        "https://third.example/web/{url}/as-it-was",
        "http://fourth.example:8080/my-web/{url}",
    ],
)
def test_a_template_is_known_by_one_of_its_questions(template: str) -> None:
    asked = (ASKED, replace(ASKED, handle=None), Permalink("vk", "-1_2", None, "https://vk.com/wall-1_2"))
    urls = [normalize_target(url) for each in asked for url in make_timegate_urls(each, template)]
    assert {find_template(url) for url in urls} - {None} == {template}


@pytest.mark.loopback
def test_posts_that_were_lost_before_are_asked_about_once_a_timegate_is_named_and_never_twice(tmp_path: Path) -> None:
    second = "https://second.example/gate?url={url}"
    with playing() as internet:
        assert QUESTION not in archive_all(tmp_path, internet)
        assert archive_all(tmp_path, internet, timegates=[second]) == list(make_timegate_urls(ASKED, second))
        assert archive_all(tmp_path, internet, timegates=[second]) == []
        assert archive_all(tmp_path, internet, timegates=[second, GATE]) == [QUESTION, MEMENTO]
        assert archive_all(tmp_path, internet, timegates=[second, GATE], wayback="always")[:1] != [QUESTION]
    assert not list(check(tmp_path))


@pytest.mark.loopback
def test_a_post_whose_id_tells_no_time_is_asked_for_as_of_the_day_it_was_cited(tmp_path: Path) -> None:
    row = {
        "id": "c1",
        "platform": "vimeo",
        "date": "2019-03-04",
        "links": ["https://vimeo.com/12345678"],
    }
    with playing() as internet:
        with opened(tmp_path, internet, timegates=[GATE]) as archive:
            archive.add([row])
            archive.run()
        heads = [request.head for request in internet.requests if "/timegate/" in request.url]
    assert len(heads) == 1
    assert all(b"Accept-Datetime: Mon, 04 Mar 2019 00:00:00 GMT" in head for head in heads)


@pytest.mark.loopback
@pytest.mark.parametrize(("wayback", "is_asked"), [("off", False), ("recover", False), ("always", True)])
def test_of_a_post_that_is_there_a_timegate_is_asked_only_with_always(
    wayback: str, is_asked: bool, tmp_path: Path
) -> None:
    found = read_scenario(FOLDER / "timegate-always.toml")
    with run_internet(extra=found.make_extra(), tls=certify()) as internet:
        assert (QUESTION in archive_all(tmp_path, internet, timegates=[GATE], wayback=wayback)) == is_asked


@pytest.mark.loopback
def test_what_a_timegate_was_asked_and_led_to_goes_with_the_post_that_is_forgotten(tmp_path: Path) -> None:
    with playing() as internet:
        archive_all(tmp_path, internet, timegates=[GATE])
        forget(tmp_path, post=ASKED.url)
        assert archive_all(tmp_path, internet, timegates=[GATE]) == []
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in (tmp_path / "warc").iterdir())
    assert ASKED.post_id.encode() not in kept + (tmp_path / "archive.db").read_bytes()
    assert not list(check(tmp_path))


def test_a_note_keeps_the_time_and_is_none_with_one_that_no_header_can_tell() -> None:
    link = replace(new_link(QUESTION, role="post"), near=1495281600)
    note = Note(archive="0badcafe", link=link, settled=True, attempt=1, outcome="ok", status=302)
    text = format_note(note)
    assert parse_note(text) == note
    for wrong in ("-1", "999999999999999", "soon"):
        assert parse_note(text.replace("near: 1495281600", f"near: {wrong}")) is None


@pytest.mark.parametrize(
    "template",
    [
        "",
        "archive.example/{url}",
        "ftp://archive.example/{url}",
        "https://archive.example/timegate/",
        "https://{url}/",
        "https://archive.example/{url}/{url}",
        "https://archive.example/{page}",
        "https://archive.example/#{url}",
        "https://user@archive.example/{url}",
        "https://archive.example/a b/{url}",
        "https://archive.example/\r\nX: y/{url}",
        "https://archive.example{url}",
    ],
)
def test_what_is_no_template_is_refused_with_advice(template: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="such as"):
        check_template(template)
    with pytest.raises(ArchiveError, match="such as"):
        Archive(tmp_path / "new", timegates=[template])
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("http://10.0.0.1/{url}", "not public"),
        ("http://[::1]/{url}", "not public"),
        ("http://2130706433/{url}", "not public"),
        ("https://archive.example:8443/{url}", "port 8443"),
    ],
)
def test_a_template_inside_a_network_or_at_another_port_is_refused_before_a_folder_is_made(
    template: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(ArchiveError, match=why):
        Archive(tmp_path / "new", timegates=[template])
    command = ["archive", "https://t.co/a", "--to", str(tmp_path / "new"), "--timegate", template]
    ended = CliRunner().invoke(app, command)
    assert ended.exit_code == 2
    assert not (tmp_path / "new").exists()


def test_the_options_reach_the_archive_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def remember(*_: object, **options: Any) -> None:
        seen.update(options)
        raise ArchiveError("seen")

    monkeypatch.setattr("amberpost.commands.archive.Archive", remember)
    command = ["archive", "https://t.co/a", "--to", str(tmp_path / "new"), "--timegate", GATE]
    CliRunner().invoke(app, [*command, "--timegate", "https://second.example/{url}"])
    assert seen["timegates"] == (GATE, "https://second.example/{url}")


def read(body: str, url: str, copied: dt.datetime | None = None) -> Any:
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    reply = Reply(url=url, status=200, type="text/html", body=body.encode(), date=now, copied=copied)
    return find_reader(TIMEGATE_NAME, "twitter")(reply, ASKED)


PAGE = (
    f'<link rel="canonical" href="FRONThttps://twitter.com/adawren/status/{ASKED.post_id}">'
    '<title>Ada on Twitter: "Rain" / Twitter</title>'
)


@pytest.mark.parametrize(
    "front",
    [
        "",
        "/memento/20170521090000/",
        "/memento/20170521090000mp_/",
        "//archive.example/memento/20170521090001/",
        "https://archive.example/memento/20170521090000im_/",
    ],
)
def test_an_archives_own_address_in_front_of_links_is_undone(front: str) -> None:
    reading = read(PAGE.replace("FRONT", front), MEMENTO)
    assert reading.post.text == "Rain"
    assert reading.reason.startswith("copy of 2017-05-21: ")


def test_what_another_archive_put_in_front_stays() -> None:
    assert read(PAGE.replace("FRONT", "https://other.example/memento/20170521090000/"), MEMENTO).post is None


def test_a_copys_time_is_taken_from_the_header_and_what_has_none_is_no_copy() -> None:
    then = dt.datetime(2018, 1, 2, tzinfo=dt.UTC)
    short = "https://archive.example/AbCd1"
    assert read(PAGE.replace("FRONT", ""), short, then).reason.startswith("copy of 2018-01-02: ")
    assert read(PAGE.replace("FRONT", ""), short).post is None
