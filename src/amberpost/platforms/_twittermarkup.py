"""What X's embeds are in HTML, from the first blockquote of 2012 to rendered widgets and the cards of publishers."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass

from ..dates import PrintedDate, parse_date
from ..footers import skip_gap
from ..markup import Anchor, Element, Embed, normalize_display_name, parse_said
from ..models import DateBasis, Permalink, replace_surrogates
from ._twitterbyline import HANDLE_PAREN, Byline, find_byline, find_card, read_name
from ._twitterlinks import HANDLE, ID, build_permalink, parse_href, parse_instant

MARKERS: tuple[str, ...] = (
    "twitter-tweet",
    "twitter-video",
    "subbuzz-tweet__container",
    "amp-twitter",
    "twitter-widget",
    "data-tweet-id",
    "data-tweetid",
    "data-twitter-tweet-id",
    "embed-twitter",
    "twitterembed-canvas",
    "twitter-embed",
    'embed-type="twitter"',
    "tweet-embed",
    's9e-mediaembed="twitter',
    'component-name="Twitter2ToDOM',
    "tweet-link-top",
    "react-tweet",
    "lite-tweet",
)

_ID = re.compile(r"[0-9]{1,19}")
_FRAME_ID = re.compile(r"(?:[?&#]id=|twitter\.min\.html#|/i/(?:videos/tweet|videos|cards/tfw/v\d)/)([0-9]{4,19})")
_ID_ATTRIBUTES = ("data-tweet-id", "data-tweetid", "data-twitter-tweet-id", "data-embed-id", "tweet-id", "tweetid")
_TAIL_MOST = 60


def parse_markup(element: Element) -> Embed | None:
    """Read the post that an element shows: the last status link in it, else the id in an attribute or in a frame's URL.

    A blockquote without X's class must end in a post's footer; share buttons, timelines and "Read more" are nothing.
    """
    packed = next(element.values("data-attrs"), None)
    if packed and element.name != "blockquote" and (embed := _parse_packed(packed)):
        return embed
    status = _find_status(element)
    if status is not None:
        return _parse_quote(element, status)
    permalink = _parse_attributes(element)
    if permalink is not None and element.name == "blockquote" and element.text:
        return _parse_quote(element, _Status(None, permalink, None))
    if permalink is not None:
        posted_at = parse_instant(permalink.post_id)
        return Embed(
            platform=ID, rule=_rule(element), permalink=permalink, handle=permalink.handle, posted_at=posted_at
        )
    return _parse_unlinked(element)


@dataclass(slots=True, frozen=True)
class _Status:
    """The link that says which post is shown, the post, and the day that the link shows."""

    anchor: Anchor | None
    permalink: Permalink
    printed: PrintedDate | None
    quoted: str | None = None


def _find_status(element: Element) -> _Status | None:
    """The last status link, which is the post's own; of several to the same post, the one that shows a date."""
    links = [(anchor, permalink) for anchor in element.anchors if (permalink := parse_href(anchor.href))]
    if not links:
        return None
    own = links[-1][1]
    dated = [
        (anchor, permalink, printed)
        for anchor, permalink in links
        if permalink.post_id == own.post_id and (printed := _parse_day(element, anchor, permalink))
    ]
    others = [permalink.url for _, permalink in links if permalink.post_id != own.post_id]
    quoted = others[-1] if others else None
    if dated:
        return _Status(*dated[-1], quoted)
    return _Status(*links[-1], None, quoted)


def _parse_day(element: Element, anchor: Anchor, permalink: Permalink) -> PrintedDate | None:
    """The day that a link shows, alone or behind the whole byline; the post's id tells which number is the day."""
    made = parse_instant(permalink.post_id)
    known = made.date() if made else None
    printed = parse_date(element.text, anchor.start, known=known) if anchor.start < anchor.end else None
    if printed is None:
        author = next(HANDLE_PAREN.finditer(element.text, anchor.start, anchor.end), None)
        printed = parse_date(element.text, skip_gap(element.text, author.end()), known=known) if author else None
    return printed if printed and printed.end <= anchor.end + 1 else None


def _parse_quote(element: Element, status: _Status) -> Embed | None:
    anchor, permalink = status.anchor, status.permalink
    end = anchor.start if anchor and element.name != "a" else len(element.text)
    end = max(end, status.printed.start) if status.printed else end
    byline = find_byline(element.text, end, permalink.handle)
    printed = status.printed or (byline.printed if byline else None)
    if not _is_marked(element) and not _is_whole(element, status, byline, printed):
        return None
    card = None if byline and byline.handle else find_card(element, end, permalink)
    if card:
        said = parse_said(element, *card.words)
    elif byline or printed or element.lang:
        said = parse_said(element, 0, byline.start if byline else end)
    else:
        said = parse_said(element, 0, 0)  # "View Tweet", "Loading…": the widget's words, not the post's
    author = card or byline
    handle = (author.handle if author else None) or permalink.handle
    return Embed(
        platform=ID,
        rule=_rule(element),
        permalink=_with_handle(permalink, handle),
        handle=handle,
        name=author.name if author else None,
        printed=printed,
        basis=_basis(printed),
        posted_at=parse_instant(permalink.post_id) or _parse_stamp(anchor.stamp if anchor else None),
        text=said.text,
        links=tuple(link for link in said.links if not _is_own(link, permalink.post_id)),
        quoted=status.quoted or _quoted(said.links, permalink.post_id),
        lang=element.lang,
    )


