"""How the printed words stand to the post's own: the same, a part, or others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .cuts import find_loss, is_cut, is_parted, strip_dots
from .gaps import find_doubts, find_odd_gaps
from .losses import count_shown, restore_lost
from .manner import count_hidden, respell
from .wording import Words, make_words

Kind = Literal[
    "equal",  # word for word
    "cut",  # the printed words say that they are cut short, and the post begins with them
    "behind",  # the whole post stands at the end of the printed words, behind words of the article's
    "joined",  # likewise, but nothing parts it from the words before it
    "beyond",  # the record is cut short, and the printed words begin with it and go on
    "tail",  # the printed words are the end of the post, and a line of it may well have been taken for the article's
    "head",  # the printed words are the first lines of the post, and do not say that they are cut
    "part",  # the printed words begin or end the post, and nothing tells why the others are not there
    "garbled",  # the same but for characters or emoji that were lost
    "edited",  # the post was edited after it was made, and both begin alike
    "altered",  # the same but for what publishers do to words: another spelling of numbers, `[sic]`, `f***`
    "different",
    "untold",  # one of the two has no words
]
# How much must be alike for a part to stand for the whole: some six words of English.
ENOUGH = 30
# Below this, equal words are chance: "lol", an emoji, "Thank you!".
SHORT = 14
RANK = (
    "equal",
    "cut",
    "behind",
    "joined",
    "beyond",
    "tail",
    "head",
    "garbled",
    "part",
    "edited",
    "altered",
    "untold",
    "different",
)


@dataclass(slots=True, frozen=True)
class Likeness:
    """How the words compare, how much of them was compared (a wide character counts twice), and that in words."""

    kind: Kind
    length: int = 0
    words: str = ""


UNTOLD = Likeness("untold")


@dataclass(slots=True, frozen=True, kw_only=True)
class Case:
    """What is known of the two texts beside their words."""

    uncertain: bool
    truncated: bool
    edited: bool
    lang: str | None = None


def relate(printed: Words, told: Words, case: Case, *, line: str) -> Likeness:
    """How two texts without white space stand to each other; `line` is the printed one as it was.

    >>> from amberpost.verifying.wording import make_words
    >>> case = Case(uncertain=False, truncated=False, edited=False)
    >>> relate(make_words("so it is"), make_words("so is it"), case, line="so it is").kind
    'different'
    """
    if not printed.key or not told.key:
        return Likeness("untold" if printed.key == told.key else "different", 0, "one of the two is signs only")
    if printed.key == told.key:
        return _say(printed, told, "equal", 0, f"the printed words are the post's, all {len(printed)} signs")
    stem = strip_dots(printed) if is_cut(line) else None
    ways = (
        _relate_cut(stem, told, case) if stem else None,
        _relate_truncated(printed, told, case, stem=stem) if case.truncated else None,
        _relate_end(printed, told, case),
        _relate_head(printed, told),
        _relate_garbled(line, told),
        _relate_edited(printed, told) if case.edited else None,
        _relate_altered(line, told, case),
    )
    found = next((way for way in ways if way), None)
    return found or Likeness("different", 0, _say_where(printed.key, told.key))


def _relate_cut(stem: Words, told: Words, case: Case) -> Likeness | None:
    """Printed words that say they are cut short; those whose start is uncertain may lack the first ones as well.

    Dots that are the post's own declare nothing: then the words are a part like any other.
    """
    place = told.key.find(stem.key) if case.uncertain and len(stem) >= ENOUGH else 0
    if place < 0 or not stem.key or not told.key.startswith(stem.key, place):
        return None
    if len(stem) < ENOUGH:  # too little to be sure of, and no sign that it is another
        return _say(stem, told, "part", 0, f"no more than {len(stem)} signs are printed, and the post begins with them")
    end = place + len(stem.key)
    if case.truncated and end >= len(strip_dots(told).key):
        return None
    if place:
        return _say(stem, told, "tail", place, f"the printed words, {len(stem)} signs, stand inside the post")
    own = told.key.startswith("..", end) or (told.key.endswith("...") and not case.truncated)
    begin = f"the post begins with the {len(stem)} signs that are printed"
    if loss := find_loss(told, end, lang=case.lang):
        return _say(stem, told, "head", 0, f"{begin}, cut {loss}")
    return _say(
        stem, told, "part" if own else "cut", 0, begin + (", and has dots of its own" if own else ", cut short")
    )


def _relate_truncated(printed: Words, told: Words, case: Case, *, stem: Words | None) -> Likeness | None:
    """A record that is cut short, as of X's long posts: what is printed behind its end cannot be compared.

    `stem` are the printed words without their dots: those that have none say that nothing follows.
    """
    known = strip_dots(told)
    shift = _find_overlap(printed.key, known.key, case)
    if shift is None or min(len(known.key) - max(0, shift), len(known)) < ENOUGH:
        return None
    if shift == 0 and stem and known.key == stem.key:
        return _say(printed, known, "equal", 0, f"the printed words are the record's, all {len(known)} signs")
    return _say(printed, known, "beyond", shift, "the printed words begin with the record's, which is cut short")


def _find_overlap(printed: str, stem: str, case: Case) -> int | None:
    """Where in a record that is cut short the printed words begin: before it, if negative; `None` when nowhere."""
    if printed.startswith(stem):
        return 0
    if not case.uncertain:
        return None
    before = printed.find(stem)
    if before >= 0:
        return -before
    place = stem.find(printed[:ENOUGH])
    return place if place >= 0 and printed.startswith(stem[place:]) else None


def _relate_end(printed: Words, told: Words, case: Case) -> Likeness | None:
    """Words that end alike: where a post begins is read from the layout, and may be a line early or late."""
    if case.uncertain and printed.key.endswith(told.key) and len(told) >= SHORT:
        place = len(printed.key) - len(told.key)
        parted = len(told) >= ENOUGH and is_parted(printed, place, lang=case.lang)
        kind: Kind = "behind" if parted else "joined"
        return _say(printed, told, kind, -place, f"the post's {len(told)} signs end the printed words")
    if told.key.endswith(printed.key) and len(printed) >= SHORT:
        place = len(told.key) - len(printed.key)
        is_line = len(printed) >= ENOUGH and (case.uncertain or place in told.lines)
        known: Kind = "tail" if is_line else "part"
        return _say(printed, told, known, place, f"the printed words are the last {len(printed)} of {len(told)} signs")
    return None


def _relate_head(printed: Words, told: Words) -> Likeness | None:
    if not told.key.startswith(printed.key) or len(printed) < SHORT:
        return None
    kind: Kind = "head" if len(printed) >= ENOUGH and len(printed.key) in told.lines else "part"
    return _say(printed, told, kind, 0, f"the printed words are the first {len(printed)} of {len(told)} signs")


def _relate_garbled(line: str, told: Words) -> Likeness | None:
    """Printed words with the sign for a lost character: the rest must follow one another in the post."""
    spelt = restore_lost(line, told) if count_shown(line) >= ENOUGH else None
    words = make_words(spelt) if spelt else None
    if words is None or words.key != told.key:
        return None
    return _say(words, told, "garbled", 0, "the printed words are the post's but for characters that were lost")


def _relate_edited(printed: Words, told: Words) -> Likeness | None:
    """Words that begin alike, or that differ in one place only, with the most of them before and behind it."""
    begin = _count_alike(printed.key, told.key)
    end = _count_alike(printed.key[begin:][::-1], told.key[begin:][::-1])
    most = max(len(printed.key), len(told.key))
    if begin < ENOUGH and (begin + end < ENOUGH or 2 * (begin + end) < most):
        return None
    words = "the post was edited after it was made; its record and the printed words"
    return Likeness("edited", begin + end, f"{words} begin with the same {begin} signs and end with the same {end}")


def _relate_altered(line: str, told: Words, case: Case) -> Likeness | None:
    """Words spelt in the manner of a publisher's house; nothing that a writer would call an edit is forgiven."""
    if len(told) - count_hidden(line) < ENOUGH:
        return None
    spelt = respell(line, told, lang=case.lang)
    if spelt is None:
        return None
    how = "but for the manner of the house: a number's dots, [sic], letters that were masked, stars of stress"
    return _say(make_words(spelt), told, "altered", 0, f"the printed words are the post's {how}")


def _say(printed: Words, told: Words, kind: Kind, shift: int, words: str) -> Likeness:
    """A relation between the keys holds only when the same words are parted in both."""
    odd = find_odd_gaps(printed, told, shift)
    if not all(odd.values()):
        return Likeness("different", 0, "the same letters, parted into other words")
    if doubt := next(find_doubts(printed, told, shift, odd), None):
        return Likeness("garbled", min(len(printed), len(told)), f"{words}, but for {doubt}")
    return Likeness(kind, min(len(printed), len(told)), words)


def _say_where(printed: str, told: str) -> str:
    alike = _count_alike(printed, told)
    ours, theirs = _quote(printed, alike), _quote(told, alike)
    return f"the words differ from sign {alike + 1} on: {ours} is printed, the post has {theirs}"


def _quote(text: str, place: int) -> str:
    return f"“{text[place : place + 20]}”" if place < len(text) else "nothing"


def _count_alike(one: str, other: str) -> int:
    """How many signs two strings begin with alike, by halving, so that long ones are compared at full speed."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low
