"""A small archive told in a few lines: who cites what, what leads where, what was answered; made by the real store."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from amberpost.archive.disk.cited import read_cited
from amberpost.archive.records import Decision, Result, State
from amberpost.archive.store import Store
from archiving import ABOUT, STARTED, answer, exchange, find, new_link

HANDLE, OTHER = "HarborDesk", "QuayWatch"
ID, OTHER_ID = "1861111111111111111", "1862222222222222222"
POST, OTHER_POST = f"https://x.com/{HANDLE}/status/{ID}", f"https://x.com/{OTHER}/status/{OTHER_ID}"
WORDS = "fog over the mole"
OWN, SHARED, PAGE = "https://t.co/ownMedia01", "https://news.example/shared", "https://blog.example/only-there"
QUOTING = "https://t.co/quotesIt01"


class Builder:
    """An open store, and short ways to say what it is told; each answer comes a second after the one before."""

    def __init__(self, folder: Path, *, segment_bytes: int = 1_000_000_000) -> None:
        self.folder = folder
        self.store = Store.open(folder, about=ABOUT, segment_bytes=segment_bytes)
        self._seconds = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.store.close()

    def cite(self, citation: str, *links: str, **fields: object) -> None:
        """Add a citation with its links; the article is named after it."""
        row = {"id": citation, "article": f"{citation}.txt", "platform": "twitter", "links": list(links), **fields}
        self.store.add_citations([read_cited(row, find_refusal=lambda _: None)])

    def answer(
        self, url: str, received: bytes, *, target: str = "", requisites: Iterable[str] = (), state: State = "captured"
    ) -> None:
        """Let a queued link be answered."""
        link = find(self.store, url)
        decision = Decision(
            state=state,
            target=new_link(target, role="hop", depth=link.depth + 1) if target else None,
            requisites=tuple(new_link(each, role="requisite", depth=1) for each in requisites),
        )
        self._seconds += 1
        made = exchange(url, received, started=STARTED + dt.timedelta(seconds=self._seconds))
        self.store.record([Result(link=link, exchanges=(made,), decision=decision)])

    def redirect(self, *urls: str) -> None:
        """Let each URL lead to the next."""
        for url, target in pairwise(urls):
            headers = b"Location: %s\r\n" % target.encode()
            self.answer(url, answer(b"", status=301, headers=headers), target=target)


def build_two(folder: Path, *, segment_bytes: int = 1_000_000_000) -> Path:
    """Two people's posts: HANDLE's, which OTHER quotes, and pages that one or both of them link to."""
    with Builder(folder, segment_bytes=segment_bytes) as archive:
        archive.cite("c1", OWN, PAGE, SHARED, handle=HANDLE, text=WORDS)
        archive.cite("c2", QUOTING, SHARED, "https://t.co/otherLink1", handle=OTHER, quoted=POST, text="look at this")
        archive.cite("c3", handle=OTHER, permalink=OTHER_POST, text="a post of its own")
        archive.redirect(OWN, POST)
        archive.answer(POST, answer(WORDS.encode()))
        archive.redirect(PAGE, "https://blog.example/moved")
        archive.answer(
            "https://blog.example/moved", answer(b"a page" * 200), requisites=["https://cdn.example/blog.css"]
        )
        archive.answer("https://cdn.example/blog.css", answer(b"css"))
        archive.redirect(QUOTING, f"https://twitter.com/{HANDLE.lower()}/status/{ID}?s=20")
        archive.answer(SHARED, answer(b"a page" * 200))
        archive.redirect("https://t.co/otherLink1", OTHER_POST)
        archive.answer(OTHER_POST, answer(b"another's words"))
    return folder


def find_traces(folder: Path, *words: str) -> set[str]:
    """The files below a folder in which a word stands, in any case, gzip members unpacked, and in their names."""
    found = set()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        unpacked = gzip.decompress(data) if ".gz" in path.name and data else b""
        text = b"\n".join([bytes(path.relative_to(folder)), data, unpacked]).lower()
        found |= {f"{path.name}: {word}" for word in words if word.lower().encode() in text}
    return found
