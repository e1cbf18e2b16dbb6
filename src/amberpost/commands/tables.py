"""Tables and rows for people and for pipes: the same records, readable on a terminal, JSONL or CSV elsewhere."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, BinaryIO, cast

from ..models import Record
from ..writers import write_to
from .terminal import SafeStream, printable

if TYPE_CHECKING:
    from rich.table import Table

_WIDEST = 60  # of a cell: a host may have 253 characters
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def write_rows(records: Iterable[Record], form: str, *, record: type[Record], csv_safe: bool = False) -> None:
    """Write records to standard output as JSONL or CSV, without anything that a terminal would obey if it is one."""
    file = SafeStream(sys.stdout) if sys.stdout.isatty() else sys.stdout.buffer
    write_to(records, cast(BinaryIO, file), suffix=f".{form}", record=record, csv_safe=csv_safe)
    sys.stdout.flush()


def make_table(columns: Sequence[str], rows: Iterable[Sequence[str | int]], *, wrapped: str = "") -> Table:
    """A table of cells from anywhere: harmless text, numbers to the right with their thousands parted.

    When the terminal is narrow, the column named `wrapped` gives way first, in more lines; the others are cut.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="ellipsis", no_wrap=name != wrapped, max_width=_WIDEST)
    for row in rows:
        for cell, column in zip(row, table.columns, strict=True):
            column.justify = "right" if isinstance(cell, int) else column.justify
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else printable(cell)) for cell in row))
    return table


def parse_instant(seconds: float | None) -> dt.datetime | None:
    """The UTC instant, to the second, of Unix seconds; None also for a time that no calendar has.

    >>> parse_instant(1732924800.6), parse_instant(1e18)
    (datetime.datetime(2024, 11, 30, 0, 0, tzinfo=datetime.timezone.utc), None)
    """
    try:
        return None if seconds is None else dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def describe_due(due: float | None, *, now: float) -> str:
    """Say when something is due, as an instant and as the time until then.

    >>> describe_due(1732924800.0, now=1732917000.0), describe_due(1732924800.0, now=1732924900.0)
    ('2024-11-30 00:00:00Z (in 2 h)', 'now')
    """
    if due is None:
        return "-"
    instant = parse_instant(due)
    if due <= now:
        return "now"
    return f"{instant:%Y-%m-%d %H:%M:%S}Z (in {describe_span(due - now)})" if instant else "never"


def describe_span(seconds: float) -> str:
    """Say how long something takes, in its largest unit, rounded.

    >>> [describe_span(seconds) for seconds in (0.4, 89, 5400, 200000)]
    ['0 s', '1 min', '2 h', '2 d']
    """
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{round(seconds / size):,} {unit}"
    return f"{round(seconds)} s"


def describe_bytes(size: int) -> str:
    """Say how much something is in decimal units.

    >>> describe_bytes(999), describe_bytes(1_234_567)
    ('999 bytes', '1.2 MB')
    """
    for power, unit in ((9, "GB"), (6, "MB"), (3, "kB")):
        if size >= 10**power:
            return f"{size / 10**power:,.1f} {unit}"
    return f"{size} bytes"


def count(number: int, word: str) -> str:
    """A number with its word, in the plural where that is due.

    >>> count(1, "link"), count(2000, "link"), count(0, "capture")
    ('1 link', '2,000 links', '0 captures')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"
