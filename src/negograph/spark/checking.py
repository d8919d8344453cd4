"""The checks over parts: Spark finds the rows that may be wrong, and the checker of one machine judges them.

What a row shows by itself is checked where the row lies. What it takes other rows to see (an id
that nothing has, a claim made twice, a circle) is narrowed down by joins and groups to suspects; they
and the rows that they refer to come to the driver, where the very same rules give the verdict. So
codes and messages are those of ``negograph check``, and no rule is written twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from negograph.errors import Problem
from negograph.ontology import Column, Ontology, load_ontology
from negograph.spark.reading import FILE, Numbered, Parts, tables_of
from negograph.tables import OPTIONAL
from negograph.tables.reading import Finding, Row, Table, placed
from negograph.tables.rules import findings_of, findings_of_rows, on_a_cycle, said
from negograph.tables.scope import HOLDERS, Everything, Scope, paragraphs, spans

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import DataFrame, SparkSession

_REFERENCES = {"EntityCell": "", "ClaimCell": "", "ThingCell": "", "SourceCell": "source "}
"""Types of cells that name a row, and what stands before the id where the name spaces differ."""

_CHUNK = 2_000
"""Rows that are checked at a time."""

_EDGES = 1_000_000
"""Edges that the driver can hold when it looks for circles."""

_UPWARDS = ("entities.part_of", "entities.broader", "relations.evidence")
"""Columns that may not lead back to where they began."""

_MEND = "add its row, or correct the id"


@dataclass(frozen=True)
class Check:
    """What was found; ``complete`` is whether that is all."""

    problems: tuple[Problem, ...]
    complete: bool = True


@dataclass
class _Suspects:
    """Rows that the driver has to see, and the groups of rows that it has to see whole."""

    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Table to numbers of rows."""
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Table to ids of rows."""
    sources: set[str] = field(default_factory=set)
    stories: set[str] = field(default_factory=set)
    complete: bool = True
    """Whether these are all."""

    def __bool__(self) -> bool:
        return any((*self.numbers.values(), *self.ids.values(), self.sources, self.stories))


def check(spark: SparkSession, data: str, *, limit: int = 1_000) -> Check:
    """Check the tables in the folder or URI ``data``.

    Args:
        spark: the session.
        data: as :func:`negograph.spark.build` takes it.
        limit: how many rows a kind of check may report; where there are more, the result says that it is not complete.

    Raises:
        ClusterError: a table cannot be read.
    """
    parts = tables_of(spark, data)
    there = {name: each for name, each in parts.items() if each}
    problems = [
        Problem(f"{data.rstrip('/')}/{name}.csv", 0, 0, "missing", "no such file or folder", f"the data need {name}")
        for name in parts
        if name not in there and name not in OPTIONAL
    ]
    if problems:
        return Check(tuple(problems))
    found: dict[str, list[Finding]] = {name: list(each.findings) for name, each in there.items()}
    local = spark.sparkContext.union(
        [each.numbered.mapPartitions(_Local(name, each.lost)) for name, each in there.items()]
    )
    shown = local.take(limit + 1)
    for name, finding in shown[:limit]:
        found[name].append(finding)
    complete = len(shown) <= limit
    suspects = _Narrowing(spark, there, limit).suspects()
    complete &= suspects.complete
    if suspects:
        for name, judged in _judged(there, suspects).items():
            found[name] += judged
    return Check(tuple(_located(there, found)), complete)


# What a row shows by itself


class _Alone(Scope):
    """A row without any other: whatever it names may be there."""

    def known(self, cell: str) -> Everything:
        """Every id."""
        return Everything()


class _Local:
    """Findings about the rows of one part of a table."""

    def __init__(self, name: str, lost: frozenset[str]) -> None:
        self.name, self.lost = name, lost

    def __call__(self, numbered: Iterable[Numbered]) -> Iterator[tuple[str, Finding]]:
        ontology = load_ontology()
        scope = _Alone({name: Table(name, ()) for name in ontology.columns}, ontology)
        numbered = iter(numbered)
        while chunk := list(islice(numbered, _CHUNK)):
            table = Table(self.name, tuple(row for _, row, _, _ in chunk if row), lost=self.lost)
            yield from ((self.name, each) for _, _, form, _ in chunk for each in form)
            yield from ((self.name, each) for each in findings_of_rows(table, scope) if each.code != "duplicate-id")


# Narrowing down


_FACTS = "what string, table string, number long, slot string, id string, other string, amount long"
"""What rows tell of themselves, so that Spark can put them together without reading them again."""

Fact = tuple[str, str, int, str, str, str, int]


class _Narrowing:
    """Joins and groups that leave what may be wrong."""

    def __init__(self, spark: SparkSession, parts: Mapping[str, Parts], limit: int) -> None:
        self.spark, self.parts, self.limit = spark, parts, limit
        self.ontology = load_ontology()
        unknown = {cell for cell, names in HOLDERS.items() if any("id" in parts[name].lost for name in names)}
        told = spark.sparkContext.union(
            [each.rows.mapPartitions(_Facts(name, unknown)) for name, each in parts.items()]
        )
        self.facts = spark.createDataFrame(told, _FACTS, verifySchema=False).cache()

    def suspects(self) -> _Suspects:
        """Every row that may be wrong for the sake of other rows, up to a limit a kind of check."""
        found = _Suspects()

        def cut(many: list[Any]) -> list[Any]:
            found.complete &= len(many) <= self.limit
            return many[: self.limit]

        for frame in (self.unresolved(), self.beyond_their_source(), self.twice()):
            for table, number in cut(frame.select("table", "number").distinct().limit(self.limit + 1).collect()):
                found.numbers[table].add(number)
        for table, identifier in cut(list(self.circles())):
            found.ids[table].add(identifier)
        if "coverage" in self.parts:
            found.sources.update(cut(self.uneven_sources().take(self.limit + 1)))
        if "stories" in self.parts:
            found.stories.update(cut(self.uneven_stories().take(self.limit + 1)))
        self.facts.unpersist()
        return found

    def told(self, what: str, **columns: str) -> DataFrame:
        """The facts of one sort, with the columns that are asked for under the names that are given."""
        facts = self.facts.filter(self.facts.what == what)
        return facts.select(*(facts[column].alias(name) for name, column in columns.items()))

    def unresolved(self) -> DataFrame:
        """Rows that name what isn't there, or is of a kind that doesn't belong there."""
        named = self.told("names", table="table", number="number", slot="slot", id="id")
        known = self.told("gives", id="id", kind="slot")
        allowed = self.spark.createDataFrame(_allowed(self.ontology), "slot string, kind string").hint("broadcast")
        return named.join(known, "id", "left").join(allowed, ["slot", "kind"], "left_anti")

    def beyond_their_source(self) -> DataFrame:
        """Claims whose locator doesn't fit their source."""
        cited = self.told("cites", table="table", number="number", id="id", last="amount")
        counted = self.told("counts", id="id", paragraphs="amount")
        return cited.join(counted, "id").filter("last > paragraphs OR (last < 0 AND paragraphs > 0)")

    def twice(self) -> DataFrame:
        """Rows that share what only one row may have."""
        from pyspark.sql import functions as F

        keyed = self.told("has", table="table", number="number", key="id")
        shared = keyed.groupBy("table", "key").agg(F.collect_list("number").alias("numbers"))
        return shared.filter(F.size("numbers") > 1).select("table", F.explode("numbers").alias("number"))

    def circles(self) -> Iterator[tuple[str, str]]:
        """Tables and ids from which a column leads back to where it began."""
        from pyspark.sql import functions as F

        edges = self.told("names", column="slot", child="other", parent="id")
        edges = edges.withColumn("column", F.split("column", " ")[0])
        edges = edges.filter(edges.column.isin(*_UPWARDS))
        while edges.count() > _EDGES:  # an edge to what nothing is above is on no circle
            lower = edges.select("column", edges.child.alias("parent"))
            inner = edges.join(lower, ["column", "parent"], "left_semi")
            inner = inner.select("column", "child", "parent").localCheckpoint()
            if inner.count() == edges.count():
                break
            edges = inner
        above: dict[str, dict[str, tuple[str, ...]]] = {column: {} for column in _UPWARDS}
        for column, child, parent in edges.collect():
            above[column][child] = (*above[column].get(child, ()), parent)
        for column, parents in above.items():
            yield from ((column.partition(".")[0], identifier) for identifier in on_a_cycle(parents))

    def uneven_sources(self) -> RDD[str]:
        """Sources whose paragraphs are not all accounted for, once each, as they are cited."""
        pattern = self.ontology.columns["relations"]["locator"].pattern or ""
        told = self.parts["coverage"].rows.map(
            lambda row: (row["source"], ("told", (row["paragraph"], row["status"], bool(row["reason"]))))
        )
        cited = (
            self.told("cites", id="id", locator="other").distinct().rdd.map(lambda each: (each[0], ("cited", each[1])))
        )
        counted = self.told("counts", id="id", count="amount").rdd.map(lambda each: (each[0], ("counted", each[1])))
        grouped = self.spark.sparkContext.union([told, cited, counted]).groupByKey()
        return grouped.filter(lambda pair: _uneven(pair[1], pattern)).keys()

    def uneven_stories(self) -> RDD[str]:
        """Stories whose steps are not 1, 2, 3, ... once each, or that have two titles."""
        steps = self.parts["stories"].rows.map(lambda row: (row["story"], (row["step"], row["title"])))
        return steps.groupByKey().filter(lambda pair: _out_of_step(list(pair[1]))).keys()


