"""`amberpost archive` broken off and looked at: Ctrl-C, closed pipes, what a terminal shows while it runs."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from amberpost import Archive
from amberpost.demo.internet import SmallInternet
from archivecommand import USUAL, archive, queue, read_terminal, run

pytestmark = pytest.mark.loopback


CHILD = """
import sys
from functools import partial
from amberpost import Archive, cli
from amberpost.commands import archive as archivecommand
from amberpost.archive import Network
from amberpost.demo.internet import run_internet
from amberpost.demo.load import Load
fast = b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok"
with run_internet(load=Load(hosts=20, delay=float(sys.argv.pop(1))), extra={"http://a.test/": fast}) as internet:
    network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context)
    archivecommand.Archive = partial(Archive, network=network)
    cli.main()
"""


class Child:
    """The command in a process of its own, over an internet whose pages come late, but that of `a.test` at once."""

    def __init__(self, delay: float, kept: Path, *arguments: str, stderr: int = subprocess.PIPE) -> None:
        urls = ["http://a.test/", *(f"http://host{number:03}.test/page/{number}" for number in range(12))]
        command = [
            sys.executable,
            "-c",
            CHILD,
            str(delay),
            "archive",
            *urls,
            "--to",
            str(kept),
            "-v",
            *USUAL,
            *arguments,
        ]
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"}
        self.process = subprocess.Popen(command, stderr=stderr, text=True, env=environment)
        self.said = ""

    def read_until(self, words: str) -> None:
        assert self.process.stderr
        while words not in self.said and (line := self.process.stderr.readline()):
            self.said += line
        assert words in self.said

    def send(self, number: signal.Signals) -> float:
        self.process.send_signal(number)
        return time.monotonic()

    def end(self) -> int:
        assert self.process.stderr
        self.said += self.process.stderr.read()
        self.process.stderr.close()
        return self.process.wait(20)


def test_ctrl_c_once_finishes_what_is_in_flight_and_the_rest_waits(kept: Path) -> None:
    child = Child(0.7, kept, "--connections", "2")
    child.read_until("http://a.test/")
    child.send(signal.SIGINT)
    assert child.end() == 75, child.said
    assert "Ctrl-C again stops now" in child.said
    assert "stopped: interrupted" in child.said
    with Archive(kept) as kept_archive:
        captured = sum(1 for _ in kept_archive.captures())
        assert 1 <= captured < 13
    assert run("check", kept).exit_code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_twice_and_sigterm_stop_now_and_lose_nothing(number: signal.Signals, kept: Path) -> None:
    child = Child(50.0, kept)
    child.read_until("http://a.test/")
    begun = child.send(number)
    if number == signal.SIGINT:
        child.read_until("Ctrl-C again stops now")
        begun = child.send(number)
    assert child.end() == (130 if number == signal.SIGINT else 143), child.said
    assert time.monotonic() - begun < 3
    assert "Traceback" not in child.said
    states = queue(kept)
    assert (states.pop("a.test"), len(states), set(states.values())) == ("captured", 12, {"pending"})
    assert run("check", kept).exit_code == 0


def test_ctrl_c_while_links_are_taken_in_says_to_run_again_with_the_same_input(kept: Path) -> None:
    command = [sys.executable, "-c", CHILD, "0", "archive", "-", "--to", str(kept), *USUAL]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write("http://a.test/\n" * 3)
        process.stdin.flush()
        until = time.monotonic() + 20
        while not (kept / "index").is_dir() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == (
            "amberpost: stopped while links were taken in; run again with the same input\n"
        )
        assert process.wait(20) == 75
    assert run("check", kept).exit_code == 0


def test_a_closed_standard_error_does_not_stop_a_run(kept: Path) -> None:
    child = Child(0.0, kept)
    assert child.process.stderr
    child.process.stderr.close()
    assert child.process.wait(20) == 0
    assert set(queue(kept).values()) == {"captured"}


def test_a_closed_pipe_is_no_error(internet: SmallInternet, kept: Path) -> None:
    done = archive(*(f"http://host{number}.test/" for number in range(1500)), "--to", kept, "--offline")
    assert (done.exit_code, internet.connections) == (75, 0)
    command = [sys.executable, "-c", "from amberpost.cli import main; main()", "status", str(kept)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith('{"lane":')
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
        assert process.wait(20) == 0


def test_on_a_terminal_progress_and_the_table_are_shown(kept: Path) -> None:
    ours, theirs = pty.openpty()
    child = Child(0.4, kept, stderr=theirs)
    os.close(theirs)
    shown = b"".join(iter(partial(read_terminal, ours), b"")).decode()
    os.close(ours)
    assert child.process.wait(20) == 0
    assert "busiest hosts" in shown
    assert re.search(r"\d+ of \d+ links", shown)
    assert "outcome of this run" in shown
    assert "0 problems" in shown
