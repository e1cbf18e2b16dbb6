"""Phrases that tell of a post: a place word or an ending of one language beside a platform, and a verb of speech.

So `on X.` alone, Generation X and SpaceX are none; nor is what is said of a platform: `said growth on YouTube slowed`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..credits.forms import one_of
from ..credits.words import words
from .anchors import any_word
from .quotations import CLOSERS, PAIRS, closing_mark
from .topics import ASIDES, CLAIMS, CLAUSES, POSTED, TOPICS, TOPICS_BEHIND, TOPICS_INSIDE
from .words import SPEECH, Speech

BEFORE, BEHIND = 80, 60
"""How far verbs are looked for."""

_SPACES = " \t\xa0\u202f"


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
        acts=any_word(speech.verbs, speech.posts, inside=code == "ja"),
        places=frozenset(speech.places),
        fillers=frozenset(word for phrase in speech.fillers for word in phrase.casefold().split()),
        endings=tuple(sorted(speech.endings, key=len, reverse=True)),
        after=frozenset(speech.after),
        posts=any_word(speech.posts) if speech.posts else None,
    )


_LANGUAGES = tuple(_language(code, speech) for code, speech in SPEECH.items())
_BEFORE_NAME = tuple(language for language in _LANGUAGES if language.places)
_ENDED = tuple(language for language in _LANGUAGES if language.endings)
_POSTS = any_word(*(SPEECH[language.code].posts for language in _BEFORE_NAME))
_ABOUT = frozenset(("to", "through", "over", "über"))
"""Places that are of another kind, too: a message to one is written to the firm, a talk over one is about it."""
_OF = {
    language.code: language.places - _ABOUT | {"", "de", "di", "do", "del", "da", "sur", "subido a", "subida a"}
    for language in _BEFORE_NAME
}
"""What may stand between a post and its platform."""
_STEPS = frozenset(word for language in _LANGUAGES for word in language.places | language.fillers)
_BUSINESS = re.compile(r"\b(?:spen[dt]\w*(?: \w+){0,2}|depend\w*|rel(?:y|ies|iance)|tax\w*|invest\w*) $")
_TOPIC = re.compile(rf"(?:{any_word(TOPICS).pattern})[ \xa0]$")
_TOPIC_BEHIND = re.compile(rf"[ \xa0](?:{any_word(TOPICS_BEHIND).pattern})|の?{one_of(TOPICS_INSIDE)}")
_CLAUSE = any_word(CLAUSES)
_PASSIVE = re.compile(r" by (?!\w+ing\b)")
_OWNED = re.compile(r"['’]s (?!(?:\w+ )?(?:account|app|channel|feed|forum|live|page|platform|site|stories)\b)")
_FIRM = frozenset(
    words(
        "ads|ad|advertising|advertisers|shares|stock|users|marketplace|corp|inc|street|avenue|servers|accounts|premium"
    )
)
# A lone X is a number's place, too, where a noun follows: a message of X words.
_COUNTED = re.compile(r"X [a-zà-ÿ]{4,}")
_QUOTED = re.compile(r"[:,]? ?[«“„\"「『]|:")
_FORMERLY = words(
    "formerly|previously|anciennement|ex|ex-|vormals|früher|antes|antigo|antiguo|già|бывший|eski adıyla|dulu|سابقا"
)
_ALIAS = re.compile(
    r"(?:,? ?\(?(?i:the )?(?:(?i:platform|site|social network) )?"
    rf"(?i:{one_of(_FORMERLY)})(?: (?i:known as|called))?[ -]?"
    r"(?:Twitter|Твиттер|تويتر)\)?|（旧[^）\n]{1,10}）|[»”\"])"
)
_OPENS_INSIDE = re.compile(r"[ \w]{0,12}?([「『“\"])")
_CLOSER = re.compile(f"[{re.escape(''.join(CLOSERS))}]")
# What makes the ending part of a word or phrase for what is there: TikTok'taki gençler, TikTokでの若者.
_GOES_ON = re.compile(r"[a-zçğıöşü]|の(?!投稿|発信|配信|生配信|ライブ|発言|コメント|発表|動画|報告)")
_WORD = re.compile(r"\w*")
_TO_ONLY = frozenset(("took", "takes", "taking"))
_TO = _TO_ONLY | {"posted", "posting", "uploaded", "shared"}
_POSTS_ALONE = frozenset(("posted", "shared", "uploaded", "published"))
_COUNTING = frozenset(("de", "di", "von"))
_SENTENCE = re.compile(r"[.!?][)”»\"]?[ \n]|\n|。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Verb, place and platform: `start` to `end`; the verb alone from `verb` to `told`."""

    start: int
    end: int
    verb: int
    told: int


