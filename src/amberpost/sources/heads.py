"""What pages say of a post in their heads: Open Graph, Twitter's own names, and the title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..htmltags import find_tags, unescape
from ..markup import normalize_display_name, normalize_words
from ..models import Permalink
from ..platforms import BY_ID, parse_permalink
from ..posts import Medium, Post
from .bodies import parse_rounded, parse_stamp

NAME = "page"
_TAGS = ("meta", "title", "link")
_MOST_TAGS = 3000
_LONGEST = 30_000
_MOST_IMAGES = 20
_MOST_VALUES = 20
_ADDRESSES = ("og:url", "canonical", "al:web:url", "twitter:url")
_STAMPS = ("article:published_time", "og:published_time", "datepublished", "uploaddate", "og:video:release_date")
_OPEN, _CLOSE = '["“«„]\\s?', '\\s?["”»“]'


@dataclass(slots=True, frozen=True)
class Head:
    """The values of a page's head by their names in lower case, each as often as it is there."""

    values: Mapping[str, tuple[str, ...]]

    def first(self, *names: str) -> str:
        """The first value of the first of these names that has one; empty when none has."""
        return next((value for name in names for value in self.values.get(name, ()) if value), "")


@dataclass(slots=True, frozen=True)
class Told:
    """What a platform's way of writing a head says of a post."""

    text: str | None = None
    name: str | None = None
    handle: str | None = None
    likes: int | None = None
    replies: int | None = None


@dataclass(slots=True, frozen=True)
class Shape:
    """How one field of a platform's heads is written; the groups of the pattern are named as in `Told`."""

    field: str
    pattern: re.Pattern[str]


def _shape(field: str, pattern: str) -> Shape:
    return Shape(field, re.compile(pattern, re.DOTALL))


