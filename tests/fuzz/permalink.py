"""Fuzz `parse_permalink`: any string at all.

    python tests/fuzz/permalink.py --seconds 60

Whatever it is, `parse_permalink` never raises, and a canonical URL is its own canonical URL: it parses to the same
post, though on some platforms it no longer names the account.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

from fuzzing import FIXTURES, Target, run

_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>\\]{4,300}")


def check_permalink(data: bytes) -> None:
    """Raise an `AssertionError`, or whatever `parse_permalink` raises, when something does not hold of these bytes."""
    from amberpost.platforms import parse_permalink

    url = data.decode("utf-8", "surrogateescape")
    found = parse_permalink(url)
    if found is None:
        return
    assert found.post_id, found
    again = parse_permalink(found.url)
    assert again in (found, replace(found, handle=None)), f"{url!r} gave {found}, whose URL gives {again}"


def find_addresses() -> Iterable[bytes]:
    """Every address that stands in a fixture, and every permalink that one is expected to give."""
    seen = {address for text in _texts() for address in _ADDRESS.findall(text)}
    return (address.encode() for address in sorted(seen))


def _texts() -> Iterator[str]:
    for path in sorted(FIXTURES.glob("*/*/article.*")):
        yield path.read_text("utf-8", errors="replace")
    for path in sorted(FIXTURES.glob("*/*/expected.json")):
        for row in json.loads(path.read_text("utf-8")).get("citations", []):
            yield row.get("permalink") or ""


TARGET = Target(
    name="permalink",
    check=check_permalink,
    seeds=find_addresses,
    longest=512,
    instrumented=("amberpost.platforms",),
)

if __name__ == "__main__":
    sys.exit(run(TARGET))
