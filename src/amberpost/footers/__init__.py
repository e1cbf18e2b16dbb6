"""What the platforms' footers share: `DASH NAME (@HANDLE) DATE`, and how what stands before the handle is read."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ..dates import PrintedDate
from ..models import DateBasis, Permalink

# Display names have at most 50 characters; emoji sequences, entities and escapes make them longer in code points.
_NAME_WINDOW = 100
_INVISIBLE = r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
# White space and what else is not seen, with Markdown's quote marks, for a character class.
MARKS = rf"\s>{_INVISIBLE}"
_GAP = re.compile(rf"[{MARKS}]{{0,64}}")
_BROKEN_LINE = re.compile(rf"[\r\n][{MARKS}]*")

# The dash before the name, surest form first. U+FFFD, `--`, `-` or `;` are one only where white space sets them off.
_DASHES = (
    re.compile(r"[—―⸺]|â€”|&(?:mdash|#8212|#x2014);|(?:(?<=\s)|^)(?:\\?--+;?|\ufffd)(?=\s)", re.MULTILINE),
    re.compile(r"(?:(?<!\d)[–‒−]|[–‒−](?!\d))|â€“|&(?:ndash|#8211);"),  # between digits it is a score, a span
    re.compile(r"(?:(?<=\s)|^)-(?=[\s\w])|(?<=[\w/]{4})-(?= )|(?<=\w) -(?=\w)", re.MULTILINE),
    re.compile(r"(?<=\s);(?= )"),
)
_MAY_BE_DASH = re.compile(r"[—―⸺–‒−\ufffd&;â-]")
_LINK_END = re.compile(r"(?:t\.co|pic\.(?:twitter|x)\.com|twitter\.com|https?://[^\s/]+)/[^\s)\]>—–]*[)\]>]*")
_ENDS_IN_LINK = re.compile(_LINK_END.pattern + r"\Z")
_SENTENCE_END = re.compile(r"[.!?…。！？»”\"']\s+|[\r\n]+\s*")
# What a post's last words end in: a stop, a thread's number, a hashtag, an emoji. Behind a closing quote a dash may
# name whom it quotes.
_ENDS_WORDS = re.compile(
    r"(?:[.!?…。！？]\)?|\d/\d{0,3}\)?|[#＃]\w+|[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?)[ \t]*\Z"
)
# What stands before an account in "shared by", in the languages that do without a parenthesis there.
BY = (" by ", " par ", " por ", " von ", " da ", " de ", " door ", " av ", " af ", " przez ", " oleh ", " от ")
# Marks of emphasis and direction that open the line of a footer.
_EMPHASIS = "*_\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
_BEFORE_DASH = "> \t" + _EMPHASIS
_LEADING_DASHES = re.compile(rf"(?:[—―–\-\ufffd;{MARKS}]|--)+")
_TAG_DEBRIS = re.compile(r"(?:</?[a-z]{1,10}>?|\ufffd?/p>)\s*", re.IGNORECASE)

_NAME_LINK = re.compile(r"\[([^\[\]]{0,80})\]\([^()\s]{0,300}\)")
_ESCAPE = re.compile(r"\\([_*\[\]().#~`\\-])")


class Handle(NamedTuple):
    """A handle in parentheses: `name` without its at-sign, the half-open span of the parenthesis and what closes it."""

    name: str
    start: int
    end: int


@dataclass(slots=True, frozen=True, kw_only=True)
class Footer:
    """The line that an embed leaves under a post's words: who and when, without the words themselves.

    `opens` is the span of a marker that surely stands above the words ("View this post on Instagram"), if there is one;
    `number` that of the post's link in a list of links below the text.
    """

    platform: str
    rule: str
    start: int
    end: int
    handle: str | None
    name: str | None
    printed: PrintedDate | None = None
    basis: DateBasis | None = None
    permalink: Permalink | None = None
    posted_at: dt.datetime | None = None
    opens: tuple[int, int] | None = None
    number: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Phrase:
    """Words of its own that a platform's embed leaves where no handle stands in parentheses.

    `start` is what they begin with, a rare character first, or that character alone, with `pattern` for what stands
    round it; `parse` reads the footer there. Each is a pass over the text, so one is looked for only beside a character
    that it needs (`beside`) and, if it is one language's, where a common word of that language stands (`words`).
    """

    start: str
    parse: Callable[[str, int], Footer | None]
    pattern: re.Pattern[str] | None = None
    beside: str = ""
    words: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Byline:
    """What stands before a handle's parenthesis: where the footer begins, the name, and what sets it off."""

    start: int
    name: str | None
    dash: bool
    after_link: bool
    line_start: bool


def no_footer(_source: str, _handle: Handle, /, *, floor: int) -> Footer | None:  # noqa: ARG001
    """The footer of a platform whose embeds leave none in extracted text, or whose text nobody reads yet."""
    return None


def skip_gap(source: str, at: int) -> int:
    """Where the next word stands: behind white space, quote marks and invisible marks, at most three line breaks.

    >>> skip_gap("a \\n> b", 1)
    5
    """
    match = _GAP.match(source, at)
    end = match.end() if match else at
    return at if end - at > 3 and source.count("\n", at, end) > 3 else end


