"""What the command line shows to a person: safe lines, progress, the closing table. All but lines on standard error."""

from __future__ import annotations

import codecs
import io
import re
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TextIO, TypeVar

from ..models import Citation, Problem
from ..visible import show_code

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..flow import Tally

_SPACE = re.compile(r"\s+")
_TICK = 0.2  # seconds
T = TypeVar("T")


def printable(text: str) -> str:
    r"""Make text from anywhere one harmless line: white space folded, whatever a terminal might obey shown as code.

    Control characters, escapes, marks that turn the writing direction, and characters that nobody sees.

    >>> print(printable("red \x1b[31m\nand \u202eback"))
    red \x1b[31m and \u202eback
    """
    folded = _SPACE.sub(_fold, text)
    return folded if folded.isprintable() else "".join(c if c.isprintable() else show_code(c) for c in folded)


def _fold(space: re.Match[str]) -> str:
    codes = "".join(show_code(c) for c in space[0] if "\x1c" <= c <= "\x1f" or c in "\x0b\x0c\x85")
    return f" {codes} " if codes else " "


def format_line(citation: Citation, *, width: int) -> str:
    """Show a citation in one line: when, on what, by whom, its words, and where it stands.

    >>> from amberpost import find
    >>> format_line(find("Rain. — Ada Wren (@adawren) November 29, 2024")[0], width=80)
    '2024-11-29  embed    twitter    @adawren          Rain.'
    """
    who = f"@{citation.handle}" if citation.handle else citation.author_name or "-"
    when = str(citation.posted_at or citation.date or "-")[:10]
    head = f"{when:10}  {citation.kind:7}  {citation.platform:9}  {printable(who):16}  "
    tail = f"  {printable(citation.article)}" if citation.article else ""
    words = printable(citation.text or citation.permalink or citation.raw)
    room = max(20, width - len(head) - len(tail))
    return head + (words if len(words) <= room else words[: room - 1] + "…") + tail


def print_lines(citations: Iterable[Citation], file: TextIO) -> None:
    """Print each citation as one line, cut to the terminal's width."""
    width = shutil.get_terminal_size().columns
    for citation in citations:
        print(format_line(citation, width=width), file=file)


class SafeStream(io.RawIOBase):
    """Standard output as bytes for a writer, when it is a terminal: what a terminal might obey is written as code."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write what UTF-8 bytes mean, in JSON's own escapes where it is not printable."""
        text = self._decoder.decode(bytes(data))
        safe = "".join(c if c.isprintable() or c in "\r\n" else f"\\u{ord(c):04x}" for c in text)
        self._file.write(safe.replace("\r\n", "\n").replace("\r", "\\u000d"))
        return len(data)


class Display:
    """Follows a run on standard error: names each problem, shows progress on a terminal, counts for the table.

    `alone` is the path that the user named, if it is the only one: what is wrong with that file is said of its path.
    """

    def __init__(
        self, tally: Tally, *, quiet: bool, bar: bool, measure: Callable[[], Iterator[int]], alone: str = ""
    ) -> None:
        self._tally = tally
        self._folder, self._file = alone[: alone.rfind("/") + 1], alone[alone.rfind("/") + 1 :]
        self._quiet = quiet
        self._measure = measure
        self._bar = bar and not quiet
        self._progress: Progress | None = None
        self._done = threading.Event()
        self._begun = time.monotonic()
        self.citations: Counter[tuple[str, str]] = Counter()
        self.flags: Counter[str] = Counter()
        self.problems = 0

    def __enter__(self) -> Display:
        if self._bar:
            self._progress = _new_progress()
            self._progress.start()
            threading.Thread(target=self._tick, args=(self._progress,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._progress is not None:
            self._progress.stop()

    def follow(self, records: Iterable[Citation | Problem]) -> Iterator[Citation | Problem]:
        """Pass records on, and take note of each."""
        for record in records:
            if isinstance(record, Problem):
                self.problems += 1
                self.warn(self._locate(record))
            else:
                self.citations[record.platform, record.kind] += 1
                self.flags.update(record.flags)
            yield record

    def _locate(self, problem: Problem) -> str:
        """The problem with the folder of the only file, which records do without."""
        name = self._file
        is_inside = name != "" and problem.source.startswith((f"{name}#", f"{name}/"))
        return f"{self._folder if is_inside or problem.source == name else ''}{problem}"

    def warn(self, message: str) -> None:
        """Say something on standard error, above the progress bar when there is one."""
        line = f"problem: {printable(message)}"
        if self._quiet:
            return
        if self._progress is not None:
            self._progress.console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)
        else:
            print(line, file=sys.stderr)

    def _tick(self, progress: Progress) -> None:
        """Keep the bar moving; the amount of work is found out meanwhile."""
        task = progress.add_task("", total=None, articles="", rate="")
        total, sizes = 0, self._measure()
        measured = False
        while not self._done.is_set():
            until = time.monotonic() + _TICK
            while not measured and time.monotonic() < until:
                size = next(sizes, None)
                measured = size is None
                total += size or 0
            seconds = max(time.monotonic() - self._begun, 0.001)
            progress.update(
                task,
                completed=self._tally.bytes,
                total=max(total, self._tally.bytes) if measured and total else None,
                articles=f"{self._tally.articles:,}",
                rate=f"{self._tally.articles / seconds:,.0f}",
            )
            if measured:
                self._done.wait(_TICK)

    def print_table(self, *, verbose: bool) -> None:
        """Print the closing table: citations by platform and kind, flags, and what was read."""
        from rich.console import Console
        from rich.table import Table

        console = Console(stderr=True, highlight=False)
        kinds = [kind for kind in ("embed", "link", "credit", "mention") if any(k == kind for _, k in self.citations)]
        table = Table("platform", *kinds, box=None, header_style="bold")
        for platform in sorted({platform for platform, _ in self.citations}):
            table.add_row(printable(platform), *(f"{self.citations[platform, kind]:,}" for kind in kinds))
        if self.citations:
            console.print(table)
        for flag, count in sorted(self.flags.items()):
            console.print(f"{count:,} {flag}", markup=False)
        console.print(self._summary(verbose=verbose), markup=False, soft_wrap=True)

    def _summary(self, *, verbose: bool) -> str:
        parts = [(self._tally.articles, "article"), (self.citations.total(), "citation"), (self.problems, "problem")]
        words = [f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in parts]
        if verbose:
            seconds = time.monotonic() - self._begun
            files = "1 file" if self._tally.skipped == 1 else f"{self._tally.skipped:,} files"
            words.append(f"{files} of other kinds passed over")
            words.append(f"{self._tally.bytes / 1e6:,.1f} MB in {seconds:.1f} s")
        return ", ".join(words)


def _new_progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[articles]} articles, {task.fields[rate]}/s, time left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
