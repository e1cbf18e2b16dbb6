"""Bluesky: its permalinks and `at://` names, the time in a record's key, and its blockquote."""

from __future__ import annotations

import datetime as dt
import json
import re

from ..dates import PrintedDate, parse_date
from ..footers import Byline, Footer, Handle, parse_byline, skip_gap
from ..footers.datelines import Dateline, parse_dateline
from ..ids import parse_tid
from ..markup import Element, Embed, find_permalink, normalize_display_name, parse_said
from ..models import Permalink, replace_surrogates
from ..urls import Url, is_host
from ._hosts import is_post_host

ID = "bluesky"
HOSTS: tuple[str, ...] = ("bsky.app", "deer.social", "main.bsky.dev")
MARKERS: tuple[str, ...] = (
    "bluesky-embed",
    "data-bluesky-uri",
    "bluesky-post",
    'component-name="BlueskyCreateBlueskyEmbed',
)
ADDRESSES: tuple[str, ...] = (
    r"bsky\.app/(?:profile/[\w.:%-]{3,80}/post/|embed/did:)",
    r"deer\.social/profile/",
    r"main\.bsky\.dev/profile/",
)

_KEY = re.compile(r"[2-7a-z]{13}")
_WHO = re.compile(r"did:[a-z]{2,10}:[\w.:-]{3,80}|(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,20}")
_AT = re.compile(r"at://([^/\s\"&]{3,100})/app\.bsky\.feed\.post/([2-7a-z]{13})")
_PAREN = re.compile(r"\(\s*@\s*((?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,20})\s*\)")
_IMAGE = re.compile(r"\[image\s+or\s+embed\]\s*\Z")
_DASHES = " \n\u00a0—–-"
# What stands for a picture below the words; where links were kept, it leads to the post.
_SHOWN_IMAGE = re.compile(
    r"\[?\\?\[image[\s>]{1,4}or[\s>]{1,4}embed\\?\](?:\]?\s?\(\s*<?(https?://[^\s()<>]{1,300})>?\))?[\s>]*\Z"
)
_IMAGE_WINDOW = 400


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a post on bsky.app and its like, or of its embedding frame.

    >>> parse_permalink(Url("bsky.app", ("profile", "ann.example.org", "post", "3ljrcuxpu222g"))).handle
    'ann.example.org'
    """
    path = url.path
    if is_host(url.host, "bsky.app") and path[:1] == ("embed",) and len(path) > 3 and path[2] == "app.bsky.feed.post":
        return _permalink(path[1], path[3])
    if not is_post_host(url.host, HOSTS) or len(path) < 4:
        return None
    return _permalink(path[1], path[3]) if path[0] == "profile" and path[2] == "post" else None


def _permalink(who: str, key: str) -> Permalink | None:
    if not _KEY.fullmatch(key) or not _WHO.fullmatch(who):
        return None
    handle = None if who.startswith("did:") else who
    return Permalink(ID, key, handle, f"https://bsky.app/profile/{who}/post/{key}")


def parse_instant(post_id: str, /) -> dt.datetime | None:
    """The instant inside a record's key.

    >>> parse_instant("3ljrcuxpu222g").isoformat()
    '2025-03-07T05:51:14+00:00'
    """
    return parse_tid(post_id)


def parse_markup(element: Element, /) -> Embed | None:
    """Read `TEXT — NAME (@HANDLE) DATE`; the printed day is the embedder's, in no named zone."""
    permalink = _find_post(element)
    if permalink is None:
        return None
    packed = next(element.values("data-attrs"), None)
    if packed is not None:
        return _parse_packed(packed, permalink)
    author = next(reversed(list(_PAREN.finditer(element.text))), None)
    dated = _find_date(element, author) if author or element.name == "blockquote" else None
    begin = element.text.rfind("\n\n", 0, author.start()) + 2 if author and "\n\n" in element.text else 0
    said = parse_said(element, 0, begin if author else 0)
    return Embed(
        platform=ID,
        rule=f"bluesky-{element.form('iframe', 'blockquote')}",
        permalink=permalink,
        handle=author[1] if author else permalink.handle,
        name=normalize_display_name(element.text[begin : author.start()].strip(_DASHES)) if author else None,
        printed=dated,
        basis=("iso" if dated.form == "iso" else "local") if dated else None,
        posted_at=parse_instant(permalink.post_id),
        text=(_IMAGE.sub("", said.text).rstrip() or None) if said.text else None,
        links=tuple(link for link in said.links if "bsky.app/profile/" not in link),
        lang=element.lang,
    )


