"""The archive as one WACZ 1.1.1 file, which the field's players open: its segments as they are, an index, a page list.

Every file in it is stored with its bytes known beforehand, so that nothing is held in memory and the ZIP has 64-bit
sizes only where they are needed. Nothing in it comes from a clock: the same archive gives the same bytes. The rows of
the citations lie in a folder of their own because py-wacz 0.6 knows no files beside datapackage.json.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO, NamedTuple

from ... import __version__
from ...models import ArchiveDamaged, ArchiveError
from ...writers.atomic import replacing
from ...writers.jsonl import write_jsonl
from ..disk.database import advising
from ..disk.folder import shared_lock
from ..disk.reading import Reader
from ..posts.citedpost import CitedPost
from ..posts.citedrows import find_cited_posts
from .waczindex import find_index_lines, write_index
from .waczpages import Page, find_pages, format_header, format_page, format_second
from .waczsign import Signer

_PIECE = 1 << 20
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP file can tell
_MODE = 0o100644 << 16
_UNIX = 3
_INDEX, _LISTING = "index.cdx.gz", "index.idx"
_PAGES, _CITATIONS = "pages/pages.jsonl", "citations/citations.jsonl"
_HEAD = "SELECT head_length, head_sha256 FROM segment WHERE name = ?"
_GROUPS = "SELECT offset + length, sha256 FROM capture WHERE segment = ? ORDER BY offset"
_SOFTWARE = f"amberpost/{__version__}"


class Packed(NamedTuple):
    """What was packed: how many citations and pages, and of a signed file the fingerprint of the key."""

    citations: int
    pages: int
    fingerprint: str | None


class Resource(NamedTuple):
    """A file in the package, as datapackage.json lists it."""

    name: str
    path: str
    hash: str
    bytes: int


class Stretch(NamedTuple):
    """What a segment was stored with: bytes up to `end`, and the digest of those since the stretch before."""

    end: int
    sha256: str


def write_wacz(folder: Path, path: str | os.PathLike[str], *, sign: bool = False) -> Packed:
    """Write all that an archive holds to a WACZ file; what is at `path` stays there until the new file is whole.

    Writers are kept out meanwhile: `ArchiveBusy` says that one is at work. Raises `ArchiveError` for an archive that
    holds nothing yet, or whose segments are not, to the byte, as they were left, with what to do.
    """
    with shared_lock(folder), Reader.read(folder) as reader:
        segments = _check_segments(reader)
        signer = Signer.of(folder) if sign else None
        place = os.path.realpath(path)
        with advising(folder), _advising_on(path), replacing(place) as file, zipfile.ZipFile(file, "w") as package:
            return _Packing(reader, package).pack(segments, signer)


@contextmanager
def _advising_on(path: str | os.PathLike[str]) -> Iterator[None]:
    """Say of the new file, not of the archive, what the system has against it."""
    try:
        yield
    except OSError as error:
        why = f"{os.fspath(path)}: {error.strerror or error}"
        raise ArchiveError(f"{why}: see that there is room and that you may write there") from error


def _check_segments(reader: Reader) -> Mapping[str, int]:
    """The segments and their sizes; raises an error where the files have more or less than the database says."""
    known = dict(reader.connection.execute("SELECT name, size FROM segment ORDER BY name").fetchall())
    found = {name: reader.segments.size(name) for name in {*reader.segments.names(), *known}}
    for name, size in found.items():
        if size is None or size < known.get(name, 0):
            raise ArchiveDamaged(f"{name} is shorter than what was stored: `amberpost check {reader.folder}` says more")
        if size > known.get(name, 0):
            raise ArchiveError(
                f"{name} has more than the database knows, as a run that was killed leaves it:"
                f" `amberpost archive --to {reader.folder} --offline` takes it in; then run this again"
            )
    if not reader.counts().captures:
        raise ArchiveError(f"{reader.folder} has stored nothing yet, and a WACZ holds what was stored: archive first")
    return known


class _Packing:
    """The package as it is being written."""

    def __init__(self, reader: Reader, package: zipfile.ZipFile) -> None:
        self._reader, self._package = reader, package
        self._resources: list[Resource] = []

    def pack(self, segments: Mapping[str, int], signer: Signer | None) -> Packed:
        for name in segments:
            with self._reader.segments.open(name) as file:
                self._store(f"archive/{name}", file, stretches=self._find_stretches(name))
        self._pack_index(segments)
        first, pages = self._pack_pages()
        rows = find_cited_posts(self._reader)
        citations = self._spool(_CITATIONS, lambda file: write_jsonl(rows, file, record=CitedPost))
        created = self._describe_times()[1]
        manifest = _dump(self._make_manifest(first, pages=pages, citations=citations))
        digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
        seal: dict[str, object] = {"path": "datapackage.json", "hash": digest}
        if signer:
            seal["signedData"] = signer.sign(digest, created=created, software=_SOFTWARE)
        for name, data in (("datapackage.json", manifest), ("datapackage-digest.json", _dump(seal))):
            self._package.writestr(_member(name, len(data)), data)
        return Packed(citations, pages, signer.fingerprint if signer else None)

    def _pack_index(self, segments: Mapping[str, int]) -> None:
        with TemporaryFile() as index, TemporaryFile() as listing:
            write_index(find_index_lines(self._reader, segments), index, listing, name=_INDEX)
            self._store(f"indexes/{_INDEX}", index)
            self._store(f"indexes/{_LISTING}", listing)

    def _pack_pages(self) -> tuple[Page | None, int]:
        """The first page, if there are any, and how many."""
        first: list[Page] = []

        def write(file: BinaryIO) -> int:
            file.write(format_header(self._reader))
            count = 0
            for page in find_pages(self._reader):
                first[:] = first or [page]
                file.write(format_page(page))
                count += 1
            return count

        count = self._spool(_PAGES, write)
        return (first[0] if first else None), count

    def _spool(self, path: str, write: Callable[[BinaryIO], int]) -> int:
        """Let a file be written to the disk first, so that its size is known, and store it; gives what `write` does.

        An empty one is left out: who checks packages cannot tell it from one that is cut off.
        """
        with TemporaryFile() as file:
            count = write(file)
            if file.tell():
                self._store(path, file)
        return count

    def _find_stretches(self, segment: str) -> Iterator[Stretch]:
        """The head and the groups of a segment, one behind the other."""
        db = self._reader.connection
        yield from map(Stretch._make, db.execute(_HEAD, (segment,)))
        yield from map(Stretch._make, db.execute(_GROUPS, (segment,)))

    def _store(self, path: str, file: IO[bytes], *, stretches: Iterable[Stretch] = ()) -> None:
        """Store a file; damage to the stretches that are known raises an error, for nobody could tell it later."""
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        digest = hashlib.sha256()
        with self._package.open(_member(path, size), "w") as member:
            for stretch in stretches:
                own = hashlib.sha256()
                for piece in _read_pieces(file, stretch.end - file.tell()):
                    own.update(piece)
                    digest.update(piece)
                    member.write(piece)
                if own.hexdigest() != stretch.sha256:
                    raise self._differs(path, stretch)
            for piece in _read_pieces(file, size - file.tell()):
                digest.update(piece)
                member.write(piece)
        name = path.rpartition("/")[2]
        self._resources.append(Resource(name, path, f"sha256:{digest.hexdigest()}", size))

    def _differs(self, path: str, stretch: Stretch) -> ArchiveDamaged:
        name, folder = path.rpartition("/")[2], self._reader.folder
        return ArchiveDamaged(
            f"{folder}: what lies in {name} before {stretch.end} is not what was stored: `amberpost check {folder}`"
            " says more; bring back a good copy of the file"
        )

    def _describe_times(self) -> tuple[str, str]:
        first, last = self._reader.connection.execute("SELECT min(date), max(date) FROM capture").fetchone()
        return format_second(first), format_second(last)

    def _make_manifest(self, first: Page | None, *, pages: int, citations: int) -> Mapping[str, object]:
        since, until = self._describe_times()
        captures = self._reader.counts().captures
        rows = f" `{_CITATIONS}` has {citations} rows: what articles cite, and what became of it." if citations else ""
        main = {"mainPageUrl": first.url, "mainPageDate": first.ts} if first else {}
        return {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": f"Cited posts, archive {self._reader.archive}",
            "description": f"{captures} answers stored from {since[:10]} to {until[:10]}, {pages} pages listed.{rows}",
            "created": until,
            "software": _SOFTWARE,
            **main,
            "resources": [resource._asdict() for resource in self._resources],
        }


def _read_pieces(file: IO[bytes], length: int) -> Iterator[bytes]:
    while length > 0 and (piece := file.read(min(length, _PIECE))):
        length -= len(piece)
        yield piece


def _member(path: str, size: int) -> zipfile.ZipInfo:
    """A member whose head says nothing of the machine or the time; its size, known here, tells how to write it."""
    member = zipfile.ZipInfo(path, _FIRST_DAY)
    member.create_system, member.external_attr, member.file_size = _UNIX, _MODE, size
    return member


def _dump(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"
