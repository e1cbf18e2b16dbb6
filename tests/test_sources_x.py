"""What X's syndication and the oEmbed endpoints answer is read as it is meant, and never believed for more."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amberpost.models import Permalink
from amberpost.permalinks import parse_permalink
from amberpost.posts import OUTCOMES, Reading, Reply
from amberpost.sources import SOURCES, Source, find_service, oembed, syndication
from amberpost.sources.endpoints import ENDPOINTS
from amberpost.sources.refusals import read_refusal
from amberpost.sources.tokens import format_base36, make_token
from scenarios import PATHS, read_body, read_scenario

NOW = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)
ASKED = Permalink("twitter", "1862485943811391923", "adawren", "https://x.com/adawren/status/1862485943811391923")
OURS = [(platform, one) for platform in SOURCES for one in SOURCES[platform] if one.name[:6] in ("syndic", "oembed")]
# A post that each endpoint can be asked about.
POSTS = {
    "twitter": ASKED.url,
    "bluesky": "https://bsky.app/profile/ann.example/post/3ljrcuxpu222g",
    "mastodon": "https://example.social/@ann/116329750110333726",
    "youtube": "https://www.youtube.com/watch?v=abcdefghijk",
    "tiktok": "https://www.tiktok.com/@ann.b/video/7000000000000000000",
    "reddit": "https://www.reddit.com/r/birds/comments/1abcde/",
    "vimeo": "https://vimeo.com/123456789",
    "soundcloud": "https://soundcloud.com/ann-b/low-tide",
    "spotify": "https://open.spotify.com/track/0123456789abcdefghijkl",
    "flickr": "https://www.flickr.com/photos/ann-b/50990848039/",
    "tumblr": "https://www.tumblr.com/ann-b/149397890708",
    "pinterest": "https://www.pinterest.com/pin/99360735500167749/",
}


def ask(body: bytes | object, *, status: int = 200, asked: Permalink = ASKED) -> Reading:
    """What syndication's answer says."""
    return syndication.read(reply(body, status=status), asked)


def reply(body: bytes | object, *, status: int = 200) -> Reply:
    ready = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(url="https://example.org/", status=status, type="application/json", body=ready, date=NOW)


def permalink(url: str) -> Permalink:
    parsed = parse_permalink(url)
    assert parsed is not None, url
    return parsed


def tweet(**changes: Any) -> dict[str, Any]:
    user = {"id_str": "700100200300", "name": "Ada Wren", "screen_name": "adawren"}
    return {"__typename": "Tweet", "id_str": ASKED.post_id, "text": "The quay is swept.", "user": user, **changes}


# --- the token


# Made with node by the formula of react-tweet's getToken; and 20 000 random ids of 1 to 19 digits agreed (2026-11).
@pytest.mark.parametrize(
    ("post_id", "token"),
    [
        ("20", "6dq1a2xwd93"),
        ("1862485943811391923", "4ij67485on5"),
        ("1460323737035677698", "3jfqq1vhqna"),
        ("1890000000000000000", "4kxlypje6oe"),
        ("463440424141459456", "14fxvks611f"),
    ],
)
def test_the_token_is_the_one_that_javascript_makes(post_id: str, token: str) -> None:
    assert make_token(post_id) == token


@given(st.integers(1, 10**19 - 1))
def test_a_token_is_digits_of_base_36_without_zeros_that_lead_back_to_the_number(number: int) -> None:
    token = make_token(str(number))
    assert token
    assert set(token) <= set("123456789abcdefghijklmnopqrstuvwxyz")
    value = number / 1e15 * 3.141592653589793
    whole, _, rest = format_base36(value).partition(".")
    back = int(whole, 36) + (int(rest, 36) / 36 ** len(rest) if rest else 0)
    assert back == pytest.approx(value, rel=1e-15)


def test_rounding_may_go_past_the_point() -> None:
    nearly = 1 - 2**-53
    assert format_base36(nearly) in ("1", "0." + "z" * 10 + format_base36(nearly)[12:])
    assert format_base36(0.0) == "0"


@pytest.mark.parametrize("post_id", ["", "x", "12345678901234567890", "²", "1e5", "-1"])
def test_what_is_no_id_is_not_asked_about(post_id: str) -> None:
    assert syndication.make_url(Permalink("twitter", post_id, None, "https://x.com/")) is None


# --- the scenarios


