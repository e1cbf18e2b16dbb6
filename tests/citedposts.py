"""An archive with posts and verdicts for tests of what is exported; rows as learning and judging write them."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path

from amberpost.archive.disk.fixity import digest_row
from amberpost.posts import Medium, Outcome, Post, PostLink, Verdict
from archiving import answer, new_link
from smallarchive import Builder

ID, LOST_ID = "1861111111111111111", "1862222222222222222"
AUTHOR_ID = "72618334"
URL, LOST_URL = f"https://x.com/HarborDesk/status/{ID}", f"https://x.com/QuayWatch/status/{LOST_ID}"
SHORT, PAGE = "https://t.co/ownMedia01", f"https://twitter.com/HarborDesk/status/{ID}/photo/1"
ASKED = f"https://service.example/record?id={ID}"
ELSEWHERE = f"https://other.example/embed?id={LOST_ID}"
WORDS = "Dense fog covers the western breakwater tonight"
READ_AT = dt.datetime(2026, 9, 9, 10, 20, 30, tzinfo=dt.UTC)
POST = Post(
    platform="twitter",
    post_id=ID,
    permalink=URL,
    source="syndication",
    handle="HarborDesk",
    author_name="Harbour Desk Lindmar",
    author_id=AUTHOR_ID,
    posted_at=dt.datetime(2024, 11, 25, 18, 44, 12, tzinfo=dt.UTC),
    text=f"{WORDS} {SHORT}",
    lang="en",
    links=(PostLink(url="https://t.co/pilotage01", target="https://pilotage.example/notices/17"),),
    media=(Medium(kind="image", url="https://pictures.example/mole-fog.jpg", link=SHORT, alt="The breakwater, grey"),),
    quoted=LOST_URL,
    reply_to="https://x.com/TugMarguerite/status/1860000000000000000",
    edits=("1861111111111111000", ID),
    sensitive=False,
    likes=18246,
    reposts=94,
    counted_at=READ_AT,
)
CITED = {
    "article": "papers/lindmar-courier/fog.txt",
    "article_date": "2024-11-26",
    "article_title": "Fog closes Lindmar harbour",
    "article_url": "https://courier.example/fog",
    "kind": "embed",
    "platform": "twitter",
    "author_name": "Harbour Desk Lindmar",
    "handle": "harbordesk",
    "date": "2024-11-25",
    "date_text": "November 25, 2024",
    "date_basis": "utc",
    "text": f"Sailings were stopped. {WORDS}",
    "start": 120,
    "end": 240,
    "raw": f"Sailings were stopped. {WORDS} {SHORT} — Harbour Desk Lindmar (@harbordesk) November 25, 2024",
    "rule": "twitter-footer",
    "flags": ["start-uncertain"],
}
SAID = f"for text: the words '{WORDS}' stand in both"


def build_judged(folder: Path) -> Path:
    """Four citations: of a post that was found, of one that is gone, of none, and one that nobody has judged."""
    with Builder(folder) as archive:
        archive.cite("c1", SHORT, **CITED)
        archive.cite("c2", LOST_URL, handle="QuayWatch", text="Pilots wait", date="2024-11-28", flags=["no-date"])
        archive.cite("c3", text="Nothing leads on", handle="Nobody_Known")
        archive.cite("c4", "https://t.co/notAsked01")
        archive.redirect(SHORT, PAGE)
        archive.answer(PAGE, answer(b"<html>harbour</html>"))
        archive.store.add_urls([new_link(ASKED), new_link(ELSEWHERE)])
        archive.answer(ASKED, answer(b'{"id_str": "1861"}', headers=b"Content-Type: application/json\r\n"))
        archive.answer(LOST_URL, answer(b"gone", status=404))
        archive.answer(ELSEWHERE, answer(b"not here", status=404))
        db = archive.store.connection
        told = say(db, 1, ASKED, "syndication", "found", POST)
        say(db, 1, PAGE, "page", "login-walled")
        say(db, 2, LOST_URL, "page", "unconfirmed")
        say(db, 2, ELSEWHERE, "oembed", "unconfirmed")
        keep(db, 1, ID, URL, "HarborDesk", "found", record=POST.model_dump_json(), capture=told)
        keep(db, 2, LOST_ID, LOST_URL, "QuayWatch", "gone", reason="page: 404; oembed: QuayWatch is not there")
        found, lost = 1, 2
        judge(db, "c1", found, "same", SAID, text=WORDS)
        judge(db, "c2", lost, "unverifiable", "unknown post: nobody tells of it")
        judge(db, "c3", None, "unverifiable", "unknown post: the citation has no link")
        db.execute("DELETE FROM unread")
    return folder


def say(db: sqlite3.Connection, post: int, url: str, source: str, outcome: Outcome, record: Post | None = None) -> int:
    """Let the stored answer of a link say something of a post, and give its capture."""
    link, capture = db.execute(
        "SELECT link.id, capture.id FROM link JOIN capture ON capture.link = link.id WHERE url = ?", (url,)
    ).fetchone()
    columns = "(post, link, source, settled, outcome, reason, record, capture, sha256)"
    told = (outcome, f"as {url} says", record.model_dump_json() if record else None)
    values = (post, link, source, *told, capture, digest_row(*told, "[]", None))
    db.execute(f"INSERT OR REPLACE INTO question{columns} VALUES(?, ?, ?, 1, ?, ?, ?, ?, ?)", values)
    return int(capture)


def keep(
    db: sqlite3.Connection,
    key: int,
    post_id: str,
    url: str,
    handle: str,
    outcome: Outcome,
    *,
    reason: str = "",
    record: str | None = None,
    capture: int | None = None,
) -> None:
    """Say what became of a post."""
    columns = "(id, platform, post_id, permalink, handle, outcome, reason, record, capture, sha256)"
    told = (outcome, reason, record)
    values = (key, "twitter", post_id, url, handle, *told, capture, digest_row(*told))
    db.execute(f"INSERT OR REPLACE INTO post{columns} VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def judge(
    db: sqlite3.Connection, citation: str, post: int | None, verdict: Verdict, *reasons: str, text: str | None = None
) -> None:
    """Give a citation its verdict."""
    row = (post, verdict, json.dumps(reasons), text)
    db.execute("INSERT OR REPLACE INTO verdict VALUES(?, ?, ?, ?, ?, ?)", (citation, *row, digest_row(*row)))
    db.execute("DELETE FROM unjudged WHERE citation = ?", (citation,))
