"""Archives made without a network: exchanges out of raw bytes, through the real store; and 10^5 posts in a minute."""

from __future__ import annotations

import datetime as dt
import io
import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from amberpost.archive.disk.cited import make_link, read_cited
from amberpost.archive.disk.fixity import digest_row
from amberpost.archive.exchange.answers import parse_answer
from amberpost.archive.records import About, Decision, Exchange, NewLink, Result
from amberpost.archive.store import Store

ABOUT = About(software="amberpost/0 (benchmarks)", user_agent="amberpost/0 (+https://desk.example/)")
_STARTED = dt.datetime(2026, 9, 9, 10, 20, 30, tzinfo=dt.UTC)
_AT_ONCE = 100  # answers that share a sync, as in a run
_SEED = "https://t.co/seed000001"
_PLATFORMS = ("twitter", "twitter", "twitter", "instagram", "bluesky", "facebook")
_WORDS = "fog over the western breakwater while pilots wait for the tide and gulls take the mole"
_VERDICTS = ("same", "same", "probably-same", "different", "unverifiable")
_CAPTURE = """
INSERT INTO capture(link, settled, date, outcome, status, mime, record_type, record_id, truncated, payload_digest,
  segment, offset, length, record_offset, record_length, sha256)
SELECT ?, 1, date, outcome, ?, mime, record_type, record_id, truncated, ?, segment, ?, length, ?, record_length, sha256
FROM capture WHERE id = 1
"""
_LINK = """
INSERT INTO link(id, url, lane, rank, role, depth, state, outcome, status, target) VALUES(?, ?, ?, 0, ?, ?, ?, ?, ?, ?)
"""


def make_answer(body: bytes, *, status: int = 200, mime: str = "text/html", location: str = "") -> bytes:
    """An answer as it comes over the wire.

    >>> make_answer(b"fog", status=301, location="https://a.example/").splitlines()[-3:]
    [b'Location: https://a.example/', b'', b'fog']
    """
    leads = f"Location: {location}\r\n" if location else ""
    head = f"HTTP/1.1 {status} Made\r\nContent-Type: {mime}\r\nContent-Length: {len(body)}\r\n{leads}\r\n"
    return head.encode() + body


def open_store(folder: Path) -> Store:
    return Store.open(folder, about=ABOUT)


def cite(store: Store, urls: Sequence[str]) -> None:
    """Add a citation for each URL."""
    rows = ({"id": f"{number:020x}", "article": f"{number}.txt", "links": [url]} for number, url in enumerate(urls))
    store.add_citations(read_cited(row, find_refusal=lambda _: None) for row in rows)


def store_answers(store: Store, answers: Sequence[tuple[str, bytes]], *, target: str = "") -> None:
    """Let queued links be answered, a hundred at a time; with `target` each leads there, its own number added."""
    results = [
        _answer(store, url, received, f"{target}{n}" if target else "") for n, (url, received) in enumerate(answers)
    ]
    for first in range(0, len(results), _AT_ONCE):
        store.record(results[first : first + _AT_ONCE])


def _answer(store: Store, url: str, received: bytes, target: str) -> Result:
    link = store.find_link(url)
    if link is None:
        raise ValueError(f"{url} is not queued: cite it first")
    decision = Decision(state="captured", target=_lead_to(target) if target else None)
    return Result(link=link, exchanges=(_exchange(url, received),), decision=decision)


def _lead_to(url: str) -> NewLink:
    return make_link(url, find_refusal=lambda _: "left out", role="hop", depth=1)


def _exchange(url: str, received: bytes) -> Exchange:
    file, host = io.BytesIO(received), url.split("/")[2]
    sent = f"GET /{url.split('/', 3)[-1]} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {ABOUT.user_agent}\r\n"
    return Exchange(
        url=url,
        started=_STARTED,
        seconds=0.25,
        outcome="ok",
        reason="",
        sent=f"{sent}Accept: */*\r\nConnection: close\r\n\r\n".encode(),
        received=file,
        size=len(received),
        address="203.0.113.7",
        answer=parse_answer(file, len(received), closed=True),
    )


