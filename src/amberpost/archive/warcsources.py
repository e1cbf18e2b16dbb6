"""Somebody's WARC and WACZ files: which ones paths name, and the WARC files inside of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from ..models import Problem, ReadError
from ..zipmembers import Member, find_members

_WARC, _WACZ = (".warc", ".warc.gz"), (".wacz", ".wacz.zip")


@dataclass(slots=True, frozen=True)
class Place:
    """A file by the name that is kept of it: not where it lies, which is nobody's business."""

    name: str
    file: IO[bytes]


def find_warcs(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The WARC and WACZ files that paths name, folders looked through; raises ReadError where there is nothing."""
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise ReadError(f"{path}: there is no such file or folder: name WARC or WACZ files, or folders of them")
        inside = _list_files(path) if path.is_dir() else [path]
        wanted = [each for each in inside if each.name.lower().endswith((*_WARC, *_WACZ))]
        if not wanted:
            raise ReadError(f"{path}: no WARC or WACZ file: names end in .warc, .warc.gz or .wacz")
        found += wanted
    return found


def _list_files(folder: Path) -> list[Path]:
    """The files in a folder and below; raises ReadError for one that cannot be listed, whatever may lie in it."""

    def refuse(error: OSError) -> NoReturn:
        raise ReadError(f"{error.filename}: cannot be listed ({error.strerror}): see that you may read it") from error

    inside = (Path(place, name) for place, _, names in os.walk(folder, onerror=refuse) for name in names)
    return sorted(path for path in inside if path.is_file())


def find_places(file: IO[bytes], name: str) -> Iterator[Place | Problem]:
    """The WARC file that an open file is, or those that a WACZ holds."""
    if not name.lower().endswith(_WACZ):
        yield Place(name, file)
        return
    for member in find_members(file, name, suffixes=_WARC):  # type: ignore[arg-type]
        yield Place(f"{name}/{member.name}", member.file) if isinstance(member, Member) else member
