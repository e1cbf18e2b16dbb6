"""A million links in an archive's queue: `python -m benchmarks.queue fill FOLDER LINKS`, then `resume FOLDER PORT`.

`resume` opens the archive, fetches until the first answer came, and prints the seconds that this took.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from .clients import LOAD, open_archive

if TYPE_CHECKING:
    from amberpost.archive.tallies import Event

_AFTER_THE_FIRST = 200  # links, so that memory is that of a run and not only of its start


def main() -> int:
    what, folder, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    print(fill(folder, number) if what == "fill" else resume(folder, number))
    return 0


def fill(folder: str, links: int) -> float:
    """Queue so many links and say how many seconds that took."""
    begin = time.perf_counter()
    with open_archive(folder, 0) as archive:
        archive.add_urls(LOAD.find_urls(links))
    return time.perf_counter() - begin


def resume(folder: str, port: int) -> float:
    """Go on with an archive and say how many seconds its first answer took, the opening included."""
    begin = time.perf_counter()
    seen: list[float] = []

    def watch(_: Event) -> None:
        seen.append(time.perf_counter() - begin)

    with open_archive(folder, port) as archive:
        archive.run(limit=_AFTER_THE_FIRST, watch=watch)
    return seen[0]


if __name__ == "__main__":
    sys.exit(main())
