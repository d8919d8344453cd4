"""R6 and R7: the same bytes from the same claims, and nothing lost for whoever reads them."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import networkx
import pandas
import pyoxigraph as ox
import rdflib

from benchmarks.reliability.trials import ROOT, Rows, Trial, as_csv, say, scratch, small_rows, write_folder
from negograph import rdf
from negograph.export import FORMATS, RDF12_FORMATS
from negograph.kg import KnowledgeGraph, load
from negograph.ontology import load_ontology
from negograph.tables import spelt_out

__all__ = ["TOOLS", "r6", "r7", "rich_rows"]

TOOLS = ("rapper", "serdi")
"""Readers that no Python package brings: Debian's raptor2-utils and serdi."""

SCRIPT = """
import sys, negograph
from negograph.export import FORMATS, RDF12_FORMATS
kg, one, other = negograph.load("data"), *sys.argv[1:]
for suffix in FORMATS:
    kg.export(f"out/x.{suffix}")
for suffix in RDF12_FORMATS:
    kg.export(f"out/rdf12.{suffix}", rdf12=True)
kg.export("out/tables/")
brief, compared = kg.brief(one), kg.compare(one, other)
texts = {"brief.html": brief.to_html(), "brief.md": brief.to_markdown(), "explore.html": kg.explore().html}
for name, report in (("brief", brief), ("compare", compared), ("precedents", kg.compare(one)), ("audit", kg.audit())):
    texts |= {f"{name}.json": report.to_json(), f"{name}.csv": report.to_csv(), f"{name}.ttl": report.to_turtle()}
texts["compare.md"] = compared.to_markdown()
for name in kg.questions:
    texts[f"{name}.json"] = kg.answer(name).to_json()
for name, text in texts.items():
    with open(f"out/{name}", "w", encoding="utf-8") as stream:
        stream.write(text)
"""


