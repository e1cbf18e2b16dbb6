"""Large files read in stretches: what they give together is what the whole file gives, wherever it was cut."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from amberpost import flow, read
from amberpost.flow import find_in_files, units
from amberpost.flow.units import Mark, cut_pieces, find_units
from amberpost.models import Article, Citation, Problem
from amberpost.readers import pagemeta, read_file, read_stretch
from amberpost.readers.files import Meter
from amberpost.readers.listing import BATCH, Batch
from amberpost.readers.options import DEFAULTS
from amberpost.readers.repeats import IdLog, Repeats
from amberpost.readers.stretches import Stretch, find_shares
from amberpost.readers.warcrecords import Take, find_taken
from amberpost.readers.warcstarts import find_warc_stretches
from containers import HTML, pack, page, record

SIZES = (1, 4000, 30_000)


def dump(items: Iterable[Article | Problem | None]) -> list[str]:
    """All that is said of articles and problems, what their pages say included."""
    return [repr((str(item), item.date, item.title) if isinstance(item, Article) else item) for item in items]


def read_whole(path: Path) -> list[str]:
    with Repeats() as ids:
        return [*dump(read_file(str(path), "a", ids=ids)), *dump(ids.find_problems())]


def read_stretches(stretches: Iterable[Stretch]) -> list[str]:
    """Read as several processes do: what each notes of ids is told when its turn comes."""
    items: list[str] = []
    with Repeats() as ids:
        for stretch in stretches:
            log = IdLog()
            items += dump(read_stretch(stretch, options=DEFAULTS, ids=log, meter=Meter()))
            ids.add(log.drain())
        return [*items, *dump(ids.find_problems())]


def cut(path: Path, size: int) -> list[Stretch]:
    if path.suffix == ".parquet":
        return list(find_shares(str(path), "a", size=size))
    return list(find_warc_stretches(str(path), "a", size=size))


def is_the_same_in_stretches(path: Path) -> bool:
    whole = read_whole(path)
    return all(read_stretches(cut(path, size)) == whole for size in SIZES)


def make_pages() -> list[bytes]:
    """Records of several kinds, some of the same address, so that their ids repeat."""
    others = record(0, b"software: x", type_="warcinfo", media="application/warc-fields")
    image = record(2, HTML.replace(b"html", b"png") + b"\x89PNG", type_="response")
    empty = record(3, HTML)
    return [others, *(page(n % 17) for n in range(20)), image, empty, *(page(n) for n in range(20))]


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "gzip"])
def test_a_sound_warc_is_cut_and_says_the_same(tmp_path: Path, *, is_packed: bool) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(pack(*make_pages()) if is_packed else b"".join(make_pages()))
    assert len(cut(path, 1)) == len(make_pages())
    assert is_the_same_in_stretches(path)
    assert any("row 38" in said and "has the id of" in said for said in read_whole(path))


def test_a_warc_inside_a_page_is_never_taken_for_records(tmp_path: Path) -> None:
    inner = [page(100 + n) for n in range(30)]
    plain, packed = tmp_path / "a.warc", tmp_path / "b.warc.gz"
    plain.write_bytes(b"".join(record(n, HTML + b"".join(inner)) for n in range(4)))
    stored = [gzip.compress(record(n, HTML + pack(*inner)), 0) for n in range(4)]  # so that its members stand in sight
    packed.write_bytes(b"".join(stored))
    assert packed.read_bytes().count(pack(inner[3])[:10]) > 4
    for path in (plain, packed):
        assert len(cut(path, 1)) == 4
        assert is_the_same_in_stretches(path)


@pytest.mark.parametrize("seed", range(24))
def test_a_damaged_warc_says_the_same_wherever_it_is_cut(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    records = [*make_pages(), *(page(n) for n in range(40, 60))]
    data = bytearray(pack(*records) if seed % 2 else b"".join(records))
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data) // 4, len(data))
        if (kind := chance.randrange(4)) == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[at : at + chance.randrange(1, 3000)]
        else:
            data[at:at] = [b"\r\n", record(7, b"x", length=900), b"WARC/1.1\r\n", pack(page(5))][chance.randrange(4)]
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    assert is_the_same_in_stretches(path)


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(page(1) + b"\r\n", id="a line end too many"),
        pytest.param(page(1).replace(b"Content-Length", b"Content-Length: 9\r\nContent-length"), id="two lengths"),
        pytest.param(page(1).replace(b"\r\nContent-Type", b"\r\n folded\r\nContent-Type", 1), id="a folded field"),
        pytest.param(page(1, length=100), id="a wrong length"),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "gzip"])
def test_behind_an_odd_record_no_cut_is_made(tmp_path: Path, odd: bytes, *, is_packed: bool) -> None:
    path = tmp_path / "a.warc"
    records = [page(0), odd, *(page(n) for n in range(2, 30))]
    path.write_bytes(pack(*records) if is_packed else b"".join(records))
    assert len(cut(path, 1)) <= 2
    assert is_the_same_in_stretches(path)


def test_members_that_share_or_split_records_are_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(pack(page(0), page(1) + page(2), page(3)))
    assert len(cut(path, 1)) == 1
    assert is_the_same_in_stretches(path)
    path.write_bytes(pack(page(0), page(1)[:900], page(1)[900:], page(3)))
    assert is_the_same_in_stretches(path)


def test_a_long_head_and_a_long_member_are_measured(tmp_path: Path) -> None:
    long = page(1).replace(b"Content-Type", b"X-Long: " + b"x" * 9000 + b"\r\nContent-Type", 1)
    large = record(2, HTML + random.Random(1).randbytes(300_000))
    for number, records in enumerate(([long, large, page(3)], [pack(long), pack(large), pack(page(3))])):
        path = tmp_path / f"{number}.warc"
        path.write_bytes(b"".join(records))
        assert len(cut(path, 1)) == 3
        assert is_the_same_in_stretches(path)


def test_reading_goes_on_behind_a_second_damage_and_knows_where_it_is() -> None:
    many = [page(n) for n in range(120)]
    for packed in (False, True):
        parts = [pack(*some) if packed else b"".join(some) for some in (many[:30], many[30:80], many[80:])]
        data = b"junk".join(parts)
        take = Take[int]("response", lambda found: found.offset)
        found = [*find_taken(io.BytesIO(data), "a.warc", take)]
        assert len([offset for offset in found if isinstance(offset, int)]) == 120
        wanted = [f"offset {len(parts[0])}", f"offset {len(parts[0]) + 4 + len(parts[1])}"]
        assert [item.place for item in found if isinstance(item, Problem)] == wanted
        starts = (data[offset : offset + 4] for offset in found if isinstance(offset, int))
        assert set(starts) == {b"\x1f\x8b\x08\x00" if packed else b"WARC"}


def test_nothing_behind_the_end_of_a_stretch_is_taken_even_where_it_is_damaged() -> None:
    data = b"".join((page(0), page(1), b"junk", page(2), page(3)))
    stop = data.index(page(3))
    take = Take[int]("response", lambda found: found.offset)
    found = [*find_taken(io.BytesIO(data), "a.warc", take, stop=stop)]
    assert [item for item in found if isinstance(item, int)] == [0, len(page(0)), data.index(page(2))]


def write_table(path: Path, rows: int, **columns: list[object]) -> None:
    texts = [f"Rain {n}. — Ada Wren (@adawren{n}) November 29, 2024" for n in range(rows)]
    table = {"id": [f"n{n % (rows - 5)}" for n in range(rows)], "text": texts, **columns}
    pq.write_table(pa.table(table), path, row_group_size=7)


def test_the_row_groups_of_a_parquet_file_are_shared_out(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_table(path, 200, date=list(range(200)))
    assert sum("holds int64" in said for said in read_whole(path)) == 1
    assert len([share for share in cut(path, 1000) if len(read_stretches([share])) > 5]) > 3
    assert is_the_same_in_stretches(path)


def test_a_broken_parquet_file_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_table(path, 200)
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 300] = bytes(300)
    path.write_bytes(data)
    assert any("row group" in said for said in read_whole(path))
    assert is_the_same_in_stretches(path)
    path.write_bytes(data[:-10])
    assert len(read_stretches(cut(path, 500))) == 1
    assert is_the_same_in_stretches(path)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start processes for however little, and take few records for many."""
    monkeypatch.setattr(flow, "_LITTLE_FILES", 1)
    monkeypatch.setattr(units, "_LARGE", 1)
    monkeypatch.setattr(
        units, "find_warc_stretches", lambda path, name, form: find_warc_stretches(path, name, form=form, size=9000)
    )
    monkeypatch.setattr(units, "find_shares", lambda path, name: find_shares(path, name, size=900))


