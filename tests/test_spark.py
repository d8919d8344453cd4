"""Spark writes what one machine writes, and finds what one machine finds; on local[2]."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from benchmarks import tables as generated
from negograph import spark as over_parts
from negograph.errors import ClusterError, DataError, Problem
from negograph.ontology import Ontology, resource
from negograph.rdf import lines, vocabulary
from negograph.spark.command import spark as command
from negograph.tables import check

from conftest import SMALL, Writer, needs, row_of_relations

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    needs(shutil.which("java"), "java")
    settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    settings |= {"spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2"}
    settings |= {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
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


def test_parquet(session: SparkSession, folder: Writer, tmp_path: Path, ontology: Ontology) -> None:
    whole, data = folder(), tmp_path / "parquet"
    for name in ontology.columns:
        frame = session.read.csv(str(whole / f"{name}.csv"), header=True)  # empty cells become nulls
        frame.write.parquet(str(data / f"{name}.parquet"))
    over_parts.build(session, str(data), str(tmp_path / "out"), checked=False)
    assert in_parts(tmp_path / "out") == on_one_machine(whole, ontology, graphs=False)
    session.createDataFrame([("a", 7)], "id string, label long").write.parquet(str(tmp_path / "typed/entities.parquet"))
    with pytest.raises(ClusterError, match="label must be of type string"):
        over_parts.check(session, str(tmp_path / "typed"))


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
    ],
    "coverage": [
        {"source": "third", "paragraph": "1", "status": "coded"},
        {"source": "third", "paragraph": "2", "status": "nothing-to-code"},
        {"source": "third", "paragraph": "2", "status": "nothing-to-code", "reason": "Title"},
        {"source": "fourth", "paragraph": "1", "status": "coded"},
    ],
    "stories": [
        {"story": "odd", "step": "1", "title": "Odd", "header": "x", "text": "y", "entities": "blue", "claims": "r0001"},
        {"story": "odd", "step": "3", "title": "Even", "header": "x", "text": "y", "entities": "blue", "claims": "r9999"},
    ],
}  # fmt: skip


@pytest.fixture
def broken(folder: Writer, ontology: Ontology) -> Path:
    """Tables with a defect of every sort, rows that belong together far from each other."""
    whole = folder(relations=[row for row in DEFECTS["relations"] if row["id"] != "r0003"])
    for name, rows in DEFECTS.items():
        rows = [row_of_relations(row) for row in rows if row["id"] == "r0003"] if name == "relations" else rows
        with (whole / f"{name}.csv").open("a", newline="", encoding="utf-8") as stream:
            csv.DictWriter(stream, list(ontology.columns[name]), lineterminator="\n").writerows(rows)
    with (whole / "entities.csv").open("ab") as stream:
        stream.write(b"caf\xe9,State,Cafe,,,,,,,,,,,\n" + b",,,,,,,,,,,,,\n" + b"short,State\n" + b'open,State,"Open\n')
    return whole


def shape(problem: Problem) -> tuple[str, str, str]:
    """A problem without its place: table, code and message."""
    table = next(name for name in SMALL if f"/{name}.csv" in problem.file)
    return table, problem.code, re.sub(r"line \d+( of [^ )]+)?", "line N", problem.message)


def test_every_defect_is_found_across_parts(session: SparkSession, broken: Path, tmp_path: Path) -> None:
    alone = {shape(problem) for problem in check(broken)}
    assert len(alone) > 30
    data = split(broken, tmp_path / "parts", 4)
    found = over_parts.check(session, str(data))
    assert found.complete
    assert {shape(problem) for problem in found.problems} == alone
    with pytest.raises(DataError, match="problems in the tables"):
        over_parts.build(session, str(data), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()

    unknown = next(each for each in found.problems if "'greeen'" in each.message)
    line = Path(unknown.file).read_text(encoding="utf-8").splitlines()[unknown.line - 1]
    assert line[unknown.column - 1 :].startswith("greeen,")
    twice = next(each for each in found.problems if each.code == "duplicate-id" and "'green'" in each.message)
    assert "part-00000.csv" in twice.message
    assert "part-00000.csv" not in twice.file


def test_no_more_than_the_limit(session: SparkSession, broken: Path, tmp_path: Path) -> None:
    found = over_parts.check(session, str(split(broken, tmp_path / "parts")), limit=2)
    assert found.problems
    assert not found.complete


def test_a_table_too_few(session: SparkSession, folder: Writer) -> None:
    data = folder()
    (data / "sources.csv").unlink()
    found = over_parts.check(session, str(data))
    assert [(each.code, Path(each.file).name) for each in found.problems] == [("missing", "sources.csv")]


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
    problems = over_parts.check(session, str(data)).problems
    unknown = next(each for each in problems if each.code == "header" and "'titel'" in each.message)
    assert (Path(unknown.file).name, unknown.line) == ("part-00001.csv", 1)
    line = part.read_text(encoding="utf-8").splitlines()[0]
    assert line[unknown.column - 1 :].startswith("titel,")
    assert any(each.code == "empty" and each.file.endswith("/stories.csv") for each in problems)


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
    alone = {shape(problem) for problem in check(broken)}
    found = over_parts.check(session, str(split(broken, tmp_path / "parts", 1)))
    assert found.complete
    assert {shape(problem) for problem in found.problems} == alone
    assert {code for table, code, _ in alone if table in ("sources", "coverage")} == {"separator", "encoding"}
    assert {"header", "domain", "reference", "cycle"} <= {code for table, code, _ in alone}


def test_the_command(session: SparkSession, folder: Writer, tmp_path: Path) -> None:
    run = CliRunner().invoke
    done = run(command, ["--data", str(tmp_path), "-o", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "entities.csv:0:0: missing" in done.stdout
    done = run(command, ["--data", str(folder("sound")), "-o", str(tmp_path / "out")])
    assert (done.exit_code, done.stdout) == (0, "")
    assert in_parts(tmp_path / "out")
    assert run(command, ["--data", str(tmp_path), "--no-check"]).exit_code == 2