class _Facts:
    """What the rows of a part of the table ``name`` tell of themselves, in whatever process."""

    def __init__(self, name: str, unknown: Set[str]) -> None:
        self.name, self.told = name, _REFERENCES.keys() - unknown  # nobody can say what an unknown table has

    def __call__(self, rows: Iterable[Row]) -> Iterator[Fact]:
        ontology = load_ontology()
        columns = [column for column in ontology.columns[self.name].values() if column.cell in self.told]
        telling = _TELLING.get(self.name)
        for row in rows:
            for column in columns:
                slot = _slot(column, row, ontology)
                for item in row.items(column.name, column.separator or "\0"):
                    yield "names", self.name, row.line, slot, _REFERENCES[column.cell] + item, row["id"], 0
            if telling:
                yield from telling(row, ontology)


def _of_entity(row: Row, ontology: Ontology) -> Iterator[Fact]:
    kind = row["kind"]
    yield "gives", "entities", row.line, kind if kind in ontology.kinds else "", row["id"], "", 0
    yield "has", "entities", row.line, "", f"id {row['id']}", "", 0
    if row["label"]:
        yield "has", "entities", row.line, "", f"label {kind} {row['label'].casefold()}", "", 0
    if row["wikidata"]:
        yield "has", "entities", row.line, "", f"wikidata {row['wikidata']}", "", 0


