"""No bit of what stands in the database alone, or is read from it as evidence, changes without `check` seeing it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from amberpost.archive.care.check import check
from amberpost.archive.care.forget import forget
from amberpost.archive.disk.database import connect
from amberpost.archive.disk.reading import Reader
from amberpost.archive.merging import learn, merge
from amberpost.archive.posts.questions import add_post
from amberpost.archive.store import Store
from amberpost.models import ArchiveDamaged
from amberpost.platforms import parse_permalink
from archiving import ABOUT
from smallarchive import HANDLE, WORDS, Builder, build_two

PLACES = {
    "a citation's words": ("citation", "record", WORDS),
    "a citation's words, to no text": ("citation", "record", WORDS),
    "what was forgotten": ("forgotten", "digest", None),
    "the key of what was forgotten": ("meta", "value", "(SELECT value FROM meta WHERE key = 'key')"),
    "why a verdict was found": ("verdict", "reasons", "led to"),
    "what an answer says of a post": ("question", "reason", None),
    "what is known of a post": ("post", "reason", None),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build_two(tmp_path_factory.mktemp("whole") / "archive")
    forget(folder, handle="SomebodyElse")
    with Store.open(folder, about=ABOUT) as store:
        learn(store)
    return folder


def find_problems(folder: Path) -> list[str]:
    return [str(problem) for problem in check(folder)]


def find_value(folder: Path, table: str, column: str, holding: str | None) -> bytes:
    """A value as it lies in the file, from the words on that it is to hold."""
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        if holding and holding.startswith("("):
            return str(db.execute(f"SELECT {holding}").fetchone()[0]).encode()
        rows = [value for (value,) in db.execute(f"SELECT {column} FROM {table} WHERE length({column}) > 0")]
    text = str(next(row for row in rows if holding is None or holding in row))
    return text[text.index(holding) if holding else 0 :].encode()


@pytest.mark.parametrize("what", PLACES)
def test_a_flipped_bit_is_named(copy: Path, what: str) -> None:
    database, value = copy / "archive.db", find_value(copy, *PLACES[what])
    data = bytearray(database.read_bytes())
    place, times = data.find(value), data.count(value)
    assert times > 0, "the value lies on one page"
    bit = 0x80 if what.endswith("no text") else 1
    while place >= 0:  # a value may lie in a page that was freed, too
        data[place + 1] ^= bit
        place = data.find(value, place + 1)
    database.write_bytes(data)
    problems = find_problems(copy)
    assert problems != []
    assert not any("cannot be read" in problem for problem in problems)


REFERENCES = {
    "where a citation's link leads": (
        "UPDATE citation_link SET link = (SELECT min(id) FROM link WHERE id <> citation_link.link) WHERE position = 1"
    ),
    "a post's number": "UPDATE post SET post_id = '2' || substr(post_id, 2)",
    "a post's platform": "UPDATE post SET platform = 'threads' WHERE record IS NULL",
    "a post's account": "UPDATE post SET handle = 'R' || substr(handle, 2)",
    "a post's address": "UPDATE post SET permalink = replace(permalink, '/status/18', '/status/19')",
    "the server that a post's number is of": "UPDATE post SET realm = 'fog.example'",
}


@pytest.mark.parametrize("what", REFERENCES)
def test_what_a_verdict_refers_to_is_the_same_in_both_places_or_named(copy: Path, what: str) -> None:
    """Each row may be sound, and a citation still be judged by a post that nobody cited."""
    with closing(sqlite3.connect(copy / "archive.db")) as db, db:
        assert db.execute(REFERENCES[what]).rowcount > 0
    problems = find_problems(copy)
    assert problems != []
    assert all("archive.db" in problem for problem in problems)


def test_no_address_as_it_is_kept_passes_for_another_post(tmp_path: Path) -> None:
    """Some are kept without the account that they were printed with: Instagram's, LinkedIn's, Twitch's."""
    lines = (Path(__file__).parent / "data" / "permalinks.jsonl").read_text("utf-8").splitlines()
    found = [parse_permalink(json.loads(line)["url"]) for line in lines]
    with Store.open(tmp_path / "archive", about=ABOUT) as store, store.connection:
        posts = {add_post(store.connection, permalink) for permalink in found if permalink}
    assert len(posts) > 40
    assert find_problems(tmp_path / "archive") == []


@pytest.mark.parametrize("column", ["type", "tbl_name"])
def test_a_flipped_bit_in_what_a_table_is_called_is_named(copy: Path, column: str) -> None:
    """SQLite goes by what the tables were made with, and takes no notice."""
    with closing(sqlite3.connect(copy / "archive.db")) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(f"UPDATE sqlite_schema SET {column} = 'u' || substr({column}, 2) WHERE name = 'verdict'")
    assert any("verdict" in problem for problem in find_problems(copy))


def test_what_was_forgotten_is_not_asked_for_under_another_key(copy: Path) -> None:
    """Under another key nothing that was forgotten would be known again: all of it would be fetched once more."""
    with closing(sqlite3.connect(copy / "archive.db")) as db, db:
        (key,) = db.execute("SELECT value FROM meta WHERE key = 'key'").fetchone()
        other = ("1" if key[0] == "0" else "0") + key[1:]
        db.execute("UPDATE meta SET value = ? WHERE key = 'key'", (other,))
    with pytest.raises(ArchiveDamaged, match="'key'"):
        Store.open(copy, about=ABOUT)
    with pytest.raises(ArchiveDamaged, match="'key'"):
        Reader.read(copy)


def damage(folder: Path, citation: str, *, becomes: str = "fop") -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        rows = db.execute("UPDATE citation SET record = replace(record, 'fog', ?) WHERE id = ?", (becomes, citation))
        assert rows.rowcount == 1


def test_forgetting_somebody_else_does_not_make_damage_pass_for_what_was_given(tmp_path: Path) -> None:
    with Builder(tmp_path / "archive") as archive:
        archive.cite("c1", handle="QuayWatch", text="fog, they say", quoted=f"https://x.com/{HANDLE}/status/186")
        archive.cite("c2", handle=HANDLE, permalink=f"https://x.com/{HANDLE}/status/186")
    damage(tmp_path / "archive", "c1")
    forget(tmp_path / "archive", handle=HANDLE)
    with Reader.read(tmp_path / "archive") as reader:
        assert HANDLE not in reader.connection.execute("SELECT record FROM citation").fetchone()[0]
    assert ["c1" in problem for problem in find_problems(tmp_path / "archive")] == [True]


def test_of_two_archives_the_citation_that_is_as_it_was_given_is_taken(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with Builder(tmp_path / name) as archive:
            archive.cite("c1", handle=HANDLE, text=WORDS)
    damage(tmp_path / "one", "c1", becomes="a very long fog")
    for order in (("one", "two"), ("two", "one")):
        merge([tmp_path / name for name in order], to=tmp_path / "-".join(order))
        assert find_problems(tmp_path / "-".join(order)) == []


def test_citations_that_are_given_again_mend_what_was_damaged(tmp_path: Path) -> None:
    for _ in range(2):
        with Builder(tmp_path / "archive") as archive:
            archive.cite("c1", handle=HANDLE, text=WORDS)
        with closing(connect(tmp_path / "archive" / "archive.db")) as db:
            db.execute("UPDATE citation SET sha256 = 'f' || sha256")
        assert find_problems(tmp_path / "archive") != []
    with Builder(tmp_path / "archive") as archive:
        archive.cite("c1", handle=HANDLE, text=WORDS)
    assert find_problems(tmp_path / "archive") == []
