"""The records of a WARC file at the speed of FastWARC; where that stumbles, our own strict reader takes over.

FastWARC raises at the first damage and says nothing of a file that is cut. So it never has the last word: whatever it
ends at, the strict reader reads from the last record that was begun, names what is wrong there, and finds where records
begin again; behind sixteen sound ones FastWARC is asked once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO, Generic, NamedTuple, TypeVar

from fastwarc.warc import ArchiveIterator, WarcRecordType
from fastwarc.warc import WarcRecord as FastRecord

from ..models import Problem
from ..warcfile import SHARED_MEMBER, WarcRecord, read_records
from .decode import name_empty

_CALM = 16
_PENDING = 64  # problems that are held until it is clear which record they are about
_LONGEST_HEAD = 1 << 18
_MOST_AGAIN = 1 << 30  # bytes read once more for records hidden by a wrong length, lest time grow as the square
_TOO_MANY = "too many records of wrong length: from here on, what they hide is not looked for"
_TOO_MANY_ADVICE = "the records that are in sight are read; fetch the file again"
_BEGIN = re.compile(rb"WARC/1\.[01]\r?\n[A-Za-z][A-Za-z-]{1,60}:")
_OVERLAP = 128
_BLOCK = 1 << 18
_TYPES = {"response": WarcRecordType.response, "conversion": WarcRecordType.conversion}

Taken = TypeVar("Taken")


class Found(NamedTuple):
    """A record as it streams past: its block is read by `read` before the next record is asked for."""

    offset: int
    target: str | None
    date: str | None
    media: str
    read: Callable[[int], bytes]


class Take(NamedTuple, Generic[Taken]):
    """Which records are looked at, by their WARC-Type, and what is made of one, None when it is not wanted either."""

    type: str
    make: Callable[[Found], Taken | Problem | None]


class _Held(NamedTuple, Generic[Taken]):
    """What was taken of the last record, until its end has been seen to be right."""

    offset: int
    taken: Taken | Problem | None


class _Rest(NamedTuple):
    """Where reading goes on: at a sound record, or behind the beginning of one whose length is wrong."""

    offset: int
    is_sound: bool


def find_taken(
    file: BinaryIO, name: str, take: Take[Taken], *, start: int = 0, stop: int | None = None
) -> Iterator[Taken | Problem]:
    """Yield what `take` makes of each sound record, and a problem for each that is not.

    A record counts as sound only when the next one begins where it should, so that no page is read to a wrong length.
    A file that cannot seek, or is one gzip member, is read by the strict reader alone: slower, and as complete.
    `start` and `stop` are offsets of records that `find_warc_stretches` found; none at or behind `stop` is taken.
    """
    begun = file.tell() if file.seekable() else None
    if begun is None or (start == 0 and _shares_member(file, begun)):
        yield from _read_strictly(file, name, 0, take, stop, calm=0, again=False)
        return
    again = 0 if _is_packed(file, begun) else _MOST_AGAIN
    rest = _Rest(start, is_sound=True)
    while True:
        if rest.is_sound:
            file.seek(begun + start)
            reached = yield from _read_fast(file, begun, start, take, stop)
            if reached is None:
                return
            start = reached
        file.seek(begun + start)
        more = yield from _read_strictly(file, name, start, take, stop, calm=_CALM, again=again > 0)
        if more is None:
            return
        rest, start = more, more.offset
        if not rest.is_sound:
            again -= file.tell() - begun - rest.offset
            file.seek(begun + rest.offset + 1)
            start = rest.offset + 1 + _find_begin(file)
            if again <= 0:
                yield Problem(source=name, place=f"offset {start}", reason=_TOO_MANY, advice=_TOO_MANY_ADVICE)


def _is_packed(file: BinaryIO, begun: int) -> bool:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(begun)
    return packed


def _find_begin(file: BinaryIO) -> int:
    """How far it is to where a record seems to begin, or to the end; for files that are not packed."""
    passed, window = 0, b""
    while block := file.read(_BLOCK):
        window += block
        if match := _BEGIN.search(window):
            return passed + match.start()
        passed += max(0, len(window) - _OVERLAP)
        window = window[-_OVERLAP:]
    return passed + len(window)


def _shares_member(file: BinaryIO, begun: int) -> bool:
    """Whether the first gzip member holds more than one record: FastWARC then does not know where they are."""
    records = read_records(file)
    first = next((item for item in records if isinstance(item, WarcRecord)), None)
    shared = any(isinstance(item, Problem) and item.reason == SHARED_MEMBER for item in _next_few(records))
    file.seek(begun)
    return first is not None and shared


def _next_few(records: Iterator[WarcRecord | Problem]) -> Iterator[WarcRecord | Problem]:
    for item in records:
        yield item
        if isinstance(item, WarcRecord):
            return


def _read_fast(
    file: BinaryIO, begun: int, start: int, take: Take[Taken], stop: int | None
) -> Generator[Taken | Problem, None, int | None]:
    """Read as far as FastWARC comes; returns the offset of the last record that it began, of which nothing is given.

    None when it came to `stop`.
    """
    records = ArchiveIterator(file, parse_http=False, max_header_len=_LONGEST_HEAD)
    wanted = _TYPES[take.type]
    last, taken = start, None
    while True:
        try:
            record = next(records, None)
            if record is None:
                return last
            if taken is not None:
                yield taken
            last = record.stream_pos - begun  # FastWARC counts from where the file does, not from where it was begun
            if stop is not None and last >= stop:
                return None
            taken = take.make(_describe_fast(record, last)) if record.record_type == wanted else None
        except OSError:
            return last


def _describe_fast(record: FastRecord, offset: int) -> Found:
    get = record.headers.get_bytes
    target, date = get(b"WARC-Target-URI"), get(b"WARC-Date")
    media = b"application/http" if record.is_http else get(b"Content-Type") or b""
    return Found(
        offset,
        _bare(target.decode("utf-8", "replace")) if target else None,
        date.decode("ascii", "replace") if date else None,
        media.decode("ascii", "replace"),
        record.reader.read,
    )


def _bare(target: str) -> str:
    """A URI without the angle brackets that some writers of WARC 1.0 put round it."""
    target = target.strip(" \t")
    return target[1:-1] if target.startswith("<") and target.endswith(">") else target


def _read_strictly(
    file: BinaryIO, name: str, start: int, take: Take[Taken], stop: int | None, *, calm: int, again: bool
) -> Generator[Taken | Problem, None, _Rest | None]:
    """Read on and name what is wrong; returns where to go on, None at the end.

    That is behind `calm` sound records, faster, and with `again` behind the head of a record of wrong length.
    """
    held: _Held[Taken] | None = None
    pending: list[Problem] = []
    sound, empty = 0, start == 0
    for item in read_records(file, name=name, start=start):
        empty = False
        if isinstance(item, Problem) and len(pending) < _PENDING:
            pending.append(item)
            continue
        told = pending if isinstance(item, Problem) else _find_told(pending, item)
        is_bad = yield from _settle(held, told)
        if held and is_bad and again:
            return _Rest(held.offset, is_sound=False)
        held, pending, sound = None, [], 0 if told else sound + 1
        if isinstance(item, Problem):
            pending.append(item)
        elif stop is not None and item.offset >= stop:
            return None
        elif calm and sound > calm:
            return _Rest(item.offset, is_sound=True)
        else:
            held = _Held(item.offset, take.make(_describe(item)) if item.type == take.type else None)
    is_bad = yield from _settle(held, pending)
    if empty:
        yield name_empty(name)
    return _Rest(held.offset, is_sound=False) if held and is_bad and again else None


def _find_told(problems: list[Problem], record: WarcRecord) -> list[Problem]:
    """The problems that are not about the head of this record, which could be read in spite of them."""
    return [problem for problem in problems if problem.reason not in (SHARED_MEMBER, *record.head.deviations)]


def _settle(held: _Held[Taken] | None, problems: list[Problem]) -> Generator[Taken | Problem, None, bool]:
    """Give what was held, unless one of the problems is about it, then the problems; returns whether one was."""
    told = [problem for problem in problems if problem.reason != SHARED_MEMBER]
    is_bad = held is not None and any(problem.place == f"offset {held.offset}" for problem in told)
    if held is not None and held.taken is not None and not is_bad:
        yield held.taken
    yield from told
    return is_bad


def _describe(record: WarcRecord) -> Found:
    date, media = (record.head.find_header(name) for name in ("WARC-Date", "Content-Type"))
    return Found(record.offset, record.target, date, media or "", record.read)
