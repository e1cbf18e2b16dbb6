"""The printed text and the post's, as each would read without links, markup and what an extractor is known to lose."""

from __future__ import annotations

from collections.abc import Iterator

from ..posts import Post
from .cited import Cited, parse_language
from .likeness import RANK, UNTOLD, Case, Kind, Likeness, relate
from .wording import (
    bare_hosts,
    drop_emoji,
    drop_lead,
    has_emoji,
    make_words,
    name_emoji,
    normalize_wording,
    repair_encoding,
)

# Signs of a text that are compared. No service takes posts a tenth as long, and time is linear, but not little.
_LONGEST = 100_000


def compare_texts(cited: Cited, post: Post) -> Likeness:
    """Compare the printed words with the post's, as each would read without links, markup and an extractor's losses.

    >>> row = Cited(text="Rain &amp; wind …")
    >>> compare_texts(row, Post(platform="x", post_id="1", permalink="", source="s", text="Rain & wind, all day")).kind
    'part'
    """
    hosts = bare_hosts(link.target for link in post.links)
    told = normalize_wording((post.text or "")[:_LONGEST], hosts=hosts)
    printed = normalize_wording((cited.text or "")[:_LONGEST], hosts=hosts)
    is_cut = max(len(post.text or ""), len(cited.text or "")) > _LONGEST
    if not printed or post.text is None:
        return Likeness("untold", 0, _say_untold(printed, told))
    case = Case(
        uncertain="start-uncertain" in cited.flags,
        truncated=post.truncated or is_cut,
        edited=len(post.edits) > 1,
        lang=parse_language(post.lang) or parse_language(cited.lang),
    )
    if not told:
        # Between two posts, the words that stand before a post without any are another's.
        kind: Kind = "untold" if case.uncertain else "different"
        return Likeness(kind, 0, "words are printed, and the post has none of its own")
    best = _best(printed, told, case)
    if is_cut and best.kind in ("equal", "cut", "behind"):
        return Likeness("beyond", best.length, f"{best.words}, as far as such long words are compared")
    return best


def _say_untold(printed: str, told: str) -> str:
    if not printed:
        return f"no words are printed, and the post has {len(told)} signs of them" if told else "no words to compare"
    return f"{len(printed)} signs are printed, and the record tells no words"


def _best(printed: str, told: str, case: Case) -> Likeness:
    best: Likeness | None = None
    for one, other, lossy in _readings(printed, told):
        found = relate(make_words(one), make_words(other), case, line=one)
        if lossy and found.kind in ("equal", "cut", "behind"):
            found = Likeness("garbled", found.length, found.words + ", but for emoji")
        if best is None or RANK.index(found.kind) < RANK.index(best.kind):
            best = found
        if best.kind == "equal":
            break
    return best or UNTOLD


def _readings(printed: str, told: str) -> Iterator[tuple[str, str, bool]]:
    """The pair as it is, then without what one of the two is known to lose; most pairs need the first alone.

    The third is true where signs were taken out that the other may really not have had.
    """
    mended = repair_encoding(printed)
    texts = [printed, *([normalize_wording(mended)] if mended else [])]
    if _is_quoted(printed) and not _is_quoted(told):  # a site's own marks around the whole
        texts.append(printed[1:-1])
    for text in texts:
        for one, other in _without_leads(text, told):
            yield one, other, False
            if has_emoji(other) and not has_emoji(one):
                yield one, name_emoji(other), False
                yield drop_emoji(one), drop_emoji(other), True


def _is_quoted(text: str) -> bool:
    """Whether one pair of quotation marks, which are all spelt alike by now, holds the whole text."""
    return len(text) > 2 and text[0] == text[-1] == '"' and text.count('"') == 2


def _without_leads(printed: str, told: str) -> Iterator[tuple[str, str]]:
    """A reply's leading accounts stand in one of the two only, or the two are compared with them."""
    yield printed, told
    bare_printed, bare_told = drop_lead(printed), drop_lead(told)
    if bare_printed == printed and bare_told != told:
        yield printed, bare_told
    if bare_printed != printed and bare_told == told:
        yield bare_printed, told
