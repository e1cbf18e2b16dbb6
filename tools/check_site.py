"""Check that a built site loads nothing from other hosts: `python tools/check_site.py FOLDER`; exit code 1: it does."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_LOADS = {"src", "srcset", "poster", "data"}
_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?\s*((?:https?:)?//[^'\")\s]*)", re.IGNORECASE)


class Loads(HTMLParser):
    """Gathers the addresses that a page makes a browser load; links that a reader follows are none of them.

    >>> page = Loads()
    >>> page.feed('<script src="https://cdn.example/a.js"></script><a href="https://paper.example">')
    >>> page.found
    ['https://cdn.example/a.js']
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name in _LOADS or (tag == "link" and name == "href")):
                self.found.append(value)
            elif value and name == "style":
                self.found += _STYLE.findall(value)


def find_foreign(folder: Path) -> Iterator[str]:
    """Each address that a page or a style of the folder loads from another host, with its file."""
    for path in sorted(folder.rglob("*.html")):
        page = Loads()
        page.feed(path.read_text("utf-8"))
        yield from (f"{path}: {address}" for address in page.found if re.match(r"(?i)\s*(?:https?:)?//", address))
    for path in sorted(folder.rglob("*.css")):
        yield from (f"{path}: {address}" for address in _STYLE.findall(path.read_text("utf-8")))


def main() -> int:
    """Say what was found."""
    folder = Path(sys.argv[1])
    found = list(find_foreign(folder))
    pages = len(list(folder.rglob("*.html")))
    print(*found, f"{pages} pages, {len(found)} addresses of other hosts", sep="\n")
    return 1 if found or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
