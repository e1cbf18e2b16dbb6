"""Reddit: the addresses of posts and comments, and the card that names title, author and subreddit."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import Footer, Phrase, no_footer, skip_gap
from ..markup import Element, Embed, find_permalink
from ..models import Permalink
from ..urls import Url, is_host
from ._hosts import is_post_host

ID = "reddit"
HOSTS: tuple[str, ...] = ("reddit.com", "redd.it", "redditmedia.com")
MARKERS: tuple[str, ...] = ("reddit-embed", "reddit-card", "amp-reddit")
ADDRESSES: tuple[str, ...] = (r"reddit(?:media)?\.com/r/\w{2,30}/comments/\w", r"redd\.it/\w{4,10}\b")

_ID = re.compile(r"[a-z0-9]{4,10}", re.IGNORECASE)
_SUBREDDIT = re.compile(r"[\w-]{2,30}", re.ASCII)
_BY = re.compile(
    r"by(?:(?P<glue>(?=\[?u/))| )\[?u/(?P<name>[\w\\-]{2,40})(?:\]\([^()\s]{1,300}\))?(?: from discussion)?"
    r"\s{1,3}(?:> )?in(?: |(?=[\[\w]))\[?(?:r/)?\w{2,30}(?:\]\([^()\s]{1,300}\))?(?P<edge>(?=[ \t]*(?:\n|\Z)))?"
)
_NO_TITLE = re.compile(r"(?:\A|\n)[\s>]*\[?Comment(?:\]\([^()\s]*\))?\Z")
_TARGET = re.compile(r"\]\(<?(https?://[^()\s<>]{1,300})>?\)[\s>]*\Z")
# A title that is a link and goes over the end of its line.
_WRAPPED = re.compile(r"\[[^\[\]]{1,300}\]\(<?https?://[^()\s<>]{1,300}>?\)\Z")
_LONGEST_TITLE = 400
_AUTHOR = re.compile(r"u/([\w-]{2,30})")
# What ends a card of which a sanitizer took the class.
_BYLINE = re.compile(r"\n[^\S\n]{0,4}by\s?u/[\w-]{2,30}\s{1,9}in\s?(?:r/)?\w{2,30}\Z")
_BYLINE_WINDOW = 120


def parse_permalink(url: Url, /) -> Permalink | None:
    """Parse the address of a post, or of a comment under it (`post/comment`).

    >>> parse_permalink(Url("www.reddit.com", ("r", "birds", "comments", "1abcde", "a_slug", "kxyz12"))).post_id
    '1abcde/kxyz12'
    """
    path = url.path
    if is_host(url.host, "redd.it") and url.host.count(".") == 1 and len(path) == 1 and _ID.fullmatch(path[0]):
        return Permalink(ID, path[0], None, f"https://www.reddit.com/comments/{path[0]}/")
    if not is_post_host(url.host, HOSTS):
        return None
    if len(path) == 2 and path[0] == "comments" and _ID.fullmatch(path[1]):
        return Permalink(ID, path[1], None, f"https://www.reddit.com/comments/{path[1]}/")
    if len(path) < 4 or path[0] != "r" or path[2] != "comments":
        return None
    if not (_SUBREDDIT.fullmatch(path[1]) and _ID.fullmatch(path[3])):
        return None
    comment = path[5] if len(path) > 5 and _ID.fullmatch(path[5]) else None
    address = f"https://www.reddit.com/r/{path[1]}/comments/{path[3]}/"
    return Permalink(
        ID, f"{path[3]}/{comment}" if comment else path[3], None, address + (f"_/{comment}/" if comment else "")
    )


def parse_instant(_post_id: str, /) -> dt.datetime | None:
    """A post's id holds no time."""
    return None


def parse_markup(element: Element, /) -> Embed | None:
    """Read the title, which is the first link, and the author `u/NAME`. A comment's card shows no words."""
    marked = any(name.startswith(("reddit-embed", "reddit-card")) for name in element.classes())
    marked = marked or (element.name == "blockquote" and _ends_in_byline(element.text))
    addresses = [*element.values("cite", "src", "data-src")]
    if marked:
        addresses.extend(anchor.href for anchor in element.anchors)
    permalink = find_permalink(addresses, parse_permalink)
    if permalink is None:
        return None
    is_post = marked and "/" not in permalink.post_id
    title = element.shown(element.anchors[0]) if is_post and element.anchors else None
    author = next((named[1] for a in element.anchors if (named := _AUTHOR.fullmatch(element.shown(a)))), None)
    return Embed(
        platform=ID,
        rule=f"reddit-{element.form('iframe', 'blockquote')}",
        permalink=permalink,
        handle=author,
        text=title or None,
    )


def _ends_in_byline(text: str) -> bool:
    return _BYLINE.search(text.rstrip()[-_BYLINE_WINDOW:]) is not None


def _parse_byline(source: str, slash: int, /) -> Footer | None:
    """Read `TITLE by u/NAME in SUBREDDIT`, whose `u/` ends at `slash`.

    Current cards leave no space behind "by" and "in", which no prose does; with spaces it must be a line of its own
    below another, as prose has the same words.
    """
    by = _BY.match(source, source.rfind("b", max(0, slash - 6), slash))
    if by is None:
        return None
    line = source.rfind("\n", max(0, by.start() - _LONGEST_TITLE), by.start()) + 1
    alone = not source[line : by.start()].strip("> \t")
    if by["glue"] is None and not (alone and by["edge"] is not None and line > 1):
        return None
    title = _title_start(source, line, by.start()) if alone else None
    permalink = _find_kept(source[max(0, by.start() - _LONGEST_TITLE) : by.start()])
    return Footer(
        platform=ID,
        rule="reddit-footer",
        start=by.start(),
        end=by.end(),
        handle=by["name"].replace("\\", ""),
        name=None,
        permalink=permalink,
        opens=None if title is None else (title, title),
        flags=("no-date",),
    )


def _title_start(source: str, line: int, end: int) -> int:
    """Where the line above begins; what stands for a comment's title is no title."""
    above = source[max(0, line - _LONGEST_TITLE) : line].rstrip("> \t\r\n")
    if _NO_TITLE.search(above):
        return end
    last = above.rfind("\n") + 1
    wrapped = _WRAPPED.search(above) if above.endswith(")") and above.find("[", last) < 0 else None
    begin = max(0, line - _LONGEST_TITLE) + (wrapped.start() if wrapped else last)
    return skip_gap(source, begin)


def _find_kept(above: str) -> Permalink | None:
    """The address that the title leads to, where an extractor kept it right before the byline."""
    target = _TARGET.search(above)
    return find_permalink((target[1],), parse_permalink) if target else None


PHRASES: tuple[Phrase, ...] = (Phrase("/", _parse_byline, re.compile(r"/(?<=u/)(?<=(?:yu|[ \[]u)/)(?=\w)")),)
# No handle stands in parentheses in what its embed leaves: that is found by its words.
parse_footer = no_footer
