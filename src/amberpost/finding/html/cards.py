"""Cards in a page: a post copied with its author first and its time last, which is the link to it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...models import Permalink, Sighting
from ...platforms import BY_ID
from .alone import ANCHOR_END
from .marks import CARD, CLOCK
from .passed import Passed, parse_passed

_LONGEST = 6000
_MOST_LINKS = 16


def may_begin_card(source: str, at: int) -> bool:
    """Tell whether behind a handle, and not far off, stands a time of day such as cards end in."""
    return CLOCK.search(source, at, at + CARD) is not None


def is_card(sighting: Sighting) -> bool:
    """Tell whether a post of X was found by its author, its words and its time, in this order."""
    return sighting.rule == "twitter-card"


def complete_cards(source: str, cards: Iterable[Sighting], passed: Iterable[Passed]) -> Iterator[Sighting]:
    """Give those cards that end in a link to a post of their author, or lie in one, with that post."""
    links = sorted((one for one in passed if one.start < one.end), key=lambda one: one.start)
    places = [one.start for one in links]
    for card in cards:
        last = bisect_left(places, card.end)
        completed = _complete(source, card, links[max(0, last - _MOST_LINKS) : last])
        if completed:
            yield completed


def _complete(source: str, card: Sighting, links: Sequence[Passed]) -> Sighting | None:
    closing = ANCHOR_END.search(source, card.end, card.end + _LONGEST)
    for one in reversed(links) if closing else ():
        if card.end - one.end > _LONGEST:
            break
        permalink = parse_passed(source, one) if source.find("</a", one.end, card.end) < 0 else None
        if closing and permalink and _is_by(card, permalink):
            return _with_post(card, permalink, min(card.start, one.start), closing.end())
    return None


def _is_by(card: Sighting, permalink: Permalink) -> bool:
    return permalink.platform == card.platform and (permalink.handle or "").lower() == (card.handle or "").lower()


def _with_post(card: Sighting, permalink: Permalink, start: int, end: int) -> Sighting:
    posted_at = BY_ID[card.platform].parse_instant(permalink.post_id)
    differs = posted_at is not None and card.date is not None and posted_at.date() != card.date
    return replace(
        card,
        start=start,
        end=end,
        post_id=permalink.post_id,
        permalink=permalink.url,
        posted_at=posted_at,
        flags=(*card.flags, *(("date-differs-from-id",) if differs else ())),
    )
