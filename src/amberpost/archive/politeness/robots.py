"""What sites' robots.txt say (RFC 9309): read through a ceiling, our group picked out, its rules matched by protego."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from protego import Protego

from ...platforms import HOSTS
from ...urls import is_host
from ..exchange.payloads import read_payload
from ..exchange.redirects import find_redirect
from ..exchange.shortlinks import SHORT_LINK_HOSTS
from ..records import Exchange, Role
from .manners import find_lane, find_service
from .retries import Failure, describe_failure

TOKEN = "amberpost"
_READ = 512 << 10  # bytes; the RFC asks for 500 KiB at least
_MOST_REDIRECTS = 5
_LONGEST_KEPT = 24 * 3600.0  # seconds
_FAILURE_KEPT = 3600.0
_MOST_HELD = 32 << 20  # characters of rules in all; the sites that were learned first go
_MOST_PARSED = 1 << 20  # characters of rules at a time that are taken apart, which takes much more memory
_SITE_WEIGHT = 300
_LINE = re.compile(r"[ \t]*([A-Za-z -]{1,40}?)[ \t]*:[ \t]*([^#]*)")
_AGENT = re.compile(r"\*(?!\w)|[A-Za-z_-]+")
_RULES = frozenset({"allow", "disallow"})


@dataclass(slots=True, frozen=True)
class Permission:
    """Whether a page may be asked for; `failure` is what left it open, for the page's link to be judged by it.

    `unknown`: ask for robots.txt first. `open`: it could not be had now, so the page has to wait.
    """

    state: Literal["allowed", "forbidden", "unknown", "open"]
    failure: Failure | None = None


_ALLOWED, _FORBIDDEN, _UNKNOWN = Permission("allowed"), Permission("forbidden"), Permission("unknown")


def needs_robots(url: str, role: Role) -> bool:
    """Whether robots.txt is asked before a URL: for pages and what they need; not for short links and post endpoints.

    >>> needs_robots("https://news.example/a", "cited"), needs_robots("https://bit.ly/3abc", "cited")
    (True, False)
    """
    lane = find_lane(url)
    if role in ("robots", "post", "save") or not find_service(lane).robots:
        return False
    host = lane.partition("/")[0]
    bare = host.removeprefix("www.")
    return bare not in SHORT_LINK_HOSTS and not any(is_host(host, platform) for platform in HOSTS)


def find_robots_url(url: str) -> str:
    """The robots.txt that speaks for a URL: one for each scheme, host and port.

    >>> find_robots_url("https://news.example:8443/a?b")
    'https://news.example:8443/robots.txt'
    """
    match = re.match(r"[A-Za-z]+://[^/?#\\]*", url)
    return f"{match[0].lower() if match else ''}/robots.txt"


async def fetch_robots(url: str, fetch: Callable[[str], Awaitable[Exchange]]) -> tuple[Exchange, ...]:
    """Ask for the robots.txt of a URL, over at most five redirects; all exchanges, in order.

    `fetch` asks politely, judges each target by the policy, and never raises for what a server does.
    """
    made = [await fetch(find_robots_url(url))]
    for _ in range(_MOST_REDIRECTS):
        redirect = find_redirect(made[-1])
        if redirect is None or redirect.url is None:
            break
        made.append(await fetch(redirect.url))
    return tuple(made)


def pick_rules(text: str, token: str = TOKEN) -> str:
    """The `allow` and `disallow` lines that are for us: of the groups that name us, else of those for everybody.

    Written as one group, because reading a file as it is costs its agents times its rules.

    >>> pick_rules("User-agent: *\\nDisallow: /\\nUser-agent: Amberpost/1.0\\nUser-agent: b\\nAllow: /a # yes")
    'user-agent: *\\nallow: /a\\n'
    """
    groups: dict[str, list[str]] = {}
    agents: set[str] = set()
    in_rules = False
    for line in re.split(r"[\r\n]+", text.removeprefix("\ufeff")):
        match = _LINE.match(line)
        name = match[1].lower() if match else ""
        if match and name == "user-agent":
            agents = _read_agent(match[2], token) | (set() if in_rules else agents)
            in_rules = False
            for agent in agents:
                groups.setdefault(agent, [])
        elif match and name in _RULES:
            in_rules = True
            for agent in agents:
                groups[agent].append(f"{name}: {match[2].strip()}\n")
    return "".join(["user-agent: *\n", *groups.get(token, groups.get("*", []))])


def _read_agent(value: str, token: str) -> set[str]:
    match = _AGENT.match(value)
    named = match[0].lower() if match else ""
    return {named} & {"*", token}


@dataclass(slots=True, frozen=True)
class _Site:
    learned_at: float
    rules: str = ""  # empty: everything is allowed
    failure: Failure | None = None


class Robots:
    """What the robots.txt of each site said, for a day at most and for as many sites as fit into bounded memory.

    >>> Robots().find_permission("https://news.example/a", now=0.0).state
    'unknown'
    """

    def __init__(self, *, token: str = TOKEN) -> None:
        self._token = token
        self._sites: OrderedDict[str, _Site] = OrderedDict()
        self._parsed: OrderedDict[str, Protego] = OrderedDict()
        self._held = self._held_parsed = 0  # characters

    def find_permission(self, url: str, now: float) -> Permission:
        """Whether a URL may be asked for, by what is known of its site."""
        site = self._sites.get(find_robots_url(url))
        if site is None or not 0 <= now - site.learned_at < (_FAILURE_KEPT if site.failure else _LONGEST_KEPT):
            return _UNKNOWN
        if site.failure is not None:
            return Permission("open", site.failure)
        return _ALLOWED if not site.rules or self._allows(site.rules, url) else _FORBIDDEN

    def learn(self, url: str, exchanges: Sequence[Exchange], now: float) -> None:
        """Remember what `fetch_robots` brought for a URL: rules, or that there are none, or that they cannot be had."""
        key = find_robots_url(url)
        site = read_site(exchanges, now, token=self._token)
        self._held += _weigh(site) - _weigh(self._sites.pop(key, None))
        self._sites[key] = site
        while self._held > _MOST_HELD and len(self._sites) > 1:
            self._held -= _weigh(self._sites.popitem(last=False)[1])

    def _allows(self, rules: str, url: str) -> bool:
        parsed = self._parsed.pop(rules, None)
        if parsed is None:
            parsed = Protego.parse(rules)
            self._held_parsed += len(rules)
        self._parsed[rules] = parsed
        while self._held_parsed > _MOST_PARSED and len(self._parsed) > 1:
            self._held_parsed -= len(self._parsed.popitem(last=False)[0])
        try:
            return parsed.can_fetch(url, self._token)
        except ValueError:  # no URL: the policy refuses it
            return True


def read_site(exchanges: Sequence[Exchange], now: float, *, token: str = TOKEN) -> _Site:
    """What the answer to a robots.txt means: 2xx its rules, 5xx and no answer that nobody may ask now, else no rules.

    More than five redirects, or one to where the policy forbids to go, count as no rules (RFC 9309, 2.3.1.2).
    """
    last = exchanges[-1]
    if last.outcome not in ("ok", "too-large"):
        is_astray = last.outcome == "refused" and len(exchanges) > 1
        return _Site(now) if is_astray else _Site(now, failure=describe_failure(last, now))
    status = last.status or 0
    if 500 <= status < 600:
        return _Site(now, failure=describe_failure(last, now))
    return _Site(now, _read_rules(last, token)) if 200 <= status < 300 else _Site(now)


def _read_rules(exchange: Exchange, token: str) -> str:
    data = read_payload(exchange, _READ)
    if len(data) == _READ:  # the last line may be half a rule, and half a path forbids more than the whole
        data = data[: max(data.rfind(b"\n"), data.rfind(b"\r"))]
    rules = pick_rules(data.decode("utf-8", errors="replace"), token)
    return rules if "disallow: " in rules else ""


def _weigh(site: _Site | None) -> int:
    return len(site.rules) + _SITE_WEIGHT if site else 0
