"""Save Page Now in the archive: each form posted once, within the limits, and no key anywhere on the disk."""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from amberpost import Archive
from amberpost.archive import Network
from amberpost.archive.care.check import check
from amberpost.archive.exchange.fetching import Fetcher
from amberpost.archive.exchange.taps import SpoolTap
from amberpost.archive.exchange.urlpolicy import Policy
from amberpost.archive.keys import ACCESS, SECRET, Keys, read_keys
from amberpost.archive.saving import SENT
from amberpost.cli import app
from amberpost.demo.internet import SmallInternet, run_internet
from amberpost.models import ArchiveError, Permalink
from amberpost.sources.savepagenow import USER_URL, make_check_url, make_save_url
from exchanges import ToldClock
from scenarios import FOLDER, certify, make_bytes, read_scenario

KEYS = {ACCESS: "Acc3ssOfTheDesk", SECRET: "S3cretOfTheDesk"}
ASKED = Permalink("twitter", "865899906462646621", "adawren", "https://x.com/adawren/status/865899906462646621")
SAVE, JOB = "https://web.archive.org/save", "spn2-0badcafe0badcafe"
STATUS = f"{SAVE}/status/{JOB}"
FOUND = read_scenario(FOLDER / "timegate-found-is-enough.toml")
COPIED = read_scenario(FOLDER / "timegate-always-wayback-has-it.toml")
ROOM = {"available": 8, "processing": 0, "daily_captures": 3, "daily_captures_limit": 40000}
TAKEN = {"url": ASKED.url, "job_id": JOB}
PENDING = {"job_id": JOB, "status": "pending", "resources": []}
SAVED = {"job_id": JOB, "status": "success", "timestamp": "20260921130000", "original_url": ASKED.url}
THROTTLED = {"job_id": JOB, "status": "error", "status_ext": "error:too-many-requests", "message": "later"}

pytestmark = pytest.mark.loopback


def tell(told: object, **fields: Any) -> bytes:
    return make_bytes({"type": "application/json", "body": json.dumps(told)} | fields)


USUAL = {USER_URL: [tell(ROOM)], SAVE: [tell(TAKEN)], STATUS: [tell(PENDING), tell(PENDING), tell(SAVED)]}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@contextmanager
def playing(answers: Mapping[str, list[bytes]], *, found: Any = FOUND) -> Iterator[SmallInternet]:
    with run_internet(extra={**found.make_extra(), **USUAL, **answers}, tls=certify()) as internet:
        yield internet


def run(folder: Path, internet: SmallInternet, clock: ToldClock | None = None, **options: Any) -> list[str]:
    """Archive the scenario's citation; gives what the Wayback Machine was asked, with `POST` before what was posted."""
    before = len(internet.requests)
    network = Network(
        resolver=internet.resolver, ssl_context=internet.ssl_context, clock=clock or ToldClock(1_790_000_000.0)
    )
    common: dict[str, Any] = {
        "contact": "desk@example.org",
        "allow_private": True,
        "robots": False,
        "save_page_now": True,
    }
    with Archive(folder, network=network, **(common | options)) as archive:
        archive.add(FOUND.citations)
        archive.run()
        has_keys(folder)  # while the database's log is still there
    has_keys(folder)
    asked = [request for request in internet.requests[before:] if request.host == "web.archive.org"]
    return [("POST " if request.head.startswith(b"POST ") else "") + request.url for request in asked]


