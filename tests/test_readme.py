"""The README is true: its record, its Python, its command lines and its table are what this version gives."""

from __future__ import annotations

import doctest
import gzip
import json
import os
import re
import subprocess
import sys
import sysconfig
from functools import partial
from pathlib import Path

import pytest

import amberpost
from amberpost import Article, find, read
from amberpost.archive import Network
from amberpost.commands.demo import run_demo
from amberpost.demo.internet import run_internet

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "README.md").read_text("utf-8")
SEED = ROOT / "fixtures" / "articles" / "2024-11-29-aleppo.txt"
FOOTER = "Rain in the street. — Ada Wren (@adawren) November 29, 2024"


def blocks(language: str) -> list[str]:
    """What stands in the README's fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


TRY_IT, EXAMPLES, KEEPING, PROVING, LOOKING = (block.splitlines() for block in blocks("sh"))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with everything that the command lines name."""
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    rows = "".join(f'n-{n},"{FOOTER}"\n' for n in range(9))
    (tmp_path / "news.csv").write_text(f"uri,body\n{rows}", "utf-8")
    with gzip.open(tmp_path / "dump.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": FOOTER}) + "\n")
    return tmp_path


def run(line: str, folder: Path, *, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    environment = os.environ | {"PATH": path, "COLUMNS": "100", "TERM": "dumb", "PYTHONUTF8": "1"}
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )


def run_on_terminal(line: str, folder: Path) -> str:
    """What a person sees: standard output is a pseudo-terminal 100 columns wide."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    done = run(line, folder, stdout=theirs)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, "")
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    return shown.replace("\r\n", "\n")


def test_the_record_is_what_find_makes_of_the_residue() -> None:
    (residue,), (record,) = blocks("text"), blocks("json")
    (article,) = read(SEED)
    assert isinstance(article, Article)
    (citation,) = (one for one in find(article) if one.raw == residue.strip())
    row = citation.model_dump(mode="json") | {"schema": citation.SCHEMA}
    assert json.loads(record) == {key: row[key] for key in row if key != "raw" and row[key] not in (None, [])}


def test_its_python_does_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (session,) = blocks("pycon")
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", None, None)
    assert doctest.DocTestRunner().run(test) == doctest.TestResults(failed=0, attempted=3)


def test_its_terminal_shows_what_is_shown(desk: Path) -> None:
    (session,) = blocks("console")
    line, _, shown = session.removeprefix("$ ").partition("\n")
    assert run_on_terminal(line, desk) == shown


@pytest.mark.parametrize("line", EXAMPLES)
def test_its_command_lines_run_and_give_something(line: str, desk: Path) -> None:
    before = {path.name for path in desk.iterdir()}
    done = run(line, desk)
    assert (done.returncode, done.stderr) == (0, "")
    written = [path for path in desk.iterdir() if path.name not in before]
    assert all(path.stat().st_size > 100 for path in written)
    assert bool(done.stdout) != bool(written)


def test_head_takes_as_many_rows_as_it_asks_for(desk: Path) -> None:
    (line,) = (line for line in EXAMPLES if "head -n 5" in line)
    rows = [json.loads(row) for row in run(line, desk).stdout.splitlines()]
    assert [row["article"] for row in rows] == [f"n-{n}" for n in range(5)]


def test_its_lines_on_keeping_run_one_after_the_other(desk: Path) -> None:
    """All but the one that asks servers, which takes its links in and asks nobody."""
    (asking,) = (line for line in KEEPING if "--contact" in line)
    assert run(EXAMPLES[0], desk).returncode == 0
    codes = [run(f"{line} --offline" if line == asking else line, desk).returncode for line in KEEPING]
    assert codes == [0, 75, 0, 0, 0]


def test_its_lines_on_proof_run_one_after_the_other(desk: Path) -> None:
    """The one that asks servers asks nobody; what is exported then are citations whose links wait."""
    assert run(EXAMPLES[0], desk).returncode == 0
    assert "--wayback" in PROVING[0]
    offline = PROVING[0].replace(" --to", " --offline --to", 1)
    assert [run(line, desk).returncode for line in (offline, *PROVING[1:])] == [75, 0, 0, 0]
    assert all((desk / name).stat().st_size > 1000 for name in ("posts.db", "shared.csv"))
    assert "Faytuks" not in (desk / "shared.csv").read_text("utf-8")


@pytest.mark.loopback
def test_its_lines_on_looking_show_what_the_tour_left(desk: Path) -> None:
    assert run_demo(desk / "tour", say=lambda _: None) == 0
    (desk / "tour" / "archive").rename(desk / "kept")
    done = [run(line, desk) for line in LOOKING]
    assert [each.returncode for each in done] == [0, 0, 0], [each.stderr for each in done]
    assert (desk / "pages" / "index.html").stat().st_size > 1000
    assert (desk / "kept.wacz").stat().st_size > 10_000
    assert "@Faytuks" in done[-1].stdout


@pytest.mark.loopback
def test_the_python_of_the_page_on_archives_follows_the_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "archive.md").read_text("utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (url,) = set(re.findall(r"https://t\.co/\w+", program))
    monkeypatch.chdir(tmp_path)
    with run_internet(extra={url: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"}) as internet:
        network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context)
        monkeypatch.setattr(amberpost, "Archive", partial(amberpost.Archive, network=network, allow_private=True))
        exec(compile(program, "archive.md", "exec"), {})
    assert "captured" in capsys.readouterr().out


def test_its_two_commands_are_those_that_the_build_runs() -> None:
    assert len(TRY_IT) == 2
    build = (ROOT / ".ci" / "run").read_text("utf-8")
    assert [line for line in TRY_IT if f"<<'RUN'\n{line}\nRUN\n" not in build] == []


def test_its_tables_are_current() -> None:
    check = [sys.executable, str(ROOT / "tools" / "make_readme_table.py"), "--check"]
    done = subprocess.run(check, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_flags_that_it_names_exist() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    flags = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE))
    assert "start-uncertain" in flags
    assert {flag for flag in flags if f'"{flag}"' not in code} == set()


def test_the_files_that_it_leads_to_are_there() -> None:
    names = re.findall(r"\]\(([\w./-]+)\)", PAGE)
    assert len(names) > 5
    assert all((ROOT / name).stat().st_size > 500 for name in names)
