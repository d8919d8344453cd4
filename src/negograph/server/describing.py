"""The server about itself: the SPARQL service description, and the dataset in VoID and DCAT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

import pyoxigraph as ox

from negograph.answers import Term
from negograph.kg import KnowledgeGraph
from negograph.server import media
from negograph.server.requests import DATA

__all__ = ["description", "void"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCTERMS = "http://purl.org/dc/terms/"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_IANA = "https://www.iana.org/assignments/media-types/"
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
_DATASET = ox.NamedNode("https://w3id.org/negograph/dataset")
_LICENCE = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")

Statements = Iterator[ox.Triple]


def description(store: ox.Store, kg: KnowledgeGraph, base: str) -> Statements:
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
    yield ox.Triple(default, _void("triples"), _count(_size(store, None)))
    for number, graph in enumerate(_graphs(store)):
        named, inside = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), graph)
        yield ox.Triple(named, _sd("graph"), inside)
        yield ox.Triple(inside, _TYPE, _sd("Graph"))
        yield ox.Triple(inside, _void("triples"), _count(_size(store, graph)))


def void(store: ox.Store, kg: KnowledgeGraph, base: str) -> Statements:
    """The dataset: what is in it, how much, under which licence, and where it is to be had."""
    base = base or "http://localhost"
    for kind in (_void("Dataset"), ox.NamedNode(_DCAT + "Dataset")):
        yield ox.Triple(_DATASET, _TYPE, kind)
    yield ox.Triple(_DATASET, _dc("title"), ox.Literal("negograph: negotiations, and who says what", language="en"))
    yield ox.Triple(_DATASET, _dc("license"), _LICENCE)
    yield ox.Triple(_DATASET, _void("sparqlEndpoint"), ox.NamedNode(f"{base}/sparql"))
    yield ox.Triple(_DATASET, _void("uriSpace"), ox.Literal(kg.ontology.expand("ngi:")))
    yield ox.Triple(_DATASET, _void("exampleResource"), ox.NamedNode(kg.ontology.expand("ngi:") + kg.entities()[0]))
    for namespace in ("ng", "prov", "dcterms", "skos"):
        yield ox.Triple(_DATASET, _void("vocabulary"), ox.NamedNode(kg.ontology.prefixes[namespace]))
    yield from _counts(kg.store)
    for graph in _graphs(store):
        yield ox.Triple(_DATASET, _void("subset"), graph)
        yield ox.Triple(graph, _void("triples"), _count(_size(store, graph)))
    for suffix, mime in DATA.items():
        dump, distribution = ox.NamedNode(f"{base}/data.{suffix}"), ox.NamedNode(f"{base}/data.{suffix}#distribution")
        yield ox.Triple(_DATASET, _void("dataDump"), dump)
        yield ox.Triple(_DATASET, ox.NamedNode(_DCAT + "distribution"), distribution)
        yield ox.Triple(distribution, _TYPE, ox.NamedNode(_DCAT + "Distribution"))
        yield ox.Triple(distribution, ox.NamedNode(_DCAT + "downloadURL"), dump)
        yield ox.Triple(distribution, ox.NamedNode(_DCAT + "mediaType"), ox.NamedNode(_IANA + mime))
        yield ox.Triple(distribution, _dc("license"), _LICENCE)


def _counts(store: ox.Store) -> Statements:
    """How much of what there is, as VoID counts it."""
    classes = Counter(quad.object for quad in store.quads_for_pattern(None, _TYPE, None))
    properties = Counter(quad.predicate for quad in store)
    subjects = {quad.subject for quad in store}
    numbers = {
        "triples": len(store),
        "entities": len(subjects),
        "distinctSubjects": len(subjects),
        "distinctObjects": len({quad.object for quad in store}),
        "classes": len(classes),
        "properties": len(properties),
    }
    for name, number in numbers.items():
        yield ox.Triple(_DATASET, _void(name), _count(number))
    for count in sorted(classes.items(), key=str):
        yield from _partition("class", "entities", *count)
    for each in sorted(properties.items(), key=str):
        yield from _partition("property", "triples", *each)


def _partition(what: str, unit: str, term: Term, number: int) -> Statements:
    part = ox.BlankNode(what + sha256(str(term).encode()).hexdigest()[:12])
    yield ox.Triple(_DATASET, _void(f"{what}Partition"), part)
    yield ox.Triple(part, _void(what), term)
    yield ox.Triple(part, _void(unit), _count(number))


def _graphs(store: ox.Store) -> list[ox.NamedNode]:
    return sorted((each for each in store.named_graphs() if isinstance(each, ox.NamedNode)), key=str)


def _size(store: ox.Store, graph: ox.NamedNode | None) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph or ox.DefaultGraph()))


def _count(number: int) -> ox.Literal:
    return ox.Literal(number)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)


def _void(name: str) -> ox.NamedNode:
    return ox.NamedNode(_VOID + name)


def _dc(name: str) -> ox.NamedNode:
    return ox.NamedNode(_DCTERMS + name)
