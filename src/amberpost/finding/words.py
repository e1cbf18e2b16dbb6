"""A post's own words, out of the source as some extractor left it: marks, markup and closing links taken off."""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from dataclasses import dataclass

from ..urls import find_links
from .shown import show_links

_QUOTE_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
# Below a post's first line, one without the mark: then the others' are the post's own.
_UNQUOTED = re.compile(r"\n[ \t]*[^>\s]")
_LINE_END = re.compile(r"[ \t\u00a0]*(?:\r\n|[\n\r\u2028\u2029])[ \t\u00a0]*")
_BLANK_LINES = re.compile(r"\n{2,}")
_AUTO_LINK = re.compile(r"<(https?://[^\s<>]{1,600})>")
# Escaped signs, and the sign of a line that Markdown breaks.
_ESCAPE = re.compile(r"\\([_*\[\]().#~`>+!|{}@'\"<$^\\-])|\\(?=\n|\Z)")
# What is left of tags, and the widget's own words, behind a post.
_DEBRIS = re.compile(
    r"(?:</?[a-z]{1,10}>|\ufffd/p>|View (?:image|photo|video)s? on (?:Twitter|X)|[\s—―–]|(?<=\s)--)+\Z", re.IGNORECASE
)
# Text that was escaped once too often: `&amp;` where the post had `&`.
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#\d{2,5});")
_OPENING_TAGS = re.compile(r"(?:<(?:blockquote|div|p|q|section|span)(?:\s[^<>]{0,300})?>\s*)+", re.IGNORECASE)
_BREAK_TAG = re.compile(r"\s*<br ?/?>\s*")
# Marks that print nothing round a post's words.
_BLANKS = " \t\n\u00a0\u200e\u200f"
_DIRECTED = re.compile(r"[\u202a\u202b\u2066-\u2068]([^\u202a-\u202e\u2066-\u2069]*)[\u202c\u2069]")
_DEBRIS_ENDS = frozenset("—―–->rX")
_CHROME = re.compile(r"(?:View (?:image|photo|video)s? on (?:Twitter|X)|\s)+\Z")
_CODE = re.compile(r"https://(?:t\.co|pic\.twitter\.com)/(\w+)")


@dataclass(slots=True, frozen=True)
class Words:
    """A post's words (`None` when it has none) and the links in them, in order, each once."""

    text: str | None
    links: tuple[str, ...]


def parse_words(printed: str, *, labels: Collection[str] = (), split: bool = False) -> Words:
    """Take a post's words and links out of `printed`, the source between where the post begins and its footer.

    One line break stays, two or more become one blank line; Markdown is undone only where it is plain that it is:
    `labels` are those of the article's list of links, and links are `split` if each stands on a line of its own.

    >>> parse_words("> One\\\\_two  \\n>\\n> three https://t.co/abcdefghij ")
    Words(text='One_two\\n\\nthree', links=('https://t.co/abcdefghij',))
    """
    targets: dict[str, None] = {}
    text = _plain_lines(printed)
    if "&" in text and _ENTITY.search(text):
        text = _BREAK_TAG.sub("\n", html.unescape(text))
    if text.startswith("<"):
        text = _OPENING_TAGS.sub("", text, count=1)
    text = show_links(text, targets, labels=labels, split=split)
    if "<http" in text:
        text = _AUTO_LINK.sub(r"\1", text)
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    links = list(find_links(text))
    for link in links:
        targets.setdefault(link.url)
    text = _cut_end(text, _DEBRIS)
    for link in reversed(links):
        if link.end < len(text):
            break
        text = _cut_end(text[: link.start].rstrip(" \t(<["), _CHROME)
    text = _without_direction(text.strip(_BLANKS))
    return Words(text or None, _distinct(targets))


def _without_direction(text: str) -> str:
    """A text without the pair of marks that gives the whole of it a direction; a pair inside stays."""
    whole = _DIRECTED.fullmatch(text) if text[-1:] in ("\u202c", "\u2069") else None
    return whole[1].strip(_BLANKS) if whole else text


def _cut_end(text: str, debris: re.Pattern[str]) -> str:
    """Cut off what matches at the very end, looked for only in the last characters and only where it can be."""
    text = text.rstrip()
    if text[-1:] not in _DEBRIS_ENDS:
        return text
    tail = max(0, len(text) - 200)
    return (text[:tail] + debris.sub("", text[tail:])).rstrip()


def _plain_lines(printed: str) -> str:
    if ">" in printed and not _UNQUOTED.search(printed):
        printed = _QUOTE_MARK.sub("", printed)
    printed = printed.strip()
    if len(printed.splitlines()) > 1:
        printed = _BLANK_LINES.sub("\n\n", _LINE_END.sub("\n", printed))
    return printed


def _distinct(targets: dict[str, None]) -> tuple[str, ...]:
    """X's media link and short link share their code: the first seen stands for both."""
    seen: set[str] = set()
    distinct = []
    for url in targets:
        code = _CODE.fullmatch(url)
        key = code[1] if code else url
        if key not in seen:
            seen.add(key)
            distinct.append(url)
    return tuple(distinct)
