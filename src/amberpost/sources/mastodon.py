"""Mastodon, and servers that speak its API: `GET /api/v1/statuses/ID` of the host that the post's address names.

Read in mastodon/documentation (methods/statuses, entities/Status, entities/Quote) and mastodon/mastodon
(api/v1/statuses_controller.rb, concerns/api/error_handling.rb) as stored by 2026-11, not asked [live].

- 404 `{"error": "Record not found"}`: deleted, never there, for followers only (the controller turns 403 into 404 on
  purpose), or of a suspended account. Nothing tells them apart.
- 401 `{"error": "This API requires an authenticated user"}`: the server shows posts only to who has a token.
- 410 is what pages of suspended accounts give; for this call it is a guess, and no more than a 404.
- A page of HTML, or JSON of another shape, with 200 or 404, is no Mastodon: the server has gone or become another.
- An id is the server's own. `/@ann@home.example/ID` is another server's copy: `url` and `uri` name the original.
- `content` is HTML: paragraphs and breaks; the parts of a long link that are not shown are there all the same.
- `edited_at`: when it was last changed; the ids of versions are not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..models import Permalink
from ..platforms import BY_ID
from ..posts import Medium, Post, Reading, Reply
from .bodies import (
    Record,
    find_records,
    make_unreadable,
    parse_count,
    parse_record,
    parse_stamp,
    parse_words,
    read_record,
    read_status,
)
from .pieces import PIECE_LIMIT, read_words

NAME = "statuses"
_HOST = re.compile(r"https://([\w.-]{3,253})/")
# For clients that know no quotes, servers put `RE: LINK` in front (Mastodon 4.5, a paragraph) or behind (others, a
# span); seen in clients that take it out, 2026.
_RE = re.compile(r"<(p|span) class=\"quote-inline\">.{0,2000}?</\1>", re.DOTALL)
_KINDS = {"image": "image", "video": "video", "gifv": "gif", "audio": "audio"}
_SHOWN = frozenset({"public", "unlisted"})


def make_url(permalink: Permalink) -> str | None:
    """The question about a post, to the server whose address the post has.

    >>> make_url(Permalink("mastodon", "116329750110333726", "ann@b.example", "https://b.example/@ann/116329750110333726"))
    'https://b.example/api/v1/statuses/116329750110333726'
    """
    host = _HOST.match(permalink.url)
    return f"https://{host[1]}/api/v1/statuses/{permalink.post_id}" if host else None


def read_status_record(reply: Reply, permalink: Permalink) -> Reading:
    """Read the server's answer.

    >>> import datetime as dt
    >>> at = Permalink("mastodon", "116329750110333726", "ann@b.example", "https://b.example/@ann/116329750110333726")
    >>> body = b'{"error": "Record not found"}'
    >>> read_status_record(Reply(url="", status=404, type="", body=body, date=dt.datetime.now(dt.UTC)), at).outcome
    'unconfirmed'
    """
    told = read_status(reply)
    record = parse_record(reply.body)
    if told:
        return told
    if reply.status == 410:
        return Reading(outcome="unconfirmed", reason="410: gone, as the server says")
    if record is None:
        return make_unreadable(reply, "JSON as Mastodon gives it")
    if reply.status != 200:
        return _read_error(reply, record)
    return _read_record(reply, record, permalink)


def _read_error(reply: Reply, record: Record) -> Reading:
    message = parse_words(record.get("error"))
    if message is None:
        return make_unreadable(reply, "an error as Mastodon gives it")
    reason = f"{reply.status}: {message[:200]}"
    if reply.status == 404:
        return Reading(outcome="unconfirmed", reason=reason)
    if reply.status == 401:
        return Reading(outcome="login-walled", reason=reason)
    return Reading(outcome="unreachable", reason=reason)


def _read_record(reply: Reply, record: Record, permalink: Permalink) -> Reading:
    account = read_record(record, "account")
    if not account or not isinstance(record.get("content"), str):
        return make_unreadable(reply, "a status as Mastodon gives it")
    if str(record.get("id"))[:40] != permalink.post_id:
        return Reading(outcome="unreachable", reason="the server tells of another post than the one asked for")
    if account.get("suspended") is True:
        return Reading(outcome="suspended", reason="the server says that the account is suspended")
    visibility = parse_words(record.get("visibility")) or "public"
    if visibility not in _SHOWN:
        return Reading(outcome="protected", reason=f"its author shows it only to some: {visibility[:40]}")
    return Reading(
        outcome="found",
        reason="; ".join(("the server tells of the post", *_find_notes(record, permalink))),
        post=_make_post(reply, record, permalink),
    )


def _find_notes(record: Record, permalink: Permalink) -> Iterator[str]:
    """What a careful reader should know of the post that the record of it has no field for."""
    if isinstance(record.get("reblog"), dict):
        yield "it passes on another's post, whose words these are"
    edited = parse_stamp(record.get("edited_at"))
    if edited:
        yield f"edited at {edited:%Y-%m-%dT%H:%M:%SZ}"
    warning = parse_words(record.get("spoiler_text"))
    if warning:
        yield f"behind the content warning “{warning[:200]}”"
    origin = parse_words(record.get("url"))
    if origin and origin.partition("/@")[0] != permalink.url.partition("/@")[0]:
        yield f"a copy of {origin[:300]}"


def _make_post(reply: Reply, record: Record, permalink: Permalink) -> Post:
    account = read_record(record, "account")
    passed_on = read_record(record, "reblog")
    told = passed_on or record
    content = str(told.get("content", ""))[: PIECE_LIMIT - 100]
    words = read_words(f"<div>{_RE.sub('', content, count=2)}</div>")
    quoted = read_record(told, "quote", "quoted_status").get("url")
    return Post(
        platform=permalink.platform,
        post_id=permalink.post_id,
        permalink=permalink.url,
        source=NAME,
        handle=_make_handle(account, permalink),
        author_name=parse_words(account.get("display_name")),
        author_id=parse_words(account.get("id")),
        posted_at=parse_stamp(record.get("created_at")) or BY_ID[permalink.platform].parse_instant(permalink.post_id),
        text=words.text or (None if words.is_cut else ""),
        truncated=words.is_cut,
        lang=parse_words(told.get("language")),
        links=words.links,
        media=tuple(_find_media(told)),
        quoted=parse_words(passed_on.get("url") if passed_on else quoted),
        reply_to=_find_parent(record, permalink),
        sensitive=True if record.get("sensitive") is True or parse_words(record.get("spoiler_text")) else None,
        likes=parse_count(record.get("favourites_count")),
        reposts=parse_count(record.get("reblogs_count")),
        replies=parse_count(record.get("replies_count")),
        quotes=parse_count(record.get("quotes_count")),
        counted_at=reply.date,
    )


def _make_handle(account: Record, permalink: Permalink) -> str | None:
    """`USER@HOST`: an account of the server that answers is named without its host."""
    name = parse_words(account.get("acct")) or parse_words(account.get("username"))
    host = _HOST.match(permalink.url)
    return name if name is None or "@" in name or host is None else f"{name}@{host[1]}"


def _find_media(record: Record) -> Iterator[Medium]:
    for attachment in find_records(record, "media_attachments"):
        kind = _KINDS.get(str(attachment.get("type")))
        url = parse_words(attachment.get("url")) or parse_words(attachment.get("remote_url"))
        if kind and url:
            yield Medium.model_validate({"kind": kind, "url": url, "alt": parse_words(attachment.get("description"))})


def _find_parent(record: Record, permalink: Permalink) -> str | None:
    """The address of the post that this one answers, on the same server, where its account is named."""
    parent, account = parse_words(record.get("in_reply_to_id")), record.get("in_reply_to_account_id")
    named = (*find_records(record, "mentions"), read_record(record, "account"))
    name = next((parse_words(each.get("acct")) for each in named if account and each.get("id") == account), None)
    host = _HOST.match(permalink.url)
    return f"https://{host[1]}/@{name}/{parent}" if host and name and parent else None