def r6(share: float, seed: int) -> Trial:
    """Hash seeds, orders of rows and columns, line ends and byte order marks: one digest a file."""
    runs = max(int(20 * share), 2)
    trial = Trial(
        "R6", f"{runs} runs, each with a hash seed, an order of rows and columns and line ends of its own", seed
    )
    began, chance = time.time(), random.Random(seed)
    with scratch() as base:
        write_folder(base / "small", small_rows())
        shutil.copytree(ROOT / "data", base / "packaged")
        cases = [("small", ("talks", "protest"))]
        if share >= 0.5:  # a run takes seconds
            cases.append(("packaged", ("ukraine-talks-2025", "us-taliban-talks")))
        for name, words in cases:
            digests: dict[str, set[str]] = defaultdict(set)
            many = runs if name == "small" else max(runs // 4, 2)
            for run in range(many):
                place = base / "run"
                shutil.rmtree(place, ignore_errors=True)
                (place / "out").mkdir(parents=True)
                _shuffled(base / name, place / "data", chance)
                environment = {**os.environ, "PYTHONHASHSEED": str(chance.randrange(2**32))}
                line = [sys.executable, "-c", SCRIPT, *words]
                done = subprocess.run(line, cwd=place, env=environment, capture_output=True, text=True)
                trial.expect(done.returncode == 0, f"{name}, run {run}: {done.stderr[-500:]}")
                for file in sorted((place / "out").rglob("*")):
                    if file.is_file():
                        digests[str(file.relative_to(place / "out"))].add(sha256(file.read_bytes()).hexdigest())
                trial.done += 1
                say(f"R6: {name}, run {run + 1} of {many}, {time.time() - began:.0f} s")
            trial.counts[f"files of the {name} tables, one digest each"] = sum(len(x) == 1 for x in digests.values())
            for file, found in digests.items():
                trial.expect(len(found) == 1, f"{name}: {len(found)} digests of {file}")
    trial.seconds = time.time() - began
    return trial


def _shuffled(source: Path, target: Path, chance: random.Random) -> None:
    """The same tables, as another editor on another day would have saved them."""
    target.mkdir()
    for file in sorted(source.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        columns = list(rows[0])
        chance.shuffle(rows)
        chance.shuffle(columns)
        data = as_csv(columns, rows)
        if chance.random() < 0.5:
            data = data.replace(b"\n", b"\r\n")
        if chance.random() < 0.3:
            data = b"\xef\xbb\xbf" + data
        (target / file.name).write_bytes(data)


# R7

Triples = frozenset[ox.Triple]
_NT, _NQ = ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS
_RAPPER = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "nq": "nquads", "trig": "trig"}
_SERDI = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads", "trig": "trig"}
_RDFLIB = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdf": "xml"}
_NUMBERS = ("400000000.01", "0.1", "-2", "123456789012345678", "0.00000000000000001", "99999999999999999.9", "0")
_TEXTS = (
    "Zażółć gęślą jaźń", "日本語と한국어", "🙂👩\u200d👩\u200d👧", "می\u200cخواهم", "a\\b\\\\c", 'she said "no"', "'''\"\"\"",
    "<b>&amp;</b>", "]]>", "a, b; c|d", "{x} $y %z", "C:\\new\\table", "\\u0041", "¿¡—…“”", "2019-06", "1e5", "007", "NA",
    "ﷺ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "Ǆ", "\U0002a6d6", "-- x", "x -->", "<!-- x", "</script>", "_:b1", "@prefix x: <y> .", "true", "null",
)  # fmt: skip


def rich_rows() -> Rows:
    """The small tables with numbers and texts that formats like to spoil."""
    rows = small_rows()
    for number, value in enumerate(_NUMBERS, 1):
        claim = {"id": f"r01{number:02}", "subject": "blue", "predicate": "backs", "object": "green", "source": "text"}
        rows["relations"].append({**claim, "locator": "1", "gist": "An amount.", "value": value})
    for number, text in enumerate(_TEXTS, 1):
        label, items = f"x {text} {number}", "|".join(dict.fromkeys(f"{number} {part}" for part in text.split("|")))
        entity = {"id": f"odd-{number}", "kind": "Group", "label": label, "aliases": items, "description": f"x {text}"}
        rows["entities"].append(
            {**entity, "same_as": f"https://example.org/%22{number}?a=b&c=d#e", "start": "2019-21~"}
        )
        claim = {"id": f"r02{number:02}", "subject": "blue", "predicate": "backs", "object": f"odd-{number}"}
        rows["relations"].append({**claim, "source": "text", "locator": "1-2|3", "gist": label, "note": f"x {text}"})
        claim = {"id": f"r03{number:02}", "subject": "bluff", "predicate": "definedAs", "value": f"x {text}"}
        rows["relations"].append({**claim, "source": "text", "locator": "2", "gist": f"A definition {number}."})
    return rows


def r7(share: float, seed: int) -> Trial:
    """Every export through every reader that reads it."""
    trial = Trial("R7", "every export read by rdflib, pyoxigraph and a third reader", seed)
    began = time.time()
    with scratch() as base:
        write_folder(base / "rich", rich_rows())
        cases = {"rich": load(base / "rich")}
        if share >= 0.5:
            cases["packaged"] = load()
        for name, kg in cases.items():
            out = base / f"out-{name}"
            out.mkdir()
            for what, reader, same in _readings(kg, out):
                trial.done += 1
                trial.counts[f"{reader} readings"] += 1
                trial.expect(same, f"{name}: {what} is not the same to {reader}")
            say(f"R7: {name}, {trial.done} readings, {time.time() - began:.0f} s")
    trial.seconds = time.time() - began
    return trial


def _readings(kg: KnowledgeGraph, out: Path) -> Iterator[tuple[str, str, bool]]:
    """(what was written, who read it, whether it is what was meant)."""
    for suffix in FORMATS:
        kg.export(out / f"x.{suffix}")
    kg.export(f"{out}/tables/")
    ours = frozenset(quad.triple for quad in kg.store)
    named = frozenset(rdf.named_graphs(kg.store, kg.ontology))
    for suffix in _RDFLIB:
        file, quads = out / f"x.{suffix}", suffix in ("nq", "trig")
        yield suffix, "pyoxigraph", frozenset(ox.parse(path=str(file))) == (named if quads else _quads(ours))
        yield suffix, "rdflib", _by_rdflib(file, suffix) == (named if quads else _quads(ours))
        for tool, formats in (("rapper", _RAPPER), ("serdi", _SERDI)):
            if suffix in formats and shutil.which(tool):
                found = _by_tool(tool, formats[suffix], file, quads)
                yield suffix, tool, found == (named if quads else _quads(ours))
    with contextlib.suppress(ImportError):
        yield "jsonld", "PyLD", _by_pyld(out / "x.jsonld") == _quads(ours)
    for suffix in RDF12_FORMATS:
        kg.export(out / f"rdf12.{suffix}", rdf12=True)
        found = frozenset(ox.parse(path=str(out / f"rdf12.{suffix}")))
        quads12 = named if suffix in ("nq", "trig") else _quads(ours)
        yield f"rdf12 {suffix}", "pyoxigraph", found == frozenset(rdf.reified(quads12))
    yield from _networks(kg, out)
    yield from _tables(kg, out)


def _quads(triples: Triples) -> frozenset[ox.Quad]:
    return frozenset(ox.Quad(*triple) for triple in triples)


def _by_rdflib(file: Path, suffix: str) -> frozenset[ox.Quad]:
    """What rdflib reads, told in its own N-Quads, sorted term by term."""
    data = rdflib.Dataset()
    if suffix in ("nq", "trig"):
        data.parse(data=file.read_bytes(), format=_RDFLIB[suffix])
    else:
        data.default_graph.parse(data=file.read_bytes(), format=_RDFLIB[suffix])
    found = set()
    for subject, predicate, value, graph in data.quads():
        home = (
            ox.DefaultGraph() if graph is None or str(graph).startswith("urn:x-rdflib:") else ox.NamedNode(str(graph))
        )
        found.add(ox.Quad(_term(subject), _term(predicate), _term(value), home))
    return frozenset(found)


def _term(term: Any) -> Any:
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))


