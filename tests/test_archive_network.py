"""Dead hosts, silent hosts, no network: which of them a run takes for which, and who is held up by whom."""

from __future__ import annotations

import asyncio
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from amberpost import Archive
from amberpost.archive import Network
from amberpost.archive.exchange.lookups import Endpoint
from amberpost.archive.exchange.urlpolicy import parse_target
from amberpost.archive.politeness.breaker import DOUBT, HOSTS, SILENCE, Canary
from amberpost.archive.politeness.manners import Manners, find_lane
from amberpost.archive.politeness.names import Names
from amberpost.archive.politeness.pace import Pace
from amberpost.archive.records import Exchange
from amberpost.archive.storing import StoreThread
from amberpost.archive.tallies import Summary
from amberpost.archive.turns import Turns
from amberpost.demo.internet import SmallInternet, run_internet
from exchanges import NOW, ToldClock, make_exchange, make_failure

pytestmark = pytest.mark.loopback
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
LIVE = [f"http://live{number:02}.example/" for number in range(40)]  # behind all others, by name
UNKNOWN = socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@contextmanager
def listening() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(128)
        yield server.getsockname()[1]


def run_among(
    folder: Path, internet: SmallInternet, strange: Sequence[str], answer: Callable[[], int], *, seconds: float
) -> Summary:
    """Ask the strange hosts, whose port is `answer()`, and the live ones, until these are captured or time is up."""

    async def resolve(host: str, port: int) -> Sequence[Endpoint]:
        if not host.startswith("live"):
            return [Endpoint("127.0.0.1", answer())]
        await asyncio.sleep(0.05)  # as a page takes longer than a name that is not there
        return await internet.resolver(host, port)

    heard: list[str] = []
    network = Network(resolver=resolve)
    with Archive(folder, contact="desk@example.org", allow_private=True, robots=False, network=network) as archive:
        archive.add_urls([*strange, *LIVE])

        def watch(event: Any) -> None:
            heard.append(event.url)
            if set(LIVE) <= set(heard):
                archive.stop(now=True)

        timer = threading.Timer(seconds, lambda: archive.stop(now=True))
        timer.start()
        try:
            return archive.run(watch=watch)
        finally:
            timer.cancel()


def test_silent_hosts_do_not_hold_up_the_others(tmp_path: Path) -> None:
    """Each of them would take a minute, and then another one."""
    silent = [f"http://a{number}.example/" for number in range(10)]
    with run_internet(extra=dict.fromkeys(LIVE, PAGE)) as internet, listening() as port:
        summary = run_among(tmp_path, internet, silent, lambda: port, seconds=30)
    assert (summary.counts.captured, summary.counts.pending) == (len(LIVE), len(silent))


def test_dead_names_at_the_beginning_are_no_dead_network(tmp_path: Path) -> None:
    def fail() -> int:
        raise UNKNOWN

    dead = [f"http://a{number}.example/" for number in range(HOSTS + 2)]
    with run_internet(extra=dict.fromkeys(LIVE, PAGE)) as internet:
        summary = run_among(tmp_path, internet, dead, fail, seconds=30)
    assert (summary.stopped, summary.counts.captured) == ("interrupted", len(LIVE))


def run_again_and_again(folder: Path, links: Sequence[str], *, live: Sequence[str], days: int) -> list[Summary]:
    """A run a day over links whose hosts are unknown names, but for the live ones; the names come in order."""
    clock = ToldClock()
    with run_internet(extra=dict.fromkeys(live, PAGE)) as internet:
        network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=clock)
        told = []
        for _ in range(days):
            with Archive(folder, contact="desk@example.org", allow_private=True, robots=False, network=network) as each:
                each.add_urls([*links, *live])
                told.append(each.run())
            clock.time += 86400
    return told


