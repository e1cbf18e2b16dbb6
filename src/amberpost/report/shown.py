"""What a page shows of strings from anywhere: what a browser obeys as its code, hosts in both spellings."""

from __future__ import annotations

import re
import unicodedata

import idna

from ..visible import show_code

_JOINERS = "\u200c\u200d"  # emoji and several scripts are written with them
# Letters and marks that Unicode calls printable and that have no shape.
_SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?(?:[^/?#\\@]*@)?([^/?#\\@:]+)")
_MOST_HOST = 253


def show(text: str) -> str:
    r"""Show text with its lines kept; what a browser might obey, and what nobody sees, stands there as its code.

    Those are control characters, marks that turn the writing direction, and characters without a shape. A joiner stays
    where it joins two characters outside ASCII, as in an emoji or in Persian.

    >>> print(show("red\x00 and \u202eback"), show("<b>"))
    red\x00 and \u202eback <b>
    """
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(map(_show_line, text.replace("\r\n", "\n").split("\n")))


def _show_line(line: str) -> str:
    if line.isprintable() and _SHAPELESS.isdisjoint(line):
        return line
    return "".join(_show_at(line, place) for place in range(len(line)))


def _show_at(line: str, place: int) -> str:
    character = line[place]
    if character == "\t" or (character.isprintable() and character not in _SHAPELESS):
        return character
    if character in _JOINERS and _joins(line[place - 1 : place], line[place + 1 : place + 2]):
        return character
    return " " if unicodedata.category(character) == "Zs" else show_code(character)


def _joins(before: str, after: str) -> bool:
    return all(side > "\x7f" and side.isprintable() and side not in _SHAPELESS for side in (before, after))


def show_url(url: str) -> str:
    """Show an address; one whose host is not ASCII, or stands for such a one, has its other spelling beside it.

    >>> show_url("https://bücher.example/a"), show_url("https://xn--bcher-kva.example/"), show_url("https://t.co/a")
    ('https://bücher.example/a [xn--bcher-kva.example]', 'https://xn--bcher-kva.example/ [bücher.example]', \
'https://t.co/a')
    """
    if url.isascii() and "xn--" not in url.lower():
        return show(url)
    match = _HOST.match(url)
    host = match[1] if match else ""
    if not host or len(host) > _MOST_HOST or (host.isascii() and "xn--" not in host.lower()):
        return show(url)
    spell = _decode_label if host.isascii() else _encode_label
    return show(f"{url} [{'.'.join(spell(label) for label in host.split('.'))}]")


def _encode_label(label: str) -> str:
    """A label as it is looked up; one that no registry takes as its bare punycode, which is as telling."""
    if label.isascii():
        return label
    try:
        return idna.encode(label, uts46=True).decode("ascii")
    except idna.IDNAError:
        return "xn--" + label.lower().encode("punycode").decode("ascii")


def _decode_label(label: str) -> str:
    if not label.lower().startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def shorten(text: str, length: int) -> str:
    """The beginning of text in one line of at most so many characters.

    >>> shorten("one  two three", 8)
    'one two…'
    """
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length and len(text) <= 4 * length else line[: length - 1].rstrip() + "…"
