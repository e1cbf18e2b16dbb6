"""Several archives made into one: all or nothing, the same in whatever order and however often."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..models import ArchiveDamaged, ArchiveError
from .care.checkrows import find_wrong_structure
from .care.finishing import MERGING, finish_forgetting, is_pending, note_pending, remove_beside, take_back
from .care.forget import Forgetting
from .care.rewriting import CAME, Rewriting, find_segments
from .care.selecting import make_tables, select
from .care.wanted import Wanted as Unwanted
from .care.wanted import find_marked
from .disk.database import advising, holds_nothing
from .disk.folder import DATABASE, SEGMENTS, Lock, check_name, is_archive, remove_files, shared_lock
from .disk.linkmerge import reopen_left
from .disk.reading import Reader
from .disk.rowmerge import RowMerge, take_forgotten
from .disk.rows import read_segments
from .disk.segments import SEGMENT
from .exchange.urlpolicy import Policy
from .posts.learning import Learner, Wanted
from .records import About
from .store import Store

_ABOUT = About(software="amberpost", user_agent="amberpost")  # of segments, none of which is begun here
_READ_AT_ONCE = 500
_CAME_SEGMENTS = """
SELECT DISTINCT segment FROM came WHERE id NOT IN (SELECT id FROM gone_capture)
"""
_UNUSED = "DELETE FROM segment WHERE size = 0 AND name NOT IN (SELECT segment FROM capture)"


@dataclass(slots=True, frozen=True, kw_only=True)
class Merged:
    """What a merge brought: archives looked at; citations, links and captures that were not there before.

    `bytes` is by how much the segments grew; `forgotten` counts captures that were left out, or taken out, because one
    of the archives had forgotten them on purpose.
    """

    archives: int
    citations: int
    links: int
    captures: int
    bytes: int
    forgotten: int


def merge(folders: Iterable[str | os.PathLike[str]], *, to: str | os.PathLike[str]) -> Merged:
    """Put all that some archives hold into the archive `to`, made new where there is none; they are not changed.

    Records are copied byte for byte; a link that several have stands as the one says that says most of it; what one of
    them has forgotten is forgotten in all. What posts became, and the verdicts, is read anew from the answers. All
    happens or nothing, and doing it again changes nothing. Raises ArchiveBusy while a process writes to any of them,
    ArchiveDamaged for one that is not as it was stored, ArchiveError where there is none.
    """
    target = Path(to)
    if isinstance(folders, str):
        raise TypeError("folders is one string: give a list of folders")
    check_name(to)
    paths = list(dict.fromkeys(path for path in map(Path, folders) if not _is_same(path, target)))
    with ExitStack() as stack:
        sources = [stack.enter_context(open_source(path)) for path in paths]
        with _taking_back(target), Store.open(target, about=_ABOUT) as store, advising(target):
            merged = _Merge(store, sources).run()
            learn(store)
            return merged


@contextmanager
def _taking_back(target: Path) -> Iterator[None]:
    """When the merge fails, remove the archive that was made for it; one that was there, or took all in, stays."""
    had_folder, had_archive = target.exists(), is_archive(target)
    try:
        yield
    except BaseException:
        if not had_archive:
            with suppress(ArchiveError):
                _take_back(target, with_folder=not had_folder)
        raise


def _take_back(target: Path, *, with_folder: bool) -> None:
    """Remove an archive if nothing is in it, locked, so that nobody puts anything there meanwhile."""
    with advising(target), ExitStack() as stack:
        stack.callback(Lock(target).release)
        has_segments = any(SEGMENT.fullmatch(path.name) for path in (target / SEGMENTS).glob("*"))
        database = target / DATABASE
        is_empty = not has_segments and (not database.exists() or holds_nothing(database))
        if is_empty:
            remove_beside(target / SEGMENTS)
            remove_files(target)
        if is_empty and with_folder:
            target.rmdir()


def _is_same(path: Path, target: Path) -> bool:
    return path.exists() and target.exists() and path.samefile(target)


def learn(store: Store, *, tell: Callable[[int], object] = lambda _: None) -> None:
    """Read what came in, and judge the citations that it concerns; nobody is asked."""
    learner = Learner(store, find_refusal=Policy().find_refusal, wanted=Wanted())
    while count := store.learn(learner, _READ_AT_ONCE):
        tell(count)


@contextmanager
def open_source(folder: Path) -> Iterator[Reader]:
    """Open an archive that is to be merged, and keep writers out; raises ArchiveError where it is not all there."""
    if not is_archive(folder):
        raise ArchiveError(f"{folder} holds no archive: give folders that `amberpost archive --to` made")
    with shared_lock(folder), advising(folder), Reader.read(folder, at_rest=True) as reader:
        broken = next(find_wrong_structure(reader.connection), None)
        if broken:
            raise ArchiveDamaged(f"{folder}: {broken}")
        _check_rest(reader)
        yield reader


def _check_rest(reader: Reader) -> None:
    """Raise ArchiveError for what a crash left, which only its own archive can take in."""
    again = f"finish it with `amberpost archive --to {reader.folder} --offline`, then merge"
    if is_pending(reader.connection):
        raise ArchiveError(f"{reader.folder}: a forget or merge of it was cut short: {again}")
    known = {segment.name: segment.size for segment in read_segments(reader.connection)}
    for name in known.keys() | set(reader.segments.names()):
        size = reader.segments.size(name) if SEGMENT.fullmatch(name) else None
        if size is None or size < known.get(name, 0):
            raise ArchiveDamaged(f"{reader.folder / SEGMENTS / name} is cut or gone: bring the file back from a copy")
        if size > known.get(name, 0):
            raise ArchiveError(f"{reader.folder}: a run on it was killed: {again}")


class _Merge:
    """One transaction in one archive; the segments' new files are written beside until it is decided."""

    def __init__(self, store: Store, sources: Sequence[Reader]) -> None:
        self._store, self._db = store, store.connection
        self._sources = dict(enumerate(sources, 1))

    def run(self) -> Merged:
        """Take all in, and give what was new."""
        before = self._store.counts()
        self._db.execute(CAME.strip())
        make_tables(self._db)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            gone = self._take_in()
            self._db.execute("COMMIT")
        except BaseException:
            take_back(self._db, self._store.segments.folder)
            raise
        finish_forgetting(self._store.folder, self._db)
        after = self._store.counts()
        return Merged(
            archives=len(self._sources),
            citations=after.citations - before.citations,
            links=after.links - before.links,
            captures=after.captures - before.captures,
            bytes=after.bytes - before.bytes,
            forgotten=gone,
        )

    def _take_in(self) -> int:
        for source in self._sources.values():
            take_forgotten(self._db, source.connection)
        forgotten = self._store.forgotten
        forgotten.read_keys()
        if not forgotten.is_empty():
            self._db.execute("PRAGMA secure_delete = ON")
        told: set[str] = set()
        for number, source in self._sources.items():
            rows = RowMerge(self._db, source, number)
            rows.take(forgotten)
            told |= rows.told
        reopen_left(self._db)
        unwanted = Unwanted(frozenset(), frozenset(), frozenset())
        if not forgotten.is_empty():
            unwanted = find_marked(self._db, lambda mark: mark in told or forgotten.has(mark))
        return self._write(unwanted)

    def _write(self, unwanted: Unwanted) -> int:
        """Write the segments that have become others; gives how many captures are left out, or taken out."""
        segments = self._store.segments
        folders = {number: source.segments for number, source in self._sources.items()}
        if unwanted.marks:
            select(self._db, unwanted)
        came = [name for (name,) in self._db.execute(_CAME_SEGMENTS)]
        names = sorted({*find_segments(self._db), *came})
        gone = int(self._db.execute("SELECT count(*) FROM gone_capture").fetchone()[0])
        if unwanted.marks:
            Forgetting(segments, self._db, sources=folders).write(unwanted, names)
        else:
            rewriting = Rewriting(self._db, segments, self._store.forgotten, sources=folders)
            for name in names:
                rewriting.rewrite(name)
            segments.sync()
            if names:
                note_pending(self._db, MERGING, names)
        self._db.execute(_UNUSED)
        return gone
