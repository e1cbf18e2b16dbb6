"""The pages of a report: templates filled in, every string shown harmless and escaped on its way, whatever template."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .cards import ARTICLES_A_PAGE, Card, Field, card_href
from .plots import DRESSES, draw
from .shown import shorten, show, show_url
from .sources import Source, Waiting
from .tallies import Chart, Tallies

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE = Path(__file__).parent
_STATIC = ("report.css", "report.js", "icon.svg")
_PAGES_AROUND = 3


class ArticleShown:
    """An article as the report lists it: its numbers, what is known of it, and the lines of its citations."""

    __slots__ = ("date", "id", "lines", "number", "text_href", "title", "url")

    def __init__(self, number: int, key: str) -> None:
        self.number = number + 1
        self.id = key
        self.title = self.date = self.url = ""
        self.text_href = ""
        self.lines: list[int] = []


class Pages:
    """Fills templates and writes pages into a folder."""

    def __init__(self, folder: Path, *, has_posts: bool) -> None:
        self.folder = folder
        self._templates = make_environment()
        self._templates.globals["has_posts"] = has_posts
        self._card_page = self._templates.get_template("posts.html")
        self._text_page = self._templates.get_template("text.html")

    def copy_static(self) -> None:
        """The stylesheet and the script."""
        for name in _STATIC:
            shutil.copyfile(_HERE / "static" / name, self.folder / name)

    def write(self, name: str, template: str, *, up: str = "", **values: object) -> None:
        """Write one page; `up` leads from it to the report's own folder."""
        self._write(name, self._templates.get_template(template).render(up=up, here=name, **values))

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")

    def write_cards(self, page: int, cards: Sequence[Card], *, last: int) -> None:
        """Write one page of cards; `last` is the number of the last page."""
        name = f"posts/{page:05}.html"
        self._write(name, self._card_page.render(up="../", here=name, cards=cards, page=page, pages=last))

    def write_text(self, name: str, **values: object) -> None:
        """Write the page of an article's text."""
        self._write(name, self._text_page.render(up="../", here=name, **values))

    def write_overview(self, tallies: Tallies, charts: Sequence[Chart], source: Source) -> None:
        """Draw the charts and write the page that shows them."""
        (self.folder / "plots").mkdir()
        for chart in charts:
            for dress in DRESSES:
                (self.folder / "plots" / f"{chart.name}-{dress.name}.svg").write_bytes(draw(chart, dress))
        self.write("index.html", "index.html", tallies=tallies, charts=charts, source=source)

    def write_waiting(self, source: Source) -> None:
        """Write what waits, and why."""
        links = source.list_waiting_links()
        waiting = source.list_waiting()
        unjudged = sum(one.citations for one in source.count_verdicts() if one.verdict is None)
        self.write("waiting.html", "waiting.html", source=source, waiting=waiting, links=links, unjudged=unjudged)

    def write_articles(self, articles: Sequence[ArticleShown], lines: Sequence[object], *, has_texts: bool) -> None:
        """Write the lists of articles with their citations, fifty articles a page."""
        last = max(1, -(-len(articles) // ARTICLES_A_PAGE))
        for page in range(1, last + 1):
            part = articles[(page - 1) * ARTICLES_A_PAGE : page * ARTICLES_A_PAGE]
            self.write(
                f"articles/{page:05}.html",
                "articles.html",
                up="../",
                articles=part,
                lines=lines,
                page=page,
                pages=last,
                has_texts=has_texts,
            )


def make_environment() -> Environment:
    """Jinja with our templates: all is escaped, and whatever a browser might obey becomes visible before that."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    templates.filters["shorten"] = shorten
    templates.filters["address"] = show_url
    templates.filters["number"] = lambda number: f"{number:,}"
    templates.filters["plural"] = lambda word, number: word if number == 1 else f"{word}s"
    templates.filters["due"] = _describe_due
    templates.globals["card_href"] = card_href
    templates.globals["list_fields"] = list_fields
    templates.globals["find_pages"] = find_pages
    return templates


def _finalize(value: object) -> object:
    """Strings from anywhere; those of templates and macros are of a type of their own, and are markup already."""
    return show(value) if type(value) is str else value


def list_fields(fields: Sequence[Field]) -> Markup:
    """The fields of a card as a list; written here and not in a template, for half of a report's time goes into them.

    >>> from amberpost.report.cards import Field
    >>> print(list_fields([Field("author", "<b>")]))
    <dl><dt>author</dt><dd><bdi>&lt;b&gt;</bdi></dd></dl>
    """
    from markupsafe import Markup, escape

    pairs = (f"<dt>{escape(field.label)}</dt><dd><bdi>{escape(show(field.value))}</bdi></dd>" for field in fields)
    return Markup(f"<dl>{''.join(pairs)}</dl>" if fields else "")


def _describe_due(waiting: Waiting) -> str:
    if waiting.state != "pending" or waiting.next_at <= 0:
        return ""
    try:
        return f"{dt.datetime.fromtimestamp(int(waiting.next_at), dt.UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""


def find_pages(page: int, last: int) -> Iterable[int]:
    """The numbers that lead on from a page: the first, the last, and those near by.

    >>> list(find_pages(7, 20))
    [1, 4, 5, 6, 7, 8, 9, 10, 20]
    """
    near = range(max(1, page - _PAGES_AROUND), min(last, page + _PAGES_AROUND) + 1)
    return sorted({1, last, *near})
