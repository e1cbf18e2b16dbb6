"""`python -m amberpost.demo --serve`: the small internet in a process of its own, until its standard input ends.

Its first line is `PORT TLS_PORT`. The benchmarks start it so, and it goes away with whoever started it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from .internet import SmallInternet
from .load import Load


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m amberpost.demo", description="The small internet on loopback.")
    parser.add_argument("--serve", action="store_true", required=True, help="serve until standard input ends")
    parser.add_argument("--hosts", type=int, default=0, help="so many generated hosts, host000.test and on")
    parser.add_argument("--size", type=int, default=8192, help="bytes of each generated page")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each generated page")
    options = parser.parse_args()
    load = Load(hosts=options.hosts, size=options.size, delay=options.delay) if options.hosts else None
    asyncio.run(serve(load))
    return 0


async def serve(load: Load | None) -> None:
    """Serve, say where, and go on until nobody holds the other end of standard input."""
    async with SmallInternet(load=load) as internet:
        print(internet.port, internet.tls_port, flush=True)
        await asyncio.to_thread(sys.stdin.buffer.read)


if __name__ == "__main__":
    sys.exit(main())
