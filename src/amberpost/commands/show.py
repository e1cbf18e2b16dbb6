"""What `amberpost find --show` prints: each article with its citations marked in place, and a line on each of them."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..flow import Settings, Tally, find_in_article
from ..models import Article, Citation, Problem
from ..visible import show_lines
from .terminal import Display, printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# Bold and underlined as well, so that they are seen without colours.
_STYLES = {
    "embed": "bold underline green",
    "link": "bold underline cyan",
    "credit": "bold underline magenta",
    "mention": "bold underline yellow",
}
_LOOKALIKE = re.compile(r"\[(?=[0-9]+>)|<(?=[0-9]+\])")


class Piece(NamedTuple):
    """A stretch of the source within one citation, or none (0), or a mark of ours where one begins or ends."""

    text: str
    number: int
    is_mark: bool = False


def show_articles(
    items: Iterable[Article | Problem], settings: Settings, *, quiet: bool, verbose: bool, alone: str = ""
) -> int:
    """Print each article that has citations, with them marked; of one that has none only its name. Gives the exit code.

    A pipe gets the same marks without colours. Nothing of an article reaches the terminal but characters that it shows.
    """
    console = _open_console()
    tally = Tally()
    with Display(tally, quiet=quiet, bar=False, measure=lambda: iter(()), alone=alone) as display:
        for item in items:
            if isinstance(item, Problem):
                list(display.follow([item]))
                continue
            tally.articles += 1
            found = display.follow(find_in_article(item, settings))
            _print_article(console, item, [one for one in found if isinstance(one, Citation)])
    if (verbose or sys.stderr.isatty()) and not quiet:
        display.print_table(verbose=False)
    return 1 if display.problems else 0


def _open_console() -> Console:
    """Standard output, in which a character that its encoding lacks becomes its code."""
    from rich.console import Console

    class Piped(Console):
        def on_broken_pipe(self) -> None:
            """Let it be known: rich would end the process with 1, and a reader that goes away early is no error."""
            raise BrokenPipeError

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    return Piped(file=sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=True, force_jupyter=False)


def _print_article(console: Console, article: Article, citations: Sequence[Citation]) -> None:
    from rich.text import Text

    console.print(Text(f"=== {describe_article(article)}", "bold"))
    if citations:
        text = make_text(article.source, citations)
        console.print(text, end="\n" if text.plain.endswith("\n") else "\n\n")
    for number, citation in enumerate(citations, 1):
        console.print(Text.assemble((f"[{number}]", _STYLES[citation.kind]), f" {describe_citation(citation)}"))
    console.print("" if citations else "no citation found\n")
    console.file.flush()


def describe_article(article: Article) -> str:
    """Name an article in one line: its id, its date and its title, as far as they are known.

    >>> describe_article(Article(id="a.txt", title="Rain"))
    'a.txt  Rain'
    """
    parts = [article.id, str(article.date or ""), article.title or "", "(HTML)" if article.html is not None else ""]
    return "  ".join(printable(part) for part in parts if part)


def describe_citation(citation: Citation) -> str:
    """Describe a citation in one line: kind, platform, who, when, what to be careful of, and where it stands.

    >>> from amberpost import find
    >>> describe_citation(find("Rain. — Ada Wren (@adawren) November 29, 2024")[0])
    'embed  twitter  @adawren  2024-11-29  -  0-45'
    """
    who = f"@{citation.handle}" if citation.handle else citation.author_name or "-"
    when = str(citation.posted_at or citation.date or "-")[:10]
    flags = ", ".join(citation.flags) or "-"
    parts = [citation.kind, citation.platform, who, when, flags, f"{citation.start}-{citation.end}"]
    return "  ".join(map(printable, parts))


def make_text(source: str, citations: Sequence[Citation]) -> Text:
    """The source for a terminal, each citation between `[N>` and `<N]` and in the style of its kind.

    >>> from amberpost import find
    >>> make_text(text := "So: https://x.com/adawren/status/20 it is.", find(text)).plain
    'So: [1>https://x.com/adawren/status/20<1] it is.'
    """
    from rich.text import Text

    styles = ["", *(_STYLES[citation.kind] for citation in citations)]
    text = Text()
    for piece in find_pieces(source, [(citation.start, citation.end) for citation in citations]):
        shown = piece.text if piece.is_mark else _hide_lookalikes(show_lines(piece.text))
        text.append(shown, styles[piece.number])
    return text


def find_pieces(source: str, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """Cut a source where spans begin and end; these may lie in each other and overlap, the last begun then counts.

    >>> "".join(piece.text for piece in find_pieces("abcdef", [(0, 4), (1, 3), (2, 6)]))
    '[1>a[2>b[3>c<2]d<1]ef<3]'
    """
    edges = []
    for number, (start, end) in enumerate(spans, 1):
        edges += [(start, 1, -end, number), (end, 0, -start, number)]
    at, begun = 0, [0]
    for place, opens, _, number in sorted(edges):
        if at < place:
            yield Piece(source[at:place], begun[-1])
            at = place
        if opens:
            begun.append(number)
        else:
            begun.remove(number)
        yield Piece(f"[{number}>" if opens else f"<{number}]", number, is_mark=True)
    yield Piece(source[at:], 0)


def _hide_lookalikes(shown: str) -> str:
    """Write the article's own `[1>` and `<1]` so that they are not taken for marks."""
    return _LOOKALIKE.sub(lambda sign: f"\\x{ord(sign[0]):02x}", shown)
