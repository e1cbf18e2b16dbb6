"""The records that everything else passes round: what goes in, what was found, what could not be read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Kind = Literal["embed", "link", "credit", "mention"]
DateBasis = Literal["utc", "local", "pacific", "iso"]

_SURROGATE = re.compile("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which no encoding can write, by U+FFFD, one for one so that spans stay true.

    >>> replace_surrogates("a\\ud800b")
    'a\\ufffdb'
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text


def _clean(value: object) -> object:
    return replace_surrogates(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_clean)]


class Record(BaseModel):
    """A frozen, closed record: a field that is not in the table is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def _repr_html_(self) -> str:
        """What a notebook shows; loaded only there."""
        from .recordhtml import format_record

        return format_record(type(self).__name__, self)


class Article(Record):
    """One article as some extractor left it; `text` or `html` holds the source that spans point into.

    `markdown` says that `text` is Markdown, where a permalink alone in its paragraph shows the post.
    A lone surrogate in the source is read as U+FFFD.

    >>> Article(id="a.txt", text="Hello").date is None
    True
    """

    id: Text = ""
    text: Text | None = None
    html: Text | None = None
    date: dt.date | None = None
    title: Text | None = None
    url: Text | None = None
    markdown: bool = False

    @property
    def source(self) -> str:
        """The string that `start` and `end` of its citations count in."""
        return self.html if self.html is not None else self.text or ""


class Citation(Record):
    """One place in one article that shows, links, credits or mentions a post: a flat row, `None` where unknown.

    `start` and `end` are Unicode code points in the article's decoded source: `source[start:end] == raw`, always.
    `date` is the calendar day as printed, never shifted; `posted_at` an instant known from an id or markup.
    """

    SCHEMA: ClassVar[int] = 1

    id: str
    article: Text
    article_date: dt.date | None
    article_title: Text | None
    article_url: Text | None
    kind: Kind
    platform: str
    author_name: str | None
    handle: str | None
    date: dt.date | None
    date_text: str | None
    date_basis: DateBasis | None
    posted_at: dt.datetime | None
    text: str | None
    links: tuple[str, ...]
    post_id: str | None
    permalink: str | None
    quoted: str | None
    lang: str | None
    start: int
    end: int
    raw: str
    rule: str
    flags: tuple[str, ...]


class Problem(Record):
    """What could not be read or was cut short, and what to do about it.

    `source` is an article id or a file; `place` says where in it (`line 3`, `row 7`, `offset 120`).
    """

    source: Text
    place: Text | None = None
    reason: Text
    advice: Text

    def __str__(self) -> str:
        where = f"{self.source}, {self.place}" if self.place else self.source
        return f"{where}: {self.reason} ({self.advice})"


@dataclass(slots=True, frozen=True, kw_only=True)
class Sighting:
    """What a finder saw at one place of a string, before it is joined with its article into a `Citation`.

    The fields mean what they mean in `Citation`. Unvalidated, because finders make them out of checked matches.
    """

    kind: Kind
    platform: str
    start: int
    end: int
    rule: str
    author_name: str | None = None
    handle: str | None = None
    date: dt.date | None = None
    date_text: str | None = None
    date_basis: DateBasis | None = None
    posted_at: dt.datetime | None = None
    text: str | None = None
    links: tuple[str, ...] = ()
    post_id: str | None = None
    permalink: str | None = None
    quoted: str | None = None
    lang: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Permalink:
    """A post's own address, taken apart; `url` is its one canonical spelling, `handle` the account if it names one."""

    platform: str
    post_id: str
    handle: str | None
    url: str


class AmberpostError(Exception):
    """Base of every error that Amberpost raises on purpose; each message says what to do next.

    AmberpostError
    ├── ReadError       an input that cannot be opened or understood at all
    ├── WriteError      an output that cannot be written
    ├── MissingExtra    a format whose optional dependency is not installed
    └── ArchiveError    an archive that cannot be opened, read or written
        ├── ArchiveBusy       another process works on it
        └── ArchiveDamaged    its files are not what its database was told is safe
    """


class ReadError(AmberpostError):
    """An input that cannot be opened or understood at all; broken rows inside it are `Problem`s instead."""


class WriteError(AmberpostError):
    """An output that cannot be written, or an existing one of another shape that must not be overwritten."""


class MissingExtra(AmberpostError):  # noqa: N818 - the message is advice, the name says what to install
    """A format or command whose optional dependency is not installed; the message names the extra."""


class ArchiveError(AmberpostError):
    """An archive that cannot be opened, read or written; a link that cannot be fetched is a record instead."""


class ArchiveBusy(ArchiveError):  # noqa: N818 - read aloud it says what is wrong
    """Another process works on the archive, or on the folder of parts; the kernel lets go of its lock at its end."""


class ArchiveDamaged(ArchiveError):  # noqa: N818 - read aloud it says what is wrong
    """A WARC segment, the index or the database is not what was stored; nothing is written until a person looked."""
