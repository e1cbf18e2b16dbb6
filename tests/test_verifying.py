"""The verdicts: a table of cases, what holds for any row, time on long strings, and the instants inside ids."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amberpost import ids
from amberpost.platforms import BY_ID
from amberpost.posts import VERDICTS, Judgement, Medium, Post, PostLink
from amberpost.verifying import verify
from amberpost.verifying.wording import normalize_wording

DATA = Path(__file__).parent / "data" / "verdicts.jsonl"
CASES = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
# Printed words beside a post's: edits, which turn a sentence round or change an amount; doubts, which may be edits;
# the manner of a house; and renditions, which are the post's own words as pages and extractors write them down.
MANNERS = [json.loads(line) for line in (DATA.parent / "manners.jsonl").read_text("utf-8").splitlines()]
Row = dict[str, Any]

steady = settings(derandomize=True, deadline=None, database=None)
POST_ID = "1862485943811391923"
WORDS = "Rain over the citadel since noon, and 14 streets of the lower town are under water."
POST = Post(
    platform="twitter",
    post_id=POST_ID,
    permalink=f"https://x.com/adawren/status/{POST_ID}",
    source="syndication",
    handle="adawren",
    text=WORDS,
)
CITED = {"platform": "twitter", "handle": "adawren", "date": "2024-11-29", "date_basis": "utc", "text": WORDS}


def judge(cited: Row, post: Post | None = POST, **given_: Any) -> Judgement:
    """Judge a citation, with what the post's own id and account say unless told otherwise."""
    post_id = given_.get("post_id", post.post_id if post else None)
    platform = given_.get("platform", post.platform if post else "twitter")
    instant = BY_ID[platform].parse_instant(post_id) if post_id else None
    facts = {"instant": instant, "handle": post.handle if post else None, "via": "media", "outcome": "found"}
    return verify(cited, post, **facts | {"post_id": post_id, "platform": platform} | given_)


def make_post(fields: Row | None) -> Post | None:
    if fields is None:
        return None
    parts: Row = {"platform": "twitter", "permalink": "", "source": "syndication"} | fields
    parts["media"] = tuple(Medium(**medium) for medium in fields.get("media", ()))
    parts["links"] = tuple(PostLink(**link) for link in fields.get("links", ()))
    return Post.model_validate(parts)


@pytest.mark.parametrize("row", CASES, ids=lambda row: str(row["note"]))
def test_each_case_gets_its_verdict_and_reasons(row: Row) -> None:
    extra = {key: row[key] for key in ("via", "post_id", "handle", "outcome") if key in row}
    judged = judge(row["cited"], make_post(row["post"]), **extra)
    said = {f"{reason.sign} {reason.about}" for reason in judged.reasons}
    assert (judged.verdict, set(row["reasons"]) - said) == (row["verdict"], set()), list(map(str, judged.reasons))
    if "text" in row:
        assert judged.text == row["text"]


def test_the_table_has_every_verdict_and_way() -> None:
    assert len(CASES) >= 60
    assert {row["verdict"] for row in CASES} == set(VERDICTS)
    assert {row["via"] for row in CASES} == {"own", "media", "link"}


@pytest.mark.parametrize("row", CASES, ids=lambda row: str(row["note"]))
def test_words_are_verified_only_when_it_is_the_same(row: Row) -> None:
    extra = {key: row[key] for key in ("via", "post_id", "handle", "outcome") if key in row}
    judged = judge(row["cited"], make_post(row["post"]), **extra)
    assert judged.text is None or judged.verdict == "same"
    assert all(reason.words for reason in judged.reasons)


ALLOWED = {
    "edit": {"different", "unverifiable"},
    "doubt": {"probably-same", "unverifiable"},
    "manner": {"same", "probably-same"},
    "rendition": {"same"},
}


