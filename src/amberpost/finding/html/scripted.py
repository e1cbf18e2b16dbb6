"""Embeds that only a page's scripts make, of elements and calls that have neither a hyphen nor an address.

To look for those is a pass for each, so it is done only where the scan met the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...platforms import BY_ID, Platform

# What tarteaucitron.js, a consent manager, makes players of: its classes, and whose parser knows them.
CONSENT_SCRIPT = "tarteaucitron"
_PLAYERS = {
    "youtube_player": "youtube",
    "vimeo_player": "vimeo",
    "dailymotion_player": "dailymotion",
    "instagram_post": "instagram",
    "tac_facebookpost": "facebook",
}
_PLAYER = re.compile(f"_(?:player|post|facebookpost)(?:{'|'.join(f'(?<={name})' for name in _PLAYERS)})(?![\\w-])")
# X's own script makes a post of `twttr.widgets.createTweet("20", element)`.
WIDGETS_SCRIPT = "/widgets.js"
_CALL = "widgets.createTweet("
_QUOTED = re.compile(r"\s{0,60}[\"'][0-9]")


def find_players(source: str) -> Iterator[tuple[int, Platform]]:
    """Find the consent manager's elements, each with its platform.

    >>> [(at, platform.ID) for at, platform in find_players('<div class="vimeo_player" videoID="1020304">')]
    [(17, 'vimeo')]
    """
    for match in _PLAYER.finditer(source):
        named = next(name for name in _PLAYERS if source.endswith(name, 0, match.end()))
        yield match.start(), BY_ID[_PLAYERS[named]]


def find_calls(source: str) -> Iterator[tuple[int, Platform]]:
    """Find the calls that show a post of X, by the parenthesis before its id.

    >>> [at for at, _ in find_calls('twttr.widgets.createTweet("20", box)')]
    [25]
    """
    at = source.find(_CALL)
    while at >= 0:
        at += len(_CALL)
        if _QUOTED.match(source, at):
            yield at - 1, BY_ID["twitter"]
        at = source.find(_CALL, at)