def parse_phrase(text: str, start: int, end: int, floor: int) -> Phrase | None:
    """The phrase of verb, place and platform round the platform's name, or None when it is no telling.

    Endings are tried first, then posts of the platform, then places before it; nothing before `floor` is looked at.

    >>> text = "She wrote on X."
    >>> parse_phrase(text, 13, 14, 0), parse_phrase("It is on X.", 9, 10, 0)
    (Phrase(start=4, end=14, verb=4, told=9), None)
    """
    alias = _ALIAS.match(text, end, end + 60)
    end = alias.end() if alias is not None else end
    for language in _ENDED:
        if not text.startswith(language.endings, end):
            continue
        ending = next(ending for ending in language.endings if text.startswith(ending, end))
        goes_on = _GOES_ON.match(text, end + len(ending)) is not None
        phrase = _with_verb(text, language, start, end + len(ending), floor) if not goes_on else None
        if phrase is not None:
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


def _post_on(text: str, start: int, end: int, floor: int) -> Phrase | None:
    """A post of the platform itself, told by no verb: `dans une publication Facebook`, `en un video de TikTok`."""
    low = _sentence_start(text, max(floor, start - 40), start)
    if _POSTS.search(text, low, start) is None:
        return None
    for language in _BEFORE_NAME:
        told = list(language.posts.finditer(text, low, start)) if language.posts is not None else []
        last = told[-1] if told else None
        of = text[last.end() : start].strip(_SPACES + '«“"') if last is not None else None
        if last is not None and of in _OF[language.code] and not _is_business(text, start, end):
            if of in _COUNTING and _COUNTED.match(text, start) and not language.acts.match(text, end + 1):
                return None
            return Phrase(start=last.start(), end=end, verb=last.start(), told=last.end())
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


def _with_verb(text: str, language: _Language, start: int, end: int, floor: int, place: str = "") -> Phrase | None:
    if place and text[end : end + 1] in (" ", "-", "\xa0") and _next_word(text, end) in language.after:
        return Phrase(
            start=start, end=text.find(_next_word(text, end), end) + len(_next_word(text, end)), verb=start, told=start
        )
    if (place == "in" and language.code == "en") or _is_business(text, start, end):
        return None
    low = _sentence_start(text, max(floor, start - BEFORE), start)
    left = list(language.acts.finditer(text, low, start))
    if left and (place != "to" or left[-1].group().casefold().split()[-1] in _TO):
        if _tells_otherwise(text, left[-1], language, start, end, place):
            return None
        return Phrase(start=left[-1].start(), end=end, verb=left[-1].start(), told=left[-1].end())
    if place in _ABOUT:
        return None
    right = _verb_behind(text, language, end)
    if right is None:
        return None
    return Phrase(start=start, end=right.end(), verb=right.start(), told=right.end())


def _tells_otherwise(text: str, verb: re.Match[str], language: _Language, start: int, end: int, place: str) -> bool:
    """Whether the verb before a place tells of something else than a post: `warned parents of strangers on Discord`."""
    gap, said = text[verb.end() : start], verb.group().casefold()
    if place and said in _TO_ONLY and place not in ("to", "onto"):
        return True
    if not place or _QUOTED.match(text, end) is not None:
        return False
    if said not in _POSTS_ALONE and (_CLAUSE.search(gap) is not None or _PASSIVE.match(gap) is not None):
        return True
    return said in CLAIMS and not _is_aside(gap.casefold().replace(",", " ").split(), language)


def _is_aside(words: list[str], language: _Language) -> bool:
    """Whether the words between a claim and its place say no more than when, or in what kind of post, it was made."""
    known = ASIDES | language.places | language.fillers
    return not POSTED.isdisjoint(words) or all(word in known or word.isdigit() for word in words)


def _is_business(text: str, start: int, end: int) -> bool:
    """Whether the platform is spoken of as a firm or a market: `spending on Facebook`, `on Facebook ads`."""
    return (
        _BUSINESS.search(text, max(0, start - 24), start) is not None
        or _TOPIC.search(text, max(0, start - 24), start) is not None
        or _TOPIC_BEHIND.match(text, end, end + 24) is not None
        or _OWNED.match(text, end, end + 40) is not None
        or _next_word(text, end).casefold() in _FIRM
    )


def _next_word(text: str, end: int) -> str:
    word = _WORD.match(text, end + 1, end + 20)
    return word[0] if word else ""


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
    for mark in CLOSERS if _CLOSER.search(text, start, end) else ():
        start = max(start, text.rfind(mark, start, end) + 1)
    return start
