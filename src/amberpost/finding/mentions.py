"""Prose that speaks of a post: `she wrote on X: “…”`, `in a now-deleted tweet`; the least sure kind, in 11 languages.

A platform's name is the anchor; beside it must stand a place word or ending of one language and, in the same sentence,
a speech verb of that language. So `on X.` alone, Generation X and SpaceX are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..models import Sighting
from .creditanchors import Patience
from .creditforms import one_of
from .creditwords import PLATFORMS, platform_of, words
from .mentionwords import NOT_NAMES, SPEECH, TITLES, Speech
from .quotations import (
    CLOSERS,
    PAIRS,
    closing_mark,
    quotation_before,
    quotation_behind,
    quotation_inside,
)

BEFORE, BEHIND = 80, 60
"""How far verbs are looked for."""

_SPACES = " \t\xa0\u202f"


def _words(*lists: tuple[str, ...], inside: bool = False) -> re.Pattern[str]:
    """A pattern for any of the words; `inside` for scripts that put no space between words."""
    words = {word for listed in lists for word in listed}
    stems = {word[:-1] for word in words if word.endswith("*")}
    whole = one_of(words - {stem + "*" for stem in stems})
    if inside:
        return re.compile(whole)
    return re.compile(rf"(?<!\w)(?i:{whole}(?!\w)" + (rf"|{one_of(stems)}\w*)" if stems else ")"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    code: str
    acts: re.Pattern[str]
    places: frozenset[str]
    fillers: frozenset[str]
    endings: tuple[str, ...]
    after: frozenset[str]
    posts: re.Pattern[str] | None


def _language(code: str, speech: Speech) -> _Language:
    return _Language(
        code=code,
        acts=_words(speech.verbs, speech.posts, inside=code == "ja"),
        places=frozenset(speech.places),
        fillers=frozenset(word for phrase in speech.fillers for word in phrase.casefold().split()),
        endings=tuple(sorted(speech.endings, key=len, reverse=True)),
        after=frozenset(speech.after),
        posts=_words(speech.posts) if speech.posts else None,
    )


_LANGUAGES = tuple(_language(code, speech) for code, speech in SPEECH.items())
_BEFORE_NAME = tuple(language for language in _LANGUAGES if language.places)
_ENDED = tuple(language for language in _LANGUAGES if language.endings)
_OF = {
    language.code: language.places | {"", "de", "di", "do", "del", "da", "sur", "subido a", "subida a"}
    for language in _BEFORE_NAME
}
"""What may stand between a post and its platform."""
_STEPS = frozenset(word for language in _LANGUAGES for word in language.places | language.fillers)
_TWEETS = _words(*(speech.tweets for code, speech in SPEECH.items() if code != "ja"))
_TWEETS_JA = _words(SPEECH["ja"].tweets, inside=True)
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
_BUSINESS = re.compile(
    r"\b(?:spen[dt]\w*(?: \w+)?|depend\w*|rel(?:y|ies|iance)|tax\w*|ban|curbs?|lawsuit|stake|invest\w*) $"
)
_FIRM = frozenset(words("ads|ad|advertising|advertisers|shares|stock|users|marketplace|corp|inc|street|avenue"))
_FORMERLY = words(
    "formerly|previously|anciennement|ex|ex-|vormals|früher|antes|antigo|antiguo|già|бывший|eski adıyla|dulu|سابقا"
)
_ALIAS = re.compile(
    r"(?:,? ?\(?(?i:the )?(?:(?i:platform|site|social network) )?"
    rf"(?i:{one_of(_FORMERLY)})(?: (?i:known as|called))?[ -]?"
    r"(?:Twitter|Твиттер|تويتر)\)?|（旧[^）\n]{1,10}）|[»”\"])"
)
_HANDLE_BEFORE = re.compile(r"\(?(?<![\w.])@([A-Za-z0-9_.]{1,40})\)?,?\s?$")
_HANDLE_BEHIND = re.compile(r"(?: [^\W\d_]{2,12})?,? ?\(?@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,38}[A-Za-z0-9_])?)")
_UP = f"[{''.join(char for char in map(chr, range(0x41, 0x580)) if char.isupper())}]"
_NAME_END = re.compile(rf"(?<!\w)(?P<name>{_UP}[\w’'-]+(?: {_UP}[\w’'.-]*){{1,3}}) ?(?:\([^()\n]{{1,40}}\) ?)?$")
_NAME_ALL = re.compile(rf"\s(?P<name>{_UP}[\w’'-]+(?: {_UP}[\w’'-]*){{1,3}})(?=\s|[.,;:]|$)")
_BETWEEN = re.compile(r"\s@([A-Za-z0-9_]{1,40})\s")
_OPENS_INSIDE = re.compile(r"[ \w]{0,12}?([「『“\"])")
_SENTENCE = re.compile(r"[.!?][)”»\"]?[ \n]|\n|。")


def find_mentions(text: str) -> Iterator[Sighting]:
    """Places where the prose says that somebody posted something, in order, with the quotation that belongs to them.

    The author's name is given only when two or more capitalised words stand right beside the verb. Never raises.

    >>> [(m.platform, m.author_name, m.text) for m in find_mentions("“So be it,” Ann Oakes wrote on X.")]
    [('twitter', 'Ann Oakes', 'So be it,')]
    """
    floor = 0
    for start, end, platform in sorted(find_anchors(text)):
        phrase = _told(text, start, end, floor) if platform else _Phrase(start=start, end=end, verb=start, told=end)
        if phrase is None or phrase.start < floor:
            continue
        sighting = _sighting(text, phrase, platform=platform or "twitter", floor=floor)
        floor = sighting.end
        yield sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    """Verb, place and platform: `start` to `end`; the verb alone from `verb` to `told`."""

    start: int
    end: int
    verb: int
    told: int


def find_anchors(text: str) -> Iterator[tuple[int, int, str]]:
    """Names of platforms, each with its id, and words that name platform and act in one, with no id.

    >>> sorted(find_anchors("She tweeted. He wrote on X."))
    [(4, 11, ''), (25, 26, 'twitter')]
    """
    patience = Patience()
    for match in _NAMES.finditer(text):
        start, end = match.span()
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
            yield from ((match.start(), match.end(), "") for match in found if match.start() <= at)
        at = text.find(anchor, at + 1)


def _is_joined(text: str, start: int, end: int) -> bool:
    before, behind = text[start - 1 : start], text[end : end + 1]
    return (
        (before.isalnum() and before.isascii())
        or before in ("@", "#", ".", "/", "_", "-")
        or (behind.isascii() and behind.isalnum())
    )


def _told(text: str, start: int, end: int, floor: int) -> _Phrase | None:
    """The phrase of verb, place and platform round the platform's name, or None when it is no telling."""
    alias = _ALIAS.match(text, end, end + 60)
    end = alias.end() if alias is not None else end
    for language in _ENDED:
        ending = next((ending for ending in language.endings if text.startswith(ending, end)), None)
        if ending is not None and (phrase := _with_verb(text, language, start, end + len(ending), floor)) is not None:
            return phrase
    if (phrase := _post_on(text, start, end, floor)) is not None:
        return phrase
    words = _steps(text, start, floor)
    for number, (place, word) in enumerate(words):
        between = {word for _, word in words[number + 1 :]}
        for language in _BEFORE_NAME:
            if word in language.places and language.fillers.issuperset(between):
                phrase = _with_verb(text, language, place, end, floor, place=word)
                if phrase is not None:
                    return phrase
    return None


