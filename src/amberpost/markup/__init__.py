"""What the platforms read posts from: an element out of a page, an embed in it, and a post's own words and links."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ..dates import PrintedDate
from ..models import DateBasis, Permalink
from ..urls import Url, find_links, normalize_link, parse_url
from .elements import Anchor as Anchor
from .elements import Element as Element
from .elements import normalize_language as normalize_language
from .plainpieces import parse_plain as parse_plain
from .souppieces import parse_soup as parse_soup

_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
_BLANK_LINES = re.compile(r"\n{3,}")
_CODE = re.compile(r"https://(?:t\.co|pic\.twitter\.com)/(\w+)")
# Text that was escaped once too often: `&amp;` where the post had `&`.
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#\d{2,5});")
_SHOWN_LINK = re.compile(r"(?:https?://|t\.co/|pic\.(?:twitter|x)\.com/)\S+\Z")
_SHORT = re.compile(r"https?://t\.co/\w+\Z")
# Hashtags, searches and accounts: what the widget links by itself.
_NO_LINK = re.compile(r"https?://(?:\w+\.)?(?:twitter|x|instagram)\.com/(?:hashtag/|search\?|explore/|\w+/?(?:\?|\Z))")


def parse_element(piece: str) -> Element | None:
    """Read the element that `piece` begins with, however broken what follows is; `None` if it begins with none.

    >>> element = parse_element('<p lang="en">One<br>two <a href="https://t.co/abcdefghij">t.co/abc</a></p>')
    >>> element.text, element.anchors[0].href, element.lang
    ('One\\ntwo t.co/abc', 'https://t.co/abcdefghij', 'en')
    """
    return parse_plain(piece) or parse_soup(piece)


def parse_address(value: str) -> Url | None:
    """Take apart an address in an attribute; one that an editor wrapped in Markdown's `[URL](URL` is unwrapped.

    >>> parse_address("[https://a.example/b](https://a.example/b").path
    ('b',)
    """
    return parse_url(value[1:].partition("](")[0] if value.startswith("[") else value)


def find_permalink(addresses: Iterable[str | None], parse: Callable[[Url], Permalink | None]) -> Permalink | None:
    """The post that the first of these addresses leads to that leads to one, as a platform parses them.

    >>> find_permalink((None, "a", "//b.example/c"), lambda url: Permalink("b", url.path[0], None, "")).post_id
    'c'
    """
    for address in addresses:
        url = parse_address(address) if address else None
        permalink = parse(url) if url else None
        if permalink:
            return permalink
    return None


class Said(NamedTuple):
    """A post's own words, `None` when it has none, and the links among them, each once."""

    text: str | None
    links: tuple[str, ...]


class Embed(NamedTuple):
    """What the markup of one embed tells of the post that it shows, before anyone says where it stands."""

    platform: str
    rule: str
    permalink: Permalink | None
    handle: str | None = None
    name: str | None = None
    printed: PrintedDate | None = None
    basis: DateBasis | None = None
    posted_at: dt.datetime | None = None
    text: str | None = None
    links: tuple[str, ...] = ()
    quoted: str | None = None
    lang: str | None = None
    flags: tuple[str, ...] = ()


def make_bare_embed(permalink: Permalink, form: str, posted_at: dt.datetime | None) -> Embed:
    """An embed whose markup tells no more than the post's address, found by the rule of that form.

    >>> make_bare_embed(Permalink("vimeo", "76979871", None, "https://vimeo.com/76979871"), "iframe", None).rule
    'vimeo-iframe'
    """
    return Embed(
        platform=permalink.platform,
        rule=f"{permalink.platform}-{form}",
        permalink=permalink,
        handle=permalink.handle,
        posted_at=posted_at,
    )


class Literal(NamedTuple):
    """An embed read from a platform's own markup as it gives it out, and the half-open span of its element."""

    embed: Embed
    start: int
    end: int