def _parse_packed(packed: str, permalink: Permalink) -> Embed:
    """Substack keeps the post as JSON in an attribute."""
    try:
        record = json.loads(packed)
    except (ValueError, RecursionError):
        record = None
    fields = record.items() if isinstance(record, dict) else ()
    told = {key: replace_surrogates(value) for key, value in fields if isinstance(value, str)}
    words = Element("p", {}, told.get("text", ""))
    said = parse_said(words, 0, len(words.text))
    return Embed(
        platform=ID,
        rule="bluesky-attributes",
        permalink=permalink,
        handle=told.get("authorHandle") or permalink.handle,
        name=normalize_display_name(told.get("authorName", "")),
        posted_at=parse_instant(permalink.post_id),
        text=said.text,
        links=said.links,
    )


def _find_post(element: Element) -> Permalink | None:
    """The post that an attribute names, else the one that the last link to any post leads to."""
    for value in element.values("data-bluesky-uri", "src", "data-src", "data-attrs"):
        named = _AT.search(value)
        permalink = _permalink(named[1], named[2]) if named else _of_address(value)
        if permalink:
            return permalink
    if "bluesky-embed" not in element.classes():
        return None
    return find_permalink((anchor.href for anchor in reversed(element.anchors)), parse_permalink)


def _find_date(element: Element, author: re.Match[str] | None) -> PrintedDate | None:
    """The day that the last link to the post shows, alone or behind the handle."""
    behind = parse_date(element.text, skip_gap(element.text, author.end())) if author else None
    shown = (anchor for anchor in reversed(element.anchors) if anchor.start < anchor.end and _of_address(anchor.href))
    last = next(shown, None)
    return behind or (parse_date(element.text, last.start) if last else None)


def parse_footer(source: str, handle: Handle, /, *, floor: int) -> Footer | None:
    """Read `[image or embed] — NAME (@HANDLE) DATE`; the handle is a domain name, the day the embedder's own.

    A dash stands before the name, or the post's link behind it; without either it is prose.
    """
    if "." not in handle.name or not _WHO.fullmatch(handle.name):
        return None
    dateline = parse_dateline(source, handle.end)
    byline = parse_byline(source, handle.start, floor=floor) if dateline else None
    if dateline is None or byline is None or _goes_on(source, byline, dateline):
        return None
    image = _SHOWN_IMAGE.search(source[max(floor, byline.start - _IMAGE_WINDOW) : byline.start])
    permalink = find_permalink((dateline.url, image[1] if image else None), parse_permalink)
    if not (permalink or (dateline.printed and (byline.dash or image))):
        return None
    return Footer(
        platform=ID,
        rule="bluesky-footer",
        start=byline.start - len(image[0]) if image else byline.start,
        end=dateline.end,
        handle=handle.name,
        name=byline.name,
        printed=dateline.printed,
        basis="local" if dateline.printed else None,
        permalink=permalink,
        posted_at=parse_instant(permalink.post_id) if permalink else None,
        flags=() if dateline.printed else ("no-date",),
    )


def _goes_on(source: str, byline: Byline, dateline: Dateline) -> bool:
    """Tell whether the dash is a sentence's own, which goes on behind the date."""
    behind = source[dateline.end : dateline.end + 2]
    return not byline.line_start and (behind[:1] == "," or (behind[:1] == " " and behind[1:].islower()))


def _of_address(address: str) -> Permalink | None:
    return find_permalink((address,), parse_permalink)
