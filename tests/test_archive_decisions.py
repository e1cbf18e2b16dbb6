"""What becomes of a link: the table of outcomes, what settles and when, and that nothing settles without a network."""

from __future__ import annotations

import pytest

from amberpost.archive.decisions import decide, decide_failure, decide_permission
from amberpost.archive.politeness.retries import describe_failure
from amberpost.archive.politeness.robots import Permission
from amberpost.archive.records import MOST_REDIRECTS, Decision, Exchange, Link, NewLink, Outcome, Role
from exchanges import HTML, NOW, PAGE, make_exchange, make_failure

HOUR, DAY = 3600.0, 86400.0
NO_SUCH_HOST = make_failure("dns", "no such host")


def make_link(
    *,
    role: Role = "cited",
    depth: int = 0,
    attempts: int = 0,
    failing_since: float | None = None,
    reason: str = "",
    url: str = PAGE,
) -> Link:
    return Link(
        id=1,
        url=url,
        role=role,
        depth=depth,
        lane="news.example",
        reason=reason,
        attempts=attempts,
        failing_since=failing_since,
    )


def find_refusal(url: str) -> str | None:
    return "a private address" if "127.0.0.1" in url else "not http" if not url.startswith("http") else None


def settle(
    exchange: Exchange, link: Link | None = None, *, now: float = NOW, works: bool = True, requisites: bool = False
) -> Decision:
    return decide(
        link or make_link(),
        [exchange],
        now,
        find_refusal=find_refusal,
        with_requisites=requisites,
        network_works=works,
    )


@pytest.mark.parametrize("status", range(100, 600))
def test_each_status_is_an_answer_or_waits_and_none_is_gone(status: int) -> None:
    waits = {408, 425, 429, 500, 502, 503, 504, 598, 599} | set(range(520, 531))
    assert settle(make_exchange(status)).state == ("pending" if status in waits else "captured")


@pytest.mark.parametrize(
    ("exchange", "state", "reason"),
    [
        (make_exchange(404), "captured", ""),
        (make_exchange(410), "captured", ""),
        (make_exchange(999), "captured", ""),
        (make_exchange(200, outcome="too-large", reason="more than 9 bytes"), "captured", "more than 9 bytes"),
        (
            make_exchange(200, outcome="truncated", reason="the server closed"),
            "pending",
            "truncated: the server closed",
        ),
        (make_exchange(503), "pending", "status 503"),
        (make_failure("dns", "DNS does not answer for now"), "pending", "dns: DNS does not answer for now"),
        (make_failure("connect", "refused"), "pending", "connect: refused"),
        (make_failure("timeout", "late"), "pending", "timeout: late"),
        (make_failure("tls", "expired"), "failed", "tls: expired"),
        (make_failure("protocol", "no HTTP"), "failed", "protocol: no HTTP"),
        (make_failure("refused", "private"), "refused", "refused: private"),
    ],
)
def test_each_outcome_has_its_state_and_its_reason(exchange: Exchange, state: str, reason: str) -> None:
    decision = settle(exchange)
    assert (decision.state, decision.reason) == (state, reason)


def test_the_last_exchange_decides() -> None:
    assert (
        decide(make_link(), [make_exchange(503), make_exchange(200)], NOW, find_refusal=find_refusal).state
        == "captured"
    )
    assert decide(make_link(), [], NOW, find_refusal=find_refusal).next_at > NOW


def run_daily(exchange: Exchange, *, days: float, works: bool = True) -> tuple[Decision, float, int]:
    """Decide as long as the link waits, asking again whenever it is due; the last decision, the days, the attempts."""
    link, now, asked = make_link(), NOW, 0
    while True:
        decision = settle(exchange, link, now=now, works=works)
        asked += 1
        if decision.state != "pending" or now > NOW + days * DAY:
            return decision, (now - NOW) / DAY, asked
        assert now < decision.next_at <= now + 7 * DAY
        link = make_link(attempts=asked, failing_since=decision.failing_since, reason=decision.reason)
        now = decision.next_at


def test_waits_grow_from_an_hour_to_a_week() -> None:
    link, now, waits = make_link(), NOW, []
    for _ in range(9):
        decision = settle(make_failure("connect"), link, now=now)
        waits.append((decision.next_at - now) / HOUR)
        link, now = make_link(failing_since=decision.failing_since), decision.next_at
    assert waits == [1, 6, 24, 48, 96, 168, 168, 168, 168]


def test_an_unknown_name_settles_after_three_tells_and_a_week() -> None:
    decision, days, asked = run_daily(NO_SUCH_HOST, days=365)
    assert decision.state == "failed"
    assert decision.reason == "no such host (told 3 of 3 times while others were known)"
    assert 7 <= days <= 15
    assert asked >= 3


