"""What a page cites besides its markup: residues, credits, links and mentions in prose; and markup left in text."""

from __future__ import annotations

import datetime as dt
import html
import itertools
import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from amberpost import Article, Citation, Problem, find
from amberpost.finding.html import look_over
from amberpost.finding.html.cutting import ELEMENT_LIMIT
from amberpost.finding.html.jsonld import Body, open_body
from amberpost.finding.html.windows import DARK_NAMES, open_window
from amberpost.finding.html.zones import Spans, Zones, join_spans
from conftest import FIXTURES
from hostilehtml import FRAGMENTS, LINK, QUOTE, STATUS, WHOLE, Maker, filled, repeated

steady = settings(derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

RESIDUE = "Ferry from ten. pic.twitter.com/kWmR4bVx2Q — Nora Quill (@noraquill) May 6, 2018"
PROSE = (
    *FRAGMENTS,
    RESIDUE,
    "Credit: Nora/X",
    "<figcaption>Photo: ",
    " / Facebook</figcaption>",
    f"<a href={STATUS}>Nora via Twitter</a>",
    "<a href='https://www.instagram.com/noraquill/'>@noraquill</a> / Instagram",
    f"<a href={STATUS}>she said</a>",
    "<nav>",
    "</nav>",
    "<footer>",
    "</footer>",
    '<script type="application/ld+json">{"articleBody":"',
    "\\n",
    "\\u2014",
    "&mdash;",
    "<br>",
    "Skip Twitter post by @noraquill",
    "End of Twitter post by @noraquill",
    "{{&lt; tweet 20 &gt;}}",
    "she wrote on X",
    "(twitter.com)",
    "＠",
    "（",
)
pages = st.lists(st.sampled_from(PROSE) | st.text(max_size=4), max_size=24).map("".join)


@settings(steady, max_examples=500)
@given(pages, st.booleans(), st.booleans())
@example('<script>{"articleBody":"Hi. \\u2014 A (@a) May 1, 2020', False, False)
@example("&#10;(@a", False, False)
@example('<a href="https://a.example/b">', True, False)
def test_anything_gives_sound_records(source: str, mentions: bool, is_text: bool) -> None:
    article = Article(text=source) if is_text else Article(html=source)
    problems: list[Problem] = []
    found = find(article, mentions=mentions, problems=problems)
    for citation in found:
        assert article.source[citation.start : citation.end] == citation.raw != ""
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert len({citation.id for citation in found}) == len(found)
    assert problems == []


@settings(steady, max_examples=500)
@given(pages)
@example(f"<p>It rains.</p><p><a href='{STATUS}'>Photo: X</a></p>")
@example(f"<figcaption>Photo: Jo / <a href='{STATUS}'>Facebook</a></figcaption>")
@example(f"<figcaption>Photo: <a href='{STATUS}'>Jo</a> and <a href='{STATUS}1'>Al</a> via Twitter</figcaption>")
def test_no_credit_hides_the_address_of_a_post(source: str) -> None:
    linked = find(Article(html=source), kind="link")
    assert {link.permalink for link in linked} <= {citation.permalink for citation in find(Article(html=source))}


# --- windows --------------------------------------------------------------------------------------------------------


@settings(steady, max_examples=400)
@given(st.text("ab <>&;/'\"=\n東\u00a0pia#10"), st.booleans())
def test_a_window_leads_back_to_what_it_was_made_of(source: str, is_marked: bool) -> None:
    window = open_window(source, 0, len(source), is_marked=is_marked)
    for start, end in itertools.combinations(range(len(window.text) + 1), 2):
        low, high = window.origin(start, end)
        assert 0 <= low <= high <= len(source)
        shown = window.text[start:end]
        if len(shown) == high - low and shown.isalnum():
            assert source[low:high] == shown


@settings(steady, max_examples=300)
@given(st.text("ab <>&;/'\"\\\n東😀—", max_size=30))
def test_a_json_string_is_read_in_place(words: str) -> None:
    for ascii_only in (True, False):
        written = json.dumps(words, ensure_ascii=ascii_only)[1:-1]
        window = open_body(written, Body(0, len(written)), 0, len(written))
        if not set("<&") & set(words):
            assert window.text == words
            for at, sign in enumerate(words):
                low, high = window.origin(at, at + 1)
                assert json.loads(f'"{written[low:high]}"') == sign


@settings(steady, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9))), st.integers(0, 40), st.integers(0, 20))
def test_stretches_and_what_lies_between(rows: list[tuple[int, int]], low: int, size: int) -> None:
    spans = join_spans([(start, start + length) for start, length in rows])
    covered = {at for start, length in rows for at in range(start, start + length)}
    assert {at for at in range(60) if spans.around(at)} == covered
    free = {at for start, end in spans.between(low, low + size) for at in range(start, end)}
    assert free == set(range(low, low + size)) - covered


