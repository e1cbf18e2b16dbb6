"""The claim that others can use the WARC files, shown on their tools: warcio, FastWARC, gzip, pywb, surt."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import surt
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from pywb.warcserver.index.indexsource import FileIndexSource
from warcio.archiveiterator import ArchiveIterator

from amberpost.archive.disk.notes import Note, format_note, parse_note
from amberpost.archive.disk.surt import make_key
from amberpost.archive.disk.warcrecords import MOST_SURPLUS, REVISIT, make_group, pack_record, target_uri
from amberpost.archive.records import Decision, Exchange, NewLink
from amberpost.archive.store import Store
from archiving import ABOUT, answer, cite, exchange, new_link, record

PAGE = answer(b"<p>The harbour is open again.</p>" * 40)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
ZIPPED = answer(gzip.compress(b"squeezed" * 50, mtime=0), headers=b"Content-Encoding: gzip\r\n")
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
UNTIDY = b"HTTP/1.1 200 OK\nContent-Type: text/plain\n\nbare line feeds"
BANNER = b"SSH-2.0-Harbour\r\n"
URL = "https://news.example/a"

# What a server sent, what of it is the answer, and what was beside it.
KINDS: dict[str, tuple[bytes, bytes, bytes]] = {
    "plain": (PAGE, PAGE, b""),
    "chunked": (CHUNKED, CHUNKED, b""),
    "gzip": (ZIPPED, ZIPPED, b""),
    "interim": (EARLY + PAGE, PAGE, EARLY),
    "surplus": (PAGE + b"more", PAGE, b"more"),
    "interim and surplus": (EARLY + PAGE + b"more", PAGE, EARLY + b"more"),
    "untidy": (UNTIDY, UNTIDY, b""),
    "no body": (answer(b"", status=204), answer(b"", status=204), b""),
}


def pack(made: Exchange) -> bytes:
    return b"".join(piece for item in make_group(made, "link: x\r\n").records for piece in pack_record(item))


def read(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Type, target and block of each record as warcio reads them; the block digest is held against the block."""
    for item in ArchiveIterator(io.BytesIO(data), no_record_parse=True):
        block = item.raw_stream.read()
        assert item.rec_headers["WARC-Block-Digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
        yield item.rec_type, item.rec_headers["WARC-Target-URI"], block


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Exchanges of every kind, a revisit among them."""
    folder = tmp_path / "archive"
    with Store.open(folder, about=ABOUT) as store:
        for kind, (received, _, _) in KINDS.items():
            record(store, f"https://{kind.replace(' ', '-')}.example/Page?b=2&a=1", received)
        record(store, "https://again.example/", PAGE.replace(b"\r\n\r\n", b"\r\nX-Served: 2\r\n\r\n"))
        record(store, "https://cut.example/", PAGE[:-9], outcome="truncated", cut="disconnect")
        record(store, "https://banner.example/", BANNER, outcome="protocol")
    return folder


def segment_of(archive: Path) -> Path:
    (path,) = (archive / "warc").iterdir()
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_the_bytes_of_an_exchange_are_kept_and_what_is_beside_the_answer_apart(kind: str) -> None:
    received, kept, beside = KINDS[kind]
    made = exchange(URL, received)
    records = list(read(pack(made)))
    wanted = [("request", URL, made.sent), ("response", URL, kept)]
    wanted += [("metadata", f"urn:wire:{URL}", beside)] if beside else []
    assert records == [*wanted, ("metadata", f"urn:amberpost:outcome:{URL}", b"link: x\r\n")]


def test_what_is_no_http_is_no_response_and_not_under_its_url() -> None:
    records = list(read(pack(exchange(URL, BANNER, sent=b""))))
    assert [kind for kind, _, _ in records] == ["metadata", "metadata"]
    assert records[0][1:] == (f"urn:wire:{URL}", BANNER)


def test_surplus_without_end_is_bounded() -> None:
    (*_, around, _) = read(pack(exchange(URL, PAGE + b"x" * (3 * MOST_SURPLUS))))
    assert around[2] == b"x" * MOST_SURPLUS


def test_a_large_answer_goes_through_in_pieces_and_comes_out_whole() -> None:
    body = random.Random(3).randbytes(3_000_000)
    made = exchange(URL, answer(body))
    response = make_group(made, "").answer
    pieces = list(pack_record(response))
    assert len(pieces) > 5
    assert max(map(len, pieces)) < 1 << 19
    ((_, _, block),) = read(b"".join(pieces))
    assert hashlib.sha256(block).digest() == hashlib.sha256(answer(body)).digest()


def test_a_file_that_holds_less_than_was_said_is_not_stored() -> None:
    made = exchange(URL, PAGE)
    made.received.truncate(len(PAGE) - 1)
    with pytest.raises(OSError, match="not all there"):
        pack(made)


def test_payload_digests_stand_where_readers_agree(archive: Path) -> None:
    with Store.read(archive) as store:
        digests = {item.url.split("/")[2]: item.payload_digest for item in store.captures()}
    body = PAGE.partition(b"\r\n\r\n")[2]
    assert digests["plain.example"] == digests["again.example"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert [name for name, digest in digests.items() if digest is None] == [
        "chunked.example", "untidy.example", "cut.example", "banner.example"
    ]  # fmt: skip


def test_a_revisit_has_every_field_that_replay_needs(archive: Path) -> None:
    with segment_of(archive).open("rb") as file:
        fields = {
            item.rec_headers["WARC-Target-URI"]: dict(item.rec_headers.headers)
            for item in ArchiveIterator(file)
            if item.rec_type in ("response", "revisit")
        }
    original, revisit = fields["https://plain.example/Page?b=2&a=1"], fields["https://again.example/"]
    assert revisit["WARC-Type"] == "revisit"
    assert revisit["WARC-Profile"] == REVISIT
    assert revisit["WARC-Refers-To"] == original["WARC-Record-ID"]
    assert revisit["WARC-Refers-To-Target-URI"] == original["WARC-Target-URI"]
    assert revisit["WARC-Refers-To-Date"] == original["WARC-Date"]
    assert revisit["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
    assert revisit["WARC-Truncated"] == "length"
    assert fields["https://cut.example/"]["WARC-Truncated"] == "disconnect"


def test_warcio_fastwarc_and_gzip_find_nothing_wrong(archive: Path) -> None:
    segment = segment_of(archive)
    scripts = Path(sys.executable).parent
    for command in ([scripts / "warcio", "check", "-v"], [scripts / "fastwarc", "check"], ["gzip", "-t"]):
        done = subprocess.run(
            [*map(str, command), str(segment)], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "fail" not in done.stdout.lower()


def test_fastwarc_agrees_on_every_payload_but_that_of_revisits_which_lie_elsewhere(archive: Path) -> None:
    wrong = []
    with segment_of(archive).open("rb") as file:
        for item in FastIterator(file, parse_http=False):
            if "WARC-Payload-Digest" in item.headers:
                item.parse_http()
                wrong += [] if item.verify_payload_digest(True) else [item.headers["WARC-Type"]]
    assert set(wrong) == {"revisit"}


def test_the_index_is_sorted_by_bytes_and_pywb_finds_each_answer_by_it(archive: Path) -> None:
    lines = (archive / "index.cdxj").read_bytes().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == len(KINDS) + 2
    source = FileIndexSource(str(archive / "index.cdxj"))
    with Store.read(archive) as store, segment_of(archive).open("rb") as file:
        for item in store.captures():
            if item.record_type == "metadata":
                continue
            key = surt.surt(item.url).encode()
            (found,) = source.load_index({"key": key, "end_key": key + b"!", "url": item.url})
            file.seek(int(found["offset"]))
            answered = next(iter(FastIterator(io.BytesIO(file.read(int(found["length"]))))))
            assert (answered.record_id, answered.headers["WARC-Target-URI"]) == (item.record_id, item.url)
            assert found["timestamp"] == "20260909102030"
            assert found["digest"] == (item.payload_digest or "-")


def test_an_index_of_many_runs_is_one_sorted_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amberpost.archive.disk.cdxj._LINES_AT_ONCE", 3)
    monkeypatch.setattr("amberpost.archive.disk.cdxj._ROWS_AT_ONCE", 2)
    with Store.open(tmp_path / "a", about=ABOUT, segment_bytes=4000) as store:
        for number in random.Random(5).sample(range(40), 40):
            record(store, f"https://h{number}.example/", answer(b"%d" % number))
    lines = (tmp_path / "a" / "index.cdxj").read_bytes().splitlines()
    assert len(list((tmp_path / "a" / "index").iterdir())) > 3
    assert (len(lines), lines) == (40, sorted(lines))


def test_a_segment_says_who_archived_by_which_rules_and_another_rule_begins_another(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        record(store, URL, PAGE)
    other = type(ABOUT)(software="amberpost/1", user_agent="amberpost/1", allow_private=True)
    for _ in range(2):
        with Store.open(tmp_path / "a", about=other) as store:
            record(store, f"{URL}{store.counts().links}", PAGE)
    first, second = sorted((tmp_path / "a" / "warc").iterdir())
    about = [next(iter(ArchiveIterator(io.BytesIO(path.read_bytes())))).content_stream().read().decode()
             for path in (first, second)]  # fmt: skip
    assert "operator: desk@desk.example\r\n" in about[0]
    assert "robots: off\r\nallow-private: off\r\n" in about[0]
    assert "allow-private: on\r\n" in about[1]


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_no_url_can_break_a_header(text: str) -> None:
    uri = target_uri("https://a.example/" + text)
    assert re.fullmatch(r"[!-~]*", uri)
    ((kind, target, _), *_) = read(pack(exchange("https://a.example/" + text, PAGE, sent=b"")))
    assert (kind, target) == ("response", uri)


ANY = st.text(st.characters(exclude_categories=()), max_size=40)
LINKS = st.builds(
    NewLink,
    url=ANY,
    role=st.sampled_from(["cited", "hop", "requisite", "robots"]),
    depth=st.integers(0, 10),
    lane=ANY,
    state=st.sampled_from(["pending", "captured", "refused", "failed"]),
    reason=ANY,
)
TIMES = st.floats(0, 4e9)


@given(
    st.builds(
        Note,
        archive=st.just("0badcafe"),
        link=LINKS,
        settled=st.booleans(),
        attempt=st.integers(0, 10**6),
        outcome=st.sampled_from([None, "ok", "truncated"]),
        status=st.none() | st.integers(100, 999),
        mime=st.none() | ANY,
        next_at=TIMES,
        failing_since=st.none() | TIMES,
        tls=st.none() | ANY,
        milliseconds=st.integers(0, 10**9),
        vias=st.lists(ANY, max_size=3).map(tuple),
        citations=st.lists(ANY, max_size=3).map(tuple),
        cited=st.integers(0, 1000),
        target=st.none() | LINKS,
        requisites=st.lists(LINKS, max_size=3).map(tuple),
    )
)
def test_a_note_is_read_back_exactly_whatever_it_holds(note: Note) -> None:
    assert parse_note(format_note(note).encode().decode()) == note


@given(st.text(max_size=200))
def test_what_is_no_note_is_none(text: str) -> None:
    assert parse_note(text) is None


HOSTS = """
t.co News.example www.a.example www12.b.example 127.0.0.1 2130706433 127.1 a..b.example. bücher.example [2001:db8::1]
h.example:80 h.example:443 h.example:8080 h.example: name:word@h.example x%41.example
"""
PARTS = """
/ // . .. %2e %2F ? & = a=1 B=3 b=2 a A %25 %2541 %3F # ä %E4 ; ' ( ) ~ x.aspx cfid=1&cftoken=2
/(S(0123456789abcdefghijklmn))/ sid=0123456789abcdef0123456789abcdef
jsessionid=0123456789ABCDEF0123456789ABCDEF
"""
SCHEMES = ["http://", "https://", "HTTP://", "http://https://"]
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=4)
ENDS = st.lists(st.sampled_from(PARTS.split()) | TEXT, max_size=7)


@given(st.sampled_from(SCHEMES), st.sampled_from(HOSTS.split()), st.sampled_from("/?#"), ENDS)
def test_keys_are_those_of_the_surt_library(scheme: str, host: str, mark: str, parts: list[str]) -> None:
    url = scheme + host + mark + "".join(parts)
    assert make_key(url) == surt.surt(url)


def test_via_and_citation_name_those_for_whom_a_link_was_asked(tmp_path: Path) -> None:
    short, page, image = "https://t.co/AbCdEfGhIj", "https://news.example/p", "https://news.example/i.png"
    with Store.open(tmp_path / "a", about=ABOUT) as store:
        store.add_citations(cite(f"c{n:02}", short, article=f"articles/{n}.txt") for n in range(25))
        hop = new_link(page, role="hop", depth=1)
        record(store, short, answer(b"", status=301), Decision(state="captured", target=hop))
        record(store, page, PAGE, Decision(state="captured", requisites=(new_link(image, role="requisite", depth=2),)))
        record(store, image, answer(b"PNG"))
    with segment_of(tmp_path / "a").open("rb") as file:
        notes = [parse_note(item.content_stream().read().decode()) for item in ArchiveIterator(file)]
    told = [(note.link.url, len(note.vias), len(note.citations), note.cited) for note in notes if note]
    assert told == [(short, 20, 20, 25), (page, 20, 20, 25), (image, 20, 20, 25)]
