"""The printed text and the post's, as each would read without links, markup and what an extractor is known to lose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..platforms import parse_permalink
from ..posts import Post
from .cited import Cited, parse_language
from .emoji import drop_emoji, has_emoji, has_fewer, name_emoji
from .folding import PARTED, blur_letters, drop_directions, repair_encoding
from .likeness import RANK, UNTOLD, Case, Kind, Likeness, relate
from .people import is_same_handle
from .shown import bare_hosts
from .wording import drop_lead, make_words, normalize_wording

_ZWNJ = "\u200c"
_LONE = re.compile(r"(?<!\w)'|'(?!\w)")
# A mark that begins or ends what is quoted, by what stands beside it; between letters its shape may tell.
_OPENING = re.compile(r"\A['\"]|(?<=[\s(\[])['\"](?=[^\s.,;:!?)\]])")
_ENDING = re.compile(r"(?<=\S)['\"](?!\w)")
_SHAPED = re.compile('["“”„‟«»″〝〞״「」『』＂]')
_OPENERS = frozenset("「『〝")
# Signs of a text that are compared. No service takes posts a tenth as long, and time is linear, but not little.
_LONGEST = 100_000


@dataclass(slots=True, frozen=True)
class _Reading:
    """The printed words and the post's, both as they may be read; `loss` says what was taken out to read them so."""

    printed: str
    told: str
    loss: str = ""


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
    best = _best(_find_readings(cited, post, printed, told, hosts), case)
    if is_cut and best.kind in ("equal", "cut", "behind"):
        return Likeness("beyond", best.length, f"{best.words}, as far as such long words are compared")
    return best


def _say_untold(printed: str, told: str) -> str:
    if not printed:
        return f"no words are printed, and the post has {len(told)} signs of them" if told else "no words to compare"
    return f"{len(printed)} signs are printed, and the record tells no words"


def _best(readings: Iterator[_Reading], case: Case) -> Likeness:
    best: Likeness | None = None
    for reading in readings:
        found = relate(make_words(reading.printed), make_words(reading.told), case, line=reading.printed)
        if reading.loss and found.kind in ("equal", "cut", "behind"):
            found = Likeness("garbled", found.length, f"{found.words}, but for {reading.loss}")
        if best is None or RANK.index(found.kind) < RANK.index(best.kind):
            best = found
        if best.kind == "equal":
            break
    return best or UNTOLD


def _find_readings(cited: Cited, post: Post, printed: str, told: str, hosts: tuple[str, ...]) -> Iterator[_Reading]:
    """The pair as it is, then without what one of the two is known to lose; most pairs need the first alone."""
    mended = repair_encoding((cited.text or "")[:_LONGEST])
    texts = [printed, *([normalize_wording(mended, hosts=hosts)] if mended else [])]
    if _is_quoted(printed) and not _is_quoted(told):  # a site's own marks around the whole
        texts.append(printed[1:-1])
    has_more = _has_pair_more(printed, told) and not _has_turned(printed[1:-1].strip(), told, printed[0])
    opens = _opens_first(told, printed[0], post.text or "") if has_more else False
    if opens:
        texts.append(printed[1:-1])
    for text in texts:
        for reading in _without_leads(text, told, post.reply_to):
            reading = _doubt_turns(reading)
            yield reading
            yield from _without_emoji(reading)
    yield from _with_dashes(cited, post, hosts)
    if opens is None:
        yield _Reading(printed[1:-1], told, "quotation marks that may be two pairs")
    yield from _without_care(cited, post, printed, told, hosts)


def _is_quoted(text: str) -> bool:
    """Whether one pair of quotation marks, all spelt alike by now, holds the whole text; apostrophes are none."""
    mark, inside = text[:1], text[1:-1]
    if not inside or mark not in "'\"" or not text.endswith(mark):
        return False
    return not (_LONE.search(inside) if mark == "'" else mark in inside)


def _has_pair_more(printed: str, told: str) -> bool:
    """Whether quotation marks begin and end a text that has none beside them but as many as the post."""
    mark = printed[:1]
    inside = told.count(mark) if mark in ("'", '"') and len(printed) > 1 and printed.endswith(mark) else 0
    return inside > 0 and printed.count(mark) == inside + 2


