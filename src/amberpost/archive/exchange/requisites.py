"""What a page needs to be seen: its images, styles and scripts, as absolute URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ...htmltags import Tag, find_tags
from ..records import Exchange
from .payloads import read_html
from .redirects import join_base, join_target

MOST = 500
_READ = 8 << 20  # bytes of a page
_MOST_TAGS = 200_000
_MOST_LOOKED_AT = 10 * MOST  # references that differ as printed; what comes behind so many is left
_LONGEST_URL = 8 << 10

# Elements, and the attributes of theirs that each name one thing that is needed.
_ATTRIBUTES = {
    "img": ("src",),
    "image": ("href", "xlink:href"),
    "script": ("src",),
    "source": ("src",),
    "video": ("poster",),
    "input": ("src",),
    "body": ("background",),
}
_SETS = frozenset({"img", "source"})
_RELATIONS = frozenset({"stylesheet", "icon", "apple-touch-icon"})
_IN_STYLE = re.compile(
    r"""url\(\s{0,16}(?:"([^"\n]{1,8192})"|'([^'\n]{1,8192})'|([^\s"'()\\]{1,8192}))"""
    r"""|@import\s{1,16}(?:"([^"\n]{1,8192})"|'([^'\n]{1,8192})')""",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(r"[\s,]*+(\S++)")
_OTHER_SCHEME = re.compile(r"\s*(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def find_requisites(exchange: Exchange) -> tuple[str, ...]:
    """Find what the page that an answer carries needs, in order, each once, at most 500; nothing when it is no page.

    Only http and https, one level deep: not what a style sheet asks for in turn. Nobody has judged the URLs yet.
    """
    page = read_html(exchange, _READ)
    return tuple(islice(find_in_page(exchange.url, page), MOST)) if page else ()


def find_in_page(url: str, page: str) -> Iterator[str]:
    """Find what a page needs, each URL once, without its fragment, and never the page itself.

    >>> page = '<base href="/a/"><img src="b.png" srcset="b.png 1x, c.png 2x"><p style="background: url(d.png)">'
    >>> [url.removeprefix("https://news.example") for url in find_in_page("https://news.example/", page)]
    ['/a/b.png', '/a/c.png', '/a/d.png']
    """
    base, printed, given = url, {""}, {url.partition("#")[0]}
    for tag in islice(find_tags(page), _MOST_TAGS):
        if tag.name == "base" and base == url:
            base = join_base(url, tag.attributes.get("href", ""))
        for reference in _find_references(tag):
            if reference in printed or len(reference) > _LONGEST_URL or _OTHER_SCHEME.match(reference):
                continue
            if len(printed) > _MOST_LOOKED_AT:
                return
            printed.add(reference)
            target = join_target(base, reference).partition("#")[0]
            if target not in given and len(target) <= _LONGEST_URL and target.startswith(("https://", "http://")):
                given.add(target)
                yield target


def parse_srcset(value: str) -> tuple[str, ...]:
    """The URLs of a `srcset`: candidates with commas between them, each with blanks before its size.

    >>> parse_srcset("a.png, b.png 2x, https://cdn.example/w,300/c.png 300w")
    ('a.png', 'b.png', 'https://cdn.example/w,300/c.png')
    """
    found, place = [], 0
    while match := _CANDIDATE.match(value, place):
        found.append(match[1].rstrip(","))
        behind = match.end() if match[1].endswith(",") else value.find(",", match.end())
        if behind < 0 or len(found) >= MOST:
            break
        place = behind
    return tuple(found)


def _find_references(tag: Tag) -> Iterator[str]:
    attributes = tag.attributes
    if tag.name == "link":
        if not _RELATIONS.isdisjoint(attributes.get("rel", "").lower().split()):
            yield attributes.get("href", "")
    else:
        yield from (attributes.get(name, "") for name in _ATTRIBUTES.get(tag.name, ()))
    if tag.name in _SETS:
        yield from parse_srcset(attributes.get("srcset", ""))
    for style in (attributes.get("style", ""), tag.text if tag.name == "style" else ""):
        for match in _IN_STYLE.finditer(style):
            yield match[match.lastindex or 0]
