"""Running a fuzz target for so many seconds: the input of a finding is kept, and the runs are counted.

Each target is a script of its own: it says what must hold of any bytes, and this runs it under atheris in a child
process, for libFuzzer ends the process that it runs in.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FIXTURES = FOLDER.parents[1] / "fixtures"
SKIPPED = 77
_RUNS = re.compile(r"^(?:#|stat::number_of_executed_units: )(\d+)\s", re.MULTILINE)
_CHILD = "AMBERPOST_FUZZ_CHILD"


@dataclass(slots=True, frozen=True)
class Target:
    """What is fuzzed: a script's name, what must hold of any bytes, and what libFuzzer makes its inputs from."""

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    longest: int
    instrumented: tuple[str, ...]


def read_seeds(name: str) -> list[tuple[str, bytes]]:
    """The seeds kept for a target, findings among them: the name of each file and its bytes."""
    return [(path.name, path.read_bytes()) for path in sorted((FOLDER / "seeds" / name).iterdir())]


def run(target: Target) -> int:
    """Fuzz a target as the command line says; the exit code is 1 on a finding and 77 without atheris."""
    if _CHILD in os.environ:
        return _fuzz(target)
    parser = argparse.ArgumentParser(description=f"Fuzz {target.name}, and keep the input of what is found.")
    parser.add_argument("--seconds", type=int, default=60, help="how long to fuzz (60)")
    parser.add_argument("--findings", type=Path, default=Path("findings"), help="where inputs are written (findings/)")
    parser.add_argument("--corpus", type=Path, help="a folder of inputs that is read and grows, for long campaigns")
    parser.add_argument("inputs", type=Path, nargs="*", help="check these files instead of fuzzing")
    options = parser.parse_args()
    if options.inputs:
        return _check_files(target, options.inputs)
    if find_spec("atheris") is None:
        print("skipped: atheris is not installed (pip install 'amberpost[fuzz]')")
        return SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        corpus = options.corpus or Path(scratch, "corpus")
        return _run_child(target, Path(scratch), corpus, options.findings, options.seconds)


def _check_files(target: Target, paths: list[Path]) -> int:
    for path in paths:
        target.check(path.read_bytes())
        print(f"{path}: nothing found")
    return 0


def _run_child(target: Target, scratch: Path, corpus: Path, findings: Path, seconds: int) -> int:
    """Run libFuzzer on the seeds, and move what it writes about a finding to where it is kept."""
    kept, artifacts = scratch / "seeds", scratch / "artifacts"
    for folder in (corpus, kept, artifacts):
        folder.mkdir(parents=True, exist_ok=True)
    _write_all(kept, [*target.seeds(), *(data for _, data in read_seeds(target.name))])
    words = scratch / "words"
    spelled = (_quote(word) for word in (FOLDER / "words" / f"{target.name}.txt").read_text("utf-8").splitlines())
    words.write_text("\n".join(spelled) + "\n", "ascii")
    command = [
        *(sys.executable, str(FOLDER / f"{target.name}.py"), f"-max_total_time={seconds}"),
        *(f"-max_len={target.longest}", f"-dict={words}", f"-artifact_prefix={artifacts}/"),
        *(
            "-timeout=100",
            "-report_slow_units=100",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
            str(corpus),
            str(kept),
        ),
    ]
    done = subprocess.run(command, env={**os.environ, _CHILD: "1"}, stderr=subprocess.PIPE, text=True, errors="replace")
    runs = max(map(int, _RUNS.findall(done.stderr)), default=0)
    found = sorted(artifacts.iterdir())
    if done.returncode == 0 and not found:
        print(f"{target.name}: {runs} runs in {seconds} s, nothing found")
        return 0
    print(done.stderr[-6000:])
    findings.mkdir(parents=True, exist_ok=True)
    for path in found:
        print(f"{target.name}: {runs} runs, a finding: {shutil.copy(path, findings / f'{target.name}-{path.name}')}")
    return 1


def _write_all(folder: Path, seeds: Iterable[bytes]) -> None:
    for data in seeds:
        (folder / hashlib.sha256(data).hexdigest()[:20]).write_bytes(data)


def _quote(word: str) -> str:
    """A word as libFuzzer's dictionaries spell it."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'


def _fuzz(target: Target) -> int:
    import atheris

    with atheris.instrument_imports(include=["amberpost"]):
        for name in target.instrumented:
            import_module(name)
    atheris.Setup(sys.argv, target.check)
    atheris.Fuzz()
    return 0
