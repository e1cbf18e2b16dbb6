"""Lines that an extractor made out of one: each link, hashtag and mention of a paragraph on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_LINK = re.compile(r"(?:[#＃@＠]\w{1,80}|https?://\S{1,400}|(?:[\w-]{1,60}\.){1,4}[a-z]{2,10}/\S{1,400})")
_ENDS = re.compile(r"[.!?:…。！？：][\"”’)»]{0,3}\Z")
_GOES_ON = re.compile(r"[,.;:!?)\]…’”»&/|+]|'(?=s?\b)")
# A sign and its word were two links: `@⏎name`.
_OPEN_SIGNS = ("@", "#")
_SIGN_APART = re.compile(r"[@#]\0\w{1,80}\Z")
_LONGEST = 400


def join_split(source: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join, nearest first, the lines that a link parted: where a sentence goes on before it or behind it.

    Below a sentence's end a link may begin a post, and a capital behind one a paragraph: those stay apart.

    >>> text = "Gone.\\nWe met\\n@ana\\ntoday."
    >>> [text[start:end] for start, end in join_split(text, [(18, 24), (13, 17), (6, 12), (0, 5)])]
    ['We met\\n@ana\\ntoday.', 'Gone.']
    """
    below: tuple[int, int] | None = None
    for above in spans:
        if below and _is_one(source, above, below):
            below = (above[0], below[1])
            continue
        if below:
            yield below
        below = above
    if below:
        yield below


def may_go_on(source: str, start: int) -> bool:
    """Tell whether a line that a post is said to begin with may go on with the one above: a link parts the two.

    >>> may_go_on("Rain.\\n@ana\\nsaw it.", 6), may_go_on("Rain.\\nAna saw it.", 6)
    (True, False)
    """
    first, last = _first_line(source, start, len(source)), _last_line(source, 0, start)
    return _is_link(first) or _is_link(last) or last.endswith(_OPEN_SIGNS)


def may_stop(source: str, start: int, end: int) -> bool:
    """Tell whether a joined line that a post is said to begin with may be the article's last: it ends in a link.

    >>> text = "Follow us\\n@ana\\nToday we met."
    >>> may_stop(text, 0, 15), may_stop(text, 15, len(text))
    (True, False)
    """
    line = source[start:end].strip()
    return "\n" in line and _is_link(_last_line(line, 0, len(line)))


def _is_one(source: str, above: tuple[int, int], below: tuple[int, int]) -> bool:
    last, first = _last_line(source, *above), _first_line(source, *below)
    if last.endswith(_OPEN_SIGNS):
        return True
    ends = _ENDS.search(last) is not None
    if _GOES_ON.match(first):
        return not ends
    if _is_link(first):
        return not ends or _is_link(last)
    return _is_link(last) and first[:1].islower()


def _is_link(line: str) -> bool:
    """Tell whether a line is a link, or ends in one whose sign stood on the line above."""
    return _LINK.fullmatch(line) is not None or _SIGN_APART.search(line) is not None


def _first_line(source: str, start: int, end: int) -> str:
    lines = source[start : min(end, start + _LONGEST)].split("\n", 2)
    return (lines[0].strip() + lines[1] if lines[0].strip() in ("@", "#") and lines[1:] else lines[0]).strip()


def _last_line(source: str, start: int, end: int) -> str:
    lines = source[max(start, end - _LONGEST) : end].rstrip().rsplit("\n", 2)
    above = lines[-2].strip() if lines[1:] else ""
    return f"{above}\0{lines[-1].strip()}" if above.endswith(("@", "#")) else lines[-1].strip()
