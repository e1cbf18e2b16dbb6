"""Where an answer leads: statuses, Location, Refresh, a page's refresh, t.co's page; hostile pages cost linear time."""

from __future__ import annotations

import gzip
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amberpost.archive.exchange.redirects import (
    Redirect,
    find_page_redirect,
    find_redirect,
    join_target,
    parse_refresh,
    unwrap_warning,
)
from amberpost.archive.records import DISAGREE
from exchanges import HTML, PAGE, chunk, make_exchange, make_failure

SHORT = "https://t.co/02OQCDI90m"


def location(*values: str, status: int = 301, url: str = PAGE) -> Redirect | None:
    return find_redirect(make_exchange(status, *(("location", value) for value in values), url=url))


def leads_to(page: str, url: str = PAGE) -> str | None:
    redirect = find_redirect(make_exchange(200, HTML, body=page.encode(), url=url))
    return redirect.url if redirect else None


@pytest.mark.parametrize("status", range(100, 600))
def test_only_five_statuses_follow_location(status: int) -> None:
    expected = Redirect("https://news.example/x") if status in (301, 302, 303, 307, 308) else None
    assert location("/x", status=status) == expected


@pytest.mark.parametrize(
    ("printed", "target"),
    [
        ("https://other.example/a?b=c#d", "https://other.example/a?b=c#d"),
        ("//other.example/a", "https://other.example/a"),
        ("/x", "https://news.example/x"),
        ("x", "https://news.example/2024/x"),
        ("../../../x", "https://news.example/x"),
        ("./", "https://news.example/2024/"),
        ("?q=1", "https://news.example/2024/a?q=1"),
        ("#top", "https://news.example/2024/a?b=c#top"),
        ("  /x \t", "https://news.example/x"),
        ("/a b", "https://news.example/a%20b"),
        ("/caf\u00c3\u00a9", "https://news.example/caf%C3%A9"),  # UTF-8 that was read as Latin-1
        ("/caf\u00e9", "https://news.example/caf%C3%A9"),
        ("/100%25%", "https://news.example/100%25%"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("data:text/html,x", "data:text/html,x"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("http://[::1", "http://[::1"),
        ("http://user:word@other.example/", "http://user:word@other.example/"),
        ("http://169.254.169.254/latest", "http://169.254.169.254/latest"),
    ],
)
def test_a_location_is_joined_and_never_judged(printed: str, target: str) -> None:
    assert location(printed) == Redirect(target)


@pytest.mark.parametrize("values", [(), ("",), ("  ",)])
def test_no_location_leads_nowhere(values: tuple[str, ...]) -> None:
    assert location(*values) is None


def test_several_locations_count_only_when_they_are_equal() -> None:
    assert location("/x", "/x") == Redirect("https://news.example/x")
    assert location("/x", "/y") == Redirect(None, "several Location headers that differ")


def test_a_head_that_was_read_counts_though_the_body_broke_off() -> None:
    exchange = make_exchange(302, ("Location", "/x"), outcome="truncated")
    assert find_redirect(exchange) == Redirect("https://news.example/x")


def test_without_an_answer_nothing_leads_anywhere() -> None:
    assert find_redirect(make_failure("protocol")) is None


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0;url=/x", "/x"),
        ("0; URL=/x", "/x"),
        ("0 ; Url = /x ", "/x"),
        ("0, /x", "/x"),
        ("0 /x", "/x"),
        ("0;/x", "/x"),
        (".5; url=/x", "/x"),
        ("0.0;url='/x' y", "/x"),
        ('0;url="/x"', "/x"),
        ('0;url="/x', "/x"),
        ("60;url=/x", "/x"),
        ("0;url=https://a.example/?url=b;c=d", "https://a.example/?url=b;c=d"),
        ("61;url=/x", None),
        ("900;url=/x", None),
        ("9999999999999999999999999999999999999999999999999999999999999999999999999;url=/x", None),
        ("5", None),
        ("0;", None),
        ("0;url=", None),
        ("0;url=''", None),
        ("url=/x", None),
        ("-1;url=/x", None),
        ("0x;url=/x", None),
        ("", None),
        (" ", None),
    ],
)
def test_a_refresh_is_read_as_browsers_read_it(content: str, target: str | None) -> None:
    assert parse_refresh(content) == target
    header = find_redirect(make_exchange(200, ("Refresh", content)))
    assert header == (Redirect(join_target(PAGE, target)) if target else None)


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_error_page_that_moves_on_is_still_the_answer(status: int) -> None:
    page = b'<meta http-equiv="refresh" content="0;url=/">'
    assert find_redirect(make_exchange(status, HTML, ("Refresh", "0;url=/"), body=page)) is None


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ('<meta http-equiv="refresh" content="0;url=/x">', "https://news.example/x"),
        ("<META HTTP-EQUIV=Refresh CONTENT=0;/x>", "https://news.example/x"),
        ("<meta content='0;url=/x?a&amp;b' http-equiv='&#114;efresh'/>", "https://news.example/x?a&b"),
        ('<base href="https://b.example/c/"><meta http-equiv=refresh content="0;url=d">', "https://b.example/c/d"),
        ("<meta http-equiv=refresh content=0;/x><meta http-equiv=refresh content=0;/y>", "https://news.example/x"),
        ("<meta http-equiv=refresh content=5><meta http-equiv=refresh content=0;/y>", "https://news.example/y"),
        ('<meta a=">" http-equiv=refresh content="0;url=/x">', "https://news.example/x"),
        ("<noscript><meta http-equiv=refresh content=0;/x></noscript>", "https://news.example/x"),
        ("<noscript><meta http-equiv=refresh content='0;?noscript=1'></noscript>", None),
        ("<!-- <meta http-equiv=refresh content=0;/x> -->", None),
        ("<!--><meta http-equiv=refresh content=0;/x>", "https://news.example/x"),
        ("<script>'<meta http-equiv=refresh content=0;/x>'</script>", None),
        ("<title><meta http-equiv=refresh content=0;/x></title>", None),
        ("<textarea><meta http-equiv=refresh content=0;/x></textarea>", None),
        ("<meta http-equiv=refresh content='0;url=/x", None),
        ("<meta http-equiv=refresh content=900;/x>", None),
        (f"<meta http-equiv=refresh content='0;{PAGE}'>", None),
        (f"<meta http-equiv=refresh content='30;{PAGE}#top'>", None),
        ("<meta name=refresh content=0;/x>", None),
        ("<p>no tag at all, 1 < 2, </p><", None),
    ],
)
def test_a_page_is_read_as_browsers_read_it(page: str, target: str | None) -> None:
    assert leads_to(page) == target


