"""Where two texts are parted into words, and where only one is: ends of lines are lost and made, spaces are not."""

from __future__ import annotations

from .manner import is_denial
from .wording import Words

_LONGEST = 12  # letters of a denial


def find_odd_gaps(printed: Words, told: Words, shift: int) -> dict[int, bool]:
    """Where one of the two has white space and the other has none, and whether a line ends there.

    `shift` is where the printed words begin in the post's; a line's end may be lost or made, other space may not.
    """
    first, last = max(0, shift), min(len(told.key), len(printed.key) + shift)
    ours = {place + shift: line for place, line in printed.gaps.items() if first < place + shift < last}
    theirs = {place: line for place, line in told.gaps.items() if first < place < last}
    return {place: line for place, line in (ours | theirs).items() if (place in ours) != (place in theirs)}


def is_beside_denial(printed: Words, told: Words, shift: int, place: int) -> bool:
    """Whether a line's end parts a denial from another word, or makes one of two: `not able`, `notable`.

    A capital begins a line of its own, whatever it was glued to.
    """
    key = told.key
    begin = end = place
    while begin > max(0, place - _LONGEST) and key[begin - 1].isalpha():
        begin -= 1
        if begin in told.gaps or begin - shift in printed.gaps:
            break
    while end < min(len(key), place + _LONGEST) and key[end].isalpha():
        end += 1
        if end in told.gaps or end - shift in printed.gaps:
            break
    return not key[place].isupper() and any(map(is_denial, (key[begin:place], key[place:end], key[begin:end])))
