"""The items of a credit line, each parsed forwards from one place: `X/@somebody`, `Some Name/X`, `@somebody on X`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...platforms import parse_permalink
from .forms import (
    ACCOUNT_FORMS,
    ACCOUNT_PLATFORM,
    AGENCY,
    BETWEEN,
    GLUED_FORMS,
    HEADS,
    LINK,
    LINKED_NAME,
    NAME_FORMS,
    NEEDED,
    PLATFORM,
    PLATFORM_FORMS,
    SLASHED_FORMS,
    WIDE_FORMS,
    Forms,
    compile_once,
)
from .names import AGENCIES, COMPANIES, NO_NAMES, NOT_ACCOUNTS, UNNAMED, is_handle
from .words import HOSTS, JOINERS, KEYWORD_PARTS, platform_of

REACH = 120
"""How far a line is read from where an item may begin; it bounds the time spent on any one place."""
MOST_ITEMS = 12
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp4|html?|php|js|py|ts|css|pdf)$", re.IGNORECASE)


@dataclass(slots=True, frozen=True, kw_only=True)
class Item:
    """One account, name or platform of a credit line; `form` says which of the shapes it has."""

    form: str
    platform: str
    start: int
    end: int
    name: str | None = None
    handle: str | None = None
    post_id: str | None = None
    permalink: str | None = None
    sep: str | None = None
    flags: tuple[str, ...] = ()


def parse_item(text: str, pos: int, *, limit: int) -> Item | None:
    """The item that begins exactly at `pos`, or None.

    >>> parse_item("X/@some_body, AP", 0, limit=16).handle
    'some_body'
    """
    if (link := LINK.match(text, pos, limit)) is not None:
        return _link_item(link)
    for form, pattern in _forms_for(text, pos, limit):
        marks = NEEDED.get(pattern)
        if marks is not None and compile_once(marks).search(text, pos, limit) is None:
            continue
        match = compile_once(pattern).match(text, pos, limit)
        if match is not None and (item := _item(form, match)) is not None:
            return item
    return None


def _forms_for(text: str, pos: int, limit: int) -> Forms:
    if text[pos : pos + 1] in ("@", "＠", "[") or text.startswith("u/", pos):
        return ACCOUNT_FORMS + LINKED_NAME
    slashed = SLASHED_FORMS if text.find("/", pos, limit) >= 0 else ()
    if compile_once(PLATFORM).match(text, pos, limit) is not None:
        return PLATFORM_FORMS + slashed
    wide = WIDE_FORMS if text[pos : pos + 1] > "\u2e7f" else ()
    return GLUED_FORMS + slashed + NAME_FORMS + wide


def account_before_platform(text: str, at: int) -> bool:
    """Whether the account at `at` is followed by a platform, whatever stands between.

    >>> account_before_platform("@somebody on X", 0)
    True
    """
    return compile_once(ACCOUNT_PLATFORM).match(text, at, at + REACH) is not None


def find_items(text: str, pos: int, *, limit: int) -> Iterator[Item]:
    """The items of a list that begins at `pos`: further keywords are passed over, agencies are no items.

    The span of an item begins at the keyword in front of it, if there is one.
    """
    start = pos
    for _ in range(MOST_ITEMS):
        after = compile_once(HEADS).match(text, pos, limit)
        pos = after.end() if after is not None else pos
        item = parse_item(text, pos, limit=limit)
        if item is None:
            passed = AGENCY.match(text, pos, limit)
            if passed is None or passed.group().casefold() not in AGENCIES:
                return
            pos = passed.end()
        else:
            yield item if item.start == start else replace(item, start=start)
            pos = item.end
        between = BETWEEN.match(text, pos, limit)
        if between is None:
            return
        start = pos = between.end()


def share_platforms(items: list[Item]) -> list[Item]:
    """Gives the accounts of a list the platform that is printed once for all of them: `@one, @two/X`.

    >>> [item.platform for item in share_platforms(list(find_items("@one, @two/X", 0, limit=12)))]
    ['twitter', 'twitter']
    """
    shared = list(items)
    for at in range(len(items) - 2, -1, -1):
        if items[at].form == "account" and shared[at + 1].form == "account-platform":
            shared[at] = replace(shared[at], form="account-platform", platform=shared[at + 1].platform, flags=())
    for at in range(1, len(items)):
        if shared[at].form == "account" and shared[at - 1].form == "platform-account":
            shared[at] = replace(shared[at], form="platform-account", platform=shared[at - 1].platform, flags=())
    return shared


def end_of_head(text: str, pos: int, *, limit: int) -> int:
    """Where a run of keywords and joining words that begins at `pos` ends; `pos` itself when there is none."""
    match = compile_once(HEADS).match(text, pos, limit)
    return match.end() if match is not None else pos


def line_end(text: str, pos: int) -> int:
    """Where the line ends, at most REACH characters on."""
    end = text.find("\n", pos, pos + REACH)
    return end if end >= 0 else min(len(text), pos + REACH)


def after_marks(text: str, pos: int) -> int:
    """Behind at most five blanks and marks of emphasis."""
    end = pos + 5
    while pos < end and text[pos : pos + 1] in (" ", "\xa0", "*", "_", "\t", "\u3000"):
        pos += 1
    return pos


def _item(form: str, match: re.Match[str]) -> Item | None:
    groups = match.groupdict()
    platform = _platform(groups)
    if groups.get("handle") is not None:
        return _account(form, match, platform)
    if groups.get("name") is not None:
        return _named(form, match, platform)
    return Item(form=form, platform=platform, start=match.start(), end=match.end(), flags=("no-author",))


def _platform(groups: dict[str, str | None]) -> str:
    if groups.get("twitter"):
        return "twitter"
    if groups.get("url"):
        link = LINK.match(groups["url"] or "")
        return HOSTS[link["host"].lower()] if link is not None else "unknown"
    return platform_of(groups.get("platform") or groups.get("cased") or "") or "unknown"


def _account(form: str, match: re.Match[str], platform: str) -> Item | None:
    raw, end = match["handle"], match.end()
    handle = raw.replace("\\", "")
    if platform in ("twitter", "telegram"):
        handle = (re.match(r"\w*", handle) or match).group()
    handle = handle.rstrip(".-")
    if not handle or (handle.isdigit() and len(handle) < 3):
        return None
    if match.end("handle") == end:
        end -= len(raw.replace("\\", "")) - len(handle)
    if match.groupdict().get("open") and match.string[end : end + 1] in (")", "）", "]"):
        end += 1
    flags = ("platform-unknown",) if platform == "unknown" else ()
    return Item(
        form=form,
        platform=platform,
        start=match.start(),
        end=end,
        handle=handle,
        flags=flags,
        sep=match.groupdict().get("sep"),
    )


def _named(form: str, match: re.Match[str], platform: str) -> Item | None:
    end = match.end() + bool(match.groupdict().get("open"))
    parts = [part.strip() for part in match["name"].split("/")]
    if parts[0] == "r":  # a place to talk in, not an author
        return Item(form=form, platform=platform, start=match.start(), end=end, flags=("no-author",))
    account = next((word for part in parts for word in part.split() if word[:1] in ("@", "＠")), None)
    if account is not None:
        return Item(form=form, platform=platform, start=match.start(), end=end, handle=account[1:])
    kept = [part for part in parts if part and not _is_unnamed(part)]
    kept = [part for part in kept if platform_of(part) is None] or kept
    if not kept:
        return Item(form=form, platform=platform, start=match.start(), end=end, flags=("no-author",))
    own = [part for part in kept if part.casefold() not in AGENCIES]
    name = (own or kept)[-1]
    if platform_of(name.split()[-1]) is not None or name.casefold() in COMPANIES:
        return None
    if form == "platform-name" and _is_product(match, name):
        return None
    if match.end("name") == match.end():
        name, end = _without_stop(name, end)
    if not name or name.isdigit() or _FILE.search(name) or (form == "platform-of-name" and platform == "threads"):
        return None
    if len(name) == 1 and name.isascii():
        return None
    if own and form != "platform-of-name" and is_handle(name, platform=platform):
        return Item(form=form, platform=platform, start=match.start(), end=end, handle=name, flags=("handle-unsure",))
    return Item(form=form, platform=platform, start=match.start(), end=end, name=name)


def _is_unnamed(part: str) -> bool:
    """Whether what stands where an author would names none: `Screenshot`, `Social media`."""
    folded = part.casefold()
    words = folded.split()
    return folded in UNNAMED or all(word in KEYWORD_PARTS or word in JOINERS for word in words)


def _is_product(match: re.Match[str], name: str) -> bool:
    """Whether the word behind a platform's name belongs to it: `Facebook Messenger`, `Twitter API`, `X Corp`."""
    if match.string[match.start("name") - 1] not in " \xa0":
        return False
    alone = " " not in name
    return name.split()[0] in NO_NAMES or (alone and (match["platform"] == "X" or (name.isupper() and len(name) < 5)))


def _without_stop(name: str, end: int) -> tuple[str, int]:
    bare = name.rstrip(".-")
    return bare, end - (len(name) - len(bare))


def _link_item(match: re.Match[str]) -> Item | None:
    path, platform = (match["path"] or "").rstrip(".,;:!"), HOSTS[match["host"].lower()]
    end = match.end() - len((match["path"] or "")[len(path) :])
    parts = [part for part in path.partition("?")[0].split("/") if part]
    if not parts:
        return Item(form="link", platform=platform, start=match.start(), end=end, flags=("no-author",))
    permalink = parse_permalink(f"{match['host']}/{path}")
    if permalink is not None:
        return Item(
            form="link",
            platform=permalink.platform,
            start=match.start(),
            end=end,
            handle=permalink.handle,
            post_id=permalink.post_id,
            permalink=permalink.url,
        )
    if len(parts) == 2 and parts[0] in ("in", "u", "user", "c", "company", "s", "profile"):
        parts = parts[1:]
    handle = parts[0].lstrip("@")
    if len(parts) == 1 and handle.casefold() not in NOT_ACCOUNTS and is_handle(handle, platform=platform):
        return Item(form="link", platform=platform, start=match.start(), end=end, handle=handle)
    return None