def test_dead_names_at_the_beginning_of_each_run_do_not_keep_it_from_the_others_for_ever(tmp_path: Path) -> None:
    dead = [f"http://a{number:02}.example/" for number in range(3 * HOSTS)]
    told = run_again_and_again(tmp_path, dead, live=LIVE[:2], days=3)
    assert (told[0].stopped, told[0].counts.captured) == ("network down", 0)
    assert told[-1].counts.captured == 2


def test_names_that_are_gone_settle_though_nobody_else_is_left_to_answer(tmp_path: Path) -> None:
    """What shows that the network works is a host that answered before: it is looked up, and not asked again."""
    told = run_again_and_again(tmp_path, ["http://b.example/", "http://z.example/"], live=LIVE[:1], days=10)
    assert [each.stopped for each in told] == ["done"] * 10
    assert (told[-1].counts.captured, told[-1].counts.failed, told[-1].counts.pending) == (1, 2, 0)


def test_names_that_are_known_are_no_servers_that_answer(tmp_path: Path) -> None:
    """Where names are known and nobody can be reached, the network is down all the same."""
    clock = ToldClock()

    async def resolve(host: str, _port: int) -> list[Endpoint]:
        if host == "a.example":
            raise UNKNOWN
        return [Endpoint("127.0.0.1", 1)]  # where nobody listens

    with run_internet(extra={LIVE[0]: PAGE}) as internet:
        network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=clock)
        with Archive(tmp_path, contact="desk@example.org", allow_private=True, robots=False, network=network) as first:
            first.add_urls(LIVE[:1])
            first.run()
    clock.time += 86400
    unreached = Network(resolver=resolve, clock=clock)
    with Archive(tmp_path, contact="desk@example.org", allow_private=True, robots=False, network=unreached) as second:
        second.add_urls(["http://a.example/", *(f"http://h{number:03}.example/" for number in range(60))])
        summary = second.run()
        tried = second.store.connection.execute("SELECT count(*) FROM link WHERE attempts > 0 AND state = 'pending'")
        assert summary.stopped == "network down"
        assert tried.fetchone()[0] <= 12


def test_of_those_who_answered_before_a_few_names_are_looked_up_once_a_minute_and_no_address() -> None:
    lanes = ["192.0.2.1", "[::1]", "127.1", "web.archive.org/cdx/", *(f"a{number}.example" for number in range(9))]
    asked: list[str] = []
    known: set[str] = set()

    async def knows(host: str) -> bool:
        asked.append(host)
        await asyncio.sleep(0)
        return host in known

    async def check(clock: ToldClock, names: Names) -> None:
        await asyncio.gather(names.check(), names.check())
        assert asked == ["web.archive.org", "a0.example", "a1.example"]
        known.add("a1.example")
        await names.check()
        assert (len(asked), canary.knows_names(clock.now())) == (3, False)
        clock.time += SILENCE
        await names.check()
        await names.check()
        assert (len(asked), canary.knows_names(clock.now()), canary.works(clock.now())) == (6, True, False)

    clock, canary = ToldClock(), Canary()
    asyncio.run(check(clock, Names(lanes, knows=knows, canary=canary, clock=clock)))


@pytest.mark.parametrize("hosts", [1, HOSTS - 1])
@pytest.mark.parametrize("code", [socket.EAI_AGAIN, socket.EAI_NONAME])
def test_of_few_hosts_none_that_could_be_reached_is_said_and_all_wait(tmp_path: Path, hosts: int, code: int) -> None:
    async def resolve(*_: object) -> Sequence[Endpoint]:
        raise socket.gaierror(code, "no network")

    with Archive(tmp_path, network=Network(resolver=resolve, clock=ToldClock())) as archive:
        archive.add([{"id": "7a", "links": [f"http://site{number}.example/" for number in range(hosts)]}])
        summary = archive.run()
        assert [tally.verdict for tally in archive.store.count_verdicts()] == ["unverifiable"]
    assert (summary.stopped, summary.counts.pending) == ("network seems down", hosts)


