"""What may be fetched at all: schemes, ports and spellings of URLs, and the addresses that their hosts turn out to be.

A URL is read here once, and what was read is what is dialled: no second parser can see another host in it. The host's
name decides nothing: the address does, when it is about to be dialled (see `wire`). Only a host that is an address
already, in whatever spelling, is judged here too, so that a refused redirect need not be tried.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import idna

from .addresses import find_block, parse_address

URL_CHARACTERS = 8192
_USUAL_CHARACTERS = 500  # longer ones are read anew each time: a hundred megabytes of them could be remembered

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<slashes>//)?(?P<authority>[^/?#]*)(?P<target>[^#]*)")
_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^][:@%]+))(?::(?P<port>[0-9]{0,5}))?", re.ASCII)
# Controls, the space, the backslash that browsers take for a slash, line separators, and what no encoding can write.
_FORBIDDEN = re.compile("[\x00-\x20\x7f-\x9f\\\\\u2028\u2029\ud800-\udfff]")
_LABELS = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Refused(Exception):  # noqa: N818 - the policy's answer, not an error
    """The policy forbids this URL; its text says why, in words that repeat no secret of the URL."""


@dataclass(slots=True, frozen=True, kw_only=True)
class Target:
    """A URL as it is asked for: whom to dial, and the words of the request.

    `host` is ASCII in lower case, without brackets; `authority` is what the Host header says; `path` is the path with
    its query, ASCII, otherwise as it was written.
    """

    scheme: str
    host: str
    port: int
    authority: str
    path: str


def parse_target(url: str) -> Target:
    """Read an http or https URL; raise `Refused` for any other, and for every spelling that readers disagree about.

    >>> parse_target("https://X.com:443/a?b#c")
    Target(scheme='https', host='x.com', port=443, authority='x.com', path='/a?b')
    """
    return _parse_usual(url) if len(url) <= _USUAL_CHARACTERS else _parse(url)


def _parse(url: str) -> Target:
    if len(url) > URL_CHARACTERS:
        raise Refused(f"URL of more than {URL_CHARACTERS} characters")
    if _FORBIDDEN.search(url):
        raise Refused("control character, space or backslash in the URL")
    match = _URL.match(url)
    scheme = match["scheme"].lower() if match else ""
    if match is None or scheme not in _DEFAULT_PORTS:
        raise Refused("neither http nor https")
    if not match["slashes"]:
        raise Refused("no host in the URL")
    return _parse_authority(scheme, match["authority"], match["target"])


_parse_usual = lru_cache(maxsize=1024)(_parse)  # a link is judged, and soon after fetched


def _parse_authority(scheme: str, authority: str, target: str) -> Target:
    if "@" in authority:
        raise Refused("user name or password in the URL")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise Refused("no valid host in the URL")
    default = _DEFAULT_PORTS[scheme]
    port = int(parts["port"] or default)
    host = _parse_v6(parts["v6"]) if parts["v6"] else normalize_host(parts["name"])
    host = parse_literal(host) or host  # one spelling for an address: httpx raises on `010.010.010.010`
    shown = f"[{host}]" if parts["v6"] else host
    return Target(
        scheme=scheme,
        host=host,
        port=port,
        authority=shown if port == default else f"{shown}:{port}",
        path=quote(target if target.startswith("/") else f"/{target}", safe=_PRINTABLE),
    )


def _parse_v6(text: str) -> str:
    address = parse_address(text)
    if address is None or address.version == 4:
        raise Refused("no valid host in the URL")
    return str(address)


def normalize_host(name: str) -> str:
    """The ASCII form of a host's name in lower case; a name that is not one is `Refused`.

    >>> normalize_host("BÜCHER.example"), normalize_host("１２７。1")
    ('xn--bcher-kva.example', '127.1')
    """
    try:
        host = name.lower() if name.isascii() else _encode_idna(name)
    except UnicodeError:
        raise Refused("no valid international host name") from None
    if len(host) > 254 or not _LABELS.fullmatch(host):
        raise Refused("no valid host in the URL")
    return host


def _encode_idna(name: str) -> str:
    if len(name) > 254:  # the tables are slow on long names, and none is that long
        raise Refused("no valid host in the URL")
    return idna.encode(name, uts46=True).decode("ascii").lower()


def parse_literal(host: str) -> str | None:
    """The address that a host is already, as `getaddrinfo` reads it (`0x7f.1`, `2130706433`); `None` for a name.

    >>> parse_literal("0177.1"), parse_literal("::1"), parse_literal("x.com")
    ('127.0.0.1', '::1', None)
    """
    if ":" in host:
        return host
    labels = host.removesuffix(".").split(".")
    if not _NUMBER.fullmatch(labels[-1]):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(".".join(labels)))
    except OSError:
        raise Refused("no valid IPv4 address") from None


@dataclass(slots=True, frozen=True, kw_only=True)
class Policy:
    """What may be dialled: the public internet on these ports, unless `allow_private` lets in networks of one's own.

    >>> Policy().find_refusal("http://10.0.0.1/")
    '10.0.0.1 is not public (private)'
    """

    ports: frozenset[int] = frozenset({80, 443})
    allow_private: bool = False

    def admit(self, url: str) -> Target:
        """Read a URL that may be fetched; raise `Refused` when it may not, as far as can be told without DNS."""
        target = parse_target(url)
        if target.port not in self.ports:
            raise Refused(f"port {target.port} is not allowed")
        literal = parse_literal(target.host)
        refusal = self.refuses_address(literal) if literal is not None else None
        if refusal is not None:
            raise Refused(refusal)
        return target

    def find_refusal(self, url: str) -> str | None:
        """Why a URL may not be fetched, in a short printable text; `None` when it may, as far as can be told here."""
        try:
            self.admit(url)
        except Refused as refused:
            return str(refused)
        return None

    def refuses_address(self, text: str) -> str | None:
        """Why an address may not be dialled; `None` when it may. What is no plain address is refused.

        >>> Policy(allow_private=True).refuses_address("127.0.0.1") is None
        True
        """
        address = parse_address(text)
        if address is None:
            return "no plain IP address"
        block = find_block(address)
        if block is None or (block.local and self.allow_private):
            return None
        return f"{address} is not public ({block.what})"
