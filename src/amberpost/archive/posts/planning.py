"""Whom to ask about a post, and in which order: one at a time, until somebody tells of it.

Those who keep old copies come last: the Wayback Machine as far as `wayback` wants it, then the TimeGates that are
named. With `recover`, or TimeGates alone, they are asked of posts that nobody tells of; with `always` of all, the
TimeGates of those that the Wayback Machine has no copy of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from ...models import ArchiveError, Permalink
from ...platforms import BY_ID
from ...sources import (
    CDX_NAME,
    CHECK_NAME,
    ELSEWHERE,
    MEMENTO_NAME,
    MOST_TURNS,
    SAVE_NAME,
    SOURCES,
    STATUS_NAME,
    TIMEGATE_NAME,
    check_template,
    find_service,
    make_cdx_urls,
    make_check_url,
    make_save_url,
    make_timegate_urls,
)
from ..disk.cited import normalize_target
from .questions import Question
from .replies import NOT_ASKED

Wayback = Literal["off", "recover", "always"]
_MOST_MEMENTOS = 3
_MOST_LISTS = 9  # of old copies: each spelling of an address has one, and a long one goes on
_WEB_BEGAN = dt.datetime(1996, 1, 1, tzinfo=dt.UTC)  # of a post whose time nobody knows, the oldest copy
# What an answer that cannot be had or understood says of a post: nothing. The same service may have another name.
_MUTE = frozenset({"unreachable", "rate-limited", "never-asked"})
_OF_WAYBACK = frozenset({CDX_NAME, MEMENTO_NAME})
_COPIES = frozenset({MEMENTO_NAME, TIMEGATE_NAME})


def check_timegates(templates: Iterable[str], *, find_refusal: Callable[[str], str | None]) -> tuple[str, ...]:
    """Templates of TimeGates, each once; raises ArchiveError, with advice, for what is none or may not be asked.

    >>> check_timegates(["https://archive.example/{url}"], find_refusal=lambda url: None)
    ('https://archive.example/{url}',)
    """
    if isinstance(templates, str):
        raise TypeError("timegates is one string: give a list of templates")
    checked = tuple(dict.fromkeys(map(check_template, templates)))
    for template in checked:
        if refusal := find_refusal(template.replace("{url}", "page")):
            raise ArchiveError(f"the TimeGate {template} may not be asked: {refusal}")
    return checked


class Step(NamedTuple):
    """A question to ask: of whom, and by which URL; a TimeGate is also told `near` which time."""

    source: str
    url: str
    near: dt.datetime | None = None


def find_next(
    permalink: Permalink,
    questions: Sequence[Question],
    *,
    wayback: Wayback = "off",
    timegates: Sequence[str] = (),
    near: dt.datetime | None = None,
) -> Iterator[Step]:
    """What to ask next about a post; nothing while an answer is outstanding, or when all is told.

    Its services are asked in turn until one tells of it; then, as far as `wayback` and `timegates` want it, those who
    keep old copies, for the one nearest to `near`, or to the instant that the post's id holds.
    """
    by_source = {question.source: question for question in questions}
    for source in SOURCES.get(permalink.platform, ()):
        url = source.make_url(permalink)
        asked = by_source.get(source.name)
        if url is None or (asked is None and _has_spoken(questions, source.name)):
            continue
        if asked is None:
            yield Step(source.name, url)
            return
        if not asked.is_settled:
            return
        if _tells(asked):
            break
    if wayback != "always" and any(map(_tells, questions)):
        return
    instant = BY_ID[permalink.platform].parse_instant(permalink.post_id) or near
    steps = list(_find_old(permalink, questions, instant)) if wayback != "off" else []
    yield from steps
    if not steps and not any(question.source in _OF_WAYBACK and not question.is_settled for question in questions):
        yield from _find_at_timegates(permalink, questions, timegates, instant)


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


def _find_old(permalink: Permalink, questions: Sequence[Question], near: dt.datetime | None) -> Iterator[Step]:
    lists = [question for question in questions if question.source == CDX_NAME]
    if not lists:
        yield from (Step(CDX_NAME, url) for url in make_cdx_urls(permalink, near=near))
        return
    mementos = [question for question in questions if question.source == MEMENTO_NAME]
    if not all(question.is_settled for question in (*lists, *mementos)) or any(map(_tells, mementos)):
        return
    longer = list(_find_longer(lists))[: _MOST_LISTS - len(lists)]
    if longer:
        yield from (Step(CDX_NAME, url) for url in longer)
    elif len(mementos) < _MOST_MEMENTOS:
        asked = {question.url for question in mementos}
        leads = [lead for question in lists if question.reading for lead in question.reading.leads]
        fresh = [lead for lead in leads if lead.url not in asked]
        best = min(fresh, key=lambda lead: (lead.rank, abs(lead.date - (near or _WEB_BEGAN))), default=None)
        if best:
            yield Step(MEMENTO_NAME, best.url)


def _find_longer(lists: Sequence[Question]) -> Iterator[str]:
    """Where lists of old copies go on that nobody has asked for yet."""
    asked = {question.url for question in lists}
    found = (question.reading.more for question in lists if question.reading and question.reading.more)
    return (url for url in dict.fromkeys(found) if url not in asked)


def _find_at_timegates(
    permalink: Permalink, questions: Sequence[Question], timegates: Sequence[str], near: dt.datetime | None
) -> Iterator[Step]:
    """The first question that no TimeGate was asked yet, until one gives a copy; one that is to wait is passed over."""
    if any(_tells(question) for question in questions if question.source in _COPIES):
        return
    by_url = {question.url: question for question in questions}
    for template in timegates:
        for url in map(normalize_target, make_timegate_urls(permalink, template)):
            asked = by_url.get(url)
            if asked is None:
                yield Step(TIMEGATE_NAME, url, max(near or _WEB_BEGAN, _WEB_BEGAN))
                return
            if _is_under_way(asked):
                return
            if not asked.is_settled:
                break


def _is_under_way(asked: Question) -> bool:
    """Whether a question was queued and has not been tried, nor put off."""
    return not asked.is_settled and (asked.reading is None or asked.reading.reason == NOT_ASKED)


def find_save(permalink: Permalink, questions: Sequence[Question], *, wayback: Wayback = "off") -> Iterator[Step]:
    """What to ask next so that a post that is there is saved by the Wayback Machine, if its lists show no copy of it.

    A save that was refused for a while is asked for again, a few times; after an error the index is asked, once.
    """
    if not any(_tells(question) for question in questions if question.source not in ELSEWHERE):
        return
    lists = [question for question in questions if question.source == CDX_NAME]
    if not all(question.is_settled for question in lists) or (wayback == "always" and not lists):
        return
    if any(question.reading.leads for question in lists if question.reading):
        return
    by_url = {question.url: question for question in questions}
    for turn in range(MOST_TURNS):
        step = _find_turn(normalize_target(make_save_url(permalink, turn)), by_url)
        if isinstance(step, Step):
            yield step
        if step == "refused":
            break
        if step != "later":
            return
    check = normalize_target(make_check_url(permalink))
    if check not in by_url:
        yield Step(CHECK_NAME, check)


def _find_turn(url: str, by_url: Mapping[str, Question]) -> Step | Literal["waits", "saved", "later", "refused"]:
    """What to ask next of one save, or how it stands."""
    save = by_url.get(url)
    if save is None:
        return Step(SAVE_NAME, url)
    job = save.reading.more if save.is_settled and save.reading else None
    if job is None:
        return "refused" if save.is_settled else "waits"
    status = by_url.get(job)
    if status is None:
        return Step(STATUS_NAME, job)
    if not status.is_settled or status.reading is None:
        return "waits"
    if status.reading.outcome == "unconfirmed":
        return "saved"
    return "later" if status.reading.outcome == "rate-limited" else "refused"
