"""Fuzz `find`: any bytes at all, decoded as the readers would, as a text, as Markdown and as a page.

    python tests/fuzz/find.py --seconds 60

Whatever they are, `find` never raises, every span is what it says it is, spans come in order, embeds stand apart, and
it ends in time: a short input is also measured when it stands in the article many times over.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable, Iterator

from fuzzing import FIXTURES, FOLDER, Target, run

from amberpost import Article, Citation, find

# Four times what any document may take, for machines are busy and a fuzzer packs an article with nothing but the
# dearest of citations; what is quadratic takes far more. How time grows is measured closely by tests/growth.py.
SECONDS_PER_BYTE = 8e-6
# Below this the clock and the fuzzer's own counting speak, not the code.
FLOOR = 0.3
REPEATED = 128 * 1024
# One input in so many is measured repeated as well, for that takes a hundred times as long.
ONE_IN = 64


def check_find(data: bytes) -> None:
    """Raise an `AssertionError`, or whatever `find` raises, when something does not hold of these bytes."""
    for article in read_as_anything(data):
        begun = time.thread_time()
        found = find(article, mentions=article.html is None)
        check_time(time.thread_time() - begun, data, times=1)
        check_citations(article, found)
    if data and zlib.crc32(data) % ONE_IN == 0:
        check_repeated(data)


def check_repeated(data: bytes) -> None:
    """Check that finding ends in time in an article that is nothing but these bytes, again and again."""
    times = REPEATED // len(data) + 1
    check_time(measure(data, times), data, times=times)


def read_as_anything(data: bytes) -> Iterator[Article]:
    """The bytes as a reader of each kind of file would give them."""
    from amberpost.readers.htmlfile import find_html
    from amberpost.readers.plain import find_plain

    for item in (*find_plain(data, "a.txt"), *find_html(data, "a.html")):
        if isinstance(item, Article):
            yield item
            if item.text is not None:
                yield item.model_copy(update={"markdown": True})


def check_citations(article: Article, found: list[Citation]) -> None:
    """Check what must hold of all that is found in an article."""
    source = article.source
    for citation in found:
        assert 0 <= citation.start < citation.end <= len(source), (citation.start, citation.end)
        assert source[citation.start : citation.end] == citation.raw, citation
        assert Citation.model_validate_json(citation.model_dump_json()) == citation, citation
    assert found == sorted(found, key=lambda citation: citation.start)
    embeds = [citation for citation in found if citation.kind == "embed"]
    assert all(one.end <= other.start for one, other in itertools.pairwise(embeds)), embeds


def check_time(taken: float, data: bytes, *, times: int) -> None:
    """Check that finding ended in time; what seems too slow is measured again in a process that counts nothing."""
    allowed = max(FLOOR, len(data) * times * SECONDS_PER_BYTE)
    if taken > allowed:
        taken = measure_apart(data, times)
    assert taken <= allowed, f"{taken:.2f} s for {times} times {len(data)} bytes, allowed {allowed:.2f} s"


def measure(data: bytes, times: int, *, tries: int = 1) -> float:
    """The seconds that finding takes in these bytes so many times over, read as what is slowest."""
    return max(
        min(_measure(article, times) for _ in range(tries))
        for article in (*read_as_anything(data), Article(text=""))  # nothing may be read from them
    )


def _measure(article: Article, times: int) -> float:
    source = {"html" if article.html is not None else "text": article.source * times}
    repeated = article.model_copy(update=source)
    begun = time.thread_time()
    find(repeated, mentions=article.html is None)
    return time.thread_time() - begun


def measure_apart(data: bytes, times: int) -> float:
    """The same, in a process of its own: the fuzzer counts every step, which makes finding several times as slow."""
    lines = f"import sys, find; print(find.measure(sys.stdin.buffer.read(), {times}, tries=3))"
    done = subprocess.run(
        (sys.executable, "-c", lines), input=data, stdout=subprocess.PIPE, check=True, cwd=FOLDER, timeout=120
    )
    return float(done.stdout)


def find_seeds() -> Iterable[bytes]:
    """Every fixture, for each is small and shows a form of its own."""
    return (path.read_bytes() for path in sorted(FIXTURES.glob("*/*/article.*")))


TARGET = Target(
    name="find",
    check=check_find,
    seeds=find_seeds,
    longest=16 * 1024,
    instrumented=("amberpost.finding", "amberpost.finding.html", "amberpost.finding.mentions", "amberpost.readers"),
)

if __name__ == "__main__":
    sys.exit(run(TARGET))
