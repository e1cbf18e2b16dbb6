"""Post ids that hold the time they were made, turned into instants: no network, no clock."""

from __future__ import annotations

import datetime as dt

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Twitter's snowflakes count from here; ids before it were handed out one by one and hold no time.
_SNOWFLAKE_EPOCH_MS = 1288834974657
_LAST_SEQUENTIAL_ID = 30_000_000_000
_INSTAGRAM_EPOCH_MS = 1314220021721
_SHORTCODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SHORTCODE_VALUE = {character: value for value, character in enumerate(_SHORTCODE)}


def parse_snowflake(post_id: str) -> dt.datetime | None:
    """The instant inside a snowflake id, `(id >> 22) + 1288834974657` ms, cut to seconds; `None` for older ids.

    >>> parse_snowflake("1137051097955102720")
    datetime.datetime(2019, 6, 7, 17, 38, 1, tzinfo=datetime.timezone.utc)
    >>> parse_snowflake("3579860805") is None
    True
    """
    if not (post_id.isascii() and post_id.isdigit() and len(post_id) <= 19):
        return None
    number = int(post_id)
    if number <= _LAST_SEQUENTIAL_ID or number >= 1 << 63:
        return None
    return _instant((number >> 22) + _SNOWFLAKE_EPOCH_MS)


def parse_shortcode(code: str) -> dt.datetime | None:
    """The instant inside an Instagram shortcode, `(n >> 23) + 1314220021721` ms with n in URL-safe base64.

    Codes of private posts are longer (they carry a token behind the id): the first eleven characters count.

    >>> parse_shortcode("BnSBALPBGaF")
    datetime.datetime(2018, 9, 3, 22, 55, 42, tzinfo=datetime.timezone.utc)
    """
    number = 0
    for character in code[:11]:
        value = _SHORTCODE_VALUE.get(character)
        if value is None:
            return None
        number = number * 64 + value
    if len(code) < 9:
        return None
    return _instant((number >> 23) + _INSTAGRAM_EPOCH_MS)


def _instant(milliseconds: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(seconds=milliseconds // 1000)
