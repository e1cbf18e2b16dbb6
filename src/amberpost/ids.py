"""Post ids that hold the time they were made, turned into instants: no network, no clock."""

from __future__ import annotations

import datetime as dt

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Twitter's snowflakes count from here; ids before it were handed out one by one and hold no time.
_SNOWFLAKE_EPOCH_MS = 1288834974657
_LAST_SEQUENTIAL_ID = 30_000_000_000
_INSTAGRAM_EPOCH_MS = 1314220021721
_SHORTCODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TID = "234567abcdefghijklmnopqrstuvwxyz"
_WEIBO_EPOCH = 515483463
_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE58 = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
# 2003 to 2100: what falls outside is no clock.
_FIRST_MS = 1_041_379_200_000
_LAST_MS = 4_102_444_800_000
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


def parse_tid(key: str) -> dt.datetime | None:
    """The instant inside a Bluesky record key: 13 characters of sortable base32, microseconds above ten bits of clock.

    >>> parse_tid("3ljrcuxpu222g").isoformat()
    '2025-03-07T05:51:14+00:00'
    """
    if len(key) != 13 or any(character not in _TID for character in key):
        return None
    number = 0
    for character in key:
        number = number * 32 + _TID.index(character)
    return _in_range((number >> 10) // 1000)


def parse_milliseconds(post_id: str, *, shift: int) -> dt.datetime | None:
    """The instant in an id that counts milliseconds since 1970 above `shift` bits: Mastodon's 16, LinkedIn's 22.

    >>> parse_milliseconds("116329750110333726", shift=16).isoformat()
    '2026-04-01T13:45:18+00:00'
    """
    return _in_range(int(post_id) >> shift) if _is_number(post_id) else None


def parse_seconds(post_id: str, *, shift: int) -> dt.datetime | None:
    """The instant in an id that counts seconds since 1970 above `shift` bits: TikTok's 32.

    >>> parse_seconds("7000000000000000000", shift=32).isoformat()
    '2021-08-24T14:15:05+00:00'
    """
    return _in_range((int(post_id) >> shift) * 1000) if _is_number(post_id) else None


def parse_weibo(post_id: str) -> dt.datetime | None:
    """The instant inside a Weibo id, `(n >> 22) + 515483463` s, n in decimal or, four signs for seven digits, base 62.

    >>> parse_weibo("Is9M7taaY").isoformat()
    '2020-02-01T02:41:58+00:00'
    >>> parse_weibo("4467107636950632") == parse_weibo("Is9M7taaY")
    True
    """
    number = post_id if _is_number(post_id) else decode_weibo(post_id)
    return _in_range(((int(number) >> 22) + _WEIBO_EPOCH) * 1000) if number and len(number) >= 15 else None


def decode_weibo(code: str) -> str | None:
    """The number that a Weibo code stands for: from the right, each four signs of base 62 are seven digits.

    >>> decode_weibo("z0JH2lOMb")
    '3501756485200075'
    """
    if not 6 < len(code) < 12 or any(sign not in _BASE62 for sign in code):
        return None
    numbers = [_parse_digits(code[max(0, end - 4) : end], _BASE62) for end in range(len(code), 0, -4)]
    return str(numbers[-1]) + "".join(f"{number:07d}" for number in numbers[-2::-1])


def decode_flickr(code: str) -> str | None:
    """The number that a code of Flickr's short addresses stands for: base 58, without `0`, `O`, `I` and `l`.

    >>> decode_flickr("2kFTqCp")
    '50990848039'
    """
    if not 3 < len(code) < 9 or any(sign not in _BASE58 for sign in code):
        return None
    return str(_parse_digits(code, _BASE58))


def _parse_digits(code: str, alphabet: str) -> int:
    number = 0
    for sign in code:
        number = number * len(alphabet) + alphabet.index(sign)
    return number


def _is_number(post_id: str) -> bool:
    return post_id.isascii() and post_id.isdigit() and len(post_id) <= 20


def _in_range(milliseconds: int) -> dt.datetime | None:
    """An instant, unless no such platform was there yet: then the id is of another kind."""
    return _instant(milliseconds) if _FIRST_MS <= milliseconds < _LAST_MS else None


def _instant(milliseconds: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(seconds=milliseconds // 1000)
