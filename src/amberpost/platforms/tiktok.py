"""TikTok: its permalinks, the time in a video id, and the blockquote that begins with the author and ends in music."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import Footer, Phrase, no_footer
from ..ids import parse_seconds
from ..markup import Element, Embed, find_permalink, parse_said
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "tiktok"
HOSTS: tuple[str, ...] = ("tiktok.com",)
MARKERS: tuple[str, ...] = ("tiktok-embed", "amp-tiktok", 'component-name="TikTokCreateTikTokEmbed')
ADDRESSES: tuple[str, ...] = (r"tiktok\.com/(?:@[\w.-]{1,40}/(?:video|photo)/|embed/|player/v1/|t/\w)",)

_HANDLE = re.compile(r"[\w.-]{1,40}")
_VIDEO = re.compile(r"[0-9]{15,20}")
# The account, where a line or a sentence begins; what is played and by whom: the rest of the line, or the next words.
_AUTHOR = re.compile(
    r"(?:\A|[\r\n](?:[^\S\r\n]|>)*+|[.!?…”\"]\s+)\[?@([A-Za-z0-9_.\\]{2,40})"
    r"(?:\]\([^()\s]{1,300}(?: \"[^\"\n]{0,60}\")?\))?(?=\s)"
)
_MUSIC_LINE = re.compile(
    r"♬ ?[^\n♬]{1,90}? [-–] (?:[^\n♬\[\]]{1,60}\]\([^()\"]{1,300}(?:\"[^\"\n]{0,120}\")?\)|[^\n♬]{1,90})(?=\n|\Z)"
)
_MUSIC_WORDS = re.compile(r"♬ ?[^\n♬.!?]{1,60}? [-–] \S{1,40}(?: [^\W\d_a-z]\S{0,30})?")
_PACKED = re.compile(r'"url"\s*:\s*"(https?:[^"]{8,200})"')
_LONGEST_CAPTION = 4200


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a video or of its player; accounts, tags and short codes are no posts.

    >>> parse_permalink(Url("www.tiktok.com", ("@ann.b", "video", "7000000000000000000"))).handle
    'ann.b'
    >>> parse_permalink(Url("www.tiktok.com", ("@ann.b",))) is None
    True
    """
    if not is_post_host(url.host, HOSTS):
        return None
    path = url.path
    if len(path) > 2 and path[0].startswith("@") and path[1] in ("video", "photo") and _VIDEO.fullmatch(path[2]):
        return _permalink(path[2], path[0][1:])
    if path[:1] == ("embed",) or path[:2] == ("player", "v1"):
        return _permalink(path[-1], None) if _VIDEO.fullmatch(path[-1]) else None
    return None


def _permalink(video: str, handle: str | None) -> Permalink:
    named = handle if handle and _HANDLE.fullmatch(handle) else None
    return Permalink(ID, video, named, f"https://www.tiktok.com/@{named or ''}/video/{video}")


def parse_instant(post_id: str, /) -> dt.datetime | None:
    """The instant inside a video's id.

    >>> parse_instant("7000000000000000000").year
    2021
    """
    return parse_seconds(post_id, shift=32)


def parse_markup(element: Element, /) -> Embed | None:
    """Read `@HANDLE CAPTION ♬ MUSIC` and the address in `cite`; an account's widget is no post."""
    packed = (_PACKED.search(value) for value in element.values("data-attrs"))  # as Substack keeps it
    addresses = [*(match[1] for match in packed if match), *element.values("cite", "src", "data-src")]
    if "tiktok-embed" in element.classes():
        addresses.extend(anchor.href for anchor in element.anchors)
    permalink = find_permalink(addresses, parse_permalink)
    video = next(element.values("data-video-id"), "") if "tiktok-embed" in element.classes() else ""
    if element.name == "amp-tiktok":
        video = next(element.values("data-src"), "")
    if permalink is None and _VIDEO.fullmatch(video):
        permalink = _permalink(video, None)
    if permalink is None:
        return None
    author = next((element.shown(a)[1:] for a in element.anchors if element.shown(a).startswith("@")), None)
    handle = permalink.handle or author
    is_quote = element.name == "blockquote" or (element.name == "div" and "tiktok-embed" in element.classes())
    said = _caption(element, handle) if is_quote else None
    return Embed(
        platform=ID,
        rule=f"tiktok-{'blockquote' if said else 'iframe' if element.name == 'iframe' else 'element'}",
        permalink=permalink if permalink.handle or handle is None else _permalink(permalink.post_id, handle),
        handle=handle,
        posted_at=parse_instant(permalink.post_id),
        text=said,
    )


def _caption(element: Element, handle: str | None) -> str | None:
    """The words between the account and the music."""
    text = element.text
    own = f"@{handle}".lower()
    head = len(text) - len(text.lstrip())
    start = head + len(own) if handle and text.lower().startswith(own, head) else 0
    music = next((a.start for a in reversed(element.anchors) if element.shown(a).startswith("♬")), len(text))
    words = parse_said(element, start, music).text
    return _without_music(words) or None if words else None


def _without_music(words: str) -> str:
    """A caption without the line, or its rest, that names what is played and is no link."""
    at = words.find("♬", words.rfind("\n") + 1)
    return words[:at].rstrip() if at >= 0 else words


def _parse_music(source: str, at: int, /) -> Footer | None:
    """Read `@HANDLE CAPTION ♬ MUSIC - AUTHOR`, whose music begins at `at`.

    Songs stand in prose too, so the account must open the paragraph or the sentence that the music ends.
    """
    low = max(at - _LONGEST_CAPTION, source.rfind("♬", 0, at) + 1, 0)
    authors = list(_AUTHOR.finditer(source, low, at))
    if not authors:
        return None
    author = next((one for one in reversed(authors) if _opens_line(source, one.start())), authors[-1])
    line = _MUSIC_LINE.match(source, at) if _opens_line(source, author.start()) else None
    music = line or _MUSIC_WORDS.match(source, at)
    if music is None:
        return None
    return Footer(
        platform=ID,
        rule="tiktok-footer",
        start=at - source.startswith("[", max(0, at - 1)),
        end=music.end(),
        handle=author[1].replace("\\", "").rstrip("."),
        name=None,
        opens=(author.start(1) - 1, author.end()),
        flags=("no-date",),
    )


def _opens_line(source: str, at: int) -> bool:
    return at == 0 or "\n" in source[max(0, at - 1) : at + 2]


PHRASES: tuple[Phrase, ...] = (Phrase("♬", _parse_music, beside="@"),)
# No handle stands in parentheses in what its embed leaves: that is found by its music.
parse_footer = no_footer
