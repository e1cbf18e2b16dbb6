"""When a post was made, held against the day and the instant that the citation prints."""

from __future__ import annotations

import datetime as dt

from ..posts import Post, Reason, Sign
from .cited import Cited, parse_moment

# No place on earth is further from UTC: +14 h on Line Islands; -12 h on the other side.
_WIDEST = dt.timedelta(hours=14)
# Sites print times to the minute, and a service's own clock and its client's differ by seconds.
_TOLERANCE = dt.timedelta(seconds=90)
_DAY = dt.timedelta(days=1)


def judge_date(cited: Cited, post: Post | None, instant: dt.datetime | None) -> Reason:
    """Say whether the post was made when the citation says it was: by the id, which cannot lie, else by the record.

    >>> row = Cited(day=dt.date(2024, 11, 29), basis="utc")
    >>> str(judge_date(row, None, dt.datetime(2024, 11, 29, 12, 8, 1, tzinfo=dt.UTC)))
    "for date: the printed day is 2024-11-29, and the post's id says 2024-11-29 12:08:01 UTC"
    """
    told = parse_moment(post.posted_at) if post else None
    instant = parse_moment(instant)
    known = instant or told
    if known is None:
        return _reason("unknown", "the post's id holds no instant, and no record tells when it was made")
    said = f"the post's {'id' if instant else 'record'} says {known:%Y-%m-%d %H:%M:%S} UTC"
    if cited.day is None and cited.posted_at is None:
        words = "an impossible day" if "impossible-date" in cited.flags else "no day"
        return _reason("unknown", f"{words} is printed; {said}")
    if instant and told and abs(instant - told) > _DAY:
        return _reason("unknown", f"{said}, and its record {told:%Y-%m-%d}, so that one of the two is of no use")
    return _hold(cited, known, said)


def _hold(cited: Cited, known: dt.datetime, said: str) -> Reason:
    signs = [_hold_day(cited.day, cited.basis, known) if cited.day else None]
    signs.append(_hold_instant(cited.posted_at, known) if cited.posted_at else None)
    printed = cited.day.isoformat() if cited.day else f"{cited.posted_at:%Y-%m-%d %H:%M:%S} UTC"
    sign: Sign = "against" if "against" in signs else "for" if "for" in signs else "unknown"
    if signs[1] == "against" and signs[0] != "against":
        printed = f"{cited.posted_at:%Y-%m-%d %H:%M:%S} UTC"
    near = " (a day of an unknown time zone)" if cited.day and cited.basis != "utc" else ""
    return _reason(sign, f"the printed day is {printed}{near}, {'and' if sign == 'for' else 'but'} {said}")


def _hold_day(day: dt.date, basis: str | None, known: dt.datetime) -> Sign:
    if basis == "utc" or day == known.date():
        return "for" if day == known.date() else "against"
    try:
        begin = dt.datetime.combine(day, dt.time(), dt.UTC)
        return "for" if begin - _WIDEST <= known < begin + _DAY + _WIDEST else "against"
    except OverflowError:
        return "against"


def _hold_instant(printed: dt.datetime, known: dt.datetime) -> Sign:
    """An instant that is a time zone's hours away may have been read in the wrong one."""
    distance = abs(printed - known)
    return "for" if distance <= _TOLERANCE else "unknown" if distance <= _WIDEST else "against"


def _reason(sign: Sign, words: str) -> Reason:
    return Reason(sign=sign, about="date", words=words)