def find_reads() -> Iterator[Any]:
    for path in PATHS:
        for number, answer in enumerate(read_scenario(path).answers):
            source = answer.get("reads", {}).get("source", "")
            if find_service(source) in ("syndication", "oembed"):
                yield pytest.param(answer, id=f"{path.stem}-{number}")


def find_asked(url: str) -> Permalink:
    """The post that a question is about, which names it by its id, or by its address."""
    query = parse_qs(urlsplit(url).query)
    return permalink(query["url"][0] if "url" in query else f"https://x.com/i/status/{query['id'][0]}")


@pytest.mark.parametrize("answer", list(find_reads()))
def test_each_answer_is_read_as_its_scenario_says(answer: dict[str, Any]) -> None:
    expected = dict(answer["reads"])
    asked = find_asked(answer["url"])
    source = next(one for one in SOURCES[asked.platform] if one.name == expected["source"])
    given_reply = Reply(
        url=answer["url"],
        status=answer.get("status", 200),
        type=answer.get("type", "text/html").partition(";")[0],
        body=read_body(answer),
        date=NOW,
    )
    reading = source.read(given_reply, asked)
    assert source.make_url(asked) == answer["url"]
    told = reading.post.model_dump(mode="json") if reading.post else {}
    found = {"source": source.name, **told, "outcome": reading.outcome}
    assert {name: found.get(name) for name in expected} == expected
    assert (reading.post is not None) == (reading.outcome == "found")


# --- what may come


_WORDS = """
    __typename id_str text user name screen_name entities urls media url expanded_url mediaDetails type video_info
    variants bitrate content_type display_text_range edit_control edit_tweet_ids edit_control_initial quoted_tweet
    favorite_count conversation_count created_at lang note_tweet possibly_sensitive tombstone in_reply_to_status_id_str
    html title author_name author_url response error errors message reason photos video video_id domain_status_code
    iframe_url web_page embed_product_id
"""
_NAMES = st.sampled_from(_WORDS.split())
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(
        [
            ASKED.post_id,
            "Tweet",
            "TweetTombstone",
            "photo",
            "video",
            "video/mp4",
            "https://t.co/abcdefghij",
            "Words &amp; https://t.co/abcdefghij",
            "\ud800",
            "0001-01-01T00:00:00+23:59",
            "2024-11-29T13:17:06.000Z",
            10**400,
            *POSTS.values(),
            *(
                f'<blockquote class="twitter-tweet"><a href="{url}">May 6, 2018</a></blockquote>'
                for url in POSTS.values()
            ),
        ]
    ),
)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=8), max_leaves=25
)

_KEYS = ("text", "user", "html", "mediaDetails", "entities", "edit_control", "display_text_range", "quoted_tweet")
_RECORDS = st.fixed_dictionaries({"id_str": st.just(ASKED.post_id)}, optional=dict.fromkeys(_KEYS, _VALUES))


@pytest.mark.parametrize(("platform", "source"), OURS, ids=lambda one: one if isinstance(one, str) else one.name)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.binary(max_size=200) | _VALUES | _RECORDS,
    status=st.sampled_from([200, 200, 200, 204, 301, 400, 401, 402, 403, 404, 410, 418, 429, 451, 500, 999]),
)
def test_no_answer_raises_and_each_reading_can_be_kept(platform: str, source: Source, body: Any, status: int) -> None:
    asked = permalink(POSTS[platform])
    reading = source.read(reply(body, status=status), asked)
    assert reading.outcome in OUTCOMES
    assert reading.outcome not in ("gone", "never-asked")
    reading.reason.encode()
    if reading.post:
        json.loads(reading.post.model_dump_json())
        assert asked.post_id in (reading.post.post_id, *reading.post.edits)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"Tweet"',
        b"1" * 5000,
        b'{"id_str": ' + b"1" * 5000 + b"}",
        b"[" * 200_000,
        b'{"user":' * 200_000,
        b"\xff\xfe",
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b'{"__typename":"Tweet","id_str":"1862485943811391923","text":"ha',
        b'{"id_str": 1862485943811391923, "text": "a number is no id"}',
    ],
)
def test_what_is_no_record_is_unreachable(body: bytes) -> None:
    assert ask(body).outcome == "unreachable"


