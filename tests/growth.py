"""How the time of finding grows: hostile text of doubling sizes, measured; `.ci/campaign` runs this up to 10 MB."""

from __future__ import annotations

import argparse
import gc
import runpy
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from amberpost import Article, Citation, find
from hostile import CITED, HOSTILE, MENTIONED, Maker, repeat

NEWSTEXT = Path(__file__).resolve().parents[1] / "benchmarks" / "newstext.py"
SMALLEST = 25_000
FLOOR = 0.020  # seconds: below this the clock and the machine speak, not the code
RATIO = 2.2
TIMES_PROSE = 100
TIMES_VALIDATION = 30
# What the test of single citations allows: the aim is 30, and a busy machine slows the longer measurement more.
TIMES_VALIDATION_BUSY = 40
# Places packed so close that each few characters are parsed, and nothing is found: dearer, but no more than this.
TIMES_PACKED = 400
PACKED = frozenset({
    "handle", "handle, space", "linked handle", "escaped handle", "no dash, date", "footer without date", "footer, tag",
    "footer, half a date", "footer, breaks", "footer, other month", "card", "card handles", "platform", "host",
    "long host", "link", "skip link", "post by", "byline of a card", "image, footer", "shared, long name",
    "handle, music", "links, then one footer", "markdown links, then one footer", "carriage returns", "status",
    "underlined",
})  # fmt: skip
# Posts whose beginnings are looked for among many lines or fragments.
TIMES_CROWDED = 1200
CROWDED = frozenset({
    "footers of many lines", "footers at the depth of everything", "footers set in", "everything shuffled",
})  # fmt: skip
# What the test of these bounds allows: how dear calls are beside scanning differs by a third from machine to machine.
SHARE_ELSEWHERE = 1.35
_TRIES = 4
_SURELY = 3.0
_PATIENCE = 5.0  # seconds after which a run is not repeated

Finder = Callable[[str], list[Citation]]


def find_in_markdown(text: str) -> list[Citation]:
    return find(Article(text=text, markdown=True))


def find_with_mentions(text: str) -> list[Citation]:
    return find(text, mentions=True)


@dataclass(slots=True, frozen=True)
class Trial:
    """One kind of hostile text, and the way of finding that it is hostile to."""

    make: Maker
    finder: Finder = find


@dataclass(slots=True, frozen=True)
class Timing:
    """How long it took, best of three, to find so many citations in so many characters."""

    size: int
    seconds: float
    count: int


# Markdown looks round each link besides.
MARKDOWN = ("status", "status, id", "link", "link middle", "linked handle", "one markdown paragraph of links")
TRIALS: dict[str, Trial] = {
    **{name: Trial(make) for name, make in HOSTILE.items()},
    **{f"markdown: {name}": Trial(make, find_in_markdown) for name, make in HOSTILE.items() if name in MARKDOWN},
    **{f"mentions: {name}": Trial(repeat(text), find_with_mentions) for name, text in MENTIONED.items()},
}


def best_of(finder: Finder, text: str, *, runs: int = 3) -> Timing:
    """The best CPU time of some runs: whatever else the machine does only ever adds to it."""
    best, count = float("inf"), 0
    for _ in range(runs):
        begin = time.process_time()
        count = len(finder(text))
        best = min(best, time.process_time() - begin)
        if best > _PATIENCE:
            break
    return Timing(len(text), best, count)


