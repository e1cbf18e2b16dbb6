"""Embeds in HTML: a scan for what can begin one, a bounded slice cut out of the page, and only that slice parsed.

The page as a whole is never parsed: it would cost 50 times as much, lose what stands in a `<textarea>`, and no HTML
parser is linear on hostile input.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...models import Sighting
from ..places import Shortfall as Shortfall
from .looking import Page
from .passed import Passed
from .places import merge_places
from .scan import scan_page


def find_html_embeds(source: str, *, shortfalls: list[Shortfall] | None = None) -> list[Sighting]:
    """Find the posts that a page shows, in order, each place once; what was too large to read whole is noted.

    >>> quote = '<blockquote class="twitter-tweet"><p>Rain.</p>&mdash; Ann (@ann) <a href="https://x.com/ann/status/20">'
    >>> [(s.handle, s.text, s.post_id) for s in find_html_embeds(quote + "March 21, 2006</a></blockquote>")]
    [('ann', 'Rain.', '20')]
    """
    looked = look_over(source)
    if shortfalls is not None:
        shortfalls.extend(looked.shortfalls)
    return looked.sightings


@dataclass(slots=True, frozen=True)
class Looked:
    """What the markup of a page gave: the posts it shows, the stretches that showed one, and what they left over.

    A post that is shown twice at one place is one sighting and two stretches. `passed` are the addresses of posts that
    show nothing where they stand, `slashes` those before a platform's name.
    """

    sightings: list[Sighting]
    spans: list[tuple[int, int]]
    passed: list[Passed]
    slashes: list[int]
    shortfalls: list[Shortfall]


def look_over(source: str) -> Looked:
    """Look at all places of a page where an embed may be.

    >>> len(look_over("<p>See <a href='https://x.com/ann/status/20'>this</a>.</p>").passed)
    1
    """
    hits, slashes = scan_page(source)
    if not hits:
        return Looked([], [], [], slashes, [])
    page = Page(source)
    for hit in hits:
        page.look(hit)
    spans = [(one.sighting.start, one.sighting.end) for one in page.found]
    return Looked(merge_places(source, page.found), spans, page.passed, slashes, list(page.find_shortfalls()))
