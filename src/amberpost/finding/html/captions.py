"""Where a page names a platform as credits do: on either side of a slash, at the end of a paragraph, in captions.

Nothing here searches a page for names, of which there are hundreds. The scan leaps from slash to slash, and each
closing tag has one: what stands before it, or in a caption that it ends, is looked at there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..credits.anchors import PLATFORM_CASES, any_of
from ..credits.forms import one_of
from ..credits.words import HOSTS, PLATFORMS, SHORT

_PRINTED = PLATFORM_CASES.union(*PLATFORMS.values())
NAME = one_of(_PRINTED)
"""The name of a platform, in the cases that printed lines have."""
NAME_ENDS = frozenset(name[-3:] for name in _PRINTED)
"""What such a name ends in: three characters, or all of it."""
_NAMES = {name for name in _PRINTED if name[0].isupper() or name[0] > "\x7f"}
_LATIN = {name for name in _NAMES if name.isascii()}
_FIRSTS = any_of({name[0] for name in _LATIN} | {" "})
_LASTS = any_of({name[-1] for name in _LATIN if len(name) > 2})
# The last characters of a name, by how it is told: a look behind must know how many.
_TAILS = {
    _LASTS: one_of({name[-3:] for name in _LATIN if len(name) > 2}),
    any_of(name[-1] for name in SHORT): "|".join("(?s:.)" * (2 - len(name)) + rf"\W{name}" for name in SHORT),
    r"[^\x00-\x7f]": one_of({name[-2:] for name in _NAMES - _LATIN}),
}


def _behind_name(rest: str) -> str:
    """What stands behind a name: told by the last character before more of it is compared."""
    return "|".join(f"(?<={last}{rest})(?<=(?:{tail}){rest})" for last, tail in _TAILS.items())


BEGINS = r"A-Z \x80-\U0010ffff"
"""What may stand behind a slash between an author and a platform."""
NAMED = (
    rf"(?<={_FIRSTS})(?<=(?= ?{one_of(_LATIN)}(?![\w-])).)"
    rf"|(?<=[^\x00-\x7f])(?<=(?={one_of(_NAMES - _LATIN)}(?![\w-])).)"
    rf"|(?<= /.)(?:{_behind_name(' /.')})|(?<![ <]/.)(?:{_behind_name('/.')})"
)
"""Such a platform on either side of the slash, looked at from behind that character."""
_AT_END = r"(?=\s*<(?:/[pdfstl]|br))"
CLOSED = (
    rf"figcaption|small|em>{_AT_END}|i>(?<=[^>]</i>){_AT_END}|p(?<=[a-zXGBKT)>\x80-\U0010ffff]</p)"
    rf"(?:{_behind_name('</p')}|(?<=\)</p)(?:{_behind_name('[)]</p')})|(?<=a></p)(?!>\s*</li)(?:{_behind_name('</a></p')}))"
)
"""The tags behind a slash that end a caption, or a paragraph behind a name, in a list only if it is no link.

What is in italics counts at the end of a paragraph only.
"""

_CAPITAL = f"(?:{one_of(SHORT)}(?![A-Za-z0-9_])|{one_of(_NAMES.difference(SHORT))})"
# A class comes first, for the engine to leap to.
_NAME_THERE = re.compile(
    rf"[{any_of({name[0] for name in _NAMES})[1:-1]}.](?:(?<![A-Za-z0-9].)(?<=(?={_CAPITAL}).)"
    rf"|(?<=[.])(?:{'|'.join(sorted({host.partition('.')[2] for host in HOSTS}))})\b"
    rf"(?:{'|'.join(f'(?<={re.escape(host)})' for host in HOSTS)}))"
)
_NAME_AHEAD = re.compile(rf"(?<![A-Za-z0-9]){_CAPITAL}(?=[ )]?\Z)")
_NAME_BEHIND = re.compile(rf"/ ?{_CAPITAL}")
_LONGEST, _LINK = 24, 400
# How much of what each of these holds may be a credit.
_CAPTIONS = {"figcaption": 1500, "small": 600, "em": 300, "i": 300}


def find_named(source: str, slashes: list[int]) -> Iterator[int]:
    """Find what may be the platform of a credit: slashes beside its name, and names in captions, in no order.

    `slashes` are those that the scan of the page found. A place may lie in a tag.

    >>> page = "<i>Ann/X</i><figcaption>Courtesy of Facebook</figcaption><p>Jo via Flickr</p>"
    >>> [page[at : at + 4] for at in find_named(page, [6, 45, 74])]
    ['/X</', 'Face', 'Flic']
    """
    done = 0
    for at in slashes:
        if source[at - 1 : at] != "<" or not source[at + 1].islower():
            if _NAME_BEHIND.match(source, at) or _NAME_AHEAD.search(source, max(0, at - _LONGEST), at):
                yield at
            continue
        name = source[at + 1 : at + 12].partition(">")[0]
        if name in _CAPTIONS:
            start, done = _begin(source, name, at, floor=done), at
            yield from (match.start() for match in _NAME_THERE.finditer(source, start, at))
        elif (place := _find_last(source, at - 1)) is not None:
            yield place


def _begin(source: str, name: str, end: int, *, floor: int) -> int:
    """Where the caption begins that ends at `end`; what is only set in italics must begin its paragraph."""
    low = max(floor, end - _CAPTIONS[name])
    start = max(source.rfind(f"<{name}>", low, end), source.rfind(f"<{name} ", low, end))
    is_inside = len(name) < 3 and source[max(0, start - 9) : start].rstrip()[-1:] not in ("", ">")
    return end if start < 0 or is_inside else start


def _find_last(source: str, end: int) -> int | None:
    """Where the name begins that ends a paragraph at `end`, in a link or not, with words before it."""
    if source.endswith("</a>", 0, end):
        end -= len("</a>")
    name = _NAME_AHEAD.search(source, max(0, end - _LONGEST), end)
    if name is None:
        return None
    before = source[max(0, name.start() - _LINK) : name.start()].rstrip()
    if before.endswith(">"):
        before = before[: before.rfind("<")].rstrip()
    return name.start() if before and not before.endswith(">") else None
