from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import networkx
import rdflib

import negograph
from negograph import KnowledgeGraph

from conftest import Writer


def test_every_claim_is_an_edge_of_its_own(small: KnowledgeGraph) -> None:
    network = small.to_networkx()
    assert isinstance(network, networkx.MultiDiGraph)
    assert {key for _, _, key in network.edges(keys=True)} == set(small.claims())
    assert set(small.entities()) <= set(network)
    edge = network["talks"]["green"]["r0005"]
    assert edge["predicate"] == "sidelined"
    assert edge["document"] == "text"
    assert edge["gist"] == "What r0005 says."


def test_dissent_is_not_overwritten(folder: Writer) -> None:
    denial = {
        "id": "r0050",
        "subject": "talks",
        "predicate": "sidelined",
        "object": "green",
        "polarity": "negated",
        "locator": "1",
    }
    network = negograph.load(folder(relations=[denial])).to_networkx()
    assert network.number_of_edges("talks", "green") == 2
    assert network["talks"]["green"]["r0050"]["polarity"] == "negated"


def test_ends_that_are_no_entities_have_nodes_too(small: KnowledgeGraph) -> None:
    network = small.to_networkx()
    assert network.nodes["r0010:value"] == {"kind": "Value", "label": "2020-02-29"}
    assert network.nodes["r0008"]["kind"] == "Claim"
    assert network.has_edge("r0008", "r0009", key="r0012")


def test_graphml_comes_back_whole(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "x.graphml")
    back = networkx.read_graphml(tmp_path / "x.graphml", force_multigraph=True)
    network = kg.to_networkx()
    assert dict(back.nodes(data=True)) == dict(network.nodes(data=True))
    assert sorted(back.edges(keys=True)) == sorted(network.edges(keys=True))
    for start, end, key, data in network.edges(keys=True, data=True):
        assert back[start][end][key] == data


def test_gexf_holds_every_node_and_edge_and_no_date_of_today(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "x.gexf")
    text = (tmp_path / "x.gexf").read_text(encoding="utf-8")
    assert "lastmodified" not in text
    space = "{http://www.gexf.net/1.2draft}"
    tree = ElementTree.fromstring(text)
    network = kg.to_networkx()
    assert len(list(tree.iter(f"{space}node"))) == len(network)
    assert {edge.get("id") for edge in tree.iter(f"{space}edge")} == set(kg.claims())


def test_rdflib_holds_the_same_statements(small: KnowledgeGraph) -> None:
    graph = small.to_rdflib()
    assert len(graph) == len(small.store)
    assert isinstance(graph, rdflib.Graph)
    assert dict(graph.namespaces())["ngi"] == rdflib.URIRef("https://w3id.org/negograph/id/")


def test_frames_are_the_tables(small: KnowledgeGraph) -> None:
    frames = small.to_dataframes()
    assert set(frames) == {"entities", "relations", "sources", "coverage", "stories"}
    assert frames["relations"].loc["r0005", "predicate"] == "sidelined"
    assert frames["entities"].loc["deal", "start"] == "2020-02"
    assert frames["relations"].loc["r0001", "value"] == ""
    assert len(frames["coverage"]) == 3
    assert list(frames["stories"]) == ["story", "step", "title", "header", "text", "entities", "claims"]
    assert list(frames["stories"]["claims"]) == ["r0005", "r0006|r0008", "r0006"]
