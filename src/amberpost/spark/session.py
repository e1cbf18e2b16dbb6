"""A Spark session that works at once on a laptop: the right Python, a Java that is there, no look at the network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..models import MissingExtra

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LIBRARIES = ("pyspark", "pyarrow", "pandas")
_LEAST_JAVA = 17
_JAVA_ADVICE = "on Debian and Ubuntu: apt-get install openjdk-17-jre-headless; elsewhere name yours in JAVA_HOME"
_LOCAL = "local"
_LOOPBACK = "127.0.0.1"
_CONFIG = {
    # Pages are large, and a batch is held twice, by the JVM and by Python.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    # A day without a zone is taken for one of UTC, as everywhere in Amberpost.
    "spark.sql.session.timeZone": "UTC",
}


def open_session(*, master: str | None = None, config: dict[str, str] | None = None) -> SparkSession:
    """Open a session, or get the one that is open; `master` is `local[2]` and the like, unless spark-submit names it.

    Raises `MissingExtra` when PySpark or Java is missing, and says how to get it.
    """
    check_spark()
    master = master or os.environ.get("SPARK_MASTER")
    if master is not None and master.startswith(_LOCAL):
        # Asked for the name of the machine, a laptop without a network has no answer.
        os.environ.setdefault("SPARK_LOCAL_IP", _LOOPBACK)
    set_python()
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("amberpost")
    if master is not None:
        builder = builder.master(master)
    for key, value in {**_CONFIG, **(config or {})}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def set_python() -> None:
    """Let the workers run this very Python, unless PYSPARK_PYTHON names one: else Spark takes any `python3`."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)


def align_python(spark: SparkSession) -> None:
    """Likewise for a session that was open before, when its workers run on this machine."""
    if "PYSPARK_PYTHON" in os.environ or not hasattr(spark, "_jsparkSession"):
        return
    if spark.sparkContext.master.startswith(_LOCAL):
        set_python()
        spark.sparkContext.pythonExec = sys.executable


def check_spark() -> None:
    """Raise a `MissingExtra` when PySpark or what it needs is not installed, or there is no Java that it runs on."""
    for library in _LIBRARIES:
        if find_spec(library) is None:
            raise MissingExtra(f"Spark needs {library}, which is not installed: pip install 'amberpost[spark]'")
    if "SPARK_REMOTE" in os.environ:  # Spark Connect: Java runs elsewhere
        return
    java = find_java()
    if java is None:
        raise MissingExtra(f"Spark needs Java {_LEAST_JAVA} or later, and none is found: {_JAVA_ADVICE}")
    version = find_java_version(java)
    if version is not None and version < _LEAST_JAVA:
        raise MissingExtra(f"Spark needs Java {_LEAST_JAVA} or later, and {java} is Java {version}: {_JAVA_ADVICE}")


def find_java() -> str | None:
    """The program that Spark would run: of JAVA_HOME, else the first on the path."""
    home = os.environ.get("JAVA_HOME")
    if home:
        java = Path(home, "bin", "java")
        return str(java) if java.exists() else None
    return shutil.which("java")


def find_java_version(java: str) -> int | None:
    """The main version of a Java, None when it does not tell."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_java_version(said.stderr + said.stdout)


def parse_java_version(said: str) -> int | None:
    """The main version in what `java -version` says; before 9 it stood behind `1.`.

    >>> parse_java_version('openjdk version "17.0.19" 2026-04-21'), parse_java_version('java version "1.8.0_392"')
    (17, 8)
    """
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(match[1]) if match else None
