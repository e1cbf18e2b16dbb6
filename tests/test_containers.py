"""WARC, WET and WACZ: every sound page comes out as others' readers see it, and damage costs only what it hit."""

from __future__ import annotations

import gzip
import io
import random
import stat
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from fastwarc.warc import ArchiveIterator, WarcRecordType

from amberpost.models import Article, MissingExtra, Problem
from amberpost.readers import answers, warc
from amberpost.readers import read as read_paths
from amberpost.readers.wacz import read_wacz
from amberpost.readers.warc import read_wet
from containers import DATE, HTML, make_zip, numbers, pack, page, problems, read, record

PAGES = [page(number) for number in range(6)]
LINES = b"<p>It rains.</p>\n" * 400


def judge(data: bytes) -> list[str]:
    """What FastWARC alone makes of the same bytes."""
    records = ArchiveIterator(io.BytesIO(data), record_types=WarcRecordType.response)
    return [one.reader.read().decode() for one in records]


@pytest.mark.parametrize("data", [b"".join(PAGES), pack(*PAGES)], ids=["plain", "gzip"])
def test_pages_are_those_that_fastwarc_reads(data: bytes) -> None:
    found = read(data)
    assert [item.html for item in found if isinstance(item, Article)] == judge(data)
    assert [item.id for item in found if isinstance(item, Article)] == [
        f"https://news.example/{number} {DATE}" for number in range(6)
    ]
    assert problems(found) == []


def test_only_pages_of_responses_are_articles() -> None:
    picture = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<html>"
    moved = b"HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\nLocation: /\r\n\r\n"
    others = [
        record(7, b"software: x\r\n", type_="warcinfo", media="application/warc-fields"),
        record(7, b"GET / HTTP/1.1\r\n\r\n", type_="request"),
        record(7, picture),
        record(7, moved),
        record(7, b"1.2.3.4", media="text/dns"),
    ]
    found = read(b"".join([*others, PAGES[1], *others]))
    assert (numbers(found), problems(found)) == ([1], [])


def test_title_and_date_are_the_pages_own_and_the_url_is_the_records() -> None:
    meta = '<title>Rain</title><meta property="article:published_time" content="2024-11-29T08:00:00Z">'
    (article,) = read(record(7, HTML + meta.encode() + b"<p>It rains."))
    assert isinstance(article, Article)
    assert (article.title, str(article.date), article.url) == ("Rain", "2024-11-29", "https://news.example/7")


def test_a_record_without_url_is_called_by_its_offset() -> None:
    nameless = PAGES[1].replace(b"WARC-Target-URI", b"X-Target")
    found = [item for item in read(PAGES[0] + nameless) if isinstance(item, Article)]
    assert [item.id for item in found][1] == f"a.warc#{len(PAGES[0])}"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("text/html; charset=windows-1252", "Café – „alt“".encode("cp1252")),
        ('text/html;charset="ISO-8859-1"', "Café – „alt“".encode("cp1252")),
        ("text/html", b'<meta charset="windows-1252">' + "Café – „alt“".encode("cp1252")),
        ("text/html; charset=windows-1252", "Café – „alt“".encode()),
        ("text/html; charset=windows-1252", "Café – „alt“".encode("utf-16")),
        ("text/html; charset=bogus", "Café – „alt“".encode()),
        ("application/xhtml+xml", "Café – „alt“".encode()),
    ],
)
def test_the_charset_is_that_of_the_mark_the_header_the_page_or_the_bytes(head: str, body: bytes) -> None:
    (article,) = read(record(1, f"HTTP/1.1 200 OK\nContent-Type: {head}\n\n".encode() + body))
    assert isinstance(article, Article)
    assert article.html is not None
    assert article.html.endswith("Café – „alt“")


def squeeze(data: bytes, coding: str) -> bytes:
    if coding in ("gzip", "deflate"):
        return gzip.compress(data) if coding == "gzip" else zlib.compress(data)
    if coding == "raw":
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(data) + packer.flush()
    file = io.BytesIO()
    writer = BrotliWriter(file) if coding == "br" else ZstdWriter(file)
    writer.write(data)
    writer.close()
    return file.getvalue()


def chunk(data: bytes, size: int = 1000) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x;a=b\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "raw", "br", "zstd"])
def test_transfer_and_content_coding_are_undone(coding: str, chunked: bool) -> None:
    head = HTML[:-2] + f"Content-Encoding: {coding.replace('raw', 'deflate')}\r\n".encode() * bool(coding)
    head += b"Transfer-Encoding: chunked\r\n" * chunked
    body = squeeze(LINES, coding) if coding else LINES
    (article,) = read(record(1, head + b"\r\n" + (chunk(body) if chunked else body)))
    assert isinstance(article, Article)
    assert article.html == LINES.decode()