def test_only_the_first_64_kib_of_html_are_read() -> None:
    refresh = "<meta http-equiv=refresh content=0;/x>"
    assert leads_to("a" * 65_000 + refresh) == "https://news.example/x"
    assert leads_to("a" * 66_000 + refresh) is None
    plain = make_exchange(200, ("Content-Type", "text/plain"), body=refresh.encode())
    assert find_redirect(plain) is None
    bare = make_exchange(200, body=refresh.encode())
    assert find_redirect(bare) == Redirect("https://news.example/x")


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_chunks_and_content_coding_are_undone(coding: str) -> None:
    packed = gzip.compress(b"<meta http-equiv=refresh content=0;/x>")
    body = chunk([packed[:7], packed[7:]], extension=b";a=b")
    exchange = make_exchange(200, HTML, ("Content-Encoding", coding), body=body, chunked=True)
    assert find_redirect(exchange) == Redirect("https://news.example/x")


def test_a_bomb_is_read_through_the_ceiling() -> None:
    page = b"<meta http-equiv=refresh content=0;/x>" + b" " * 20_000_000
    packed = gzip.compress(page)
    begin = time.process_time()
    exchange = make_exchange(200, HTML, ("Content-Encoding", "gzip"), body=packed)
    assert find_redirect(exchange) == Redirect("https://news.example/x")
    assert time.process_time() - begin < 0.2


# t.co's page for browsers, in the form that was published in 2016; the target is made up.
PAGE_OF_TCO = (
    '<head><meta name="referrer" content="always"><noscript><META http-equiv="refresh" content="0;URL={meta}">'
    '</noscript><title>{title}</title></head><script>window.opener = null; location.replace("{script}")</script>'
)
TARGET = "https://news.example/a?b=1&c=2"


def short_page(*, meta: str = TARGET, title: str = TARGET, script: str = TARGET) -> Redirect | None:
    escaped = script.replace("/", r"\/").replace("&", r"\u0026")
    page = PAGE_OF_TCO.format(meta=meta.replace("&", "&amp;"), title=title.replace("&", "&amp;"), script=escaped)
    return find_redirect(make_exchange(200, HTML, body=page.encode(), url=SHORT))


def test_the_page_of_tco_leads_where_all_three_places_say() -> None:
    assert short_page() == Redirect(TARGET)


def test_the_script_of_tco_may_write_a_letter_as_two_halves() -> None:
    target = "https://news.example/\N{FOGGY}"
    page = PAGE_OF_TCO.format(meta=target, title=target, script=r"https:\/\/news.example\/\uD83C\uDF01")
    assert find_page_redirect(SHORT, page) == Redirect("https://news.example/%F0%9F%8C%81")
    half = PAGE_OF_TCO.format(meta=target, title=target, script=r"https:\/\/news.example\/\uD83C")
    assert find_page_redirect(SHORT, half) == Redirect(None, DISAGREE)


