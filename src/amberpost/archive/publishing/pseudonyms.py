"""Export without names: what can be counted about cited posts, and nothing that says who wrote what."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import sqlite3
from typing import ClassVar, get_args

from ...models import DateBasis, Kind, Record
from ...platforms import BY_ID, parse_permalink
from ...posts import About, Outcome, Sign, Verdict
from ..disk.database import read_key
from ..posts.citedpost import CitedPost

_LABEL = b"amberpost: pseudonyms, version 1"
_DIGITS = 20
_LANG = re.compile(r"[a-z]{2,3}(?![a-z])")
_REASON = re.compile(rf"(?:{'|'.join(get_args(Sign))}) (?:{'|'.join(get_args(About))})(?=:)")
# A row's own flags may be anybody's words; these are those of `amberpost find`.
_FLAGS = frozenset({
    *("cut-short", "date-after-article", "date-differs-from-id", "decoded", "handle-differs-from-url", "handle-unsure"),
    *("impossible-date", "no-author", "no-date", "platform-unknown", "start-uncertain", "text-truncated"),
})  # fmt: skip


class PseudonymousPost(Record):
    """A cited post without a word, an address or a name: the fields of `CitedPost` that can be counted.

    Dropped: all text, titles, names of files and rules; links, permalinks, media, quoted and answered posts; spans in
    the article; what reasons say; who answered what; where in the archive it stands, with all digests.

    Hashed, as HMAC-SHA-256 with a key that never leaves the archive's database, 20 hex digits: the citation's id, the
    article's, handles (without `@`, in lower case), display names, and ids of accounts and posts. The same account or
    post has the same pseudonym throughout one archive, in citations and in what is known, and another one in every
    other archive. Who has the archive can find out whose it is; nobody else can, not even by trying all ids.

    Kept: kind, platform, language (its first part), flags of `amberpost find`, verdict, the heads of its reasons
    (`for date`), outcome, whether it is cut or sensitive; dates, to the day; counts, rounded to two digits.

    What is kept can still name somebody. Who knows of a post that was written on that day, in a rare language, on a
    small platform, withheld or liked so often, may find it; and many posts of one pseudonym draw a likeness. So this is
    pseudonymous, not anonymous: personal data still, to be shared with care, and coarsened further before it is public.
    """

    SCHEMA: ClassVar[int] = 1

    id: str
    article: str | None
    article_date: dt.date | None
    kind: Kind | None
    platform: str | None
    author_name: str | None
    handle: str | None
    date: dt.date | None
    date_basis: DateBasis | None
    posted_on: dt.date | None
    post_id: str | None
    lang: str | None
    flags: tuple[str, ...]
    verdict: Verdict | None
    reasons: tuple[str, ...]
    outcome: Outcome | None
    known_platform: str | None
    known_id: str | None
    known_handle: str | None
    known_author_name: str | None
    known_author_id: str | None
    known_posted_on: dt.date | None
    known_truncated: bool | None
    known_lang: str | None
    known_sensitive: bool | None
    known_likes: int | None
    known_reposts: int | None
    known_replies: int | None
    known_quotes: int | None
    known_views: int | None
    known_counted_on: dt.date | None


class Pseudonyms:
    """The pseudonyms of one archive; `key` is its own secret, from which theirs is made."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.new(key, _LABEL, hashlib.sha256).digest()

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Pseudonyms:
        """Those of an open archive."""
        return cls(read_key(connection))

    def hide(self, sort: str, name: str | None, *, platform: str | None = None) -> str | None:
        """The pseudonym of a name: the same for the same sort, platform and name, and for no other.

        >>> Pseudonyms(b"secret").hide("handle", "@AdaWren") == Pseudonyms(b"secret").hide("handle", "adawren")
        True
        """
        if name is None:
            return None
        plain = name.strip().removeprefix("@").lower() if sort == "handle" else name.strip()
        message = "\0".join([sort, platform or "", plain])
        return hmac.new(self._key, message.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_DIGITS]

    def hide_post(self, cited: CitedPost) -> PseudonymousPost:
        """The row that may leave the archive; each field of it is named here, so that no new one slips through."""
        platform, known = _find_platform(cited.platform), _find_platform(cited.known_platform)
        return PseudonymousPost(
            id=self.hide("citation", cited.id) or "",
            article=self.hide("article", cited.article),
            article_date=cited.article_date,
            kind=next((kind for kind in get_args(Kind) if kind == cited.kind), None),
            platform=platform,
            author_name=self.hide("name", cited.author_name),
            handle=self.hide("handle", cited.handle, platform=platform),
            date=cited.date,
            date_basis=next((basis for basis in get_args(DateBasis) if basis == cited.date_basis), None),
            posted_on=_find_day(cited.posted_at),
            post_id=self.hide("post", _find_id(cited), platform=platform),
            lang=_find_language(cited.lang),
            flags=tuple(flag for flag in cited.flags if flag in _FLAGS),
            verdict=cited.verdict,
            reasons=tuple(found[0] for reason in cited.reasons if (found := _REASON.match(reason))),
            outcome=cited.outcome,
            known_platform=known,
            known_id=self.hide("post", cited.known_id, platform=known),
            known_handle=self.hide("handle", cited.known_handle, platform=known),
            known_author_name=self.hide("name", cited.known_author_name),
            known_author_id=self.hide("author", cited.known_author_id, platform=known),
            known_posted_on=_find_day(cited.known_posted_at),
            known_truncated=cited.known_truncated,
            known_lang=_find_language(cited.known_lang),
            known_sensitive=cited.known_sensitive,
            known_likes=round_count(cited.known_likes),
            known_reposts=round_count(cited.known_reposts),
            known_replies=round_count(cited.known_replies),
            known_quotes=round_count(cited.known_quotes),
            known_views=round_count(cited.known_views),
            known_counted_on=_find_day(cited.known_counted_at),
        )


def round_count(count: int | None) -> int | None:
    """A count to its two leading digits: by its exact likes a post can be looked up.

    >>> round_count(18_246), round_count(7), round_count(None)
    (18000, 7, None)
    """
    return None if count is None else round(count, 2 - len(str(abs(count))))


def _find_platform(platform: str | None) -> str | None:
    """A platform that there is; a row of anyone's may have a name in its place."""
    return platform if platform in BY_ID else None


def _find_id(cited: CitedPost) -> str | None:
    permalink = parse_permalink(cited.permalink or "")
    return cited.post_id or (permalink.post_id if permalink else None)


def _find_day(instant: dt.datetime | None) -> dt.date | None:
    return instant.date() if instant else None


def _find_language(lang: str | None) -> str | None:
    found = _LANG.match(lang.lower()) if lang else None
    return found[0] if found else None
