"""Text from anywhere as characters that a screen shows and never obeys."""

from __future__ import annotations

import re
import unicodedata

_LINES = re.compile(r"\r?\n")


def show_code(character: str) -> str:
    r"""The code of a character, as Python writes it.

    >>> print(show_code("\x1b"), show_code("\u202e"), show_code("\U000e0041"))
    \x1b \u202e \U000e0041
    """
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def show_line(text: str) -> str:
    r"""Show one line: whatever a terminal or a browser might obey, and what nobody sees, stands there as its code.

    Those are control characters, escapes, marks that turn the writing direction, and characters without a shape. Blanks
    of any kind are blanks; a tab is four.

    >>> print(show_line("red \x1b[31m\tand \u202eback\n"))
    red \x1b[31m    and \u202eback\x0a
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _show(c) for c in text)


def show_lines(text: str) -> str:
    r"""Show text with its lines kept: they end in a line feed, with or without a carriage return before it.

    >>> show_lines("one\r\ntwo\rand\x85on\n")
    'one\ntwo\\x0dand\\x85on\n'
    """
    return "\n".join(map(show_line, _LINES.split(text)))


def _show(character: str) -> str:
    if character == "\t":
        return "    "
    return " " if unicodedata.category(character) == "Zs" else show_code(character)
