"""What holds for any text at all, and: a residue that is built is found again as it was built."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

import pytest
from babel.dates import format_date
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from amberpost import Article, Citation, find
from amberpost.models import replace_surrogates
from hostile import CITED, FRAGMENTS

steady = settings(derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(steady, max_examples=400)
some = settings(steady, max_examples=150)

PROSE = "The council of Arrowmere met on Monday. Nobody left early, and the tram was late again."


# --- any text -------------------------------------------------------------------------------------------------------

pieces = st.sampled_from([*FRAGMENTS.values(), *CITED.values(), PROSE, " ", "\n", "\n\n", "A", ".", ","])
glued = st.lists(pieces | st.text(max_size=3), max_size=24).map("".join)
cut = st.builds(lambda text, start, end: text[start:-end], glued, st.integers(0, 9), st.integers(1, 9))
articles = st.builds(
    Article,
    id=st.text(max_size=5),
    text=glued | cut | st.text(),
    date=st.none() | st.dates(),
    markdown=st.booleans(),
)


@many
@given(articles, st.booleans())
@example(Article(text="\ud800(@a) May 1, 2020"), False)
@example(Article(text="\rA @a\n11:22 PM - 19 Oct 2016\n"), False)
@example(Article(text="— (@a)<a href=http://x.com/status/9\n"), False)
@example(Article(text="externe Inhalte von twitter.com ergänzt. Hi — (@a) May 1, 2020 (twitter.com)"), False)
@example(Article(text="Skip Twitter post by @a\nA @b\n11:22 PM - 19 Oct 2016\nEnd of Twitter post by @a"), False)
@example(Article(text="View this post on Instagram\nA @b\n11:22 PM - 19 Oct 2016\nA post shared by @a"), False)
def test_any_text_gives_sound_records(article: Article, mentions: bool) -> None:
    found = find(article, mentions=mentions)
    for citation in found:
        check_span(citation, article.source)
        check_fields(citation)
        assert Citation.model_validate_json(citation.model_dump_json()) == citation
    assert found == sorted(found, key=lambda citation: citation.start)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert len({citation.id for citation in found}) == len(found)


@some
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60) | glued)
def test_a_plain_string_is_an_article_without_name(text: str) -> None:
    assert find(text) == find(Article(text=replace_surrogates(text)))


@some
@given(articles)
def test_embeds_are_the_same_whatever_else_is_looked_for(article: Article) -> None:
    embeds = [citation for citation in find(article, mentions=True) if citation.kind == "embed"]
    assert find(article, kind={"embed"}) == embeds


def check_span(citation: Citation, source: str) -> None:
    assert 0 <= citation.start < citation.end <= len(source)
    assert source[citation.start : citation.end] == citation.raw
    assert citation.raw == citation.raw.strip(" \t\r\n")


def check_fields(citation: Citation) -> None:
    assert len(set(citation.links)) == len(citation.links)
    assert all(link.startswith(("http://", "https://")) for link in citation.links)
    assert len(set(citation.flags)) == len(citation.flags)
    assert citation.text is None or citation.text == citation.text.strip() != ""
    assert citation.author_name != ""
    assert citation.handle is None or not citation.handle.startswith("@")
    assert citation.permalink is None or citation.post_id is not None
    assert citation.posted_at is None or citation.posted_at.tzinfo is not None
    assert ("impossible-date" in citation.flags) == (citation.date is None and citation.date_text is not None)
    assert citation.date is None or citation.date_text is not None
    if citation.kind == "embed":
        assert ("no-date" in citation.flags) == (citation.date_text is None)
        assert ("text-truncated" in citation.flags) == (citation.text or "").endswith(("…", "..."))
        author = citation.handle or citation.author_name
        assert author is not None or citation.permalink is not None or "no-author" in citation.flags


# --- built, then found ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Post:
    """A post, and the forms that its embed's residue prints it in."""

    sentences: tuple[str, ...]
    links: tuple[str, ...]
    name: str
    handle: str
    day: dt.date
    printed_day: str
    dash: str
    gap: str

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    @property
    def footer(self) -> str:
        return f"{self.dash} {self.name} (@{self.handle}) {self.printed_day}"

    def residue(self, *, between: str = " ") -> str:
        words = between.join(self.sentences)
        return self.gap.join([" ".join([words, *self.links]), self.footer])