@pytest.mark.parametrize(("platform", "source"), OURS, ids=lambda one: one if isinstance(one, str) else one.name)
def test_what_statuses_say_is_the_same_everywhere(platform: str, source: Source) -> None:
    asked = permalink(POSTS[platform])
    said = {status: source.read(reply(b"", status=status), asked).outcome for status in (404, 410, 429, 451, 500, 503)}
    assert said == {
        404: "unconfirmed",
        410: "unconfirmed",
        429: "rate-limited",
        451: "withheld",
        500: "unreachable",
        503: "unreachable",
    }


def test_a_page_of_html_is_not_searched_for_phrases() -> None:
    page = b"<html><body>This account is suspended. You are not authorized to see this status.</body></html>"
    assert ask(page, status=404).outcome == "unconfirmed"
    assert ask(page, status=403).outcome == "unreachable"


# --- syndication


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (
            "You’re unable to view this Post because this account owner limits who can view their Posts. Learn more",
            "protected",
        ),
        (
            "You're unable to view this Tweet because this account owner limits who can view their Tweets. Learn more",
            "protected",
        ),
        ("This Post is from a suspended account. Learn more", "suspended"),
        ("This Post is from an account that no longer exists. Learn more", "unconfirmed"),
        ("This Post was deleted by the Post author. Learn more", "unconfirmed"),
        ("This Post is unavailable. Learn more", "unconfirmed"),
        ("This Tweet violated the Twitter Rules. Learn more", "withheld"),
        (
            "Age-restricted adult content. This content might not be appropriate for people under 18 years old.",
            "age-restricted",
        ),
        ("This Post has been withheld in Germany in response to a legal demand. Learn more", "withheld"),
        ("Dieser Post ist von einem gesperrten Account. Mehr erfahren", "unconfirmed"),
        ("", "unconfirmed"),
    ],
)
def test_a_tombstone_says_no_more_than_its_words(words: str, outcome: str) -> None:
    tombstone = {"__typename": "TweetTombstone", "tombstone": {"text": {"text": words, "rtl": False}}}
    assert ask(tombstone).outcome == outcome


def test_no_phrase_makes_a_post_gone() -> None:
    for words in ("deleted", "This account no longer exists", "User has been suspended."):
        reading = read_refusal(words)
        assert reading is not None
        assert reading.outcome != "gone"


def test_an_author_may_write_of_withholding() -> None:
    told = ask(tweet(text="The report has been withheld in response to a demand of the harbour office."))
    assert told.outcome == "found"


def test_a_record_of_another_post_is_no_answer() -> None:
    assert ask(tweet(id_str="1862485943811391924")).outcome == "unreachable"


def test_a_record_that_is_none_of_the_versions_that_it_names_is_no_answer() -> None:
    reading = ask(tweet(id_str="1862485943811391900", edit_control={"edit_tweet_ids": [ASKED.post_id]}))
    assert (reading.outcome, reading.post) == ("unreachable", None)


def test_another_version_of_the_post_is_the_post() -> None:
    told = ask(
        tweet(id_str="1862486943811391924", edit_control={"edit_tweet_ids": ["1862486943811391924", ASKED.post_id]})
    )
    assert told.post is not None
    assert told.post.edits == (ASKED.post_id, "1862486943811391924")


@pytest.mark.parametrize(
    ("text", "shown", "words"),
    [
        ("Rain https://t.co/aaaaaaaaaa", [0, 4], "Rain"),
        ("Rain https://t.co/aaaaaaaaaa", [0, 28], "Rain https://t.co/aaaaaaaaaa"),
        ("Rain and wind", [0, 4], "Rain and wind"),  # a range that would cut words is not believed
        ("@ann Rain", [5, 9], "Rain"),
        ("Rain, @ann", [6, 10], "Rain, @ann"),
        ("Rain", [0, 10**30], "Rain"),
        ("Rain", [4, 0], "Rain"),
        ("@ann https://t.co/mediacode1", [5, 5], ""),
        ("Rain", ["0", None], "Rain"),
        ("Rain http://t.co/mediacode1", None, "Rain"),
        ("https://t.co/mediacode1 rain", None, "https://t.co/mediacode1 rain"),
        ("Rain https://t.co/mediacode1x", None, "Rain https://t.co/mediacode1x"),
    ],
)
def test_only_what_stands_for_something_else_is_cut_off(text: str, shown: Any, words: str | None) -> None:
    link = {"url": "https://t.co/mediacode1"}
    told = ask(tweet(text=text, display_text_range=shown, entities={"media": [link]}))
    assert told.post is not None
    assert told.post.text == words