@pytest.mark.parametrize(
    "answer",
    [
        make_exchange(200),
        make_exchange(None, outcome="tls"),
        make_failure("connect", "connection refused"),
        make_exchange(None, outcome="timeout", address="192.0.2.1"),
    ],
)
def test_whoever_is_there_shows_that_the_network_is(answer: Exchange) -> None:
    pace = Pace(Manners())
    pace.note("a.example", make_failure("dns"), NOW)
    assert pace.canary.seems_down
    pace.note("b.example", answer, NOW)
    assert not pace.canary.seems_down


def test_those_who_were_asked_meanwhile_may_answer_but_not_for_long() -> None:
    canary = Canary(under_way=1)
    for number in range(HOSTS):
        assert canary.may_ask("new.example", NOW)
        assert not canary.is_in_doubt(NOW)
        canary.miss(f"a{number}.example", NOW)
    assert canary.is_in_doubt(NOW)
    assert [canary.is_down(NOW + later) for later in (-1, 0, DOUBT - 1, DOUBT)] == [True, False, False, True]
    canary.under_way = 0
    assert canary.is_down(NOW)


def test_in_doubt_only_lanes_that_were_taken_up_before_may_ask() -> None:
    canary = Canary(untried={"live.example"})
    for number in range(HOSTS):
        canary.miss(f"a{number}.example", NOW)
    assert [canary.may_ask(lane, NOW) for lane in ("live.example", "new.example")] == [True, False]
    assert not canary.may_ask("live.example", NOW + DOUBT)
    canary.untried.clear()
    assert canary.is_down(NOW)


def test_who_stops_a_run_need_not_wait_for_verdicts_on_what_was_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(*_: object) -> Sequence[Endpoint]:
        raise UNKNOWN

    network, links = Network(resolver=resolve, clock=ToldClock()), [f"http://a.example/{n}" for n in range(2000)]
    with Archive(tmp_path, network=network, robots=False) as archive:
        archive.add({"id": link, "links": [link]} for link in links)
        add_unjudged = archive.store.add_unjudged

        def stop_then() -> int:
            archive.stop()
            return add_unjudged()

        with monkeypatch.context() as patch:
            patch.setattr(archive.store, "add_unjudged", stop_then)
            assert archive.run().stopped == "interrupted"
        assert {tally.verdict for tally in archive.store.count_verdicts()} == {"unverifiable", None}
        archive.run()
        assert [tally.citations for tally in archive.store.count_verdicts()] == [len(links)]


class ToldLanes:
    """A store that knows which lanes have work."""

    def __init__(self, *lanes: str) -> None:
        self.lanes = sorted(lanes)

    async def next_lanes(self, after: str, _now: float, limit: int, **_: bool) -> list[str]:
        return [lane for lane in self.lanes if lane > after][:limit]


def test_a_lane_that_has_got_work_meanwhile_is_found_in_the_same_turn() -> None:
    """When nothing else is under way, and no patience is left to wait, the run would end without it."""
    storing, closed = ToldLanes("a.example", "m.example"), {"m.example"}
    turns = Turns(cast("StoreThread", storing))

    async def find() -> str | None:
        return await turns.find_lane(lambda: NOW, is_open=lambda lane, _now: lane not in closed)

    async def find_twice() -> str | None:
        assert await find() == "a.example"
        closed.add("a.example")
        storing.lanes = ["a.example", "c.example", "m.example"]
        return await find()

    assert asyncio.run(find_twice()) == "c.example"


def test_what_is_remembered_of_hostile_urls_stays_small() -> None:
    tracemalloc.start()
    try:
        begun, _ = tracemalloc.get_traced_memory()
        for number in range(200):
            parse_target(f"http://a{number}.example/" + "\N{MUSICAL SYMBOL G CLEF}" * 8000)
            find_lane(f"http://a{number}" + "b" * 100_000 + ".example/")
        grown = tracemalloc.get_traced_memory()[0] - begun
    finally:
        tracemalloc.stop()
    assert grown < 2 << 20
