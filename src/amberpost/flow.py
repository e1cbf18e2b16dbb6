"""The run over many files: read, find, hand on, in one process or in several, with the same result."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import NamedTuple

from .finding import find
from .models import Article, Citation, Problem
from .processes import Death, Step, run_ordered
from .readers import ROW_FORMS, check_input, list_batches, note_files, read_batch, read_stretch
from .readers.files import Meter
from .readers.jsonl import Stretch, find_stretches, is_divisible
from .readers.listing import BATCH, STDIN, Batch, Lister, form_of
from .readers.options import DEFAULTS, Options
from .readers.repeats import IdLog, Ids, Repeats

Piece = Batch | Stretch | Problem
Found = Iterator[Citation | Problem]

_LARGE = 4 << 20  # bytes from which a file of rows is a unit by itself
_LITTLE_FILES, _LITTLE_BYTES = 4000, 16 << 20  # below both, processes cost more time than they save
_PART = 1000  # records, or articles of a large file, after which a process sends what it has
_FILES_A_PART = 32


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


class Unit(NamedTuple):
    """What one process gets at a time; a piece is a file, some rows of one, or a problem met on the way."""

    pieces: tuple[Piece, ...]


class Part(NamedTuple):
    """What it sends back: records in order, how many pieces these complete, what to add to the tally, ids seen."""

    records: list[Citation | Problem]
    pieces: int
    articles: int
    bytes: int
    ids: list[tuple[str, bytes]]


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
) -> Found:
    """Find the citations in all files, in the order of the files, with a `Problem` for what could not be read.

    The records are the same whatever `jobs` is; processes are only started when there is enough to do. `outputs` are
    files that this run writes, and `tally` counts along. Raises `ReadError` at once for a path that does not exist.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "a.txt").write_text("Rain. — Ada Wren (@adawren) November 29, 2024")
    ...     [(record.article, record.handle) for record in find_in_files(folder)]
    [('a.txt', 'adawren')]
    """
    tally = Tally() if tally is None else tally
    lister = Lister(include=include, exclude=exclude, form=format, outputs=outputs)
    check_input(paths, files_from=files_from, lister=lister, options=options)
    several = len(paths) + (files_from is not None) > 1 or files_from is not None
    settings = Settings(options, _tuple(kind), _tuple(platform), mentions, several)
    batches = list_batches(paths, files_from=files_from, lister=lister)
    return _run(batches, settings, jobs, tally, lister)


def _tuple(names: Collection[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)


def _run(batches: Iterator[Batch | Problem], settings: Settings, jobs: int, tally: Tally, lister: Lister) -> Found:
    begun: list[Batch | Problem] = []
    search = _search_apart if jobs > 1 and _is_much(batches, begun) else _search_here
    with Repeats() as repeats:
        yield from search(chain(begun, batches), settings, jobs, tally, repeats)
        tally.skipped = lister.skipped
        yield from repeats.find_problems()


def _is_much(batches: Iterator[Batch | Problem], begun: list[Batch | Problem]) -> bool:
    """Whether there is work for several processes; puts into `begun` what it had to list to know."""
    files = size = 0
    for batch in batches:
        begun.append(batch)
        if isinstance(batch, Batch):
            files += len(batch.names)
            size += sum(_size(batch.folder + name) for name in batch.names)
        if files >= _LITTLE_FILES or size >= _LITTLE_BYTES:
            return True
    return False


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116  once a file
    except OSError:
        return 0


def _search_here(pieces: Iterable[Piece], settings: Settings, jobs: int, tally: Tally, ids: Repeats) -> Found:
    del jobs
    for piece in pieces:
        for item in _read(piece, settings, tally, ids):
            if isinstance(item, Problem):
                yield item
            else:
                tally.articles += 1
                yield from _find(item, settings)


def _search_apart(pieces: Iterable[Piece], settings: Settings, jobs: int, tally: Tally, ids: Repeats) -> Found:
    units = _units(_cut(pieces, settings.options))
    for part in run_ordered(units, partial(_work, settings), jobs=jobs, resume=_resume, is_local=_is_local):
        tally.articles += part.articles
        tally.bytes += part.bytes
        ids.add(part.ids)
        yield from part.records


def _read(piece: Piece, settings: Settings, meter: Meter, ids: Ids) -> Iterator[Article | Problem]:
    if isinstance(piece, Problem):
        meter.begin_file()
        return iter((piece,))
    if isinstance(piece, Stretch):
        return read_stretch(piece, options=settings.options, ids=ids, meter=meter)
    if settings.several:
        note_files(piece, ids)
    return read_batch(piece, options=settings.options, ids=ids, meter=meter)


def _find(article: Article, settings: Settings) -> Iterable[Citation | Problem]:
    """Find in one article; whatever goes wrong in it, the others are still searched."""
    try:
        return find(article, kind=settings.kind, platform=settings.platform, mentions=settings.mentions)
    except Exception as error:  # noqa: BLE001  the boundary of one article
        reason = f"searching it failed: {type(error).__name__}: {error}"
        return [Problem(source=article.id, reason=reason, advice="please report this with the article")]


def _cut(pieces: Iterable[Piece], options: Options) -> Iterator[Piece]:
    """Make large files of rows pieces by themselves: some lines of JSONL, all of any other form."""
    for piece in pieces:
        if not isinstance(piece, Batch) or piece.names == [STDIN]:
            yield piece
            continue
        start = 0
        for at, name in enumerate(piece.names):
            form = piece.form or form_of(name)
            if form in ROW_FORMS and _size(piece.folder + name) >= _LARGE:
                if start < at:
                    yield piece._replace(names=piece.names[start:at])
                yield from _cut_large(piece._replace(names=[name]), form, options)
                start = at + 1
        if start < len(piece.names):
            yield piece._replace(names=piece.names[start:])


def _cut_large(single: Batch, form: str | None, options: Options) -> Iterator[Piece]:
    path, name = single.folder + single.names[0], single.prefix + single.names[0]
    try:
        if form == "jsonl" and is_divisible(path, options):
            yield from find_stretches(path, name)
        else:
            yield single
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        yield Problem(source=name, reason=reason, advice="not searched from here on; see that it is there")


def _units(pieces: Iterable[Piece]) -> Iterator[Unit]:
    gathered: list[Piece] = []
    files = 0
    for piece in pieces:
        count = len(piece.names) if isinstance(piece, Batch) else 1
        alone = isinstance(piece, Stretch) or _is_local(Unit((piece,)))
        if gathered and (alone or files + count > BATCH):
            yield Unit(tuple(gathered))
            gathered, files = [], 0
        gathered.append(piece)
        files += BATCH if alone else count
    if gathered:
        yield Unit(tuple(gathered))


def _is_local(unit: Unit) -> bool:
    """Whether only this process can read it: standard input, or a pipe that the user named."""
    piece = unit.pieces[0]
    if not isinstance(piece, Batch) or len(piece.names) > 1:
        return False
    path = piece.folder + piece.names[0]
    return path == STDIN or (os.path.exists(path) and not os.path.isfile(path))  # noqa: PTH110, PTH113


class _Steps(Tally):
    """A tally that tells another process, before each file, which one it is."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self._step = step

    def begin_file(self) -> None:
        self._step(self.files)
        self.files += 1


