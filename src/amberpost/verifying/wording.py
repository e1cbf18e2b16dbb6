"""Words made comparable: two spellings of one text become one, and what a writer would call an edit stays one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .folding import fold_signs, part_dashes, undo_escapes
from .shown import hide_links

_SPACE = re.compile(r"(\s+)")
_LINE_END = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")
_LEAD = re.compile(r"(?:[@＠][A-Za-z0-9_.-]{1,40}\s+)+")
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]")
_POINTED = re.compile(r"\d[.,]\d\Z")
_JOINTS = frozenset(".,:/-'٫٬·×^")


@dataclass(slots=True, frozen=True)
class Words:
    """A text without white space, where in it white space stood between two words, and where lines ended.

    A gap is true at the end of a line. `thin` is where other white space stood, beside a sign that joins or parts: it
    may come and go there, and matters only beside a number or a denial; and where two words of a script met that parts
    none, which matters where each text parts others.
    """

    key: str
    gaps: Mapping[int, bool]
    lines: frozenset[int] = frozenset()
    thin: frozenset[int] = frozenset()

    def __len__(self) -> int:
        """How much is said: a wide character, as of Chinese, counts twice."""
        return len(self.key) + (0 if self.key.isascii() else len(_WIDE.findall(self.key)))


def normalize_wording(text: str, *, hosts: Iterable[str] = (), parted: bool = False) -> str:
    """One spelling for a text: entities undone, links out, quotes, dashes, widths and invisible signs as one.

    A link leaves the end of a line, which two texts may differ in. `hosts` are those of links shown without a path.
    `parted` keeps dashes that part words apart from hyphens.

    >>> normalize_wording("“Rain &amp; wind” — see https://t.co/abcdefghij, ok…")
    '"Rain & wind" - see \\n, ok...'
    """
    bare = hide_links(undo_escapes(text), hosts)
    return fold_signs(part_dashes(bare) if parted else bare).strip()


def make_words(text: str) -> Words:
    """Take the white space out of a normalized text, and remember where it parted two words.

    >>> words = make_words("now here!\\nOK - 5")
    >>> words.key, words.gaps, sorted(words.lines), sorted(words.thin)
    ('nowhere!OK-5', {3: False}, [8], [10, 11])
    """
    key: list[str] = []
    breaks: dict[int, bool] = {}
    place = 0
    for part in _SPACE.split(text.strip()):
        if part.isspace():
            breaks[place] = _LINE_END.search(part) is not None
        else:
            key.append(part)
            place += len(part)
    joined = "".join(key)
    gaps = {at: line for at, line in breaks.items() if _parts_words(joined, at)}
    thin = (
        at
        for at in breaks
        if at not in gaps and (is_spaceless(joined, at) or not _JOINTS.isdisjoint(joined[at - 1 : at + 1]))
    )
    return Words(joined, gaps, frozenset(at for at, line in breaks.items() if line), frozenset(thin))


def drop_lead(text: str) -> str:
    """Take out the accounts that a reply opens with: some services print them before the words, others do not.

    `.@ada` is no such account: whoever writes the dot means it to be read.

    >>> drop_lead("@ada @ben so it is"), drop_lead("so it is @ada"), drop_lead(".@ada so it is")
    ('so it is', 'so it is @ada', '.@ada so it is')
    """
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead else text


def is_spaceless(key: str, place: int) -> bool:
    """Whether a letter of a script that parts no words stands at a place.

    >>> is_spaceless("霧です", 1), is_spaceless("fog", 1)
    (True, False)
    """
    return _SPACELESS.search(key[max(0, place - 1) : place + 1]) is not None


def _is_of_word(sign: str) -> bool:
    """Letters, digits, what accounts are written with, and marks on letters, which are the vowels of many scripts."""
    return sign.isalnum() or sign == "_" or (bool(sign) and unicodedata.category(sign) in ("Mn", "Mc"))


def _parts_words(key: str, place: int) -> bool:
    """White space that parts two words, in a script that does so; beside a sign it may come and go.

    Not within a number: `3, 400` are two.
    """
    if _is_of_word(key[place - 1 : place]) and _is_of_word(key[place : place + 1]):
        return not is_spaceless(key, place)
    return _POINTED.match(key[max(0, place - 2) : place + 1]) is not None or (
        _POINTED.match(key[max(0, place - 1) : place + 2]) is not None
    )
