"""What a page needs, and what an answer carries: read through ceilings, whatever the page and its codings are."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberpost.archive.exchange.payloads import inflate, read_html, read_payload
from amberpost.archive.exchange.requisites import MOST, find_in_page, find_requisites, parse_srcset
from exchanges import HTML, PAGE, chunk, make_exchange, make_failure


def needed(page: str) -> list[str]:
    return [url.removeprefix("https://news.example") for url in find_in_page(PAGE, page)]


@pytest.mark.parametrize(
    ("page", "urls"),
    [
        ("<img src=/a.png>", ["/a.png"]),
        ("<IMG SRC='a.png'>", ["/2024/a.png"]),
        ('<img src="/a.png" srcset="/b.png 1x,/c.png 2x, /d.png">', ["/a.png", "/b.png", "/c.png", "/d.png"]),
        ('<picture><source srcset="/a.webp"><img src="/a.png"></picture>', ["/a.webp", "/a.png"]),
        ('<video poster="/p.jpg" src="/v.mp4"><source src="/w.mp4"></video>', ["/p.jpg", "/w.mp4"]),
        ("<script src='/a.js'></script><script>'<img src=/no.png>'</script>", ["/a.js"]),
        ("<link rel=stylesheet href=/a.css><link rel='shortcut icon' href=/a.ico>", ["/a.css", "/a.ico"]),
        ("<link rel=canonical href=/no><link rel=next href=/no><a href=/no>", []),
        ('<p style="background:url(/a.png)">', ["/a.png"]),
        ("""<p style='x:url("/a b.png"),url( &quot;/c.png&quot; )'>""", ["/a%20b.png", "/c.png"]),
        ("<style>@import '/a.css'; p { background: url('/a.png') }</style>", ["/a.css", "/a.png"]),
        ("<noscript><img src=/a.png></noscript>", ["/a.png"]),
        ("<!-- <img src=/no.png> --><textarea><img src=/no.png></textarea>", []),
        ("<base href='https://cdn.example/x/'><base href=/no/><img src=a.png>", ["https://cdn.example/x/a.png"]),
        ("<img src=/a.png><img src='/a.png#b'><img src=//news.example/a.png>", ["/a.png"]),
        ("<img src=data:image/png;base64,AA><img src=javascript:a()><img src=blob:x><img src=''>", []),
        (f"<img src='{PAGE}'><img src='#a'>", []),
        ("<img src='/a.png", []),
        ("<img src=http://[><img src=/a.png>", ["http://[", "/a.png"]),
    ],
)
def test_what_a_page_names_is_found_once_and_in_order(page: str, urls: list[str]) -> None:
    assert needed(page) == urls


def test_a_page_needs_at_most_500_things() -> None:
    page = "".join(f"<img src=/{at}.png>" for at in range(2000)).encode()
    assert len(find_requisites(make_exchange(200, HTML, body=page))) == MOST == 500


def test_what_is_no_page_needs_nothing() -> None:
    body = b"<img src=/a.png>"
    assert find_requisites(make_exchange(200, ("Content-Type", "image/svg+xml"), body=body)) == ()
    assert find_requisites(make_failure("timeout")) == ()
    assert find_requisites(make_exchange(200, HTML, body=body)) == ("https://news.example/a.png",)


def test_tags_nested_deeper_than_parsers_go_are_seen() -> None:
    assert needed("<div>" * 5000 + "<img src=/a.png>") == ["/a.png"]


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("a.png", ("a.png",)),
        ("a.png 1x, b.png 2x", ("a.png", "b.png")),
        ("a.png, b.png", ("a.png", "b.png")),
        (" ,, a.png ,b.png 300w,", ("a.png", "b.png")),
        ("a.png,b.png", ("a.png,b.png",)),
        ("", ()),
        (", ,", ()),
    ],
)
def test_a_srcset_is_cut_where_browsers_cut_it(value: str, urls: tuple[str, ...]) -> None:
    assert parse_srcset(value) == urls


@pytest.mark.parametrize(
    "unit", ["<b><i>", "<img src=a>", "<img src=&#9;", "</", "<p style='url(", "<style>url(", "<a "]
)
def test_a_large_hostile_page_takes_linear_time(unit: str) -> None:
    page = unit * ((1 << 20) // len(unit))
    begin = time.process_time()
    list(find_in_page(PAGE, page))
    assert time.process_time() - begin < 2


@pytest.mark.parametrize("note", ["a#{}", "data:{}", "/{}"])
def test_references_that_are_no_use_are_not_looked_at_for_ever(note: str) -> None:
    page = "".join(f"<img src={note.format(at)}>" for at in range(40_000))
    begin = time.process_time()
    list(find_in_page(PAGE, page))
    assert time.process_time() - begin < 1


def test_useless_references_end_the_search_but_images_within_the_page_do_not() -> None:
    useless = "".join(f"<img src=#{at}>" for at in range(6000))
    inline = "".join(f"<img src=data:image/png;base64,{at}>" for at in range(6000))
    assert needed(useless + "<img src=/a.png>") == []
    assert needed(inline + "<img src=/a.png>") == ["/a.png"]


def test_a_character_reference_of_any_length_is_no_error() -> None:
    assert needed(f"<img src='/a.png?&#{'9' * 5000};'>") == ["/a.png?&"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_page_raises(attribute: str, text: str) -> None:
    list(
        find_in_page(
            PAGE, f'<img srcset="{attribute}" style="{text}"><base href="{text}"><link rel=icon href={attribute}>'
        )
    )
    list(find_in_page(attribute, text))
    parse_srcset(text)


BODY = b"<p>" + bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("gzip", gzip.compress(BODY[:99], mtime=0) + gzip.compress(BODY[99:], mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("gzip, deflate", zlib.compress(gzip.compress(BODY, mtime=0))),
        ("gzip", BODY),  # said, and not done
        ("identity", BODY),
        ("utf-8", BODY),
        ("", BODY),
    ],
)
@pytest.mark.parametrize("chunked", [False, True])
def test_codings_of_the_standard_library_are_undone(coding: str, packed: bytes, chunked: bool) -> None:
    body = chunk([packed[:10], packed[10:]]) if chunked else packed
    exchange = make_exchange(200, ("Content-Encoding", coding), body=body, chunked=chunked)
    assert read_payload(exchange, 1 << 20) == BODY
    assert read_payload(exchange, 50) == BODY[:50]


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", "gzip, gzip, gzip, gzip"])
def test_other_codings_give_nothing(coding: str) -> None:
    assert read_payload(make_exchange(200, ("Content-Encoding", coding), body=gzip.compress(BODY)), 1 << 20) == b""


@pytest.mark.parametrize("cut", [1, 9, 30, 200])
def test_what_stands_before_a_broken_place_is_kept(cut: int) -> None:
    packed = gzip.compress(bytes(BODY), 1)
    whole = inflate(packed[:-cut], 1 << 20)
    assert BODY.startswith(whole)
    assert len(whole) >= 1000 or cut == 200


def test_chunks_that_break_off_give_what_came() -> None:
    for body in (b"5\r\nhello\r\nz\r\n", b"5\r\nhello", b"5\r\nhello\r\n5\r\n", b"5\r\nhelloXX5\r\nworld\r\n0\r\n\r\n"):
        assert read_payload(make_exchange(200, body=body, chunked=True), 100) == b"hello"


def test_bombs_of_every_kind_stay_below_the_ceiling() -> None:
    bomb = gzip.compress(bytes(20_000_000), 9)
    bodies = [
        make_exchange(200, ("Content-Encoding", "gzip"), body=bomb),
        make_exchange(200, ("Content-Encoding", "gzip, gzip"), body=gzip.compress(bomb)),
        make_exchange(200, ("Content-Encoding", "deflate"), body=zlib.compress(bytes(20_000_000), 9)),
        make_exchange(200, ("Content-Encoding", "gzip"), body=gzip.compress(b"") * 50_000),
        make_exchange(200, body=chunk([b"a"] * 400_000), chunked=True),
        make_exchange(200, body=b"1;" + b"x" * 5_000_000, chunked=True),
    ]
    tracemalloc.start()
    begin = time.process_time()
    sizes = [len(read_payload(exchange, 1 << 20)) for exchange in bodies]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(sizes) <= 1 << 20
    assert peak < 8 << 20
    assert time.process_time() - begin < 3


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/html", "<p>é".encode(), "<p>é"),
        ("text/html; charset=windows-1251", "<p>я".encode("cp1251"), "<p>я"),
        ("text/html", "<meta charset=koi8-r><p>я".encode("koi8-r"), "<meta charset=koi8-r><p>я"),
        ("application/xhtml+xml;charset='utf-8'", "<p>é".encode(), "<p>é"),
        ("text/html; charset=punycode", b"<p>a", "<p>a"),
        ("text/html; charset=iso-8859-12", b"<p>a", "<p>a"),
        ("text/html; charset=rot13", b"<p>a", "<p>a"),
        ("text/html", "<p>é".encode("utf-16"), "<p>é"),
        ("text/html", b"\xef\xbb\xbf<p>", "<p>"),
        ("text/html", b"<p>\xff", "<p>\ufffd"),
        ("", b" <p>", " <p>"),
    ],
)
def test_a_page_is_decoded_as_it_says_and_never_fails(kind: str, body: bytes, text: str) -> None:
    headers = [("Content-Type", kind)] if kind else []
    assert read_html(make_exchange(200, *headers, body=body), 1000) == text


@given(st.binary(max_size=400), st.integers(0, 100))
def test_no_bytes_raise_when_they_are_inflated(data: bytes, limit: int) -> None:
    for head in (b"", b"\x1f\x8b\x08\x00", b"x\x9c"):
        assert len(inflate(head + data, limit)) <= max(limit, 0)
