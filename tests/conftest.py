"""Fixtures are data: each folder `fixtures/PLATFORM/CASE` and each file `fixtures/articles/*.txt` becomes named tests.

`pytest --accept` rewrites what is expected from the current output; the diff is then read, never waved through.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_socket

if TYPE_CHECKING:
    from amberpost.demo.internet import SmallInternet

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expected citations from the current output")


@pytest.fixture(autouse=True)
def _loopback(request: pytest.FixtureRequest) -> None:
    """Let tests under the marker `loopback` reach 127.0.0.1 and ::1, and nothing else; all others no socket at all."""
    if request.node.get_closest_marker("loopback"):
        request.getfixturevalue("socket_enabled")
        pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def expectations() -> list[Path]:
    return [_expected_beside(path) for path in _samples()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two people's posts, to be read only: who changes one takes a `copy`."""
    from smallarchive import build_two  # loads the network's library, which most tests do without

    return build_two(tmp_path_factory.mktemp("whole") / "archive")


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallInternet]:
    """The small internet that `amberpost archive` asks."""
    from archivecommand import run_answers  # loads the network's library as well

    with run_answers(monkeypatch) as running:
        yield running


@pytest.fixture
def citations(tmp_path: Path) -> Path:
    """A file with the citation of one post, whose link the small internet knows."""
    from amberpost import find, write
    from archivecommand import POST

    path = tmp_path / "citations.jsonl"
    write(find(POST), path)
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where the archive will be."""
    return tmp_path / "kept"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`case`, `story`: what to find, misses marked; `sample`: any of them, for what holds whatever is found."""
    if "case" in metafunc.fixturenames:
        metafunc.parametrize(("case", "expected"), [_strict(path) for path in _cases()])
    if "story" in metafunc.fixturenames:
        metafunc.parametrize(("story", "expected"), [_strict(path) for path in _stories()])
    if "sample" in metafunc.fixturenames:
        metafunc.parametrize("sample", [pytest.param(path, id=_name(path)) for path in _samples()])


def _cases() -> list[Path]:
    return sorted(FIXTURES.glob("*/*/article.*"))


def _stories() -> list[Path]:
    return sorted(FIXTURES.glob("articles/*.txt"))


def _samples() -> list[Path]:
    return [*_cases(), *_stories()]


def _expected_beside(article: Path) -> Path:
    if article.parent.name == "articles":
        return article.parent / "expected" / f"{article.stem}.json"
    return article.parent / "expected.json"


def _name(article: Path) -> str:
    return str(article.relative_to(FIXTURES)).removesuffix(f"/article{article.suffix}")


def _strict(article: Path) -> object:
    expected = _expected_beside(article)
    return pytest.param(article, expected, id=_name(article), marks=list(_marks(expected)))


def _marks(expected: Path) -> Iterator[pytest.MarkDecorator]:
    if expected.exists() and (reason := json.loads(expected.read_text("utf-8")).get("known_miss")):
        yield pytest.mark.xfail(reason=reason, strict=True)
