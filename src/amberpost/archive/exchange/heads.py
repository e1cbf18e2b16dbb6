"""The head of an HTTP/1 answer, read leniently: what its status and headers say, and how its message is framed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# The end of a head as browsers, h11 and the readers of WARC see it: an empty line, bare line feeds included.
HEAD_END = re.compile(rb"\n\r?\n")

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [^\n]*)?\r?\n")
_STATUS_START = re.compile(rb"HTTP/1\.[01] [1-9][0-9]{2}[ \r\n]")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH = re.compile(r"[0-9]{1,18}")


@dataclass(slots=True, frozen=True)
class Frame:
    """How the end of a message is found. `length` counts a sized body; `coded` says that chunks are not its only
    transfer coding; `fault` tells why what the head says of its length cannot be believed, and is empty if it can.
    """

    kind: Literal["none", "sized", "chunked", "to-close"]
    length: int = 0
    coded: bool = False
    fault: str = ""


@dataclass(slots=True, frozen=True)
class Head:
    """What a head says.

    `tidy` promises that every reader sees the same head and the same body: lines end in CRLF, none is folded or is no
    header, and no length is said twice or beside a transfer coding.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    tidy: bool
    frame: Frame


def is_answer_start(data: bytes | bytearray) -> bool:
    """Say whether bytes are, or may still become, the beginning of an HTTP/1.0 or 1.1 answer.

    >>> is_answer_start(b"HT"), is_answer_start(b"HTTP/1.1 200 OK"), is_answer_start(b"SSH-2.0"), is_answer_start(b"")
    (True, True, False, True)
    """
    if len(data) >= 13:
        return _STATUS_START.match(data) is not None
    sample = b"HTTP/1.1 200 "
    return all(
        byte == ours or i in (7, 9, 10, 11, 12) for i, (byte, ours) in enumerate(zip(data, sample, strict=False))
    )


def parse_head(data: bytes) -> Head | None:
    """Read a whole head, its empty line included; `None` when it is not the head of an HTTP/1 answer.

    Values are decoded as Latin-1, which loses no byte.

    >>> parse_head(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n").frame
    Frame(kind='sized', length=5, coded=False, fault='')
    """
    status_line = _STATUS_LINE.match(data)
    if status_line is None:
        return None
    status = int(status_line[1])
    lines = data[status_line.end() :].split(b"\n")[:-2]
    headers = tuple(_find_headers(lines))
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    codings = [value for name, value in headers if name.lower() == "transfer-encoding"]
    tidy = _is_tidy(data) and len(headers) == len(lines) and len(lengths) + len(codings) < 2
    return Head(status, headers, tidy, _parse_frame(status, lengths, codings))


def _is_tidy(data: bytes) -> bool:
    ends = data.count(b"\r\n")
    return ends == data.count(b"\n") == data.count(b"\r") and b"\0" not in data and not re.search(rb"\n[ \t]", data)


def _find_headers(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    """The headers of the lines behind the status line; folded lines are joined, what is no header is passed over."""
    name, parts = "", list[str]()
    for line in lines:
        if line[:1] in (b" ", b"\t") and name:
            parts.append(line.strip().decode("latin-1"))
            continue
        if name:
            yield name, " ".join(parts)
        printed, colon, value = line.partition(b":")
        is_header = colon and _NAME.fullmatch(printed)
        name = printed.decode("ascii") if is_header else ""
        parts = [value.strip(b" \t\r").decode("latin-1")]
    if name:
        yield name, " ".join(parts)


def _parse_frame(status: int, lengths: list[str], codings: list[str]) -> Frame:
    """How long the message is, by RFC 9112, section 6.3; a transfer coding counts more than a length."""
    if status < 200 or status in (204, 304):
        return Frame("none")
    if codings:
        names = [name.strip(" \t").lower() for value in codings for name in value.split(",")]
        if names[-1] != "chunked" or names.count("chunked") > 1:
            return Frame("to-close", coded=True, fault="unknown transfer coding")
        return Frame("chunked", coded=len(names) > 1)
    sizes = {size.strip(" \t") for value in lengths for size in value.split(",")}
    if not sizes:
        return Frame("to-close")
    if len(sizes) > 1 or not all(_LENGTH.fullmatch(size) for size in sizes):
        return Frame("to-close", fault="bad Content-Length")
    return Frame("sized", int(sizes.pop()))