@pytest.mark.parametrize("place", ["meta", "title", "script"])
@pytest.mark.parametrize("other", ["https://other.example/", ""])
def test_the_page_of_tco_leads_nowhere_when_they_disagree(place: str, other: str) -> None:
    assert short_page(**{place: other}) == Redirect(None, DISAGREE)


def test_a_page_of_tco_that_names_no_target_is_an_answer() -> None:
    assert find_page_redirect(SHORT, "<title>Page not found</title><p>Sorry") is None


def test_the_three_places_count_at_tco_alone() -> None:
    page = PAGE_OF_TCO.format(meta="/x", title="y", script="z")
    assert find_page_redirect(PAGE, page) == Redirect("https://news.example/x")
    assert find_page_redirect("https://not-t.co/a", page) == Redirect("https://not-t.co/x")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (
            "https://twitter.com/safety/unsafe_link_warning?unsafe_link=https%3A%2F%2Fa.example%2F%3Fb",
            "https://a.example/?b",
        ),
        (
            "https://mobile.x.com/safety/unsafe_link_warning?c=d&unsafe_link=http%3A%2F%2Fa.example%2F",
            "http://a.example/",
        ),
        ("https://x.com/safety/unsafe_link_warning?unsafe_link=javascript%3Aalert%281%29", None),
        ("https://x.com/safety/unsafe_link_warning?unsafe_link=", None),
        ("https://x.com/safety/unsafe_link_warning", None),
        ("https://fedex.com/safety/unsafe_link_warning?unsafe_link=https%3A%2F%2Fa.example%2F", None),
        ("https://x.com/a?unsafe_link=https%3A%2F%2Fa.example%2F", None),
    ],
)
def test_the_warning_before_unsafe_links_is_stepped_over(url: str, target: str | None) -> None:
    assert unwrap_warning(url) == (target or url)
    assert location(url, url=SHORT) == Redirect(target or url)


SIGNS = st.sampled_from([
    "<", ">", "=", '"', "'", "/", "!", "-", "--", "&", "&#9", ";", ",", "\\", "(", ")", "url=", "0;", " ", "\n", "<!--",
    "<meta http-equiv=refresh content=", "<base href=", "<title>", "<script>", "location.replace(", "</script>",
    "<noscript>", "http://", "[", "]", ":", "\x00", "\ud800", "é",
])  # fmt: skip


@given(st.lists(SIGNS | st.text(max_size=5), max_size=40).map("".join))
def test_no_page_and_no_target_raises(text: str) -> None:
    for url in (PAGE, SHORT, text):
        find_page_redirect(url, text)
        assert isinstance(join_target(url, text), str)
        assert unwrap_warning(unwrap_warning(text)) is not None
    parse_refresh(text)


@given(st.binary(max_size=300), st.booleans(), st.sampled_from(["gzip", "deflate", "br", "gzip, gzip", "none", ""]))
def test_no_body_raises(body: bytes, chunked: bool, coding: str) -> None:
    find_redirect(make_exchange(200, HTML, ("Content-Encoding", coding), body=body, chunked=chunked, url=SHORT))


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_raises(value: str, kind: str) -> None:
    find_redirect(make_exchange(302, ("Location", value)))
    find_redirect(make_exchange(200, ("Refresh", value), ("Content-Type", f"text/html; charset={kind}"), body=b"<a>"))


UNITS = [
    "<meta", "<meta ", "<meta http-equiv=refresh content=", "<meta http-equiv=refresh content='0;url=", "<meta a='",
    '<meta a="', "<!--", "<!", "<?", "</", "<", "< ", "<a ", "<b><i>", "<script>", "<script></scrip", "<title>",
    "<noscript>", "<base href=a>", "a=", "='", "&#", "location.replace(", 'location.replace("',
    "<script>location.replace('\\", "<meta http-equiv=refresh content='0;?a'>", "<textarea></textare", "-->",
    "<x a" + " a" * 20, "http-equiv", "http-equiv=", "http-equiv ", "<meta http-equiv=r",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("before", ["", "<meta ", "<script>", "<noscript>"])
def test_64_kib_of_anything_are_read_at_once(unit: str, before: str) -> None:
    """A bound, not a ratio: what is quadratic takes seconds at this size, what is linear at most a tenth of one."""
    body = (before + unit * (65_536 // len(unit))).encode()
    begin = time.process_time()
    for url in (PAGE, SHORT):
        find_redirect(make_exchange(200, HTML, body=body, url=url))
    assert time.process_time() - begin < 0.8


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(UNITS), min_size=1, max_size=4).map("".join))
def test_mixtures_are_read_at_once_too(unit: str) -> None:
    body = (unit * (65_536 // len(unit))).encode()
    begin = time.process_time()
    find_redirect(make_exchange(200, HTML, body=body))
    assert time.process_time() - begin < 0.8
