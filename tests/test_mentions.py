"""Mentions: prose that says somebody posted something, in eleven languages, and prose that only names a platform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amberpost import find
from amberpost.finding.mentions import find_mentions
from amberpost.models import Sighting

DATA = Path(__file__).parent / "data" / "mentions.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
BEFORE = "The storm reached the coast before dawn.\n\n"
AFTER = "\n\nRepairs would take a week."


def fields(sighting: Sighting) -> dict[str, str | None]:
    return {
        "platform": sighting.platform,
        "author_name": sighting.author_name,
        "handle": sighting.handle,
        "text": sighting.text,
    }


def test_data_is_as_wide_as_promised() -> None:
    assert len(ROWS) >= 600
    assert sum(not row["mentions"] for row in ROWS) >= 270
    assert {row["lang"] for row in ROWS} >= {"en", "fr", "de", "es", "pt", "it", "ru", "tr", "id", "ar", "ja"}


@pytest.mark.parametrize("embedded", [False, True], ids=["alone", "between paragraphs"])
@pytest.mark.parametrize("which", ["tuned", "held-out"])
def test_mentions_are_found_with_name_handle_and_words(which: str, embedded: bool) -> None:
    wrong = []
    for row in ROWS:
        if row["set"] == which:
            text = BEFORE + row["line"] + AFTER if embedded else row["line"]
            got = [fields(mention) for mention in find_mentions(text)]
            if got != row["mentions"]:
                wrong.append((row["line"], got))
    assert wrong == []


def test_span_covers_name_verb_and_quotation() -> None:
    text = "It rained. “We are safe,” Mara Linden wrote on X. Then it stopped."
    (mention,) = find_mentions(text)
    assert text[mention.start : mention.end] == "“We are safe,” Mara Linden wrote on X"


def test_platform_without_speech_is_no_mention() -> None:
    assert list(find_mentions("She has fans on Instagram. The rest is on X. SpaceX wrote it off.")) == []


SHARDS = [
    "wrote on X",
    " on ",
    "Twitter",
    "tweeted",
    "“",
    "”",
    "Ann Oakes ",
    ": ",
    "@some_one ",
    "Xで",
    "「",
    "」",
    "投稿",
    "\n",
]
SHARDS += [
    "'te ",
    "yazdı ",
    "в твите",
    "X",
    " в Telegram",
    "написал ",
    "\ud800",
    "İ",
    "غرد ",
    "in a tweet",
    "(formerly Twitter)",
]


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(SHARDS), max_size=30).map("".join)))
def test_any_text_gives_ordered_disjoint_spans(text: str) -> None:
    last = 0
    for mention in find_mentions(text):
        assert last <= mention.start < mention.end <= len(text)
        last = mention.end


@pytest.mark.parametrize("text", ["Photo by Tumblr", "Nothing here", "Ann Lee said it on Facebook. Photo by Tumblr"])
def test_asking_for_mentions_changes_nothing_else(text: str) -> None:
    others = [citation for citation in find(text, mentions=True) if citation.kind != "mention"]
    assert others == find(text)
