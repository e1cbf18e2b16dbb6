"""Pieces of HTML read in three ways: letter for letter, as plain markup, and by a parser; each as the next would."""

from __future__ import annotations

import html
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import amberpost.finding.html.looking as finder
from amberpost import Article, Citation, find
from amberpost.finding.html import Shortfall, find_html_embeds
from amberpost.finding.html.cutting import TAGS_MOST
from amberpost.markup import parse_element
from amberpost.markup.plainpieces import parse_plain
from amberpost.markup.souppieces import parse_soup
from hostilehtml import LINK, QUOTE

steady = settings(derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

WORDS = ("a", " b ", "東", "\n", "\t c", "/", "#d", "t.co/ab", "e.f", "  ", ">", "'", "& ", "😀", "—")
ENTITIES = ("&amp;", "&#39;", "&nbsp;", "&quot;", "&lt;", "&eacute;", "&hellip;", "&#8217;", "&#x1F1E6;", "&#xFF29;")
LINKS = (
    '<a href="https://t.co/abcdefghij">https://t.co/abcdefghij</a>',
    '<a href="https://t.co/bcdefghijk">pic.twitter.com/bcdefghijk</a>',
    '<a href="http://t.co/cdefghi">http://t.co/cdefghi</a>',
    '<a href="https://t.co/cdefghijkl">a.example/b…</a>',
    '<a href="https://twitter.com/hashtag/rain?src=hash&amp;ref_src=twsrc%5Etfw">#rain</a>',
    "<a href='https://x.com/ann?a=1&b=2' target=\"_blank\"  rel=''>@ann</a>",
    '<a rel="nofollow" target="_blank" href="https://x.com/bo">@bo</a>',
    '<a title="a&quot;b" href="https://a.example/?copy=1&copy=2&amp;lt=3"><span class="c"></span>a.example</a>',
    '<a href="https://twitter.com/bo/status/993098047288274956">twitter.com/bo/status/9…</a>',
)
TAGS = (
    "<p>",
    '<p lang="en" dir="ltr">',
    "</p>",
    "<br>",
    "<br />",
    "</a>",
    "<a>",
    "<b>",
    "</b>",
    '<span a="b">',
    "</span>",
)
BODY = st.lists(st.sampled_from(WORDS + ENTITIES + LINKS) | st.sampled_from(("<br>", "<br/>")), max_size=8).map("".join)


@settings(steady, max_examples=300)
@given(st.lists(st.sampled_from(WORDS + ENTITIES + LINKS + TAGS), max_size=10).map("".join))
@example("&#10;a<p>b<p>c")
def test_plain_markup_reads_as_the_parser_reads_it(body: str) -> None:
    piece = f'<blockquote class="twitter-tweet" data-a="1&amp;2" DATA-A=\'3\' b>{body}</blockquote>'
    plain = parse_plain(piece)
    if plain is not None:
        assert plain == parse_soup(piece)


def test_most_plain_markup_is_read_without_a_parser() -> None:
    plain = [f"<blockquote><p>a {one} b</p>— <b>c</b></blockquote>" for one in WORDS + ENTITIES + LINKS + ("&#10;",)]
    assert [piece for piece in plain if parse_plain(piece) is None] == []


@pytest.mark.parametrize(
    "piece",
    [
        "<iframe src=\"https://a.example/?a=1&amp;b=2&c=3\" allowfullscreen width='5'></iframe>",
        "<iframe\n  src='//a.example/b'\n  >\n </iframe>",
        '<amp-a data-b="c"/>',
        '<div data-b="c"> </div >',
        '<div class="a b"> <iframe data-c="d"></iframe>\n</div>',
        '<embed src="https://a.example">',
    ],
)
def test_a_tag_alone_reads_as_the_parser_reads_it(piece: str) -> None:
    assert parse_plain(piece) == parse_soup(piece) is not None


BYLINE = "&mdash; Ann &amp; Bo (x) (@ann)"
DATES = ("May 6, 2018", "6. Mai 2018", "2018-05-06", "May 6", "31 february 2018", "6 mai 2018 ")
OWNERS = ("ann", "Ann", "bo", "i", "status")
QUOTES = st.builds(
    lambda body, lang, byline, owner, date, closing: (
        f'<blockquote class="twitter-tweet" data-lang="de"><p lang="{lang}" dir="ltr">{body}</p>{byline} '
        f'<a href="https://twitter.com/{owner}/status/993098047288274957?ref_src=twsrc%5Etfw">{date}</a>{closing}'
    ),
    BODY,
    st.sampled_from(("en", "und", "iw", "")),
    st.sampled_from(
        (
            BYLINE,
            "— (@ann)",
            "— - (@ann)",
            f"\n<p>{BYLINE}",
            f"<p>\n {BYLINE}",
            "— Ann（@bo） (@ann)",
            "&mdash; A  B(@ann)",
        )
    ),
    st.sampled_from(OWNERS),
    st.sampled_from(DATES),
    st.sampled_from(
        (
            "</blockquote>",
            "\n</blockquote>",
            "</p></blockquote>",
            "\n </p>\n</blockquote>",
            "</blockquote> more",
            "<br></blockquote>",
        )
    ),
)


def find_slowly(page: str, monkeypatch: pytest.MonkeyPatch) -> list[Citation]:
    with monkeypatch.context() as patched:
        patched.setattr(finder, "LITERALS", {})
        return find(Article(html=page))


@settings(steady, max_examples=300)
@given(QUOTES)
def test_what_is_read_letter_for_letter_reads_as_the_long_way(page: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        assert find(Article(html=page)) == find_slowly(page, patched)


FRAMES = st.lists(
    st.sampled_from(
        (
            ' src="https://www.youtube.com/embed/abcdefghijk"',
            ' src="//www.youtube-nocookie.com/embed/abcdefghijk?rel=0&amp;start=5"',
            ' src="https://www.youtube.com/embed/videoseries?list=PL0123456789"',
            ' src="https://www.youtube.com/embed/abcdefghijklm"',
            ' videoid="bcdefghijkl"',
            ' title="youtube.com/watch?v=bcdefghijkl"',
            ' title="Rain &amp; wind"',
            ' data-src="https://www.youtube.com/embed/cdefghijklm"',
            ' width="5"',
            ' width="100%"',
            ' title="%79outube.com/watch?v=bcdefghijkl"',
            " allowfullscreen",
        )
    ),
    min_size=1,
    max_size=4,
).map(lambda attributes: f"<p>a</p><iframe{''.join(attributes)}></iframe>")


@settings(steady, max_examples=150)
@given(FRAMES)
def test_a_frame_read_letter_for_letter_reads_as_the_long_way(page: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        assert find(Article(html=page)) == find_slowly(page, patched)


@pytest.mark.parametrize("tag", ["i", "div", "p", "a", "blockquote", "table", "x-y"])
def test_what_is_nested_deep_is_kept(tag: str) -> None:
    """lxml by itself leaves out what is nested more than 256 deep."""
    element = parse_element(f"<section>{f'<{tag}>' * (5 * sys.getrecursionlimit())}deep")
    assert element is not None
    assert element.text == "deep"


def test_a_piece_of_thousands_of_tags_is_read_in_part_and_named() -> None:
    shortfalls: list[Shortfall] = []
    page = f"{QUOTE}<p>Rain.</p>&mdash; A (@ab) {LINK}{'<q>x</q>' * TAGS_MOST}</blockquote>"
    (sighting,) = find_html_embeds(page, shortfalls=shortfalls)
    assert (sighting.text, "cut-short" in sighting.flags) == ("Rain.", True)
    assert [shortfall.start for shortfall in shortfalls] == [0]


def test_a_page_of_nothing_but_tags_is_read_in_part_and_named() -> None:
    shortfalls: list[Shortfall] = []
    post = f"{QUOTE}{'<q>' * 900}Rain.</p>&mdash; A (@ab) {LINK}</blockquote>"
    found = find_html_embeds(f"{post}<p>She wrote again.</p>" * 40, shortfalls=shortfalls)
    assert 2 < len(found) < 40
    (shortfall,) = shortfalls
    assert found[-1].end < shortfall.start < found[-1].end + 40


@pytest.mark.parametrize("written", ["&#3", "&#3;", "&#04x", "&#x3", "&#X02;", "&#x3g", "\x03"])
def test_a_control_character_is_no_mark_of_ours_however_it_is_written(written: str) -> None:
    element = parse_soup(f"<p>a{written} <a href='//b'>c</a></p>")
    assert element is not None
    assert element.text.startswith("a\ufffd")
    assert [element.shown(anchor) for anchor in element.anchors] == ["c"]


@settings(steady, max_examples=300)
@given(st.text(alphabet="ab<>&\"'=/ !-?\0\x02\ud800;#px3", max_size=60))
def test_any_piece_is_read_or_not_and_never_raises(text: str) -> None:
    for piece in (text, f"<p {text}", f"<blockquote>{text}", f"<div a='{text}'>", html.escape(text)):
        parse_element(piece)
