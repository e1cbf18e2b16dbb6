"""What `amberpost find --to DIR` does: parts of a long run, and what there is of it to say at the end."""

from __future__ import annotations

import sys

from ..flow import Settings, Tally
from ..flow.parts import Source, find_in_parts
from ..models import WriteError
from ..readers.options import Options
from .exits import DONE, FAILED, say
from .find import Forms, Wishes, count_cores, open_display
from .tables import count
from .terminal import printable


def run_in_parts(wishes: Wishes, forms: Forms, options: Options) -> int:
    """Find and write parts, and return the exit code: 1 when anything, in whichever run, could not be read."""
    to = wishes.to or ""
    if wishes.output is not None or wishes.csv_safe:
        raise WriteError("--to writes parts of its own: leave out -o and --csv-safe, or leave out --to")
    several = len(wishes.paths) > 1 or wishes.files_from is not None
    source = Source(
        paths=wishes.paths,
        settings=Settings(options, wishes.kind, wishes.platform, wishes.mentions, several),
        include=wishes.include,
        exclude=wishes.exclude,
        files_from=wishes.files_from,
        format=forms.reading,
    )
    tally = Tally()
    with open_display(wishes, forms, tally, bar=sys.stderr.isatty()) as display:
        written = find_in_parts(
            source,
            to=to,
            suffix=f".{forms.writing or 'jsonl'}",
            jobs=wishes.jobs or count_cores(),
            tally=tally,
            follow=display.follow,
        )
    is_told = (wishes.verbose or sys.stderr.isatty()) and not wishes.quiet
    if is_told:
        display.print_table(verbose=wishes.verbose)
    if is_told or (written.continued and not wishes.quiet):  # the problems of earlier runs are counted in the exit code
        earlier = f", {written.continued} of them by an earlier run" if written.continued else ""
        found = f"{count(written.citations, 'citation')}, {count(written.problems, 'problem')}"
        say(f"{printable(to)}: {count(written.parts, 'part')}{earlier}; {found}")
    return FAILED if written.problems else DONE
