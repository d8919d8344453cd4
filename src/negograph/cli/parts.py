"""The command for tables that are too large for one machine."""

from __future__ import annotations

from negograph.cli.root import main
from negograph.spark.command import spark

main.add_command(spark)
