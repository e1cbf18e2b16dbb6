"""Everything over one page: what its markup shows, and between that the same citations as in text, in their prose.

Of credits those are left, for cost, that have no sign to find them by: outside of captions, where the platform stands
neither at the end of its paragraph nor beside a slash or an account (`html/captions.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from ..models import Sighting
from .credits import find_credits
from .html import Looked
from .html.cards import complete_cards, is_card, may_begin_card
from .html.credited import join_links
from .html.framed import find_framed
from .html.jsonld import find_bodies, open_body
from .html.marks import Mark, find_marks
from .html.passed import find_passed_links, has_words
from .html.windows import Window, open_window
from .html.zones import Span, Zones, join_spans
from .places import merge
from .shortcodes import find_shortcodes
from .text import find_text_embeds

# How much of the page round a mark is read: a post and the lines that tell where it begins, or a credit line.
_ABOVE, _BELOW = 6000, 1600
_BEFORE, _BEHIND = 700, 500
_BLANK_LINE = "\n\n"


def find_in_page(source: str, looked: Looked, wanted: Collection[str]) -> list[Sighting]:
    """Find what a page cites: first what its markup shows, then what stands in its prose in none of those places.

    >>> from .html import look_over
    >>> page = "<p>Rain. — Ann (@ann) <a href='https://x.com/ann/status/20'>March 21, 2006</a></p><p>Credit: Jo/X</p>"
    >>> [(s.kind, s.handle, s.post_id) for s in find_in_page(page, look_over(page), {"embed", "credit"})]
    [('embed', 'ann', '20'), ('credit', 'Jo', None)]
    """
    zones = Zones(source, join_spans(looked.spans))
    found = merge(looked.sightings, (code for code in find_shortcodes(source) if not zones.dark.around(code.start)))
    marks = list(find_marks(source, looked.slashes, zones))
    shown = [mark for mark in marks if not zones.dark.around(mark.at) and not zones.furniture.around(mark.at)]
    if shown:
        cards = complete_cards(source, _find_cards(source, shown, zones), looked.passed) if looked.passed else ()
        residues = merge(list(cards), _find_residues(source, shown, zones))
        found = merge(found, _without_doubles(source, residues, looked.sightings))
    hidden = list[Sighting]()
    links = list(find_passed_links(source, looked.passed, zones, looked.sightings, hidden=hidden))
    if shown and "credit" in wanted:
        found = join_links(merge(found, _find_credits(source, shown, zones)), links)
    if len(shown) < len(marks):
        found = merge(found, _find_in_bodies(source, marks, zones, found))
    found = merge(found, links)
    found = merge(found, find_framed(source, hidden, zones))
    if "mention" in wanted:
        found = merge(found, _find_mentions(source, zones))
    return found


def _find_residues(source: str, marks: list[Mark], zones: Zones) -> Iterator[Sighting]:
    places = [mark.at for mark in marks if mark.is_footer]
    for low, high in _spans(places, zones, _ABOVE, _BELOW):
        window = open_window(source, low, high, is_marked=True)
        yield from _place(window, _find_embeds(window.text), places)


def _find_cards(source: str, marks: list[Mark], zones: Zones) -> Iterator[Sighting]:
    """The cards, without the targets of their links: author and time are links, which are in the way of the words."""
    places = [mark.at for mark in marks if mark.is_footer and may_begin_card(source, mark.at)]
    for low, high in _spans(places, zones, _ABOVE, _BELOW):
        window = open_window(source, low, high)
        cards = (sighting for sighting in find_text_embeds(window.text) if is_card(sighting))
        yield from _place(window, cards, places)


def _find_embeds(text: str) -> Iterator[Sighting]:
    """The residues in a window's text; a footer that ends a block with words in it has its post there.

    Text alone cannot tell: extractors glue a footer to the last line of its post, whatever block that was.
    """
    for sighting in find_text_embeds(text):
        block = text.rfind(_BLANK_LINE, sighting.start, sighting.end)
        if block >= 0:
            low = block + len(_BLANK_LINE)
            inside = list(find_text_embeds(text[low : sighting.end]))
            if len(inside) == 1 and inside[0].text and low + inside[0].end == sighting.end:
                yield replace(inside[0], start=low + inside[0].start, end=sighting.end)
                continue
        yield sighting


def _without_doubles(source: str, residues: Iterable[Sighting], shown: list[Sighting]) -> Iterator[Sighting]:
    """Leave out the frame or footer, without words of its own, that a site put under an embed of the same author."""
    ends = [sighting.end for sighting in shown]
    for residue in residues:
        above = bisect_left(ends, residue.start + 1) - 1
        if residue.text is None and above >= 0 and residue.post_id is None and not residue.links:
            before = shown[above]
            same = (before.handle or "").lower() == (residue.handle or "").lower()
            if same and not has_words(source, before.end, residue.start):
                continue
        yield residue


def _find_credits(source: str, marks: list[Mark], zones: Zones) -> Iterator[Sighting]:
    """The credits of each stretch as it is shown, and those of which only a link tells the platform."""
    places = [mark.at for mark in marks if mark.is_credit]
    for low, high in _spans(places, zones, _BEFORE, _BEHIND):
        found = list[Sighting]()
        for is_marked in (False, True) if "<a" in source[low:high] else (False,):
            window = open_window(source, low, high, is_marked=is_marked)
            found = merge(found, _place(window, find_credits(window.text), places))
        yield from found


def _find_mentions(source: str, zones: Zones) -> Iterator[Sighting]:
    from .mentions import find_mentions
    from .mentions.anchors import find_anchors  # these tables of words are loaded only by those who ask for them

    anchors = sorted({start for start, _, _ in find_anchors(source)})
    places = [at for at in anchors if not (zones.is_in_tag(at) or zones.dark.around(at) or zones.furniture.around(at))]
    for low, high in _spans([at for at in places if not zones.taken.around(at)], zones, _BEFORE, _BEHIND):
        window = open_window(source, low, high)
        yield from _place(window, find_mentions(window.text), places)


def _spans(places: list[int], zones: Zones, above: int, below: int) -> list[Span]:
    """The stretches to read round some places, none twice, without what the markup gave; each begins at a tag."""
    around = join_spans([(_begin(zones, max(0, at - above), at), at + below) for at in places])
    size = len(zones.source)
    free = [part for low, high in around.spans for part in zones.taken.between(low, min(high, size))]
    return [(low, high) for low, high in free if _is_any_within(places, low, high)]


def _begin(zones: Zones, low: int, at: int) -> int:
    dark = zones.dark.around(low)
    low = min(dark[1], at) if dark else low
    tag = zones.source.find("<", low, at) if low else 0
    return tag if tag >= 0 else low


def _is_any_within(places: list[int], low: int, high: int) -> bool:
    place = bisect_left(places, low)
    return place < len(places) and places[place] < high


def _place(window: Window, found: Iterable[Sighting], places: list[int]) -> Iterator[Sighting]:
    """Put what was found in a window's text where it stands in the page; only what holds a mark is whole."""
    for sighting in found:
        start, end = window.origin(sighting.start, sighting.end)
        if _is_any_within(places, start, end):
            yield replace(sighting, start=start, end=end)


def _find_in_bodies(source: str, marks: list[Mark], zones: Zones, shown: list[Sighting]) -> Iterator[Sighting]:
    """What the article's text in JSON-LD tells of posts that the page itself does not show."""
    places = [mark.at for mark in marks if mark.is_footer and zones.dark.around(mark.at)]
    scripts = [span for span in zones.dark.spans if source.startswith(("<script", "<SCRIPT"), span[0])]
    known = {_author_and_day(sighting) for sighting in shown}
    for body in find_bodies(source, scripts if places else []):
        near = places[bisect_left(places, body.start) : bisect_left(places, body.end)]
        for low, high in join_spans([(max(body.start, at - _ABOVE), min(body.end, at + _BELOW)) for at in near]).spans:
            window = open_body(source, body, low, high)
            for sighting in _place(window, _find_embeds(window.text), near):
                if _author_and_day(sighting) not in known:
                    yield sighting


def _author_and_day(sighting: Sighting) -> tuple[str, str, object]:
    return sighting.platform, (sighting.handle or sighting.author_name or "").lower(), sighting.date
