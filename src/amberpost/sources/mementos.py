"""Old copies of what told of a post: a page of its time, or a service's record of it, as somebody's archive gives it.

An archive's address of a copy holds, as a rule, 14 digits for its time and the page's own address, and its pages have
that in front of all their links, which is undone here; RFC 7089 has the time in a header, too. The Wayback Machine
gives the bytes as they were captured for addresses with `id_` behind the time. Read in
edgi-govdata-archiving/wayback src/wayback/_client.py and its tests, 2026-11, not asked [live]:

- A copy that is not there leads, by 302, to the copy nearest in time: which one it is stands in the last address.
- Without `id_`, an archived redirect is a page with status 200 that says "Got an HTTP 302 response at crawl time".
- What cannot be played is told on pages of its own: "Wayback Machine has not archived that URL", "This URL has been
  excluded from the Wayback Machine".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..models import Permalink
from ..platforms import parse_permalink
from ..posts import Post, Reading, Reply
from .heads import is_same
from .page import MEMENTO, read_page
from .tweetrecords import read_record_of_tweet
from .wayback import parse_timestamp

Read = Callable[[Reply, Permalink], Reading]

# Copies in other archives, and what TimeGates answer that give the copy at once, without its time in the address.
_HELD = re.compile(r"https?://[^/?#]+(/[^?#]*?)(?:([0-9]{14})([a-z]{2}_)?/)?(https?://.{4,4000})", re.DOTALL)
_LOOKED_AT = 1 << 16
_OWN_PAGES = (
    (re.compile(rb"Got an? HTTP 3[0-9]{2} response at crawl time", re.IGNORECASE), "a redirect, not the post"),
    (re.compile(rb"(?:has not|hasn.{1,8}t) archived that (?:URL|page)", re.IGNORECASE), "no copy, after all"),
    (re.compile(rb"(?:URL|page|site) has been excluded from the Wayback Machine", re.IGNORECASE), "a refusal"),
    (re.compile(rb"<title>\s*(?:Internet Archive: )?Wayback Machine\s*</title>", re.IGNORECASE), "a page of its own"),
)


def read_copy(
    reply: Reply, permalink: Permalink, *, name: str, find_read: Callable[[str, Permalink], Read | None]
) -> Reading:
    """What an old copy says of the post: a record or a page that names the very post, or nothing.

    `name` is the source's, `find_read` knows who reads the answers of the service that an address is of. Counts are of
    the copy's time.
    """
    memento = MEMENTO.fullmatch(reply.url)
    copy = _find_own(reply)
    named = parse_permalink(copy.url)
    if named and not is_same(named, permalink) and named.platform == permalink.platform:
        return Reading(outcome="unreachable", reason=f"a copy of another post: {named.url}")
    if reply.status != 200:
        return Reading(outcome="unreachable", reason=f"{reply.status}: no copy that can be read")
    reading = _read(copy, permalink, find_read(copy.url, permalink))
    when = f"{copy.date:%Y-%m-%d}"
    if reading.post is None:
        own = next((words for form, words in _OWN_PAGES if form.search(reply.body[:_LOOKED_AT])), None)
        said = f"the Wayback Machine gave {own}" if own and memento else reading.reason
        return replace(reading, outcome="unreachable" if own else reading.outcome, reason=f"copy of {when}: {said}")
    if not _is_asked(reading.post, permalink):
        return Reading(outcome="unreachable", reason=f"copy of {when}: another post, {reading.post.post_id[:40]}")
    post = reading.post.model_copy(update={"source": name})
    return replace(reading, reason=f"copy of {when}: {reading.reason}", post=post)


def read_at_timegate(
    reply: Reply, permalink: Permalink, *, name: str, find_read: Callable[[str, Permalink], Read | None]
) -> Reading:
    """What a TimeGate led to, as an old copy: a page that does not tell its time may be the post's own of today."""
    if reply.status == 200 and _find_own(reply) is reply:
        return Reading(outcome="unreachable", reason="200: no copy: neither a header nor the address tells its time")
    return read_copy(reply, permalink, name=name, find_read=find_read)


def _find_own(reply: Reply) -> Reply:
    """A copy as if its page had been asked for itself, then; what is no archive's answer is left as it is."""
    memento, held = MEMENTO.fullmatch(reply.url), _HELD.fullmatch(reply.url)
    stamp = memento[1] if memento else held[2] if held else None
    date = reply.copied or (parse_timestamp(stamp) if stamp else None)
    if date is None:
        return reply
    own = memento[2] if memento else held[4] if held else reply.url
    is_rewritten = held is not None and held[2] is not None and held[3] != "id_"
    body = _undo_links(reply, held[1]) if held and is_rewritten else reply.body
    return replace(reply, url=own, date=date, body=body)


def _undo_links(reply: Reply, path: str) -> bytes:
    """A copy's bytes without what its archive put in front of each address: its own, `path`, the time."""
    host = re.escape(reply.url.partition("://")[2].partition("/")[0])
    front = rf"(?:(?:https?:)?//{host})?{re.escape(path)}[0-9]{{14}}(?:[a-z]{{2}}_)?/(?=https?:)"
    return re.sub(front.encode("ascii", "replace"), b"", reply.body)


def _read(copy: Reply, permalink: Permalink, read: Read | None) -> Reading:
    """By who reads that service's answers now; where it answered otherwise then, by what the bytes look like."""
    reading = read(copy, permalink) if read else None
    if reading and reading.post:
        return reading
    other = (read_record_of_tweet if _is_json(copy) else read_page)(copy, permalink)
    return other if other.post or reading is None else reading


def _is_json(reply: Reply) -> bool:
    return "json" in reply.type or reply.body[:200].lstrip()[:1] in (b"{", b"[")


def _is_asked(post: Post, permalink: Permalink) -> bool:
    return post.platform == permalink.platform and permalink.post_id in (post.post_id, *post.edits)
