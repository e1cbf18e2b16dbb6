"""The lines above a footer, as candidates for where the post begins, each with the traits that tell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..platforms.twitter import weighted_length
from .language import parse_language
from .wording import NARRATION, SPEECH, WEEKDAY

MOST_LINES = 14
_BREAK = re.compile(r"[ \t\u00a0\u200b]*(?:(?:\r\n|[\n\r\u2028\u2029\x0b\x0c\x85])[ \t\u00a0\u200b>]*)+")
_NEWLINE = re.compile(r"\r\n|[\n\r\u2028\u2029\x0b\x0c\x85]")
_LOOK_BACK = 6000
# Measured on four extractors' output: above this share of blank lines among the gaps, they part the paragraphs.
_BLANK_LINE_SHARE = 0.10

_MEDIA = re.compile(r"t\.co/\w|pic\.(?:twitter|x)\.com/\w")
_LINK = re.compile(r"https?://\S+|pic\.(?:twitter|x)\.com/\w+|\bt\.co/\w+")
_EMOJI = re.compile(r"[\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
_HASHTAG = re.compile(r"(?:^|[^\w&/])[#＃]\w")
_MENTION = re.compile(r"(?:^|[^\w/(（])[@＠]\w")
_ME = re.compile(
    r"\b(?:I|I['’](?:m|ve|ll|d)|my|me|we|we['’]\w+|our|us|je|j['’]|mon|ma|mes|nous|notre|ich|mein\w*|wir|yo|mi|eu|meu|minha|ik)\b"
)
_YOU = re.compile(r"\b(?:you|your|you['’]\w+|tu|vous|votre|vos|você|du|dein|usted)\b", re.IGNORECASE)
_BULLET = re.compile(r"[-–—*•▪➡→►✅👉🔹]|\(?\d{1,2}[.)/:]|\d️⃣|[a-z]\)")
_CONTRACTION = re.compile(r"\w['’](?:s|t|m|re|ve|ll|d)\b")
_CODE = re.compile(r"[{}<>]|\(\)|=>|<-|==|\w\(\w*\)|::|;$")
_SENTENCE = re.compile(r"[.!?。！？]+[\s\"”’)]+(?=\S)")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_THREAD = re.compile(r"\(?\d+\s?/|\(?\b\d+/(?:\d+|n)?\)?$")
_LABEL = re.compile(r"[^\W\d_][\w’' ]{0,18}:\s")
_ANAPHORA = re.compile(
    r"(?:It|It['’]s|They|This|That|These|Those|And|But|So|Also|Then|Or|Because|Here['’]?s?|He|She|Now|Well|Thanks?|Et|Mais|Ça|C['’]est"
    r"|Und|Aber|Das|Es|Y|Pero|E|Mas|Esto|Isso|Ma|En|Maar|Dit)\b"
)
_TYPEWRITER = re.compile(r"\w'\w|(?:^|\s)\"\w|\w\"(?:\W|$)|\.\.\.")
_TYPESET = re.compile(r"\w’\w|“\w|\w[.,!?]?”|‘\w|…")
_ONLY_TAGS = re.compile(r"(?:[#＃@]\w+[.,]?\s*)+")
_CLOSERS = " \u200d\ufe0f\"”’')»]*_"


@dataclass(slots=True, frozen=True)
class Line:
    """One candidate line: `start` in the source, `weight` in the platform's characters, and its traits by name."""

    start: int
    text: str
    weight: int
    ending: str
    language: str | None
    sentences: int
    postlike: int
    traits: frozenset[str]


@dataclass(slots=True, frozen=True)
class Layout:
    """How an article's paragraphs stand: `newlines` part them, and they have `paragraph` characters on average.

    `mixed` when single line breaks part paragraphs too, or may.
    """

    newlines: int
    paragraph: int
    mixed: bool = False


def split_lines(source: str, *, floor: int, end: int, newlines: int) -> list[tuple[int, int]]:
    """The spans of what may be lines of the post, nearest last, by the separator that this article's paragraphs have.

    Where paragraphs are a blank line apart, a single line break is inside one; where they are two newlines apart,
    wider gaps are blank lines of a post's own, doubled by the extractor.

    >>> split_lines("One.\\n\\nTwo\\nthree.\\n\\n\\n\\nFour.", floor=0, end=25, newlines=2)
    [(0, 4), (6, 25)]
    """
    low = max(floor, end - _LOOK_BACK)
    spans: list[tuple[int, int]] = []
    start = low
    for gap in _BREAK.finditer(source, low, end):
        width = len(_NEWLINE.findall(gap[0]))
        if width != newlines and (width < newlines or newlines == 2):
            continue
        _add_span(spans, source, start, gap.start())
        start = gap.end()
    _add_span(spans, source, start, end)
    return spans


