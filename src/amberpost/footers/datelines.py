"""What stands behind a handle's parenthesis: a date, bare, in a Markdown link or in what is left of an `<a>`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..dates import YEAR_NEAR, PrintedDate, parse_date
from . import MARKS, skip_gap

_MARKDOWN_TARGET = re.compile(r"\]\(\s*<?([^()\s<>]{1,600}(?:\([^()\s]{0,80}\))?)>?(?:\s+\"[^\"\n]{0,80}\")?\s*\)")
_ANCHOR_TAG = re.compile(r"<a\s[^<>]{0,400}?href=[\"']?([^\"'\s<>]{1,600})[^<>]{0,400}>?", re.IGNORECASE)
# A number in brackets is that of a link, as text browsers print them; either side of it a line may end.
LINK_NUMBER = (
    r"(?:[ \t\u00a0]{1,4}|[ \t]{0,4}\n[ \t]{0,24})\[(?P<number>\d{1,4})\](?:[ \t]{0,4}\n[ \t]{0,24})?(?=[^\W_])"
)
# What may stand before the date.
_DATE_LEAD = re.compile(rf"[*_]{{1,2}}(?=\s)|,(?= )|\s[·•](?= )|{LINK_NUMBER}|\s[—–](?= )|\s\((?=[^\W_])")
# What a date or its link begins with, marks left out: a bracket, a tag, a date in numbers, or what a year follows.
MAY_BE_DATED = re.compile(
    rf"(?:{_DATE_LEAD.pattern})?+[{MARKS}]{{0,64}}+"
    rf"(?:[\[<`]|[0-9]{{1,2}}[./-]|(?=[0-9A-Za-z]){YEAR_NEAR.pattern}|(?![\x00-\x7f])\D{{0,60}}+\d)"
)
_BACKQUOTED_TARGET = re.compile(r"\s{1,40}<(https?://[^\s<>`]{1,600})>`_{0,2}")
_NUMBER_BEHIND = re.compile(r"\]\[(\d{1,4})\]")
_UNDERLINED = re.compile(r"(?:[^\W_]{1,14}[.,]{0,2}[_\s]{1,24}){1,4}[^\W_]{1,14}")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_LONGEST = 80
_SHOWN = re.compile(r"[^\[\]\n]{0,80}")
_BESIDE = re.compile(r"[ \t]?[(<](https?://[^\s()<>]{1,300})[)>]|\s{1,3}(https?://[^\s()<>]{1,300})")
_NUMBERS_AND_LINK = re.compile(
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}[^\n()<>\[\]]{0,24}?[(<\s](https?://[^\s()<>]{1,300}/status[^\s()<>]{1,60})"
)
# The day on which the post was made that an address leads to, if that tells it.
FindDay = Callable[[str], dt.date | None]


@dataclass(slots=True, frozen=True)
class Dateline:
    """What stands behind a handle's parenthesis: a date, the post's own link, or both; `end` is behind them.

    `number` is that of the date's link in a list of links below the text.
    """

    printed: PrintedDate | None
    url: str | None
    end: int
    number: str | None = None


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
    if following == "`":
        return _in_backquotes(source, start)
    printed = parse_date(source, start) or _underlined(source, start) or _beside_link(source, start, find_day)
    if printed is None:
        return None
    if lead and lead[0].endswith("("):
        return Dateline(printed, None, printed.end + source.startswith(")", printed.end))
    beside = _BESIDE.match(source, printed.end)
    if beside and "/status" in beside[0]:
        return Dateline(printed, beside[1] or beside[2], beside.end())
    return Dateline(printed, None, printed.end, lead["number"] if lead else None)


def _underlined(source: str, start: int) -> PrintedDate | None:
    """A date whose blanks an underscore fills: so some converters underline the words of a link."""
    underlined = _UNDERLINED.match(source, start)
    if underlined is None or "_" not in underlined[0] or not _YEAR.search(underlined[0]):
        return None
    printed = parse_date(source[start : start + _LONGEST].replace("_", " "), 0)
    return replace(printed, start=start, end=start + printed.end) if printed else None


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
        number = _NUMBER_BEHIND.match(source, printed.end)
        return Dateline(printed, None, number.end(), number[1]) if number else Dateline(printed, None, printed.end)
    if target is None:
        return None
    return Dateline(printed or _of_link(source, start + 1, target[1], find_day), target[1], target.end())


def _in_backquotes(source: str, start: int) -> Dateline | None:
    """A date as reStructuredText links it: `` `May 1, 2020 <URL>`__ ``."""
    printed = parse_date(source, start + 1)
    target = _BACKQUOTED_TARGET.match(source, printed.end) if printed else None
    return Dateline(printed, target[1], target.end()) if target else None


def _in_tag(source: str, start: int, find_day: FindDay | None) -> Dateline | None:
    tag = _ANCHOR_TAG.match(source, start)
    if tag is None:
        return None
    printed = parse_date(source, tag.end()) or _of_link(source, tag.end(), tag[1], find_day)
    end = printed.end if printed else start + len(tag[0].rstrip())
    return Dateline(printed, tag[1], end + 4 if source.startswith("</a>", end) else end)
