"""Parts of N-Triples or N-Quads, written by many processes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from negograph.errors import ClusterError, DataError
from negograph.ontology import load_ontology
from negograph.rdf import lines, vocabulary
from negograph.spark.checking import check
from negograph.spark.cluster import Files
from negograph.spark.reading import tables_of
from negograph.tables.reading import Row

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import SparkSession


def build(spark: SparkSession, data: str, output: str, *, graphs: bool = False, checked: bool = True) -> None:
    """Write the graph of the tables in ``data`` into the folder ``output``, as parts that any store loads.

    Args:
        spark: the session.
        data: a folder or URI that Spark can read: ``entities.csv``, ``relations.csv`` and so on, each
            a file or a folder of parts, or ``.parquet``.
        output: a folder or URI that isn't there yet.
        graphs: write N-Quads with a graph a source, instead of N-Triples.
        checked: check all tables first; without it, give only tables that ``negograph check`` has passed.

    Raises:
        DataError: with the problems of the tables; nothing is written then.
        ClusterError: a table or the output cannot be read or written.
    """
    files = Files(spark)
    if files.exists(output):
        raise ClusterError(f"{output} is there already: name a new folder, or remove it")
    if checked:
        found = check(spark, data)
        if found.problems:
            raise DataError(found.problems)
    context = spark.sparkContext
    texts: list[RDD[str]] = [context.parallelize([vocabulary(load_ontology())], 1)]
    for name, parts in tables_of(spark, data).items():
        if parts:
            texts.append(parts.rows.mapPartitions(_Writer(name, graphs)))
    context.union(texts).map(lambda text: text.removesuffix("\n")).filter(bool).saveAsTextFile(output)
    files.add_suffix(output, ".nq" if graphs else ".nt")


class _Writer:
    """Rows of one table to their lines, in whatever process."""

    def __init__(self, name: str, graphs: bool) -> None:
        self.name, self.graphs = name, graphs

    def __call__(self, rows: Iterable[Row]) -> Iterator[str]:
        ontology = load_ontology()
        header = tuple(ontology.columns[self.name])
        cells = ([row[column] for column in header] for row in rows)
        return lines(self.name, header, cells, ontology, graphs=self.graphs)
