"""Bluesky, Mastodon, Telegram and posts' own pages: read as the scenarios say, whatever the bytes, in linear time."""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amberpost.models import Permalink
from amberpost.platforms import parse_permalink
from amberpost.posts import Post, Reading, Reply
from amberpost.sources import PAGE, SOURCES, Source
from amberpost.sources.witnesses import _MIRRORS, is_own
from scenarios import PATHS, read_body, read_scenario

NAMES = ("appview", "statuses", "widget", "page")
DATE = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
READERS: tuple[Source, ...] = (*(each for sources in SOURCES.values() for each in sources if each.name in NAMES), PAGE)
Case = tuple[Reply, Permalink, Mapping[str, Any]]


def find_cases() -> dict[str, Case]:
    """The answers of the scenarios that say how these sources read them."""
    cases: dict[str, Case] = {}
    for path in PATHS:
        scenario = read_scenario(path)
        for answer in scenario.answers:
            reads = answer.get("reads", {})
            asked = parse_permalink(scenario.citations[0].get("permalink") or "")
            if reads.get("source") in NAMES and asked:
                kind = answer.get("type", "text/html").partition(";")[0]
                body = read_body(answer)
                reply = Reply(url=answer["url"], status=answer.get("status", 200), type=kind, body=body, date=DATE)
                cases[path.stem] = reply, asked, reads
    return cases


CASES = find_cases()


def find_source(name: str) -> Source:
    return next(each for each in READERS if each.name == name)


def make_plain(value: object) -> object:
    """A record as a scenario writes it: fields without a value are left out."""
    if isinstance(value, list):
        return [make_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: make_plain(each) for name, each in value.items() if each is not None}
    return value


def make_fields(reading: Reading) -> dict[str, object]:
    record = reading.post.model_dump(mode="json") if reading.post else {}
    return {**record, "outcome": reading.outcome, "reason": reading.reason}


@pytest.mark.parametrize("name", CASES)
def test_each_answer_is_read_as_its_scenario_says(name: str) -> None:
    reply, asked, reads = CASES[name]
    source = find_source(reads["source"])
    found = make_fields(source.read(reply, asked))
    for field, value in reads.items():
        if field != "source":
            assert make_plain(found.get(field)) == value, f"{field}: {found}"
    assert found.get("source", source.name) == source.name
    assert (found["outcome"] == "found") == ("platform" in found)


@pytest.mark.parametrize("name", [name for name, (_, _, reads) in CASES.items() if reads["source"] != "page"])
def test_the_question_is_the_one_that_the_scenario_answers(name: str) -> None:
    reply, asked, reads = CASES[name]
    assert find_source(reads["source"]).make_url(asked) == reply.url


def test_these_services_are_asked_before_those_that_give_out_embeds() -> None:
    assert [SOURCES[platform][0].name for platform in ("bluesky", "mastodon", "telegram")] == list(NAMES[:3])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("status", "outcome"), [(429, "rate-limited"), (503, "unreachable"), (451, "withheld")])
def test_what_a_status_says_alone_counts_whatever_stands_below_it(name: str, status: int, outcome: str) -> None:
    reply, asked, reads = CASES[name]
    answer = Reply(url=reply.url, status=status, type=reply.type, body=reply.body, date=DATE)
    assert find_source(reads["source"]).read(answer, asked).outcome == outcome


def test_posts_own_pages_are_told_from_mirrors_on_every_host_that_has_addresses() -> None:
    lines = (Path(__file__).parent / "data" / "permalinks.jsonl").read_text("utf-8").splitlines()
    urls = [url for line in lines if (url := json.loads(line)["url"]).startswith("http")]
    named = {url: post for url in urls if (post := parse_permalink(url))}
    strange = {str(urlsplit(url).hostname) for url, post in named.items() if not is_own(url, post)}
    assert {host for host in strange if "nitter." not in host} == set(_MIRRORS)
    assert {str(urlsplit(url).hostname) for url in named if "nitter." in url} <= strange
    pin = "https://pinterest.example.org/pin/1020304050607"
    assert not is_own(pin, Permalink("pinterest", "1020304050607", None, pin))


