"""What was read of a post, as a finder's sighting: the post's own address, or its embed, in its place."""

from __future__ import annotations

from ..markup import Embed, find_flags
from ..models import Kind, Permalink, Sighting
from ..platforms import BY_ID


def sighting_of(
    permalink: Permalink, start: int, end: int, *, kind: Kind, rule: str, flags: tuple[str, ...] = ()
) -> Sighting:
    """The sighting of a post of which only its address is seen, in the half-open span from `start` to `end`.

    >>> post = Permalink("twitter", "1862485943811391923", "ann", "https://x.com/ann/status/1862485943811391923")
    >>> sighting_of(post, 0, 9, kind="link", rule="permalink").posted_at.year
    2024
    """
    return Sighting(
        kind=kind,
        platform=permalink.platform,
        start=start,
        end=end,
        rule=rule,
        handle=permalink.handle,
        posted_at=BY_ID[permalink.platform].parse_instant(permalink.post_id),
        post_id=permalink.post_id,
        permalink=permalink.url,
        flags=flags,
    )


def sighting_of_embed(embed: Embed, start: int, end: int, *, flags: tuple[str, ...] = ()) -> Sighting:
    """The sighting of a post that markup shows in the half-open span from `start` to `end`.

    >>> sighting_of_embed(Embed(platform="twitter", rule="twitter-blockquote", permalink=None), 0, 9).flags
    ('no-date', 'no-author')
    """
    printed, permalink = embed.printed, embed.permalink
    return Sighting(
        kind="embed",
        platform=embed.platform,
        start=start,
        end=end,
        rule=embed.rule,
        author_name=embed.name,
        handle=embed.handle,
        date=printed.day if printed else None,
        date_text=printed.text if printed else None,
        date_basis=embed.basis,
        posted_at=embed.posted_at,
        text=embed.text,
        links=embed.links,
        post_id=permalink.post_id if permalink else None,
        permalink=permalink.url if permalink else None,
        quoted=embed.quoted,
        lang=embed.lang,
        flags=(*embed.flags, *find_flags(embed), *flags),
    )
