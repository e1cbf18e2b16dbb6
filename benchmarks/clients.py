"""One client in a process of its own, asking the small internet for as many pages as come in some seconds.

`python -m benchmarks.clients NAME PORT SECONDS` prints how many came and how long that took. All ask 100 hosts over at
most 100 connections, look names up through `socket.getaddrinfo`, which here leads to loopback, and read whole answers.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from amberpost.demo.load import Load

if TYPE_CHECKING:
    from amberpost import Archive

CONNECTIONS = 100
LOAD = Load(hosts=100)
_GATHERED = 400  # pages at once; with more of them each takes longer
_UNHURRIED = 10_000.0  # requests a second to one host: what is measured is not politeness

Urls = Iterator[str]


def main() -> int:
    name, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    lead_home()
    pages, taken = CLIENTS[name](port, seconds)
    print(pages, taken)
    return 0


def lead_home() -> None:
    """Let every name mean this machine; ports are those of the URLs."""
    real = socket.getaddrinfo
    socket.getaddrinfo = lambda _, *rest, **named: real("127.0.0.1", *rest, **named)


def find_urls(port: int) -> Urls:
    """URLs without end, each of its own page, host after host in turn."""
    return (url.replace(".test/", f".test:{port}/") for url in LOAD.find_urls(sys.maxsize))


async def drain(urls: Urls, seconds: float, fetch: Callable[[str], Awaitable[object]]) -> tuple[int, float]:
    """Fetch one URL after the other on each connection until the time is up, and say how many came in how long."""
    begin, pages = time.perf_counter(), itertools.count()

    async def work() -> None:
        while time.perf_counter() - begin < seconds:
            await fetch(next(urls))
            next(pages)

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return next(pages), time.perf_counter() - begin


def run_httpx(port: int, seconds: float) -> tuple[int, float]:
    """One `httpx.AsyncClient` at its best: as many tasks as it has connections, each with one page at a time."""
    import httpx

    async def run() -> tuple[int, float]:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:

            async def fetch(url: str) -> None:
                (await client.get(url)).raise_for_status()

            return await drain(find_urls(port), seconds, fetch)

    return asyncio.run(run())


def run_httpx_gather(port: int, _: float) -> tuple[int, float]:
    """One plain `httpx.AsyncClient`: a task for each page, and the client sees to its connections."""
    import httpx

    async def run() -> tuple[int, float]:
        async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
            begin = time.perf_counter()
            answers = await asyncio.gather(*(client.get(url) for url in itertools.islice(find_urls(port), _GATHERED)))
            return sum(answer.is_success for answer in answers), time.perf_counter() - begin

    return asyncio.run(run())


def run_aiohttp(port: int, seconds: float) -> tuple[int, float]:
    """One plain `aiohttp.ClientSession`."""
    import aiohttp

    async def run() -> tuple[int, float]:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def fetch(url: str) -> None:
                async with session.get(url) as answer:
                    answer.raise_for_status()
                    await answer.read()

            return await drain(find_urls(port), seconds, fetch)

    return asyncio.run(run())


def run_minet(port: int, seconds: float) -> tuple[int, float]:
    """minet's resolver with 100 threads and without its throttle; it reads pages because it looks for refreshes.

    It takes no URL whose domain no registry knows, so that the hosts have another name here.
    """
    from minet.executors import HTTPThreadPoolExecutor

    begin, pages = time.perf_counter(), 0
    known = (url.replace(".test:", ".example.org:") for url in find_urls(port))
    urls = itertools.takewhile(lambda _: time.perf_counter() - begin < seconds, known)
    with HTTPThreadPoolExecutor(max_workers=CONNECTIONS) as executor:
        results = executor.resolve(urls, throttle=0.0, domain_parallelism=CONNECTIONS, follow_meta_refresh=True)
        for result in results:
            if result.error_code is not None:
                raise RuntimeError(result.error_code)
            pages += 1
    return pages, time.perf_counter() - begin


def run_curl(port: int, seconds: float) -> tuple[int, float]:
    """`curl -Z`, which takes a list: as long a one as takes those seconds at the ideal rate, at the least."""
    curl = shutil.which("curl")
    assert curl is not None
    pages = int(seconds * 10 * CONNECTIONS)
    urls = (url.replace(f":{port}", "") for url in itertools.islice(find_urls(port), pages))
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "urls")
        listed.write_text("".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls), "utf-8")
        asked = ["--parallel", "--parallel-immediate", "--parallel-max", str(CONNECTIONS), "--fail-early", "-fsS", "-q"]
        begin = time.perf_counter()
        command = [curl, *asked, "--connect-to", f"::127.0.0.1:{port}", "-K", str(listed)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # even silent it draws its progress
        return pages, time.perf_counter() - begin


def run_amberpost(port: int, seconds: float) -> tuple[int, float]:
    """Amberpost, everything stored: WARC records written and synced, and the database told."""
    count = int(seconds * 20 * CONNECTIONS)
    with tempfile.TemporaryDirectory() as folder, open_archive(folder, port) as archive:
        archive.add({"url": url} for url in LOAD.find_urls(count))
        begin = time.perf_counter()
        summary = archive.run(max_time=seconds)
        return summary.counts.captured, time.perf_counter() - begin


def open_archive(folder: str, port: int) -> Archive:
    """An archive whose network is the small internet at that port, as fast as it goes."""
    from amberpost.archive import Archive, Network
    from amberpost.archive.exchange.lookups import Endpoint

    async def resolver(_: str, __: int) -> list[Endpoint]:
        return [Endpoint("127.0.0.1", port)]

    return Archive(
        folder,
        contact="benchmark@example.org",
        allow_private=True,
        robots=False,
        rate=_UNHURRIED,
        connections=CONNECTIONS,
        network=Network(resolver=resolver),
    )


CLIENTS: dict[str, Callable[[int, float], tuple[int, float]]] = {
    "amberpost": run_amberpost,
    "httpx": run_httpx,
    "httpx-gather": run_httpx_gather,
    "aiohttp": run_aiohttp,
    "minet": run_minet,
    "curl": run_curl,
}

if __name__ == "__main__":
    sys.exit(main())
