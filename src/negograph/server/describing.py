"""The server about itself: the SPARQL service description."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from negograph.dataset import graph_names, graph_size
from negograph.server import media

__all__ = ["description"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}

Statements = Iterator[ox.Triple]


def description(store: ox.Store, base: str) -> Statements:
    """The service: its language, formats and graphs (SPARQL 1.1 Service Description)."""
    service, dataset = ox.NamedNode(f"{base or 'http://localhost'}/sparql"), ox.BlankNode("dataset")
    default = ox.BlankNode("default")
    yield ox.Triple(service, _TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    for form in (*media.ROWS, *media.STATEMENTS):
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(_FORMATS + _NAMES[form.type]))
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield ox.Triple(default, _TYPE, _sd("Graph"))
    yield ox.Triple(default, _void("triples"), ox.Literal(graph_size(store, ox.DefaultGraph())))
    for number, graph in enumerate(graph_names(store)):
        named, inside = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), graph)
        yield ox.Triple(named, _sd("graph"), inside)
        yield ox.Triple(inside, _TYPE, _sd("Graph"))
        yield ox.Triple(inside, _void("triples"), ox.Literal(graph_size(store, graph)))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)


def _void(name: str) -> ox.NamedNode:
    return ox.NamedNode(_VOID + name)
