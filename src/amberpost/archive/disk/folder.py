"""The archive's folder: made for its owner alone, and locked by the one process that writes."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...models import ArchiveBusy, ArchiveError

DATABASE, SEGMENTS, INDEX_PARTS, INDEX, LOCK = "archive.db", "warc", "index", "index.cdxj", "lock"
CLOSED = -1  # no file's number
_OWN_NAMES = (DATABASE, SEGMENTS, LOCK)  # what an archive's folder may hold before it is complete


def is_archive(folder: Path) -> bool:
    """Tell whether a folder holds an archive, be it one whose database is lost."""
    return (folder / DATABASE).exists() or (folder / SEGMENTS).is_dir()


def check_name(folder: str | os.PathLike[str]) -> None:
    """Raise ArchiveError for a name that can be no archive's folder."""
    name, path = os.fspath(folder), Path(folder)
    if not name:
        raise ArchiveError("the name of the folder is empty: is a variable not set?")
    if path.parts[:1] == ("~",) and not path.exists():
        raise ArchiveError(f"{name}: nobody read ~ as your home: write a space instead of = before it, or $HOME")
    if path.exists() and not path.is_dir():
        raise ArchiveError(f"{name}: is no folder: name the folder of an archive")


def check_place(folder: str, *, must_exist: bool = False) -> None:
    """Raise ArchiveError likewise, and where the commands work on no archive, or would make one among other things."""
    check_name(folder)
    path = Path(folder)
    is_begun = any((path / own).exists() for own in _OWN_NAMES)
    if must_exist and not is_begun:
        raise ArchiveError(f"{folder}: there is no archive: make one with `amberpost archive CITATIONS --to {folder}`")
    if path.is_dir() and not is_begun and any(path.iterdir()):
        raise ArchiveError(f"{folder}: is a folder with other things in it: name a new one for the archive")


def remove_files(folder: Path) -> None:
    """Remove an archive in which nothing is stored, be it half made; the caller made it, and holds the lock."""
    for name in (f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}.new", DATABASE, INDEX):
        (folder / name).unlink(missing_ok=True)
    for path in (*folder.glob("*.part"), *(folder / INDEX_PARTS).glob("*.part")):
        path.unlink()
    for name in (SEGMENTS, INDEX_PARTS):
        with suppress(FileNotFoundError):
            (folder / name).rmdir()
    (folder / LOCK).unlink()


def make_folder(folder: Path) -> None:
    """Make a folder for an archive, closed to others; one that is there and in use for something keeps its mode."""
    if folder.is_dir() and any(folder.iterdir()):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ArchiveError(f"{folder} cannot be a folder, there is a file: give another place with --to") from None
    folder.chmod(0o700)
    with suppress(PermissionError):  # a folder that we may enter and not list
        sync_folder(folder.parent)


def make_subfolders(folder: Path) -> None:
    """Make what lies below, once the archive is locked; raises ArchiveError when something else has the name."""
    for name in (SEGMENTS, INDEX_PARTS):
        path = folder / name
        try:
            path.mkdir(mode=0o700, exist_ok=True)
        except FileExistsError:
            raise ArchiveError(f"{path} is no folder: move it away and run again") from None
        if path.is_symlink():
            raise ArchiveError(f"{path} leads out of the archive: put the folder itself there")
    database = folder / DATABASE
    if database.is_symlink():
        raise ArchiveError(f"{database} is no plain file: put the database itself there")
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder, as they are now, outlive a loss of power."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def check_database(folder: Path) -> Path:
    """The path of the database; raises ArchiveError where there is none, or where it is a link to somewhere else."""
    path = folder / DATABASE
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        if (folder / SEGMENTS).is_dir():
            raise ArchiveError(
                f"{folder} has lost its {DATABASE}: `amberpost archive CITATIONS --to {folder}`, with the same input,"
                " reads all that was captured back from the WARC segments"
            ) from None
        raise ArchiveError(f"{folder} holds no archive: `amberpost archive ... --to {folder}` makes one") from None
    if not stat.S_ISREG(mode):
        raise ArchiveError(f"{path} is no plain file: put the database itself there")
    return path


class Lock:
    """The right to write in a folder, held until `release` or the end of the process, however that comes."""

    def __init__(self, folder: Path) -> None:
        self._fd = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._fd)
            raise ArchiveBusy(f"another process works on {folder}: wait for it to end, then run again") from None

    def release(self) -> None:
        """Let others write; the file stays, for a lock on a name that is removed and made anew locks nobody out."""
        fd, self._fd = self._fd, CLOSED
        if fd != CLOSED:
            os.close(fd)


@contextmanager
def shared_lock(folder: Path) -> Iterator[None]:
    """Keep writers out while it is read; where nobody ever wrote, or nobody can, there is no lock to take."""
    try:
        fd = os.open(folder / LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        if not _take_shared(fd):
            raise ArchiveBusy(f"another process works on {folder}: wait for it to end, then run this again")
        yield
    finally:
        os.close(fd)


def _take_shared(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
