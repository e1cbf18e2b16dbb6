"""Pairs of a citation and a post, made from the corpus: true ones, and ones that only look alike.

A citation is a row of `amberpost find` on a rendition of a page. A post is what a service would tell of the embed that
the page's own markup holds: its words with short links, its media apart from them, now and then cut short as long posts
are, without the accounts that a reply opens with, with entities left in, or under a new account name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import random
import re
import shlex
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from amberpost.ids import parse_snowflake
from amberpost.posts import Judgement, Medium, Post, PostLink
from amberpost.verifying import verify

RENDITIONS = ("pages", "trafilatura", "bs4", "bs4flat", "html2text")
COMMAND = [sys.executable, "-c", "from amberpost.cli import main; main()", "find"]
Row = dict[str, Any]
Via = Literal["own", "media", "link"]

_MEDIA = re.compile(r"pic\.(?:twitter|x)\.com/([A-Za-z0-9]+)")
_SHORT = re.compile(r"https?://t\.co/([A-Za-z0-9]+)")
_LINK = re.compile(r"(?:https?://|pic\.|t\.co/|\b[\w.-]+\.[a-z]{2,9}/)\S+")
_LEAD = re.compile(r"(?:@\w+\s+)+")
_WORD = re.compile(r"(?<![\w@#/.&])[A-Za-z]{3,}(?![\w/.;])")
_NUMBER = re.compile(r"(?<![\w@#/.&])[0-9]+(?![\w/;])")
_SENTENCE = re.compile(r"(?<=[.!?]) +(?=\S)")
_OTHERS = ["rather", "mostly", "other", "seldom", "never", "river", "copper", "window", "garden", "quiet"]
NEAR = dt.timedelta(days=60)


@dataclass(frozen=True)
class Known:
    """An embed of the corpus and the record that a service would give of it."""

    gold: Row
    post: Post
    instant: dt.datetime | None

    @property
    def author(self) -> str:
        return str(self.gold["handle"]).lower()


@dataclass(frozen=True)
class Pair:
    """A citation's row beside a post; `kind` says what was done to it, nothing for a true pair."""

    kind: str
    row: Row
    known: Known
    via: Via

    @property
    def held_out(self) -> bool:
        """Which half of the repositories it is of, by a hash of the repository's name."""
        return hashlib.sha256(str(self.known.gold["repo"]).encode()).digest()[0] % 2 == 1

    def judge(self) -> Judgement:
        post = self.known.post
        handle = self.known.gold["url_user"]
        judged: Judgement = verify(
            self.row, post, post_id=post.post_id, platform="twitter", instant=self.known.instant, handle=handle,
            via=self.via, outcome="found",
        )  # fmt: skip
        return judged


def read_rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def find_rows(folder: Path) -> list[Row]:
    """What `amberpost find` of this interpreter writes for a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "found.jsonl"
        done = subprocess.run(
            [*COMMAND, str(folder), "-o", str(out), "-q"], capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1) or not out.exists():
            raise SystemExit(f"{shlex.join(COMMAND)} {folder} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        return read_rows(out)


def make_known(gold: Row) -> Known:
    """The record that a service would give: what varies is drawn by the post's own id, the same each time."""
    rng = random.Random(str(gold["tweet_id"]))
    text = str(gold["text"] or "")
    media = [Medium(kind="image", url=f"https://pbs.example/{code}.jpg", link=f"https://t.co/{code}")
             for code in dict.fromkeys(_MEDIA.findall(text))]  # fmt: skip
    links = [PostLink(url=f"https://t.co/{code}", target=f"https://news{number}.example/story/{code.lower()}")
             for number, code in enumerate(dict.fromkeys(_SHORT.findall(text)))]  # fmt: skip
    whole = _MEDIA.sub("", text).strip()
    words, truncated = vary_words(whole, rng)
    renamed = rng.random() < 0.03
    post = Post(
        platform="twitter",
        post_id=gold["tweet_id"],
        permalink=gold["url"],
        source="syndication",
        handle=f"{gold['url_user'][:12]}_2" if renamed else vary_case(str(gold["url_user"]), rng),
        author_name=gold["name"],
        posted_at=parse_snowflake(gold["tweet_id"]),
        text=words,
        truncated=truncated,
        lang=gold.get("p_lang"),
        links=tuple(links),
        media=tuple(media),
        reply_to=find_answered(whole, words),
    )
    return Known(gold, post, parse_snowflake(gold["tweet_id"]))


def vary_words(text: str, rng: random.Random) -> tuple[str, bool]:
    """What services do to a post's words; the second is true when they are cut short."""
    if rng.random() < 0.5:
        text = text[lead.end() :] if (lead := _LEAD.match(text)) else text
    if len(text) > 220 and rng.random() < 0.25:
        return text[:200].rstrip() + "…", True
    return (html.escape(text, quote=False) if rng.random() < 0.1 else text), False


def find_answered(whole: str, words: str) -> str | None:
    """The post that a reply answers, whose account a service leaves out of the words: of several it names the first."""
    lead = _LEAD.match(whole)
    if lead is None or words.startswith("@"):
        return None
    return f"https://x.com/{lead[0].split()[0].removeprefix('@')}/status/1862485943811391900"


def vary_case(handle: str, rng: random.Random) -> str:
    return handle.upper() if rng.random() < 0.1 else handle


def load_known(corpus: Path) -> list[Known]:
    """Each embed of X in the corpus of which all is known."""
    rows = read_rows(corpus / "gold_pages.jsonl")
    whole = [
        r for r in rows if r["platform"] == "x" and r.get("form") == "full" and r.get("tweet_id") and r.get("url_user")
    ]
    return [make_known(row) for row in whole]


