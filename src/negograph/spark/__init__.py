"""The same graph on many machines: the checks and the row function, run by Spark over parts of the tables.

A table is one CSV file or a folder of them, each with its line of headers, or a Parquet file or
folder. Spark cuts the files at line ends, wherever it likes; what a line becomes is said by the
function that writes it on one machine, so the parts hold the same lines. ``docs/scale.md`` has the
commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from negograph.spark.building import build
    from negograph.spark.checking import Check, check
    from negograph.spark.cluster import session

__all__ = ["Check", "build", "check", "session"]

_FROM = {"Check": "checking", "build": "building", "check": "checking", "session": "cluster"}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: the command's ``--help`` needs none of it."""
    if name not in _FROM:
        raise AttributeError(f"module 'negograph.spark' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"negograph.spark.{_FROM[name]}"), name)
