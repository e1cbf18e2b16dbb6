"""A DataFrame of articles, one a row, to one of citations or of problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Unpack

import pyarrow as pa

from ..batches import CITATIONS, PROBLEMS, How, find_batches, find_problem_batches
from ..models import ReadError
from .session import align_python

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

_COLUMNS = ("text", "html", "id", "date", "title", "url")


def find_citations(df: DataFrame, **how: Unpack[How]) -> DataFrame:
    """Find the citations of a DataFrame that holds an article a row: a row each, with the fields of `Citation`.

    The options are those of `batches.How`, `text="body"` for instance. An article without an id is called by the hash
    of its text, since rows of Spark have no numbers. Nothing is run before the result is asked for; the order of the
    citations of an article is that of its text.
    """

    def find(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return find_batches(batches, **how)

    return _choose(df, how).mapInArrow(find, make_spark_schema(CITATIONS))


def find_problems(df: DataFrame, **how: Unpack[How]) -> DataFrame:
    """Find what could not be read, or was cut short: a row each, with the fields of `Problem`.

    All is searched once more for it. Ids that several rows have are found by `find_repeated_ids`.
    """

    def find(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return find_problem_batches(batches, **how)

    return _choose(df, how).mapInArrow(find, make_spark_schema(PROBLEMS))


def find_repeated_ids(df: DataFrame, *, id: str = "id") -> DataFrame:
    """Find the ids that more than one row has, as problems: their citations cannot be told apart by article."""
    from pyspark.sql import functions as spark

    counted = df.where(spark.col(id).isNotNull()).groupBy(spark.col(id).cast("string").alias("source")).count()
    return counted.where("count > 1").select(
        "source",
        spark.lit(None).cast("string").alias("place"),
        spark.concat(spark.lit("is the id of "), spark.col("count").cast("string"), spark.lit(" rows")).alias("reason"),
        spark.lit("all are done; give each article its own id, or none in that column").alias("advice"),
    )


def _choose(df: DataFrame, how: How) -> DataFrame:
    """The columns that are read, so that no other travels to Python."""
    align_python(df.sparkSession)
    if "name" in how:
        raise ReadError("rows of Spark have no order that a name and a number could stand for: give each an id")
    options: dict[str, Any] = dict(how)
    names = [options.get(column, column) for column in _COLUMNS]
    if set(names[:2]).isdisjoint(df.columns):
        shown = ", ".join(df.columns[:20])
        raise ReadError(f"no column {names[0]!r} or {names[1]!r} among {shown}: name yours with text= or html=")
    return df.select([f"`{name}`" for name in dict.fromkeys(names) if name in df.columns])


def make_spark_schema(schema: pa.Schema) -> StructType:
    """The schema of a DataFrame of such batches; all may be null there, as in everything that Spark reads."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(pa.schema([field.with_nullable(True) for field in schema]))
