"""Each `reads` of a scenario is held to what its source makes of that answer, also of a source that is new."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from amberpost.models import Permalink
from amberpost.platforms import parse_permalink
from amberpost.posts import Reading, Reply
from amberpost.sources import PAGE, find_reader
from scenarios import PATHS, Scenario, read_body, read_scenario

DATE = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


def find_reads() -> Iterator[Any]:
    for path in PATHS:
        scenario = read_scenario(path)
        for number, answer in enumerate((*scenario.answers, *scenario.kept)):
            if "reads" in answer:
                yield pytest.param(scenario, answer, id=f"{path.stem}-{number}")


def find_posts(scenario: Scenario) -> set[Permalink]:
    """Every post that a scenario names: in what is cited, what must come out, and where links and questions lead."""
    urls = [row.get(name) or "" for row in (*scenario.citations, *scenario.expected) for name in ("permalink", "url")]
    urls += [url for row in scenario.citations for url in row.get("links", ())]
    for answer in scenario.answers:
        query = parse_qs(urlsplit(answer["url"]).query)
        urls += [answer["url"], answer.get("location", ""), *query.get("url", ())]
        urls += [f"https://x.com/i/status/{post_id}" for post_id in query.get("id", ())]
    return {permalink for permalink in map(parse_permalink, urls) if permalink}


def find_read(source: str, post: Permalink) -> Callable[[Reply, Permalink], Reading]:
    """How a source reads; a page as it is read wherever it lies, for on other hosts than its own none is believed."""
    return PAGE.read if source == PAGE.name else find_reader(source, post.platform)


def make_fields(reading: Reading) -> dict[str, Any]:
    told = json.loads(reading.post.model_dump_json()) if reading.post else {}
    return {**told, "outcome": reading.outcome, "reason": reading.reason, "copies": len(reading.leads)}


def is_told(wanted: object, found: object) -> bool:
    """Whether a value is the one that a scenario writes, which leaves out what has no value."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(is_told(wanted.get(name), value) for name, value in found.items()) and wanted.keys() <= found.keys()
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(is_told, wanted, found))
    return wanted == found


@pytest.mark.parametrize(("scenario", "answer"), list(find_reads()))
def test_an_answer_is_read_as_its_scenario_says(scenario: Scenario, answer: dict[str, Any]) -> None:
    wanted = {name: value for name, value in answer["reads"].items() if name != "source"}
    copied = answer.get("headers", {}).get("Memento-Datetime")
    reply = Reply(
        url=answer["url"],
        status=answer.get("status", 200),
        type=answer.get("type", "text/html").partition(";")[0],
        body=read_body(answer),
        date=DATE,
        copied=parsedate_to_datetime(copied) if copied else None,
    )
    found = [make_fields(find_read(answer["reads"]["source"], post)(reply, post)) for post in find_posts(scenario)]
    assert any(all(is_told(value, row.get(name)) for name, value in wanted.items()) for row in found), found
