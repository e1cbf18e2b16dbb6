"""The head of a WARC record, read strictly, and the digests it promises: what is wrong has a name, nothing raises."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

_VERSION = re.compile(rb"WARC/(0\.1[78]|1\.[01])")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z|-\d\d)?)?")
_ID = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]+>")
_LENGTH = re.compile(r"[0-9]{1,18}")
_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
_ONCE = frozenset(
    (
        "warc-type",
        "warc-record-id",
        "warc-date",
        "content-length",
        "content-type",
        "warc-target-uri",
        "warc-block-digest",
        "warc-payload-digest",
        "warc-refers-to",
        "warc-truncated",
        "warc-profile",
    )
)
_TYPES = frozenset(("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"))
_NAMED = 8  # deviations of one head that are named; a hostile head must not become a million problems
_DIGEST_SIZES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
_HTTP_HEAD = 1 << 18
_CHUNKED = re.compile(rb"\ntransfer-encoding[ \t]*:[^\n]*chunked", re.IGNORECASE)


@dataclass(slots=True, frozen=True)
class Head:
    """A record's version and named fields in order, and what in them is not as WARC 1.1 has it."""

    version: str
    headers: tuple[tuple[str, str], ...]
    deviations: tuple[str, ...]

    def find_header(self, name: str) -> str | None:
        """The value of the first field of that name, in any case; `None` when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def content_length(self) -> int | None:
        """How many bytes the block has; `None` when the head does not say it in plain digits."""
        value = self.find_header("Content-Length")
        return int(value) if value is not None and _LENGTH.fullmatch(value) else None


def parse_head(data: bytes) -> Head:
    r"""Parse a head, from its version line to the empty line behind it; odd bytes become U+FFFD and are named.

    >>> head = parse_head(b"WARC/1.1\r\nWARC-Type: metadata\nContent-Length: x\r\n\r\n")
    >>> head.find_header("warc-type"), head.content_length, head.deviations[0]
    ('metadata', None, 'a line of the head ends without a carriage return')
    """
    first, *lines = data.split(b"\n")
    deviations: dict[str, None] = {}
    if not all(line.endswith(b"\r") for line in (first, *lines) if line):
        deviations["a line of the head ends without a carriage return"] = None
    if not _VERSION.fullmatch(first.rstrip(b"\r")):
        deviations[f"version {_shown(first)} is unknown"] = None
    headers = tuple(_read_fields(lines, deviations))
    deviations.update(dict.fromkeys(_find_wrong_fields(headers)))
    return Head(first.strip().decode("ascii", "replace"), headers, tuple(deviations)[:_NAMED])


def _read_fields(lines: list[bytes], deviations: dict[str, None]) -> Iterator[tuple[str, str]]:
    pending: tuple[str, str] | None = None
    for line in (line.rstrip(b"\r") for line in lines):
        if line[:1] in (b" ", b"\t") and pending:
            deviations["a field is folded over lines"] = None
            pending = (pending[0], f"{pending[1]} {_decode(line, deviations)}".strip())
            continue
        if pending:
            yield pending
        pending = _read_field(line, deviations) if line else None
    if pending:
        yield pending


def _read_field(line: bytes, deviations: dict[str, None]) -> tuple[str, str] | None:
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name):
        deviations[f"{_shown(line)} is no header field"] = None
        return None
    return name.decode("ascii"), _decode(value, deviations)


def _decode(value: bytes, deviations: dict[str, None]) -> str:
    text = value.decode("utf-8", "replace").strip(" \t")
    if "\ufffd" in text:
        deviations["a field holds bytes that are not UTF-8"] = None
    if _CONTROL.search(text):
        deviations["a field holds control characters"] = None
    return text


def _shown(line: bytes) -> str:
    return repr(line[:60].decode("ascii", "backslashreplace").rstrip("\r"))


def _find_wrong_fields(headers: tuple[tuple[str, str], ...]) -> Iterator[str]:
    names = [name.lower() for name, _ in headers]
    found = dict(zip(reversed(names), (value for _, value in reversed(headers)), strict=True))
    yield from (f"{name} is missing" for name in _MANDATORY if name.lower() not in found)
    yield from (f"{name} stands there twice" for name in sorted(_ONCE) if names.count(name) > 1)
    for name, form in (("warc-date", _DATE), ("warc-record-id", _ID), ("content-length", _LENGTH)):
        if name in found and not form.fullmatch(found[name]):
            yield f"{name} {found[name][:60]!r} is none"
    if found.get("warc-type", "response") not in _TYPES:
        yield f"WARC-Type {found['warc-type'][:60]!r} is unknown"


@dataclass(slots=True, frozen=True)
class Digest:
    """An algorithm of hashlib and the value that it must give."""

    algorithm: str
    value: bytes


def parse_digest(text: str) -> Digest | None:
    """Parse `sha256:HEX` or `sha1:BASE32`, in any case; `None` for another algorithm or a value of wrong length.

    >>> parse_digest("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ").value.hex()
    'da39a3ee5e6b4b0d3255bfef95601890afd80709'
    """
    label, _, printed = text.partition(":")
    algorithm = label.lower().replace("-", "")
    size = _DIGEST_SIZES.get(algorithm)
    if size is None:
        return None
    try:
        value = bytes.fromhex(printed) if len(printed) == 2 * size else base64.b32decode(_padded(printed.upper()))
    except ValueError:
        return None
    return Digest(algorithm, value) if len(value) == size else None


def _padded(text: str) -> str:
    return text if text.endswith("=") else text + "=" * (-len(text) % 8)


class DigestCheck:
    """Reckons a promised digest over bytes as they pass; `http` leaves out the head of an HTTP message."""

    def __init__(self, name: str, printed: str, *, http: bool = False) -> None:
        self._name, self._printed, self._digest = name, printed, parse_digest(printed)
        self._hash = hashlib.new(self._digest.algorithm, usedforsecurity=False) if self._digest else None
        self._head = bytearray() if http else None
        self._untold = False

    def update(self, data: bytes) -> None:
        """Take the next bytes of the block."""
        if self._hash is None:
            return
        if self._head is not None:
            data = self._behind_head(self._head, data)
        self._hash.update(data)

    def _behind_head(self, head: bytearray, data: bytes) -> bytes:
        seen = max(0, len(head) - 3)
        head += data
        end = head.find(b"\r\n\r\n", seen)
        if end < 0 and len(head) < _HTTP_HEAD:
            return b""
        # A payload that came in chunks: readers disagree what its digest is over, so nobody can be held to it.
        self._untold = end < 0 or _CHUNKED.search(head, 0, end + 2) is not None
        self._head = None
        return bytes(head[end + 4 :])

    def find_deviation(self) -> str | None:
        """What is wrong with the digest once the whole block has passed; `None` when it is right or cannot be told."""
        if self._digest is None or self._hash is None:
            return f"{self._name} {self._printed[:80]!r} is of no known kind"
        if self._head is not None:
            return f"{self._name} is promised for an HTTP message whose head has no end"
        if self._untold or self._hash.digest() == self._digest.value:
            return None
        return f"{self._name} is {self._printed}, the bytes give {self._digest.algorithm}:{self._hash.hexdigest()}"
