"""A page's own title, date and address, out of what pages say for machines; the page itself is not parsed.

Reading them costs more than reading the page, and most pages of a crawl cite nothing. So a reader gives a page as a
`PageArticle`, which looks for them when somebody asks.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..models import Article, replace_surrogates
from .rows import parse_day

# How far into a page its head is looked for, and how much of one piece of JSON-LD is read.
_HEAD_LIMIT = 256 * 1024
_LD_LIMIT = 256 * 1024
_MOST_LD = 8
_MOST_PLUS = 100
_HEAD_END = re.compile(r"</head\s*>|<body\b", re.IGNORECASE)
_TAG = re.compile(r"<(meta|link|title|time)\b((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z:_-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_TITLE_END = re.compile(r"</title", re.IGNORECASE)
_LD = re.compile(r"<script\b[^<>]{0,300}application/ld\+json[^<>]{0,300}>", re.IGNORECASE)
_LD_DATE = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{8,40})\"")
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|WebPage|Video)", re.IGNORECASE)
_DATES = (
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "dc.date.issued",
    "dcterms.date",
    "dc.date",
    "date",
)
_TITLES = ("og:title", "headline", "twitter:title", "dc.title")
_ADDRESSES = ("canonical", "og:url", "url")


@dataclass(slots=True, frozen=True)
class PageMeta:
    """What a page says of itself; `None` where it says nothing that can be understood."""

    title: str | None = None
    date: dt.date | None = None
    url: str | None = None


class PageArticle(Article):
    """The article of a page, whose date, title and address are read in it when one of them is asked for.

    Whoever keeps articles, compares them or writes them down asks for them all, with `complete`.
    """

    if not TYPE_CHECKING:  # else any name would do

        def __getattr__(self, name: str) -> object:
            if name not in _TOLD:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            meta = parse_page_meta(self.html or "")
            told = {"date": meta.date, "title": _clean(meta.title), "url": _clean(meta.url)}
            self.__dict__.update({key: told[key] for key in _TOLD if key not in self.__dict__})
            return self.__dict__[name]

    def complete(self) -> Article:
        """The same article with all that its page says of itself."""
        return Article.model_construct(id=self.id, html=self.html, date=self.date, title=self.title, url=self.url)


def make_page_article(article_id: str, page: str, **known: str | None) -> PageArticle:
    """Make an article of a decoded page; what is `known` of it, as `url`, is not looked for in the page.

    >>> article = make_page_article("a", "<title>Rain</title>", url="https://news.example/1")
    >>> article.title, article.url, article.complete().title
    ('Rain', 'https://news.example/1', 'Rain')
    """
    article = PageArticle.model_validate({"id": article_id, **known})
    for name in _TOLD:
        if name not in known:
            del article.__dict__[name]  # so that asking for it comes to `__getattr__`
    # Not validated: decoded text holds no surrogates, and looking for them would cost a third of all time.
    article.__dict__["html"] = page
    return article


_TOLD = ("date", "title", "url")


def _clean(told: str | None) -> str | None:
    return told and replace_surrogates(told)


def parse_page_meta(page: str) -> PageMeta:
    """Read title, date and address from JSON-LD, Open Graph, `<time>` and `<link rel=canonical>`, in this order.

    >>> parse_page_meta('<title>Rain</title><meta property="article:published_time" content="2024-11-29T08:00Z">')
    PageMeta(title='Rain', date=datetime.date(2024, 11, 29), url=None)
    """
    told = dict(_find_told(page))
    linked = _find_linked(page) if _may_link(page) else {}
    dates = (day for name in ("datePublished",) if name in linked and (day := parse_day(linked[name])))
    named = (day for name in _DATES if name in told and (day := parse_day(told[name])))
    title = next((told[name] for name in _TITLES if told.get(name)), None) or linked.get("headline")
    address = next((told[name] for name in _ADDRESSES if told.get(name, "").startswith("http")), None)
    return PageMeta(
        title=" ".join((title or told.get("title", "")).split()) or None,
        date=next(dates, None) or next(named, None) or _time_day(told.get("time") or _find_time(page)),
        url=address or _http(linked.get("url")) or _http(linked.get("mainEntityOfPage")),
    )


def _may_link(page: str) -> bool:
    """Whether a page may hold JSON-LD; a plus sign is found many times faster than the whole name."""
    at = page.find("+")
    for _ in range(_MOST_PLUS):
        if at < 0 or page.startswith("ld+json", at - 2):
            return at >= 0
        at = page.find("+", at + 1)
    return "ld+json" in page


def _time_day(stamp: str) -> dt.date | None:
    return parse_day(stamp) if stamp else None


def _http(address: str | None) -> str | None:
    return address if address and address.startswith("http") else None


def _find_told(page: str) -> Iterator[tuple[str, str]]:
    """The names and values of the head's tags, the last of each name first, so that the first one counts."""
    ending = _HEAD_END.search(page, 0, _HEAD_LIMIT)
    head = ending.start() if ending else min(len(page), _HEAD_LIMIT)
    found = [pair for tag in _TAG.finditer(page, 0, head) if (pair := _read_tag(page, tag))]
    yield from reversed(found)


def _find_time(page: str) -> str:
    """What the first `<time>` says, for pages that say nothing better: looking for it costs as much as all the rest."""
    at = page.find("<time")
    stamp = _TAG.match(page, at, at + 1000) if at >= 0 else None
    pair = _read_tag(page, stamp) if stamp else None
    return pair[1] if pair else ""


def _read_tag(page: str, tag: re.Match[str]) -> tuple[str, str] | None:
    name = tag[1].lower()
    if name == "title":
        ending = _TITLE_END.search(page, tag.end(), tag.end() + 1000)
        return ("title", html.unescape(page[tag.end() : ending.start()])) if ending else None
    if name != "time" and not _is_telling(name, tag[2]):
        return None
    pairs = _ATTRIBUTE.findall(tag[2])
    told = {key.lower(): html.unescape(quoted or single or bare) for key, quoted, single, bare in pairs}
    if name == "time":
        return ("time", told["datetime"]) if told.get("datetime") else None
    if name == "link":
        return ("canonical", told.get("href", "")) if told.get("rel", "").lower() == "canonical" else None
    key = told.get("property") or told.get("name") or told.get("itemprop")
    return (key.lower(), told["content"]) if key and "content" in told else None


def _is_telling(name: str, attributes: str) -> bool:
    """Whether it is worth taking the tag apart: most say nothing that is asked for."""
    told = attributes.lower()
    if name == "link":
        return "canonical" in told
    return "date" in told or "title" in told or "url" in told or "published" in told or "headline" in told


def _find_linked(page: str) -> dict[str, str]:
    """What the page's JSON-LD says of the article."""
    for place, script in enumerate(_LD.finditer(page)):
        if place >= _MOST_LD:
            break
        ending = page.find("</script", script.end(), script.end() + _LD_LIMIT)
        text = page[script.end() : ending] if ending >= 0 else ""
        told = _read_linked(text)
        if told:
            return told
    return {}


def _read_linked(text: str) -> dict[str, str]:
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        dated = _LD_DATE.search(text)
        return {"datePublished": dated[1]} if dated else {}
    return next((told for item in _items(value) if (told := _article(item))), {})


def _items(value: object) -> Iterator[dict[str, object]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (inner for inner in graph if isinstance(inner, dict)) if isinstance(graph, list) else ()


def _article(item: dict[str, object]) -> dict[str, str]:
    if not _ARTICLE.search(str(item.get("@type", ""))[:200]):
        return {}
    return {key: value for key, value in item.items() if isinstance(value, str)}
