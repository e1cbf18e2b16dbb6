"""Reports made up for tests: archives and citations whose every field is somebody's string."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, get_args

from amberpost.archive.posts.citedpost import CitedPost
from amberpost.archive.tallies import VerdictTally
from amberpost.models import Article
from amberpost.posts import OUTCOMES, VERDICTS
from amberpost.report.sources import Digest, Entry, Waiting

PAYLOADS = Path(__file__).parent / "data" / "payloads.txt"
_DAY, _MOMENT = dt.date(2024, 11, 29), dt.datetime(2024, 11, 29, 18, 44, 12, tzinfo=dt.UTC)


class Payload(NamedTuple):
    """A hostile string, and what it attacks: the markup or the screen."""

    target: str
    text: str


def read_payloads() -> list[Payload]:
    """Those of the file, in its order."""
    lines = (line.partition(" ") for line in PAYLOADS.read_text("utf-8").splitlines() if not line.startswith("#"))
    return [Payload(target, json.loads(text)) for target, _, text in lines]


def fill(text: str, number: int = 0) -> CitedPost:
    """A row in which every field that can be a string is this one."""
    fields: dict[str, object] = {}
    for name, field in CitedPost.model_fields.items():
        kinds = str(field.annotation)
        if name in ("verdict", "outcome"):
            fields[name] = (VERDICTS if name == "verdict" else OUTCOMES)[number % len(VERDICTS)]
        elif "str" in kinds:
            fields[name] = (text, f"for text: {text}") if "tuple" in kinds else text
        elif "datetime.datetime" in kinds:
            fields[name] = _MOMENT
        elif "datetime.date" in kinds or dt.date in get_args(field.annotation):
            fields[name] = _DAY
        elif dt.datetime in get_args(field.annotation):
            fields[name] = _MOMENT
    fields |= {"id": f"{number:020x}{text}", "start": 0, "end": len(text), "raw": text}
    fields["hops"] = (f"{text} 301 2026-09-09T10:20:30Z {text}", f"https://{text}/a 200 - x:1")
    return CitedPost.model_validate(fields)


@dataclass
class Invented:
    """A source with these rows, as an archive would give them; what waits has the same strings."""

    rows: Sequence[CitedPost]
    has_archive: bool = True
    pseudonymous: bool = False

    def entries(self) -> Iterator[Entry]:
        return (Entry(row=row, links=((number, "not found"),)) for number, row in enumerate(self.rows))

    def find_digests(self, urls: Sequence[str]) -> dict[str, Digest]:
        return {url: Digest(payload=url, record_id=url) for url in urls}

    def list_waiting(self) -> list[Waiting]:
        texts = [row.text or "" for row in self.rows]
        return [Waiting(lane=text, state="pending", reason=text, links=1, next_at=1e9) for text in texts]

    def list_waiting_links(self) -> list[tuple[str, str, str]]:
        return [(row.text or "", row.text or "", row.text or "") for row in self.rows]

    def count_verdicts(self) -> list[VerdictTally]:
        return [VerdictTally(None, 3)]


def fill_article(text: str) -> Article:
    """The article that `fill`'s row cites from."""
    return Article(id=text, text=f"{text} and on", title=text, url=text)


def make_rows(count: int) -> Iterator[dict[str, object]]:
    """Citations as `amberpost find` writes them, five an article, with names, days and flags that vary."""
    platforms = ("twitter", "twitter", "twitter", "instagram", "bluesky", "facebook")
    words = "fog over the western breakwater while pilots wait for the tide and gulls take the mole"
    for number in range(count):
        handle = f"desk_{number * 7919 % 20011}"
        day = dt.date(2015, 1, 1) + dt.timedelta(days=number * 31 % 3600)
        yield {
            "id": f"{number * 2654435761 % 2**64:020x}",
            "article": f"paper{number % 12}/{number // 5}.txt",
            "article_title": f"Number {number // 5}",
            "kind": ("embed", "link", "credit")[number % 3],
            "platform": platforms[number % len(platforms)],
            "handle": handle,
            "author_name": f"Desk {number % 997}",
            "date": day.isoformat(),
            "text": f"{words} {number}",
            "links": [f"https://t.co/c{number:09}"],
            "start": 10,
            "end": 90,
            "raw": f"{words} {number} — {handle}",
            "flags": [[], ["start-uncertain"], ["no-date", "handle-unsure"]][number % 3],
        }
