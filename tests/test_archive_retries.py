"""What is tried again and how long it waits: all statuses, all outcomes, every form of Retry-After; nothing sleeps."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberpost.archive.politeness.retries import Fate, Retrying, describe_failure, find_wait, judge
from amberpost.archive.politeness.retryafter import LONGEST, parse_retry_after
from amberpost.archive.records import Exchange, Outcome
from exchanges import NOW, ToldClock, make_exchange, make_failure

RETRIED = {408, 425, 429, 500, 502, 503, 504, 598, 599} | set(range(520, 531))
FORMS = [
    json.loads(line) for line in (Path(__file__).parent / "data" / "retry_after.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("status", range(100, 600))
def test_only_statuses_that_say_not_now_are_tried_again(status: int) -> None:
    expected = Fate.RETRY if status in RETRIED else Fate.DONE
    assert judge(make_exchange(status)) is expected
    assert judge(make_exchange(status, outcome="too-large")) is expected
    assert judge(make_exchange(status, outcome="truncated")) is Fate.RETRY


@pytest.mark.parametrize(
    ("outcome", "reason", "fate"),
    [
        ("refused", "a private address", Fate.REFUSED),
        ("dns", "DNS does not answer for now", Fate.RETRY),
        ("dns", "no such host", Fate.LATER),
        ("connect", "refused", Fate.RETRY),
        ("timeout", "no such host", Fate.RETRY),
        ("truncated", "the server closed without an answer", Fate.RETRY),
        ("tls", "certificate has expired", Fate.FAILED),
        ("protocol", "no HTTP", Fate.FAILED),
    ],
)
def test_each_failure_has_one_fate(outcome: Outcome, reason: str, fate: Fate) -> None:
    assert judge(make_failure(outcome, reason)) is fate
    assert describe_failure(make_failure(outcome, reason), NOW).reason == f"{outcome}: {reason}"


def test_unknown_names_are_known_by_the_word_that_the_wire_uses() -> None:
    from amberpost.archive.exchange.wire import NO_SUCH_HOST

    assert judge(make_failure("dns", NO_SUCH_HOST)) is Fate.LATER


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["note"])
def test_each_form_of_retry_after_is_read_as_its_table_says(form: dict[str, object]) -> None:
    values = form["values"]
    assert isinstance(values, list)
    assert parse_retry_after(values, NOW) == form["wait"]


def test_the_table_of_forms_is_long_enough() -> None:
    assert len(FORMS) >= 18


@given(
    st.lists(st.text() | st.from_regex(r"[A-Za-z]{3,9},? ?[\d\w: -]{0,30}( GMT)?"), max_size=3), st.floats(-1e12, 1e12)
)
def test_any_text_is_a_bounded_wait_or_none(values: list[str], now: float) -> None:
    wait = parse_retry_after(values, now)
    assert wait is None or 0 <= wait <= LONGEST


def test_very_long_numbers_are_read_without_an_error() -> None:
    assert parse_retry_after(["9" * 10_000], NOW) == LONGEST
    assert parse_retry_after(["0" * 10_000 + "7"], NOW) == 7


@pytest.mark.parametrize("status", [301, 302, 307, 429, 503])
def test_retry_after_counts_where_http_gives_it_a_meaning(status: int) -> None:
    assert find_wait(make_exchange(status, ("retry-AFTER", "7")), NOW) == 7


@pytest.mark.parametrize("status", [200, 404, 500, 502])
def test_retry_after_counts_nowhere_else(status: int) -> None:
    assert find_wait(make_exchange(status, ("Retry-After", "7")), NOW) is None


def run(
    answers: list[Exchange],
    clock: ToldClock,
    *,
    attempts: int = 4,
    seconds: float = 120.0,
    pick: Callable[[float, float], float] = max,
    gives_up: Callable[[], bool] = lambda: False,
) -> list[Exchange]:
    """What was asked for, with the answers in order; `pick` is `max` so that each wait is the longest it may be."""
    left: Iterator[Exchange] = iter(answers)

    async def fetch() -> Exchange:
        return next(left)

    retrying = Retrying(attempts=attempts, seconds=seconds, clock=clock, pick=pick)
    return list(asyncio.run(retrying.run(fetch, gives_up=gives_up)))


BUSY, FOUND = make_exchange(503), make_exchange(200)


def test_an_answer_is_not_asked_for_again() -> None:
    clock = ToldClock()
    assert run([FOUND, BUSY], clock) == [FOUND]
    assert clock.waits == []


def test_waits_double_and_the_last_failure_is_a_record() -> None:
    clock = ToldClock()
    assert run([BUSY] * 4, clock) == [BUSY] * 4
    assert clock.waits == [1, 2, 4]


def test_waits_never_pass_a_minute() -> None:
    clock = ToldClock()
    run([BUSY] * 9, clock, attempts=9, seconds=1000)
    assert clock.waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_waits_are_drawn_from_nothing_up_to_their_longest() -> None:
    clock = ToldClock()
    drawn: list[tuple[float, float]] = []

    def pick(low: float, high: float) -> float:
        drawn.append((low, high))
        return high / 4

    run([BUSY] * 3, clock, attempts=3, pick=pick)
    assert drawn[:2] == [(0, 1), (0, 2)]
    assert clock.waits == [0.25, 0.5]


def test_a_server_is_not_asked_before_it_wants_to_be() -> None:
    clock = ToldClock()
    asks = make_exchange(429, ("Retry-After", "30"))
    assert run([asks, asks, FOUND], clock) == [asks, asks, FOUND]
    assert clock.waits == [31, 31]


def test_a_wait_that_would_pass_the_budget_is_not_begun() -> None:
    clock = ToldClock()
    asks = make_exchange(429, ("Retry-After", "100"))
    assert run([asks, FOUND], clock, seconds=60) == [asks]
    assert clock.waits == []
    assert run([BUSY] * 4, ToldClock(), seconds=3) == [BUSY] * 3


def test_the_time_that_fetching_takes_is_not_given_twice() -> None:
    clock = ToldClock()

    async def fetch() -> Exchange:
        clock.time += 50
        return BUSY

    made = asyncio.run(Retrying(clock=clock, seconds=120, pick=max).run(fetch))
    assert len(made) == 3
    assert clock.waits == [1, 2]


def test_a_lane_that_begins_to_rest_ends_the_attempts() -> None:
    clock = ToldClock()
    assert run([BUSY, BUSY, FOUND], clock, gives_up=lambda: bool(clock.waits)) == [BUSY, BUSY]


@pytest.mark.parametrize("outcome", ["tls", "protocol", "refused"])
def test_what_is_settled_is_not_asked_again(outcome: Outcome) -> None:
    clock = ToldClock()
    assert len(run([make_failure(outcome), FOUND], clock)) == 1
    assert clock.waits == []


def test_cancelling_is_not_swallowed() -> None:
    async def fetch() -> Exchange:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(Retrying(clock=ToldClock()).run(fetch))


def test_an_error_of_ours_is_not_retried() -> None:
    asked = []

    async def fetch() -> Exchange:
        asked.append(1)
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        asyncio.run(Retrying(clock=ToldClock()).run(fetch))
    assert len(asked) == 1
