from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import networkx
import rdflib

import negograph
from negograph import KnowledgeGraph
from negograph.network import to_gexf, to_graphml

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


def test_whoever_has_no_codebook_is_told_what_an_empty_cell_means(kg: KnowledgeGraph, tmp_path: Path) -> None:
    """An opinion and a reported act look alike in the tables, where each has the modality of its predicate."""
    told = {claim: kg.claim(claim) for claim in kg.claims()}
    assert {row["modality"] for row in told.values()} == {"reported", "assessed", "alleged", "predicted", "advised"}
    assert {row["polarity"] for row in told.values()} == {"affirmed", "negated"}
    for claim, row in told.items():
        assert f"<{kg.ontology.terms['Modality'][row['modality']].iri}>" in kg.describe(None, [claim]).to_text("nt")
    frame = kg.to_dataframes()["relations"]
    assert {claim: row["modality"] for claim, row in told.items()} == dict(frame["modality"])
    edges = {key: data["modality"] for _, _, key, data in kg.to_networkx().edges(keys=True, data=True)}
    assert edges == dict(frame["modality"])
    kg.export(tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["id"]: row["modality"] for row in csv.DictReader(stream)} == edges


def test_dates_keep_out_of_the_way_of_gexf_and_every_cell_is_there(small: KnowledgeGraph) -> None:
    """GEXF's own start and end mean a lifetime; ours become from and until, on nodes and on edges."""
    network = small.to_networkx()
    network["talks"]["green"]["r0005"].update(start="2019", end="2020~")
    read = networkx.read_gexf(io.StringIO(to_gexf(network)))
    talks = {key: text for key, text in read.nodes["talks"].items() if key != "id"}
    assert talks == {"label": "Talks", "kind": "Negotiation", "from": "2018", "until": "2020", "part_of": "war"}
    (edge,) = (data for _, _, data in read.edges(data=True) if data["id"] == "r0005")
    assert {key: edge[key] for key in ("predicate", "document", "gist", "locator", "from", "until")} == {
        "predicate": "sidelined",
        "document": "text",
        "gist": "What r0005 says.",
        "locator": "2",
        "from": "2019",
        "until": "2020~",
    }


def test_the_network_holds_each_cell_that_says_something_and_no_other(small: KnowledgeGraph) -> None:
    network = small.to_networkx()
    assert network.name == "negograph"
    assert network.nodes["talks"] == {
        "kind": "Negotiation",
        "label": "Talks",
        "start": "2018",
        "end": "2020",
        "part_of": "war",
    }
    assert network["deal"]["r0010:value"]["r0010"] == {
        "predicate": "occurredOn",
        "value": "2020-02-29",
        "modality": "reported",
        "polarity": "affirmed",
        "rank": "normal",
        "document": "text",
        "locator": "3",
        "gist": "What r0010 says.",
    }


def test_the_formats_end_with_a_line_and_keep_the_names_of_columns(small: KnowledgeGraph) -> None:
    for write in (to_gexf, to_graphml):
        text = write(small.to_networkx())
        assert text.endswith(">\n")
        assert not text.endswith("\n\n")
        assert not [each.tail for each in ElementTree.fromstring(text).iter() if (each.tail or "").strip()]
    assert '<key id="predicate" for="edge"' in to_graphml(small.to_networkx())
    assert "".join(to_gexf(small.to_networkx()).split()).count("<meta></meta>") == 1
