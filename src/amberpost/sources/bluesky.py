"""Bluesky's public AppView, which tells of a post without a login: `app.bsky.feed.getPostThread`.

Read in bluesky-social/atproto as stored by 2026-11, not asked [live]: the lexicons app.bsky.feed.defs, getPostThread
and app.bsky.embed.*, and packages/bsky (hydrator.ts `resolveUri`, views/index.ts, tests' snapshots).

- `uri` may name the account by handle or DID: the AppView resolves a handle and, when it cannot, goes on with it as it
  is, which then is a post that is not found. `getPosts` leaves out what it does not find without a word, so it is not
  what is asked here.
- Not found: status 400 with `{"error": "NotFound", "message": "Post not found: at://…"}` (bluesky-social/pds #152,
  2024-11), or a thread of `notFoundPost`. Deleted posts, posts taken down, and all posts of accounts that were taken
  down, suspended, or deactivated give the same: nothing tells them apart here.
- `blockedPost`: there is a post, and it is not shown.
- Labels: `!no-unauthenticated` on an author asks that only people who are signed in be shown the posts. The AppView
  gives them all the same; bsky.app and the embeds do not, and neither does this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..markup import normalize_words
from ..models import Permalink
from ..platforms import BY_ID
from ..posts import Medium, Outcome, Post, PostLink, Reading, Reply
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

NAME = "appview"
_ASK = "https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?uri=at://{}/app.bsky.feed.post/{}&depth=0&parentHeight=0"
_WHO = re.compile(r"https://bsky\.app/profile/([^/]{3,300})/post/")
_AT = re.compile(r"at://([^/\s]{3,300})/app\.bsky\.feed\.post/([2-7a-z]{13})")
_THREAD = "app.bsky.feed.defs#threadViewPost"
# What an account that cannot be verified is shown as; it is nobody's handle (atproto handle specification).
_NO_HANDLE = "handle.invalid"
# Labels of Bluesky's own moderation (com.atproto.label.defs and docs.bsky.app "Labels", 2024 to 2026).
_SIGNED_IN = "!no-unauthenticated"
_WITHHELD = frozenset({"!takedown", "!hide", "!suspend"})
_SENSITIVE = frozenset({"porn", "sexual", "nudity", "graphic-media", "gore", "nsfl", "!warn"})
# What an error says of the post or its account. All but `NotFound` are what other calls of the AppView answer, and a
# guess for this one.
_ERRORS: Mapping[str, Outcome] = {
    "NotFound": "unconfirmed",
    "AccountDeactivated": "unconfirmed",
    "AccountTakedown": "suspended",
    "AuthMissing": "login-walled",
    "AuthenticationRequired": "login-walled",
}
_UNRESOLVED = ("unable to resolve handle", "profile not found", "could not find user")


def make_url(permalink: Permalink) -> str | None:
    """The question about a post, by the handle or DID that its address names.

    >>> make_url(Permalink("bluesky", "3ljrcuxpu222g", None, "https://bsky.app/profile/did:plc:a1/post/3ljrcuxpu222g"))[65:]
    'at://did:plc:a1/app.bsky.feed.post/3ljrcuxpu222g&depth=0&parentHeight=0'
    """
    who = _WHO.match(permalink.url)
    return _ASK.format(who[1], permalink.post_id) if who else None


def read_thread(reply: Reply, permalink: Permalink) -> Reading:
    """Read the AppView's answer.

    >>> import datetime as dt
    >>> at = Permalink("bluesky", "3ljrcuxpu222g", None, "https://bsky.app/profile/did:plc:a1/post/3ljrcuxpu222g")
    >>> body = b'{"error": "NotFound", "message": "Post not found"}'
    >>> read_thread(Reply(url="", status=400, type="", body=body, date=dt.datetime.now(dt.UTC)), at).outcome
    'unconfirmed'
    """
    record = parse_record(reply.body)
    told = read_status(reply)
    if told or record is None:
        return told or make_unreadable(reply, "a JSON object")
    if reply.status != 200:
        return _read_error(reply, record)
    thread = read_record(record, "thread")
    kind = thread.get("$type")
    if kind == _THREAD or (kind is None and read_record(thread, "post")):
        return _read_post(reply, read_record(thread, "post"), permalink)
    if kind == "app.bsky.feed.defs#notFoundPost" or thread.get("notFound") is True:
        return Reading(outcome="unconfirmed", reason="the AppView's thread is of a post that is not found")
    if kind == "app.bsky.feed.defs#blockedPost" or thread.get("blocked") is True:
        return Reading(outcome="withheld", reason="the AppView says that the post is blocked, and does not show it")
    return make_unreadable(reply, "a thread")


def _read_error(reply: Reply, record: Record) -> Reading:
    name, message = parse_words(record.get("error")) or "", parse_words(record.get("message")) or ""
    reason = f"{reply.status} {name[:80]}: {message[:200]}"
    if message.lower().startswith(_UNRESOLVED):
        return Reading(outcome="unconfirmed", reason=reason)
    return Reading(outcome=_ERRORS.get(name, "unreachable"), reason=reason)


def _read_post(reply: Reply, view: Record, permalink: Permalink) -> Reading:
    at = _AT.fullmatch(parse_words(view.get("uri")) or "")
    if at is None or at[2] != permalink.post_id or not _is_of(view, at[1], permalink):
        return Reading(outcome="unreachable", reason="the AppView tells of another post than the one asked for")
    author = read_record(view, "author")
    labels, account = _read_labels(view), _read_labels(author)
    if _SIGNED_IN in account:
        return Reading(outcome="login-walled", reason="its author shows posts only to people who are signed in")
    if not _WITHHELD.isdisjoint(labels | account):
        return Reading(outcome="withheld", reason="labelled by moderation as not to be shown")
    post = _make_post(reply, view, at[1], permalink, is_sensitive=not _SENSITIVE.isdisjoint(labels | account))
    return Reading(outcome="found", reason="the AppView tells of the post", post=post)


def _is_of(view: Record, did: str, permalink: Permalink) -> bool:
    """Whether the account is the asked one: keys of posts are an account's own, so that another may have the same.

    A handle that was asked for is the account's now, or the AppView had not resolved it.
    """
    asked = _WHO.match(permalink.url)
    if asked is None or asked[1].startswith("did:"):
        return asked is None or asked[1] == did
    handle = parse_words(read_record(view, "author").get("handle"))
    return handle in (None, _NO_HANDLE) or handle.lower() == asked[1].lower()


def _read_labels(record: Record) -> frozenset[str]:
    """The labels that a post or an account has, without those that were taken back."""
    told = find_records(record, "labels")
    return frozenset(value for each in told if each.get("neg") is not True and (value := parse_words(each.get("val"))))


def _make_post(reply: Reply, view: Record, did: str, permalink: Permalink, *, is_sensitive: bool) -> Post:
    author, record, embed = read_record(view, "author"), read_record(view, "record"), read_record(view, "embed")
    printed = parse_words(author.get("handle"))
    handle = printed if printed != _NO_HANDLE else None
    text = record.get("text")
    langs = record.get("langs")
    return Post(
        platform=permalink.platform,
        post_id=permalink.post_id,
        permalink=f"https://bsky.app/profile/{handle or did}/post/{permalink.post_id}",
        source=NAME,
        handle=handle,
        author_name=parse_words(author.get("displayName")),
        author_id=did,
        posted_at=parse_stamp(record.get("createdAt")) or BY_ID[permalink.platform].parse_instant(permalink.post_id),
        text=normalize_words(text) if isinstance(text, str) else None,
        lang=next((lang for lang in langs if parse_words(lang)), None) if isinstance(langs, list) else None,
        links=tuple(_find_links(record, embed)),
        media=tuple(_find_media(embed)),
        quoted=_find_quoted(embed),
        reply_to=_make_permalink(read_record(record, "reply", "parent").get("uri"), None),
        sensitive=is_sensitive or None,
        likes=parse_count(view.get("likeCount")),
        reposts=parse_count(view.get("repostCount")),
        replies=parse_count(view.get("replyCount")),
        quotes=parse_count(view.get("quoteCount")),
        counted_at=reply.date,
    )


def _find_links(record: Record, embed: Record) -> Iterator[PostLink]:
    """The links in the words, which facets mark by their bytes in UTF-8, and the one that a card stands for."""
    words = str(record.get("text", "")).encode(errors="replace")
    targets = set[str]()
    for facet in find_records(record, "facets"):
        index = read_record(facet, "index")
        start, end = parse_count(index.get("byteStart")), parse_count(index.get("byteEnd"))
        for feature in find_records(facet, "features"):
            target = parse_words(feature.get("uri"))
            if target and start is not None and end is not None and start < end <= len(words):
                targets.add(target)
                yield PostLink(url=words[start:end].decode(errors="replace"), target=target)
    card = parse_words(read_record(_media_of(embed), "external").get("uri"))
    if card and card not in targets and not _is_gif(card):
        yield PostLink(url=card, target=card)


def _media_of(embed: Record) -> Record:
    """The pictures, film or card of an embed, which a quoted post may stand beside."""
    inner = read_record(embed, "media")
    return inner or embed


def _is_gif(address: str) -> bool:
    """Bluesky's own app puts moving pictures into posts as cards that lead to Tenor."""
    return address.startswith("https://media.tenor.com/")


