"""An export while others work on the archive, and of very many citations."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from amberpost import export
from amberpost.archive.disk.reading import Reader
from amberpost.archive.posts.citedrows import find_cited_posts
from citedposts import CITED, SHORT, URL
from citedposts import build_judged as build
from smallarchive import Builder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("judged") / "kept")


def test_an_archive_at_work_is_exported_without_waiting_and_without_holding_it_up(tmp_path: Path) -> None:
    with Builder(tmp_path / "kept") as archive:
        for number in range(600):
            archive.cite(f"n{number:04}", f"https://t.co/code{number:06}")
        with Reader.read(tmp_path / "kept") as reader:
            exported = find_cited_posts(reader)
            assert next(exported).id == "n0000"
            archive.cite(
                "n0000a", "https://t.co/tooLate001"
            )  # behind the place where the export is, in its first batch
            archive.cite("n9999", "https://t.co/inTime0001")
            checkpoint = archive.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert checkpoint[0] == 0  # no reader stands in the way between two batches
            ids = [row.id for row in exported]
    assert (len(ids), ids[-1], "n0000a" in ids) == (600, "n9999", False)
    assert ids == sorted(set(ids))


WRITER = """
import sys
from pathlib import Path
from amberpost import Archive
with Archive(sys.argv[1]) as archive:
    print("open", flush=True)
    for number in range(200):
        archive.add([{"id": f"w{number}-{each}", "links": [f"https://t.co/a{number}b{each}"]} for each in range(10)])
"""


def test_an_archive_that_another_process_writes_can_be_exported(kept: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(kept, tmp_path / "kept"))
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        counts = [export(folder, tmp_path / "x.jsonl") for _ in range(5)]
        assert process.wait(60) == 0
    assert counts == sorted(counts)
    assert export(folder, tmp_path / "x.jsonl") == 2004


MANY = 20_000
# What Python holds is traced: the system counts a child's peak from before
# it became another program, when it was as large as these tests are.
EXPORTER = """
import sys, time, tracemalloc
import amberpost
tracemalloc.start()
amberpost.export(sys.argv[1], sys.argv[2])
memory = tracemalloc.get_traced_memory()[1]
tracemalloc.stop()
begun = time.process_time()
amberpost.export(sys.argv[1], sys.argv[3])
print(time.process_time() - begun, memory)
"""


def test_many_citations_take_bounded_time_and_little_memory(tmp_path: Path) -> None:
    make_many(tmp_path / "kept", MANY)
    command = [sys.executable, "-c", EXPORTER, *(str(tmp_path / name) for name in ("kept", "x.jsonl", "y.jsonl"))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, memory = map(float, done.stdout.split())
    assert seconds < MANY / 100_000 * 300  # loosely, as other work may go on; alone it is a tenth of that
    assert memory < 50_000_000
    with (tmp_path / "x.jsonl").open(encoding="utf-8") as file:
        assert sum(json.loads(line)["verdict"] == "same" for line in file) == MANY


def make_many(folder: Path, number: int) -> None:
    """An archive with so many citations, half of which share their post, each with two hops."""
    build(folder)
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as db:
        capture, record = db.execute("SELECT capture, record FROM post WHERE record IS NOT NULL").fetchone()
        links = [row[0] for row in db.execute("SELECT link FROM citation_link WHERE citation = 'c1'")]
        db.execute("BEGIN")
        db.execute("DELETE FROM citation_link")
        db.execute("DELETE FROM verdict")
        db.execute("DELETE FROM unjudged")
        db.execute("DELETE FROM citation")
        given = json.dumps(CITED | {"links": [SHORT]})
        for n in range(number):
            key = f"{n:020x}"
            post = n // 2 + 1000
            if n % 2 == 0:
                values = (post, "twitter", str(10**18 + n), URL, "found", record, capture)
                columns = "(id, platform, post_id, permalink, outcome, record, capture)"
                db.execute(f"INSERT INTO post{columns} VALUES(?, ?, ?, ?, ?, ?, ?)", values)
                db.execute(
                    "INSERT INTO question(post, link, source, outcome) VALUES(?, ?, 'page', 'found')", (post, links[0])
                )
            db.execute("INSERT INTO citation VALUES(?, 'a', 'twitter', 'harbordesk', NULL, ?, '')", (key, given))
            db.execute("INSERT INTO citation_link VALUES(?, 0, ?, ?)", (key, SHORT, links[0]))
            db.execute(
                "INSERT INTO verdict VALUES(?, ?, 'same', '[\"for date: the day is the same\"]', NULL, '')", (key, post)
            )
        db.execute("COMMIT")
