"""Two executors on this machine, one of which is killed while it searches: `python tests/killedexecutor.py FILE MARK`.

Prints the records as JSON lines. A program of its own, because a test has one session, whose executor it is itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from amberpost.spark import find_citations, open_session

CONFIG = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.executor.memory": "900m",
    "spark.log.level": "OFF",
}


def main(table: str, mark: str) -> None:
    import pyspark

    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    spark = open_session(master="local-cluster[2,1,1024]", config=CONFIG)

    def kill_once(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield batch
            if not os.path.exists(mark):  # noqa: PTH110  a name of the driver's module would not reach the worker
                open(mark, "w").close()  # noqa: PTH123
                worker = open(f"/proc/{os.getppid()}/stat").read()  # noqa: PTH123, SIM115
                os.kill(int(worker.rpartition(")")[2].split()[1]), signal.SIGKILL)

    df = spark.read.parquet(table).repartition(4)
    for row in find_citations(df.mapInArrow(kill_once, df.schema)).toArrow().to_pylist():
        print(json.dumps(row, default=str, sort_keys=True))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
