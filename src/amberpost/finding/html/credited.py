"""Credits that are links to the posts that they credit, or have such a link in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...models import Sighting


def join_links(found: Iterable[Sighting], links: Sequence[Sighting]) -> list[Sighting]:
    """Give each credit the post of the link that it overlaps; one that no link agrees with gives way to its links.

    No two citations overlap, and a post's address is worth more than a name beside it. `links` come in order and apart.

    >>> credit = Sighting(kind="credit", platform="twitter", start=3, end=9, rule="credit", flags=("no-author",))
    >>> link = replace(credit, kind="link", start=0, end=20, handle="ann", post_id="20", permalink="https://x.com/ann")
    >>> [(one.kind, one.handle, one.post_id) for one in join_links([credit], [link])]
    [('credit', 'ann', '20')]
    >>> join_links([credit], [replace(link, platform="reddit")])
    []
    """
    starts, ends = [link.start for link in links], [link.end for link in links]
    joined, kept = list[tuple[Sighting, Sequence[Sighting]]](), set[int]()
    for one in found:
        low, high = bisect_right(ends, one.start), bisect_left(starts, one.end)
        inside = links[low:high] if one.kind == "credit" else ()
        if inside and all(_is_of(one, link) and link.permalink == inside[0].permalink for link in inside):
            kept.update(link.start for link in inside)
            one = _with_post(one, inside[0])
        joined.append((one, inside))
    return [one for one, inside in joined if all(link.start in kept for link in inside)]


def _is_of(credit: Sighting, link: Sighting) -> bool:
    return link.kind == "link" and link.platform == credit.platform


def _with_post(credit: Sighting, link: Sighting) -> Sighting:
    """A credit with a link's post: whose it is says the credit, and the address where the credit names nobody."""
    flags, handle = credit.flags, credit.handle
    if link.handle and "no-author" in flags:
        handle, flags = link.handle, tuple(flag for flag in flags if flag != "no-author")
    elif link.handle and handle and handle.lower() != link.handle.lower():
        flags = (*flags, "handle-differs-from-url")
    return replace(
        credit,
        handle=handle,
        posted_at=link.posted_at,
        post_id=link.post_id,
        permalink=link.permalink,
        flags=flags,
    )