LETTERS = "abcdefghijklmnoprstuvwyzéñüß"
word = st.text(LETTERS, min_size=2, max_size=9)
# What people put among their words; with a dash there, only the surest kind is used for the footer.
SPICES = ("#rain", "@someone", "“quite”", "it’s", "no:", "(yes)", "24/7", "10:30", "1,000", "—", "–", "東京", "&", "..")
sentence = st.builds(
    lambda first, words, last, stop: " ".join([first.capitalize(), *words, last]) + stop,
    word,
    st.lists(word | word | st.sampled_from(SPICES), max_size=8),
    word,
    st.sampled_from([".", "!", "?", "", "…"]),
)
code = st.text("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=10, max_size=10)
forms = st.sampled_from(["https://t.co/{}", "pic.twitter.com/{}"])
handle = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", min_size=1, max_size=15)
ODD_WORDS = ("NBC", "de", "東京", "Анна", "O’Neal", "J.P.", "24", "👩‍🚒", "🇺🇦", "Ñu")
name_word = st.builds(str.capitalize, word) | st.sampled_from(ODD_WORDS)
LOCALES = ("en", "en_GB", "fr", "de", "es", "pt_BR", "it", "nl", "sv", "pl", "cs", "tr", "id", "ru", "uk", "el", "ja")


@st.composite
def names(draw: st.DrawFn, *, dashed: bool) -> str:
    """A display name; one with dashes of its own only where a link tells which dash is the footer's."""
    joints = [" ", " ", ", ", " | ", " • ", "-"] + ([" - ", " – ", " — "] if dashed else [])
    words = draw(st.lists(name_word, min_size=1, max_size=4))
    name = words[0] + "".join(draw(st.sampled_from(joints)) + part for part in words[1:])
    return name[:40].strip(" ,-–—|•") + draw(st.sampled_from(["", "", " (she/her)", " 🌊", " (NBC) 🇺🇦", " ✔"]))


@st.composite
def posts(draw: st.DrawFn) -> Post:
    codes = draw(st.lists(code, max_size=3, unique=True))  # two links with one code are one link
    links = tuple(draw(forms).format(code) for code in codes)
    sentences = draw(st.lists(sentence, min_size=1, max_size=4))
    while len(" ".join(sentences)) + 24 * len(links) > 140:  # what no post of its day could hold is none
        sentences, links = sentences[:-1] or [sentences[0][:100]], links[:-1]
    plain = not links and not set("—–-") & set("".join(sentences))
    day = draw(st.dates(dt.date(2006, 3, 21), dt.date(2029, 12, 31)))
    return Post(
        sentences=tuple(sentences),
        links=links,
        name=draw(names(dashed=bool(links))),
        handle=draw(handle),
        day=day,
        printed_day=draw(st.sampled_from([day.isoformat(), *(format_date(day, "long", locale) for locale in LOCALES)])),
        dash=draw(st.sampled_from(["—", "—", "―", "&mdash;"] + (["–", "--", "-"] if plain else []))),
        gap=draw(st.sampled_from([" ", "\n", "\n\n"])),
    )


def normal(link: str) -> str:
    return link if link.startswith("https://") else f"https://{link}"


def check_found(source: str, post: Post) -> Citation:
    (citation,) = find(source)
    assert citation.kind == "embed"
    assert (citation.handle, citation.author_name) == (post.handle, post.name)
    assert (citation.date, citation.date_text) == (post.day, " ".join(post.printed_day.split()))
    assert citation.links == tuple(map(normal, post.links))
    assert citation.end == source.rindex(post.printed_day) + len(post.printed_day)
    return citation


behind = st.sampled_from(["", "\n", "\n\n" + PROSE, " " + PROSE])


@many
@given(posts(), behind)
def test_a_post_at_the_top_is_found_whole(post: Post, behind: str) -> None:
    citation = check_found(post.residue() + behind, post)
    if behind.startswith(" ") and "start-uncertain" in citation.flags:
        return  # an article on one line: nothing but its sentences tells, and the record says so
    assert citation.text == post.text
    assert citation.start == 0


@some
@given(posts(), behind)
def test_a_post_below_paragraphs_is_found(post: Post, behind: str) -> None:
    citation = check_found(f"{PROSE}\n\n{PROSE}\n\n{post.residue()}{behind}", post)
    assert citation.text is not None
    assert citation.text.endswith(post.sentences[-1])


@some
@given(posts(), st.sampled_from(["", "\n\n" + PROSE]))
def test_a_quoted_post_is_found_line_by_line(post: Post, behind: str) -> None:
    quoted = "> " + post.residue(between="\n").replace("\n", "\n> ")
    citation = check_found(f"{PROSE}\n\n{quoted}{behind}", post)
    assert citation.text == "\n".join(post.sentences)


@some
@given(st.lists(posts(), min_size=2, max_size=4))
def test_posts_in_a_row_are_all_found(row: list[Post]) -> None:
    source = "\n\n".join(post.residue() for post in row)
    assert [citation.handle for citation in find(source, kind={"embed"})] == [post.handle for post in row]


@some
@given(posts(), st.dates(dt.date(2006, 3, 21), dt.date(2029, 12, 31)))
def test_a_date_after_the_article_is_flagged(post: Post, day: dt.date) -> None:
    (citation,) = find(Article(text=post.residue(), date=day))
    assert ("date-after-article" in citation.flags) == (post.day > day + dt.timedelta(days=1))


@pytest.mark.parametrize("text", CITED.values(), ids=CITED)
def test_what_is_meant_to_be_found_is(text: str) -> None:
    (citation,) = find(f"{PROSE}\n\n{text}")
    check_fields(citation)


def test_markup_is_read_as_what_it_shows() -> None:
    markup = "<p>Snow.</p>&mdash; Ann (@ann_w) May 3, 2020"
    assert [citation.handle for citation in find(Article(html=markup))] == ["ann_w"]
    assert [citation.handle for citation in find(Article(text=markup))] == ["ann_w"]
    hidden = f"<p title='{markup.replace('<p>', '').replace('</p>', '')}'>Snow.</p>"
    assert find(Article(html=hidden)) == []


def test_lone_surrogates_are_read_one_for_one() -> None:
    (citation,) = find("\ud800 Snow\udfff. — Ann (@ann_w) May 3, 2020")
    assert "\N{REPLACEMENT CHARACTER}" in citation.raw
    assert citation.end == len("x Snowx. — Ann (@ann_w) May 3, 2020")


MARKUP = (
    '<blockquote class="twitter-tweet"><p lang="en" dir="ltr">Ferry from ten.</p>&mdash; Nora Quill (@noraquill) '
    '<a href="https://twitter.com/noraquill/status/993098047288274957">May 6, 2018</a></blockquote>'
)
BETWEEN = ["", "Boots were advised.\n\n", "The council had closed the road on the day before.\n\n", "They said so:\n\n"]


@pytest.mark.parametrize("break_", ["\n", "\n\n"], ids=["lines", "paragraphs"])
@pytest.mark.parametrize("between", BETWEEN)
def test_a_post_begins_below_markup_where_it_would_below_a_residue(between: str, break_: str) -> None:
    tail = f"\n\n{between}Bring boots. pic.twitter.com/kWmR4bVx2Q — Tam Oster (@tamoster) May 7, 2018\n\nIt rains.\n"
    for above in ("Ferry from ten. — Nora Quill (@noraquill) May 6, 2018", MARKUP):
        text = f"The weir was closed on Monday, the council said.\n\n{above}{tail}".replace("\n\n", break_)
        one, other = find(text)
        seen = (one.handle, one.text, other.text, other.flags)
        if above != MARKUP:
            known = seen
    assert seen == known
