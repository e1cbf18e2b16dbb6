"""How often which host is asked: one table, and the lanes that the hosts are queued in."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from ...models import ArchiveError


@dataclass(slots=True, frozen=True)
class Service:
    """A budget of requests: for one host, or for what begins with `path` at it.

    `seconds` lie between two requests, `connections` are open at a time, `robots` tells whether robots.txt is asked
    first. `is_limit` marks what the service itself enforces: nobody goes faster. `rest` is for how many seconds it is
    left alone after a 429 that names no time.
    """

    name: str
    host: str = ""
    path: str = ""
    connections: int = 1
    seconds: float = 1.0
    robots: bool = True
    is_limit: bool = False
    rest: float = 0.0


DEFAULT = Service("any other host")

# Services of one name share one budget. Wayback: 24 and 300 a minute, of 30 and 600 that it allows an address; who
# goes on asking for a minute after a 429 is shut out for an hour (edgi-govdata-archiving/wayback 137 and 0.5.1). Saves:
# 5 a minute, of 6 (palewire/waybackpy 187; 12 in 2023, overcast07/wayback-machine-spn-scripts 20).
SERVICES = (
    Service("t.co", "t.co", seconds=0.5, robots=False),
    Service("cdn.syndication.twimg.com", "cdn.syndication.twimg.com", robots=False),
    Service("publish.x.com", "publish.x.com", robots=False),
    Service("publish.x.com", "publish.twitter.com", robots=False),
    Service("web.archive.org/cdx/", "web.archive.org", "/cdx/", seconds=2.5, robots=False, is_limit=True, rest=120.0),
    Service(
        "web.archive.org/web/", "web.archive.org", "/web/", 2, seconds=0.2, robots=False, is_limit=True, rest=120.0
    ),
    Service(
        "web.archive.org/save/status/",
        "web.archive.org",
        "/save/status/",
        seconds=2.0,
        robots=False,
        is_limit=True,
        rest=120.0,
    ),
    Service("web.archive.org/save", "web.archive.org", "/save", seconds=12.0, robots=False, is_limit=True, rest=300.0),
)
_BY_HOST = {host: tuple(one for one in SERVICES if one.host == host) for host in {one.host for one in SERVICES}}
_BY_NAME = {service.name: service for service in reversed(SERVICES)}

NO_LANE = "-"  # of what has no host: the policy refuses it
_URL = re.compile(r"https?://(?:[^/?#@\\]*+@)?+(\[[^\]/?#\\]*+\]|[^/?#:\\]*+)(?::[0-9]*+)?+(/[^?#]*)?", re.IGNORECASE)
_LONGEST_HOST = 253


def find_lane(url: str) -> str:
    """The lane that a URL is queued in: its host, or the service there that has a budget of its own. Never raises.

    >>> find_lane("https://T.CO/02OQCDI90m"), find_lane("https://web.archive.org/cdx/search/cdx?url=a.example")
    ('t.co', 'web.archive.org/cdx/')
    """
    match = _URL.match(url)
    if match is None:
        return NO_LANE
    host = _spell_host(match[1][: 2 * _LONGEST_HOST])  # what is kept of hostile ones stays small
    path = match[2] or "/"
    return next((one.name for one in _BY_HOST.get(host, ()) if path.startswith(one.path)), host)


def find_service(lane: str) -> Service:
    """The budget of a lane.

    >>> find_service("t.co").seconds, find_service("news.example").seconds
    (0.5, 1.0)
    """
    return _BY_NAME.get(lane, DEFAULT)


def is_service(lane: str) -> bool:
    """Whether a lane has a budget of its own, which all shards of a job share.

    >>> is_service("t.co"), is_service("news.example")
    (True, False)
    """
    return lane in _BY_NAME


@lru_cache(maxsize=4096)
def _spell_host(printed: str) -> str:
    host = printed.lower().rstrip(".")[:_LONGEST_HOST]
    try:
        return (host if host.isascii() else host.encode("idna").decode("ascii")) or NO_LANE
    except UnicodeError:
        return host


class Manners:
    """The table as this run keeps it: slower as one likes, faster only by one who can be reached.

    `rate` is in requests a second and a lane. Without a `contact` all lanes are asked half as often, and `warning` says
    so. Of `shards` that share a job each has its part of the rate at the services that all of them ask. Raises
    `ArchiveError`, with advice, for a rate that is no number above 0, or too fast without a contact.

    >>> Manners(contact="desk@archive.example").find_seconds("t.co"), Manners().find_seconds("t.co")
    (0.5, 1.0)
    """

    def __init__(self, *, contact: str | None = None, rate: float | None = None, shards: int = 1) -> None:
        self.contact = (contact or "").strip() or None
        if rate is not None and not (math.isfinite(rate) and rate > 0):
            raise ArchiveError(f"a rate of {rate} is none: give requests a second, such as 0.5")
        if rate is not None and self.contact is None and rate * DEFAULT.seconds > 1:
            raise ArchiveError(
                f"{rate:g} requests a second and host are more than {1 / DEFAULT.seconds:g}: give a contact (an address"
                " or a page where the hosts' owners reach you), or a lower rate"
            )
        self.rate = rate
        self.shards = shards

    @property
    def warning(self) -> str | None:
        """What to tell a user once: that without a contact all rates are halved."""
        if self.contact:
            return None
        return "no contact given: all hosts are asked half as often; give an address or page where you can be reached"

    def find_seconds(self, lane: str) -> float:
        """The seconds between two requests of a lane."""
        return self._find_seconds(lane) * (self.shards if is_service(lane) else 1)

    def _find_seconds(self, lane: str) -> float:
        """The seconds for a run that shares with nobody."""
        service = find_service(lane)
        usual = service.seconds * (1 if self.contact else 2)
        if self.rate is None:
            return usual
        if self.contact is None or service.is_limit:
            return max(usual, 1 / self.rate)
        return 1 / self.rate

    def find_connections(self, lane: str) -> int:
        """How many requests of a lane may be under way at a time."""
        connections = find_service(lane).connections
        return max(1, connections // self.shards) if is_service(lane) else connections
