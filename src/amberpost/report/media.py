"""Captured pictures as files of a report: only what begins like one of four safe types, under a name of our own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ..archive.disk.cited import normalize_target
from ..archive.disk.reading import Reader
from ..archive.exchange.payloads import read_payload
from ..archive.posts.replies import read_exchange
from ..archive.records import Capture
from ..models import ArchiveDamaged

FOLDER = "media"
_MOST_BYTES = 16_000_000  # of one picture
_MOST_PICTURES = 8  # of one post
# The plus keeps SQLite from going through all captured links instead of looking up these.
_CAPTURED = "SELECT url FROM link WHERE url IN (SELECT value FROM json_each(?)) AND +state = 'captured'"


class Picture(NamedTuple):
    """A picture in the report: the address that it was captured from, and its file there."""

    url: str
    href: str


def find_type(data: bytes) -> str | None:
    r"""The suffix of a picture by its first bytes, whatever a server calls it; `None` for what is none of the four.

    >>> find_type(b"\x89PNG\r\n\x1a\n..."), find_type(b"<svg onload=...>")
    ('png', None)
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


class Gallery:
    """Copies pictures out of an archive into a report's folder, each once, named by the SHA-256 of its bytes."""

    def __init__(self, reader: Reader | None, folder: Path) -> None:
        self._reader = reader
        self._folder = folder / FOLDER
        self._known: dict[str, str] = {}

    def find(self, posts: Sequence[Sequence[str]]) -> list[list[Picture]]:
        """The pictures that are kept of each post's media, its first ones; what is not kept, or none, is left out."""
        if self._reader is None:
            return [[] for _ in posts]
        wanted = [media[:_MOST_PICTURES] for media in posts]
        kept = _find_kept(self._reader, [url for media in wanted for url in media])
        return [self._list_pictures(self._reader, [url for url in media if url in kept]) for media in wanted]

    def _list_pictures(self, reader: Reader, urls: Iterable[str]) -> list[Picture]:
        found = ((url, self._find_name(reader, url)) for url in urls)
        return [Picture(url, f"../{FOLDER}/{name}") for url, name in found if name]

    def _find_name(self, reader: Reader, url: str) -> str:
        chain = reader.resolve(url)
        capture = chain.hops[-1].capture if chain else None
        if capture is None or capture.status != 200 or capture.payload_digest is None:
            return ""
        if capture.payload_digest not in self._known:
            self._known[capture.payload_digest] = self._copy(reader, capture)
        return self._known[capture.payload_digest]

    def _copy(self, reader: Reader, capture: Capture) -> str:
        """The name of the copy; nothing where the bytes are no picture, or are no longer those that were stored."""
        try:
            data = _read(reader, capture)
        except ArchiveDamaged:
            return ""  # `amberpost check` names it; the card says that the medium is not shown
        suffix = find_type(data)
        if suffix is None or len(data) > _MOST_BYTES:
            return ""
        name = f"{sha256(data).hexdigest()}.{suffix}"
        self._folder.mkdir(exist_ok=True)
        (self._folder / name).write_bytes(data)
        return name


def _find_kept(reader: Reader, urls: Sequence[str]) -> set[str]:
    """Which of these addresses are links that were captured: one question for all, for most media never were."""
    spelled = {url: normalize_target(url) for url in urls}
    rows = reader.connection.execute(_CAPTURED, (json.dumps(sorted({*spelled, *spelled.values()})),))
    captured = {url for (url,) in rows}
    return {url for url, target in spelled.items() if url in captured or target in captured}


def _read(reader: Reader, capture: Capture) -> bytes:
    """The payload of an answer, a byte more than is taken at most."""
    with reader.open_answer(capture) as file:
        return read_payload(read_exchange(capture, file), _MOST_BYTES + 1)
