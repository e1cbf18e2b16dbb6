"""WACZ: the WARC files in a ZIP, each read where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ..models import Article, Problem
from ..zipmembers import Member, find_members
from .options import DEFAULTS, Options
from .repeats import IdLog, Ids
from .warc import read_warc

_SUFFIXES = (".warc", ".warc.gz")


def read_wacz(
    file: BinaryIO, name: str, *, options: Options = DEFAULTS, ids: Ids | None = None
) -> Iterator[Article | Problem]:
    """Read the pages of all WARC files in a WACZ; places are offsets in `name/MEMBER`, before it is unpacked.

    Nothing is extracted. A member that is not honest is refused and named, whether it would be read or not.

    >>> import io
    >>> [str(problem)[:45] for problem in read_wacz(io.BytesIO(b"no ZIP"), "a.wacz")]
    ['a.wacz: is no ZIP file that can be read: File']
    """
    ids = IdLog() if ids is None else ids
    empty = True
    for member in find_members(file, name, suffixes=_SUFFIXES):
        empty = False
        if isinstance(member, Member):
            yield from read_warc(member.file, f"{name}/{member.name}", options=options, ids=ids)
        else:
            yield member
    if empty:
        yield Problem(source=name, reason="holds no WARC file", advice="nothing to search; fetch it again")
