"""Spark writes what one machine writes, and finds what one machine finds; on local[2]."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from benchmarks import tables as generated
from negograph import spark as over_parts
from negograph.errors import ClusterError, DataError, Problem
from negograph.ontology import Ontology, resource
from negograph.rdf import lines, vocabulary
from negograph.spark import checking
from negograph.spark.command import spark as command
from negograph.spark.reading import FILE, parts_of, tables_of
from negograph.tables import check
from negograph.tables.reading import Finding, Row
from negograph.tables.rules import on_a_cycle

from conftest import Writer, needs, row_of_relations

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    needs(shutil.which("java"), "java")
    settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    settings |= {"spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2"}
    settings |= {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    settings |= {"spark.sql.caseSensitive": "true"}  # as some clusters have it
    settings |= {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1"}  # compiling takes longer than it saves
    made = over_parts.session("local[2]", settings)
    made.sparkContext.setLogLevel("OFF")
    yield made
    made.stop()


def split(folder: Path, target: Path, parts: int = 2) -> Path:
    """The same tables, each in several files."""
    for file in folder.glob("*.csv"):
        header, *rows = file.read_bytes().split(b"\n")[:-1]
        (target / file.name).mkdir(parents=True)
        for number in range(parts):
            some = rows[number * len(rows) // parts : (number + 1) * len(rows) // parts]
            (target / file.name / f"part-{number:05}.csv").write_bytes(b"\n".join([header, *some]) + b"\n")
    return target


def on_one_machine(folder: Path, ontology: Ontology, *, graphs: bool) -> list[str]:
    """The lines that the row function writes, sorted."""
    found = vocabulary(ontology).splitlines()
    for name in ontology.columns:
        with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
            rows = csv.reader(stream, strict=True)
            found += "".join(lines(name, next(rows), rows, ontology, graphs=graphs)).splitlines()
    return sorted(found)


def in_parts(output: Path) -> list[str]:
    """The lines of all parts, sorted."""
    files = list(output.glob("part-*.n[tq]"))
    assert len(files) > 3
    return sorted(line for file in files for line in file.read_text(encoding="utf-8").splitlines())


# Defects

DEFECTS: dict[str, list[dict[str, str]]] = {
    "entities": [
        {"id": "green", "kind": "Place", "label": "Green again"},
        {"id": "azure", "kind": "State", "label": "BLUE"},
        {"id": "someone", "kind": "Person", "label": "Someone", "wikidata": "Q22686"},
        {"id": "one", "kind": "Event", "label": "One", "part_of": "two"},
        {"id": "two", "kind": "Event", "label": "Two", "part_of": "three|one"},
        {"id": "three", "kind": "Event", "label": "Three"},
        {"id": "feint", "kind": "Tactic", "label": "Feint", "broader": "collapse"},
        {"id": "nowhere", "kind": "Plaice", "label": "Nowhere"},
        {"id": "r0009", "kind": "Issue", "label": "Like a claim"},
    ],
    "relations": [
        {"id": "r0101", "subject": "greeen", "predicate": "backs", "object": "blue", "locator": "1"},
        {"id": "r0102", "subject": "bluff", "predicate": "backs", "object": "green", "locator": "1"},
        {"id": "r0103", "subject": "blue", "predicate": "usedTactic", "object": "war", "locator": "1"},
        {"id": "r0003", "subject": "blue", "predicate": "backs", "object": "red", "locator": "2"},
        {"id": "r0104", "subject": "blue", "predicate": "backs", "object": "green", "locator": "1", "note": "again"},
        {"id": "r0105", "subject": "blue", "predicate": "backs", "object": "leader", "locator": "4"},
        {"id": "r0106", "subject": "blue", "predicate": "backs", "object": "war", "locator": ""},
        {"id": "r0107", "subject": "red", "predicate": "backs", "object": "leader", "locator": "3|1"},
        {"id": "r0108", "subject": "red", "predicate": "backs", "object": "green", "source": "tekst", "locator": "1"},
        {"id": "r0109", "subject": "r0001", "predicate": "supports", "object": "r0002", "source": "", "evidence": "r0110"},
        {"id": "r0110", "subject": "r0002", "predicate": "supports", "object": "r0001", "source": "", "evidence": "r0109"},
        {"id": "r0111", "subject": "red", "predicate": "backs", "object": "blue", "locator": "1", "context": "blue"},
        {"id": "r0112", "subject": "red", "predicate": "attacked", "object": "blue", "locator": "1", "modality": "advised"},
        {"id": "r0113", "subject": "blue", "predicate": "attacked", "object": "red", "locator": "1", "attributed_to": "r0001"},
    ],
    "sources": [
        {"id": "second", "title": "A second text", "paragraphs": "4"},
        {"id": "second", "title": "A second text once more", "paragraphs": "2"},
        {"id": "third", "title": "A third text", "paragraphs": "3"},
        {"id": "fifth", "title": "A sound one", "paragraphs": "1"},
    ],
    "coverage": [
        {"source": "third", "paragraph": "1", "status": "coded"},
        {"source": "third", "paragraph": "2", "status": "nothing-to-code"},
        {"source": "third", "paragraph": "2", "status": "nothing-to-code", "reason": "Title"},
        {"source": "fourth", "paragraph": "1", "status": "coded"},
        {"source": "fifth", "paragraph": "1", "status": "nothing-to-code", "reason": "Title"},
    ],
    "stories": [
        {"story": "odd", "step": "1", "title": "Odd", "header": "x", "text": "y", "entities": "blue", "claims": "r0001"},
        {"story": "odd", "step": "3", "title": "Even", "header": "x", "text": "y", "entities": "blue", "claims": "r9999"},
    ],
}  # fmt: skip


def break_tables(folder: Writer, ontology: Ontology) -> Path:
    """Tables with a defect of every sort, rows that belong together far from each other."""
    whole = folder(relations=[row for row in DEFECTS["relations"] if row["id"] != "r0003"])
    for name, rows in DEFECTS.items():
        rows = [row_of_relations(row) for row in rows if row["id"] == "r0003"] if name == "relations" else rows
        with (whole / f"{name}.csv").open("a", newline="", encoding="utf-8") as stream:
            csv.DictWriter(stream, list(ontology.columns[name]), lineterminator="\n").writerows(rows)
    with (whole / "entities.csv").open("ab") as stream:
        stream.write(
            b"caf\xe9,State,Cafe,,,,,,,,,,,\n"
            + b",,,,,,,,,,,,,\n"
            + b"short,State\n"
            + b"half,State,Ha\rlf,,,,,,,,,,,\n"
            + b'open,State,"Open\n'
        )
    return whole


@pytest.fixture
def broken(folder: Writer, ontology: Ontology) -> Path:
    return break_tables(folder, ontology)


def on_the_whole(problem: Problem) -> Problem:
    """A problem of a part, as it is told of the whole table."""

    def line_of(part: Path, line: int) -> int:
        before = [file for file in part.parent.glob("part-*.csv") if file.name < part.name]
        return line + sum(file.read_bytes().count(b"\n") - 1 for file in before)

    def named(match: re.Match[str]) -> str:
        return f"line {line_of(Path(match[2]), int(match[1]))}"

    part = Path(problem.file)
    line = line_of(part, problem.line) if problem.line else 0
    message = re.sub(r"line (\d+) of ([^)]+?part-\d+\.csv)", named, problem.message)
    return replace(problem, file=part.parent.name, line=line, message=message)


def by_itself(problem: Problem) -> Problem:
    """A problem that one machine found, as parts can tell it: no machine has all ids there, to find the nearest."""
    mend = "add its row, or correct the id" if problem.code == "reference" else problem.mend
    return replace(problem, file=Path(problem.file).name, mend=mend)


def test_no_more_than_the_suspects_come_to_the_driver(
    session: SparkSession, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = {name: each for name, each in tables_of(session, str(broken)).items() if each}
    narrowing = checking._Narrowing(session, tables, 10)

    def rows(frame: DataFrame) -> list[str]:
        files = {name: (broken / f"{name}.csv").read_bytes().split(b"\n") for name in tables}
        found = [tuple(each) for each in frame.select("table", "number").collect()]
        return sorted(f"{table} {files[table][number - 1].partition(b',')[0].decode()}" for table, number in found)

    unresolved = narrowing.unresolved()
    assert rows(unresolved) == [
        "coverage fourth",
        "entities feint",
        *(f"relations r{number:04}" for number in (4, 5, 6, 12, 12, 101, 102, 102, 103, 104, 106, 108, 108, 111, 113)),
        "stories odd",
    ]
    assert "Broadcast" in unresolved._jdf.queryExecution().toString()
    assert rows(narrowing.beyond_their_source()) == ["relations r0105", "relations r0106", "relations r0107"]
    shared = ["azure", "blue", "green", "green", "leader", "someone"]
    assert rows(narrowing.twice()) == [
        *(f"entities {name}" for name in shared),
        *(f"relations r{number:04}" for number in (3, 3, 4, 104)),
        "sources second",
        "sources second",
    ]
    assert sorted(narrowing.uneven_sources().collect()) == ["fourth", "third"]
    assert narrowing.uneven_stories().collect() == ["odd"]

    circles = [("entities", "one"), ("entities", "two"), ("relations", "r0109"), ("relations", "r0110")]
    given: list[Mapping[str, tuple[str, ...]]] = []

    def looked_at(parents: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
        given.append(parents)
        return on_a_cycle(parents)

    monkeypatch.setattr(checking, "on_a_cycle", looked_at)
    monkeypatch.setattr(checking, "_EDGES", 11)  # so many there are
    assert sorted(narrowing.circles()) == circles
    assert [sorted(parents) for parents in given] == [
        ["deal", "green-army", "one", "talks", "two"],
        ["feint"],
        ["r0012", "r0109", "r0110"],
    ]
    monkeypatch.setattr(checking, "_EDGES", 1)  # what is on no circle is left out step by step
    assert sorted(narrowing.circles()) == circles
    assert given[3:] == [{"one": ("two",), "two": ("one",)}, {}, {"r0109": ("r0110",), "r0110": ("r0109",)}]


def test_every_defect_is_found_across_parts(session: SparkSession, broken: Path, tmp_path: Path) -> None:
    alone = check(broken)
    assert len(alone) > 40
    data = split(broken, tmp_path / "parts of tables", 4)
    found = over_parts.check(session, f"{data}/")
    assert found.complete
    assert sorted(map(on_the_whole, found.problems)) == sorted(map(by_itself, alone))
    with pytest.raises(DataError) as refused:
        over_parts.build(session, str(data), str(tmp_path / "out"))
    assert refused.value.problems == tuple(sorted(found.problems))
    assert not (tmp_path / "out").exists()


def as_parquet(session: SparkSession, rows: list[list[str]], header: list[str], target: Path, parts: int = 1) -> None:
    schema = ", ".join(f"`{name}` string" for name in header)
    session.createDataFrame(session.sparkContext.parallelize(rows, parts), schema).write.parquet(str(target))


def test_defects_in_parquet(session: SparkSession, broken: Path, tmp_path: Path, ontology: Ontology) -> None:
    """Rows count from 1 there, and nothing is said of a character."""
    data = tmp_path / "parquet"
    for name in ontology.columns:
        table = broken / f"{name}.csv"
        with table.open(encoding="utf-8", errors="replace", newline="") as stream:
            header, *rows = csv.reader(stream)
        rows = [row for row in rows if len(row) == len(header) and any(row)]
        with table.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([header, *rows])
        as_parquet(session, rows, header, data / f"{name}.parquet")
    alone = [
        replace(
            by_itself(each),
            line=max(each.line - 1, 0),
            column=0,
            message=re.sub(r"line (\d+)", lambda match: f"line {int(match[1]) - 1}", each.message),
        )
        for each in check(broken)
    ]
    found = over_parts.check(session, str(data)).problems
    assert all(re.fullmatch(r".*/\w+\.parquet/part-0\S+\.parquet", each.file) for each in found)
    names = [replace(each, file=f"{Path(each.file).parent.stem}.csv") for each in found]
    assert sorted(names) == sorted(alone)


def test_strange_tables(session: SparkSession, tmp_path: Path, ontology: Ontology) -> None:
    columns = {*ontology.columns["sources"]}
    rows = [["a", "A", "x"], ["b", "B", "y"]]
    as_parquet(session, rows, ["id", "title", "a.b"], tmp_path / "one" / "sources.parquet", 2)
    as_parquet(session, [], ["id", "title", "paragraphs"], tmp_path / "none" / "sources.parquet")
    as_parquet(session, [["a;A"]], ["id;title"], tmp_path / "foreign" / "sources.parquet")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "sources.csv").write_bytes(b"")
    names = ("one", "none", "foreign", "empty")
    read = [parts_of(session, str(tmp_path / name), "sources", ontology) for name in names]
    one, none, foreign, empty = (each for each in read if each)
    assert [each.code for each in foreign.findings] == ["separator"]
    assert (foreign.lost, foreign.rows.collect()) == (columns, [])
    assert empty.files == (f"{tmp_path}/empty/sources.csv",)
    assert [each.code for each in empty.findings] == ["empty"]
    assert (empty.lost, empty.rows.collect()) == (columns, [])
    mend = "the columns are " + ", ".join(ontology.columns["sources"])
    assert one.findings == (
        Finding(0, 2, "header", "unknown column 'a.b'", mend),
        Finding(0, None, "header", "column 'paragraphs' is missing", "add it to the first line"),
    )
    assert one.lost == columns - {"id", "title"}
    assert sorted(one.numbered.collect(), key=lambda each: each[0]) == [
        (1, Row(1, {"id": "a", "title": "A", "a.b": "x"}), [], b""),
        (FILE + 1, Row(FILE + 1, {"id": "b", "title": "B", "a.b": "y"}), [], b""),
    ]
    assert (len(one.files), one.headers) == (2, {})
    assert none.files == (f"{tmp_path}/none/sources.parquet",)
    assert (none.findings, none.lost, none.rows.collect()) == ((), frozenset(), [])


def test_a_table_too_few(session: SparkSession, folder: Writer) -> None:
    data = folder()
    (data / "sources.csv").unlink()
    found = over_parts.check(session, str(data))
    missing = Problem(f"{data}/sources.csv", 0, 0, "missing", "no such file or folder", "the data need sources")
    assert found == over_parts.Check((missing,), True)


@pytest.mark.parametrize("name", ["same.csv", "manifest.json"])
def test_what_only_one_machine_understands_is_refused(session: SparkSession, folder: Writer, name: str) -> None:
    data = folder()
    (data / name).write_text("", encoding="utf-8")
    with pytest.raises(ClusterError, match=f"{name} is for one machine"):
        over_parts.check(session, str(data))


def test_a_strange_column(session: SparkSession, folder: Writer, tmp_path: Path) -> None:
    data = split(folder(), tmp_path / "parts", 2)
    part = data / "sources.csv" / "part-00001.csv"
    part.write_text(part.read_text(encoding="utf-8").replace("title", "titel", 1), encoding="utf-8")
    (data / "stories.csv" / "part-00000.csv").write_bytes(b"")
    (data / "stories.csv" / "part-00001.csv").write_bytes(b"")
    found = over_parts.check(session, str(data)).problems
    assert [str(each).replace(str(data), "DATA") for each in found] == [
        "DATA/sources.csv/part-00001.csv:1:9: header: unknown column 'titel' (did you mean 'title'?)",
        "DATA/stories.csv:0:0: empty: the file is empty (it needs at least its line of headers)",
    ]


def test_tables_that_are_saved_otherwise(session: SparkSession, broken: Path, tmp_path: Path) -> None:
    """Of each table something else is wrong with the first line, and what can be read below is checked all the same."""
    changes: dict[str, tuple[str, str]] = {
        "entities": ("id,kind,label", "id,kind,Label"),
        "relations": (",object,", ",whom,"),
        "sources": (",", ";"),
        "stories": ("story,step,title", "story,step,said"),
    }
    for name, (old, new) in changes.items():
        text = (broken / f"{name}.csv").read_bytes()
        (broken / f"{name}.csv").write_bytes(text.replace(old.encode(), new.encode()))
    coverage = (broken / "coverage.csv").read_text(encoding="utf-8")
    (broken / "coverage.csv").write_text(coverage, encoding="utf-16")
    alone = check(broken)
    found = over_parts.check(session, str(split(broken, tmp_path / "parts", 1)))
    assert found.complete
    assert sorted(map(on_the_whole, found.problems)) == sorted(map(by_itself, alone))
    assert {each.code for each in alone if "/sources.csv" in each.file} == {"separator"}
    assert {each.code for each in alone if "/coverage.csv" in each.file} == {"encoding"}
    assert {"header", "domain", "reference", "cycle"} <= {each.code for each in alone}


def test_the_command(session: SparkSession, folder: Writer, tmp_path: Path) -> None:
    run = CliRunner().invoke
    done = run(command, ["--data", str(tmp_path), "-o", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "entities.csv:0:0: missing" in done.stdout
    done = run(command, ["--data", str(folder("sound")), "-o", str(tmp_path / "out")])
    assert (done.exit_code, done.stdout) == (0, "")
    assert in_parts(tmp_path / "out")
    assert run(command, ["--data", str(tmp_path), "--no-check"]).exit_code == 2


# Lines


def test_parquet(session: SparkSession, folder: Writer, tmp_path: Path, ontology: Ontology) -> None:
    whole, data = folder(), tmp_path / "parquet"
    for name in ontology.columns:
        frame = session.read.csv(str(whole / f"{name}.csv"), header=True)  # empty cells become nulls
        frame.write.parquet(str(data / f"{name}.parquet"))
    over_parts.build(session, str(data), str(tmp_path / "out"), checked=False)
    assert in_parts(tmp_path / "out") == on_one_machine(whole, ontology, graphs=False)
    typed = tmp_path / "typed" / "entities.parquet"
    session.createDataFrame([("a", 7, 8)], "id string, label long, kind int").write.parquet(str(typed))
    with pytest.raises(ClusterError) as refused:
        over_parts.check(session, str(tmp_path / "typed"))
    why = "label, kind must be of type string: a number has lost how it was written"
    assert str(refused.value) == f"{typed}: {why}"


def test_the_packaged_data(session: SparkSession, tmp_path: Path, ontology: Ontology) -> None:
    data = split(resource("data"), tmp_path / "parts of tables")
    over_parts.build(session, str(data), str(tmp_path / "out"), graphs=True, checked=False)
    assert in_parts(tmp_path / "out") == on_one_machine(resource("data"), ontology, graphs=True)
    with pytest.raises(ClusterError, match="already"):
        over_parts.build(session, str(data), str(tmp_path / "out"))


def test_ten_thousand_rows(session: SparkSession, tmp_path: Path, ontology: Ontology) -> None:
    generated.write(tmp_path / "whole", 10_000)
    data = split(tmp_path / "whole", tmp_path / "parts", 2)
    session.conf.set("spark.sql.files.maxPartitionBytes", "300000")  # so that Spark cuts inside of files, too
    try:
        assert over_parts.check(session, str(data)) == over_parts.Check((), True)
        over_parts.build(session, str(data), str(tmp_path / "out"), checked=False)
    finally:
        session.conf.unset("spark.sql.files.maxPartitionBytes")
    assert in_parts(tmp_path / "out") == on_one_machine(tmp_path / "whole", ontology, graphs=False)
