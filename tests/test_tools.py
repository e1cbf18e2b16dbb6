"""The scripts that guard the build: the score floors bite and only rise, the corpus may be missing, examples run."""

from __future__ import annotations

import doctest
import json
import sys
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from amberpost.finding.residue import find_footers

TOOLS = Path(__file__).resolve().parents[1] / "tools"
FLOORS = {"at_least": {"text": {"recall": 0.9, "spans": 1.0}}, "at_most": {"negatives": {"false_embeds": 0}}}
GOOD = {"text": {"recall": 0.95, "spans": 1.0}, "negatives": {"false_embeds": 0}}


def load_tool(name: str) -> ModuleType:
    spec = util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def check_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script with floors of its own, and a corpus to score on that is only a folder."""
    tool = load_tool("check_scores")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "floors.json").write_text(json.dumps(FLOORS), "utf-8")
    monkeypatch.setattr(tool, "FLOORS", tmp_path / "floors.json")
    monkeypatch.setenv("AMBERPOST_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setattr(sys, "argv", ["check_scores.py"])
    return tool


def make_scorer(folder: Path, scores: object) -> None:
    """A scorer that says `scores`, whatever it is asked."""
    (folder / "tools").mkdir()
    (folder / "tools" / "score.py").write_text(f"print({json.dumps(json.dumps(scores))})\n", "utf-8")


@pytest.mark.parametrize("name", ["check_scores", "make_readme_table"])
def test_the_examples_of_scripts_run(name: str) -> None:
    done = doctest.testmod(load_tool(name))
    assert done.failed == 0
    assert done.attempted > 0


def test_scores_above_their_floors_pass(check_scores: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_scorer(tmp_path, GOOD)
    assert check_scores.main() == 0
    assert "recall 0.95" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (GOOD | {"text": {"recall": 0.89, "spans": 1.0}}, "text recall: 0.89, wanted at least 0.9"),
        (GOOD | {"text": {"spans": 1.0}}, "text recall: None, wanted at least 0.9"),
        (GOOD | {"negatives": {"false_embeds": 1}}, "negatives false_embeds: 1, wanted at most 0"),
        ({}, "text spans: None"),
    ],
)
def test_a_figure_below_its_floor_fails_and_is_named(
    scores: object, said: str, check_scores: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_scorer(tmp_path, scores)
    assert check_scores.main() == 1
    assert said in capsys.readouterr().out


def test_floors_rise_and_never_sink(check_scores: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_scorer(tmp_path, {"text": {"recall": 0.95, "spans": 0.5}, "negatives": {"false_embeds": 3}})
    monkeypatch.setattr(sys, "argv", ["check_scores.py", "--write"])
    assert check_scores.main() == 1
    floors = json.loads((tmp_path / "floors.json").read_text("utf-8"))
    assert floors == FLOORS | {"at_least": {"text": {"recall": 0.948, "spans": 1.0}}}


def test_without_a_corpus_nothing_is_scored_and_that_is_said(
    check_scores: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AMBERPOST_CORPUS")
    monkeypatch.setattr(check_scores, "TOOLS", tmp_path / "project" / "tools")
    assert check_scores.main() == 0
    assert capsys.readouterr().out == "skipped: no corpus\n"


def test_a_corpus_that_is_named_must_be_there(check_scores: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMBERPOST_CORPUS", "gone")
    with pytest.raises(SystemExit, match="gone, which is no folder"):
        check_scores.main()


def test_posts_read_by_hand_say_why() -> None:
    rows = [json.loads(line) for line in (TOOLS / "score_also.jsonl").read_text("utf-8").splitlines()]
    assert rows
    assert all(len(row["why"]) > 40 and {"folder", "article"} < set(row) for row in rows)


def test_every_page_with_an_embed_shows_a_listed_form() -> None:
    coverage = load_tool("make_coverage")
    forms, fixtures = coverage.read_forms(), coverage.read_fixtures()
    assert list(coverage.find_gaps(forms, fixtures)) == []
    shown = {fixture.name for row in fixtures.values() for fixture in row}
    for path in TOOLS.parent.glob("fixtures/*/*/article.html"):
        known = json.loads(path.with_name("expected.json").read_text("utf-8"))
        if any(citation.get("kind") == "embed" for citation in known["citations"]):
            assert f"{path.parent.parent.name}/{path.parent.name}" in shown, (
                f'{path}: say "row" in its expected.json, of tools/coverage_rows.jsonl'
            )


def test_invented_articles_hold_the_posts_they_say() -> None:
    """The start weights are fitted on them: a footer that is not found, or words that moved, would teach nothing."""
    start_articles = load_tool("start_articles")
    posts = [(one.source, post) for one in start_articles.make_articles(60, seed=1) for post in one.posts]
    assert len(posts) > 60
    for source, post in posts:
        footers = [footer for footer in find_footers(source) if footer.handle == post["handle"]]
        assert any(
            source[: footer.start].rstrip().endswith(post["text"]) and str(footer.printed.day) == post["date_iso"]
            for footer in footers
            if footer.printed
        )