def test_two_tells_do_not_settle_however_long_they_lie_apart() -> None:
    first = settle(NO_SUCH_HOST)
    later = make_link(attempts=99, failing_since=first.failing_since, reason=first.reason)
    second = settle(NO_SUCH_HOST, later, now=NOW + 100 * DAY)
    assert (second.state, second.reason[:30]) == ("pending", "no such host (told 2 of 3 time")
    third = make_link(attempts=99, failing_since=second.failing_since, reason=second.reason)
    assert settle(NO_SUCH_HOST, third, now=NOW + 101 * DAY).state == "failed"


def test_three_tells_within_a_week_do_not_settle() -> None:
    link = make_link(attempts=50, failing_since=NOW - 6.9 * DAY, reason="no such host (told 3 of 3 times while ...)")
    assert settle(NO_SUCH_HOST, link).state == "pending"


def test_another_failure_between_begins_the_count_anew() -> None:
    link = make_link(attempts=3, failing_since=NOW - 20 * DAY, reason="connect: refused")
    decision = settle(NO_SUCH_HOST, link)
    assert decision.failing_since == NOW
    assert "told 1 of 3" in decision.reason


@pytest.mark.parametrize(
    "failure", [NO_SUCH_HOST, make_failure("dns", "x"), make_failure("connect"), make_failure("timeout")]
)
def test_nothing_settles_while_the_network_is_down(failure: Exchange) -> None:
    decision, days, asked = run_daily(failure, days=1000, works=False)
    assert decision.state == "pending"
    assert days > 1000
    assert asked > 100
    assert failure is not NO_SUCH_HOST or "told 0 of 3" in decision.reason


@pytest.mark.parametrize(
    "exchange", [make_exchange(503), make_exchange(200, outcome="truncated"), make_failure("connect")]
)
def test_any_other_failure_settles_after_a_month_and_eight_attempts(exchange: Exchange) -> None:
    decision, days, asked = run_daily(exchange, days=365)
    assert decision.state == "failed"
    assert 30 <= days <= 40
    assert asked >= 8
    few = make_link(attempts=6, failing_since=NOW - 300 * DAY)
    assert settle(exchange, few).state == "pending"


def test_a_server_that_answers_needs_no_other_witness() -> None:
    link = make_link(attempts=20, failing_since=NOW - 31 * DAY)
    assert settle(make_exchange(503), link, works=False).state == "failed"
    assert settle(make_failure("connect"), link, works=False).state == "pending"


def test_a_clock_that_was_set_back_makes_no_link_older_or_stranded() -> None:
    link = make_link(attempts=20, failing_since=NOW + 4000 * DAY)
    decision = settle(make_failure("connect"), link)
    assert (decision.state, decision.failing_since, decision.next_at) == ("pending", NOW, NOW + HOUR)


@pytest.mark.parametrize(
    ("asked", "since", "wait"),
    [
        ("600", NOW, 600),
        ("0", NOW, 60),
        ("21600", NOW, 21600),
        ("600", NOW - 2 * HOUR, 6 * HOUR),
        ("99999", NOW - 2 * HOUR, 6 * HOUR),
    ],
)
def test_retry_after_sets_the_next_time_at_first_and_shortens_nothing_later(
    asked: str, since: float, wait: float
) -> None:
    decision = settle(make_exchange(429, ("Retry-After", asked)), make_link(failing_since=since))
    assert decision.next_at - NOW == wait


def hop(url: str, depth: int = 1, role: Role = "hop") -> NewLink:
    return NewLink(url=url, role=role, depth=depth, lane="other.example")


def moved(url: str) -> Exchange:
    return make_exchange(301, ("Location", url))


def test_a_redirect_leads_to_a_link_of_its_own() -> None:
    decision = settle(moved("https://other.example/a"), make_link(depth=3))
    assert (decision.state, decision.reason) == ("captured", "")
    assert decision.target == hop("https://other.example/a", 4)


def test_what_a_requisite_leads_to_is_one_too() -> None:
    assert settle(moved("https://other.example/a"), make_link(role="requisite")).target == hop(
        "https://other.example/a", role="requisite"
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [("http://127.0.0.1/", "a private address"), ("javascript:alert(1)", "not http"), ("file:///etc", "not http")],
)
def test_a_forbidden_target_is_kept_and_refused(url: str, reason: str) -> None:
    decision = settle(moved(url))
    assert decision.state == "captured"
    assert decision.target is not None
    assert (decision.target.url, decision.target.state, decision.target.reason) == (url, "refused", reason)


