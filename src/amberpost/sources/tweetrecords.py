"""Records of tweets as archives keep them: X's API in its versions 1.1 and 2, its syndication, and its oEmbed.

Forms: developer.x.com "Example payloads" and "Standard v1.1 to v2" (stored copies, read 2026-11). Version 1.1 is one
object with `id_str`, `full_text` or `text`, `user`, `entities`; version 2 has `data` with `includes` beside it. Both
are put into the form of syndication's records, which has the same parts, and read as one of these.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

from ..models import Permalink
from ..posts import Reading, Reply
from . import oembed, syndication
from .bodies import Record, find_records, make_unreadable, parse_words, read_record
from .endpoints import ENDPOINTS

_LARGEST = 4 << 20
_MOST = 100
_OLD_STAMP = "%a %b %d %H:%M:%S %z %Y"  # of version 1.1: "Fri Sep 18 18:36:15 +0000 2020"


def read_record_of_tweet(reply: Reply, permalink: Permalink) -> Reading:
    """Read an archived record of the asked tweet in any of its forms; of other platforms there are only embeds.

    >>> asked = Permalink("twitter", "20", None, "https://x.com/i/status/20")
    >>> now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    >>> users = b'"includes": {"users": [{"id": "12", "username": "ann"}]}'
    >>> body = b'{"data": {"id": "20", "text": "rain", "author_id": "12"}, %b}' % users
    >>> post = read_record_of_tweet(Reply(url="", status=200, type="application/json", body=body, date=now), asked).post
    >>> post.handle, post.text
    ('ann', 'rain')
    """
    records = list(_parse_records(reply.body))
    if any("html" in record for record in records):
        return _read_embed(reply, permalink)
    if permalink.platform != "twitter" or not records:
        return make_unreadable(reply, "a post's record")
    if any("__typename" in record for record in records):
        return syndication.read(reply, permalink)
    found = [made for record in records for made in _find_made(record) if made.get("id_str") == permalink.post_id]
    if not found:
        return Reading(outcome="unreachable", reason="a record without the asked post")
    return syndication.read(replace(reply, body=json.dumps(found[0]).encode()), permalink)


def _parse_records(body: bytes) -> Iterator[Record]:
    if len(body) > _LARGEST:
        return
    try:
        told = json.loads(body.removeprefix(b"\xef\xbb\xbf").decode())
    except (ValueError, RecursionError):
        return
    for each in told[:_MOST] if isinstance(told, list) else (told,):
        if isinstance(each, dict):
            yield each


def _read_embed(reply: Reply, permalink: Permalink) -> Reading:
    endpoint = next((one for one in ENDPOINTS if one.platform == permalink.platform), None)
    return oembed.read(reply, permalink, endpoint) if endpoint else make_unreadable(reply, "a post's record")


def _find_made(record: Record) -> Iterator[dict[str, object]]:
    """The tweets in a record, those too that it is a retweet of or quotes, in the form of syndication."""
    if "data" in record:
        yield from _find_made_of_two(record)
        return
    retweeted, quoted = read_record(record, "retweeted_status"), read_record(record, "quoted_status")
    yield from (_make_of_one(each) for each in (record, retweeted, quoted) if each)


def _make_of_one(record: Record) -> dict[str, object]:
    """A record of version 1.1; its words are whole in `extended_tweet` where they are cut outside."""
    longer = read_record(record, "extended_tweet")
    full = parse_words(longer.get("full_text")) or parse_words(record.get("full_text"))
    told = {**record, **longer}
    entities = read_record(told, "extended_entities") or read_record(told, "entities")
    made: dict[str, object] = {
        **told,
        "text": full or record.get("text"),
        "created_at": _parse_old_stamp(record.get("created_at")),
        "mediaDetails": list(find_records(entities, "media")),
        "quoted_tweet": record.get("quoted_status"),
    }
    return made | ({"note_tweet": {}} if record.get("truncated") is True and not full else {})


def _parse_old_stamp(value: object) -> str | None:
    try:
        return dt.datetime.strptime(value, _OLD_STAMP).isoformat() if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _find_made_of_two(record: Record) -> Iterator[dict[str, object]]:
    includes = read_record(record, "includes")
    data = record.get("data")
    own = [data] if isinstance(data, dict) else find_records(record, "data")
    for each in (*own, *find_records(includes, "tweets")):
        yield _make_of_two(each, includes)


def _make_of_two(record: Record, includes: Record) -> dict[str, object]:
    """A record of version 2: who wrote it and what it shows stand beside it, by their keys."""
    metrics, note = read_record(record, "public_metrics"), read_record(record, "note_tweet")
    author = _find_named(includes, "users", "id", [record.get("author_id")])
    user = author[0] if author else {}
    keys = read_record(record, "attachments").get("media_keys")
    media = _find_named(includes, "media", "media_key", keys if isinstance(keys, list) else [])
    referred = {each.get("type"): each.get("id") for each in _find_referred(record)}
    entities = dict(read_record(note, "entities") or read_record(record, "entities"))
    return {
        "__typename": "Tweet",
        "id_str": record.get("id"),
        "text": parse_words(note.get("text")) or record.get("text"),
        "created_at": record.get("created_at"),
        "lang": record.get("lang"),
        "possibly_sensitive": record.get("possibly_sensitive"),
        "user": {
            "id_str": record.get("author_id"),
            "screen_name": user.get("username"),
            "name": user.get("name"),
        },
        "entities": entities,
        "mediaDetails": [_make_medium(each, entities) for each in media],
        "edit_control": {"edit_tweet_ids": record.get("edit_history_tweet_ids")},
        "quoted_tweet": {"id_str": referred.get("quoted")},
        "in_reply_to_status_id_str": referred.get("replied_to"),
        "favorite_count": metrics.get("like_count"),
        "conversation_count": metrics.get("reply_count"),
        "retweet_count": metrics.get("retweet_count"),
        "quote_count": metrics.get("quote_count"),
    }


def _find_referred(record: Record) -> Iterator[Record]:
    return (each for each in find_records(record, "referenced_tweets") if isinstance(each.get("type"), str))


def _find_named(includes: Record, name: str, key: str, wanted: list[object]) -> list[Record]:
    names = [each for each in wanted[:_MOST] if isinstance(each, str)]
    return [each for each in find_records(includes, name) if each.get(key) in names]


def _make_medium(medium: Record, entities: Record) -> dict[str, object]:
    key = medium.get("media_key")
    link: Record = next((each for each in find_records(entities, "urls") if each.get("media_key") == key), {})
    variants = [{**each, "bitrate": each.get("bit_rate")} for each in find_records(medium, "variants")]
    return {
        "type": medium.get("type"),
        "url": link.get("url"),
        "media_url_https": medium.get("url") or medium.get("preview_image_url"),
        "ext_alt_text": medium.get("alt_text"),
        "video_info": {"variants": variants},
    }
