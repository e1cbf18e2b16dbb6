"""What is kept of a post already, whatever the run at hand wants: options decide who is asked, not what is read.

When the database is lost, links and their answers come back from the segments, but not what each was asked about. Which
questions those are is known by their URLs, which are made from the post's address alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...models import Permalink
from ...platforms import parse_permalink
from ...sources import (
    CDX_NAME,
    CHECK_NAME,
    MEMENTO_NAME,
    MOST_TURNS,
    PAGE_NAME,
    SAVE_NAME,
    SOURCES,
    STATUS_NAME,
    TIMEGATE_NAME,
    USER_URL,
    find_template,
    make_cdx_urls,
    make_check_url,
    make_save_url,
    make_timegate_urls,
)
from ..disk.cited import normalize_target
from .questions import Question

_MOST_NAMES = 20  # of one post: accounts are renamed, and links print them in any case
_MOST_TEMPLATES = 20
_IS_ANY = """
SELECT 1 FROM link WHERE role IN ('post', 'save') AND url <> ?
AND NOT EXISTS (SELECT 1 FROM question WHERE question.link = link.id)
AND NOT EXISTS (SELECT 1 FROM link AS led WHERE led.target = link.id) LIMIT 1
"""
_STORED = "SELECT id, url FROM link WHERE url IN (SELECT value FROM json_each(?))"
# Where an answer says that its list goes on, or that a save's status stands, is the next question.
_NEXT: Mapping[str, str] = {CDX_NAME: CDX_NAME, SAVE_NAME: STATUS_NAME}


class Kept:
    """What is stored as an answer about a post, and not known as one: nothing, unless the database was lost."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._is_any = connection.execute(_IS_ANY, (USER_URL,)).fetchone() is not None
        self._templates = find_templates(connection) if self._is_any else ()

    def find(self, permalink: Permalink, questions: Sequence[Question]) -> list[tuple[int, str]]:
        """The links that are stored as questions about a post, with their sources, and are none of `questions` yet."""
        if not self._is_any:
            return []
        asked = {question.url for question in questions}
        by_url: dict[str, str] = {}
        for source, url in _find_questions(permalink, questions, self._templates):
            if url not in asked:
                by_url.setdefault(url, source)
        rows = self._connection.execute(_STORED, (json.dumps(list(by_url)),)).fetchall()
        return sorted((link, by_url[url]) for link, url in rows)


def find_templates(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The templates of the TimeGates that were asked, by the links that were asked for with a time."""
    urls = connection.execute("SELECT url FROM link WHERE near IS NOT NULL")
    found = dict.fromkeys(template for (url,) in urls if (template := find_template(url)))
    return tuple(found)[:_MOST_TEMPLATES]


def _find_questions(
    permalink: Permalink, questions: Sequence[Question], templates: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Source and URL of all that may have been asked about a post, by what is known of it."""
    for name in _find_names(permalink, questions):
        for source in SOURCES.get(name.platform, ()):
            url = source.make_url(name)
            if url is not None:
                yield source.name, normalize_target(url)
        for url in make_cdx_urls(name, near=None):
            yield CDX_NAME, normalize_target(url)
        for template in templates:
            for url in make_timegate_urls(name, template):
                yield TIMEGATE_NAME, normalize_target(url)
        for turn in range(MOST_TURNS):
            yield SAVE_NAME, normalize_target(make_save_url(name, turn))
        yield CHECK_NAME, normalize_target(make_check_url(name))
    for question in questions:
        reading = question.reading
        if reading and reading.more and question.source in _NEXT:
            yield _NEXT[question.source], normalize_target(reading.more)
        for lead in reading.leads if reading and question.source == CDX_NAME else ():
            yield MEMENTO_NAME, normalize_target(lead.url)


def _find_names(permalink: Permalink, questions: Sequence[Question]) -> list[Permalink]:
    """A post's address as each link to it has it: its account as it was spelled there, or without one."""
    led = [parse_permalink(question.url) for question in questions if question.source == PAGE_NAME]
    names = [permalink, *(each for each in led if each), replace(permalink, handle=None)]
    return list(dict.fromkeys(names))[:_MOST_NAMES]
