"""The same graph on many machines: the checks and the row function, run by Spark over parts of the tables.

A table is one CSV file or a folder of them, each with its line of headers, or a Parquet file or
folder. Spark cuts the files at line ends, wherever it likes; what a line becomes is said by the
function that writes it on one machine, so the parts hold the same lines. ``docs/scale.md`` has the
commands.
"""

from negograph.spark.building import build
from negograph.spark.checking import Check, check
from negograph.spark.session import session

__all__ = ["Check", "build", "check", "session"]