_QUOTED = rf"{_OPEN}(?P<text>.+?){_CLOSE}"
_NAMED = r"(?P<name>[^\n]{1,100}?)"
_ACCOUNT = r"\(@(?P<handle>[\w.@-]{1,100})\)"
_LIKED = r"(?P<likes>[\d.,]{1,12}[KMB]?) [Ll]ikes?, (?P<replies>[\d.,]{1,12}[KMB]?) [Cc]omments?"
_REALMS = {"mastodon": 2, "bluesky": 4}  # the part of a canonical address that names it
# By platform, first the surest. Written as seen in stored search results, articles' links and readers' tests of 2022 to
# 2026; only English, for a page in another language is left to its description. X before 2023 said "on Twitter".
SHAPES: Mapping[str, tuple[Shape, ...]] = {
    "twitter": (
        _shape("og:title", rf"{_NAMED} on (?:X|Twitter): {_QUOTED}(?: / (?:X|Twitter))?"),
        _shape("title", rf"{_NAMED} on (?:X|Twitter): {_QUOTED} / (?:X|Twitter)"),
        _shape("og:title", rf"{_NAMED} {_ACCOUNT} on (?:X|Twitter)"),
        _shape("og:title", rf"{_NAMED} on (?:X|Twitter)"),
        _shape("og:description", _QUOTED),
        _shape("og:description", r"(?![\"“«„])(?P<text>.+)"),
    ),
    "instagram": (
        _shape("og:title", rf"{_NAMED} on Instagram: {_QUOTED}"),
        _shape("og:description", rf"{_LIKED} - {_NAMED} {_ACCOUNT} on Instagram: {_QUOTED}"),
        _shape("og:description", rf"{_LIKED} - (?P<handle>[\w.]{{1,30}}) on \w+ \d{{1,2}}, \d{{4}}: {_QUOTED}\.?\s*"),
        _shape("og:description", rf"{_LIKED} - (?P<handle>[\w.]{{1,30}}) on \w+ \d{{1,2}}, \d{{4}}.*"),
        _shape("twitter:title", rf"{_NAMED} {_ACCOUNT} • Instagram.*"),
    ),
    "tiktok": (
        _shape("og:description", rf"{_LIKED}\. TikTok video from {_NAMED} {_ACCOUNT}: {_QUOTED}\..*"),
        _shape("description", rf"{_LIKED}\. TikTok video from {_NAMED} {_ACCOUNT}: {_QUOTED}\..*"),
    ),
    "threads": (
        _shape("og:title", rf"{_NAMED} {_ACCOUNT} on Threads"),
        _shape("og:description", r"(?P<text>.+)"),
    ),
    "facebook": (
        _shape("og:title", r"(?P<name>[^\n|]{1,100}?)(?: - .*| \| Facebook)?"),
        _shape("og:description", r"(?P<text>.+)"),
    ),
    # A film's title is what it is cited by; below it may stand thousands of words.
    "youtube": (
        _shape("og:title", r"(?P<text>.+)"),
        _shape("author name", _NAMED),
        _shape("author url", r"https?://www\.youtube\.com/@(?P<handle>[\w.-]{3,30})"),
    ),
    # app/views/statuses/show.html.haml and statuses_helper.rb of mastodon/mastodon: what is attached stands in front of
    # the words; behind a content warning there are none.
    "mastodon": (
        _shape("og:title", rf"{_NAMED} {_ACCOUNT}"),
        _shape("og:description", r"(?:Attached: [^\n]{1,200}\n\n)?(?!(?:Attached|Content warning): )(?P<text>.+)"),
    ),
    # bskyweb/templates/post.html of bluesky-social/social-app.
    "bluesky": (
        _shape("og:title", rf"{_NAMED} {_ACCOUNT}"),
        _shape("og:title", r"@(?P<handle>[\w.-]{3,253})"),
        _shape("og:description", r"(?P<text>.+)"),
    ),
}
# Platforms that cut words without a sign; so long are those that may be cut (a guess).
_CUT_SILENTLY = frozenset({"facebook", "tiktok"})
_LONG = 140
# Descriptions that are no post's: what each site says of itself, or in place of words.
_NO_WORDS = re.compile(
    r"This author has chosen to make their posts visible only to people who are signed in\."
    r"|From breaking news and entertainment to sports and politics.*"
    r"|(?:Join|See what's happening on|Log in(?:to)?) (?:X|Threads|Facebook|Instagram)\b.*"
    r"|Welcome back to Instagram\..*|Create an account or log in(?:to)? .*|Enjoy the videos and music you love.*",
    re.DOTALL,
)
# Pictures that are no post's: its author's, the site's.
_NO_MEDIUM = re.compile(
    r"/profile_images/|/rsrc\.php|static\.cdninstagram|abs\.twimg\.com|/avatars?/|/t51\.[0-9-]+-19/"
)


def read_head(page: str) -> Head:
    """Read the head's values; the whole page is looked through, because some sites' begin behind their scripts.

    >>> read_head('<meta property="og:title" content="a &amp; b"><title>c</title>').first("og:title")
    'a & b'
    """
    values: dict[str, list[str]] = {}
    for place, tag in enumerate(find_tags(page, _TAGS)):
        if place >= _MOST_TAGS:
            break
        for name, value in _read_tag(tag.name, tag.attributes, tag.text):
            values.setdefault(name, []).append(value[:_LONGEST])
    return Head({name: tuple(each) for name, each in values.items()})


def _read_tag(name: str, told: Mapping[str, str], text: str) -> Iterator[tuple[str, str]]:
    if name == "title":
        yield "title", " ".join(unescape(text[:_LONGEST]).split())
    elif name == "link":
        key = told.get("rel", "").lower() or "author " + told.get("itemprop", "")  # as YouTube names a channel
        yield key[:60], told.get("href") or told.get("content", "")
    else:
        key = told.get("property") or told.get("name") or told.get("itemprop") or ""
        yield key.lower()[:60], told.get("content", "")


def find_address(head: Head, permalink: Permalink) -> Permalink | None:
    """The post that a page says it is of: the asked one where any of its addresses is that, else the first."""
    found = [each for name in _ADDRESSES for value in head.values.get(name, ()) if (each := parse_permalink(value))]
    return next((each for each in found if is_same(each, permalink)), found[0] if found else None)


