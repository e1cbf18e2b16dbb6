"""HTML: a file is an article, in the encoding that its bytes show or its head declares."""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from ..models import Article, Problem, replace_surrogates
from .decode import ARTICLE_LIMIT, MARKS
from .options import DEFAULTS, Options
from .pagemeta import make_page_article
from .plain import decode_article, parse_sound

_META = re.compile(rb"<meta\b[^<>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b[^<>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.-]{2,40})")
_HEAD = 8 * 1024
_QUOTED_MARK = b'=3D"'
# An attribute of a tag as it is in a page, and as it is in a mail, where `=` stands before two digits or ends a line.
_PLAIN_ATTRIBUTE = re.compile(rb"<[A-Za-z][^<>]{0,200}?[A-Za-z]=(?![0-9A-F]{2})[^\s=]")
_QUOTED_ATTRIBUTE = re.compile(rb"<[A-Za-z][^<>]{0,200}?[A-Za-z]=3D[\"'\w/#]")
_LEAST_QUOTED = 3
_SNIFFED = 64 * 1024
# How a page in UTF-16 without a mark begins.
_WIDE = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
# Browsers read these labels as the larger encodings that authors mean (encoding.spec.whatwg.org, names and labels).
_LARGER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_ALIASES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "x-gbk": "gb18030",
    "x-cp1251": "cp1251",
}


def read_html(file: BinaryIO, name: str, *, options: Options = DEFAULTS) -> Iterator[Article | Problem]:
    """Read one page as one article whose id is `name`; title, date and URL are what the page says of itself.

    >>> import io
    >>> page = b'<meta charset="iso-8859-1"><title>Caf\\xe9</title><p>It rains.'
    >>> [(a.title, a.html[-9:]) for a in read_html(io.BytesIO(page), "a.html")]
    [('Café', 'It rains.')]
    """
    return find_html(file.read(ARTICLE_LIMIT + 1), name, options=options)


def find_html(data: bytes, name: str, *, options: Options = DEFAULTS) -> Iterator[Article | Problem]:
    """Yield the article that the bytes of a page hold, after the problems met in it."""
    data = undo_quoted(data)
    text = parse_sound_page(data) if options.encoding is None else None
    if text is None:
        text = yield from decode_article(data, name, encoding=options.encoding or parse_charset(data))
    if text is not None:
        yield make_page_article(replace_surrogates(name), clean_decoded(text, options))


def undo_quoted(data: bytes) -> bytes:
    """A page taken out of a mail or a web archive file as it was before that wrote it in quoted-printable.

    There each equals sign is `=3D`, so not one attribute has a plain one, and that of some tag has it so.

    >>> undo_quoted(b'<p class=3D"a" id=3D"b" title=3D"c">It ra=\\nins.'), undo_quoted(b'<p class="a">=3D" =3D" =3D"')
    (b'<p class="a" id="b" title="c">It rains.', b'<p class="a">=3D" =3D" =3D"')
    """
    if data.count(_QUOTED_MARK, 0, _SNIFFED) < _LEAST_QUOTED or _PLAIN_ATTRIBUTE.search(data, 0, _SNIFFED):
        return data
    return binascii.a2b_qp(data) if _QUOTED_ATTRIBUTE.search(data, 0, _SNIFFED) else data


def parse_sound_page(data: bytes) -> str | None:
    """Decode a page that is UTF-8 whatever it declares, as nearly all are; None for those that take a closer look."""
    return None if b"\x1b" in data else parse_sound(data)


def clean_decoded(text: str, options: Options) -> str:
    """A page without the lone surrogates that only odd encodings, which the user has to name, can give."""
    return text if options.encoding is None else replace_surrogates(text)


def parse_charset(data: bytes, *, header: str | None = None) -> str | None:
    """The encoding that an HTTP header or a page's head declares; `None` where the bytes themselves say more.

    A page whose bytes are UTF-8 is UTF-8 whatever it declares: saved pages often keep the declaration of another
    encoding, and nothing else looks like UTF-8 by chance.

    >>> parse_charset(b'<meta charset="gb2312"> \\xd6\\xd0')
    'gb18030'
    """
    if any(data.startswith(mark) for mark, _ in MARKS):
        return None
    if data[:2] in _WIDE:
        return _WIDE[data[:2]]
    declared = _META.search(data, 0, _HEAD) or _XML.match(data, 0, 200)
    label = header or (declared[1].decode("ascii") if declared else None)
    known = _known_encoding(label.lower()) if label else None
    if known is None or (_is_utf8(data) and not (known.startswith("iso2022") and b"\x1b" in data)):
        return None
    return known


def _known_encoding(label: str) -> str | None:
    try:
        encoding = codecs.lookup(_ALIASES.get(label, label)).name
        b"a".decode(encoding)
    except (LookupError, UnicodeError):
        return None
    return None if encoding.startswith(("utf-16", "utf-32", "utf-7")) else _LARGER.get(encoding, encoding)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
