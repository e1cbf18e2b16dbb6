"""The `Posted by PAGE on WEEKDAY, DATE` that a Facebook embed leaves, in the languages of its script."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..footers import Footer, Phrase, plain_name
from ..footers.datelines import Dateline, parse_dateline

ID = "facebook"

# "Posted by" and the word before the date. Danish, Swedish, Norwegian, Greek and Romanian: as the site's own pages
# say it, seen in no embed.
_LEADS = (
    ("Posted by", "on"),
    ("Publicad[oa] por", "en|em"),
    ("Publi[ée]e? par", "sur|le|on"),
    ("Pubblicat[oa] da", "su|il"),
    ("Publicat per", "a|el"),
    ("Publicat[ăa]? de", "pe|în"),
    ("Publicerat av", "(?:den)?"),
    ("Publisert av", "(?:den)?"),
    ("Gepostet von", "am"),
    ("Geplaatst door", "op"),
    ("Opublikowany przez(?: użytkownika)?", "(?:na|w|dnia)?"),
    ("Dikirim oleh", "pada"),
    ("Közzétette:", "[–-]"),
    (r"Zveřejnila?(?:\(a\))?", "(?:dne)?"),
    ("Zverejnila?(?: používateľ)?", "(?:dňa)?"),
    ("Slået op af", "(?:den|[–-])?"),
    ("Опубликовано", ""),
    ("Опубліковано", ""),
    ("Публикувано от", "(?:в|на)"),
    ("Δημοσιεύτηκε από", "στις"),
    ("โพสต์โดย", "เมื่อ(?:[ \u00a0]วัน[^ ]{2,12}ที่)?"),
    ("Đăng bởi", "vào"),
)
_FORMS = tuple(
    (re.compile(rf"{lead}(?:[ \u00a0]|(?=\[))"), re.compile(rf"(?:(?<=\))|[ \u00a0>]){before}[\s>]{{0,4}}(?=\S)"))
    for lead, before in _LEADS
)
_NAME_WINDOW = 80
_MOST_TRIES = 8
_WORD = re.compile(r"[^\W\d_]{3,}")
_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?=[ \t]*(?:[\r\n\])]|\Z))")
_TURKISH_NAME = re.compile(r"(?:\A|[\r\n][\s>]*|[.!?…]\s+)([^\n]{1,100}?)(?=\s+paylaştı\Z)")
# What a post's last words end in; a headline above a byline ends in none of it.
_ENDS_WORDS = re.compile(r"(?:[.!?…。！？)\"”»]|[#＃][^\s#]+|/\S{3,}|[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?)\Z")
# What a byline has behind its date, or a sentence: a comma, a category, an hour; letters that go on in lower case.
_GOES_ON = re.compile(r"[^\S\n]*(?:[,.;:|/·•(–—-]|[^\W\d_A-Z]*[a-zß-öø-ÿа-я])|[^\S\n]+[0-9]")
_HEAD = 500


class _Said(NamedTuple):
    """Author and date: where the name ends, the date or only a weekday, and whether a link or a blank marks it."""

    name_end: int
    dateline: Dateline | None
    end: int
    is_marked: bool


def _parse_posted(source: str, at: int, /) -> Footer | None:
    """Read the phrase that begins at `at`.

    Bylines have the same words, so a footer needs its weekday, an end behind it, and words of a post above; or what
    only the embed has: the hard blank before the date, the post's link, no space between words and footer.
    """
    for form in _FORMS:
        lead = form[0].match(source, at)
        if lead:
            said = _find_date(source, lead.end(), form)
            is_embed = said is not None and _is_said(source, at, said)
            return _footer(at, source[lead.end() : said.name_end], said) if said and is_embed else None
    return None


def _is_said(source: str, at: int, said: _Said) -> bool:
    """Tell whether the phrase at `at` is an embed's, and not a byline's."""
    if _GOES_ON.match(source, said.end):
        return False
    evident = said.is_marked or _is_glued(source, at)
    return evident or (said.dateline is not None and _tells_weekday(said.dateline) and _stands_below(source, at))


def _parse_turkish(source: str, at: int, /) -> Footer | None:
    """Read `PAGE paylaştı: DATE`, whose colon stands at `at`."""
    low = max(0, at - _NAME_WINDOW)
    names = list(_TURKISH_NAME.finditer(source, low, at))
    dateline = parse_dateline(source, at + 1)
    if not names or dateline is None or dateline.printed is None or _GOES_ON.match(source, dateline.end):
        return None
    name = names[-1]
    start = name.start(1) + len(name[1]) - len(name[1].lstrip())
    return _footer(start, name[1], _Said(name.end(1), dateline, dateline.end, is_marked=True))


def _footer(start: int, name: str, said: _Said) -> Footer:
    printed = said.dateline.printed if said.dateline else None
    return Footer(
        platform=ID,
        rule="facebook-footer",
        start=start,
        end=said.end,
        handle=None,
        name=plain_name(name),
        printed=printed,
        basis="local" if printed else None,
        flags=() if printed else ("no-date",),
    )


def _find_date(source: str, at: int, form: tuple[re.Pattern[str], re.Pattern[str]]) -> _Said | None:
    """The first date behind a name, on its line or on the next one of a quotation."""
    limit = source.find("\n", at, at + _NAME_WINDOW)
    limit = limit if limit >= 0 and not source.startswith(">", limit + 1) else min(len(source), at + _NAME_WINDOW)
    again = form[0].search(source, at, limit)
    limit = again.start() if again else limit
    place = at
    for _ in range(_MOST_TRIES):
        between = form[1].search(source, place, limit)
        if between is None:
            return None
        dateline = parse_dateline(source, between.end())
        if dateline and dateline.printed and between.start() > at:
            marked = _is_marked(between) or dateline.url is not None
            return _Said(between.start(), dateline, dateline.end, marked)
        weekday = _WEEKDAY.match(source, between.end())
        if weekday:
            return _Said(between.start(), None, weekday.end(), is_marked=_is_marked(between))
        place = between.start() + 1
    return None


def _is_marked(between: re.Match[str]) -> bool:
    mark = any(mark in between[0] for mark in ("\u00a0", ">", "วัน"))
    return mark or between.string.startswith("[", between.end())


def _tells_weekday(dateline: Dateline) -> bool:
    """Tell whether the date has a weekday beside its month, and no hour, which a byline has."""
    words = _WORD.findall(dateline.printed.text) if dateline.printed else []
    return len(words) >= 2 and dateline.printed is not None and ":" not in dateline.printed.text


def _is_glued(source: str, at: int) -> bool:
    """Tell whether no space stands before the phrase, or a quotation's mark, as embeds leave it."""
    before = source[max(0, at - 4) : at]
    return bool(before.strip()) and (not before[-1].isspace() or ">" in before)


