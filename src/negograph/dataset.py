"""The data as a whole: what they are, which version, under which licence, and how much of what there is.

A folder of tables may hold ``dataset.ttl``, the description of the data in DCAT; its ``dcat:version`` is the
version of the data. The description goes into the graph, and so into every export; :func:`void` adds to
it what can be counted (VoID) and where the files are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from negograph.errors import DataError, Problem
from negograph.ontology import DATASET, Ontology, resource

__all__ = [
    "DUMPS",
    "FILE",
    "described",
    "graph_names",
    "graph_size",
    "packaged_version",
    "problems_of",
    "read_description",
    "version",
    "void",
]

FILE = "dataset.ttl"
"""The description of the data, in a folder of tables."""

DUMPS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "csv": "text/csv",
}
"""Files of the whole graph, with their media types."""

_OWN = "https://w3id.org/negograph/"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCTERMS = "http://purl.org/dc/terms/"
_VOID = "http://rdfs.org/ns/void#"
_IANA = "https://www.iana.org/assignments/media-types/"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_DATASET_CLASS = ox.NamedNode(_DCAT + "Dataset")
_VERSION = ox.NamedNode(_DCAT + "version")
_VERSION_FORM = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}")

Statements = Iterator[ox.Triple]


def read_description(folders: Sequence[Path]) -> tuple[ox.Triple, ...]:
    """What ``dataset.ttl`` of a folder says; nothing where there is no such file.

    Several data sets as one are none of them: of several folders nothing is said.

    Raises:
        DataError: it cannot be read, or says what a description may not.
    """
    if len(folders) != 1:
        return ()
    found = problems_of(folders[0])
    if found:
        raise DataError(found)
    return _parsed(folders[0] / FILE) if (folders[0] / FILE).exists() else ()


def problems_of(folder: Path) -> list[Problem]:
    """What is wrong with ``dataset.ttl`` of a folder."""
    file = folder / FILE
    if not file.exists():
        return []
    try:
        triples = _parsed(file)
    except SyntaxError as error:
        line, column = error.lineno or 0, error.offset or 0
        return [Problem(str(file), line, column, "dataset", f"no Turtle: {error.msg}", "see data/dataset.ttl")]
    except (OSError, ValueError) as error:
        return [Problem(str(file), 0, 0, "dataset", f"cannot be read: {error}", "see data/dataset.ttl")]
    return [Problem(str(file), 0, 0, "dataset", *each) for each in _findings(triples)]


def _parsed(file: Path) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE))


def _findings(triples: tuple[ox.Triple, ...]) -> Iterator[tuple[str, str]]:
    """Pairs (message, mend). A description may say nothing of the things of the graph, nor use its terms."""
    subjects = {str(triple.subject) for triple in triples}
    own = next((name for name in subjects if name.startswith(f"<{_OWN}") and name != f"<{DATASET}>"), None)
    if len(subjects) != 1 or own:
        yield "speaks of something beside one data set", f"one subject: <{DATASET}> or an IRI of your own"
    terms = {term for triple in triples for term in (triple.predicate, triple.object)}
    if any(not isinstance(term, (ox.NamedNode, ox.Literal)) for term in terms):
        yield "has a blank node or a triple term", "give it an IRI"
    if any(str(term).startswith(f"<{_OWN}ns#") for term in terms):
        yield "uses terms of the ontology", "describe the data with dcterms and dcat"
    if not all(text.isprintable() for term in terms for text in _text(term)):
        yield "has characters that do not show", "write plain text, in one line"
    if {triple.object for triple in triples if triple.predicate == _TYPE} != {_DATASET_CLASS}:
        yield "is not about a dcat:Dataset alone", "a dcat:Dataset"
    versions = [each for triple in triples if triple.predicate == _VERSION for each in _text(triple.object)]
    if len(versions) != 1 or not _VERSION_FORM.fullmatch(versions[0]):
        yield "needs exactly one version", 'dcat:version "2026.11": letters, digits, dots and hyphens, at most 40'


def _text(term: object) -> tuple[str, ...]:
    return (term.value,) if isinstance(term, ox.Literal) else ()


def packaged_version() -> str:
    """The version of the packaged data, read without them."""
    found = _parsed(resource("data") / FILE)
    return next(text for triple in found if triple.predicate == _VERSION for text in _text(triple.object))


def described(store: ox.Store) -> tuple[ox.Triple, ...]:
    """What the graph says of the data set that it is; nothing for a slice, or for several folders as one."""
    about = [quad.subject for quad in store.quads_for_pattern(None, _TYPE, _DATASET_CLASS)]
    return tuple(quad.triple for each in about for quad in store.quads_for_pattern(each, None, None))


def version(store: ox.Store) -> str:
    """The version of the data; empty where the graph is not, or not all of, a data set that has one."""
    found = (text for triple in described(store) if triple.predicate == _VERSION for text in _text(triple.object))
    return next(found, "")


def void(store: ox.Store, ontology: Ontology, base: str, *, endpoint: str = "") -> Statements:
    """The data set in DCAT and VoID: its description, what can be counted, and where it is to be had.

    Args:
        store: the graph in the default graph, each source's part in a named one.
        ontology: its ontology.
        base: what the addresses of the files begin with: ``BASE/data.ttl`` and the like.
        endpoint: the address of a SPARQL endpoint, where there is one.
    """
    about = described(store)
    dataset = about[0].subject if about else ox.NamedNode(DATASET)
    assert isinstance(dataset, ox.NamedNode)
    licences = [triple.object for triple in about if triple.predicate == _dc("license")]
    yield from about
    for kind in (_void("Dataset"), _DATASET_CLASS):
        yield ox.Triple(dataset, _TYPE, kind)
    if endpoint:
        yield ox.Triple(dataset, _void("sparqlEndpoint"), ox.NamedNode(endpoint))
    yield ox.Triple(dataset, _void("uriSpace"), ox.Literal(ontology.prefixes["ngi"]))
    if example := _example(store, ontology):
        yield ox.Triple(dataset, _void("exampleResource"), example)
    for namespace in ("ng", "prov", "dcterms", "skos"):
        yield ox.Triple(dataset, _void("vocabulary"), ox.NamedNode(ontology.prefixes[namespace]))
    yield from _counts(store, dataset, ontology)
    for graph in graph_names(store):
        yield ox.Triple(dataset, _void("subset"), graph)
        yield ox.Triple(graph, _void("triples"), ox.Literal(graph_size(store, graph)))
    for suffix, mime in DUMPS.items():
        dump, distribution = ox.NamedNode(f"{base}/data.{suffix}"), ox.NamedNode(f"{base}/data.{suffix}#distribution")
        yield ox.Triple(dataset, _void("dataDump"), dump)
        yield ox.Triple(dataset, ox.NamedNode(_DCAT + "distribution"), distribution)
        yield ox.Triple(distribution, _TYPE, ox.NamedNode(_DCAT + "Distribution"))
        yield ox.Triple(distribution, ox.NamedNode(_DCAT + "downloadURL"), dump)
        yield ox.Triple(distribution, ox.NamedNode(_DCAT + "mediaType"), ox.NamedNode(_IANA + mime))
        for licence in licences:
            yield ox.Triple(distribution, _dc("license"), licence)


def _example(store: ox.Store, ontology: Ontology) -> ox.NamedNode | None:
    things = store.quads_for_pattern(None, _TYPE, ox.NamedNode(ontology.expand("ng:Entity")), ox.DefaultGraph())
    return min((quad.subject for quad in things if isinstance(quad.subject, ox.NamedNode)), key=str, default=None)


def _counts(store: ox.Store, dataset: ox.NamedNode, ontology: Ontology) -> Statements:
    """How much of what there is in the default graph, as VoID counts it."""
    quads = list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    classes = Counter(quad.object for quad in quads if quad.predicate == _TYPE)
    properties = Counter(quad.predicate for quad in quads)
    subjects = {quad.subject for quad in quads}
    numbers = {
        "triples": len(quads),
        "entities": len(subjects),
        "distinctSubjects": len(subjects),
        "distinctObjects": len({quad.object for quad in quads}),
        "classes": len(classes),
        "properties": len(properties),
    }
    for name, number in numbers.items():
        yield ox.Triple(dataset, _void(name), ox.Literal(number))
    for what, unit, count in (("class", "entities", classes), ("property", "triples", properties)):
        for term, number in sorted(count.items(), key=str):
            name = ontology.compact(term.value).replace(":", ".") if isinstance(term, ox.NamedNode) else ""
            part = ox.NamedNode(f"{dataset.value}#{what}.{name}")
            yield ox.Triple(dataset, _void(f"{what}Partition"), part)
            yield ox.Triple(part, _void(what), term)
            yield ox.Triple(part, _void(unit), ox.Literal(number))


def graph_names(store: ox.Store) -> list[ox.NamedNode]:
    """The names of the named graphs of a store, in their order."""
    return sorted(each for each in store.named_graphs() if isinstance(each, ox.NamedNode))


def graph_size(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> int:
    """The number of statements in one graph of a store."""
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _void(name: str) -> ox.NamedNode:
    return ox.NamedNode(_VOID + name)


def _dc(name: str) -> ox.NamedNode:
    return ox.NamedNode(_DCTERMS + name)
