"""From what speaks for and against a post to a verdict: the only place where the reasons are weighed.

What is unknown never makes a verdict better. `same` needs the words, and the account or the id; a part of the words,
or none, is at most `probably-same`, unless the id itself was printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..posts import About, Reason, Sign, Verdict
from .likeness import SHORT, UNTOLD, Likeness

Via = Literal["own", "media", "link"]
_WHOLE = frozenset({"equal", "cut", "behind"})


@dataclass(slots=True, frozen=True, kw_only=True)
class Evidence:
    """What was compared: how the post was identified, the reasons, how the words stand.

    `loose` when a link, or the author's name, stays open.
    `keyed` when the record has a short link that is printed; `printed` is what the citation prints at all.
    """

    via: Via
    reasons: tuple[Reason, ...]
    likeness: Likeness = UNTOLD
    loose: bool = False
    keyed: bool = False
    printed: frozenset[About] = frozenset()

    @property
    def way(self) -> Via:
        """How surely the post was identified: a short link that the record has too is as good as a picture's."""
        return "media" if self.keyed and self.via == "link" else self.via

    def sign(self, about: About) -> Sign:
        """What the reasons about one thing say together: one against outweighs any for.

        >>> Evidence(via="own", reasons=()).sign("date")
        'unknown'
        """
        return join_signs(reason.sign for reason in self.reasons if reason.about == about)


def join_signs(signs: Iterable[Sign]) -> Sign:
    """One sign for several.

    >>> join_signs(["for", "unknown"]), join_signs(["for", "against"]), join_signs([])
    ('for', 'against', 'unknown')
    """
    seen = set(signs)
    return "against" if "against" in seen else "for" if "for" in seen else "unknown"


def decide(evidence: Evidence) -> Verdict:
    """The verdict on a post whose record was read.

    >>> decide(Evidence(via="own", reasons=(Reason(sign="against", about="post", words="another post's record"),)))
    'different'
    """
    if evidence.sign("post") == "against" or evidence.likeness.kind == "different":
        return "different"
    if "against" in (evidence.sign("date"), evidence.sign("handle")):
        return _decide_contradicted(evidence)
    if "against" in (evidence.sign("links"), evidence.sign("media")):
        return "probably-same" if evidence.way == "own" and evidence.likeness.kind == "equal" else "unverifiable"
    if evidence.likeness.kind == "untold":
        return _decide_wordless(evidence)
    verdict = _decide_worded(evidence)
    return "probably-same" if verdict == "same" and evidence.loose else verdict


def decide_unfetched(evidence: Evidence) -> Verdict:
    """The verdict on a post of which no record could be had: its id's day and its address are all there is.

    >>> day = Reason(sign="for", about="date", words=""), Reason(sign="for", about="handle", words="")
    >>> decide_unfetched(Evidence(via="media", reasons=day)), decide_unfetched(Evidence(via="link", reasons=day))
    ('probably-same', 'unverifiable')
    """
    if evidence.sign("post") == "against":
        return "different"
    signs = {evidence.sign("date"), evidence.sign("handle")}
    if signs == {"against"}:
        return "different"
    return "probably-same" if signs == {"for"} and evidence.way != "link" else "unverifiable"


def _decide_contradicted(evidence: Evidence) -> Verdict:
    """Day or account are not the printed ones: with an id that was printed too, one of the two may be a slip."""
    both = evidence.sign("date") == evidence.sign("handle")
    if both or evidence.way != "own":
        return "different"
    worded = evidence.likeness.kind == "equal" and evidence.likeness.length >= SHORT
    return "probably-same" if worded and evidence.sign("handle") == "for" else "unverifiable"


def _decide_worded(evidence: Evidence) -> Verdict:
    if evidence.likeness.kind == "part" and evidence.way != "own":
        return "unverifiable"
    if evidence.likeness.kind not in _WHOLE:
        return "probably-same" if _is_anchored(evidence) else "unverifiable"
    if evidence.likeness.length < SHORT:
        return _decide_short(evidence)
    if _is_named(evidence):
        return "same"
    signs = evidence.sign("date"), evidence.sign("handle")
    return "probably-same" if evidence.way == "media" or "for" in signs else "unverifiable"


def _is_named(evidence: Evidence) -> bool:
    """Whether author or id agree, so that equal words are no other post's."""
    date, handle = evidence.sign("date"), evidence.sign("handle")
    if evidence.way == "link":  # a post may link to one that says the same, made another day
        return date == handle == "for"
    return evidence.way == "own" or "for" in (date, handle)


def _is_anchored(evidence: Evidence) -> bool:
    """Whether so much else agrees that a part of the words will do."""
    signs = evidence.sign("date"), evidence.sign("handle")
    needed = {"own": 0, "media": 1, "link": 2}[evidence.way]
    return signs.count("for") >= needed


def _decide_short(evidence: Evidence) -> Verdict:
    """Equal words of almost no length are chance: all else has to agree, and the id or a picture with it."""
    signs = evidence.sign("date"), evidence.sign("handle")
    if evidence.way == "link":
        return "unverifiable"
    if signs == ("for", "for") or (evidence.way == "own" and "for" in signs):
        return "same"
    return "probably-same" if evidence.way == "own" or "for" in signs else "unverifiable"


def _decide_wordless(evidence: Evidence) -> Verdict:
    """No words to compare: a printed id is the post itself where all else that is printed agrees."""
    signs = evidence.sign("date"), evidence.sign("handle")
    if evidence.way == "own":
        agreed = [evidence.sign(about) == "for" for about in evidence.printed]
        if agreed and not any(agreed):
            return "unverifiable"
        return "same" if all(agreed) and not evidence.loose else "probably-same"
    return "probably-same" if evidence.way == "media" and "for" in signs else "unverifiable"
