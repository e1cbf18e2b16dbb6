"""The index of a WACZ: the archive's CDXJ in blocks of gzip, and a listing of the blocks.

A player that reads a WACZ over a network loads the listing, then the one block that a URL's key falls into. Digests of
records and blocks let it check what it loads without loading all: CDXJ 0.1.0, wacz-auth 0.1.0.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO

from ..disk.cdxj import find_lines, sort_lines
from ..disk.reading import Reader

_BLOCK = 1024  # lines, as py-wacz has them
_GZIP = 31  # zlib's number for the largest window with a gzip head, which then has no time and no name in it


def find_index_lines(reader: Reader, segments: Iterable[str]) -> Iterator[bytes]:
    """The lines of all records of some segments, sorted by bytes, with the SHA-256 of each record as it lies there."""
    return sort_lines(chain.from_iterable(_find_digested(reader, name) for name in segments))


def _find_digested(reader: Reader, segment: str) -> Iterator[bytes]:
    for line in find_lines(reader.connection, segment):
        key, time, told = line.split(b" ", 2)
        fields = json.loads(told)
        digest = reader.segments.digest(segment, int(fields["offset"]), int(fields["length"]))
        fields["recordDigest"] = f"sha256:{digest}"
        yield b"%b %b %b\n" % (key, time, json.dumps(fields).encode())


def write_index(lines: Iterable[bytes], index: IO[bytes], listing: IO[bytes], *, name: str) -> None:
    """Write sorted lines as gzipped blocks to `index`, which is called `name`, and where each begins to `listing`.

    >>> import io
    >>> index, listing = io.BytesIO(), io.BytesIO()
    >>> line = b'example,a)/ 20260909100000 {"url": "http://a.example/"}\\n'
    >>> write_index([line], index, listing, name="index.cdx.gz")
    >>> print(listing.getvalue().decode()[:112])
    !meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    example,a)/ 20260909100000 {"offset": 0, "length
    """
    rest = iter(lines)
    meta = {"format": "cdxj-gzip-1.0", "filename": name}
    listing.write(f"!meta 0 {json.dumps(meta)}\n".encode())
    offset = 0
    while block := list(islice(rest, _BLOCK)):
        packer = zlib.compressobj(wbits=_GZIP)
        packed = packer.compress(b"".join(block)) + packer.flush()
        place = {"offset": offset, "length": len(packed), "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}"}
        key, time, _ = block[0].split(b" ", 2)
        listing.write(b"%b %b %b\n" % (key, time, json.dumps(place).encode()))
        index.write(packed)
        offset += len(packed)
