"""Which addresses are on the public internet: two tables, one for IPv4 and one for IPv6, with the reason for each row.

Explicit instead of `ipaddress.is_global`, whose answer changes between Python releases and is "yes" for addresses that
wrap a private one (NAT64, 6to4). Sources: IANA's special-purpose address registries, and the clouds' own manuals.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(slots=True, frozen=True)
class Block:
    """A network that is not the public internet, and what it is.

    `local` marks what an intranet or a test may have of its own; the rest is never dialled, whatever is allowed.
    """

    network: str
    what: str
    local: bool = False


FORBIDDEN_V4 = (
    Block("0.0.0.0/8", "this network"),
    Block("10.0.0.0/8", "private", local=True),
    Block("100.64.0.0/10", "carrier-grade NAT", local=True),
    Block("127.0.0.0/8", "loopback", local=True),
    Block("168.63.129.16/32", "cloud metadata"),
    Block("169.254.0.0/16", "link-local, cloud metadata"),
    Block("172.16.0.0/12", "private", local=True),
    Block("192.0.0.0/24", "protocol assignments, cloud metadata"),
    Block("192.0.2.0/24", "documentation"),
    Block("192.31.196.0/24", "AS112 sink"),
    Block("192.52.193.0/24", "AMT"),
    Block("192.88.99.0/24", "6to4 relay"),
    Block("192.168.0.0/16", "private", local=True),
    Block("192.175.48.0/24", "AS112 sink"),
    Block("198.18.0.0/15", "benchmarking"),
    Block("198.51.100.0/24", "documentation"),
    Block("203.0.113.0/24", "documentation"),
    Block("224.0.0.0/4", "multicast"),
    Block("240.0.0.0/4", "reserved, broadcast"),
)
# Only 2000::/3 is global unicast today: these are the exceptions in it, and the parts of the rest that have a name.
# Whatever embeds an IPv4 address is refused whole, also around a public one: nobody links to such an address.
FORBIDDEN_V6 = (
    Block("::1/128", "loopback", local=True),
    Block("::ffff:0:0/96", "IPv4-mapped"),
    Block("64:ff9b::/96", "NAT64"),
    Block("64:ff9b:1::/48", "local NAT64"),
    Block("2001::/23", "protocol assignments, Teredo"),
    Block("2001:db8::/32", "documentation"),
    Block("2002::/16", "6to4"),
    Block("2620:4f:8000::/48", "AS112 sink"),
    Block("3fff::/20", "documentation"),
    Block("fc00::/7", "private", local=True),
    Block("fe80::/10", "link-local"),
    Block("fec0::/10", "site-local"),
    Block("ff00::/8", "multicast"),
    Block("::/3", "not global unicast"),
    Block("4000::/2", "not global unicast"),
    Block("8000::/1", "not global unicast"),
)

_PARSED: dict[int, tuple[tuple[_Network, Block], ...]] = {
    version: tuple((ipaddress.ip_network(block.network), block) for block in blocks)
    for version, blocks in ((4, FORBIDDEN_V4), (6, FORBIDDEN_V6))
}


def parse_address(text: str) -> Address | None:
    """Parse an address as it is dialled: dotted quad or IPv6 without a zone id, which would name an interface of ours.

    >>> parse_address("127.1") is None, parse_address("fe80::1%lo") is None
    (True, True)
    """
    if "%" in text:
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def find_block(address: Address) -> Block | None:
    """The forbidden block that an address lies in, the narrowest named one first; `None` for a public address.

    >>> find_block(ipaddress.ip_address("64:ff9b::a9fe:a9fe")).what
    'NAT64'
    """
    return next((block for network, block in _PARSED[address.version] if address in network), None)


def is_public_address(text: str) -> bool:
    """Say whether a text is an address on the public internet; what is no address at all is not.

    >>> is_public_address("9.9.9.9"), is_public_address("2606:4700::1111"), is_public_address("169.254.169.254")
    (True, True, False)
    """
    address = parse_address(text)
    return address is not None and find_block(address) is None
