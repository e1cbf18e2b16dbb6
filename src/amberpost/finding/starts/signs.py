"""The signs that say where a post begins: named, cheap, and the same when weights are fitted and when they are used.

Three tables of weights share the names: a sign at the break where a post begins, the same sign at a break inside it,
and a sign of the whole that a start would give the post.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ...platforms.twitter import limit_length
from .lines import Line


def _name_bins(prefix: str, edges: tuple[int, ...]) -> tuple[str, ...]:
    """The names of the bins that `edges` part, for `bisect_right` to pick from."""
    return (*(f"{prefix} <{edge}" for edge in edges), f"{prefix} >={edges[-1]}")


_LENGTHS = (8, 20, 40, 70, 110, 160, 220, 280, 400)
_SHARES = (15, 30, 50, 80, 120, 180)
_PARAGRAPHS = (60, 120, 220)
_COARSE = (40, 110, 220)
_FILLS = (8, 15, 25, 40, 60, 80, 95, 104, 130)
_ABOVE_LENGTHS = _name_bins("above length", _LENGTHS)
_BELOW_LENGTHS = _name_bins("below length", _LENGTHS)
_SINGLE_LENGTHS = _name_bins("single length", _LENGTHS)
_FILLED = _name_bins("fills", _FILLS)
_ABOVE_SHARES = _name_bins("above share", _SHARES)
_PARAGRAPHS_ABOVE = tuple(_name_bins(f"{name} above", _COARSE) for name in _name_bins("paragraphs", _PARAGRAPHS))
_LONG_POSTS_SINCE = dt.date(2023, 2, 8)
_INSTAGRAM_LIMIT = 2200

_ABOVE = (
    "hashtag", "mention", "emoji", "me", "you", "speech", "bullet", "media", "weblink", "exclaims", "asks", "title",
    "code", "handle", "retweet", "informal", "thread", "lower", "opens-mention", "opens-quote", "closes-quote", "label",
    "only-tags", "weekday", "narrates",
)  # fmt: skip
_BELOW = (
    "hashtag", "mention", "emoji", "me", "you", "bullet", "media", "opens-mention", "opens-hashtag", "lower",
    "opens-quote", "retweet", "exclaims", "title", "code", "informal", "thread", "speech", "label", "anaphora",
    "only-tags", "weekday", "narrates",
)  # fmt: skip
# What an article does, and what somebody does who speaks for himself.
TELLING = frozenset({"speech", "narrates", "weekday", "typeset"})
TALKING = frozenset({"me", "you", "informal", "exclaims", "asks", "emoji", "hashtag", "mention", "media", "typewriter"})
_ABOVE_TRAITS = tuple((trait, f"above {trait}") for trait in _ABOVE)
_BELOW_TRAITS = tuple((trait, f"below {trait}") for trait in _BELOW)


@dataclass(slots=True, frozen=True)
class Post:
    """What the footer already told of the post, and how long the article's paragraphs are (0: unknown).

    `inline` when the footer stands in the last line of the words, not on a line of its own; `flat` when the article
    goes on behind it on that line, so that line breaks tell nothing; `row` as `layout.Row.around` tells it; `split`
    when the extractor gave each link a line of its own.
    """

    platform: str = "twitter"
    day: dt.date | None = None
    names: tuple[str, ...] = ()
    follows_post: bool = False
    paragraph: int = 0
    inline: bool = False
    flat: bool = False
    row: str = ""
    split: bool = False

    @property
    def limit(self) -> int:
        """The most weighted characters such a post has."""
        return limit_length(self.day) if self.platform == "twitter" else _INSTAGRAM_LIMIT

    @property
    def reach(self) -> int:
        """How many weighted characters such a post may have: since 2023 subscribers write longer ones."""
        late = self.platform == "twitter" and self.day is not None and self.day >= _LONG_POSTS_SINCE
        return self.limit * 3 // 2 if late else self.limit


def name_break(above: Line | None, below: Line, post: Post) -> list[str]:
    """Name the signs at the break between two lines; `above` is `None` at the article's or the previous post's end."""
    if above is None:
        return ["after a post" if post.follows_post else "at the top"]
    a, b = above.traits, below.traits
    if above.beyond:
        return ["above passes the limit", *(sign for trait, sign in _BELOW_TRAITS if trait in b)]
    signs = [
        _ABOVE_LENGTHS[bisect_right(_LENGTHS, above.weight)],
        _BELOW_LENGTHS[bisect_right(_LENGTHS, below.weight)],
        f"above ends {above.ending}",
        f"below ends {below.ending}",
        f"postlike {min(above.postlike, 2)} {min(below.postlike, 2)}",
        f"ends {above.ending} then {'lower' if 'lower' in b else 'bullet' if 'bullet' in b else 'upper'}",
    ]
    signs += [sign for trait, sign in _ABOVE_TRAITS if trait in a]
    signs += [sign for trait, sign in _BELOW_TRAITS if trait in b]
    if above.language and below.language:
        signs.append("language same" if above.language == below.language else "language changes")
    signs += _name_prose(above, a)
    signs += _name_pair(above, below, a, b)
    if post.paragraph:
        signs.append(_ABOVE_SHARES[bisect_right(_SHARES, above.weight * 100 // post.paragraph)])
        coarse = _PARAGRAPHS_ABOVE[bisect_right(_PARAGRAPHS, post.paragraph)]
        signs.append(coarse[bisect_right(_COARSE, above.weight)])
    if post.names:
        lowered = above.text.lower()
        if any(name in lowered for name in post.names):
            signs.append("above names the author")
    return signs


def _name_prose(above: Line, a: frozenset[str]) -> list[str]:
    """What kind of line stands above: prose of the article, a heading, an introduction, a line of a post."""
    signs = []
    if above.ending == "stop":
        if above.weight > 110 and not above.postlike:
            signs.append("above prose")
            if above.sentences >= 2:
                signs.append("above prose of sentences")
            if above.weight > 160 and "me" not in a:
                signs.append("above long prose")
        elif above.weight <= 110 and above.sentences == 1:
            signs.append("above one sentence")
    elif above.ending == "none":
        if above.weight > 110:
            signs.append("above long and open")
        elif above.weight < 70 and not above.postlike:
            signs.append("above like a heading")
            if "title" in a:
                signs.append("above like a title")
    elif above.ending == "colon":
        signs.append("above introduces speech" if "speech" in a else "above plain colon")
    if above.sentences >= 3:
        signs.append("above three sentences")
    return signs


def _name_pair(above: Line, below: Line, a: frozenset[str], b: frozenset[str]) -> list[str]:
    signs = []
    if "bullet" in b:
        signs.append("list goes on" if "bullet" in a else "list begins")
        if above.ending == "colon":
            signs.append("colon above list")
    elif "bullet" in a:
        signs.append("list ends")
    if above.weight < 70 and below.weight < 70:
        signs.append("both very short" if above.weight < 40 and below.weight < 40 else "both short")
    if above.ending == "stop" and below.ending == "stop":
        signs.append("both end in stop")
    if "me" in a and "me" in b:
        signs.append("both say I")
    if ("typeset" in a or "typewriter" in a) and ("typeset" in b or "typewriter" in b):
        differ = ("typeset" in a) != ("typeset" in b) and ("typewriter" in a) != ("typewriter" in b)
        signs.append("quotes differ" if differ else "quotes agree")
    told = len(a & TELLING) - len(a & TALKING)
    talked = len(b & TALKING) - len(b & TELLING)
    signs.append(f"voice {max(-2, min(2, told))} {max(-2, min(2, talked))}")
    if "label" in a and "label" in b:
        signs.append("both labelled")
    if "code" in a and "code" in b:
        signs.append("both code")
    return signs


def name_whole(lines: Sequence[Line], first: int, post: Post, *, complete: bool) -> list[str]:
    """Name the signs of the post that would begin at `lines[first]`; `complete`: nothing stands above `lines[0]`."""
    limit = post.limit
    inside = lines[first:]
    total = sum(line.weight for line in inside) + len(inside) - 1
    signs = [_FILLED[bisect_right(_FILLS, total * 100 // limit)], f"lines {min(len(inside), 7)}"]
    signs += _name_excess(total, limit, inside, late=post.day is not None and post.day >= _LONG_POSTS_SINCE)
    if post.inline:
        signs.append("inline footer, one line" if len(inside) == 1 else "inline footer, more lines")
    if len(inside) == 1:
        signs += _name_single(inside[0])
    if all(line.postlike for line in inside):
        signs.append("all lines postlike")
    if first > 0:
        more = total + lines[first - 1].weight
        signs += ["next would pass the limit"] * (more > limit * 1.04) + ["next would pass it far"] * (
            more > limit * 1.6
        )
    if complete and post.follows_post:
        gap = _name_gap(lines, first, limit)
        signs += gap
        if post.row and len(lines) > 1:
            signs += [f"{post.row}: {sign}" for sign in gap]
    return signs


def _name_excess(total: int, limit: int, inside: Sequence[Line], *, late: bool) -> list[str]:
    signs = [f"over {share}" for share in (104, 115, 160, 300) if total * 100 > limit * share]
    if signs:
        if late:
            signs.append("over, but late")
        if any(line.weight > limit * 1.04 for line in inside):
            signs.append("one line over")
    return signs


def _name_single(line: Line) -> list[str]:
    signs = [f"single ends {line.ending}", _SINGLE_LENGTHS[bisect_right(_LENGTHS, line.weight)]]
    if not line.postlike:
        signs.append("single plain")
    if "lower" in line.traits:
        signs.append("single lower")
    if line.ending == "link" and line.weight <= 24:
        signs.append("single only a link")
    if "only-tags" in line.traits:
        signs.append("single only tags")
    if "anaphora" in line.traits:
        signs.append("single with anaphora")
    if "label" in line.traits:
        signs.append("single labelled")
    return signs


def _name_gap(lines: Sequence[Line], first: int, limit: int) -> list[str]:
    """Between two posts: whether all that stands there would fit into one."""
    fits = sum(line.weight for line in lines) + len(lines) <= limit * 1.04
    if first == 0:
        return [f"fills the gap of {min(len(lines), 5)}" if fits else "fills a wide gap"]
    return ["leaves lines of a gap that fits"] if fits else []