def test_a_media_link_is_fetched_as_the_short_link_of_its_code() -> None:
    target = settle(moved("https://pic.twitter.com/OPuov3B6Br")).target
    assert target is not None
    assert (target.url, target.lane) == ("https://t.co/OPuov3B6Br", "t.co")


def test_the_tenth_redirect_is_followed_and_the_eleventh_is_not() -> None:
    tenth = settle(moved("https://other.example/a"), make_link(depth=MOST_REDIRECTS - 1))
    assert tenth.target is not None
    assert tenth.target.depth == 10
    eleventh = settle(moved("https://other.example/a"), make_link(depth=MOST_REDIRECTS))
    assert (eleventh.state, eleventh.target, eleventh.reason) == ("captured", None, "more than 10 redirects")


def test_a_loop_is_a_target_like_any_other() -> None:
    decision = settle(moved(PAGE))
    assert decision.target is not None
    assert decision.target.url == PAGE


def test_answers_of_tco_that_disagree_are_kept_without_a_target() -> None:
    body = b'<meta http-equiv=refresh content="0;url=https://a.example/"><title>https://b.example/</title>'
    decision = settle(make_exchange(200, HTML, body=body, url="https://t.co/02OQCDI90m"))
    assert (decision.state, decision.target, decision.reason) == ("captured", None, "t.co answers disagree")


def test_a_redirect_whose_body_broke_off_waits_but_leads_on() -> None:
    exchange = make_exchange(301, ("Location", "https://other.example/a"), outcome="truncated")
    decision = settle(exchange)
    assert (decision.state, decision.target) == ("pending", hop("https://other.example/a"))


IMAGES = b"<img src=/a.png><img src=http://127.0.0.1/b.png>"


def test_requisites_are_queued_only_when_asked_for_and_judged_too() -> None:
    exchange = make_exchange(200, HTML, body=IMAGES)
    assert settle(exchange).requisites == ()
    first, second = settle(exchange, requisites=True).requisites
    assert (first.url, first.role, first.depth, first.state) == (
        "https://news.example/a.png",
        "requisite",
        0,
        "pending",
    )
    assert (second.state, second.reason) == ("refused", "a private address")


@pytest.mark.parametrize("role", ["requisite", "robots"])
def test_requisites_of_requisites_are_not_asked_for(role: Role) -> None:
    exchange = make_exchange(200, HTML, body=IMAGES)
    assert settle(exchange, make_link(role=role), requisites=True).requisites == ()


@pytest.mark.parametrize("body", [b"<meta http-equiv=refresh content=0;/x>"])
@pytest.mark.parametrize("status", [200, 404])
def test_a_page_that_moves_on_or_is_an_error_needs_nothing(body: bytes, status: int) -> None:
    exchange = make_exchange(status, HTML, body=IMAGES + (body if status == 200 else b""))
    assert settle(exchange, requisites=True).requisites == ()


def permit(outcome: Outcome, reason: str = "why") -> Permission:
    return Permission("open", describe_failure(make_failure(outcome, reason), NOW))


@pytest.mark.parametrize(
    ("permission", "state", "reason"),
    [
        (Permission("forbidden"), "refused", "robots.txt forbids it"),
        (permit("connect"), "pending", "robots.txt: connect: why"),
        (permit("timeout"), "pending", "robots.txt: timeout: why"),
        (permit("protocol"), "pending", "robots.txt: protocol: why"),
        (permit("tls"), "failed", "robots.txt: tls: why"),
        (permit("refused"), "refused", "robots.txt: refused: why"),
        (
            permit("dns", "no such host"),
            "pending",
            "robots.txt: no such host (told 1 of 3 times while others were known)",
        ),
    ],
)
def test_a_link_waits_or_settles_with_its_robots_txt(permission: Permission, state: str, reason: str) -> None:
    decision = decide_permission(make_link(), permission, NOW)
    assert decision is not None
    assert (decision.state, decision.reason) == (state, reason)


@pytest.mark.parametrize("state", ["allowed", "unknown"])
def test_a_link_that_may_be_asked_for_is_not_decided(state: str) -> None:
    assert decide_permission(make_link(), Permission(state), NOW) is None  # type: ignore[arg-type]


def test_tells_are_counted_through_robots_txt_as_well() -> None:
    failure = describe_failure(NO_SUCH_HOST, NOW)
    link = make_link(
        failing_since=NOW - 8 * DAY, reason="robots.txt: no such host (told 2 of 3 times while others ...)"
    )
    assert decide_failure(link, failure, NOW).state == "failed"