def cite(number: int) -> bytes:
    """A response record whose page cites a post, and says when it was published."""
    head = '<meta property="article:published_time" content="2024-11-20"><title>Rain</title>'
    body = (
        f"{head}<p>Rain in street {number}. — Ada Wren (@adawren{number}) November 29, 2024</p>" + "<p>Rain.</p>" * 90
    )
    return record(number, HTML + body.encode())


@pytest.mark.usefixtures("eager")
def test_containers_give_the_same_records_whatever_jobs_is(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"".join(cite(n % 70) for n in range(80)))
    (tmp_path / "b.warc.gz").write_bytes(pack(*(cite(n) for n in range(80))))
    (tmp_path / "c.warc").write_bytes(b"".join(map(cite, range(40))) + b"junk" + b"".join(map(cite, range(40, 80))))
    write_table(tmp_path / "d.parquet", 300)
    one = list(find_in_files(tmp_path, jobs=1))
    assert list(find_in_files(tmp_path, jobs=3)) == one
    assert len([item for item in one if isinstance(item, Citation)]) == 80 * 3 + 300
    alone = list(find_in_files(tmp_path / "b.warc.gz", jobs=1))
    assert list(find_in_files(tmp_path / "b.warc.gz", jobs=2)) == alone


@pytest.mark.usefixtures("eager")
def test_a_packed_warc_is_cut_only_where_it_is_all_there_is(tmp_path: Path) -> None:
    for name in ("a.warc.gz", "b.warc.gz"):
        (tmp_path / name).write_bytes(pack(*map(cite, range(80))))
    one, both = Batch(f"{tmp_path}/", "", ["a.warc.gz"]), Batch(f"{tmp_path}/", "", ["a.warc.gz", "b.warc.gz"])
    assert len(list(cut_pieces([one], DEFAULTS))) > 1
    assert all(isinstance(piece, Stretch) for piece in cut_pieces([one], DEFAULTS))
    assert [len(unit.pieces) for unit in find_units(cut_pieces([both], DEFAULTS))] == [1, 1]
    assert list(cut_pieces([one, Mark(1, "")], DEFAULTS)) == [one, Mark(1, "")]


