"""What `parse_date` must read, what it must leave alone, and that its table is what CLDR says."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import unicodedata
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest
from babel.dates import format_date
from hypothesis import example, given
from hypothesis import strategies as st

from amberpost.dates import parse_date
from amberpost.footers.datelines import MAY_BE_DATED

DAYS = [dt.date(2024, month, day) for month in range(1, 13) for day in (1, 9, 29)] + [dt.date(2009, 5, 31)]


def _load_make_dates() -> ModuleType:
    path = Path(__file__).parents[1] / "tools" / "make_dates.py"
    spec = util.spec_from_file_location("make_dates", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules["make_dates"] = module
    spec.loader.exec_module(module)
    return module


make_dates = _load_make_dates()
LOCALES = [str(locale) for language in make_dates.LANGUAGES for locale in make_dates.find_locales(language)]


def test_table_is_current() -> None:
    assert make_dates.is_current()


def test_table_has_the_languages_embeds_come_in() -> None:
    assert len(make_dates.LANGUAGES) == len(set(make_dates.LANGUAGES)) >= 100
    assert all(any(make_dates.find_locales(language)) for language in make_dates.LANGUAGES)


@pytest.mark.parametrize("language", make_dates.LANGUAGES)
def test_long_dates_of_cldr_are_read_whole(language: str) -> None:
    for locale in make_dates.find_locales(language):
        for day in DAYS:
            printed = format_date(day, "long", locale)
            found = parse_date(f"{printed} \N{EM DASH} x", 0)
            assert found is not None, printed
            assert (found.day, found.end) == (day, len(printed)), printed
            assert MAY_BE_DATED.match(f" {printed}"), printed


# "Māe" is another month in Breton; "Sun", "Sat", "Fri" are days in English.
SHORT_NAMES_TAKEN = {"mi", "to", "ha", "scn"}


@pytest.mark.parametrize("language", [name for name in make_dates.LANGUAGES if name not in SHORT_NAMES_TAKEN])
def test_medium_dates_of_cldr_are_read_where_they_have_words(language: str) -> None:
    locale = make_dates.read_locale(language)
    if "MMM" not in locale.date_formats["medium"].pattern:
        pytest.skip("its medium dates are numbers")
    for day in DAYS:
        printed = format_date(day, "medium", locale)
        found = parse_date(printed, 0)
        assert found is not None, printed
        assert found.day == day, printed
        assert printed[found.end :] in ("", "."), printed  # the dot of an abbreviated month at the end stays out


# The part in brackets is not the date's.
PRINTED = {
    "25 d’agost de 2017": "2017-08-25",
    "25 d'agost del 2017": "2017-08-25",
    "24 марта 2019 г.": "2019-03-24",
    "24 марта 2019\xa0г.[ И]": "2019-03-24",
    "24 марта 2019\u202fг.": "2019-03-24",
    "24 марта 2016\nг.": "2016-03-24",
    "29 листопада 2024 р.": "2024-11-29",
    "7 Oct 2016": "2016-10-07",
    "2016, 2月 9": "2016-02-09",
    "2016 年 9 月 23 日": "2016-09-23",
    "2018年12月1日[の]": "2018-12-01",
    "2013년, 7월 20일": "2013-07-20",
    "2016년 2월 25일": "2016-02-25",
    "1 tháng 4, 2019": "2019-04-01",
    "1 tháng 4 năm 2019": "2019-04-01",
    "ngày 1 tháng 4 năm 2019": "2019-04-01",
    "Mon Apr 01 07:05:09 +0000 2019": "2019-04-01",
    "1 نيسان/أبريل 2019": "2019-04-01",
    "1 במרס 2019": "2019-03-01",
    "2019၊ ဧပြီ ၁": "2019-04-01",
    "febrero 8, 2016": "2016-02-08",
    "October 07, 2014": "2014-10-07",
    "13 de Mar, 2018": "2018-03-13",
    "Дек 20, 2017": "2017-12-20",
    "Mär 12, 2018": "2018-03-12",
    "29 Mars 2017": "2017-03-29",
    "7\\. November 2015": "2015-11-07",
    "٢٩ نوفمبر ٢٠٢٤": "2024-11-29",
    "29 نوفمبر، 2024": "2024-11-29",
    "۲۹ نوامبر ۲۰۲۴": "2024-11-29",
    "२९ नवंबर २०२४": "2024-11-29",
    "29 พฤศจิกายน พ.ศ. 2567": "2024-11-29",
    "29 พฤศจิกายน ค.ศ. 2024": "2024-11-29",
    "29 พ.ย. 2567": "2024-11-29",
    "2024. november 29.": "2024-11-29",
    "2024 m. lapkričio 29 d.": "2024-11-29",
    "2024. gada 29. novembris": "2024-11-29",
    "2024(e)ko azaroaren 29(a)": "2024-11-29",
    "29. новембар 2024.": "2024-11-29",
    "Nobyembre 29, 2024": "2024-11-29",
    "17 בפברואר 2014": "2014-02-17",
    "\u200f17 בפברואר\u200f \u200e2014[\u200f x]": "2014-02-17",
    "29 NOVEMBRE 2024": "2024-11-29",
    "13 KASIM 2016": "2016-11-13",
    "5 NİSAN 2016": "2016-04-05",
    "29 ΝΟΕΜΒΡΙΟΥ 2024": "2024-11-29",
    "May 3rd, 2020": "2020-05-03",
    "3rd of May, 2020": "2020-05-03",
    "1er mars 2017": "2017-03-01",
    "29 November, 2024": "2024-11-29",
    "Sept. 4, 2020": "2020-09-04",
    "Monday, September 12, 2016": "2016-09-12",
    "Jeudi 26 mars 2020": "2020-03-26",
    "Jueves, 12 de noviembre de 2020": "2020-11-12",
    "Sonntag, den 13. November 2016": "2016-11-13",
    "9 Ocak 2017 Pazartesi": "2017-01-09",
    "2024年11月29日 金曜日": "2024-11-29",
    "2026-09-09": "2026-09-09",
    "2026-03-30T13:39:52.000Z[ x]": "2026-03-30",
    "1632395195000": "2021-09-23",
    "2024/11/29": "2024-11-29",
    "2024.11.29": "2024-11-29",
    "2024. 11. 29.": "2024-11-29",
    "29.11.2024[. Dann]": "2024-11-29",
    "29/11/2024": "2024-11-29",
    "11/29/2024": "2024-11-29",
    "05/05/2024": "2024-05-05",
    "December 30, 2017[In the Saturday]": "2017-12-30",
    "December 30, 2017[1 person]": "2017-12-30",
    "30 December 2017[12 people]": "2017-12-30",
    "November 29,\n> 2024": "2024-11-29",
    "14 de abril de\r\n> > 2019": "2019-04-14",
    "November\n\n29, 2024[\n\nThen]": "2024-11-29",
    "29  November   2024": "2024-11-29",
    "12. listopadu 2014": "2014-11-12",
    "12 listopada 2014": "2014-11-12",
    "12. listopada 2014.": "2014-10-12",
    "12. srp 2014.": "2014-07-12",
    "November 29, 2024[. Then]": "2024-11-29",
    "29 November 2024[.]": "2024-11-29",
    "29. November 2024[. Dann]": "2024-11-29",
    "November 29, 2024[ at the citadel]": "2024-11-29",
    "November 29, 2024[ and at 10:30]": "2024-11-29",
    "October 1, 2012 6:03:30 PM UTC": "2012-10-01",
    "October 1, 2012\n> 6:03:30 PM UTC": "2012-10-01",
    "7 March 2025 at 22:57[.]": "2025-03-07",
    "7 mai 2025 à 06:06[ est venu]": "2025-05-07",
    "Mar 7, 2018 at 7:39pm PST": "2018-03-07",
    "November 4, 2024 at 9:09\u202fAM": "2024-11-04",
    "29 Mars 2017 à 11h25 PDT": "2017-03-29",
    "Mär 12, 2018 um 12:30 PDT": "2018-03-12",
    "13 de Mar, 2018 às 6:32 PDT": "2018-03-13",
    "Дек 20, 2017 at 1:04 PST": "2017-12-20",
    "3. maj 2021 kl. 12.30": "2021-05-03",
    "2025年2月11日 19:30": "2025-02-11",
    "Jun 3, 2018 at 5:56pm PDT[ Jun 3, 2018 at 5:56pm PDT]": "2018-06-03",
    "05:38 PM - 07 Jun 2019[ Reply]": "2019-06-07",
    "2:36 PM · Mar 23, 2026[ · 839K Views]": "2026-03-23",
}


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_seen_forms(printed: str, form: Literal["NFC", "NFD"]) -> None:
    printed, after = unicodedata.normalize(form, printed), unicodedata.normalize(form, PRINTED[printed])
    date, _, rest = printed.partition("[")
    found = parse_date(f"@x {date}{rest.rstrip(']')}", 3)
    assert found is not None
    assert found.day == dt.date.fromisoformat(after)
    assert found.end == 3 + len(date)
    assert MAY_BE_DATED.match(f" {date}")


@pytest.mark.parametrize("printed", ["February 31, 2020", "31. Februar 2020", "31 de noviembre de 2020", "2023-02-29"])
def test_a_day_that_does_not_exist_is_kept_without_a_day(printed: str) -> None:
    found = parse_date(printed, 0)
    assert found is not None
    assert (found.day, found.text) == (None, printed)


def test_text_is_what_was_printed_without_breaks_and_escapes() -> None:
    found = parse_date("7\\. November\n>  2015", 0)
    assert found is not None
    assert found.text == "7. November 2015"


@pytest.mark.parametrize(
    ("printed", "form"),
    [("1632395195000", "epoch"), ("2026-09-09", "iso"), ("29.11.2024", "numeric"), ("2018年12月1日", "words")],
)
def test_form(printed: str, form: str) -> None:
    found = parse_date(printed, 0)
    assert found is not None
    assert found.form == form


def test_without_time_the_clock_stays_out() -> None:
    for printed, date in (
        ("Mar 7, 2018 at 7:39pm PST", "Mar 7, 2018"),
        ("2026-03-30T13:39:52Z", "2026-03-30"),
        ("2025年2月11日 19:30", "2025年2月11日"),
    ):
        found = parse_date(printed, 0, time=False)
        assert found is not None
        assert found.text == date
    assert parse_date("7:04 PM - 29 Nov 2024", 0, time=False) is None


NOT_DATES = [
    "",
    "May",
    "March on Washington",
    "may 3 people",
    "12 people",
    "October *NUMBER*, *NUMBER*",
    "2024",
    "3 of 2020",
    "Mar-a-Lago",
    "May 3",
    "May 3 in Paris",
    "16323951951234567",
    "163239519500",
    "9632395195000",
    "1002395195000",
    "+1 202 555 2024",
    "202-555-0114",
    "555-12-2024",
    "3/4/2024",
    "11.29.2024",
    "2024-13-45",
    "10.11.2024.5",
    "2024-11-29-some-slug",
    "2024/11/29/slug",
    "November 29, 1024",
    "November 29, 2150",
    "November 1989",
    "November 290, 2024",
    "Mar 3 - 2020",
    "Sat 3, 2020",
    "Sunday 2020",
    "3 a 2020",
    "10 the 2020",
    "12 in March 2020",
    "November 29\n\n\n2024",
    "Marches 3, 2020",
    "12:30 PM",
    "Tweet may have been deleted (opens in a new tab) 3, 2020",
    "3 \0 May 2020",
    "[November 29, 2024](x)",
]


@pytest.mark.parametrize("source", NOT_DATES)
def test_near_misses(source: str) -> None:
    assert parse_date(source, 0) is None


def test_reads_only_at_the_place_asked() -> None:
    source = "so on May 3, 2020 it was"
    assert [at for at in range(-3, len(source) + 3) if parse_date(source, at)] == [source.index("May")]


def test_english_dates_do_not_load_the_table() -> None:
    code = (
        "import sys; from amberpost.dates import parse_date; "
        "assert parse_date('Nov 3, 2020 at 10:30', 0) and parse_date('3 May 2020', 0); "
        "assert 'amberpost.dates.table' not in sys.modules; "
        "assert parse_date('3 mai 2020', 0) and 'amberpost.dates.table' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


WORDS = (
    "29 3 2024 20245 1632395195000 May november d’agost марта 年 月 日 년 พ.ศ. at kl. 7:39pm PST г. (a) de ٢ İ . , - >"
)
MARKS = ["\\", "\n", "\r\n", "\t", "\0", "\u200f", "\u202f", "\u0301", "\u1161", "\u094d", "\ud800", "\U0001f600"]
PIECES = st.sampled_from(WORDS.split() + MARKS)


@given(
    st.lists(PIECES | st.text(max_size=4), max_size=30), st.sampled_from(["", " "]), st.integers(-2, 60), st.booleans()
)
@example(["29", "May", "2024", "\n" * 40], " ", 0, True)
def test_any_text_gives_a_true_span_or_none(pieces: list[str], glue: str, at: int, time: bool) -> None:
    source = glue.join(pieces)
    found = parse_date(source, at, time=time)
    if found is not None:
        assert at <= found.start < found.end <= min(len(source), at + 90)
        assert found.text == " ".join(found.text.split()) != ""
        assert (
            found.form == "epoch" or found.day is None or str(found.day.day) in _digits(source[found.start : found.end])
        )


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


@given(
    st.sampled_from(LOCALES),
    st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from([" ", "\n", "\n> ", "\xa0"]),
)
def test_long_dates_survive_wrapping(name: str, day: dt.date, space: str) -> None:
    printed = format_date(day, "long", make_dates.read_locale(name)).replace(" ", space)
    found = parse_date(printed, 0)
    assert found is not None
    assert (found.day, found.end) == (day, len(printed))
