"""Telegram: the addresses of messages in public channels, and the script that shows one and leaves no text."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import no_footer
from ..markup import Element, Embed, find_permalink
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host

ID = "telegram"
HOSTS: tuple[str, ...] = ("t.me", "telegram.me", "telegram.dog")
MARKERS: tuple[str, ...] = ("data-telegram-post", "telegram-post")
ADDRESSES: tuple[str, ...] = (r"t(?:elegram)?\.(?:me|dog)/(?:s/|c/)?\w{3,40}/[0-9]",)

_CHANNEL = re.compile(r"[A-Za-z]\w{2,39}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,10}")
_CHAT = re.compile(r"[0-9]{1,20}")
_NO_CHANNELS = frozenset({"addstickers", "joinchat", "share", "proxy", "iv", "addlist", "login", "setlanguage"})


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a message: `/channel/ID`, its preview `/s/`, a topic's, a private chat's `/c/INT/ID`.

    >>> parse_permalink(Url("t.me", ("s", "ann_news", "120"))).url
    'https://t.me/ann_news/120'
    """
    if not is_post_host(url.host, HOSTS):
        return None
    path = url.path[1:] if url.path[:1] == ("s",) else url.path
    if path[:1] == ("c",) and len(path) > 2 and _CHAT.fullmatch(path[1]) and _NUMBER.fullmatch(path[-1]):
        return Permalink(ID, f"c/{path[1]}/{path[-1]}", None, f"https://t.me/c/{path[1]}/{path[-1]}")
    if len(path) not in (2, 3) or not _CHANNEL.fullmatch(path[0]) or path[0] in _NO_CHANNELS:
        return None
    if not all(_NUMBER.fullmatch(part) for part in path[1:]):
        return None
    return Permalink(ID, f"{path[0]}/{path[-1]}", path[0], f"https://t.me/{path[0]}/{path[-1]}")


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A message's number holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read `data-telegram-post="CHANNEL/ID"` of the widget's script, or a frame's address."""
    named = [f"https://t.me/{value}" for value in element.values("data-telegram-post", "telegram-post")]
    permalink = find_permalink((*named, *element.values("src", "data-src")), parse_permalink)
    if permalink is None:
        return None
    return Embed(
        platform=ID,
        rule=f"telegram-{element.form('iframe', 'script', 'blockquote')}",
        permalink=permalink,
        handle=permalink.handle,
    )


# Its embeds leave nothing in extracted text.
parse_footer = no_footer
