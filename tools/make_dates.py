"""Write `src/amberpost/dates/table.py`, the names of months that printed dates use, out of babel's CLDR data.

    python tools/make_dates.py            write it
    python tools/make_dates.py --check    exit 1 when the file is not what CLDR and this script make

Whatever a language prints round a month (`de`, `gada`, `г.`) is learnt from CLDR's own patterns: each is filled in for
all twelve months, and the words that do not change are fillers, the others the name as it is declined and glued there.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel import Locale, localedata
from babel.dates import format_date

from amberpost.dates.spelling import find_words, normalize_name

TARGET = Path(__file__).parents[1] / "src" / "amberpost" / "dates" / "table.py"

# In the order in which embeds are seen: where one spelling means two months, the earlier language has it.
LANGUAGES = tuple(
    """
    en es fr pt de it ja ko zh nl tr ru id pl ca sv ar da nb no nn fi cs uk el ro hu fa hi th vi he bg hr sr sk sl
    mk lt  lv et gl eu fil ms az be bs is ga cy sq hy ka kk uz mn bn ta te mr ur my km lo ne si pa gu kn ml am sw
    af eo lb fo fy  gd br mt ky tk tg tt ug ps sd ku or as kok ast an oc fur rm sc co scn ia ht kea ceb jv su zu
    xh so ha ig mg mi haw to  qu yue ckb dsb hsb se kl sah ab os cv
    """.split()  # noqa: SIM905  # a table, read as a line
)
_LATE_WEEKDAYS = {"tr", "hu", "lt", "az", "kk", "hy"}  # Facebook in Turkish: 9 Ocak 2017 Pazartesi
_SCRIPTS_LEFT_OUT = {"Dsrt", "Shaw", "Mong", "Hmnp"}
_ENGLISH_DAYS = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
_DAY, _YEAR = 29, 2024
_EXTRA_FILLERS = "of de del d di da le den ils the st nd rd th er re º ª พศ คศ พุทธศักราช ค ศ"
# What stands before a date as the name of a weekday does: Vietnamese says that a day follows.
_EXTRA_WEEKDAYS = {"ngay"}
_EXTRA_NAMES = {
    "en": {"sept": 9},
    "fr": {"juil": 7},
    "es": {"set": 9, "setiembre": 9},
    "de": {"maerz": 3, "janner": 1},
    "he": {"במרס": 3, "מרס": 3},
}


@dataclass(slots=True)
class Table:
    """What is known of each spelling: which language means which month by it, the first language first."""

    months: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    dotted: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    fillers: set[str] = field(default_factory=set)
    weekdays: set[str] = field(default_factory=set)
    late_weekdays: set[str] = field(default_factory=set)
    closing: set[str] = field(default_factory=set)
    printed: set[tuple[str, str]] = field(default_factory=set)


def read_locale(name: str) -> Locale:
    """Read one locale as if it were the first.

    babel 2.18 keeps what an alias led to in data that locales share, so that the months which a locale borrows are
    those of whatever locale was asked before ("M01" in Nepali, Chinese names in Serbian): hence the empty cache.
    """
    localedata._cache.clear()
    return Locale.parse(name)


def find_locales(language: str) -> Iterator[Locale]:
    """Yield the language itself and then its territories and scripts, which may have other names."""
    names = (name for name in localedata.locale_identifiers() if name.split("_")[0] == language)
    for name in sorted(names, key=lambda name: (len(name), name)):
        locale = read_locale(name)
        if locale.script not in _SCRIPTS_LEFT_OUT and not re.fullmatch(r"M?\d+", locale.months["format"]["wide"][1]):
            yield locale


def add_language(table: Table, language: str) -> None:
    """Enter all that CLDR knows of one language; earlier entries of a spelling win within the language."""
    for locale in find_locales(language):
        has_dot = bool(re.match(r"d+\.", locale.date_formats["long"].pattern))
        printed = list(find_printed_names(table, locale))
        table.printed.update((name, language) for name, _ in printed)
        names = [*printed, *find_plain_names(locale)]
        for name, month in [*names, *_EXTRA_NAMES.get(language, {}).items()]:
            side = table.dotted if has_dot else table.months
            side[name].setdefault(language, month)
        if re.fullmatch(r"d+\. MMMM y\.", locale.date_formats["long"].pattern):
            table.closing.update(name for name, _ in names)


def is_name(name: str) -> bool:
    """Tell whether this can name a month by itself: not a number ("11月"), not one Latin letter."""
    return not re.search(r"\d", name) and (len(name) > 1 or name > "\u0e00") and name not in _ENGLISH_DAYS


def find_plain_names(locale: Locale) -> Iterator[tuple[str, int]]:
    """Yield the listed names of months, in the spellings people type: also without nukta and hamza."""
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, listed in locale.months[context][width].items():
                for spelling in (listed, re.sub("[\u0653-\u0655\u093c\u09bc\u0a3c]", "", listed)):
                    name = " ".join(word for word in find_words(normalize_name(spelling)) if word not in ("de", "d"))
                    if is_name(name):
                        yield name, month


def find_printed_names(table: Table, locale: Locale) -> Iterator[tuple[str, int]]:
    """Yield the names as the patterns print them, with what is glued to them, and enter fillers and weekdays."""
    for width in ("long", "medium"):
        pattern = locale.date_formats[width].pattern
        if "MMM" not in pattern:
            continue
        printed = [_find_printed_words(pattern, locale, dt.date(_YEAR, month, _DAY)) for month in range(1, 13)]
        same = set(printed[0]).intersection(*printed[1:])
        table.fillers |= same
        for month, words in enumerate(printed, 1):
            name = " ".join(word for word in words if word not in same)
            if is_name(name):
                yield name, month
    _add_weekdays(table, locale)


def _find_printed_words(pattern: str, locale: Locale, day: dt.date) -> list[str]:
    printed = normalize_name(format_date(day, pattern, locale))
    return [word for word in find_words(re.sub(rf"{_DAY}|{_YEAR}", " ", printed)) if not re.search(r"\d", word)]


def _add_weekdays(table: Table, locale: Locale) -> None:
    pattern = locale.date_formats["full"].pattern
    for name in [*locale.days["format"]["wide"].values(), *locale.days["stand-alone"]["wide"].values()]:
        words = [word for word in find_words(normalize_name(name)) if len(word) > 2]
        table.weekdays.update(words)
        if locale.language in _LATE_WEEKDAYS and pattern.endswith("EEEE"):
            table.late_weekdays.update(words)


def make_table() -> Table:
    """Enter every language, in the order that decides disputes."""
    table = Table()
    for language in LANGUAGES:
        add_language(table, language)
    table.weekdays |= _ENGLISH_DAYS | _EXTRA_WEEKDAYS
    table.fillers |= {normalize_name(word) for word in _EXTRA_FILLERS.split()}
    return table


def find_disputes(table: Table) -> Iterator[tuple[str, str]]:
    """Yield each spelling that languages read as different months, with who says what."""
    for name in sorted({*table.months, *table.dotted}):
        voices = {**table.months.get(name, {}), **table.dotted.get(name, {})}
        if len(set(voices.values())) > 1:
            yield name, ", ".join(f"{language} {month}" for language, month in _rank(voices))


def _rank(voices: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(voices.items(), key=lambda voice: LANGUAGES.index(voice[0]))


def _settle(table: Table, name: str, voices: dict[str, int]) -> int:
    """The month of the first language whose dates print this spelling, else of the first that lists it."""
    in_dates = {language: month for language, month in voices.items() if (name, language) in table.printed}
    return _rank(in_dates or voices)[0][1]


def format_table(table: Table) -> str:
    """Lay the table out as a module, a line a name."""
    plain, dotted, comments = {}, {}, {}
    for name in sorted({*table.months, *table.dotted}):
        voices = table.dotted.get(name, {}) | table.months.get(name, {})
        plain[name] = _settle(table, name, table.months.get(name) or voices)
        if name in table.dotted and (month := _settle(table, name, table.dotted[name])) != plain[name]:
            dotted[name] = month
        comments[name] = " ".join(language for language, month in _rank(voices) if month == plain[name])
    weekdays = table.weekdays - set(plain) - table.fillers
    starts = {f"{name} "[:3] for name in {*plain, *weekdays}}
    parts = [
        _HEADER,
        *(f"#   {name}: {voices}" for name, voices in find_disputes(table)),
        "",
        _lay_dict("MONTHS", plain, comments),
        "# The month that these mean behind a day with a dot (29. listopada), in the languages that print it so.",
        _lay_dict("DOTTED", dotted, {}),
        "# Months of languages that print a dot behind the year (29. studenoga 2024.).",
        _lay_set("CLOSING", table.closing),
        "# Words between or behind the numbers of a date that say nothing about the day.",
        _lay_set("FILLERS", table.fillers),
        "# Days of the week, and those that stand behind a date.",
        _lay_set("WEEKDAYS", weekdays),
        _lay_set("LATE_WEEKDAYS", table.late_weekdays & weekdays),
        "# The first three characters of all names: what begins otherwise is no date.",
        _lay_set("STARTS", starts),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


_HEADER = '''"""Names of months in the languages of CLDR, folded. Generated by tools/make_dates.py: do not edit."""

# fmt: off
# ruff: noqa: E501

# Spellings that languages read as different months: the first that prints its days so (with a dot or not) has it.'''


def _lay_dict(name: str, months: dict[str, int], comments: dict[str, str]) -> str:
    lines = (f'    "{key}": {month},' + (f"  # {comments[key]}" if comments else "") for key, month in months.items())
    return "\n".join([f"{name}: dict[str, int] = {{", *lines, "}", ""])


def _lay_set(name: str, words: set[str]) -> str:
    lines, line = [], ""
    for word in sorted(words):
        if len(line) + len(word) > 100:
            lines.append(line)
            line = ""
        line += f'"{word}", '
    body = "\n".join(f"    {line.rstrip()}" for line in [*lines, line] if line)
    return f"{name}: frozenset[str] = frozenset({{\n{body}\n}})\n"


def is_current() -> bool:
    """Tell whether the module in the tree is the one that this script makes."""
    return TARGET.exists() and TARGET.read_text(encoding="utf-8") == format_table(make_table())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is not current")
    if parser.parse_args().check:
        if not is_current():
            print(f"{TARGET.name} is not what CLDR gives: run python tools/make_dates.py")
        return 0 if is_current() else 1
    TARGET.write_text(format_table(make_table()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
