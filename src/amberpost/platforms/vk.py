"""VK: the addresses of wall posts, videos and clips, and the element and the players that show one."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs

from ..footers import no_footer
from ..markup import Element, Embed, find_permalink
from ..models import Permalink
from ..urls import Url, is_host

ID = "vk"
HOSTS: tuple[str, ...] = ("vk.com", "vk.ru", "vkontakte.ru", "vkvideo.ru")
# A page is scanned for hyphens, so of the widget's elements those of groups are found, whose numbers are below zero.
MARKERS: tuple[str, ...] = (*(f"vk_post_-{digit}" for digit in range(1, 10)), "amp-vk")
_HOST = r"vk(?:video|ontakte)?\.(?:com|ru)"
ADDRESSES: tuple[str, ...] = (
    rf"{_HOST}/(?:[\w.]{{1,40}}\?w=)?(?:wall|video|clip)-?[0-9]{{1,12}}_[0-9]",
    rf"{_HOST}/(?:video|clip)_(?:ext\.php|embed)",
)

_POST = re.compile(r"(wall|video|clip)(-?[0-9]{1,12})_([0-9]{1,12})")
_WIDGET = re.compile(r"vk_post_(-?[0-9]{1,12})_([0-9]{1,12})")
_PLAYERS = {"video_ext.php": "video", "video_embed": "video", "clip_ext.php": "clip"}


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a wall post, video or clip, of one opened over a page (`?w=wall-1_2`), or of a player.

    >>> parse_permalink(Url("m.vk.com", ("wall-1020304_99",))).url
    'https://vk.com/wall-1020304_99'
    >>> parse_permalink(Url("vk.com", ("video_ext.php",), "oid=-1020304&id=456")).url
    'https://vk.com/video-1020304_456'
    """
    if not any(is_host(url.host, host) for host in HOSTS) or not url.path:
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
    if permalink is None and element.name == "iframe":
        permalink = find_permalink(element.values("src", "data-src"), parse_permalink)
    if permalink is None:
        return None
    return Embed(platform=ID, rule=f"vk-{element.form('iframe')}", permalink=permalink)


# Its embeds leave nothing in extracted text.
parse_footer = no_footer
