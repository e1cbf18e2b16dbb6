"""Whom to ask about a post, and in which order: one at a time, until somebody tells of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

from ..models import Permalink
from ..platforms import BY_ID
from ..sources import CDX_NAME, MEMENTO_NAME, SOURCES, find_service, make_cdx_urls
from .questions import Question

Wayback = Literal["off", "recover", "always"]
_MOST_MEMENTOS = 3
_MOST_LISTS = 9  # of old copies: each spelling of an address has one, and a long one goes on
_WEB_BEGAN = dt.datetime(1996, 1, 1, tzinfo=dt.UTC)  # of a post whose time nobody knows, the oldest copy
# What an answer that cannot be had or understood says of a post: nothing. The same service may have another name.
_MUTE = frozenset({"unreachable", "rate-limited", "never-asked"})


def find_next(
    permalink: Permalink, questions: Sequence[Question], *, wayback: Wayback = "off", near: dt.datetime | None = None
) -> Iterator[tuple[str, str]]:
    """Whom to ask next about a post, by source and URL; nothing while an answer is outstanding, or when all is told.

    Its services are asked in turn until one tells of it; then, as far as `wayback` wants it, those who keep old
    copies, for the one nearest to `near`, or to the instant that the post's id holds.
    """
    by_source = {question.source: question for question in questions}
    for source in SOURCES.get(permalink.platform, ()):
        url = source.make_url(permalink)
        asked = by_source.get(source.name)
        if url is None or (asked is None and _has_spoken(questions, source.name)):
            continue
        if asked is None:
            yield source.name, url
            return
        if not asked.is_settled:
            return
        if _tells(asked):
            break
    if wayback == "always" or (wayback == "recover" and not any(map(_tells, questions))):
        yield from _find_old(permalink, questions, BY_ID[permalink.platform].parse_instant(permalink.post_id) or near)


def _tells(question: Question) -> bool:
    return question.reading is not None and question.reading.post is not None


def _has_spoken(questions: Sequence[Question], source: str) -> bool:
    """Whether the service behind a source has given, under another name, an answer that says something."""
    service = find_service(source)
    return any(
        question.reading is not None and question.reading.outcome not in _MUTE
        for question in questions
        if find_service(question.source) == service
    )


def _find_old(
    permalink: Permalink, questions: Sequence[Question], near: dt.datetime | None
) -> Iterator[tuple[str, str]]:
    lists = [question for question in questions if question.source == CDX_NAME]
    if not lists:
        yield from ((CDX_NAME, url) for url in make_cdx_urls(permalink, near=near))
        return
    mementos = [question for question in questions if question.source == MEMENTO_NAME]
    if not all(question.is_settled for question in (*lists, *mementos)) or any(map(_tells, mementos)):
        return
    longer = list(_find_longer(lists))[: _MOST_LISTS - len(lists)]
    if longer:
        yield from ((CDX_NAME, url) for url in longer)
    elif len(mementos) < _MOST_MEMENTOS:
        asked = {question.url for question in mementos}
        leads = [lead for question in lists if question.reading for lead in question.reading.leads]
        fresh = [lead for lead in leads if lead.url not in asked]
        best = min(fresh, key=lambda lead: (lead.rank, abs(lead.date - (near or _WEB_BEGAN))), default=None)
        if best:
            yield MEMENTO_NAME, best.url


def _find_longer(lists: Sequence[Question]) -> Iterator[str]:
    """Where lists of old copies go on that nobody has asked for yet."""
    asked = {question.url for question in lists}
    found = (question.reading.more for question in lists if question.reading and question.reading.more)
    return (url for url in dict.fromkeys(found) if url not in asked)
