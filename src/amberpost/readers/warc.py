"""WARC and WET: pages out of the answers that a crawler kept, and plain text out of conversion records."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO, NamedTuple

from ..models import Article, Problem
from .answers import Answer, decode_body, parse_answer
from .decode import ARTICLE_LIMIT, decode, find_text_problems
from .htmlfile import clean_decoded, parse_charset, parse_sound_page
from .options import DEFAULTS, Options
from .pagemeta import make_page_article
from .repeats import IdLog, Ids
from .stretches import Stretch
from .warcrecords import Found, Take, find_taken

_HTML = ("text/html", "application/xhtml+xml")
_HEAD = 1 << 18
_READ = 1 << 20
_LIMIT = f"{ARTICLE_LIMIT >> 20} MB"
_SKIPPED = "not searched; the other records are"


class _Page(NamedTuple):
    """The bytes of a page or text, and what its record says of it."""

    record: Found
    data: bytes
    charset: str | None = None
    broken: str = ""


_Make = Callable[[str, str, str | None], Article]


def read_warc(
    file: BinaryIO,
    name: str,
    *,
    options: Options = DEFAULTS,
    ids: Ids | None = None,
    stretch: Stretch | None = None,
) -> Iterator[Article | Problem]:
    r"""Read an article from each response record that is an HTML page; `file` may be gzipped.

    Its id is URL and date of the record, else `name#OFFSET`. The date of the article is what the page says of itself,
    never the day of the crawl. A record that is broken, or longer than is searched, is a problem, and the next is read.

    >>> import io
    >>> head = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/1\r\n"
    >>> head += "WARC-Record-ID: <urn:x:1>\r\nWARC-Date: 2026-09-09T10:00:00Z\r\nContent-Type: application/http\r\n"
    >>> block = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>It rains."
    >>> data = f"{head}Content-Length: {len(block)}\r\n\r\n{block}\r\n\r\n".encode()
    >>> [(article.id, article.html) for article in read_warc(io.BytesIO(data), "a.warc")]
    [('https://news.example/1 2026-09-09T10:00:00Z', '<p>It rains.')]
    """
    take = Take("response", lambda record: _take_page(record, name))
    return _read_records(file, name, take, _make_page_article, options, ids, stretch)


def read_wet(
    file: BinaryIO,
    name: str,
    *,
    options: Options = DEFAULTS,
    ids: Ids | None = None,
    stretch: Stretch | None = None,
) -> Iterator[Article | Problem]:
    """Read an article from each conversion record, which is the plain text that a crawler's extractor made of a page.

    >>> import io
    >>> [str(problem)[:35] for problem in read_wet(io.BytesIO(b"no WARC"), "a.wet")]
    ['a.wet, offset 0: bytes that are no ']
    """
    take = Take("conversion", lambda record: _take_text(record, name))
    return _read_records(file, name, take, _make_text_article, options, ids, stretch)


def _read_records(
    file: BinaryIO,
    name: str,
    take: Take[_Page],
    make: _Make,
    options: Options,
    ids: Ids | None,
    stretch: Stretch | None,
) -> Iterator[Article | Problem]:
    ids = IdLog() if ids is None else ids
    number, start, stop = 0, stretch.start if stretch else 0, stretch.stop if stretch else None
    if stretch and not start:
        ids.pass_rows(name, 0)
    for item in find_taken(file, name, take, start=start, stop=stop):
        if isinstance(item, Problem):
            yield item
        else:
            number += 1
            text = yield from _decode(item, name, options)
            if text:
                yield make(_note_id(item.record, name, number, ids), text, item.record.target)
    if stretch and number:
        ids.pass_rows(name, number)


def _make_page_article(article_id: str, page: str, url: str | None) -> Article:
    return make_page_article(article_id, page, url=url)


def _make_text_article(article_id: str, text: str, url: str | None) -> Article:
    return Article(id=article_id, text=text, url=url)


def _take_page(record: Found, name: str) -> _Page | Problem | None:
    """The page of a response; None for all that is no page, and for answers that say so and have no body."""
    if not record.media.lower().startswith("application/http"):
        return None
    begun = _read(record, _HEAD)
    answer = parse_answer(begun)
    if answer is None:
        return _problem(name, record, "holds no HTTP answer with a head that ends")
    if not _is_page(answer, begun):
        return None
    data = begun + _read(record, ARTICLE_LIMIT + 1 - len(begun)) if len(begun) >= _HEAD else begun
    if len(data) > ARTICLE_LIMIT:
        return _problem(name, record, f"is longer than {_LIMIT}")
    body = decode_body(data[answer.body :], answer, limit=ARTICLE_LIMIT)
    page = _Page(record, body.data, answer.charset, body.broken)
    if len(page.data) > ARTICLE_LIMIT:
        return _problem(name, record, f"unpacks to more than {_LIMIT}")
    if page.broken and not page.data:
        return _problem(name, record, page.broken)
    return page if page.data or 200 <= answer.status < 300 else None


def _take_text(record: Found, name: str) -> _Page | Problem | None:
    if not record.media.lower().startswith("text/plain"):
        return None
    data = _read(record, ARTICLE_LIMIT + 1)
    return _problem(name, record, f"is longer than {_LIMIT}") if len(data) > ARTICLE_LIMIT else _Page(record, data)


def _is_page(answer: Answer, data: bytes) -> bool:
    if answer.media:
        return answer.media in _HTML
    return not answer.codings and data[answer.body : answer.body + 512].lstrip()[:1] == b"<"


def _read(record: Found, size: int) -> bytes:
    """Up to `size` bytes of the block, and only at its end fewer."""
    data = record.read(min(size, _READ))
    parts, left = [data], size - len(data)
    while left > 0 and (part := record.read(min(left, _READ))):
        parts.append(part)
        left -= len(part)
    return data if len(parts) == 1 else b"".join(parts)


def _decode(page: _Page, name: str, options: Options) -> Generator[Problem, None, str | None]:
    """The text of a page in the encoding of its mark, its header, its head, or as its bytes suggest."""
    place = f"offset {page.record.offset}"
    if page.broken:
        yield _problem(name, page.record, page.broken, "only what came before was searched")
    sound = parse_sound_page(page.data) if options.encoding is None else None
    if sound is not None:
        return sound
    encoding = options.encoding or parse_charset(page.data, header=page.charset)
    decoded = decode(page.data, encoding=encoding)
    yield from find_text_problems(name, decoded, place=place)
    if not decoded.text:
        yield _problem(name, page.record, "is empty", "nothing to search")
    return clean_decoded(decoded.text, options)


def _note_id(record: Found, name: str, number: int, ids: Ids) -> str:
    if not (record.target and record.date):
        return f"{name}#{record.offset}"
    article_id = f"{record.target} {record.date}"
    ids.note(name, article_id, number)
    return article_id


def _problem(name: str, record: Found, reason: str, advice: str = _SKIPPED) -> Problem:
    return Problem(source=name, place=f"offset {record.offset}", reason=reason, advice=advice)
