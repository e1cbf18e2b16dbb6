"""Imgur: the addresses of posts and albums, and the blockquote whose one link shows a title."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import Footer, Phrase, no_footer, skip_gap
from ..markup import Element, Embed, find_permalink
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "imgur"
HOSTS: tuple[str, ...] = ("imgur.com",)
MARKERS: tuple[str, ...] = ("imgur-embed", "amp-imgur")
ADDRESSES: tuple[str, ...] = (r"imgur\.com/(?:a/|gallery/|t/\w{1,40}/)?[\w-]{0,100}\w{5}\b",)

_ID = re.compile(r"[A-Za-z0-9]{5,12}")
_SLUGGED = re.compile(r"(?:[\w%-]{1,200}-)?([A-Za-z0-9]{5,12})")
# Images without their page, and the embedding script.
_NO_PAGES = ("i.", "s.", "p.", "api.", "apidocs.")
_SITE_PAGES = """
    about account apps contact download emerald gallery login memegen press privacy random register removalrequest
    rules search signin store topics trending upload vidgif
"""
_NO_POSTS = frozenset(_SITE_PAGES.split())
_LISTS = frozenset({"trending"})
_VIEW = "View post on imgur.com"
_SHOWN = re.compile(rf"(.{{0,300}}?)\s*\|?\s*{re.escape(_VIEW)}", re.DOTALL)


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a post or an album; bare images on `i.imgur.com` are none.

    >>> parse_permalink(Url("imgur.com", ("gallery", "a-barge-aB3dE5f"))).url
    'https://imgur.com/a/aB3dE5f'
    >>> parse_permalink(Url("i.imgur.com", ("aB3dE5f.jpg",))) is None
    True
    """
    path = url.path
    if not is_post_host(url.host, HOSTS) or url.host.startswith(_NO_PAGES) or not path:
        return None
    place = {"a": 1, "gallery": 1, "t": 2}.get(path[0], 0)
    if place:
        album = _SLUGGED.fullmatch(path[place]) if len(path) > place else None
        return _permalink(f"a/{album[1]}") if album and path[place] not in _LISTS else None
    is_post = _ID.fullmatch(path[0]) and path[0] not in _NO_POSTS
    return _permalink(path[0]) if is_post and path[1:] in ((), ("embed",)) else None


def _permalink(post: str) -> Permalink:
    return Permalink(ID, post, None, f"https://imgur.com/{post}")


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A post's id holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read the id in the blockquote's attribute; its link shows the title, and a label behind it."""
    named = [f"https://imgur.com/{value}" for value in element.values("data-id", "data-imgur-id")]
    addresses = [*named, *element.values("src", "data-src")]
    permalink = find_permalink(addresses, parse_permalink)
    if permalink is None:
        return None
    shown = element.shown(element.anchors[0]) if element.anchors and element.name == "blockquote" else ""
    title = _SHOWN.fullmatch(shown)
    return Embed(
        platform=ID,
        rule=f"imgur-{element.form('iframe', 'blockquote')}",
        permalink=permalink,
        text=(title[1] if title else shown).strip() or None,
    )


def _parse_view(source: str, at: int, /) -> Footer | None:
    """Read `TITLE | View post on imgur.com`, which stands in a line of its own."""
    view = source.find(_VIEW, at, at + 30)
    end = view + len(_VIEW)
    line = max(source.rfind("\n", max(0, at - 300), at) + 1, at - 300)
    behind = source[end : end + 1]
    if view < 0 or (behind and behind not in "\r\n]"):
        return None
    title = min(skip_gap(source, line), at)
    return Footer(
        platform=ID,
        rule="imgur-footer",
        start=at,
        end=end,
        handle=None,
        name=None,
        opens=(title, title),
        flags=("no-date", "no-author"),
    )


PHRASES: tuple[Phrase, ...] = (Phrase("|", _parse_view, re.compile(r"\|(?=\s{0,2}View post on imgur\.com)")),)
parse_footer = no_footer
