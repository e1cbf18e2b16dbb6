"""`amberpost archive` as a person and a pipe meet it: what is taken in, exit codes, what is said."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amberpost import Archive, ArchiveBusy
from amberpost.archive import Network
from amberpost.archive.exchange.lookups import Endpoint
from amberpost.cli import app
from amberpost.commands import archive as archivecommand
from amberpost.demo.internet import SmallInternet
from archivecommand import archive, queue, run

pytestmark = pytest.mark.loopback


def test_all_settled_is_exit_code_0_without_a_word_in_a_pipe(
    internet: SmallInternet, citations: Path, kept: Path
) -> None:
    done = archive(citations, "--to", kept)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert queue(kept) == {"page.test": "captured", "t.co": "captured"}
    asked = len(internet.requests)
    assert archive(citations, "--to", kept).exit_code == 0
    assert len(internet.requests) == asked == 2


def test_a_dead_link_is_an_answer_and_a_refused_one_no_failure_of_the_run(internet: SmallInternet, kept: Path) -> None:
    done = archive("http://gone.test/", "http://inside.test/", "file:///etc/passwd", "--to", kept)
    assert (done.exit_code, done.stderr) == (0, "")
    states = queue(kept)
    assert states.pop("gone.test") == states.pop("inside.test") == "captured"
    assert set(states.values()) == {"refused"}
    assert {request.host for request in internet.requests} == {"gone.test", "inside.test"}


def test_links_that_wait_are_exit_code_75_and_one_line_says_until_when(internet: SmallInternet, kept: Path) -> None:
    done = archive("http://busy.test/", "--to", kept, "--max-wait", "1")
    assert done.exit_code == 75
    assert re.fullmatch(r"amberpost: 1 link waits.*; the next is due: \d{4}-.*Z \(in .*\)\n", done.stderr), done.stderr
    assert archive("--to", kept, "-q", "--max-wait", "1").stderr == ""
    (row,) = csv.DictReader(io.StringIO(run("status", kept, "--format", "csv").stdout))
    assert (row["lane"], row["state"], row["links"]) == ("busy.test", "pending", "1")
    assert "503" in row["reason"]
    assert row["next_due"] > "2026"
    assert len(internet.requests) >= 1


def test_what_cannot_be_read_is_named_with_exit_code_1_and_the_rest_is_kept(
    internet: SmallInternet, tmp_path: Path, kept: Path
) -> None:
    (tmp_path / "x.jsonl").write_text('{"url": "http://page.test/"}\n{"url": \n{"text": "\\u001b[2J"}\n')
    (tmp_path / "list").write_text("# mine\nhttp://gone.test/\nno url\x1b[2J\n")
    done = archive(
        tmp_path / "x.jsonl", "--urls", tmp_path / "list", "http://busy.test/", "--to", kept, "--max-wait", "1"
    )
    assert done.exit_code == 1  # though a link waits too
    problems = [line for line in done.stderr.splitlines() if line.startswith("problem: ")]
    assert [re.sub(r".*(x\.jsonl|list), (line \d): .*", r"\1 \2", line) for line in problems] == [
        *("x.jsonl line 2", "x.jsonl line 3", "list line 3")
    ]
    assert "\x1b" not in done.stderr
    assert queue(kept) == {"page.test": "captured", "gone.test": "captured", "busy.test": "pending"}
    assert internet.requests


def test_a_closing_table_says_how_all_links_stand(internet: SmallInternet, citations: Path, kept: Path) -> None:
    done = archive(citations, "http://busy.test/", "file:///x", "--to", kept, "-v", "--max-wait", "1")
    lines = [" ".join(line.split()) for line in done.stderr.splitlines()]
    assert "captured ok 301 https://t.co/aB3dE5gH7j" in lines
    for line in ("captured 2", "pending 1", "refused 1", "failed 0"):
        assert line in lines
    assert any(re.match(r"busy\.test .*503.* 1 ", line) for line in lines)
    assert any("0 problems" in line for line in lines)
    assert any(re.search(r"[1-9] captures?, 0 revisits", line) for line in lines)
    assert internet.requests


def test_a_limit_leaves_the_rest_for_the_next_run(internet: SmallInternet, kept: Path) -> None:
    done = archive("http://page.test/", "http://gone.test/", "--to", kept, "--limit", "1")
    assert (done.exit_code, len(internet.requests)) == (75, 1)
    assert "(limit)" in done.stderr
    assert archive("--to", kept).exit_code == 0
    assert len(internet.requests) == 2


def test_urls_come_from_standard_input_too(internet: SmallInternet, kept: Path) -> None:
    assert archive("-", "--to", kept, stdin="http://page.test/\n").exit_code == 0
    assert archive("--urls", "-", "--to", kept, stdin="http://gone.test/\n").exit_code == 0
    assert [request.host for request in internet.requests] == ["page.test", "gone.test"]


def test_offline_takes_links_in_and_asks_nobody(internet: SmallInternet, citations: Path, kept: Path) -> None:
    done = archive(citations, "--to", kept, "--offline")
    assert (done.exit_code, done.stdout) == (75, "")
    assert done.stderr.startswith("amberpost: offline: 1 link: 1 pending")
    assert (internet.connections, queue(kept)) == (0, {"t.co": "pending"})
    assert archive("--to", kept).exit_code == 0
    assert archive("--to", kept, "--offline").exit_code == 0


OFFLINE = """
import sys
events = []
watched = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "subprocess.", "os.fork")
sys.addaudithook(lambda event, _: events.append(event) if event.startswith(watched) else None)
from amberpost.commands.archive import run_archive
from amberpost.commands.wishes import Wishes
for dry_run in (True, False):
    code = run_archive(Wishes(to=sys.argv[2], citations=(sys.argv[1],), offline=True, dry_run=dry_run))
