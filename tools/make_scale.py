"""Write what 10^9 articles and 10^8 links cost into docs/scale.md, out of measured rates and the archive's own manners.

    python tools/make_scale.py            write the tables, between their markers
    python tools/make_scale.py --check    exit 1 when they are not what the rates say

The rates stand in docs/benchmarks.md (`python -m benchmarks --write`) and in `archive/politeness/manners.py`; what
nobody can measure for somebody else, such as prices, stands in `ASSUMED`, and each sum names what it is made of.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amberpost.archive.politeness.manners import DEFAULT, SERVICES

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, FIGURES = DOCS / "scale.md", DOCS / "benchmarks.md"
BEGIN, END = "<!-- cost: written by tools/make_scale.py -->\n", "<!-- end of cost -->\n"
_ANY_HOST = "any-host"


@dataclass(slots=True, frozen=True)
class Rate:
    """A figure with a name that sums use; `text` is its number as it is printed, and reckoned with."""

    name: str
    text: str
    unit: str
    source: str

    @property
    def value(self) -> float:
        return float(self.text.replace(",", ""))


@dataclass(slots=True, frozen=True)
class Figure:
    """Where a measured rate stands in docs/benchmarks.md: the last row of a part that begins so."""

    name: str
    part: str
    row: str
    unit: str


@dataclass(slots=True, frozen=True)
class Sum:
    """Something to know, how it is reckoned from rates and numbers (`a × b ÷ c`, from left to right), and in what."""

    what: str
    expression: str
    unit: str


ASSUMED = (
    Rate("articles", "1,000,000,000", "articles", "the question"),
    Rate("links", "100,000,000", "links", "the question: each a t.co link that leads to a post of its own"),
    Rate("gone", "0.25", "of the posts", "invented: those that the first service denies"),
    Rate("hosts", "100,000", "hosts", "invented: as many links instead lead to pages, evenly spread"),
    Rate("characters", "6,800", "bytes an article", "the text of the benchmarks"),
    Rate("storage", "200", "MB/s", "an example: what the disk or network delivers"),
    Rate("cores", "16", "cores", "an example: of one machine"),
    Rate("per-core-hour", "0.05", "money", "an example: put your own price here"),
    Rate("per-GB-month", "0.02", "money", "an example: put your own price here"),
)
MEASURED = (
    Figure("text", "growth", "an article of", "µs of CPU an article, from Parquet"),
    Figure("html", "pages", "find: all kinds but mentions", "pages/s a core, in memory"),
    Figure("files", "folder", "amberpost find --jobs 1", "files/s, one process"),
    Figure("files-by-two", "folder", "amberpost find --jobs 2", "files/s, two processes"),
    Figure("queueing", "archive", "queueing", "links/s, one process"),
    Figure("storing", "archive", "amberpost archive, all stored", "pages/s, one process, nobody spared"),
    Figure("waiting", "disk", "a citation with one link that waits", "bytes"),
    Figure("redirect", "disk", "a redirect of t.co", "bytes"),
    Figure("post", "disk", "an answer", "bytes"),
    Figure("page", "disk", "a page", "bytes"),
)
FINDING = (
    Sum("all articles as text, in Parquet", "articles × text ÷ 1,000,000 ÷ 3,600", "core-hours"),
    Sum("... and their price", "articles × text ÷ 1,000,000 ÷ 3,600 × per-core-hour", "money"),
    Sum("what two processes gain, of 2", "files-by-two ÷ files", "times"),
    Sum(
        "... on one machine, were each pair of its cores to gain that (not measured beyond two)",
        "articles × text ÷ 1,000,000 ÷ 3,600 ÷ cores × 2 × files ÷ files-by-two",
        "hours",
    ),
    Sum("reading that text once, uncompressed", "articles × characters ÷ 1,000,000 ÷ storage ÷ 3,600", "hours"),
    Sum("all articles as HTML, in memory", "articles ÷ html ÷ 3,600", "core-hours"),
    Sum("... and their price", "articles ÷ html ÷ 3,600 × per-core-hour", "money"),
    Sum("all articles as files of their own, by one process", "articles ÷ files ÷ 3,600", "hours"),
)
ARCHIVING = (
    Sum("taking the links in", "links ÷ queueing ÷ 3,600", "hours"),
    Sum("the queue on the disk", "links × waiting ÷ 1,000,000,000", "GB"),
    Sum("t.co: every link once", "links ÷ t.co ÷ 86,400", "days"),
    Sum("syndication: every post once", "links ÷ cdn.syndication.twimg.com ÷ 86,400", "days"),
    Sum("oEmbed: what that denies", "links × gone ÷ publish.x.com ÷ 86,400", "days"),
    Sum("the Wayback index: the same, one question each", "links × gone ÷ web.archive.org/cdx/ ÷ 86,400", "days"),
    Sum("its copies: one each, were there one of all", "links × gone ÷ web.archive.org/web/ ÷ 86,400", "days"),
    Sum("pages instead, all hosts side by side: the manners", f"links ÷ hosts ÷ {_ANY_HOST} ÷ 3,600", "hours"),
    Sum("... and the machines for that in a day, of one process each", "links ÷ storing ÷ 86,400", "machines"),
    Sum("redirects on the disk", "links × redirect ÷ 1,000,000,000", "GB"),
    Sum("answers about posts on the disk", "links × post ÷ 1,000,000,000", "GB"),
    Sum("... both, a month", "redirect + post × links ÷ 1,000,000,000 × per-GB-month", "money"),
    Sum("pages instead on the disk", "links × page ÷ 1,000,000,000", "GB"),
    Sum(
        "two cores that wait for as long as syndication takes",
        "links ÷ cdn.syndication.twimg.com ÷ 3,600 × 2 × per-core-hour",
        "money",
    ),
)


def read_figures(page: str) -> Iterator[Rate]:
    """The measured rates, as the page of benchmarks prints them; raises `ValueError` for one that it lacks."""
    for figure in MEASURED:
        rows = [row for row in _find_rows(page, figure.part) if row[0].startswith(figure.row)]
        if not rows:
            raise ValueError(
                f"docs/benchmarks.md has no row {figure.row!r} in {figure.part!r}: run `python -m benchmarks "
                f"{figure.part} --write`, or name the row that there is in tools/make_scale.py"
            )
        name, median, spread = rows[-1][:3]
        within = "" if spread == "once" else f", {spread}"
        yield Rate(figure.name, median, figure.unit, f"benchmarks, {figure.part}: {name.partition(';')[0]}{within}")


def _find_rows(page: str, part: str) -> list[list[str]]:
    _, _, section = page.partition(f"\n## {part.capitalize()}\n")
    lines = section.partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if line.startswith("| ")]


def read_manners() -> Iterator[Rate]:
    """How often each service is asked by one user with a contact, whatever the machines."""
    services = {service.name: service for service in reversed(SERVICES)}
    for service in (*reversed(services.values()), DEFAULT):
        name = _ANY_HOST if service is DEFAULT else service.name
        kind = "below what the service allows, whatever is asked for" if service.is_limit else "our own manners"
        yield Rate(name, f"{1 / service.seconds:.4g}", "requests/s", f"`archive/politeness/manners.py`: {kind}")


def reckon(expression: str, rates: Mapping[str, float]) -> float:
    """The value of an expression, from left to right.

    >>> reckon("links ÷ t.co ÷ 86,400", {"links": 1e8, "t.co": 2.0}) // 1
    578.0
    """
    first, *rest = expression.split(" ")
    result = _read(first, rates)
    for operator, word in zip(rest[::2], rest[1::2], strict=True):
        value = _read(word, rates)
        result = {"×": result * value, "÷": result / value, "+": result + value}[operator]
    return result


def _read(word: str, rates: Mapping[str, float]) -> float:
    return rates[word] if word in rates else float(word.replace(",", ""))


def format_number(value: float) -> str:
    """Three digits, or all before the point.

    >>> format_number(578.7), format_number(24.56), format_number(0.4), format_number(69444.4)
    ('579', '24.6', '0.40', '69,444')
    """
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f}"


def format_tables(rates: Sequence[Rate]) -> str:
    """The rates, the sums made of them, and each service's bound."""
    known = {rate.name: rate.value for rate in rates}
    shown = [(f"`{rate.name}`", rate.text, rate.unit, rate.source) for rate in rates]
    parts = [
        "### The rates",
        _format_table(("name", "figure", "unit", "from"), shown),
        "### 10^9 articles",
        _format_table(_SUMS, [_format_sum(each, known) for each in FINDING]),
        "### 10^8 links",
        _format_table(_SUMS, [_format_sum(each, known) for each in ARCHIVING]),
        "### What each service takes, however many the machines",
        _format_table(("service", "requests a day", "10^6 take", "10^8 take"), list(_find_bounds())),
    ]
    return "\n\n".join(parts)


_SUMS = ("what", "reckoned as", "is")


def _format_sum(each: Sum, rates: Mapping[str, float]) -> tuple[str, ...]:
    return each.what, f"`{each.expression}`", f"{format_number(reckon(each.expression, rates))} {each.unit}"


def _find_bounds() -> Iterator[tuple[str, ...]]:
    for rate in read_manners():
        days = [f"{format_number(links / rate.value / 86_400)} days" for links in (1e6, 1e8)]
        yield f"`{rate.name}`", format_number(rate.value * 86_400), *days


def _format_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def place(page: str, tables: str) -> str:
    """Put the tables between their markers; a page that lacks these raises `ValueError`."""
    before, found, rest = page.partition(BEGIN)
    _, closed, behind = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"docs/scale.md lacks the lines {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{tables}\n\n{END}{behind}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the tables are not current")
    page = PAGE.read_text("utf-8")
    rates = [*ASSUMED, *read_figures(FIGURES.read_text("utf-8")), *read_manners()]
    current = place(page, format_tables(rates))
    if parser.parse_args().check:
        if current != page:
            print("docs/scale.md: its tables are not what the rates say: run python tools/make_scale.py")
        return int(current != page)
    PAGE.write_text(current, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
