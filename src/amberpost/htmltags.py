"""The tags of an HTML page, in one pass: what redirects and page requisites need, and nothing of a tree.

A scanner, because every HTML parser has inputs that it takes quadratic time for, and lxml drops what is nested deeper
than 256 levels. This one moves forward only; what nobody closes ends the page, as it does in a browser.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

_NAME = re.compile(r"/?[A-Za-z][^\t\n\f\r />]*+")
# One attribute as the HTML standard reads it: a quote that nobody closes takes the rest of the page with it.
_ATTRIBUTE = re.compile(
    r"""[\t\n\f\r /]*+(?:([^\t\n\f\r />][^\t\n\f\r />=]*+)
    (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"([^"]*+)(?:"|\Z)|'([^']*+)(?:'|\Z)|([^\t\n\f\r >"'][^\t\n\f\r >]*+))?)?)?""",
    re.VERBOSE,
)
_END_OF_COMMENT = re.compile(r"--!?>")
# What stands in these is text, and no tag in it counts. `noscript` is not one of them: it is read as without scripts.
_RAW = ("script", "style", "title", "textarea", "iframe", "xmp", "noembed", "noframes")
_END_OF_RAW = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW}
_MOST_ATTRIBUTES = 100
_LONGEST_NAME = 40


@dataclass(slots=True, frozen=True)
class Tag:
    """A tag that was asked for: its name in lower case (`/name` for an end tag), its attributes, the text in it.

    `text` is what a script, a style sheet or a title holds as it stands in the page, and empty for all other elements.
    """

    name: str
    attributes: Mapping[str, str]
    text: str = ""


class _Read(NamedTuple):
    attributes: dict[str, str]
    end: int  # behind the tag; -1 when the page ended in it


def find_tags(page: str, names: Collection[str] | None = None) -> Iterator[Tag]:
    """Find the tags of these names, or all, in order; comments, and tags inside scripts and titles, are none.

    Never raises, and takes time linear in the page whatever is in it.

    >>> page = '<!--<img src=a>--><IMG alt="<img src=b>" src=c&amp;d></p><title>x</title>'
    >>> [(tag.name, tag.attributes.get("src"), tag.text) for tag in find_tags(page, ("img", "title"))]
    [('img', 'c&d', ''), ('title', None, 'x')]
    """
    place = page.find("<")
    while place >= 0:
        match = _NAME.match(page, place + 1)
        if match is None:
            place = _skip_markup(page, place)
        else:
            name = match[0][:_LONGEST_NAME].lower()
            is_wanted = names is None or name in names
            read = _read_attributes(page, match.end(), is_wanted=is_wanted)
            closing = _END_OF_RAW[name].search(page, read.end) if name in _END_OF_RAW and read.end >= 0 else None
            place = closing.start() if closing else -1 if name in _END_OF_RAW else read.end
            if is_wanted and read.end >= 0:
                yield Tag(name, read.attributes, page[read.end : place if place >= 0 else None] if name in _RAW else "")
        place = page.find("<", place) if place >= 0 else -1


def unescape(text: str) -> str:
    """Replace character references; the standard library's function fails on numbers of more than 4,300 digits.

    >>> unescape("a&amp;b"), unescape("&#" + "9" * 5000 + ";")[:5]
    ('a&b', '&#999')
    """
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:
        return text


def _skip_markup(page: str, place: int) -> int:
    """The end of what begins with `<` and is no tag: a comment, a declaration, a mere sign; -1 for the page's end."""
    if page.startswith("<!--", place):
        closing = _END_OF_COMMENT.search(page, place + 2)
        return closing.end() if closing else -1
    if page.startswith(("<!", "<?", "</"), place):
        return page.find(">", place)
    return place + 1


def _read_attributes(page: str, place: int, *, is_wanted: bool) -> _Read:
    found: dict[str, str] = {}
    while match := _ATTRIBUTE.match(page, place):
        place = match.end()
        if match[1] is None:
            break
        name = match[1].lower()
        if is_wanted and len(found) < _MOST_ATTRIBUTES and name not in found:
            found[name] = unescape(match[2] or match[3] or match[4] or "")
    return _Read(found, place + 1 if page.startswith(">", place) else -1)
