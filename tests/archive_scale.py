"""A million links of a hundred thousand hosts in an archive's queue: what each step takes, in seconds and in memory.

    python tests/archive_scale.py [--links 1000000] [--hosts 100000]

Each step is a process of its own. Going on must give the first answer within 2 seconds, and no step may need more than
300 MB; exit code 1 when one of these is broken.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from amberpost import Archive
from amberpost.archive import Network
from amberpost.archive.exchange.lookups import Endpoint
from amberpost.archive.tallies import Event

MOST_SECONDS = 2.0
MOST_MEMORY = 300_000_000
_ASKED = 2000


@dataclass(frozen=True, kw_only=True)
class Task:
    """So many links, spread over so many hosts, in a folder; the hosts are played by a server at that port."""

    folder: str
    links: int
    hosts: int
    port: int

    def open(self) -> Archive:
        async def resolve(_: str, __: int) -> Sequence[Endpoint]:
            return [Endpoint("127.0.0.1", self.port)]

        options = {"contact": "desk@paper.example", "rate": 1000.0}
        network = Network(resolver=resolve)
        return Archive(self.folder, allow_private=True, robots=False, network=network, **options)  # type: ignore[arg-type]

    def find_rows(self) -> Iterator[dict[str, object]]:
        """Citations with one link each, the hosts in turn."""
        for number in range(self.links):
            url = f"http://host{number % self.hosts}.example/{number}"
            yield {"id": f"{number:020x}", "article": f"articles/{number // 5}.txt", "links": [url]}


def add(task: Task) -> dict[str, float]:
    """Take all in; the second time, none is new."""
    begun = time.perf_counter()
    with task.open() as archive:
        added = archive.add(task.find_rows())
    return {"seconds": time.perf_counter() - begun, "links": added.links}


def resume(task: Task) -> dict[str, float]:
    """Go on until so many answers came, and say when the first did, the opening included."""
    begun = time.perf_counter()
    seen: list[float] = []

    def watch(_: Event) -> None:
        seen.append(time.perf_counter() - begun)

    with task.open() as archive:
        archive.run(limit=_ASKED, watch=watch)
    return {"first": seen[0], "seconds": seen[-1], "links": len(seen)}


def claim(task: Task) -> dict[str, float]:
    """Ask the queue for lane after lane, as the run does."""
    with task.open() as archive:
        begun, lane, links = time.perf_counter(), "", 0
        for _ in range(_ASKED):
            lane = next(iter(archive.store.next_lanes(lane, time.time(), 1)), "")
            links += len(archive.store.claim(lane, time.time(), 50))
    return {"seconds": time.perf_counter() - begun, "links": links}


def look(task: Task) -> dict[str, float]:
    """Count what waits, host by host."""
    with task.open() as archive:
        begun = time.perf_counter()
        return {"links": sum(tally.links for tally in archive.status()), "seconds": time.perf_counter() - begun}


STEPS: dict[str, tuple[str, Callable[[Task], dict[str, float]]]] = {
    "add": ("taken in", add),
    "again": ("taken in once more", add),
    "resume": ("gone on with", resume),
    "claim": ("claimed, lane by lane", claim),
    "status": ("counted by host", look),
}


@contextmanager
def serve() -> Iterator[int]:
    """A server in a process of its own that answers whoever is asked for; gives its port."""
    command = [sys.executable, "-m", "amberpost.demo", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin
        assert server.stdout
        yield int(server.stdout.readline().split()[0])
        server.stdin.close()


def run_step(name: str, task: Task) -> bool:
    """Run a step in a process of its own and print its figures; tells whether they are within bounds."""
    command = [sys.executable, __file__, "--step", name, json.dumps(vars(task))]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    is_kept: bool = found["memory"] <= MOST_MEMORY and found.get("first", 0.0) < MOST_SECONDS
    first = f"first answer after {found['first']:.2f} s, " if "first" in found else ""
    figures = f"{found['links']:,} links, {first}{found['seconds']:.2f} s, {found['memory'] / 1e6:.0f} MB"
    print(f"{STEPS[name][0]}: {figures}{'' if is_kept else ': BROKEN'}", flush=True)
    return is_kept


def _be_child(name: str, task: Task) -> int:
    found = STEPS[name][1](task)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps(found | {"memory": memory}))
    return 0


def main() -> int:
    """All steps in order; 1 when a bound was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--hosts", type=int, default=100_000)
    parser.add_argument("--step", nargs=2, metavar=("NAME", "TASK"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        return _be_child(options.step[0], Task(**json.loads(options.step[1])))
    with tempfile.TemporaryDirectory() as scratch, serve() as port:
        task = Task(folder=str(Path(scratch, "archive")), links=options.links, hosts=options.hosts, port=port)
        kept = [run_step(name, task) for name in STEPS]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
