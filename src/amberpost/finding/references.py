"""The list of links that text browsers and converters put below a text: which post the number of a footer leads to.

`12. https://…` (lynx), `[12] https://…` (w3m), `[12]: https://…` (Markdown).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from ..footers import Footer
from ..models import Permalink, Sighting
from ..platforms import parse_permalink
from .places import find_places
from .shown import make_label

_STATUS = re.compile(r"/(?=status(?:es)?/\d)")
_ENTRY = re.compile(
    r"[> \t]{0,8}(?:\[(?P<in_brackets>\d{1,4})\]:?|(?P<bare>\d{1,4})\.)(?:[ \t]{1,4}|[ \t]{0,4}\n[> \t]{0,8})"
    r"<?(?P<url>https?://[^\s<>]{1,800})>?(?:[ \t]{1,4}\"[^\"\n]{0,200}\")?[ \t]{0,8}(?![^\n])"
)
_LABEL = re.compile(
    r"^[> \t]{0,8}\[((?:[^\[\]\n\\]|\\.){1,300})\]:[ \t]{0,8}(?:\n[> \t]{0,8})?<?(?:https?:/)?/", re.MULTILINE
)
_LONGEST = 200
_NUMBER_LINE = 24


@dataclass(slots=True, frozen=True)
class Reference:
    """An entry of a list of links: its number, the post that it leads to, and the place of the address."""

    number: str
    permalink: Permalink
    start: int


def find_references(source: str) -> Iterator[Reference]:
    """Find the numbered entries of lists of links that lead to posts, in order.

    >>> [one.number for one in find_references("   7. https://twitter.com/jack/status/20")]
    ['7']
    """
    for slash in find_places(source, "/", _STATUS):
        entry = _parse_entry(source, slash)
        permalink = parse_permalink(entry["url"]) if entry else None
        if entry and permalink:
            yield Reference(entry["in_brackets"] or entry["bare"], permalink, entry.start("url"))


def _parse_entry(source: str, place: int) -> re.Match[str] | None:
    """The entry whose address holds the character at `place`; the address may stand on the line below its number."""
    line = source.rfind("\n", max(0, place - _LONGEST), place) + 1
    entry = _ENTRY.match(source, line)
    if entry is None and line:
        entry = _ENTRY.match(source, source.rfind("\n", max(0, line - _NUMBER_LINE), line - 1) + 1)
    return entry if entry and entry.start("url") <= place < entry.end() else None


def pick_references(source: str, footers: Iterable[Footer]) -> Mapping[int, Reference]:
    """The entry that each numbered footer's number leads to, by where the footer begins: below it, of the same account.

    >>> footer = Footer(platform="twitter", rule="", start=0, end=9, handle="jack", name=None, number="7")
    >>> pick_references("— J (@jack)\\n   7. https://twitter.com/jack/status/20", [footer])[0].permalink.post_id
    '20'
    """
    numbered = [footer for footer in footers if footer.number and not footer.permalink]
    if not numbered:
        return {}
    entries: dict[tuple[str, str], list[Reference]] = {}
    for entry in find_references(source):
        entries.setdefault((entry.number, (entry.permalink.handle or "").lower()), []).append(entry)
    picked = {}
    for footer in numbered:
        same = entries.get((footer.number or "", (footer.handle or "").lower()), [])
        place = bisect_left(same, footer.end, key=attrgetter("start"))
        below = same[place : place + 1]
        if below and below[0].permalink.platform == footer.platform:
            picked[footer.start] = below[0]
    return picked


def leave_out_references(links: Iterable[Sighting], used: Iterable[Reference]) -> Iterator[Sighting]:
    """Leave out the links that are the entries `used` for an embed's permalink: both stand for one citation."""
    places = {entry.start for entry in used}
    return (link for link in links if link.start not in places)


def find_labels(source: str) -> Collection[str]:
    """Find what an article's list of links calls them: `[1]: https://…`, `[shown]: https://…` in Markdown.

    >>> find_labels("See [the ferry].\\n\\n[The ferry]: https://example.org/ferry")
    frozenset({'the ferry'})
    """
    if "]:" not in source:
        return frozenset()
    return frozenset(make_label(entry[1]) for entry in _LABEL.finditer(source))
