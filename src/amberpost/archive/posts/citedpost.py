"""The exported row: a citation as it was given, the post its links led to, and whether that is the one it cites."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from ...models import Record, Text
from ...posts import Outcome, Verdict


class CitedPost(Record):
    """A citation beside what the archive knows of its post: a flat row, `None` where nothing is known.

    The fields up to `flags` are the citation's own, as `Citation` has them and as they were given; an archive takes
    anyone's rows, so each may be missing, and what is no such thing as the field holds is left out. Nothing in them
    is changed by what was learned: that stands in the fields behind.

    `verdict` and `reasons` say whether the post is the cited one; without a `verdict` the citation is not judged yet,
    and no post is shown for it. `known_*` is the post that was judged, whatever the verdict: by its services, or by an
    old copy (`known_source`); without `known_source` nobody told of it, and only its address is known. `known_links`
    are where its links lead, `known_media` addresses of what it shows; the counts are as of `known_counted_at`.
    `outcome` is what those who can be asked now say of it, `answers` who they were: `SOURCE OUTCOME DATE FILE:OFFSET`.
    `verified_text` are the post's words where the verdict is `same` and the citation is flagged `start-uncertain`.

    `capture_*` is the record in the archive's folder `warc` that the known post was read from: file, offset in bytes,
    and the ids and digests of WARC. `hops` are the stored answers of the citation's links, redirect by redirect:
    `URL STATUS DATE FILE:OFFSET`, with `-` for a status where no server answered.
    """

    SCHEMA: ClassVar[int] = 1

    id: Text
    article: Text | None = None
    article_date: dt.date | None = None
    article_title: Text | None = None
    article_url: Text | None = None
    kind: Text | None = None
    platform: Text | None = None
    author_name: Text | None = None
    handle: Text | None = None
    date: dt.date | None = None
    date_text: Text | None = None
    date_basis: Text | None = None
    posted_at: dt.datetime | None = None
    text: Text | None = None
    links: tuple[Text, ...] = ()
    post_id: Text | None = None
    permalink: Text | None = None
    quoted: Text | None = None
    lang: Text | None = None
    start: int | None = None
    end: int | None = None
    raw: Text | None = None
    rule: Text | None = None
    flags: tuple[Text, ...] = ()

    verdict: Verdict | None = None
    reasons: tuple[Text, ...] = ()
    verified_text: Text | None = None
    outcome: Outcome | None = None
    outcome_reason: Text | None = None
    answers: tuple[Text, ...] = ()

    known_platform: Text | None = None
    known_id: Text | None = None
    known_permalink: Text | None = None
    known_handle: Text | None = None
    known_author_name: Text | None = None
    known_author_id: Text | None = None
    known_posted_at: dt.datetime | None = None
    known_text: Text | None = None
    known_truncated: bool | None = None
    known_lang: Text | None = None
    known_links: tuple[Text, ...] = ()
    known_media: tuple[Text, ...] = ()
    known_quoted: Text | None = None
    known_reply_to: Text | None = None
    known_edits: tuple[Text, ...] = ()
    known_sensitive: bool | None = None
    known_likes: int | None = None
    known_reposts: int | None = None
    known_replies: int | None = None
    known_quotes: int | None = None
    known_views: int | None = None
    known_counted_at: dt.datetime | None = None
    known_source: Text | None = None

    capture_url: Text | None = None
    capture_date: dt.datetime | None = None
    capture_file: Text | None = None
    capture_offset: int | None = None
    capture_record_id: Text | None = None
    capture_digest: Text | None = None
    hops: tuple[Text, ...] = ()
