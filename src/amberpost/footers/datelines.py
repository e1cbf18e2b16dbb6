"""What stands behind a handle's parenthesis: a date, bare, in a Markdown link or in what is left of an `<a>`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from ..dates import YEAR_NEAR, PrintedDate, parse_date
from . import MARKS, skip_gap

_MARKDOWN_TARGET = re.compile(r"\]\(\s*<?([^()\s<>]{1,600}(?:\([^()\s]{0,80}\))?)>?(?:\s+\"[^\"\n]{0,80}\")?\s*\)")
_ANCHOR_TAG = re.compile(r"<a\s[^<>]{0,400}?href=[\"']?([^\"'\s<>]{1,600})[^<>]{0,400}>?", re.IGNORECASE)
# What may stand before the date; a number in brackets is that of a link, as text browsers print them.
_DATE_LEAD = re.compile(r"[*_]{1,2}(?=\s)|,(?= )|\s[·•](?= )|\s{1,4}\[\d{1,4}\](?=[^\W_])|\s[—–](?= )|\s\((?=[^\W_])")
# What a date or its link begins with, marks left out: a bracket, a tag, a date in numbers, or what a year follows.
MAY_BE_DATED = re.compile(
    rf"(?:{_DATE_LEAD.pattern})?+[{MARKS}]{{0,64}}+"
    rf"(?:[\[<]|[0-9]{{1,2}}[./-]|(?=[0-9A-Za-z]){YEAR_NEAR.pattern}|(?![\x00-\x7f])\D{{0,60}}+\d)"
)
_SHOWN = re.compile(r"[^\[\]\n]{0,80}")
_BESIDE = re.compile(r"[ \t]?[(<](https?://[^\s()<>]{1,300})[)>]|\s{1,3}(https?://[^\s()<>]{1,300})")
_NUMBERS_AND_LINK = re.compile(
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}[^\n()<>\[\]]{0,24}?[(<\s](https?://[^\s()<>]{1,300}/status[^\s()<>]{1,60})"
)
# The day on which the post was made that an address leads to, if that tells it.
FindDay = Callable[[str], dt.date | None]


@dataclass(slots=True, frozen=True)
class Dateline:
    """What stands behind a handle's parenthesis: a date, the post's own link, or both; `end` is behind them."""

    printed: PrintedDate | None
    url: str | None
    end: int


def parse_dateline(source: str, at: int, *, find_day: FindDay | None = None) -> Dateline | None:
    """Read the date behind a handle: bare, in a Markdown link or in what is left of an `<a>`; `None` if none is there.

    A link of the post that stands directly behind the date belongs to it. Where a date in numbers may begin with its
    day or with its month, `find_day` says which day the post's own link tells.
    """
    if MAY_BE_DATED.match(source, at) is None:
        return None
    lead = _DATE_LEAD.match(source, at)
    start = skip_gap(source, lead.end() if lead else at)
    following = source[start : start + 1]
    if following == "[":
        return _in_markdown(source, start, find_day)
    if following == "<":
        return _in_tag(source, start, find_day)
    printed = parse_date(source, start) or _beside_link(source, start, find_day)
    if printed is None:
        return None
    if lead and lead[0].endswith("("):
        return Dateline(printed, None, printed.end + source.startswith(")", printed.end))
    beside = _BESIDE.match(source, printed.end)
    if beside and "/status" in beside[0]:
        return Dateline(printed, beside[1] or beside[2], beside.end())
    return Dateline(printed, None, printed.end)


def _beside_link(source: str, start: int, find_day: FindDay | None) -> PrintedDate | None:
    numbers = _NUMBERS_AND_LINK.match(source, start) if find_day else None
    return _of_link(source, start, numbers[1], find_day) if numbers else None


def _of_link(source: str, start: int, url: str, find_day: FindDay | None) -> PrintedDate | None:
    """A date that only the day of the post behind the link can tell the meaning of."""
    known = find_day(url) if find_day and "/" in url else None
    return parse_date(source, start, known=known) if known else None


def _in_markdown(source: str, start: int, find_day: FindDay | None) -> Dateline | None:
    printed = parse_date(source, start + 1)
    # The post's own link tells which it is, also where the date that it shows cannot be read.
    shown = _SHOWN.match(source, printed.end if printed else start + 1)
    target = _MARKDOWN_TARGET.match(source, shown.end()) if shown else None
    if printed and not target:
        return Dateline(printed, None, printed.end)
    if target is None:
        return None
    return Dateline(printed or _of_link(source, start + 1, target[1], find_day), target[1], target.end())


def _in_tag(source: str, start: int, find_day: FindDay | None) -> Dateline | None:
    tag = _ANCHOR_TAG.match(source, start)
    if tag is None:
        return None
    printed = parse_date(source, tag.end()) or _of_link(source, tag.end(), tag[1], find_day)
    end = printed.end if printed else start + len(tag[0].rstrip())
    return Dateline(printed, tag[1], end + 4 if source.startswith("</a>", end) else end)
