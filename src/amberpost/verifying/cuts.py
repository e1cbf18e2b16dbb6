"""Where a post's words are cut from what stands before and behind them, and whether what is left says the same."""

from __future__ import annotations

import re

from .denials import has_denial
from .figures import has_rate
from .folding import PARTED
from .wording import Words

_DOTS = re.compile(r"(?:\.{3,}|\[\.{3}\]|\(\.{3}\))\Z")
_STEM = re.compile(r"[\[(]?\.{2,}[\])]?\Z")
# What turns a word that is cut before it into another, and what goes on with a number.
_ENDING = re.compile(r"n?'?t|not|less")
_COUNTED = re.compile(rf"[.,']?\d|[/:×^°%‰{PARTED}-]|\w")
_NAMED = re.compile(r"[@＠#]\w*\Z")
_CLOSING = " .!?:\"')]>|。！？：」』؟۔।"
_STOP = re.compile("[.!?。؟।⁇⁈⁉]")
_ASKED = "?؟⁇⁈⁉"
# What ends the words of others; a comma or a dash may stand within one sentence.
_ENDED = re.compile(r"""[.!?:"')\]>|。」』؟۔।]\Z""")
_PASSED_ON = re.compile(r"\b(?:RT|MT|via)[@＠][A-Za-z0-9_.-]{1,40}:?\Z", re.IGNORECASE)
_MOST_HIDDEN = 2000
_LINE = 300
_NAME = 100


def is_cut(line: str) -> bool:
    """Whether a text ends in dots that say that it goes on.

    >>> is_cut("so it is..."), is_cut("so it is [...]"), is_cut("so it is.")
    (True, True, False)
    """
    return _DOTS.search(line) is not None


def strip_dots(words: Words) -> Words:
    """The words without the dots that say that they go on."""
    key = _STEM.sub("", words.key[-40:])
    return Words(words.key[:-40] + key, words.gaps, words.lines, words.thin)


def find_loss(told: Words, end: int, *, lang: str | None) -> str | None:
    """What the words before a place lose by being cut there, so that they may say another thing; `None` if nothing.

    >>> from amberpost.verifying.wording import make_words
    >>> find_loss(make_words("the boat sank, it is not true"), 11, lang="en")
    'before a denial'
    >>> find_loss(make_words("they can't leave"), 7, lang="en"), find_loss(make_words("rain today"), 4, lang="en")
    ('within a number or a name, or before the end of a denial', None)
    """
    if end not in told.gaps and end not in told.thin and _is_within(told, end):
        return "within a number or a name, or before the end of a denial"
    hidden = _spread(told, end)
    if told.key[end - 1].isdecimal() and has_rate(hidden):
        return "before what a number counts"
    if has_denial(hidden, lang=lang):
        return "before a denial"
    stop = _STOP.search(hidden)
    return "before a question mark" if stop and stop[0] in _ASKED else None


def is_parted(printed: Words, place: int, *, lang: str | None) -> bool:
    """Whether the words before a place are clearly others': they end in a stop, or with a line that goes no further.

    Where the last of them deny what follows, or say whose words it passes on, nobody can tell whose they are.

    >>> from amberpost.verifying.wording import make_words
    >>> is_parted(make_words("he said: So it is"), 7, lang=None), is_parted(make_words("not so: It is"), 6, lang=None)
    (True, False)
    """
    before = printed.key[max(0, place - _LINE) : place]
    ended = _ENDED.search(before)
    if _PASSED_ON.search(before[-60:]) or not (ended or place in printed.lines):
        return False
    if not ended and printed.key[place].islower():
        return False
    begin = max((line for line in printed.lines if line < place), default=0)
    sentence = _STOP.split(_spread(printed, max(begin, place - _LINE), place).rstrip(_CLOSING))[-1]
    return not has_denial(sentence, lang=lang)


def _is_within(told: Words, end: int) -> bool:
    """Whether the last word that is left says another thing than the post's: `can` of `can't`, 14 of 14,000, `@ada`."""
    key, ending = told.key, _ENDING.match(told.key, end)
    last, behind = key[end - 1], key[end : end + 1]
    if last.isdecimal() and _COUNTED.match(key, end):
        return True
    if behind.isalnum() or behind == "_":
        begin = next((at for at in range(end, max(0, end - _NAME), -1) if at in told.gaps), max(0, end - _NAME))
        if _NAMED.search(key[begin:end]):
            return True
    if behind in ("-", PARTED):
        return last.isalpha() and key[end + 1 : end + 2].isalpha()
    if not ending or not last.isalpha():
        return False
    return ending.end() in told.gaps or not key[ending.end() : ending.end() + 1].isalnum()


def _spread(words: Words, begin: int, end: int | None = None) -> str:
    """A stretch of a text with its words parted again."""
    stop = min(len(words.key) if end is None else end, begin + _MOST_HIDDEN)
    pieces, at = [], begin
    for place in range(begin + 1, stop):
        if place in words.gaps:
            pieces.append(words.key[at:place])
            at = place
    return " ".join([*pieces, words.key[at:stop]])