def parse_said(element: Element, start: int, end: int) -> Said:
    """A post's words between two places of the flat text: without the links at their end, which are listed.

    >>> element = parse_element('<p>Rain <a href="https://t.co/abcdefghij">pic.twitter.com/abcdefghij</a></p>')
    >>> parse_said(element, 0, 100)
    Said(text='Rain', links=('https://pic.twitter.com/abcdefghij',))
    """
    places, at = list[tuple[int, str]](), start
    for anchor in element.anchors:
        if anchor.start < start:
            continue
        if anchor.start < end:
            _find_printed(element.text, at, anchor.start, places)
            at = max(at, anchor.end)
        if anchor.end <= end:
            places.extend([(anchor.start, url) for url in _targets(element.shown(anchor), anchor.href)])
    _find_printed(element.text, at, end, places)
    links = [url for _, url in places]
    return Said(_without_end_links(element, start, end), tuple(distinct_links(links) if len(links) > 1 else links))


def _find_printed(text: str, start: int, end: int, places: list[tuple[int, str]]) -> None:
    """Add the links that are printed in a stretch of the text that no link of the markup shows."""
    if text.find("/", start, end) >= 0:
        places.extend([(link.start, link.url) for link in find_links(text, start, end)])


def _targets(shown: str, href: str) -> list[str]:
    """Where a link of the post leads: what it shows when that is an address, else its target; hashtags lead nowhere."""
    is_tag = shown.startswith(("#", "＃", "@", "＠", "$"))
    if is_tag and "/" not in shown and "//t.co/" not in href:
        return []
    printed = [link.url for link in find_links(shown)] if "/" in shown else []
    if _SHORT.match(href) and not any("/pic." in url or "//t.co/" in url for url in printed):
        return [normalize_link(href)]
    if printed or is_tag or not href.startswith(("http://", "https://")):
        return printed
    return [] if _NO_LINK.match(href) else [href]


def _without_end_links(element: Element, start: int, end: int) -> str | None:
    for anchor in reversed(element.anchors):
        if start <= anchor.start and anchor.end <= end:
            if element.text[anchor.end : end].strip(" \n\u00a0…") or not _SHOWN_LINK.match(element.shown(anchor)):
                break
            end = anchor.start
    text = normalize_escaped(element.text[start:end])
    if text is None or "/" not in text:
        return text
    for link in reversed(list(find_links(text, max(0, len(text) - 400)))):
        if text[link.end :].strip(" \n…"):
            break
        text = text[: link.start].rstrip(" \n\u00a0")
    return text or None


def normalize_escaped(words: str) -> str | None:
    """Words as they are kept, `None` for none; those that were escaped once too often are undone.

    >>> normalize_escaped("a &amp;amp; b ".replace("&amp;amp;", "&amp;"))
    'a & b'
    """
    text = normalize_words(words)
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    return text or None


def normalize_words(words: str) -> str:
    """Words as they are kept: no spaces round line breaks, no more than one blank line, nothing at the ends.

    >>> normalize_words(" a \\n b  ")
    'a\\nb'
    """
    text = words
    if "\n" in text:
        text = "\n".join([line.strip(" \u00a0") for line in text.split("\n")])
        text = _BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text
    return text.strip(" \n\t\u00a0" + _INVISIBLE)


def normalize_display_name(printed: str) -> str | None:
    """A display name with its white space folded and without marks that print nothing at its ends.

    >>> normalize_display_name(" Tom  Ann\\u200f ")
    'Tom Ann'
    """
    return " ".join(printed.strip(_INVISIBLE + " \n\u00a0").split()) or None


def distinct_links(urls: Iterable[str]) -> Iterator[str]:
    """Each link once; X's media link and its short link share their code: the one that was shown stands for both."""
    seen: set[str] = set()
    for url in urls:
        code = _CODE.fullmatch(url)
        key = code[1] if code else url
        if key not in seen:
            seen.add(key)
            yield url


def find_flags(embed: Embed) -> Iterator[str]:
    """What a careful reader should know of what an embed's markup says, and of what it does not say."""
    if embed.printed is None:
        yield "no-date"
    elif embed.printed.day is None:
        yield "impossible-date"
    elif embed.basis == "utc" and embed.posted_at and embed.posted_at.date() != embed.printed.day:
        yield "date-differs-from-id"
    if embed.handle is None and embed.name is None:
        yield "no-author"
    owner = embed.permalink.handle if embed.permalink else None
    if embed.handle and owner and owner.lower() != embed.handle.lower():
        yield "handle-differs-from-url"
    if embed.text and embed.text.endswith(("…", "...")):
        yield "text-truncated"
