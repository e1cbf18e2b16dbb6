"""What a report counts while the rows go by: citations over time, by outlet and author, verdicts, and dead links."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..archive.posts.citedpost import CitedPost
from ..urls import parse_url
from .sources import DEAD, FATES, Entry, Fate, Row

_MOST_SERIES = 6
_MOST_YEARS_BY_MONTH = 3
OTHER = "other"
UNKNOWN = "unknown"


@dataclass(slots=True, frozen=True, kw_only=True)
class Chart:
    """A table to be drawn: `rows` are labels with a number for each of `columns`; `sentence` says it in words."""

    name: str
    title: str
    sentence: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    upright: bool = False
    note: str = ""


class _Stack(NamedTuple):
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


class Tallies:
    """Counts of all rows that were added; memory grows with the months, outlets, authors and links, not the rows."""

    def __init__(self) -> None:
        self.citations = 0
        self.platforms = Counter[str]()
        self.kinds = Counter[str]()
        self.verdicts = Counter[str]()
        self.outcomes = Counter[str]()
        self.days = Counter[tuple[str, str]]()
        self.outlets = Counter[tuple[str, str]]()
        self.authors = Counter[tuple[str, str]]()
        self._links: dict[int, tuple[Fate, str]] = {}

    def add(self, entry: Entry) -> None:
        """Count one row."""
        row = entry.row
        day, platform = find_day(row), row.platform or UNKNOWN
        self.citations += 1
        self.platforms[platform] += 1
        self.kinds[row.kind or UNKNOWN] += 1
        self.verdicts[row.verdict or "not judged"] += 1
        self.outcomes[row.outcome or "no post known"] += 1
        self.days[day[:7] or UNKNOWN, platform] += 1
        outlet = find_outlet(row)
        if outlet is not None:
            self.outlets[outlet, platform] += 1
        author = find_author(row)
        if author:
            self.authors[author, platform] += 1
        self._add_links(entry.links, day[:4] or UNKNOWN)

    def _add_links(self, links: Iterable[tuple[int, Fate]], year: str) -> None:
        """A link counts once, in the earliest year in which it was cited."""
        for link, fate in links:
            _, before = self._links.get(link, (fate, year))
            self._links[link] = (fate, min(before, year))

    def count_links(self) -> int:
        """How many links there are, each once."""
        return len(self._links)

    def count_dead(self) -> int:
        """How many of them lead to nothing: what was asked for is not found, or there is no server."""
        return sum(fate in DEAD for fate, _ in self._links.values())

    def count_same(self) -> int:
        """How many citations have a post that is the cited one, or probably is."""
        return self.verdicts["same"] + self.verdicts["probably-same"]

    def chart_time(self) -> Chart:
        """Citations over months, or over years where there are many, by platform."""
        months = sorted({month for month, _ in self.days if month != UNKNOWN})
        by_year = bool(months) and int(months[-1][:4]) - int(months[0][:4]) >= _MOST_YEARS_BY_MONTH
        counts = Counter[tuple[str, str]]()
        for (month, platform), number in self.days.items():
            counts[month[:4] if by_year and month != UNKNOWN else month, platform] += number
        stack = _stack(counts, sorted({label for label, _ in counts}, key=_unknown_last))
        unit = "year" if by_year else "month"
        return Chart(
            name="time",
            title="Citations over time, by platform",
            sentence=f"{self.citations:,} in all, by the {unit} of the post or, where it is unknown, of the article.",
            label=unit,
            upright=True,
            columns=stack.columns,
            rows=stack.rows,
        )

    def chart_outlets(self) -> Chart:
        """The outlets that cite most, by platform."""
        totals = Counter[str]()
        for (outlet, _), number in self.outlets.items():
            totals[outlet] += number
        most = [outlet for outlet, _ in _rank(totals)[:15]]
        stack = _stack(self.outlets, most)
        rest = sum(totals.values()) - sum(totals[outlet] for outlet in most)
        shares = ", ".join(f"{outlet} {totals[outlet] / max(1, sum(totals.values())):.0%}" for outlet in most[:3])
        sentence = f"Outlets or folders: {len(totals):,}. Most citations: {shares}." if most else "None is known."
        return Chart(
            name="outlets",
            title="Outlets or folders, by their share of citations",
            sentence=sentence,
            label="outlet or folder",
            note=f"{rest:,} citations stand in {len(totals) - len(most):,} others." if rest else "",
            columns=stack.columns,
            rows=stack.rows,
        )

    def chart_authors(self) -> Chart:
        """The authors who are cited most."""
        totals = Counter({f"{who} ({where})": number for (who, where), number in self.authors.items()})
        most = _rank(totals)[:15]
        sentence = (
            f"Authors: {len(totals):,}. Most cited: {most[0][0]}, {most[0][1]:,} of all." if most else "None is known."
        )
        rows = tuple((who, (number,)) for who, number in most)
        return Chart(
            name="authors",
            title="Most cited authors",
            sentence=sentence,
            label="author",
            columns=("citations",),
            rows=rows,
        )

    def chart_links(self) -> Chart:
        """What became of the links, over the years in which they were cited."""
        counts = Counter((year, fate) for fate, year in self._links.values())
        years = sorted({year for year, _ in counts}, key=_unknown_last)
        rows = tuple((year, tuple(counts[year, fate] for fate in FATES)) for year in years)
        total, dead = self.count_links(), self.count_dead()
        return Chart(
            name="links",
            title="Links by what became of them, over the years",
            sentence=f"{dead:,} of {total:,} links are dead ({dead / max(1, total):.0%}): not found, or no server.",
            label="year",
            columns=FATES,
            rows=rows,
            upright=True,
            note="By the last answer on the way. A dead link does not mean that the post is gone: outcomes say that.",
        )

    def chart_verdicts(self) -> Chart:
        """Is what the links led to the post that was cited?"""
        sentence = (
            f"{self.count_same():,} of {self.citations:,} citations have a post that is the cited one, or probably is."
        )
        return _count_alone("verdicts", "Verdicts", sentence, "verdict", self.verdicts)

    def chart_outcomes(self) -> Chart:
        """What became of the posts."""
        gone = self.outcomes["gone"]
        sentence = f"{gone:,} of {self.citations:,} citations are of posts that are gone, as two services say."
        return _count_alone("outcomes", "What became of the posts", sentence, "outcome", self.outcomes)


def _count_alone(name: str, title: str, sentence: str, label: str, counts: Counter[str]) -> Chart:
    rows = tuple((what, (number,)) for what, number in _rank(counts))
    return Chart(name=name, title=title, sentence=sentence, label=label, columns=("citations",), rows=rows)


def _rank(counts: Counter[str]) -> list[tuple[str, int]]:
    """Most first; what is as frequent by its name, so that the same rows give the same page."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _unknown_last(label: str) -> tuple[bool, str]:
    return label == UNKNOWN, label


