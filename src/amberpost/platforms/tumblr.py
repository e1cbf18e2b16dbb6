"""Tumblr: the addresses of posts, old and new, and the element that its script turns into one."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import no_footer
from ..markup import Element, Embed, find_permalink
from ..models import Permalink
from ..urls import Url, is_host

ID = "tumblr"
HOSTS: tuple[str, ...] = ("tumblr.com",)
MARKERS: tuple[str, ...] = ("tumblr-post", "amp-tumblr")
ADDRESSES: tuple[str, ...] = (
    r"tumblr\.com/(?:post|image)/[0-9]{6}",
    r"tumblr\.com/(?:blog/view/)?[\w-]{1,40}/[0-9]{6}",
    r"tumblr\.com/embed/post/[\w:-]{10,40}/[0-9]",
)

_BLOG = re.compile(r"[a-z0-9][a-z0-9-]{0,60}", re.IGNORECASE)
_POST = re.compile(r"[0-9]{6,20}")
# What stands where a blog's name would: the site's own hosts and pages.
_NO_BLOGS = frozenset({"www", "m", "embed", "assets", "media", "api", "static", "blog", "post", "tagged", "search"})


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a post: `BLOG.tumblr.com/post/ID/slug` or `www.tumblr.com/BLOG/ID/slug`.

    >>> parse_permalink(Url("ann-b.tumblr.com", ("post", "1020304050607", "a-barge"))).url
    'https://www.tumblr.com/ann-b/1020304050607'
    """
    if not is_host(url.host, "tumblr.com"):
        return None
    path = url.path[2:] if url.path[:2] == ("blog", "view") else url.path
    blog = url.host.removesuffix("tumblr.com").rstrip(".")
    if len(path) > 1 and path[0] in ("post", "image") and blog not in _NO_BLOGS:
        return _permalink(blog, path[1])
    return _permalink(path[0], path[1]) if len(path) > 1 and blog in ("", "www", "m") else None


def _permalink(blog: str, post: str) -> Permalink | None:
    if not _BLOG.fullmatch(blog) or blog in _NO_BLOGS or not _POST.fullmatch(post):
        return None
    return Permalink(ID, post, blog, f"https://www.tumblr.com/{blog}/{post}")


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A post's number holds no time that anyone has shown."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read the link to the post inside; the address of the frame has a key where the blog's name would be."""
    addresses = [*(anchor.href for anchor in element.anchors), *element.values("data-href", "src", "data-src")]
    permalink = find_permalink(addresses, parse_permalink) or find_permalink(addresses, _parse_frame)
    if permalink is None or ("tumblr-post" not in element.classes() and element.name not in ("iframe", "amp-tumblr")):
        return None
    return Embed(platform=ID, rule=f"tumblr-{element.form('iframe')}", permalink=permalink, handle=permalink.handle)


def _parse_frame(url: Url) -> Permalink | None:
    """The post that `embed.tumblr.com/embed/post/KEY/ID` shows, whose blog is not named."""
    path = url.path
    if url.host != "embed.tumblr.com" or path[:2] != ("embed", "post") or len(path) < 4 or not _POST.fullmatch(path[3]):
        return None
    return Permalink(ID, path[3], None, f"https://embed.tumblr.com/embed/post/{path[2]}/{path[3]}")


# Its embeds leave nothing in extracted text but the post's address, which is found as a link.
parse_footer = no_footer
