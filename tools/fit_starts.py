"""Fit the weights by which `amberpost.finding.starts` tells where a post begins, and measure them honestly.

    python tools/fit_starts.py CORPUS            cross-validation: weights that never saw a repository judge it
    python tools/fit_starts.py CORPUS --write    fit on all and write src/amberpost/finding/startweights.py

CORPUS holds `gold_pages.jsonl` and the folders `trafilatura/` and `bs4/` with the same articles as text. The model is a
softmax over the candidate lines of one post (conditional logit) on the named signs of `finding/signs.py`, with an L2
penalty. Beside the real cases stand made ones: a post moved under other repositories' prose, headings or posts, which
teaches the signs apart from the layout of the few sites that the corpus has most of.
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import pprint
import random
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from amberpost.finding.layout import find_lines_above, parse_layout
from amberpost.finding.lines import MOST_LINES, Line, make_beyond, parse_line
from amberpost.finding.residue import find_footers
from amberpost.finding.signs import Post, name_break, name_whole
from amberpost.finding.starts import ENOUGH, nearest_lines
from amberpost.finding.text import make_post
from amberpost.finding.words import parse_words

FORMS = ("trafilatura", "bs4", "bs4flat")
CONTEXTS = ("trafilatura", "bs4", "text", "negatives")
OTHER_LANGUAGE = 0.2
INLINE = 0.2
MIX = {"post": 0.35, "heading": 0.25, "colon": 0.15, "prose": 0.2, "top": 0.05}
WEIGHTS = pathlib.Path(__file__).resolve().parents[1] / "src/amberpost/finding/startweights.py"
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


@dataclass(frozen=True)
class Model:
    """Weights by table and sign: `B` at the break of a start, `I` at breaks inside, `W` of the whole."""

    weights: dict[str, float]

    def weigh(self, case: Case) -> list[float]:
        scores = np.array([sum(self.weights.get(sign, 0.0) for sign in signs) for signs in name_candidates(case)])
        parts = np.exp(scores - scores.max())
        return list(parts / parts.sum())


def bare_words(text: str | None) -> str:
    """Letters and signs of a text without links and white space: what two readings of one post must share."""
    text = unicodedata.normalize("NFC", text or "").replace("\u200d", "").replace("\ufe0f", "")
    return "".join(
        c for c in "".join(_LINK.sub(" ", text).split()) if unicodedata.category(c) != "Cf" and c not in "\ufe0e"
    )


def name_candidates(case: Case) -> list[list[str]]:
    """The signs of each candidate, prefixed by their table; none for those too far up to be a start."""
    lines, named, inner = case.lines, [], []
    for first in range(len(lines) - 1, -1, -1):
        if lines[first].beyond:
            break
        above = lines[first - 1] if first else None if case.complete else lines[0]
        at_break = name_break(above, lines[first], case.post)
        whole = name_whole(lines, first, case.post, complete=case.complete)
        named.append([f"B {sign}" for sign in at_break] + inner + [f"W {sign}" for sign in whole])
        inner = inner + [f"I {sign}" for sign in at_break]
    return named[::-1]


def load_cases(corpus: pathlib.Path, form: str) -> Iterator[Case]:
    """The cases of one rendition, and by the way the articles they stand in."""
    gold = collections.defaultdict(list)
    for row in read_rows(corpus / "gold_pages.jsonl"):
        if row["platform"] == "x" and row.get("form") == "full" and all(row["survives"][form].values()):
            gold[row["file"]].append(row)
    for file, rows in gold.items():
        source = (corpus / form / file).with_suffix(".txt").read_bytes().decode("utf-8-sig")
        yield from article_cases(source, form, rows)


def read_rows(path: pathlib.Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def article_cases(source: str, form: str, rows: list[dict]) -> Iterator[Case]:
    floor, waiting = 0, list(rows)
    for footer in find_footers(source):
        day = footer.printed.day if footer.printed else None
        row = next(
            (r for r in waiting if r["handle"].lower() == (footer.handle or "").lower() and r["date_iso"] == str(day)),
            None,
        )
        if row:
            waiting.remove(row)
            layout = parse_layout(source, footer.start)
            post = make_post(source, footer, layout, floor=floor)
            lines = nearest_lines(source, floor=floor, end=footer.start, post=post, layout=layout)
            if lines:
                complete = not source[floor : lines[0].start].strip(" \t\r\n>\u00a0")
                first = true_first(source, lines, footer.start, row["text"])
                yield Case(form, row["repo"], post, tuple(lines), complete, first)
        floor = footer.end


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
        post = replace(case.post, follows_post=not context.top, paragraph=context.paragraph, inline=inline)
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


def fit(cases: Sequence[Case], *, penalty: float, made_weight: float, balance: float, fewest: int = 4) -> Model:
    """Fit the weights; a repository of many posts counts less for each of them, a made case less than a real one."""
    known = [case for case in cases if case.first is not None]
    named = [name_candidates(case) for case in known]
    reached = [first_candidate(case, candidates) >= 0 for case, candidates in zip(known, named, strict=True)]
    known, named = list(compress(known, reached)), list(compress(named, reached))
    counts = collections.Counter(sign for candidates in named for sign in {s for signs in candidates for s in signs})
    column = {sign: n for n, sign in enumerate(sorted(s for s, n in counts.items() if n >= fewest))}
    sizes = np.array([len(candidates) for candidates in named])
    matrix = make_matrix([signs for candidates in named for signs in candidates], column)
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(known)), sizes)
    true = offsets + np.array(
        [first_candidate(case, candidates) for case, candidates in zip(known, named, strict=True)]
    )
    weight = case_weights(known, made_weight=made_weight, balance=balance)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = matrix @ w
        top = np.maximum.reduceat(score, offsets)
        part = np.exp(score - top[owner])
        total = np.add.reduceat(part, offsets)
        share = part / total[owner] * weight[owner]
        gain = float((weight * (score[true] - top - np.log(total))).sum())
        slope = matrix[true].T @ weight - matrix.T @ share
        return penalty * float(w @ w) / 2 - gain, penalty * w - slope

    done = minimize(loss, np.zeros(len(column)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return Model({sign: float(done.x[n]) for sign, n in column.items()})


def first_candidate(case: Case, candidates: Sequence[list[str]]) -> int:
    """The index of the true start among the candidates, which are the last lines; negative when it is too far up."""
    return case.first - (len(case.lines) - len(candidates)) if case.first is not None else -1


def make_matrix(rows: Sequence[list[str]], column: dict[str, int]) -> csr_matrix:
    indices = [[column[sign] for sign in signs if sign in column] for signs in rows]
    flat = np.array([i for row in indices for i in row], dtype=np.int64)
    ends = np.cumsum([0] + [len(row) for row in indices])
    return csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(column)))


def case_weights(known: Sequence[Case], *, made_weight: float, balance: float) -> np.ndarray:
    count = collections.Counter(case.repo for case in known if not case.made)
    real = [count[case.repo] ** -balance for case in known if not case.made]
    mean = sum(real) / len(real)
    return np.array([made_weight if case.made else count[case.repo] ** -balance / mean for case in known])


def split_repos(cases: Iterable[Case], folds: int) -> dict[str, int]:
    """Whole repositories to folds, the largest first into the emptiest."""
    load, fold_of = [0] * folds, {}
    for repo, count in sorted(
        collections.Counter(case.repo for case in cases).items(), key=lambda item: (-item[1], item[0])
    ):
        fold_of[repo] = load.index(min(load))
        load[fold_of[repo]] += count
    return fold_of


@dataclass(frozen=True)
class Setting:
    """What a fit is made with."""

    penalty: float = 10.0
    made: int = 12000
    made_weight: float = 0.35
    balance: float = 0.0


def fit_fold(job: tuple[list[Case], list[Run], Setting, int]) -> Model:
    cases, runs, setting, seed = job
    made = list(make_cases(cases, runs, count=setting.made, seed=seed)) if setting.made else []
    return fit([*cases, *made], penalty=setting.penalty, made_weight=setting.made_weight, balance=setting.balance)


@dataclass(frozen=True)
class Judged:
    """One case, where the model put its start, and how sure it was."""

    case: Case
    first: int
    chance: float

    @property
    def right(self) -> bool:
        return self.first == self.case.first


def cross_validate(cases: list[Case], runs: list[Run], setting: Setting, *, folds: int) -> list[Judged]:
    """Judge every case by weights fitted without its repository: neither its posts nor its lines."""
    fold_of = split_repos(cases, folds)
    jobs = []
    for fold in range(folds):
        kept = [case for case in cases if fold_of[case.repo] != fold]
        jobs.append((kept, [run for run in runs if fold_of.get(run.repo, -1) != fold], setting, fold))
    with ProcessPoolExecutor(2) as pool:
        models = list(pool.map(fit_fold, jobs))
    return [judge(models[fold_of[case.repo]], case) for case in cases]


def judge(model: Model, case: Case) -> Judged:
    chances = model.weigh(case)
    best = max(range(len(chances)), key=chances.__getitem__)
    return Judged(case, best + len(case.lines) - len(chances), chances[best])


def sure_threshold(judged: Sequence[Judged], *, right: float = 0.975) -> float:
    """The lowest chance from which on `right` of the starts are right, where the post's lines stand apart."""
    ranked = sorted((one for one in judged if one.case.form != "bs4flat"), key=lambda one: -one.chance)
    good, threshold = 0, 1.0
    for count, one in enumerate(ranked, 1):
        good += one.right
        if good / count >= right:
            threshold = one.chance
    return threshold


