"""The run as a whole, on the small internet: what is asked for, what waits, what is stored, and when it ends."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from amberpost import Archive, ArchiveBusy, ArchiveError, Article, find
from amberpost.archive import Network
from amberpost.archive.exchange.fetching import Fetcher
from amberpost.archive.exchange.lookups import Endpoint
from amberpost.archive.tallies import Event
from amberpost.demo.internet import SmallInternet, run_internet
from exchanges import ToldClock

pytestmark = pytest.mark.loopback
SEED = Path(__file__).resolve().parents[1] / "fixtures" / "articles" / "2024-11-29-aleppo.txt"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\nConnection: close\r\n\r\n<p>Rain.</p>"


def answer(status: str, *headers: str, body: str = "") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body.encode())}", "Connection: close", "", body]
    return "\r\n".join(lines).encode()


@contextmanager
def opened(
    folder: Path, internet: SmallInternet, *, clock: ToldClock | None = None, robots: bool = False, **options: Any
) -> Iterator[Archive]:
    network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=clock or ToldClock())
    common: dict[str, Any] = {"contact": "desk@example.org", "allow_private": True}
    with Archive(folder, robots=robots, network=network, **common, **options) as archive:
        yield archive


def warc_bytes(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted((folder / "warc").iterdir()))


def test_the_links_of_the_seed_lead_to_their_posts_and_are_known_without_a_network_then(tmp_path: Path) -> None:
    citations = find(Article(id="aleppo", text=SEED.read_text("utf-8")))
    with run_internet() as internet, opened(tmp_path, internet) as archive:
        assert archive.add(citations).citations == 7
        summary = archive.run()
    assert (summary.stopped, summary.counts.pending, summary.counts.failed, summary.next_due) == ("done", 0, 0, None)
    with Archive(tmp_path) as archive:
        for citation in citations:
            for link in citation.links:
                found = archive.resolve(link)
                assert found is not None
                assert found.state == "captured"
                assert f"/{citation.handle}/status/".lower() in found.final_url.lower()
                assert all(hop.capture for hop in found.hops)


def test_both_spellings_of_a_media_link_are_answered_by_one_request(tmp_path: Path) -> None:
    with run_internet() as internet, opened(tmp_path, internet) as archive:
        archive.add_urls(["pic.twitter.com/OPuov3B6Br", "https://t.co/OPuov3B6Br", "http://t.co/OPuov3B6Br"])
        archive.run()
        asked = [request.url for request in internet.requests if request.host == "t.co"]
        known = [archive.resolve(f"https://{host}/OPuov3B6Br") for host in ("pic.twitter.com", "t.co")]
    assert asked == ["https://t.co/OPuov3B6Br"]
    assert known[0] is not None
    assert known[1] is not None
    assert known[0].hops == known[1].hops


def test_a_second_run_asks_nobody_again(tmp_path: Path) -> None:
    with run_internet() as internet:
        for _ in range(2):
            with opened(tmp_path, internet) as archive:
                archive.add_urls(["https://t.co/02OQCDI90m"])
                archive.run()
        assert len(internet.requests) == len({request.url for request in internet.requests})


class DeadNetwork:
    """Names that nobody answers for, as on a machine without a network."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.asked: list[str] = []

    async def resolver(self, host: str, port: int) -> Sequence[Endpoint]:
        del port
        self.asked.append(host)
        raise socket.gaierror(self.code, "Name or service not known")


@pytest.mark.parametrize("code", [socket.EAI_AGAIN, socket.EAI_NONAME])
def test_without_a_network_every_link_waits_and_a_later_run_completes(tmp_path: Path, code: int) -> None:
    links = ["https://t.co/02OQCDI90m", *(f"http://site{n}.example/a" for n in range(40))]
    clock, dead = ToldClock(), DeadNetwork(code)
    with Archive(tmp_path, network=Network(resolver=dead.resolver, clock=clock)) as archive:
        archive.add_urls(links)
        summary = archive.run()
    assert summary.stopped == "network down"
    assert (summary.counts.pending, summary.counts.captured, summary.counts.failed) == (41, 0, 0)
    assert all(tally.state == "pending" for tally in summary.waiting)
    assert not list((tmp_path / "warc").iterdir()), "a record without bytes from a server"
    assert len(set(dead.asked)) < 25, "the attempts of all links were used up"

    clock.time += 8 * 3600
    pages = dict.fromkeys(links[1:], PAGE)
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, clock=clock) as archive:
        assert archive.run().counts.pending == 0


def test_a_server_that_asks_for_an_hour_is_left_alone_and_the_link_waits(tmp_path: Path) -> None:
    busy = {"http://busy.example/a": answer("503 Busy", "Retry-After: 3600"), "http://busy.example/b": PAGE}
    clock = ToldClock()
    with run_internet(extra=busy) as internet, opened(tmp_path, internet, clock=clock) as archive:
        archive.add_urls(busy)
        summary = archive.run()
        assert [request.url for request in internet.requests] == ["http://busy.example/a"]
    assert summary.counts.pending == 2
    assert summary.next_due is not None
    with run_internet(extra=busy) as internet, opened(tmp_path, internet, clock=clock) as archive:
        archive.run()
        assert not internet.requests, "the next run must remember it"


