"""The table of citations as data for the page that filters and sorts it: columns of numbers, and what they stand for.

The data are `.js` files that call one function, for a page that was opened from a disk may load scripts and nothing
else. Each column that can be sorted holds places in a sorted list, so that sorting compares numbers only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from .cards import CARDS_A_PAGE
from .shown import shorten, show
from .sources import Row
from .tallies import UNKNOWN, find_author, find_day

ROWS_A_CHUNK = 5000
FOLDER = "data"
_WORDS = 120
_AUTHOR = 60
_ARTICLE = 80


class Line(NamedTuple):
    """What is kept of a row until the end: what the table shows, and where the citation stands."""

    platform: str
    kind: str
    author: str
    day: str
    flags: tuple[str, ...]
    outcome: str
    verdict: str
    article: int
    words: str
    start: int | None
    end: int | None
    raw: str | None


def make_line(row: Row, article: int, *, place: bool) -> Line:
    """What is kept of a row; where it stands only if `place` says that texts will be shown."""
    words = getattr(row, "text", None) or getattr(row, "known_text", None) or getattr(row, "raw", None)
    return Line(
        platform=row.platform or UNKNOWN,
        kind=row.kind or UNKNOWN,
        author=find_author(row),
        day=find_day(row),
        flags=row.flags,
        outcome=row.outcome or "no post known",
        verdict=row.verdict or "not judged",
        article=article,
        words=shorten(words or "", _WORDS),
        start=getattr(row, "start", None) if place else None,
        end=getattr(row, "end", None) if place else None,
        raw=getattr(row, "raw", None) if place else None,
    )


def write_table(lines: Sequence[Line], articles: Sequence[str], folder: Path) -> list[str]:
    """Write the data of the table, and give the names of the files in the order in which they are to be loaded."""
    data = folder / FOLDER
    data.mkdir()
    author = Index(sorted({line.author for line in lines}, key=_by_letters))
    article = Index(sorted(set(articles), key=_by_letters))
    columns: dict[str, tuple[Index, Callable[[Line], object]]] = {
        "platform": (Index(sorted({line.platform for line in lines})), lambda line: line.platform),
        "kind": (Index(sorted({line.kind for line in lines})), lambda line: line.kind),
        "author": (author, lambda line: line.author),
        "flags": (Index(sorted({line.flags for line in lines})), lambda line: line.flags),
        "outcome": (Index(sorted({line.outcome for line in lines})), lambda line: line.outcome),
        "verdict": (Index(sorted({line.verdict for line in lines})), lambda line: line.verdict),
        "article": (article, lambda line: articles[line.article]),
    }
    lengths = {"author": _AUTHOR, "article": _ARTICLE}
    chunks = -(-len(lines) // ROWS_A_CHUNK)
    about = {
        "rows": len(lines),
        "chunks": chunks,
        "cards": CARDS_A_PAGE,
        "values": {name: _show_all(index.values, lengths.get(name)) for name, (index, _) in columns.items()},
    }
    _write_call(data / "index.js", "amberpostTable", about)
    for chunk, begin in enumerate(range(0, len(lines), ROWS_A_CHUNK), 1):
        part = lines[begin : begin + ROWS_A_CHUNK]
        rows: dict[str, object] = {name: [index[get(line)] for line in part] for name, (index, get) in columns.items()}
        rows |= {"first": begin, "day": [_number(line.day) for line in part], "words": [show(x.words) for x in part]}
        _write_call(data / f"{chunk:03}.js", "amberpostRows", rows)
    return [f"{FOLDER}/index.js", *(f"{FOLDER}/{chunk:03}.js" for chunk in range(1, chunks + 1))]


class Index:
    """The place of each value in a list."""

    def __init__(self, values: Sequence[object]) -> None:
        self.values = values
        self._places = {value: place for place, value in enumerate(values)}

    def __getitem__(self, value: object) -> int:
        return self._places[value]


def _by_letters(value: object) -> tuple[str, str]:
    text = str(value)
    return text.removeprefix("@").casefold(), text


def _show_all(values: Iterable[object], length: int | None) -> list[object]:
    return [_show_one(value, length) for value in values]


def _show_one(value: object, length: int | None) -> object:
    if isinstance(value, tuple):
        return [show(str(one)) for one in value]
    return show(shorten(str(value), length) if length else str(value))


def _number(day: str) -> int:
    """A day as a number that sorts alike: 20241129; 0 where none is known."""
    return int(day.replace("-", "")) if day else 0


def _write_call(path: Path, function: str, value: object) -> None:
    path.write_text(f"{function}({dump_safely(value)});\n", "ascii")


def dump_safely(value: object) -> str:
    """JSON in ASCII that is JavaScript too, and in which no tag, comment or entity of HTML can begin or end.

    >>> dump_safely("</script>&\\u2028")
    '"\\\\u003c/script\\\\u003e\\\\u0026\\\\u2028"'
    """
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
