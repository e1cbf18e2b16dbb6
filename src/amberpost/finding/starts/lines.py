"""The lines above a footer, as candidates for where the post begins, each with the traits that tell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...platforms.twitter import SHOWN_LINK, weighted_length
from ..shown import show_links
from .wording import parse_wording

MOST_LINES = 14

# X's links to what a post shows: media, and behind its words a post that it quotes.
_MEDIA = re.compile(r"t\.co/\w|pic\.(?:twitter|x)\.com/\w|h(?<=\S\sh)ttps?://(?:twitter|x)\.com/\w{1,20}/status/\d")
_EMOJI = re.compile(r"[\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
_HASHTAG = re.compile(r"(?:^|[^\w&/])[#＃]\w")
_MENTION = re.compile(r"(?:^|[^\w/(（])[@＠]\w")
_BULLET = re.compile(r"[-–—*•▪➡→►✅👉🔹]|\(?\d{1,2}[.)/:]|\d️⃣|[a-z]\)")
_CODE = re.compile(r"[{}<>]|\(\)|=>|<-|==|\w\(\w*\)|::|;$")
_CODE_SIGNS = ("(", "{", "<", ">", "==", "::", ";", "}")
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
    beyond: bool = False


def parse_line(source: str, start: int, end: int) -> Line:
    """Read the traits of one candidate line.

    >>> sorted(parse_line("I love #amber! https://t.co/abcdefghij", 0, 38).traits)
    ['exclaims', 'hashtag', 'me', 'media']
    """
    text = show_links(source[start:end].strip())
    wording = parse_wording(text)
    traits = wording.traits.union(_find_traits(text))
    postlike = len(traits & _POSTLIKE)
    sentences = len(_SENTENCE.findall(text)) + 1
    return Line(start, text, weighted_length(text), parse_ending(text), wording.language, sentences, postlike, traits)


def parse_bare(source: str, start: int, end: int) -> Line:
    """Read one line without its traits, where nothing hangs on them."""
    text = show_links(source[start:end].strip())
    return Line(start, text, weighted_length(text), "none", None, 1, 0, frozenset())


_POSTLIKE = frozenset({"media", "hashtag", "mention", "emoji"})


def make_beyond(start: int, text: str, weight: int) -> Line:
    """A line that cannot be the post's, because with it the post would be too long: nothing else about it is read."""
    return Line(start, text, weight, "none", None, 1, 0, frozenset(), beyond=True)


def parse_ending(text: str) -> str:
    """Name what a line ends with: a link, a stop, a question, a colon, nothing, ...

    >>> parse_ending("Look at this:"), parse_ending("see pic.twitter.com/abcdefghij")
    ('colon', 'link')
    """
    bare = text.rstrip(_CLOSERS)
    if bare[-12:].isascii() and SHOWN_LINK.search(text, max(0, len(text) - 60)) and _ends_in_link(text):
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
    end = len(text.rstrip(_CLOSERS))
    return any(link.end() >= end for link in SHOWN_LINK.finditer(text, max(0, len(text) - 200)))


def _find_traits(text: str) -> list[str]:
    """The traits that characters give a line; each pattern runs only where a character it needs is there."""
    plain = text.isascii()
    traits = _find_signs(text, plain=plain)
    if not plain and _TYPESET.search(text):
        traits.append("typeset")
    if ("'" in text or '"' in text or "..." in text) and _TYPEWRITER.search(text):
        traits.append("typewriter")
    if any(sign in text for sign in _CODE_SIGNS) and _CODE.search(text):
        traits.append("code")
    if "/" in text and _THREAD.search(text):
        traits.append("thread")
    if "!" in text or "！" in text:
        traits.append("exclaims")
    if "?" in text or "？" in text:
        traits.append("asks")
    traits.extend(_find_openings(text))
    return traits


def _find_signs(text: str, *, plain: bool) -> list[str]:
    signs = []
    if "/" in text:
        if _MEDIA.search(text):
            signs.append("media")
        elif "http" in text:
            signs.append("weblink")
    if ("#" in text or "＃" in text) and _HASHTAG.search(text):
        signs.append("hashtag")
    if "@" in text:
        if _MENTION.search(text):
            signs.append("mention")
        if "(@" in text or "（@" in text:
            signs.append("handle")
    if not plain and _EMOJI.search(text):
        signs.append("emoji")
    return signs


def _find_openings(text: str) -> list[str]:
    first = text[:1]
    openings = [name for name, pattern in _OPENINGS if pattern.match(text)]
    if first in "@＠.#" and text[1:2] not in ("", " ", "#"):
        openings.append(
            "opens-hashtag" if first == "#" else "opens-mention" if "@" in text[:2] or first == "＠" else "opens-dot"
        )
    if first in "#＃@" and _ONLY_TAGS.fullmatch(SHOWN_LINK.sub("", text).strip()):
        openings.append("only-tags")
    if first in "htp<[" and "/" in text and not SHOWN_LINK.sub("", text).strip(" <>[]()"):
        openings.append("only-links")
    if first.islower():
        openings.append("lower")
    if first in '"“«„「『':
        openings.append("opens-quote")
    if text[-1:] in '"”»」':
        openings.append("closes-quote")
    if text.startswith("RT @"):
        openings.append("retweet")
    if len(text) < 90:
        long_words = _LONG_WORD.findall(text)
        if len(long_words) >= 2 and all(word[0].isupper() for word in long_words):
            openings.append("title")
    return openings


_OPENINGS = (("bullet", _BULLET), ("label", _LABEL), ("anaphora", _ANAPHORA))
