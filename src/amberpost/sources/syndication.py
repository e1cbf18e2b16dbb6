"""X's syndication endpoint, from which its embeds take a post's record as JSON without a login.

What is known is from stored copies of others' code and threads (read 2026-11), nothing was asked [live]:

- URL, token and fields: vercel/react-tweet packages/react-tweet/src/api (2023 to 2025). Without the token the answers
  become `{}` (its pull request 128).
- 200 with `"__typename": "Tweet"`: the record. One without `user` was a post of an account that is no more (its issue
  144, 2023-11).
- 200 with `"TweetTombstone"`, most often without a reason: sensitive posts (tsriram/astro-tweet PR 22, 2025-10), but
  public ones, too (react-tweet issue 160, 2024-02). With one, it is an English phrase: see `refusals`.
- 200 with `{}`, and 404 with a page of HTML: no such post; but also sensitive posts (react-tweet issue 188, 2025-02,
  mikf/gallery-dl issue 3889, 2023-04) and hosts that ask too often (react-tweet issue 151).
- `note_tweet`: the words go on; they are not told here.
- `text` has `&`, `<` and `>` escaped, and the numbers in `display_text_range` count its characters as it stands;
  whether in code points or in UTF-16 is told both ways, so nothing is cut but what is seen to be cut rightly.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ..markup import distinct_links, normalize_display_name, normalize_language, normalize_words
from ..models import Permalink
from ..platforms import BY_ID, parse_permalink
from ..posts import Post, PostLink, Reading, Reply
from ..urls import normalize_link
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
from .refusals import read_denial, read_notice, read_refusals
from .tokens import make_token
from .tweetmedia import find_media

NAME = "syndication"
_ASK = "https://cdn.syndication.twimg.com/tweet-result?id={}&lang=en&token={}"
_ADDRESS = "https://x.com/{}/status/{}"
_ID = re.compile(r"[0-9]{1,19}")
_HANDLE = re.compile(r"\w{1,20}", re.ASCII)
_TOMBSTONES = frozenset({"TweetTombstone", "TweetUnavailable"})
# What stands before the words of a reply, and is cut off where the service says that the words begin behind it.
_MENTIONS = re.compile(r"(?:@\w{1,20}\s+)+", re.ASCII)
_SHORT_LINKS = re.compile(r"(?:\s*https?://t\.co/\w{1,20})*\s*", re.ASCII)
_END_LINK = re.compile(r"https?://t\.co/\w{1,20}\Z", re.ASCII)


def make_url(permalink: Permalink) -> str | None:
    """The question about a post of X.

    >>> make_url(Permalink("twitter", "1862485943811391923", None, "https://x.com/i/status/1862485943811391923"))
    'https://cdn.syndication.twimg.com/tweet-result?id=1862485943811391923&lang=en&token=4ij67485on5'
    """
    if permalink.platform != "twitter" or not _ID.fullmatch(permalink.post_id):
        return None
    return _ASK.format(permalink.post_id, make_token(permalink.post_id))


def read(reply: Reply, permalink: Permalink) -> Reading:
    """What the answer says of the post. That it is not shown is `unconfirmed`, unless the answer says why.

    >>> import datetime as dt
    >>> asked = Permalink("twitter", "20", None, "https://x.com/i/status/20")
    >>> now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    >>> body = b'{"__typename": "Tweet", "id_str": "20", "text": "just rain", "user": {"screen_name": "ann"}}'
    >>> read(Reply(url="", status=200, type="application/json", body=body, date=now), asked).post.text
    'just rain'
    >>> read(Reply(url="", status=200, type="application/json", body=b"{}", date=now), asked).outcome
    'unconfirmed'
    """
    reading = read_status(reply)
    if reading is None and reply.status >= 400:
        reading = read_denial(reply.status, reply.body)
    if reading:
        return reading
    record = parse_record(reply.body) if reply.status == 200 else None
    if record is None:
        return make_unreadable(reply, "a post's record in JSON")
    return _read_record(record, reply, permalink)


def _read_record(record: Record, reply: Reply, permalink: Permalink) -> Reading:
    if not record:
        return Reading(outcome="unconfirmed", reason="an empty record: {}")
    kind, own = str(record.get("__typename")), _parse_id(record.get("id_str"))
    if kind in _TOMBSTONES or own is None:
        nothing = make_unreadable(reply, "a post's record with its id")
        unsaid = Reading(outcome="unconfirmed", reason=f"a {kind} that does not say why")
        return read_refusals(record) or (unsaid if kind in _TOMBSTONES else nothing)
    if permalink.post_id != own and not {permalink.post_id, own} <= {*_find_versions(record)}:
        return Reading(outcome="unreachable", reason=f"the record of another post: {own}")
    text = parse_words(record.get("text"))
    if notice := read_notice(text):
        return notice
    if not read_record(record, "user"):
        return Reading(outcome="unconfirmed", reason="a record without its account, as of accounts that are no more")
    if text is None and not any(find_media(record)):
        return make_unreadable(reply, "a post's record with words or media")
    return Reading(outcome="found", reason="the post's record", post=_make_post(record, own, reply))


def _make_post(record: Record, own: str, reply: Reply) -> Post:
    user = read_record(record, "user")
    handle = _parse_handle(user)
    likes, replies = parse_count(record.get("favorite_count")), parse_count(record.get("conversation_count"))
    reposts, quotes = parse_count(record.get("retweet_count")), parse_count(record.get("quote_count"))
    versions = _find_versions(record)
    sensitive = record.get("possibly_sensitive")
    return Post(
        platform="twitter",
        post_id=own,
        permalink=_ADDRESS.format(handle or "i", own),
        source=NAME,
        handle=handle,
        author_name=normalize_display_name(html.unescape(parse_words(user.get("name")) or "")),
        author_id=_parse_id(user.get("id_str")),
        posted_at=parse_stamp(record.get("created_at")) or BY_ID["twitter"].parse_instant(own),
        text=_read_text(record, own),
        truncated=isinstance(record.get("note_tweet"), dict),
        lang=normalize_language(parse_words(record.get("lang"))),
        links=tuple(_find_links(record)),
        media=tuple(find_media(record)),
        quoted=_find_quoted(record, own),
        reply_to=_find_parent(record),
        edits=versions if len(versions) > 1 else (),
        sensitive=sensitive if isinstance(sensitive, bool) else None,
        likes=likes,
        reposts=reposts,
        replies=replies,
        quotes=quotes,
        counted_at=reply.date if any(count is not None for count in (likes, replies, reposts, quotes)) else None,
    )


def _parse_id(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _parse_handle(record: Record, name: str = "screen_name") -> str | None:
    handle = parse_words(record.get(name))
    return handle if handle and _HANDLE.fullmatch(handle) else None


def _find_versions(record: Record) -> tuple[str, ...]:
    """The ids of all versions, oldest first; a later version keeps them one deeper than the first does."""
    control = read_record(record, "edit_control")
    told = control.get("edit_tweet_ids") or read_record(control, "edit_control_initial").get("edit_tweet_ids")
    ids = {found for value in told[:100] if (found := _parse_id(value))} if isinstance(told, list) else set()
    return tuple(sorted(ids, key=int))


def _read_text(record: Record, own: str) -> str | None:
    """The post's words, without links that stand for its media, the post that it quotes, or its own other words.

    Empty when the record has none: pictures alone.
    """
    text = _cut(parse_words(record.get("text")) or "", record.get("display_text_range")).rstrip()
    standing = set(_find_standing(record, own))
    while (link := _END_LINK.search(text, max(0, len(text) - 40))) and normalize_link(link[0]) in standing:
        text = text[: link.start()].rstrip()
    words = normalize_words(html.unescape(text))
    return words if words or isinstance(record.get("text"), str) else None


def _cut(text: str, shown: object) -> str:
    """What the service says is shown, where what that leaves out is mentions before the words and links behind them."""
    if not isinstance(shown, list) or len(shown) != 2 or not all(type(place) is int for place in shown):
        return text
    start, end = shown[0], min(shown[1], len(text))
    if not 0 <= start <= end:
        return text
    if _SHORT_LINKS.fullmatch(text, end):
        text = text[:end]
    return text[start:] if _MENTIONS.fullmatch(text[:start]) else text


def _find_standing(record: Record, own: str) -> Iterator[str]:
    """The short links that stand for something that is shown in another way."""
    for each in (*find_records(read_record(record, "entities"), "media"), *find_records(record, "mediaDetails")):
        if link := parse_words(each.get("url")):
            yield normalize_link(link)
    shown = {own, _parse_id(read_record(record, "quoted_tweet").get("id_str"))}
    links = _find_links(record)
    yield from (link.url for link in links if (post := _permalink_of(link.target)) and post.post_id in shown)


def _permalink_of(address: str) -> Permalink | None:
    permalink = parse_permalink(address)
    return permalink if permalink and permalink.platform == "twitter" else None


def _find_links(record: Record) -> Iterator[PostLink]:
    entities = find_records(read_record(record, "entities"), "urls")
    targets = {
        normalize_link(url): parse_words(each.get("expanded_url")) or url
        for each in entities
        if (url := parse_words(each.get("url")))
    }
    yield from (PostLink(url=url, target=targets[url]) for url in distinct_links(targets))


def _find_quoted(record: Record, own: str) -> str | None:
    """The post that it quotes; when its record is not told, the last other post that it links to stands for it."""
    quoted = read_record(record, "quoted_tweet")
    if post_id := _parse_id(quoted.get("id_str")):
        return _ADDRESS.format(_parse_handle(read_record(quoted, "user")) or "i", post_id)
    linked = [post for link in _find_links(record) if (post := _permalink_of(link.target)) and post.post_id != own]
    return linked[-1].url if linked else None


def _find_parent(record: Record) -> str | None:
    parent = _parse_id(record.get("in_reply_to_status_id_str"))
    return _ADDRESS.format(_parse_handle(record, "in_reply_to_screen_name") or "i", parent) if parent else None
