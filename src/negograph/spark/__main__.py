"""``python -m negograph.spark``, and the file to give to ``spark-submit``."""

from negograph.spark.command import spark

spark(prog_name="negograph spark")
