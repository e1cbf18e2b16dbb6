"""What an archive weighs on the disk: a link that waits, a redirect, an answer about a post, a page beyond its bytes.

These are sizes and not times: the same at every run, however busy the machine is.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from .invented import cite, make_answer, open_store, store_answers
from .timing import Row

LINKS = 10_000
PAGE = 30_000  # bytes on the wire of an article's page as servers send it, compressed
_POST = 2_000  # bytes of JSON about a post

Make = Callable[[int], bytes]


def measure_disk(*, rounds: int, quick: bool, links: int = LINKS) -> Iterator[Row]:
    """Weigh each kind of answer in an archive of its own; `rounds` change nothing."""
    del rounds
    count = links // 10 if quick else links
    yield Row("a citation with one link that waits", "bytes", (_weigh("https://t.co/w", count),))
    yield Row("a redirect of t.co", "bytes", (_weigh("https://t.co/r", count, _make_redirect, leads=True),))
    post = _weigh("https://cdn.syndication.twimg.com/tweet-result?id=", count, _make_post)
    yield Row(f"an answer of {_POST:,} bytes about a post", "bytes", (post,))
    page = _weigh("https://news.example/", count // 10, _make_page)
    yield Row(f"a page of {PAGE:,} bytes on the wire", "bytes", (page,))


def _weigh(prefix: str, count: int, make: Make | None = None, *, leads: bool = False) -> float:
    """The bytes of the whole folder an answer, with what an empty archive has taken off."""
    urls = [f"{prefix}{number:09}" for number in range(count)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "archive")
        store = open_store(folder)
        cite(store, urls)
        if make is not None:
            target = "https://x.com/HarborDesk/status/18611111111110000" if leads else ""
            store_answers(store, [(url, make(number)) for number, url in enumerate(urls)], target=target)
        store.close()
        return (_measure(folder) - _measure_empty()) / count


def _measure_empty() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "archive")
        open_store(folder).close()
        return _measure(folder)


def _measure(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _make_redirect(number: int) -> bytes:
    return make_answer(b"", status=301, location=f"https://x.com/HarborDesk/status/18611111111110000{number}/photo/1")


def _make_post(number: int) -> bytes:
    """Invented JSON that compresses about as names, numbers and addresses do: to some two fifths."""
    chance = random.Random(number)
    told = b'{"__typename":"Post","words":"fog over the mole","codes":"'
    filler = "".join(chance.choices("0123456789abcdef ", k=_POST * 3 // 5)).encode()
    return make_answer((told + filler).ljust(_POST - 2, b".") + b'"}', mime="application/json")


def _make_page(number: int) -> bytes:
    """Bytes that do not compress, as those of a page that comes compressed."""
    return make_answer(random.Random(number).randbytes(PAGE))
