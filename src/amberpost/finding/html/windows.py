"""Windows on a page's prose: a stretch of it with the tags taken out, and the way back to the page's own code points.

The page as a whole is never made text: only what lies round a mark that may be a citation's, each stretch once.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from .wrapped import ARCHIVE, unwrap_address

_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
DARK_NAMES = "script|style|noscript|template|textarea|svg|select|button|iframe|title"
"""Elements whose content is no prose: code, drawings, chrome, and what a browser keeps out of sight."""

_TOKEN = re.compile(
    r"(?P<text>[^<& \t\r\n\f]++(?: [^<& \t\r\n\f]++)*+)"
    r"|(?P<space>[ \t\r\n\f]++)"
    r"|(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?)"
    r"|<!--(?s:.*?)(?:-->|\Z)"
    rf"|<(?P<dark>{DARK_NAMES})\b(?s:.*?)(?:</(?P=dark)\s*>|\Z)"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:_-]{0,40}+)(?P<rest>(?:[^\"'<>]++|\"[^\"]{0,1000}+\"|'[^']{0,1000}+')*+)>"
    r"|<[A-Za-z/!?][^<>]*+(?:>|\Z)"
    r"|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_HREF = re.compile(rf"(?<![\w-])href\s*=\s*[\"']?\s*(?:{ARCHIVE})?(https?://[^\s\"'<>()]{{4,600}})", re.IGNORECASE)
_ALT = re.compile(r"(?<![\w-])alt\s*=\s*[\"']([^\"'\s]{1,16})[\"']", re.IGNORECASE)
_SPACE, _LINE, _PARAGRAPH = 1, 2, 3


@dataclass(slots=True)
class Window:
    """A stretch of a page as text, and where each piece of that text stands in the page."""

    text: str
    _begins: list[int]
    _origins: list[tuple[int, int]]
    # What this window looks through when its own text was first made out of a page's escapes.
    behind: Window | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the page that `text[start:end]` was made of.

        >>> window = open_window("<p>Tom &amp; <b>Ann</b></p>", 0, 27)
        >>> window.text, window.origin(4, 9)
        ('Tom & Ann', (7, 19))
        """
        first = bisect_right(self._begins, start) - 1
        last = bisect_left(self._begins, end) - 1
        low, high = self._place(first, start)[0], self._place(last, end - 1)[1]
        return self.behind.origin(low, high) if self.behind and low < high else (low, high)

    def _place(self, piece: int, at: int) -> tuple[int, int]:
        """The span in the page of one character; one that stands for a tag or an entity has all of that."""
        begin, (low, high) = self._begins[piece], self._origins[piece]
        stop = self._begins[piece + 1] if piece + 1 < len(self._begins) else len(self.text)
        if high - low != stop - begin:
            return low, high
        return low + at - begin, low + at - begin + 1


def join_pieces(pieces: Iterable[tuple[str, int, int]]) -> Window:
    """Join pieces of text, each with its span in the page; one as long as its span stands there as it is.

    >>> join_pieces([("a", 0, 1), ("b", 1, 3)]).origin(0, 2)
    (0, 3)
    """
    texts, begins, origins, length = list[str](), list[int](), list[tuple[int, int]](), 0
    for shown, start, end in pieces:
        texts.append(shown)
        begins.append(length)
        origins.append((start, end))
        length += len(shown)
    return Window("".join(texts), begins, origins)


@dataclass(slots=True)
class _Text:
    """A window's text while it grows."""

    is_marked: bool
    pieces: list[tuple[str, int, int]] = field(default_factory=list)
    gap: int = 0
    gap_start: int = 0
    depth: int = 0
    seen_depth: int = 0
    opened: int = -1
    href: str = ""

    def add(self, printed: str, start: int, end: int) -> None:
        """Add a piece that stands at `source[start:end]`, with the gap before it."""
        if self.gap and self.pieces:
            self.pieces.append((self._gap(), self.gap_start, start))
        elif self.depth and not self.pieces and self.is_marked:
            self.pieces.append(("> ", start, start))
        self.gap, self.seen_depth = 0, self.depth
        self.pieces.append((printed, start, end))

    def _gap(self) -> str:
        if self.gap == _SPACE:
            return " "
        mark = "> " if self.depth and self.is_marked else ""
        if self.gap == _LINE:
            return "\n" + mark
        return f"\n>\n{mark}" if mark and self.depth == self.seen_depth else f"\n\n{mark}"

    def part(self, gap: int, at: int) -> None:
        """Set what follows off by a space, a line break or a blank line."""
        if not self.gap:
            self.gap_start = at
        self.gap = max(self.gap, gap)

    def open_link(self, href: str, start: int, end: int) -> None:
        """Begin a link, written as in Markdown, where the finders of text look for a post's own address."""
        self.drop_link()
        self.add("[", start, end)
        self.opened, self.href = len(self.pieces) - 1, href

    def close_link(self, start: int, end: int) -> None:
        """End a link; one that shows nothing is none."""
        if 0 <= self.opened < len(self.pieces) - 1:
            self.pieces.append((f"]({self.href})", start, end))
            self.opened = -1
        self.drop_link()

    def drop_link(self) -> None:
        """Forget a link that nobody closed, or that shows nothing."""
        if self.opened < 0:
            return
        del self.pieces[self.opened]
        self.opened = -1


def open_window(source: str, low: int, high: int, *, is_marked: bool = False) -> Window:
    """Read `source[low:high]` as a browser shows it: white space folded, blocks a blank line apart, `<br>` a line.

    `is_marked` keeps what the finders of text can use, as Markdown would: links with their targets, and a `>` before
    each line of a blockquote. `low` and `high` must not lie inside a tag.

    >>> open_window("<blockquote><p>Rain.</p>&mdash; A", 0, 33, is_marked=True).text
    '> Rain.\\n>\\n> — A'
    """
    text = _Text(is_marked)
    for token in _TOKEN.finditer(source, low, high):
        start, end = token.span()
        kind = token.lastgroup
        if kind in ("text", "sign"):
            text.add(token[0], start, end)
        elif kind == "space":
            text.part(_SPACE, start)
        elif kind == "entity":
            _add_entity(text, token)
        elif kind == "rest":
            _add_tag(text, token)
    text.drop_link()
    return join_pieces(text.pieces)


def _add_entity(text: _Text, token: re.Match[str]) -> None:
    shown = html.unescape(token[0])
    if shown in ("\n", "\r"):
        text.part(_LINE, token.start())  # how embeds of 2013 break lines
    elif shown:
        text.add(shown, *token.span())


def _add_tag(text: _Text, token: re.Match[str]) -> None:
    name, start, end = token["name"].lower(), token.start(), token.end()
    if name == "br":
        text.part(_LINE, start)
    elif name == "a" and text.is_marked:
        href = _HREF.search(token["rest"]) if not token["close"] else None
        if token["close"]:
            text.close_link(start, end)
        elif href:
            text.open_link(unwrap_address(html.unescape(href[1])), start, end)
    elif name == "img":
        alt = _ALT.search(token["rest"])
        if alt and ord(alt[1][0]) > 0x2000:  # an emoji, which sites draw themselves
            text.add(alt[1], start, end)
    elif name in _BLOCKS:
        text.part(_PARAGRAPH, start)
        if name == "blockquote":
            text.depth = max(0, text.depth + (-1 if token["close"] else 1))
