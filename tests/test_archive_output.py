"""What a person sees of the archive's work: rates, spans, tables, and that nothing in them is obeyed by a terminal."""

from __future__ import annotations

import io
import signal
from typing import cast

import pytest
from rich.console import Console

from amberpost.archive.records import Outcome, State
from amberpost.archive.tallies import Event
from amberpost.commands.interrupts import Interrupts
from amberpost.commands.progress import ArchiveDisplay, Rates
from amberpost.commands.tables import describe_due, describe_span, make_table, parse_instant
from amberpost.models import Problem


def event(lane: str = "t.co", *, state: State = "captured", outcome: Outcome = "ok") -> Event:
    return Event(
        url="https://t.co/\x1b[2Ja",
        lane=lane,
        role="cited",
        state=state,
        reason="",
        outcome=outcome,
        status=301,
        seconds=0.1,
        size=9,
    )


def test_rates_are_those_of_the_last_seconds_not_of_the_whole_run() -> None:
    now = [0.0]
    rates = Rates(clock=lambda: now[0])
    for second in range(100):
        now[0] = float(second)
        rates.note(event("slow.example"))
    for _ in range(60):
        rates.note(event("fast.example"))
    look = rates.look(lanes=1)
    assert look.busiest == (("fast.example", 3.0),)
    assert look.rate == pytest.approx(4.05, abs=0.1)
    assert look.settled == 160


def test_a_link_that_waits_again_is_not_counted_as_done() -> None:
    rates = Rates()
    rates.note(event(state="pending", outcome="timeout"))
    look = rates.look()
    assert (look.settled, look.outcomes) == (0, (("timeout", 1),))


def test_nothing_is_said_in_a_pipe_but_problems_and_with_verbose_each_link_in_a_safe_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ArchiveDisplay(quiet=False, verbose=False) as display:
        display.watch(event())
    assert capsys.readouterr().err == ""
    with ArchiveDisplay(quiet=False, verbose=True) as display:
        display.watch(event())
        display.problem(Problem(source="\x1b]0;x\x07", reason="is empty", advice="remove it"))
    said = capsys.readouterr().err
    assert said == "captured ok 301 https://t.co/\\x1b[2Ja\nproblem: \\x1b]0;x\\x07: is empty (remove it)\n"
    assert display.problems == 1
    with ArchiveDisplay(quiet=True, verbose=True) as display:
        display.watch(event())
        display.problem(Problem(source="x", reason="is empty", advice="remove it"))
    assert (capsys.readouterr().err, display.problems) == ("", 1)
    display.name_problems([Problem(source="x", reason="is empty", advice="remove it")], more=1234)
    assert display.problems == 1236


def test_a_table_shows_cells_from_anywhere_as_text() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    console.print(make_table(("host", "links"), [("[red]a[/red]\x1b[2J\n\u202eb", 1234567)]))
    shown = cast(io.StringIO, console.file).getvalue()
    assert "[red]a[/red]\\x1b[2J \\u202eb" in shown
    assert "1,234,567" in shown
    assert "\x1b[2J" not in shown


@pytest.mark.parametrize("due", [1e300, -1e300, 4e11, float("inf"), float("nan")])
def test_a_time_that_no_calendar_has_breaks_nothing(due: float) -> None:
    assert parse_instant(due) is None
    assert describe_due(due, now=0.0) in ("never", "now")


def test_spans_are_said_in_their_largest_unit() -> None:
    assert [describe_span(seconds) for seconds in (0, 59.4, 60, 3599, 3600, 86400 * 400)] == [
        *("0 s", "59 s", "1 min", "60 min", "1 h", "400 d")
    ]


class Running:
    """Takes note of how it is told to stop."""

    def __init__(self) -> None:
        self.told: list[bool] = []

    def stop(self, *, now: bool = False) -> None:
        self.told.append(now)


def test_ctrl_c_once_finishes_twice_stops_and_a_third_breaks_off() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    running = Running()
    with Interrupts(running, show=lambda: True, quiet=True) as interrupts:
        signal.raise_signal(signal.SIGINT)
        assert running.told == [False]
        signal.raise_signal(signal.SIGINT)
        assert (running.told, interrupts.count) == ([False, True], 2)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert not interrupts.terminated
        signal.raise_signal(signal.SIGTERM)
        assert (interrupts.terminated, running.told[-1]) == (True, True)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_signal_that_the_shell_wants_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts(running := Running(), show=lambda: True, quiet=True):
            signal.raise_signal(signal.SIGINT)
        assert running.told == []
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