def pair_rows(knowns: list[Known], rows: list[Row], rendition: str) -> Iterator[Pair]:
    """Pair rows and embeds one to one; where an author was cited twice in a day, words or order have to tell."""
    waiting: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "embed" and row["platform"] == "twitter":
            waiting[row_key(row, rendition)].append(row)
    asked: dict[tuple[str, ...], list[Known]] = defaultdict(list)
    for known in knowns:
        asked[known_key(known, rendition)].append(known)
    for key, there in asked.items():
        yield from (Pair("", row, known, identify(row)) for known, row in match_rows(there, waiting.get(key, [])))


def match_rows(knowns: list[Known], rows: list[Row]) -> Iterator[tuple[Known, Row]]:
    """One to one: by equal words, then by order when as many of both are left; else nothing tells which is which."""
    left: list[Known] = []
    for known in knowns:
        best = next((row for row in rows if bare(row["text"]) == bare(known.gold["text"])), None)
        if best is None:
            left.append(known)
        else:
            rows.remove(best)
            yield known, best
    alike = len({known.post.post_id for known in left}) == 1
    if alike or len(left) == len(rows):
        yield from zip(left, sorted(rows, key=lambda row: int(row["start"])), strict=False)


def row_key(row: Row, rendition: str) -> tuple[str, ...]:
    article = row["article"].rpartition(".")[0]
    if rendition == "pages":
        return article, str(row["post_id"])
    return article, (row["handle"] or "").lower(), str(row["date"])


def known_key(known: Known, rendition: str) -> tuple[str, ...]:
    article = known.gold["file"].rpartition(".")[0]
    if rendition == "pages":
        return article, known.post.post_id
    return article, known.author, str(known.gold["date_iso"])


def bare(text: str | None) -> str:
    """Words without links and white space, to tell which row is of which embed."""
    return "".join(_LINK.sub("", text or "").split())


def identify(row: Row) -> Via:
    """How the archive would have come to the post: one that no link leads to is judged as by the weakest."""
    if row["post_id"]:
        return "own"
    return "media" if any("pic.twitter.com" in link for link in row["links"]) else "link"


def make_strangers(pairs: list[Pair], knowns: list[Known]) -> Iterator[Pair]:
    """Each citation beside all other posts of its author's of the same and of near days, as if a picture led there.

    The id that the citation prints is taken out: with it every such pair would be told at once.
    """
    posts: dict[str, dict[str, Known]] = defaultdict(dict)
    for known in knowns:
        posts[known.author][known.post.post_id] = known
    for pair in pairs:
        row = pair.row | {"post_id": None, "permalink": None, "posted_at": None}
        for other in posts[pair.known.author].values():
            apart = (
                abs(other.instant.date() - pair.known.instant.date()) if other.instant and pair.known.instant else None
            )
            if other.post.post_id != pair.known.post.post_id and apart is not None and apart <= NEAR:
                yield Pair("same day" if not apart else "near day", row, other, "media")
                if apart:  # without the day, which tells all of these at once, the words have to
                    yield Pair("near, undated", row | {"date": None}, other, "media")


def make_edits(pairs: list[Pair], rng: random.Random) -> Iterator[Pair]:
    """Each citation with one thing changed: a number, a word, a negation, a sentence, the order, day, account, code."""
    for pair in pairs:
        text = pair.row["text"] or ""
        if bare(text) and bare(text) in bare(pair.known.gold["text"]):
            for kind, edited in edit_words(text, rng):
                if bare(edited) != bare(text):
                    yield replace(pair, kind=kind, row=pair.row | {"text": edited})
        if pair.row["date"]:
            day = dt.date.fromisoformat(pair.row["date"]) + dt.timedelta(
                days=rng.choice((-365, -30, -2, -1, 1, 2, 30, 365))
            )
            yield replace(pair, kind="other date", row=pair.row | {"date": day.isoformat()})
        if pair.row["handle"]:
            yield replace(pair, kind="other account", row=pair.row | {"handle": "someone_else", "author_name": None})
        if pair.row["links"]:
            yield replace(pair, kind="other link", row=pair.row | {"links": edit_links(pair.row["links"], rng)})


def edit_words(text: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Changes inside a text, never before its first word, where a citation whose start is uncertain may have others."""
    numbers, found = list(_NUMBER.finditer(text)), list(_WORD.finditer(text))[1:]
    if numbers:
        at = rng.choice(numbers)
        yield "number", text[: at.start()] + str(int(at[0]) + rng.randint(1, 9)) + text[at.end() :]
    if found:
        at = rng.choice(found)
        yield "word", text[: at.start()] + rng.choice(_OTHERS) + text[at.end() :]
        yield "negation", text[: at.start()] + "not " + text[at.start() :]
    if len(found) > 1:
        first, second = sorted(rng.sample(found, 2), key=lambda match: match.start())
        between = text[first.end() : second.start()]
        yield "order", text[: first.start()] + second[0] + between + first[0] + text[second.end() :]
    sentences = _SENTENCE.split(text)
    if len(sentences) > 1:
        gone = rng.randrange(len(sentences))
        yield "sentence", " ".join(sentences[:gone] + sentences[gone + 1 :])


def edit_links(links: list[str], rng: random.Random) -> list[str]:
    place = rng.randrange(len(links))
    changed = links[place][:-1] + ("x" if links[place][-1] != "x" else "y")
    return [*links[:place], changed, *links[place + 1 :]]