def parse_layout(source: str, end: int) -> Layout:
    """Read the article's layout in the text around `end`: one line a paragraph, blank lines between, or wider still.

    >>> parse_layout("One.\\n\\nTwo.\\n\\nSix.", 16)
    Layout(newlines=2, paragraph=5)
    """
    low, high = max(0, end - _LOOK_BACK), min(len(source), end + 400)
    narrow = wide = wider = wrapped = before = 0
    previous = low
    for gap in _BREAK.finditer(source, low, high):
        width = len(_NEWLINE.findall(gap[0]))
        narrow += width == 1
        wide += width == 2
        wider += width > 2
        wrapped += width == 1 and 55 <= gap.start() - previous <= 100
        before += gap.start() < end
        previous = gap.end()
    paragraph = (min(end, high) - low) // (before + 1)
    share = (wide + wider) / max(1, narrow + wide + wider)
    if share < 0.05 or (share < _BLANK_LINE_SHARE and wrapped < 0.7 * narrow):
        return Layout(1, paragraph)
    return Layout(2 if wide >= wider else 3, paragraph, mixed=share < 0.6)


def _add_span(spans: list[tuple[int, int]], source: str, start: int, end: int) -> None:
    text = source[start:end]
    stripped = text.lstrip(" \t\u00a0\u200b>\r\n")
    if stripped.strip():
        spans.append((end - len(stripped), end))


def parse_line(source: str, start: int, end: int) -> Line:
    """Read the traits of one candidate line.

    >>> sorted(parse_line("I love #amber! https://t.co/abcdefghij", 0, 38).traits)
    ['exclaims', 'hashtag', 'me', 'media']
    """
    text = source[start:end].strip()
    traits = frozenset(_find_traits(text))
    postlike = len(traits & {"media", "hashtag", "mention", "emoji"})
    sentences = len(_SENTENCE.findall(text)) + 1
    return Line(start, text, weighted_length(text), parse_ending(text), parse_language(text), sentences, postlike, traits)


def parse_ending(text: str) -> str:
    """Name what a line ends with: a link, a stop, a question, a colon, nothing, ...

    >>> parse_ending("Look at this:"), parse_ending("see pic.twitter.com/abcdefghij")
    ('colon', 'link')
    """
    bare = text.rstrip(_CLOSERS)
    if bare[-12:].isascii() and _LINK.search(text, max(0, len(text) - 60)) and _ends_in_link(text):
        return "link"
    last = bare[-1:]
    if bare.endswith(("…", "...")):
        return "dots"
    for name, characters in _ENDINGS:
        if last and last in characters:
            return name
    if last and _EMOJI.match(last):
        return "emoji"
    word = bare[bare.rfind(" ") + 1 :]
    return "hashtag" if word.startswith("#") else "none"


_ENDINGS = (("stop", ".。．"), ("ask", "!?！？"), ("colon", ":："), ("comma", ",;、，"))


def _ends_in_link(text: str) -> bool:
    for link in _LINK.finditer(text, max(0, len(text) - 200)):
        if link.end() >= len(text.rstrip(_CLOSERS)):
            return True
    return False


def _find_traits(text: str) -> list[str]:
    traits = []
    plain = text.isascii()
    if "/" in text:
        if _MEDIA.search(text):
            traits.append("media")
        elif "http" in text:
            traits.append("weblink")
    if ("#" in text or "＃" in text) and _HASHTAG.search(text):
        traits.append("hashtag")
    if "@" in text:
        if _MENTION.search(text):
            traits.append("mention")
        if "(@" in text or "（@" in text:
            traits.append("handle")
    if not plain and _EMOJI.search(text):
        traits.append("emoji")
    if not plain and _TYPESET.search(text):
        traits.append("typeset")
    for name, pattern in _TRAITS:
        if pattern.search(text):
            traits.append(name)
    if "!" in text or "！" in text:
        traits.append("exclaims")
    if "?" in text or "？" in text:
        traits.append("asks")
    traits.extend(_find_openings(text))
    return traits


_TRAITS = (("me", _ME), ("you", _YOU), ("speech", SPEECH), ("narrates", NARRATION), ("informal", _CONTRACTION), ("code", _CODE), ("thread", _THREAD), ("weekday", WEEKDAY), ("typewriter", _TYPEWRITER))


def _find_openings(text: str) -> list[str]:
    first = text[:1]
    openings = []
    if _BULLET.match(text):
        openings.append("bullet")
    if first in "@＠.#" and text[1:2] not in ("", " ", "#"):
        openings.append("opens-hashtag" if first == "#" else "opens-mention" if "@" in text[:2] or first == "＠" else "opens-dot")
    if _LABEL.match(text):
        openings.append("label")
    if _ANAPHORA.match(text):
        openings.append("anaphora")
    if first in "#＃@" and _ONLY_TAGS.fullmatch(_LINK.sub("", text).strip()):
        openings.append("only-tags")
    if first.islower():
        openings.append("lower")
    if first in "\"“«„「『":
        openings.append("opens-quote")
    if text[-1:] in "\"”»」":
        openings.append("closes-quote")
    if text.startswith("RT @"):
        openings.append("retweet")
    if len(text) < 90:
        long_words = _LONG_WORD.findall(text)
        if len(long_words) >= 2 and all(word[0].isupper() for word in long_words):
            openings.append("title")
    return openings
