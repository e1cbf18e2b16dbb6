"""What becomes of a link after it was asked for: the states of docs/archive.md. Nothing here says a post is gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from .disk.cited import make_link
from .exchange.redirects import Redirect, find_redirect
from .exchange.requisites import find_requisites
from .politeness.retries import Failure, Fate, describe_failure, judge
from .politeness.robots import Permission
from .records import MOST_REDIRECTS, TOO_MANY, Decision, Exchange, Link, NewLink, Role

FindRefusal = Callable[[str], str | None]

_HOUR, _DAY = 3600.0, 86400.0
# How long a link waits: the first of these that is longer than it has been failing, else the last.
WAITS = (_HOUR, 6 * _HOUR, _DAY, 2 * _DAY, 4 * _DAY, 7 * _DAY)
_SHORTEST = 60.0  # whatever a server's Retry-After says, which shortens the wait in the first hour of failing alone

# Since when a link must have failed to be settled, and how often it must have been asked for.
_UNKNOWN_NAME_SETTLES = 7 * _DAY  # the name system having said three times that there is no such name
_FAILURE_SETTLES = 30 * _DAY
_MOST_ATTEMPTS = 8

_TELLS = re.compile(r"no such host \(told ([0-9]) of 3 times")
_FOLLOWERS: dict[Role, Role] = {
    "cited": "hop",
    "hop": "hop",
    "requisite": "requisite",
    "robots": "robots",
    "post": "post",
    "save": "post",
}


def decide(
    link: Link,
    exchanges: Sequence[Exchange],
    now: float,
    *,
    find_refusal: FindRefusal,
    with_requisites: bool = False,
    network_works: bool = True,
) -> Decision:
    """Decide on a link by the last of its exchanges.

    | what came | state |
    |---|---|
    | an answer of any status but those that are tried again, whole or up to the cap | captured |
    | such a status, no connection, too late, cut off, an unknown name | pending, with reason and next time |
    | an unknown name, three times over a week or more, while other names were known | failed |
    | anything else that made it wait, eight times over 30 days or more | failed |
    | a certificate that does not hold, bytes that are no HTTP | failed |
    | nothing, since the policy refused it | refused |

    A redirect's target is a link of its own, refused when `find_refusal` gives a reason. A head that was read counts
    even when the answer's body broke off. `network_works`: some other host has answered a moment ago, or, where a name
    is unknown, its name was known.
    """
    if not exchanges:
        return Decision(state="pending", reason="not asked yet", next_at=now + WAITS[0])
    last = exchanges[-1]
    target, reason = _follow(link, find_redirect(last), find_refusal)
    if judge(last) is not Fate.DONE:
        failure = describe_failure(last, now)
        return replace(decide_failure(link, failure, now, network_works=network_works), target=target)
    needed = find_requisites(last) if with_requisites and _is_page(link, last) and not (target or reason) else ()
    return Decision(
        state="captured",
        reason=reason or last.reason,
        target=target,
        requisites=tuple(make_link(url, find_refusal=find_refusal, role="requisite") for url in needed),
    )


def decide_failure(link: Link, failure: Failure, now: float, *, network_works: bool = True) -> Decision:
    """Decide on a link that could not be had: refused, settled, or pending, each time for longer.

    Nothing settles while the network itself may be down, however long that lasts.
    """
    if failure.fate is Fate.REFUSED:
        return Decision(state="refused", reason=failure.reason)
    if failure.fate is Fate.FAILED:
        return Decision(state="failed", reason=failure.reason)
    works = network_works or failure.is_reached
    tells = _count_tells(link) if failure.is_unknown_name else 0
    since = _find_beginning(link, now, is_new=failure.is_unknown_name and not tells)
    if failure.is_unknown_name:
        tells = min(tells + works, 3)
        reason = f"no such host (told {tells} of 3 times while others were known)"
        is_settled = tells >= 3 and now - since >= _UNKNOWN_NAME_SETTLES
    else:
        reason = failure.reason
        is_settled = link.attempts + 1 >= _MOST_ATTEMPTS and now - since >= _FAILURE_SETTLES
    if is_settled and works:
        return Decision(state="failed", reason=reason, failing_since=since)
    return Decision(
        state="pending", reason=reason, next_at=now + _find_pause(failure, now - since), failing_since=since
    )


def decide_permission(link: Link, permission: Permission, now: float, *, network_works: bool = True) -> Decision | None:
    """Decide on a link by its site's robots.txt; `None` when that leaves it to be asked for.

    When robots.txt could not be had, the link is judged as if it had been asked for itself: so a dead host settles.
    """
    if permission.state == "forbidden":
        return Decision(state="refused", reason="robots.txt forbids it")
    failure = permission.failure
    if permission.state != "open" or failure is None:
        return None
    if failure.outcome == "protocol":  # of robots.txt alone, perhaps
        failure = replace(failure, fate=Fate.RETRY)
    decision = decide_failure(link, failure, now, network_works=network_works)
    return replace(decision, reason=f"robots.txt: {decision.reason}")


def _follow(link: Link, redirect: Redirect | None, find_refusal: FindRefusal) -> tuple[NewLink | None, str]:
    if redirect is None or redirect.url is None:
        return None, redirect.reason if redirect else ""
    if link.depth >= MOST_REDIRECTS:
        return None, TOO_MANY
    role = _FOLLOWERS[link.role]
    return make_link(redirect.url, find_refusal=find_refusal, role=role, depth=link.depth + 1), ""


def _is_page(link: Link, exchange: Exchange) -> bool:
    return link.role in ("cited", "hop") and 200 <= (exchange.status or 0) < 300


def _count_tells(link: Link) -> int:
    """How often in a row the name system has said before that a link's host does not exist."""
    match = _TELLS.search(link.reason)
    return int(match[1]) if match else 0


def _find_beginning(link: Link, now: float, *, is_new: bool) -> float:
    """Since when a link fails as it does now; a clock that was set back must not make it wait for longer."""
    return now if is_new or link.failing_since is None else min(link.failing_since, now)


def _find_pause(failure: Failure, elapsed: float) -> float:
    own = next((wait for wait in WAITS if wait > elapsed), WAITS[-1])
    if failure.wait is None:
        return own
    return max(failure.wait, _SHORTEST if elapsed < _HOUR else own)


def put_off(link: Link, lane: str, until: float) -> Decision:
    """A link that waits because its lane, or one that is to be asked before it, rests."""
    return Decision(
        state="pending",
        reason=f"{lane} is left alone for a while",
        next_at=until,
        failing_since=link.failing_since,
    )


def put_aside(link: Link, error: Exception, now: float) -> Decision:
    """A link that waits because of a fault of ours: the others are asked for all the same."""
    return Decision(
        state="pending",
        reason=f"a fault of amberpost's own, please report it: {type(error).__name__}: {error}"[:300],
        next_at=now + _DAY,
        failing_since=link.failing_since,
    )