def choose_sizes(trial: Trial, largest: int | None) -> list[int]:
    """Doubling sizes up to `largest`; without, the two from which on the time is more than the floor."""
    if largest is not None:
        sizes = [largest]
        while sizes[0] >= 2 * SMALLEST:
            sizes.insert(0, sizes[0] // 2)
        return sizes
    size = SMALLEST
    while size < 8 * SMALLEST and best_of(trial.finder, trial.make(size), runs=1).seconds < FLOOR:
        size *= 2
    return [size, 2 * size]


@cache
def measure(name: str, largest: int | None = None) -> tuple[Timing, ...]:
    trial = TRIALS[name]
    gc.collect()
    return tuple(best_of(trial.finder, trial.make(size)) for size in choose_sizes(trial, largest))


def find_ratios(name: str, largest: int | None = None) -> Iterator[float]:
    """The growth of each doubling; a pair that looks like too much is measured again, for it may be the machine."""
    trial = TRIALS[name]
    for small, large in pairwise(measure(name, largest)):
        ratio = large.seconds / max(small.seconds, FLOOR)
        for tried in range(_TRIES):
            if ratio <= RATIO or (ratio > _SURELY and tried):
                break  # seen twice: that is not the machine
            before = best_of(trial.finder, trial.make(small.size)).seconds
            ratio = min(ratio, best_of(trial.finder, trial.make(large.size)).seconds / max(before, FLOOR))
        yield ratio


@cache
def read_prose() -> str:
    articles = runpy.run_path(str(NEWSTEXT))["find_articles"](40, cited_every=41)
    return "\n\n".join(articles)


@cache
def prose_cost(finder: Finder) -> float:
    """Seconds that a character of ordinary news text takes."""
    return best_of(finder, read_prose(), runs=9).seconds / len(read_prose())


@cache
def validation_cost() -> float:
    """Seconds that the validation of an ordinary record takes."""
    (citation,) = find(CITED["footers"])
    fields = {name: getattr(citation, name) for name in Citation.model_fields}
    return best_of(lambda _: [Citation(**fields) for _ in range(2000)], "", runs=9).seconds / 2000


def find_excess(name: str, largest: int | None = None) -> float:
    """The time as a share of what is allowed: so many times prose a character, so many validations a citation."""
    last = measure(name, largest)[-1]
    excess = _share_of_bound(name, last)
    for _ in range(_TRIES):
        if excess <= 1 or last.seconds > _PATIENCE:
            break
        prose_cost.cache_clear()
        excess = min(excess, _share_of_bound(name, best_of(TRIALS[name].finder, TRIALS[name].make(last.size))))
    return excess


def _share_of_bound(name: str, last: Timing) -> float:
    prose = _find_times(name.removeprefix("markdown: ")) * prose_cost(TRIALS[name].finder) * last.size
    return last.seconds / max(FLOOR, prose + TIMES_VALIDATION * validation_cost() * last.count)


def _find_times(name: str) -> int:
    """How many times ordinary prose a trial may take."""
    return TIMES_CROWDED if name in CROWDED else TIMES_PACKED if name in PACKED else TIMES_PROSE


def find_citation_cost(name: str) -> float:
    """What an ordinary citation costs, with the few words round it, in validations of its record.

    Both are measured side by side, and again where it looks dear: a machine that is busy for a moment slows only one.
    """
    best = float("inf")
    for _ in range(_TRIES + 2):
        validation_cost.cache_clear()
        timing = best_of(find, CITED[name] * 200, runs=5)
        best = min(best, timing.seconds / max(1, timing.count) / validation_cost())
        if best <= TIMES_VALIDATION:
            break
    return best


def print_trial(name: str, largest: int) -> bool:
    """Print one line of figures, and tell whether the trial broke a bound."""
    last, worst = measure(name, largest)[-1], max(find_ratios(name, largest))
    share, each = find_excess(name, largest), last.seconds / last.size * 1e9
    broke = worst > RATIO or share > 1
    figures = f"{last.size:>10} {last.seconds:>8.3f} {last.count:>7} {each:>8.1f} {worst:>5.2f} {share:>8.2f}"
    print(f"{name:42} {figures}{'  <-' if broke else ''}", flush=True)
    return broke


def main() -> int:
    """Print what was measured; the exit code is 1 when a bound was broken."""
    parser = argparse.ArgumentParser(description="Measure how the time of finding grows on hostile text.")
    parser.add_argument("--largest", type=int, default=10_000_000, help="characters of the longest text")
    parser.add_argument("--only", nargs="*", help="names of trials, instead of all")
    options = parser.parse_args()
    print(f"prose {prose_cost(find) * 1e9:.2f} ns a character, validation {validation_cost() * 1e6:.2f} µs")
    print(f"{'trial':42} {'characters':>10} {'seconds':>8} {'found':>7} {'ns/char':>8} {'ratio':>5} {'of bound':>8}")
    broken = sum([print_trial(name, options.largest) for name in options.only or TRIALS])
    for name in CITED:
        cost = find_citation_cost(name)
        broken += cost > TIMES_VALIDATION
        print(f"one of {name:35} costs {cost:6.1f} validations{'  <-' if cost > TIMES_VALIDATION else ''}", flush=True)
    print(f"{broken} of {len(options.only or TRIALS) + len(CITED)} break a bound")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