def _stack(counts: Counter[tuple[str, str]], labels: Sequence[str]) -> _Stack:
    """Columns for the most frequent series and for the others; a row for each label."""
    totals = Counter[str]()
    for (_, series), number in counts.items():
        totals[series] += number
    named = [series for series, _ in _rank(totals)[:_MOST_SERIES]]
    rest = Counter[str]()
    for (label, series), number in counts.items():
        rest[label] += 0 if series in named else number
    has_rest = len(totals) > len(named)
    rows = tuple(
        (label, (*(counts[label, series] for series in named), *([rest[label]] if has_rest else [])))
        for label in labels
    )
    return _Stack((*named, *([OTHER] if has_rest else [])), rows)


def find_day(row: Row) -> str:
    """The day that a citation is sorted by, ISO: the post's, as printed or known, else the article's; else empty."""
    if isinstance(row, CitedPost):
        moment = row.posted_at or row.known_posted_at
        day: dt.date | None = row.date or (moment.date() if moment else None)
    else:
        day = row.date or row.posted_on or row.known_posted_on
    day = day or row.article_date
    return day.isoformat() if day else ""


def find_author(row: Row) -> str:
    """Whose post it is, as far as known: the account, else the name.

    >>> find_author(CitedPost(id="7a", handle="adawren")), find_author(CitedPost(id="7b", author_name="Ada Wren"))
    ('@adawren', 'Ada Wren')
    """
    handle = row.known_handle or row.handle
    return f"@{handle.removeprefix('@')}" if handle else row.author_name or ""


def find_outlet(row: Row) -> str | None:
    """The host of the article's address, else the folder that its id begins with; `None` where nobody may be named.

    >>> find_outlet(CitedPost(id="7a", article="courier/2024/fog.txt")), find_outlet(CitedPost(id="7b"))
    ('courier', 'unknown')
    """
    if not isinstance(row, CitedPost):
        return None
    url = parse_url(row.article_url) if row.article_url else None
    if url is not None:
        return url.host.removeprefix("www.")
    folder, slash, _ = (row.article or "").lstrip("./").partition("/")
    return folder if slash else "(no folder)" if row.article else UNKNOWN
