"""Retry-After: how long a server asks to be left alone, in seconds or as one of HTTP's three forms of date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

LONGEST = 6 * 3600.0  # seconds; who asks for more is asked again after six hours

_SECONDS = re.compile(r"[0-9]++(?:\.[0-9]*)?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_DATES = tuple(
    re.compile(form.format(time=_TIME), re.IGNORECASE | re.ASCII)
    for form in (
        r"[a-z]{{3}}, (?P<day>[0-9]{{1,2}}) (?P<month>[a-z]{{3}}) (?P<year>[0-9]{{4}}) {time} (?:GMT|UTC|[+-]0000)",
        r"[a-z]{{6,9}}, (?P<day>[0-9]{{2}})-(?P<month>[a-z]{{3}})-(?P<year>[0-9]{{2}}) {time} (?:GMT|UTC)",
        r"[a-z]{{3}} (?P<month>[a-z]{{3}}) +(?P<day>[0-9]{{1,2}}) {time} (?P<year>[0-9]{{4}})",
    )
)


def parse_retry_after(values: Iterable[str], now: float) -> float | None:
    """The seconds to wait, from 0 to six hours; of several headers the longest, `None` when none of them can be read.

    A date that has passed means 0. Digits of other scripts, signs, units and other dates cannot be read.

    >>> now = 784111777.0  # Sun, 06 Nov 1994 08:49:37 GMT
    >>> parse_retry_after(["120"], now), parse_retry_after(["Sunday, 06-Nov-94 08:50:37 GMT"], now)
    (120.0, 60.0)
    >>> parse_retry_after(["-5"], now) is None
    True
    """
    waits = (_parse_wait(value.strip(" \t"), now) for value in values)
    return max((wait for wait in waits if wait is not None), default=None)


def _parse_wait(value: str, now: float) -> float | None:
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST)
    date = next((match for form in _DATES if (match := form.fullmatch(value))), None)
    instant = _read_date(date, now) if date else None
    return None if instant is None else min(max(instant - now, 0.0), LONGEST)


def _read_date(date: re.Match[str], now: float) -> float | None:
    year, second = int(date["year"]), min(int(date["second"]), 59)  # a leap second is the one before it
    month = _MONTHS.find(date["month"].lower()) // 4 + 1  # 0, which is none, for what is no name
    if len(date["year"]) == 2:
        year = _find_century(year, now)
    try:
        instant = dt.datetime(
            year, month, int(date["day"]), int(date["hour"]), int(date["minute"]), second, tzinfo=dt.UTC
        )
    except ValueError:
        return None
    return instant.timestamp()


def _find_century(year: int, now: float) -> int:
    """The year that two digits stand for: the one nearest before fifty years from now (RFC 9110, 5.6.7)."""
    latest = dt.datetime.fromtimestamp(min(max(now, 0.0), 4e9), dt.UTC).year + 50
    return latest - (latest - year) % 100
