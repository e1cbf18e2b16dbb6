"""Whether a text may cite a post at all: a scan for the rarest sign of each kind, before anything is read."""

from __future__ import annotations

import re

from .breaks import plain_breaks
from .credits import find_credits
from .handleless import MEDIA_SLASH
from .links import HOST_SLASH
from .phrases import SLASH, has_phrase
from .places import has_place
from .shortcodes import has_shortcode
from .sitenotes import SITE

# The slash behind the host of a post's address, or before that of a mirror; what opens a full-width handle or a site.
_ADDRESS = re.compile(f"{HOST_SLASH.pattern}|{MEDIA_SLASH.pattern}|{SLASH.pattern}")
# An at-sign that is none of an e-mail address.
_HANDLE = re.compile(r"@(?:(?<![\w.+-]@)|(?![\w-]{1,28}\.[A-Za-z]))")
_PARENTHESIS = re.compile(rf"\(＠|{SITE.pattern}")


def may_cite(source: str, *, credits: bool = True) -> bool:
    """Tell whether a text may show, link or credit a post: where not, no record needs to be made of its article.

    >>> may_cite("At 10:30 (and/or later), desk@amber.example."), may_cite("Credit: Sentdefender/X")
    (False, True)
    """
    source = plain_breaks(source)
    return may_show(source) or (credits and next(find_credits(source), None) is not None)


def may_show(source: str) -> bool:
    """Tell whether a text may hold an embed or a link, by the rarest of what each of them has."""
    return (
        has_place(source, "@", _HANDLE)
        or has_place(source, "/", _ADDRESS)
        or has_place(source, "(", _PARENTHESIS)
        or ("（" in source and "（＠" in source)
        or has_phrase(source)
        or has_shortcode(source)
        or may_hold_markup(source)
    )


def may_hold_markup(source: str) -> bool:
    """Tell whether a text holds what embeds are made of; what reads them is loaded only then."""
    # A search for one rare character first: it is ten times as fast as one for several.
    escaped = ("&" in source and "&lt;" in source) or ("\\" in source and "\\u003" in source)
    if "<" not in source and not escaped:
        return False
    from .leftovers import has_markup

    return has_markup(source)
