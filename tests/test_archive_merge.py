"""Merged archives hold all that each had, byte for byte, in whatever order; what one forgot stays forgotten."""

from __future__ import annotations

import hashlib
import shutil
from itertools import permutations
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from amberpost import merge
from amberpost.archive import merging
from amberpost.archive.care.check import check
from amberpost.archive.care.forget import forget
from amberpost.archive.disk.reading import Reader
from amberpost.archive.records import Link
from amberpost.archive.store import Store
from amberpost.commands.merge import run_merge
from amberpost.models import ArchiveBusy, ArchiveDamaged, ArchiveError
from archiving import ABOUT, answer, check_archive, read_answer
from smallarchive import HANDLE, ID, OTHER_POST, OWN, POST, SHARED, WORDS, Builder, build_two, find_traces

DUMP = {
    "link": "SELECT l.url, l.role, l.depth, l.lane, l.rank, l.state, l.reason, l.next_at, l.attempts, l.failing_since,"
    " l.outcome, l.status, l.near, t.url FROM link l LEFT JOIN link t ON t.id = l.target",
    "citation": "SELECT id, article, platform, handle, permalink, record FROM citation",
    "citation_link": "SELECT citation, position, citation_link.url, link.url FROM citation_link"
    " JOIN link ON link.id = link",
    "capture": "SELECT url, record_id, settled, date, capture.outcome, capture.status, mime, record_type, truncated,"
    " payload_digest, segment, offset, length, record_offset, record_length, sha256"
    " FROM capture JOIN link ON link.id = link",
    "requisite": "SELECT p.url, l.url FROM requisite JOIN link p ON p.id = page JOIN link l ON l.id = link",
    "payload": "SELECT digest, record_id FROM payload JOIN capture ON capture.id = capture",
    "revisit": "SELECT c.record_id, o.record_id FROM revisit JOIN capture c ON c.id = capture"
    " JOIN capture o ON o.id = original",
    "segment": "SELECT name, size, head_length, head_sha256, about FROM segment",
    "lane": "SELECT name, next_at, failures, until FROM lane",
    "post": "SELECT platform, post_id, permalink, handle, post.outcome, reason, record, record_id FROM post"
    " LEFT JOIN capture ON capture.id = capture",
    "question": "SELECT platform, post_id, url, source, settled, question.outcome, question.reason, question.record,"
    " leads, more FROM question JOIN post ON post.id = post JOIN link ON link.id = link",
    "verdict": "SELECT citation, platform, post_id, verdict, reasons, text FROM verdict"
    " LEFT JOIN post ON post.id = post",
    "unread": "SELECT count(*) FROM unread",
    "unjudged": "SELECT count(*) FROM unjudged",
}


