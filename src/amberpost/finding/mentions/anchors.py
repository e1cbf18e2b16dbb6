"""Where prose may speak of a post: names of platforms, and words such as `tweeted` that name it with the act."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..credits.anchors import Patience
from ..credits.forms import one_of
from ..credits.words import PLATFORMS, platform_of
from .words import SPEECH


def any_word(*lists: tuple[str, ...], inside: bool = False) -> re.Pattern[str]:
    """A pattern for any of the words, as stems when they end in `*`; `inside` for scripts without spaces between words.

    >>> any_word(("wrote", "post*")).findall("She wrote of posters.")
    ['wrote', 'posters']
    """
    words = {word for listed in lists for word in listed}
    stems = {word[:-1] for word in words if word.endswith("*")}
    whole = one_of(words - {stem + "*" for stem in stems})
    if inside:
        return re.compile(whole)
    branches = [rf"{whole}(?!\w)"] if whole else []
    branches += [rf"{one_of(stems)}\w*"] if stems else []
    return re.compile(rf"(?<!\w)(?i:{'|'.join(branches)})")


_TWEETS = any_word(*(speech.tweets for code, speech in SPEECH.items() if code != "ja"))
_TWEETS_JA = any_word(SPEECH["ja"].tweets, inside=True)
_TWEET_ANCHORS = ("weet", "twit", "Twit", "tuit", "tuít", "cuit", "Cuit", "tivit")
_TWEET_ANCHORS_BY_LETTER = {
    "т": ("твит",),
    "Т": ("Твит",),
    "غ": ("غرد", "غرّد", "تغريد"),
    "ツ": ("ツイート",),
    "と": ("とつぶや", "とポスト"),
    "ポ": ("ポストし",),
}
_PRINTED = {name for names in PLATFORMS.values() for name in names} | {"X", "Youtube"}
# Russian writes the names that it has long declined in lower case, too: в твиттере.
_NAMES = re.compile(one_of(_PRINTED | {name.lower() for name in _PRINTED if "А" <= name[0] <= "Я" and len(name) > 3}))
_CASE = re.compile("[а-яё]{0,3}(?![а-яё])")
_LETTER = re.compile(r"X(?![A-Za-z0-9_&=+-])(?! (?:and|or|y|et|und|e) Y)")
# Birds tweet, too: what is somebody's own already is from nobody else.
_OF_BIRDS = re.compile(r"(?<=['’]s )tweet (?:from|by)")


def find_anchors(text: str) -> Iterator[tuple[int, int, str]]:
    """Names of platforms, each with its id, and words that name platform and act in one, with no id.

    >>> sorted(find_anchors("She tweeted. He wrote on X."))
    [(4, 11, ''), (25, 26, 'twitter')]
    """
    patience = Patience()
    for match in _NAMES.finditer(text):
        start, end = match.span()
        if patience.is_spent(start):
            continue
        if text[start] == "X" and end - start == 1 and _LETTER.match(text, start) is None:
            continue
        if not (match.group().isascii() and _is_joined(text, start, end)) and patience.lasts(start):
            declined = _CASE.match(text, end) if "А" <= text[start] <= "я" else None
            yield start, declined.end() if declined else end, platform_of(match.group()) or "twitter"
    for anchor in _tweet_anchors(text):
        yield from _tweets(text, anchor)


def _tweet_anchors(text: str) -> Iterator[str]:
    yield from _TWEET_ANCHORS
    if not text.isascii():
        for letter, anchors in _TWEET_ANCHORS_BY_LETTER.items():
            if letter in text:
                yield from anchors


def _tweets(text: str, anchor: str) -> Iterator[tuple[int, int, str]]:
    patience = Patience()
    pattern = _TWEETS if anchor[0] < "\u2e7f" else _TWEETS_JA
    at = text.find(anchor)
    while at >= 0:
        if patience.lasts(at):
            found = (match for match in pattern.finditer(text, max(0, at - 30), at + 24) if match.end() > at)
            found = (match for match in found if _OF_BIRDS.match(text, match.start()) is None)
            yield from ((match.start(), match.end(), "") for match in found if match.start() <= at)
        at = text.find(anchor, at + 1)


def _is_joined(text: str, start: int, end: int) -> bool:
    before, behind = text[start - 1 : start], text[end : end + 1]
    return (
        (before.isalnum() and before.isascii())
        or before in ("@", "#", ".", "/", "_", "-")
        or (behind.isascii() and behind.isalnum())
    )