@pytest.mark.parametrize("behind", [b"", b"\0" * 9, b"\x1f\x8b and no more"])
def test_gzip_in_several_members_is_read_to_the_last(behind: bytes) -> None:
    body = gzip.compress(LINES[:99]) + gzip.compress(LINES[99:]) + behind
    found = read(record(1, HTML[:-2] + b"Content-Encoding: gzip\r\n\r\n" + body))
    (article,) = (item for item in found if isinstance(item, Article))
    assert article.html == LINES.decode()
    assert len(problems(found)) == behind.startswith(b"\x1f")


@pytest.mark.parametrize("field", [b"Content-Encoding: gzip", b"Content-Encoding: br", b"Transfer-Encoding: chunked"])
def test_a_body_that_the_archiver_decoded_already_stays_as_it_is(field: bytes) -> None:
    (article,) = read(record(1, HTML[:-2] + field + b"\r\n\r\n" + LINES))
    assert isinstance(article, Article)
    assert article.html == LINES.decode()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "chunked"])
def test_a_body_that_breaks_off_is_searched_as_far_as_it_goes_and_named(coding: str) -> None:
    field = "Transfer-Encoding" if coding == "chunked" else "Content-Encoding"
    noise = "".join(random.Random(1).choices("abcdefgh <>", k=9000)).encode()
    body = chunk(noise) if coding == "chunked" else squeeze(noise, coding)
    found = read(record(1, HTML[:-2] + f"{field}: {coding}\r\n\r\n".encode() + body[: len(body) // 2]))
    (article,) = (item for item in found if isinstance(item, Article))
    assert article.html
    assert noise.startswith(article.html.encode())
    assert "break" in problems(found)[0]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_named_and_never_unpacked(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "ARTICLE_LIMIT", 1 << 20)
    bomb = HTML[:-2] + f"Content-Encoding: {coding}\r\n\r\n".encode() + squeeze(b"\0" * (1 << 26), coding)
    data = PAGES[0] + record(1, bomb) + PAGES[2]
    tracemalloc.start()
    found = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (numbers(found), len(problems(found))) == ([0, 2], 1)
    assert f"a.warc, offset {len(PAGES[0])}: unpacks to more than" in problems(found)[0]
    assert peak < 16 << 20


def test_a_giant_record_is_named_and_read_past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "ARTICLE_LIMIT", 1 << 19)
    giant = record(1, HTML + b"x" * (1 << 23))
    for data in (PAGES[0] + giant + PAGES[2], pack(PAGES[0], giant, PAGES[2])):
        found = read(data)
        assert numbers(found) == [0, 2]
        assert "is longer than" in problems(found)[0]


def swap(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


GZ = [gzip.compress(one) for one in PAGES]
DAMAGED = {
    "gzip member damaged": b"".join([*GZ[:2], swap(GZ[2], len(GZ[2]) // 2), *GZ[3:]]),
    "gzip checksum wrong": b"".join([*GZ[:2], swap(GZ[2], -6), *GZ[3:]]),
    "gzip magic wrong": b"".join([*GZ[:2], swap(GZ[2], 0), *GZ[3:]]),
    "gzip member cut": b"".join([*GZ[:2], GZ[2][:500], *GZ[3:]]),
    "gzip file cut": b"".join([*GZ[:2], GZ[2][:500]]),
    "gzip length too long": pack(*PAGES[:2], page(2, length=4000), *PAGES[3:]),
    "gzip length too short": pack(*PAGES[:2], page(2, length=900), *PAGES[3:]),
    "garbage in gzip": b"".join([*GZ[:2], b"no record\r\n", *GZ[3:]]),
    "record cut": b"".join([*PAGES[:2], PAGES[2][:900], *PAGES[3:]]),
    "file cut": b"".join([*PAGES[:2], PAGES[2][:900]]),
    "file cut in a head": b"".join([*PAGES[:2], PAGES[2][:50]]),
    "length too long": b"".join([*PAGES[:2], page(2, length=4000), *PAGES[3:]]),
    "length too short": b"".join([*PAGES[:2], page(2, length=900), *PAGES[3:]]),
    "length beyond the file": b"".join([*PAGES[:2], page(2, length=10**15), *PAGES[3:]]),
    "length negative": b"".join([*PAGES[:2], page(2, length=-7), *PAGES[3:]]),
    "length missing": b"".join([*PAGES[:2], PAGES[2].replace(b"Content-Length", b"X-Length"), *PAGES[3:]]),
    "garbage": b"".join([*PAGES[:2], b"no record\r\n", *PAGES[3:]]),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_costs_the_record_that_it_hit_and_is_named_with_its_offset(damage: str) -> None:
    found = read(DAMAGED[damage])
    offset = len(b"".join((GZ if "gzip" in damage else PAGES)[:2]))
    if "gzip length" in damage:
        offset = len(pack(*PAGES[:2]))
    assert numbers(found) == ([0, 1] if "file cut" in damage else [0, 1, 3, 4, 5])
    assert problems(found)[0].startswith(f"a.warc, offset {offset}: ")


def test_a_sound_record_before_the_end_is_not_believed_longer_than_it_is() -> None:
    """FastWARC gives the first part of a record whose file is cut, and says nothing."""
    assert len(judge(DAMAGED["file cut"])) == 3
    assert numbers(read(DAMAGED["file cut"])) == [0, 1]


def test_one_gzip_member_round_all_records_is_read_too() -> None:
    found = read(gzip.compress(b"".join(PAGES)))
    assert (numbers(found), problems(found)) == ([0, 1, 2, 3, 4, 5], [])


@pytest.mark.parametrize("data", [b"", b"no WARC at all\n" * 50, gzip.compress(b"no WARC either", mtime=0)])
def test_what_is_no_warc_is_one_problem(data: bytes) -> None:
    found = read(data)
    assert (numbers(found), len(problems(found))) == ([], 1)


def test_many_wrong_lengths_do_not_cost_the_square() -> None:
    data = b"".join(page(number, length=10**12) for number in range(400)) + PAGES[1]
    found = read(data)
    assert numbers(found) == [1]
    assert len(problems(found)) == 400


def test_a_pipe_is_read_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack(*PAGES)

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": Pipe(data)}))
    assert numbers(read_paths("-", format="warc")) == [0, 1, 2, 3, 4, 5]


def test_text_of_wet_files_is_read() -> None:
    text = record(3, "Es regnet in Köln.\n".encode(), type_="conversion", media="text/plain")
    found = list(read_wet(io.BytesIO(pack(PAGES[0], text)), "a.wet.gz"))
    assert [(item.id, item.text, item.html) for item in found if isinstance(item, Article)] == [
        (f"https://news.example/3 {DATE}", "Es regnet in Köln.\n", None)
    ]


def wacz(data: bytes) -> list[Article | Problem]:
    return list(read_wacz(io.BytesIO(data), "a.wacz"))


@pytest.mark.parametrize("deflated", [False, True])
def test_the_warc_files_of_a_wacz_are_read_where_they_lie(deflated: bool) -> None:
    members = {"archive/a.warc.gz": pack(*PAGES[:3]), "datapackage.json": b"{}", "archive/b.warc": b"".join(PAGES[3:])}
    found = wacz(make_zip(members, deflated=deflated))
    assert (numbers(found), problems(found)) == ([0, 1, 2, 3, 4, 5], [])


def test_damage_inside_a_wacz_is_named_with_member_and_offset() -> None:
    found = wacz(make_zip({"archive/a.warc": DAMAGED["length too short"]}))
    offset = len(PAGES[0] + PAGES[1])
    assert numbers(found) == [0, 1, 3, 4, 5]
    assert problems(found)[0].startswith(f"a.wacz/archive/a.warc, offset {offset}: ")


@pytest.mark.parametrize("name", ["../a.warc", "/etc/a.warc", "archive/../../a.warc", "..\\a.warc", "C:\\a.warc"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    found = wacz(make_zip({name: PAGES[0], "archive/b.warc": PAGES[1]}))
    assert numbers(found) == [1]
    assert problems(found) == [f"a.wacz, member {name!r}: its name leads out of the folder that it belongs in"]


def test_members_that_stand_there_twice_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/a.warc", PAGES[0])
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("archive/a.warc", PAGES[1])
        archive.writestr("archive/b.warc", PAGES[2])
    assert numbers(wacz(file.getvalue())) == [2]
    assert "stands in the listing 2 times" in problems(wacz(file.getvalue()))[0]


def test_links_and_encrypted_members_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("archive/link.warc")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("archive/secret.warc", PAGES[0])
        archive.writestr("archive/b.warc", PAGES[1])
    data = bytearray(file.getvalue())
    data[data.rindex(b"archive/secret.warc") - 46 + 8] |= 1
    found = wacz(bytes(data))
    assert numbers(found) == [1]
    assert [problem.partition(": ")[2] for problem in problems(found)] == ["is a symbolic link", "is encrypted"]


def test_a_member_that_would_unpack_to_far_more_is_refused() -> None:
    found = wacz(make_zip({"archive/a.warc": b"\0" * (11 << 20), "archive/b.warc": PAGES[1]}, deflated=True))
    assert numbers(found) == [1]
    assert "would unpack" in problems(found)[0]


def lie(data: bytes, name: bytes, size: int) -> bytes:
    """The same ZIP file, with another size for a member in its listing."""
    at = data.rindex(name) - 46 + 24
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


@pytest.mark.parametrize("deflated", [False, True])
@pytest.mark.parametrize("size", [len(PAGES[0]) - 40, len(PAGES[0]) + 4000])
def test_a_size_that_is_a_lie_is_named(size: int, deflated: bool) -> None:
    whole = make_zip({"archive/a.warc": PAGES[0], "archive/b.warc": PAGES[1]}, deflated=deflated)
    found = wacz(lie(whole, b"archive/a.warc", size))
    assert numbers(found)[-1:] == [1]
    assert any("lies about its size" in one or "not what the listing says" in one for one in problems(found))


def test_members_that_overlap_are_refused() -> None:
    whole = bytearray(make_zip({"archive/a.warc": PAGES[0], "archive/b.warc": PAGES[1]}))
    at = whole.rindex(b"archive/a.warc") - 46
    for field in (20, 24):
        whole[at + field : at + field + 4] = struct.pack("<I", len(PAGES[0]) + 500)
    assert any("overlaps" in problem for problem in problems(wacz(bytes(whole))))


@pytest.mark.parametrize("data", [b"", b"PK\3\4 no listing", make_zip({"a.txt": b"x"}), make_zip({})])
def test_what_is_no_wacz_is_one_problem(data: bytes) -> None:
    assert (numbers(wacz(data)), len(problems(wacz(data)))) == ([], 1)


def test_a_listing_too_long_to_be_held_is_refused() -> None:
    data = bytearray(make_zip({"archive/a.warc": PAGES[0]}))
    data[-22 + 8 : -22 + 12] = struct.pack("<HH", 60_000, 60_000)
    assert "lists 60000 members" in problems(wacz(bytes(data)))[0]


def test_all_containers_of_a_folder_are_read_and_repeated_ids_named(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(pack(*PAGES[:2]))
    (tmp_path / "b.warc").write_bytes(PAGES[1])
    (tmp_path / "c.wacz").write_bytes(make_zip({"archive/a.warc": PAGES[3]}))
    found = list(read_paths(tmp_path))
    assert numbers(found) == [0, 1, 1, 3]
    assert problems(found) == ["b.warc, row 1: has the id of a.warc.gz, row 2"]


def test_without_the_library_a_named_file_is_refused_and_one_in_a_folder_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.warc").write_bytes(PAGES[0])
    (tmp_path / "b.txt").write_text("It rains.")
    monkeypatch.setitem(__import__("sys").modules, "fastwarc", None)
    with pytest.raises(MissingExtra, match=r"pip install 'amberpost\[warc\]'"):
        read_paths(tmp_path / "a.warc")
    found = list(read_paths(tmp_path))
    assert [item.id for item in found if isinstance(item, Article)] == ["b.txt"]
    assert [problem.source for problem in found if isinstance(problem, Problem)] == ["a.warc"]


def test_any_bytes_give_articles_and_problems_and_nothing_else() -> None:
    chosen = random.Random(7)
    pieces = [
        b"WARC/1.1\r\n",
        b"\x1f\x8b\x08",
        b"Content-Length: 9999999\r\n",
        b"\r\n\r\n",
        b"Content-Encoding: br\r\n",
    ]
    for _ in range(400):
        data = bytearray(chosen.choice([b"".join(PAGES[:3]), pack(*PAGES[:3])]))
        for _ in range(chosen.choice([1, 3, 9])):
            at = chosen.randrange(len(data))
            data[at : at + chosen.choice([0, 1, 200])] = chosen.choice([*pieces, b"", b"\xff"])
        assert all(isinstance(item, Article | Problem) for item in read(bytes(data)))


def test_a_head_of_any_shape_is_taken_apart_or_refused() -> None:
    assert answers.parse_answer(b"HTTP/1.1 200 OK\r\n") is None
    assert answers.parse_answer(b"<html>\r\n\r\n") is None
    answer = answers.parse_answer(b"HTTP/1.1 200\nContent-Type : text/html\nX-Content-Type: a\n\n<p>\r\n\r\n")
    assert answer is not None
    assert (answer.media, answer.body) == ("text/html", 57)
