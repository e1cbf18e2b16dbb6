"""Spark on this machine beside one process of `amberpost find`, on one Parquet file: `python -m benchmarks.spark`.

The records of both are compared, line by line, before any figure is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from .newstext import ARTICLE_SIZE
from .tables import write_table
from .timing import median, run_child

GIGABYTE = 10**9
ROUNDS = 5
MOST = 2.5
_CORES = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark", description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=GIGABYTE, help="bytes of text")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return run_spark(*options.worker)
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), options.size, options.rounds)


def measure(folder: Path, size: int, rounds: int) -> int:
    """Print what was measured; 1 when the records differ, or Spark takes longer than is wanted."""
    table, articles = folder / "news.parquet", size // ARTICLE_SIZE
    written = write_table(table, articles)
    print(f"{articles:,} articles, {written / 1e6:,.0f} MB of text, {table.stat().st_size / 1e6:,.0f} MB of Parquet")
    command = shutil.which("amberpost") or str(Path(sys.executable).with_name("amberpost"))
    one = [command, "find", str(table), "--jobs", "1", "-q", "-o", str(folder / "find.jsonl")]
    worker = [sys.executable, "-m", "benchmarks.spark", "--worker", str(table), str(folder / "spark")]
    run_child(one)
    alone, warm = list[float](), list[float]()
    with subprocess.Popen([*worker, str(rounds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as spark:
        if spark.stdin is None or spark.stdout is None:
            raise RuntimeError("no pipes to the worker")
        start, first = json.loads(spark.stdout.readline())
        for _ in range(rounds):
            alone.append(run_child(one).wall)
            print("run", file=spark.stdin, flush=True)
            warm.append(json.loads(spark.stdout.readline()))
    ratio = median(warm) / median(alone)
    print(f"amberpost find --jobs 1: {_show(alone)}")
    print(f"Spark local[{_CORES}]: session {start:.1f} s, first run {first:.1f} s, warm {_show(warm)}")
    print(f"Spark warm / one process: {ratio:.2f} (wanted: at most {MOST})")
    same = hash_jsonl(folder / "find.jsonl") == hash_parquet(folder / "spark")
    print(f"records identical: {same}")
    return int(not same or ratio > MOST)


def _show(seconds: list[float]) -> str:
    return f"{median(seconds):.1f} s ({min(seconds):.1f}–{max(seconds):.1f})"


def run_spark(table: str, to: str, rounds: str) -> int:
    """Run one session: its start and first run on one line, then a line for each run that is asked for."""
    begin = perf_counter()
    from amberpost.spark import find_citations, open_session

    quiet = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
    spark = open_session(master=f"local[{_CORES}]", config=quiet)
    ready = perf_counter()

    def run() -> float:
        begin = perf_counter()
        find_citations(spark.read.parquet(table)).write.mode("overwrite").parquet(to)
        return perf_counter() - begin

    print(json.dumps([ready - begin, run()]), flush=True)
    for _ in range(int(rounds)):
        sys.stdin.readline()
        print(json.dumps(run()), flush=True)
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
