"""Files: the same bytes every time, nothing lost, and never half a file."""

from __future__ import annotations

import csv
import errno
import fcntl
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

import negograph
from negograph import ExportError, KnowledgeGraph, tables
from negograph.export import FORMATS, write_atomically
from negograph.rdf import sorting

from conftest import ROOT, Run, Writer

RDF = ("ttl", "nt", "nq", "trig", "jsonld", "rdf")
RDFLIB = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdf": "xml"}
OXIGRAPH = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}


@pytest.mark.parametrize("suffix", RDF)
def test_nothing_is_lost_on_the_way_through_two_readers(kg: KnowledgeGraph, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"x.{suffix}"
    kg.export(file)
    ours = {quad.triple for quad in kg.store}
    assert {quad.triple for quad in ox.parse(path=str(file), format=OXIGRAPH[suffix])} == ours
    quads = suffix in ("nq", "trig")
    reader: rdflib.Graph = rdflib.Dataset() if quads else rdflib.Graph()
    reader.parse(data=file.read_bytes(), format=RDFLIB[suffix])
    graph = rdflib.Graph()
    graph += [quad[:3] for quad in reader.quads()] if isinstance(reader, rdflib.Dataset) else reader
    assert isomorphic(graph, kg.to_rdflib())


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_a_named_graph_is_the_world_according_to_a_source(kg: KnowledgeGraph, tmp_path: Path, suffix: str) -> None:
    kg.export(tmp_path / f"x.{suffix}")
    graphs = {str(quad.graph_name) for quad in ox.parse(path=str(tmp_path / f"x.{suffix}"))}
    sources = {f"<https://w3id.org/negograph/source/{name}>" for name in kg.to_dataframes()["sources"].index}
    assert sources | {"DEFAULT"} <= graphs


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig"])
def test_rdf_12_reads_back(small: KnowledgeGraph, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"x.{suffix}"
    small.export(file, rdf12=True)
    quads = list(ox.parse(path=str(file)))
    reified = {quad.object for quad in quads if quad.predicate.value.endswith("#reifies")}
    assert len(reified) == len(small)
    named = (ox.NamedNode(small.ontology.expand(name)) for name in ("ngi:talks", "ng:ledTo", "ngi:collapse"))
    assert ox.Triple(*named) in reified
    graphs = {str(quad.graph_name) for quad in quads if isinstance(quad, ox.Quad)}
    named_ones = {"<https://w3id.org/negograph/source/text>", "<https://w3id.org/negograph/curators>"}
    assert graphs == ({"DEFAULT"} | named_ones if suffix in ("nq", "trig") else {"DEFAULT"})


def test_the_tables_come_back_cell_by_cell(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(f"{tmp_path}/out/")
    for name in ("entities", "relations", "sources", "coverage", "stories"):
        assert (tmp_path / "out" / f"{name}.csv").read_bytes() == (ROOT / "data" / f"{name}.csv").read_bytes()
    again = negograph.load(tmp_path / "out")
    assert set(again.store) == set(kg.store)


def test_sqlite_holds_the_tables(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "x.sqlite")
    database = sqlite3.connect(tmp_path / "x.sqlite")
    for name, frame in kg.to_dataframes().items():
        rows = database.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2').fetchall()
        assert sorted(rows) == sorted(
            frame.reset_index(drop=frame.index.name is None).itertuples(index=False, name=None)
        )
    keys = 'SELECT name FROM pragma_table_info("stories") WHERE pk ORDER BY pk'
    assert database.execute(keys).fetchall() == [("story",), ("step",)]
    database.close()


def test_the_flat_table_holds_every_claim_with_names(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    assert set(rows) == set(kg.claims())
    for claim, row in rows.items():
        assert {key: row[key] for key in kg.claim(claim)} == kg.claim(claim)
    sidelined = next(row for row in rows.values() if row["predicate"] == "sidelined")
    assert sidelined["object_label"] == kg.entity(sidelined["object"]).label


SCRIPT = (
    "import sys, negograph; kg = negograph.load(sys.argv[1]); [kg.export(f'{sys.argv[2]}/x.{s}') for s in sys.argv[3:]]"
)


def test_exports_are_the_same_bytes_whatever_the_hash_seed_and_the_order_of_rows(
    folder: Writer, tmp_path: Path
) -> None:
    """R6, a small share: several processes, seeds and orders, one digest a format."""
    digests: dict[str, set[str]] = {suffix: set() for suffix in FORMATS}
    for seed in range(3):
        directory = folder(f"shuffled{seed}")
        for name in ("entities", "relations", "coverage", "stories"):
            head, *rows = (directory / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
            random.Random(seed).shuffle(rows)
            (directory / f"{name}.csv").write_text("".join([head, *rows]), encoding="utf-8")
        out = tmp_path / f"out{seed}"
        out.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        subprocess.run([sys.executable, "-c", SCRIPT, directory, out, *FORMATS], check=True, env=environment)
        for suffix in FORMATS:
            digests[suffix].add(sha256((out / f"x.{suffix}").read_bytes()).hexdigest())
    assert {suffix: len(found) for suffix, found in digests.items()} == dict.fromkeys(FORMATS, 1)


def test_one_edited_cell_changes_at_most_five_lines_of_turtle(folder: Writer, tmp_path: Path) -> None:
    negograph.load(folder("one")).export(tmp_path / "one.ttl")
    edits = [
        {"relations": [{"id": "r0005", "gist": "Another gist."}]},
        {"relations": [{"id": "r0005", "object": "red"}]},
        {"relations": [{"id": "r0011", "confidence": "high"}]},
        {"entities": [{"id": "deal", "start": "2020-03"}]},
        {"entities": [{"id": "blue", "label": "Indigo"}]},
    ]
    before = (tmp_path / "one.ttl").read_text().splitlines()
    for edit in edits:
        negograph.load(folder("two", **edit)).export(tmp_path / "two.ttl")
        after = (tmp_path / "two.ttl").read_text().splitlines()
        assert 0 < len(set(after) - set(before)) <= 5


def test_unknown_formats_and_places_are_refused_and_nothing_is_written(small: KnowledgeGraph, tmp_path: Path) -> None:
    for name, word in (("x.docx", "no format '.docx'"), ("x", "no format"), ("nowhere/x.ttl", "nothing was written")):
        with pytest.raises(ExportError, match=word):
            small.export(tmp_path / name)
    with pytest.raises(ExportError, match=r"RDF 1\.2"):
        small.export(tmp_path / "x.csv", rdf12=True)
    assert list(tmp_path.glob("x*")) == []


def test_format_can_be_named(small: KnowledgeGraph, tmp_path: Path) -> None:
    small.export(tmp_path / "plain.txt", format="nt")
    assert len((tmp_path / "plain.txt").read_text().splitlines()) == len(small.store)


def test_a_link_is_followed_and_permissions_stay(small: KnowledgeGraph, tmp_path: Path) -> None:
    real, link = tmp_path / "real.ttl", tmp_path / "link.ttl"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    small.export(link)
    assert link.is_symlink()
    assert real.read_text().startswith("@prefix")
    assert real.stat().st_mode & 0o777 == 0o640


def test_what_is_no_file_is_not_replaced(small: KnowledgeGraph, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    (tmp_path / "there").mkdir()
    for name in ("pipe.ttl", "there"):
        with pytest.raises(ExportError, match="no regular file"):
            small.export(tmp_path / name, format="ttl")
    assert (tmp_path / "pipe.ttl").is_fifo()


def test_a_failure_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "x.txt"
    target.write_text("old")

    def fail() -> None:
        with write_atomically(target) as stream:
            stream.write(b"half of the n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["x.txt"]


def test_a_full_disk_leaves_the_old_file(folder: Writer, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: the export fails with a sentence, the old file stays."""
    target = tmp_path / "x.ttl"
    target.write_text("old")
    script = """
import resource, signal
from negograph.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (10000, most))
try:
    main()
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, "--data", folder(), "export", "-o", target], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "the file is as it was before" in done.stderr
    assert "Traceback" not in done.stderr
    assert target.read_text() == "old"
    assert not list(tmp_path.glob(".x.ttl*"))


def test_kill_9_leaves_the_old_file_or_the_new_and_the_next_run_sweeps(folder: Writer, tmp_path: Path) -> None:
    """R15, a small share: killed at random moments, the file is whole each time."""
    directory, target = folder(), tmp_path / "x.ttl"
    whole = tmp_path / "whole.ttl"
    negograph.load(directory).export(whole)
    loop = f"import negograph; kg = negograph.load({str(directory)!r})\nprint('ready', flush=True)\nwhile True: kg.export({str(target)!r})"
    chance = random.Random(15)
    for _ in range(8):
        process = subprocess.Popen([sys.executable, "-c", loop], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.005, 0.06))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        process.stdout.close()
        assert not target.exists() or target.read_bytes() == whole.read_bytes()
    (tmp_path / ".x.ttl.0123456789abcdef.negograph-part").write_text("left by a crash")
    negograph.load(directory).export(target)
    assert target.read_bytes() == whole.read_bytes()
    assert not list(tmp_path.glob(".x.ttl*"))


def test_two_writers_at_once_do_not_sweep_each_other(tmp_path: Path) -> None:
    target = tmp_path / "x.txt"
    with write_atomically(target) as first:
        first.write(b"first")
        with write_atomically(target) as second:
            second.write(b"second")
        assert target.read_bytes() == b"second"
    assert target.read_bytes() == b"first"


@pytest.mark.parametrize("crash", range(6))
def test_a_folder_that_was_half_written_is_refused_or_whole(
    folder: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash: int
) -> None:
    """Between any two of its files a writer may die; coverage and stories may not go missing in silence."""
    from negograph import export

    new = negograph.load(folder("new", entities=[{"id": "blue", "label": "Indigo"}]))
    new.export(f"{tmp_path}/whole/")
    whole = {file.name: file.read_bytes() for file in (tmp_path / "whole").glob("*")}
    monkeypatch.setattr(export, "write_atomically", dying := Dying(crash))
    for there in ("empty", "plain"):
        old = folder("plain") if there == "plain" else tmp_path / "empty"
        before = {file.name: file.read_bytes() for file in old.glob("*")}
        dying.left = crash
        with pytest.raises(RuntimeError, match="died"):
            new.export(f"{old}/")
        after = {file.name: file.read_bytes() for file in old.glob("*")}
        assert after in (before, whole) or tables.check(old)


class Dying:
    """Writes a number of files and dies."""

    def __init__(self, files: int) -> None:
        self.left = files

    def __call__(self, target: Path) -> object:
        if not self.left:
            raise RuntimeError("died")
        self.left -= 1
        return write_atomically(target)


def test_two_writers_of_one_folder_take_turns(folder: Writer, tmp_path: Path) -> None:
    folders = [folder("one"), folder("two", entities=[{"id": "blue", "label": "Indigo"}])]
    script = "import negograph, sys; kg = negograph.load(sys.argv[1]); [kg.export(sys.argv[2]) for _ in range(25)]"
    writers = [subprocess.Popen([sys.executable, "-c", script, each, f"{tmp_path}/out/"]) for each in folders]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert tables.check(tmp_path / "out") == []


def test_an_exported_folder_is_vouched_for(small: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    small.export(tmp_path / "there")
    assert tables.check(tmp_path / "there") == []
    assert (tmp_path / "there" / "manifest.json").exists()


def test_a_disk_that_fails_in_the_end_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x.txt"
    target.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ExportError) as caught, write_atomically(target) as stream:
        stream.write(b"new")
    assert str(caught.value) == f"{target}: No space left on device; the file is as it was before"
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["x.txt"]


def test_a_part_that_is_swept_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.txt"
    lock, swept = fcntl.flock, list[str]()

    def sweep_first(stream: IO[bytes], how: int) -> None:
        if not swept:
            swept.append(stream.name)
            os.unlink(stream.name)
        lock(stream, how)

    monkeypatch.setattr(fcntl, "flock", sweep_first)
    with write_atomically(target) as stream:
        assert [stream.name] != swept
        stream.write(b"new")
    assert len(swept) == 1
    assert target.read_text() == "new"


def test_where_there_are_no_locks_files_are_written_all_the_same(
    small: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: no locks, no directories that can be flushed, and nothing is swept."""
    monkeypatch.setattr("negograph.export.fcntl", None)
    monkeypatch.setattr("negograph.export._POSIX", False)
    left = tmp_path / ".x.ttl.0123456789abcdef.negograph-part"
    left.write_text("of a writer that may be alive")
    small.export(tmp_path / "x.ttl")
    assert (tmp_path / "x.ttl").read_text().startswith("@prefix")
    assert left.exists()
    small.export(f"{tmp_path}/out/")
    assert set(negograph.load(tmp_path / "out").store) == set(small.store)


def test_a_folder_that_cannot_be_made_is_told(small: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="nothing was written"):
        small.export(f"{tmp_path}/file/out/")


@pytest.mark.parametrize(
    "options", [["--as-of", "2020"], ["--only", "re-russia"], ["--without", "dubois"], ["--speaker", "donald-trump"]]
)
def test_what_is_exported_of_a_slice_can_be_loaded(tmp_path: Path, run: Run, options: list[str]) -> None:
    assert run("export", *options, "-o", f"{tmp_path}/slice/").exit_code == 0
    assert tables.check(tmp_path / "slice") == []
    sliced, whole = negograph.load(tmp_path / "slice"), negograph.load()
    assert 0 < len(sliced) < len(whole)
    told, left = whole.to_dataframes()["stories"], sliced.to_dataframes()["stories"]
    assert [text for text in told["text"] if text in set(left["text"])] == list(left["text"]), "in the order they had"


def test_prefixes_are_sorted_however_the_writer_cuts_its_text() -> None:
    text = b"@prefix b: <x:b> .\n@prefix a: <x:a> .\na:1 a:2 b:3 .\nb:1 a:2 b:3 .\n"
    for size in (1, 7, 20, 40, 100):
        out = BytesIO()
        head = sorting._Head(out, 2)
        parts = [text[at : at + size] for at in range(0, len(text), size)]
        assert [head.write(part) for part in parts] == [len(part) for part in parts]
        assert out.getvalue() == b"@prefix a: <x:a> .\n@prefix b: <x:b> .\na:1 a:2 b:3 .\nb:1 a:2 b:3 .\n"


def test_the_flat_table_names_each_of_several(folder: Writer, tmp_path: Path) -> None:
    both = {"id": "r0001", "attributed_to": "green|leader"}
    negograph.load(folder(relations=[both])).export(tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as stream:
        first = next(csv.DictReader(stream))
    assert (first["attributed_to"], first["attributed_to_label"]) == ("green|leader", "Green|The Leader")
