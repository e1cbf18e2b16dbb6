"""The card of a citation: what the article printed, beside the post as it is archived; fields of rows, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..archive.posts.citedpost import CitedPost
from ..archive.publishing.pseudonyms import PseudonymousPost
from ..platforms import parse_permalink
from .media import Picture
from .shown import show_url
from .sources import Digest, Row, parse_hop

CARDS_A_PAGE = 100
ARTICLES_A_PAGE = 50


class Field(NamedTuple):
    """A named value of a card."""

    label: str
    value: str


class HopShown(NamedTuple):
    """One answer on a chain of redirects."""

    url: str
    status: str
    date: str
    place: str
    digest: str
    record_id: str


class Head(NamedTuple):
    """What the cards of all rows have, those without names too."""

    number: int
    title: str
    kind: str
    platform: str
    verdict: str
    outcome: str
    flags: tuple[str, ...]
    article: str
    article_href: str
    reasons: tuple[tuple[str, str], ...]


class Card(NamedTuple):
    """All that a card shows; what is not known is empty."""

    head: Head
    printed: tuple[Field, ...]
    known: tuple[Field, ...]
    why: str = ""
    printed_words: str = ""
    printed_lang: str = ""
    raw: str = ""
    known_words: str = ""
    known_lang: str = ""
    known_source: str = ""
    permalink: str = ""
    pictures: tuple[Picture, ...] = ()
    media: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    hops: tuple[HopShown, ...] = ()
    capture: tuple[Field, ...] = ()


def card_href(number: int) -> str:
    """Where the card of a citation stands, from the report's own folder.

    >>> card_href(0), card_href(250)
    ('posts/00001.html#c1', 'posts/00003.html#c251')
    """
    return f"posts/{number // CARDS_A_PAGE + 1:05}.html#c{number + 1}"


def article_href(number: int) -> str:
    """Where the citations of an article are listed.

    >>> article_href(50)
    'articles/00002.html#a51'
    """
    return f"articles/{number // ARTICLES_A_PAGE + 1:05}.html#a{number + 1}"


def make_card(
    row: Row, number: int, article: int, *, digests: Mapping[str, Digest], pictures: Sequence[Picture]
) -> Card:
    """The card of a row; of one without names, what such a row has."""
    head = _make_head(row, number, article)
    if not isinstance(row, CitedPost):
        return _make_nameless(row, head)
    shown = {picture.url for picture in pictures}
    return Card(
        head=head,
        why=row.outcome_reason or "",
        printed=_list_printed(row),
        printed_words=row.text or "",
        printed_lang=_lang(row.lang),
        raw=row.raw or "",
        known=_list_known(row),
        known_words=row.known_text or row.verified_text or "",
        known_lang=_lang(row.known_lang),
        known_source=row.known_source or "",
        permalink=_find_permalink(row),
        pictures=tuple(pictures),
        media=tuple(show_url(url) for url in row.known_media if url not in shown),
        answers=row.answers,
        hops=tuple(_make_hops(row.hops, digests)),
        capture=_list_fields(
            ("address", row.capture_url and show_url(row.capture_url)),
            ("date", _instant(row.capture_date)),
            ("file", row.capture_file and f"{row.capture_file}, offset {row.capture_offset}"),
            ("record", row.capture_record_id),
            ("payload SHA-256", _bare(row.capture_digest or "")),
        ),
    )


def _list_printed(row: CitedPost) -> tuple[Field, ...]:
    return _list_fields(
        ("author", _join_name(row.author_name, row.handle)),
        ("date", row.date_text or _day(row.date)),
        ("instant", _instant(row.posted_at)),
        *(("link", show_url(link)) for link in row.links),
        ("address", row.permalink and show_url(row.permalink)),
        ("quotes", row.quoted and show_url(row.quoted)),
        ("place", _span(row)),
        ("rule", row.rule),
    )


def _list_known(row: CitedPost) -> tuple[Field, ...]:
    return _list_fields(
        ("author", _join_name(row.known_author_name, row.known_handle)),
        ("account id", row.known_author_id),
        ("instant", _instant(row.known_posted_at)),
        ("post id", row.known_id),
        *(("leads to", show_url(link)) for link in row.known_links),
        ("quotes", row.known_quoted and show_url(row.known_quoted)),
        ("answers", row.known_reply_to and show_url(row.known_reply_to)),
        ("versions", ", ".join(row.known_edits)),
        ("counts", _counts(row)),
        ("counted at", _instant(row.known_counted_at)),
        ("cut", "its words go on" if row.known_truncated else None),
        ("sensitive", "marked so" if row.known_sensitive else None),
    )


def _make_head(row: Row, number: int, article: int) -> Head:
    return Head(
        number=number + 1,
        title=_join_name(row.author_name, row.handle) or "nobody named",
        kind=row.kind or "",
        platform=row.platform or "",
        verdict=row.verdict or "",
        outcome=row.outcome or "",
        flags=row.flags,
        article=row.article or "(not named)",
        article_href=f"../{article_href(article)}",
        reasons=tuple(_split_reason(reason) for reason in row.reasons),
    )


def _make_nameless(row: PseudonymousPost, head: Head) -> Card:
    return Card(
        head=head,
        printed=_list_fields(
            ("name", row.author_name),
            ("account", row.handle),
            ("date", _day(row.date)),
            ("day of the post", _day(row.posted_on)),
            ("post", row.post_id),
            ("language", row.lang),
        ),
        known=_list_fields(
            ("name", row.known_author_name),
            ("account", row.known_handle),
            ("account id", row.known_author_id),
            ("post", row.known_id),
            ("day", _day(row.known_posted_on)),
            ("language", row.known_lang),
            ("counts", _counts(row)),
            ("counted on", _day(row.known_counted_on)),
        ),
    )


def _list_fields(*named: tuple[str, str | None]) -> tuple[Field, ...]:
    return tuple(Field(label, value) for label, value in named if value)


def _join_name(name: str | None, handle: str | None) -> str:
    account = f"@{handle.removeprefix('@')}" if handle else ""
    return f"{name} ({account})" if name and account else name or account


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _instant(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""


def _span(row: CitedPost) -> str:
    known = row.start is not None and row.end is not None
    return f"code points {row.start:,} to {row.end:,} of the article" if known else ""


def _lang(lang: str | None) -> str:
    """A language as an attribute may name it: a tag of HTML that is none would mislead who reads aloud."""
    return lang if lang and lang.isascii() and lang.replace("-", "").isalnum() and 2 <= len(lang) <= 12 else ""


def _counts(row: Row) -> str:
    named = (
        ("likes", row.known_likes),
        ("reposts", row.known_reposts),
        ("replies", row.known_replies),
        ("quotes", row.known_quotes),
        ("views", row.known_views),
    )
    return ", ".join(f"{number:,} {name}" for name, number in named if number is not None)


def _split_reason(reason: str) -> tuple[str, str]:
    """The sign of a reason, if it begins with one, and its words."""
    sign, _, words = reason.partition(" ")
    return (sign, words) if sign in ("for", "against", "unknown") and words else ("", reason)


def _find_permalink(row: CitedPost) -> str:
    """The post's own address, if it is one that a platform's posts have: the only sort that is offered to follow."""
    permalink = parse_permalink(row.known_permalink or row.permalink or "")
    return permalink.url if permalink and permalink.url.startswith("https://") else ""


def _make_hops(hops: Iterable[str], digests: Mapping[str, Digest]) -> Iterable[HopShown]:
    for hop in hops:
        url, status, date, place = parse_hop(hop)
        digest = digests.get(url) or Digest(payload="", record_id="")
        yield HopShown(show_url(url), status, date, place, _bare(digest.payload), digest.record_id)


def _bare(digest: str) -> str:
    """A digest without the name of its sort, which the label has."""
    return digest.removeprefix("sha256:")
