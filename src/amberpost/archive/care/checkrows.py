"""The rows of the database held against one another: what must hold in it whatever the segments say."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from typing import NamedTuple, get_args

from ...models import Problem
from ...posts import Outcome as PostOutcome
from ...posts import Verdict
from ..disk.fixity import add_digests, format_digest
from ..disk.folder import DATABASE
from ..disk.forgotten import Forgotten
from ..records import Outcome, Role, State
from .checkgroups import shown

ADVICE = "the database is not what was stored: bring back a good copy of archive.db, or move it away and run again"
_MOST_OF_ONE = 20  # rows named for one rule; behind them only how many more there are
_NO_PAYLOAD = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_STORAGE = {"TEXT": ("text",), "INTEGER": ("integer",), "REAL": ("real", "integer")}
_COLUMNS = ("article", "platform", "handle", "permalink")  # of a citation, out of its row
_COMMENT = re.compile(r"--[^\n]*|\s+")


# The columns that hold one of a few words, and those words: SQLite's own check passes over what breaks them.
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("link", "role"): get_args(Role),
    ("link", "state"): get_args(State),
    ("link", "outcome"): get_args(Outcome),
    ("capture", "outcome"): get_args(Outcome),
    ("post", "outcome"): get_args(PostOutcome),
    ("question", "outcome"): get_args(PostOutcome),
    ("verdict", "verdict"): get_args(Verdict),
}


class Rule(NamedTuple):
    """What must not be: `query` gives one value for each row that breaks it, to name it by."""

    reason: str
    query: str


def _make_word_rule(table: str, column: str, words: tuple[str, ...]) -> Rule:
    listed = ", ".join(f"'{word}'" for word in words)
    return Rule(f"no {column} of a {table}", f"SELECT {column} FROM {table} WHERE {column} NOT IN ({listed})")


# The rows that have a digest, by what they are called, and which of them have one: what was never read has none.
_DIGESTED = (
    ("citation", "a citation that is not what was given", "id", ""),
    ("forgotten", "a forgotten digest that is not the one that was stored", "digest", ""),
    ("verdict", "a verdict that is not the one that was found", "citation", ""),
    ("question", "an answer about a post that is not what was read", "link", "outcome IS NOT NULL"),
    ("post", "what is known of a post is not what was read", "permalink", "outcome <> 'never-asked'"),
)


def _make_digest_rule(table: str, reason: str, name: str, told: str) -> Rule:
    some = f"(sha256 IS NOT NULL OR {told}) AND " if told else ""
    return Rule(reason, f"SELECT {name} FROM {table} WHERE {some}sha256 IS NOT {format_digest(table)}")


_RULES = (
    *(_make_word_rule(*place, words) for place, words in _WORDS.items()),
    Rule(
        "a captured link without its settled capture",
        "SELECT url FROM link WHERE state = 'captured'"
        " AND NOT EXISTS (SELECT 1 FROM capture WHERE capture.link = link.id AND settled)",
    ),
    Rule(
        "a settled capture of a link that has no outcome",
        "SELECT url FROM capture JOIN link ON link.id = capture.link WHERE settled AND link.outcome IS NULL",
    ),
    Rule(
        "a link and the capture that settled it differ in status or outcome",
        "SELECT url FROM capture JOIN link ON link.id = capture.link WHERE settled AND link.state = 'captured'"
        " AND (link.status IS NOT capture.status OR link.outcome IS NOT capture.outcome)",
    ),
    Rule(
        "a time near which no copy can be",
        "SELECT url FROM link WHERE near NOT BETWEEN 0 AND 253402300799",
    ),
    Rule("a capture whose place is no place", "SELECT id FROM capture WHERE offset < 0 OR length <= 0"),
    Rule(
        "a revisit that refers to no answer",
        "SELECT id FROM capture WHERE record_type = 'revisit' AND id NOT IN (SELECT capture FROM revisit)",
    ),
    Rule(
        "a revisit and the answer that it refers to do not fit",
        "SELECT revisit.capture FROM revisit LEFT JOIN capture c ON c.id = revisit.capture"
        " LEFT JOIN capture o ON o.id = original WHERE c.record_type IS NOT 'revisit'"
        " OR o.record_type IS NOT 'response' OR c.payload_digest IS NULL OR c.payload_digest IS NOT o.payload_digest",
    ),
    Rule(
        "a payload whose capture is of another",
        "SELECT digest FROM payload LEFT JOIN capture ON id = capture"
        " WHERE record_type IS NOT 'response' OR payload_digest IS NOT digest",
    ),
    Rule(
        "a stored payload that the list of payloads lacks",
        "SELECT id FROM capture WHERE record_type = 'response' AND truncated IS NULL AND payload_digest IS NOT NULL"
        f" AND payload_digest <> '{_NO_PAYLOAD}' AND payload_digest NOT IN (SELECT digest FROM payload)",
    ),
    Rule(
        "a fact about the archive that is missing or none",
        "SELECT name FROM (SELECT 'archive' AS name, 8 AS size UNION SELECT 'key', 64) LEFT JOIN meta ON key = name"
        " WHERE value IS NULL OR length(value) <> size OR value GLOB '*[^0-9a-f]*'",
    ),
    Rule(
        "a key of a merged archive that is none",
        "SELECT key FROM meta WHERE key LIKE 'key:%' AND (length(value) <> 64 OR value GLOB '*[^0-9a-f]*')",
    ),
    Rule(
        "the key of what was forgotten is not the one that was stored",
        "SELECT key FROM meta WHERE key = 'key' AND sha256(CAST(value AS BLOB)) IS NOT"
        " (SELECT value FROM meta WHERE key = 'key-sha256')"
        " OR key LIKE 'key:%' AND key <> 'key:' || substr(sha256(CAST(value AS BLOB)), 1, 16)",
    ),
    *(_make_digest_rule(*place) for place in _DIGESTED),
    Rule(
        "a forgotten digest that is none",
        "SELECT digest FROM forgotten WHERE length(digest) <> 64 OR digest GLOB '*[^0-9a-f]*'",
    ),
    Rule(
        "what was read of a post and the answer that it was read from do not fit",
        "SELECT question.link FROM question LEFT JOIN capture ON capture.id = question.capture"
        " WHERE question.capture IS NOT NULL AND capture.id IS NULL"
        " OR question.record IS NOT NULL AND (question.capture IS NULL OR question.outcome IS NULL)",
    ),
    Rule(
        "a post whose record is none, or of another post",
        "SELECT permalink FROM post WHERE record IS NOT NULL AND (NOT json_valid(record)"
        " OR json_extract(record, '$.platform') IS NOT platform)",
    ),
    Rule(
        "what was read of a post, or why it is the cited one, is no JSON",
        "SELECT link FROM question WHERE NOT json_valid(leads) OR record IS NOT NULL AND NOT json_valid(record)"
        " UNION ALL SELECT citation FROM verdict WHERE NOT json_valid(reasons)",
    ),
    Rule(
        "an unfinished `amberpost forget`: run `amberpost archive` or `forget` once more",
        "SELECT value FROM meta WHERE key = 'forgetting'",
    ),
    Rule(
        "an unfinished `amberpost merge`: run it, or `amberpost archive`, once more",
        "SELECT value FROM meta WHERE key = 'merging'",
    ),
)


def find_wrong_structure(db: sqlite3.Connection) -> Iterator[Problem]:
    """What makes the database no archive's: damaged pages, other tables, values of another kind than their column."""
    for (result,) in db.execute(f"PRAGMA integrity_check({_MOST_OF_ONE})"):
        if result != "ok":
            yield problem(None, shown(result))
    yield from _find_other_tables(db)


