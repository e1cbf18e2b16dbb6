"""A report: one folder of static pages that people read, from a disk or any web server, without a network.

Everything in it comes from archives and articles, and is hostile: it is shown as text, never as markup, and no page may
load or run what is not the report's own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from ..models import Article, MissingExtra
from .cards import CARDS_A_PAGE, Card, card_href, make_card
from .media import Gallery
from .output import check_folder, replacing_folder
from .pages import ArticleShown, Pages
from .sources import ArchiveSource as ArchiveSource
from .sources import CitationSource as CitationSource
from .sources import Row, Source, parse_hop
from .table import Line, make_line, write_table
from .tallies import Chart, Tallies
from .texts import MOST_CHARACTERS, Place, cut_text, find_lost

_NEEDED = ("jinja2", "matplotlib")


def check_extra() -> None:
    """Raise a `MissingExtra` where the libraries that fill pages and draw plots are not installed."""
    for library in _NEEDED:
        if find_spec(library) is None:
            raise MissingExtra(f"a report needs {library}, which is not installed: pip install 'amberpost[report]'")


def write_report(source: Source, folder: str | os.PathLike[str], *, articles: Iterable[Article] | None = None) -> int:
    """Write the report of an archive or of citations into `folder`, and return how many citations it shows.

    A folder that is an earlier report is replaced, any other refused (`WriteError`). With `articles`, those that are
    cited from are shown with each citation marked in its place. The same input gives the same bytes.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     count = write_report(CitationSource([{"id": "7a", "handle": "adawren", "links": []}]), folder + "/report")
    ...     count, Path(folder, "report", "index.html").exists()
    (1, True)
    """
    check_extra()
    check_folder(Path(folder))
    with replacing_folder(Path(folder)) as beside:
        return _Report(source, beside, has_texts=articles is not None).write(articles or ())


class _Report:
    """One report on its way: rows go by once, and little of each is kept for the table and the articles."""

    def __init__(self, source: Source, folder: Path, *, has_texts: bool) -> None:
        self.source = source
        self.has_texts = has_texts
        self.tallies = Tallies()
        self.lines: list[Line] = []
        self.articles: dict[str, ArticleShown] = {}
        self.pages = Pages(folder, has_posts=source.has_archive)
        reader = source.reader if isinstance(source, ArchiveSource) and not source.pseudonymous else None
        self.gallery = Gallery(reader, folder)

    def write(self, articles: Iterable[Article]) -> int:
        self.pages.copy_static()
        self._write_cards()
        self._write_texts(articles)
        listed = list(self.articles.values())
        self.pages.write_articles(listed, self.lines, has_texts=self.has_texts)
        names = [one.id for one in listed]
        files = write_table(self.lines, names, self.pages.folder)
        self.pages.write("citations.html", "citations.html", files=files, tallies=self.tallies, source=self.source)
        self.pages.write_waiting(self.source)
        self.pages.write_overview(self.tallies, list_charts(self.tallies, self.source), self.source)
        return len(self.lines)

    def _write_cards(self) -> None:
        """A page is written when the rows of the next one begin, for until then nobody knows whether there is one."""
        page, rows = 1, list[tuple[Row, int]]()
        for entry in self.source.entries():
            if len(rows) == CARDS_A_PAGE:
                self._write_card_page(page, rows, last=page + 1)
                page, rows = page + 1, []
            rows.append((entry.row, self._take(entry.row)))
            self.tallies.add(entry)
        self._write_card_page(page, rows, last=page)

    def _take(self, row: Row) -> int:
        """Keep what the table and the articles need of a row, and give the number of its article."""
        key = row.article or ""
        article = self.articles.get(key)
        if article is None:
            article = self.articles[key] = ArticleShown(len(self.articles), key)
        article.date = article.date or (row.article_date.isoformat() if row.article_date else "")
        article.title = article.title or getattr(row, "article_title", None) or ""
        article.url = article.url or getattr(row, "article_url", None) or ""
        article.lines.append(len(self.lines))
        self.lines.append(make_line(row, article.number - 1, place=self.has_texts))
        return article.number - 1

    def _write_card_page(self, page: int, rows: list[tuple[Row, int]], *, last: int) -> None:
        hops = {parse_hop(hop)[0] for row, _ in rows for hop in getattr(row, "hops", ())}
        digests = self.source.find_digests(sorted(hops)) if hops else {}
        first = (page - 1) * CARDS_A_PAGE
        pictures = self.gallery.find([getattr(row, "known_media", ()) for row, _ in rows])
        cards: list[Card] = [
            make_card(row, first + place, article, digests=digests, pictures=pictures[place])
            for place, (row, article) in enumerate(rows)
        ]
        self.pages.write_cards(page, cards, last=last)

    def _write_texts(self, articles: Iterable[Article]) -> None:
        """The texts of the articles that are cited from; of two by one name the first."""
        for article in articles:
            shown = self.articles.get(article.id)
            if shown is None or shown.text_href:
                continue
            shown.text_href = f"texts/{shown.number:06}.html"
            places = [self._find_place(number) for number in shown.lines]
            lost = list(find_lost(article.source, places))
            gone = {one.number for one in lost}
            self.pages.write_text(
                shown.text_href,
                article=shown,
                is_html=article.html is not None,
                is_cut=len(article.source) > MOST_CHARACTERS,
                pieces=cut_text(article.source, [place for place in places if place.number not in gone]),
                lost=lost,
                lines=self.lines,
            )

    def _find_place(self, number: int) -> Place:
        line = self.lines[number]
        return Place(number, line.start, line.end, line.raw)


def list_charts(tallies: Tallies, source: Source) -> list[Chart]:
    """The charts of the overview, in their order; what nobody has asked for is not drawn."""
    of_articles = [tallies.chart_time(), *([] if source.pseudonymous else [tallies.chart_outlets()])]
    known = [tallies.chart_links(), tallies.chart_outcomes(), tallies.chart_verdicts()] if source.has_archive else []
    charts = chain(of_articles, [tallies.chart_authors()], known)
    return [chart for chart in charts if chart.rows]


__all__ = ["ArchiveSource", "CitationSource", "card_href", "check_extra", "write_report"]
