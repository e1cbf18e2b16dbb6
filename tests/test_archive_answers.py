"""Any bytes at all are read without a failure, and the same in whatever blocks they come."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberpost.archive.exchange.answers import AnswerReader, parse_answer
from amberpost.archive.records import Answer, Exchange
from amberpost.codings import CHUNK_LINE_BYTES, is_chunked, join_chunks
from fetches import DEADLINE, make_fetcher

SNIPPETS = [
    b"HTTP/1.1 ",
    b"HTTP/1.0 ",
    b"200 OK",
    b"100",
    b"204",
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"\n\n",
    b": ",
    b"Content-Length",
    b"Transfer-Encoding",
    b"chunked",
    b"5",
    b"0",
    b"0\r\n\r\n",
    b"hello",
    b" ",
    b"\t",
    b";",
    b",",
    b"-1",
    b"ffffffff",
    b"\0",
]
ANSWERISH = st.lists(st.sampled_from(SNIPPETS) | st.binary(max_size=5), max_size=40).map(b"".join)
STARTS = st.sampled_from(
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 100\r\n\r\nHTTP/1.0 200 OK\r\n",
    ]
)


@given(STARTS, ANSWERISH, st.lists(st.integers(1, 40), max_size=20), st.booleans())
def test_any_bytes_are_read_the_same_in_any_blocks(start: bytes, rest: bytes, cuts: list[int], closed: bool) -> None:
    data = start + rest
    whole = parse_answer(io.BytesIO(data), len(data), closed=closed)
    assert read_in_blocks(data, cuts, closed=closed) == whole
    if whole is not None:
        assert 0 <= whole.start < whole.body <= whole.end <= len(data)
        assert whole.payload_size <= whole.end - whole.body


def read_in_blocks(data: bytes, cuts: list[int], *, closed: bool) -> Answer | None:
    reader = AnswerReader()
    for size in cuts:
        reader.feed(data[:size])
        data = data[size:]
    reader.feed(data)
    if closed:
        reader.close()
    return reader.make_answer()


async def serve_and_fetch(answers: Sequence[bytes]) -> list[tuple[Exchange, bytes]]:
    rest = iter(answers)

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(rest))
        writer.close()

    kept = []
    server = await asyncio.start_server(play, "127.0.0.1", 0)
    async with server, make_fetcher(server.sockets[0].getsockname()[1]) as fetcher:
        for _ in answers:
            exchange = await fetcher.fetch("http://host.example/", seconds=DEADLINE)
            with exchange.received:
                kept.append((exchange, exchange.received.read()))
    return kept


@pytest.mark.loopback
@given(st.lists(st.builds(bytes.__add__, STARTS, ANSWERISH), min_size=1, max_size=5))
def test_any_bytes_become_an_exchange(answers: list[bytes]) -> None:
    for said, (exchange, kept) in zip(answers, asyncio.run(serve_and_fetch(answers)), strict=True):
        assert kept == said
        assert exchange.outcome in ("ok", "truncated", "protocol")
        assert parse_answer(io.BytesIO(kept), len(kept)) == exchange.answer


@pytest.mark.parametrize(
    ("head", "tidy"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nA: b\0\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nA: b\rc\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", False),
    ],
)
def test_only_heads_that_all_readers_agree_on_are_tidy(head: bytes, tidy: bool) -> None:
    answer = parse_answer(io.BytesIO(head), len(head))
    assert answer is not None
    assert answer.tidy is tidy


@pytest.mark.parametrize(
    ("size", "outcome"),
    [
        (b"0" * 11 + b"00005", "ok"),
        (b"0" * 20 + b"5", "ok"),
        (b"0" * (CHUNK_LINE_BYTES - 3) + b"5", "ok"),
        (b"0" * (CHUNK_LINE_BYTES - 2) + b"5", "protocol"),
        (b"5;" + b"x" * (CHUNK_LINE_BYTES - 4), "ok"),
        (b"5;" + b"x" * (CHUNK_LINE_BYTES - 3), "protocol"),
        (b"f" * 16, "protocol"),
        (b"00x5", "protocol"),
    ],
    ids=["16 digits", "21 digits", "longest", "too long", "longest extension", "extension too long", "endless", "none"],
)
@pytest.mark.loopback
def test_a_chunk_size_may_have_as_many_zeros_as_its_line_has_room_for(size: bytes, outcome: str) -> None:
    """All who read chunks agree on which are: the fetcher, what follows links, what reads other people's WARC files."""
    body = b"%s\r\nhello\r\n%s\r\n\r\n" % (size, b"0" * 20)
    said = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    ((exchange, kept),) = asyncio.run(serve_and_fetch([said]))
    assert exchange.outcome == outcome
    assert kept == said if len(size) + 2 <= CHUNK_LINE_BYTES else said.startswith(kept)
    assert is_chunked(body) is (outcome == "ok")
    if outcome == "ok":
        assert exchange.answer is not None
        assert exchange.answer.complete
        assert join_chunks(io.BytesIO(body), len(body), limit=100).data == b"hello"


@pytest.mark.parametrize("filler", [b"0", b" ", b"5", b";"])
def test_a_chunk_line_that_never_ends_takes_linear_time(filler: bytes) -> None:
    """A line full of zeros is tried at each of them, again with every block, unless the pattern forbids it."""
    seconds = []
    for _ in range(3):
        reader, before = AnswerReader(), time.process_time()
        reader.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5")
        for _ in range(CHUNK_LINE_BYTES // 64 + 1):
            reader.feed(filler * 64)
        assert reader.is_over or reader.fault
        seconds.append(time.process_time() - before)
    assert min(seconds) < 0.5


def test_a_payload_is_digested_without_its_chunks() -> None:
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\n\r\nsurplus"
    answer = parse_answer(io.BytesIO(data), len(data))
    assert answer is not None
    assert answer.payload_digest == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert (answer.payload_size, answer.chunked, data[answer.end :]) == (5, True, b"surplus")
