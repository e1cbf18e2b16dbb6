"""Nothing but the public internet is ever dialled, whatever the spelling, the redirect, or the answer of DNS."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberpost.archive.exchange.addresses import FORBIDDEN_V4, FORBIDDEN_V6, is_public_address
from amberpost.archive.exchange.fetching import Fetcher
from amberpost.archive.exchange.lookups import Endpoint, SystemResolver
from amberpost.archive.exchange.redirects import join_target
from amberpost.archive.exchange.streams import WireError
from amberpost.archive.exchange.urlpolicy import Policy, parse_target
from amberpost.archive.exchange.wire import NO_SUCH_HOST, GuardedBackend
from amberpost.archive.records import Exchange

PUBLIC = "9.9.9.9"
START = "http://start.example/here"


@dataclass
class Line:
    """Answers names from a table, all others publicly; counts what is dialled, and lets nobody through."""

    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    default: Sequence[str] = (PUBLIC,)
    asked: list[str] = field(default_factory=list)
    dialled: list[Endpoint] = field(default_factory=list)

    async def resolve(self, host: str, port: int) -> Sequence[Endpoint]:
        self.asked.append(host)
        return [Endpoint(address, port) for address in self.answers.get(host, self.default)]

    async def dial(self, endpoint: Endpoint) -> socket.socket:
        self.dialled.append(endpoint)
        raise ConnectionRefusedError(111, "Connection refused")

    def fetch(self, *urls: str, policy: Policy | None = None) -> list[Exchange]:
        return asyncio.run(self._fetch(urls, policy or Policy()))

    async def _fetch(self, urls: Sequence[str], policy: Policy) -> list[Exchange]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        async with Fetcher(
            policy, user_agent="test/1", resolver=self.resolve, ssl_context=context, dial=self.dial
        ) as fetcher:
            return [await fetcher.fetch(url, seconds=5) for url in urls]


def read_forbidden() -> list[tuple[str, tuple[str, ...]]]:
    """The URLs of the data file, each with the addresses that DNS gives for it, if the file says."""
    lines = (Path(__file__).parent / "data" / "forbidden_urls.txt").read_text("utf-8").splitlines()
    rows = [line.partition("\t") for line in lines if line and not line.startswith("# ")]
    return [(json.loads(f'"{url}"'), tuple(addresses.split())) for url, _, addresses in rows]


FORBIDDEN = read_forbidden()
LITERALS = [url for url, addresses in FORBIDDEN if not addresses]
NAMED = [(url, addresses) for url, addresses in FORBIDDEN if addresses]
NEIGHBOURS = [
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "203.0.114.0",
    "223.255.255.255",
    "2000::1",
    "2001:200::1",
    "2001:db7:ffff::1",
    "2001:db9::1",
    "2003::1",
    "2620:4f:7fff::1",
    "2620:4f:8001::1",
    "3fff:1000::1",
    "2606:4700::1111",
]


def test_the_list_is_long_and_repeats_nothing() -> None:
    assert len({url for url, _ in FORBIDDEN}) == len(FORBIDDEN) >= 300


def test_forbidden_urls_are_not_dialled_directly() -> None:
    line = Line({parse_target(url).host: addresses for url, addresses in NAMED})
    exchanges = line.fetch(*(url for url, _ in FORBIDDEN))
    assert [exchange.url for exchange in exchanges if exchange.outcome != "refused"] == []
    assert line.dialled == []
    assert set(line.asked) == set(line.answers), "what the URL alone tells is not asked of DNS"


def test_forbidden_urls_are_not_dialled_by_redirect() -> None:
    """A redirect may mend a target (a blank at its end): what is dialled then is the public host that it names."""
    line = Line({parse_target(url).host: addresses for url, addresses in NAMED})
    targets = [(url, join_target(START, url)) for url, _ in FORBIDDEN]
    exchanges = line.fetch(*(target for _, target in targets))
    for (url, target), exchange in zip(targets, exchanges, strict=True):
        assert exchange.outcome == "refused" or target != url
    assert {endpoint.address for endpoint in line.dialled} <= {PUBLIC}
    assert sum(exchange.outcome == "refused" for exchange in exchanges) >= 400


def test_forbidden_hosts_are_not_dialled_as_answers_of_dns() -> None:
    """Whatever stands for a host in a forbidden URL is refused as the address of an innocent name, too."""
    hosts = dict.fromkeys(re.sub(r"^[^/]*/*|[/?#].*$", "", url, flags=re.DOTALL) for url in LITERALS)
    answers = {f"n{i}.example": (host.strip("[]"),) for i, host in enumerate(hosts)}
    line = Line(answers)
    exchanges = line.fetch(*(f"http://{name}/" for name in answers))
    assert len(answers) >= 300
    assert line.dialled == []
    assert {exchange.outcome for exchange in exchanges} == {"refused"}


@pytest.mark.parametrize("address", NEIGHBOURS)
def test_allowed_neighbours_are_dialled(address: str) -> None:
    shown = f"[{address}]" if ":" in address else address
    line = Line({"name.example": (address,), address: (address,)})
    for url in (f"http://{shown}/", "https://name.example/"):
        assert Policy().find_refusal(url) is None
        assert line.fetch(url)[0].outcome == "connect"
    assert [endpoint.address for endpoint in line.dialled] == [address, address]


@pytest.mark.parametrize(
    ("url", "host", "authority"),
    [
        ("HTTPS://Bücher.Example:443/ä?b=%41#c", "xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("http://x.com.:80", "x.com.", "x.com."),
        ("http://0x09090909/", "9.9.9.9", "9.9.9.9"),
        ("https://011.011.011.011.:443/", "9.9.9.9", "9.9.9.9"),
        ("http://９.０x9.2313/", "9.9.9.9", "9.9.9.9"),
        ("http://ｘ．ｃｏｍ/", "x.com", "x.com"),
        ("http://[2606:4700:0:0::1111]:443/", "2606:4700::1111", "[2606:4700::1111]:443"),
        ("http://a_b-.x.com/", "a_b-.x.com", "a_b-.x.com"),
    ],
)
def test_odd_spellings_of_public_hosts_pass(url: str, host: str, authority: str) -> None:
    assert Policy().find_refusal(url) is None
    target = parse_target(url)
    assert (target.host, target.authority) == (host, authority)


def test_a_path_is_asked_for_as_it_was_written() -> None:
    assert parse_target("http://x.com/a/../b//%7e%zz?q=é|{}#f").path == "/a/../b//%7e%zz?q=%C3%A9|{}"
    assert parse_target("http://x.com?q").path == "/?q"


def test_long_urls_are_refused() -> None:
    assert Policy().find_refusal("http://x.com/" + "a" * 8179) is None
    assert Policy().find_refusal("http://x.com/" + "a" * 8180) is not None
    assert Policy().find_refusal("http://" + "ä" * 8000 + ".com/") is not None


def test_ports_are_those_of_the_policy() -> None:
    policy = Policy(ports=frozenset({8080}))
    assert policy.find_refusal("http://x.com:8080/") is None
    assert policy.find_refusal("http://x.com/") == "port 80 is not allowed"


def test_dns_is_asked_once_and_its_answer_is_what_is_dialled() -> None:
    """Rebinding: the first answer is public, every further one is not."""
    answers = iter([PUBLIC, "127.0.0.1", "127.0.0.1"])
    line = Line()

    async def rebind(host: str, port: int) -> Sequence[Endpoint]:
        line.asked.append(host)
        return [Endpoint(next(answers), port)]

    line.resolve = rebind  # type: ignore[method-assign]
    assert [exchange.outcome for exchange in line.fetch("http://a.example/", "http://a.example/")] == [
        "connect",
        "refused",
    ]
    assert line.asked == ["a.example", "a.example"]
    assert line.dialled == [Endpoint(PUBLIC, 80)]


def test_at_most_four_addresses_of_a_name_are_tried() -> None:
    line = Line(default=[f"9.9.9.{i}" for i in range(9)])
    assert line.fetch("http://a.example/")[0].reason == "connection refused"
    assert [endpoint.address for endpoint in line.dialled] == ["9.9.9.0", "9.9.9.1", "9.9.9.2", "9.9.9.3"]


def test_a_name_without_addresses_is_not_dialled() -> None:
    line = Line(default=())
    assert line.fetch("http://a.example/")[0].outcome == "dns"
    assert line.dialled == []


def test_what_is_private_is_dialled_on_request_and_the_metadata_service_never() -> None:
    private = Policy(allow_private=True)
    for address in ("10.0.0.1", "127.0.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1"):
        assert Policy().refuses_address(address)
        assert private.refuses_address(address) is None
    for address in ("169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "fe80::1", "::ffff:127.0.0.1"):
        assert private.refuses_address(address)


@given(st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address) | st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address))
def test_what_python_calls_private_is_never_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        assert not is_public_address(str(address))


@pytest.mark.parametrize("block", [*FORBIDDEN_V4, *FORBIDDEN_V6], ids=lambda block: str(block.network))
def test_blocks_are_forbidden_from_edge_to_edge(block: object) -> None:
    network = ipaddress.ip_network(block.network)  # type: ignore[attr-defined]
    assert not is_public_address(str(network[0]))
    assert not is_public_address(str(network[-1]))


URLISH = st.lists(
    st.sampled_from(
        ["http", "https", "://", "/", "@", ":", "[", "]", "%", "\\", "?", "#", ".", "127", "0x7f", "xn--", "1"]
    )
    | st.characters(),
    max_size=30,
).map("".join)


@given(st.text() | URLISH | URLISH.map("http://".__add__))
def test_the_policy_never_raises_and_gives_short_printable_reasons(url: str) -> None:
    reason = Policy().find_refusal(url)
    assert reason is None or (reason.isascii() and reason.isprintable() and len(reason) <= 120)


@given(URLISH.map("http://".__add__))
def test_the_dialled_host_is_the_one_that_was_judged(url: str) -> None:
    """What httpx makes of the URL that the wire gives it is the host and port that the policy read."""
    line = Line()
    exchange = line.fetch(url)[0]
    if exchange.outcome != "refused":
        target = parse_target(url)
        assert line.asked == [target.host]
        assert {endpoint.port for endpoint in line.dialled} == {target.port}


def test_reasons_repeat_no_password() -> None:
    for url in (
        "http://user:hunter2@x.com/",
        "http://hunter2:80@[::1/",
        "ftp://a:hunter2@x.com",
        "http://a:hunter2\\@b",
    ):
        assert "hunter2" not in (Policy().find_refusal(url) or "hunter2")


def test_sockets_in_the_file_system_are_refused() -> None:
    line = Line()

    async def connect() -> None:
        await GuardedBackend(Policy(), line.resolve, line.dial).connect_unix_socket("/run/a.sock")

    with pytest.raises(WireError):
        asyncio.run(connect())


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://9.9.9.1:3128")
    line = Line()
    line.fetch("http://a.example/", "https://a.example/")
    assert line.dialled == [Endpoint(PUBLIC, 80), Endpoint(PUBLIC, 443)]


@pytest.mark.parametrize("agent", ["a\r\nCookie: b", "ä", "", " a", "a\x00"])
def test_a_user_agent_cannot_split_the_request(agent: str) -> None:
    with pytest.raises(ValueError, match="user_agent"):
        Fetcher(Policy(), user_agent=agent)


def resolve_with(getaddrinfo: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> SystemResolver:
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return SystemResolver(threads=3)


def test_hanging_dns_obeys_the_deadline_and_piles_up_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, asked = threading.Event(), []

    def hang(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        hanging.wait(20)
        return [(2, 1, 6, "", (PUBLIC, 0))]

    resolver = resolve_with(hang, monkeypatch)
    line = Line()

    async def fetch_all() -> tuple[list[Exchange], float, list[Endpoint]]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        async with Fetcher(
            Policy(), user_agent="t", resolver=resolver, ssl_context=context, dial=line.dial, connections=50
        ) as fetcher:
            begun = time.monotonic()
            urls = [f"http://n{i}.example/" for i in range(40)] + ["http://n0.example/"] * 10
            exchanges = await asyncio.gather(*(fetcher.fetch(url, seconds=0.3) for url in urls))
            seconds = time.monotonic() - begun
            hanging.set()
            late = await resolver("late.example", 80)
            return exchanges, seconds, list(late)

    exchanges, seconds, late = asyncio.run(fetch_all())
    assert {exchange.outcome for exchange in exchanges} == {"dns"}
    assert seconds < 1.3
    assert asked == ["n0.example", "n1.example", "n2.example", "late.example"], "names nobody waits for are not asked"
    assert late == [Endpoint(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), NO_SUCH_HOST),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "DNS does not answer for now"),
        (socket.gaierror(socket.EAI_FAIL, "x"), f"DNS failure {int(socket.EAI_FAIL)}"),
        (OSError(24, "Too many open files"), "the name cannot be looked up"),
        (UnicodeError("label too long"), "the name cannot be looked up"),
        (OverflowError("nobody expected this"), "the name cannot be looked up"),
    ],
)
def test_failures_of_dns_are_outcomes(error: Exception, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[object]:
        raise error

    line = Line()
    line.resolve = resolve_with(fail, monkeypatch).__call__  # type: ignore[method-assign]
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    exchange = line.fetch("http://a.example/")[0]
    for thread in threading.enumerate():
        if thread.name == "lookup":
            thread.join(5)
    assert (exchange.outcome, exchange.reason, exchange.size, exchange.sent) == ("dns", reason, 0, b"")


@pytest.mark.loopback
def test_the_systems_resolver_reads_numbers_as_the_policy_does() -> None:
    """Not a promise of ours but of the C library's, on which a URL's refusal before any lookup rests."""

    async def resolve(host: str) -> list[str]:
        return [endpoint.address for endpoint in await SystemResolver()(host, 80)]

    for host in ("0x7f.1", "2130706433", "0177.0.0.1", "127.1"):
        assert asyncio.run(resolve(host)) == ["127.0.0.1"]
    assert asyncio.run(resolve("::1")) == ["::1"]
