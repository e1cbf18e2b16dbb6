"""X, formerly Twitter: its permalinks and ids, and what its embed leaves in extracted text."""

from __future__ import annotations

import datetime as dt
import re

from ..footers import Byline, Footer, Handle, parse_byline, skip_gap
from ..footers.datelines import LINK_NUMBER, Dateline, parse_dateline
from ..models import Permalink
from ..urls import parse_url
from ._twitterlinks import ADDRESSES as ADDRESSES
from ._twitterlinks import HANDLE, build_permalink, find_day
from ._twitterlinks import HOSTS as HOSTS
from ._twitterlinks import ID as ID
from ._twitterlinks import parse_instant as parse_instant
from ._twitterlinks import parse_permalink as parse_permalink
from ._twittermarkup import MARKERS as MARKERS
from ._twittermarkup import parse_markup as parse_markup

# What the widget or a site prints where the date should be.
_NO_DATE = re.compile(
    r"(?:Tweet|Post) may have been deleted(?: \(opens in a new tab\))?"
    r"|\w{3,12} \*NUMBER\*,? \*NUMBER\*|\*NUMBER\*(?: \w{3,12},? \*NUMBER\*)?"
)
_BYLINE_WORD = re.compile(r"(?:by|von|par|por|di|da|door|af|av|autor[ea]?|author|texte?|words?)\b", re.IGNORECASE)
_CREDITED = re.compile(
    r"(?:photo|image|picture|illustration|foto|bild|video|text)\w* (?:by|von|par|por|di|de)\b", re.IGNORECASE
)
_BULLET = re.compile(r"[-*•+] |\d{1,3}[.)] |\|")
# A dash, a parenthesis or a link's number between handle and date: footers have them, but so have sentences.
_SET_OFF = re.compile(rf"\s[—–(]|{LINK_NUMBER}")
_MARK = re.compile(r"[^\w ,]")
_LONGEST_NAME = 60
_LONGEST_DATELINE = 1200
_SENTENCE = 5
_SENTENCE_ENDS = (".", "!", "?", "…", "”", '"', "。")
_ENDS_WORDS = re.compile(r"[^\w\s)\]|–—-]\Z|[#@/]\S+\Z")
_MEDIA_LINK = re.compile(r"(?:t\.co|pic\.(?:twitter|x)\.com)/\w{6,10}[)\]>]*$")
_REPEATED = re.compile(r"\s*[—–-]\s*[^\n]{1,60}\(@")
_BBC_END = re.compile(
    r"[\s>]{0,8}(?:Report\s{1,4})?End of (?:Twitter|X) post(?: \d{1,2})? by @?\w{1,20}", re.IGNORECASE
)


def parse_footer(source: str, handle: Handle, /, *, floor: int) -> Footer | None:
    """Read `— NAME (@HANDLE) DATE`; without the dash, the date or the name where other evidence makes up for it.

    A handle in parentheses is common in prose: without a date, only a link of the post makes it a footer.
    """
    if not HANDLE.fullmatch(handle.name) or not _may_be_set_off(source, handle, floor):
        return None
    dateline = parse_dateline(source, handle.end, find_day=find_day)
    if dateline is None and not _may_be_undated(source, handle, floor):
        return None
    permalink = _own_permalink(dateline, handle.name) if dateline else None
    if dateline and not (dateline.printed or permalink):
        return None
    byline = parse_byline(source, handle.start, floor=floor)
    if byline is None:
        return None
    if dateline is None:
        return _undated(source, handle, byline)
    byline = _first_of_two(source, handle, byline)
    if not (byline.dash or permalink or byline.after_link or _stands_alone(source, byline, dateline, floor)):
        return None
    if dateline.printed is None and not _is_own_line(byline):
        return None
    if _SET_OFF.match(source, handle.end) and not _is_own_line(byline):
        return None
    by_code = dateline.printed is not None and dateline.printed.form != "words"
    if not permalink and (_is_list_item(source, byline, dated_by_code=by_code) or _is_prose(source, byline, dateline)):
        return None
    return Footer(
        platform=ID,
        rule="twitter-footer" if byline.dash else "twitter-footer-no-dash",
        start=byline.start,
        end=_behind_bbc(source, dateline.end),
        handle=handle.name,
        name=byline.name,
        printed=dateline.printed,
        basis="utc" if dateline.printed else None,
        permalink=permalink,
        posted_at=parse_instant(permalink.post_id) if permalink else None,
        number=dateline.number,
        flags=() if dateline.printed else ("no-date",),
    )


def _is_own_line(byline: Byline) -> bool:
    """Tell whether the dash surely sets a footer off, and is not one of a sentence's own."""
    return byline.dash and (byline.line_start or byline.after_link)


def _own_permalink(dateline: Dateline, handle: str) -> Permalink | None:
    url = parse_url(dateline.url) if dateline.url and "/" in dateline.url else None
    permalink = parse_permalink(url) if url else None
    if permalink and permalink.handle is None:
        return Permalink(ID, permalink.post_id, handle, build_permalink(permalink.post_id, handle=handle))
    return permalink