def _stands_below(source: str, at: int) -> bool:
    """Tell whether a post's words may stand above: on the line above or before it, but not a headline alone."""
    above = source[max(0, at - _HEAD) : at]
    line_start = not above.rpartition("\n")[2].strip()
    words = above.rstrip("> \t\r\n\u00a0")
    if not line_start or at < _HEAD:
        return bool(_ENDS_WORDS.search(words))
    return bool(words)


# What the phrase begins with, where one pass over a text finds several: these are looked for in every text.
_SHARED = (
    "Posted by",
    *("Publicado por", "Publicada por", "Publié", "Publie par", "Publiee par", "Publicat per"),
    *("Publicat de", "Publicată de", "Publicata de", "Publicerat", "Publisert", "Pubblicat"),
    *("Gepostet", "Geplaatst"),
)
# The same with common words of its language, for the others.
_STARTS = (
    ("Opublikowany", (" się ", " nie ", " na ")),
    ("Dikirim oleh", (" yang ", " dan ")),
    ("Közzétette", (" az ", " és ")),
    ("Zveřejnil", (" na ", " se ")),
    ("Zverejnil", (" na ", " sa ")),
    ("Slået op", (" og ", " det ")),
    ("Опубликован", (" и ", " в ", " на ")),
    ("Опублікован", (" і ", " у ", " та ")),
    ("Публикувано", (" на ", " и ")),
    ("Δημοσιεύτηκε", (" και ", " το ")),
    ("โพสต์โดย", ("ที่",)),
    ("Đăng bởi", (" của ", " và ")),
)
PHRASES: tuple[Phrase, ...] = (
    *(Phrase(start, _parse_posted) for start in _SHARED),
    *(Phrase(start, _parse_posted, words=words) for start, words in _STARTS),
    Phrase(":", _parse_turkish, re.compile(r":(?<=paylaştı:)"), beside="ş", words=(" ve ", " bir ", " bu ")),
)