# --- the same residue, in text and in a page --------------------------------------------------------------------------

INLINE = ("b", "i", "em", "span", "strong", "font color=red", "span class='a > b'")
WRAPS = ("p", "div", "section", "td", "li", "figure", "blockquote", "div data-x='(@nobody)'")


def residues() -> list[str]:
    """The articles of text of which each citation is an embed that is sure of its start."""
    texts = []
    for path in sorted(FIXTURES.glob("twitter/*/article.txt")):
        text = path.read_bytes().decode("utf-8-sig")
        if not re.search(r"[<>&`*\\]|\]\(", text) and 0 < len(find(text)) < 6:
            texts.append(text)
    return texts


def wrap(text: str, block: str, inline: str | None) -> str:
    """A text as a page: each paragraph in a block, its lines broken by `<br>`, some words in an inline element."""
    paragraphs = []
    for paragraph in re.split(r"\n{2,}", text.replace("\r\n", "\n").strip()):
        words = html.escape(paragraph, quote=False).replace("\n", "<br>\n")
        if inline:
            words = re.sub(r"(?<= )(\w+)(?= )", rf"<{inline}>\1</{inline.partition(' ')[0]}>", words, count=2)
        paragraphs.append(f"<{block}>{words}</{block.partition(' ')[0]}>")
    return "<article>" + "\n".join(paragraphs) + "</article>"


def essence(citation: Citation) -> tuple[str, str | None, dt.date | None, tuple[str, ...]]:
    return citation.platform, (citation.handle or "").lower(), citation.date, citation.links


@settings(steady, max_examples=250)
@given(st.sampled_from(residues()), st.sampled_from(WRAPS), st.none() | st.sampled_from(INLINE))
def test_a_residue_is_found_in_tags_as_in_text(text: str, block: str, inline: str | None) -> None:
    page = wrap(text, block, inline)
    plain = [essence(citation) for citation in find(text, kind={"embed"})]
    found = find(Article(html=page), kind={"embed"})
    anchored = [row for row in plain if row[1]]
    assert [row for row in map(essence, found) if row[1]] == anchored
    assert all(page[citation.start : citation.end] == citation.raw for citation in found)


# --- never twice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("markup", [WHOLE, html.escape(WHOLE), json.dumps(WHOLE)[1:-1].replace("<", "\\u003c")])
@pytest.mark.parametrize("form", ["html", "text"])
def test_what_the_markup_gave_is_not_found_again(markup: str, form: str) -> None:
    source = f"Before.\n\n{markup}\n\nFerry from ten. — Nora Quill (@noraquill) May 6, 2018\n\nBehind."
    article = Article(html=source) if form == "html" else Article(text=source)
    assert [citation.handle for citation in find(article)] == ["ab", "noraquill"]


def test_an_address_on_its_own_line_of_text_is_a_link_and_in_a_tag_an_embed() -> None:
    assert [citation.kind for citation in find(f"See <b>this</b>:\n\n{STATUS}\n\n")] == ["link"]
    assert [citation.kind for citation in find(f"See:\n\n<figure>{STATUS}</figure>\n\n")] == ["embed"]


