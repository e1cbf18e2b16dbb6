"""oEmbed, the embeds that services make for any caller: one way to ask, one way to read what they answer.

An answer is JSON with `html`, the markup that publishers paste into their pages (oembed.com, 1.0). That markup is read
as in any page, so author, day and words come out of it; `author_name`, `author_url` and `title` fill the rest. Where
each endpoint is and how it refuses is in `endpoints`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from ..finding.html import find_html_embeds
from ..markup import normalize_display_name, normalize_escaped
from ..models import Permalink, Sighting, replace_surrogates
from ..platforms import BY_ID, parse_permalink
from ..posts import Medium, Post, PostLink, Reading, Reply
from ..urls import parse_url
from .bodies import Record, make_unreadable, parse_record, parse_words, read_record, read_status
from .endpoints import Endpoint
from .refusals import read_denial, read_notice, read_refusals

# Where an answer names its post when its markup does not; which of them there is differs by service.
_ADDRESSES = ("url", "web_page", "iframe_url")
_IDS = ("video_id", "embed_product_id")
_LONGEST_HTML = 1 << 18
# What YouTube gave with status 200 for what it refuses (ruby-oembed/ruby-oembed issue 79, 2020-12), as bare words.
_BARE = {b"Bad Request": 400, b"Unauthorized": 401, b"Forbidden": 403, b"Not Found": 404}
# What stands before the account in the address of its page.
_BEFORE_ACCOUNTS = frozenset({"profile", "user", "photos", "c"})


def make_url(permalink: Permalink, endpoint: Endpoint) -> str | None:
    """The question about a post to one endpoint; `None` for a post whose address there cannot be written.

    >>> from amberpost.sources.endpoints import ENDPOINTS
    >>> asked = Permalink("vimeo", "123456789", None, "https://vimeo.com/123456789")
    >>> make_url(asked, next(one for one in ENDPOINTS if one.platform == "vimeo"))
    'https://vimeo.com/api/oembed.json?url=https%3A%2F%2Fvimeo.com%2F123456789'
    """
    at = parse_url(permalink.url)
    # X shows a post whatever account stands before it; elsewhere one that is not known cannot be made up.
    handle = permalink.handle or ("i" if endpoint.platform == "twitter" else None)
    if permalink.platform != endpoint.platform or at is None or (handle is None and "{handle}" in endpoint.address):
        return None
    address = endpoint.address.format(url=permalink.url, handle=handle, post_id=permalink.post_id)
    return f"{endpoint.url.format(host=at.host)}?url={quote(address, safe='', errors='replace')}{endpoint.query}"


def read(reply: Reply, permalink: Permalink, endpoint: Endpoint) -> Reading:
    """What the answer says of the post; it must name the post that was asked for, or it is nothing.

    >>> import datetime as dt
    >>> from amberpost.sources.endpoints import ENDPOINTS
    >>> asked = Permalink("youtube", "abcdefghijk", None, "https://www.youtube.com/watch?v=abcdefghijk")
    >>> body = b'{"title": "Rain", "html": "<iframe src=https://www.youtube.com/embed/abcdefghijk></iframe>"}'
    >>> reply = Reply(url="", status=200, type="application/json", body=body, date=dt.datetime(2026, 11, 1))
    >>> read(reply, asked, next(one for one in ENDPOINTS if one.platform == "youtube")).post.text
    'Rain'
    """
    reading = read_status(reply) or _read_status(reply, endpoint)
    if reading:
        return reading
    record = parse_record(reply.body) if reply.status == 200 else None
    if record is None:
        return make_unreadable(reply, "a post's embed in JSON")
    # Tumblr had its answer one deeper for a time (a gist of WordPress code, 2015).
    return _read_record(read_record(record, "response") or record, reply, permalink, endpoint)


def _read_status(reply: Reply, endpoint: Endpoint) -> Reading | None:
    """What a refusal says: by its words, by what 404 says anywhere, else by what its status says at this endpoint."""
    status = _BARE.get(reply.body.strip(), 200) if reply.status == 200 else reply.status
    if status < 400:
        return None
    outcome, reason = endpoint.statuses.get(status, ("unreachable", "refused, without a word of the post"))
    return read_denial(status, reply.body) or Reading(outcome=outcome, reason=f"{status}: {reason}")


def _read_record(record: Record, reply: Reply, permalink: Permalink, endpoint: Endpoint) -> Reading:
    if record.get("domain_status_code") == 403:
        return Reading(outcome="protected", reason="domain_status_code 403: only sites its owner names may show it")
    shown = _find_shown(record, permalink.platform)
    named = [str(sighting.post_id) for sighting in shown] or list(_find_ids(record, permalink.platform))
    if not named:
        return read_refusals(record) or make_unreadable(reply, "an embed that names its post")
    own = next((sighting for sighting in shown if sighting.post_id == permalink.post_id), None)
    post = _make_post(record, own, permalink, endpoint)
    is_same_account = permalink.handle is not None and permalink.handle.lower() == (post.handle or "").lower()
    if permalink.post_id not in named and not (endpoint.has_other_ids and is_same_account):
        return Reading(outcome="unreachable", reason=f"the embed of another post: {replace_surrogates(named[0][:80])}")
    return read_notice(post.text) or Reading(outcome="found", reason="the post's embed", post=post)


def _find_shown(record: Record, platform: str) -> list[Sighting]:
    """The posts of the platform that the markup shows."""
    markup = parse_words(record.get("html")) or ""
    found = find_html_embeds(markup) if len(markup) <= _LONGEST_HTML else []
    return [sighting for sighting in found if sighting.platform == platform and sighting.post_id]


def _find_ids(record: Record, platform: str) -> Iterator[str]:
    """The posts that the rest of an answer names."""
    for name in _ADDRESSES:
        address = parse_words(record.get(name))
        named = parse_permalink(address) if address else None
        if named and named.platform == platform:
            yield named.post_id
    for name in _IDS:
        value = record.get(name)
        if isinstance(value, str) or (type(value) is int and value.bit_length() < 100):
            yield str(value)


def _make_post(record: Record, seen: Sighting | None, permalink: Permalink, endpoint: Endpoint) -> Post:
    is_twitter = permalink.platform == "twitter"
    account = parse_account(parse_words(record.get("author_url")) or "")
    handle = (seen.handle if seen else None) or account.handle
    current = parse_permalink(f"https://x.com/{handle or 'i'}/status/{permalink.post_id}") if is_twitter else None
    text, links = (seen.text, seen.links) if seen else (None, ())
    title = parse_words(record.get("title")) if endpoint.has_title else None
    name = normalize_display_name(parse_words(record.get("author_name")) or "")
    return Post(
        platform=permalink.platform,
        post_id=permalink.post_id,
        permalink=(current or permalink).url,
        source=endpoint.name,
        handle=handle,
        author_name=(seen.author_name if seen else None) or name,
        author_id=account.author_id,
        posted_at=(seen.posted_at if seen else None) or BY_ID[permalink.platform].parse_instant(permalink.post_id),
        text=text or normalize_escaped(title or ""),
        # X ends a long post's words so in its embeds; others' words end as their authors ended them.
        truncated=is_twitter and (text or "").endswith("…"),
        lang=seen.lang if seen else None,
        links=tuple(PostLink(url=link, target=link) for link in links),
        media=tuple(_find_media(record)),
        quoted=seen.quoted if seen else None,
    )


def _find_media(record: Record) -> Iterator[Medium]:
    """The picture that an answer of type `photo` is of (oembed.com, 2.3.4.1)."""
    address = parse_words(record.get("url"))
    if record.get("type") == "photo" and address and address.startswith(("http://", "https://")):
        yield Medium(kind="image", url=address)


class Account(NamedTuple):
    """An account as the address of its page names it: by its handle, or by an id."""

    handle: str | None
    author_id: str | None = None


def parse_account(address: str) -> Account:
    """The account whose page an address is of, on any of the services.

    >>> parse_account("https://www.youtube.com/@ann-b"), parse_account("https://ann-b.tumblr.com/")
    (Account(handle='ann-b', author_id=None), Account(handle='ann-b', author_id=None))
    >>> parse_account("https://www.youtube.com/channel/UC0123456789abcdefghijkl").author_id
    'UC0123456789abcdefghijkl'
    """
    url = parse_url(address)
    if url is None:
        return Account(None)
    blog = url.host.removesuffix(".tumblr.com")
    if blog not in (url.host, "www"):
        return Account(blog)
    path = url.path[1:] if url.path[:1] and url.path[0] in _BEFORE_ACCOUNTS else url.path
    if path[:1] == ("channel",):
        return Account(None, path[1] if len(path) > 1 else None)
    return Account(path[0].removeprefix("@") or None) if path else Account(None)
