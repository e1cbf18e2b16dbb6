"""YouTube: the addresses of its videos, playlists and players. Its markup is a frame that names one and no more."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import parse_qs

from ..footers import no_footer
from ..markup import Element, Embed, Literal, parse_address
from ..models import Permalink
from ..urls import Url, is_host
from ._hosts import is_post_host

ID = "youtube"
HOSTS: tuple[str, ...] = ("youtube.com", "youtube-nocookie.com", "youtu.be")
MARKERS: tuple[str, ...] = (
    "lite-youtube",
    "amp-youtube",
    "youtube-player",
    "data-youtube-id",
    'component-name="Youtube2ToDOM',
    'data-plyr-provider="youtube"',
    "lyte-wrapper",
    "youtube-onebox",
    *(f'youtube_player" data-{name}' for name in ("videoID", "videoid")),
)
ADDRESSES: tuple[str, ...] = (
    r"youtube(?:-nocookie)?\.com/(?:embed|v|watch|playlist|shorts|live|e)\b",
    r"youtu\.be/[\w-]",
)

_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_LIST = re.compile(r"[A-Za-z0-9_-]{10,60}")
_PLACES = frozenset({"embed", "v", "e", "shorts", "live", "watch"})
# What stands where a video's id would: a channel's current broadcast.
_NO_VIDEOS = frozenset({"videoseries", "live_stream"})
_PACKED = re.compile(r'"videoId"\s*:\s*"([A-Za-z0-9_-]{11})"')
# The settings of a player that is made by a script: of Elementor, of Video.js. Some name another video for later.
_SET = re.compile(r'"(?:youtube_url|src)"\s*:\s*"(https?:[^"]{8,200})"')
_OTHER_PLAYER = re.compile(r'"video_type"\s*:\s*"(?!youtube)')
# Its own frame, letter for letter as it gives it out; in no other attribute may stand what could name a video too.
_LITERAL = re.compile(
    r"<iframe(?:\s++(?!src|videoid)[a-z]{2,20}+(?:=\"[^\"<>&%\\]{0,200}+%?+\")?+){0,20}?\s++src=\"(?:https?:)?(//)"
    r"www\.youtube(?:-nocookie)?\.com/embed/([A-Za-z0-9_-]{11})(?:\?[^\"<>\\]{0,400}+)?\""
    r"(?:\s++(?!videoid)[a-z]{2,20}+(?:=\"[^\"<>\\]{0,400}+\")?+){0,20}+\s*+>\s{0,20}+</iframe>"
)
_LONGEST = 4000
_PLAYERS = ("frame", "embed", "video", "youtube", "player", "object")


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a video, a short, a broadcast, a playlist or a player; channels are no posts.

    >>> parse_permalink(Url("www.youtube-nocookie.com", ("embed", "abcdefghijk"))).url
    'https://www.youtube.com/watch?v=abcdefghijk'
    >>> parse_permalink(Url("www.youtube.com", ("embed", "videoseries"), "list=PL0123456789")).url
    'https://www.youtube.com/playlist?list=PL0123456789'
    """
    if not is_post_host(url.host, HOSTS):
        return None
    if is_host(url.host, "youtu.be"):
        return _permalink(url.path[0]) if url.path else None
    if url.path == ("watch",):
        return _permalink(_told(url, "v"))
    if url.path == ("playlist",) or url.path[1:] == ("videoseries",):
        return _playlist(_told(url, "list"))
    return _permalink(url.path[1]) if len(url.path) > 1 and url.path[0] in _PLACES else None


def _told(url: Url, name: str) -> str:
    """What the query says first of a name; taken apart only where it counts, for that is slow."""
    return parse_qs(url.query.replace("&amp;", "&")).get(name, [""])[0]


def _permalink(video: str) -> Permalink | None:
    match = _VIDEO.match(video)
    if match is None or match[0] in _NO_VIDEOS or video in _NO_VIDEOS:
        return None
    return Permalink(ID, match[0], None, f"https://www.youtube.com/watch?v={match[0]}")


def _playlist(code: str) -> Permalink | None:
    return Permalink(ID, code, None, f"https://www.youtube.com/playlist?list={code}") if _LIST.fullmatch(code) else None


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A video's id holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read a player's frame, or an element that becomes one: the video that its address or its attribute names."""
    videos = [_permalink(video) for video in element.values("videoid", "data-videoid", "data-youtube-id")]
    if "youtube-player" in element.classes():
        videos.extend(_permalink(video) for video in element.values("data-id") if _VIDEO.fullmatch(video))
    videos.extend(_find_named(element))
    videos.extend(_find_set(element))
    packed = (_PACKED.search(value) for value in element.values("data-attrs"))
    videos.extend(_permalink(match[1]) for match in packed if match)
    urls = (
        parse_address(value) for value in element.attributes.values() if "youtu" in value and _is_player(element, value)
    )
    videos.extend(parse_permalink(url) for url in urls if url)
    permalink = next((video for video in videos if video), None)
    if permalink is None:
        return None
    return Embed(platform=ID, rule=f"youtube-{element.form('iframe')}", permalink=permalink)


def _find_named(element: Element) -> Iterator[Permalink | None]:
    """The videos that elements name by their id which a script of the site makes players of: Plyr, Discourse, Lyte."""
    names = ("data-plyr-embed-id", *(("data-video-id",) if "youtube-onebox" in element.classes() else ()))
    yield from (_permalink(video) for video in element.values(*names) if _VIDEO.fullmatch(video))
    if "lyte-wrapper" in element.classes():
        yield from (_permalink(name[4:]) for name in element.values("id") if name.startswith("WYL_"))


def _find_set(element: Element) -> Iterator[Permalink | None]:
    """The videos that a player's settings name."""
    for settings in element.values("data-settings", "data-setup"):
        address = None if _OTHER_PLAYER.search(settings) else _SET.search(settings)
        url = parse_address(address[1].replace("\\/", "/")) if address else None
        yield parse_permalink(url) if url else None


def parse_literal(source: str, at: int) -> Literal | None:
    """Read the frame whose address has its first slash at `at`; `None` unless it is letter for letter YouTube's own.

    >>> frame = '<iframe width="560" src="https://www.youtube.com/embed/abcdefghijk" allowfullscreen></iframe>'
    >>> parse_literal(frame, 31).embed.permalink.post_id
    'abcdefghijk'
    """
    start = source.rfind("<", max(0, at - _LONGEST), at) if source[at] == "/" else -1
    frame = _LITERAL.match(source, start, at + _LONGEST) if start >= 0 else None
    if frame is None or frame.start(1) != at or source.find("youtu", start, at) >= 0:
        return None
    permalink = _permalink(frame[2])
    if permalink is None or source.find("youtu", frame.end(2), frame.end()) >= 0:
        return None
    return Literal(Embed(platform=ID, rule="youtube-iframe", permalink=permalink), start, frame.end())


def _is_player(element: Element, address: str) -> bool:
    """Tell whether an address in an attribute is a player's, and not that of a share button or a caption."""
    if element.name == "blockquote":
        return False
    told = f"{element.name} {element.attributes.get('class', '')} {element.attributes.get('id', '')}".lower()
    return "/embed/" in address or any(word in told for word in _PLAYERS)


# Its embeds leave nothing in extracted text.
parse_footer = no_footer
