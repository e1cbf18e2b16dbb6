"""Write docs/coverage.md: every known form of embed, the fixtures that show it, and what other tools make of them.

    python tools/make_coverage.py            write it
    python tools/make_coverage.py --check    exit 1 when it is not what fixtures and kept results say

The forms are listed in `tools/coverage_rows.jsonl`; a fixture names those it shows in `row` of its expected.json. What
the other tools gave is read from `benchmarks/peers/results.json` and never computed here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROWS = ROOT / "tools" / "coverage_rows.jsonl"
RESULTS = ROOT / "benchmarks" / "peers" / "results.json"
DOCUMENT = ROOT / "docs" / "coverage.md"
_HEAD = """\
# What is found, form by form

Written by `tools/make_coverage.py`; do not edit. Each row is a form in which pages or extracted texts show a post of a
social network, with the invented fixtures that show it. All but the known misses are tests that pass: handle, date,
words, links, post id and span are what a reader sees. The numbers are those that the fixtures name as their source.

Beside it stands what other tools make of the same fixtures. They were built for other ends, and are measured by one
thing alone: how many of the posts are in what they give, by post id, else by handle, else by the post's first words.
Fixtures are shorter than articles: an extractor keeps of a short page what it would drop from a long one.

{tools}

`2 of 3`: two of the three posts in the row's fixtures. `+1`: one answer that is no post of the fixture. `raises`: it
ended with an error on at least one fixture. `-`: it does not take such input (plain text, or a page without posts for
an extractor). `not run`: the fixture is newer than the results, which `python -m benchmarks.peers.run` renews.
"""
_ABOUT = {
    "tweetfinder": "embedded tweets in HTML",
    "goose3": "its list of tweets in HTML",
    "ural": "the links that it draws out and takes for posts",
    "micawber": "the addresses that it would ask a platform about",
    "trafilatura": "whether the posts' words survive in the text that it extracts",
}


@dataclass(slots=True, frozen=True)
class Fixture:
    """A fixture that shows a row: its name, how many posts it cites, and why it is missed if it is."""

    name: str
    citations: int
    miss: str | None


@dataclass(slots=True, frozen=True)
class Form:
    """A row of the table: its name, which begins with its section's number, and what it is."""

    row: str
    what: str


def read_forms() -> dict[str, list[Form]]:
    """The forms, by section."""
    sections: dict[str, list[Form]] = {}
    for line in ROWS.read_text("utf-8").splitlines():
        record = json.loads(line)
        if "section" in record:
            sections[record["section"]] = []
        else:
            sections[next(reversed(sections))].append(Form(record["row"], record["what"]))
    return sections


def read_fixtures() -> dict[str, list[Fixture]]:
    """The fixtures, by the rows that they show."""
    rows: dict[str, list[Fixture]] = {}
    for path in sorted(ROOT.glob("fixtures/*/*/expected.json")):
        known = json.loads(path.read_text("utf-8"))
        name = f"{path.parent.parent.name}/{path.parent.name}"
        for row in known.get("row", []):
            rows.setdefault(row, []).append(Fixture(name, len(known["citations"]), known.get("known_miss")))
    return rows


def find_gaps(forms: dict[str, list[Form]], fixtures: dict[str, list[Fixture]]) -> Iterator[str]:
    """Name the rows that no fixture shows, and the rows of fixtures that are not listed."""
    listed = {form.row for section in forms.values() for form in section}
    yield from (f"no fixture shows {row!r}" for row in sorted(listed - fixtures.keys()))
    yield from (f"{row!r} of {fixtures[row][0].name} is not listed" for row in sorted(fixtures.keys() - listed))


def format_document(forms: dict[str, list[Form]], fixtures: dict[str, list[Fixture]], results: dict[str, Any]) -> str:
    tools = "\n".join(f"- {_format_tool(tool, results.get(tool, {}))}" for tool in _ABOUT)
    parts = [_HEAD.format(tools=tools), _format_totals(forms, fixtures, results)]
    for section, listed in forms.items():
        lines = [("form", "fixtures", "amberpost", *_ABOUT), ("---",) * (3 + len(_ABOUT))]
        lines += [_format_form(form, fixtures[form.row], results) for form in listed]
        parts.append(f"## {section}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines))
    return "\n".join(parts)


def _format_tool(tool: str, result: dict[str, Any]) -> str:
    version = result.get("version") or f"not run: {result.get('missing', 'no results')}"
    return f"{tool} {version}: {_ABOUT[tool]}"


def _format_totals(forms: dict[str, list[Form]], fixtures: dict[str, list[Fixture]], results: dict[str, Any]) -> str:
    rows = [fixtures[form.row] for section in forms.values() for form in section]
    every = {fixture.name: fixture for row in rows for fixture in row}
    missed = sum(fixture.miss is not None for fixture in every.values())
    cells = (_format_cell(list(every.values()), results.get(tool, {}).get("cases", {})) for tool in _ABOUT)
    return (
        f"{len(rows)} forms in {len(every)} fixtures, {missed} of them known misses. "
        f"Posts in all of them: {', '.join(f'{tool} {cell}' for tool, cell in zip(_ABOUT, cells, strict=True))}.\n"
    )


def _format_form(form: Form, fixtures: list[Fixture], results: dict[str, Any]) -> tuple[str, ...]:
    links = ", ".join(f"[{fixture.name}](../fixtures/{fixture.name})" for fixture in fixtures)
    cells = (_format_cell(fixtures, results.get(tool, {}).get("cases", {})) for tool in _ABOUT)
    return f"{form.row}: {form.what}", links, _format_ours(fixtures), *cells


def _format_ours(fixtures: list[Fixture]) -> str:
    missed = [fixture for fixture in fixtures if fixture.miss]
    if not missed:
        return "passes"
    passing = "passes, but " if len(missed) < len(fixtures) else ""
    return passing + "; ".join(f"known miss: {fixture.miss}" for fixture in missed)


def _format_cell(fixtures: list[Fixture], cases: dict[str, Any]) -> str:
    """What a tool gave on a row's fixtures, added up."""
    given = [cases.get(fixture.name, "not run") for fixture in fixtures]
    counts = [outcome for outcome in given if isinstance(outcome, list)]
    raised = sum(isinstance(outcome, str) and outcome != "not run" for outcome in given)
    asked = [fixture for fixture, one in zip(fixtures, given, strict=True) if one not in (None, "not run")]
    words = [_format_counts(counts, sum(fixture.citations for fixture in asked))] if asked else []
    words += [f"raises on {raised}"] * bool(raised)
    words += ["not run"] * ("not run" in given)
    return ", ".join(filter(None, words)) or "-"


def _format_counts(counts: list[list[int]], posts: int) -> str:
    found, strange = sum(count[0] for count in counts), sum(count[2] for count in counts)
    shown = f"{found} of {posts}" if posts else "" if strange else "none"
    return f"{shown} +{strange}".strip() if strange else shown


def main() -> int:
    parser = argparse.ArgumentParser(description="Write docs/coverage.md out of fixtures and kept results.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when it is out of date")
    check = parser.parse_args().check
    forms, fixtures = read_forms(), read_fixtures()
    gaps = list(find_gaps(forms, fixtures))
    if gaps:
        print("\n".join(gaps), file=sys.stderr)
        return 1
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    document = format_document(forms, fixtures, results)
    if not check:
        DOCUMENT.write_text(document, "utf-8", newline="\n")
        return 0
    if not DOCUMENT.exists() or DOCUMENT.read_text("utf-8") != document:
        print(f"{DOCUMENT.name} is not what the fixtures say: run python tools/make_coverage.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
