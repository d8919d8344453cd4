"""The Spark session, and what only its file systems know."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from negograph.errors import ClusterError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def session(master: str | None = None, settings: Mapping[str, str] | None = None) -> SparkSession:
    """The session that ``spark-submit`` has prepared, or a new one on ``master`` (``local[*]`` where none is said).

    Args:
        master: as Spark names it: ``local[4]``, ``spark://host:7077``, ``yarn``.
        settings: of Spark's own, by their names (``spark.executor.memory``).

    Raises:
        ClusterError: PySpark or Java is not installed.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise ClusterError("Spark is not installed: pip install 'negograph[spark]'") from None
    if "PYSPARK_GATEWAY_PORT" not in os.environ and (master or "local").startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers here are this Python, with negograph in it
    builder = SparkSession.builder.appName("negograph")
    if master:
        builder = builder.master(master)
    for name, value in (settings or {}).items():
        builder = builder.config(name, value)
    try:
        made: SparkSession = builder.getOrCreate()
    except PySparkException as error:
        raise ClusterError(f"Spark does not start (it needs Java 17 or later): {str(error).splitlines()[0]}") from None
    return made


class Files:
    """The file system that a path lies on: local, HDFS, an object store, whatever Spark can reach."""

    def __init__(self, spark: SparkSession) -> None:
        context: Any = spark.sparkContext
        self._path = context._jvm.org.apache.hadoop.fs.Path
        self._configuration = context._jsc.hadoopConfiguration()

    def exists(self, name: str) -> bool:
        """Whether there is a file or a folder of that name."""
        path = self._path(name)
        return bool(path.getFileSystem(self._configuration).exists(path))

    def add_suffix(self, folder: str, suffix: str) -> None:
        """Give every part in ``folder`` a suffix, by which stores know what it holds."""
        path = self._path(folder)
        system = path.getFileSystem(self._configuration)
        for status in system.listStatus(path):
            part = status.getPath()
            if part.getName().startswith("part-") and not part.getName().endswith(suffix):
                system.rename(part, self._path(f"{folder}/{part.getName()}{suffix}"))
