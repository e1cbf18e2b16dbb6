"""The links and pictures of a post, held against those that the citation prints.

A code of t.co is one link of one post: another post with the same words has other codes. pic.twitter.com/CODE and
t.co/CODE are one (facts: seven of seven stored records that show both). Codes are case-sensitive.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..platforms import parse_permalink
from ..posts import About, Post, Reason, Sign
from ..urls import normalize_link, parse_url
from .cited import Cited
from .shown import bare_hosts, find_shown

_CODE = re.compile(r"https://(t\.co|pic\.twitter\.com)/([A-Za-z0-9]{1,20})")
_LONGEST = 2000
_MOST_TEXT = 100_000
# Of a text's links whose order is compared: more has no post.
_MOST_SHOWN = 50


@dataclass(slots=True, frozen=True)
class Pointers:
    """What links and media say; `loose` when a printed link is not among those that the record tells.

    `keyed` when a code of t.co is in both: no other post has it.
    """

    reasons: tuple[Reason, ...] = ()
    loose: bool = False
    keyed: bool = False


@dataclass(slots=True, frozen=True, kw_only=True)
class _Told:
    """The codes and addresses that a record tells.

    `open`: it may have more of them. `bare`: its media are told without the links that stand for them.
    """

    codes: frozenset[str]
    addresses: frozenset[str]
    open: bool
    bare: bool


def judge_pointers(cited: Cited, post: Post, *, via: str) -> Pointers:
    """Compare each printed link with the record's; what a record need not tell is unknown, never against.

    >>> post = Post(platform="twitter", post_id="1", permalink="", source="s", text="Rain https://t.co/abcdefghij")
    >>> judge_pointers(Cited(links=("https://t.co/abcdefghiJ",)), post, via="own").reasons[0].sign
    'unknown'
    """
    told = _read_told(post, uncertain="start-uncertain" in cited.flags)
    links = [*cited.links, *find_shown((cited.text or "")[:_MOST_TEXT])]
    codes = dict(_find_codes(links))
    media = sorted(code for code, host in codes.items() if host != "t.co")
    short = sorted(code for code, host in codes.items() if host == "t.co")
    others = [link for link in links if not _CODE.fullmatch(normalize_link(link[:_LONGEST]))]
    found = [
        _judge_codes("media", media, told, spared=False),
        _judge_codes("links", short, told, spared=post.quoted is not None),
        _judge_addresses(others, told),
        _judge_quoted(cited, post),
        *_judge_places(cited, post),
    ]
    reasons = tuple(reason for reason in found if reason)
    # The one media link that led here needs no record that tells of it.
    led = via == "media" and told.bare and len(media) == 1
    loose = any(reason.sign != "for" for reason in (reasons[1:] if led else reasons))
    return Pointers(reasons, loose, keyed=not told.codes.isdisjoint(codes))


def address_key(url: str) -> str:
    """What an address points at, however it is spelt: a post by platform and id, else host and path.

    >>> address_key("http://www.Example.com/a/?x=1"), address_key("twitter.com/a/status/20/photo/1")
    ('example.com/a?x=1', 'twitter 20')
    """
    short = url.strip()[:_LONGEST]
    permalink = parse_permalink(short)
    if permalink:
        return f"{permalink.platform} {permalink.post_id}"
    parts = parse_url(short)
    if parts is None:
        return short
    path = "".join(f"/{part}" for part in parts.path)
    return parts.host.removeprefix("www.") + path + (f"?{parts.query}" if parts.query else "")


def _read_told(post: Post, *, uncertain: bool) -> _Told:
    urls = [url for link in post.links for url in (link.url, link.target)]
    urls += [url for medium in post.media for url in (medium.link, medium.url) if url]
    urls += find_shown((post.text or "")[:_MOST_TEXT])
    return _Told(
        codes=frozenset(code for code, _ in _find_codes(urls)),
        addresses=frozenset(address_key(url) for url in urls),
        open=post.truncated or uncertain or len(post.edits) > 1,
        bare=not any(medium.link for medium in post.media) and (bool(post.media) or not post.links),
    )


def _find_codes(urls: Collection[str]) -> Iterator[tuple[str, str]]:
    """The codes among links, each with the host that it is printed with."""
    for url in urls:
        match = _CODE.fullmatch(normalize_link(url[:_LONGEST]))
        if match:
            yield match[2], match[1]


def _judge_codes(about: About, codes: list[str], told: _Told, *, spared: bool) -> Reason | None:
    """`spared` lets one code go that the record need not tell: that of the post which it quotes."""
    if not codes:
        return None
    missing = [code for code in codes if code not in told.codes]
    name = "media link" if about == "media" else "short link"
    if not missing:
        return _reason(
            "for", about, f"the {_count(len(codes), name)} printed {_stand(codes)} in the record: {_list(codes)}"
        )
    words = f"{_count(len(missing), name)} of {len(codes)} printed not in the record: {_list(missing)}"
    lowered = {code.lower() for code in told.codes}
    if any(code.lower() in lowered for code in missing):
        return _reason("unknown", about, words + ", which has it in other capitals")
    if not told.codes or told.open or told.bare or (spared and len(missing) == 1):
        return _reason("unknown", about, words + ", which need not tell them all")
    return _reason("against", about, words)


def _judge_addresses(links: list[str], told: _Told) -> Reason | None:
    """Whole addresses, which a site may have rewritten: one that fits speaks for the post, none speaks against it."""
    if not links:
        return None
    missing = [link for link in links if not _is_told(link, told)]
    if not missing:
        return _reason("for", "links", f"the {_count(len(links), 'link')} printed lead where the post's lead")
    return _reason("unknown", "links", f"{_count(len(missing), 'link')} of {len(links)} printed not in the record")


def _is_told(link: str, told: _Told) -> bool:
    return _is_of(address_key(link), told.addresses)


def _judge_places(cited: Cited, post: Post) -> Iterator[Reason]:
    """Links among words are words: swapped they say another thing, and left out they may have been no links."""
    hosts = bare_hosts(link.target for link in post.links)
    printed = find_shown((cited.text or "")[:_MOST_TEXT], hosts=hosts)[:_MOST_SHOWN]
    told = find_shown((post.text or "")[:_MOST_TEXT], hosts=hosts)[:_MOST_SHOWN]
    targets = {address_key(link.url): address_key(link.target) for link in post.links}
    theirs = [{key, targets.get(key, key)} for key in map(address_key, told)]
    ours = [key for key in map(address_key, printed) if any(_is_of(key, names) for names in theirs)]
    left = iter(theirs)
    if not all(any(_is_of(key, names) for names in left) for key in ours):
        yield _reason("unknown", "links", "the links among the printed words stand in another order, or more often")
    lone = [
        link
        for link, names in zip(told, theirs, strict=True)
        if _is_plain(link)
        and not _is_of(address_key(link), {*targets, *targets.values()})
        and not any(_is_of(key, names) for key in ours)
    ]
    if lone:
        words = f"{_count(len(lone), 'address')} in the post's words"
        yield _reason("unknown", "links", f"{words} may be words: not printed, and no link of the record's")


def _is_of(key: str, names: Collection[str]) -> bool:
    """Whether an address, which may be cut with dots, is one of these."""
    stem = key.rstrip(".…") if key.endswith(("...", "…")) else None
    return key in names or (bool(stem) and any(name.startswith(stem or "") for name in names))


def _is_plain(link: str) -> bool:
    """Whether a link is shown without a scheme, and is none of X's short ones."""
    return "://" not in link and not _CODE.fullmatch(normalize_link(link[:_LONGEST]))


def _judge_quoted(cited: Cited, post: Post) -> Reason | None:
    if not cited.quoted or not post.quoted:
        return None
    if address_key(cited.quoted) == address_key(post.quoted):
        return _reason("for", "links", "it quotes the post that is printed as quoted")
    return _reason("against", "links", "it quotes another post than the one that is printed as quoted")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _stand(codes: list[str]) -> str:
    return "stands" if len(codes) == 1 else "stand"


def _list(codes: list[str]) -> str:
    return ", ".join(codes[:3]) + (", …" if len(codes) > 3 else "")


def _reason(sign: Sign, about: About, words: str) -> Reason:
    return Reason(sign=sign, about=about, words=words)