def test_an_instant_that_is_none_is_taken_from_the_id() -> None:
    told = ask(tweet(created_at="yesterday"))
    assert told.post is not None
    assert told.post.posted_at == dt.datetime(2024, 11, 29, 13, 17, 6, tzinfo=dt.UTC)


def test_counts_are_as_of_the_answer_and_nothing_without_one() -> None:
    told, bare = ask(tweet(favorite_count=7, conversation_count="3")).post, ask(tweet()).post
    assert told is not None
    assert bare is not None
    assert (told.likes, told.replies, told.counted_at) == (7, None, NOW)
    assert bare.counted_at is None


# --- oEmbed


def make_embed(url: str) -> dict[str, Any]:
    frame = (
        f'<blockquote class="twitter-tweet"><p>Rain.</p>&mdash; Ann (@ann) <a href="{url}">May 6, 2018</a></blockquote>'
    )
    return {"html": frame, "author_url": "https://twitter.com/ann"}


def read_embed(record: object, platform: str = "twitter", *, status: int = 200) -> Reading:
    endpoint = next(one for one in ENDPOINTS if one.platform == platform)
    return oembed.read(reply(record, status=status), permalink(POSTS[platform]), endpoint)


def test_the_embed_of_another_post_is_no_answer() -> None:
    assert read_embed(make_embed(ASKED.url)).outcome == "found"
    assert read_embed(make_embed("https://x.com/ann/status/1862485943811391924")).outcome == "unreachable"
    assert read_embed({"author_name": "Ann", "title": "Rain"}).outcome == "unreachable"
    assert read_embed({}).outcome == "unreachable"


def test_an_address_in_the_words_is_not_the_post() -> None:
    told = read_embed({**make_embed("https://x.com/ann/status/1862485943811391924"), "url": ASKED.url})
    assert told.outcome == "unreachable"


def test_a_track_of_another_account_is_not_the_asked_one() -> None:
    frame = (
        '<iframe src="https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F293"></iframe>'
    )
    record = {"html": frame, "title": "Low Tide"}
    assert read_embed({**record, "author_url": "https://soundcloud.com/ann-b"}, "soundcloud").outcome == "found"
    assert read_embed({**record, "author_url": "https://soundcloud.com/bob"}, "soundcloud").outcome == "unreachable"
    assert read_embed(record, "soundcloud").outcome == "unreachable"


def test_a_server_made_title_is_not_the_posts_words() -> None:
    frame = '<iframe src="https://example.social/@ann/116329750110333726/embed" class="mastodon-embed"></iframe>'
    told = read_embed({"html": frame, "title": "New status by ann", "author_name": "Ann"}, "mastodon")
    assert told.post is not None
    assert (told.post.text, told.post.author_name, told.post.handle) == (None, "Ann", "ann@example.social")


def test_bluesky_says_who_may_see_it() -> None:
    assert read_embed(b"post is not publicly accessible", "bluesky", status=403).outcome == "login-walled"
    assert read_embed(b"post not found", "bluesky", status=404).outcome == "unconfirmed"


@pytest.mark.parametrize(("platform", "url"), POSTS.items())
def test_each_platform_can_be_asked(platform: str, url: str) -> None:
    questions = [source.make_url(permalink(url)) for source in SOURCES[platform]]
    assert all(question and question.startswith("https://") for question in questions)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.platform}-{one.name}")
def test_no_endpoint_is_asked_about_others_posts(endpoint: Any) -> None:
    other = "vimeo" if endpoint.platform != "vimeo" else "youtube"
    assert oembed.make_url(permalink(POSTS[other]), endpoint) is None


def test_a_post_of_an_unknown_blog_cannot_be_asked_about() -> None:
    url = "https://embed.tumblr.com/embed/post/t:aBcDeFgHiJ/149397890708"
    make: Callable[[Permalink], str | None] = SOURCES["tumblr"][-1].make_url
    assert make(Permalink("tumblr", "149397890708", None, url)) is None


def test_two_names_of_one_service_are_one_witness() -> None:
    names = [source.name for source in SOURCES["twitter"]]
    assert names[:3] == ["syndication", "oembed", "oembed@publish.x.com"]
    assert len({find_service(name) for name in names[:3]}) == 2
