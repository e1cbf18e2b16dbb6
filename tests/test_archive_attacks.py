"""What a hostile tester found in the archive, each thing as it was found: by its public names."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from amberpost import Archive, ArchiveDamaged, ArchiveError
from amberpost.archive import Network
from amberpost.archive.care.check import check
from amberpost.archive.care.forget import forget
from amberpost.archive.disk.notes import LONGEST_NOTE, parse_note
from amberpost.archive.exchange.lookups import Endpoint
from amberpost.archive.exchange.requisites import find_in_page
from amberpost.archive.politeness.manners import Manners
from amberpost.archive.politeness.pace import Pace
from amberpost.archive.records import LaneState
from amberpost.archive.tallies import Event
from amberpost.demo.internet import SmallInternet, run_internet
from amberpost.models import Problem
from amberpost.warcfile import read_records
from exchanges import ToldClock
from test_archive_run import PAGE, answer, opened

loopback = pytest.mark.loopback
HTML = "Content-Type: text/html"


def find_problems(folder: Path) -> list[str]:
    return [problem.reason for problem in check(folder)]


@loopback
def test_a_redirect_to_an_address_in_octal_does_not_end_the_run(tmp_path: Path) -> None:
    """httpx raises on `010.010.010.010`; and whoever sends it here would stop every later run as well."""
    pages = {
        "http://evil.example/": answer("302 Found", "Location: http://010.010.010.010/"),
        "http://a.example/": PAGE,
    }
    with run_internet(extra=pages) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls([*pages, "http://011.0x9.2313/"])
        assert archive.run().stopped == "done"
        found = archive.resolve("http://evil.example/")
        assert found is not None
        assert [hop.url for hop in found.hops] == ["http://evil.example/", "http://8.8.8.8/"]


LONG_PAGE = "".join(f'<img src="/{"x" * 150}{number}.png">' for number in range(300))
LONG_NOTES: Mapping[str, bytes] = {
    "many parts": answer("200 OK", HTML, body=LONG_PAGE),
    "a long target": answer("302 Found", f"Location: http://far.example/{'ä' * 8000}"),
}


@loopback
@pytest.mark.parametrize("name", LONG_NOTES)
def test_a_note_longer_than_a_block_is_read_whole(name: str, tmp_path: Path) -> None:
    """Read in part, it made `check` complain of a sound archive, and an archive without its database unopenable."""
    pages = {"http://a.example/": LONG_NOTES[name]}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, requisites=True) as archive:
        archive.add_urls(pages)
        archive.run(limit=1)
        links = archive.counts().links
    assert find_problems(tmp_path) == []
    for path in tmp_path.glob("archive.db*"):
        path.unlink()
    with Archive(tmp_path) as archive:
        assert (archive.store.adopted.captures, archive.counts().links) == (1, links)
    assert find_problems(tmp_path) == []


@loopback
def test_forgetting_finds_what_a_long_note_names(tmp_path: Path) -> None:
    body = LONG_PAGE + '<img src="https://x.com/adawren/status/1862485943811391923/photo.jpg">'
    pages = {"http://a.example/": answer("200 OK", HTML, body=body)}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, requisites=True) as archive:
        archive.add_urls(pages)
        archive.run(limit=1)
    assert any("adawren" in target for target in read_requisites(tmp_path))
    assert forget(tmp_path, handle="adawren").links == 1
    assert len(read_requisites(tmp_path)) == 300
    assert find_problems(tmp_path) == []


def read_requisites(folder: Path) -> list[str]:
    """The parts of pages that the notes in the segments name."""
    found: list[str] = []
    for path in (folder / "warc").iterdir():
        with path.open("rb") as file:
            for item in read_records(file):
                assert not isinstance(item, Problem)
                if (item.target or "").startswith("urn:amberpost:outcome:"):
                    note = parse_note(item.read_whole(LONGEST_NOTE).decode())
                    assert note is not None
                    found += [new.url for new in note.requisites]
    return found


def test_what_a_page_needs_is_no_longer_than_a_url_may_be() -> None:
    page = f'<img src="/{"ä" * 4000}"><img src="/b.png">'
    assert list(find_in_page("http://a.example/", page)) == ["http://a.example/b.png"]


@pytest.mark.parametrize("href", ["javascript:1", "http://[bad", "data:,x", "mailto:a@a.example"])
def test_a_base_that_is_no_web_address_counts_for_nothing(href: str) -> None:
    page = f'<base href="{href}"><img src="b.png">'
    assert list(find_in_page("http://a.example/c/", page)) == ["http://a.example/c/b.png"]


@pytest.mark.parametrize(
    "url",
    [
        "https://News.example/a#part",
        "https://news.example",
        "HTTPS://news.example/ä?ö",
        "http://news.example:80/x",
        "news.example/a",
        " https://news.example/a ",
        "https://x.com/#!/adawren/status/20",
        "https://pic.twitter.com/OPuov3B6Br",
        "http://0x09090909/",
        "https://news.example/\ud800",
    ],
)
def test_what_was_added_is_resolved_in_the_same_words(url: str, tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.add([{"id": "1", "links": [url]}])
        found = archive.resolve(url)
    assert found is not None
    assert found.state == "pending"


@pytest.mark.parametrize(
    "links", ["[broken", "[" * 100_000, ("https://a.example/",), {"https://a.example/"}, 5, float("nan"), [None, 1]]
)
def test_links_of_any_shape_are_taken_in(links: object, tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        assert archive.add([{"id": "1", "links": links, "url": "https://b.example/"}]).citations == 1
        assert archive.resolve("https://b.example/") is not None
    assert find_problems(tmp_path) == []


def test_a_list_of_urls_is_no_string_and_its_empty_lines_are_no_urls(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        with pytest.raises(TypeError, match="list of URLs"):
            archive.add_urls("https://a.example/")
        assert archive.add_urls(["", "\n", "https://a.example/\n"]).links == 1


@pytest.mark.parametrize("options", [{"connections": 0}, {"max_bytes": 0}, {"max_bytes": -5}, {"max_wait": -1.0}])
def test_limits_that_keep_nothing_are_refused(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="give"):
        Archive(tmp_path, **options)


def slowly(internet: SmallInternet, seconds: float, *, prefix: str = "") -> Network:
    """A network on which it takes so long to find hosts with that prefix."""

    async def resolve(host: str, port: int) -> Sequence[Endpoint]:
        await asyncio.sleep(seconds if host.startswith(prefix) else 0)
        return await internet.resolver(host, port)

    return Network(resolver=resolve)


@loopback
def test_the_turn_is_taken_when_the_connection_is_free(tmp_path: Path) -> None:
    """With fewer connections than hosts, a turn taken while waiting for one brought two requests at once."""
    slow = {f"http://slow{number}.example/": PAGE for number in range(2)}
    pages = {f"http://a.example/{number}": PAGE for number in range(3)}
    with run_internet(extra=slow | pages) as internet:
        network = slowly(internet, 0.6, prefix="slow")
        options: dict[str, Any] = {"contact": "desk@example.org", "allow_private": True, "robots": False}
        with Archive(tmp_path, connections=1, rate=4, network=network, **options) as archive:
            archive.add_urls([*pages, *slow])
            archive.run()
        times = internet.find_times("a.example")
    assert len(times) == 3
    assert min(after - before for before, after in pairwise(times)) > 0.2


@loopback
def test_who_waits_for_a_connection_when_the_run_is_stopped_has_not_begun(tmp_path: Path) -> None:
    pages = {f"http://site{number}.example/": PAGE for number in range(20)}
    with run_internet(extra=pages) as internet:
        options: dict[str, Any] = {"contact": "desk@example.org", "allow_private": True, "robots": False}
        with Archive(tmp_path, connections=1, network=slowly(internet, 0.2), **options) as archive:
            archive.add_urls(pages)
            archive.run(watch=lambda _: archive.stop())
        assert len(internet.requests) < 10


@loopback
@pytest.mark.parametrize("limit", [5, 7])
def test_a_limit_is_reached_exactly(limit: int, tmp_path: Path) -> None:
    """Links that waited for their turn when the last one was begun were dropped."""
    pages = {f"http://site{number % 3}.example/{number}": PAGE for number in range(30)}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, connections=50) as archive:
        archive.add_urls(pages)
        summary = archive.run(limit=limit)
        assert (summary.stopped, summary.links, len(internet.requests)) == ("limit", limit, limit)


@loopback
def test_a_rest_is_known_to_the_next_run_though_this_one_is_killed(tmp_path: Path) -> None:
    pages = {"http://a.example/": answer("503 Busy", "Retry-After: 3600"), "http://a.example/2": PAGE}
    kept: list[LaneState] = []

    def watch(_: Event) -> None:
        kept.extend(archive.store.lanes())

    with run_internet(extra=pages) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls(pages)
        archive.run(watch=watch)
    assert kept[0].name == "a.example"
    assert kept[0].until >= ToldClock().now() + 3600


def test_a_lane_that_has_nothing_more_to_remember_is_not_remembered(tmp_path: Path) -> None:
    """A host that failed five times and then answered stayed on trial in every later run."""
    with Archive(tmp_path) as archive:
        archive.store.save_lanes([LaneState(name=name, next_at=1.0, failures=5, until=2.0) for name in "ab"])
        archive.store.save_lanes([LaneState(name="b", next_at=1.0, failures=1, until=2.0)])
        assert [(lane.name, lane.failures) for lane in archive.store.lanes()] == [("b", 1)]


@pytest.mark.parametrize("until", [0.0, 9e9])
def test_waits_end_after_a_clock_was_set_back_while_they_lasted(until: float) -> None:
    """Each wait was short, but there was no end of them until the old time was reached again."""
    clock = ToldClock()
    pace = Pace(Manners(contact="desk@example.org"), clock=clock)
    pace.restore([LaneState(name="a.example", next_at=clock.now() + 86400, failures=0, until=0.0)], clock.now())
    pace._lanes["a.example"].until = until
    asyncio.run(asyncio.wait_for(pace.turn("a.example"), 5))
    assert sum(clock.waits) <= (6 * 3600 if until else 1)


@loopback
def test_what_was_refused_is_asked_again_on_request(tmp_path: Path) -> None:
    pages = {
        "http://a.example/robots.txt": answer("200 OK", "Content-Type: text/plain", body="User-agent: *\nDisallow: /"),
        "http://a.example/": PAGE,
        "http://b.example:8080/": PAGE,
    }
    with run_internet(extra=pages) as internet:
        with opened(tmp_path, internet, robots=True) as archive:
            archive.add_urls(["http://a.example/", "http://b.example:8080/"])
            assert archive.run().counts.refused == 2
        with opened(tmp_path, internet, ports=[8080]) as archive:
            assert archive.run().counts.refused == 2
            assert archive.run(only_failed=True).counts.refused == 0


@loopback
def test_a_chain_that_was_not_followed_to_its_end_is_no_success(tmp_path: Path) -> None:
    pages = {f"http://a.example/{number}": answer("302 Found", f"Location: /{number + 1}") for number in range(15)}
    pages["http://b.example/"] = answer("302 Found", "Location: /x", "Location: /y")
    with run_internet(extra=pages) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls(["http://a.example/0", "http://b.example/"])
        archive.run()
        found = [archive.resolve(url) for url in ("http://a.example/0", "http://b.example/")]
    assert [each and (each.state, each.reason) for each in found] == [
        ("failed", "more than 10 redirects"),
        ("failed", "several Location headers that differ"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM meta WHERE key = 'key'",
        "UPDATE meta SET value = 'zz' WHERE key = 'key'",
        "UPDATE meta SET value = '../../x' WHERE key = 'archive'",
        "INSERT INTO meta VALUES('forgetting', '{oops')",
        "INSERT INTO meta VALUES('forgetting', '5')",
        "INSERT INTO meta VALUES('forgetting', '[5, null]')",
        "INSERT INTO meta VALUES('forgetting', '[\"../../x\"]')",
        "INSERT INTO segment VALUES('amberpost-0badcafe-000001.warc.gz', 'x', 0, '', '', 0)",
    ],
)
def test_a_database_that_was_tampered_with_is_named(change: str, tmp_path: Path) -> None:
    Archive(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as database:
        database.execute(change)
        database.commit()
    with pytest.raises(ArchiveDamaged):
        Archive(tmp_path)
    assert find_problems(tmp_path)
