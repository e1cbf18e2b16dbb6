"""`python -m amberpost.spark`, and the file to hand to spark-submit: articles in tables or WARC files, to a folder.

Its imports are absolute because spark-submit runs it as a script.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from amberpost.models import AmberpostError
from amberpost.spark import open_session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_COLUMNS = ("text", "html", "id", "date", "title", "url")


def main() -> int:
    """Run what the arguments ask for: 0 done, 1 some of it could not be read, 2 asked wrongly."""
    options = make_parser().parse_args()
    try:
        spark = open_session(master=options.master)
    except AmberpostError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        return _run(spark, options)
    except AmberpostError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        spark.stop()


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m amberpost.spark", description=__doc__.partition("\n")[0])
    parser.add_argument("--master", help="local[2], spark://HOST:7077 ...; under spark-submit it is named there")
    forms = parser.add_subparsers(dest="form", required=True)
    articles = forms.add_parser("articles", help="Parquet files with an article a row")
    articles.add_argument("path", nargs="+", help="whatever Spark reads: files, folders, s3a://..., hdfs://...")
    for column in _COLUMNS:
        articles.add_argument(f"--{column}-column", default=column, metavar="NAME")
    warcs = forms.add_parser("warcs", help="WARC files, whose paths a text file lists one a line")
    warcs.add_argument("list", help="a text file that Spark can read, as Common Crawl's warc.paths.gz")
    warcs.add_argument("--prefix", default="", help="what to put before each path: s3://commoncrawl/")
    warcs.add_argument("--paths-a-round", type=int, help="how many paths one job of Spark's has")
    for form in (articles, warcs):
        form.add_argument("--to", required=True, help="the folder that the results go to")
        form.add_argument("--kind", action="append", help="only these: embed, link, credit, mention")
        form.add_argument("--platform", action="append", help="only these")
        form.add_argument("--mentions", action="store_true", help="look for prose mentions too")
    return parser


def _run(spark: SparkSession, options: argparse.Namespace) -> int:
    # Loaded once the session has told what may be missing.
    from amberpost.spark import find_citations, find_problems, find_repeated_ids, run_warcs
    from amberpost.spark.rounds import ROUND

    to = options.to.rstrip("/")
    asked = {"kind": options.kind, "platform": options.platform, "mentions": options.mentions}
    if options.form == "warcs":
        paths = [options.prefix + row.value for row in spark.read.text(options.list).collect() if row.value.strip()]
        results = run_warcs(spark, paths, to, paths_a_round=options.paths_a_round or ROUND, **asked)
        return _write(results.citations, results.problems, to)
    df = spark.read.parquet(*options.path)
    columns = {column: getattr(options, f"{column}_column") for column in _COLUMNS}
    problems = find_problems(df, **columns, **asked)
    if columns["id"] in df.columns:
        problems = problems.union(find_repeated_ids(df, id=columns["id"]))
    return _write(find_citations(df, **columns, **asked), problems, to)


def _write(citations: DataFrame, problems: DataFrame, to: str) -> int:
    """Write both tables anew, and say how much there is in them."""
    counts = []
    for name, table in (("citations", citations), ("problems", problems)):
        table.write.mode("overwrite").parquet(f"{to}/{name}")
        counts.append(table.sparkSession.read.parquet(f"{to}/{name}").count())
    print(f"{counts[0]} citations, {counts[1]} problems: {to}/citations, {to}/problems", file=sys.stderr)
    return int(counts[1] > 0)


if __name__ == "__main__":
    sys.exit(main())
