"""Save Page Now 2 of the Wayback Machine: which page is to be saved, and what its answers say of that.

A save is asked for by POST and goes on by itself; how far it is, its status says. Read in stored copies, 2026-11, not
asked [live]: MKRWW/wortlaut issues 108 and 112 (measured 2026-08), overcast07/wayback-machine-spn-scripts issues 20, 32
and 39, agude/wayback-machine-archiver issues 28 and 29, internetarchive/wayback issue 297.

- `POST /save` with a form (`url`, `if_not_archived_within`) answers 200 with `{"url", "job_id"}`, or with an error.
- `GET /save/status/JOB` answers `status` `pending`, `success` (`timestamp`, `original_url`) or `error` (`status_ext`),
  200 in any case; after about an hour it says `pending` of every job, made up ones too.
- What the page's own site refuses is `error:too-many-requests`, inside 200.
- `GET /save/status/user` answers `available`, `daily_captures`, `daily_captures_limit`.
- An error may hide that the page was saved.

A question's URL has the form as its query: that is how it is told from others, and how its record is named.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

from ..models import Permalink
from ..posts import Reading, Reply
from .wayback import make_list_url, parse_timestamp

HOST = "web.archive.org"
USER_URL = f"https://{HOST}/save/status/user"
MOST_TURNS = 3
_SAVE, _STATUS = f"https://{HOST}/save?url=", f"https://{HOST}/save/status/"
_JOB = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,99}")
# What passes by itself: another save of the same page may be asked for later.
_PASSING = frozenset({"error:too-many-requests", "error:user-session-limit"})


@dataclass(slots=True, frozen=True)
class Told:
    """What an answer says of a save; empty where it says nothing."""

    status: str = ""
    job: str = ""
    timestamp: str = ""
    address: str = ""
    error: str = ""

    @property
    def is_passing(self) -> bool:
        """Whether it is an error that passes by itself."""
        return self.error in _PASSING


@dataclass(slots=True, frozen=True)
class Room:
    """How much may be saved still: at the same time, and today."""

    available: int
    today: int


def make_save_url(permalink: Permalink, turn: int = 0) -> str:
    """The question to save a post's page, unless there is a copy of the last month; each turn is another question.

    >>> make_save_url(Permalink("twitter", "20", "ann", "https://x.com/ann/status/20"))
    'https://web.archive.org/save?url=https%3A%2F%2Fx.com%2Fann%2Fstatus%2F20&if_not_archived_within=30d'
    """
    return f"{_SAVE}{quote(permalink.url, safe='')}&if_not_archived_within={30 - turn}d"


def make_check_url(permalink: Permalink) -> str:
    """The question to the index whether the page was saved after all."""
    return make_list_url(permalink.url)


def is_save(url: str) -> bool:
    """Whether a URL stands for a form that is to be posted; others of the service are read."""
    return url.startswith(_SAVE)


def parse_told(body: bytes) -> Told:
    """Read what an answer says of a save.

    >>> parse_told(b'{"url": "https://x.com/ann/status/20", "job_id": "spn2-0badcafe"}').job
    'spn2-0badcafe'
    >>> parse_told(b'{"status": "error", "status_ext": "error:too-many-requests"}').is_passing
    True
    """
    told = _parse(body)
    words = {name: value for name, value in told.items() if isinstance(value, str) and value.isprintable()}
    job = words.get("job_id", "")
    return Told(
        status=words.get("status", "")[:40],
        job=job if _JOB.fullmatch(job) else "",
        timestamp=words.get("timestamp", "") if parse_timestamp(words.get("timestamp", "")) else "",
        address=words.get("original_url", "")[:2000],
        error=(words.get("status_ext") or words.get("message") or "")[:200] if words.get("status") == "error" else "",
    )


def parse_room(body: bytes) -> Room | None:
    """Read how much may be saved still; `None` for what does not say so.

    >>> parse_room(b'{"available": 8, "daily_captures": 10199, "daily_captures_limit": 40000, "processing": 0}')
    Room(available=8, today=29801)
    """
    told = _parse(body)
    names = ("available", "daily_captures", "daily_captures_limit")
    available, used, most = (told.get(name) for name in names)
    if type(available) is not int or type(used) is not int or type(most) is not int:
        return None
    return Room(available=max(available, 0), today=max(most - used, 0))


def _parse(body: bytes) -> dict[str, object]:
    try:
        told = json.loads(body[:100_000])
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def read_save(reply: Reply, permalink: Permalink) -> Reading:  # noqa: ARG001 - as all readers have it
    """What was answered to the form: where the save's status will stand, or why there is no save."""
    told = parse_told(reply.body)
    if reply.status == 200 and told.job:
        return Reading(outcome="unconfirmed", reason="is being saved", more=f"{_STATUS}{told.job}")
    return Reading(outcome="unreachable", reason=f"{reply.status}: not saved: {told.error or 'it does not say why'}")


def read_status(reply: Reply, permalink: Permalink) -> Reading:  # noqa: ARG001 - as all readers have it
    """What became of a save."""
    told = parse_told(reply.body)
    if reply.status == 200 and told.status == "success" and told.timestamp:
        copy = f"https://{HOST}/web/{told.timestamp}/{told.address}"
        return Reading(outcome="unconfirmed", reason=f"saved as {copy}")
    if told.is_passing:
        return Reading(outcome="rate-limited", reason=f"{reply.status}: not saved: {told.error}")
    why = told.error or ("it was still under way" if told.status == "pending" else "it does not say why")
    return Reading(outcome="unreachable", reason=f"{reply.status}: not known to be saved: {why}")
