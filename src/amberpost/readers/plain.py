"""Plain text: a file is an article."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import BinaryIO

from ..models import Article, Problem
from .decode import ARTICLE_LIMIT, decode, find_text_problems
from .options import DEFAULTS, Options
from .rows import parse_day

# The first line of an article as some collections keep it: ` date 2024-11-29 Title of the article`.
_DATE_LINE = re.compile(r" ?date[ \t]+(\d{4}-\d\d-\d\d)(?:[ \t]+([^\r\n]*))?(?=\r?\n|\Z)")


def read_plain(file: BinaryIO, name: str, *, options: Options = DEFAULTS) -> Iterator[Article | Problem]:
    """Read one plain text as one article whose id is `name`.

    A first line ` date 2024-11-29 Title` gives date and title, and stays part of the text that spans count in.

    >>> import io
    >>> [(a.id, str(a.date), a.title) for a in read_plain(io.BytesIO(b" date 2024-11-29 Rain\\n\\nIt rains."), "a.txt")]
    [('a.txt', '2024-11-29', 'Rain')]
    """
    return find_plain(file.read(ARTICLE_LIMIT + 1), name, options=options)


def find_plain(data: bytes, name: str, *, options: Options = DEFAULTS) -> Iterator[Article | Problem]:
    """Yield the article that the bytes of a plain text hold, after the problems met in it."""
    text = yield from decode_article(data, name, encoding=options.encoding)
    if text is None:
        return
    if text.startswith((" date", "date")) and (line := _DATE_LINE.match(text)) and (day := parse_day(line[1])):
        yield Article(id=name, text=text, date=day, title=(line[2] or "").strip() or None)
    else:
        yield Article(id=name, text=text)


def parse_sound(data: bytes) -> str | None:
    """Decode an article that there is nothing to say about, as most are, as fast as can be; None for the others.

    >>> parse_sound(b"It rains."), parse_sound(b"It\\0rains."), parse_sound(b"caf\\xe9s")
    ('It rains.', None, None)
    """
    if 3 < len(data) <= ARTICLE_LIMIT and b"\0" not in data:
        try:
            return data.decode().removeprefix("\ufeff")
        except UnicodeDecodeError:
            pass
    return None


def decode_article(data: bytes, name: str, *, encoding: str | None) -> Generator[Problem, None, str | None]:
    """Decode a whole file that is one article: yields what is wrong with it, returns None when it is empty."""
    sound = parse_sound(data) if encoding is None else None
    if sound is not None:
        return sound
    if len(data) > ARTICLE_LIMIT:
        yield _too_long(name)
        data = _cut(data)
    decoded = decode(data, encoding=encoding)
    if not decoded.text:
        yield Problem(source=name, reason="is empty", advice="nothing to search; remove it or fetch it again")
        return None
    if decoded.replaced or b"\0" in data:
        yield from find_text_problems(name, decoded)
    return decoded.text


def _too_long(name: str) -> Problem:
    megabytes = ARTICLE_LIMIT // 2**20
    reason = f"is longer than {megabytes} MB: only its first {megabytes} MB were searched"
    return Problem(source=name, place=f"byte {ARTICLE_LIMIT}", reason=reason, advice="split it into its articles")


def _cut(data: bytes) -> bytes:
    """The first part within the limit, without half a UTF-8 character at its end."""
    end = ARTICLE_LIMIT
    while end > ARTICLE_LIMIT - 3 and data[end] & 0xC0 == 0x80:
        end -= 1
    return data[:end]
