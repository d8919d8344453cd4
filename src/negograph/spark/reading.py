"""Tables in parts: where each lies, and its rows with a number that tells them apart.

The number of a row is that of its file, times ``FILE``, plus that of its line: so the order of the
numbers is that of the rows on one machine, and a finding keeps its place through every shuffle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from negograph.errors import ClusterError
from negograph.ontology import Ontology, load_ontology
from negograph.spark.cluster import Files
from negograph.tables import MANIFEST
from negograph.tables.reading import Finding, Row, read_header, read_row
from negograph.tables.sameness import FILE as SAME

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import SparkSession

FILE = 1 << 40
"""More lines than a file has."""

Numbered = tuple[int, Row | None, list[Finding], bytes]
"""Number, row (where the line is one), what is wrong with its form, and the line itself (CSV only)."""


@dataclass(frozen=True)
class Blocks:
    """What a worker has to know of the files of a table: no more than a few words a block."""

    first: dict[tuple[str, int], int] = field(default_factory=dict)
    """File and first byte of a block to the number of its first line."""
    names: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    """File to its columns; ``None`` where its first line is no line of headers."""


@dataclass(frozen=True)
class Parts:
    """A table as Spark sees it."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    """What is wrong with the first lines of the files, or with the columns of the whole."""
    numbered: RDD[Numbered]
    headers: Mapping[int, str] = field(default_factory=dict)
    """The first line of each CSV file, by its number."""
    lost: frozenset[str] = frozenset()
    """As in :class:`negograph.tables.Table`: what the first line of any of the files has lost."""

    @property
    def rows(self) -> RDD[Row]:
        """The rows, each with its number as its line; lines that are no rows are left out."""
        return self.numbered.flatMap(lambda each: [each[1]] if each[1] else [])

    def file(self, number: int) -> str:
        """The name of the file that a row with this number stands in."""
        return readable(self.files[number // FILE])


def readable(uri: str) -> str:
    """A path as people write it, for a file of this machine; any other URI as it is."""
    return unquote(uri.removeprefix("file:")).replace("///", "/", 1) if uri.startswith("file:") else uri


def parts_of(spark: SparkSession, data: str, table: str, ontology: Ontology) -> Parts | None:
    """The table of that name in the folder ``data``; ``None`` where there is none.

    Raises:
        ClusterError: it is there twice, as CSV and as Parquet.
    """
    files = Files(spark)
    base = f"{data.rstrip('/')}/{table}"
    there = [suffix for suffix in (".csv", ".parquet") if files.exists(base + suffix)]
    if len(there) > 1:
        raise ClusterError(f"{base} is there as CSV and as Parquet: keep one of them")
    if not there:
        return None
    read = _csv if there[0] == ".csv" else _parquet
    return read(spark, base + there[0], table, ontology)


# CSV: lines, by the reader that one machine has


def _csv(spark: SparkSession, path: str, table: str, ontology: Ontology) -> Parts:
    from pyspark.sql import functions as F

    text = spark.read.text(path, lineSep="\n").select(
        F.col("value").cast("binary").alias("line"),  # no decoding before ours
        F.col("_metadata.file_path").alias("file"),
        F.col("_metadata.file_block_start").alias("start"),
    )
    found = text.groupBy("file", "start").agg(F.count("*").alias("lines"), F.first("line").alias("line")).collect()
    if not found:
        empty = Finding(0, None, "empty", "the file is empty", "it needs at least its line of headers")
        return Parts((path,), (empty,), spark.sparkContext.emptyRDD(), lost=frozenset(ontology.columns[table]))
    blocks, headers = _blocks(found)
    findings: list[Finding] = []
    columns, lost = ontology.columns[table], frozenset[str]()
    files = tuple(blocks.names)
    for number, line in headers.items():
        header, wrong = read_header(line, tuple(columns.values()))
        blocks.names[files[number // FILE]], lost = (
            (header.names, lost | header.lost) if header else (None, frozenset(columns))
        )
        findings += (replace(each, line=number) for each in wrong)
    shared = spark.sparkContext.broadcast(blocks)
    rows = text.rdd.mapPartitions(lambda lines: _numbered(lines, shared.value))
    texts = {number: line.decode(errors="replace") for number, line in headers.items()}
    return Parts(files, tuple(findings), rows, texts, lost)


def _blocks(found: Iterable[Any]) -> tuple[Blocks, dict[int, bytes]]:
    """The blocks, from one pass that no Python sees, and the first line of each file by its number."""
    blocks, headers, number = Blocks(), {}, 0
    for block in sorted(found, key=lambda each: (each["file"], each["start"])):
        if block["file"] not in blocks.names:
            number = len(blocks.names) * FILE + 1
            blocks.names[block["file"]] = None
            headers[number] = bytes(block["line"])
        blocks.first[block["file"], block["start"]] = number
        number += block["lines"]
    return blocks, headers


def _numbered(lines: Iterable[Any], blocks: Blocks) -> Iterator[Numbered]:
    block, number, names = None, 0, None
    for raw, file, start in lines:
        if (file, start) == block:
            number += 1
        else:
            block, number, names = (file, start), blocks.first[file, start], blocks.names[file]
        if number % FILE != 1 and names is not None:
            line = bytes(raw)
            yield (number, *read_row(line, number, names), line)


# Parquet: columns of text


def _parquet(spark: SparkSession, path: str, table: str, ontology: Ontology) -> Parts:
    from pyspark.sql import functions as F

    frame = spark.read.parquet(path)
    columns = tuple(ontology.columns[table].values())
    wrong = [name for name, kind in frame.dtypes if kind != "string"]
    if wrong:
        raise ClusterError(f"{path}: {', '.join(wrong)} must be of type string: a number has lost how it was written")
    header, wrong_names = read_header(",".join(frame.columns).encode(), columns)
    findings = tuple(replace(each, line=0) for each in wrong_names)  # they stand in no line of the file
    names, lost = (header.names, header.lost) if header else ((), frozenset(ontology.columns[table]))
    place = [F.col("_metadata.file_path").alias("_file"), F.col("_metadata.row_index").alias("_row")]
    placed = frame.select(*place, *(F.col(f"`{name}`") for name in frame.columns))
    files = tuple(sorted(each[0] for each in placed.select("_file").distinct().collect()))
    order = {file: place for place, file in enumerate(files)}

    def numbered(rows: Iterable[Any]) -> Iterator[Numbered]:
        for file, row, *cells in rows:
            number = order[file] * FILE + row + 1
            yield number, Row(number, dict(zip(names, (each or "" for each in cells), strict=True))), [], b""

    rows = placed.rdd.mapPartitions(numbered) if header else spark.sparkContext.emptyRDD()
    return Parts(files or (path,), findings, rows, lost=lost)


def tables_of(spark: SparkSession, data: str) -> dict[str, Parts | None]:
    """Every table in the folder ``data``, by name.

    Raises:
        ClusterError: beside them lies a file that only one machine understands.
    """
    for name in (SAME, MANIFEST):
        if Files(spark).exists(f"{data.rstrip('/')}/{name}"):
            raise ClusterError(f"{data}: {name} is for one machine; unite the tables there, or take it away")
    ontology = load_ontology()
    return {name: parts_of(spark, data, name, ontology) for name in ontology.columns}