def report(judged: Sequence[Judged], threshold: float) -> None:
    for form in FORMS:
        some = [one for one in judged if one.case.form == form]
        sure = [one for one in some if one.chance >= threshold]
        right = sum(one.right for one in some) / len(some)
        short = sum(one.case.first is not None and one.first > one.case.first for one in some)
        long = sum(one.case.first is not None and one.first < one.case.first for one in some)
        print(
            f"{form:12} {len(some)} posts  exact {right:.4f}  sure {len(sure) / len(some):.3f} of them right "
            f"{sum(one.right for one in sure) / max(1, len(sure)):.4f}  too short {short} too long {long}"
        )
        by_repo = collections.defaultdict(list)
        for one in some:
            by_repo[one.case.repo].append(one.right)
        print(
            "   ",
            ", ".join(
                f"{repo.split('/')[0]} {sum(r) / len(r):.2f}/{len(r)}"
                for repo, r in sorted(by_repo.items(), key=lambda i: -len(i[1]))[:9]
            ),
        )


def write_weights(model: Model, threshold: float) -> None:
    """Write the table that `finding/starts.py` reads, small weights left out."""
    parts = ['"""Weights of the signs of `signs.py`, in nats; written by tools/fit_starts.py, not by hand."""\n']
    parts.append(
        "# At this chance and above, 97 of 100 starts were right on repositories left out of the fit."
        f"\nSURE = {threshold:.3f}\n"
    )
    weights = {sign: round(weight, 2) for sign, weight in model.weights.items()}
    breaks = sorted({sign[2:] for sign in weights if sign[0] in "BI"})
    pairs = {sign: (weights.get(f"B {sign}", 0.0), weights.get(f"I {sign}", 0.0)) for sign in breaks}
    pairs = {sign: pair for sign, pair in pairs.items() if max(map(abs, pair)) >= 0.05}
    whole = {sign[2:]: weight for sign, weight in sorted(weights.items()) if sign[0] == "W" and abs(weight) >= 0.05}
    parts.append("# A sign at a break: its weight if the post begins there, and if the post goes on across it.")
    parts.append(f"BREAK: dict[str, tuple[float, float]] = {pprint.pformat(pairs, width=100)}\n")
    parts.append(
        "# A sign of the whole that a start would give the post."
        f"\nWHOLE: dict[str, float] = {pprint.pformat(whole, width=100)}\n"
    )
    WEIGHTS.write_text("\n".join(parts), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    for name, value in Setting.__dataclass_fields__.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value.default), default=value.default)
    args = parser.parse_args()
    setting = Setting(args.penalty, args.made, args.made_weight, args.balance)
    cases = [case for form in FORMS for case in load_cases(args.corpus, form)]
    runs = [run for folder in CONTEXTS for run in outside_lines(args.corpus, folder)]
    judged = cross_validate(cases, runs, setting, folds=args.folds)
    threshold = sure_threshold(judged)
    print(setting, "threshold", round(threshold, 3))
    report(judged, threshold)
    if args.write:
        write_weights(fit_fold((cases, runs, setting, 0)), threshold)


if __name__ == "__main__":
    main()
