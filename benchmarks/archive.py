"""The archive beside clients that store nothing, on 100 hosts of the small internet; and a queue of a million links."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from .clients import CLIENTS, CONNECTIONS, LOAD
from .timing import MOST_SECONDS, Row, find_rounds, median, run_child

SECONDS = 4.0  # of each client in each round
ROUNDS = 3  # each takes half a minute
LINKS = 1_000_000
DELAY = 0.1  # seconds before the server answers
IDEAL = CONNECTIONS / DELAY  # pages a second
_IDEAL_WANTED = 0.5
_PLAIN_WANTED = 3.0
# The plain client is left to see to its connections, as it is made to; the more pages it is given, the slower each gets
# (2,000 at once: 21 pages a second). Held to 100 tasks by its user it does as much as an archive that stores all.
_PLAIN = "httpx-gather"
_MOST_MILLISECONDS = 2000.0
_MOST_MEGABYTES = 300.0
_NAMES = {
    "amberpost": f"amberpost archive, all stored, beside the ideal of {IDEAL:,.0f}",
    "httpx": "archive beside the same client, with 100 tasks that take one page after the other",
    "httpx-gather": "archive beside one plain httpx.AsyncClient, which is given 400 pages at once",
    "aiohttp": "archive beside one aiohttp.ClientSession, 100 tasks",
    "minet": "archive beside minet's resolver, 100 threads",
    "curl": "archive beside curl -Z",
}
_TOOLS = {"aiohttp": find_spec("aiohttp"), "minet": find_spec("minet"), "curl": which("curl")}


def measure_archive(*, seconds: float = SECONDS, rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure each client in turn, each a fresh process with the server in another, all that are installed."""
    present = [name for name in CLIENTS if _TOOLS.get(name, True)]
    speeds: dict[str, list[float]] = {name: [] for name in present}
    with serve(DELAY) as port:
        for _ in find_rounds(rounds):
            for name in present:
                pages, taken = _run("clients", name, str(port), str(seconds)).split()
                speeds[name].append(int(pages) / float(taken))
    ours = median(speeds["amberpost"])
    for name in present:
        row = Row(_NAMES[name], "pages/s", tuple(speeds[name]))
        if name == "amberpost":
            yield Row(row.name, row.unit, row.values, ours / IDEAL, _IDEAL_WANTED)
        else:
            yield Row(row.name, row.unit, row.values, ours / row.median, _PLAIN_WANTED if name == _PLAIN else None)
    yield from (Row(f"{name} is not installed", "pages/s") for name in CLIENTS if name not in present)


def measure_queue(*, links: int = LINKS, rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure taking links in, and going on with them: time to the first answer, and most memory."""
    with tempfile.TemporaryDirectory() as scratch, serve(0.0) as port:
        folder = str(Path(scratch, "archive"))
        filled = float(_run("queue", "fill", folder, str(links)))
        yield Row(f"queueing {links:,} links", "links/s", (links / filled,))
        waits = tuple(float(_run("queue", "resume", folder, str(port))) * 1000 for _ in range(rounds))
        sizes = tuple(run_child(_command("queue", "resume", folder, str(port))).memory / 1e6 for _ in range(rounds))
    first = f"{links:,} links queued: from the start to the first answer, 2 s beside it"
    yield Row(first, "ms", waits, _MOST_MILLISECONDS / median(waits), 1.0)
    yield Row(f"{links:,} links queued: memory, 300 MB beside it", "MB", sizes, _MOST_MEGABYTES / median(sizes), 1.0)


@contextmanager
def serve(delay: float) -> Iterator[int]:
    """The small internet with its generated hosts in a process of its own; gives its port."""
    command = [sys.executable, "-m", "amberpost.demo", "--serve", "--hosts", str(LOAD.hosts), "--size", str(LOAD.size)]
    with subprocess.Popen(
        [*command, "--delay", str(delay)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline().split()[0])
        finally:
            server.stdin.close()


def _run(module: str, *arguments: str) -> str:
    command = _command(module, *arguments)
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=MOST_SECONDS).stdout


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.{module}", *arguments]