assert (code, events) == (75, []), (code, events)
import socket
socket.socket().connect_ex(("127.0.0.1", 9))
assert events == ["socket.connect"]
"""


def test_where_nothing_is_cited_nothing_is_to_be_done_and_nothing_failed(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").touch()  # what `find` writes then
    for arguments in ([tmp_path / "none.jsonl"], ["-"], ["--urls", tmp_path / "none.jsonl"]):
        done = run("archive", *arguments, "--to", kept, "--offline", stdin="")
        assert (done.exit_code, done.stderr.splitlines()[0]) == (
            0,
            "amberpost: no citation and no URL is in what was given",
        )


def test_offline_and_a_dry_run_make_no_network_event(citations: Path, kept: Path) -> None:
    command = [sys.executable, "-c", OFFLINE, str(citations), str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_dead_network_leaves_every_link_waiting(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(host: str, port: int) -> Sequence[Endpoint]:
        raise socket.gaierror(socket.EAI_AGAIN, f"no network for {host}:{port}")

    monkeypatch.setattr(archivecommand, "Archive", partial(Archive, network=Network(resolver=resolve)))
    urls = [f"http://host{number}.test/" for number in range(12)]
    done = archive(*urls, "--to", kept, "--max-wait", "1")
    assert done.exit_code == 75
    assert "network down" in done.stderr
    assert set(queue(kept).values()) == {"pending"}
    assert len(queue(kept)) == 12
    assert not list((kept / "warc").glob("*.warc.gz"))


def test_links_of_a_host_that_rests_are_due_when_it_has_rested(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else everyone who has no network is told to run again now, and again."""

    async def resolve(host: str, port: int) -> Sequence[Endpoint]:
        raise socket.gaierror(socket.EAI_AGAIN, f"no network for {host}:{port}")

    monkeypatch.setattr(archivecommand, "Archive", partial(Archive, network=Network(resolver=resolve)))
    done = archive(*(f"http://host.test/{number}" for number in range(9)), "--to", kept, "--max-wait", "1")
    assert re.search(r"9 links wait \(network seems down\); the next is due: \S+ \S+Z \(in ", done.stderr)
    rows = [json.loads(line) for line in run("status", kept).stdout.splitlines()]
    assert all(row["next_due"] for row in rows)
    assert {row["reason"] for row in rows} > {""}


def test_a_dry_run_estimates_and_writes_nothing(internet: SmallInternet, citations: Path, kept: Path) -> None:
    (citations.parent / "list").write_text(
        "".join(f"https://t.co/code{n:06}\n" for n in range(20)) + "http://10.0.0.1/\n"
    )
    before = sorted(citations.parent.iterdir())
    common = ("archive", citations, "--urls", citations.parent / "list", "--to", kept, "--dry-run")
    done = run(*common, "--contact", "desk@paper.example")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"lane": "t.co", "new": 21, "waiting": 0, "settled": 0, "per_second": 2.0, "seconds": 11, "schema": 1}
    ]
    assert re.match(r"amberpost: 21 links at 1 host would be asked; 11 s or more, .*1 link refused", done.stderr)
    assert (done.exit_code, sorted(citations.parent.iterdir()), internet.connections) == (0, before, 0)
    assert archive(citations, "--to", kept).exit_code == 0
    assert archive("http://later.test/", "--to", kept, "--offline").exit_code == 75
    rows = {row["lane"]: row for row in map(json.loads, run(*common).stdout.splitlines())}
    assert (rows["t.co"]["new"], rows["t.co"]["settled"], rows["t.co"]["seconds"]) == (20, 1, 20)
    assert sum(row["waiting"] for row in rows.values()) == 1