TELLING = [name for name, (_, _, reads) in CASES.items() if reads["outcome"] == "found"]


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize("status", [202, 204, 206, 304, 403, 404, 418, 429, 500])
def test_no_post_is_told_by_an_answer_that_is_no_200(name: str, status: int) -> None:
    reply, asked, reads = CASES[name]
    answer = Reply(url=reply.url, status=status, type=reply.type, body=reply.body, date=DATE)
    assert find_source(reads["source"]).read(answer, asked).post is None


@pytest.mark.parametrize("name", TELLING)
def test_an_answer_about_another_post_is_not_the_asked_one(name: str) -> None:
    reply, asked, reads = CASES[name]
    other = asked.post_id[:-1] + ("3" if asked.post_id[-1] != "3" else "4")
    permalink = Permalink(asked.platform, other, asked.handle, asked.url.replace(asked.post_id, other))
    assert find_source(reads["source"]).read(reply, permalink).post is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_is_one_weak_word(status: int) -> None:
    reply, asked, _ = CASES["page-x-shell"]
    answer = Reply(url=reply.url, status=status, type=reply.type, body=reply.body, date=DATE)
    assert PAGE.read(answer, asked).outcome == "unconfirmed"


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://www.instagram.com/accounts/login/?next=%2Fp%2Fx%2F", "login-walled"),
        ("https://x.com/i/flow/login?redirect_after_login=x", "login-walled"),
        ("https://www.facebook.com/login/?next=x", "login-walled"),
        ("https://twitter.com/account/suspended", "suspended"),
        ("https://web.archive.org/web/20200101000000id_/https://twitter.com/account/suspended", "suspended"),
        ("https://x.com/login/status/20", "unreachable"),
    ],
)
def test_where_a_site_led_to_instead_of_the_post(url: str, outcome: str) -> None:
    reply = Reply(url=url, status=200, type="text/html", body=b"<title>x</title>", date=DATE)
    assert PAGE.read(reply, Permalink("twitter", "20", "jack", "https://x.com/jack/status/20")).outcome == outcome


@pytest.mark.parametrize(
    ("title", "outcome"),
    [
        ("Login • Instagram", "login-walled"),
        ("Log in to X / X", "login-walled"),
        ("Log into Facebook", "login-walled"),
        ("Facebook – log in or sign up", "login-walled"),
        ("Instagram", "unreachable"),
        ("Login is the new lighthouse, says Ann", "unreachable"),
        ("Twitter / Account Suspended", "suspended"),
        ("Page Not Found • Instagram", "unconfirmed"),
    ],
)
def test_what_a_title_says_when_there_is_no_post(title: str, outcome: str) -> None:
    body = f"<html><head><title>{title}</title></head></html>".encode()
    reply = Reply(url="https://x.com/jack/status/20", status=200, type="text/html", body=body, date=DATE)
    assert PAGE.read(reply, Permalink("twitter", "20", "jack", "https://x.com/jack/status/20")).outcome == outcome


