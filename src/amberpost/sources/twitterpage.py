"""Pages of a tweet as Twitter's own servers made them: twitter.com's from about 2010 to 2020, and the old mobile one.

Shapes as public readers and saved pages hold them, by the year of the page: `div.permalink-tweet` with `data-tweet-id`,
`data-screen-name`, `data-name`, `data-user-id` (2012, 2015, 2016, 2018), `p.tweet-text` with `lang` (2015, 2016),
`span._timestamp[data-time]` (2015), photos as `data-image-url` (2016 to 2019) or `data-resolved-url-large` (2015);
mobile.twitter.com: `div.tweet-text[data-id]` with one `div.dir-ltr` in it (until 2020). The counts' names and the
mobile page's author are guesses.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from ..htmltags import Tag, find_tags
from ..ids import parse_snowflake
from ..markup import normalize_display_name, normalize_words
from ..models import Permalink
from ..posts import Medium, Post, PostLink
from ..urls import normalize_link
from .bodies import parse_rounded
from .pieces import cut_element, parse_piece, read_tag, read_words

NAME = "page"
_LIMIT = 128 * 1024
_MOST_TRIES = 50
_WORDS = re.compile(r"<p\s[^<>]{0,600}\btweet-text\b[^<>]{0,600}>")
_ENDS = ("js-stream-tweet", "stream-item", "permalink-replies", "inline-reply-tweetbox", "replies-to")
_COUNTS = {"ProfileTweet-action--reply": "replies", "ProfileTweet-action--retweet": "reposts"}
_COUNTS |= {"ProfileTweet-action--favorite": "likes"}
_SECONDS = re.compile(r"[0-9]{9,11}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_HANDLE = re.compile(r"\w{1,20}", re.ASCII)


def parse_page(page: str, permalink: Permalink) -> Post | None:
    """Read the asked tweet out of a page that Twitter's servers made; `None` for all other pages.

    >>> page = '<div class="permalink-tweet" data-tweet-id="20" data-screen-name="ann"><p class="tweet-text">Rain</p>'
    >>> post = parse_page(page, Permalink("twitter", "20", "ann", "https://x.com/ann/status/20"))
    >>> post.handle, post.text
    ('ann', 'Rain')
    """
    return _parse_desktop(page, permalink) or _parse_mobile(page, permalink)


def _find_marked(page: str, mark: str, word: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The tags that hold a mark and are of a class, and where each begins."""
    place = page.find(mark)
    for _ in range(_MOST_TRIES):
        if place < 0:
            break
        start = page.rfind("<", max(0, place - 4000), place)
        tag = read_tag(page, start)
        if tag and word in tag.attributes.get("class", "").split():
            yield start, tag.attributes
        place = page.find(mark, place + 1)


def _parse_desktop(page: str, permalink: Permalink) -> Post | None:
    for start, told in _find_marked(page, f'data-tweet-id="{permalink.post_id}"', "permalink-tweet"):
        piece = page[start : start + _LIMIT]
        opening = _WORDS.search(piece)
        handle = told.get("data-screen-name", "")
        if opening is None or not _HANDLE.fullmatch(handle):
            continue
        return _make_post(piece, opening.start(), told, permalink)
    return None


def _make_post(piece: str, words_at: int, told: Mapping[str, str], permalink: Permalink) -> Post:
    handle = told["data-screen-name"]
    words = cut_element(piece, words_at)
    paragraph = read_tag(piece, words_at)
    tags = list(_find_own_tags(piece, permalink.post_id))
    links = list(_find_targets(words))
    text = _read_text(words, links)
    counts = _find_counts(tags)
    return Post(
        platform=permalink.platform,
        post_id=permalink.post_id,
        permalink=f"https://x.com/{handle}/status/{permalink.post_id}",
        source=NAME,
        handle=handle,
        author_name=normalize_display_name(told.get("data-name", "")),
        author_id=told.get("data-user-id") if _NUMBER.fullmatch(told.get("data-user-id", "")) else None,
        posted_at=_find_instant(tags) or parse_snowflake(permalink.post_id),
        text=text,
        truncated=bool(text and text.endswith("…")),
        lang=(paragraph.attributes.get("lang") or None) if paragraph else None,
        links=tuple(link for link, is_media in links if not is_media),
        media=tuple(_find_media(tags, next((link.url for link, is_media in links if is_media), None))),
        quoted=_find_quoted(tags),
        sensitive=True if any(tag.attributes.get("data-possibly-sensitive") == "true" for tag in tags) else None,
        likes=counts.get("likes"),
        reposts=counts.get("reposts"),
        replies=counts.get("replies"),
    )