def _of_claim(row: Row, ontology: Ontology) -> Iterator[Fact]:
    """Among the rest, the last paragraph that its locator names: below 0 for none, beyond all for a muddle."""
    yield "gives", "relations", row.line, "Claim", row["id"], "", 0
    yield "has", "relations", row.line, "", f"id {row['id']}", "", 0
    words = "\0".join(said(row, _Alone({}, ontology))).encode()
    yield "has", "relations", row.line, "", blake2b(words, digest_size=16).hexdigest(), "", 0
    locator, pattern = row["locator"], ontology.columns["relations"]["locator"].pattern or ""
    if row["source"] and not locator:
        yield "cites", "relations", row.line, "", row["source"], "", -1
    elif row["source"] and re.fullmatch(pattern, locator):
        named = spans(locator)
        rising = all(one[1] < other[0] for one, other in pairwise(named)) and all(one <= other for one, other in named)
        last = max(last for _, last in named) if rising else FILE
        yield "cites", "relations", row.line, "", row["source"], locator, last


def _of_source(row: Row, ontology: Ontology) -> Iterator[Fact]:
    yield "gives", "sources", row.line, "Source", "source " + row["id"], "", 0
    yield "has", "sources", row.line, "", f"id {row['id']}", "", 0
    count = int(row["paragraphs"]) if row["paragraphs"].isdecimal() else 0
    yield "counts", "sources", row.line, "", row["id"], "", count


