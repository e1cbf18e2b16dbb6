"""The encoding of a page's bytes: what its head or its first bytes name, and UTF-8 where they name none."""

from __future__ import annotations

import re

_CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Labels of character encodings that are text and keep ASCII; no others are looked up, for a page names what it likes.
_KNOWN_CHARSET = re.compile(
    r"utf-?8|us-ascii|iso-8859-(?:[1-9]|1[013456])|windows-(?:125[0-8]|874)|koi8-[ru]|gbk|gb2312|gb18030|big5|euc-jp"
    r"|euc-kr|shift_jis",
    re.IGNORECASE,
)


def decode_page(data: bytes, media_type: str = "") -> str:
    """Read bytes as text, in the encoding that the media type, or else the first bytes, name; U+FFFD for what is none.

    >>> decode_page(b"<meta charset=iso-8859-1>caf\\xe9")
    '<meta charset=iso-8859-1>café'
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    named = _CHARSET.search(media_type) or _CHARSET.search(data[:1024].decode("latin-1"))
    charset = named[1] if named and _KNOWN_CHARSET.fullmatch(named[1]) else "utf-8"
    return data.removeprefix(b"\xef\xbb\xbf").decode(charset, errors="replace")


def decode_unnamed(data: bytes) -> str:
    """Read bytes whose media type is not known: UTF-8 where they are that, whatever the page says of itself.

    An archive serves pages in UTF-8 that still name what they were in; other encodings are hardly ever valid UTF-8.

    >>> decode_unnamed("<meta charset=iso-8859-1>café".encode())
    '<meta charset=iso-8859-1>café'
    """
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        return decode_page(data)
