"""One place, one citation: a post that a page shows by several means side by side is one, and what hides yields."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import NamedTuple

from ...models import Sighting

_BETWEEN_LIMIT = 6000
_UNREAD = re.compile(
    r"<(script|style|noscript|template|textarea|svg|figcaption)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"\w{2}")
_HIDING = re.compile(r"<(script|noscript|template|textarea)\b|<!--", re.IGNORECASE)


class Found(NamedTuple):
    """A sighting, and how closely its markup holds the post: 0 a bare address, 1 some wrapper, 2 the embed itself."""

    sighting: Sighting
    rank: int = 2
    is_decoded: bool = False


def merge_places(source: str, found: list[Found]) -> list[Sighting]:
    """Keep one sighting for each place where a post is shown, in order, none overlapping another."""
    if len(found) < 2:
        return [one.sighting for one in found]
    apart = _without_overlaps(sorted(found, key=_order))
    keys = [_key(one) for one in apart]
    if len(set(keys)) < len(keys):
        apart = _without_repeats(source, apart)
    return [one.sighting for one in apart]


def _order(one: Found) -> tuple[int, int]:
    return one.sighting.start, -one.sighting.end


def _key(one: Found) -> tuple[str, str]:
    sighting = one.sighting
    told = sighting.post_id or sighting.permalink
    return sighting.platform, told or f"{sighting.handle} {sighting.date} {sighting.text}"


def _worth(one: Found) -> tuple[int, ...]:
    """What of two sightings of one post is kept: the one that tells more, and that the reader sees."""
    sighting = one.sighting
    return (
        sighting.text is not None,
        sighting.date is not None,
        sighting.author_name is not None,
        not one.is_decoded,
        one.rank,
    )


def _without_overlaps(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in found:
        if kept and one.sighting.start < kept[-1].sighting.end:
            kept[-1] = _better(kept[-1], one)
        else:
            kept.append(one)
    return kept


def _better(outer: Found, inner: Found) -> Found:
    """Of two that overlap: the richer of the same post; of different ones the closer: a wrapper may hold several."""
    if _key(outer) == _key(inner):
        return inner if _worth(inner) > _worth(outer) else outer
    return inner if inner.rank > outer.rank else outer


def _without_repeats(source: str, found: list[Found]) -> list[Found]:
    """Drop what shows a post again: beside the other with no words between, or out of the reader's sight."""
    by_post: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for one in found:
        by_post[_key(one)].append(one)
    hidden = _find_hidden(source)
    kept: list[Found] = []
    for shown in by_post.values():
        seen = [one for one in shown if not (one.is_decoded or _is_within(one.sighting.start, hidden))]
        places = _merge_beside(source, seen or [max(shown, key=_worth)])
        if len(places) == 1 and len(seen) < len(shown):
            places = [_completed(source, places[0], max(shown, key=_worth))]
        kept.extend(places)
    return sorted(kept, key=_order)


def _merge_beside(source: str, shown: list[Found]) -> list[Found]:
    kept = shown[:1]
    end = kept[0].sighting.end
    for one in shown[1:]:
        if stand_together(source, end, one.sighting.start):
            kept[-1] = max(kept[-1], one, key=_worth)
        else:
            kept.append(one)
        end = max(end, one.sighting.end)
    return kept


def _completed(source: str, one: Found, richest: Found) -> Found:
    """A skeleton that the reader sees, with the words that its double tells which the reader does not see."""
    if one.sighting.text is not None or richest.sighting.text is None:
        return one
    first, last = sorted((one.sighting, richest.sighting), key=lambda sighting: sighting.start)
    if stand_together(source, first.end, last.start):
        return richest
    return one._replace(sighting=replace(richest.sighting, start=one.sighting.start, end=one.sighting.end))


def stand_together(source: str, end: int, start: int) -> bool:
    """Tell whether nothing that a reader reads stands between two places.

    >>> stand_together("<i></i><script>two</script>", 3, 27), stand_together("<i>two</i>", 3, 6)
    (True, False)
    """
    if start - end > _BETWEEN_LIMIT:
        return False
    return not _WORD.search(html.unescape(_UNREAD.sub(" ", source[end:start])))


def _find_hidden(source: str) -> list[tuple[int, int]]:
    """The stretches of a page that a browser does not show, in order: scripts, templates, comments."""
    stretches, at = [], 0
    while opening := _HIDING.search(source, at):
        closing = f"</{opening[1]}" if opening[1] else "-->"
        end = source.find(closing, opening.end())
        at = end if end >= 0 else len(source)
        stretches.append((opening.start(), at))
    return stretches


def _is_within(at: int, stretches: list[tuple[int, int]]) -> bool:
    place = bisect_right(stretches, (at, len(stretches) and stretches[-1][1])) - 1
    return place >= 0 and at < stretches[place][1]