def test_mentions_are_found_in_prose_when_asked_for() -> None:
    said = "“So be it,” <a href='/oakes'>Ann Oakes</a> wrote on <b>X</b>."
    page = f"<p title='he wrote on X'>{said}</p><script>tweeted</script>"
    (mention,) = find(Article(html=page), mentions=True)
    assert (mention.kind, mention.author_name, mention.text) == ("mention", "Ann Oakes", "So be it,")
    assert find(Article(html=page)) == []


# --- caps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        f"{QUOTE}<p>Rain.</p>&mdash; A (@ab) {LINK}{'<i>x</i>' * (ELEMENT_LIMIT // 4)}</blockquote>",
        f"{QUOTE}{'<i>x</i>' * (ELEMENT_LIMIT // 4)}{LINK}</blockquote>",
        f"{QUOTE}{'<blockquote>' * 11}{LINK}{'</blockquote>' * 12}",
        f'<div class="twitter-tweet" data-x="{"y" * ELEMENT_LIMIT}"></div>',
    ],
    ids=["too long", "post behind the limit", "too deep", "tag too long"],
)
def test_what_a_cap_cut_off_is_a_problem(page: str) -> None:
    problems: list[Problem] = []
    find(Article(id="weir.html", html=f"<p>Before.</p>{page}"), problems=problems)
    assert problems
    assert {problem.source for problem in problems} == {"weir.html"}
    assert problems[0].place == f"offset {len('<p>Before.</p>')}"


def test_a_large_wrapper_of_what_was_found_is_no_problem() -> None:
    problems: list[Problem] = []
    page = f'<div class="twitter-embed">{WHOLE}{"<p>x</p>" * ELEMENT_LIMIT}</div>'
    assert find(Article(html=page), problems=problems)
    assert problems == []


def test_a_run_hands_problems_on(tmp_path: Path) -> None:
    from amberpost.flow import find_in_files

    page = f"{QUOTE}<p>Rain.</p>&mdash; A (@ab) {LINK}{'<i>x</i>' * (ELEMENT_LIMIT // 4)}</blockquote>"
    (tmp_path / "weir.html").write_text(page, "utf-8")
    records = list(find_in_files(tmp_path))
    assert [type(record).__name__ for record in records] == ["Citation", "Problem"]
    assert isinstance(records[1], Problem)
    assert (records[1].source, records[1].place) == ("weir.html", "offset 0")


# --- time -------------------------------------------------------------------------------------------------------------

HOSTILE: dict[str, Maker] = {
    "residues": repeated(f"<p>{RESIDUE}</p>"),
    "handles": repeated("(@a) "),
    "handles and days": repeated("(@a) May 1"),
    "linked handles": repeated("(<a href='https://x.com/a'>@a</a>) 1 "),
    "open links": repeated("(@a) 1 <a href='https://x.com/a'>"),
    "credits": repeated("<i>Foto: A/X</i>"),
    "credits that are links": repeated(f"<p><a href='{STATUS}'>Foto: A/X</a></p>"),
    "links in one credit": filled("<small>Foto: A", f"<a href='{STATUS}'>B</a>, ", "C/X</small>", 5),
    "slashes before names": repeated("/X /Instagram "),
    "links in prose": repeated(f"see <a href='{STATUS}'>this</a> "),
    "navigation": repeated(f"<nav><footer><a href='{STATUS}'>x</a>"),
    "scripts": repeated("<script>(@a) 1</script>"),
    "bodies": repeated('<script>{"articleBody":"Hi. (@a) May 1, 2020"}</script>'),
    "open bodies": repeated('<script>{"articleBody":"(@a) May 1, 2020'),
    "one body": lambda size: f'<script>{{"articleBody":"{"(@ab) May 1, 2020 " * (size // 19)}"}}</script>',
    "escapes in a body": lambda size: (
        f'<script>{{"articleBody":"{chr(92) * (size // 2 * 2)}(@a) May 1, 2020"}}</script>'
    ),
    "quotes in tags": filled("<p>(@a) 1", "<a '", "</p>", 300),
    "blockquotes": repeated("<blockquote><p>(@a) 1"),
    "entities": repeated("(@a) 1 &amp;&mdash;&#10;"),
    "shortcodes": repeated("{{< tweet "),
    "frames": repeated("<p>Skip Twitter post by @a</p>"),
    "sites": repeated("ü (twitter.com) "),
    "cards": repeated(f"<p>A @ab</p>Rain.<p><a href='{STATUS}'>1:00 PM - May 6, 2018</a></p>"),
    "documents of frames": repeated(f"<iframe srcdoc='{LINK}'></iframe>"),
    "open documents of frames": repeated(f"<iframe srcdoc='{LINK}"),
    "pictures that are links": repeated(f"<td><a href='{STATUS}'><img src='a.png'></a></td>"),
    "markers in one tag": lambda size: f"<div {'twitter-tweet ' * (size // 14)}",
}