@pytest.mark.parametrize("via", ["own", "media"])
@pytest.mark.parametrize("row", MANNERS, ids=lambda row: f"{row['printed'][-30:]} | {row['post'][-30:]}")
def test_a_manner_of_the_house_is_forgiven_and_an_edit_is_not(row: Row, via: str) -> None:
    """Else `it will **be** shut` would pass for `it will not be shut`, the stars for a mask of three letters."""
    cited = {"text": row["printed"], "links": row.get("links", []), "flags": row.get("flags", [])}
    told = {"text": row["post"], "lang": row["lang"], **row.get("told", {})}
    told["links"] = tuple(PostLink(**link) for link in told.get("links", ()))
    judged = judge(CITED | cited, POST.model_copy(update=told), via=via)
    assert judged.verdict in ALLOWED[row["kind"]], list(map(str, judged.reasons))


def test_the_table_of_manners_has_enough_of_each_kind() -> None:
    kinds = [row["kind"] for row in MANNERS]
    assert set(kinds) == set(ALLOWED)
    assert (kinds.count("edit") >= 140, kinds.count("doubt") >= 90) == (True, True)
    assert (kinds.count("manner") >= 70, kinds.count("rendition") >= 40) == (True, True)


CUT_BADLY = [
    ("they can…", "they can't leave the east bank"),
    ("they do…", "they don't leave the east bank"),
    ("they can…", "they cannot leave the east bank"),
    ("they do...", "they dont leave the east bank"),
    ("of no use…", "of no useless words a lack"),
    ("they lack 14…", "they lack 140 boats"),
    ("they lack 14…", "they lack 14,000 boats"),
    ("they lack 3…", "they lack 3.5 boats"),
]


@pytest.mark.parametrize(("printed", "told"), CUT_BADLY)
def test_words_that_are_cut_into_others_are_never_the_same(printed: str, told: str) -> None:
    lead = "The dyke board says at noon that "
    judged = judge(CITED | {"text": lead + printed}, POST.model_copy(update={"text": lead + told}), via="own")
    assert judged.verdict == "probably-same"


@pytest.mark.parametrize(
    ("printed", "told"),
    [("they can…", "they can leave"), ("lack 14…", "lack 14 boats"), ("the notice…", "the noticeboard")],
)
def test_words_that_are_cut_between_others_are_the_same(printed: str, told: str) -> None:
    lead = "The dyke board says at noon that "
    judged = judge(CITED | {"text": lead + printed}, POST.model_copy(update={"text": lead + told}), via="own")
    assert judged.verdict == "same"


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("it is not\nable to open", "it is notable to open"),
        ("it is notable to open", "it is not\nable to open"),
        ("the keys are now\nhere to see", "the keys are nowhere to see"),
        ("the gate has no\ntable beside it", "the gate has notable beside it"),
    ],
)
def test_a_line_s_end_that_makes_or_loses_a_denial_is_never_the_same(printed: str, told: str) -> None:
    lead = "The dyke board says at noon that "
    judged = judge(CITED | {"text": lead + printed}, POST.model_copy(update={"text": lead + told}), via="own")
    assert judged.verdict == "probably-same"


@pytest.mark.parametrize("outcome", ["gone", "withheld", "rate-limited", "never-asked"])
def test_a_post_that_was_not_had_is_never_the_same_and_says_why(outcome: str) -> None:
    judged = judge(CITED, None, post_id=POST_ID, handle="adawren", via="own", outcome=outcome)
    assert judged.verdict == "probably-same"
    assert any(outcome in reason.words for reason in judged.reasons)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
fields = st.sampled_from(
    [
        "platform",
        "handle",
        "author_name",
        "date",
        "date_basis",
        "posted_at",
        "text",
        "links",
        "post_id",
        "quoted",
        "flags",
    ]
)
hard_words = st.text(alphabet=st.characters() | st.sampled_from("@#&;…\u200d\ufe0f\n :/.\\-🌧"), max_size=200)
posts = st.builds(
    Post,
    platform=st.sampled_from(["twitter", "mastodon", "bluesky", ""]),
    post_id=st.sampled_from([POST_ID, "20", ""]) | st.text(max_size=20),
    permalink=st.text(max_size=20),
    source=st.just("s"),
    handle=st.none() | st.text(max_size=20),
    posted_at=st.none() | st.datetimes() | st.datetimes(timezones=st.just(dt.UTC)),
    text=st.none() | hard_words,
    truncated=st.booleans(),
    links=st.lists(st.builds(PostLink, url=hard_words, target=hard_words), max_size=3).map(tuple),
    quoted=st.none() | st.text(max_size=30),
    edits=st.lists(st.text(max_size=5), max_size=3).map(tuple),
)


