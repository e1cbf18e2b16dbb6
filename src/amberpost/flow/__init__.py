"""The run over many files: read, find, hand on, in one process or in several, with the same result."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import NamedTuple, TypeVar, cast

from ..finding import find
from ..finding.anchors import may_cite
from ..finding.asked import check_wanted, list_names
from ..models import AmberpostError, Article, Citation, Problem
from ..readers import check_input, list_batches, note_files, read_batch, read_stretch
from ..readers.files import Meter
from ..readers.listing import Batch, Lister
from ..readers.options import DEFAULTS, Options
from ..readers.repeats import IdLog, Ids, Log, Repeats
from ..readers.stretches import Stretch
from .processes import Step, run_ordered
from .units import Mark, Parcel, Piece, Unit, cut_pieces, file_size, find_units, is_local, resume_unit, split_unit

Found = Iterator[Citation | Problem | Mark]

Item = TypeVar("Item", bound=Piece)

_LITTLE_FILES, _LITTLE_BYTES = 4000, 16 << 20  # below both, processes cost more time than they save
_PART = 1000  # records, or articles of a large file, after which a process sends what it has
_FILES_A_PARCEL = 32


@dataclass(slots=True)
class Tally(Meter):
    """How far a run has come: bytes and files read, articles searched, files of other kinds passed over."""

    articles: int = 0
    skipped: int = 0


class Settings(NamedTuple):
    """What every process has to know: how to read and what to find; `several`: ids begin with paths."""

    options: Options = DEFAULTS
    kind: tuple[str, ...] | None = None
    platform: tuple[str, ...] | None = None
    mentions: bool = False
    several: bool = False


def find_in_files(
    *paths: str | os.PathLike[str],
    kind: Collection[str] | None = None,
    platform: Collection[str] | None = None,
    mentions: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    files_from: str | os.PathLike[str] | None = None,
    format: str | None = None,
    options: Options = DEFAULTS,
    jobs: int = 1,
    outputs: Sequence[str] = (),
    tally: Tally | None = None,
) -> Generator[Citation | Problem, None, None]:
    """Find the citations in all files, in the order of the files, with a `Problem` for what could not be read.

    The records are the same whatever `jobs` is; processes are only started when there is enough to do. `outputs` are
    files that this run writes, and `tally` counts along. Raises `ReadError` at once for a path that does not exist, or
    a kind or platform that nobody knows.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "a.txt").write_text("Rain. — Ada Wren (@adawren) November 29, 2024")
    ...     [(record.article, record.handle) for record in find_in_files(folder)]
    [('a.txt', 'adawren')]
    """
    check_wanted(kind, platform)
    tally = Tally() if tally is None else tally
    lister = Lister(include=include, exclude=exclude, form=format, outputs=outputs)
    check_input(paths, files_from=files_from, lister=lister, options=options)
    several = len(paths) > 1 or files_from is not None
    settings = Settings(options, list_names(kind), list_names(platform), mentions, several)
    batches = list_batches(paths, files_from=files_from, lister=lister)
    return _run(batches, settings, jobs, tally, lister)


def _run(
    batches: Iterator[Batch | Problem], settings: Settings, jobs: int, tally: Tally, lister: Lister
) -> Generator[Citation | Problem, None, None]:
    begun: list[Batch | Problem] = []
    search = _search_apart if jobs > 1 and _is_much(batches, begun) else _search_here
    with Repeats() as repeats:
        records = search(chain(begun, batches), settings, jobs, tally, repeats)
        yield from cast(Iterator[Citation | Problem], records)  # nobody has put marks between these batches
        tally.skipped = lister.skipped
        yield from repeats.find_problems()


def find_in_pieces(
    pieces: Iterator[Piece], settings: Settings, *, jobs: int, tally: Tally, ids: Log
) -> Generator[Citation | Problem | Mark, None, None]:
    """Find in pieces of the input, with the marks that stand between them in their places.

    At a mark, `ids` has been told of what stands before it and of nothing behind it.
    """
    begun: list[Piece] = []
    search = _search_apart if jobs > 1 and _is_much(pieces, begun) else _search_here
    yield from search(chain(begun, pieces), settings, jobs, tally, ids)


def _is_much(batches: Iterator[Item], begun: list[Item]) -> bool:
    """Whether there is work for several processes; puts into `begun` what it had to list to know."""
    files = size = 0
    for batch in batches:
        begun.append(batch)
        if isinstance(batch, Batch):
            files += len(batch.names)
            size += sum(file_size(batch.folder + name) for name in batch.names)
        elif isinstance(batch, Stretch):
            size += batch.stop - batch.start
        if files >= _LITTLE_FILES or size >= _LITTLE_BYTES:
            return True
    return False


def _search_here(pieces: Iterable[Piece], settings: Settings, jobs: int, tally: Tally, ids: Log) -> Found:
    del jobs
    for piece in pieces:
        for item in _read(piece, settings, tally, ids):
            if isinstance(item, Problem | Mark):
                yield item
            else:
                tally.articles += 1
                if item is not None:
                    yield from find_in_article(item, settings)


def _search_apart(pieces: Iterable[Piece], settings: Settings, jobs: int, tally: Tally, ids: Log) -> Found:
    units = find_units(cut_pieces(pieces, settings.options))
    for parcel in run_ordered(units, partial(_work, settings), jobs=jobs, resume=resume_unit, is_local=is_local):
        tally.articles += parcel.articles
        tally.bytes += parcel.size
        ids.add(parcel.ids)
        yield from parcel.records


def _read(piece: Piece, settings: Settings, meter: Meter, ids: Ids) -> Iterator[Article | Problem | Mark | None]:
    """Read a piece; None stands for an article that cites nothing, of which no record is made."""
    if isinstance(piece, Mark):
        return iter((piece,))
    if isinstance(piece, Problem):
        meter.begin_file()
        return iter((piece,))
    gate = make_gate(settings)
    if isinstance(piece, Stretch):
        return read_stretch(piece, options=settings.options, ids=ids, meter=meter, is_wanted=gate)
    if settings.several:
        note_files(piece, ids)
    return read_batch(piece, options=settings.options, ids=ids, meter=meter, is_wanted=gate)


def make_gate(settings: Settings) -> Callable[[str], bool] | None:
    """What tells of a text that no record of it is needed; None where each has to be searched.

    >>> gate = make_gate(Settings())
    >>> gate and gate("It rains.")
    False
    """
    if settings.mentions or "mention" in (settings.kind or ()):
        return None
    return partial(_is_wanted, settings)


def _is_wanted(settings: Settings, text: str) -> bool:
    """Whether a text may cite a post; where that cannot be told, `find_in_article` will say why."""
    try:
        return may_cite(text, credits=settings.kind is None or "credit" in settings.kind)
    except Exception:  # noqa: BLE001  the boundary of one article, as below
        return True


def find_in_article(article: Article, settings: Settings) -> Iterable[Citation | Problem]:
    """Find in one article; whatever goes wrong in it becomes a `Problem`, so that others are still searched.

    >>> [one.platform for one in find_in_article(Article(text="See https://x.com/adawren/status/20"), Settings())]
    ['twitter']
    """
    problems: list[Problem] = []
    try:
        found = find(
            article, kind=settings.kind, platform=settings.platform, mentions=settings.mentions, problems=problems
        )
    except AmberpostError:  # asked wrongly: so would every other article be
        raise
    except Exception as error:  # noqa: BLE001  the boundary of one article
        reason = f"searching it failed: {type(error).__name__}: {error}"
        return [Problem(source=article.id, reason=reason, advice="please report this with the article")]
    return [*found, *problems] if problems else found


class _Steps(Tally):
    """A tally that tells another process, before each file, which one it is."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self._step = step

    def begin_file(self) -> None:
        self._step(self.files)
        self.files += 1


def _work(settings: Settings, unit: Unit, step: Step) -> Iterator[Parcel]:
    """Search a unit, in a process of its own; a parcel ends where a file does, but in files that are large."""
    tally, ids = _Steps(step), IdLog()
    records: list[Citation | Problem | Mark] = []
    articles = size = 0
    for piece in split_unit(unit, _FILES_A_PARCEL):
        several = isinstance(piece, Batch) and len(piece.names) > 1
        for item in _read(piece, settings, tally, ids):
            if isinstance(item, Problem | Mark):
                records.append(item)
            else:
                articles += 1
                if item is not None:
                    records.extend(find_in_article(item, settings))
            if not several and (len(records) >= _PART or articles >= _PART):
                yield Parcel(records, tally.files - 1, articles, tally.bytes - size, ids.drain())
                records, articles, size = [], 0, tally.bytes
        if len(records) >= _PART:
            yield Parcel(records, tally.files, articles, tally.bytes - size, ids.drain())
            records, articles, size = [], 0, tally.bytes
    yield Parcel(records, tally.files, articles, tally.bytes - size, ids.drain())
