"""How often whom: the table as it was agreed, lanes, rates, Retry-After, the breaker, the canary; nothing sleeps."""

from __future__ import annotations

import asyncio
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberpost.archive.politeness.breaker import FAILURES, HOSTS, REST, SILENCE, Canary
from amberpost.archive.politeness.manners import NO_LANE, SERVICES, Manners, find_lane, find_service
from amberpost.archive.politeness.pace import Pace
from amberpost.archive.records import Exchange, LaneState
from amberpost.models import ArchiveError
from exchanges import NOW, ToldClock, make_exchange, make_failure

CONTACT = "desk@archive.example"
LANE = "news.example"


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("https://news.example/a", "news.example"),
        ("HTTP://News.EXAMPLE.:8080?a", "news.example"),
        ("https://www.news.example/", "www.news.example"),
        ("https://user:word@news.example/", "news.example"),
        ("https://t.co/02OQCDI90m", "t.co"),
        ("https://ｔ.co/02OQCDI90m", "t.co"),
        ("https://not-t.co/a", "not-t.co"),
        ("https://cdn.syndication.twimg.com/tweet-result?id=20", "cdn.syndication.twimg.com"),
        ("https://publish.twitter.com/oembed?url=a", "publish.x.com"),
        ("https://publish.x.com/oembed?url=a", "publish.x.com"),
        ("https://web.archive.org/cdx/search/cdx?url=a", "web.archive.org/cdx/"),
        ("https://web.archive.org/web/2024id_/https://a.example/", "web.archive.org/web/"),
        ("https://web.archive.org/save?url=a", "web.archive.org/save"),
        ("https://web.archive.org/save/status/user", "web.archive.org/save/status/"),
        ("https://web.archive.org/about", "web.archive.org"),
        ("https://web.archive.org?/cdx/", "web.archive.org"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https://[2001:DB8::1]:443/a", "[2001:db8::1]"),
        ("https://", NO_LANE),
        ("javascript:alert(1)", NO_LANE),
        ("", NO_LANE),
    ],
)
def test_each_url_has_the_lane_of_its_host_or_service(url: str, lane: str) -> None:
    assert find_lane(url) == lane


@given(st.text() | st.text(alphabet="htps:/@[]?#\\.%a1ü。\x00\ud800").map("https://".__add__))
def test_any_text_has_a_lane(url: str) -> None:
    assert find_lane(url)


@pytest.mark.parametrize(
    ("lane", "a_minute"),
    [
        ("news.example", 60),
        ("t.co", 120),
        ("cdn.syndication.twimg.com", 60),
        ("publish.x.com", 60),
        ("web.archive.org/cdx/", 24),
        ("web.archive.org/web/", 300),
        ("web.archive.org/save", 5),
        ("web.archive.org/save/status/", 30),
        ("web.archive.org", 60),
    ],
)
def test_the_table_is_the_one_that_was_agreed(lane: str, a_minute: float) -> None:
    assert 60 / Manners(contact=CONTACT).find_seconds(lane) == pytest.approx(a_minute)
    assert 60 / Manners().find_seconds(lane) == pytest.approx(a_minute / 2)


def test_connections_are_one_but_for_mementos() -> None:
    manners = Manners(contact=CONTACT)
    assert {service.name for service in SERVICES if service.connections > 1} == {"web.archive.org/web/"}
    assert manners.find_connections(LANE) == 1


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ArchiveError, match="requests a second"):
        Manners(contact=CONTACT, rate=rate)


def test_faster_needs_a_contact() -> None:
    with pytest.raises(ArchiveError, match="give a contact"):
        Manners(rate=2)
    with pytest.raises(ArchiveError, match="give a contact"):
        Manners(rate=1.01, contact="  ")
    assert Manners(rate=4, contact=CONTACT).find_seconds(LANE) == 0.25
    assert Manners(rate=4, contact=CONTACT).find_seconds("t.co") == 0.25


def test_nobody_is_faster_than_what_a_service_enforces() -> None:
    manners = Manners(rate=100, contact=CONTACT)
    assert manners.find_seconds("web.archive.org/cdx/") == 2.5
    assert Manners(rate=0.1, contact=CONTACT).find_seconds("web.archive.org/cdx/") == 10


def test_slower_is_free() -> None:
    assert Manners(rate=0.1).find_seconds(LANE) == Manners(rate=0.1, contact=CONTACT).find_seconds(LANE) == 10
    assert Manners(rate=1).find_seconds(LANE) == 2  # halved, like all rates without a contact


def test_the_warning_is_there_without_a_contact_alone() -> None:
    assert Manners(contact=CONTACT).warning is None
    assert "contact" in (Manners().warning or "")


def pace(clock: ToldClock | None = None, *, rate: float | None = None) -> Pace:
    return Pace(Manners(contact=CONTACT, rate=rate), clock=clock or ToldClock())