@settings(steady, max_examples=400)
@given(
    cited=st.dictionaries(fields, anything | hard_words),
    post=st.none() | posts,
    post_id=st.none() | st.text(max_size=20),
    instant=st.none() | st.datetimes(timezones=st.just(dt.UTC)) | st.datetimes(),
    handle=st.none() | st.text(max_size=20),
    via=st.sampled_from(["own", "media", "link"]),
)
def test_it_never_raises(
    cited: Row, post: Post | None, post_id: str | None, instant: Any, handle: Any, via: Any
) -> None:
    judged = verify(
        cited, post, post_id=post_id, platform="twitter", instant=instant, handle=handle, via=via, outcome="found"
    )
    assert judged.verdict in VERDICTS
    assert post is not None or judged.verdict != "same"


@settings(steady, max_examples=300)
@given(words=hard_words, via=st.sampled_from(["own", "media"]))
def test_a_post_cited_by_its_own_words_is_the_same(words: str, via: str) -> None:
    assume(normalize_wording(words).strip())
    assert judge(CITED | {"text": words}, POST.model_copy(update={"text": words.strip()}), via=via).verdict == "same"


@settings(steady, max_examples=200)
@given(st.lists(st.sampled_from([" ", "  ", "\t", " \u200b", "\u00a0", "\n", " \r\n"]), min_size=20, max_size=20))
def test_white_space_changes_nothing(spaces: list[str]) -> None:
    words = WORDS.split(" ")
    spaced = "".join(word + space for word, space in zip(words, spaces, strict=False)) + " ".join(words[20:])
    assert judge(CITED | {"text": spaced}).verdict == "same"
    assert judge(CITED, POST.model_copy(update={"text": spaced})).verdict == "same"


@settings(steady, max_examples=300)
@given(
    place=st.integers(0, len(WORDS.split()) - 1),
    word=st.sampled_from(["not", "never", "15", "41", "Rain", "under", "no", "upper", "x"]),
    insert=st.booleans(),
    via=st.sampled_from(["own", "media", "link"]),
    flags=st.lists(st.sampled_from(["text-truncated"]), max_size=1),
    edits=st.sampled_from([(), (POST_ID, "1862485943811391999")]),
)
def test_one_other_word_is_never_the_same(
    place: int, word: str, insert: bool, via: str, flags: list[str], edits: tuple[str, ...]
) -> None:
    words = WORDS.split()
    changed = [*words[:place], word, *words[place + (0 if insert else 1) :]]
    assume(changed != words)
    post = POST.model_copy(update={"edits": edits})
    assert judge(CITED | {"text": " ".join(changed), "flags": flags}, post, via=via).verdict != "same"


@settings(steady, max_examples=100)
@given(st.integers(0, 10**6), st.integers(0, 9), st.sampled_from(["own", "media", "link"]))
def test_one_other_digit_is_never_the_same(number: int, place: int, via: str) -> None:
    digits = str(number)
    at = place % len(digits)
    changed = digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]
    post = POST.model_copy(update={"text": WORDS.replace("14", digits)})
    judged = judge(CITED | {"text": WORDS.replace("14", changed)}, post, via=via)
    assert judged.verdict == "different"


