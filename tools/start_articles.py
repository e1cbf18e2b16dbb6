"""Invented articles that the start weights are fitted on beside real ones: short news prose in many languages.

The corpus is mostly blogs in English and French. Here prose and posts of `start_texts.json` are put together as news
does it, and printed as extractors print them.
"""

from __future__ import annotations

import datetime as dt
import json
import pathlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TEXTS = pathlib.Path(__file__).with_name("start_texts.json")
# What stands above the posts of an article, how often; how often an article keeps to it; how often a post is in
# another language, has an advertisement or the like above it, and is broken into paragraphs.
STYLES = {"plain": 0.3, "intro": 0.26, "colon": 0.12, "heading": 0.12, "row": 0.2}
KEEPS = 0.85
FOREIGN = 0.12
CHROME = 0.2
BROKEN = 0.25
ENGLISH = 0.25
# What posts have beside their words, how often.
ENDS = {"": 0.62, " {e}": 0.16, " #{t}": 0.12, " #{t} #{t}": 0.05, " {e}{e}": 0.05}
OPENS = {"": 0.9, "{e} ": 0.06, "@{t} ": 0.04}
EMOJI = "😂😭🙏🔥❤👏🎉👇💙😅🤔🙃🚨📸👀💪😍🥳✅📢"
TAGS = ("update", "live", "news", "today", "community", "festival", "climate", "transport", "football", "weekend")
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_APART = re.compile(r" *(?<!\S)(?:[#@]\w+|https?://\S+|pic\.twitter\.com/\w+)")
_STOP = re.compile(r"([.!?…।。！？]+) *(?=[^\s.{])")


@dataclass(frozen=True)
class Rendition:
    """How an extractor prints: what parts paragraphs, what the lines of a post, what its words and its footer.

    `parted` when what was a link in the page, tags and mentions too, stands on a line of its own.
    """

    paragraph: str
    line: str
    footer: str
    parted: bool = False


RENDITIONS = (
    Rendition("\n", "\n", "\n"),
    Rendition("\n", "\n", " "),
    Rendition("\n", " ", " "),
    Rendition("\n\n", "\n\n", "\n\n"),
    Rendition("\n\n", "\n", "\n\n"),
    Rendition("\n\n", "\n", " "),
    Rendition("\n\n", "\n", "\n"),
    Rendition("\n\n", " ", " "),
    Rendition("\n", "\n", "\n", parted=True),
    Rendition("\n\n", "\n\n", "\n\n", parted=True),
)


@dataclass(frozen=True)
class Invented:
    """An article's text and its posts, each with `handle`, `date_iso`, `text` and `repo` as the corpus has them."""

    source: str
    posts: list[dict[str, Any]]


def make_articles(count: int, *, seed: int) -> Iterator[Invented]:
    rng = random.Random(seed)
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    languages = sorted(texts)
    for _ in range(count):
        yield make_article(rng, texts, "en" if rng.random() < ENGLISH else rng.choice(languages))


def make_article(rng: random.Random, texts: dict[str, Any], language: str) -> Invented:
    own = texts[language]
    rendition = rng.choice(RENDITIONS)
    prose = rng.sample(own["prose"], len(own["prose"]))
    parts = [rng.choice(own["heading"])] * (rng.random() < 0.5) + take_prose(rng, prose, rng.randrange(1, 4))
    posts: list[dict[str, Any]] = []
    usual = draw(rng, STYLES)
    for number in range(rng.choice((1, 1, 2, 3, 4, 5))):
        of = texts[rng.choice(sorted(texts))] if rng.random() < FOREIGN else own
        name, _, handle = rng.choice(own["names"]).partition("|")
        style = usual if rng.random() < KEEPS else draw(rng, STYLES)
        if rng.random() < CHROME and not (style == "row" and number):
            parts.append(rng.choice(own["chrome"]))
        parts += lead(rng, own, prose, style, name, first=number == 0)
        day = dt.date(rng.randrange(2012, 2025), rng.randrange(1, 13), rng.randrange(1, 29))
        words = render(fill(rng, adorn(rng, draw_post(rng, of["posts"]))), rendition)
        parts.append(f"{words}{rendition.footer}— {name} (@{handle}) {day:%B} {day.day}, {day.year}")
        posts.append({"handle": handle, "date_iso": str(day), "text": words, "repo": f"invented {language}"})
        if usual != "row" and rng.random() < 0.4:
            parts += take_prose(rng, prose, 1)
    return Invented(rendition.paragraph.join([*parts, *take_prose(rng, prose, 2)]) + "\n", posts)


def lead(
    rng: random.Random, own: dict[str, list[str]], prose: list[str], style: str, name: str, *, first: bool
) -> list[str]:
    """The paragraphs that stand right above a post: none where posts stand in a row."""
    if style == "row" and not first:
        return []
    if style == "plain":
        return take_prose(rng, prose, 1)
    before = take_prose(rng, prose, 1) if rng.random() < 0.4 else []
    return [*before, rng.choice(own[{"row": "intro"}.get(style, style)]).replace("{n}", name)]


def draw_post(rng: random.Random, posts: list[str]) -> str:
    """A post of one paragraph, or of several: printed so, cut at its sentences, or put together."""
    words = rng.choice(posts)
    if "¶" in words or rng.random() >= BROKEN:
        return words
    broken = _STOP.sub(r"\1¶", words)
    return broken if "¶" in broken else f"{rng.choice(posts)}¶{words}"


def render(words: str, rendition: Rendition) -> str:
    if rendition.parted:
        words = "¶".join(line.strip() for line in _APART.sub(r"¶\g<0>¶", words).split("¶") if line.strip())
    return words.replace("¶", rendition.line)


def adorn(rng: random.Random, words: str) -> str:
    """A post with what people put round its words: emoji, tags, whom they speak to; some drop the last stop."""
    if words[-1:] in ".。।" and rng.random() < 0.2:
        words = words[:-1]
    words, link, rest = words.partition(" {")
    words = draw(rng, OPENS) + words + draw(rng, ENDS) + link + rest
    for slot, choices in (("{e}", EMOJI), ("{t}", TAGS)):
        while slot in words:
            words = words.replace(slot, rng.choice(choices), 1)
    return words


def take_prose(rng: random.Random, prose: list[str], paragraphs: int) -> list[str]:
    taken = []
    for _ in range(paragraphs):
        sentences = [prose.pop(0) for _ in range(rng.choice((1, 1, 2, 2, 3))) if prose]
        prose += sentences
        taken.append(" ".join(sentences))
    return taken


def draw(rng: random.Random, shares: dict[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def fill(rng: random.Random, words: str) -> str:
    for slot, address in (("{l}", "https://t.co/"), ("{m}", "pic.twitter.com/")):
        words = words.replace(slot, address + "".join(rng.choice(_LETTERS) for _ in range(10)))
    return words
