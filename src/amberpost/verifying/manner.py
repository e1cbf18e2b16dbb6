"""The manner of a publisher's house: how it spells numbers, marks another's errors, masks letters, stresses words.

The printed words are spelt anew as the post spells them. Where any other thing than the manner differs there is no such
spelling: what may be read as another amount, or hides a word that turns a sentence round, is an edit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .denials import is_denial, is_taken_back
from .figures import is_same_amount
from .wording import Words

# `**be**`, which is how an extractor writes down bold; `~~be~~` says the opposite of `be`, and stays.
_STRESSED = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,300})(?<=[^\s*])\1(?![\w*])")
_PLACES = re.compile(
    r"(?P<sic>[\[(]sic[.!]?[\])])"
    r"|(?P<figure>\d{1,3}(?: \d{3})+(?![.,']?\d)|\d+(?:[.,']\d+)*)"
    r"|(?P<masked>(?<![\w*\u2022])[^\W\d_]+[*\u2022](?:[^\W\d_]|[*\u2022])*)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d+(?:[.,']\d+)*")
_SIGNS = "*\u2022"
_HIDDEN = re.compile(f"[{_SIGNS}]+")
_MOST_HIDDEN = 10
# How much is looked at around a number for its unit.
_NEAR = 16
# No house masks a denial; who hides one hides what was said. Hidden at a word's end: `is**` for `isnt`.
_NEVER_HIDDEN = re.compile("n?o?t|no|less|los", re.IGNORECASE)


def respell(printed: str, told: Words, *, lang: str | None) -> str | None:
    """The printed words, spelt as the post spells them; `None` where more than the manner of a house differs.

    `lang` is the language of the post, which says how it writes its numbers; `None` when nobody told.

    >>> from amberpost.verifying.wording import make_words
    >>> respell("1,400 d*** streets is [sic] dry", make_words("1400 damn streets is dry"), lang="en")
    '1400 damn streets is  dry'
    >>> respell("it will **be** shut", make_words("it will not be shut"), lang="en") is None
    True
    """
    plain = _STRESSED.sub(r"\2", printed)
    for text in (printed,) if plain == printed else (printed, plain):
        pieces = list(_find_pieces(text, told, lang))
        if "".join("".join(pieces).split()) == told.key:
            return "".join(pieces)
    return None


def count_hidden(printed: str) -> int:
    """How many signs mask a letter.

    >>> count_hidden("d*** it")
    3
    """
    return sum(map(len, _HIDDEN.findall(printed)))


def _find_pieces(printed: str, told: Words, lang: str | None) -> Iterator[str]:
    """The printed words piece by piece, spelt as the post's, until one is another's."""
    at = place = 0
    for found in _PLACES.finditer(printed):
        for piece in (printed[at : found.start()], _spell(found, told, place + _count(printed, at, found), lang)):
            bare = "".join((piece or "").split())
            if piece is None or not told.key.startswith(bare, place):
                return
            place += len(bare)
            yield piece
        at = found.end()
    yield printed[at:]


def _count(printed: str, begin: int, found: re.Match[str]) -> int:
    return len("".join(printed[begin : found.start()].split()))


def _spell(found: re.Match[str], told: Words, place: int, lang: str | None) -> str | None:
    """What one place would be in the post's spelling."""
    if told.key.startswith("".join(found[0].split()), place):
        return found[0]
    if found["sic"]:
        return ""
    return _spell_figure(found, told, place, lang) if found["figure"] else _unmask(found[0], told, place)


def _spell_figure(found: re.Match[str], told: Words, place: int, lang: str | None) -> str | None:
    figure = _FIGURE.match(told.key, place)
    if not figure:
        return None
    text = found.string
    near = text[max(0, found.start() - _NEAR) : found.start()], text[found.end() : found.end() + _NEAR]
    # Two numbers of the post, or one that it parts by a space: this only beside other marks, for 1 400 are not 1400.
    pieces = list(_part(told, place, figure.end()))
    spellings = (pieces[0], " ".join(pieces)) if len(pieces) > 1 and not found[0].isdecimal() else (pieces[0],)
    return next((spelt for spelt in spellings if is_same_amount(found[0], spelt, near=near, lang=lang)), None)


def _part(told: Words, place: int, end: int) -> Iterator[str]:
    at = place
    for gap in range(place + 1, end):
        if gap in told.gaps:
            yield told.key[at:gap]
            at = gap
    yield told.key[at:end]


def _unmask(masked: str, told: Words, place: int) -> str | None:
    """The post's own word, where each sign of the mask stands for one letter of it."""
    end = place + len(masked)
    word = told.key[place:end]
    hidden = [(run.start(), run.end()) for run in _HIDDEN.finditer(masked)]
    lost = [word[begin:stop] for begin, stop in hidden]
    is_mask = (
        _is_word(told, place, end)
        and _ends_as_masks_do(masked)
        and all(mine == yours or mine in _SIGNS for mine, yours in zip(masked, word, strict=True))
        and sum(map(len, lost)) <= _MOST_HIDDEN
        and not is_denial(word)
        and not is_taken_back(word)
        and not (masked[-1] in _SIGNS and _NEVER_HIDDEN.fullmatch(lost[-1]))
    )
    return word if is_mask else None


def _is_word(told: Words, place: int, end: int) -> bool:
    """Whether a stretch of the post is one whole word: three letters or more, and no apostrophe."""
    key = told.key
    parted = (at in told.gaps or not (key[at - 1 : at].isalnum() and key[at : at + 1].isalnum()) for at in (place, end))
    inside = any(at in told.gaps for at in range(place + 1, end))
    return 3 <= end - place <= len(key) - place and key[place:end].isalpha() and all(parted) and not inside


def _ends_as_masks_do(masked: str) -> bool:
    """One star behind a word is a footnote's, and two behind a longer one the end of something bold."""
    shown = masked.rstrip(_SIGNS)
    stars = len(masked) - len(shown)
    return stars == 0 or stars > 2 or (stars == 2 and len(shown) < 3)