def test_a_page_that_holds_the_post_as_an_embed_is_read_by_its_markup() -> None:
    body = (
        b'<p>As she wrote:</p><blockquote class="twitter-tweet"><p lang="en">Rain again.</p>&mdash; Ann (@ann) '
        b'<a href="https://twitter.com/ann/status/20">March 21, 2006</a></blockquote>'
    )
    reply = Reply(url="https://a.example/", status=200, type="text/html", body=body, date=DATE)
    post = PAGE.read(reply, Permalink("twitter", "20", "ann", "https://x.com/ann/status/20")).post
    assert post is not None
    assert (post.text, post.author_name, post.handle, post.source) == ("Rain again.", "Ann", "ann", "page")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<meta charset="iso-8859-1">{}Café'.encode("latin-1"), "Café"),
        ('<meta charset="iso-8859-1">{}Café'.encode(), "Café"),
        (b"\xef\xbb\xbf" + "{}Café".encode(), "Café"),
        ("<meta charset=shift_jis>{}雨".encode("shift_jis"), "雨"),
    ],
)
def test_pages_are_read_in_the_encoding_that_they_are_in(body: bytes, words: str) -> None:
    page = (
        b'<link rel="canonical" href="https://x.com/ann/status/20"><meta property="og:title" content="Ann on X: &quot;'
    )
    body = body.replace(b"{}", page) + b'&quot; / X">'
    reply = Reply(url="", status=200, type="text/html", body=body, date=DATE)
    post = PAGE.read(reply, Permalink("twitter", "20", "ann", "https://x.com/ann/status/20")).post
    assert post is not None
    assert post.text == words


def read_all(body: bytes, status: int = 200, kind: str = "text/html") -> None:
    """Read bytes by every source, as an answer about every post of the scenarios."""
    for reply, asked, reads in CASES.values():
        answer = Reply(url=reply.url, status=status, type=kind, body=body, date=DATE)
        reading = find_source(reads["source"]).read(answer, asked)
        check(reading, asked)


def check(reading: Reading, asked: Permalink) -> None:
    assert reading.reason
    assert reading.outcome not in ("gone", "never-asked")
    assert (reading.outcome == "found") == (reading.post is not None)
    if reading.post:
        assert reading.post.post_id == asked.post_id
        assert Post.model_validate_json(reading.post.model_dump_json()) == reading.post


@given(st.binary(max_size=400), st.sampled_from([200, 301, 400, 401, 403, 404, 410, 500]))
@settings(deadline=None, max_examples=60)
def test_no_bytes_make_a_reader_raise(body: bytes, status: int) -> None:
    read_all(body, status)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_no_shape_of_json_makes_a_reader_raise(data: st.DataObject) -> None:
    """The scenarios' records with values of them replaced by any others."""
    names = [name for name, (reply, _, _) in CASES.items() if reply.type == "application/json"]
    reply, asked, reads = CASES[data.draw(st.sampled_from(names))]
    record = json.loads(reply.body)
    for _ in range(data.draw(st.integers(1, 4))):
        place: Any = record
        for _ in range(data.draw(st.integers(0, 6))):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            inner = place[data.draw(st.sampled_from(keys))] if keys else None
            if not isinstance(inner, dict | list) or not inner:
                break
            place = inner
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if keys:
            place[data.draw(st.sampled_from(keys))] = data.draw(JSON)
    body = json.dumps(record).encode(errors="surrogatepass")
    answer = Reply(url=reply.url, status=reply.status, type=reply.type, body=body, date=DATE)
    check(find_source(reads["source"]).read(answer, asked), asked)


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_no_change_to_an_answer_makes_a_reader_raise(data: st.DataObject) -> None:
    reply, asked, reads = CASES[data.draw(st.sampled_from(sorted(CASES)))]
    body = reply.body
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 200)))
        put = data.draw(
            st.sampled_from([b"", b"<", b'"', b"</div>", b"&#0;", b"\xff", b"\\ud800", b"&#55296;", body[:300]])
        )
        body = body[:start] + put + body[end:]
    answer = Reply(url=reply.url, status=reply.status, type=reply.type, body=body, date=DATE)
    check(find_source(reads["source"]).read(answer, asked), asked)


@pytest.mark.parametrize("name", ["mastodon-not-found", "bluesky-not-found"])
def test_a_reason_repeats_nothing_that_cannot_be_stored_and_no_novel(name: str) -> None:
    """JSON can name halves of letters, which no database takes: one such answer ended each run that read it."""
    reply, asked, reads = CASES[name]
    for words in ("\ud800", "\ud83d \udc00", "no " * 100_000):
        body = json.dumps({"error": words, "message": words}).encode()
        answer = Reply(url=reply.url, status=reply.status, type=reply.type, body=body, date=DATE)
        reason = find_source(reads["source"]).read(answer, asked).reason
        assert len(reason.encode()) < 400


