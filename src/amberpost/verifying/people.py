"""Who made a post, held against the account that the citation prints; accounts are renamed, and named by numbers."""

from __future__ import annotations

import re
import unicodedata

from ..posts import Post, Reason, Sign
from .cited import Cited
from .wording import make_words, normalize_wording

# Not accounts: X's `/i/status/ID` names none, and Bluesky's addresses may hold the account's key.
_NO_HANDLES = frozenset({"i", "web"})
_RETWEET = re.compile(r"\s*RT\s+[@＠]([A-Za-z0-9_]{1,20})\b")


def judge_handle(cited: Cited, post: Post | None, handle: str | None, *, via: str) -> Reason:
    """Say whether the post's account is the printed one: the record's account counts, else that of the permalink.

    A permalink that a link led to holds the account's name as it was when the post was made, so that a record with
    another one tells of a new name. One that the citation printed itself proves less: any name works in it.

    >>> post = Post(platform="twitter", post_id="20", permalink="", source="syndication", handle="adawren2")
    >>> str(judge_handle(Cited(handle="@AdaWren"), post, "adawren", via="media"))
    'for handle: @AdaWren is printed and in the address that the link led to; the account is @adawren2 now'
    """
    printed, linked = _clean(cited.handle), _clean(handle)
    told = _clean(post.handle) if post else None
    if printed is None:
        return _judge_name(cited, post, told)
    if told is not None and _is_same(printed, told):
        return _reason("for", f"@{printed} is printed, and the post is @{told}'s")
    if linked is not None and _is_same(printed, linked):
        return _renamed(printed, told, via=via) if told else _reason("for", f"@{printed} is printed and in the address")
    known = told or linked
    if known is None:
        return _reason("unknown", f"@{printed} is printed, and nothing tells whose the post is")
    unsure = bool({"handle-unsure", "handle-differs-from-url"} & cited.flags)
    return _reason("unknown" if unsure else "against", f"@{printed} is printed, but the post is @{known}'s")


def find_retweeted(cited: Cited) -> str | None:
    """The account whose post the printed words pass on, `RT @ada: …`: their own post is another, made later.

    >>> find_retweeted(Cited(text="RT @ada: so it is"))
    'ada'
    """
    match = _RETWEET.match(cited.text or "")
    return match[1] if match else None


def has_other_name(cited: Cited, post: Post) -> bool:
    """Tell whether an author's name is printed, and the post's author has another, neither of them a part of the other.

    >>> post = Post(platform="twitter", post_id="20", permalink="", source="syndication", author_name="Ben Fox")
    >>> has_other_name(Cited(author_name="Ada Wren"), post), has_other_name(Cited(author_name="Ben"), post)
    (True, False)
    """
    printed, told = _fold_name(cited.author_name or ""), _fold_name(post.author_name or "")
    return bool(printed and told) and printed not in told and told not in printed


def is_same_handle(one: str | None, other: str | None) -> bool:
    """Tell whether two names are of one account: any case, with or without `@` and, where one lacks it, the server.

    >>> is_same_handle("@Ada@social.example", "ada"), is_same_handle(None, None)
    (True, False)
    """
    first, second = _clean(one), _clean(other)
    return first is not None and second is not None and _is_same(first, second)


def _judge_name(cited: Cited, post: Post | None, told: str | None) -> Reason:
    """Without a handle the display name may speak for a post; it never speaks against one, for it changes at will."""
    whose = f"; the post is @{told}'s" if told else ""
    name, known = cited.author_name, post.author_name if post else None
    if not name or not known:
        return _reason("unknown", f"no account is printed{whose}")
    if _fold_name(name) == _fold_name(known):
        return _reason("for", f"the printed name is {name[:60]}, as the post's author's{whose}")
    return _reason("unknown", f"no account is printed; the name is {name[:60]}, the post's author's {known[:60]}")


def _renamed(printed: str, told: str, *, via: str) -> Reason:
    if via == "own":
        words = f"@{printed} is printed, as in the printed address, but the account is @{told}: renamed, or never right"
        return _reason("unknown", words)
    words = f"@{printed} is printed and in the address that the link led to; the account is @{told} now"
    return _reason("for", words)


def _clean(handle: str | None) -> str | None:
    bare = (handle or "").strip().lstrip("@＠").strip()[:300]
    return None if not bare or bare.lower() in _NO_HANDLES or bare.startswith("did:") else bare


def _is_same(one: str, other: str) -> bool:
    first, second = one.casefold(), other.casefold()
    if first == second:
        return True
    (user, _, server), (name, _, host) = first.partition("@"), second.partition("@")
    return user == name and not (server and host)


def _fold_name(name: str) -> str:
    return make_words(unicodedata.normalize("NFKC", normalize_wording(name[:200]))).key.casefold()


def _reason(sign: Sign, words: str) -> Reason:
    return Reason(sign=sign, about="handle", words=words)
