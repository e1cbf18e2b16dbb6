"""The token that X's embeds send with a post's id, made as their script makes it, in pure Python."""

from __future__ import annotations

import math

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_RADIX = len(_DIGITS)


def make_token(post_id: str) -> str:
    """The token for a post's id: `((Number(id) / 1e15) * Math.PI).toString(36).replace(/(0+|\\.)/g, "")`.

    Source: vercel/react-tweet packages/react-tweet/src/api/fetch-tweet.ts, 2025; without it the answers become `{}`
    (its pull request 128).

    >>> make_token("20"), make_token("1862485943811391923")
    ('6dq1a2xwd93', '4ij67485on5')
    """
    return format_base36(int(post_id) / 1e15 * math.pi).replace("0", "").replace(".", "")


def format_base36(value: float) -> str:
    """A number from zero up as JavaScript writes it by `toString(36)`: as many digits as tell it from its neighbours.

    ECMAScript leaves the digits open; this is what V8's DoubleToRadixCString does: digits are written until what is
    left is within half the distance to the next number, and the last is rounded.

    >>> format_base36(0.5), format_base36(35.0), format_base36(1295.75)
    ('0.i', 'z', 'zz.r')
    """
    whole = math.floor(value)
    digits, carry = _fraction_digits(value)
    return _format_whole(whole + carry) + ("." + "".join(_DIGITS[digit] for digit in digits) if digits else "")


def _fraction_digits(value: float) -> tuple[list[int], int]:
    """The digits behind the point, and 1 when rounding went past it."""
    rest = value - math.floor(value)
    # Half the distance to the next number: what is smaller cannot be told.
    delta = max(0.5 * (math.nextafter(value, math.inf) - value), math.nextafter(0.0, 1.0))
    digits: list[int] = []
    while rest >= delta:
        rest, delta = rest * _RADIX, delta * _RADIX
        digit = int(rest)
        digits.append(digit)
        rest -= digit
        if (rest > 0.5 or (rest == 0.5 and digit & 1)) and rest + delta > 1:
            return _round_up(digits)
    return digits, 0


def _round_up(digits: list[int]) -> tuple[list[int], int]:
    while digits:
        last = digits.pop()
        if last + 1 < _RADIX:
            return [*digits, last + 1], 0
    return [], 1


def _format_whole(number: int) -> str:
    signs = ""
    while number or not signs:
        number, digit = divmod(number, _RADIX)
        signs = _DIGITS[digit] + signs
    return signs
