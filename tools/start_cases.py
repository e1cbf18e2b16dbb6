"""The cases that the start weights are fitted on: posts whose words are known, some moved under other articles' lines.

The corpus holds `gold_pages.jsonl`, one line a post, and its pages as text in one folder a rendition. A made case is a
post moved under another article's prose, heading or post; it teaches the signs apart from the layout of the few sites
that the corpus has most of. Invented articles (`start_articles.py`) add what the corpus lacks: short news prose, and
languages that it hardly has.
"""

from __future__ import annotations

import collections
import json
import pathlib
import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from start_articles import make_articles

from amberpost.finding.layout import find_lines_above, narrow_layout, parse_layout, parse_row
from amberpost.finding.residue import find_footers
from amberpost.finding.starts import ENOUGH, nearest_lines
from amberpost.finding.starts.lines import MOST_LINES, Line, make_beyond, parse_line
from amberpost.finding.starts.signs import Post
from amberpost.finding.text import list_residues, make_post
from amberpost.finding.words import parse_words
from amberpost.footers import Footer

FORMS = ("trafilatura", "bs4", "bs4flat")
CONTEXTS = ("trafilatura", "bs4", "text", "negatives")
# How many of the made cases stand under what; in how many the context may be in another language than the post, and in
# how many more the footer stands in the last line of the words, as in the seed article.
MIX = {"post": 0.35, "heading": 0.25, "colon": 0.15, "prose": 0.2, "top": 0.05}
OTHER_LANGUAGE = 0.2
INLINE = 0.2
_LINK = re.compile(r"(?:https?://)?(?:t\.co|pic\.(?:twitter|x)\.com)/[A-Za-z0-9]+|https?://[^\s#)\]]+")


@dataclass(frozen=True)
class Case:
    """One post's candidate lines; `first` is the index of its true first line, `None` when no candidate is true."""

    form: str
    repo: str
    post: Post
    lines: tuple[Line, ...]
    complete: bool
    first: int | None
    made: bool = False


def bare_words(text: str | None) -> str:
    """Letters and signs of a text without links and white space: what two readings of one post must share."""
    text = unicodedata.normalize("NFC", text or "").replace("\u200d", "").replace("\ufe0f", "")
    return "".join(
        c for c in "".join(_LINK.sub(" ", text).split()) if unicodedata.category(c) != "Cf" and c not in "\ufe0e"
    )


def load_cases(corpus: pathlib.Path, form: str) -> Iterator[Case]:
    """The cases of one rendition, and by the way the articles they stand in."""
    gold = collections.defaultdict(list)
    for row in read_rows(corpus / "gold_pages.jsonl"):
        if row["platform"] == "x" and row.get("form") == "full" and all(row["survives"][form].values()):
            gold[row["file"]].append(row)
    for file, rows in gold.items():
        source = (corpus / form / file).with_suffix(".txt").read_bytes().decode("utf-8-sig")
        yield from article_cases(source, form, rows)