def take_turns(pace: Pace, clock: ToldClock, *lanes: str) -> list[float]:
    async def turns() -> list[float]:
        taken = []
        for lane in lanes:
            await pace.turn(lane)
            taken.append(clock.now() - NOW)
        return taken

    return asyncio.run(turns())


def test_turns_of_a_lane_are_a_second_apart_and_lanes_do_not_wait_for_each_other() -> None:
    clock = ToldClock()
    assert take_turns(pace(clock), clock, "a", "a", "b", "a", "t.co", "t.co") == [0, 1, 1, 2, 2, 2.5]
    assert clock.waits == [1, 1, 0.5]


def test_several_who_wait_for_a_lane_get_one_turn_each() -> None:
    clock = ToldClock()
    shared = pace(clock)
    taken: list[float] = []

    async def worker() -> None:
        await shared.turn(LANE)
        taken.append(clock.now() - NOW)

    async def together() -> None:
        await asyncio.gather(*(worker() for _ in range(5)))

    asyncio.run(together())
    assert taken == sorted(taken)
    assert all(later - earlier >= 1 for earlier, later in pairwise(taken))


def test_retry_after_holds_for_the_whole_lane_and_no_other() -> None:
    shared = pace()
    shared.note(LANE, make_exchange(429, ("Retry-After", "40")), NOW)
    assert shared.wait_seconds(LANE, NOW + 10) == 30
    assert shared.is_resting(LANE, NOW + 39)
    assert not shared.is_resting(LANE, NOW + 40)
    assert shared.wait_seconds("other.example", NOW) == 0


def test_an_answer_to_another_worker_does_not_end_a_rest_that_was_asked_for() -> None:
    shared = pace()
    shared.note(LANE, make_exchange(503, ("Retry-After", "40")), NOW)
    shared.note(LANE, make_exchange(200), NOW)
    shared.note(LANE, make_exchange(429, ("Retry-After", "5")), NOW)
    assert shared.wait_seconds(LANE, NOW) == 40


def test_a_redirect_may_ask_to_wait_too() -> None:
    shared = pace()
    shared.note("t.co", make_exchange(301, ("Retry-After", "9")), NOW)
    assert shared.wait_seconds("t.co", NOW) == 9


def test_wayback_rests_after_a_429_that_names_no_time() -> None:
    shared = pace()
    shared.note("web.archive.org/cdx/", make_exchange(429), NOW)
    shared.note(LANE, make_exchange(429), NOW)
    assert shared.wait_seconds("web.archive.org/cdx/", NOW) == find_service("web.archive.org/cdx/").rest > 60
    assert shared.wait_seconds(LANE, NOW) == 0


FAILING = [
    make_failure("connect"),
    make_failure("timeout"),
    make_exchange(200, outcome="truncated"),
    make_exchange(500),
]


@pytest.mark.parametrize("failing", FAILING, ids=lambda exchange: exchange.outcome)
def test_a_lane_rests_at_the_fifth_failure_in_a_row(failing: Exchange) -> None:
    shared = pace()
    for at in range(FAILURES):
        assert not shared.is_resting(LANE, NOW + at)
        shared.note(LANE, failing, NOW + at)
    assert shared.wait_seconds(LANE, NOW + 4) == REST == 300


@pytest.mark.parametrize("answer", [make_exchange(200), make_exchange(404), make_exchange(301)])
def test_any_answer_ends_the_row(answer: Exchange) -> None:
    shared = pace()
    for _ in range(3):
        for _ in range(FAILURES - 1):
            shared.note(LANE, FAILING[0], NOW)
        shared.note(LANE, answer, NOW)
    assert not shared.is_resting(LANE, NOW)


@pytest.mark.parametrize("settled", [make_failure("tls"), make_failure("protocol"), make_failure("refused")])
def test_what_settles_a_link_says_nothing_about_its_lane(settled: Exchange) -> None:
    shared = pace()
    for _ in range(20):
        shared.note(LANE, settled, NOW)
    assert not shared.is_resting(LANE, NOW)


def broken() -> Pace:
    shared = pace()
    for _ in range(FAILURES):
        shared.note(LANE, FAILING[0], NOW)
    return shared


def test_after_its_rest_a_lane_gets_one_trial() -> None:
    shared = broken()
    later = NOW + REST
    assert shared.wait_seconds(LANE, later) == 0
    shared.take(LANE, later)
    assert shared.wait_seconds(LANE, later + 2) == REST - 2  # the others


def test_a_trial_that_goes_well_opens_the_lane() -> None:
    shared = broken()
    shared.take(LANE, NOW + REST)
    shared.note(LANE, make_exchange(200), NOW + REST)
    assert shared.wait_seconds(LANE, NOW + REST) == 1
    shared.note(LANE, FAILING[0], NOW + REST)
    assert not shared.is_resting(LANE, NOW + REST)


