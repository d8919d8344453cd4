"""What of the checks over parts needs no Spark: what rows tell, what is judged of them, and where a line lies.

``python tests/test_spark_rows.py`` writes anew what the broken tables tell of themselves, to the letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from negograph import spark as over_parts
from negograph.errors import ClusterError, DataError, Problem
from negograph.ontology import Ontology, load_ontology
from negograph.rdf import lines, vocabulary
from negograph.spark import building, checking, cluster, reading
from negograph.spark.checking import _Suspects
from negograph.spark.reading import FILE, Blocks, Parts
from negograph.tables.reading import Finding, Row, read_table
from negograph.tables.rules import findings_of
from test_spark import break_tables

from conftest import Writer, writer

FACTS = Path(__file__).with_name("facts.txt")


class Rows(list[Any]):
    """A list with as many of the verbs of an RDD as there are in use."""

    def filter(self, keeps: Callable[[Any], object]) -> Rows:
        return Rows(each for each in self if keeps(each))

    def map(self, makes: Callable[[Any], Any]) -> Rows:
        return Rows(map(makes, self))

    def flatMap(self, makes: Callable[[Any], Iterable[Any]]) -> Rows:
        return Rows(made for each in self for made in makes(each))

    def mapPartitions(self, makes: Callable[[Iterator[Any]], Iterable[Any]]) -> Rows:
        return Rows(makes(iter(self)))

    def collect(self) -> list[Any]:
        return list(self)

    def collectAsMap(self) -> dict[Any, Any]:
        return dict(self)

    def take(self, most: int) -> list[Any]:
        assert isinstance(most, int)
        return self[:most]


def row(line: int = 2, **cells: str) -> Row:
    return Row(line, cells)


def parts(name: str, rows: Iterable[Row], lost: frozenset[str] = frozenset()) -> Parts:
    """A table in one file, whose rows are here."""
    numbered: Any = Rows((each.line, each, [], b"") for each in rows)
    return Parts((f"file:///data/{name}.csv",), (), numbered, lost=lost)


def tables_of(folder: Path, ontology: Ontology) -> dict[str, Parts]:
    read = {
        name: read_table(folder / f"{name}.csv", name, tuple(ontology.columns[name].values()))
        for name in ontology.columns
    }
    return {name: parts(name, table.rows) for name, (table, _) in read.items()}


# What rows tell


def told(folder: Path, ontology: Ontology) -> str:
    """The facts of every table, and which kinds a slot allows."""
    facts = [
        "\t".join(map(str, fact))
        for name, each in tables_of(folder, ontology).items()
        for fact in checking._Facts(name, set())(each.rows.collect())
    ]
    allowed: dict[str, list[str]] = {}
    for slot, kind in checking._allowed(ontology):
        allowed.setdefault(slot, []).append(kind or '""')
    slots = [f"{slot}: {' '.join(kinds)}" for slot, kinds in allowed.items()]
    return "\n".join([*facts, "", *slots, ""])


def test_what_rows_tell_of_themselves(folder: Writer, ontology: Ontology) -> None:
    found = told(break_tables(folder, ontology), ontology)
    assert found == FACTS.read_text(encoding="utf-8"), "python tests/test_spark_rows.py writes it anew"


def test_rows_do_not_name_what_nobody_can_know() -> None:
    claim = row(7, id="r0001", subject="a", object="b", source="text", evidence="r0002|r0003")
    named = [fact[4] for fact in checking._Facts("relations", {"ThingCell"})([claim]) if fact[0] == "names"]
    assert named == ["source text", "r0002", "r0003"]


@pytest.mark.parametrize(
    ("locator", "last"),
    [
        ("", -1),
        ("2", 2),
        ("1-3", 3),
        ("1|3-4", 4),
        ("1-2|3", 3),
        ("2-2", 2),
        ("2|1", FILE),
        ("1-2|2", FILE),
        ("3-1", FILE),
        ("1|4-3", FILE),
        ("one", None),
    ],
)
def test_a_claim_tells_its_last_paragraph(ontology: Ontology, locator: str, last: int | None) -> None:
    claim = row(7, id="r0001", subject="a", predicate="met", object="b", source="text", locator=locator)
    cited = [fact for fact in checking._of_claim(claim, ontology) if fact[0] == "cites"]
    assert cited == ([] if last is None else [("cites", "relations", 7, "", "text", locator, last)])


def test_what_rows_tell_where_cells_are_empty_or_odd(ontology: Ontology) -> None:
    assert list(checking._of_entity(row(3, id="a", kind="Plaice"), ontology)) == [
        ("gives", "entities", 3, "", "a", "", 0),
        ("has", "entities", 3, "", "id a", "", 0),
    ]
    assert list(checking._of_entity(row(3, id="a", kind="State", label="ÀB", wikidata="Q1"), ontology)) == [
        ("gives", "entities", 3, "State", "a", "", 0),
        ("has", "entities", 3, "", "id a", "", 0),
        ("has", "entities", 3, "", "label State àb", "", 0),
        ("has", "entities", 3, "", "wikidata Q1", "", 0),
    ]
    assert [fact[0] for fact in checking._of_claim(row(id="r0001"), ontology)] == ["gives", "has", "has"]
    for cell, count in (("12", 12), ("-1", 0), ("many", 0), ("", 0)):
        assert list(checking._of_source(row(4, id="s", paragraphs=cell), ontology)) == [
            ("gives", "sources", 4, "Source", "source s", "", 0),
            ("has", "sources", 4, "", "id s", "", 0),
            ("counts", "sources", 4, "", "s", "", count),
        ]


def test_a_claim_that_says_the_same_has_the_same_digest(ontology: Ontology) -> None:
    def digest(**cells: str) -> str:
        claim = {"id": "r0001", "subject": "a", "predicate": "met", "object": "b", "source": "text", **cells}
        (found,) = (
            fact[4] for fact in checking._of_claim(Row(1, claim), ontology) if fact[4].isalnum() and len(fact[4]) == 32
        )
        return found

    assert digest() == digest(id="r0002", note="x")
    assert len({digest(), digest(subject="b", object="a"), digest(source="other"), digest(object="ab")}) == 4


# The verdict on groups


@pytest.mark.parametrize(
    ("rows", "counted", "cited", "uneven"),
    [
        ([], [2], [], False),
        ([("1", "coded", False), ("2", "nothing-to-code", True)], [2], ["1"], False),
        ([("1", "coded", False), ("2", "coded", False), ("3", "coded", False)], [3], ["1-2", "3"], False),
        ([("1", "coded", False), ("2", "coded", False)], [2], ["1|2", "2-3", "one", "9"], False),
        ([("1", "coded", False), ("2", "nothing-to-code", False)], [2], ["1"], True),
        ([("1", "coded", False), ("2", "coded", False)], [2], ["1"], True),
        ([("1", "nothing-to-code", True)], [1], ["1"], True),
        ([("1", "coded", False)], [2], ["1"], True),
        ([("1", "coded", False), ("3", "coded", False)], [2], ["1"], True),
        ([("1", "coded", False), ("1", "coded", False)], [1], ["1"], True),
        ([("1", "coded", False)], [], ["1"], True),
        ([("1", "coded", False)], [1, 1], ["1"], True),
        ([("0", "coded", False), ("1", "coded", False)], [1], ["1"], True),
    ],
)
def test_paragraphs_are_uneven_or_not(
    ontology: Ontology, rows: list[tuple[str, str, bool]], counted: list[int], cited: list[str], uneven: bool
) -> None:
    facts = [
        *(("told", each) for each in rows),
        *(("counted", each) for each in counted),
        *(("cited", each) for each in cited),
    ]
    pattern = ontology.columns["relations"]["locator"].pattern or ""
    assert checking._uneven(iter(facts), pattern) is uneven


@pytest.mark.parametrize(
    ("steps", "out"),
    [
        ([("1", "A")], False),
        ([("2", "A"), ("1", "A"), ("3", "A")], False),
        ([("0", "A"), ("1", "A")], True),
        ([("1", "A"), ("3", "A")], True),
        ([("1", "A"), ("1", "A")], True),
        ([("1", "A"), ("2", "B")], True),
        ([("1", "A"), ("two", "A")], True),
        ([("-1", "A")], True),
    ],
)
def test_steps_are_out_of_step_or_not(steps: list[tuple[str, str]], out: bool) -> None:
    assert checking._out_of_step(steps) is out


# What a row shows by itself


def test_a_row_is_checked_where_it_lies(folder: Writer, ontology: Ontology) -> None:
    """What the rules of one machine say of a row, but for what it takes others to see."""
    formed = Finding(9, None, "length", "2 cells", "write them all")
    for name, each in tables_of(break_tables(folder, ontology), ontology).items():
        found = list(checking._Local(name, frozenset())(iter(each.numbered.collect())))
        assert {table for table, _ in found} <= {name}
        alone = checking.findings_of_rows(
            checking.Table(name, tuple(each.rows.collect())),
            checking._Alone({other: checking.Table(other, ()) for other in ontology.columns}, ontology),
        )
        assert [finding for _, finding in found] == [finding for finding in alone if finding.code != "duplicate-id"]
        assert list(checking._Local(name, frozenset())([(9, None, [formed], b"a,b")])) == [(name, formed)]
    one = (2, row(2, id="a", kind="Plaice", label="A"), [], b"")
    assert [each.code for _, each in checking._Local("entities", frozenset())([one])] == ["kind"]
    assert list(checking._Local("entities", frozenset({"kind"}))([one])) == []


def test_rows_are_checked_a_chunk_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_CHUNK", 2)
    rows = [(line, row(line, id=f"e{line}", kind="Plaice", label="A"), [], b"") for line in range(2, 9)]
    assert [each.line for _, each in checking._Local("entities", frozenset())(rows)] == list(range(2, 9))
    left = iter(rows)
    assert next(checking._Local("entities", frozenset())(left))[1].line == 2
    assert [number for number, _, _, _ in left] == list(range(4, 9))


# Judging


def suspects(**numbers: set[int]) -> _Suspects:
    made = _Suspects()
    made.numbers.update(numbers)
    return made


def test_nobody_is_a_suspect_at_first() -> None:
    assert not _Suspects()
    some = _Suspects()
    some.ids["entities"].add("a")
    assert all((suspects(entities={2}), some, _Suspects(sources={"a"}), _Suspects(stories={"a"})))
    assert not suspects(entities=set())


def test_suspects_are_judged_as_on_one_machine(folder: Writer, ontology: Ontology) -> None:
    tables = tables_of(break_tables(folder, ontology), ontology)
    whole = findings_of(
        {name: checking.Table(name, tuple(each.rows.collect())) for name, each in tables.items()}, ontology
    )
    every = suspects(**{name: {each.line for each in table.rows.collect()} for name, table in tables.items()})
    every.sources = {each["source"] for each in tables["coverage"].rows.collect()}
    found = checking._judged(tables, every)
    mend = "add its row, or correct the id"
    assert list(found) == list(tables)
    for name, findings in whole.items():
        assert [(each.line, each.column, each.code, each.message) for each in found[name]] == [
            (each.line, each.column, each.code, each.message) for each in findings
        ]
        assert {each.mend for each in found[name] if each.code == "reference"} <= {mend}
        assert [each.mend for each in found[name] if each.code != "reference"] == [
            each.mend for each in findings if each.code != "reference"
        ]
    for number in sorted({each.line for each in whole["relations"] if each.code in ("domain", "reference", "locator")}):
        of_one = checking._judged(tables, suspects(relations={number}))
        assert [each.message for each in of_one.pop("relations")] == [
            each.message
            for each in whole["relations"]
            if each.line == number and each.code not in ("duplicate", "cycle")
        ]
        assert not any(of_one.values())


def test_only_whole_groups_are_judged(folder: Writer, ontology: Ontology) -> None:
    tables = tables_of(break_tables(folder, ontology), ontology)
    found = checking._judged(tables, _Suspects(sources={"third"}))
    rows = [each for each in tables["coverage"].rows.collect() if each["source"] == "third"]
    assert found["coverage"]
    assert {each.line for each in found["coverage"]} <= {0, *(each.line for each in rows)}
    assert "paragraphs 3 of 'third' are not accounted for" in [each.message for each in found["coverage"]]
    assert not any("'text'" in each.message or "'second'" in each.message for each in found["coverage"])
    assert found["entities"] == found["relations"] == found["sources"] == found["stories"] == []
    # a row of a group that has not come whole says nothing of its paragraphs
    assert checking._judged(tables, suspects(coverage={each.line for each in rows}))["coverage"] == []
    story = checking._judged(tables, _Suspects(stories={"odd"}))["stories"]
    rules = findings_of(
        {name: checking.Table(name, tuple(each.rows.collect())) for name, each in tables.items()}, ontology
    )
    assert [each.message for each in story] == [each.message for each in rules["stories"]]
    assert story


def test_a_table_that_is_not_there_is_empty(folder: Writer, ontology: Ontology) -> None:
    tables = tables_of(folder(), ontology)
    few = {name: tables[name] for name in ("entities", "relations", "sources")}
    assert checking._judged(few, suspects(relations={2})) == {"entities": [], "relations": [], "sources": []}


def test_a_table_that_has_lost_a_column_is_judged_by_the_others(ontology: Ontology) -> None:
    rows = [
        row(2, id="a", kind="State", label="A", part_of="nobody", broader="none"),
        row(3, id="a", kind="State", label="B"),
    ]
    empty = {name: parts(name, []) for name in ontology.columns}
    found = checking._judged({**empty, "entities": parts("entities", rows)}, suspects(entities={2, 3}))["entities"]
    assert {each.column for each in found} >= {"part_of", "broader", "id"}
    lost = frozenset({"part_of"})
    found = checking._judged({**empty, "entities": parts("entities", rows, lost)}, suspects(entities={2, 3}))[
        "entities"
    ]
    assert {each.column for each in found} >= {"broader", "id"}
    assert "part_of" not in {each.column for each in found}


@pytest.mark.parametrize(
    ("name", "cells", "wanted"),
    [
        ("entities", {"id": "a"}, True),
        ("entities", {"id": "b"}, False),
        ("relations", {"id": "a", "source": "s", "story": "t"}, False),
        ("coverage", {"source": "s"}, True),
        ("coverage", {"source": "t", "story": "t"}, False),
        ("stories", {"story": "t"}, True),
        ("stories", {"story": "s", "source": "s"}, False),
        ("sources", {}, False),
    ],
)
def test_whether_a_row_is_wanted(name: str, cells: dict[str, str], wanted: bool) -> None:
    some = _Suspects(sources={"s"}, stories={"t"})
    some.ids["entities"].add("a")
    some.numbers["sources"].add(3)
    assert checking._Wanted(name, some)(Row(2, cells)) is wanted
    assert checking._Wanted("sources", some)(Row(3, cells)) is True


# Places


def test_findings_get_their_places() -> None:
    files = ("file:///a%20b/sources.csv/part-0.csv", "hdfs://host:9/sources.csv/part-1.csv")
    numbered: Any = Rows(
        [
            (2, row(2, id="é", title="b,c"), [], 'é,"b,c",x'.encode()),
            (FILE + 2, row(FILE + 2, id="d", title="e"), [], b"d,e"),
            (FILE + 3, None, [], b"caf\xe9,"),
            (FILE + 4, row(FILE + 4, id="d", title="f"), [], b""),
        ]
    )
    headers = {1: "id,titel", FILE + 1: "id,title"}
    found = {
        "sources": [
            Finding(FILE + 3, None, "encoding", "no UTF-8", "save it as UTF-8", 4),
            Finding(FILE + 2, "id", "duplicate-id", f"'d' stands already in line {FILE + 4}, and line {2}", "take one"),
            Finding(2, "title", "text", "odd", "mend it"),
            Finding(2, "id", "text", "odder", "mend it"),
            Finding(2, "title", "text", "odd", "mend it"),
            Finding(1, 1, "header", "'titel' is no column", "write title"),
            Finding(FILE + 4, "title", "text", "from Parquet", "mend it"),
            Finding(FILE + 9, "title", "text", "gone", "mend it"),
            Finding(0, None, "empty", "it is empty", "fill it"),
        ],
        "stories": [],
    }
    tables = {"sources": Parts(files, (), numbered, headers), "stories": parts("stories", [])}
    one, two = "/a b/sources.csv/part-0.csv", "hdfs://host:9/sources.csv/part-1.csv"
    assert list(checking._located(tables, found)) == [
        Problem(one, 0, 0, "empty", "it is empty", "fill it"),
        Problem(one, 1, 4, "header", "'titel' is no column", "write title"),
        Problem(one, 2, 3, "text", "odd", "mend it"),
        Problem(one, 2, 1, "text", "odder", "mend it"),
        Problem(two, 2, 1, "duplicate-id", f"'d' stands already in line 4 of {two}, and line 2 of {one}", "take one"),
        Problem(two, 3, 4, "encoding", "no UTF-8", "save it as UTF-8"),
        Problem(two, 4, 0, "text", "from Parquet", "mend it"),
        Problem(two, 9, 0, "text", "gone", "mend it"),
    ]
    assert checking._texts(tables["sources"], {2, FILE + 3}) == {
        2: ('é,"b,c",x', numbered[0][1]),
        FILE + 3: ("caf�,", None),
        1: ("id,titel", None),
        FILE + 1: ("id,title", None),
    }
    assert checking._without_numbers(f"line {FILE + 7}", parts("stories", [])) == "line 7"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a%20b/c.csv", "/a b/c.csv"),
        ("file:/a/c%2Bd.csv", "/a/c+d.csv"),
        ("file:///a/b///c", "/a/b///c"),
        ("hdfs://host/a%20b", "hdfs://host/a%20b"),
        ("s3a:///a", "s3a:///a"),
        ("/a/file:/b", "/a/file:/b"),
    ],
)
def test_a_file_of_this_machine_is_named_as_people_do(uri: str, path: str) -> None:
    assert reading.readable(uri) == path


def test_a_number_is_a_file_and_a_line() -> None:
    assert FILE == 2**40
    two = Parts(("a.csv", "b.csv"), (), Rows())
    assert [two.file(number) for number in (1, FILE - 1, FILE, FILE + 1)] == ["a.csv", "a.csv", "b.csv", "b.csv"]
    lines: Any = Rows([(2, row(2), [], b""), (3, None, [], b"")])
    assert Parts(("a.csv",), (), lines).rows == [row(2)]


def test_blocks_are_numbered_in_the_order_of_files_and_bytes() -> None:
    found = [
        {"file": "b", "start": 0, "lines": 3, "line": bytearray(b"id,b")},
        {"file": "a", "start": 900, "lines": 4, "line": bytearray(b"no header")},
        {"file": "a", "start": 0, "lines": 10, "line": bytearray(b"id,a")},
    ]
    blocks, headers = reading._blocks(found)
    assert blocks == Blocks({("a", 0): 1, ("a", 900): 11, ("b", 0): FILE + 1}, {"a": None, "b": None})
    assert list(blocks.names) == ["a", "b"]
    assert headers == {1: b"id,a", FILE + 1: b"id,b"}
    assert all(type(line) is bytes for line in headers.values())


def test_lines_are_numbered_by_their_block() -> None:
    first = {("a", 0): 1, ("a", 9): 3, ("b", 0): FILE + 1, ("c", 0): 2 * FILE + 1}
    blocks = Blocks(first, {"a": ("id", "title"), "b": ("title", "id"), "c": None})
    lines = [
        (b"x,4", "a", 9),
        (b"y,5", "a", 9),
        (b"id,title", "a", 0),
        (b"v,2", "a", 0),
        (b"title,id", "b", 0),
        (bytearray(b"3,w"), "b", 0),
        (b"one", "b", 0),
        (b"?", "c", 0),
        (b"?", "c", 0),
    ]
    found = list(reading._numbered(lines, blocks))
    assert [(number, each and each.cells, line) for number, each, _, line in found] == [
        (3, {"id": "x", "title": "4"}, b"x,4"),
        (4, {"id": "y", "title": "5"}, b"y,5"),
        (2, {"id": "v", "title": "2"}, b"v,2"),
        (FILE + 2, {"title": "3", "id": "w"}, b"3,w"),
        (FILE + 3, None, b"one"),
    ]
    assert [each.line for _, each, _, _ in found if each] == [3, 4, 2, FILE + 2]
    (short,) = found[-1][2]
    assert (short.line, short.code) == (FILE + 3, "row-length")


# Which tables are there


class Disk:
    """The files of a place that has these names, in place of those of Spark."""

    names: frozenset[str] = frozenset()
    suffixed: list[tuple[str, str]]

    def __init__(self, spark: object) -> None:
        assert spark == "session"
        Disk.suffixed = []

    def exists(self, name: str) -> bool:
        return name in self.names

    def add_suffix(self, folder: str, suffix: str) -> None:
        self.suffixed.append((folder, suffix))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> type[Disk]:
    monkeypatch.setattr(reading, "Files", Disk)
    monkeypatch.setattr(reading, "_csv", lambda *given: ("csv", *given))
    monkeypatch.setattr(reading, "_parquet", lambda *given: ("parquet", *given))
    return Disk


def test_a_table_is_a_csv_or_a_parquet(disk: type[Disk], monkeypatch: pytest.MonkeyPatch, ontology: Ontology) -> None:
    session: Any = "session"
    monkeypatch.setattr(disk, "names", {"s3a://b/t/entities.csv", "s3a://b/t/relations.parquet"})
    for data in ("s3a://b/t", "s3a://b/t/"):
        assert reading.tables_of(session, data) == {
            "entities": ("csv", session, "s3a://b/t/entities.csv", "entities", ontology),
            "relations": ("parquet", session, "s3a://b/t/relations.parquet", "relations", ontology),
            "sources": None,
            "coverage": None,
            "stories": None,
        }
    monkeypatch.setattr(disk, "names", {"t/entities.csv", "t/entities.parquet"})
    with pytest.raises(ClusterError) as refused:
        reading.tables_of(session, "t/")
    assert str(refused.value) == "t/entities is there as CSV and as Parquet: keep one of them"


@pytest.mark.parametrize("name", ["same.csv", "manifest.json"])
def test_files_for_one_machine_are_refused(disk: type[Disk], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    session: Any = "session"
    monkeypatch.setattr(disk, "names", {f"t/{name}"})
    for data in ("t", "t/"):
        with pytest.raises(ClusterError) as refused:
            reading.tables_of(session, data)
        assert str(refused.value) == f"{data}: {name} is for one machine; unite the tables there, or take it away"


# The whole of it


class Context:
    """A Spark context and its session, of lists."""

    def __init__(self) -> None:
        self.sparkContext, self.saved = self, dict[str, list[str]]()

    def union(self, several: list[Rows]) -> Rows:
        return Rows(each for rows in several for each in rows)

    def parallelize(self, rows: list[Any], parts: int) -> Rows:
        assert parts == 1
        return Rows(rows)


def narrowing(found: _Suspects, limits: list[int] | None = None) -> type:
    class Narrowing:
        def __init__(self, spark: Any, there: Any, limit: int) -> None:
            assert isinstance(spark, Context)
            assert all(there.values())
            if limits is not None:
                limits.append(limit)

        def suspects(self) -> _Suspects:
            return found

    return Narrowing


def test_a_check_puts_together_what_rows_and_suspects_show(monkeypatch: pytest.MonkeyPatch, ontology: Ontology) -> None:
    session: Any = Context()
    tables: dict[str, Parts | None] = dict.fromkeys(ontology.columns)
    rows = [row(2, id="a", kind="Plaice", label="A"), row(3, id="b", kind="State", label="B", part_of="c")]
    tables |= {"entities": parts("entities", rows), "relations": parts("relations", []), "stories": None}
    monkeypatch.setattr(checking, "tables_of", lambda spark, data: {"t/": tables, "t": tables}[data])
    assert checking.check(session, "t/") == over_parts.Check(
        (Problem("t/sources.csv", 0, 0, "missing", "no such file or folder", "the data need sources"),), True
    )
    lost = Finding(1, 0, "header", "'x' is no column", "write y")
    empty: Any = Rows()
    tables["sources"] = Parts(("sources.csv",), (lost,), empty, {1: "x"}, lost=frozenset({"y"}))
    kind = Problem("/data/entities.csv", 2, 0, "kind", "'Plaice' is no kind", "did you mean 'Place'?")
    header = Problem("sources.csv", 1, 1, "header", "'x' is no column", "write y")
    unknown = Problem(
        "/data/entities.csv", 3, 0, "reference", "nothing has the id 'c'", "add its row, or correct the id"
    )

    monkeypatch.setattr(checking, "_Narrowing", narrowing(_Suspects()))
    assert checking.check(session, "t") == over_parts.Check((kind, header), True)
    limits: list[int] = []
    monkeypatch.setattr(checking, "_Narrowing", narrowing(suspects(entities={3}), limits))
    assert checking.check(session, "t") == over_parts.Check((kind, unknown, header), True)
    assert checking.check(session, "t", limit=1) == over_parts.Check((kind, unknown, header), True)
    assert checking.check(session, "t", limit=0) == over_parts.Check((unknown, header), False)
    assert limits == [1000, 1, 0]
    monkeypatch.setattr(checking, "_Narrowing", narrowing(_Suspects(complete=False)))
    assert checking.check(session, "t") == over_parts.Check((kind, header), False)


def test_no_more_than_a_thousand_rows_of_a_kind_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    several = [row(line, id=f"e{line}", kind="Plaice", label=f"E{line}") for line in range(2, 1003)]
    tables = {name: parts(name, several if name == "entities" else []) for name in ("entities", "relations", "sources")}
    monkeypatch.setattr(checking, "tables_of", lambda spark, data: tables)
    monkeypatch.setattr(checking, "_Narrowing", narrowing(_Suspects()))
    session: Any = Context()
    found = checking.check(session, "t")
    assert (len(found.problems), found.complete) == (1000, False)


class Frame(Rows):
    """Rows of a table and a number, as joins and groups leave them."""

    def select(self, *names: str) -> Frame:
        assert names == ("table", "number")
        return self

    def distinct(self) -> Frame:
        return Frame(dict.fromkeys(self))

    def limit(self, most: int) -> Frame:
        assert isinstance(most, int)
        return Frame(self[:most])

    def unpersist(self) -> None:
        self.append("let go")


def test_suspects_are_cut_at_the_limit() -> None:
    def made(**found: list[Any]) -> tuple[_Suspects, Any]:
        each: Any = object.__new__(checking._Narrowing)
        each.limit, each.facts = 2, Frame()
        each.parts = {"coverage": 1, "stories": 1} if "uneven_stories" in found else {}
        for name in ("unresolved", "beyond_their_source", "twice", "circles", "uneven_sources", "uneven_stories"):
            setattr(each, name, lambda name=name: Frame(found.get(name, [])))
        return each.suspects(), each

    none, narrowed = made()
    assert not none
    assert none.complete
    assert narrowed.facts == ["let go"]
    two = [("entities", 1), ("entities", 1), ("relations", 2)]
    found, _ = made(
        unresolved=two, beyond_their_source=[("relations", 5)], twice=[("sources", 4)], circles=[("entities", "a")]
    )
    assert found == _Suspects({"entities": {1}, "relations": {2, 5}, "sources": {4}}, {"entities": {"a"}})
    found, _ = made(uneven_sources=["a", "b"], uneven_stories=["c"])
    assert found == _Suspects(sources={"a", "b"}, stories={"c"})
    many = {
        "unresolved": [("entities", 1), ("entities", 2), ("entities", 3)],
        "beyond_their_source": [("entities", 1), ("entities", 2), ("entities", 3)],
        "twice": [("entities", 1), ("entities", 2), ("entities", 3)],
        "circles": [("entities", "1"), ("entities", "2"), ("entities", "3")],
        "uneven_sources": ["1", "2", "3"],
        "uneven_stories": ["1", "2", "3"],
    }
    for name, rows in many.items():
        found, _ = made(**{"uneven_stories": [], name: rows})
        assert not found.complete
        kept = [*found.numbers["entities"], *map(int, [*found.ids["entities"], *found.sources, *found.stories])]
        assert sorted(kept) == [1, 2]


def saved(self: Rows, output: str) -> None:
    written[output] = list(self)


written: dict[str, list[str]] = {}


def test_a_build_writes_the_lines_of_every_table(
    monkeypatch: pytest.MonkeyPatch, folder: Writer, ontology: Ontology
) -> None:
    class Session(Context):
        def __eq__(self, other: object) -> bool:
            return other == "session" or self is other

    session: Any = Session()
    tables: dict[str, Parts | None] = {**tables_of(folder(), ontology), "stories": None}
    asked: list[tuple[Any, str]] = []
    problem = Problem("a.csv", 1, 1, "kind", "odd", "mend it")
    problems: list[Problem] = []

    def check(spark: Any, data: str) -> over_parts.Check:
        asked.append((spark, data))
        return over_parts.Check(tuple(problems))

    monkeypatch.setattr(building, "Files", Disk)
    monkeypatch.setattr(building, "tables_of", lambda spark, data: tables if (spark, data) == (session, "t") else {})
    monkeypatch.setattr(building, "check", check)
    monkeypatch.setattr(Rows, "saveAsTextFile", saved, raising=False)

    building.build(session, "t", "out")
    assert asked == [(session, "t")]
    assert Disk.suffixed == [("out", ".nt")]
    sound = vocabulary(ontology).splitlines()
    for name, each in tables.items():
        header = list(ontology.columns[name])
        cells = [[row[column] for column in header] for row in each.rows.collect()] if each else []
        sound += "".join(lines(name, header, cells, ontology, graphs=False)).splitlines()
    assert [line for text in written.pop("out") for line in text.split("\n")] == sound
    building.build(session, "t", "quads", graphs=True, checked=False)
    assert asked == [(session, "t")]
    assert Disk.suffixed == [("quads", ".nq")]
    assert any(
        line.endswith("<https://w3id.org/negograph/source/text> .")
        for line in "\n".join(written.pop("quads")).split("\n")
    )

    problems.append(problem)
    with pytest.raises(DataError) as refused:
        building.build(session, "t", "out")
    assert refused.value.problems == (problem,)
    monkeypatch.setattr(Disk, "names", {"out"})
    with pytest.raises(ClusterError) as there:
        building.build(session, "t", "out")
    assert str(there.value) == "out is there already: name a new folder, or remove it"
    assert not written
    assert len(asked) == 2


# Spark itself


def test_the_package_gives_what_is_asked_for() -> None:
    assert over_parts.build is building.build
    assert over_parts.session is cluster.session
    with pytest.raises(AttributeError) as unknown:
        over_parts.nothing  # noqa: B018
    assert str(unknown.value) == "module 'negograph.spark' has no attribute 'nothing'"


class Builder:
    """What is said to Spark before it starts."""

    def __init__(self, fails: str = "") -> None:
        self.said: list[tuple[str, ...]] = []
        self.fails = fails

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def say(*words: str) -> Builder:
            self.said.append((name, *words))
            return self

        return say

    def getOrCreate(self) -> str:
        from pyspark.errors import PySparkException

        if self.fails:
            raise PySparkException(self.fails)
        return "started"


@pytest.mark.parametrize(
    ("master", "port", "python"),
    [
        (None, None, True),
        ("local[4]", None, True),
        ("spark://host:7077", None, False),
        ("yarn", None, False),
        (None, "1234", False),
    ],
)
def test_a_session_is_started_as_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, master: str | None, port: str | None, python: bool
) -> None:
    import os
    import sys

    import pyspark.sql

    made = Builder()
    monkeypatch.setattr(pyspark.sql, "SparkSession", type("SparkSession", (), {"builder": made}))
    monkeypatch.setenv("PYSPARK_PYTHON", "")
    monkeypatch.delenv("PYSPARK_PYTHON")
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", port or "")
    if not port:
        monkeypatch.delenv("PYSPARK_GATEWAY_PORT")
    assert cluster.session(master, {"a.b": "c", "d": "e"}) == "started"  # type: ignore[comparison-overlap]
    masters = [("master", master)] if master else []
    assert made.said == [("appName", "negograph"), *masters, ("config", "a.b", "c"), ("config", "d", "e")]
    assert os.environ.get("PYSPARK_PYTHON") == (sys.executable if python else None)
    monkeypatch.setenv("PYSPARK_PYTHON", "mine")
    cluster.session(master)
    assert os.environ["PYSPARK_PYTHON"] == "mine"


def test_a_session_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    import pyspark.sql

    failing = type("SparkSession", (), {"builder": Builder("[JAVA_GATEWAY_EXITED] it went.\nand more")})
    monkeypatch.setattr(pyspark.sql, "SparkSession", failing)
    monkeypatch.setenv("PYSPARK_PYTHON", "mine")
    with pytest.raises(ClusterError) as refused:
        cluster.session()
    assert str(refused.value) == "Spark does not start (it needs Java 17 or later): [JAVA_GATEWAY_EXITED] it went."
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ClusterError) as missing:
        cluster.session()
    assert str(missing.value) == "Spark is not installed: pip install 'negograph[spark]'"


class Hadoop:
    """A file system of Hadoop's with one folder, and the context that leads to it."""

    def __init__(self, *names: str) -> None:
        self.names, self.renamed = names, list[tuple[str, str]]()
        self.sparkContext = self._jvm = self._jsc = self.org = self.apache = self.hadoop = self.fs = self

    def hadoopConfiguration(self) -> str:
        return "configuration"

    def Path(self, name: str) -> HadoopPath:
        return HadoopPath(self, name)

    def exists(self, path: HadoopPath) -> bool:
        return path.name in self.names

    def listStatus(self, path: HadoopPath) -> list[HadoopPath]:
        return [HadoopPath(self, f"{path.name}/{name}") for name in self.names]

    def rename(self, old: HadoopPath, new: HadoopPath) -> None:
        self.renamed.append((old.name, new.name))


class HadoopPath:
    def __init__(self, system: Hadoop, name: str) -> None:
        self.system, self.name = system, name

    def getFileSystem(self, configuration: str) -> Hadoop:
        assert configuration == "configuration"
        return self.system

    def getPath(self) -> HadoopPath:
        return self

    def getName(self) -> str:
        return self.name.rpartition("/")[2]


def test_parts_get_the_suffix_that_says_what_they_hold() -> None:
    system: Any = Hadoop("part-00000", "_SUCCESS", "part-00001.nt", "apart-1")
    files = cluster.Files(system)
    assert files.exists("_SUCCESS") is True
    assert files.exists("part-00002") is False
    files.add_suffix("out", ".nt")
    assert system.renamed == [("out/part-00000", "out/part-00000.nt")]


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        known = load_ontology()
        broken = break_tables(writer(Path(directory), known), known)
        FACTS.write_text(told(broken, known), encoding="utf-8")
