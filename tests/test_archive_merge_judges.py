"""Merged archives, judged by others' tools: warcio, FastWARC, gzip, and pywb, which replays the answers of all."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from amberpost import merge
from amberpost.archive.disk.reading import Reader
from archiving import answer
from smallarchive import Builder

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """Two archives with a payload in common, to which revisits of both refer; and what each URL was answered."""
    folder, bodies = tmp_path_factory.mktemp("judged"), {}
    for name in ("a", "b"):
        with Builder(folder / name, segment_bytes=3000) as archive:
            for number in range(9):
                url = f"https://{name}{number % 4}.example/{number}"
                bodies[url] = b"%s%d. " % (name.encode(), number) * 90 if number % 3 else b"the same " * 200
                archive.cite(f"{name}{number}", url)
                archive.answer(url, answer(bodies[url]))
    merge([folder / "b", folder / "a"], to=folder / "m")
    return folder / "m", bodies


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("command", ["warcio check -v", "fastwarc check -q", "gzip -t", "amberpost check"])
def test_judges_find_nothing_wrong(merged: tuple[Path, dict[str, bytes]], command: str) -> None:
    program, *words = command.split()
    folder = merged[0]
    judged = [folder] if program == "amberpost" else sorted((folder / "warc").iterdir())
    assert program == "amberpost" or len(judged) > 4
    for path in judged:
        done = run(program if program == "gzip" else BIN / program, *words, path)
        assert done.returncode == 0, done.stdout + done.stderr


def test_pywb_replays_the_answers_of_all_by_the_merged_index(
    merged: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    folder, bodies = merged
    (tmp_path / "m" / "indexes").mkdir(parents=True)
    (tmp_path / "m" / "archive").symlink_to(folder / "warc")
    shutil.copy(folder / "index.cdxj", tmp_path / "m" / "indexes" / "index.cdxj")
    with Reader.read(folder) as reader:
        captures = list(reader.captures())
    assert {capture.record_type for capture in captures} == {"response", "revisit"}
    asked = [json.dumps(["m", re.sub(r"\D", "", each.date)[:14], each.url]) for each in captures]
    command = [sys.executable, str(Path(__file__).with_name("replay.py")), str(tmp_path)]
    done = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, timeout=120, check=False)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said == [[200, hashlib.sha256(bodies[each.url]).hexdigest()] for each in captures], done.stderr[-2000:]