def has_keys(folder: Path) -> None:
    """Fail where a key stands in any file: as it lies there, and unpacked."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"archive.db"} <= {path.name for path in files}
    for path in files:
        data = path.read_bytes()
        for held in (data, gzip.decompress(data) if path.suffix == ".gz" else b""):
            for word in (*KEYS.values(), "Authorization"):
                assert word.encode() not in held, path


def read_reasons(folder: Path) -> dict[str, str]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        rows = db.execute("SELECT source, question.reason FROM question WHERE source LIKE 'save%' ORDER BY link")
        return dict(rows.fetchall())


def test_a_post_that_is_there_is_saved_and_its_save_waited_for(tmp_path: Path) -> None:
    with playing({}) as internet:
        assert run(tmp_path, internet) == [USER_URL, f"POST {SAVE}", STATUS, STATUS, STATUS]
        assert run(tmp_path, internet) == []
    reasons = read_reasons(tmp_path)
    assert reasons["save-status"] == f"saved as https://web.archive.org/web/20260921130000/{ASKED.url}"
    assert not list(check(tmp_path))


def test_the_form_and_the_keys_are_sent_and_no_request_with_keys_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []

    def keep(tap: SpoolTap, data: bytes) -> None:
        sent.append(bytes(data))
        tap.sent += data

    monkeypatch.setattr(SpoolTap, "keep_sent", keep)
    with playing({}) as internet:
        run(tmp_path, internet)
        heads = [request.head for request in internet.requests if request.url.startswith(SAVE)]
        others = [request.head for request in internet.requests if not request.url.startswith(SAVE)]
    form = make_save_url(ASKED).partition("?")[2].encode()
    assert form in sent
    assert all(f"Authorization: LOW {KEYS[ACCESS]}:{KEYS[SECRET]}".encode() in head for head in heads)
    assert not any(b"Authorization" in head for head in others)
    post = next(head for head in heads if head.startswith(b"POST "))
    assert b"Content-Length: %d" % len(form) in post
    assert b"Content-Type: application/x-www-form-urlencoded" in post


def packed(body: bytes) -> bytes:
    data = gzip.compress(body)
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data)


@pytest.mark.parametrize(
    "echo",
    [
        tell({"message": f"you sent {KEYS[SECRET]}"}),
        tell(TAKEN, headers={"X-Your-Key": KEYS[ACCESS]}),
        tell(TAKEN, status=401, body=f"LOW%20{KEYS[ACCESS]}%3A{KEYS[SECRET]}"),
        packed(b"LOW " + KEYS[SECRET].encode()),
        KEYS[SECRET].encode(),
    ],
)
def test_keys_that_an_answer_repeats_are_not_kept(echo: bytes, tmp_path: Path) -> None:
    with playing({SAVE: [echo]}) as internet:
        assert run(tmp_path, internet)[:2] == [USER_URL, f"POST {SAVE}"]
    with playing({USER_URL: [echo]}) as internet:
        assert run(tmp_path / "other", internet) == [USER_URL]


def test_after_429_the_form_is_posted_again_later_and_not_at_once(tmp_path: Path) -> None:
    clock = ToldClock(1_790_000_000.0)
    with playing({SAVE: [tell({}, status=429), tell(TAKEN)]}) as internet:
        first = run(tmp_path, internet, clock)
        clock.time += 7200
        assert (*first, *run(tmp_path, internet, clock)).count(f"POST {SAVE}") == 2
    assert "saved as" in read_reasons(tmp_path)["save-status"]


@pytest.mark.parametrize("broken", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{", b"none\r\n\r\n"])
def test_a_form_that_got_no_whole_answer_is_not_posted_again_and_the_index_is_asked(
    broken: bytes, tmp_path: Path
) -> None:
    with playing({SAVE: [broken, tell(TAKEN)]}) as internet:
        assert run(tmp_path, internet) == [USER_URL, f"POST {SAVE}", make_check_url(ASKED)]
        assert run(tmp_path, internet) == []
    assert SENT in read_reasons(tmp_path)["save"]
    assert not list(check(tmp_path))


def test_a_form_that_was_under_way_when_the_run_was_killed_is_not_posted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Fetcher.fetch

    async def die(fetcher: Fetcher, url: str, **more: Any) -> Any:
        made = await real(fetcher, url, **more)
        if more.get("is_post"):
            made.received.close()
            raise ArchiveError("killed")
        return made

    with playing({}) as internet:
        with monkeypatch.context() as patch:
            patch.setattr(Fetcher, "fetch", die)
            with pytest.raises(ArchiveError, match="killed"):
                run(tmp_path, internet)
        assert run(tmp_path, internet) == [make_check_url(ASKED)]
    assert not list(check(tmp_path))


def test_a_throttled_page_is_waited_for_and_asked_for_again_a_few_times(tmp_path: Path) -> None:
    clock = ToldClock(1_790_000_000.0)
    other = {**TAKEN, "job_id": "spn2-other0other0"}
    answers = {
        SAVE: [tell(TAKEN), tell(other)],
        STATUS: [tell(THROTTLED)],
        f"{SAVE}/status/spn2-other0other0": [tell(SAVED)],
    }
    with playing(answers) as internet:
        assert run(tmp_path, internet, clock) == [USER_URL, f"POST {SAVE}", STATUS]
        clock.time += 600
        again = run(tmp_path, internet, clock)
        assert again == [USER_URL, f"POST {SAVE}", f"{SAVE}/status/spn2-other0other0"]
    assert "saved as" in read_reasons(tmp_path)["save-status"]


def test_a_page_that_is_throttled_for_ever_is_given_up_and_the_index_asked(tmp_path: Path) -> None:
    clock = ToldClock(1_790_000_000.0)
    jobs = [f"spn2-{number}0badcafe" for number in range(9)]
    answers = {SAVE: [tell({**TAKEN, "job_id": job}) for job in jobs]}
    with playing({**answers, **{f"{SAVE}/status/{job}": [tell(THROTTLED)] for job in jobs}}) as internet:
        asked: list[str] = []
        for _ in range(5):
            clock.time += 7200
            asked += run(tmp_path, internet, clock)
    assert asked.count(f"POST {SAVE}") == 3
    assert asked[-1] == make_check_url(ASKED)


def test_what_was_saved_is_known_again_when_the_database_is_lost(tmp_path: Path) -> None:
    with playing({}) as internet:
        run(tmp_path, internet)
        (tmp_path / "archive.db").unlink()
        assert run(tmp_path, internet) == []
    assert "saved as" in read_reasons(tmp_path)["save-status"]
    assert not list(check(tmp_path))


def test_what_was_saved_is_known_again_by_a_run_that_saves_nothing(tmp_path: Path) -> None:
    with playing({}) as internet:
        run(tmp_path, internet)
        (tmp_path / "archive.db").unlink()
        assert run(tmp_path, internet, save_page_now=False) == []
    assert "saved as" in read_reasons(tmp_path)["save-status"]


def test_an_error_is_not_believed_before_the_index_was_asked(tmp_path: Path) -> None:
    error = {"status": "error", "status_ext": "error:browsing-timeout", "job_id": JOB}
    with playing({STATUS: [tell(error)]}) as internet:
        assert run(tmp_path, internet) == [USER_URL, f"POST {SAVE}", STATUS, make_check_url(ASKED)]
    assert read_reasons(tmp_path)["save-status"].endswith("error:browsing-timeout")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (tell({**ROOM, "daily_captures": 40000}), "used up"),
        (tell({**ROOM, "available": 0}), "under way"),
        (tell({"message": "no"}, status=401), "keys are refused"),
        (tell([]), "not known"),
    ],
)
def test_nothing_is_posted_where_the_account_has_no_room(answer: bytes, why: str, tmp_path: Path) -> None:
    with playing({USER_URL: [answer]}) as internet:
        asked = run(tmp_path, internet, max_wait=1.0)
    assert f"POST {SAVE}" not in asked
    assert why in read_reasons(tmp_path)["save"]


def test_a_save_that_does_not_end_is_looked_at_for_an_hour(tmp_path: Path) -> None:
    clock = ToldClock(1_790_000_000.0)
    with playing({STATUS: [tell(PENDING)]}) as internet:
        asked = run(tmp_path, internet, clock, max_wait=7200.0)
    assert asked[-1] == make_check_url(ASKED)
    assert 20 < asked.count(STATUS) < 60
    assert "under way" in read_reasons(tmp_path)["save-status"]


def test_what_the_wayback_machine_has_is_not_saved(tmp_path: Path) -> None:
    with playing({}, found=COPIED) as internet:
        assert f"POST {SAVE}" not in run(tmp_path, internet, wayback="always")
    with playing({}) as internet:
        asked = run(tmp_path / "none", internet, wayback="always")
    assert asked.index(f"POST {SAVE}") > 2


def test_a_run_without_the_option_posts_nothing_and_leaves_what_waits(tmp_path: Path) -> None:
    with playing({USER_URL: [tell({**ROOM, "available": 0})]}) as internet:
        run(tmp_path, internet, max_wait=1.0)
    with playing({}) as internet:
        assert run(tmp_path, internet, ToldClock(1_790_009_000.0), save_page_now=False) == []
        assert f"POST {SAVE}" in run(tmp_path, internet, ToldClock(1_790_209_000.0))


def test_a_cited_link_that_looks_like_a_save_is_asked_for_without_keys(tmp_path: Path) -> None:
    with playing({}) as internet:
        network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=ToldClock())
        with Archive(tmp_path, network=network, allow_private=True, robots=False, save_page_now=True) as archive:
            archive.add_urls([make_save_url(ASKED), STATUS])
            archive.run()
        heads = [request.head for request in internet.requests]
    assert len(heads) == 2
    assert all(head.startswith(b"GET ") and b"Authorization" not in head for head in heads)


@pytest.mark.parametrize(
    "url", ["http://web.archive.org/save", "https://x.example/save", "https://web.archive.org:444/"]
)
def test_keys_go_to_one_host_only(url: str) -> None:
    async def fetch() -> Any:
        async with Fetcher(Policy(ports=frozenset({80, 443, 444})), user_agent="test/1") as fetcher:
            return await fetcher.fetch(url, keys=read_keys(KEYS), is_post=True)

    exchange = asyncio.run(fetch())
    assert (exchange.outcome, exchange.sent) == ("refused", b"")


@pytest.mark.parametrize("lost", [ACCESS, SECRET])
@pytest.mark.parametrize("value", [None, "", "short", "with blanks in it", "line\r\nX: breaks"])
def test_without_good_keys_there_is_advice_and_no_folder(
    lost: str, value: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(lost) if value is None else monkeypatch.setenv(lost, value)
    with pytest.raises(ArchiveError, match=lost) as raised:
        Archive(tmp_path / "new", save_page_now=True)
    assert not value or value not in str(raised.value)
    ended = CliRunner().invoke(app, ["archive", "https://t.co/a", "--to", str(tmp_path / "new"), "--save-page-now"])
    assert ended.exit_code == 2
    assert not (tmp_path / "new").exists()


def test_keys_are_not_shown() -> None:
    keys = Keys(access="visibleaccess", secret="visiblesecret")
    assert "visible" not in repr(keys) + str(keys)
