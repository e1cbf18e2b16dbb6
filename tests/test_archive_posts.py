"""Posts in the archive: identified, asked for once, judged; whatever ends a run, and whatever is lost."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from amberpost import Archive, Article, Citation, find
from amberpost.archive import Network
from amberpost.archive.care.check import check
from amberpost.archive.care.forget import forget
from amberpost.demo.internet import SmallInternet, run_internet
from amberpost.posts import Reading, Reply
from amberpost.sources import SOURCES, Source
from exchanges import ToldClock
from scenarios import certify

pytestmark = pytest.mark.loopback
SEED = Path(__file__).resolve().parents[1] / "fixtures" / "articles" / "2024-11-29-aleppo.txt"
SYNDICATION = "cdn.syndication.twimg.com"
_POSTS = "SELECT platform, post_id, outcome, reason, record FROM post ORDER BY platform, post_id"
_VERDICTS = (
    "SELECT citation, post_id, verdict, reasons, text FROM verdict LEFT JOIN post ON post.id = post ORDER BY citation"
)


@contextmanager
def opened(folder: Path, internet: SmallInternet, **options: Any) -> Iterator[Archive]:
    network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=ToldClock(1_790_000_000.0))
    common: dict[str, Any] = {"contact": "desk@example.org", "allow_private": True, "robots": False}
    with Archive(folder, network=network, **common, **options) as archive:
        yield archive


@pytest.fixture(scope="module")
def seed() -> list[Citation]:
    return list(find(Article(id="aleppo", text=SEED.read_text("utf-8"))))


def read_rows(folder: Path) -> tuple[list[Any], list[Any]]:
    """What the archive knows of posts and verdicts, without its own numbers, and without when counts were read."""
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        posts = [(*row, _without_time(record)) for *row, record in db.execute(_POSTS)]
        return posts, db.execute(_VERDICTS).fetchall()


def _without_time(record: str | None) -> object:
    return {name: value for name, value in json.loads(record or "{}").items() if name != "counted_at"}


def warc_bytes(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted((folder / "warc").iterdir()))


def test_each_citation_of_the_seed_article_ends_with_its_post_and_a_verdict(
    seed: list[Citation], tmp_path: Path
) -> None:
    with run_internet() as internet, opened(tmp_path, internet, media="images") as archive:
        archive.add(seed)
        assert archive.run().stopped == "done"
        asked = [request.url for request in internet.requests]
    posts, verdicts = read_rows(tmp_path)
    by_id = {row[0]: row for row in verdicts}
    for citation in seed:
        if citation.links:
            _, post_id, verdict, reasons, _ = by_id[citation.id]
            assert verdict == "same", reasons
            record = next(json_ for platform, found, outcome, _, json_ in posts if found == post_id and outcome)
            assert record["handle"] == citation.handle
            assert all(
                f"https://pbs.twimg.com/media/{link[-10:]}.png" in asked for link in citation.links if "pic" in link
            )
        else:
            assert by_id[citation.id][1:3] == (None, "unverifiable")
    assert {outcome for _, _, outcome, _, _ in posts} == {"found"}
    assert len(asked) == len(set(asked))
    assert not list(check(tmp_path))


def test_all_that_was_learned_comes_back_from_the_segments_alone(seed: list[Citation], tmp_path: Path) -> None:
    with run_internet() as internet:
        with opened(tmp_path, internet) as archive:
            archive.add(seed)
            archive.run()
        before = read_rows(tmp_path)
        (tmp_path / "archive.db").unlink()
        asked = len(internet.requests)
        with opened(tmp_path, internet) as archive:
            archive.add(seed)
            archive.run()
        assert len(internet.requests) == asked
    assert read_rows(tmp_path) == before
    assert len(before[1]) == len(seed)


def test_pictures_are_known_again_as_their_posts_when_the_database_is_lost_and_none_are_wanted_then(
    seed: list[Citation], tmp_path: Path
) -> None:
    query = "SELECT p.url, l.url FROM requisite JOIN link p ON p.id = page JOIN link l ON l.id = link ORDER BY 1, 2"
    with run_internet() as internet, opened(tmp_path, internet, media="images") as archive:
        archive.add(seed)
        archive.run()
        before = archive.store.connection.execute(query).fetchall()
    (tmp_path / "archive.db").unlink()
    with Archive(tmp_path) as archive:
        archive.add(seed)
        archive.learn()
        assert archive.store.connection.execute(query).fetchall() == before != []


def test_what_is_kept_of_old_copies_is_read_by_the_first_run_without_a_network_that_wants_them(
    seed: list[Citation], tmp_path: Path
) -> None:
    with run_internet() as internet, opened(tmp_path, internet) as archive:
        archive.add(seed)
        archive.run()
    asked = "SELECT count(*) FROM question WHERE source = 'cdx'"
    with Archive(tmp_path, wayback="always") as archive:
        archive.learn()
        assert archive.store.connection.execute(asked).fetchone()[0] > 0


def test_runs_that_end_after_each_link_come_to_the_same_as_one_that_does_not(
    seed: list[Citation], tmp_path: Path
) -> None:
    with run_internet() as internet, opened(tmp_path / "whole", internet) as archive:
        archive.add(seed)
        archive.run()
    with run_internet() as internet:
        for _ in range(60):
            with opened(tmp_path / "parts", internet) as archive:
                archive.add(seed)
                if archive.run(limit=1).stopped == "done":
                    break
        assert len(internet.requests) == len({request.url for request in internet.requests})
    assert read_rows(tmp_path / "parts") == read_rows(tmp_path / "whole")


def test_a_post_is_asked_for_once_however_many_cite_it(seed: list[Citation], tmp_path: Path) -> None:
    rows = [
        citation.model_dump(mode="json") | {"id": f"{citation.id}-{copy}", "article": f"{copy}.txt"}
        for copy in range(40)
        for citation in seed
    ]
    with run_internet() as internet, opened(tmp_path, internet) as archive:
        archive.add(rows)
        archive.run()
        asked = [request.url for request in internet.requests if request.host == SYNDICATION]
    posts, verdicts = read_rows(tmp_path)
    assert len(asked) == len(set(asked)) == len(posts)
    assert len(verdicts) == len(rows)


def test_without_a_network_each_citation_says_what_it_waits_for(seed: list[Citation], tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.add(seed)
        archive.learn()
    posts, verdicts = read_rows(tmp_path)
    assert posts == []
    assert {row[2] for row in verdicts} == {"unverifiable"}
    waiting = [row for row in verdicts if "pending" in row[3]]
    assert len(waiting) == sum(bool(citation.links) for citation in seed)


def test_a_citation_is_judged_by_how_its_links_stand_now_and_not_before_one_was_asked(tmp_path: Path) -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<p>Rain.</p>"
    pages = {f"http://site{number}.example/": page for number in range(3)}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, connections=1) as archive:
        archive.add([*({"url": url} for url in pages), {"text": "no link at all"}])
        archive.run(limit=1)
        stopped = [row[3] for row in read_rows(tmp_path)[1]]
        archive.run()
    finished = [row[3] for row in read_rows(tmp_path)[1]]
    assert (len(stopped), sum("is captured" in reasons for reasons in stopped)) == (2, 1)
    assert (len(finished), sum("is captured" in reasons for reasons in finished)) == (4, 3)


def test_an_answer_that_breaks_its_reader_leaves_the_others_alone(
    seed: list[Citation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = SOURCES["twitter"]
    broken: list[str] = []

    def read(reply: Reply, permalink: Any) -> Reading:
        if not broken or permalink.post_id in broken:
            broken.append(permalink.post_id)
            raise ZeroDivisionError("made up")
        return first.read(reply, permalink)

    monkeypatch.setitem(SOURCES, "twitter", (Source(first.name, first.make_url, read), *others))
    with run_internet() as internet, opened(tmp_path, internet) as archive:
        archive.add(seed)
        archive.run()
    posts, verdicts = read_rows(tmp_path)
    assert sorted({outcome for _, _, outcome, _, _ in posts}) == ["found", "unconfirmed"]
    assert any("ZeroDivisionError" in reason for _, _, _, reason, _ in posts)
    assert len(verdicts) == len(seed)


def test_what_a_table_has_for_no_value_does_not_end_the_run(tmp_path: Path) -> None:
    """NaN is no JSON: SQLite refused to read the citation's day, and each run ended there."""
    nothing = {"date": float("nan"), "article_date": [float("-inf")], "text": "Rain."}
    with run_internet() as internet, opened(tmp_path, internet) as archive:
        archive.add([{"id": "c1", "permalink": "https://x.com/adawren/status/1862485943811391923", **nothing}])
        assert archive.run().stopped == "done"
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        ((record,),) = db.execute("SELECT record FROM citation WHERE json_valid(record)").fetchall()
    assert json.loads(record) | {"permalink": "", "id": ""} == {
        "permalink": "",
        "id": "",
        "date": None,
        "article_date": [None],
        "text": "Rain.",
    }


