"""`amberpost check` and `forget` as a person meets them, and what the help of all commands of the archive shows."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from amberpost.demo.internet import SmallInternet
from archivecommand import archive, parse_examples, queue, read_terminal, run

pytestmark = pytest.mark.loopback


def test_check_names_each_problem_with_its_place(internet: SmallInternet, citations: Path, kept: Path) -> None:
    assert archive(citations, "--to", kept).exit_code == 0
    sound = run("check", kept)
    assert (sound.exit_code, sound.stdout) == (0, "")
    assert re.search(r": 2 captures, .*, 0 problems\n", sound.stderr)
    assert run("check", kept, "-q").stderr == ""
    (segment,) = (kept / "warc").glob("*.warc.gz")
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    done = run("check", kept)
    assert done.exit_code == 1
    assert segment.name in done.stdout
    assert re.search(r"\d", done.stdout)
    assert internet.requests


def test_forget_needs_a_yes_and_then_nothing_is_left(internet: SmallInternet, citations: Path, kept: Path) -> None:
    assert archive(citations, "--to", kept).exit_code == 0
    assert run("forget", kept).exit_code == 2
    assert run("forget", kept, "--handle", "adawren", "--post", "https://x.com/a/status/20").exit_code == 2
    refused = run("forget", kept, "--handle", "adawren")
    assert (refused.exit_code, "--yes" in refused.stderr) == (2, True)
    assert queue(kept)
    done = run("forget", kept, "--handle", "@AdaWren", "--yes")
    assert done.exit_code == 0, done.stderr
    assert queue(kept) == {}
    assert run("check", kept).exit_code == 0
    asked = len(internet.requests)
    assert archive(citations, "--to", kept).exit_code == 0
    assert len(internet.requests) == asked


@pytest.mark.parametrize(("answer", "code", "left"), [("y", 0, set()), ("", 1, {"t.co", "page.test"})])
def test_forget_says_what_goes_and_asks_on_a_terminal(
    internet: SmallInternet, citations: Path, kept: Path, answer: str, code: int, left: set[str]
) -> None:
    assert archive(citations, "--to", kept).exit_code == 0
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-c",
        "from amberpost.cli import main; main()",
        "forget",
        str(kept),
        "--handle",
        "adawren",
    ]
    with subprocess.Popen(command, stdin=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        shown = b"".join(iter(partial(read_terminal, ours), b"")).decode()
        assert process.wait(20) == code
    os.close(ours)
    assert re.search(r"adawren: 1 citation, 2 links, 2 captures will go from .*, for good", shown), shown
    assert set(queue(kept)) == left
    assert internet.requests


@pytest.mark.parametrize("command", ["archive", "status", "check", "forget", "merge"])
def test_help_shows_examples_that_the_command_takes(command: str) -> None:
    assert len(parse_examples(command)) >= 2


def test_help_loads_neither_the_network_nor_the_store() -> None:
    code = "import sys; from amberpost import cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    loaded = set(done.stdout.split())
    assert "amberpost.cli.archive" in loaded
    assert {"httpx", "tenacity", "asyncio", "pydantic", "amberpost.archive.store"} & loaded == set()
