"""Characters that were lost on the way to the page, and stand there as the sign for that."""

from __future__ import annotations

import re

from .wording import Words

_SIGN = "\ufffd"
_LOST = re.compile(rf"({_SIGN}(?:\s*{_SIGN})*)")
_MOST = 4


def restore_lost(printed: str, told: Words) -> str | None:
    """The printed words with the post's own signs where some were lost; `None` where these cannot be what was lost.

    >>> from amberpost.verifying.wording import make_words
    >>> restore_lost("a caf\ufffd", make_words("a caf\u00e9")), restore_lost("is \ufffd it", make_words("is not it"))
    ('a caf\u00e9', None)
    """
    pieces = _LOST.split(printed)
    if len(pieces) < 2:
        return None
    place, spelt = 0, []
    for piece, run in zip(pieces[::2], ["", *pieces[1::2]], strict=True):
        bare = "".join(piece.split())
        end = len(told.key) if run else place
        found = told.key.find(bare, place, place + _MOST + len(bare)) if bare else end
        if found < 0 or not _is_lost(told.key[place:found], run.count(_SIGN)):
            return None
        spelt += [told.key[place:found], piece]
        place = found + len(bare)
    return "".join(spelt)


def count_shown(printed: str) -> int:
    """How many signs were not lost, white space left out.

    >>> count_shown("a caf\ufffd")
    4
    """
    return len("".join(printed.split())) - printed.count(_SIGN)


def _is_lost(signs: str, shown: int) -> bool:
    """Whether signs are such as are lost: letters and digits of ASCII never are, of others no more than are shown."""
    letters = [sign for sign in signs if sign.isalnum()]
    return len(signs) <= _MOST and not any(map(str.isascii, letters)) and len(letters) <= shown
