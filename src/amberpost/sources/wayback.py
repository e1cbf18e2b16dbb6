"""The Wayback Machine's index (CDX server): which old copies of a post it holds, asked by each spelling of its address.

Read in stored copies, 2026-11, nothing asked [live]: internetarchive/wayback wayback-cdx-server/README.md and
CDXServer.java, its issues, and edgi-govdata-archiving/wayback src/wayback/_client.py.

- Documented, and used here: `url` with `matchType=prefix` (an address with `?s=20`, `?ref_src=` or `/photo/1` behind
  it is a key of its own), `output=json` (its first row names the columns), `fl`, `filter=!FIELD:REGEX` (matched with
  the whole field), `from`, `collapse=digest` (neighbours only), `limit`, `showResumeKey`.
- `closest` does nothing without `sort=closest` (issue 237, 2022-02), which fits exact queries only (pywb and arquivo.pt
  say so) and no resume key, as that goes on in the order of time. A copy cannot be older than its post, so a list
  that begins at the post's own day is the same as one by nearness, and all of that is documented.
- `fastLatest` gives no newest rows with prefixes (issue 299, 2025-12): not used. Nor is the availability API.
- The resume key is only right when `urlkey` is among the columns (issue 121, 2016-03).
- Keys are in lower case and without scheme and `www.`: rows of other posts come along, and are left out here.
- Rows of what was stored before have status `-` and media type `warc/revisit`: they are played like others.
- A site whose owner asked for it is refused with `AdministrativeAccessControlException: Blocked Site Error`, as text
  (travisbrown/cancel-culture issue 54, 2022-01).
- X's pages hold no words without scripts since mid-2020; what is archived since is often the record as JSON under
  twitter.com ("you can often find X posts archived as JSON objects", Internet Archive by mail, 2025-06, in
  internetarchive/wayback-machine-webextension issue 1054; other tools tell it by the media type application/json).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from ..models import Permalink
from ..platforms import BY_ID, parse_permalink
from ..posts import Lead, Reading, Reply
from .bodies import read_status
from .heads import is_same

_ASK = "https://web.archive.org/cdx/search/cdx?url="
_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
_LIMIT = 200  # rows of one answer; a post has seldom a tenth of that
_OPTIONS = (
    f"&output=json&fl={','.join(_FIELDS)}&filter=%21statuscode%3A%5B345%5D..&collapse=digest"
    f"&limit={_LIMIT}&showResumeKey=true"
)
_MOST_ROWS = 2000
_MOST_LEADS = 30
# An id as long as this is no beginning of another's.
_LONG_ID = 10
_BARE = re.compile(r"https?://(?:www\.)?")
# The addresses that a post has or had, beside its canonical one; `{handle}` only where the account is known.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "twitter": (
        "twitter.com/{handle}/status/{post_id}",
        "mobile.twitter.com/{handle}/status/{post_id}",
        "x.com/{handle}/status/{post_id}",
    ),
    "instagram": ("instagram.com/p/{post_id}", "instagram.com/reel/{post_id}"),
    "youtube": ("youtube.com/watch?v={post_id}", "youtu.be/{post_id}"),
}
_NAMELESS = ("twitter.com/i/status/{post_id}", "twitter.com/i/web/status/{post_id}", "x.com/i/status/{post_id}")
_TIMESTAMP = re.compile(r"[12][0-9]{13}")
_KEY = re.compile(r"[\w.%+*!()~:,/=-]{3,2000}", re.ASCII)
_ORIGINAL = re.compile(r"https?://[!-~]{4,2000}")
_BLOCKED = ("AdministrativeAccessControlException", "RobotAccessControlException")
_PLAYED = frozenset({"200", "-"})
_SCRIPTS_SINCE = dt.datetime(2020, 6, 1, tzinfo=dt.UTC)


def make_cdx_urls(permalink: Permalink, *, near: dt.datetime | None) -> tuple[str, ...]:
    """The questions to the index about a post: one for each spelling of its address, from its own day on.

    `near` is when it was cited, which is after it was posted, if that is right: it is no reason to leave out anything.

    >>> asked = Permalink("twitter", "1862485943811391923", "adawren", "https://x.com/adawren/status/1862485943811391923")
    >>> [url.partition("url=")[2][:27] for url in make_cdx_urls(asked, near=None)]
    ['twitter.com%2Fadawren%2Fsta', 'mobile.twitter.com%2Fadawre', 'x.com%2Fadawren%2Fstatus%2F']
    """
    del near
    began = _find_beginning(permalink)
    scope = "&matchType=prefix" if len(permalink.post_id) >= _LONG_ID else ""
    start = f"&from={began:%Y%m%d}" if began else ""
    return tuple(f"{_ASK}{quote(url, safe='')}{scope}{_OPTIONS}{start}" for url in find_spellings(permalink))


def make_list_url(url: str) -> str:
    """The question to the index about one address, as it is spelled.

    >>> make_list_url("https://x.com/ann/status/20").partition("url=")[2].partition("&")[0]
    'x.com%2Fann%2Fstatus%2F20'
    """
    return f"{_ASK}{quote(_BARE.sub('', url, count=1), safe='')}{_OPTIONS}"


def find_spellings(permalink: Permalink) -> Iterator[str]:
    """The addresses that a post has or had, without their scheme, as archives may hold it.

    >>> list(find_spellings(Permalink("instagram", "CODE", None, "https://www.instagram.com/p/CODE/")))
    ['instagram.com/p/CODE', 'instagram.com/reel/CODE']
    """
    forms = _SPELLINGS.get(permalink.platform, ())
    if permalink.platform == "twitter" and not permalink.handle:
        forms = _NAMELESS
    for form in forms:
        yield form.format(handle=permalink.handle, post_id=permalink.post_id)
    if not forms:
        yield _BARE.sub("", permalink.url, count=1)


def _find_beginning(permalink: Permalink) -> dt.date | None:
    """The day before the post's own: clocks differ."""
    platform = BY_ID.get(permalink.platform)
    instant = platform.parse_instant(permalink.post_id) if platform else None
    return (instant - dt.timedelta(days=1)).date() if instant and instant.year > 1990 else None


