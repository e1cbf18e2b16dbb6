"""WACZ files of small archives, and each rule of WACZ 1.1.1 and CDXJ 0.1.0 that ours must keep, checked by hand."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from amberpost.archive.publishing.wacz import write_wacz

FOLDERS = {
    "archive": r"amberpost-[0-9a-f]{8}-[0-9]{6}\.warc\.gz",
    "indexes": r"index\.(cdx\.gz|idx)",
    "pages": r"pages\.jsonl",
    "citations": r"citations\.jsonl",
    "": r"datapackage(-digest)?\.json",
}


class Line(NamedTuple):
    """A line of the index."""

    key: str
    time: str
    fields: dict[str, Any]


def pack(folder: Path, path: Path, *, sign: bool = False) -> Path:
    write_wacz(folder, path, sign=sign)
    return path


def read_json(path: Path, name: str) -> dict[str, Any]:
    with zipfile.ZipFile(path) as package:
        value: dict[str, Any] = json.loads(package.read(name))
    return value


def read_rows(path: Path, name: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(path) as package:
        return [json.loads(line) for line in package.read(name).split(b"\n") if line]


def read_pages(path: Path) -> list[dict[str, Any]]:
    """The pages, without the line that says what they are."""
    return read_rows(path, "pages/pages.jsonl")[1:]


def read_index(path: Path) -> list[bytes]:
    """The lines of the index, through the blocks that the listing names."""
    with zipfile.ZipFile(path) as package:
        data, listing = package.read("indexes/index.cdx.gz"), package.read("indexes/index.idx").splitlines()
    meta = listing.pop(0)
    assert meta.startswith(b"!meta 0 ")
    assert json.loads(meta[8:]) == {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    assert listing == sorted(listing)
    lines, at = [], 0
    for entry in listing:
        prefix, _, told = entry.partition(b" {")
        place = json.loads(b"{" + told)
        block = data[at : at + place["length"]]
        assert place["offset"] == at
        assert place["digest"] == digest(block)
        lines += gzip.decompress(block).splitlines(keepends=True)
        assert gzip.decompress(block).startswith(prefix + b" {")
        at += place["length"]
    assert at == len(data)
    assert b"".join(lines) == (gzip.decompress(data) if data else b"")
    return lines


def parse_lines(lines: list[bytes]) -> Iterator[Line]:
    for line in lines:
        key, time, told = line.split(b" ", 2)
        yield Line(key.decode("ascii"), time.decode(), json.loads(told))


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def check_rules(path: Path, archive: Path) -> None:
    """Hold a file against the specifications, and against the archive that it was made of."""
    with zipfile.ZipFile(path) as package:
        members = {member.filename: member for member in package.infolist()}
        data = {name: package.read(name) for name in members}
        assert package.testzip() is None
    assert len(members) == len(set(members))
    for name, member in members.items():
        folder, _, file = name.rpartition("/")
        assert re.fullmatch(FOLDERS[folder], file), name
        assert member.compress_type == zipfile.ZIP_STORED, name
        assert (member.date_time, member.external_attr >> 16) == ((1980, 1, 1, 0, 0, 0), 0o100644), name
    _check_package(data)
    segments = {f"archive/{file.name}": file.read_bytes() for file in (archive / "warc").iterdir()}
    assert {name: data[name] for name in data if name.startswith("archive/")} == segments
    _check_index(path, archive, segments)
    _check_pages(path)


def _check_package(data: dict[str, bytes]) -> None:
    package = json.loads(data["datapackage.json"])
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", package["created"])
    assert all(package[name] for name in ("title", "description", "software"))
    listed = {each["path"]: each for each in package["resources"]}
    assert set(listed) == {name for name in data if "/" in name}
    for name, each in listed.items():
        assert each == {
            "name": name.rpartition("/")[2],
            "path": name,
            "hash": digest(data[name]),
            "bytes": len(data[name]),
        }
    seal = json.loads(data["datapackage-digest.json"])
    assert (seal["path"], seal["hash"]) == ("datapackage.json", digest(data["datapackage.json"]))


def _check_index(path: Path, archive: Path, segments: dict[str, bytes]) -> None:
    lines = read_index(path)
    assert lines == sorted(lines)
    known = list(parse_lines((archive / "index.cdxj").read_bytes().splitlines(keepends=True)))
    found = list(parse_lines(lines))
    assert sorted((*line[:2], line.fields["filename"], line.fields["offset"]) for line in found) == sorted(
        (*line[:2], line.fields["filename"], line.fields["offset"]) for line in known
    )
    for line in found:
        needed = {"url", "digest", "mime", "filename", "offset", "length", "status", "recordDigest"}
        assert set(line.fields) == needed
        assert re.fullmatch(r"\d{14}", line.time)
        start = int(line.fields["offset"])
        record = segments[f"archive/{line.fields['filename']}"][start : start + int(line.fields["length"])]
        assert digest(record) == line.fields["recordDigest"]
        assert f"WARC-Target-URI: {line.fields['url']}\r\n".encode() in gzip.decompress(record)


def _check_pages(path: Path) -> None:
    header, *pages = read_rows(path, "pages/pages.jsonl")
    assert (header["format"], header["id"]) == ("json-pages-1.0", "pages")
    captured = {(line.fields["url"], line.time) for line in parse_lines(read_index(path))}
    for page in pages:
        assert (page["url"], re.sub(r"\D", "", page["ts"])) in captured
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page["ts"])
        assert page["title"]
    assert len({page["id"] for page in pages}) == len(pages)
    package = read_json(path, "datapackage.json")
    assert package.get("mainPageUrl") == (pages[0]["url"] if pages else None)
