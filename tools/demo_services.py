"""What X's services and the Wayback Machine answer of the fixtures' posts; `make_demo_posts.py` writes it."""

from __future__ import annotations

import datetime as dt
import html
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from amberpost import Citation
from amberpost.models import Permalink
from amberpost.sources import make_cdx_urls
from amberpost.sources.tokens import make_token

SNOWFLAKE_EPOCH = 1288834974657
_JSON_HEAD = """HTTP/1.1 200 OK
access-control-allow-origin: https://platform.twitter.com
cache-control: max-age=10
content-type: application/json; charset=utf-8
content-length: {size}
connection: close

"""
_MEMENTO_HEAD = """HTTP/1.1 200 OK
content-type: text/html;charset=utf-8
memento-datetime: {date}
link: <{url}>; rel="original"
x-archive-orig-content-length: {size}
content-length: {size}
connection: close

"""
_OLD_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{name} on Twitter</title></head><body>
<div class="permalink-inner permalink-tweet-container"><div class="tweet permalink-tweet js-actionable-tweet"
 data-tweet-id="{post_id}" data-screen-name="{handle}" data-name="{name}" data-user-id="{author}">
<div class="permalink-header"><small class="time"><a href="/{handle}/status/{post_id}" class="tweet-timestamp">
<span class="_timestamp js-short-timestamp" data-time="{seconds}" data-time-ms="{seconds}000">{printed}</span>
</a></small></div><div class="js-tweet-text-container">
<p class="TweetTextSize TweetTextSize--jumbo js-tweet-text tweet-text" lang="und">{text}</p></div>
</div></div></body></html>
"""


@dataclass(slots=True, frozen=True)
class Made:
    """One answer: the URLs that get it, its file, its bytes and its form."""

    urls: tuple[str, ...]
    file: str
    content: bytes
    form: str

    def format_entry(self) -> str:
        urls = ", ".join(f'"{url}"' for url in self.urls)
        return f'\n[[answer]]\nurls = [{urls}]\nfiles = ["{self.file}"]\nform = "{self.form}"\n'


def make_told(post: Citation, post_id: str, *, targets: Mapping[str, str]) -> Made:
    """Make what X's service for embeds tells of a post: what the article printed, and who and when by the id."""
    codes = [link.rpartition("/")[2] for link in post.links]
    pictures = find_pictures(post)
    words = " ".join(filter(None, [post.text, *(f"https://t.co/{code}" for code in codes)]))
    status = f"{post.handle}/status/{post_id}"
    told = {
        "__typename": "Tweet",
        "lang": "und",
        "favorite_count": zlib.crc32(post_id.encode()) % 9000,
        "created_at": make_instant(int(post_id)),
        "display_text_range": [0, len(words)],
        "entities": {
            "urls": [
                make_entity(code, targets.get(code, f"https://x.com/{status}"))
                for code in codes
                if code not in pictures
            ],
            "media": [make_entity(code, f"https://x.com/{status}/photo/1") for code in pictures],
        },
        "id_str": post_id,
        "text": words,
        "user": {
            "id_str": make_author_id(post),
            "name": post.author_name,
            "screen_name": post.handle,
        },
        "mediaDetails": [
            {
                "type": "photo",
                "url": f"https://t.co/{code}",
                "media_url_https": f"https://pbs.twimg.com/media/{code}.png",
            }
            for code in pictures
        ],
        "conversation_count": 0,
        "isEdited": False,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    url = f"https://cdn.syndication.twimg.com/tweet-result?id={post_id}&lang=en&token={make_token(post_id)}"
    head = encode(_JSON_HEAD.format(size=len(body)))
    return Made((url,), f"cdn.syndication.twimg.com/{post_id}.http", head + body, "X's service for embeds")


def make_entity(code: str, target: str) -> dict[str, str]:
    return {"url": f"https://t.co/{code}", "expanded_url": target}


def make_instant(post_id: int) -> str:
    """The instant that an id holds, as the service prints it.

    >>> make_instant(1137051097955102720)
    '2019-06-07T17:38:01.000Z'
    """
    seconds = ((post_id >> 22) + SNOWFLAKE_EPOCH) // 1000
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def find_pictures(post: Citation) -> tuple[str, ...]:
    return tuple(link.rpartition("/")[2] for link in post.links if link.startswith("https://pic.twitter.com/"))


def make_lost(post: Citation, post_id: str, *, stamp: str | None) -> Iterator[Made]:
    """Make what the Wayback Machine has of a post that is gone: a copy of its page from that time, or nothing."""
    if stamp is None:
        return
    url = f"https://twitter.com/{post.handle}/status/{post_id}"
    permalink = Permalink("twitter", post_id, post.handle, f"https://x.com/{post.handle}/status/{post_id}")
    rows = [
        ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest"],
        [f"com,twitter)/{post.handle}/status/{post_id}".lower(), stamp, url, "text/html", "200", "INVENTED"],
    ]
    body = json.dumps(rows).encode()
    head = encode(_JSON_HEAD.format(size=len(body)))
    folder = "web.archive.org"
    asked = make_cdx_urls(permalink, near=None)[0]
    yield Made((asked,), f"{folder}/{post_id}-captures.http", head + body, "Wayback Machine, captures")
    page = make_old_page(post, post_id)
    date = dt.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    head = encode(_MEMENTO_HEAD.format(date=f"{date:%a, %d %b %Y %H:%M:%S} GMT", url=url, size=len(page)))
    copy = f"https://web.archive.org/web/{stamp}id_/{url}"
    yield Made((copy,), f"{folder}/{post_id}-copy.http", head + page, "Wayback Machine, copy")


def make_old_page(post: Citation, post_id: str) -> bytes:
    """Make a post's page as twitter.com gave it out until 2020."""
    seconds = ((int(post_id) >> 22) + SNOWFLAKE_EPOCH) // 1000
    links = "".join(
        f' <a href="{link}" class="twitter-timeline-link">{link.removeprefix("https://")}</a>' for link in post.links
    )
    page = _OLD_PAGE.format(
        name=html.escape(post.author_name or ""),
        post_id=post_id,
        handle=post.handle,
        author=make_author_id(post),
        seconds=seconds,
        printed=f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%d %b %Y}",
        text=html.escape(post.text or "") + links,
    )
    return page.encode()


def make_author_id(post: Citation) -> str:
    return str(zlib.crc32((post.handle or "").lower().encode()))


def encode(head: str) -> bytes:
    return head.replace("\n", "\r\n").encode()
