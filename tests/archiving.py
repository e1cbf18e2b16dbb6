"""Archives made up for tests: exchanges out of raw bytes, and what every archive must show, whatever happened to it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from pathlib import Path

from amberpost.archive.disk.reading import Reader
from amberpost.archive.exchange.answers import parse_answer
from amberpost.archive.records import (
    About,
    Capture,
    CitedLinks,
    Cut,
    Decision,
    Exchange,
    Link,
    NewLink,
    Outcome,
    Resolution,
    Result,
)
from amberpost.archive.store import Store
from amberpost.models import Problem
from amberpost.warcfile import read_records

ABOUT = About(
    software="amberpost/0 (tests)", user_agent="amberpost/0 (+https://desk.example/)", contact="desk@desk.example"
)
STARTED = dt.datetime(2026, 9, 9, 10, 20, 30, 123456, tzinfo=dt.UTC)
NOW = STARTED.timestamp()
CAPTURED = Decision(state="captured")


def answer(body: bytes = b"hello", *, status: int = 200, headers: bytes = b"Content-Type: text/html\r\n") -> bytes:
    """A tidy answer as it comes over the wire."""
    return b"HTTP/1.1 %d Made\r\n%sContent-Length: %d\r\n\r\n%s" % (status, headers, len(body), body)


def exchange(
    url: str,
    received: bytes,
    *,
    outcome: Outcome = "ok",
    cut: Cut | None = None,
    closed: bool = True,
    sent: bytes | None = None,
    started: dt.datetime = STARTED,
) -> Exchange:
    """An exchange in which a server sent these bytes."""
    file = io.BytesIO(received)
    return Exchange(
        url=url,
        started=started,
        seconds=0.25,
        outcome=outcome,
        reason="" if outcome == "ok" else outcome,
        sent=b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n" if sent is None else sent,
        received=file,
        size=len(received),
        address="203.0.113.7" if received else None,
        cut=cut,
        answer=parse_answer(file, len(received), closed=closed),
    )


def new_link(url: str, **fields: object) -> NewLink:
    """A cited link in the lane of its host."""
    values: dict[str, object] = {"url": url, "role": "cited", "depth": 0, "lane": url.split("/")[2]}
    return NewLink(**(values | fields))  # type: ignore[arg-type]


def cite(identity: str, *urls: str, article: str = "articles/1.txt", handle: str | None = None) -> CitedLinks:
    """A citation with these links."""
    return CitedLinks(
        id=identity,
        article=article,
        platform="twitter",
        handle=handle,
        permalink=None,
        record=json.dumps({"id": identity, "links": urls}),
        urls=urls,
        links=tuple(new_link(url.replace("pic.twitter.com", "https://t.co")) for url in urls),
    )


def find(store: Store, url: str) -> Link:
    """A link that must be there."""
    link = store.find_link(url)
    assert link is not None, url
    return link


def resolve(store: Store, url: str) -> Resolution:
    """What is known of a URL that must be there."""
    resolution = store.resolve(url)
    assert resolution is not None, url
    return resolution


def read_answer(reader: Reader, capture: Capture) -> bytes:
    """A stored answer, whole."""
    with reader.open_answer(capture) as file:
        return file.read()


def record(store: Store, url: str, received: bytes, decision: Decision = CAPTURED, **fields: object) -> None:
    """Queue a URL, and store one exchange and a decision for it."""
    store.add_urls([new_link(url)])
    made = exchange(url, received, **fields)  # type: ignore[arg-type]
    store.record([Result(link=find(store, url), exchanges=(made,), decision=decision)])


def check_archive(folder: Path) -> None:
    """Every byte of every segment belongs to a record that is whole; rows and records agree; nothing is there twice."""
    with Store.read(folder) as store:
        rows = store.connection.execute(
            "SELECT segment, offset, length, record_offset, record_length, sha256, record_id FROM capture"
        ).fetchall()
        known = store.connection.execute("SELECT name, size, head_length, head_sha256 FROM segment").fetchall()
        twice = store.connection.execute("SELECT link FROM capture WHERE settled GROUP BY link HAVING count(*) > 1")
        assert twice.fetchall() == []
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        unsettled = (
            "SELECT url FROM link WHERE state = 'captured' AND id NOT IN (SELECT link FROM capture WHERE settled)"
        )
        assert store.connection.execute(unsettled).fetchall() == []
    assert sorted(path.name for path in (folder / "warc").iterdir()) == sorted(name for name, *_ in known)
    for name, size, head, digest in known:
        data = (folder / "warc" / name).read_bytes()
        assert len(data) == size
        assert hashlib.sha256(data[:head]).hexdigest() == digest
        at = head
        ids = {}
        for item in read_records(io.BytesIO(data), verify=True):
            assert not isinstance(item, Problem), item
            ids[item.offset] = item.head.find_header("WARC-Record-ID")
        for _, offset, length, record_offset, _, sha256, record_id in sorted(row for row in rows if row[0] == name):
            assert offset == at
            assert hashlib.sha256(data[offset : offset + length]).hexdigest() == sha256
            assert ids[record_offset] == record_id
            at = offset + length
        assert at == size
