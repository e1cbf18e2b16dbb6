"""What goes when an account or a post is forgotten: citations, links and captures, as keys in temporary tables."""

from __future__ import annotations

import sqlite3

from ..disk.marks import find_citation_marks, find_url_marks, post_marks, url_mark
from ..records import CitedLinks
from .wanted import Wanted, read_citations, read_links, read_posts

_TABLES = (
    "gone_citation(id TEXT PRIMARY KEY) WITHOUT ROWID",
    "forced_link(id INTEGER PRIMARY KEY)",
    "led_link(id INTEGER PRIMARY KEY)",
    "gone_link(id INTEGER PRIMARY KEY)",
    "gone_capture(id INTEGER PRIMARY KEY)",
    "orphaned_link(id INTEGER PRIMARY KEY)",
    "touched_capture(id INTEGER PRIMARY KEY)",
    "gone_post(id INTEGER PRIMARY KEY)",
)
_ALL_THAT_TELLS_OF_IT = (
    "INSERT OR IGNORE INTO forced_link SELECT link FROM question JOIN gone_post ON gone_post.id = post"
)
# An account may have had another name when it was cited: then only the verdict tells whose words these are.
_ALL_THAT_IS_IT = """
INSERT OR IGNORE INTO gone_citation
SELECT citation FROM verdict JOIN gone_post ON gone_post.id = post WHERE verdict IN ('same', 'probably-same')
"""
# What leads to a post that goes, goes with it: its address names the post.
_ALL_THAT_LEADS_THERE = """
INSERT OR IGNORE INTO forced_link
WITH RECURSIVE led(id) AS (SELECT id FROM forced_link UNION SELECT link.id FROM link JOIN led ON link.target = led.id)
SELECT id FROM led
"""
_ALL_THAT_IT_LEADS_TO = """
INSERT INTO led_link
WITH RECURSIVE led(id) AS (
  SELECT id FROM forced_link
  UNION SELECT citation_link.link FROM citation_link JOIN gone_citation ON gone_citation.id = citation_link.citation
  UNION SELECT link.target FROM led JOIN link ON link.id = led.id WHERE link.target IS NOT NULL
  UNION SELECT requisite.link FROM led JOIN requisite ON requisite.page = led.id
)
SELECT id FROM led
"""
# Of that, what others lead to as well stays: citations that stay, URLs that were asked for by themselves, other pages.
_ALL_THAT_ONLY_IT_LEADS_TO = """
INSERT INTO gone_link
WITH RECURSIVE kept(id) AS (
  SELECT led_link.id FROM led_link JOIN link USING (id) WHERE id NOT IN (SELECT id FROM forced_link) AND (
    link.role = 'robots'
    OR EXISTS (SELECT 1 FROM citation_link WHERE link = id AND citation NOT IN (SELECT id FROM gone_citation))
    OR (link.role = 'cited' AND NOT EXISTS (SELECT 1 FROM citation_link WHERE link = id))
    OR EXISTS (SELECT 1 FROM link AS other
      WHERE other.target = led_link.id AND other.id NOT IN (SELECT id FROM led_link))
    OR EXISTS (SELECT 1 FROM requisite WHERE requisite.link = led_link.id AND page NOT IN (SELECT id FROM led_link)))
  UNION SELECT link.target FROM kept JOIN link ON link.id = kept.id
    WHERE link.target IS NOT NULL AND link.target NOT IN (SELECT id FROM forced_link)
  UNION SELECT requisite.link FROM kept JOIN requisite ON requisite.page = kept.id
    WHERE requisite.link NOT IN (SELECT id FROM forced_link)
)
SELECT id FROM led_link WHERE id NOT IN (SELECT id FROM kept)
"""
# The robots.txt of a host that nothing else was asked of would tell who it was.
_LAST_ROBOTS = """
INSERT OR IGNORE INTO gone_link
SELECT id FROM link AS robots WHERE role = 'robots'
  AND lane IN (SELECT lane FROM link JOIN gone_link USING (id))
  AND NOT EXISTS (SELECT 1 FROM link
    WHERE lane = robots.lane AND role <> 'robots' AND id NOT IN (SELECT id FROM gone_link))
"""
_THEIR_CAPTURES = (
    "INSERT INTO gone_capture SELECT capture.id FROM capture JOIN gone_link ON gone_link.id = capture.link"
)
_THEIR_REVISITS = """
INSERT OR IGNORE INTO gone_capture
SELECT revisit.capture FROM revisit JOIN gone_capture ON gone_capture.id = revisit.original
"""
_WHO_LOST_AN_ANSWER = """
INSERT INTO orphaned_link
SELECT DISTINCT link FROM capture JOIN gone_capture USING (id) WHERE settled AND link NOT IN (SELECT id FROM gone_link)
"""
_WHOSE_NOTES_NAME_IT = """
INSERT INTO touched_capture
SELECT id FROM capture WHERE id NOT IN (SELECT id FROM gone_capture) AND (
  link IN (SELECT id FROM led_link)
  OR link IN (SELECT page FROM requisite JOIN gone_link ON gone_link.id = requisite.link))
"""
_STEPS = (
    _ALL_THAT_IT_LEADS_TO,
    _ALL_THAT_ONLY_IT_LEADS_TO,
    _LAST_ROBOTS,
    _THEIR_CAPTURES,
    _THEIR_REVISITS,
    _WHO_LOST_AN_ANSWER,
    _WHOSE_NOTES_NAME_IT,
)


def make_tables(db: sqlite3.Connection) -> None:
    """Make the temporary tables that `select` fills, empty."""
    for table in _TABLES:
        db.execute(f"CREATE TEMP TABLE {table}")


def select(db: sqlite3.Connection, wanted: Wanted) -> None:
    """Fill the temporary tables with the keys of what goes, what loses its original, and what names what goes."""
    urls = {mark for mark in wanted.marks if mark.startswith("url:")}
    named = (
        (key,)
        for key, url in read_links(db)
        if (wanted.may_name(url) and _is_named(url, wanted)) or (urls and url_mark(url) in urls)
    )
    db.executemany("INSERT INTO forced_link VALUES (?)", list(named))
    posts = ((key,) for key, permalink in read_posts(db) if not wanted.marks.isdisjoint(post_marks(permalink)))
    db.executemany("INSERT INTO gone_post VALUES (?)", list(posts))
    db.execute(_ALL_THAT_TELLS_OF_IT)
    db.execute(_ALL_THAT_LEADS_THERE)
    gone = [(cited.id,) for cited in read_citations(db) if _goes(db, cited, wanted)]
    db.executemany("INSERT INTO gone_citation VALUES (?)", gone)
    db.execute(_ALL_THAT_IS_IT)
    for statement in _STEPS:
        db.execute(statement)


def _is_named(url: str, wanted: Wanted) -> bool:
    return not wanted.marks.isdisjoint(find_url_marks(url))


def _goes(db: sqlite3.Connection, cited: CitedLinks, wanted: Wanted) -> bool:
    """Tell whether a citation is of what goes: by its own words, or, of the same account or of none, by its links."""
    marks = set(find_citation_marks(cited))
    if not marks.isdisjoint(wanted.marks):
        return True
    known = any(mark.startswith("post:") for mark in marks)
    if known or (cited.handle and cited.handle.removeprefix("@").lower() not in wanted.handles):
        return False
    leads = "SELECT 1 FROM citation_link JOIN forced_link ON forced_link.id = link WHERE citation = ?"
    return db.execute(leads, (cited.id,)).fetchone() is not None