def _post_on(text: str, start: int, end: int, floor: int) -> _Phrase | None:
    """A post of the platform itself, told by no verb: `dans une publication Facebook`, `en un video de TikTok`."""
    low = _sentence_start(text, max(floor, start - 40), start)
    for language in _BEFORE_NAME:
        told = list(language.posts.finditer(text, low, start)) if language.posts is not None else []
        last = told[-1] if told else None
        if last is not None and text[last.end() : start].strip(_SPACES + '«“"') in _OF[language.code]:
            return _Phrase(start=last.start(), end=end, verb=last.start(), told=last.end())
    return None


def _steps(text: str, start: int, floor: int) -> list[tuple[int, str]]:
    """The run of place words and fillers that ends at a platform's name, folded, each with where it begins."""
    pos, words = start, list[tuple[int, str]]()
    low = max(floor, start - 50)
    while len(words) < 6:
        end = low + len(text[low:pos].rstrip(_SPACES + '«“"'))
        at = max(text.rfind(" ", low, end), text.rfind("\n", low, end), text.rfind("\xa0", low, end), low - 1) + 1
        word = text[at:end].lstrip('«“"(')
        if word.casefold() not in _STEPS:
            break
        pos = end - len(word)
        words.insert(0, (pos, word.casefold()))
    return words