def test_only_failed_asks_again_for_what_failed(internet: SmallInternet, kept: Path) -> None:
    assert archive("https://page.test/", "--to", kept).exit_code == 0  # the certificate is for other hosts
    assert queue(kept) == {"page.test": "failed"}
    assert archive("--to", kept).exit_code == 0
    assert archive("--to", kept, "--dry-run").stdout == ""
    assert json.loads(archive("--to", kept, "--dry-run", "--only-failed").stdout)["waiting"] == 1
    again = archive("--to", kept, "--only-failed", "-v")
    assert again.exit_code == 0
    assert "failed tls https://page.test/" in again.stderr
    assert not internet.requests


def test_a_second_process_is_told_within_a_second(internet: SmallInternet, citations: Path, kept: Path) -> None:
    with Archive(kept):
        begun = time.monotonic()
        done = archive(citations, "--to", kept)
        assert time.monotonic() - begun < 1
        assert done.exit_code == 75
        assert "another process works on" in done.stderr
        assert run("status", kept).exit_code == 0  # reading needs no lock
    assert internet.connections == 0
    with Archive(kept), pytest.raises(ArchiveBusy), Archive(kept):
        pass


WRONG = [
    ("archive", "gone.jsonl", "--to", "new"),
    ("archive", "t.co/aB3dE5gH7j", "--to", "new"),
    ("archive", "https://t.co/a"),
    ("archive", "--to", "new"),
    ("archive", "https://t.co/a", "--to", "used"),
    ("archive", "https://t.co/a", "--to", "file"),
    ("archive", "-", "--urls", "-", "--to", "new"),
    ("archive", "--urls", "gone", "--to", "new"),
    ("archive", "https://t.co/a", "--to", "new", "--max-bytes", "32 XB"),
    ("archive", "https://t.co/a", "--to", "new", "--max-bytes", "0"),
    ("archive", "https://t.co/a", "--to", "new", "--max-time", "nan"),
    ("archive", "https://t.co/a", "--to", "new", "--max-wait", "-1"),
    ("archive", "https://t.co/a", "--to", ""),
    ("archive", "https://t.co/a", "--to", "new", "--rate", "inf"),
    ("archive", "https://t.co/a", "--to", "new", "--rate", "5"),
    ("archive", "https://t.co/a", "--to", "new", "--contact", "a@paper.example\r\nX: y"),
    ("archive", "https://t.co/a", "--to", "new", "--port", "70000"),
    ("archive", "https://t.co/a", "--to", "new", "--robots", "perhaps"),
    ("archive", "https://t.co/a", "--to", "new", "--connections", "0"),
    ("archive", "https://t.co/a", "--to", "new", "--limit", "0"),
    ("status", "used"),
    ("status", "gone"),
    ("status", "file", "--format", "xml"),
    ("check", "gone"),
    ("check", "used"),
    ("forget", "gone", "--handle", "adawren", "--yes"),
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_told_with_exit_code_2_and_changes_nothing(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("used").mkdir()
    Path("used/letter.txt").touch()
    Path("file").touch()
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "letter.txt", "used"]


def test_a_run_may_be_told_not_to_wait_at_all(internet: SmallInternet, kept: Path) -> None:
    urls = [f"http://page.test/{number}" for number in range(9)]
    options = ("--contact", "desk@paper.example", "--robots", "off", "--allow-private", "--max-wait", "0")
    assert run("archive", *urls, "--to", kept, *options).exit_code == 75
    assert len(internet.requests) == 1


def test_a_contact_of_the_environment_counts_and_without_one_it_is_said_once(
    internet: SmallInternet, kept: Path
) -> None:
    done = run("archive", "http://page.test/", "--to", kept, "--allow-private", "--robots", "off")
    assert done.exit_code == 0
    assert done.stderr.count("no contact") == 1
    runner = CliRunner(env={"AMBERPOST_CONTACT": "desk@paper.example"})
    arguments = ["archive", "http://gone.test/", "--to", str(kept), "--allow-private", "--robots", "off"]
    assert runner.invoke(app, arguments).stderr == ""
    agents = [re.search(rb"(?i)user-agent: (.*)\r", request.head) for request in internet.requests]
    assert [b"desk@paper.example" in agent[1] for agent in agents if agent] == [False, True]