LONG = {
    "words": "rain and wind ",
    "one letter": "a",
    "entities": "&amp;",
    "numbers in entities": "&#1234567;",
    "marks on a letter": "e\u0301\u0323",
    "dots": ".",
    "dashes": "-",
    "emoji": "🌧",
    "accounts": "@ada ",
    "lost": "a\ufffd",
    "hosts": "a.bc.",
    "links": "https://t.co/abcdefghij ",
    "slashes": "a.bc/",
    "stand-ins": ":rain",
    "backslashes": "\\",
    "spaces": " \n",
    "brackets": "[",
    "JSON": "[[",
    "masks": "d***",
    "stars": "*",
    "bold": "*a",
    "numbers": "1,234 ",
    "numbers without an end": "123 ",
    "errors": "[sic] ",
    "lost and spaces": "a\ufffd ",
    "tags": "<p ",
    "turned digits": "\u202e4\u202c",
    "misread": "Ã©",
    "bold letters": "𝐛",
    "joined letters": "ﻻ",
    "narrow joints": "می\u200c ",
    "spaces in numbers": "1: 3 ",
    "spaces in Japanese": "霧で ",
    "hyphens behind denials": "no - ",
    "denials": "not ",
    "passed on": "RT @a: ",
    "shown links": "a.bc/d… ",
    "emoji and words": "a🌧 ",
    "quotation marks": "'a' ",
    "groups of two": "1,00,000 ",
    "lines": "a\n",
    "dashes between words": "a  – ",
    "years": "2010–",
    "quotes in quotes": '"a" ',
}


def test_words_beyond_what_is_compared_are_never_the_same() -> None:
    long = "Rain over mole 7. " * 20_000
    for printed in (long, long + "No.", long + "Yes."):
        judged = judge(CITED | {"text": printed}, POST.model_copy(update={"text": long}), via="own")
        assert (judged.verdict, judged.text) == ("probably-same", None)


@pytest.mark.parametrize("kind", LONG)
def test_a_megabyte_takes_no_time_to_speak_of(kind: str) -> None:
    text = (LONG[kind] * (1_000_000 // len(LONG[kind]) + 1))[:1_000_000]
    cited = CITED | {"text": text, "links": text, "flags": ["start-uncertain"], "lang": text, "quoted": text}
    begin = time.process_time()
    for told in (text[:-3] + "…", "x" + text):
        judge(cited, POST.model_copy(update={"text": told, "truncated": True, "quoted": text, "edits": (POST_ID, "1")}))
    assert time.process_time() - begin < 20


# Ids and instants of the survey of embeds that the project began with, and what services print beside such ids.
INSTANTS = [
    ("twitter", "1137051097955102720", "2019-06-07T17:38:01Z"),
    ("twitter", "3579860805", None),
    ("twitter", "7436635741", None),
    ("twitter", "12247323274", None),
    ("bluesky", "3ljrcuxpu222g", "2025-03-07T05:51:14Z"),
    ("instagram", "BnSBALPBGaF", "2018-09-03T22:55:42Z"),
    ("mastodon", "116329750110333726", "2026-04-01T13:45:18Z"),
    ("tiktok", "7000000000000000000", "2021-08-24T14:15:05Z"),
]


@pytest.mark.parametrize(("platform", "post_id", "instant"), INSTANTS)
def test_ids_hold_their_instants(platform: str, post_id: str, instant: str | None) -> None:
    held = BY_ID[platform].parse_instant(post_id)
    assert (held.isoformat().replace("+00:00", "Z") if held else None) == instant


@settings(steady, max_examples=200)
@given(st.datetimes(dt.datetime(2011, 1, 1), dt.datetime(2060, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
def test_ids_made_at_an_instant_hold_it(moment: dt.datetime) -> None:
    milliseconds = int((moment - dt.datetime(1970, 1, 1)).total_seconds() * 1000)
    held = moment.replace(tzinfo=dt.UTC)
    assert ids.parse_snowflake(str((milliseconds - 1288834974657) << 22)) == held
    assert ids.parse_milliseconds(str(milliseconds << 16), shift=16) == held
    assert ids.parse_seconds(str((milliseconds // 1000) << 32), shift=32) in (held, None)
    assert ids.parse_tid(encode((milliseconds * 1000) << 10, "234567abcdefghijklmnopqrstuvwxyz", 13)) == held
    if milliseconds > 1314220021721:
        number = (milliseconds - 1314220021721) << 23
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        assert ids.parse_shortcode(encode(number, letters, 11)) == held


def encode(number: int, alphabet: str, length: int) -> str:
    signs = []
    for _ in range(length):
        number, rest = divmod(number, len(alphabet))
        signs.append(alphabet[rest])
    return "".join(reversed(signs))
