"""Facebook: the many addresses of posts, photos and videos, and the embed that names page and weekday."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs

from ..dates import PrintedDate, parse_date
from ..footers import no_footer
from ..markup import Anchor, Element, Embed, find_permalink, normalize_display_name, parse_said
from ..models import Permalink
from ..urls import Url, is_host, parse_url
from ._facebookfooter import ID as ID
from ._facebookfooter import PHRASES as PHRASES
from ._hosts import is_post_host

HOSTS: tuple[str, ...] = ("facebook.com", "fb.watch")
MARKERS: tuple[str, ...] = ("fb-post", "fb-video", "amp-facebook", "fb-xfbml-parse-ignore")
ADDRESSES: tuple[str, ...] = (
    r"facebook\.com/(?:plugins/(?:post|video)\.php|(?:permalink|story|photo|video)\.php|photo/?\?|watch/?\?|reel/|share/[pvr]/)",
    r"facebook\.com/(?:groups/)?[\w.%-]{1,80}/(?:posts|videos|photos|permalink)/",
    r"fb\.watch/\w",
)

# Here who manages pages reads their posts, and copies addresses that are those of www.facebook.com but for the host.
_MANAGED = "business.facebook.com"
_CLASSES = frozenset({"fb-post", "fb-video", "fb-xfbml-parse-ignore", "tac_facebookpost"})
_NUMBER = re.compile(r"[0-9]{5,25}")
_CODE = re.compile(r"pfbid\w{20,90}|[0-9]{5,25}")
_SLUGGED = re.compile(r"[0-9]{5,25}|pfbid\w{20,90}")
_PAGE = re.compile(r"[\w.-]{1,80}")
_TOKEN = re.compile(r"[\w-]{3,80}", re.ASCII)
_SHOWING = (("post.php",), ("video.php",), ("comment_embed.php",))
_QUERIES = {
    "permalink.php": ("story_fbid", "id"),
    "story.php": ("story_fbid", "id"),
    "photo.php": ("fbid", ""),
    "photo": ("fbid", ""),
    "video.php": ("v", ""),
    "watch": ("v", ""),
}


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a post, photo or video in any of its forms, or of the frame that shows it.

    >>> parse_permalink(Url("www.facebook.com", ("ann.page", "posts", "1020304050607"))).url
    'https://www.facebook.com/ann.page/posts/1020304050607'
    """
    if is_host(url.host, "fb.watch"):
        token = url.path[0] if url.path and _TOKEN.fullmatch(url.path[0]) else None
        return Permalink(ID, token, None, f"https://fb.watch/{token}/") if token else None
    if not (is_post_host(url.host, HOSTS) or url.host == _MANAGED) or not url.path:
        return None
    if url.path[0] == "plugins":
        if url.path[1:] not in _SHOWING:  # the others are buttons: they like or share what they name
            return None
        inner = parse_url(parse_qs(url.query.replace("&amp;", "&")).get("href", [""])[0])
        return parse_permalink(inner) if inner and inner.path[:1] != ("plugins",) else None
    return _of_query(url) or _of_path(url.path)


def _of_query(url: Url) -> Permalink | None:
    names = _QUERIES.get(url.path[-1]) if len(url.path) < 3 else None
    if names is None:
        return None
    query = parse_qs(url.query.replace("&amp;", "&"))
    number, page = (query.get(name, [""])[0] for name in names)
    if not _CODE.fullmatch(number):
        return None
    if _PAGE.fullmatch(page):
        return Permalink(ID, number, None, f"https://www.facebook.com/permalink.php?story_fbid={number}&id={page}")
    form = "watch/?v=" if names[0] == "v" else "photo/?fbid="
    return Permalink(ID, number, None, f"https://www.facebook.com/{form}{number}")


