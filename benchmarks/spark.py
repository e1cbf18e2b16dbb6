"""Spark on this machine beside one process of `amberpost find`, on one Parquet file; the records of both are compared.

`python -m benchmarks.spark TABLE TO` is its session, in a process of its own: it runs when a line comes in, and says
how many seconds that took.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter

from .growth import find_command
from .newstext import ARTICLE_SIZE
from .tables import write_table
from .timing import Row, find_rounds, median, run_child

GIGABYTE = 10**9
CORES = 2
MOST = 2.5  # times as long as one process, warm


def measure_spark(*, rounds: int, quick: bool, size: int = GIGABYTE) -> Iterator[Row]:
    """Measure one process and one warm session in turn; where PySpark or Java is missing, one row says so."""
    missing = find_missing()
    if missing is not None:
        yield Row(f"skipped: {missing}", "s")
        return
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure(Path(folder), size // 20 if quick else size, rounds)


def find_missing() -> str | None:
    """Which of PySpark and Java is not here; `None` when both are."""
    from amberpost import AmberpostError
    from amberpost.spark.session import check_spark

    try:
        check_spark()
    except AmberpostError as error:
        return str(error).partition(":")[0]
    return None


def _measure(folder: Path, size: int, rounds: int) -> Iterator[Row]:
    table = folder / "news.parquet"
    written = write_table(table, size // ARTICLE_SIZE)
    one = [*find_command(), "find", str(table), "--jobs", "1", "-q", "-o", str(folder / "find.jsonl")]
    worker = [sys.executable, "-m", "benchmarks.spark", str(table), str(folder / "spark")]
    run_child(one)
    alone, warm = list[float](), list[float]()
    with subprocess.Popen(worker, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:
        start, first = _ask(session), _ask(session)
        for _ in find_rounds(rounds):
            alone.append(run_child(one).wall)
            warm.append(_ask(session))
        session.stdin.close()  # type: ignore[union-attr]
    ratio = median(alone) / median(warm)
    text = f"{written / 1e6:,.0f} MB of text in {table.stat().st_size / 1e6:,.0f} MB of Parquet"
    yield Row(f"amberpost find --jobs 1, {text}", "s", tuple(alone))
    yield Row(f"Spark local[{CORES}], warm; one process beside it", "s", tuple(warm), ratio, 1 / MOST)
    yield Row("Spark: to open a session", "s", (start,))
    yield Row("Spark: the first run in it", "s", (first,))
    yield _compare(folder / "find.jsonl", folder / "spark")


def _ask(session: subprocess.Popen[str]) -> float:
    """Let the session do what is next, and give the seconds that it took."""
    if session.stdin is None or session.stdout is None:
        raise RuntimeError("no pipes to the session")
    print(file=session.stdin, flush=True)
    return float(session.stdout.readline())


def _compare(jsonl: Path, parquet: Path) -> Row:
    """How many records there are, and which part of them both have."""
    ours, theirs = hash_jsonl(jsonl), hash_parquet(parquet)
    both = len(ours & theirs) / max(1, len(ours | theirs))
    return Row("records, those that are the same beside all", "records", (float(len(ours | theirs)),), both, 1.0)


def main() -> int:
    """Open a session at the first line that comes in, and run at each that follows."""
    table, to = sys.argv[1:]
    sys.stdin.readline()
    begin = perf_counter()
    from amberpost.spark import find_citations, open_session

    quiet = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
    spark = open_session(master=f"local[{CORES}]", config=quiet)
    print(perf_counter() - begin, flush=True)
    for _ in sys.stdin:
        begin = perf_counter()
        find_citations(spark.read.parquet(table)).write.mode("overwrite").parquet(to)
        print(perf_counter() - begin, flush=True)
    spark.stop()
    return 0


def hash_jsonl(path: Path) -> set[bytes]:
    """A hash for each record, so that millions can be compared."""
    with path.open("rb") as lines:
        return hash_rows({**json.loads(line)} for line in lines)


def hash_parquet(folder: Path) -> set[bytes]:
    import pyarrow.dataset as ds

    batches = ds.dataset(folder, format="parquet").to_batches(batch_size=1000)
    return hash_rows(row for batch in batches for row in batch.to_pylist())


def hash_rows(rows: Iterable[dict[str, object]]) -> set[bytes]:
    """The rows without `schema`, which only JSONL has; instants and days as their first letters, as ISO has them."""
    hashes = set[bytes]()
    for row in rows:
        row.pop("schema", None)
        posted = row.get("posted_at")
        row["posted_at"] = None if posted is None else str(posted).replace(" ", "T")[:19]
        text = json.dumps(row, sort_keys=True, default=str)
        hashes.add(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest())
    return hashes


if __name__ == "__main__":
    sys.exit(main())
