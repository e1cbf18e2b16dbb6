"""A run that writes parts, killed at a random time as often as asked, and the bytes that it has written in the end."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

PART_BYTES = 15_000
SCRIPT = """
import sys
from amberpost.flow import Settings
from amberpost.flow.parts import Source, find_in_parts
if __name__ == "__main__":
    source = Source(paths=(sys.argv[1],), settings=Settings())
    find_in_parts(source, to=sys.argv[2], jobs=int(sys.argv[3]), part_bytes=int(sys.argv[4]))
"""


def fill(folder: Path, *, files: int = 400, rows: int = 1500) -> Path:
    """A folder with some of everything, odd things and repeated ids among them."""
    for number in range(files):
        path = folder / f"{number % 7}" / f"{number:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(footer(number))
    (folder / "3" / "empty.txt").touch()
    lines = [json.dumps({"id": f"n{n % (rows - 3)}", "text": footer(n)}) for n in range(rows)]
    lines[50] = "{broken"
    (folder / "news.jsonl").write_text("\n".join(lines))
    (folder / "4" / "news.csv").write_text("id,text\n" + "".join(f'n{n},"{footer(n)}"\n' for n in range(rows)))
    return folder


def footer(number: int) -> str:
    return f"Rain in street {number}. — Ada Wren (@adawren{number}) November 29, 2024"


def start(
    source: Path, to: Path, script: Path, *, jobs: int = 1, part_bytes: int = PART_BYTES
) -> subprocess.Popen[bytes]:
    """Start, or continue, a run in a process of its own."""
    script.write_text(SCRIPT)
    words = [sys.executable, str(script), str(source), str(to), str(jobs), str(part_bytes)]
    return subprocess.Popen(words, start_new_session=True)


def read_parts(folder: Path) -> tuple[bytes, bytes]:
    """The parts one behind the other: citations and problems."""
    problems = sorted(folder.glob("part-*.problems.jsonl"))
    parts = sorted(set(folder.glob("part-*.jsonl")) - set(problems))
    return tuple(b"".join(path.read_bytes() for path in paths) for paths in (parts, problems))  # type: ignore[return-value]


def run_killed(source: Path, to: Path, script: Path, *, longest: float, chance: random.Random) -> int:
    """Run until it ends by itself, killed at random times before, with one process or two; how often it was killed."""
    kills = 0
    while True:
        run = start(source, to, script, jobs=chance.choice((1, 1, 2)))
        try:
            run.wait(chance.uniform(0.1, longest))
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            kills += 1
        if run.wait() == 0:
            return kills
        longest *= 1.1