def plain_name(printed: str) -> str | None:
    """A display name without entities, Markdown escapes, marks of quotation and doubled spaces; `None` when empty.

    >>> plain_name("> Tom &amp; Ann\\\\_x ")
    'Tom & Ann_x'
    """
    name = _ESCAPE.sub(r"\1", html.unescape(printed))
    name = _NAME_LINK.sub(r"\1", _BROKEN_LINE.sub(" ", name))
    name = " ".join(name.strip("> \t*\u200e\u200f\u200b\u2060\ufeff" + "[" * ("]" not in name)).split())
    return name or None


def parse_byline(source: str, paren: int, *, floor: int) -> Byline | None:
    """Read `DASH NAME` leftwards from the parenthesis at `paren`, not past `floor`; `None` if no name can stand there.

    A name may hold dashes, parentheses and commas, so the dash is the one that follows the post's last link, else the
    one that begins the line, else the last of the surest kind.
    """
    low = max(floor, paren - _NAME_WINDOW)
    window = source[low:paren]
    line = max(window.rfind("\n"), window.rfind("\r")) + 1
    if line and (not window[line:].strip(" \t>[") or _continues_line(window, line)):
        line = _line_before(window, line)
    links = list(_LINK_END.finditer(window, line)) if "/" in window else []
    after_link = links[-1].end() if links else line
    for pattern in _DASHES:
        dashes = list(pattern.finditer(window, after_link))
        if dashes:
            return _dashed(window, low, line, after_link if links else None, dashes)
        if not _MAY_BE_DASH.search(window, after_link):
            break
    return _dashless(window, low, line, after_link if links else None)


def _continues_line(window: str, line: int) -> bool:
    """Tell whether the dash is in the line above: `—⏎Name (@h)`, or a footer wrapped inside its name.

    Inside that line it must stand behind what ends a post's words, as in `Rain. — A very long⏎name (@h)`.
    """
    above = window[:line].rstrip("\r\n> \t")
    if above.endswith(("—", "–", "--")):
        return True
    begin = max(above.rfind("\n"), above.rfind("\r")) + 1
    if begin > 0 and above[begin:].lstrip("> \t").startswith(("—", "-- ", "– ")):
        return True
    dash = above.rfind("—", begin)
    if dash < 0 or "—" in window[line:] or not _is_one_break(window, above, line):
        return False
    words = above[:dash].rstrip()
    return bool(_ENDS_WORDS.search(words) or _ENDS_IN_LINK.search(words)) and above[-1] not in ".!?…:,;"


def _is_one_break(window: str, above: str, line: int) -> bool:
    """Tell whether a single line break parts the two: a line that was wrapped, not a paragraph."""
    return window.count("\n", len(above), line) == 1


def _line_before(window: str, line: int) -> int:
    above = window[:line].rstrip("\r\n> \t")
    return max(above.rfind("\n"), above.rfind("\r")) + 1


def _dashed(window: str, low: int, line: int, after_link: int | None, dashes: list[re.Match[str]]) -> Byline | None:
    first, last = dashes[0], dashes[-1]
    leads = not window[line : first.start()].strip(_BEFORE_DASH)
    follows = after_link is not None and not window[after_link : first.start()].strip(" \t\r\n>\"'”’")
    chosen = first if leads or follows or after_link is not None else _behind_words(window, line, dashes) or last
    run = _LEADING_DASHES.match(window, chosen.end())
    if chosen[0].startswith("--") and leads and run and "\n" in run[0]:
        return None  # the line that mail and forums put above a signature
    name = plain_name(window[run.end() if run else chosen.end() :])
    start = len(window[: chosen.start()].rstrip(_EMPHASIS)) if leads else chosen.start()
    return Byline(low + start, name, dash=True, after_link=follows, line_start=leads)


def _behind_words(window: str, line: int, dashes: list[re.Match[str]]) -> re.Match[str] | None:
    """The dash that stands behind what ends a post's words: the last behind a full stop, which no name holds before a
    dash of its own, else the first behind which the sentence does not go on in lower case."""
    near = [dash for dash in dashes if len(window) - dash.end() <= 60]
    ended = [dash for dash in near if _ENDS_WORDS.search(window, line, dash.start())]
    stopped = [dash for dash in ended if window[: dash.start()].rstrip().endswith((".", "!", "?", "。"))]
    if stopped:
        return stopped[-1]
    return next((dash for dash in ended if not window[dash.end() :].lstrip()[:1].islower()), None)


def _dashless(window: str, low: int, line: int, after_link: int | None) -> Byline | None:
    begin = line if after_link is None else after_link
    for match in _SENTENCE_END.finditer(window, begin):
        if match.end() < len(window.rstrip()):
            begin = match.end()
    debris = _TAG_DEBRIS.match(window, begin)
    begin = debris.end() if debris else begin
    printed = window[begin:]
    begin += len(printed) - len(printed.lstrip("> \t\r\n["))
    name = plain_name(printed)
    if name is None or len(name) > 60 or "\n" in printed.strip():
        return None
    return Byline(
        low + begin, name, dash=False, after_link=begin - 2 <= (after_link or -9), line_start=begin <= line + 2
    )