def find_realm(permalink: Permalink) -> str:
    """Whose ids a post's id is one of: a server's (Mastodon), an account's, who may choose them (Bluesky), else all's.

    >>> find_realm(Permalink("mastodon", "116329750110333726", "a@b.example", "https://b.example/@a/116329750110333726"))
    'b.example'
    >>> find_realm(Permalink("twitter", "20", "jack", "https://x.com/jack/status/20"))
    ''
    """
    place = _REALMS.get(permalink.platform)
    return permalink.url.split("/")[place].lower() if place else ""


def is_same(one: Permalink, other: Permalink) -> bool:
    """Whether two addresses are of one post: ids are, and for servers of their own (Mastodon) the hosts too.

    >>> is_same(Permalink("twitter", "20", "a", ""), Permalink("twitter", "20", None, ""))
    True
    """
    if one.platform != other.platform or one.post_id.lower() != other.post_id.lower():
        return False
    if one.post_id != other.post_id and one.platform != "telegram":
        return False
    return one.platform != "mastodon" or one.url.split("/")[2] == other.url.split("/")[2]


def parse_head(head: Head, permalink: Permalink) -> Post | None:
    """The post that a page of a platform tells of in its head, where the head is of the asked post and has its words.

    >>> head = read_head('<meta property="og:title" content=\\'Ann on X: "Rain" / X\\'><link rel=canonical href="https://x.com/a/status/20">')
    >>> post = parse_head(head, Permalink("twitter", "20", "a", "https://x.com/a/status/20"))
    >>> post.text, post.author_name
    ('Rain', 'Ann')
    """
    told = _read_shapes(head, SHAPES.get(permalink.platform, ()))
    address = find_address(head, permalink)
    if address is None or not is_same(address, permalink) or not (told.text or told.name or told.handle):
        return None
    media = tuple(_find_media(head))
    if told.text is None and not media:
        return None
    handle = told.handle or address.handle or permalink.handle
    text = (normalize_words(told.text) or None) if told.text else None
    return Post(
        platform=permalink.platform,
        post_id=permalink.post_id,
        permalink=permalink.url,
        source=NAME,
        handle=_whole_handle(handle, permalink),
        author_name=normalize_display_name(told.name) if told.name else None,
        posted_at=BY_ID[permalink.platform].parse_instant(permalink.post_id) or parse_stamp(head.first(*_STAMPS)),
        text=text,
        truncated=bool(text) and _is_cut(str(text), permalink.platform),
        media=media,
        likes=told.likes,
        replies=told.replies,
    )


def _is_cut(text: str, platform: str) -> bool:
    """Whether words may go on: they end with the sign of it, or in a place where it is known that they are cut."""
    return text.endswith(("…", "...")) or (platform in _CUT_SILENTLY and len(text) > _LONG)


def _whole_handle(handle: str | None, permalink: Permalink) -> str | None:
    if handle is None or permalink.platform != "mastodon" or "@" in handle:
        return handle
    return f"{handle}@{permalink.url.split('/')[2]}"


def _read_shapes(head: Head, shapes: tuple[Shape, ...]) -> Told:
    found: dict[str, str] = {}
    for shape in shapes:
        matches = (shape.pattern.fullmatch(value.strip()) for value in head.values.get(shape.field, ())[:_MOST_VALUES])
        match = next((each for each in matches if each and not _NO_WORDS.fullmatch(each[0])), None)
        for name, words in match.groupdict().items() if match else ():
            # Of two readings of the words one may be cut; of all else the surer one counts.
            if words and (name not in found or (name == "text" and len(words) > len(found[name]))):
                found[name] = words
    return Told(
        text=found.get("text"),
        name=found.get("name"),
        handle=found.get("handle"),
        likes=parse_rounded(found.get("likes", "")),
        replies=parse_rounded(found.get("replies", "")),
    )


def _find_media(head: Head) -> Iterator[Medium]:
    images = dict.fromkeys(head.values.get("og:image", ()) + head.values.get("og:image:url", ()))
    for url in list(images)[:_MOST_IMAGES]:
        if url.startswith(("http://", "https://")) and not _NO_MEDIUM.search(url[:2000]):
            yield Medium(kind="image", url=url[:2000])
