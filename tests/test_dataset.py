"""The data as a whole: its description, its version, and what can be counted."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import yaml

import negograph
from negograph import DataError, KnowledgeGraph, dataset, rdf
from negograph.dataset import FILE, problems_of
from negograph.ontology import load_ontology

from conftest import ROOT, Run, Writer, writer

OWN = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://example.org/my-data> a dcat:Dataset ; dcterms:title "Mine"@en ; dcat:version "7.1" .
"""
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")


BROKEN = [
    ("<x> a", "no Turtle"),
    (OWN + "<https://example.org/other> dcterms:title 'x' .", "beside one data set"),
    (OWN.replace("example.org/my-data", "w3id.org/negograph/claim/r0001"), "beside one data set"),
    (OWN.replace("a dcat:Dataset", "a dcat:Dataset, <https://w3id.org/negograph/ns#Claim>"), "terms of the ontology"),
    (OWN.replace("a dcat:Dataset", "a dcat:Dataset, dcat:Catalog"), "not about a dcat:Dataset alone"),
    (OWN.replace('dcat:version "7.1"', "dcterms:title 'x'"), "exactly one version"),
    (OWN.replace('"7.1"', '"7.1", "8"'), "exactly one version"),
    (OWN.replace('"7.1"', '"7 1"'), "exactly one version"),
    (OWN.replace('"Mine"@en', "[]"), "blank node"),
    (OWN.replace("Mine", "enim\u202e"), "do not show"),
]  # fmt: skip
GRAPH = f"""{OWN}
@prefix ng: <https://w3id.org/negograph/ns#> .
<https://example.org/my-data> dcterms:license <urn:free> .
<urn:b> a ng:Entity, ng:State ; ng:met <urn:a>, <urn:c> .
<urn:a> a ng:Entity, <urn:kind> ; ng:met <urn:b> ; ng:backs <urn:b> .
_:x a ng:Entity .
<urn:source> {{ <urn:a> ng:met <urn:b> ; ng:backs <urn:b> . }}
<urn:another> {{ <urn:b> ng:met <urn:c> . <urn:0> a ng:Entity . }}
"""
TOLD = Path(__file__).with_name("described.txt")


def described(folder: Writer, text: str = OWN) -> Path:
    data = folder()
    (data / FILE).write_text(text, encoding="utf-8")
    return data


def test_the_description_of_a_folder_goes_into_the_graph_and_into_every_export(folder: Writer, tmp_path: Path) -> None:
    kg = negograph.load(described(folder))
    assert kg.version == "7.1"
    rows = kg.query("SELECT ?version { <https://example.org/my-data> <http://www.w3.org/ns/dcat#version> ?version }")
    assert [row.version for row in rows] == ["7.1"]
    for suffix in ("ttl", "nt", "nq", "trig", "jsonld", "rdf"):
        kg.export(tmp_path / f"x.{suffix}")
        assert '7.1"' in (text := (tmp_path / f"x.{suffix}").read_text(encoding="utf-8")) or ">7.1<" in text, suffix
    kg.export(f"{tmp_path}/tables/")
    again = negograph.load(tmp_path / "tables")
    assert again.version == "7.1"
    assert set(again.store) == set(kg.store)


def test_a_folder_without_one_a_slice_and_several_folders_have_no_version(folder: Writer) -> None:
    data = described(folder)
    bare = folder("bare")
    assert negograph.load(bare).version == ""
    assert negograph.load([data, bare]).version == ""
    part, _ = negograph.load(data).heard(only=["text"])
    assert part.version == ""


def test_a_slice_does_not_inherit_the_description_of_the_folder_that_it_is_written_to(
    folder: Writer, tmp_path: Path
) -> None:
    whole = negograph.load(described(folder))
    part, _ = whole.heard(only=["text"])
    for kg, version in ((whole, "7.1"), (part, "")):
        kg.export(f"{tmp_path}/out/")
        assert negograph.load(tmp_path / "out").version == version


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_a_broken_description_is_a_problem_of_the_folder(folder: Writer, run: Run, text: str, message: str) -> None:
    data = described(folder, text)
    assert any(message in str(problem) for problem in problems_of(data))
    found = run("check", "--data", data)
    assert found.exit_code == 1
    assert FILE in found.stdout
    with pytest.raises(DataError, match=message):
        negograph.load(data)


def test_the_counts_are_those_of_the_graph(kg: KnowledgeGraph) -> None:
    graph = rdflib.Graph().parse(ROOT / "graph" / "void.ttl")
    dataset = rdflib.URIRef("https://w3id.org/negograph/dataset")
    assert int(graph.value(dataset, VOID.triples)) == len(kg.store)
    assert str(graph.value(dataset, DCAT.version)) == kg.version
    for part in graph.objects(dataset, VOID.propertyPartition):
        pattern = f"SELECT (COUNT(*) AS ?n) {{ ?s <{graph.value(part, VOID.property)}> ?o }}"
        assert kg.query(pattern)[0].n == int(graph.value(part, VOID.triples))
    for part in graph.objects(dataset, VOID.classPartition):
        pattern = f"SELECT (COUNT(*) AS ?n) {{ ?s a <{graph.value(part, VOID['class'])}> }}"
        assert kg.query(pattern)[0].n == int(graph.value(part, VOID.entities))
    assert not [term for triple in graph for term in triple if isinstance(term, rdflib.BNode)]
    assert not list(graph.objects(dataset, VOID.sparqlEndpoint)), "nobody is promised a server"


def told(folder: Writer) -> str:
    """What is wrong with the broken descriptions, and what is said of a graph."""
    lines = []
    for text, _ in BROKEN:
        data = described(folder, text)
        lines += sorted(str(problem).replace(str(data), "DATA") for problem in problems_of(data))
    store, empty = ox.Store(), ox.Store()
    store.load(GRAPH.encode(), format=ox.RdfFormat.TRIG)
    lines += sorted(map(str, dataset.void(store, load_ontology(), "urn:files", endpoint="urn:sparql")))
    lines += ["", *sorted(map(str, dataset.void(empty, load_ontology(), "urn:files")))]
    return "\n".join([*lines, ""])


def test_what_is_said_of_a_data_set_is_what_is_written_down(folder: Writer) -> None:
    assert told(folder) == TOLD.read_text(encoding="utf-8"), "python tests/test_dataset.py writes it anew"


def test_the_packaged_version_is_read_without_the_data(kg: KnowledgeGraph) -> None:
    assert dataset.packaged_version() == kg.version != ""


def test_tables_of_ones_own_get_no_licence_of_ours(folder: Writer) -> None:
    small = negograph.load(folder())
    found = dataset.void(rdf.with_named_graphs(small.store, small.ontology), small.ontology, "http://localhost")
    assert not [triple for triple in found if triple.predicate.value.endswith("license")]


def test_a_difference_between_two_versions_names_them(folder: Writer) -> None:
    old = negograph.load(described(folder))
    new = negograph.load(described(lambda: folder("new"), OWN.replace("7.1", "7.2")))
    assert old.diff(new).title == "What changed from version 7.1 to 7.2?"


def test_the_citation_names_the_versions_of_the_data_and_of_the_package(kg: KnowledgeGraph) -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation["version"] == kg.version
    assert citation["references"][0]["version"] == project["version"]
    assert citation["license"] == ["Apache-2.0", "CC-BY-4.0"]


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        TOLD.write_text(told(writer(Path(name), load_ontology())), encoding="utf-8")
