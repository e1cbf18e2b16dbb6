"""Write the README's table of platforms out of the code, so that it promises what this version does and no more.

    python tools/make_readme_table.py            write it between its two markers
    python tools/make_readme_table.py --check    exit 1 when the README's table is not what the code says

Platforms of which the same is true share a row.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from amberpost.finding.creditwords import PLATFORMS as CREDITED
from amberpost.platforms import BY_ID, RESIDUAL

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- platforms: written by tools/make_readme_table.py -->\n", "<!-- end of platforms -->\n"
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


def place_table(page: str) -> str:
    """Put the table between the markers of a page; one that lacks them raises `ValueError`.

    >>> place_table(BEGIN + "old" + END).startswith(BEGIN + "| platform")
    True
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, behind = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page lacks the lines {BEGIN.strip()} and {END.strip()}: put them where the table goes")
    return f"{before}{BEGIN}{format_table()}{END}{behind}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the table is not current")
    page = README.read_text("utf-8")
    current = place_table(page)
    if parser.parse_args().check:
        return int(current != page)
    README.write_text(current, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
