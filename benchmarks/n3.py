"""N3.js as a reader of our exports, RDF 1.2 included, which no other reader but the engine's own knows.

``npm install --prefix FOLDER n3@2 node@22`` first, then
``python -m benchmarks.n3 FOLDER``: it writes Turtle, N-Triples, N-Quads and TriG, in RDF 1.1 and 1.2, of the
packaged tables and of small ones with texts and numbers that formats like to spoil, compares every
statement that N3.js reads with what was meant, and prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from benchmarks.reliability.exports import rich_rows
from benchmarks.reliability.trials import write_folder
from negograph import KnowledgeGraph, load, rdf

PACKAGE = "node_modules/n3/package.json"
SCRIPT = Path(__file__).with_suffix(".mjs")
MEDIA = {"ttl": "text/turtle", "nt": "application/n-triples", "nq": "application/n-quads", "trig": "application/trig"}
WITH_GRAPHS = ("nq", "trig")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph


class Export(NamedTuple):
    """A file that was written, and the statements that were meant."""

    data: str
    model: str
    suffix: str
    file: Path
    meant: frozenset[str]


def written(term: Term | ox.Quad) -> object:
    """A term as the script writes it."""
    match term:
        case ox.Quad():
            return [written(each) for each in term]
        case ox.Triple():
            return [*(written(each) for each in term), None]
        case ox.Literal():
            return {"value": term.value, "language": term.language or "", "datatype": term.datatype.value}
        case ox.DefaultGraph():
            return None
        case _:
            return f"{type(term).__name__} {term.value}"


def told(statements: object) -> frozenset[str]:
    """Statements as a set."""
    assert isinstance(statements, list)
    return frozenset(json.dumps(each, sort_keys=True) for each in statements)


def exports(name: str, kg: KnowledgeGraph, out: Path) -> list[Export]:
    """Every format that N3.js reads, in both versions of RDF."""
    found = []
    plain = frozenset(ox.Quad(*quad.triple) for quad in kg.store)
    named = frozenset(rdf.named_graphs(kg.store, kg.ontology))
    for suffix in MEDIA:
        quads = named if suffix in WITH_GRAPHS else plain
        for model, meant in (("1.1", quads), ("1.2", frozenset(rdf.reified(quads)))):
            file = out / f"{name}-{model}.{suffix}"
            kg.export(file, rdf12=model == "1.2")
            found.append(Export(name, model, suffix, file, told([written(quad) for quad in meant])))
    return found


def read(folder: Path, files: list[Export]) -> list[dict[str, object]]:
    """What N3.js makes of the files, in one process of Node."""
    job = json.dumps([(str(each.file), MEDIA[each.suffix]) for each in files])
    command = [str(folder / "node_modules/.bin/node"), str(SCRIPT), str(folder.resolve())]
    return list(json.loads(subprocess.run(command, input=job, capture_output=True, text=True, check=True).stdout))


def main() -> None:
    """Write, read, compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where npm has installed n3 and node")
    folder: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as base:
        small = load(write_folder(Path(base) / "small", rich_rows()))
        files = exports("small", small, Path(base)) + exports("packaged", load(), Path(base))
        answers = read(folder, files)
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))["version"]
    print(f"{date.today()}, negograph {version('negograph')}, n3 {package}\n")
    print("| tables | RDF | format | statements | missing | too many |\n|---|---|---|---:|---:|---:|")
    wrong = 0
    for each, answer in zip(files, answers, strict=True):
        found = told(answer.get("statements", []))
        missing, more = len(each.meant - found), len(found - each.meant)
        wrong += bool(missing or more or not each.meant)
        print(f"| {each.data} | {each.model} | {each.suffix} | {len(each.meant):,} | {missing} | {more} |")
        if "error" in answer:
            print(f"{each.file.name}: {answer['error']}", file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