def test_a_short_wait_that_a_server_asks_for_is_waited_for_in_the_run(tmp_path: Path) -> None:
    url = "http://busy.example/a"
    clock = ToldClock()
    with run_internet(extra={url: answer("429 Slow", "Retry-After: 7")}) as internet:

        async def sleep(seconds: float) -> None:
            await ToldClock.sleep(clock, seconds)
            if sum(wait >= 6 for wait in clock.waits) == 2:
                internet.extra[url] = PAGE

        clock.sleep = sleep  # type: ignore[method-assign]
        with opened(tmp_path, internet, clock=clock, max_wait=60.0) as archive:
            archive.add_urls([url])
            assert archive.run().counts.captured == 1
            statuses = [capture.status for capture in archive.captures()]
    assert statuses == [429, 429, 200]
    assert all(wait < 9 for wait in clock.waits)


def test_requests_to_one_host_keep_their_distance(tmp_path: Path) -> None:
    pages = {f"http://slow.example/{n}": PAGE for n in range(5)}
    clock = ToldClock()
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, clock=clock) as archive:
        archive.add_urls(pages)
        begun = clock.now()
        archive.run()
    assert clock.now() - begun >= 4.0


def test_a_run_without_patience_for_the_next_turn_ends_and_does_not_spin(tmp_path: Path) -> None:
    pages = {f"http://slow.example/{n}": PAGE for n in range(3)}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, max_wait=0.5) as archive:
        archive.add_urls(pages)
        summary = archive.run(max_time=5.0)
    assert (summary.stopped, summary.counts.captured, summary.counts.pending) == ("done", 1, 2)


def test_a_redirect_loop_ends_and_is_called_one(tmp_path: Path) -> None:
    pages = {
        "http://loop.example/a": answer("302 Found", "Location: /b"),
        "http://loop.example/b": answer("302 Found", "Location: /a"),
    }
    with run_internet(extra=pages) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls(["http://loop.example/a"])
        summary = archive.run()
        loop = archive.resolve("http://loop.example/a")
    assert loop is not None
    assert (summary.stopped, summary.exchanges, loop.reason) == ("done", 2, "redirect loop")


def test_a_hop_to_a_forbidden_place_is_refused_and_the_hop_before_it_kept(tmp_path: Path) -> None:
    url = "http://trap.example/"
    pages = {url: answer("302 Found", "Location: ftp://files.example/a")}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls([url])
        archive.run()
        found = archive.resolve(url)
    assert found is not None
    assert (found.state, found.hops[0].status, found.final_url) == ("refused", 302, "ftp://files.example/a")


def test_robots_txt_is_asked_once_a_site_and_obeyed_by_pages_alone(tmp_path: Path) -> None:
    rules = "User-agent: *\nDisallow: /private/\n"
    pages = {
        "http://shy.example/robots.txt": answer("200 OK", "Content-Type: text/plain", body=rules),
        "http://shy.example/private/a": PAGE,
        "http://shy.example/open/a": PAGE,
        "http://shy.example/open/b": PAGE,
    }
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, robots=True) as archive:
        archive.add_urls([*list(pages)[1:], "https://t.co/02OQCDI90m"])
        archive.run()
        asked = [request.url for request in internet.requests]
        refused = archive.resolve("http://shy.example/private/a")
    assert asked.count("http://shy.example/robots.txt") == 1
    assert "http://shy.example/private/a" not in asked
    assert "https://t.co/robots.txt" not in asked
    assert refused is not None
    assert (refused.state, refused.reason) == ("refused", "robots.txt forbids it")
    assert b"Disallow: /private/" in warc_bytes(tmp_path)


def test_a_page_whose_robots_txt_cannot_be_had_settles_like_any_other(tmp_path: Path) -> None:
    broken = {"http://broken.example/robots.txt": answer("503 Broken"), "http://broken.example/a": PAGE}
    clock, told = ToldClock(), []
    with run_internet(extra=broken) as internet:
        for _ in range(16):
            with opened(tmp_path, internet, clock=clock, robots=True) as archive:
                archive.add_urls(["http://broken.example/a"])
                archive.run()
                found = archive.resolve("http://broken.example/a")
                told.append((found.state, found.reason) if found else None)
            clock.time += 4 * 86400
        assert {request.url for request in internet.requests} == {"http://broken.example/robots.txt"}
    assert told[0] == ("pending", "robots.txt: status 503")
    assert told[-1] == ("failed", "robots.txt: status 503")


def test_requisites_come_after_all_else(tmp_path: Path) -> None:
    html = (
        '<html><img src="/a.png"><link rel="stylesheet" href="/a.css"><script src="//cdn.example/a.js"></script></html>'
    )
    pages = {f"http://page.example/{n}": answer("200 OK", "Content-Type: text/html", body=html) for n in range(3)}
    pages |= {f"http://{name}": PAGE for name in ("page.example/a.png", "page.example/a.css", "cdn.example/a.js")}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, requisites=True) as archive:
        archive.add_urls(list(pages)[:3])
        archive.run()
        asked = [request.url for request in internet.requests if request.host == "page.example"]
        everything = {request.url for request in internet.requests}
    assert everything == set(pages)
    assert asked[3:] == ["http://page.example/a.png", "http://page.example/a.css"]


