"""The pictures and films in a record of X's syndication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from ..posts import Medium
from ..urls import normalize_link
from .bodies import Record, find_records, parse_count, parse_words, read_record

_KINDS: Mapping[object, Literal["image", "video", "gif"]] = {"photo": "image", "video": "video", "animated_gif": "gif"}


def find_media(record: Record) -> Iterator[Medium]:
    """The pictures and films; from `photos` and `video` only where `mediaDetails` is not told.

    >>> photo = {"type": "photo", "url": "https://t.co/abcdefghij", "media_url_https": "https://pbs.twimg.com/a.jpg"}
    >>> [(medium.kind, medium.link) for medium in find_media({"mediaDetails": [photo]})]
    [('image', 'https://t.co/abcdefghij')]
    """
    details = [medium for each in find_records(record, "mediaDetails") if (medium := _make_medium(each))]
    if details:
        yield from details
        return
    for photo in find_records(record, "photos"):
        if url := parse_words(photo.get("url")):
            yield Medium(kind="image", url=url)
    if url := _find_film(read_record(record, "video"), "type", "src"):
        yield Medium(kind="video", url=url)


def _make_medium(details: Record) -> Medium | None:
    name, link = details.get("type"), parse_words(details.get("url"))
    kind = _KINDS.get(name) if isinstance(name, str) else None
    film = _find_film(read_record(details, "video_info"), "content_type", "url")
    url = film if kind in ("video", "gif") and film else parse_words(details.get("media_url_https"))
    if kind is None or url is None:
        return None
    alt = parse_words(details.get("ext_alt_text"))
    return Medium(kind=kind, url=url, link=normalize_link(link) if link else None, alt=alt)


def _find_film(film: Record, type_name: str, url_name: str) -> str | None:
    """The address of the film's best file: MP4 of most bits a second; lists of pieces only where there is no other."""
    found = [
        (each.get(type_name) == "video/mp4", parse_count(each.get("bitrate")) or 0, url)
        for each in find_records(film, "variants")
        if (url := parse_words(each.get(url_name)))
    ]
    return max(found, key=lambda variant: variant[:2])[2] if found else None
