"""A post read out of a page that is its own, or an archived copy of it: its markup, an old Twitter page, or its head.

Each way must name the asked post; a page of another, of a wall, or of scripts alone says nothing of it. What sites
say of themselves was collected from public readers that look for it, 2022 to 2026, in English; a guess, each of them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from ..charsets import decode_unnamed
from ..finding.html import find_html_embeds
from ..models import Permalink, Sighting
from ..posts import Outcome, Post, PostLink, Reading, Reply
from ..urls import parse_url
from .bodies import make_unreadable, parse_record, read_status
from .heads import NAME, Head, find_address, is_same, parse_head, read_head
from .telegram import parse_message
from .twitterpage import parse_page

_PAGE_LIMIT = 4 << 20  # bytes; YouTube's pages have more than one million
MEMENTO = re.compile(r"https?://web\.archive\.org/web/([0-9]{14})(?:[a-z]{2}_)?/(.{4,4000})", re.DOTALL)
_LOGIN_PATHS = frozenset({"login", "log-in", "signin", "accounts/login", "login.php", "i/flow/login", "checkpoint"})
# What a title says when there is no post behind it.
_TITLES: Mapping[Outcome, re.Pattern[str]] = {
    "login-walled": re.compile(
        r"Log ?in(?:to)?\b.{0,20}(?:Instagram|Facebook|X|Twitter|Threads|TikTok)\b.*|Login on Twitter"
        r"|(?:Instagram|Facebook|X|Twitter|Threads|TikTok) [-•·–|] Log ?in\b.*|You must log in to continue.*",
        re.IGNORECASE,
    ),
    "suspended": re.compile(r"(?:Twitter / |X / )?Account Suspended.*", re.IGNORECASE),
    "protected": re.compile(r".{0,100}['’]s (?:Tweets|account) (?:are|is) protected.*", re.IGNORECASE),
    "unconfirmed": re.compile(
        r"Page Not Found\b.{0,30}|Twitter / \?|(?:Sorry, )?(?:that|this) page (?:doesn|isn).{0,40}", re.IGNORECASE
    ),
}
# What YouTube's player is told of a film that it does not show (yt-dlp/yt-dlp, youtube extractor, as of 2026).
_PLAYABILITY = re.compile(r'"playabilityStatus":\{"status":"([A-Z_]{2,40})"(?:,"reason":"([^"\\]{0,300}))?')
_PLAYER: Sequence[tuple[str, Outcome]] = (
    ("private", "protected"),
    ("confirm your age", "age-restricted"),
    ("inappropriate", "age-restricted"),
    ("terminated", "suspended"),
    ("in your country", "withheld"),
    ("legal", "withheld"),
    ("unavailable", "unconfirmed"),
    ("removed", "unconfirmed"),
)
_SIGNED_IN = "visible only to people who are signed in"  # bskyweb/templates/post.html of bluesky-social/social-app


def read_page(reply: Reply, permalink: Permalink) -> Reading:
    """Read the post's own page, or a copy of it.

    >>> page = b'<meta property="og:url" content="https://x.com/ann/status/20"><title>Ann on X: "Rain" / X</title>'
    >>> at = Permalink("twitter", "20", "ann", "https://x.com/ann/status/20")
    >>> read_page(Reply(url="", status=200, type="text/html", body=page, date=dt.datetime.now(dt.UTC)), at).post.text
    'Rain'
    """
    told = read_status(reply) or _read_address(reply)
    if told:
        return told
    if reply.status in (404, 410):
        return Reading(outcome="unconfirmed", reason=f"{reply.status}: the page is not there")
    if reply.status != 200:
        return Reading(outcome="unreachable", reason=f"{reply.status}: the page was refused")
    if reply.type.endswith("json") or reply.body[:1] == b"{":
        is_record = parse_record(reply.body) is not None
        return make_unreadable(reply, "a page: JSON, which another source reads" if is_record else "a page")
    return _read_markup(decode_unnamed(reply.body[:_PAGE_LIMIT]), reply, permalink)


def _read_markup(page: str, reply: Reply, permalink: Permalink) -> Reading:
    if permalink.platform == "telegram":
        shown = parse_message(page, reply, permalink)
        if shown:
            return shown
    if permalink.platform == "twitter":
        served = parse_page(page, permalink)
        if served:
            return _found("a page as Twitter's servers made it", served, reply)
    head = read_head(page)
    post = parse_head(head, permalink)
    embedded = _find_embed(page, permalink)
    if embedded and (post is None or post.text is None or post.truncated):
        return _found("the page holds the post as markup", embedded, reply)
    if post:
        return _found("the page's head tells of the post", post, reply)
    return _read_refusal(page, head, reply, permalink)


def _found(reason: str, post: Post, reply: Reply) -> Reading:
    is_counted = any(count is not None for count in (post.likes, post.reposts, post.replies))
    dated = post.model_copy(update={"counted_at": _find_made(reply)}) if is_counted else post
    return Reading(outcome="found", reason=reason, post=dated)


def _find_made(reply: Reply) -> dt.datetime:
    """When the page was made: of a copy that an archive holds, when it was copied."""
    memento = MEMENTO.match(reply.url)
    try:
        return dt.datetime.strptime(memento[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC) if memento else reply.date
    except ValueError:
        return reply.date


def _read_address(reply: Reply) -> Reading | None:
    """What the address says that the answer came from, where a site leads to when it does not show a post."""
    memento = MEMENTO.match(reply.url)
    url = parse_url(memento[2] if memento else reply.url)
    path = "/".join(url.path).lower() if url else ""
    if path in _LOGIN_PATHS:
        return Reading(outcome="login-walled", reason=f"led to the login page /{path}")
    if path == "account/suspended":
        return Reading(outcome="suspended", reason="led to /account/suspended")
    return None


def _find_embed(page: str, permalink: Permalink) -> Post | None:
    """The asked post among those whose markup the page holds, with its words."""
    if permalink.post_id not in page:  # which spares most pages a search
        return None
    for sighting in find_html_embeds(page):
        if sighting.text and sighting.platform == permalink.platform and sighting.post_id == permalink.post_id:
            return _make_post(sighting, permalink)
    return None


def _make_post(sighting: Sighting, permalink: Permalink) -> Post:
    return Post(
        platform=permalink.platform,
        post_id=permalink.post_id,
        permalink=sighting.permalink or permalink.url,
        source=NAME,
        handle=sighting.handle or permalink.handle,
        author_name=sighting.author_name,
        posted_at=sighting.posted_at,
        text=sighting.text,
        truncated="text-truncated" in sighting.flags or "cut-short" in sighting.flags,
        lang=sighting.lang,
        links=tuple(PostLink(url=link, target=link) for link in sighting.links),
        quoted=sighting.quoted,
    )


def _read_refusal(page: str, head: Head, reply: Reply, permalink: Permalink) -> Reading:
    """Why a page does not tell of the post."""
    title = head.first("title")
    for outcome, pattern in _TITLES.items():
        if pattern.fullmatch(title[:300]):
            return Reading(outcome=outcome, reason=f"the page is titled “{title[:200]}”")
    if permalink.platform == "bluesky" and _SIGNED_IN in head.first("og:description"):
        return Reading(outcome="login-walled", reason="its author shows posts only to people who are signed in")
    if permalink.platform == "youtube":
        status = _PLAYABILITY.search(page)
        if status and status[1] != "OK":
            return _read_player(status[1], status[2] or "")
    address = find_address(head, permalink)
    if address and not is_same(address, permalink):
        return Reading(outcome="unreachable", reason=f"the page is of another post: {address.url[:200]}")
    named = f"titled “{title[:100]}”" if title else "without a title"
    return make_unreadable(reply, f"a page that tells of the post ({named}): a shell of scripts, or another page")


def _read_player(status: str, reason: str) -> Reading:
    told = f"YouTube's player says {status}: {reason}"
    for words, outcome in _PLAYER:
        if words in reason.lower():
            return Reading(outcome=outcome, reason=told)
    return Reading(outcome="login-walled" if status == "LOGIN_REQUIRED" else "unreachable", reason=told)
