"""The same graph in other forms: one named graph a source, and RDF 1.2."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from negograph.ontology import CURATORS, Ontology

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def named_graphs(store: ox.Store, ontology: Ontology) -> Iterator[ox.Quad]:
    """Yield every statement of ``store`` in the graph of the source that it comes from.

    The claims of a source and the direct triples that they carry stand in the graph that bears the
    source's IRI; inferences and stories stand in that of the curators. Whatever no source is needed
    for (entities, sources, passages, the vocabulary) stays in the default graph.
    """
    graphs = _graphs_of_claims(store, ontology)
    own_spaces = ontology.expand("ngc:"), ontology.expand("ngstory:")
    direct = _graphs_of_direct_triples(store, ontology, graphs)
    default, curators = ox.DefaultGraph(), ox.NamedNode(CURATORS)
    for quad in store:
        subject = quad.subject
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(own_spaces):
            homes: Iterable[ox.NamedNode | ox.DefaultGraph] = (graphs.get(subject, curators),)
        else:
            homes = direct.get(quad.triple, (default,))
        for home in homes:
            yield ox.Quad(subject, quad.predicate, quad.object, home)


def _graphs_of_claims(store: ox.Store, ontology: Ontology) -> dict[ox.NamedNode, ox.NamedNode]:
    found: dict[ox.NamedNode, ox.NamedNode] = {}
    source = ox.NamedNode(ontology.expand("prov:hadPrimarySource"))
    for quad in store.quads_for_pattern(None, ox.NamedNode(_RDF + "type"), ox.NamedNode(ontology.expand("ng:Claim"))):
        claim = _named(quad.subject)
        primary = next(store.quads_for_pattern(claim, source, None), None)
        found[claim] = _named(primary.object) if primary else ox.NamedNode(CURATORS)
    return found


def _named(term: object) -> ox.NamedNode:
    """The term, which is an IRI wherever no blank nodes are."""
    assert isinstance(term, ox.NamedNode)
    return term


def _graphs_of_direct_triples(
    store: ox.Store, ontology: Ontology, graphs: Mapping[ox.NamedNode, ox.NamedNode]
) -> dict[ox.Triple, tuple[ox.NamedNode, ...]]:
    """Direct triple to the graphs of the claims that carry it, in the order of their IRIs."""
    above = {ox.NamedNode(each.iri): each.ancestors for each in ontology.predicates.values()}
    found: dict[ox.Triple, set[ox.NamedNode]] = defaultdict(set)
    for claim, graph in graphs.items():
        subject, predicate, target = (
            next(store.quads_for_pattern(claim, ox.NamedNode(_RDF + part), None)).object
            for part in ("subject", "predicate", "object")
        )
        for iri in above.get(_named(predicate), ()):
            triple = ox.Triple(_named(subject), ox.NamedNode(iri), target)
            if ox.Quad(*triple) in store:
                found[triple].add(graph)
    return {triple: tuple(sorted(homes, key=str)) for triple, homes in found.items()}


def with_named_graphs(store: ox.Store, ontology: Ontology) -> ox.Store:
    """A data set of everything in the default graph, and each source's claims in a named one besides."""
    both = ox.Store()
    both.bulk_extend(ox.Quad(*quad.triple) for quad in store)
    both.bulk_extend(quad for quad in named_graphs(store, ontology) if not isinstance(quad.graph_name, ox.DefaultGraph))
    return both


def reified(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield ``quads`` in the form of RDF 1.2: a claim reifies a triple term instead of naming its parts."""
    parts: dict[Any, dict[str, Any]] = defaultdict(dict)
    names = {ox.NamedNode(_RDF + part): part for part in ("subject", "predicate", "object")}
    for quad in quads:
        part = names.get(quad.predicate)
        if part is None:
            yield quad
        else:
            parts[quad.subject, quad.graph_name][part] = quad.object
    reifies = ox.NamedNode(_RDF + "reifies")
    for (claim, graph), found in parts.items():
        yield ox.Quad(claim, reifies, ox.Triple(found["subject"], found["predicate"], found["object"]), graph)
