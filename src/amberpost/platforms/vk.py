"""VK: the addresses of wall posts, videos and clips, and the element and the players that show one."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs

from ..footers import no_footer
from ..markup import Element, Embed, Literal, find_permalink
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "vk"
HOSTS: tuple[str, ...] = ("vk.com", "vk.ru", "vkontakte.ru", "vkvideo.ru")
# A page is scanned for hyphens, so of the widget's elements those of groups are found, whose numbers are below zero;
# those of persons stand beside the widget's script.
MARKERS: tuple[str, ...] = (*(f"vk_post_-{digit}" for digit in range(1, 10)), "amp-vk")
_HOST = r"vk(?:video|ontakte)?\.(?:com|ru)"
ADDRESSES: tuple[str, ...] = (
    rf"{_HOST}/(?:[\w.]{{1,40}}\?w=)?(?:wall|video|clip)-?[0-9]{{1,12}}_[0-9]",
    rf"{_HOST}/(?:video|clip)_(?:ext\.php|embed)",
    rf"{_HOST}/js/api/openapi",
)

_POST = re.compile(r"(wall|video|clip)(-?[0-9]{1,12})_([0-9]{1,12})")
_WIDGET = re.compile(r"vk_post_(-?[0-9]{1,12})_([0-9]{1,12})")
_PERSON = re.compile(
    r"<div\b[^<>]{0,200}?\bid=[\"']?vk_post_([0-9]{1,12})_([0-9]{1,12})[\"']?[^<>]{0,200}>\s{0,20}</div>"
)
_BESIDE = 600
_PLAYERS = {"video_ext.php": "video", "video_embed": "video", "clip_ext.php": "clip"}


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a wall post, video or clip, of one opened over a page (`?w=wall-1_2`), or of a player.

    >>> parse_permalink(Url("m.vk.com", ("wall-1020304_99",))).url
    'https://vk.com/wall-1020304_99'
    >>> parse_permalink(Url("vk.com", ("video_ext.php",), "oid=-1020304&id=456")).url
    'https://vk.com/video-1020304_456'
    """
    if not is_post_host(url.host, HOSTS) or not url.path:
        return None
    query = parse_qs(url.query.replace("&amp;", "&"))
    if url.path[0] in _PLAYERS:
        named = f"{_PLAYERS[url.path[0]]}{query.get('oid', [''])[0]}_{query.get('id', [''])[0]}"
    else:
        opened = query.get("w", query.get("z", [""]))[0].partition("/")[0]
        named = opened if _POST.fullmatch(opened) else url.path[-1]
    post = _POST.fullmatch(named)
    return _permalink(post[1], post[2], post[3]) if post else None


def _permalink(kind: str, owner: str, number: str) -> Permalink:
    post_id = f"{owner}_{number}" if kind == "wall" else f"{kind}{owner}_{number}"
    return Permalink(ID, post_id, None, f"https://vk.com/{kind}{owner}_{number}")


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A post's number holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read the element's id, which names wall and post, or a player's address."""
    widgets = (_WIDGET.fullmatch(value) for value in element.values("id"))
    permalink = next((_permalink("wall", widget[1], widget[2]) for widget in widgets if widget), None)
    if element.name == "amp-vk" and element.attributes.get("data-embedtype") == "post":
        owner, number = (next(element.values(name), "") for name in ("data-owner-id", "data-post-id"))
        post = _POST.fullmatch(f"wall{owner}_{number}")
        permalink = _permalink(post[1], post[2], post[3]) if post else None
    if permalink is None and element.name in ("iframe", "oembed"):
        permalink = find_permalink(element.values("src", "data-src"), parse_permalink)
    if permalink is None:
        return None
    return Embed(platform=ID, rule=f"vk-{element.form('iframe')}", permalink=permalink)


def parse_literal(source: str, at: int) -> Literal | None:
    """Read the widget of a person's post above the widget's script, whose address has its first slash at `at`.

    >>> parse_literal('<div id="vk_post_10_99"></div><script src="https://vk.com/js/api/openapi.js?168">', 49).end
    30
    """
    low = source.rfind("vk_post_", max(0, at - _BESIDE), at)
    begin = source.rfind("<div", max(0, low - _BESIDE), low) if low >= 0 else -1
    widget = _PERSON.match(source, begin) if begin >= 0 and source.find("/js/api/openapi", at, at + 40) > 0 else None
    if widget is None:
        return None
    return Literal(
        Embed(platform=ID, rule="vk-element", permalink=_permalink("wall", widget[1], widget[2])), *widget.span()
    )


# Its embeds leave nothing in extracted text.
parse_footer = no_footer