_TELLING: dict[str, Callable[[Row, Ontology], Iterator[Fact]]] = {
    "entities": _of_entity,
    "relations": _of_claim,
    "sources": _of_source,
}


def _slot(column: Column, row: Row, ontology: Ontology) -> str:
    """The place that a reference stands in, as far as that says what may stand there."""
    name = f"{column.table}.{column.name}"
    if column.table == "relations" and column.name in ("subject", "object") and row["predicate"] in ontology.predicates:
        return f"{name} {row['predicate']}"
    return f"{name} {row['kind']}" if name == "entities.broader" and row["kind"] in ontology.kinds else name


def _allowed(ontology: Ontology) -> list[tuple[str, str]]:
    """Every slot with every kind that may stand there; the empty one is a kind that isn't known."""
    columns = [each for table in ontology.columns.values() for each in table.values() if each.cell in _REFERENCES]
    return [(slot, kind) for column in columns for slot, kinds in _slots(column, ontology) for kind in kinds]


def _slots(column: Column, ontology: Ontology) -> Iterator[tuple[str, list[str]]]:
    name = f"{column.table}.{column.name}"
    if column.cell == "SourceCell":
        yield name, ["Source"]
        return
    kinds = [] if column.cell == "ClaimCell" else list(ontology.kinds)
    kinds += [] if column.cell == "EntityCell" else ["Claim"]

    def fitting(allowed: Iterable[str]) -> list[str]:
        classes = tuple(allowed)
        return ["", *(kind for kind in kinds if not classes or ontology.is_a(kind, classes))]

    yield name, fitting(column.refers_to)
    if column.table == "relations" and column.name in ("subject", "object"):
        for predicate in ontology.predicates.values():
            yield f"{name} {predicate.name}", fitting(predicate.domain if column.name == "subject" else predicate.range)
    if name == "entities.broader":
        yield from ((f"{name} {kind}", ["", kind]) for kind in ontology.kinds)


def _uneven(told: Iterable[tuple[str, Any]], pattern: str) -> bool:
    """Whether the rows about the paragraphs of one source are other than one for each, coded where it is cited."""
    by: dict[str, list[Any]] = defaultdict(list)
    for what, each in told:
        by[what].append(each)
    if not by["told"]:
        return False
    if len(by["counted"]) != 1:
        return True
    count = by["counted"][0]
    cited: set[str] = set()
    for locator in by["cited"]:
        if re.fullmatch(pattern, locator) and all(last <= count for _, last in spans(locator)):
            cited.update(map(str, paragraphs(locator)))
    rows = {paragraph: (status, reason) for paragraph, status, reason in by["told"]}
    if len(rows) != len(by["told"]) or set(rows) != {str(n) for n in range(1, count + 1)}:
        return True
    return any(
        (status == "coded") != (number in cited) or (status == "nothing-to-code" and not reason)
        for number, (status, reason) in rows.items()
    )


def _out_of_step(steps: list[tuple[str, str]]) -> bool:
    numbers = sorted(int(step) if step.isdecimal() else 0 for step, _ in steps)
    return numbers != list(range(1, len(steps) + 1)) or len({title for _, title in steps}) > 1


# Judging


