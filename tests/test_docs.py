"""The documentation is true: every block of commands and of Python runs, and what it names is there.

`mkdocs build --strict` looks after the links, in a step of .ci/run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from amberpost import Article, Citation, CitedPost, Problem

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
RUNNING = ["tutorial.md", *(f"howto/{path.name}" for path in sorted((DOCS / "howto").glob("*.md")))]
FOOTER = "Rain in the street. — Ada Wren (@adawren) November 29, 2024"


class Block(NamedTuple):
    """What stands between fences: its language and its lines."""

    language: str
    body: str


def find_blocks(page: str) -> Iterator[Block]:
    text = (DOCS / page).read_text("utf-8")
    for language, body in re.findall(r"^```(sh|python)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield Block(language, body)


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    environment = os.environ | {"PATH": path, "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the demo leaves behind."""
    folder = tmp_path_factory.mktemp("demo")
    assert run(["amberpost", "demo", "tour"], folder).returncode == 0
    return folder / "tour"


@pytest.fixture
def desk(tour: Path, tmp_path: Path) -> Path:
    """A folder with all that the pages name: articles, rows, a list of links, a crawl and an archive."""
    (tmp_path / "articles").symlink_to(ROOT / "fixtures" / "articles")
    (tmp_path / "news.csv").write_text(f'uri,body\nn-1,"{FOOTER}"\n', "utf-8")
    (tmp_path / "links.txt").write_text("# two\nhttps://t.co/02OQCDI90m\nhttps://x.com/adawren/status/20\n", "utf-8")
    shutil.copytree(tour / "archive", tmp_path / "kept")
    shutil.copytree(tour / "archive" / "warc", tmp_path / "crawl")
    return tmp_path


def asks_servers(line: str) -> bool:
    return line.startswith("amberpost archive ") and not {"--offline", "--dry-run"} & set(line.split())


@pytest.mark.loopback
@pytest.mark.parametrize("page", RUNNING)
def test_every_block_runs_one_after_the_other(page: str, desk: Path) -> None:
    """Lines that ask servers take their links in and ask nobody; a block of Python goes on where the last one ended."""
    program = ""
    blocks = list(find_blocks(page))
    assert any(block.language == "sh" for block in blocks)
    for block in blocks:
        if block.language == "python":
            program += block.body
            done = run([sys.executable, "-c", program], desk)
            assert (block.body, done.returncode, done.stderr) == (block.body, 0, "")
            continue
        for line in block.body.splitlines():
            done = run(["sh", "-c", f"{line} --offline" if asks_servers(line) else line], desk)
            allowed = {0, 75} if line.startswith("amberpost archive ") else {0}
            assert done.returncode in allowed, f"{line}: {done.returncode}\n{done.stderr}"


def test_the_tutorial_ends_with_a_file_of_the_archive() -> None:
    lines = [line for block in find_blocks("tutorial.md") for line in block.body.splitlines()]
    assert lines[-1].endswith(".wacz")


@pytest.mark.parametrize("record", [Article, Citation, CitedPost, Problem], ids=lambda record: record.__name__)
def test_every_field_has_a_meaning(record: type[Article | Citation | CitedPost | Problem]) -> None:
    rows = re.findall(r"^\| (`.*?) \|", (DOCS / "reference/records.md").read_text("utf-8"), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert set(record.model_fields) - set(named) == set()
    known = {name for type_ in (Article, Citation, CitedPost, Problem) for name in type_.model_fields}
    assert set(named) - known == set()


def test_the_page_of_python_names_every_public_name() -> None:
    import amberpost

    page = (DOCS / "reference/python.md").read_text("utf-8")
    assert set(re.findall(r"^::: amberpost\.(\w+)$", page, re.MULTILINE)) == set(amberpost.__all__)


def test_the_flags_that_pages_name_exist() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    pages = "".join(path.read_text("utf-8") for path in DOCS.glob("*/*.md"))
    flags = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", pages))
    assert "start-uncertain" in flags
    assert {flag for flag in flags if f'"{flag}"' not in code} == set()


def test_links_between_pages_lead_somewhere() -> None:
    for page in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([\w./-]+\.(?:md|ipynb))(?:#[\w-]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_commands_on_the_site_are_those_of_the_program() -> None:
    hooks = "import json, site_hooks; print(json.dumps([*site_hooks.find_sections()]))"
    done = run([sys.executable, "-c", hooks], ROOT / "tools")
    sections = json.loads(done.stdout)
    assert [section.split()[2] for section in sections][:2] == ["find", "archive"]
    assert all("Usage: amberpost" in section and "--help" in section for section in sections)