def fill(piece: str) -> Callable[[int], bytes]:
    return lambda size: (piece * (size // len(piece) + 1)).encode()[:size]


def nested(size: int) -> bytes:
    return b'{"thread":' + b"[" * (size - 10)


FOUND = CASES["telegram-found"][0].body.decode()
OLD = CASES["page-x-old"][0].body.decode()
FACETS = CASES["bluesky-facets"][0].body
ID = CASES["page-x-old"][1].post_id
HOSTILE: dict[str, Callable[[int], bytes]] = {
    "tags": fill("<a>"),
    "open tags": fill("<div class='tgme_widget_message_error'"),
    "errors": fill('<div class="tgme_widget_message_error">'),
    "messages": fill('<div data-post="wren_harbour/120">'),
    "words of a class": fill("js-message_text "),
    "words": lambda size: FOUND.encode().replace(b"<b>Harbour", b"<b>" * (size // 3) + b"Harbour"),
    "links": lambda size: FOUND.encode().replace(b"<b>Harbour", b"<a href=https://a.example>b</a>" * (size // 31)),
    "old tweets": fill(f'<div class="permalink-tweet" data-tweet-id="{ID}" data-screen-name="ann">'),
    "old tweets, words": fill(f'<div class="permalink-tweet" data-tweet-id="{ID}" data-screen-name="a"><p tweet-text'),
    "old tweets' words": lambda size: OLD.encode().replace(b"The mole", b"<img alt='a'>" * (size // 13) + b"The mole"),
    "mobile tweets": fill(f'<div class="tweet-text" data-id="{ID}"><div class="username">'),
    "metas": fill('<meta property="og:title" content="a on X: ">'),
    "quotes": lambda size: b'<meta property="og:title" content=\'a on X: "' + b'" on X: "' * (size // 9) + b"'>",
    "titles": fill("<title>"),
    "comments": fill("<!--"),
    "player": fill('"playabilityStatus":{"status":"A"'),
    "embeds": fill('<blockquote class="twitter-tweet">'),
    "nested arrays": nested,
    "digits": lambda size: b'{"thread":' + b"1" * size + b"}",
    "content": lambda size: json.dumps({
        **json.loads(CASES["mastodon-found"][0].body),
        "content": '<p class="quote-inline">' * (size // 24),
    }).encode(),
    "facets": lambda size: FACETS.replace(b'"facets": [', b'"facets": [' + b"{}," * (size // 3)),
}  # fmt: skip


def measure(body: bytes) -> float:
    """How long the sources take together to read some bytes."""
    begun = time.perf_counter()
    for name in ("bluesky-facets", "mastodon-found", "telegram-found", "page-x-old"):
        reply, asked, reads = CASES[name]
        kind = "application/json" if body[:1] == b"{" and reads["source"] != "page" else "text/html"
        answer = Reply(url=reply.url, status=200, type=kind, body=body, date=DATE)
        check(find_source(reads["source"]).read(answer, asked), asked)
    return time.perf_counter() - begun


@pytest.mark.timed
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_take_time_linear_in_their_size(name: str) -> None:
    for _ in range(3):  # a busy machine is given another try
        small, large = measure(HOSTILE[name](250_000)), measure(HOSTILE[name](1_000_000))
        if large < max(6 * small, 0.5):
            break
    assert large < max(6 * small, 0.5), f"{small:.3f} s, then {large:.3f} s for four times as much"


def test_shuffled_pages_are_read_without_an_error() -> None:
    """Pieces of all pages of the scenarios in any order, as a broken archive might hold them."""
    pieces = [piece for reply, _, _ in CASES.values() for piece in reply.body.split(b"<")]
    chosen = random.Random(5)
    for _ in range(10):
        read_all(b"<".join(chosen.choices(pieces, k=200)))
