"""Where two texts are parted into words, and where only one is: ends of lines are lost and made, spaces are not."""

from __future__ import annotations

from collections.abc import Iterator

from .wording import Words, is_spaceless


def find_odd_gaps(printed: Words, told: Words, shift: int) -> dict[int, bool]:
    """Where one of the two has white space and the other has none, and whether a line ends there.

    `shift` is where the printed words begin in the post's; a line's end may be lost or made, other space may not.
    """
    first, last = max(0, shift), min(len(told.key), len(printed.key) + shift)
    ours = {place + shift: line for place, line in printed.gaps.items() if first < place + shift < last}
    theirs = {place: line for place, line in told.gaps.items() if first < place < last}
    return {place: line for place, line in (ours | theirs).items() if (place in ours) != (place in theirs)}


def find_doubts(printed: Words, told: Words, shift: int, odd: dict[int, bool]) -> Iterator[str]:
    """Why white space that only one of the two has may make other words of them, though the letters are the same."""
    key = told.key
    if any(key[place - 1 : place + 1].isdecimal() for place in odd):
        yield "a line's end within a number"
    if any(_is_within_words(key, place) for place in odd):
        yield "a line's end between words, or within one"
    first, last = max(0, shift), min(len(key), len(printed.key) + shift)
    ours = {place + shift for place in printed.thin}
    thin = [place for place in ours ^ told.thin if first < place < last and place not in odd]
    lines = told.lines | {place + shift for place in printed.lines}
    if any(_is_beside_number(key, place, is_line=place in lines) for place in thin):
        yield "a space beside a number's sign"
    if {place in ours for place in thin if _is_between_words(key, place)} == {True, False}:
        yield "spaces between other words"
    if any(_is_beside_hyphen(key, place) for place in thin):
        yield "a dash that is a hyphen in one of the two"


def _is_within_words(key: str, place: int) -> bool:
    """Whether two words would read as one, or as an amount: `not able`, `notable`; `the rapist`; `5 k`.

    A capital begins a line of its own, whatever it was glued to; behind another capital it may not.
    """
    return key[place].isalpha() and (not key[place].isupper() or key[place - 1].isupper())


def _is_beside_number(key: str, place: int, *, is_line: bool) -> bool:
    """Whether white space beside a sign makes two numbers of one, or another one: `10: 30`, `.5`, `- 5`."""
    before, behind = key[place - 1], key[place]
    if behind.isdecimal() and before in ".,":
        return not is_line
    if behind.isdecimal() and (before == "-" or key[place - 2 : place - 1].isdecimal()):
        return True
    return before.isdecimal() and not behind.isalnum() and key[place + 1 : place + 2].isdecimal()


def _is_between_words(key: str, place: int) -> bool:
    """Whether a space stands within the words of a script that needs none, and not beside a sign or a number."""
    return is_spaceless(key, place) and not any(sign.isascii() for sign in key[place - 1 : place + 1])


def _is_beside_hyphen(key: str, place: int) -> bool:
    """Whether a dash between two words makes one of them: `no-one`, `no - one`; `man-eating`, `a man - eating`."""
    at = place - 1 if key[place - 1] == "-" else place
    return key[at] == "-" and key[max(0, at - 1) : at].isalpha() and key[at + 1 : at + 2].isalpha()
