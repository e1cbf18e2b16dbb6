"""Frames that a page holds whole, as saving tools write them: the document of the frame in its `srcdoc`.

The address of such a frame is gone. What it shows is told by the document when all its links to posts are to one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...models import Sighting
from .zones import Span, Zones


def find_framed(source: str, hidden: Iterable[Sighting], zones: Zones) -> Iterator[Sighting]:
    """Find the posts that frames show in whose document are `hidden` links to that post alone, and nothing was found.

    >>> from . import look_over
    >>> from .passed import find_passed_links
    >>> from .zones import join_spans
    >>> page, hidden = "<iframe srcdoc='<a href=https://x.com/ann/status/20>this</a>'></iframe>", []
    >>> looked, zones = look_over(page), Zones(page, join_spans([]))
    >>> list(find_passed_links(page, looked.passed, zones, hidden=hidden))
    []
    >>> [(found.rule, found.post_id) for found in find_framed(page, hidden, zones)]
    [('twitter-iframe', '20')]
    """
    held = defaultdict[Span, list[Sighting]](list)
    for link in hidden:
        frame = zones.dark.around(link.start)
        if frame and source[frame[0] : frame[0] + 7].lower() == "<iframe":
            held[frame].append(link)
    for (start, end), links in held.items():
        is_one = len({link.post_id for link in links}) == 1
        if is_one and zones.taken.between(start, end) == [(start, end)]:
            closing = source.find(">", end, end + 20)
            rule = f"{links[0].platform}-iframe"
            yield replace(links[0], kind="embed", rule=rule, start=start, end=max(end, closing + 1), flags=("no-date",))
