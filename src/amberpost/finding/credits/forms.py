"""The forms of credit lines as patterns: platforms as printed, keywords with what joins them, accounts and names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from .words import GLUED_JOINERS, HOSTS, JOINERS, KEYWORD_FORMS, PLACES, PLATFORM_OF, SHORT


def one_of(words: Iterable[str]) -> str:
    """An alternation that shares prefixes, so that a miss costs a few comparisons and not one for each word.

    Python's own alternation tries one word after the other, and the tables have hundreds.

    >>> one_of(["to", "tu", "x"])
    '(?:t(?:o|u)|x)'
    """
    heads: dict[str, list[str]] = {}
    for word in words:
        heads.setdefault(word[:1], []).append(word[1:])
    branches = [
        re.escape(head) + (one_of(rests) if len(rests) > 1 else re.escape(rests[0]))
        for head, rests in sorted(heads.items())
        if head
    ]
    return f"(?:{'|'.join(branches)}){'?' if '' in heads else ''}" if branches else ""


def _lower_class() -> str:
    return "".join(char for char in map(chr, range(0x61, 0x580)) if char.islower())


_UP = rf"[^\W{_lower_class()}]"
WS = r"[ \t\xa0\u202f\u3000\u200e\u200f]"
_GUARD = r"(?![A-Za-z0-9_À-ɏЀ-ӿ])(?!['’]\w|-(?!(?i:screen|sk[æäj]))\w|\.[a-z0-9])"
_KIND = (
    r"(?:[- ](?i:stor(?:y|ies)|live|channel|account|profile|page|group|user|posts?|video|reels?|tweet|канал\w*|"
    r"страниц\w*|kanal\w*|konto|profil|seite|gruppe|beitrag|hesabı))"
)
_TAKEN = (
    r"(?:(?i:screen(?: ?(?:shot|grab|cap|print|capture)s?)?|print ?screen|capture|captura|reprodu[cç][aã]o|"
    r"reproducción|sk(?:ärm|jerm|ærm)(?:dump|bild|bilde|print)|photos?|фото|скриншот|ekran görüntüsü)(?!\w)"
    r"|(?:(?:화면|영상|방송)[ \xa0]?)?(?:캡처|캡쳐|갈무리)|截图|截圖|スクリーンショット)"
)
TAKEN = rf"(?:{WS}?(?:[-/]?{WS}?{_TAKEN}|[(（]{_TAKEN}[)）]))"
LINE_TAKEN = rf"(?:{TAKEN}(?<!s)|より){WS}{{0,2}}[.*_]{{0,3}}{WS}{{0,2}}(?:\n|\Z)"
"""What was taken from a platform, where nothing comes behind it in its line; of several pictures headings speak."""
FIRST_LETTERS = "".join(sorted({form for name in PLATFORM_OF for form in (name[0], name[0].upper())}))
_NAMES = f"(?i:{one_of(PLATFORM_OF)})"
# Names as languages with cases write them: na Facebooku, Twitteristä, Instagram'dan, в Фейсбуке.
_CASED = (
    r"(?:(?i:facebook|instagram|twitter|youtube|tiktok)(?=[uaior'’b])|(?i:фейсбук|инстаграм|твиттер|телеграм)(?=[аеу]))"
)
_CASE = r"(?:u|a|on|in|iin|ist[aä]|iss[aä]|ból|r[óő]l|['’][td][ae]n?|а|е|у)"
# `X.` may begin a name: X. Holm.
_NO_INITIAL = rf"(?!\.[ \xa0]?{_UP}[\w’'-]{{1,29}}(?: {_UP}[\w’'-]{{1,29}})?{WS}*(?:$|[\n,;/|)]|et al))"
_SHORT = "|".join(name + (_NO_INITIAL if name == "X" else "") for name in SHORT)
_ALIAS = (
    rf"(?:{WS}?/{WS}?(?:X|(?i:twitter))|{WS}?[(（]{WS}?(?i:formerly|previously|ex|anciennement|vormals|früher|ehemals|antes|"
    rf"antigo|antiguo|già|voorheen|tidligere|tidigare|бывший|eski|dulu|旧|舊|原)?[ -]?(?:X|(?i:twitter)){WS}?[)）])"
)
_TWITTER = rf"(?P<twitter>(?:X|(?i:twitter)|엑스|エックス){_ALIAS}){_GUARD}"
_CALLED = rf"(?P<cased>{_CASED}){_CASE}{_GUARD}|(?P<platform>{_NAMES}|{_SHORT})"
PLATFORM = rf"(?=[{FIRST_LETTERS}])(?:{_TWITTER}|(?:{_CALLED}){_KIND}?{_GUARD})"
_PLATFORM_KIND = rf"(?=[{FIRST_LETTERS}])(?:{_CALLED}){_KIND}{_GUARD}"
_HANDLE = (
    r"(?>[A-Za-z0-9_][A-Za-z0-9_.\-\\]{0,39}(?:@[A-Za-z0-9\-]{1,30}\.[A-Za-z0-9.\-]{2,30})?|[^\W\d_A-Za-z]\w{0,29})"
)
_AT = rf"(?:[@＠]|u/)(?P<handle>{_HANDLE})"
_AT_NEAR = rf"(?:[@＠]{WS}?|u/)(?P<handle>{_HANDLE})"
_URL = r"\]\((?P<url>https?://[^()\s]{4,200})\)"
_REST = r"[^\s:：|()（）\[\]{}<>/,，;；*\"“”«»@=。、]"
_WORD = rf"(?:{_UP}\.|{_UP}{_REST}{{0,29}}(?<![.!?]))"
_PARTICLE = (
    rf"(?:(?:de|da|do|dos|das|di|del|della|la|le|les|du|des|van|von|der|den|of|the|and|und|et|y|e|al|el|bin|ng){WS})"
)
NAME = rf"(?:{_WORD}(?:{WS}{_PARTICLE}{{0,2}}{_WORD}){{0,3}}|[A-Za-z0-9_][\w.\-]{{0,39}})"
_PART = r"[^\n:：|()（）\[\]{}<>/,，;；*\"“”«»=。、]{1,50}?"
_CLOSE = rf"(?={WS}*(?:$|\n|[)）\]】|.,;；，。、*_<>\"”»]|より|から))"
_SLASH = rf"{WS}?(?://?|／){WS}?"

# What must stand near for a form to be worth a look, where a look can be saved.
NEEDED: dict[str, str] = {}


def _where(marks: str, pattern: str) -> str:
    NEEDED[pattern] = f"[{marks}]"
    return pattern


# Patterns stay text until they are needed: compiling all of them takes a tenth of a second, and few runs need all.
Forms = tuple[tuple[str, str], ...]


@cache
def compile_once(pattern: str) -> re.Pattern[str]:
    """Compile a pattern at its first use.

    Most runs need few of them, and all together cost more than many an article takes.

    >>> compile_once("[a-c]+") is compile_once("[a-c]+")
    True
    """
    return re.compile(pattern)


_SEPARATED = (
    rf"(?:['’]s{WS}|さん|氏)?(?:(?P<sep>//?|／|[|,–—-]|の|,{WS}via\b|(?:{PLACES})\b){WS}{{0,2}})?(?P<open>[(（\[])?"
)
_ACCOUNT = rf"{_AT}(?:\]\([^()\s]{{4,200}}\))?"
ACCOUNT_PLATFORM = rf"{_ACCOUNT}{WS}{{0,2}}{_SEPARATED}{PLATFORM}"
ACCOUNT_FORMS: Forms = (
    ("account-platform", rf"\[?{ACCOUNT_PLATFORM}(?:\]\([^()\s]{{4,200}}\))?"),
    ("account-link", _where("]", rf"\[{_AT}{_URL}")),
    ("account", rf"{_AT}(?:さん|氏|님)?(?![\w@])"),
)
LINKED_NAME: Forms = (
    ("name-platform", _where("]", rf"\[(?P<name>[^\[\]\n]{{1,40}})\]\([^()\s]{{4,200}}\){_SLASH}{PLATFORM}")),
)
PLATFORM_FORMS: Forms = (
    (
        "platform-account",
        rf"{PLATFORM}{TAKEN}?{WS}{{0,2}}(?P<sep>//?|／|[:：|,–—-]|(?:by|from|of|von|van|par|de|da|do|di|av|af|door)\b)?"
        rf"{WS}{{0,2}}(?P<open>[(（\[])?{_AT_NEAR}(?:{_URL})?",
    ),
    (
        "platform-name",
        _where('«“„"「『', rf"{PLATFORM}(?:{_SLASH}|{WS}?)[«“„\"「『](?P<name>[^»”“\"」』\n]{{1,40}})[»”“\"」』]"),
    ),
    ("platform-name", _where("(（", rf"{PLATFORM}{WS}[(（](?P<name>[A-Za-z0-9]+[._][\w.]{{1,38}})[)）]")),
    (
        "platform-name",
        _where(
            "/／",
            rf"{PLATFORM}{_SLASH}(?P<name>{_UP}{_REST}{{1,29}}(?:{WS}[^\W\d_][\w’'-]{{0,29}}){{1,4}})"
            rf"(?={WS}*(?:$|[\n)）\]]))",
        ),
    ),
    ("platform-name", _where("/／", rf"{PLATFORM}{_SLASH}(?P<name>{NAME})")),
    (
        "platform-name",
        rf"{PLATFORM}:?{WS}[«“\"]?(?P<name>{_WORD}(?:{WS}{_PARTICLE}{{0,2}}{_WORD}){{0,4}})[»”\"]?{_CLOSE}",
    ),
    (
        "platform-of-name",
        rf"{PLATFORM}{WS}(?:of|der|des|del|de|di|da|do|van|von|vom|av|af|från|fra){WS}(?:(?:the|la|le|el){WS})?"
        rf"(?P<name>{_WORD}(?:{WS}{_PARTICLE}{{0,2}}{_WORD}){{0,4}}){_CLOSE}",
    ),
    ("platform", rf"{PLATFORM}(?:{TAKEN}?{_CLOSE}|(?=/|{WS}(?:by|via|/)))"),
)
_NAME = rf"(?P<name>{_WORD}(?:{WS}{_PARTICLE}{{0,2}}{_WORD}){{0,3}}?)"
_GLUED = r"(?P<platform>(?:Twitter|Instagram|Facebook|TikTok|YouTube|Telegram))"
GLUED_FORMS: Forms = (("platform-glued", rf"{_GLUED}(?={_UP}[a-z])"),)
SLASHED_FORMS: Forms = (
    ("name-platform", rf"{_NAME}{_SLASH}{_GLUED}(?={_UP}[a-z])"),
    ("platform-account", rf"(?:{_PART}/){{1,2}}?{WS}?{PLATFORM}(?:{_SLASH}|{WS}){_AT}"),
    ("name-platform", rf"(?P<name>{_PART}(?:/{_PART}){{0,2}}){WS}?//?{WS}?{PLATFORM}(?:{TAKEN}{_CLOSE})?"),
)
WIDE_FORMS: Forms = (
    ("name-platform", rf"(?P<name>[가-힣]{{2,5}}{WS}|[\u4e00-\u9fff]{{2,4}}){PLATFORM}{TAKEN}?{_CLOSE}"),
)
NAME_FORMS: Forms = (
    ("account-platform", _where("(（", rf"{NAME}{WS}?[(（]{_ACCOUNT}[)）]{WS}{{0,2}}{_SEPARATED}{PLATFORM}")),
    ("name-platform", _where('«“"', rf"[«“\"](?P<name>[^»”\"\n]{{1,40}})[»”\"]{WS}?[/,]{WS}?{PLATFORM}")),
    (
        "name-platform",
        rf"(?P<name>{NAME})(?:{WS}?,{WS}?|{WS}(?:{PLACES}){WS}|{WS}(?P<open>[(（]))(?:(?:{PLACES}){WS})?{PLATFORM}{_CLOSE}",
    ),
    ("name-platform", _where("|", rf"(?P<name>{NAME}){WS}?\|{WS}?{PLATFORM}(?={WS}*(?:$|\n))")),
    ("name-platform", _where("'’", rf"{_NAME}['’]s?{WS}(?:(?:official|verified|own){WS})?{PLATFORM}{_CLOSE}")),
    ("name-platform", rf"{_NAME}{WS}{_PLATFORM_KIND}{_CLOSE}"),
)
LINK = re.compile(
    rf"(?P<scheme>https?://)?(?:(?:www|m|mobile)\.)?(?P<host>(?i:{one_of(HOSTS)}))(?:/(?P<path>[^\s()\[\]<>\"“”]*)|(?![\w./-]))"
)
_GLUED_KEYS = {form for form in KEYWORD_FORMS if form[-1] > "\u0e00"} | {"©"}
_KEY = rf"(?:(?i:{one_of(KEYWORD_FORMS - _GLUED_KEYS)})(?![A-Za-z0-9_À-ɏЀ-ӿ])|{one_of(_GLUED_KEYS)})"
_JOIN = rf"(?:{one_of(JOINERS)}{WS}|{GLUED_JOINERS}{WS}?)"
_KEYED = rf"{_KEY}[*_]{{0,2}}(?:{WS}{{0,2}}[:：=＝/／|ㅣ,–—-])?{WS}{{0,2}}[*_]{{0,2}}{WS}?"
HEAD = rf"(?:{_KEYED}(?:{_KEYED}|{_JOIN}){{0,5}})"
HEADS = rf"(?:{_KEYED}|{_JOIN}(?:/{WS}?)?){{0,6}}"
BETWEEN = re.compile(
    rf"{WS}{{0,2}}(?:[()（）\[\],;，、；&|+·•/]|(?:and|und|et|y|e|og|och|en|ja|i|и|і|ve|dan|và)\b){WS}{{0,2}}[()（）\[\]|]{{0,2}}{WS}?"
)
AGENCY = re.compile(NAME)
