"""Credit lines: found in many shapes and languages, and not in what only looks like them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amberpost.finding.credits import find_credits
from amberpost.models import Sighting

DATA = Path(__file__).parent / "data"
Fields = tuple[str, str | None, str | None, tuple[str, ...]]

BEFORE = "The storm reached the coast before dawn, and the harbour was closed for the day.\n\n"
AFTER = "\n\nThe mayor said that repairs would take a week (at least) and cost little."


def fields(sighting: Sighting) -> Fields:
    return sighting.platform, sighting.handle, sighting.author_name, sighting.flags


def credit_rows() -> list[tuple[str, str, list[Fields]]]:
    rows = [json.loads(line) for line in (DATA / "credits.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        (
            row["set"],
            row["line"],
            [(c["platform"], c["handle"], c["author_name"], tuple(c["flags"])) for c in row["credits"]],
        )
        for row in rows
    ]


def lookalikes() -> list[str]:
    lines = (DATA / "not_credits.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("# ")]


def found(text: str) -> list[Fields]:
    return [fields(credit) for credit in find_credits(text)]


ROWS, LOOKALIKES = credit_rows(), lookalikes()


def test_data_is_as_wide_as_promised() -> None:
    languages = {json.loads(line)["lang"] for line in (DATA / "credits.jsonl").read_text(encoding="utf-8").splitlines()}
    platforms = {platform for _, _, credits in ROWS for platform, *_ in credits}
    assert len(ROWS) >= 780
    assert len(LOOKALIKES) >= 680
    assert len(languages) >= 53
    assert len(platforms) >= 22


@pytest.mark.parametrize("embedded", [False, True], ids=["alone", "between paragraphs"])
@pytest.mark.parametrize(("which", "floor"), [("tuned", 0.99), ("held-out", 0.99)])
def test_recall_and_precision_do_not_sink(which: str, floor: float, embedded: bool) -> None:
    right = wanted = given_ = 0
    for part, line, credits in ROWS:
        if part == which:
            got = Counter(found(BEFORE + line + AFTER if embedded else line))
            right += (got & Counter(credits)).total()
            wanted, given_ = wanted + len(credits), given_ + got.total()
    print(f"{which}: recall {right / wanted:.4f}, precision {right / given_:.4f}")
    assert right / wanted >= floor
    assert right / given_ >= floor


@pytest.mark.parametrize("embedded", [False, True], ids=["alone", "between paragraphs"])
def test_lookalikes_give_nothing(embedded: bool) -> None:
    wrong = [line for line in LOOKALIKES if found(BEFORE + line + AFTER if embedded else line)]
    assert wrong == []


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\n\n"])
def test_platforms_in_a_list_are_no_credits_each_in_a_line_of_its_own(break_: str) -> None:
    names = ["Facebook photo", "Instagram photo", "X photo"]
    assert [found(BEFORE + name + AFTER)[0][0] for name in names] == ["facebook", "instagram", "twitter"]
    assert found(break_.join(names)) == []
    assert found(BEFORE + break_.join(names) + AFTER) == []
    assert found(BEFORE + break_.join(["Facebook", "Instagram photo"]) + AFTER) == []


@pytest.mark.parametrize(
    ("line", "raw", "expected"),
    [
        ("Credit: Sentdefender/X", "Credit: Sentdefender/X", ("twitter", "Sentdefender", None, ("handle-unsure",))),
        ("Credit: Clashreport/X", "Credit: Clashreport/X", ("twitter", "Clashreport", None, ("handle-unsure",))),
        ("@ThomasVLinge/X", "@ThomasVLinge/X", ("twitter", "ThomasVLinge", None, ())),
    ],
)
def test_credits_of_the_seed_article(line: str, raw: str, expected: Fields) -> None:
    text = BEFORE + line + AFTER
    (credit,) = find_credits(text)
    assert text[credit.start : credit.end] == raw
    assert fields(credit) == expected
    assert (credit.text, credit.links, credit.date) == (None, (), None)


def test_span_begins_at_the_keyword_and_ends_behind_the_name() -> None:
    text = "Where was she? (Picture: Corin Vale/Instagram, Rex/Shutterstock)"
    (credit,) = find_credits(text)
    assert text[credit.start : credit.end] == "Picture: Corin Vale/Instagram"


def test_status_address_gives_post_and_permalink() -> None:
    (credit,) = find_credits("Image Credit: twitter.com/harrow88m/status/1031976170181976011")
    assert (credit.handle, credit.post_id) == ("harrow88m", "1031976170181976011")
    assert credit.permalink == "https://x.com/harrow88m/status/1031976170181976011"


def test_doubled_and_unbalanced_credits_have_spans_of_their_own() -> None:
    text = "Image: Niko_varr/Instagram) Niko_varr/Instagram)"
    raws = [text[credit.start : credit.end] for credit in find_credits(text)]
    assert raws == ["Image: Niko_varr/Instagram", "Niko_varr/Instagram"]


SHARDS = [
    "Credit: ",
    "Photo: ",
    "X",
    "/",
    "@",
    "Some_One",
    "Instagram",
    " via ",
    "(",
    ")",
    "|",
    "\n",
    "twitter.com/a/status/1",
]
SHARDS += ["Ann Oakes", ", ", "写真：", "©", "Foto", "[", "](https://x.com/a)", "\\_", "\ud800", "*"]


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(SHARDS), max_size=40).map("".join)))
def test_any_text_gives_ordered_disjoint_spans(text: str) -> None:
    last = 0
    for credit in find_credits(text):
        assert last <= credit.start < credit.end <= len(text)
        assert credit.kind == "credit"
        last = credit.end


@settings(max_examples=100, deadline=None)
@given(
    st.from_regex(r"[a-z][a-z0-9_]{3,13}", fullmatch=True),
    st.sampled_from(["X", "Twitter", "Instagram", "TikTok", "Truth Social", "YouTube"]),
    st.sampled_from(["Photo: {p}/@{h}", "Credit: @{h}/{p}", "@{h}/{p}", "(Foto: {p}/@{h})", "Source : {p} / @{h}"]),
)
def test_a_written_credit_is_found_again(handle: str, platform: str, shape: str) -> None:
    (credit,) = find_credits(BEFORE + shape.format(h=handle, p=platform) + AFTER)
    assert credit.handle == handle
