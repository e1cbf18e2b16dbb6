"""A long run over WARC files that can be stopped anywhere and started again: paths in rounds, each a job of Spark's.

A task writes one file for one path, and Spark shows it whole or not at all. So what is in the folder tells what is
done; nothing else has to be remembered, and what a killed run left half-way is not there. Each job has a folder of its
own, for Spark would move finished tasks of a killed job into the next one's, where their paths would then stand twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from ..readers.options import DEFAULTS, Options
from .articles import make_spark_schema
from .warcs import FOUND, OpenFile, fail, find_in_warcs

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROUND = 1000
_FOLDER = "found"


class Results(NamedTuple):
    """What a folder of results holds: the citations, the problems, and the paths that were read to their end."""

    citations: DataFrame
    problems: DataFrame
    read: DataFrame


def run_warcs(
    spark: SparkSession,
    paths: Sequence[str],
    to: str,
    *,
    kind: Sequence[str] | None = None,
    platform: Sequence[str] | None = None,
    mentions: bool = False,
    options: Options = DEFAULTS,
    open_file: OpenFile | None = None,
    paths_a_round: int = ROUND,
) -> Results:
    """Find in the files that the folder `to` does not have yet, and give all that it has then.

    Run again after any stop, it goes on with the paths that are not done, and tries those anew that could not be read.
    A file on which even its worker ends, time and again, is found by halving its round, and named; the others are done.
    `to` is whatever Spark can write to. Only one run at a time may write to it.
    """
    done = _find_done(spark, to)
    left = [path for path in dict.fromkeys(paths) if path not in done]

    def find(some: Sequence[str]) -> DataFrame:
        return find_in_warcs(
            spark, some, kind=kind, platform=platform, mentions=mentions, options=options, open_file=open_file
        )

    for start in range(0, len(left), paths_a_round):
        _run_round(spark, find, left[start : start + paths_a_round], to)
    return read_results(spark, to)


def _run_round(spark: SparkSession, find: Callable[[Sequence[str]], DataFrame], paths: Sequence[str], to: str) -> None:
    """Do a round; when the job fails, do its halves, down to the path that no attempt of Spark's got through."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        _write(find(paths), to)
    except (PySparkException, Py4JError) as error:
        if len(paths) > 1:
            half = len(paths) // 2
            _run_round(spark, find, paths[:half], to)
            _run_round(spark, find, paths[half:], to)
            return
        reason = f"its task failed at every attempt: {_brief(error)}"
        row = fail(paths[0], reason, "not searched; look at the log of the worker, and run again")
        _write(spark.createDataFrame(row.to_pylist(), make_spark_schema(FOUND)), to)


def _brief(error: BaseException) -> str:
    """The line of a long report of Spark's that says what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "Lost task" in line or "crashed" in line or "Error" in line]
    return (told or lines or [type(error).__name__])[0][:300]


def _write(found: DataFrame, to: str) -> None:
    found.write.parquet(f"{to.rstrip('/')}/{_FOLDER}/{uuid4()}")


def _find_done(spark: SparkSession, to: str) -> set[str]:
    return {row.path for row in read_results(spark, to).read.select("path").toLocalIterator()}


def read_results(spark: SparkSession, to: str) -> Results:
    """What a folder that `run_warcs` writes has so far; nothing where no run has begun yet.

    Of a path that could not be read at first, and was read later, the problems of then are left out.
    """
    from pyspark.errors import AnalysisException

    try:
        found = spark.read.schema(make_spark_schema(FOUND)).parquet(f"{to.rstrip('/')}/{_FOLDER}/*")
    except AnalysisException as error:
        if error.getCondition() != "PATH_NOT_FOUND":
            raise
        found = spark.createDataFrame([], make_spark_schema(FOUND))
    read = found.where("read is not null").select("path", "read.*")
    failed = found.where("problem is not null and not complete").join(read, "path", "left_anti")
    problems = found.where("problem is not null and complete").select("path", "problem.*")
    return Results(
        citations=found.where("citation is not null").select("path", "citation.*"),
        problems=problems.union(failed.select("path", "problem.*").distinct()),
        read=read,
    )
