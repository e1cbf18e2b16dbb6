"""Archives for others' tools to judge: what the small internet says, what hostile servers say, and revisits."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from amberpost import Archive, Article, find
from amberpost.archive import Network
from amberpost.archive.exchange.fetching import Fetcher
from amberpost.archive.exchange.lookups import Endpoint
from amberpost.archive.records import Exchange
from amberpost.demo.behaviours import BEHAVIOURS, SLOW
from amberpost.demo.catalogue import read_catalogue
from amberpost.demo.internet import run_internet
from exchanges import ToldClock

SEED = Path(__file__).resolve().parents[1] / "fixtures" / "articles" / "2024-11-29-aleppo.txt"
CATALOGUE = read_catalogue()
NEVER = "https://slow.example/never"
HOSTILE = {f"http://{name}.hostile.example/{name}": behaviour for name, behaviour in BEHAVIOURS.items()}
_WEEK = 7 * 86400


def _name_files() -> Iterator[tuple[str, list[bytes]]]:
    for answer in CATALOGUE.answers:
        if answer.certified:
            files = [CATALOGUE.read_file(name) for name in answer.files]
            urls = (url.replace("*", "some/thing") for url in answer.urls if url != NEVER)
            yield from ((url, files) for url in urls if "//pic.twitter.com/" not in url)  # asked for as t.co


# What each URL is answered, one after the other, the last for ever: over TLS or plain, as its scheme says.
CATALOGUED = dict(_name_files())
PLAIN = {
    f"http://plain{number}.example/{path.parent.name}/{path.name}": path.read_bytes()
    for number, path in enumerate(sorted(CATALOGUE.folder.rglob("*.http")))
}
LONG = b"".join(b"<p>Line %d of a page that is worth a revisit.</p>\n" % number for number in range(60))


def _serve(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    return b"\r\n".join((b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body), b"", body))


AGAIN = {
    "http://one.example/page": _serve(LONG, b"Content-Type: text/html"),
    "http://two.example/page": _serve(LONG, b"Content-Type: text/html", b"X-Served: another"),
    "http://two.example/page?again": _serve(LONG, b"Content-Type: text/plain"),
    "http://two.example/gone": _serve(LONG, b"Content-Type: text/html", status=b"404 Not Found"),
    "http://two.example/moved": _serve(LONG, b"Location: /page", status=b"302 Found"),
}


class Hurried(Fetcher):
    """A fetcher that waits less for what never comes."""

    async def fetch(self, url: str, *, max_bytes: int = 1 << 20, seconds: float = 30.0, **more: Any) -> Exchange:
        is_slow = url == NEVER or url.rpartition("/")[2] in SLOW
        return await super().fetch(url, max_bytes=max_bytes, seconds=0.5 if is_slow else seconds, **more)


@contextmanager
def hurrying() -> Iterator[None]:
    """Inside, no fetch waits long, and each begins a second after the one before, so that times tell captures apart."""
    seconds = itertools.count()
    begun = dt.datetime(2026, 9, 9, 10, tzinfo=dt.UTC)
    moments = SimpleNamespace(now=lambda _: begun + dt.timedelta(seconds=next(seconds)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("amberpost.archive.session.Fetcher", Hurried)
        patch.setattr("amberpost.archive.exchange.fetching.dt", SimpleNamespace(datetime=moments, UTC=dt.UTC))
        yield


@contextmanager
def hostile_server() -> Iterator[int]:
    """The hostile server in a process of its own; gives its port."""
    command = [sys.executable, "-m", "amberpost.demo.hostile"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        yield int(server.stdout.readline())
        server.stdin.close()


def make_archive(folder: Path) -> None:
    """The seed's citations, every answer of the catalogue by both ways, and every hostile behaviour."""
    citations = find(Article(id=SEED.name, text=SEED.read_text("utf-8")))
    with hurrying(), hostile_server() as port, run_internet(extra=PLAIN) as internet:

        async def resolve(host: str, asked: int) -> Sequence[Endpoint]:
            if host.endswith(".hostile.example"):
                return [Endpoint("127.0.0.1", port)]
            return await internet.resolver(host, asked)

        clock = ToldClock()
        network = Network(resolver=resolve, ssl_context=internet.ssl_context, clock=clock)
        with _open(folder, network) as archive:
            archive.add(citations)
            archive.add_urls([*CATALOGUED, *PLAIN, NEVER])
            for _ in range(4):  # a host asks to be left alone, and its other links wait
                archive.run()
                clock.time += _WEEK
            archive.add_urls(HOSTILE)
            archive.run()


def make_revisits(folder: Path) -> None:
    """One payload at several addresses."""
    with hurrying(), run_internet(extra=AGAIN) as internet:
        network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=ToldClock())
        with _open(folder, network) as archive:
            for url in AGAIN:
                archive.add_urls([url])
                archive.run()


def _open(folder: Path, network: Network) -> Archive:
    return Archive(
        folder,
        contact="desk@paper.example",
        allow_private=True,
        robots=False,
        connections=200,
        max_bytes=1 << 20,
        network=network,
    )
