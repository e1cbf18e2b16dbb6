"""The folder of an archive that a command is given: whether it can be one, and opened for reading only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..archive.disk.database import advising
from ..archive.disk.folder import LOCK, check_name, check_place, is_archive
from ..archive.disk.reading import Reader
from ..models import ArchiveError, ReadError


def check_folder(folder: str, *, must_exist: bool) -> None:
    """Raise a `ReadError` when a folder can be no archive, or is none: that is asked wrongly, and nothing was done."""
    try:
        check_name(folder)
        if must_exist and _holds_others(Path(folder)):  # where none could be made either
            raise ReadError(f"{folder}: holds no archive: name the folder that `amberpost archive --to` made")
        check_place(folder, must_exist=must_exist)
    except ArchiveError as error:
        raise ReadError(str(error)) from None


def _holds_others(path: Path) -> bool:
    """Whether a folder is there, has something in it, and nothing of an archive."""
    return path.is_dir() and any(path.iterdir()) and not is_archive(path) and not (path / LOCK).exists()


@contextmanager
def read_archive(folder: str) -> Iterator[Reader]:
    """Open an archive for reading only, while it rests or is at work; what the database raises becomes advice."""
    path = Path(folder)
    with advising(path), Reader.read(path) as archive:
        yield archive
