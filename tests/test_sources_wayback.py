"""The Wayback Machine's lists and copies are read for the asked post alone, whatever they hold."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amberpost.archive.disk.cited import make_link
from amberpost.archive.politeness.manners import find_lane, find_service
from amberpost.models import Permalink
from amberpost.permalinks import parse_permalink
from amberpost.posts import OUTCOMES, Reading, Reply
from amberpost.sources import (
    CDX_NAME,
    CHECK_NAME,
    MEMENTO_NAME,
    SAVE_NAME,
    STATUS_NAME,
    TIMEGATE_NAME,
    WARC_NAME,
    find_answering,
    find_reader,
    is_about,
    make_cdx_urls,
)
from amberpost.sources.wayback import make_memento_url
from scenarios import PATHS, read_body, read_scenario

NOW = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)
ASKED = Permalink("twitter", "1862485943811391923", "adawren", "https://x.com/adawren/status/1862485943811391923")
CDX = make_cdx_urls(ASKED, near=None)[0]
OLD = make_memento_url("20241201101112", "https://twitter.com/adawren/status/1862485943811391923")
OURS = (CDX_NAME, MEMENTO_NAME)


def read(name: str, body: bytes, *, url: str, status: int = 200, kind: str = "", asked: Permalink = ASKED) -> Reading:
    reply = Reply(url=url, status=status, type=kind, body=body, date=NOW)
    return find_reader(name, asked.platform)(reply, asked)


def read_list(body: bytes | list[Any], **more: Any) -> Reading:
    return read(CDX_NAME, body if isinstance(body, bytes) else json.dumps(body).encode(), url=CDX, **more)


def read_copy(body: bytes | dict[str, Any], *, url: str = OLD, **more: Any) -> Reading:
    return read(MEMENTO_NAME, body if isinstance(body, bytes) else json.dumps(body).encode(), url=url, **more)


def find_cases() -> Iterator[Any]:
    for path in PATHS:
        scenario = read_scenario(path)
        for answer in scenario.answers:
            if answer.get("reads", {}).get("source") in OURS:
                yield pytest.param(scenario.expected[0]["post_id"], answer, id=f"{path.stem} {answer['url'][-40:]}")


@pytest.mark.parametrize(("post_id", "answer"), list(find_cases()))
def test_each_answer_of_the_scenarios_is_read_as_it_says(post_id: str, answer: dict[str, Any]) -> None:
    asked = Permalink("twitter", post_id, "adawren", f"https://x.com/adawren/status/{post_id}")
    kind = answer.get("type", "text/html").partition(";")[0]
    wanted = dict(answer["reads"])
    reading = read(
        wanted.pop("source"),
        read_body(answer),
        url=answer["url"],
        status=answer.get("status", 200),
        kind=kind,
        asked=asked,
    )
    assert reading.outcome == wanted.pop("outcome"), reading
    if "copies" in wanted:
        assert len(reading.leads) == wanted.pop("copies")
    told = json.loads(reading.post.model_dump_json()) if reading.post else {}
    assert {name: told.get(name) for name in wanted} == wanted


# --- the questions


def test_a_tweet_is_looked_up_under_its_three_spellings_from_the_day_before_its_own() -> None:
    urls = make_cdx_urls(ASKED, near=None)
    hosts = [url.partition("?url=")[2].partition("%2F")[0] for url in urls]
    assert hosts == ["twitter.com", "mobile.twitter.com", "x.com"]
    assert all(url.endswith("&from=20241128") and "&showResumeKey=true" in url for url in urls)
    assert all("fl=urlkey," in url for url in urls), "without it the resume key is wrong"


def test_a_short_id_is_no_prefix() -> None:
    old, new = (make_cdx_urls(Permalink("twitter", each, "jack", ""), near=None)[0] for each in ("20", ASKED.post_id))
    assert "matchType=prefix" not in old
    assert "matchType=prefix" in new


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (
            "https://x.com/i/status/1862485943811391923",
            ["twitter.com/i/status/", "twitter.com/i/web/", "x.com/i/status/"],
        ),
        ("https://www.instagram.com/p/CabcdefghiJ/", ["instagram.com/p/CabcdefghiJ", "instagram.com/reel/CabcdefghiJ"]),
        ("https://www.youtube.com/watch?v=abcdefghijk", ["youtube.com/watch?v=abcdefghijk", "youtu.be/abcdefghijk"]),
        ("https://t.me/harbour/12", ["t.me/harbour/12"]),
    ],
)
def test_other_posts_are_looked_up_by_what_is_known_of_them(url: str, asked: list[str]) -> None:
    permalink = parse_permalink(url)
    assert permalink is not None
    found = [parse_qs(urlsplit(each).query)["url"][0] for each in make_cdx_urls(permalink, near=NOW)]
    assert len(found) == len(asked)
    assert all(one.startswith(start) for one, start in zip(found, asked, strict=True)), found


@pytest.mark.parametrize(
    "url", [*make_cdx_urls(ASKED, near=None), f"{CDX}&resumeKey=com%2Ctwitter%29%2Fa+2024%21", OLD]
)
def test_questions_are_queued_as_they_are_and_have_the_archives_budgets(url: str) -> None:
    assert make_link(url, find_refusal=lambda _: None, role="post").url == url
    service = find_service(find_lane(url))
    assert service.name == ("web.archive.org/web/" if url == OLD else "web.archive.org/cdx/")
    assert service.is_limit
    assert service.rest >= 60, "who goes on for a minute after a 429 is shut out"


# --- the lists


HEAD = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest"]


def row(stamp: str = "20241130000000", **changes: str) -> list[str]:
    cells = dict(zip(HEAD, ["com,twitter)/x", stamp, ASKED.url, "text/html", "200", f"D{stamp}"], strict=True))
    return list((cells | changes).values())


@pytest.mark.parametrize("body", [b"", b"\n", b"[]", b"[]\n", b"[[]]", json.dumps([HEAD]).encode()])
def test_a_list_without_rows_is_no_copy_and_no_word_on_the_post(body: bytes) -> None:
    reading = read_list(body)
    assert (reading.outcome, reading.leads, reading.more) == ("unconfirmed", (), None)


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"[1, 2", b'{"a": 1}', b"\xff\xfe" * 40, b"[" * 100_000])
def test_what_is_no_list_is_not_read_as_an_empty_one(body: bytes) -> None:
    assert read_list(body).outcome == "unreachable"


def test_rows_are_read_by_the_names_in_the_first_and_in_the_asked_order_without_it() -> None:
    turned = [HEAD[::-1], row()[::-1]]
    assert read_list(turned).leads == read_list([HEAD, row()]).leads == read_list([row()]).leads
    assert len(read_list([row()]).leads) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"statuscode": "302"},
        {"statuscode": "404"},
        {"timestamp": "2024113000000"},
        {"timestamp": "20241399000000"},
        {"original": "https://twitter.com/adawren/status/1862485943811391924"},
        {"original": "https://twitter.com/adawren/status/18624859438113919230"},
        {"original": "https://twitter.com/adawren"},
        {"original": "https://twitter.com/adawren/status/1862485943811391923\nX"},
        {"original": "javascript:alert(1)"},
    ],
)
def test_rows_of_other_posts_of_redirects_and_of_nonsense_give_no_copy(changes: dict[str, str]) -> None:
    assert read_list([HEAD, row(**changes)]).leads == ()


def test_the_case_of_an_id_is_looked_at_though_the_index_does_not() -> None:
    asked = parse_permalink("https://www.instagram.com/p/CabcdefghiJ/")
    assert asked is not None
    rows = [HEAD, row(original="https://www.instagram.com/p/cabcdefghij/"), row("20250101000000", original=asked.url)]
    assert [lead.date.year for lead in read_list(rows, asked=asked).leads] == [2025]


def test_one_content_is_one_copy_and_pages_of_scripts_come_behind_records() -> None:
    rows = [
        HEAD,
        row(),
        row("20241201000000", digest="D20241130000000"),
        row("20250101000000", mimetype="application/json"),
    ]
    assert [(lead.date.month, lead.rank) for lead in read_list(rows).leads] == [(11, 1), (1, 0)]


@pytest.mark.parametrize("key", ["com%2Ctwitter%29%2Fadawren+20241201000001", "com,twitter)/adawren 1", "x" * 3000, ""])
def test_a_resume_key_becomes_a_question_unless_it_could_be_another(key: str) -> None:
    more = read_list([HEAD, row(), [], [key]]).more
    assert more == (f"{CDX}&resumeKey={key}" if "%2C" in key else None)


def test_a_resume_key_takes_the_place_of_the_one_before() -> None:
    body = json.dumps([HEAD, row(), [], ["com%2Cb+2"]]).encode()
    reading = read(CDX_NAME, body, url=f"{CDX}&resumeKey=com%2Ca+1")
    assert reading.more == f"{CDX}&resumeKey=com%2Cb+2"


# --- the copies


RECORD = {"__typename": "Tweet", "id_str": ASKED.post_id, "text": "Rain.", "user": {"screen_name": "adawren"}}


def test_counts_are_of_the_copys_time_and_the_record_says_that_it_is_a_copy() -> None:
    post = read_copy(RECORD | {"favorite_count": 3}).post
    assert post is not None
    assert post.source == "memento"
    assert str(post.counted_at) == "2024-12-01 10:11:12+00:00"


@pytest.mark.parametrize("status", [204, 302, 403, 404, 429, 500, 503])
def test_what_has_another_status_is_no_copy(status: int) -> None:
    assert read_copy(RECORD, status=status).post is None


def test_a_copy_of_another_address_or_a_record_of_another_post_is_not_taken() -> None:
    other = OLD.replace(ASKED.post_id, "1862485943811391999")
    assert read_copy(RECORD, url=other).post is None
    assert read_copy(RECORD | {"id_str": "1862485943811391999"}).post is None


def test_a_retweets_record_gives_the_post_that_was_asked_for() -> None:
    inner = {"id_str": ASKED.post_id, "text": "Rain.", "user": {"screen_name": "adawren"}}
    outer = {"id_str": "1862485943811399999", "text": "RT @adawren: Rain.", "user": {"screen_name": "other"}}
    post = read_copy(outer | {"retweeted_status": inner}).post
    assert post is not None
    assert (post.handle, post.text) == ("adawren", "Rain.")


def test_words_of_version_1_are_whole_where_they_are_told_whole_and_else_said_to_be_cut() -> None:
    cut = {"id_str": ASKED.post_id, "text": "Rain, and…", "truncated": True, "user": {"screen_name": "adawren"}}
    whole = cut | {"extended_tweet": {"full_text": "Rain, and more of it."}}
    posts = [read_copy(each).post for each in (cut, whole)]
    assert [(post.text, post.truncated) for post in posts if post] == [
        ("Rain, and…", True),
        ("Rain, and more of it.", False),
    ]


def test_version_2_tells_long_words_whole_and_what_is_quoted_and_answered() -> None:
    referred = [{"type": "quoted", "id": "20"}, {"type": "replied_to", "id": "21"}]
    data = {
        "id": ASKED.post_id,
        "text": "Rain…",
        "note_tweet": {"text": "Rain all day."},
        "referenced_tweets": referred,
    }
    post = read_copy({"data": [data], "includes": {}}).post
    assert post is not None
    assert (post.text, post.quoted, post.reply_to, post.handle) == (
        "Rain all day.",
        "https://x.com/i/status/20",
        "https://x.com/i/status/21",
        None,
    )


def test_an_archived_embed_is_read_by_who_reads_embeds() -> None:
    byline = f'&mdash; Ada (@adawren) <a href="{ASKED.url}">May 1, 2020</a>'
    html = f'<blockquote class="twitter-tweet"><p lang="en">Rain.</p>{byline}</blockquote>'
    original = (
        "https://publish.twitter.com/oembed?url=https%3A%2F%2Ftwitter.com%2Fadawren%2Fstatus%2F1862485943811391923"
    )
    post = read_copy({"html": html, "author_name": "Ada"}, url=make_memento_url("20241201101112", original)).post
    assert post is not None
    assert post.text == "Rain."


# --- what a URL asks about


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://cdn.syndication.twimg.com/tweet-result?features=a%3Ab&id=1862485943811391923&token=x", "syndication"),
        (
            "https://publish.twitter.com/oembed?omit_script=1&url=https://x.com/adawren/status/1862485943811391923",
            "oembed",
        ),
        ("https://cdn.syndication.twimg.com/tweet-result?id=1862485943811391924", None),
        ("https://cdn.syndication.twimg.com/settings?id=1862485943811391923", None),
        ("https://cdn.syndication.twimg.example/tweet-result?id=1862485943811391923", None),
    ],
)
def test_a_question_is_known_again_in_other_words(url: str, name: str | None) -> None:
    source = find_answering(url, ASKED)
    assert (source.name if source else None) == name
    assert is_about(url, ASKED) == (name is not None)


# --- whatever the bytes

KEYS = """
    data includes users media id id_str text user entities urls html retweeted_status extended_tweet truncated
    referenced_tweets note_tweet attachments media_keys type variants __typename created_at edit_history_tweet_ids
    job_id status status_ext message timestamp original_url
