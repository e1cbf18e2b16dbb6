"""The footer that embeds without the post's words leave on Threads and Mastodon: `Post by @HANDLE View on PLATFORM`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from ..footers import Footer
from ..markup import find_permalink
from ..models import Permalink
from ..urls import Url

_LEAD = "Post by "
_LINK_OPENING = re.compile(r"\[[\s>]{0,3}\Z")


def make_pattern(handle: str, name: str) -> re.Pattern[str]:
    """The pattern of such a footer from its at-sign on, with groups `handle` and `link`.

    The second line is what makes it sure; extractors glue it to the first.
    """
    return re.compile(
        rf"@(?P<handle>{handle})[\s>]{{0,8}}\[?View on[\s>]{{1,4}}{name}"
        r"(?:[\s>]{0,4}\]\(<?(?P<link>https?://[^\s()<>]{1,300})>?\))?"
    )


def make_footer(
    platform: str,
    post: re.Match[str] | None,
    parse_permalink: Callable[[Url], Permalink | None],
    parse_instant: Callable[[str], dt.datetime | None],
) -> Footer | None:
    """The footer whose handle and second line the pattern matched; `None` where no words stand before the handle."""
    if post is None or not post.string.endswith(_LEAD, 0, post.start()):
        return None
    start = post.start() - len(_LEAD)
    opening = _LINK_OPENING.search(post.string[max(0, start - 4) : start])
    start -= len(opening[0]) if opening else 0
    permalink = find_permalink((post["link"],), parse_permalink)
    return Footer(
        platform=platform,
        rule=f"{platform}-footer",
        start=start,
        end=post.end(),
        handle=post["handle"].replace("\\", ""),
        name=None,
        permalink=permalink,
        posted_at=parse_instant(permalink.post_id) if permalink else None,
        opens=(start, start),
        flags=("no-date",),
    )
