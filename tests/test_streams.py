"""Standard output and error of every command, wherever they lead: nowhere, to a full disk, to a terminal of ASCII."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from amberpost import Archive

COMMANDS = ["status kept", "export kept", "check kept", "--help", "--version", "archive --to kept --offline"]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    with Archive(tmp_path / "kept") as archive:
        archive.add([{"id": "7a", "links": ["https://t.co/a"], "handle": "adawren", "text": "Regn över ån 雨"}])
        archive.learn()
    return tmp_path


def run(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    program = f"exec {sys.executable} -c 'from amberpost.cli import main; main()' {line}"
    return subprocess.run(
        ["sh", "-c", program],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("line", [*(f"{one} >&- 2>&-" for one in COMMANDS), "status kept >&-", "export kept 2>&-"])
def test_a_stream_that_is_closed_changes_nothing_but_what_is_seen(line: str, desk: Path) -> None:
    done = run(line, desk)
    assert (done.returncode, "Traceback" in done.stderr) == (75 if line.startswith("archive") else 0, False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("command", ["status kept", "export kept", "--help"])
def test_a_full_disk_behind_standard_output_is_named_in_one_line(command: str, desk: Path) -> None:
    done = run(f"{command} >/dev/full", desk)
    assert done.returncode == 1
    assert done.stderr.startswith("amberpost: ")
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Errno" not in done.stderr


def test_what_an_encoding_lacks_becomes_its_code() -> None:
    program = "from amberpost.commands.terminal import printable; from amberpost import cli; cli._open_streams();"
    line = f"{sys.executable} -c \"{program} print(printable('Regn över ån …'))\""
    done = subprocess.run(
        ["sh", "-c", line], env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"Regn \\xf6ver \\xe5n \\u2026\n")


@pytest.mark.parametrize("command", ["--help", "find --help", "find a.txt --show", "find a.txt"])
def test_a_reader_that_goes_away_early_is_no_error(command: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Rain. — Ada Wren (@adawren) November 29, 2024")
    listener, writer = os.pipe()
    os.close(listener)
    program = [sys.executable, "-c", "from amberpost.cli import main; main()", *command.split()]
    done = subprocess.run(program, cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
