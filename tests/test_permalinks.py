"""What an address is: parsed, built and normalized, on every platform, on any string."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import amberpost
from amberpost.platforms import BY_ID, PLATFORMS

DATA = Path(__file__).parent / "data" / "permalinks.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
POSTS = [row for row in ROWS if row["platform"]]

steady = settings(derandomize=True, deadline=None, database=None)
hosts = st.sampled_from(sorted({host for platform in PLATFORMS for host in platform.HOSTS})) | st.sampled_from(
    ["nitter.example.org", "example.social", "web.archive.org/web/2020/x.com", "u:p@x.com", "X.COM:443", "[::1]", ""]
)
words = (
    "status statuses i web @ann ann p reel reels tv embed video v watch posts post wall-1_2 pin photos groups comments"
    " r s c 20 1137051097955102720 7000000000000000000 3ljrcuxpu222g C0abcdefghi abcdefghijk $ %2F %41 %%341 %25 .. ? #"
    " ?v=abcdefghijk ?story_fbid=10203040506&id=1 &amp; = share profile did:plc:abc users sets tracks playlist track 東"
)
paths = st.lists(st.sampled_from(words.split()) | st.text(max_size=3), max_size=7).map("/".join)
urls = st.builds("{}{}/{}".format, st.sampled_from(["", "https://", "http://www.", "//", " HTTPS://"]), hosts, paths)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["url"]))
def test_each_known_address_is_what_it_is(row: dict[str, str | None]) -> None:
    url = row["url"]
    assert url is not None
    permalink = amberpost.parse_permalink(url)
    found = (permalink.platform, permalink.post_id, permalink.handle) if permalink else (None, None, None)
    assert found == (row["platform"], row["post_id"], row["handle"])
    assert amberpost.normalize_url(url) == row["normal"]


def test_the_table_knows_every_platform() -> None:
    assert len(ROWS) >= 150
    missing = set(BY_ID) - {row["platform"] for row in POSTS}
    assert not missing, "each platform has addresses in tests/data/permalinks.jsonl"
    assert {row["platform"] for row in POSTS} <= set(BY_ID)


@pytest.mark.parametrize("row", POSTS, ids=lambda row: str(row["url"]))
def test_a_canonical_address_is_its_own(row: dict[str, str]) -> None:
    permalink = amberpost.parse_permalink(row["url"])
    assert permalink is not None
    again = amberpost.parse_permalink(permalink.url)
    assert again is not None
    assert (again.platform, again.post_id, again.url) == (permalink.platform, permalink.post_id, permalink.url)
    assert again.handle in (permalink.handle, None)  # some canonical forms name no account


@settings(steady, max_examples=600)
@given(st.text(max_size=80) | urls)
@example("https://u@twitter.com/jack/status/20")
@example("http://a.example/%%341")
@example("http://a.example/b ?utm_source=c")
@example("http://" + "a." * 300)
@example("\ud800//x.com/a/status/1")
def test_any_string_has_one_normal_form(url: str) -> None:
    normal = amberpost.normalize_url(url)
    assert amberpost.normalize_url(normal) == normal
    permalink = amberpost.parse_permalink(url)
    if permalink is not None:
        assert normal == permalink.url
        assert amberpost.parse_permalink(normal) is not None
        BY_ID[permalink.platform].parse_instant(permalink.post_id)


@pytest.mark.parametrize(
    ("platform", "post_id", "instant"),
    [
        ("twitter", "1137051097955102720", "2019-06-07T17:38:01"),
        ("instagram", "BnSBALPBGaF", "2018-09-03T22:55:42"),
        ("threads", "BnSBALPBGaF", "2018-09-03T22:55:42"),
        ("bluesky", "3ljrcuxpu222g", "2025-03-07T05:51:14"),
        ("mastodon", "116329750110333726", "2026-04-01T13:45:18"),
        ("truthsocial", "116329750110333726", "2026-04-01T13:45:18"),
        ("gab", "105683829204871217", "2021-02-06T10:27:37"),
        ("tiktok", "7000000000000000000", "2021-08-24T14:15:05"),
        ("linkedin", "7000000000000000000", "2022-11-20T07:40:53"),
        ("weibo", "z0JH2lOMb", "2012-10-16T06:01:08"),
        ("weibo", "3501756485200075", "2012-10-16T06:01:08"),
        ("flickr", "50990848039", None),
        ("vimeo", "76979871", None),
    ],
)
def test_an_id_tells_its_time_where_it_holds_one(platform: str, post_id: str, instant: str | None) -> None:
    told = BY_ID[platform].parse_instant(post_id)
    assert told == (dt.datetime.fromisoformat(instant + "+00:00") if instant else None)


@pytest.mark.parametrize("url", [None, b"https://x.com/jack/status/20", 20])
def test_what_is_no_string_raises_with_advice(url: Any) -> None:
    for function in (amberpost.parse_permalink, amberpost.normalize_url):
        with pytest.raises(amberpost.ReadError, match="an address is a string"):
            function(url)
