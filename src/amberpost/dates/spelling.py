"""How a printed date is spelt: one spelling for all, so that tables and patterns need no more, and the way back."""

from __future__ import annotations

import re
import unicodedata

# White space as extractors leave it, with the quote marks of Markdown; escapes; marks that print nothing.
MARKS = "\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_IS_ODD = re.compile(rf"[\t-\r\x1c-\x1f\\\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000{MARKS}]")
_ODD_TEXT = rf"[\s\\{MARKS}](?:(?<=[^\S ])[\s>]*|(?<= )\s[\s>]*|(?<=\\)(?=[!-/:-@\[-`{{-~])|(?<=[{MARKS}])[{MARKS}]*)"
_ODD = re.compile(_ODD_TEXT)
# What NFC joins with the letter before it (NFC_Quick_Check=Maybe), and the letters that NFC takes apart.
_JOINS = (
    "\u0300-\u036f\u0653-\u0655\u093c\u09bc\u09be\u09d7\u0a3c\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0c56\u0cc2\u0cd5\u0cd6"
    "\u0d3e\u0d57\u0dca\u0dcf\u0ddf\u102e\u1161-\u1175\u11a8-\u11c2\u3099\u309a"
)
_ODD_NFD = re.compile(rf".[{_JOINS}]+|[\u0958-\u095f\u09dc\u09dd\u09df\u0a33\u0a36\u0a59-\u0a5b\u0a5e]|{_ODD_TEXT}")
_SPLIT = re.compile(r"[\s,'/-]+")


def _fold_letter(letter: str) -> str:
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    bare = re.sub("[\u0300-\u036f\u0653-\u0655]", "", unicodedata.normalize("NFD", letter.lower()))
    composed = unicodedata.normalize("NFC", bare)
    return composed if len(composed) == 1 else letter


class _Fold(dict[int, int | str]):
    """One character to one character: lower case, no accents, ASCII digits. Learns as it goes."""

    def __missing__(self, code: int) -> str:
        folded = _fold_letter(chr(code))
        if len(self) < 20_000:  # hostile text must not make it grow
            self[code] = folded
        return folded


FOLD = _Fold(str.maketrans("ıİςیىک’ʼ‘׳،，、၊॰‐‑", "iiσييك'''',,,,.--"))
"""For `str.translate`: the spelling that patterns of dates are written in, no character moved."""


def _normalize_odd(match: re.Match[str]) -> str:
    odd = match[0]
    if odd.isspace() or ">" in odd:
        breaks = odd.count("\n") + odd.count("\r") - odd.count("\r\n")
        return " " if breaks < 2 else "\n" if breaks == 2 else "\0"  # three line breaks end every date
    return "" if odd == "\\" or not odd.isprintable() else unicodedata.normalize("NFC", odd)


def _odd_in(window: str) -> re.Pattern[str]:
    return _ODD if unicodedata.is_normalized("NFC", window) else _ODD_NFD


def normalize_printed(window: str) -> str:
    """White space and Markdown's quote marks as one space, escapes and invisible marks gone, the rest in NFC.

    >>> normalize_printed("29\\u00a0 nov\\\\. 2024")
    '29 nov. 2024'
    """
    if not _IS_ODD.search(window) and "  " not in window and unicodedata.is_normalized("NFC", window):
        return window
    return _odd_in(window).sub(_normalize_odd, window)


def printed_length(window: str, length: int) -> int:
    """How many characters of `window` became the first `length` normalized ones.

    >>> printed_length("29\\u00a0 nov\\\\. 2024", 12)
    14
    """
    taken = last = 0
    for match in _odd_in(window).finditer(window):
        if taken + match.start() - last >= length:
            break
        taken += match.start() - last + len(_normalize_odd(match))
        last = match.end()
    return last + length - taken


def normalize_name(name: str) -> str:
    """Lower-case, accent-free NFC without invisible marks: the spelling that names of months are compared in.

    Dotless i and final sigma are folded too, because upper case loses them.

    >>> normalize_name("Décembre"), normalize_name("KASIM"), normalize_name("٢٩")
    ('decembre', 'kasim', '29')
    """
    return normalize_printed(name).translate(FOLD)


def find_words(gap: str) -> list[str]:
    """Cut folded text into its words; dots go, because an abbreviation has one in some languages only.

    >>> find_words(". nov., ")
    ['nov']
    """
    return [word for word in _SPLIT.split(gap.replace(".", "")) if word]