def test_limits_end_a_run_and_the_next_goes_on(tmp_path: Path) -> None:
    pages = {f"http://site{n}.example/": PAGE for n in range(20)}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, connections=2) as archive:
        archive.add_urls(pages)
        first = archive.run(limit=5)
        assert (first.stopped, first.links, first.counts.captured) == ("limit", 5, 5)
        second = archive.run(max_time=0.0)
        assert second.stopped == "max-time"
        assert archive.run().counts.captured == 20


def test_stop_finishes_what_is_under_way(tmp_path: Path) -> None:
    pages = {f"http://site{n}.example/": PAGE for n in range(200)}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet, connections=2) as archive:
        archive.add_urls(pages)
        heard: list[Event] = []

        def watch(event: Event) -> None:
            heard.append(event)
            archive.stop()

        summary = archive.run(watch=watch)
        assert summary.stopped == "interrupted"
        assert 0 < summary.counts.captured < 200
        assert summary.counts.captured == len(heard) == summary.links


def test_stop_now_drops_what_is_under_way_and_loses_nothing(tmp_path: Path) -> None:
    pages = {f"http://site{n}.example/": PAGE for n in range(200)}
    with run_internet(extra=pages) as internet:
        with opened(tmp_path, internet, connections=4) as archive:
            archive.add_urls(pages)
            archive.run(watch=lambda _: archive.stop(now=True))
        with opened(tmp_path, internet) as archive:
            assert archive.run().counts.captured == 200
            assert len({capture.url for capture in archive.captures()}) == 200


def test_another_process_is_told_at_once(tmp_path: Path) -> None:
    with Archive(tmp_path), pytest.raises(ArchiveBusy):
        Archive(tmp_path)


def test_a_disk_that_fails_ends_the_run_with_advice_and_the_links_still_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ArchiveError("the disk is full: free space and run again")

    pages = {f"http://site{n}.example/": PAGE for n in range(30)}
    with run_internet(extra=pages) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls(pages)
        with monkeypatch.context() as patch:
            patch.setattr(archive.store, "record", fail)
            with pytest.raises(ArchiveError, match="free space"):
                archive.run()
        assert archive.counts().pending == 30
        assert archive.run().counts.captured == 30


def test_only_failed_asks_again_for_what_was_settled(tmp_path: Path) -> None:
    url = "http://odd.example/"
    with run_internet(extra={url: b"SSH-2.0-OpenSSH_9.6\r\n"}) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls([url])
        assert archive.run().counts.failed == 1
        assert len(internet.requests) == 1
        archive.run()
        assert len(internet.requests) == 1
        internet.extra[url] = PAGE
        assert archive.run(only_failed=True).counts.captured == 1


def test_the_library_runs_in_any_thread(tmp_path: Path) -> None:
    states: list[str] = []

    def work() -> None:
        with run_internet() as internet, opened(tmp_path, internet) as archive:
            archive.add_urls(["https://t.co/02OQCDI90m"])
            states.append(archive.run().stopped)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert states == ["done"]


def test_a_stop_before_the_run_ends_it_as_it_begins(tmp_path: Path) -> None:
    with run_internet() as internet, opened(tmp_path, internet) as archive:
        archive.add_urls(["https://t.co/02OQCDI90m"])
        archive.stop()
        assert archive.run().stopped == "interrupted"
        assert not internet.requests
        assert archive.run().stopped == "done"


def test_rows_without_an_id_are_kept_apart_and_numbers_are_ids(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        rows = [{"url": "https://a.example/", "article": name} for name in ("one", "two")]
        added = archive.add([*rows, {"id": 7, "url": "https://b.example/"}])
        ids = [row[0] for row in archive.store.connection.execute("SELECT id FROM citation")]
    assert (added.citations, added.links) == (3, 2)
    assert "7" in ids


def test_a_fault_with_one_link_is_named_and_the_others_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {f"http://site{n}.example/": PAGE for n in range(5)}
    fetch = Fetcher.fetch

    async def stumble(self: Fetcher, url: str, **options: Any) -> Any:
        if url == "http://site2.example/":
            raise ZeroDivisionError("odd link")
        return await fetch(self, url, **options)

    monkeypatch.setattr(Fetcher, "fetch", stumble)
    with run_internet(extra=pages) as internet, opened(tmp_path, internet) as archive:
        archive.add_urls(pages)
        summary = archive.run()
    assert (summary.counts.captured, summary.counts.pending) == (4, 1)
    assert "ZeroDivisionError: odd link" in summary.waiting[0].reason


def test_the_library_runs_where_an_event_loop_is_running_already(tmp_path: Path) -> None:
    async def cell() -> str:
        with run_internet() as internet, opened(tmp_path, internet) as archive:
            archive.add_urls(["https://t.co/02OQCDI90m"])
            return archive.run().stopped

    assert asyncio.run(cell()) == "done"