def _judged(parts: Mapping[str, Parts], suspects: _Suspects) -> dict[str, list[Finding]]:
    """What the rules of one machine say of the suspects."""
    ontology = load_ontology()
    rows = {name: each.rows.filter(_Wanted(name, suspects)).collect() for name, each in parts.items()}
    judged = {name: {row.line for row in each} for name, each in rows.items()}
    needed: dict[str, set[str]] = defaultdict(set)
    for name, each in rows.items():
        for column in ontology.columns[name].values():
            if column.cell in _REFERENCES:
                table = "sources" if column.cell == "SourceCell" else "things"
                needed[table].update(item for row in each for item in row.items(column.name, column.separator or "\0"))
    for name, ids in (("entities", needed["things"]), ("relations", needed["things"]), ("sources", needed["sources"])):
        have = judged[name]
        named = _with(parts[name].rows, "id", ids)
        rows[name] += [row for row in named if row.line not in have]
    citing = suspects.sources
    if citing:
        have = {row.line for row in rows["relations"]}
        more = _with(parts["relations"].rows, "source", citing)
        rows["relations"] += [row for row in more if row.line not in have]
    tables = {
        name: Table(name, tuple(sorted(each, key=lambda row: row.line)), lost=parts[name].lost)
        for name, each in rows.items()
    }
    for name in set(ontology.columns) - set(tables):
        tables[name] = Table(name, ())
    # Rows about paragraphs are judged by sources, and only whole groups of them have come.
    counted = tuple(row for row in tables["coverage"].rows if row["source"] in citing)
    tables["coverage"] = replace(tables["coverage"], rows=counted)
    found = findings_of(tables, ontology)
    return {
        name: [
            replace(each, mend=_MEND) if each.code == "reference" else each
            for each in found[name]
            if each.line in judged[name] or (not each.line and name == "coverage")
        ]
        for name in parts
    }


def _with(rows: RDD[Row], column: str, values: set[str]) -> list[Row]:
    """The rows that have one of the values in a column."""
    return rows.filter(lambda row: row[column] in values).collect()


def _texts(parts: Parts, numbers: set[int]) -> dict[int, tuple[str, Row | None]]:
    """The lines with these numbers, and their rows."""
    numbered = parts.numbered.filter(lambda each: each[0] in numbers)
    found = numbered.map(lambda each: (each[0], (each[3].decode(errors="replace"), each[1]))).collectAsMap()
    return {**found, **{number: (text, None) for number, text in parts.headers.items()}}


class _Wanted:
    """Whether a row of the table ``name`` is a suspect, or one of a suspect group."""

    def __init__(self, name: str, suspects: _Suspects) -> None:
        self.numbers, self.ids = suspects.numbers.get(name, set()), suspects.ids.get(name, set())
        self.column, self.groups = {
            "coverage": ("source", suspects.sources),
            "stories": ("story", suspects.stories),
        }.get(name, ("", set()))

    def __call__(self, row: Row) -> bool:
        return row.line in self.numbers or row["id"] in self.ids or row[self.column] in self.groups


def _located(parts: Mapping[str, Parts], found: Mapping[str, list[Finding]]) -> Iterator[Problem]:
    """Findings as problems: the file, the line in it, and the character, from the line itself."""
    for name, findings in found.items():
        by_number: dict[int, list[Finding]] = defaultdict(list)
        for finding in dict.fromkeys(findings):
            by_number[finding.line].append(replace(finding, message=_without_numbers(finding.message, parts[name])))
        texts = _texts(parts[name], set(by_number))
        for number in sorted(by_number):
            file, line = (parts[name].file(number), number % FILE) if number else (parts[name].file(0), 0)
            text, row = texts.get(number, ("", None))
            header = list(row.cells) if row else []
            if number and text:
                yield from placed(file, line, text, header, by_number[number])
            else:
                for each in by_number[number]:
                    yield Problem(file, line, 0, each.code, each.message, each.mend)


def _without_numbers(message: str, parts: Parts) -> str:
    """The message with each number of a row as line and file."""

    def place(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"line {number % FILE}" + (f" of {parts.file(number)}" if len(parts.files) > 1 else "")

    return re.sub(r"line (\d+)", place, message)