"""
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(ASKED.post_id),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(KEYS.split()),
            inner,
            max_size=8,
        )
    ),
    max_leaves=30,
)
BODIES = st.binary(max_size=300) | JSONS.map(lambda value: json.dumps(value).encode()) | st.text().map(str.encode)
URLS = st.sampled_from([CDX, OLD, ASKED.url]) | st.text(max_size=60)


@settings(max_examples=400, deadline=None)
@given(
    name=st.sampled_from([*OURS, TIMEGATE_NAME, SAVE_NAME, STATUS_NAME, CHECK_NAME, WARC_NAME]),
    body=BODIES,
    url=URLS,
    status=st.sampled_from([200, 200, 200, 404, 429, 503]),
)
def test_reading_never_raises_and_a_post_is_always_the_asked_one(name: str, body: bytes, url: str, status: int) -> None:
    reading = read(name, body, url=url, status=status)
    assert reading.outcome in OUTCOMES
    assert (reading.outcome == "found") == (reading.post is not None)
    assert reading.post is None or ASKED.post_id in (reading.post.post_id, *reading.post.edits)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.lists(st.text(max_size=30) | st.sampled_from(row()), max_size=7), max_size=8))
def test_lists_of_anything_never_raise(rows: list[list[str]]) -> None:
    read_list([HEAD, *rows])
    read_list("\n".join(" ".join(each) for each in rows).encode("utf-8", "replace"))