def _find_own_tags(piece: str, post_id: str) -> Iterator[Tag]:
    """The tags of the tweet itself: what answers it stands below in elements of the same names."""
    for place, tag in enumerate(find_tags(piece)):
        classes = tag.attributes.get("class", "").split()
        if place and any(end in classes for end in _ENDS) and tag.attributes.get("data-tweet-id") != post_id:
            return
        yield tag


def _find_targets(words: str) -> Iterator[tuple[PostLink, bool]]:
    """The short links of a tweet's words with where they lead, and whether each stands for its pictures only."""
    for tag in find_tags(words, ("a",)):
        href, classes = tag.attributes.get("href", ""), tag.attributes.get("class", "").split()
        if href.startswith(("http://t.co/", "https://t.co/")):
            target = tag.attributes.get("data-expanded-url") or tag.attributes.get("title") or href
            is_media = tag.attributes.get("data-pre-embedded") == "true" or "u-hidden" in classes
            yield PostLink(url=normalize_link(href), target=target), is_media


def _read_text(words: str, links: list[tuple[PostLink, bool]]) -> str | None:
    """A tweet's words with its links as they were written: the page shows where they lead, in parts."""
    element, _ = parse_piece(words)
    if element is None:
        return None
    hidden, pieces, at = {link.url for link, is_media in links if is_media}, list[str](), 0
    for anchor in element.anchors:
        if anchor.start >= at and anchor.href.startswith(("http://t.co/", "https://t.co/")):
            url = normalize_link(anchor.href)
            pieces += element.text[at : anchor.start], "" if url in hidden else url
            at = anchor.end
    pieces.append(element.text[at:])
    return normalize_words("".join(pieces)) or None


def _find_instant(tags: list[Tag]) -> dt.datetime | None:
    for tag in tags:
        stamp = tag.attributes.get("data-time", "")
        if "_timestamp" in tag.attributes.get("class", "").split() and _SECONDS.fullmatch(stamp):
            return dt.datetime.fromtimestamp(int(stamp), dt.UTC)
    return None


def _find_media(tags: list[Tag], link: str | None) -> Iterator[Medium]:
    seen = set[str]()
    for tag in tags:
        told = tag.attributes
        url = told.get("data-image-url") or told.get("data-resolved-url-large") or ""
        if url.startswith("https://pbs.twimg.com/") and url not in seen:
            seen.add(url)
            yield Medium(kind="image", url=url, link=link)


def _find_quoted(tags: list[Tag]) -> str | None:
    for tag in tags:
        told = tag.attributes
        if "QuoteTweet-innerContainer" in told.get("class", "").split():
            handle, number = told.get("data-screen-name", ""), told.get("data-item-id", "")
            if _HANDLE.fullmatch(handle) and _NUMBER.fullmatch(number):
                return f"https://x.com/{handle}/status/{number}"
    return None


def _find_counts(tags: list[Tag]) -> dict[str, int]:
    """How often it was answered, passed on and liked; as of when is not known of an old page."""
    found, name = dict[str, int](), None
    for tag in tags:
        for word in tag.attributes.get("class", "").split():
            name = _COUNTS.get(word, name)
        count = parse_rounded(tag.attributes.get("data-tweet-stat-count", ""))
        if name and count is not None:
            found.setdefault(name, count)
    return found


def _parse_mobile(page: str, permalink: Permalink) -> Post | None:
    """Read the mobile page: the words stand in one `div` in the marked one; the author in front of them."""
    for start, _ in _find_marked(page, f'data-id="{permalink.post_id}"', "tweet-text"):
        piece = cut_element(page, start)
        links = list(_find_targets(piece))
        front = page[max(0, start - 8000) : start]
        handle = _read_last(front, "username")
        return Post(
            platform=permalink.platform,
            post_id=permalink.post_id,
            permalink=permalink.url,
            source=NAME,
            handle=handle.lstrip("@") if handle and _HANDLE.fullmatch(handle.lstrip("@")) else permalink.handle,
            author_name=normalize_display_name(_read_last(front, "fullname") or ""),
            posted_at=parse_snowflake(permalink.post_id),
            text=_read_text(piece, links),
            links=tuple(link for link, is_media in links if not is_media),
        )
    return None


def _read_last(front: str, word: str) -> str | None:
    """The words of the last element of a class."""
    place = front.rfind(f'class="{word}"')
    start = front.rfind("<", 0, place) if place >= 0 else -1
    return read_words(cut_element(front, start, 2000)).text if start >= 0 else None
