"""Telegram's widget page, `https://t.me/CHANNEL/ID?embed=1`: the one way to read a message without an account.

Read in public readers of it and in their saved pages (tables of selectors checked against saved pages, 2026-08 and
2026-09; tests of a reader and of a messenger's bridge, 2026), not asked [live]:

- A message is an element with `data-post="CHANNEL/ID"`. In it `js-message_text` holds the words (its twin without
  `js-` may hold the words that a reply quotes), `tgme_widget_message_owner_name` the channel,
  `tgme_widget_message_author_name` who wrote in a group, `tgme_widget_message_date` the `<time datetime>`,
  `tgme_widget_message_views` a rounded count, `tgme_widget_message_meta` the word "edited".
- A message that is not there, or that the widget cannot show, gives 200 and an element `tgme_widget_message_error`
  ("Post not found"). Numbers without a message are common, so it is a weak word.
- Private channels have no such page: `t.me/c/…` is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..charsets import decode_unnamed
from ..htmltags import Tag, find_tags
from ..markup import normalize_display_name
from ..models import Permalink
from ..platforms import parse_permalink
from ..posts import Medium, Post, PostLink, Reading, Reply
from .bodies import make_unreadable, parse_rounded, parse_stamp, read_status
from .pieces import Words, cut_element, find_with_class, read_tag, read_words

NAME = "widget"
_PAGE_LIMIT = 2 << 20
_MESSAGE_LIMIT = 128 * 1024
_POST = re.compile(r"data-post=[\"']([A-Za-z]\w{2,39}/[0-9]{1,10})[\"']", re.ASCII)
_IMAGE = re.compile(r"background-image:\s{0,4}url\(\s{0,4}['\"]?(https?:[^'\")\s]{1,2000})")
_MOST_MEDIA = 40
# What the widget says of a channel whose messages are not for all; a guess, like each wording.
_PRIVATE = ("private",)


def make_url(permalink: Permalink) -> str | None:
    """The widget's page; `None` for a message in a private chat.

    >>> make_url(Permalink("telegram", "ann_news/120", "ann_news", "https://t.me/ann_news/120"))
    'https://t.me/ann_news/120?embed=1'
    >>> make_url(Permalink("telegram", "c/1234/5", None, "https://t.me/c/1234/5")) is None
    True
    """
    return f"https://t.me/{permalink.post_id}?embed=1" if permalink.handle else None


def read_widget(reply: Reply, permalink: Permalink) -> Reading:
    """Read the widget's page.

    >>> import datetime as dt
    >>> at = Permalink("telegram", "ann_news/120", "ann_news", "https://t.me/ann_news/120")
    >>> body = b'<div class="tgme_widget_message_error">Post not found</div>'
    >>> read_widget(Reply(url="", status=200, type="text/html", body=body, date=dt.datetime.now(dt.UTC)), at).outcome
    'unconfirmed'
    """
    told = read_status(reply)
    if told:
        return told
    if reply.status in (404, 410):
        return Reading(outcome="unconfirmed", reason=f"{reply.status}: not found")
    if reply.status != 200:
        return make_unreadable(reply, "the widget's page")
    page = decode_unnamed(reply.body[:_PAGE_LIMIT])
    return parse_message(page, reply, permalink) or make_unreadable(reply, "a message or the widget's error")


def parse_message(page: str, reply: Reply, permalink: Permalink) -> Reading | None:
    """Read a message, or the widget's word that there is none, out of a page of Telegram's; `None` for neither."""
    marks = [mark for mark in _POST.finditer(page) if _is_message(page, mark.start())]
    asked = next((mark for mark in marks if mark[1].lower() == permalink.post_id.lower()), None)
    if asked is None:
        error = next(find_with_class(page, "tgme_widget_message_error"), None) if not marks else None
        return _read_error(page, error) if error is not None else None
    following = next(
        (mark.start() for mark in marks if mark.start() > asked.start() and mark[1] != asked[1]), len(page)
    )
    start = max(0, page.rfind("<", 0, asked.start()))
    whole = page[start : min(following, start + _MESSAGE_LIMIT)]
    message, answered = _take_reply(whole)
    notes = "; ".join(("the widget shows the message", *_find_notes(message)))
    return Reading(outcome="found", reason=notes, post=_make_post(message, answered, reply, permalink))


def _is_message(page: str, place: int) -> bool:
    """Whether what names a message is one: an answer may name the one that it answers."""
    tag = read_tag(page, page.rfind("<", max(0, place - 2000), place))
    return tag is not None and "tgme_widget_message" in tag.attributes.get("class", "").split()


def _read_error(page: str, start: int) -> Reading:
    words = read_words(cut_element(page, start, 4000)).text or "an error without words"
    is_private = any(word in words.lower() for word in _PRIVATE)
    return Reading(outcome="protected" if is_private else "unconfirmed", reason=f"the widget says: {words[:200]}")


def _find_notes(message: str) -> Iterator[str]:
    if "edited" in (_read(message, "tgme_widget_message_meta").text or ""):
        yield "edited"
    source = _read(message, "tgme_widget_message_forwarded_from_name").text
    if source:
        yield f"forwarded from {source[:100]}"


def _take_reply(message: str) -> tuple[str, str]:
    """Part a message from what it answers, whose author and words stand in it under the same names."""
    start = next(find_with_class(message, "tgme_widget_message_reply"), None)
    answered = cut_element(message, start) if start is not None else ""
    return message.replace(answered, "", 1) if answered else message, answered


def _make_post(message: str, answered: str, reply: Reply, permalink: Permalink) -> Post:
    words = _read(message, "js-message_text")
    author = (
        _read(message, "tgme_widget_message_author_name").text or _read(message, "tgme_widget_message_owner_name").text
    )
    views = parse_rounded(_read(message, "tgme_widget_message_views").text or "")
    return Post(
        platform=permalink.platform,
        post_id=permalink.post_id,
        permalink=permalink.url,
        source=NAME,
        handle=permalink.handle,
        author_name=normalize_display_name(author) if author else None,
        posted_at=parse_stamp(_find_time(message)),
        text=words.text,
        truncated=words.is_cut,
        links=tuple(_find_links(message, words)),
        media=tuple(_find_media(message)),
        quoted=_find_message(message, "tgme_widget_message_forwarded_from_name"),
        reply_to=_find_message(answered, "tgme_widget_message_reply"),
        views=views,
        counted_at=reply.date if views is not None else None,
    )


def _read(message: str, word: str) -> Words:
    """The words of the first element of a class."""
    start = next(find_with_class(message, word), None)
    return read_words(cut_element(message, start)) if start is not None else Words(None, ())


def _find_time(message: str) -> str | None:
    """The stamp of the message's date: a film's length is a `<time>` too, without one."""
    start = next(find_with_class(message, "tgme_widget_message_date"), None)
    tags = find_tags(message[start : start + 2000], ("time",)) if start is not None else ()
    return next((tag.attributes["datetime"] for tag in tags if "datetime" in tag.attributes), None)


def _find_links(message: str, words: Words) -> Iterator[PostLink]:
    """The links in the words, and the one that a card stands for; not those that Telegram makes of hashtags."""
    yield from (link for link in words.links if not link.target.startswith("https://t.me/s/"))
    seen = {link.target for link in words.links}
    for card in _find_hrefs(message, "tgme_widget_message_link_preview"):
        if card.startswith(("http://", "https://")) and card not in seen:
            yield PostLink(url=card, target=card)


def _find_hrefs(message: str, word: str) -> Iterator[str]:
    start = next(find_with_class(message, word), None)
    tags = find_tags(message[start : start + 4000]) if start is not None else ()
    href = next((tag.attributes.get("href") for tag in tags), None)
    if href:
        yield href


def _find_message(message: str, word: str) -> str | None:
    """The message that an element of a class leads to."""
    for href in _find_hrefs(message, word):
        found = parse_permalink(href)
        return found.url if found and found.platform == "telegram" else None
    return None


def _find_media(message: str) -> Iterator[Medium]:
    """The pictures, films and sounds of the message: not the channel's own picture, nor that of a card."""
    left = _MOST_MEDIA
    for tag in find_tags(message, ("a", "video", "audio")):
        medium = _parse_medium(tag)
        if medium and left:
            left -= 1
            yield medium


def _parse_medium(tag: Tag) -> Medium | None:
    source = tag.attributes.get("src", "")
    if tag.name == "audio" and source.startswith("http"):
        return Medium(kind="audio", url=source)
    if tag.name == "video" and source.startswith("http"):
        return Medium(kind="video", url=source)
    if "tgme_widget_message_photo_wrap" not in tag.attributes.get("class", "").split():
        return None
    image = _IMAGE.search(tag.attributes.get("style", ""))
    return Medium(kind="image", url=image[1]) if image else None
