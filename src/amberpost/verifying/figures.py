"""Numbers as houses spell them: `1,400`, `1.400`, `1'400` and `1400` may be one amount, `4.375` and `4375` are not."""

from __future__ import annotations

import re

# India parts a hundred thousand as `1,00,000`.
_LAKHS = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}")
_GROUPED = re.compile(r"([1-9]\d{0,2}|0)([.,' ])(\d{3}(?:\2\d{3})*)(?:(?!\2)([.,]\d+))?")
# Where a comma parts the decimals, and where a point does. Spanish is in neither: its countries differ.
_COMMA = re.compile(
    "de|fr|it|pt|nl|tr|id|da|sv|no|fi|pl|cs|sk|sl|hr|sr|bs|hu|ro|bg|el|ru|uk|be|lt|lv|et|is|vi|ca|eu|gl"
)
_POINT = re.compile("en|zh|ja|ko|th|he|hi|ur|bn|ta|te|mr|ms|tl|sw|ga|cy")
# What has decimals, however round the number is; and what has them more often than thousands when it is not.
_RATE = re.compile(
    r"\s?(?:[%‰°]|(?:per\s?cent|pct|prozent|pour\s?cent|por\s?cien|procent|percentage|points?|pts?|punkte?|x|times"
    r"|thousand|tausend|mil+i[aoó]\w*|bil+i[aoó]\w*|tril+i[aoó]\w*|mio|mrd|mln|bn|tn|crore|lakh|degrees?|grad)\b)",
    re.IGNORECASE,
)
_MULTIPLIED = re.compile(
    r"\s?(?:[万萬億亿兆千百만억천]|(?:hundred|тыс|млн|млрд|тысяч\w*|миллион\w*|миллиард\w*|bin|milyon|milyar|mln|mld|mrd|tys"
    r"|mkr|ألف|آلاف|مليون|مليار|میلیون|میلیارد|هزار|אלף|מיליון|מיליארד|हज़ार|लाख|करोड़|ribu|juta|nghìn|triệu|tỷ)\b)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\s?(?:kg|kilos?|k|g|grams?|mg|tons?|tonnes?|km|m|cm|mm|mi|miles?|met(?:er|re)s?|lit(?:er|re)s?|l|seconds?|secs?"
    r"|s|ms|hours?|feet|ft|gallons?|ounces?|volts?|dollars?|euros?|pounds?)\b",
    re.IGNORECASE,
)
_LED = re.compile(r"(?:[$£€¥₹]|\b(?:magnitude|version|factor of|rate of|times)\s)\s?\Z", re.IGNORECASE)


def has_rate(behind: str) -> bool:
    """Whether words that follow a number multiply it, or say what it is a part of.

    >>> has_rate(" million"), has_rate("%"), has_rate("万"), has_rate(" boats")
    (True, True, True, False)
    """
    return _RATE.match(behind) is not None or _MULTIPLIED.match(behind) is not None


def is_same_amount(printed: str, told: str, *, near: tuple[str, str], lang: str | None) -> bool:
    """Whether two numbers with the same digits are one amount, as far as the language and the unit let that be told.

    `near` are a few signs before and behind. What may well be read as another amount is no manner of a house's.

    >>> is_same_amount("1.400", "1,400", near=("", " streets"), lang="en")
    True
    >>> is_same_amount("4.375", "4375", near=("", " percent"), lang="en")
    False
    """
    if _LAKHS.fullmatch(printed) or _LAKHS.fullmatch(told):
        return printed.replace(",", "") == told.replace(",", "")
    one, other = _GROUPED.fullmatch(printed), _GROUPED.fullmatch(told)
    if one and other:
        return _is_respelt(one, other, near, lang)
    grouped, plain = (one, told) if one else (other, printed)
    if not grouped or grouped[1] == "0" or grouped[0].replace(grouped[2], "") != plain:
        return False
    return _has_thousands(grouped, near, lang)


def _is_respelt(one: re.Match[str], other: re.Match[str], near: tuple[str, str], lang: str | None) -> bool:
    """Whether the marks alone differ: a comma for a point says the same in another country, or is an edit in one."""
    if re.sub(r"\D", "", one[0]) != re.sub(r"\D", "", other[0]) or one[2] == other[2]:
        return False
    if (one[4] or "")[1:] != (other[4] or "")[1:]:
        return False
    if {one[2], other[2]} == {".", ","}:
        return one[1] == "0" or _is_sure(one) or not _has_decimals(one, near, lang)
    return one[1] != "0" and _has_thousands(one, near, lang) and _has_thousands(other, near, lang)


def _has_thousands(grouped: re.Match[str], near: tuple[str, str], lang: str | None) -> bool:
    """Whether the mark parts thousands, in this language and before this unit."""
    if _is_sure(grouped):
        return True
    doubtful = _has_decimals(grouped, near, lang)
    if grouped[2] == ",":
        return bool(_POINT.fullmatch(lang or "")) or not (_has_commas(lang) or doubtful)
    return not doubtful and (_has_commas(lang) or _is_round(grouped))


def _is_sure(grouped: re.Match[str]) -> bool:
    """Whether the mark parts thousands and nothing else: there are several, or the decimals have another."""
    return len(grouped[3]) > 3 or grouped[4] is not None or grouped[2] in "' "


def _has_decimals(grouped: re.Match[str], near: tuple[str, str], lang: str | None) -> bool:
    """Whether what stands beside a number makes decimals likely."""
    before, behind = near
    if _RATE.match(behind):
        return True
    if _is_round(grouped) or _has_commas(lang):
        return False
    return bool(_MEASURE.match(behind) or _LED.search(before))


def _has_commas(lang: str | None) -> bool:
    return _COMMA.fullmatch(lang or "") is not None


def _is_round(grouped: re.Match[str]) -> bool:
    """Nobody writes two noughts at the end of decimals."""
    return grouped[3].endswith("00")
