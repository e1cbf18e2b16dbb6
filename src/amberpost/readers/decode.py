"""Bytes to text, as such folders hold them: a byte order mark, else UTF-8, else the likeliest old encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..models import Problem, ReadError

# More than this of one article is not searched: with every string at four bytes a character, a run stays under 256 MB.
ARTICLE_LIMIT = 32 * 1024 * 1024

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKS_BEGIN = b"\xef\xff\xfe\x00"
_ASCII = bytes(range(128))
# What Western European text in cp1252 is made of beside ASCII: €…‰‹›‘’“”•–—™, no-break space, signs, and the letters.
_WESTERN = (
    b"\x80\x84\x85\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b\x9c\xa0\xa1\xa3\xa7\xa9\xaa\xab\xae\xb0\xb4\xb7\xba\xbb"
)
_WESTERN_LETTERS = bytes(range(0xBF, 0x100))
_LETTER_RUN = re.compile(rb"[\xc0-\xff]{3}")
_SAMPLE = 16 * 1024
_LIKELY = [
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 iso8859_2 iso8859_5 koi8_r koi8_u tis_620",
    "gb18030 big5 shift_jis euc_jp cp949",
]


class Decoded(NamedTuple):
    """Text, the encoding that gave it, and how many of its U+FFFD stand for bytes that it could not read."""

    text: str
    encoding: str
    replaced: int


def decode(data: bytes, *, encoding: str | None = None) -> Decoded:
    """Decode one article or row; `encoding` is what the user named, but a byte order mark is believed first.

    The mark is no part of the text, line ends are left alone, and a byte that does not fit becomes U+FFFD.

    >>> decode("naïve".encode("utf-16"))
    Decoded(text='naïve', encoding='utf-16-le', replaced=0)
    >>> decode(b"caf\\xe9 \\x96 ol\\xe9").text
    'café – olé'
    """
    for mark, name in MARKS if data[:1] in _MARKS_BEGIN else ():
        if data.startswith(mark):
            return _replace(data[len(mark) :], name)
    if encoding is not None:
        return _replace(data, encoding)
    try:
        return Decoded(data.decode(), "utf-8", 0)
    except UnicodeDecodeError:
        return _replace(data, guess_encoding(data))


def _replace(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding, 0)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    own = data.count(b"\xef\xbf\xbd") if encoding == "utf-8" else 0
    return Decoded(text, encoding, max(1, text.count("\ufffd") - own))


def guess_encoding(data: bytes) -> str:
    """Guess the encoding of bytes that are not UTF-8: damaged UTF-8, then cp1252, then what charset-normalizer says.

    The first two are told by a few counts, because a statistical guess takes milliseconds and errs on short text.

    >>> guess_encoding("Тишина в городе".encode("cp1251"))
    'cp1251'
    >>> guess_encoding("Тишина".encode() + b"\\xff")
    'utf-8'
    """
    if _is_damaged_utf8(data):
        return "utf-8"
    high = data.translate(None, _ASCII)
    if not high.translate(None, _WESTERN + _WESTERN_LETTERS) and not _LETTER_RUN.search(data):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(_sample(data), cp_isolation=" ".join(_LIKELY).split()).best()
    return "cp1252" if best is None else best.encoding


def _is_damaged_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    whole = len(text) - bad - (len(data) - len(data.translate(None, _ASCII)))
    return whole >= bad


def _sample(data: bytes) -> bytes:
    """A stretch round the first byte that is not ASCII, from the start of a line, where no character is cut in two."""
    first = next(m.start() for m in re.finditer(rb"[\x80-\xff]", data))
    start = data.rfind(b"\n", 0, first) + 1
    start = start if first - start < _SAMPLE // 2 else first
    return data[start : start + _SAMPLE]


def check_encoding(name: str | None) -> None:
    """Raise a `ReadError` when the user names an encoding in which no file can be read, before any work is done.

    >>> check_encoding("koi8-r")
    >>> check_encoding("rot13")
    Traceback (most recent call last):
    amberpost.models.ReadError: unknown encoding 'rot13': name one such as utf-8, cp1252, utf-16-le or gb18030
    """
    if name is None:
        return
    try:
        for sample in (b"a", bytes(range(256))):
            sample.decode(name, "replace")
        codecs.getincrementaldecoder(name)("replace").decode(b"a")
    except (LookupError, ValueError, TypeError):  # no encoding, one of no text, or one that stops at what does not fit
        raise ReadError(f"unknown encoding {name!r}: name one such as utf-8, cp1252, utf-16-le or gb18030") from None


def count_replaced(count: int) -> str:
    """How many bytes, or sequences of them, became U+FFFD.

    >>> count_replaced(1), count_replaced(7)
    ('1 byte or sequence', '7 bytes or sequences')
    """
    return "1 byte or sequence" if count == 1 else f"{count} bytes or sequences"


def name_replaced(source: str, place: str, count: int) -> Problem:
    """The problem of bytes in a row that no encoding of the file could read.

    >>> str(name_replaced("a.csv", "row 2 (line 3)", 1))[:60]
    'a.csv, row 2 (line 3): 1 byte or sequence could not be decod'
    """
    reason = f"{count_replaced(count)} could not be decoded and became U+FFFD"
    return Problem(source=source, place=place, reason=reason, advice="name the right one with --encoding")


def name_empty(source: str) -> Problem:
    """The problem of a file with nothing in it, whatever its form.

    >>> str(name_empty("a.csv"))
    'a.csv: is empty (nothing to search; remove it or fetch it again)'
    """
    return Problem(source=source, reason="is empty", advice="nothing to search; remove it or fetch it again")


def find_text_problems(source: str, decoded: Decoded, *, place: str | None = None) -> Iterator[Problem]:
    """Name what a reader of the article should know about its characters: bytes replaced, NULs inside.

    >>> [(p.place, p.reason) for p in find_text_problems("a.txt", decode(b"n\\0"))]
    [('offset 1', 'holds 1 NUL character')]
    """
    if decoded.replaced:
        where = place or f"offset {decoded.text.find(chr(0xFFFD))}"
        verb = "is" if decoded.replaced == 1 else "are"
        reason = f"{count_replaced(decoded.replaced)} {verb} not {decoded.encoding} and became U+FFFD"
        yield Problem(source=source, place=where, reason=reason, advice="name the right one with --encoding")
    if "\0" in decoded.text:
        count = decoded.text.count("\0")
        yield Problem(
            source=source,
            place=place or f"offset {decoded.text.find(chr(0))}",
            reason=f"holds {count} NUL character{'s' if count > 1 else ''}",
            advice="searched all the same; if it is UTF-16 without a mark, use --encoding utf-16-le",
        )
