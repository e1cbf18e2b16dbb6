"""Replacing a file by a new one: whoever looks sees the old one or the new one, never half."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """Open a file beside `path` and put it in its place when the block ends; when the block fails, remove it.

    What is there keeps its permissions. A pipe or device is written to as it is, for it cannot be replaced.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(folder + "/a.txt") as file:
    ...         _ = file.write(b"whole")
    ...     pathlib.Path(folder, "a.txt").read_bytes()
    b'whole'
    """
    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb") as file:  # noqa: PTH123
            yield file
        return
    beside = beside_path(path)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(descriptor, "wb", buffering=1 << 16) as file:  # noqa: PTH123
            if mode is not None:
                os.fchmod(descriptor, stat.S_IMODE(mode))
            yield file
            file.flush()
            os.fsync(descriptor)
        os.replace(beside, path)  # noqa: PTH105
    except BaseException as error:
        with suppress(FileNotFoundError):
            os.unlink(beside)  # noqa: PTH108
        if isinstance(error, OSError) and error.errno in _FULL and error.filename is None:
            error.filename = path  # the system does not say which of all disks has no room
        raise
    sync_folder(path)


def beside_path(path: str) -> str:
    """A name in the same folder that nothing has, for a file on its way to `path`."""
    return os.path.join(os.path.dirname(path), f".amberpost-{secrets.token_hex(6)}.tmp")  # noqa: PTH118, PTH120


def sync_folder(path: str) -> None:
    """Make sure that the new name of `path` outlives a loss of power, where the system can do that."""
    with suppress(OSError):
        folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY)  # noqa: PTH120
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        return None
