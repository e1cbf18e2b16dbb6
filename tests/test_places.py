"""Places that citations are found by: each found once, however far apart or close together the marks stand."""

from __future__ import annotations

import random
import re

import pytest

from amberpost import find
from amberpost.finding import residue
from amberpost.finding.anchors import may_cite
from amberpost.finding.credits.anchors import LOOKS, PLATFORM_CASES, list_colons, list_openings
from amberpost.finding.credits.items import account_before_platform
from amberpost.finding.credits.sides import find_accounts, find_slashes
from amberpost.finding.credits.words import KEYWORD_FORMS, OPENING_FORMS
from amberpost.finding.links import HOST_SLASH
from amberpost.finding.places import find_places, has_place, leap, list_places
from amberpost.platforms import HOSTS
from hostile import CITED, HOSTILE

PATTERN = re.compile(r":(?:(?<=o:)|(?=ok))")


def mixed(seed: int) -> str:
    """Marks alone, in rows of many and far apart, some with the neighbours that the pattern asks for."""
    chance = random.Random(seed)
    pieces = (":", "o:", ":ok", "::::", "Nobody left early, and the tram was late again. ", ":" * 70, "a" * 61)
    return "".join(chance.choices(pieces, k=60))


@pytest.mark.parametrize("seed", range(40))
def test_leaping_from_mark_to_mark_finds_what_the_pattern_does(seed: int) -> None:
    text = mixed(seed)
    expected = [match.start() for match in PATTERN.finditer(text)]
    assert expected
    assert list(find_places(text, ":", PATTERN)) == expected
    assert list_places(text, ":", PATTERN, most=len(text)) == expected


@pytest.mark.parametrize("gap", range(58, 70))
def test_a_place_at_the_end_of_a_stretch_is_found_once(gap: int) -> None:
    text = f":{'a' * gap}o::ok"
    assert list(find_places(text, ":", PATTERN)) == [gap + 2, gap + 3]
    assert has_place(text, ":", PATTERN)
    assert not has_place(text[: gap + 1] + ":", ":", PATTERN)


@pytest.mark.parametrize("seed", range(10))
def test_a_block_gives_no_more_places_than_asked_for(seed: int) -> None:
    text = mixed(seed)
    blocks: dict[int, list[int]] = {}
    for match in PATTERN.finditer(text):
        blocks.setdefault(match.start() // 256, []).append(match.start())
    assert list_places(text, ":", PATTERN, most=3) == [at for places in blocks.values() for at in places[:3]]


def test_a_leap_ends_at_the_next_place_or_behind_a_stretch() -> None:
    text = ":" * 100 + "o:" + " " * 200 + ":"
    assert leap(text, ":", PATTERN, 0) == 64
    assert leap(text, ":", PATTERN, 64) == 101
    assert leap(text, ":", PATTERN, 102) == len(text) - 1
    assert leap(text[:-1], ":", PATTERN, 102) == -1


@pytest.mark.parametrize("blank", ["", " ", "**", "\xa0"])
def test_a_colon_behind_any_keyword_is_found(blank: str) -> None:
    cases = (str, str.capitalize, str.upper)
    forms = {case(form) for form in KEYWORD_FORMS - set("©ⓒ") for case in cases}
    texts = {case: f"It was late. {case}{blank}: X" for case in forms}
    assert [
        case for case, text in texts.items() if text.index(f"{blank}: X") + len(blank) not in list_colons(text)
    ] == []
    assert [case for case, text in texts.items() if len(case + blank) not in list_colons(f"{case}{blank}:")] == []


@pytest.mark.parametrize("before", ["It was late (", "It was late [", "It was late.\n", "｜It was late（", ""])
def test_any_keyword_at_an_opening_is_found(before: str) -> None:
    forms = {form.capitalize() for form in OPENING_FORMS if len(form) > 2 or form > "\u2e7f"} - set("©ⓒ📷📸📹🎥")
    assert [form for form in forms if len(before) not in list_openings(f"{before}{form} X")] == []


@pytest.mark.parametrize("seed", range(10))
def test_keywords_among_thick_and_thin_colons_are_found(seed: int) -> None:
    chance = random.Random(seed)
    pieces = ("10:30 ", "so: ", "::::", "Photo: ", "写真：", "It rained all day, and nobody was at the lock. ", "n:o:")
    text = "".join(chance.choices(pieces, k=80))
    blocks: dict[tuple[str, int], list[int]] = {}
    for match in re.finditer(r"(?<=Photo):|(?<=写真)：", text):
        blocks.setdefault((match[0], match.start() // 256), []).append(match.start())
    assert sorted(list_colons(text)) == sorted(at for places in blocks.values() for at in places[:LOOKS])


@pytest.mark.parametrize(("text", "places"), [("A/X", [1]), ("A//X", []), ("A///X", [3]), ("A/" * 3 + "X", [5])])
def test_two_slashes_count_as_one(text: str, places: list[int]) -> None:
    assert list(find_slashes(text)) == places


def test_the_slash_behind_a_host_of_posts_is_found_and_no_other() -> None:
    for host in HOSTS:
        assert list(find_places(f"a/b https://{host}/c/d", "/", HOST_SLASH)) == [13 + len(host) - 1]
    assert not has_place("pic.twitter.com/a, pic.x.com/b, https://a.example/c, and/or", "/", HOST_SLASH)
    assert has_place("https://nitter.example/a", "/", HOST_SLASH)


@pytest.mark.parametrize("text", [*CITED.values(), *(make(400) for make in HOSTILE.values())])
def test_no_text_that_cites_is_passed_over(text: str) -> None:
    found = find(text)
    assert may_cite(text) or not found
    assert may_cite(text, credits=False) or all(citation.kind == "credit" for citation in found)


@pytest.mark.parametrize("joined", ["/", " / ", "|", ", ", " on ", ", via ", " (", "’s ", "さん ", "の", " – ", "]/"])
def test_an_account_is_looked_at_before_any_platform(joined: str) -> None:
    for name in PLATFORM_CASES:
        text = f"Seen. @some_body{joined}{name} "
        assert list(find_accounts(text)) == ([6] if account_before_platform(text, 6) else []), text


@pytest.mark.parametrize("joined", ["/", " ", " / ", " (", "（", ") ("])
def test_an_account_is_looked_at_behind_any_platform(joined: str) -> None:
    for name in PLATFORM_CASES:
        text = f"{name}{joined}@some_body."
        assert list(find_accounts(text)) == [text.index("@")], text


@pytest.mark.parametrize("count", range(9))
@pytest.mark.parametrize("handle", ["(@x)", " (@x)", "（＠x）"])
def test_a_row_of_handles_is_leapt_over_as_if_each_were_read(
    handle: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"Rain. — Ann{handle * count} (@ann) May 1, 2020. A post shared by Bo{handle * count} (@bo)\n"
    leapt = find(text)
    monkeypatch.setattr(residue, "_INNER", re.compile(r"(?!)"))
    assert leapt == find(text)
    assert leapt