def _is_marked(element: Element) -> bool:
    return element.name != "blockquote" or "twitter" in (name := element.attributes.get("class", "")) or "tweet" in name


def _is_whole(element: Element, status: _Status, byline: Byline | None, printed: PrintedDate | None) -> bool:
    """Tell whether a blockquote without the class ends in a post's footer, and not in an author's link to some post."""
    anchor = status.anchor
    if anchor is None or byline is None or len(element.text) - anchor.end > _TAIL_MOST:
        return False
    own = status.permalink.handle
    same = byline.handle is not None and (own is None or byline.handle.lower() == own.lower())
    return printed is not None or same


def _parse_attributes(element: Element) -> Permalink | None:
    """The post that an attribute or a frame's address names."""
    for value in element.values(*_ID_ATTRIBUTES):
        if _ID.fullmatch(value) and (parse_instant(value) or _is_marked(element)):
            return Permalink(ID, value, None, build_permalink(value))
        if permalink := parse_href(value):
            return permalink
    numbered = element.attributes.get("data-id", "") if "twitter-tweet" in element.classes() else ""
    if _ID.fullmatch(numbered) and parse_instant(numbered):
        return Permalink(ID, numbered, None, build_permalink(numbered))
    told = (value for name, value in element.attributes.items() if "share" not in name and name != "srcdoc")
    addresses = [*told, *element.values("src", "data-src", "data-lazy-src")]
    for value in addresses:
        permalink = _parse_frame(value)
        if permalink:
            return permalink
    return None


def _parse_frame(address: str) -> Permalink | None:
    if "/status" in address:
        return parse_href(address)
    framed = _FRAME_ID.search(address)
    return Permalink(ID, framed[1], None, build_permalink(framed[1])) if framed else None


def _parse_unlinked(element: Element) -> Embed | None:
    """A blockquote with X's class that lost its link, but kept author and date."""
    if element.name != "blockquote" or not element.classes() & {"twitter-tweet", "twitter-video"}:
        return None
    found = reversed(list(HANDLE_PAREN.finditer(element.text)))
    text = element.text
    dated = ((match, printed) for match in found if (printed := parse_date(text, skip_gap(text, match.end()))))
    match, printed = next(dated, (None, None))
    if match is None:
        return None
    byline = read_name(element.text, match.start(), match[1], printed)
    said = parse_said(element, 0, byline.start)
    return Embed(
        platform=ID,
        rule=_rule(element),
        permalink=None,
        handle=byline.handle,
        name=byline.name,
        printed=printed,
        basis=_basis(printed),
        text=said.text,
        links=said.links,
        lang=element.lang,
    )


def _parse_packed(packed: str) -> Embed | None:
    """Substack keeps the post as JSON in an attribute."""
    try:
        record = json.loads(packed)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    told = {key: replace_surrogates(value) for key, value in record.items() if isinstance(value, str)}
    permalink = parse_href(told.get("url", ""))
    if permalink is None:
        return None
    words = Element("p", {}, told.get("full_text", ""))
    said = parse_said(words, 0, len(words.text))
    inner = record.get("quoted_tweet")
    quoted = parse_href(str(inner.get("url", ""))) if isinstance(inner, dict) else None
    handle = told.get("username") or permalink.handle
    return Embed(
        platform=ID,
        rule="twitter-attributes",
        permalink=_with_handle(permalink, handle),
        handle=handle,
        name=normalize_display_name(told.get("name", "")),
        posted_at=parse_instant(permalink.post_id) or _parse_stamp(told.get("date")),
        text=said.text,
        links=said.links,
        quoted=quoted.url if quoted else _quoted(said.links, permalink.post_id),
    )


def _rule(element: Element) -> str:
    if element.name == "blockquote":
        return "twitter-blockquote" if _is_marked(element) else "twitter-blockquote-unmarked"
    if element.name == "iframe":
        return "twitter-iframe"
    return "twitter-amp" if element.name.startswith("amp-") else "twitter-element"


def _basis(printed: PrintedDate | None) -> DateBasis | None:
    if printed is None:
        return None
    return "iso" if printed.form == "iso" else "utc"


def _with_handle(permalink: Permalink, handle: str | None) -> Permalink:
    """A permalink that names no account is completed with the one that the embed prints."""
    if permalink.handle or not handle or not HANDLE.fullmatch(handle):
        return permalink
    return Permalink(ID, permalink.post_id, None, build_permalink(permalink.post_id, handle=handle))


def _parse_stamp(stamp: str | None) -> dt.datetime | None:
    """An instant as markup gives it, with its zone; `None` for anything else."""
    try:
        instant = dt.datetime.fromisoformat(stamp or "")
        return instant.astimezone(dt.UTC).replace(microsecond=0) if instant.tzinfo else None
    except (ValueError, OverflowError):  # the zone may lead out of the years that there are
        return None


def _is_own(link: str, post_id: str) -> bool:
    permalink = parse_href(link)
    return permalink is not None and permalink.post_id == post_id


def _quoted(links: tuple[str, ...], post_id: str) -> str | None:
    permalinks = [permalink for link in links if (permalink := parse_href(link))]
    return next((permalink.url for permalink in reversed(permalinks) if permalink.post_id != post_id), None)
