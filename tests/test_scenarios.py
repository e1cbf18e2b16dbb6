"""The scenarios of fixtures/posts, each run whole on the small internet: from a citation to its verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amberpost import Archive, merge
from amberpost.archive import Network
from amberpost.archive.care.check import check
from amberpost.archive.care.forget import forget
from amberpost.demo.internet import run_internet
from exchanges import ToldClock
from scenarios import FOLDER, PATHS, Scenario, certify, make_warc, read_scenario
from smallarchive import find_traces

pytestmark = pytest.mark.loopback
_FIELDS = ("outcome", "reason", "post_id", "platform", "permalink", "record", "verdict", "reasons", "verified")


def run(scenario: Scenario, folder: Path) -> list[str]:
    """Archive a scenario's citations; gives the URLs that were asked for, in order."""
    with run_internet(extra=scenario.make_extra(), tls=certify()) as internet:
        network = Network(
            resolver=internet.resolver, ssl_context=internet.ssl_context, clock=ToldClock(1_790_000_000.0)
        )
        options: dict[str, Any] = {"contact": "desk@example.org", "allow_private": True, "robots": False}
        with Archive(folder, network=network, **options, **scenario.options) as archive:
            archive.add(scenario.citations)
            archive.run()
            if scenario.kept:
                (folder.parent / f"{folder.name}.warc.gz").write_bytes(make_warc(scenario))
                archive.add_warcs([folder.parent / f"{folder.name}.warc.gz"])
                archive.run()
        return [request.url for request in internet.requests]


def read_outcome(folder: Path, citation: str) -> dict[str, Any]:
    """What the archive's tables say of one citation, as flat fields, the post's record among them."""
    with Archive(folder) as archive:
        row = archive.store.connection.execute(
            "SELECT outcome, post.reason, post.post_id, post.platform, post.permalink, post.record, verdict, reasons,"
            " text FROM verdict LEFT JOIN post ON post.id = verdict.post WHERE citation = ?",
            (citation,),
        ).fetchone()
    assert row is not None, f"{citation} was not judged"
    found = dict(zip(_FIELDS, row, strict=True))
    record = json.loads(found.pop("record") or "null") or {}
    return {**{name: value for name, value in record.items() if name not in found}, **found}


def read_told(folder: Path) -> tuple[list[Any], list[Any], list[Any]]:
    """What was captured as an answer about a post, what it tells, and what comes of it."""
    queries = (
        "SELECT url, source, question.outcome, question.record FROM question JOIN link ON link.id = question.link"
        " WHERE question.capture IS NOT NULL ORDER BY url",
        "SELECT permalink, outcome, record FROM post ORDER BY permalink",
        "SELECT citation, verdict, text FROM verdict ORDER BY citation",
    )
    with Archive(folder) as archive:
        asked, posts, verdicts = (archive.store.connection.execute(query).fetchall() for query in queries)
    return asked, posts, verdicts


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_scenario_ends_as_it_must(path: Path, tmp_path: Path) -> None:
    scenario = read_scenario(path)
    asked = run(scenario, tmp_path)
    for expected in scenario.expected:
        found = read_outcome(tmp_path, expected["citation"])
        for name, value in expected.items():
            if name == "citation":
                continue
            if name == "because":
                assert any(value in reason for reason in json.loads(found["reasons"])), found["reasons"]
            else:
                assert found.get(name) == value, f"{name}: {found}"
    if scenario.asked is not None:
        assert asked == list(scenario.asked)
    for url in scenario.never_asked:
        assert not [each for each in asked if each.startswith(url)], url
    assert not list(check(tmp_path))


@pytest.mark.parametrize("path", [path for path in PATHS if read_scenario(path).options], ids=lambda path: path.stem)
def test_all_that_was_kept_is_read_again_when_the_database_is_lost_whatever_is_wanted_then(
    path: Path, tmp_path: Path
) -> None:
    scenario = read_scenario(path)
    run(scenario, tmp_path)
    before = read_told(tmp_path)
    (tmp_path / "archive.db").unlink()
    with Archive(tmp_path, allow_private=True) as archive:
        archive.add(scenario.citations)
        archive.learn()
    assert read_told(tmp_path) == before
    assert not list(check(tmp_path))


def test_who_is_forgotten_by_the_name_of_today_goes_with_what_was_cited_under_an_older_one(tmp_path: Path) -> None:
    run(read_scenario(FOLDER / "x-renamed.toml"), tmp_path)
    words = ("ada_at_sea", "First boats are back", "WrenName01", "All boats are back", "adawren")
    assert find_traces(tmp_path, *words)
    assert forget(tmp_path, handle="adawren").citations == 2
    assert find_traces(tmp_path, *words) == set()
    assert not list(check(tmp_path))


def test_what_was_cited_under_an_older_name_goes_when_archives_are_merged(tmp_path: Path) -> None:
    scenario = read_scenario(FOLDER / "x-renamed.toml")
    run(scenario, tmp_path / "one")
    run(
        replace(scenario, citations=tuple(row | {"id": f"d{row['id']}"} for row in scenario.citations)),
        tmp_path / "two",
    )
    forget(tmp_path / "one", handle="adawren")
    merge([tmp_path / "one", tmp_path / "two"], to=tmp_path / "both")
    assert find_traces(tmp_path / "both", "ada_at_sea", "First boats are back", "WrenName01", "adawren") == set()
    assert not list(check(tmp_path / "both"))