def _by_tool(tool: str, form: str, file: Path, quads: bool) -> frozenset[ox.Quad]:
    target = "nquads" if quads else "ntriples"
    line = [tool, *(["-q"] if tool == "rapper" else []), "-i", form, "-o", target, str(file)]
    done = subprocess.run(line, capture_output=True)
    return frozenset(ox.parse(done.stdout, format=_NQ if quads else _NT)) if done.returncode == 0 else frozenset()


def _by_pyld(file: Path) -> frozenset[ox.Quad]:
    from pyld import jsonld

    text = jsonld.to_rdf(json.loads(file.read_bytes()), {"format": "application/n-quads"})
    return frozenset(ox.parse(text.encode(), format=_NQ))


def _networks(kg: KnowledgeGraph, out: Path) -> Iterator[tuple[str, str, bool]]:
    network = kg.to_networkx()
    renamed = {"start": "from", "end": "until"}
    for suffix, read, names in (
        ("graphml", lambda file: networkx.read_graphml(file, force_multigraph=True), {}),
        ("gexf", networkx.read_gexf, renamed),
    ):
        found = networkx.MultiDiGraph(read(out / f"x.{suffix}"))  # without parallel edges GEXF is read as a DiGraph
        yield suffix, "networkx", _drawn(network, names, gexf=False) == _drawn(found, {}, gexf=suffix == "gexf")


def _drawn(network: Any, names: dict[str, str], *, gexf: bool) -> tuple[Counter[Any], Counter[Any]]:
    """Nodes and edges with what they carry; GEXF gives a node without a label its id for one."""

    def cells(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple(
            sorted((names.get(key, key), str(text)) for key, text in data.items() if not (gexf and key == "id"))
        )

    nodes = Counter((node, cells(data)) for node, data in network.nodes(data=True))
    edges = Counter(
        (start, end, str(data["id"] if gexf else key), cells(data))
        for start, end, key, data in network.edges(keys=True, data=True)
    )
    return nodes, edges


def _tables(kg: KnowledgeGraph, out: Path) -> Iterator[tuple[str, str, bool]]:
    """The tables as pandas, the csv module and SQLite read them."""
    rows = rdf.rows_of(kg.store, kg.ontology)
    spelt = {name: spelt_out(name, each, kg.ontology) for name, each in rows.items()}
    whole: Callable[[Path], list[dict[str, Any]]] = lambda file: pandas.read_csv(  # noqa: E731
        file, dtype=str, keep_default_na=False
    ).to_dict("records")
    with contextlib.closing(sqlite3.connect(out / "x.sqlite")) as database:
        yield "sqlite", "sqlite3", database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for name, columns in load_ontology().columns.items():
            found = database.execute(f'SELECT * FROM "{name}"')
            told = Counter(tuple(row[column] for column in columns) for row in spelt[name])
            yield f"sqlite {name}", "sqlite3", Counter(found.fetchall()) == told
            yield f"{name}.csv", "pandas", whole(out / "tables" / f"{name}.csv") == rows[name]
            with (out / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
                yield f"{name}.csv", "csv", list(csv.DictReader(stream, strict=True)) == rows[name]
    flat = [{key: row[key] for key in kg.ontology.columns["relations"]} for row in whole(out / "x.csv")]
    yield "csv", "pandas", flat == spelt["relations"]
