"""What `amberpost merge` does once its arguments are parsed: kept apart so that `--help` loads little."""

from __future__ import annotations

from collections.abc import Sequence

from ..archive.merging import merge
from .archivefolder import check_folder
from .exits import DONE, end_safely, say
from .tables import count, describe_bytes
from .terminal import printable


def run_merge(folders: Sequence[str], *, to: str, quiet: bool) -> int:
    """Put archives into one and return the exit code: 75 while another process works on any of them."""
    return end_safely(lambda: _run(folders, to=to, quiet=quiet))


def _run(folders: Sequence[str], *, to: str, quiet: bool) -> int:
    for folder in folders:
        check_folder(folder, must_exist=True)
    check_folder(to, must_exist=False)
    merged = merge(folders, to=to)
    new = [count(merged.citations, "citation"), count(merged.links, "link"), count(merged.captures, "capture")]
    left = f"; {count(merged.forgotten, 'capture')} forgotten" if merged.forgotten else ""
    if not quiet:
        size = describe_bytes(max(merged.bytes, 0))
        say(f"{printable(to)}: new out of {count(merged.archives, 'archive')}: {', '.join(new)}, {size}{left}")
    return DONE
