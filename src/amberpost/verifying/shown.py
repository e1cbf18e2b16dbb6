"""Links as a text shows them: whole, short, cut with dots, or as nothing but a host."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from ..urls import parse_url

_URL_SIGNS = r"[!#$%&'()*+,\-./:;=?@A-Z_a-z0-9~]"
_LINK = re.compile(
    # t.co codes have had ten characters since 2013: what is glued behind the tenth is text.
    r"(?:https?://)?(?:(?<![A-Za-z0-9@.-])t\.co|pic\.(?:twitter|x)\.com)/[A-Za-z0-9]{1,10}"
    rf"|https?://t\.co/[A-Za-z0-9]{{1,10}}|https?://{_URL_SIGNS}{{4,2000}}"
    # As a service shows a link: no scheme, often cut with dots.
    rf"|(?<![\w@.-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}[a-z]{{2,24}}/{_URL_SIGNS}{{0,2000}}…?"
)
_TRAILING = ".,;:!?'’)*_"
_MOST_HOSTS = 50


def hide_links(text: str, hosts: Iterable[str]) -> str:
    """Put the end of a line where a link stands, which two texts may differ in; marks behind a link are text.

    >>> hide_links("see https://t.co/abcdefghij, or example.com", ["example.com"])
    'see \\n, or \\n'
    """
    bare = _LINK.sub(_mask, text)
    for host in hosts:
        bare = _match_host(host).sub("\n", bare)
    return bare


def bare_hosts(targets: Iterable[str]) -> tuple[str, ...]:
    """The hosts of links that lead to a site's front page: such a link is shown as nothing but its host.

    >>> bare_hosts(["https://www.example.com/", "https://example.org/a"])
    ('example.com',)
    """
    urls = [parse_url(target[:2000]) for target in targets]
    hosts = {url.host.removeprefix("www."): None for url in urls if url and not url.path and not url.query}
    return tuple(hosts)[:_MOST_HOSTS]


def find_shown(text: str, *, hosts: Collection[str] = ()) -> list[str]:
    """The links that stand in a text, in order, as they are shown there: whole, short, or cut with dots.

    >>> find_shown("see example.com/abc… and https://t.co/abcdefghij, ok")
    ['example.com/abc…', 'https://t.co/abcdefghij']
    >>> find_shown("example.org, then example.com/abc", hosts=["example.org"])
    ['example.org', 'example.com/abc']
    """
    found = {link.start(): link[0] for link in _LINK.finditer(text)}
    # A host before a path is a part of that link.
    bare = {at: host for at, host in _find_hosts(text, hosts) if not text.startswith("/", at + len(host))}
    places = sorted((bare | found).items()) if bare else found.items()
    return [link if link.endswith(("...", "…")) else link.rstrip(_TRAILING) for _, link in places]


def _find_hosts(text: str, hosts: Iterable[str]) -> Iterator[tuple[int, str]]:
    for host in hosts:
        yield from ((match.start(), match[0]) for match in _match_host(host).finditer(text))


def _match_host(host: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@.-])(?:www\.)?{re.escape(host)}(?![\w-])", re.IGNORECASE)


def _mask(link: re.Match[str]) -> str:
    kept = link[0].rstrip(_TRAILING)
    behind = link[0][len(kept) :]
    return "\n" if behind.startswith("...") else "\n" + behind
