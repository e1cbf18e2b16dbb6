"""A report on a hundred thousand citations of an archive: how long it takes, and how much memory.

    python tests/report_scale.py [--citations 100000]

The rows go straight into the archive's tables, each with a redirect, a post and a verdict. The report is made in a
process of its own; it may take 60 seconds and 500 MB, and exit code 1 says that it took more.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from amberpost.archive.reading import Reader
from amberpost.report import ArchiveSource, write_report
from archiving import answer
from reports import make_rows
from smallarchive import Builder

MOST_SECONDS = 60.0
MOST_MEMORY = 500_000_000
_CAPTURE = """
INSERT INTO capture(link, settled, date, outcome, status, mime, record_type, record_id, truncated, payload_digest,
  segment, offset, length, record_offset, record_length, sha256)
SELECT ?, 1, date, outcome, ?, mime, record_type, record_id, truncated, ?, segment, ?, length, ?, record_length, sha256
FROM capture WHERE id = 1
"""
_LINK = """
INSERT INTO link(id, url, lane, rank, role, depth, state, outcome, status, target) VALUES(?, ?, ?, 0, ?, ?, ?, ?, ?, ?)
"""
_VERDICTS = ("same", "same", "probably-same", "different", "unverifiable")


def build(folder: Path, citations: int) -> None:
    """An archive in which every citation's link leads to a post; a quarter of the posts are gone."""
    with Builder(folder) as archive:
        archive.cite("seed", "https://t.co/seed000001")
        archive.answer("https://t.co/seed000001", answer(b"fog"))
        db = archive.store.connection
        db.execute("BEGIN")
        for number, row in enumerate(make_rows(citations)):
            add(db, number, row)
        db.execute("COMMIT")


def add(db: sqlite3.Connection, number: int, row: dict[str, object]) -> None:
    """One citation, its two links and captures, its post and verdict."""
    key, first, post_id = str(row["id"]), 1000 + 2 * number, str(1861111111111000000 + number)
    url, permalink = f"https://t.co/c{number:09}", f"https://x.com/{row['handle']}/status/{post_id}"
    status = 404 if number % 4 == 0 else 200
    db.execute("INSERT INTO citation(id, article, record) VALUES(?, ?, ?)", (key, row["article"], json.dumps(row)))
    db.execute(_LINK, (first + 1, permalink, "x.com", "hop", 1, "captured", "ok", status, None))
    db.execute(_LINK, (first, url, "t.co", "cited", 0, "captured", "ok", 301, first + 1))
    db.execute("INSERT INTO citation_link(citation, position, url, link) VALUES(?, 0, ?, ?)", (key, url, first))
    for link, answered in ((first, 301), (first + 1, status)):
        offset = 10_000_000 + 1000 * link
        capture = db.execute(_CAPTURE, (link, answered, f"sha256:{link:064x}", offset, offset + 100)).lastrowid
    post = {"platform": "twitter", "post_id": post_id, "permalink": permalink, "source": "syndication"}
    told = json.dumps(post | {"handle": row["handle"], "text": row["text"], "likes": number}) if status == 200 else None
    outcome = "found" if told else "gone"
    columns = "(id, platform, post_id, permalink, handle, outcome, reason, record, capture)"
    values = (first, "twitter", post_id, permalink, row["handle"], outcome, "as it was told", told, capture)
    db.execute(f"INSERT INTO post{columns} VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    reasons = [f"for {about}: what is printed is what the record says of it" for about in ("date", "handle", "text")]
    verdict = (key, first, _VERDICTS[number % len(_VERDICTS)], json.dumps(reasons))
    db.execute("INSERT INTO verdict(citation, post, verdict, reasons) VALUES(?, ?, ?, ?)", verdict)


def report(archive: str, out: str) -> int:
    """Write the report, and print what it took."""
    begun = time.perf_counter()
    with Reader.read(Path(archive)) as reader:
        shown = write_report(ArchiveSource(reader), out)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"citations": shown, "seconds": time.perf_counter() - begun, "memory": memory}))
    return 0


def main() -> int:
    """Build, report, and compare; 1 when a bound was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citations", type=int, default=100_000)
    parser.add_argument("--report", nargs=2, metavar=("ARCHIVE", "OUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.report:
        return report(*options.report)
    with tempfile.TemporaryDirectory() as scratch:
        archive, out = Path(scratch, "archive"), Path(scratch, "out")
        build(archive, options.citations)
        command = [sys.executable, __file__, "--report", str(archive), str(out)]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    is_kept: bool = found["seconds"] <= MOST_SECONDS and found["memory"] <= MOST_MEMORY
    figures = f"{found['citations']:,} citations, {found['seconds']:.1f} s, {found['memory'] / 1e6:.0f} MB"
    print(f"{figures}, {size / 1e6:.0f} MB of pages{'' if is_kept else ': BROKEN'}")
    return int(not is_kept)


if __name__ == "__main__":
    sys.exit(main())