def dump(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that an archive says, but for its own keys."""
    with Store.read(folder) as store:
        return {name: sorted(store.connection.execute(query).fetchall(), key=repr) for name, query in DUMP.items()}


def find(store: Reader, url: str) -> Link:
    link = store.find_link(url)
    assert link is not None, url
    return link


def read_bytes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def read_segments(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "warc").iterdir()}


def check_all(folder: Path) -> None:
    """It passes our check and warcio's digests, and every answer can be read."""
    assert list(map(str, check(folder))) == []
    check_archive(folder)
    with Store.read(folder) as store:
        for capture in store.captures():
            store.open_answer(capture).close()
    for path in (folder / "warc").iterdir():
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content_stream().read()


def build_other(folder: Path) -> Path:
    """Another person's archive: it shares a page with that of `build_two`, and has what that one lacks."""
    with Builder(folder, segment_bytes=1500) as archive:
        archive.cite("d1", SHARED, "https://late.example/", handle="PierNotes", text="a third")
        archive.cite("c1", OWN, handle=HANDLE)
        archive.answer(SHARED, answer(b"a page" * 200))
        archive.answer("https://late.example/", answer(b"a page" * 200))
        archive.cite("d2", "https://slow.example/", "https://new.example/")
        archive.answer("https://slow.example/", answer(b"busy", status=503), state="pending")
    return folder


def build_third(folder: Path) -> Path:
    with Builder(folder) as archive:
        archive.cite("e1", "https://slow.example/", "https://late.example/", SHARED)
        archive.answer("https://late.example/", answer(b"no more", status=404))
        archive.answer("https://slow.example/", answer(b"here at last"))
    return folder


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    return [build_two(tmp_path / "a"), build_other(tmp_path / "b"), build_third(tmp_path / "c")]


def test_all_segments_are_there_byte_for_byte_and_the_sources_are_as_they_were(
    three: list[Path], tmp_path: Path
) -> None:
    before = [read_bytes(folder) for folder in three]
    merged = merge(three, to=tmp_path / "m")
    assert [read_bytes(folder) for folder in three] == before
    assert read_segments(tmp_path / "m") == {n: b for folder in three for n, b in read_segments(folder).items()}
    assert (merged.archives, merged.citations, merged.forgotten) == (3, 6, 0)
    check_all(tmp_path / "m")


def test_the_order_does_not_matter_nor_how_often(three: list[Path], tmp_path: Path) -> None:
    dumps = []
    for number, order in enumerate(permutations(three)):
        folder = tmp_path / f"m{number}"
        if number % 2:
            merge(order, to=folder)
        else:
            for one in order:
                merge([one], to=folder)
        dumps.append(dump(folder))
        bytes_before = read_segments(folder)
        again = merge([*order, folder], to=folder)
        assert (again.citations, again.links, again.captures, again.bytes) == (0, 0, 0, 0)
        assert dump(folder) == dumps[-1]
        assert read_segments(folder) == bytes_before
    assert all(each == dumps[0] for each in dumps)
    assert dumps[0]["unread"] == dumps[0]["unjudged"] == [(0,)]


def test_merging_merged_archives_is_the_same_as_merging_all_at_once(three: list[Path], tmp_path: Path) -> None:
    merge(three[:2], to=tmp_path / "ab")
    merge([three[2], tmp_path / "ab"], to=tmp_path / "m")
    merge(three, to=tmp_path / "all")
    assert dump(tmp_path / "m") == dump(tmp_path / "all")


def test_the_answer_that_says_most_settles_a_link(three: list[Path], tmp_path: Path) -> None:
    merge(three, to=tmp_path / "m")
    with Store.read(tmp_path / "m") as store:
        assert find(store, "https://slow.example/").state == "captured"
        assert find(store, "https://new.example/").state == "pending"
        assert find(store, "https://late.example/").status == 200
        captures = store.find_captures("https://late.example/")
        assert [(each.status, each.settled) for each in captures] == [(200, True), (404, False)]
        assert [b"a page" in read_answer(store, each) for each in captures] == [True, False]


def test_posts_and_verdicts_are_those_of_each_archive(three: list[Path], tmp_path: Path) -> None:
    merge(three[:1], to=tmp_path / "learned")
    merge(three, to=tmp_path / "m")
    alone, together = dump(tmp_path / "learned"), dump(tmp_path / "m")
    assert alone["post"]
    assert set(alone["post"]) <= set(together["post"])
    assert {row[0] for row in together["verdict"]} == {"c1", "c2", "c3", "d1", "d2", "e1"}


def test_an_archive_that_has_grown_is_merged_again(three: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "m"
    merge(three, to=target)
    with Builder(three[2]) as archive:
        archive.cite("e2", "https://more.example/")
        archive.answer("https://more.example/", answer(b"grown"))
    merged = merge([three[2]], to=target)
    assert (merged.citations, merged.links, merged.captures) == (1, 1, 1)
    assert read_segments(three[2]).items() <= read_segments(target).items()
    check_all(target)


def test_copies_of_one_archive_that_went_on_apart_come_together(tmp_path: Path) -> None:
    first = build_two(tmp_path / "a")
    second = Path(shutil.copytree(first, tmp_path / "b"))
    for number, folder in enumerate((first, second)):
        with Builder(folder) as archive:
            archive.cite(f"x{number}", f"https://h{number}.example/")
            archive.answer(f"https://h{number}.example/", answer(b"%d" % number))
    merge([first, second], to=tmp_path / "m")
    check_all(tmp_path / "m")
    with Store.read(tmp_path / "m") as store:
        assert {find(store, f"https://h{number}.example/").state for number in (0, 1)} == {"captured"}


def test_a_run_goes_on_behind_a_merge_in_a_segment_of_its_own(three: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "m"
    merge(three, to=target)
    before = read_segments(target)
    with Builder(target) as archive:
        archive.answer("https://new.example/", answer(b"a page" * 200))
    after = read_segments(target)
    assert before.items() < after.items()
    (own,) = after.keys() - before.keys()
    with Store.read(target) as store:
        assert own.split("-")[1] == store.archive
        assert store.find_captures("https://new.example/")[0].record_type == "revisit"
    check_all(target)
    merge(three, to=target)
    assert read_segments(target) == after


def test_a_lost_database_comes_back_from_the_segments_of_all(three: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "m"
    merge(three, to=target)
    with Builder(target) as archive:
        archive.answer("https://new.example/", answer(b"a page" * 200))
    before = dump(target)
    for path in target.glob("archive.db*"):
        path.unlink()
    Store.open(target, about=ABOUT).close()
    check_all(target)
    after = dump(target)
    for name in ("capture", "revisit", "segment", "requisite"):
        assert after[name] == before[name], name
    settled = [row for row in before["link"] if row[5] == "captured"]
    assert {row[0]: row[5:] for row in after["link"]}.items() >= {row[0]: row[5:] for row in settled}.items()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_one_archive_forgot_is_forgotten_in_all(tmp_path: Path, order: tuple[int, int]) -> None:
    whole = build_two(tmp_path / "a")
    other = Path(shutil.copytree(whole, tmp_path / "b"))
    forget(other, handle=HANDLE)
    folders = [whole, other]
    target = tmp_path / "m"
    merge([folders[number] for number in order], to=target)
    assert find_traces(target, HANDLE, ID, WORDS, OWN) == set()
    check_all(target)
    with Store.read(target) as store:
        assert store.is_forgotten(POST)
        assert find(store, OTHER_POST).state == "captured"
    first = dump(target)
    assert merge([whole], to=target).captures == 0
    assert find_traces(target, HANDLE, ID, WORDS, OWN) == set()
    assert dump(target) == first
    with Builder(target) as archive:
        archive.cite("c9", POST, handle=HANDLE)
        assert archive.store.find_link(POST) is None


def test_what_a_merged_archive_forgot_stays_forgotten_behind_another_merge(tmp_path: Path) -> None:
    whole = build_two(tmp_path / "a")
    other = build_two(tmp_path / "b")
    forget(other, handle=HANDLE)
    merge([other], to=tmp_path / "one")
    merge([tmp_path / "one", whole], to=tmp_path / "two")
    assert find_traces(tmp_path / "two", HANDLE, ID, WORDS) == set()
    check_all(tmp_path / "two")


def test_forgetting_in_the_target_takes_what_comes_later(tmp_path: Path) -> None:
    whole, target = build_two(tmp_path / "a"), build_other(tmp_path / "m")
    with Builder(target) as archive:
        archive.cite("c8", POST, handle=HANDLE)
    forget(target, handle=HANDLE)
    merged = merge([whole], to=target)
    assert merged.forgotten > 0
    assert find_traces(target, HANDLE, ID, WORDS) == set()
    check_all(target)


def test_what_is_no_archive_or_not_whole_is_refused_and_nothing_is_made(three: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "m"
    with pytest.raises(ArchiveError, match="holds no archive"):
        merge([tmp_path / "nothing"], to=target)
    with Store.open(three[0], about=ABOUT), pytest.raises(ArchiveBusy):
        merge(three, to=target)
    segment = next((three[1] / "warc").iterdir())
    whole = segment.read_bytes()
    segment.write_bytes(whole + b"half a record")
    with pytest.raises(ArchiveError, match="--offline"):
        merge(three, to=target)
    segment.write_bytes(whole[:-9])
    with pytest.raises(ArchiveDamaged, match="cut"):
        merge(three, to=target)
    assert not target.exists()
    segment.write_bytes(whole[:-9] + b"somewhat!")
    with pytest.raises(ArchiveDamaged, match="amberpost check"):
        merge(three, to=target)
    assert not target.exists()
    target.mkdir()
    with pytest.raises(ArchiveDamaged, match="amberpost check"):
        merge(three, to=target)
    assert list(target.iterdir()) == []
    segment.write_bytes(whole)
    merge(three, to=target)
    check_all(target)


def test_a_failed_merge_takes_nothing_back_that_was_there_or_has_come(
    three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ArchiveDamaged("read no further")

    Store.open(tmp_path / "empty", about=ABOUT).close()
    segment = next((three[1] / "warc").iterdir())
    segment.write_bytes(segment.read_bytes()[:-9] + b"somewhat!")
    with pytest.raises(ArchiveDamaged, match="amberpost check"):
        merge(three, to=tmp_path / "empty")
    check_all(tmp_path / "empty")
    monkeypatch.setattr(merging, "learn", fail)
    with pytest.raises(ArchiveDamaged, match="read no further"):
        merge([three[0]], to=tmp_path / "m")
    with Store.read(tmp_path / "m") as store:
        assert store.counts().captures > 0


def test_an_answer_of_one_archive_that_others_refer_to_is_found(tmp_path: Path) -> None:
    for number in (0, 1):
        with Builder(tmp_path / str(number)) as archive:
            for place in range(3):
                archive.cite(f"c{number}{place}", f"https://h{number}.example/{place}")
                archive.answer(f"https://h{number}.example/{place}", answer(b"the same" * 300))
    merge([tmp_path / "1", tmp_path / "0"], to=tmp_path / "m")
    check_all(tmp_path / "m")
    with Store.read(tmp_path / "m") as store:
        kinds = [capture.record_type for capture in store.captures()]
        assert sorted(kinds) == ["response"] * 2 + ["revisit"] * 4
        assert all(b"the same" in read_answer(store, capture) for capture in store.captures())


def test_the_command_says_what_came_and_refuses_what_is_no_archive(
    three: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "m")
    assert run_merge([str(folder) for folder in three], to=target, quiet=False) == 0
    assert "new out of 3 archives: 6 citations" in capsys.readouterr().err
    assert run_merge([str(three[0])], to=target, quiet=False) == 0
    assert "0 citations, 0 links, 0 captures" in capsys.readouterr().err
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("words")
    assert run_merge([str(three[0])], to=str(tmp_path / "other"), quiet=True) == 2
    assert run_merge([str(tmp_path / "nothing")], to=target, quiet=True) == 2
    with Store.open(three[0], about=ABOUT):
        assert run_merge([str(three[0])], to=target, quiet=True) == 75
