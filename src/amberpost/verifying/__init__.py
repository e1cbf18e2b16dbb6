"""Is what was captured the post that was cited? Pure functions over a citation's row and a post's record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from ..models import Citation
from ..posts import About, Judgement, Outcome, Post, Reason, Sign
from .cited import Cited, parse_language, read_cited
from .days import judge_date
from .deciding import Evidence, decide, decide_unfetched
from .deciding import Via as Via
from .likeness import Likeness
from .people import find_retweeted, has_other_name, is_same_handle, judge_handle
from .pointers import address_key, judge_pointers
from .texts import compare_texts

_LED = {
    "own": "the post's id stands in the citation itself",
    "media": "a media link of the citation leads to this post",
    "link": "a link of the citation leads to this post, which may be one that it quotes",
}
_SIGNS: Mapping[str, Sign] = {
    "different": "against",
    "untold": "unknown",
    "edited": "unknown",
    "garbled": "unknown",
    "altered": "unknown",
    "part": "unknown",
}


def verify(
    cited: Mapping[str, object] | Citation,
    post: Post | None,
    *,
    post_id: str | None,
    platform: str,
    instant: dt.datetime | None,
    handle: str | None,
    via: Via,
    outcome: Outcome,
) -> Judgement:
    """Judge whether a post is the one that a citation cites, by date, account, words, links and language.

    `post_id`, `instant` and `handle` are what the permalink says that was found; `post` its record, if it was had.
    Never raises, whatever the row holds; what cannot be compared is a reason of its own, never a contradiction.

    >>> row = {"handle": "adawren", "date": "2024-11-29", "date_basis": "utc", "text": "Rain over the citadel."}
    >>> post = Post(platform="twitter", post_id="1862485943811391923", permalink="", source="syndication",
    ...             handle="AdaWren", text="Rain over the citadel.")
    >>> made = dt.datetime(2024, 11, 29, 13, 0, tzinfo=dt.UTC)
    >>> verify(row, post, post_id=post.post_id, platform="twitter", instant=made, handle="adawren", via="media",
    ...        outcome="found").verdict
    'same'
    """
    read = read_cited(cited)
    named = _reason("for" if via == "own" else "unknown", "post", _LED[via])
    checks = (
        named,
        *_judge_identity(read, post, post_id, platform),
        judge_date(read, post, instant),
        judge_handle(read, post, handle, via=via),
    )
    if post is None:
        evidence = Evidence(via=via, reasons=(*checks, _say_missing(outcome)))
        return Judgement(verdict=decide_unfetched(evidence), reasons=_with_reuse(evidence, read))
    return _judge_record(read, post, checks, via)


def _judge_record(cited: Cited, post: Post, checks: tuple[Reason, ...], via: Via) -> Judgement:
    likeness = compare_texts(cited, post)
    pointers = judge_pointers(cited, post, via=via)
    reasons = (
        *checks,
        _reason(_SIGNS.get(likeness.kind, "for"), "text", likeness.words),
        *pointers.reasons,
        *_judge_language(cited, post, likeness),
        *_judge_retweet(cited, post, likeness),
    )
    printed = frozenset(_find_printed(cited))
    # Words and pictures are copied: another name, and no account to set it right, leave it open whose post was cited.
    is_named = any(reason.about == "handle" and reason.sign == "for" for reason in checks)
    loose = pointers.loose or (not is_named and has_other_name(cited, post))
    evidence = Evidence(via=via, reasons=reasons, likeness=likeness, loose=loose, keyed=pointers.keyed, printed=printed)
    verdict = decide(evidence)
    text = post.text if verdict == "same" and likeness.kind != "untold" else None
    return Judgement(verdict=verdict, reasons=_with_reuse(evidence, cited), text=text)


def _find_printed(cited: Cited) -> Iterator[About]:
    """What a reader of the article sees of the post, beside its links."""
    if cited.text:
        yield "text"
    if cited.day or cited.posted_at:
        yield "date"
    if cited.handle:
        yield "handle"


def _judge_identity(cited: Cited, post: Post | None, post_id: str | None, platform: str) -> Iterator[Reason]:
    """What shows that the record, or the permalink, is of another post than the citation's."""
    if cited.platform and platform and cited.platform != platform:
        yield _reason("against", "post", f"the citation is of {cited.platform}, the post of {platform}")
    if cited.quoted and post_id and address_key(cited.quoted).endswith(f" {post_id}") and cited.post_id != post_id:
        yield _reason("against", "post", "it is the post that the cited one quotes")
    versions = {*(post.edits if post else ()), *([post.post_id] if post else [])}
    if post and post_id and post_id not in versions:
        yield _reason("against", "post", f"the record is of the post {post.post_id}, not of {post_id}")
    if cited.post_id and post_id and cited.post_id != post_id and not {cited.post_id, post_id} <= versions:
        yield _reason("against", "post", f"the citation prints the id {cited.post_id}, the post's is {post_id}")


def _judge_language(cited: Cited, post: Post, likeness: Likeness) -> Iterator[Reason]:
    """Languages are guessed anew by every service: with equal words another language says nothing."""
    printed, told = parse_language(cited.lang), parse_language(post.lang)
    if printed and told:
        agree = printed == told
        sign: Sign = "for" if agree else "against" if likeness.kind == "different" else "unknown"
        yield _reason(sign, "language", f"the citation says {printed}, the record {told}")


def _judge_retweet(cited: Cited, post: Post, likeness: Likeness) -> Iterator[Reason]:
    """An old-style retweet prints another's words, and its links lead to that other's post."""
    account = find_retweeted(cited)
    own = is_same_handle(cited.handle, post.handle)
    if account and not own and is_same_handle(account, post.handle) and likeness.kind != "equal":
        yield _reason("against", "post", f"the citation passes this post of @{account} on, in a post of its own")


def _with_reuse(evidence: Evidence, cited: Cited) -> tuple[Reason, ...]:
    """Say what a media link of another's older post means, for it is no error of whoever cited it."""
    strange = evidence.via == "media" and evidence.sign("handle") == evidence.sign("date") == "against"
    if not strange or cited.handle is None:
        return evidence.reasons
    words = "the picture or film was used again: its link leads to the post of another account that had it first"
    return (*evidence.reasons, _reason("against", "media", words))


def _say_missing(outcome: Outcome) -> Reason:
    return _reason("unknown", "text", f"the post's record was not had ({outcome}), so that its words are not known")


def _reason(sign: Sign, about: About, words: str) -> Reason:
    return Reason(sign=sign, about=about, words=words)
