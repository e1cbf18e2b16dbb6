"""Line ends: a text is searched with newlines alone, and what was found is put back among its CR LF."""

from __future__ import annotations

import re
from bisect import bisect_left

_BREAK = re.compile("\r\n")


class Breaks:
    """The line ends of a text that are CR LF, by which places in the text with newlines alone are off.

    >>> text = "One.\\r\\nTwo.\\r\\n"
    >>> plain_breaks(text)[5:8], text[Breaks(text).origin(5) : Breaks(text).origin(8)]
    ('Two', 'Two')
    """

    def __init__(self, source: str) -> None:
        self._places = [match.start() - number for number, match in enumerate(_BREAK.finditer(source))]

    def origin(self, place: int) -> int:
        """Where a place of the text with newlines alone lies in the text as it is."""
        return place + bisect_left(self._places, place)


def plain_breaks(source: str) -> str:
    """A text with newlines for CR LF, so that nothing that is found depends on how its lines end."""
    return source.replace("\r\n", "\n") if "\r" in source else source
