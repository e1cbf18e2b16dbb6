"""Markdown: a file is an article, and front matter may give its date, title and URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ..models import Article, Problem
from .decode import ARTICLE_LIMIT
from .options import DEFAULTS, Options
from .plain import decode_article
from .rows import parse_day

_FENCE = re.compile(r"---[ \t]*\r?\n")
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_PAIR = re.compile(r"(date|title|url)[ \t]*:(.*)\Z", re.IGNORECASE)
_MOST_LINES = 200


def read_markdown(file: BinaryIO, name: str, *, options: Options = DEFAULTS) -> Iterator[Article | Problem]:
    """Read one Markdown file as one article whose id is `name`.

    Front matter stays part of the text that spans count in. Only plain `key: value` lines of it are read.

    >>> import io
    >>> page = b'---\\ntitle: "Rain"\\ndate: 2024-11-29\\n---\\nIt rains.'
    >>> [(a.title, str(a.date), a.markdown) for a in read_markdown(io.BytesIO(page), "a.md")]
    [('Rain', '2024-11-29', True)]
    """
    return find_markdown(file.read(ARTICLE_LIMIT + 1), name, options=options)


def find_markdown(data: bytes, name: str, *, options: Options = DEFAULTS) -> Iterator[Article | Problem]:
    """Yield the article that the bytes of a Markdown file hold, after the problems met in it."""
    text = yield from decode_article(data, name, encoding=options.encoding)
    if text is None:
        return
    matter = _front_matter(text) if text.startswith("---") else {}
    day = parse_day(matter.get("date", ""))
    if matter.get("date") and day is None:
        reason = f"the date {matter['date'][:40]!r} of its front matter is not an ISO date"
        yield Problem(source=name, place="line 1", reason=reason, advice="write it as 2024-11-29")
    yield Article(id=name, text=text, markdown=True, date=day, title=matter.get("title"), url=matter.get("url"))


def _front_matter(text: str) -> dict[str, str]:
    """The `key: value` lines between two fences, without quotes round the values; nothing when no fence closes."""
    found: dict[str, str] = {}
    fence = _FENCE.match(text)
    at = fence.end() if fence else len(text)
    for _ in range(_MOST_LINES):
        line = _LINE.match(text, at)
        if line is None or at >= len(text):
            break
        if line[1].rstrip() in ("---", "..."):
            return found
        pair = _PAIR.match(line[1])
        if pair and (value := _unquote(pair[2].strip(" \t"))):
            found.setdefault(pair[1].lower(), value)
        at = line.end()
    return {}


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