def build_archive(folder: Path, citations: int) -> None:
    """Make an archive in which every citation's link leads to a post; a quarter of the posts are gone.

    Its rows go straight into its tables, each with the place of one and the same answer: what reads the rows takes as
    long as ever, what reads the answers has nothing to read.
    """
    store = open_store(folder)
    try:
        cite(store, [_SEED])
        store_answers(store, [(_SEED, make_answer(b"fog"))])
        store.connection.execute("BEGIN")
        for number, row in enumerate(find_citations(citations)):
            _add(store.connection, number, row)
        store.connection.execute("COMMIT")
    finally:
        store.close()


def find_citations(count: int) -> Iterator[dict[str, object]]:
    """Citations as `amberpost find` writes them, five an article, with names, days and flags that vary."""
    for number in range(count):
        handle = f"desk_{number * 7919 % 20011}"
        day = dt.date(2015, 1, 1) + dt.timedelta(days=number * 31 % 3600)
        yield {
            "id": f"{number * 2654435761 % 2**64 + 1:020x}",
            "article": f"paper{number % 12}/{number // 5}.txt",
            "article_title": f"Number {number // 5}",
            "kind": ("embed", "link", "credit")[number % 3],
            "platform": _PLATFORMS[number % len(_PLATFORMS)],
            "handle": handle,
            "author_name": f"Desk {number % 997}",
            "date": day.isoformat(),
            "text": f"{_WORDS} {number}",
            "links": [f"https://t.co/c{number:09}"],
            "start": 10,
            "end": 90,
            "raw": f"{_WORDS} {number} — {handle}",
            "flags": [[], ["start-uncertain"], ["no-date", "handle-unsure"]][number % 3],
        }


def _add(db: sqlite3.Connection, number: int, row: dict[str, object]) -> None:
    """One citation, its two links and captures, its post and verdict."""
    key, first, post_id = str(row["id"]), 1000 + 2 * number, str(1861111111111000000 + number)
    url, permalink = f"https://t.co/c{number:09}", f"https://x.com/{row['handle']}/status/{post_id}"
    status = 404 if number % 4 == 0 else 200
    record = json.dumps(row)
    cited = (key, row["article"], record, digest_row(record))
    db.execute("INSERT INTO citation(id, article, record, sha256) VALUES(?, ?, ?, ?)", cited)
    db.execute(_LINK, (first + 1, permalink, "x.com", "hop", 1, "captured", "ok", status, None))
    db.execute(_LINK, (first, url, "t.co", "cited", 0, "captured", "ok", 301, first + 1))
    db.execute("INSERT INTO citation_link(citation, position, url, link) VALUES(?, 0, ?, ?)", (key, url, first))
    for link, answered in ((first, 301), (first + 1, status)):
        offset = 10_000_000 + 1000 * link
        capture = db.execute(_CAPTURE, (link, answered, f"sha256:{link:064x}", offset, offset + 100)).lastrowid
    _add_post(db, first, (permalink, post_id), row, capture, is_there=status == 200)
    reasons = [f"for {about}: what is printed is what the record says of it" for about in ("date", "handle", "text")]
    verdict = (first, _VERDICTS[number % len(_VERDICTS)], json.dumps(reasons))
    columns = "(citation, post, verdict, reasons, sha256)"
    db.execute(f"INSERT INTO verdict{columns} VALUES(?, ?, ?, ?, ?)", (key, *verdict, digest_row(*verdict, None)))


def _add_post(
    db: sqlite3.Connection,
    key: int,
    names: tuple[str, str],
    row: dict[str, object],
    capture: int | None,
    *,
    is_there: bool,
) -> None:
    permalink, post_id = names
    post = {"platform": "twitter", "post_id": post_id, "permalink": permalink, "source": "syndication"}
    told = json.dumps(post | {"handle": row["handle"], "text": row["text"], "likes": key}) if is_there else None
    columns = "(id, platform, post_id, permalink, handle, outcome, reason, record, capture)"
    outcome = "found" if told else "gone"
    values = (key, "twitter", post_id, permalink, row["handle"], outcome, "as it was told", told, capture)
    db.execute(f"INSERT INTO post{columns} VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
