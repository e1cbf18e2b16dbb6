"""Footers whose handle is lost: a media link, a dash, a name and a date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..dates import PrintedDate, parse_date
from ..footers import Footer, plain_name
from .places import find_places

MEDIA_SLASH = re.compile(r"/(?<=[mo]/)(?:(?<=t\.co/)|(?<=pic\.twitter\.com/)|(?<=pic\.x\.com/))")
_BEHIND_CODE = re.compile(r"[A-Za-z0-9]{6,10}\s{0,3}(?=[—–―])")
_DASH = re.compile(r"[—–―]\s{0,2}(?=\S)")
_BARE_HANDLE = re.compile(r"@([A-Za-z0-9_]{1,20})\]?,?\s{1,2}")
_LONGEST_NAME = 50


def find_handleless(source: str) -> Iterator[Footer]:
    """Find `pic.twitter.com/CODE — NAME DATE`, where an extractor or an editor dropped the handle.

    Without the link it could be any epigraph, so the link is asked for.

    >>> [f.name for f in find_handleless("Ha. pic.twitter.com/abcdefghij — Jo Li May 1, 2020")]
    ['Jo Li']
    """
    for slash in find_places(source, "/", MEDIA_SLASH):
        code = _BEHIND_CODE.match(source, slash + 1)
        dash = _DASH.match(source, code.end()) if code else None
        footer = _parse_name_and_date(source, dash.start(), dash.end()) if dash else None
        if footer:
            yield footer


def _parse_name_and_date(source: str, dash: int, name: int) -> Footer | None:
    limit = source.find("\n", name, name + _LONGEST_NAME)
    limit = limit if limit >= 0 else name + _LONGEST_NAME
    at = source.find("@", name, limit)
    if at >= 0:
        return _parse_bare_handle(source, dash, name, at)
    space = source.find(" ", name, limit)
    while space >= 0:
        printed = parse_date(source, space + 1)
        if printed and printed.form == "words":
            return _footer(dash, plain_name(source[name:space]), printed)
        space = source.find(" ", space + 1, limit)
    return None


def _parse_bare_handle(source: str, dash: int, name: int, at: int) -> Footer | None:
    """`NAME @handle DATE`: an editor or an extractor dropped the parentheses."""
    handle = _BARE_HANDLE.match(source, at)
    printed = parse_date(source, handle.end()) if handle else None
    if handle is None or printed is None or printed.form != "words":
        return None
    return _footer(dash, plain_name(source[name:at].rstrip(" [")), printed, handle=handle[1])


def _footer(dash: int, name: str | None, printed: PrintedDate, *, handle: str | None = None) -> Footer:
    return Footer(
        platform="twitter",
        rule="twitter-footer-bare-handle" if handle else "twitter-footer-no-handle",
        start=dash,
        end=printed.end,
        handle=handle,
        name=name,
        printed=printed,
        basis="utc",
    )
