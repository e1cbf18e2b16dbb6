"""The items of a credit line, each parsed forwards from one place: `X/@somebody`, `Some Name/X`, `@somebody on X`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from ..platforms import parse_permalink
from .creditwords import (
    AGENCIES,
    HOSTS,
    JOINERS,
    KEYWORD_FORMS,
    NOT_ACCOUNTS,
    PLACES,
    PLATFORM_OF,
    SHORT,
    is_handle,
    platform_of,
)

REACH = 120
"""How far a line is read from where an item may begin; it bounds the time spent on any one place."""
MOST_ITEMS = 12


def one_of(words: Iterable[str]) -> str:
    """An alternation that shares prefixes, so that a miss costs a few comparisons and not one for each word."""
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(word[:1], []).append(word[1:])
    branches = [
        re.escape(head) + (one_of(rests) if len(rests) > 1 else re.escape(rests[0]))
        for head, rests in sorted(heads.items(), reverse=True)
        if head
    ]
    return f"(?:{'|'.join(branches)}){'?' if '' in heads else ''}" if branches else ""


def _lower_class() -> str:
    return "".join(char for char in map(chr, range(0x61, 0x580)) if char.islower())


WS = r"[ \t\xa0\u202f\u3000\u200e\u200f]"
_GUARD = r"(?![A-Za-z0-9_À-ɏЀ-ӿ])(?![-'’]\w|\.[a-z0-9])"
_KIND = r"(?:[- ](?i:stor(?:y|ies)|live|channel|account|profile|page|канал\w*|kanal|konto|profil|hesabı))?"
FIRST_LETTERS = "".join(sorted({form for name in PLATFORM_OF for form in (name[0], name[0].upper())}))
_NAMES = f"(?i:{one_of(PLATFORM_OF)})"
_ALIAS = (
    rf"(?:{WS}?/{WS}?(?:X|(?i:twitter))|{WS}?[(（]{WS}?(?i:formerly|previously|ex|anciennement|vormals|früher|ehemals|antes|"
    rf"antigo|antiguo|già|voorheen|tidligere|tidigare|бывший|eski|dulu|旧|舊|原)?[ -]?(?:X|(?i:twitter)){WS}?[)）])"
)
_TWITTER = rf"(?P<twitter>(?:X|(?i:twitter)){_ALIAS}){_GUARD}"
PLATFORM = rf"(?=[{FIRST_LETTERS}])(?:{_TWITTER}|(?P<platform>{_NAMES}|{'|'.join(SHORT)}){_KIND}{_GUARD})"
_HANDLE = (
    r"(?>[A-Za-z0-9_][A-Za-z0-9_.\-\\]{0,39}(?:@[A-Za-z0-9\-]{1,30}\.[A-Za-z0-9.\-]{2,30})?|[^\W\d_A-Za-z]\w{0,29})"
)
_AT = rf"(?:[@＠]|u/)(?P<handle>{_HANDLE})"
_URL = r"\]\((?P<url>https?://[^()\s]{4,200})\)"
_UP = rf"[^\W{_lower_class()}]"
_REST = r"[^\s:：|()（）\[\]{}<>/,，;；*\"“”«»@=。、]"
_WORD = rf"(?:{_UP}\.|{_UP}{_REST}{{0,29}}(?<![.!?]))"
_PARTICLE = (
    rf"(?:(?:de|da|do|dos|das|di|del|della|la|le|les|du|des|van|von|der|den|of|the|and|und|et|y|e|al|el|bin){WS})"
)
NAME = rf"(?:{_WORD}(?:{WS}{_PARTICLE}{{0,2}}{_WORD}){{0,3}}|[A-Za-z0-9_][\w.\-]{{0,39}})"
_PART = r"[^\n:：|()（）\[\]{}<>/,，;；*\"“”«»=。、]{1,50}?"
_CLOSE = rf"(?={WS}*(?:$|\n|[)）\]】|.,;；，。、*_<>\"”»]|より|から))"
_SLASH = rf"{WS}?(?://?|／){WS}?"

# Patterns stay text until they are needed: compiling all of them takes a tenth of a second, and few runs need all.
_Forms = tuple[tuple[str, str], ...]


@cache
def compile_once(pattern: str) -> re.Pattern[str]:
    """Compile a pattern at its first use."""
    return re.compile(pattern)


_SEPARATED = rf"(?:(?P<sep>//?|／|[|,–—-]|(?:{PLACES})\b){WS}{{0,2}})?(?P<open>[(（\[])?"
_ACCOUNT = rf"{_AT}(?:\]\([^()\s]{{4,200}}\))?"
_ACCOUNT_PLATFORM = rf"{_ACCOUNT}{WS}{{0,2}}{_SEPARATED}{PLATFORM}"
_ACCOUNT_FORMS: _Forms = (
    ("account-platform", rf"\[?{_ACCOUNT_PLATFORM}"),
    ("account-link", rf"\[{_AT}{_URL}"),
    ("account", rf"{_AT}(?![\w@])"),
)
_PLATFORM_FORMS: _Forms = (
    (
        "platform-account",
        rf"{PLATFORM}{WS}{{0,2}}(?P<sep>//?|／|[:：|,–—-]|(?:by|from|of|von|van|par|de|da|do|di|av|af|door)\b)?{WS}{{0,2}}"
        rf"(?P<open>[(（\[])?{_AT}(?:{_URL})?",
    ),
    ("platform-name", rf"{PLATFORM}{_SLASH}(?P<name>{NAME})"),
    (
        "platform-name",
        rf"{PLATFORM}{WS}[«“\"]?(?P<name>{_WORD}(?:{WS}{_PARTICLE}{{0,2}}{_WORD}){{0,4}})[»”\"]?{_CLOSE}",
    ),
    (
        "platform-of-name",
        rf"{PLATFORM}{WS}(?:of|der|des|del|de|di|da|do|van|av){WS}(?:(?:the|la|le|el){WS})?"
        rf"(?P<name>{_WORD}(?:{WS}{_PARTICLE}{{0,2}}{_WORD}){{0,4}}){_CLOSE}",
    ),
    ("platform-name", rf"{PLATFORM}{WS}?[«“„\"](?P<name>[^»”“\"\n]{{1,40}})[»”“\"]"),
    ("platform", rf"{PLATFORM}(?:{_CLOSE}|(?=/|{WS}(?:by|via|/)))"),
)
_GLUED_FORMS: _Forms = (
    ("platform-glued", rf"(?P<platform>(?:Twitter|Instagram|Facebook|TikTok|YouTube|Telegram))(?={_UP}[a-z])"),
)
_NAME_FORMS: _Forms = (
    ("platform-account", rf"(?:{_PART}/){{1,2}}?{PLATFORM}{_SLASH}{_AT}"),
    ("account-platform", rf"{NAME}{WS}?[(（]{_ACCOUNT}[)）]{WS}{{0,2}}{_SEPARATED}{PLATFORM}"),
    ("name-platform", rf"(?P<name>{_PART}(?:/{_PART}){{0,2}}){WS}?//?{WS}?{PLATFORM}"),
    (
        "name-platform",
        rf"(?P<name>{NAME})(?:{WS}?,{WS}?|{WS}(?:{PLACES}){WS}|{WS}(?P<open>[(（]))(?:(?:{PLACES}){WS})?{PLATFORM}{_CLOSE}",
    ),
)
_LINK = re.compile(
    rf"(?P<scheme>https?://)?(?:(?:www|m|mobile)\.)?(?P<host>(?i:{one_of(HOSTS)}))(?:/(?P<path>[^\s()\[\]<>\"“”]*)|(?![\w./-]))"
)
_KEY = rf"(?i:{one_of(KEYWORD_FORMS)})(?![A-Za-z0-9_À-ɏЀ-ӿ])"
_JOIN = rf"{one_of(JOINERS)}(?={WS})"
_KEYED = rf"{_KEY}[*_]{{0,2}}(?:{WS}{{0,2}}[:：=/|–—-])?{WS}{{0,2}}[*_]{{0,2}}{WS}?"
HEAD = rf"(?:{_KEYED}(?:{_KEYED}|{_JOIN}{WS}){{0,5}})"
_HEADS = rf"(?:{_KEYED}|{_JOIN}{WS}){{0,6}}"
_BETWEEN = re.compile(
    rf"{WS}{{0,2}}(?:[()（）\[\],;，、；&|+·•/]|(?:and|und|et|y|e|og|och|en|ja|i|и|ve|dan|và)\b){WS}{{0,2}}[()（）\[\]|]{{0,2}}{WS}?"
)
_AGENCY = re.compile(NAME)


@dataclass(slots=True, frozen=True, kw_only=True)
class Item:
    """One account, name or platform of a credit line; `form` says which of the shapes it has."""

    form: str
    platform: str
    start: int
    end: int
    name: str | None = None
    handle: str | None = None
    post_id: str | None = None
    permalink: str | None = None
    sep: str | None = None
    flags: tuple[str, ...] = ()


def parse_item(text: str, pos: int, *, limit: int) -> Item | None:
    """The item that begins exactly at `pos`, or None.

    >>> parse_item("X/@some_body, AP", 0, limit=16).handle
    'some_body'
    """
    if (link := _LINK.match(text, pos, limit)) is not None:
        return _link_item(link)
    for form, pattern in _forms_for(text, pos, limit):
        if (match := compile_once(pattern).match(text, pos, limit)) is not None and (
            item := _item(form, match)
        ) is not None:
            return item
    return None


def _forms_for(text: str, pos: int, limit: int) -> _Forms:
    if text[pos : pos + 1] in ("@", "＠", "[") or text.startswith("u/", pos):
        return _ACCOUNT_FORMS
    names = _NAME_FORMS if text.find("/", pos, limit) >= 0 else _NAME_FORMS[1::2]
    return (_PLATFORM_FORMS if compile_once(PLATFORM).match(text, pos, limit) is not None else _GLUED_FORMS) + names


def account_before_platform(text: str, at: int) -> bool:
    """Whether the account at `at` is followed by a platform, whatever stands between.

    >>> account_before_platform("@somebody on X", 0)
    True
    """
    return compile_once(_ACCOUNT_PLATFORM).match(text, at, at + REACH) is not None


def find_items(text: str, pos: int, *, limit: int) -> Iterator[Item]:
    """The items of a list that begins at `pos`: further keywords are passed over, agencies are no items.

    The span of an item begins at the keyword in front of it, if there is one.
    """
    start = pos
    for _ in range(MOST_ITEMS):
        after = compile_once(_HEADS).match(text, pos, limit)
        pos = after.end() if after is not None else pos
        item = parse_item(text, pos, limit=limit)
        if item is None:
            passed = _AGENCY.match(text, pos, limit)
            if passed is None or passed.group().casefold() not in AGENCIES:
                return
            pos = passed.end()
        else:
            yield item if item.start == start else replace(item, start=start)
            pos = item.end
        between = _BETWEEN.match(text, pos, limit)
        if between is None:
            return
        start = pos = between.end()


def end_of_head(text: str, pos: int, *, limit: int) -> int:
    """Where a run of keywords and joining words that begins at `pos` ends; `pos` itself when there is none."""
    match = compile_once(_HEADS).match(text, pos, limit)
    return match.end() if match is not None else pos


def line_end(text: str, pos: int) -> int:
    """Where the line ends, at most REACH characters on."""
    end = text.find("\n", pos, pos + REACH)
    return end if end >= 0 else min(len(text), pos + REACH)


def after_marks(text: str, pos: int) -> int:
    """Behind at most five blanks and marks of emphasis."""
    end = pos + 5
    while pos < end and text[pos : pos + 1] in (" ", "\xa0", "*", "_", "\t", "\u3000"):
        pos += 1
    return pos


def _item(form: str, match: re.Match[str]) -> Item | None:
    groups = match.groupdict()
    platform = _platform(groups)
    if groups.get("handle") is not None:
        return _account(form, match, platform)
    if groups.get("name") is not None:
        return _named(form, match, platform)
    return Item(form=form, platform=platform, start=match.start(), end=match.end(), flags=("no-author",))


def _platform(groups: dict[str, str | None]) -> str:
    if groups.get("twitter"):
        return "twitter"
    if groups.get("url"):
        link = _LINK.match(groups["url"] or "")
        return HOSTS[link["host"].lower()] if link is not None else "unknown"
    return platform_of(groups.get("platform") or "") or "unknown"


def _account(form: str, match: re.Match[str], platform: str) -> Item | None:
    raw, end = match["handle"], match.end()
    handle = raw.replace("\\", "")
    if platform in ("twitter", "telegram"):
        handle = (re.match(r"\w*", handle) or match).group()
    handle = handle.rstrip(".-")
    if not handle or (handle.isdigit() and len(handle) < 3):
        return None
    if match.end("handle") == end:
        end -= len(raw.replace("\\", "")) - len(handle)
    if match.groupdict().get("open") and match.string[end : end + 1] in (")", "）", "]"):
        end += 1
    flags = ("platform-unknown",) if platform == "unknown" else ()
    return Item(
        form=form,
        platform=platform,
        start=match.start(),
        end=end,
        handle=handle,
        flags=flags,
        sep=match.groupdict().get("sep"),
    )


def _named(form: str, match: re.Match[str], platform: str) -> Item | None:
    end = match.end() + bool(match.groupdict().get("open"))
    parts = [part.strip() for part in match["name"].split("/")]
    account = next((part for part in parts if part[:1] in ("@", "＠")), None)
    if account is not None:
        return Item(form=form, platform=platform, start=match.start(), end=end, handle=account[1:])
    kept = [part for part in parts if part and part.casefold() not in KEYWORD_FORMS]
    kept = [part for part in kept if platform_of(part) is None] or kept
    if not kept:
        return Item(form=form, platform=platform, start=match.start(), end=end, flags=("no-author",))
    own = [part for part in kept if part.casefold() not in AGENCIES]
    name = (own or kept)[-1]
    if platform_of(name) is not None:
        return None
    if match.end("name") == match.end():
        name, end = _without_stop(name, end)
    if not name:
        return None
    if own and form != "platform-of-name" and is_handle(name, platform=platform):
        return Item(form=form, platform=platform, start=match.start(), end=end, handle=name, flags=("handle-unsure",))
    return Item(form=form, platform=platform, start=match.start(), end=end, name=name)


def _without_stop(name: str, end: int) -> tuple[str, int]:
    bare = name.rstrip(".-")
    return bare, end - (len(name) - len(bare))


def _link_item(match: re.Match[str]) -> Item | None:
    path, platform = (match["path"] or "").rstrip(".,;:!"), HOSTS[match["host"].lower()]
    end = match.end() - len((match["path"] or "")[len(path) :])
    parts = [part for part in path.partition("?")[0].split("/") if part]
    if not parts:
        return Item(form="link", platform=platform, start=match.start(), end=end, flags=("no-author",))
    permalink = parse_permalink(f"{match['host']}/{path}")
    if permalink is not None:
        return Item(
            form="link",
            platform=permalink.platform,
            start=match.start(),
            end=end,
            handle=permalink.handle,
            post_id=permalink.post_id,
            permalink=permalink.url,
        )
    if len(parts) == 2 and parts[0] in ("in", "u", "user", "c", "company", "s", "profile"):
        parts = parts[1:]
    handle = parts[0].lstrip("@")
    if len(parts) == 1 and handle.casefold() not in NOT_ACCOUNTS and is_handle(handle, platform=platform):
        return Item(form="link", platform=platform, start=match.start(), end=end, handle=handle)
    return None
