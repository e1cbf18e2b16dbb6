"""The records of what became of a cited post: what a service said of it, and whether it is the one that was cited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from .models import Record, Text

Outcome = Literal[
    "found",
    "unconfirmed",
    "gone",
    "withheld",
    "protected",
    "login-walled",
    "age-restricted",
    "suspended",
    "rate-limited",
    "unreachable",
    "never-asked",
]
Verdict = Literal["same", "probably-same", "different", "unverifiable"]
Sign = Literal["for", "against", "unknown"]
About = Literal["date", "handle", "text", "links", "media", "language", "post"]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class PostLink(Record):
    """A link in a post: `url` as it stands in the words, `target` where the service says that it leads."""

    url: Text
    target: Text


class Medium(Record):
    """A picture, film or sound of a post; `link` is the link that stands for it in the words, such as t.co/CODE."""

    kind: Literal["image", "video", "gif", "audio"]
    url: Text
    link: Text | None = None
    alt: Text | None = None


class Post(Record):
    """A post as a service, or an archived page, tells of it: `None` where it does not say.

    `text` is the post's own words with links as they were written (short), entities undone, without a link that only
    stands for its media or its quoted post. `truncated`: the words go on where this record ends. `counts` are as of
    `counted_at`. `edits` are the ids of all its versions, oldest first. `posted_at` is a UTC instant in seconds.

    >>> Post(platform="twitter", post_id="20", permalink="https://x.com/jack/status/20", source="syndication").text
    """

    SCHEMA: ClassVar[int] = 1

    platform: str
    post_id: str
    permalink: Text
    source: str
    handle: Text | None = None
    author_name: Text | None = None
    author_id: Text | None = None
    posted_at: dt.datetime | None = None
    text: Text | None = None
    truncated: bool = False
    lang: Text | None = None
    links: tuple[PostLink, ...] = ()
    media: tuple[Medium, ...] = ()
    quoted: Text | None = None
    reply_to: Text | None = None
    edits: tuple[str, ...] = ()
    sensitive: bool | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None
    counted_at: dt.datetime | None = None


class Reason(Record):
    """One thing that speaks for or against a capture being the cited post, or that cannot be told, and why.

    >>> str(Reason(sign="for", about="date", words="the id's own day is the printed one"))
    "for date: the id's own day is the printed one"
    """

    sign: Sign
    about: About
    words: Text

    def __str__(self) -> str:
        return f"{self.sign} {self.about}: {self.words}"


class Judgement(Record):
    """Whether what was captured is the post that was cited, and why; `text` are the verified words when they are."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    text: Text | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class Reply:
    """An answer as a source reads it: `body` without transfer and content coding, `date` when it was asked for (UTC).

    `type` is the media type in lower case without parameters, empty when none was given; `copied` is when the copy was
    made that an archive gives, where it says so (Memento-Datetime, RFC 7089).
    """

    url: str
    status: int
    type: str
    body: bytes
    date: dt.datetime
    copied: dt.datetime | None = None


@dataclass(slots=True, frozen=True)
class Lead:
    """A capture that somebody else's archive holds: where its bytes are, and when it was made (UTC).

    `rank` is 1 where it likely holds no words, so that others are looked at first.
    """

    url: str
    date: dt.datetime
    rank: int = 0


@dataclass(slots=True, frozen=True, kw_only=True)
class Reading:
    """What a source's answer says of a post: the outcome with its evidence in words, and the post when it is told.

    `leads` are captures to look at next, best first; only archives of others give any. `more` is where their list goes
    on.
    """

    outcome: Outcome
    reason: str
    post: Post | None = None
    leads: tuple[Lead, ...] = ()
    more: str | None = None
