"""Containers: reading them beside what their libraries do alone, and two processes beside one, on the wall and in CPU.

Pages are those of the corpus, each with a post in it; rows of JSONL and Parquet are invented news text.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import process_time

import pyarrow as pa
import pyarrow.parquet as pq
from fastwarc.warc import ArchiveIterator

from amberpost.readers import read_file
from amberpost.readers.repeats import Repeats

from .newstext import find_articles
from .pages import locate_pages
from .timing import ROUNDS, Row, Run, find_rounds, median, run_child

READING_WANTED = 0.35
PROCESSES_WANTED = 1.5
_COPIES, _ROWS, _FILES = 24, 180_000, 6
_ROW_SIZE = 2_900
_FIND = "from amberpost.cli import main; main()"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def measure_containers(*, rounds: int = ROUNDS, quick: bool = False) -> Iterator[Row]:
    """Measure reading first, in this process, then the command, each run a fresh interpreter, one and two in turn."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = list(find_articles(_ROWS // (10 if quick else 1), size=_ROW_SIZE))
        _write_rows(folder, rows)
        found = locate_pages()
        pages = [path.read_bytes() for path in sorted(found.rglob("*.html"))] if found else []
        if pages:
            pages *= 1 if quick else _COPIES
            _write_pages(folder, pages)
            yield from _measure_reading(folder, len(pages), rounds)
        else:
            yield Row("there is no corpus of pages: only rows are measured", "pages/s")
        yield from _measure_rows(folder, len(rows), rounds)
        counts = {"html": len(pages), "a.warc": len(pages), "a.warc.gz": len(pages), "several": len(pages)}
        for name, count in {**counts, "a.jsonl": len(rows), "a.parquet": len(rows)}.items():
            if count:
                yield from _measure_jobs(folder, name, count, rounds)


def _write_rows(folder: Path, texts: Sequence[str]) -> None:
    with (folder / "a.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    pq.write_table(pa.table({"text": list(texts)}), folder / "a.parquet", row_group_size=2000, compression="zstd")


def _write_pages(folder: Path, pages: Sequence[bytes]) -> None:
    """The pages as files, as one WARC, plain and gzipped, and as several gzipped ones."""
    for name in ("html", "several"):
        (folder / name).mkdir()
    records = [make_record(number, page) for number, page in enumerate(pages)]
    (folder / "a.warc").write_bytes(b"".join(records))
    packed = [gzip.compress(record, 6) for record in records]
    (folder / "a.warc.gz").write_bytes(b"".join(packed))
    for part in range(_FILES):
        (folder / "several" / f"{part}.warc.gz").write_bytes(b"".join(packed[part::_FILES]))
    for number, page in enumerate(pages):
        (folder / "html" / f"{number:06}.html").write_bytes(page)


def make_record(number: int, page: bytes) -> bytes:
    """A response as a crawler writes it.

    >>> make_record(1, b"fog").endswith(b"fog\\r\\n\\r\\n")
    True
    """
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>\r\n"
        f"WARC-Date: 2026-09-09T10:00:00Z\r\nWARC-Target-URI: https://news.example/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(_HEAD) + len(page)}\r\n\r\n"
    )
    return head.encode() + _HEAD + page + b"\r\n\r\n"


def _measure_reading(folder: Path, count: int, rounds: int) -> Iterator[Row]:
    for name, wanted in (("a.warc.gz", READING_WANTED), ("a.warc", None)):
        path = folder / name
        alone, ours = _take_turns(partial(_iterate, path), partial(_read, path), rounds)
        yield Row(f"{name}: FastWARC alone", "pages/s of CPU", _rates(count, alone))
        ratio = median(alone) / median(ours)
        yield Row(f"{name}: read, decoded, not searched", "pages/s of CPU", _rates(count, ours), ratio, wanted)


def _measure_rows(folder: Path, count: int, rounds: int) -> Iterator[Row]:
    limits: dict[str, tuple[str, Callable[[Path], object]]] = {
        "a.jsonl": ("only reading its lines", _read_lines),
        "a.parquet": ("pyarrow's batches to str", _list_cells),
    }
    for name, (what, limit) in limits.items():
        path = folder / name
        alone, ours = _take_turns(partial(limit, path), partial(_read, path), rounds)
        yield Row(f"{name}: {what}", "rows/s of CPU", _rates(count, alone))
        yield Row(
            f"{name}: read, not searched", "rows/s of CPU", _rates(count, ours), median(alone) / median(ours), None
        )


def _iterate(path: Path) -> None:
    with path.open("rb") as file:
        for _ in ArchiveIterator(file, parse_http=False):
            pass


def _read_lines(path: Path) -> None:
    with path.open("rb") as file:
        for _ in file:
            pass


def _list_cells(path: Path) -> None:
    for batch in pq.ParquetFile(path).iter_batches(batch_size=256, use_threads=False):
        batch.column(0).to_pylist()


def _read(path: Path) -> None:
    with Repeats() as ids:
        for _ in read_file(str(path), path.name, ids=ids):
            pass


def _take_turns(
    first: Callable[[], object], second: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of CPU of two things done in turn, once more before that counts."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in find_rounds(rounds + 1):
        for call, kept in zip((first, second), times, strict=True):
            begin = process_time()
            call()
            if number:
                kept.append(process_time() - begin)
    return times


def _measure_jobs(folder: Path, name: str, count: int, rounds: int) -> Iterator[Row]:
    ones, twos = list[Run](), list[Run]()
    for _ in find_rounds(rounds):
        ones.append(_run_find(folder, name, jobs=1))
        twos.append(_run_find(folder, name, jobs=2))
    one, two = (_rates(count, [run.wall for run in runs]) for runs in (ones, twos))
    label = {"html": "folder of pages", "several": f"{_FILES} files .warc.gz"}.get(name, name)
    yield Row(f"{label}: find --jobs 1", "a second", one)
    yield Row(f"{label}: find --jobs 2, beside --jobs 1", "a second", two, median(two) / median(one), PROCESSES_WANTED)
    spent = [tuple(run.cpu for run in runs) for runs in (ones, twos)]
    yield Row(f"{label}: CPU of two, beside that of one", "s", spent[1], median(spent[1]) / median(spent[0]))


def _run_find(folder: Path, name: str, *, jobs: int) -> Run:
    words = ["find", str(folder / name), "--jobs", str(jobs), "-q", "-o", str(folder / "found.jsonl")]
    return run_child([sys.executable, "-c", _FIND, *words])


def _rates(count: int, seconds: Sequence[float]) -> tuple[float, ...]:
    return tuple(count / taken for taken in seconds)