def make_memento_url(timestamp: str, original: str) -> str:
    """The address of a copy's bytes as they were captured, which `id_` asks for.

    >>> make_memento_url("20241130101112", "https://twitter.com/jack/status/20")
    'https://web.archive.org/web/20241130101112id_/https://twitter.com/jack/status/20'
    """
    return f"https://web.archive.org/web/{timestamp}id_/{original}"


def parse_timestamp(stamp: str) -> dt.datetime | None:
    """The UTC instant that 14 digits stand for.

    >>> parse_timestamp("20241130101112").isoformat(), parse_timestamp("20241399000000")
    ('2024-11-30T10:11:12+00:00', None)
    """
    if not _TIMESTAMP.fullmatch(stamp):
        return None
    try:
        return dt.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return None


class _Answer(NamedTuple):
    rows: Sequence[Mapping[str, str]]
    key: str | None


def read_cdx(reply: Reply, permalink: Permalink) -> Reading:
    """What the index says: the copies of this very post as leads, and where its list goes on.

    That there is no copy says nothing of the post; the outcome is `unconfirmed` either way, as no list shows a post.

    >>> import datetime as dt
    >>> asked = Permalink("twitter", "20", "jack", "https://x.com/jack/status/20")
    >>> body = b'[["timestamp","original"],["20130101000000","http://twitter.com/jack/status/20"]]'
    >>> reply = Reply(url="", status=200, type="", body=body, date=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    >>> [lead.url for lead in read_cdx(reply, asked).leads]
    ['https://web.archive.org/web/20130101000000id_/http://twitter.com/jack/status/20']
    """
    text = reply.body.decode("utf-8", "replace")
    if any(name in text[:4000] for name in _BLOCKED):
        return Reading(outcome="unreachable", reason="the Wayback Machine does not show copies of this site or account")
    reading = read_status(reply)
    if reading or reply.status != 200:
        return reading or Reading(outcome="unreachable", reason=f"{reply.status}: no list of copies")
    answer = _parse_answer(text)
    if answer is None:
        return Reading(outcome="unreachable", reason=f"200: {len(reply.body)} bytes that are no list of copies")
    leads = tuple(_find_leads(answer.rows, permalink))
    reason = f"{len(leads)} copies in the Wayback Machine" if leads else "no copy in the Wayback Machine"
    return Reading(outcome="unconfirmed", reason=reason, leads=leads, more=_make_more(reply.url, answer.key))


def _parse_answer(text: str) -> _Answer | None:
    """The rows and the resume key of an answer in either form; `None` for what is neither."""
    if not text.strip():
        return _Answer([], None)
    if text.lstrip().startswith("["):
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            return None
        lines = [[str(cell) for cell in row] for row in told[:_MOST_ROWS] if isinstance(row, list)]
    else:
        lines = [line.split() for line in text.splitlines()[:_MOST_ROWS]]
    return _split(lines)


def _split(lines: Sequence[Sequence[str]]) -> _Answer | None:
    """The resume key is what follows an empty row."""
    end = next((place for place, line in enumerate(lines) if not line), len(lines))
    key = lines[end + 1][0] if end + 1 < len(lines) and len(lines[end + 1]) == 1 else None
    rows = [list(line) for line in lines[:end]]
    names: Sequence[str] = _FIELDS
    if rows and {"timestamp", "original"} <= set(rows[0]):
        names = rows.pop(0)
    found = [dict(zip(names, row, strict=False)) for row in rows if len(row) == len(names)]
    return _Answer(found, key) if found or not rows else None


def _find_leads(rows: Iterable[Mapping[str, str]], permalink: Permalink) -> Iterator[Lead]:
    """The copies that can be played, each content once: the first that has it."""
    seen: set[str] = set()
    for row in rows:
        lead = _parse_lead(row, permalink)
        content = row.get("digest", "-")
        if lead is None or (content in seen and content != "-"):
            continue
        seen.add(content)
        yield lead
        if len(seen) >= _MOST_LEADS:
            return


def _parse_lead(row: Mapping[str, str], permalink: Permalink) -> Lead | None:
    original, stamp = row.get("original", ""), row.get("timestamp", "")
    date = parse_timestamp(stamp)
    if date is None or not _ORIGINAL.fullmatch(original) or row.get("statuscode", "-") not in _PLAYED:
        return None
    named = parse_permalink(original)
    if named is None or not is_same(named, permalink):
        return None
    is_empty = (
        permalink.platform == "twitter" and date >= _SCRIPTS_SINCE and row.get("mimetype", "") != "application/json"
    )
    return Lead(make_memento_url(stamp, original), date, rank=int(is_empty))


def _make_more(url: str, key: str | None) -> str | None:
    """The same question, from where the list broke off; the key comes encoded for a URL."""
    if not key or not _KEY.fullmatch(key) or not url.startswith(_ASK):
        return None
    return f"{url.partition('&resumeKey=')[0]}&resumeKey={key}"
