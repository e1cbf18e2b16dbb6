"""Markup that is written as text: with entities, as a JSON string, in percent signs or base64; undone once."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

# How `<` is written where markup is text.
_OPENINGS = ("&lt;", "&amp;lt;", "\\u003c", "\\u003C", "&#60;", "&#x3C;", "&#x3c;", "%3C", "%3c", "\\x3c", "\\x3C")
_CLOSING = re.compile(r"&(?:amp;)?gt;|\\u003[eE]|&#62;|&#x3[eE];|%3[eE]|\\x3[eE]|>")
_FRAME_END = re.compile(
    rf"(?:{'|'.join(map(re.escape, _OPENINGS))}|<)(?:\\?/|%2[fF]|\\u002[fF])iframe(?:{_CLOSING.pattern})"
)
# How `/` is written there, by the sign that the escapes begin with.
_SLASHES = {"%": "%2F", "\\": "\\u002F"}
_BLOCKQUOTE_END = re.compile(r"(?:/|%2[fF]|\\u002[fF])blockquote")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,20}")
_QUOTED = re.compile(r"=\s*\\+[\"']")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " "}
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}={0,2}")
_NEAR = 700
_FAR = 4096
_REGION = 64 * 1024
_LAYERS = 3
# How the next place of a mark is looked for: a page's own way remembers what it found.
Find = Callable[[str, int], int]


@dataclass(slots=True, frozen=True)
class Region:
    """A stretch of a page that holds markup written as text, and that text; `decode` makes it markup."""

    start: int
    end: int
    coded: str


def parse_region(source: str, at: int, *, floor: int, find: Find | None = None) -> Region | None:
    """The escaped element round `at`, of which nothing stands before `floor`; `None` where nothing is escaped.

    >>> parse_region("a &lt;p class=&quot;x&quot;&gt;b&lt;/p&gt; c", 20, floor=0)
    Region(start=2, end=42, coded='&lt;p class=&quot;x&quot;&gt;b&lt;/p&gt;')
    """
    low = max(floor, at - _NEAR)
    start, mark = -1, ""
    for opening in _OPENINGS:
        found = source.rfind(opening, low, at)
        if found > start:
            start, mark = found, opening
    if start < 0:
        return None
    around = source.rfind(mark + "blockquote", max(floor, at - _FAR), at)
    start = around if around >= 0 and not _BLOCKQUOTE_END.search(source, around, at) else start
    name = _NAME.match(source, start + len(mark))
    if name is None:
        return None
    end = _region_end(source, start, at, name[0], find or source.find)
    return Region(start, end, source[start:end]) if end > at else None


def parse_quoted(source: str, start: int, tag_end: int, *, find: Find) -> Region | None:
    r"""An element whose quotes alone are escaped, as in `"<blockquote class=\"twitter-tweet\">…<\/blockquote>"`."""
    near = min(tag_end, start + _NEAR)
    name = _NAME.match(source, start + 1)
    is_quoted = source.find("\\", start, near) >= 0 and _QUOTED.search(source, start, near)
    if not is_quoted and not (name and _is_closed_in_string(source, tag_end, name[0], find)):
        return None
    end = _region_end(source, start, tag_end, name[0], find) if name else -1
    return Region(start, end, source[start:end]) if end > start else None


def _is_closed_in_string(source: str, tag_end: int, name: str, find: Find) -> bool:
    """Tell whether the element's closing tag is that of a script's string, in which the slash alone is escaped."""
    closing = find("/" + name, tag_end)
    return closing >= 0 and source.startswith("<\\", closing - 2)


def _region_end(source: str, start: int, at: int, name: str, find: Find) -> int:
    """Where the escaped element ends: behind its closing tag, which for frames is near; if unclosed, behind the tag."""
    is_frame = name.lower() == "iframe"
    closing = -1 if is_frame else _find_closing(source, start, at, name, find)
    tag = closing if at <= closing < at + _REGION else at
    end = _CLOSING.search(source, tag, tag + _FAR)
    behind = _FRAME_END.match(source, end.end()) if end and is_frame else None
    return (behind or end).end() if end else -1


def _find_closing(source: str, start: int, at: int, name: str, find: Find) -> int:
    """Where the name in the closing tag begins, behind its slash in either spelling."""
    slash = _SLASHES.get(source[start])
    if slash and source.startswith(("%3c", "\\u003c"), start):
        slash = slash.lower()
    places = (find("/" + name, at), find(slash + name, at) if slash else -1)
    return min((place for place in places if place >= 0), default=-1)


def decode(escaped: str) -> str:
    """Undo entities, JSON escapes or percent signs until the markup begins with a tag whose quotes are plain.

    >>> decode("&lt;p class=&quot;x&quot;&gt;"), decode(r'<p class=\\"x\\">'), decode("%3Cp%3E")
    ('<p class="x">', '<p class="x">', '<p>')
    """
    text = escaped
    for _ in range(_LAYERS):
        if text.startswith("&"):
            text = html.unescape(text)
        elif text.startswith("%"):
            text = unquote(text)
        elif text.startswith("\\") or "<\\/" in text or _QUOTED.search(text, 0, _NEAR):
            text = unescape_json(text)
        else:
            break
    return text


def unescape_json(text: str) -> str:
    r"""Undo the escapes of a JSON or JavaScript string, however it was quoted.

    A character that is written as two halves becomes one, and a half alone, which no encoding can write, U+FFFD.

    >>> unescape_json(r'<\/p>\u00e9\n'), unescape_json(r"\q\ud83c\udf0a\ud83c") == "q\U0001f30a\ufffd"
    ('</p>é\n', True)
    """
    try:
        plain = str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        plain = _ESCAPE.sub(_unescape, text)
    return plain if plain.isascii() else plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CONTROL.get(match[3], match[3])


def parse_base64(source: str, start: int) -> Region | None:
    """Markup that a consent wrapper keeps in base64 behind `start`; `None` when none is near."""
    found = _BASE64.search(source, start, start + _FAR)
    coded = _BASE64.match(source, found.start(), found.start() + _REGION) if found else None
    if coded is None:
        return None
    try:
        markup = base64.b64decode(coded[0] + "=" * (-len(coded[0]) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Region(coded.start(), coded.end(), markup) if "<" in markup else None
