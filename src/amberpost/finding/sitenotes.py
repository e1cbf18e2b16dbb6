"""Posts that a site framed in words of its own: the BBC's skip links, German publishers' consent notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..footers import Footer
from .places import find_places

# BBC News puts a pair of links for screen readers round each embed; the handle is only in them.
_SKIP = re.compile(r"Skip (?:Twitter|X) post(?: (\d{1,2}))? by(?: @?(\w{1,20}))?[ \t]?", re.IGNORECASE)
_END = re.compile(r"(?:Report\s{1,4})?End of (?:Twitter|X) post(?: \d{1,2})? by @$", re.IGNORECASE)
_HANDLE = re.compile(r"\w{1,20}", re.ASCII)
_LONGEST_POST = 4000

# German publishers: a note on consent above, the post's words, and only the site's name behind them.
_NOTE = re.compile(
    r"externe[nr]? Inhalte? von (?:twitter|x)\.com[^\n]{0,60}?(?:ergänzt|stammt|zeigt|angezeigt)[^\n]{0,20}?\.\s*"
)
SITE = re.compile(r"\((?:twitter|x)\.com[)）]")
_CONSENT = re.compile(r"\s{1,4}Zustimmung zur Anzeige externer Inhalte[^\n]{0,120}")


def parse_bbc_frame(source: str, at: int, *, floor: int) -> Footer | None:
    """Read `Skip Twitter post by @h … End of Twitter post by @h` whose last at-sign stands at `at`.

    >>> frame = parse_bbc_frame("Skip Twitter post by @h Hello. End of Twitter post by @h", 54, floor=0)
    >>> frame.handle, frame.opens
    ('h', (0, 24))
    """
    if not source.endswith("by ", 0, at) or "end of " not in source[max(floor, at - 45) : at].lower():
        return None
    end = _END.search(source, max(floor, at - 45), at + 1)
    handle = _HANDLE.match(source, at + 1)
    if end is None or handle is None:
        return None
    return Footer(
        platform="twitter",
        rule="twitter-bbc-frame",
        start=end.start(),
        end=handle.end(),
        handle=handle[0],
        name=None,
        opens=find_skip_link(source, floor=floor, end=end.start()),
        flags=("no-date",),
    )


def find_skip_link(source: str, *, floor: int, end: int) -> tuple[int, int] | None:
    """Where the nearest "Skip Twitter post by" above `end` begins, and where the post behind it does."""
    low = max(floor, end - _LONGEST_POST)
    at = source.rfind("Skip ", low, end)
    while at >= 0:
        match = _SKIP.match(source, at, end)
        if match:
            return match.start(), match.end()
        at = source.rfind("Skip ", low, at)
    return None


def find_consent_frames(source: str) -> Iterator[Footer]:
    """Find posts of which a consent note kept the words and the site's name, and neither author nor date.

    >>> text = "Hier ist ein externer Inhalt von twitter.com, der den Artikel ergänzt.\\n\\nHallo. (twitter.com)"
    >>> [text[frame.opens[1] : frame.start] for frame in find_consent_frames(text)]
    ['Hallo. ']
    """
    floor = 0
    sites = list(find_places(source, "(", SITE))
    for at in sites if sites and "externe" in source else ():
        site = SITE.match(source, at)
        note = _last_note(source, max(floor, at - _LONGEST_POST), at)
        if site and note:
            consent = _CONSENT.match(source, site.end())
            floor = consent.end() if consent else site.end()
            yield _consent_footer(note, at, floor)


def _last_note(source: str, low: int, high: int) -> tuple[int, int] | None:
    notes = [(note.start(), note.end()) for note in _NOTE.finditer(source, low, high)]
    return notes[-1] if notes else None


def _consent_footer(note: tuple[int, int], at: int, end: int) -> Footer:
    return Footer(
        platform="twitter",
        rule="twitter-consent-frame",
        start=at,
        end=end,
        handle=None,
        name=None,
        opens=note,
        flags=("no-date", "no-author"),
    )