def _with_verb(text: str, language: _Language, start: int, end: int, floor: int, place: str = "") -> _Phrase | None:
    if place and text[end : end + 1] in (" ", "-", "\xa0") and _next_word(text, end) in language.after:
        return _Phrase(
            start=start, end=text.find(_next_word(text, end), end) + len(_next_word(text, end)), verb=start, told=start
        )
    if (place == "in" and language.code == "en") or _is_business(text, start, end):
        return None
    low = _sentence_start(text, max(floor, start - BEFORE), start)
    left = list(language.acts.finditer(text, low, start))
    if left and (
        place != "to" or left[-1].group().casefold() in ("took", "posted", "posting", "uploaded", "shared", "taking")
    ):
        return _Phrase(start=left[-1].start(), end=end, verb=left[-1].start(), told=left[-1].end())
    if place in ("to", "through", "over"):
        return None
    right = _verb_behind(text, language, end)
    if right is None:
        return None
    return _Phrase(start=start, end=right.end(), verb=right.start(), told=right.end())


def _is_business(text: str, start: int, end: int) -> bool:
    """Whether the platform is spoken of as a firm or a market: `spending on Facebook`, `on Facebook ads`."""
    return _BUSINESS.search(text, max(0, start - 16), start) is not None or _next_word(text, end).casefold() in _FIRM


def _next_word(text: str, end: int) -> str:
    return re.split(r"[^\w]", text[end + 1 : end + 20], maxsplit=1)[0]


def _verb_behind(text: str, language: _Language, end: int) -> re.Match[str] | None:
    pos = end
    opening = _OPENS_INSIDE.match(text, pos, pos + 14) if language.endings else None
    if opening is not None:
        close = closing_mark(text, opening.start(1))
        pos = close + 1 if close is not None else pos
    stop = _SENTENCE.search(text, pos, pos + BEHIND)
    limit = stop.start() if stop is not None else min(len(text), pos + BEHIND)
    match = language.acts.search(text, pos, limit)
    quoted = min((at for mark in PAIRS if (at := text.find(mark, pos, limit)) >= 0), default=limit)
    if match is None or match.start() > quoted or (match.group().endswith("ing") and match.group() != "saying"):
        return None
    return match


def _sentence_start(text: str, low: int, end: int) -> int:
    start = low
    for match in _SENTENCE.finditer(text, low, end):
        start = match.end()
    for mark in CLOSERS:
        start = max(start, text.rfind(mark, start, end) + 1)
    return start


def _sighting(text: str, phrase: _Phrase, *, platform: str, floor: int) -> Sighting:
    start, end = phrase.start, phrase.end
    handle = _handle_before(text, phrase, floor) or _handle_behind(text, phrase)
    name = _name(text, phrase, floor)
    quote = quotation_inside(text, phrase.start, phrase.verb)
    if name is not None:
        start, end = min(start, name[0]), max(end, name[1])
    if handle is not None:
        start, end = min(start, handle[0]), max(end, handle[1])
    quote = quote or quotation_behind(text, end) or quotation_before(text, start, floor)
    if quote is not None:
        start, end = min(start, quote[0]), max(end, quote[1])
    return Sighting(
        kind="mention",
        platform=platform,
        start=start,
        end=end,
        rule="mention",
        author_name=name[2] if name is not None else None,
        handle=handle[2] if handle is not None else None,
        text=quote[2] if quote is not None else None,
        flags=() if name is not None or handle is not None else ("no-author",),
    )


_Found = tuple[int, int, str]


def _handle_before(text: str, phrase: _Phrase, floor: int) -> _Found | None:
    match = _HANDLE_BEFORE.search(text, max(floor, phrase.verb - 44), phrase.verb)
    if match is None and phrase.told < phrase.end:
        gap = _BETWEEN.match(text, phrase.told, phrase.end)
        return (gap.start(), gap.end(), gap[1]) if gap is not None else None
    return (match.start(), match.end(), match[1].rstrip(".")) if match is not None else None


def _handle_behind(text: str, phrase: _Phrase) -> _Found | None:
    match = _HANDLE_BEHIND.match(text, phrase.end, phrase.end + 60)
    return (phrase.end, match.end(1), match[1]) if match is not None else None


def _name(text: str, phrase: _Phrase, floor: int) -> _Found | None:
    before = _NAME_END.search(text, max(floor, phrase.verb - 70), phrase.verb)
    if before is not None and (name := _bare_name(before["name"])) is not None:
        return before.end("name") - len(name), before.end("name"), name
    behind = _NAME_ALL.match(text, phrase.told, phrase.told + 60)
    if behind is not None and (name := _bare_name(behind["name"])) is not None:
        return behind.end("name") - len(name), behind.end("name"), name
    return None


def _bare_name(printed: str) -> str | None:
    """The name without titles, or None when a word of it is no part of any name."""
    words = printed.rstrip(".").split()
    while words and words[0].casefold().rstrip(".") in TITLES:
        words = words[1:]
    if len(words) < 2 or any(
        word.casefold() in NOT_NAMES or platform_of(re.split("['’]", word)[0]) is not None for word in words
    ):
        return None
    return " ".join(words)