def _of_path(path: tuple[str, ...]) -> Permalink | None:
    if path[0] == "reel" and len(path) > 1 and _NUMBER.fullmatch(path[1]):
        return Permalink(ID, path[1], None, f"https://www.facebook.com/reel/{path[1]}")
    if path[0] == "share" and len(path) > 2 and path[1] in ("p", "v", "r") and _TOKEN.fullmatch(path[2]):
        return Permalink(ID, path[2], None, f"https://www.facebook.com/share/{path[1]}/{path[2]}/")
    place = 2 if path[0] == "groups" else 1
    kind = path[place] if len(path) > place else ""
    numbers = (part.removesuffix(":0") for part in reversed(path[place + 1 :]))
    number = next((part for part in numbers if _SLUGGED.fullmatch(part)), None)
    if kind not in ("posts", "videos", "photos", "permalink") or number is None or not _PAGE.fullmatch(path[place - 1]):
        return None
    handle = None if place == 2 else path[0]
    page = f"groups/{path[1]}" if place == 2 else path[0]
    return Permalink(ID, number, handle, f"https://www.facebook.com/{page}/{kind}/{number}")


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A post's number holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read `TEXT Posted by PAGE on DATE` in any language: the date is in the last link, the page in the one before.

    The printed day is the embedder's, in no named zone.
    """
    addresses = [*element.values("data-href", "cite", "href", "src", "data-src")]
    if "tac_facebookpost" in element.classes():
        addresses.extend(element.values("data-url"))
    dated = _find_dated(element)
    if element.classes() & _CLASSES:
        addresses.extend(anchor.href for anchor in element.anchors)
    elif element.name == "blockquote" and dated and _find_author(element, dated[0]):
        addresses.append(dated[0].href)  # a sanitizer took its class, but left the line under it
    permalink = find_permalink(addresses, parse_permalink)
    if permalink is None or not _is_marked(element):
        return None
    dateline = dated[0] if dated else _find_undated(element)
    author = _find_author(element, dateline) if dateline else None
    line = _find_line(element, dateline) if dateline else 0
    said = parse_said(element, 0, line)
    return Embed(
        platform=ID,
        rule=f"facebook-{element.form('iframe', 'blockquote')}",
        permalink=permalink,
        handle=permalink.handle,
        name=normalize_display_name(element.shown(author)) if author else None,
        printed=dated[1] if dated else None,
        basis="local" if dated else None,
        text=said.text,
        links=tuple(link for link in said.links if "facebook.com/" not in link),
    )


def _is_marked(element: Element) -> bool:
    """Share and like buttons have a `data-href` too."""
    if element.name in ("iframe", "oembed", "amp-facebook") or element.name.startswith("fb:"):
        return True
    return bool(element.classes() & _CLASSES) or element.name == "blockquote"


def _find_dated(element: Element) -> tuple[Anchor, PrintedDate] | None:
    """The last link that shows a date."""
    for anchor in reversed(element.anchors):
        printed = parse_date(element.text, anchor.start) if anchor.start < anchor.end else None
        if printed and printed.end <= anchor.end + 1:
            return anchor, printed
    return None


def _find_undated(element: Element) -> Anchor | None:
    """The last link of an old embed, which shows no more than a weekday: to a post, behind the page's on one line."""
    last = element.anchors[-1] if element.anchors else None
    author = _find_author(element, last) if last and find_permalink([last.href], parse_permalink) else None
    return last if last and author and _find_line(element, author) == _find_line(element, last) else None


def _find_line(element: Element, anchor: Anchor) -> int:
    """Where the line of a link begins."""
    return element.text.rfind("\n\n", 0, anchor.start) + 2 if "\n\n" in element.text[: anchor.start] else 0


def _find_author(element: Element, dated: Anchor) -> Anchor | None:
    before = [anchor for anchor in element.anchors if anchor.start < dated.start and "facebook.com" in anchor.href]
    return before[-1] if before else None


# No handle stands in what its embed leaves: that is found by its words, `PHRASES`.
parse_footer = no_footer