def _find_media(embed: Record) -> Iterator[Medium]:
    media = _media_of(embed)
    for image in find_records(media, "images"):
        url = parse_words(image.get("fullsize")) or parse_words(image.get("thumb"))
        if url:
            yield Medium(kind="image", url=url, alt=parse_words(image.get("alt")))
    film = parse_words(media.get("playlist"))
    if film:
        yield Medium(kind="video", url=film, alt=parse_words(media.get("alt")))
    card = read_record(media, "external")
    moving = parse_words(card.get("uri"))
    if moving and _is_gif(moving):
        yield Medium(kind="gif", url=moving, alt=parse_words(card.get("description")))


def _find_quoted(embed: Record) -> str | None:
    """The quoted post, also one that is deleted or blocked: its address is told all the same."""
    quoted = read_record(embed, "record")
    inner = read_record(quoted, "record")
    quoted = inner if "uri" in inner else quoted
    handle = parse_words(read_record(quoted, "author").get("handle"))
    return _make_permalink(quoted.get("uri"), handle if handle != _NO_HANDLE else None)


def _make_permalink(uri: object, handle: str | None) -> str | None:
    at = _AT.fullmatch(uri) if isinstance(uri, str) else None
    return f"https://bsky.app/profile/{handle or at[1]}/post/{at[2]}" if at else None
