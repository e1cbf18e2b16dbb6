"""How a run is shared out among processes: units of files, and what is left of one when its process dies."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain, islice
from typing import NamedTuple

from ..models import Citation, MissingExtra, Problem
from ..readers import ROW_FORMS
from ..readers.extras import check_extra
from ..readers.jsonl import find_stretches, is_divisible
from ..readers.listing import BATCH, STDIN, Batch, form_of, normalize_name
from ..readers.options import Options
from ..readers.stretches import Stretch, find_shares
from ..readers.warcstarts import find_warc_stretches, is_packed
from .processes import Death


class Mark(NamedTuple):
    """The end of a part of the work, handed on in its place; `digest` is of the names, sizes and times of its files."""

    number: int
    digest: str


Piece = Batch | Stretch | Problem | Mark

_LARGE = 4 << 20  # bytes from which a file of rows is a unit by itself
_FILES_A_PART = 20_000


class Unit(NamedTuple):
    """What one process gets at a time; a piece is a file, some rows of one, or a problem met on the way."""

    pieces: tuple[Piece, ...]


class Parcel(NamedTuple):
    """What it sends back: records in order, pieces that are complete, articles and bytes they took, ids seen."""

    records: list[Citation | Problem | Mark]
    pieces: int
    articles: int
    size: int
    ids: list[tuple[str, bytes]]


def file_size(path: str) -> int:
    """The size of a file in bytes, 0 when it cannot be told: only for deciding how to go about the work."""
    try:
        return os.stat(path).st_size  # noqa: PTH116  once a file
    except OSError:
        return 0


def cut_pieces(pieces: Iterable[Piece], options: Options) -> Iterator[Piece]:
    """Make large files of rows pieces by themselves, or several where their form allows; of others no large pieces."""
    pieces = iter(pieces)
    begun = list(islice(pieces, 2))
    is_only = len(begun) == 1 and isinstance(begun[0], Batch) and len(begun[0].names) == 1
    for piece in chain(begun, pieces):
        if not isinstance(piece, Batch) or piece.names == [STDIN]:
            yield piece
            continue
        start = held = 0
        for at, name in enumerate(piece.names):
            size = _row_size(piece, name)
            held += size
            if size < _LARGE <= held:
                yield piece._replace(names=piece.names[start : at + 1])
            elif size >= _LARGE:
                if start < at:
                    yield piece._replace(names=piece.names[start:at])
                yield from _cut_large(piece._replace(names=[name]), options, is_only=is_only)
            if held >= _LARGE:
                start, held = at + 1, 0
        if start < len(piece.names):
            yield piece._replace(names=piece.names[start:])


def _row_size(batch: Batch, name: str) -> int:
    """The size of a file of rows; 0 for one that is an article, of which only so many come to a batch."""
    return file_size(batch.folder + name) if (batch.form or form_of(name)) in ROW_FORMS else 0


def mark_pieces(pieces: Iterable[Piece], *, size: int) -> Iterator[Piece]:
    """Put a mark behind each `size` bytes of input, or a little more, and at the end: the same for the same files."""
    digest, held, files, number = sha256(), 0, 0, 0
    for piece in pieces:
        yield piece
        for line in _describe(piece):
            digest.update(line.encode("utf-8", "surrogatepass"))
        files += len(piece.names) if isinstance(piece, Batch) else 1
        held += _piece_size(piece)
        if held >= size or files >= _FILES_A_PART:
            number += 1
            yield Mark(number, digest.hexdigest())
            digest, held, files = sha256(), 0, 0
    if files:
        yield Mark(number + 1, digest.hexdigest())


def _describe(piece: Piece) -> Iterator[str]:
    if isinstance(piece, Batch):
        for name in piece.names:
            yield f"{piece.prefix}{name}\0{_stamp(piece.folder + name)}\n"
    elif isinstance(piece, Stretch):
        yield f"{piece.name}\0{_stamp(piece.path)}\0{piece.start}\0{piece.stop}\0{piece.first}\n"
    else:
        yield f"{piece}\n"


def _stamp(path: str) -> str:
    """The size of a file and when it was written."""
    try:
        found = os.stat(path)  # noqa: PTH116  once a file
    except OSError:
        return "-"
    return f"{found.st_size} {found.st_mtime_ns}"


def _piece_size(piece: Piece) -> int:
    if isinstance(piece, Batch):
        return sum(file_size(piece.folder + name) for name in piece.names)
    return piece.stop - piece.start if isinstance(piece, Stretch) else 0


def _cut_large(single: Batch, options: Options, *, is_only: bool) -> Iterator[Piece]:
    name, begun = single.prefix + single.names[0], False
    try:
        for piece in _find_stretches(single, name, options, is_only=is_only):
            yield piece
            begun = True
    except MissingExtra:
        yield single  # whose reader says what is missing
    except OSError as error:
        if not begun:
            yield single
            return
        reason = f"cannot be read: {error.strerror or error}"
        advice = "not searched from here on; see that it is there"
        yield Problem(source=normalize_name(name), reason=reason, advice=advice)


def _find_stretches(single: Batch, name: str, options: Options, *, is_only: bool) -> Iterator[Piece]:
    """The stretches of a large file; CSV, where a line may end inside of quotes, and packed JSONL stay in one piece.

    To cut a packed WARC takes unpacking it, half of what reading it costs: that is only done for one that is all there
    is, because several are shared out as they are.
    """
    path, form = single.folder + single.names[0], single.form or form_of(single.names[0])
    check_extra(form)
    if form == "jsonl" and is_divisible(path, options):
        yield from find_stretches(path, name)
    elif form == "parquet":
        yield from find_shares(path, name)
    elif form in ("warc", "wet") and (is_only or not is_packed(path)):
        yield from find_warc_stretches(path, name, form=form)
    else:
        yield single


def find_units(pieces: Iterable[Piece]) -> Iterator[Unit]:
    """Gather small pieces to units; a large one, and one that only this process can read, is a unit by itself."""
    gathered: list[Piece] = []
    files = 0
    for piece in pieces:
        count = _weigh(piece)
        if gathered and files + count > BATCH:
            yield Unit(tuple(gathered))
            gathered, files = [], 0
        gathered.append(piece)
        files += count
    if gathered:
        yield Unit(tuple(gathered))


def _weigh(piece: Piece) -> int:
    """How much of a unit a piece fills, counted in files."""
    if isinstance(piece, Stretch | Mark) or is_local(Unit((piece,))):
        return BATCH
    if isinstance(piece, Problem):
        return 1
    return len(piece.names) + BATCH * sum(_row_size(piece, name) for name in piece.names) // _LARGE


def is_local(unit: Unit) -> bool:
    """Whether only this process can read it: standard input, or a pipe that the user named; or it is a mark."""
    piece = unit.pieces[0]
    if isinstance(piece, Mark):
        return True
    if not isinstance(piece, Batch) or len(piece.names) > 1:
        return False
    path = piece.folder + piece.names[0]
    return path == STDIN or (os.path.exists(path) and not os.path.isfile(path))  # noqa: PTH110, PTH113


def split_unit(unit: Unit, count: int) -> Iterator[Piece]:
    """The pieces of a unit, batches cut so that each has at most `count` files."""
    for piece in unit.pieces:
        if isinstance(piece, Batch):
            for at in range(0, len(piece.names), count):
                yield piece._replace(names=piece.names[at : at + count])
        else:
            yield piece


def resume_unit(unit: Unit, death: Death[Parcel]) -> Unit:
    """What is left of a unit when its process has died: a problem stands for the file that it died of."""
    done = death.last.pieces if death.last else 0
    rest = list(split_unit(unit, 1))[done:]
    fatal = death.piece - done
    if 0 <= fatal < len(rest):
        rest[fatal] = _death_problem(rest[fatal], death.exitcode)
    return Unit(tuple(rest))


def _death_problem(piece: Piece, exitcode: int | None) -> Problem | Mark:
    if isinstance(piece, Problem | Mark):
        return piece
    name = piece.name if isinstance(piece, Stretch) else piece.prefix + piece.names[0]
    place = _place(piece) if isinstance(piece, Stretch) else None
    reason = f"the process that read it died (exit code {exitcode})"
    advice = "what it had not yet found there is lost; free some memory and search this file by itself"
    return Problem(source=normalize_name(name), place=place, reason=reason, advice=advice)


def _place(stretch: Stretch) -> str:
    if stretch.form == "jsonl":
        return f"from line {stretch.first}"
    return f"bytes {stretch.start} to {stretch.stop}" if stretch.form == "parquet" else f"from offset {stretch.start}"