def _has_turned(inside: str, told: str, mark: str) -> bool:
    """Whether a mark begins what is quoted in one of the two and ends it in the other: others speak there."""
    places = zip(re.finditer(mark, inside), re.finditer(mark, told), strict=False)
    turns = ((_find_turn(inside, ours.start()), _find_turn(told, theirs.start())) for ours, theirs in places)
    return any(ours and theirs and ours is not theirs for ours, theirs in turns)


def _doubt_turns(reading: _Reading) -> _Reading:
    """White space beside a mark may come and go, but not so that others speak: `"A," he said` for `"A, "he said`."""
    printed, told = reading.printed, reading.told
    marks = (mark for mark in "'\"" if printed.count(mark) == told.count(mark) > 0)
    if any(_has_turned(printed, told, mark) for mark in marks):
        return replace(reading, loss=reading.loss or "a quotation mark that turns the other way")
    return reading


def _find_turn(text: str, place: int) -> re.Pattern[str] | None:
    """Which way a mark turns, by what stands beside it."""
    return next((way for way in (_OPENING, _ENDING) if way.match(text, place)), None)


def _opens_first(told: str, mark: str, words: str) -> bool | None:
    """Whether the first mark of a post begins what is quoted there; `None` when nobody can tell.

    If it ends it, the marks around the whole are the outer ones of two pairs, and who speaks is turned round: `"A,"
    said B. "C"` for `A," said B. "C`. `words` is the post before its marks were folded.
    """
    place = told.find(mark) if mark == '"' else next((lone.start() for lone in _LONE.finditer(told)), 0)
    if _OPENING.match(told, place):
        return True
    shaped = _SHAPED.search(words)
    if mark == '"' and shaped and shaped[0] in _OPENERS:
        return True
    return False if _ENDING.match(told, place) else None


def _with_dashes(cited: Cited, post: Post, hosts: tuple[str, ...]) -> Iterator[_Reading]:
    """The pair with dashes that are no hyphens as signs of their own: spaces beside these make no other words."""
    printed = normalize_wording((cited.text or "")[:_LONGEST], hosts=hosts, parted=True)
    told = normalize_wording((post.text or "")[:_LONGEST], hosts=hosts, parted=True)
    if PARTED in printed and PARTED in told:
        yield from _without_leads(printed, told, post.reply_to)


def _without_leads(printed: str, told: str, reply_to: str | None) -> Iterator[_Reading]:
    """A reply's leading accounts stand in one of the two only, or the two are compared with them.

    Where nothing tells that the post answers them, they may be the first word of what is said. A service that takes
    them out names one of those that are answered, so that this one vouches for the others beside it.
    """
    yield _Reading(printed, told)
    bare_printed, bare_told = drop_lead(printed), drop_lead(told)
    if (bare_printed == printed) == (bare_told == told):
        return
    lead = printed.removesuffix(bare_printed) + told.removesuffix(bare_told)
    answered = parse_permalink(reply_to) if reply_to else None
    are_answered = (answered is not None and is_same_handle(account, answered.handle) for account in lead.split())
    is_known = all(are_answered) if bare_printed == printed else any(are_answered)
    yield _Reading(bare_printed, bare_told, "" if is_known else "accounts before the words")


def _without_emoji(reading: _Reading) -> Iterator[_Reading]:
    printed, told = reading.printed, reading.told
    if has_fewer(printed, told):
        if not has_emoji(printed):
            yield _Reading(printed, name_emoji(told), reading.loss)
        yield _Reading(drop_emoji(printed), drop_emoji(told), "emoji")


def _without_care(cited: Cited, post: Post, printed: str, told: str, hosts: tuple[str, ...]) -> Iterator[_Reading]:
    """The pair without the finer points of how words are typed, which leave a doubt."""
    one, other = drop_directions(printed), drop_directions(told)
    if one != printed or other != told:
        yield _Reading(one, other, "marks that turn the direction")
    one, other = blur_letters(one), blur_letters(other)
    if one != printed or other != told:
        yield _Reading(one, other, "letters that many type for each other")
    if _ZWNJ in (cited.text or "") or _ZWNJ in (post.text or ""):
        one, other = _space_joints(cited.text or "", hosts), _space_joints(post.text or "", hosts)
        yield _Reading(one, other, "spaces that stand for a narrow joint")


def _space_joints(text: str, hosts: tuple[str, ...]) -> str:
    """Persian parts endings from words by a joint without width, for which many type a space."""
    return blur_letters(drop_directions(normalize_wording(text[:_LONGEST].replace(_ZWNJ, " "), hosts=hosts)))