def _work(settings: Settings, unit: Unit, step: Step) -> Iterator[Part]:
    """Search a unit, in a process of its own; a part ends where a file does, but in files that are large."""
    tally, ids = _Steps(step), IdLog()
    records: list[Citation | Problem] = []
    articles = size = 0
    for piece in _split(unit, _FILES_A_PART):
        several = isinstance(piece, Batch) and len(piece.names) > 1
        for item in _read(piece, settings, tally, ids):
            if isinstance(item, Problem):
                records.append(item)
            else:
                articles += 1
                records.extend(_find(item, settings))
            if not several and (len(records) >= _PART or articles >= _PART):
                yield Part(records, tally.files - 1, articles, tally.bytes - size, ids.drain())
                records, articles, size = [], 0, tally.bytes
        if len(records) >= _PART:
            yield Part(records, tally.files, articles, tally.bytes - size, ids.drain())
            records, articles, size = [], 0, tally.bytes
    yield Part(records, tally.files, articles, tally.bytes - size, ids.drain())


def _split(unit: Unit, count: int) -> Iterator[Piece]:
    """The pieces of a unit, batches cut so that each has at most `count` files."""
    for piece in unit.pieces:
        if isinstance(piece, Batch):
            for at in range(0, len(piece.names), count):
                yield piece._replace(names=piece.names[at : at + count])
        else:
            yield piece


def _resume(unit: Unit, death: Death[Part]) -> Unit:
    """What is left of a unit when its process has died: a problem stands for the file that it died of."""
    done = death.last.pieces if death.last else 0
    rest = list(_split(unit, 1))[done:]
    fatal = death.piece - done
    if 0 <= fatal < len(rest):
        rest[fatal] = _death_problem(rest[fatal], death.exitcode)
    return Unit(tuple(rest))


def _death_problem(piece: Piece, exitcode: int | None) -> Problem:
    if isinstance(piece, Problem):
        return piece
    name = piece.name if isinstance(piece, Stretch) else piece.prefix + piece.names[0]
    place = f"from line {piece.first}" if isinstance(piece, Stretch) else None
    reason = f"the process that read it died (exit code {exitcode})"
    advice = "what it had not yet found there is lost; free some memory and search this file by itself"
    return Problem(source=name, place=place, reason=reason, advice=advice)
