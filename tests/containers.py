"""WARC records and ZIP files made by hand, whole and damaged, for the tests of containers; all of it invented."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable

from amberpost.models import Article, Problem
from amberpost.readers.warc import read_warc

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
DATE = "2026-01-02T03:04:05Z"


def record(number: int, block: bytes, *, length: int | None = None, type_: str = "response", media: str = "") -> bytes:
    """A record about page `number`; `length` is what its head claims, when that is not true."""
    media = media or "application/http; msgtype=response"
    head = (
        f"WARC/1.1\r\nWARC-Type: {type_}\r\nWARC-Record-ID: <urn:x:{number}>\r\nWARC-Date: {DATE}\r\n"
        f"WARC-Target-URI: https://news.example/{number}\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def page(number: int, *, length: int | None = None) -> bytes:
    """A response record whose page says its number; long enough that a wrong length does not reach the second next."""
    body = f"<p>Page {number}. " + "".join(f"{n * 7919 % 1000:03d} " for n in range(600))
    return record(number, HTML + body.encode(), length=length)


def read(data: bytes, name: str = "a.warc") -> list[Article | Problem]:
    """All that a WARC file of these bytes gives."""
    return list(read_warc(io.BytesIO(data), name))


def numbers(items: Iterable[Article | Problem]) -> list[int]:
    """The numbers of the pages that were read, by what stands in them."""
    pages = (item.html for item in items if isinstance(item, Article))
    return [int((html or "").removeprefix("<p>Page ").partition(".")[0]) for html in pages]


def problems(items: Iterable[Article | Problem]) -> list[str]:
    """The problems as they are shown, without the advice."""
    return [str(item).partition(" (")[0] for item in items if isinstance(item, Problem)]


def pack(*records: bytes) -> bytes:
    """Each record as a gzip member of its own, as crawlers write them."""
    return b"".join(gzip.compress(one) for one in records)


def make_zip(members: dict[str, bytes], *, deflated: bool = False) -> bytes:
    """A ZIP file that any program would write."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, archive.compression)
    return file.getvalue()