def read_rows(path: pathlib.Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def article_cases(source: str, form: str, rows: list[dict[str, Any]]) -> Iterator[Case]:
    floor, waiting = 0, list(rows)
    residues = list_residues(source)
    row_of = parse_row(source, [(residue.start, residue.end) for residue in residues])
    for number, footer in enumerate(residues):
        if not isinstance(footer, Footer):
            floor = max(floor, footer.end)
            continue
        day = footer.printed.day if footer.printed else None
        row = next(
            (r for r in waiting if r["handle"].lower() == (footer.handle or "").lower() and r["date_iso"] == str(day)),
            None,
        )
        if row:
            waiting.remove(row)
            layout = narrow_layout(source, footer.start, footer.end, parse_layout(source, footer.start))
            post = make_post(source, footer, layout, floor=floor, row=row_of.around(number))
            lines = nearest_lines(source, floor=floor, end=footer.start, post=post, layout=layout)
            if lines:
                complete = not source[floor : lines[0].start].strip(" \t\r\n>\u00a0")
                first = true_first(source, lines, footer.start, row["text"])
                yield Case(form, row["repo"], post, tuple(lines), complete, first)
        floor = max(floor, footer.end)


def invented_cases(count: int, *, seed: int) -> Iterator[Case]:
    """The cases of invented articles."""
    for article in make_articles(count, seed=seed):
        for case in article_cases(article.source, "invented", article.posts):
            yield replace(case, made=True)


def true_first(source: str, lines: Sequence[Line], end: int, text: str) -> int | None:
    wanted = bare_words(text)
    for index in range(len(lines) - 1, -1, -1):
        if bare_words(parse_words(source[lines[index].start : end]).text) == wanted:
            return index
    return None


@dataclass(frozen=True)
class Run:
    """Lines of one article with no post among them: `top` when they open it."""

    repo: str
    lines: tuple[Line, ...]
    paragraph: int
    top: bool


def outside_lines(corpus: pathlib.Path, folder: str) -> Iterator[Run]:
    """An article's own lines: the prose, headings and lists that posts stand between, well away from any post."""
    for path in sorted((corpus / folder).rglob("*")):
        if path.suffix not in (".txt", ".md"):
            continue
        source = path.read_bytes().decode("utf-8-sig", "replace")
        footers = list(find_footers(source))
        floor, repo = 0, path.parent.name.replace("+", "/", 1)
        for start, end in [*((f.start, f.end) for f in footers), (len(source), len(source))]:
            layout = parse_layout(source, start)
            above = find_lines_above(source, floor=floor, end=start, newlines=layout.newlines)
            far = [span for span in above if span[1] < start - 1500 or start == len(source)][::-1][:60]
            if len(far) > 1:
                yield Run(repo, tuple(parse_line(source, *span) for span in far), layout.paragraph, top=floor == 0)
            floor = end


@dataclass(frozen=True)
class Context:
    """What a post is moved under: a few lines, and what the article they come from says of itself."""

    lines: tuple[Line, ...]
    paragraph: int
    top: bool


def list_contexts(runs: Sequence[Run]) -> dict[str, list[Context]]:
    """The contexts by what the line right above the post is; `top` ones open the article."""
    contexts: dict[str, list[Context]] = {"heading": [], "colon": [], "prose": [], "top": []}
    for run in runs:
        for place in range(1, len(run.lines)):
            kind = context_kind(run.lines[place])
            if kind:
                contexts[kind].append(Context(run.lines[max(0, place - 5) : place + 1], run.paragraph, top=False))
        if run.top:
            contexts["top"] += [
                Context(run.lines[:k], run.paragraph, top=True) for k in range(1, min(5, len(run.lines)))
            ]
    return contexts


def context_kind(line: Line) -> str | None:
    if line.ending == "colon":
        return "colon"
    if line.weight < 50 and line.ending == "none":
        return "heading"
    return "prose" if line.weight >= 70 or (line.weight >= 35 and line.ending in ("stop", "ask")) else None


def make_cases(real: Sequence[Case], runs: Sequence[Run], *, count: int, seed: int) -> Iterator[Case]:
    """Posts moved under another article's lines, or directly under another post."""
    rng = random.Random(seed)
    known = [case for case in real if case.first is not None]
    contexts = list_contexts(runs)
    between = [case for case in known if case.post.follows_post and case.complete]
    # How an article's other posts stand is drawn from one where this post, too, has all that is between, or not.
    alike = {fills: [case for case in between if (case.first == 0) == fills] or known for fills in (True, False)}
    kinds, shares = zip(*MIX.items(), strict=True)
    for _ in range(count):
        case = rng.choice(known)
        own = case.lines[case.first :]
        kind = rng.choices(kinds, shares)[0]
        context = (
            Context((), case.post.paragraph, top=False) if kind == "post" else draw_context(rng, contexts[kind], own[0])
        )
        lines = (*context.lines, *own)[-MOST_LINES:]
        inline = case.post.inline or rng.random() < INLINE
        row = rng.choice(alike[kind == "post"]).post.row
        post = replace(case.post, follows_post=not context.top, paragraph=context.paragraph, inline=inline, row=row)
        kept = within_reach(lines, post)
        complete = len(kept) == len(lines) and (context.top or (len(context.lines) < 5 and len(lines) < MOST_LINES))
        if len(kept) >= len(own):
            yield replace(case, lines=kept, post=post, complete=complete, first=len(kept) - len(own), made=True)


def within_reach(lines: Sequence[Line], post: Post) -> tuple[Line, ...]:
    """The lines that `nearest_lines` would have read: up to the first that passes the limit, which is only marked."""
    kept: list[Line] = []
    total = 0
    for line in reversed(lines):
        total += line.weight
        if kept and total > ENOUGH * post.reach:
            kept.append(make_beyond(line.start, line.text, line.weight))
            break
        kept.append(line)
    return tuple(reversed(kept))


def draw_context(rng: random.Random, contexts: Sequence[Context], first: Line) -> Context:
    """Most articles are in the language of the posts they cite: so are most contexts drawn, where there are any."""
    context = rng.choice(contexts)
    if rng.random() < OTHER_LANGUAGE:
        return context
    for _ in range(40):
        if first.language in (None, context.lines[-1].language):
            return context
        context = rng.choice(contexts)
    return context