def test_a_trial_that_fails_begins_another_rest() -> None:
    shared = broken()
    shared.take(LANE, NOW + REST)
    shared.note(LANE, FAILING[0], NOW + REST + 50)
    assert shared.wait_seconds(LANE, NOW + REST + 50) == REST


def test_unknown_names_count_while_it_may_be_the_network() -> None:
    shared = pace()
    unknown = make_failure("dns", "no such host")
    for _ in range(FAILURES):
        shared.note(LANE, unknown, NOW)
    assert shared.is_resting(LANE, NOW)
    shared.note("other.example", make_exchange(200), NOW)
    for _ in range(2 * FAILURES):
        shared.note("dead.example", unknown, NOW)
    assert not shared.is_resting("dead.example", NOW)


@pytest.mark.parametrize("failure", [make_failure("dns"), make_failure("connect"), make_failure("timeout")])
def test_five_hosts_without_an_answer_mean_that_the_network_is_down(failure: Exchange) -> None:
    shared = pace()
    for at in range(HOSTS):
        assert not shared.canary.is_down(NOW)
        shared.note(f"s{at}.example", failure, NOW)
    assert shared.canary.is_down(NOW)


def test_one_host_that_fails_often_is_not_the_network() -> None:
    shared = pace()
    for _ in range(50):
        shared.note(LANE, make_failure("dns"), NOW)
    assert not shared.canary.is_down(NOW)


@pytest.mark.parametrize(
    "answer",
    [
        make_exchange(200),
        make_exchange(500),
        make_exchange(None, outcome="tls"),
        make_exchange(200, outcome="truncated"),
    ],
)
def test_any_server_that_answers_shows_that_the_network_works(answer: Exchange) -> None:
    shared = pace()
    for at in range(HOSTS - 1):
        shared.note(f"s{at}.example", make_failure("connect"), NOW)
    shared.note(LANE, answer, NOW)
    shared.note("s9.example", make_failure("connect"), NOW)
    assert not shared.canary.is_down(NOW)
    assert shared.canary.works(NOW + SILENCE)
    assert not shared.canary.is_down(NOW + 2 * SILENCE)  # what failed before the answer no longer counts


def test_the_canary_believes_an_answer_for_a_minute() -> None:
    canary = Canary()
    assert not canary.works(NOW)
    canary.hear(NOW)
    for at in range(HOSTS):
        canary.miss(f"s{at}.example", NOW)
    assert not canary.is_down(NOW + SILENCE)
    assert canary.is_down(NOW + SILENCE + 1)
    assert not canary.works(NOW - 1)  # the clock was set back


def test_a_server_that_accepts_and_is_silent_is_no_dead_network() -> None:
    shared = pace()
    for at in range(2 * HOSTS):
        shared.note(f"s{at}.example", make_failure("timeout", sent=b"GET / HTTP/1.1\r\n\r\n"), NOW)
    assert not shared.canary.is_down(NOW)


def test_what_a_lane_was_told_is_remembered_across_runs() -> None:
    before = broken()
    before.note("t.co", make_exchange(429, ("Retry-After", "900")), NOW)
    before.note("other.example", make_exchange(200), NOW)
    before.take("a.example", NOW)
    states = list(before.find_states(NOW))
    assert {state.name for state in states} == {LANE, "t.co", "a.example"}
    after = pace()
    after.restore(states, NOW + 10)
    assert after.wait_seconds("t.co", NOW + 10) == 890
    assert after.wait_seconds(LANE, NOW + 10) == 290
    after.take(LANE, NOW + 300)
    assert after.is_resting(LANE, NOW + 301)  # still one trial


def test_a_clock_that_was_set_back_strands_no_lane() -> None:
    shared = pace()
    ten_years = 315_360_000.0
    state = LaneState(name=LANE, next_at=NOW + ten_years, failures=0, until=NOW + ten_years)
    shared.restore([state], NOW)
    assert shared.wait_seconds(LANE, NOW) == 1
    shared.take("b.example", NOW)
    assert shared.wait_seconds("b.example", NOW - ten_years) == 1
    shared.note("c.example", make_exchange(429, ("Retry-After", "60")), NOW)
    assert shared.wait_seconds("c.example", NOW - ten_years) <= 6 * 3600


def test_lanes_that_wait_for_nothing_are_forgotten() -> None:
    shared = pace()
    answer = make_exchange(200)
    shared.note("t.co", make_exchange(429, ("Retry-After", "21600")), NOW)
    tracemalloc.start()
    for at in range(100_000):
        shared.take(f"s{at}.example", NOW + at / 100)
        shared.note(f"s{at}.example", answer, NOW + at / 100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20
    assert shared.is_resting("t.co", NOW + 1000)
