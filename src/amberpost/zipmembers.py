"""The members of a ZIP file that anyone made: streamed, never extracted, refused where they are not honest."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import IO, BinaryIO, NamedTuple, cast

from .models import Problem

_MOST_MEMBERS = 50_000
_LARGEST_LISTING = 32 << 20
_MOST_TIMES = 200  # what deflate makes of text is seldom a tenth; of zeros, a thousandth
_SMALL = 10 << 20  # unpacked, below which it does not matter how well it was packed
_LOCAL = struct.Struct("<4s22xHH")
_END = struct.Struct("<4s4xHHII2x")  # of the central directory
_END64 = struct.Struct("<4s20xQQQ8x")
_LOCATOR = struct.Struct("<4s4xQ4x")
_END_REACH = (1 << 16) + _END.size
_ADVICE = "not read; the other members are"


class Member(NamedTuple):
    """A file in the ZIP that may be read; one that is stored can seek."""

    name: str
    file: BinaryIO


def find_members(file: BinaryIO, name: str, *, suffixes: tuple[str, ...]) -> Iterator[Member | Problem]:
    """Yield the members whose names end like that, in the order of the listing, and a problem for each refused one.

    Any member is refused whose name leads out of a folder or stands there twice, and that is encrypted or a link.
    Of those that are read, one whose data does not unpack to what the listing says is a problem behind it.

    >>> packed = io.BytesIO()
    >>> with zipfile.ZipFile(packed, "w") as archive:
    ...     archive.writestr("archive/a.warc", b"x"), archive.writestr("../b.warc", b"y")
    (None, None)
    >>> [(m.name, m.file.read()) if isinstance(m, Member) else m.place for m in
    ...     find_members(packed, "a.wacz", suffixes=(".warc",))]
    [('archive/a.warc', b'x'), "member '../b.warc'"]
    """
    reason = "is read from its end: a pipe cannot be" if not file.seekable() else _find_excess(file)
    try:
        archive = None if reason else zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, EOFError, struct.error) as error:
        archive, reason = None, f"is no ZIP file that can be read: {str(error)[:120]}"
    if archive is None:
        yield Problem(source=name, reason=reason, advice="not read; fetch it again")
        return
    with archive:
        members = archive.infolist()
        times = Counter(member.filename for member in members)
        ends = _find_overlaps(members, archive.start_dir)
        for member in members:
            wanted = member.filename.lower().endswith(suffixes)
            reason = _find_refusal(member, times[member.filename], is_wanted=wanted)
            if not reason and wanted and member.header_offset in ends:
                reason = "overlaps the next member"
            if reason:
                yield _problem(name, member.filename, reason)
            elif wanted:
                yield from _open_member(archive, file, member, name)


def _find_excess(file: BinaryIO) -> str:
    """Why the listing of a ZIP file must not be read into memory; empty when it may be, or there is none."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_REACH))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        return ""
    _, _, count, listing, _ = _END.unpack_from(tail, at)
    if at >= _LOCATOR.size and tail.startswith(b"PK\6\7", at - _LOCATOR.size):
        _, place = _LOCATOR.unpack_from(tail, at - _LOCATOR.size)
        file.seek(min(place, size))
        if len(data := file.read(_END64.size)) == _END64.size:
            _, _, count, listing = _END64.unpack(data)
    if count > _MOST_MEMBERS or listing > _LARGEST_LISTING:
        return f"lists {count} members in {listing} bytes"
    return ""


def _find_overlaps(members: list[zipfile.ZipInfo], end: int) -> set[int]:
    """Where members begin that reach into the next one, as bombs do that unpack the same bytes many times."""
    places = sorted((member.header_offset, member.compress_size) for member in members)
    nexts = [*(place for place, _ in places), end][1:]
    return {place for (place, size), after in zip(places, nexts, strict=True) if place + size > after}


def _find_refusal(member: zipfile.ZipInfo, times: int, *, is_wanted: bool) -> str:
    """Why a member must not be read; empty when it may be."""
    if not _is_inside(member.orig_filename) or not _is_inside(member.filename):
        return "its name leads out of the folder that it belongs in"
    if times > 1:
        return f"its name stands in the listing {times} times"
    if member.flag_bits & 0x41:
        return "is encrypted"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a symbolic link"
    if is_wanted and member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is packed in a way that is not read (method {member.compress_type})"
    if is_wanted and member.file_size > max(_SMALL, _MOST_TIMES * member.compress_size):
        return f"would unpack {member.compress_size} bytes to {member.file_size}"
    if is_wanted and not member.compress_type and member.file_size != member.compress_size:
        return f"lies about its size: {member.compress_size} bytes are stored, {member.file_size} are promised"
    return ""


def _is_inside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not (name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name or not name)


def _open_member(
    archive: zipfile.ZipFile, file: BinaryIO, member: zipfile.ZipInfo, name: str
) -> Iterator[Member | Problem]:
    try:
        opened = archive.open(member)
        checked = (
            _Slice(file, *_place(file, member)) if not member.compress_type else _Checked(opened, member.file_size)
        )
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, EOFError, struct.error) as error:
        yield _problem(name, member.filename, f"cannot be opened: {str(error)[:120]}")
        return
    with opened:
        yield Member(member.filename, cast(BinaryIO, io.BufferedReader(checked, 1 << 16)))
        if checked.failure:
            reason = f"its data is not what the listing says: {checked.failure}"
            yield _problem(name, member.filename, reason, "what came before that was read; fetch it again")


def _place(file: BinaryIO, member: zipfile.ZipInfo) -> tuple[int, int]:
    """Where the bytes of a stored member begin and end."""
    file.seek(member.header_offset)
    _, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    start = member.header_offset + _LOCAL.size + name + extra
    return start, start + member.compress_size


def _problem(name: str, member: str, reason: str, advice: str = _ADVICE) -> Problem:
    return Problem(source=name, place=f"member {member[:200]!r}", reason=reason, advice=advice)


class _Slice(io.RawIOBase):
    """The bytes of a file from one place to another."""

    failure = ""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._end, self._at = file, start, end, start

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        origin = (self._start, self._at, self._end)[whence]
        self._at = min(self._end, max(self._start, origin + offset))
        return self._at - self._start

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what comes next; another member may have been read in between."""
        self._file.seek(self._at)
        data = self._file.read(min(len(buffer), self._end - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class _Checked(io.RawIOBase):
    """A packed member; where it breaks it ends, and `failure` says why."""

    failure = ""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what comes next; nothing behind a failure."""
        try:
            data = b"" if self.failure else self._file.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            data, self.failure = b"", str(error)[:120] or "it breaks off"
        self._left -= len(data)
        if not data and self._left and not self.failure:
            self.failure = f"it ends {self._left} bytes early"
        buffer[: len(data)] = data
        return len(data)
