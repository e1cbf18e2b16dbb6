"""Judge pairs of citations and posts made from a corpus, and fail when a wrong pair is called the same.

    python tools/verify_pairs.py                the verdicts by kind of pair, both halves of the repositories
    python tools/verify_pairs.py --misses 20    also true pairs that are not known again, and wrong ones that look right
    python tools/verify_pairs.py --ids          also the ids whose own day is not the printed one

The corpus is the folder that AMBERPOST_CORPUS names, else `../shared/corpus`; without one nothing is judged, which is
said, and is no failure. While the rules were made, missed true pairs were read in the half called `open` only; wrong
pairs called `same` were read, and mended, in both, so that for those `held out` is no independent proof. A post counts
once a rendition. Its record is made from the page's own markup, so what a service changes beyond that is not measured.

Exit 1 when a wrong pair is `same`, when fewer than 0.97 of the true pairs are `same` or `probably-same`, or when there
are too few wrong pairs to say so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from check_scores import locate_corpus
from pair_cases import RENDITIONS, Pair, Row, find_rows, load_known, make_edits, make_strangers, pair_rows, read_rows

from amberpost.platforms import BY_ID
from amberpost.posts import VERDICTS, Judgement

TRUE = "true pair"
FLOOR = 0.97
SEED = 5
# Fewer wrong pairs of a kind than this would prove nothing.
FEWEST = {"near day": 500, "edited": 500}
EDITED = ("number", "word", "negation", "order", "sentence", "other date", "other account", "other link")
KINDS = ("same day", "near day", "near, undated", *EDITED)
HALVES = ("open", "held out")

Judged = list[tuple[Pair, Judgement]]


def make_pairs(corpus: Path) -> Iterator[Pair]:
    """All pairs, the same ones in every run."""
    knowns = load_known(corpus)
    for rendition in RENDITIONS:
        pairs = list(pair_rows(knowns, find_rows(corpus / rendition), rendition))
        yield from pairs
        yield from make_strangers(pairs, knowns)
        yield from make_edits(pairs, random.Random(SEED))


def name_kind(pair: Pair) -> str:
    """The table's line for a pair; true ones by how the post was found."""
    return pair.kind or f"{TRUE}, {pair.via}"


def format_table(judged: Judged) -> Iterator[str]:
    """One line a half and a kind: how many pairs, and how many of each verdict."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for pair, judgement in judged:
        counts[HALVES[pair.held_out], name_kind(pair)][judgement.verdict] += 1
    yield f"{'half':9} {'kind':18} {'pairs':>6} " + " ".join(f"{verdict:>13}" for verdict in VERDICTS)
    for half in HALVES:
        for kind in (*(f"{TRUE}, {via}" for via in ("own", "media", "link")), *KINDS):
            found = counts[half, kind]
            yield f"{half:9} {kind:18} {found.total():6} " + " ".join(f"{found[verdict]:13}" for verdict in VERDICTS)


def is_known_again(judgement: Judgement) -> bool:
    return judgement.verdict in ("same", "probably-same")


def find_failures(judged: Judged) -> Iterator[str]:
    """What must not be: in words."""
    kinds = Counter(pair.kind for pair, _ in judged)
    for pair, judgement in judged:
        if pair.kind and judgement.verdict == "same":
            yield f"same, though it is not ({pair.kind}): {pair.row['article']} beside {pair.known.post.post_id}"
    for half in HALVES:
        true = [
            is_known_again(judgement) for pair, judgement in judged if not pair.kind and half == HALVES[pair.held_out]
        ]
        share = sum(true) / len(true) if true else 0.0
        if share < FLOOR:
            yield f"{half}: only {share:.4f} of {len(true)} true pairs are known again, wanted {FLOOR}"
    have = {"near day": kinds["near day"], "edited": sum(kinds[kind] for kind in EDITED)}
    for name, fewest in FEWEST.items():
        if have[name] < fewest:
            yield f"only {have[name]} pairs of the kind {name}, wanted {fewest}"


def format_shares(judged: Judged) -> Iterator[str]:
    for half in HALVES:
        true = [judgement for pair, judgement in judged if not pair.kind and half == HALVES[pair.held_out]]
        again, same = sum(map(is_known_again, true)), sum(judgement.verdict == "same" for judgement in true)
        whole = max(1, len(true))
        yield f"{half:9} true pairs {len(true)}: same {same / whole:.4f}, same or probably-same {again / whole:.4f}"


def format_misses(judged: Judged, most: int, half: str) -> Iterator[str]:
    """True pairs that are not known again, and wrong ones that came near, with their reasons; of one half only."""
    shown = [(pair, judgement) for pair, judgement in judged if HALVES[pair.held_out] == half]
    missed = [each for each in shown if not each[0].kind and not is_known_again(each[1])]
    near = [each for each in shown if each[0].kind and is_known_again(each[1])]
    for pair, judgement in [*missed[:most], *near[:most]]:
        yield f"\n{name_kind(pair)}, {judgement.verdict}: {pair.row['article']} {pair.row['flags']}"
        yield f"  printed {pair.row['text']!r}\n  told    {pair.known.post.text!r}"
        yield from (f"    {reason}" for reason in judgement.reasons)


def find_dated_ids(corpus: Path) -> Iterator[tuple[str, str, str, str]]:
    """Each id of the corpus that has a day printed beside it, once: platform, id, day, and whose day it is."""
    snippets = read_rows(corpus / "locale_snippets.jsonl")
    rows = [*read_rows(corpus / "gold_pages.jsonl"), *snippets]
    pairs = {
        ("twitter", row["tweet_id"], row["date_iso"], "utc")
        for row in rows
        if row.get("tweet_id") and row.get("date_iso")
    }
    found: Iterable[Row] = find_rows(corpus / "pages")
    pairs |= {
        (r["platform"], r["post_id"], r["date"], r["date_basis"] or "") for r in found if r["post_id"] and r["date"]
    }
    yield from sorted(pairs)


def format_ids(corpus: Path) -> Iterator[str]:
    """How many ids hold the day that is printed beside them, by platform, and which do not."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    exceptions = []
    for platform, post_id, printed, basis in find_dated_ids(corpus):
        instant = BY_ID[platform].parse_instant(post_id)
        apart = (instant.date() - dt.date.fromisoformat(printed)).days if instant else None
        said = "no instant" if apart is None else "agree" if not apart else "a day off" if abs(apart) == 1 else "differ"
        counts[platform][said] += 1
        if said in ("a day off", "differ"):
            exceptions.append(
                f"  {platform} {post_id}: printed {printed} ({basis or 'no basis'}), the id says {instant}"
            )
    for platform, count in counts.items():
        yield f"{platform}: {count.total()} ids with a printed day: " + ", ".join(
            f"{n} {said}" for said, n in count.items()
        )
    yield from exceptions


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="show N of each sort of miss")
    parser.add_argument("--half", choices=HALVES, default=HALVES[0], help="whose misses are shown")
    parser.add_argument("--ids", action="store_true", help="hold the ids against the days printed beside them")
    arguments = parser.parse_args()
    corpus = locate_corpus()
    if corpus is None:
        print("skipped: no corpus")
        return 0
    judged = [(pair, pair.judge()) for pair in make_pairs(corpus)]
    lines = [*format_table(judged), *format_shares(judged)]
    lines += format_misses(judged, arguments.misses, arguments.half) if arguments.misses else []
    lines += format_ids(corpus) if arguments.ids else []
    failures = list(find_failures(judged))
    print("\n".join([*lines, *failures[:50]]))
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
