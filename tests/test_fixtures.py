"""Every form of citation that is known, as a reader would give it, and what must hold on all of them."""

from __future__ import annotations

import itertools
import json
import random
import zlib
from pathlib import Path
from typing import Any

import pytest

import amberpost
from amberpost import Article, Citation

Row = dict[str, Any]

# Compared when `--accept` meets a citation that no expectation named before.
DEFAULT_FIELDS = ("kind", "start", "end", "platform", "author_name", "handle", "date", "text", "links", "post_id")
WORDS = """
    the valley council water a of in summer before harvest when older houses to and by nobody expected this station
    school tram with long winter market stood for years under roof trees lamps an engineer said plans were ready
"""


def read_story(path: Path) -> Article:
    (article,) = amberpost.read(path)
    assert isinstance(article, Article)
    return article


def read_case(path: Path) -> Article:
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".html":
        return Article(id=path.parent.name, html=text)
    return Article(id=path.parent.name, text=text, markdown=path.suffix == ".md")


@pytest.fixture
def article(sample: Path) -> Article:
    return read_story(sample) if sample.parent.name == "articles" else read_case(sample)


def compared(row: Row, fields: list[str]) -> Row:
    """The named fields of a citation; flags are a set, so their order is not compared."""
    return {field: sorted(row[field]) if field == "flags" else row[field] for field in fields}


def observe(article: Article, wanted: list[Row]) -> list[Row]:
    """What is found, each citation cut down to the fields that the expectation in its place names."""
    found = [citation.model_dump(mode="json") for citation in amberpost.find(article)]
    fields = itertools.chain(map(list, wanted), itertools.repeat(list(DEFAULT_FIELDS)))
    return [compared(row, names) for row, names in zip(found, fields, strict=False)]


def check(article: Article, expected: Path, *, accept: bool) -> None:
    known: Row = json.loads(expected.read_text("utf-8")) if expected.exists() else {"note": "", "source": ""}
    wanted = [compared(row, list(row)) for row in known.get("citations", [])]
    seen = observe(article, wanted)
    if accept and "known_miss" not in known:  # a known miss carries the true answer
        known["citations"] = seen
        expected.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")
        return
    assert seen == wanted, known["note"]


def test_case_gives_what_a_reader_sees(case: Path, expected: Path, accept: bool) -> None:
    check(read_case(case), expected, accept=accept)


def test_story_gives_what_a_reader_sees(story: Path, expected: Path, accept: bool) -> None:
    check(read_story(story), expected, accept=accept)


def test_raw_is_the_span(article: Article) -> None:
    for citation in amberpost.find(article):
        assert article.source[citation.start : citation.end] == citation.raw


def test_spans_are_ordered_and_embeds_apart(article: Article) -> None:
    found = amberpost.find(article)
    assert found == sorted(found, key=lambda citation: citation.start)
    embeds = [citation for citation in found if citation.kind == "embed"]
    assert all(one.end <= other.start for one, other in itertools.pairwise(embeds))


def test_citations_survive_json(article: Article) -> None:
    for citation in amberpost.find(article):
        assert Citation.model_validate_json(citation.model_dump_json()) == citation


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS.split(), k=chance.randint(8, 18))).capitalize() + "."


def prose(seed: str, *, html: bool = False) -> str:
    """One to three paragraphs of words that cite nothing, the same for the same seed."""
    chance = random.Random(zlib.crc32(seed.encode()))
    sizes = [chance.randint(2, 4) for _ in range(chance.randint(1, 3))]
    paragraphs = [" ".join(sentence(chance) for _ in range(size)) for size in sizes]
    return "\n".join(f"<p>{words}</p>" for words in paragraphs) if html else "\n\n".join(paragraphs)


def test_same_among_other_paragraphs(article: Article) -> None:
    html = article.html is not None
    before = prose(f"{article.id} before", html=html) + "\n\n"
    behind = "\n\n" + prose(f"{article.id} behind", html=html)
    alone = amberpost.find(article)
    source = {"html" if html else "text": before + article.source + behind}
    among = amberpost.find(article.model_copy(update=source))
    assert [essence(citation) for citation in alone] == [essence(citation, shift=len(before)) for citation in among]
    for one, other in zip(alone, among, strict=True):
        if "start-uncertain" not in {*one.flags, *other.flags}:
            assert other.start - len(before) == one.start


def essence(citation: Citation, *, shift: int = 0) -> tuple[object, ...]:
    who = (citation.kind, citation.platform, citation.handle)
    return *who, citation.date, citation.links, citation.end - shift


def test_known_misses_are_few(expectations: list[Path]) -> None:
    missed = [path for path in expectations if "known_miss" in json.loads(path.read_text("utf-8"))]
    assert 20 * len(missed) <= len(expectations)


def test_every_expectation_says_what_it_is_for(expectations: list[Path]) -> None:
    for path in expectations:
        known = json.loads(path.read_text("utf-8"))
        assert known["note"], path
        assert known["source"], path


def with_breaks(source: str, breaks: tuple[str, ...]) -> str:
    """The source with line ends that take turns."""
    lines = source.replace("\r\n", "\n").split("\n")
    return "".join(itertools.chain(*zip(lines, itertools.cycle(breaks), strict=False)))


@pytest.mark.parametrize("breaks", [("\r\n",), ("\n", "\n", "\r\n")], ids=["crlf", "mixed"])
def test_line_ends_change_no_citation(article: Article, breaks: tuple[str, ...]) -> None:
    field = "html" if article.html is not None else "text"
    plain, other = (article.model_copy(update={field: with_breaks(article.source, b)}) for b in (("\n",), breaks))
    assert list(map(unplaced, amberpost.find(other))) == list(map(unplaced, amberpost.find(plain)))
    for one, also in zip(amberpost.find(plain), amberpost.find(other), strict=True):
        assert also.raw == other.source[also.start : also.end]
        assert also.raw.replace("\r\n", "\n") == one.raw
        assert len(other.source[: also.start].replace("\r\n", "\n")) == one.start


def unplaced(citation: Citation) -> Row:
    return citation.model_dump(exclude={"id", "start", "end", "raw"})