TOOT = "https://harbour.example/@adawren/114448977100804242"


def deny(body: str) -> bytes:
    head = f"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


@pytest.mark.parametrize("body", ['{"error": "Record not found"}', '{"error": "\\ud800"}'])
def test_what_one_server_denies_at_three_addresses_is_not_gone(body: str, tmp_path: Path) -> None:
    """A server of Mastodon's says 404 of private posts, too; and whatever it says can be kept."""
    pages = {TOOT: deny(""), "https://harbour.example/api/v1/statuses/114448977100804242": deny(body)}
    with run_internet(extra=pages, tls=certify()) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls([TOOT])
        assert archive.run().stopped == "done"
        assert sum("/api/oembed" in request.url for request in internet.requests) == 1
    ((_, _, outcome, reason, _),) = read_rows(tmp_path)[0]
    assert (outcome, reason.count("404")) == ("unconfirmed", 3)
    assert not list(check(tmp_path))


def test_an_account_that_is_forgotten_leaves_no_word_and_no_verdict(seed: list[Citation], tmp_path: Path) -> None:
    handle = "Charles_Lister"
    with run_internet() as internet:
        with opened(tmp_path, internet, media="images") as archive:
            archive.add(seed)
            archive.run()
        forget(tmp_path, handle=handle)
        posts, verdicts = read_rows(tmp_path)
        assert not any(handle in str(row) for row in (*posts, *verdicts))
        for word in (b"Charles_Lister", b"MANPADS"):
            assert word not in warc_bytes(tmp_path)
            assert word not in (tmp_path / "archive.db").read_bytes()
        assert not list(check(tmp_path))
        asked = len(internet.requests)
        with opened(tmp_path, internet) as archive:
            archive.add(seed)
            archive.run()
        assert len(internet.requests) == asked
    assert not any(handle in str(row) for rows in read_rows(tmp_path) for row in rows)
