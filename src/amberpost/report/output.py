"""The folder of a report, made beside its place and renamed: there is the old one or the new one, never half."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..models import WriteError
from ..writers.atomic import beside_path, sync_folder

MARK = "about.json"
_KIND = "amberpost report"
_PAGES = "index.html citations.html waiting.html posts articles texts"
_OURS = frozenset(f"{MARK} {_PAGES} data media plots report.css report.js icon.svg".split())


def check_folder(path: Path) -> None:
    """Raise a `WriteError` for a place that holds anything but an earlier report, or nothing.

    >>> check_folder(Path("a-report-that-is-not-there-yet"))
    """
    if not path.parent.is_dir():
        raise WriteError(f"{path}: there is no folder {path.parent}: make it first")
    if not path.exists() and not path.is_symlink():
        return
    if not path.is_dir():
        raise WriteError(f"{path}: is no folder: name one for the report to be")
    names = {one.name for one in path.iterdir()}
    if names and not _is_ours(path):
        raise WriteError(f"{path}: is a folder with other things in it: name a new one for the report")
    if foreign := sorted(names - _OURS):
        raise WriteError(f"{path}: holds {foreign[0]!r}, which is none of the report's: move it, or name a new folder")


def _is_ours(path: Path) -> bool:
    with suppress(OSError, ValueError):
        about = json.loads((path / MARK).read_text("utf-8"))
        return isinstance(about, dict) and about.get("kind") == _KIND
    return False


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill, which takes the place of `path` when the block ends, and is gone when it fails."""
    check_folder(path)
    place = path.resolve()
    beside = Path(beside_path(str(place)))
    beside.mkdir()
    try:
        yield beside
        (beside / MARK).write_text(json.dumps({"kind": _KIND, "schema": 1}) + "\n", "utf-8")
        check_folder(place)
        _swap(beside, place)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _swap(new: Path, place: Path) -> None:
    old = Path(beside_path(str(place)))
    has_old = place.exists()
    if has_old:
        place.rename(old)
    try:
        new.rename(place)
    except BaseException:
        if has_old:
            old.rename(place)
        raise
    sync_folder(str(place))
    if has_old:
        shutil.rmtree(old)