def _stands_alone(source: str, byline: Byline, dateline: Dateline, floor: int) -> bool:
    """Tell whether a footer that lost its dash is one all the same: words above, nothing that goes on behind it."""
    if dateline.printed is None or dateline.printed.form in ("numeric", "iso") or _BYLINE_WORD.match(byline.name or ""):
        return False
    following = source[dateline.end : dateline.end + 2]
    goes_on = following[:1] in (".", ",", ";", ":", ")") or following[1:].islower() or following[:1].isalnum()
    words = source[max(floor, byline.start - 300) : byline.start].strip("> \t\r\n")
    # Of two such posts in a row, the footer of the first stands above the second: only a text's own byline has nothing.
    above = source[max(0, byline.start - 300) : byline.start].strip("> \t\r\n")
    starts_name = byline.name is not None and not byline.name[0].islower()
    if not words or goes_on or not starts_name:
        return False
    # Below a line that ends as headings do stands an article's own author.
    return not byline.line_start or ("\n" in above and _ENDS_WORDS.search(above) is not None)


def _is_prose(source: str, byline: Byline, dateline: Dateline) -> bool:
    """Tell whether a dash inside a line is the sentence's own: prose goes on behind the date, or names a photographer.

    A weaker dash than the long one needs more: a date in words, for tables and code have dashes and numbers too.
    """
    if not byline.dash or byline.after_link or byline.line_start or dateline.printed is None:
        return False
    behind = source[dateline.end : dateline.end + 2]
    goes_on = (behind[:1] in (" ", ",") and behind[1:].islower()) or behind[:1] == ","
    before = source[max(0, byline.start - 80) : byline.start].rpartition("\n")[2].rstrip()
    weak = source[byline.start] in "-–−;" and not before.endswith(_SENTENCE_ENDS)
    goes_on = goes_on and len(before.split()) < _SENTENCE
    return goes_on or bool(_CREDITED.match(byline.name or "")) or (weak and dateline.printed.form != "words")


def _is_list_item(source: str, byline: Byline, *, dated_by_code: bool) -> bool:
    """Tell whether the line is an item of a list, as in a changelog.

    A hyphen that begins it is a bullet when a line beside it has one too; an item that has another bullet and credits
    somebody behind a dash is one when the date is a program's.
    """
    if byline.after_link:
        return False
    if not byline.line_start:
        line = source.rfind("\n", max(0, byline.start - 400), byline.start) + 1
        return dated_by_code and _BULLET.match(source, line) is not None
    if source[byline.start] != "-":
        return False
    line = source.rfind("\n", 0, byline.start)
    above = source.rfind("\n", 0, max(0, line)) + 1
    below = source.find("\n", byline.start) + 1
    return source.startswith("- ", above) or (below > 0 and source.startswith("- ", below))


def _may_be_undated(source: str, handle: Handle, floor: int) -> bool:
    """A cheap look before the dear one: a dash and a link must stand close before an undated footer."""
    low = max(floor, handle.start - 160)
    return (
        source.find("/", low, handle.start) >= 0
        or source.startswith(("Tweet", "Post"), handle.end + 1)
        or ("*NUMBER*" in source[handle.end : handle.end + 30])
    )


def _may_be_set_off(source: str, handle: Handle, floor: int) -> bool:
    """A cheap look, too: without any mark, nothing before the handle sets a name off, or ends a post's words.

    Then only the post's own link tells that it is one.
    """
    if handle.start - floor > _LONGEST_NAME or _MARK.search(source, floor, handle.start):
        return True
    return source.find("/", handle.end, handle.end + _LONGEST_DATELINE) >= 0


def _undated(source: str, handle: Handle, byline: Byline) -> Footer | None:
    instead = _NO_DATE.match(source, skip_gap(source, handle.end))
    before = source[max(0, byline.start - 60) : byline.start].rstrip("> \t\r\n")
    linked = byline.dash and _MEDIA_LINK.search(before)
    if not byline.dash or not (instead or linked) or _REPEATED.match(source, handle.end):
        return None
    end = instead.end() if instead else handle.end
    return Footer(
        platform=ID,
        rule="twitter-footer-no-date",
        start=byline.start,
        end=_behind_bbc(source, end),
        handle=handle.name,
        name=byline.name,
        flags=("no-date",),
    )


def _first_of_two(source: str, handle: Handle, byline: Byline) -> Byline:
    """Some sites print a footer twice, the first time without its date: the post ends at the first."""
    before = source[max(0, byline.start - 120) : byline.start].rstrip(" \t\r\n>")
    if not byline.dash or not before.lower().endswith(f"(@{handle.name.lower()})"):
        return byline
    paren = byline.start - len(source[max(0, byline.start - 120) : byline.start]) + len(before) - len(handle.name) - 3
    return parse_byline(source, paren, floor=max(0, paren - 100)) or byline


def _behind_bbc(source: str, end: int) -> int:
    match = _BBC_END.match(source, end)
    return match.end() if match else end


def limit_length(day: dt.date | None) -> int:
    """How many weighted characters a post of that day could have: 140, and 280 from 8 November 2017 on.

    Subscribers write longer ones since 2023; measured on cited posts, fewer than one in fifty do.

    >>> limit_length(dt.date(2016, 1, 1)), limit_length(None)
    (140, 280)
    """
    return 140 if day is not None and day < dt.date(2017, 11, 8) else 280


def weighted_length(text: str) -> int:
    """The length as X counts it: a link is 23, a wide character 2 (`config/v3.json` of twitter-text).

    >>> weighted_length("see https://t.co/abcdefghij"), weighted_length("東京")
    (27, 4)
    """
    if "/" in text:
        text = SHOWN_LINK.sub("x" * 23, text)
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


SHOWN_LINK = re.compile(r"https?://\S+|pic\.(?:twitter|x)\.com/\w+|\bt\.co/\w+")
_WIDE = re.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
