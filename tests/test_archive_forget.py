"""`forget` leaves no byte of a person's posts behind, takes nothing of others, and may be killed at any step."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from amberpost import Archive
from amberpost.archive.care.check import check
from amberpost.archive.care.forget import Forgot, forget
from amberpost.archive.disk.cited import read_cited
from amberpost.archive.records import Decision, LaneState, Result
from amberpost.archive.store import Store
from amberpost.models import ArchiveBusy
from archiving import ABOUT, answer, exchange, find, new_link
from smallarchive import (
    HANDLE,
    ID,
    OTHER,
    OTHER_POST,
    OWN,
    PAGE,
    POST,
    QUOTING,
    SHARED,
    WORDS,
    Builder,
    build_two,
    find_traces,
)


def read_urls(folder: Path, *, state: str = "captured") -> set[str]:
    with Store.read(folder) as store:
        return {url for (url,) in store.connection.execute("SELECT url FROM link WHERE state = ?", (state,))}


def test_no_byte_of_the_account_its_post_or_its_words_is_left(copy: Path) -> None:
    assert len(find_traces(copy, HANDLE, ID, WORDS)) >= 5
    forgot = forget(copy, handle=f"@{HANDLE.lower()}")
    assert find_traces(copy, HANDLE, ID, WORDS, OWN, QUOTING, PAGE, "blog.example", "cdn.example") == set()
    assert list(check(copy)) == []
    assert (forgot.citations, forgot.links, forgot.captures) == (1, 7, 7)
    assert forgot.bytes > 0


def test_what_others_cite_stays_and_what_lost_its_original_waits_again(copy: Path) -> None:
    assert forget(copy, handle=HANDLE).requeued == 1
    assert read_urls(copy) == {"https://t.co/otherLink1", OTHER_POST}
    assert read_urls(copy, state="pending") == {SHARED}
    with Builder(copy) as archive:
        resolution = archive.store.resolve("https://t.co/otherLink1")
        assert resolution is not None
        assert resolution.hops[-1].capture is not None
        with archive.store.open_answer(resolution.hops[-1].capture) as stored:
            assert b"another's words" in stored.read()
        archive.answer(SHARED, answer(b"a page"))
    assert list(check(copy)) == []
    assert SHARED in read_urls(copy)


def test_a_post_goes_by_any_spelling_of_its_address_and_takes_its_citation_along(copy: Path) -> None:
    forget(copy, post=f"https://mobile.twitter.com/i/web/status/{ID}?s=20")
    assert find_traces(copy, ID, WORDS, OWN) == set()
    assert list(check(copy)) == []


def test_another_post_of_the_same_account_stays(copy: Path) -> None:
    with Builder(copy) as archive:
        second = f"https://x.com/{HANDLE}/status/1863333333333333333"
        archive.cite("c9", "https://t.co/secondPost", handle=HANDLE, permalink=second, text="rain at noon")
        archive.redirect("https://t.co/secondPost", second)
        archive.answer(second, answer(b"rain at noon"))
    assert forget(copy, post=POST).citations == 1
    assert find_traces(copy, WORDS, ID) == set()
    assert second in read_urls(copy)
    assert list(check(copy)) == []


def test_verdicts_on_others_no_longer_say_where_their_links_led(tmp_path: Path) -> None:
    with Builder(tmp_path) as archive:
        archive.cite("c1", QUOTING, handle=OTHER, text="look at this")
        archive.cite("c2", f"https://twitter.com/{HANDLE}/status/{ID}?s=20", handle=OTHER, text="and at this")
        row = {"id": "c3", "handle": OTHER, "links": json.dumps([QUOTING, POST])}  # as tables hold a list
        archive.store.add_citations([read_cited(row, find_refusal=lambda _: None)])
        archive.redirect(QUOTING, POST)
        archive.answer(POST, answer(WORDS.encode()))
    with Archive(tmp_path) as judged:
        judged.learn()
    forget(tmp_path, handle=HANDLE)
    assert find_traces(tmp_path, HANDLE, ID, QUOTING) == set()
    assert list(check(tmp_path)) == []
    with Archive(tmp_path) as judged:
        judged.learn()
        assert [(tally.verdict, tally.citations) for tally in judged.store.count_verdicts()] == [("unverifiable", 3)]


def test_notes_that_stay_no_longer_name_the_citations_that_went(tmp_path: Path) -> None:
    with Builder(tmp_path / "archive") as archive:
        archive.cite("harbordesk-7", SHARED, handle=HANDLE)
        archive.cite("c2", SHARED, handle=OTHER)
        archive.answer(SHARED, answer(b"a page"))
    assert forget(tmp_path / "archive", handle=HANDLE).captures == 0
    assert find_traces(tmp_path / "archive", "harbordesk") == set()
    assert "c2.txt" in "".join(find_traces(tmp_path / "archive", "c2.txt"))
    assert list(check(tmp_path / "archive")) == []


@pytest.mark.parametrize(
    "url",
    [
        f"https://twitter.com/{HANDLE.upper()}/statuses/{ID}/photo/1",
        f"http://x.com:80//{HANDLE}//status/{ID}#top",
        f"https://x.com/%48arborDesk/status/{ID}",
        f"https://X.COM./{HANDLE}/STATUS/{ID}",
        f"https://nitter.example/{HANDLE}/status/{ID}",
        f"https://web.archive.example/web/2024id_/https://twitter.com/{HANDLE}/status/{ID}",
        f"https://web.archive.example/web/2024/twitter.com/{HANDLE}/status/{ID}",
        f"https://publish.example/oembed?url=https%3A%2F%2Fx.com%2F{HANDLE}%2Fstatus%2F{ID}",
        f"https://x.com/login?next=https%253A%252F%252Fx.com%252F{HANDLE}%252Fstatus%252F{ID}",
        f"https://cdn.syndication.example/tweet-result?id={ID}&lang=en",
        f"https://x.com/i/status/{ID}",
        f"https://x.com/{HANDLE}",
        f"https://mobile.twitter.com/{HANDLE.lower()}/media",
        f"https://twitter.com/intent/user?screen_name={HANDLE}",
    ],
)
def test_an_address_of_the_account_goes_in_any_spelling_whoever_cites_it(tmp_path: Path, url: str) -> None:
    folder = tmp_path / "archive"
    with Builder(folder) as archive:
        archive.cite("c1", handle=HANDLE, permalink=POST)
        archive.cite("c2", url, SHARED, handle=OTHER)
        (queued,) = (link for (link,) in archive.store.connection.execute("SELECT url FROM link WHERE id = 2"))
        archive.answer(queued, answer(b"his page"))
        archive.answer(SHARED, answer(b"a page"))
    forget(folder, handle=HANDLE)
    assert find_traces(folder, HANDLE, ID, "his page", "%48arbor") == set()
    assert list(check(folder)) == []
    assert read_urls(folder) == {SHARED}
    with Builder(folder) as archive:
        archive.cite("c4", url, "https://news.example/new", handle=OTHER)
        assert archive.store.add_urls([new_link(queued)]).links == 0
    assert find_traces(folder, HANDLE, ID, "%48arbor") == set()


@pytest.mark.parametrize(
    "url",
    [
        f"https://x.com/{HANDLE}2/status/1864444444444444444",
        f"https://fedex.com/{HANDLE}/status/1864444444444444444",
        "https://x.com/someone/status/1864444444444444444",
        f"https://news.example/{HANDLE}",
        f"https://news.example/?q=1{ID}",
    ],
)
def test_what_only_looks_alike_stays(tmp_path: Path, url: str) -> None:
    with Builder(tmp_path / "archive") as archive:
        archive.cite("c1", handle=HANDLE, permalink=POST)
        archive.cite("c2", url, handle=OTHER)
        archive.answer(url, answer(b"a page"))
    forget(tmp_path / "archive", handle=HANDLE)
    assert read_urls(tmp_path / "archive") == {url}
    assert list(check(tmp_path / "archive")) == []


def test_nothing_of_it_comes_back_when_the_same_citations_are_given_again(copy: Path) -> None:
    forget(copy, handle=HANDLE)
    before = read_urls(copy) | read_urls(copy, state="pending")
    with Builder(copy) as archive:
        archive.cite("c1", OWN, PAGE, SHARED, handle=HANDLE, text=WORDS)
        archive.cite("c2", QUOTING, SHARED, "https://t.co/otherLink1", handle=OTHER, quoted=POST, text="look at this")
        archive.cite("c7", "https://t.co/newOfThem1", handle=HANDLE.upper(), text="tomorrow's post")
        assert archive.store.add_urls([new_link(OWN), new_link(POST)]).links == 0
    assert read_urls(copy) | read_urls(copy, state="pending") == before
    assert find_traces(copy, HANDLE, ID, WORDS, "tomorrow") == set()
    assert list(check(copy)) == []


def test_a_link_that_turns_out_to_lead_there_leaves_no_answer(copy: Path) -> None:
    forget(copy, handle=HANDLE)
    later = f"https://x.com/{HANDLE}/status/1869999999999999999"
    with Builder(copy) as archive:
        archive.cite("c8", "https://t.co/leadsThere", handle=OTHER)
        archive.redirect("https://t.co/leadsThere", later)
        assert find(archive.store, "https://t.co/leadsThere").state == "refused"
    assert find_traces(copy, HANDLE, later) == set()
    assert list(check(copy)) == []


def test_the_digests_tell_nothing_without_the_key(copy: Path) -> None:
    forget(copy, handle=HANDLE)
    with closing(sqlite3.connect(copy / "archive.db")) as db:
        digests = [digest for (digest,) in db.execute("SELECT digest FROM forgotten")]
        (key,) = db.execute("SELECT value FROM meta WHERE key = 'key'").fetchone()
    assert len(key) == 64
    assert len(digests) >= 4
    assert all(len(digest) == 64 and digest != key for digest in digests)


def test_bare_urls_that_lead_to_the_post_go_with_their_own_citations(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with Builder(folder) as archive:
        for url in (OWN, POST, SHARED):
            archive.store.add_citations([read_cited({"url": url}, find_refusal=lambda _: None)])
        archive.redirect(OWN, POST)
        archive.answer(POST, answer(WORDS.encode()))
        archive.answer(SHARED, answer(b"a page"))
    assert forget(folder, post=POST).citations == 2
    with Store.open(folder, about=ABOUT) as store:
        rows = [read_cited({"url": url}, find_refusal=lambda _: None) for url in (OWN, POST)]
        assert store.add_citations(rows).citations == 0
    assert find_traces(folder, HANDLE, OWN) == set()
    assert read_urls(folder) == {SHARED}
    assert list(check(folder)) == []


def test_a_short_link_of_theirs_that_was_never_asked_stays_away(tmp_path: Path) -> None:
    with Builder(tmp_path / "archive") as archive:
        archive.cite("c1", OWN, PAGE, handle=HANDLE)
    forget(tmp_path / "archive", handle=HANDLE)
    with Store.open(tmp_path / "archive", about=ABOUT) as store:
        assert store.add_urls([new_link(OWN)]).links == 0
        assert store.add_urls([new_link(PAGE)]).links == 1, "a page that only they linked to is not theirs"


def test_a_host_that_nothing_else_was_asked_of_goes_with_its_robots_and_its_lane(tmp_path: Path) -> None:
    folder, home = tmp_path / "archive", f"https://{HANDLE.lower()}.example/"
    with Builder(folder) as archive:
        archive.cite("c1", home, SHARED, handle=HANDLE)
        archive.cite("c2", SHARED, handle=OTHER)
        for url in (home, SHARED):
            robots = f"https://{url.split('/')[2]}/robots.txt"
            archive.store.add_urls([new_link(robots, role="robots")])
            archive.answer(robots, answer(robots.encode()))
            archive.answer(url, answer(url.encode()))
            archive.store.save_lanes([LaneState(name=url.split("/")[2], next_at=1.0, failures=0, until=0.0)])
    forget(folder, handle=HANDLE)
    assert find_traces(folder, HANDLE) == set()
    assert read_urls(folder) == {SHARED, "https://news.example/robots.txt"}
    with Store.read(folder) as store:
        assert [lane.name for lane in store.lanes()] == ["news.example"]
    assert list(check(folder)) == []


def test_only_segments_that_hold_something_of_it_are_written_anew(tmp_path: Path) -> None:
    folder = build_two(tmp_path / "archive", segment_bytes=1)
    before = {path: path.stat().st_ino for path in (folder / "warc").iterdir()}
    forget(folder, handle=HANDLE)
    changed = [path.name for path, inode in before.items() if path.stat().st_ino != inode]
    assert 0 < len(changed) < len(before)
    for path in before:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests=True):
                record.raw_stream.read()
                assert record.digest_checker.passed is not False
    assert find_traces(folder, HANDLE, ID, WORDS) == set()
    assert list(check(folder)) == []


def test_forgetting_again_or_whom_nobody_knows_changes_nothing_else(copy: Path) -> None:
    assert forget(copy, handle="nobody") == Forgot(citations=0, links=0, captures=0, requeued=0, bytes=0)
    assert find_traces(copy, "nobody") == set()
    forget(copy, handle=HANDLE)
    assert forget(copy, handle=HANDLE) == Forgot(citations=0, links=0, captures=0, requeued=0, bytes=0)
    assert list(check(copy)) == []


def test_a_dry_run_changes_nothing(copy: Path) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*.*") if path.suffix in (".db", ".gz", ".cdxj")}
    planned = forget(copy, handle=HANDLE, dry_run=True)
    assert {path: path.read_bytes() for path in before} == before
    done = forget(copy, handle=HANDLE)
    assert (planned.citations, planned.links, planned.captures) == (done.citations, done.links, done.captures)


@pytest.mark.parametrize(
    ("handle", "post"), [(None, None), ("a", POST), (" @", None), (None, "https://x.com/jack"), (None, "jack")]
)
def test_what_cannot_be_meant_is_said(copy: Path, handle: str | None, post: str | None) -> None:
    with pytest.raises(ValueError, match=r"handle|address"):
        forget(copy, handle=handle, post=post)


def test_an_archive_that_is_written_to_is_left_alone(copy: Path) -> None:
    with Store.open(copy, about=ABOUT), pytest.raises(ArchiveBusy):
        forget(copy, handle=HANDLE)


def test_results_that_come_back_after_forgetting_are_left_out(copy: Path) -> None:
    """A run that began before: its store is another one, but the answer it holds names who is forgotten by now."""
    forget(copy, handle=HANDLE)
    with Store.open(copy, about=ABOUT) as store:
        link = find(store, SHARED)
        target = new_link(POST, role="hop", depth=1)
        made = exchange(SHARED, answer(b"", status=301, headers=f"Location: {POST}\r\n".encode()))
        store.record([Result(link=link, exchanges=(made,), decision=Decision(state="captured", target=target))])
    assert find_traces(copy, HANDLE, ID) == set()
    assert list(check(copy)) == []


def test_damage_that_only_the_database_can_tell_of_is_not_made_sound(copy: Path) -> None:
    """A note that names what goes is written anew, and its group's digest with it: of a damaged one it stays as is."""
    with Store.read(copy) as store:
        rows = store.connection.execute("SELECT segment, offset FROM capture ORDER BY offset").fetchall()
    for segment, offset in rows:
        data = bytearray((copy / "warc" / segment).read_bytes())
        data[offset + 4] ^= 1  # the time in a gzip head, which nothing checks
        (copy / "warc" / segment).write_bytes(data)
    forget(copy, handle=HANDLE)
    with Store.read(copy) as store:
        (left,) = store.connection.execute("SELECT count(*) FROM capture").fetchone()
    assert len({problem.place for problem in check(copy)}) == left > 1


@pytest.mark.parametrize("handle", ["https://x.com/adawren", "Ada Wren", "a\tb", "\udcff"])
def test_what_is_no_handle_is_refused_and_not_found_nowhere(copy: Path, handle: str) -> None:
    with pytest.raises(ValueError, match="is no account's name"):
        forget(copy, handle=handle)