def _find_other_tables(db: sqlite3.Connection) -> Iterator[Problem]:
    with closing(sqlite3.connect(":memory:")) as model:
        model.executescript(files("amberpost.archive.disk").joinpath("schema.sql").read_text("utf-8"))
        wanted, found = _read_schema(model), _read_schema(db)
        for name in sorted(wanted.keys() | found.keys()):
            if wanted.get(name) != found.get(name):
                yield problem(None, f"the table, index or view {shown(name)} is not as it should be")
        if wanted == found:
            yield from (wrong for table in _read_tables(model) for wrong in _find_wrong_kinds(db, table))


def _read_schema(db: sqlite3.Connection) -> dict[str, str]:
    rows = db.execute(
        "SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {name: f"{kind} {table} {_COMMENT.sub(' ', sql).strip()}" for name, kind, table, sql in rows}


def _read_tables(db: sqlite3.Connection) -> list[str]:
    return [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]


def _find_wrong_kinds(db: sqlite3.Connection, table: str) -> Iterator[Problem]:
    for _, column, kind, needed, _, key in db.execute(f"PRAGMA table_info({table})"):
        allowed = _STORAGE[kind] + (() if needed or key else ("null",))
        marks = ", ".join("?" * len(allowed))
        query = f"SELECT count(*) FROM {table} WHERE typeof({column}) NOT IN ({marks})"
        if count := db.execute(query, allowed).fetchone()[0]:
            yield problem(f"table {table}", f"{count} values of {column} are of another kind than {kind}")


def find_wrong_rows(db: sqlite3.Connection, forgotten: Forgotten) -> Iterator[Problem]:
    """The rows that break a rule, each named; the structure is known to be right."""
    add_digests(db)
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield problem(f"table {table}", f"row {row or '(by name)'} refers to a {parent} that is not there")
    for rule in _RULES:
        yield from _find_broken(db, rule)
    yield from _find_wrong_citations(db, forgotten)


def _find_broken(db: sqlite3.Connection, rule: Rule) -> Iterator[Problem]:
    rows = db.execute(rule.query)
    for (name,) in rows.fetchmany(_MOST_OF_ONE):
        yield problem(shown(str(name)), rule.reason)
    if more := sum(1 for _ in rows):
        yield problem(None, f"{rule.reason}: {more} more")


def _find_wrong_citations(db: sqlite3.Connection, forgotten: Forgotten) -> Iterator[Problem]:
    """Each link in a citation's row is one of its links, but for what was forgotten; its columns are as in the row."""
    links = "SELECT url FROM citation_link WHERE citation = ?"
    for citation, *columns, record in db.execute(f"SELECT id, {', '.join(_COLUMNS)}, record FROM citation ORDER BY id"):
        row = _read_row(record)
        if row is None:
            yield problem(f"citation {shown(citation)}", "its row is no JSON object")
            continue
        for name, value in zip(("id", *_COLUMNS), (citation, *columns), strict=True):
            if isinstance(row.get(name), str) and row[name] not in ("", value):
                yield problem(f"citation {shown(citation)}", f"its {name} is not the one in its row")
        for url in _find_links(row) - {url for (url,) in db.execute(links, (citation,))}:
            if not forgotten.has_url(url):
                yield problem(f"citation {shown(citation)}", f"its link {shown(url)} is not in the queue")


def _read_row(record: str) -> dict[str, object] | None:
    try:
        row = json.loads(record)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _find_links(row: dict[str, object]) -> set[str]:
    links = row.get("links")
    return {link for link in links if isinstance(link, str) and link.strip()} if isinstance(links, list) else set()


def problem(place: str | None, reason: str, advice: str = ADVICE) -> Problem:
    """A problem of the database."""
    return Problem(source=DATABASE, place=place, reason=reason, advice=advice)