@pytest.mark.timed
@pytest.mark.parametrize("form", ["html", "text"])
@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_as_the_page_does(name: str, form: str) -> None:
    """No more than 2.2 times as long for twice as much, the best of three, tried again on a busy machine."""
    sizes = (100_000, 200_000)
    for _ in range(4):
        runs = [[spent(HOSTILE[name](size), form) for size in sizes] for _ in range(3)]  # in turn, as slow spells come
        short, long = map(min, zip(*runs, strict=True))
        if long < 0.020 or long <= 2.2 * short:
            return
    pytest.fail(f"{short:.3f} s, then {long:.3f} s")


def spent(source: str, form: str) -> float:
    article = Article(html=source) if form == "html" else Article(text=source)
    begin = time.process_time()
    find(article, mentions=True)
    return time.process_time() - begin


def test_zones_are_told_in_one_pass() -> None:
    page = f"<!-- <nav> --><nav>a</nav><blockquote><footer>b</footer></blockquote><footer>c</footer>{WHOLE}"
    zones = Zones(page, Spans(look_over(page).spans))
    assert [page[low:high] for low, high in zones.furniture.spans] == ["<nav>a</nav", "<footer>c</footer"]
    assert [page[low:high] for low, high in zones.dark.spans] == ["<!-- <nav> "]
    assert zones.taken.around(page.index("Rain"))


@pytest.mark.parametrize("name", DARK_NAMES.split("|"))
def test_each_name_makes_its_zone_in_either_case(name: str) -> None:
    for spelled in (name, name.upper()):
        page = f"<p>a</p><{spelled} b='c'>d</{spelled}><p>e</p>"
        assert [page[low:high] for low, high in Zones(page, Spans([])).dark.spans] == [f"<{spelled} b='c'>d"]


@pytest.mark.parametrize("name", ["nav", "footer", "aside", "menu"])
def test_what_stands_beside_an_article_is_furniture(name: str) -> None:
    page = f"<p>a</p><{name}>b</{name}><{name}s>c</{name}s>"
    assert [page[low:high] for low, high in Zones(page, Spans([])).furniture.spans] == [f"<{name}>b</{name}"]


def test_line_ends_of_a_body_in_json_change_nothing() -> None:
    body = f"It is wet.\n\nThe gates are shut.\nTake the upper bridge. {RESIDUE}\n\nIt is to open again."
    seen = []
    for breaks in ("\n", "\r\n"):
        packed = json.dumps({"articleBody": body.replace("\n", breaks)})
        (found,) = find(Article(html=f'<script type="application/ld+json">{packed}</script><p>It rains.</p>'))
        seen.append(found.model_dump(exclude={"id", "start", "end", "raw"}))
    assert seen[0] == seen[1]
