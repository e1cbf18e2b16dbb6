"""Fit the weights by which `amberpost.finding.starts` tells where a post begins, and measure them honestly.

    python tools/fit_starts.py CORPUS            cross-validation: weights that never saw a repository judge it
    python tools/fit_starts.py CORPUS --check    the same; exit 1 when a figure is below its floor
    python tools/fit_starts.py CORPUS --write    fit on all and write src/amberpost/finding/starts/weights.py

The model is a softmax over the candidate lines of one post (conditional logit) on the named signs of
`finding/starts/signs.py`, with an L2 penalty, fitted to the cases of `start_cases.py`.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import pprint
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from start_cases import CONTEXTS, FORMS, Case, Run, invented_cases, load_cases, make_cases, outside_lines

from amberpost.finding.starts.signs import name_break, name_whole

WEIGHTS = pathlib.Path(__file__).resolve().parents[1] / "src/amberpost/finding/starts/weights.py"
# Exact starts on repositories left out of the fit, a little below what is reached.
FLOORS = {"trafilatura": 0.918, "bs4": 0.938, "bs4flat": 0.985}


@dataclass(frozen=True)
class Model:
    """Weights by table and sign: `B` at the break of a start, `I` at breaks inside, `W` of the whole."""

    weights: dict[str, float]

    def weigh(self, case: Case) -> list[float]:
        scores = np.array([sum(self.weights.get(sign, 0.0) for sign in signs) for signs in name_candidates(case)])
        parts = np.exp(scores - scores.max())
        return list(parts / parts.sum())


def name_candidates(case: Case) -> list[list[str]]:
    """The signs of each candidate, prefixed by their table; none for those too far up to be a start."""
    lines = case.lines
    named: list[list[str]] = []
    inner: list[str] = []
    for first in range(len(lines) - 1, -1, -1):
        if lines[first].beyond:
            break
        above = lines[first - 1] if first else None if case.complete else lines[0]
        at_break = name_break(above, lines[first], case.post)
        whole = name_whole(lines, first, case.post, complete=case.complete)
        named.append([f"B {sign}" for sign in at_break] + inner + [f"W {sign}" for sign in whole])
        inner = inner + [f"I {sign}" for sign in at_break]
    return named[::-1]


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

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
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


def case_weights(known: Sequence[Case], *, made_weight: float, balance: float) -> NDArray[np.float64]:
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

    penalty: float = 5.0
    made: int = 8000
    made_weight: float = 0.3
    balance: float = 0.0
    invented: int = 2000
    invented_weight: float = 0.3


def fit_fold(job: tuple[list[Case], list[Run], Setting, int]) -> Model:
    cases, runs, setting, seed = job
    made = list(make_cases(cases, runs, count=setting.made, seed=seed)) if setting.made else []
    made += invented_cases(setting.invented, seed=seed)
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


def sure_threshold(judged: Sequence[Judged], *, right: float = 0.98) -> float:
    """The lowest chance from which on `right` of the starts are right, where the post's lines stand apart."""
    ranked = sorted((one for one in judged if one.case.form != "bs4flat"), key=lambda one: -one.chance)
    good, threshold = 0, 1.0
    for count, one in enumerate(ranked, 1):
        good += one.right
        if good / count >= right:
            threshold = one.chance
    return threshold


def share_right(judged: Sequence[Judged]) -> float:
    return sum(one.right for one in judged) / max(1, len(judged))


def report(judged: Sequence[Judged], threshold: float) -> list[str]:
    """Print the figures of each rendition; give those below their floor."""
    below = []
    for form in FORMS:
        some = [one for one in judged if one.case.form == form]
        sure = [one for one in some if one.chance >= threshold]
        short = sum(one.case.first is not None and one.first > one.case.first for one in some)
        long = sum(one.case.first is not None and one.first < one.case.first for one in some)
        print(
            f"{form:12} {len(some)} posts  exact {share_right(some):.4f}  sure {len(sure) / len(some):.3f}, right"
            f" {share_right(sure):.4f}  too short {short}, too long {long}"
        )
        print("   ", ", ".join(name_repos(some)))
        if share_right(some) < FLOORS[form]:
            below.append(f"{form}: {share_right(some):.4f} exact starts, wanted at least {FLOORS[form]}")
    return below


def name_repos(judged: Sequence[Judged]) -> list[str]:
    """The repositories of most posts, each with its share of exact starts."""
    by_repo: dict[str, list[Judged]] = collections.defaultdict(list)
    for one in judged:
        by_repo[one.case.repo].append(one)
    most = sorted(by_repo.items(), key=lambda item: -len(item[1]))[:9]
    return [f"{repo.split('/')[0]} {share_right(some):.2f}/{len(some)}" for repo, some in most]


def write_weights(model: Model, threshold: float) -> None:
    """Write the table that `finding/starts/__init__.py` reads, small weights left out."""
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    for name, field in Setting.__dataclass_fields__.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(field.default), default=field.default)
    args = parser.parse_args()
    setting = Setting(args.penalty, args.made, args.made_weight, args.balance, args.invented, args.invented_weight)
    cases = [case for form in FORMS for case in load_cases(args.corpus, form)]
    runs = [run for folder in CONTEXTS for run in outside_lines(args.corpus, folder)]
    judged = cross_validate(cases, runs, setting, folds=args.folds)
    threshold = sure_threshold(judged)
    print(setting, "threshold", round(threshold, 3))
    below = report(judged, threshold)
    if args.write:
        write_weights(fit_fold((cases, runs, setting, 0)), threshold)
    print(*below, sep="\n", end="\n" if below else "")
    return 1 if below and args.check else 0


if __name__ == "__main__":
    sys.exit(main())
