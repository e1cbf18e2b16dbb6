"""`amberpost archive` over a small internet, for tests of what a person and a pipe meet: run, and what it left."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from amberpost import Archive
from amberpost.archive import Network
from amberpost.cli import app
from amberpost.commands import archive as archivecommand
from amberpost.demo.internet import SmallInternet, run_internet

POST = "Rain. https://t.co/aB3dE5gH7j — Ada Wren (@adawren) November 29, 2024"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
HOP = b"HTTP/1.1 301 Moved Permanently\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
ANSWERS = {
    "https://t.co/aB3dE5gH7j": HOP % b"http://page.test/",
    "http://page.test/": PAGE,
    "http://gone.test/": b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "http://busy.test/": b"HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n",
    "http://inside.test/": HOP % b"http://169.254.169.254/latest/",
}
USUAL = ("--contact", "desk@paper.example", "--rate", "1000", "--robots", "off", "--allow-private")


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    """A command of `amberpost`, without a contact in the environment."""
    return CliRunner(env={"AMBERPOST_CONTACT": ""}).invoke(app, [*map(str, arguments)], input=stdin)


def archive(*arguments: str | Path, stdin: str | None = None) -> Result:
    """`amberpost archive` with the options that the small internet needs."""
    return run("archive", *arguments, *USUAL, stdin=stdin)


def queue(folder: Path) -> dict[str, str]:
    """The state of each lane's links, as `status` tells a pipe."""
    rows = [json.loads(line) for line in run("status", folder).stdout.splitlines()]
    return {row["lane"]: row["state"] for row in rows}


@contextmanager
def run_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallInternet]:
    """The small internet with `ANSWERS`, which the command then asks."""
    with run_internet(extra=ANSWERS) as running:
        network = Network(resolver=running.resolver, ssl_context=running.ssl_context)
        monkeypatch.setattr(archivecommand, "Archive", partial(Archive, network=network))
        yield running


def read_terminal(descriptor: int) -> bytes:
    """What a terminal has been shown; empty once its other end is closed."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def parse_examples(command: str) -> list[str]:
    """The arguments of the examples in a command's help, each of which the command must take."""
    text = run(command, "--help").stdout
    assert "Exit codes:" in text
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith(f"amberpost {command} ")]
    examples = [line.partition("   ")[0].partition(" | ")[0].partition(" > ")[0] for line in lines]
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    for example in examples:
        assert group.commands[command].make_context(command, shlex.split(example)[2:]).params, example
    return examples