def test_files_of_rows_are_shared_out_by_size_and_not_by_number(tmp_path: Path) -> None:
    names = [f"{n:02}.csv" for n in range(12)]
    for name in names:
        (tmp_path / name).write_bytes(b"text\n" + b"x" * (3 << 20))
    listed = list(find_units(cut_pieces([Batch(f"{tmp_path}/", "", names)], DEFAULTS)))
    assert len(listed) == 6
    assert [piece.names for unit in listed for piece in unit.pieces if isinstance(piece, Batch)] == [
        names[at : at + 2] for at in range(0, 12, 2)
    ]
    assert BATCH > 12


@pytest.mark.usefixtures("eager")
def test_a_file_that_cannot_be_cut_is_left_to_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[Stretch]:
        raise PermissionError(13, "no")

    (tmp_path / "a.warc").write_bytes(cite(1))
    monkeypatch.setattr(units, "find_warc_stretches", fail)
    one = Batch(f"{tmp_path}/", "", ["a.warc"])
    assert list(cut_pieces([one], DEFAULTS)) == [one]


def test_a_page_that_cites_nothing_is_not_asked_what_it_says_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def note(page: str) -> pagemeta.PageMeta:
        asked.append(page)
        return parse_page_meta(page)

    parse_page_meta = pagemeta.parse_page_meta
    monkeypatch.setattr(pagemeta, "parse_page_meta", note)
    (tmp_path / "a.html").write_text("<title>Rain</title><p>It rains.")
    (tmp_path / "b.warc").write_bytes(page(1) + cite(2) + page(3))
    (citation,) = find_in_files(tmp_path)
    assert len(asked) == 1
    assert isinstance(citation, Citation)
    assert (citation.article_title, str(citation.article_date)) == ("Rain", "2024-11-20")
    assert citation.article_url == "https://news.example/2"
    assert "date-after-article" in citation.flags


def test_read_gives_whole_articles_that_can_be_compared_and_written_down(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<title>Rain</title><link rel=canonical href=https://news.example/1>")
    (tmp_path / "b.warc").write_bytes(cite(2))
    first, second = read(tmp_path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first == Article(id="a.html", html=first.html, title="Rain", url="https://news.example/1")
    assert second.model_dump(include={"date", "title"}) == {"date": dt.date(2024, 11, 20), "title": "Rain"}
