"""Without a network nothing is asked and nothing is lost: by the interpreter's report, and in a kernel without one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amberpost import Archive
from amberpost.archive import Network
from amberpost.demo.internet import run_internet
from exchanges import ToldClock
from test_no_network import SEED, WATCH, run

pytestmark = pytest.mark.loopback

COMMANDS = """
from amberpost.cli import main
def call(*arguments):
    sys.argv = ["amberpost", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code or 0
    return 0
article, folder = sys.argv[1:3]
call("find", article, "-o", folder + ".jsonl", "-q")
codes = [
    call("archive", folder + ".jsonl", "--to", folder, "--offline", "-q"),
    call("archive", folder + ".jsonl", "https://later.example/", "--to", folder, "--dry-run", "-q"),
    call("status", folder, "-q"),
    call("check", folder, "-q"),
]
from amberpost import Archive
with Archive(folder) as archive:
    archive.add_urls(["https://later.example/"])
    assert archive.resolve("https://t.co/02OQCDI90m")
    list(archive.captures())
print("codes", *codes, "events", *EVENTS)
"""


PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
HOSTS = [f"http://host{number}.example/" for number in range(20)]


def archive_seed(folder: Path, *, later: float = 0.0) -> set[str]:
    """Let the small internet answer what waits; gives the states that there are then."""
    with run_internet(extra=dict.fromkeys(HOSTS, PAGE)) as internet:
        network = Network(
            resolver=internet.resolver, ssl_context=internet.ssl_context, clock=ToldClock(time.time() + later)
        )
        with Archive(
            folder, contact="desk@paper.example", allow_private=True, robots=False, network=network
        ) as archive:
            archive.add_urls(["https://t.co/02OQCDI90m"])
            archive.run()
            return {tally.state for tally in archive.store.tallies()}


@pytest.mark.parametrize("is_filled", [False, True])
def test_offline_commands_and_the_library_make_no_network_event(tmp_path: Path, is_filled: bool) -> None:
    if is_filled:
        archive_seed(tmp_path / "kept")
    said = run(f"{WATCH}{COMMANDS}", str(SEED), str(tmp_path / "kept")).splitlines()[-1]
    assert said == "codes 75 0 0 0 events"  # the links of the seed wait, with exit code 75


def test_the_watch_sees_what_a_run_with_a_network_does(tmp_path: Path) -> None:
    """The same process, the same hook: without `--offline` a link to a closed port is asked for, and that is seen."""
    options = '"--to", folder + "2", "--allow-private", "--port", "9", "--robots", "off", "--max-wait", "1", "-q"'
    asking = f'EVENTS.clear(); call("archive", "http://127.0.0.1:9/", {options}); print(*EVENTS)'
    said = run(f"{WATCH}{COMMANDS}{asking}", str(SEED), str(tmp_path / "kept")).splitlines()[-1]
    assert "socket.connect" in said.split()


def in_an_empty_network(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command where there is no network at all, not even loopback."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rn", "true"], check=False).returncode:
        pytest.skip("no network namespace to be had here")
    begin = [sys.executable, "-W", "error", "-c", "from amberpost.cli import main; main()"]
    return subprocess.run(["unshare", "-rn", *begin, *command], capture_output=True, text=True, timeout=60, check=False)


def test_in_a_kernel_without_a_network_every_link_waits_and_a_later_run_completes(tmp_path: Path) -> None:
    kept = str(tmp_path / "kept")
    found = in_an_empty_network("find", str(SEED), "-o", str(tmp_path / "cited.jsonl"))
    assert (found.returncode, (tmp_path / "cited.jsonl").stat().st_size > 1000) == (0, True), found.stderr
    for options in (["--offline"], [], ["--max-wait", "1"]):
        done = in_an_empty_network("archive", str(tmp_path / "cited.jsonl"), *HOSTS, "--to", kept, *options)
        assert done.returncode == 75, done.stderr
        assert "Traceback" not in done.stderr
        assert options == ["--offline"] or "network down" in done.stderr
    rows = [json.loads(line) for line in in_an_empty_network("status", kept).stdout.splitlines()]
    assert {row["state"] for row in rows} == {"pending"}
    assert sum(row["links"] for row in rows) > 24
    assert in_an_empty_network("check", kept).returncode == 0
    assert not list((tmp_path / "kept" / "warc").iterdir())
    assert archive_seed(tmp_path / "kept", later=8 * 3600) == {"captured"}
    assert run("import sys, amberpost.cli; amberpost.cli.main()", "check", kept) == ""
