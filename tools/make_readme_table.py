"""Write the README's two tables out of what the code does, so that it promises what this version does and no more.

    python tools/make_readme_table.py            write them, each between its two markers
    python tools/make_readme_table.py --check    exit 1 when one is not what the code says

Platforms of which the same is true share a row of the first. The second is made by the demo: each row is a citation of
its articles, whose post the small internet still has, or has no more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from amberpost import Archive, CitedPost
from amberpost.commands.demo import run_demo
from amberpost.finding.credits.words import PLATFORMS as CREDITED
from amberpost.platforms import BY_ID, RESIDUAL

README = Path(__file__).resolve().parents[1] / "README.md"
PLATFORMS = "platforms"
FATES = "fates"
_SHOWN = {
    "penrosesons": "still exists",
    "signeakerlind": "was deleted, and the Wayback Machine has a copy",
    "samer_halbouni": "was deleted, and was never archived",
    "lindmarmarathon": "has no link in the article that leads to it",
}
_HEAD = ("platform", "html", "text", "permalink", "credit")


class Abilities(NamedTuple):
    """What is found of one platform: its embeds in HTML, their residue in text, its permalinks, credits to it."""

    html: str
    text: str
    permalink: str
    credit: str


def read_abilities(platform: str) -> Abilities:
    """Read off the code's own tables what is found of a platform.

    >>> read_abilities("twitter").text, read_abilities("youtube").text
    ('yes', '-')
    """
    module = BY_ID.get(platform)
    known = "yes" if module else "-"
    text = "yes" if platform in RESIDUAL else "-"
    return Abilities(html=known, text=text, permalink=known, credit="yes" if platform in CREDITED else "-")


def format_table() -> str:
    rows: dict[Abilities, list[str]] = defaultdict(list)
    for platform in sorted({*BY_ID, *CREDITED}):
        rows[read_abilities(platform)].append(platform)
    fullest_first = sorted(rows.items(), key=lambda row: (-row[0].count("yes"), row[1]))
    cells = [_HEAD, ("---",) * len(_HEAD), *((", ".join(ids), *abilities) for abilities, ids in fullest_first)]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def format_fates() -> str:
    """What the demo's archive says of the citations of `_SHOWN`."""
    rows = {row.handle: row for row in _take_tour()}
    head = ("a tweet that ...", "outcome", "verdict", "what there is of it", "says who")
    cells = [head, ("---",) * len(head), *(_describe(fate, rows[handle]) for handle, fate in _SHOWN.items())]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _take_tour() -> list[CitedPost]:
    with tempfile.TemporaryDirectory() as folder:
        if run_demo(folder, say=lambda _: None):
            raise SystemExit("the demo ended with a fault: run `amberpost demo` to see which")
        with Archive(Path(folder) / "archive") as archive:
            return list(archive.export())


def _describe(fate: str, row: CitedPost) -> tuple[str, ...]:
    parts = {
        "id": row.known_id,
        "account": row.known_handle,
        "author's id": row.known_author_id,
        "instant": row.known_posted_at,
        "words": row.known_text,
        "media": row.known_media,
        "counts": row.known_likes is not None,
    }
    had = ", ".join(name for name, value in parts.items() if value)
    named = "id, account and instant, by its address" if row.known_id and not row.known_source else had
    return fate, row.outcome or "-", row.verdict or "-", named or "what the article prints", row.known_source or "-"


def place_table(page: str, name: str, table: str) -> str:
    """Put a table between its markers in a page; one that lacks them raises `ValueError`.

    >>> page = "<!-- fates: written by tools/make_readme_table.py -->\\nold<!-- end of fates -->\\n"
    >>> place_table(page, "fates", "new\\n")
    '<!-- fates: written by tools/make_readme_table.py -->\\nnew\\n<!-- end of fates -->\\n'
    """
    begin, end = f"<!-- {name}: written by tools/make_readme_table.py -->\n", f"<!-- end of {name} -->\n"
    before, found, rest = page.partition(begin)
    _, closed, behind = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page lacks the lines {begin.strip()} and {end.strip()}: put them where the table goes")
    return f"{before}{begin}{table}{end}{behind}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the table is not current")
    page = README.read_text("utf-8")
    current = place_table(place_table(page, PLATFORMS, format_table()), FATES, format_fates())
    if parser.parse_args().check:
        if current != page:
            print("README.md: its tables are not what the code does: run python tools/make_readme_table.py")
        return int(current != page)
    README.write_text(current, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
