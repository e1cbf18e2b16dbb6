"""Reading WARC files: what others write is read, damage is named at its offset, nothing raises or fills memory."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from amberpost.models import Problem
from amberpost.warcfile import WarcRecord, read_records
from amberpost.warcfile.head import parse_digest, parse_head

HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"


def make_record(
    block: bytes, *, kind: str = "metadata", name: int = 1, fields: str = "", length: int | None = None
) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x:{name}>\r\nWARC-Date: 2026-09-09T10:00:00Z\r\n"
        f"{fields}Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode("latin-1") + block + b"\r\n\r\n"


def zip_members(records: list[bytes]) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in records)


PLAIN = [make_record(b"block %d" % n * n, name=n) for n in range(5)]


def read_all(data: bytes, *, verify: bool = False) -> tuple[list[tuple[WarcRecord, bytes]], list[Problem]]:
    records, problems = [], []
    for item in read_records(io.BytesIO(data), name="x.warc", verify=verify):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            records.append((item, item.read()))
    return records, problems


def blocks(data: bytes) -> list[bytes]:
    records, problems = read_all(data, verify=True)
    assert problems == []
    return [block for _, block in records]


def reasons(data: bytes, *, verify: bool = False) -> list[str]:
    return [problem.reason for problem in read_all(data, verify=verify)[1]]


WANTED = [b"block %d" % n * n for n in range(5)]


def test_plain_gzipped_and_mixed_files_give_the_same_records() -> None:
    assert blocks(b"".join(PLAIN)) == WANTED
    assert blocks(zip_members(PLAIN)) == WANTED
    assert blocks(zip_members(PLAIN[:2]) + PLAIN[2] + zip_members(PLAIN[3:])) == WANTED


@pytest.mark.parametrize("packed", [False, True])
def test_offset_and_length_cut_out_a_record_that_stands_alone(packed: bool) -> None:
    data = zip_members(PLAIN) if packed else b"".join(PLAIN)
    records = read_all(data)[0]
    assert len(records) == len(PLAIN)
    for record, block in records:
        assert record.length is not None
        assert blocks(data[record.offset : record.offset + record.length]) == [block]


def test_a_file_in_one_gzip_member_is_read_and_named_once() -> None:
    records, problems = read_all(gzip.compress(b"".join(PLAIN), mtime=0))
    assert [block for _, block in records] == WANTED
    assert [problem.reason for problem in problems] == ["one gzip member holds more than one record"]
    assert {record.length for record, _ in records} == {None}


def make_with_warcio(*, packed: bool) -> bytes:
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=packed)
    for n in range(20):
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        payload = io.BytesIO(b"<p>%d</p>" % n * 5000)
        writer.write_record(
            writer.create_warc_record(f"http://news.example/{n}", "response", payload, http_headers=head)
        )
    return file.getvalue()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # warcio leaves its files open
@pytest.mark.parametrize("packed", [False, True])
def test_what_warcio_writes_is_read_as_warcio_reads_it(packed: bool) -> None:
    data = make_with_warcio(packed=packed)
    records, problems = read_all(data, verify=True)
    assert problems == []
    iterator = ArchiveIterator(io.BytesIO(data))
    theirs = []
    for record in iterator:
        target, body = record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()
        # warcio counts the two line ends behind a record only where a gzip member holds them.
        theirs.append((target, body, iterator.get_record_offset(), iterator.get_record_length() + 4 * (not packed)))
    ours = [(r.target, block.partition(b"\r\n\r\n")[2], r.offset, r.length) for r, block in records]
    assert ours == theirs


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_at_every_offset_loses_no_whole_record_and_is_named(packed: bool) -> None:
    pieces = [zip_members([record]) for record in PLAIN] if packed else PLAIN
    data, ends = b"".join(pieces), {sum(map(len, pieces[:n])): n for n in range(6)}
    whole = 0
    for cut in range(len(data)):
        whole = ends.get(cut, whole)
        records, problems = read_all(data[:cut])
        assert [block for _, block in records][:whole] == WANTED[:whole], cut
        assert bool(problems) == (cut not in ends), cut


def test_no_flipped_byte_of_a_gzipped_file_passes_off_other_content_unnamed() -> None:
    data = zip_members(PLAIN)
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        records, problems = read_all(bytes(flipped))
        assert problems or [block for _, block in records] == WANTED, place


@pytest.mark.parametrize("packed", [False, True])
def test_behind_damage_the_next_records_are_read(packed: bool) -> None:
    pieces = [zip_members([record]) for record in PLAIN] if packed else list(PLAIN)
    pieces[2] = (
        pieces[2][:30] + b"\0" * 9 + pieces[2][39:] if packed else pieces[2].replace(b"Content-Length", b"Length")
    )
    records, problems = read_all(b"".join(pieces))
    assert [block for _, block in records if block in WANTED] == [*WANTED[:2], *WANTED[3:]]
    assert problems[0].place == f"offset {len(b''.join(pieces[:2]))}"
    assert problems[0].source == "x.warc"


def test_junk_between_records_is_named_where_it_begins() -> None:
    first = zip_members(PLAIN[:1])
    records, problems = read_all(
        first + b"\x1f\x8b\x08junk\r\nWARC/" * 3 + gzip.compress(b"no record") + zip_members(PLAIN[1:])
    )
    assert [block for _, block in records] == WANTED
    assert problems[0].place == f"offset {len(first)}"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (PLAIN[1].replace(b"\r\n", b"\n", 1), "a line of the head ends without a carriage return"),
        (PLAIN[1].replace(b"WARC/1.1", b"WARC/7.0"), "version 'WARC/7.0' is unknown"),
        (PLAIN[1].replace(b"WARC-Type: metadata\r\n", b""), "WARC-Type is missing"),
        (PLAIN[1].replace(b"metadata", b"gossip"), "WARC-Type 'gossip' is unknown"),
        (PLAIN[1].replace(b"<urn:x:1>", b"urn:x:1"), "warc-record-id 'urn:x:1' is none"),
        (PLAIN[1].replace(b"2026-09-09T", b"9 Sep 2026 "), "warc-date '9 Sep 2026 10:00:00Z' is none"),
        (make_record(b"", fields="WARC-Type: response\r\n"), "warc-type stands there twice"),
        (make_record(b"", fields="no field\r\n"), "'no field' is no header field"),
        (make_record(b"", fields=": nothing\r\n"), "': nothing' is no header field"),
        (make_record(b"", fields="X: a\r\n b\r\n"), "a field is folded over lines"),
        (make_record(b"", fields="X: \xff\r\n"), "a field holds bytes that are not UTF-8"),
        (make_record(b"", fields="X: a\x00b\r\n"), "a field holds control characters"),
        (PLAIN[1].replace(b"Length: 7", b"Length: -7"), "content-length '-7' is none"),
        (PLAIN[1].replace(b"Length: 7", b"Length: " + b"9" * 30), f"content-length {'9' * 30!r} is none"),
        (PLAIN[1][:-2], "a record does not end in two line ends"),
        (make_record(b"abc", length=2), "a record does not end in two line ends"),
        (make_record(b"abc", length=90), "the block is cut: 83 of its bytes are missing"),
        (b"WARC/1.1\r\nX: " + b"x" * (1 << 19), "the head of a record has no end"),
        (b"WARC/1.1\r\nX: y\r\n", "the head of a record is cut"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_each_deviation_has_its_name(record: bytes, reason: str) -> None:
    assert reason in reasons(record)
    assert reason in reasons(gzip.compress(record))


def test_a_hostile_head_does_not_become_a_flood_of_problems() -> None:
    assert len(reasons(make_record(b"", fields="".join(f"bad line {n}\r\n" for n in range(5000))))) <= 8


SHA1 = base64.b32encode(hashlib.sha1(HTTP + b"payload").digest()).decode()
SHA256 = hashlib.sha256(HTTP + b"payload").hexdigest()
PAYLOAD = hashlib.sha256(b"payload").hexdigest()
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\npayload\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("fields", "block", "fits"),
    [
        (f"WARC-Block-Digest: sha1:{SHA1}", HTTP + b"payload", True),
        (f"WARC-Block-Digest: SHA-1:{SHA1.lower()}", HTTP + b"payload", True),
        (f"WARC-Block-Digest: sha256:{SHA256}", HTTP + b"payload", True),
        (f"WARC-Block-Digest: sha256:{base64.b32encode(bytes.fromhex(SHA256)).decode()}", HTTP + b"payload", True),
        (f"WARC-Block-Digest: sha256:{SHA256}", HTTP + b"Payload", False),
        (f"WARC-Block-Digest: sha1:{SHA1}", HTTP + b"Payload", False),
        ("WARC-Block-Digest: crc:12", HTTP, False),
        ("WARC-Block-Digest: sha256:12", HTTP, False),
        (f"WARC-Payload-Digest: sha256:{PAYLOAD}", HTTP + b"payload", True),
        (f"WARC-Payload-Digest: sha256:{PAYLOAD}", HTTP + b"payloae", False),
        (f"WARC-Payload-Digest: sha256:{PAYLOAD}", b"HTTP/1.1 200 OK\r\n", False),
        (f"WARC-Payload-Digest: sha256:{'0' * 64}", CHUNKED, True),
        (f"WARC-Truncated: length\r\nWARC-Payload-Digest: sha256:{PAYLOAD}", HTTP + b"pay", True),
    ],
)
def test_digests_are_verified_on_request(fields: str, block: bytes, fits: bool) -> None:
    fields += "\r\nContent-Type: application/http; msgtype=response\r\n"
    data = make_record(block, kind="response", fields=fields)
    assert reasons(data) == []
    assert (reasons(data, verify=True) == []) == fits


def test_a_digest_is_right_however_small_the_reads_are() -> None:
    fields = f"Content-Type: application/http\r\nWARC-Payload-Digest: sha256:{PAYLOAD}\r\n"
    data = gzip.compress(make_record(HTTP + b"payload", kind="response", fields=fields))
    items = read_records(io.BytesIO(data), verify=True)
    record = next(items)
    assert isinstance(record, WarcRecord)
    assert record.read(0) == b""
    assert b"".join(iter(partial(record.read, 1), b"")) == HTTP + b"payload"
    assert list(items) == []


def test_odd_base32_is_no_digest() -> None:
    assert parse_digest("sha1:" + "!" * 32) is None
    assert parse_digest("sha256:" + "zz" * 32) is None


class Zeros:
    """A record of many zero bytes that is made as it is read, so that the test holds none of it itself."""

    def __init__(self, size: int, *, declared: int) -> None:
        self._parts = self._make(size, declared)

    def _make(self, size: int, declared: int) -> Iterator[bytes]:
        pack = zlib.compressobj(1, zlib.DEFLATED, 31)
        yield pack.compress(make_record(b"", length=declared)[:-4])
        for _ in range(size >> 20):
            yield pack.compress(bytes(1 << 20))
        yield pack.compress(b"\r\n\r\n") + pack.flush()

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - a reader must bear short reads of any size
        return next((part for part in self._parts if part), b"")


@pytest.mark.parametrize("declared", [1 << 28, 5])
def test_a_bomb_of_256_megabytes_takes_no_memory(declared: int) -> None:
    file = Zeros(1 << 28, declared=declared)
    tracemalloc.start()
    found = [item.reason if isinstance(item, Problem) else item.type for item in read_records(file)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[0] == "metadata"
    assert (len(found) == 1) == (declared == 1 << 28)
    assert peak < 8 << 20


def test_many_false_beginnings_take_time_in_proportion() -> None:
    def measure(times: int) -> float:
        data = (b"\x1f\x8b\x08" + gzip.compress(b"WARC/1.1\r\nX: " + b"y" * 300)[3:-9]) * times
        start = time.perf_counter()
        assert read_all(data)[0] == []
        return max(time.perf_counter() - start, 0.02)

    assert min(measure(4000) for _ in range(2)) / min(measure(1000) for _ in range(2)) < 8


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(st.binary(max_size=80), st.sampled_from([*PLAIN, b"\x1f\x8b\x08", b"WARC/1.1\r\n", b"\r\n\r\n"]))
    )
)
def test_no_bytes_make_it_raise(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    for packed in (data, zip_members([data]), zip_members(pieces)):
        for item in read_records(io.BytesIO(packed), verify=True):
            assert isinstance(item, Problem) or item.head.content_length is not None


@given(st.binary(max_size=300))
def test_no_head_makes_it_raise(data: bytes) -> None:
    assert len(parse_head(b"WARC/1.1\r\n" + data).deviations) <= 8
