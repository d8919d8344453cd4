"""The same graph in other forms: one named graph a source, and RDF 1.2."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from negograph.ontology import Ontology
from negograph.rdf.reading import rows_of
from negograph.rdf.writing import row_lines, vocabulary

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def named_graphs(store: ox.Store, ontology: Ontology) -> Iterator[ox.Quad]:
    """Yield every statement of ``store`` in the graph of the source that it comes from, each once.

    The claims of a source and the direct triples that they carry stand in the graph that bears the
    source's IRI; inferences and stories stand in that of the curators. Whatever no source is needed
    for (entities, sources, passages, the vocabulary, the description of the data) stays in the default graph.
    """
    written = [vocabulary(ontology)]
    for name, rows in rows_of(store, ontology).items():
        written.extend(row_lines(name, rows, ontology, graphs=True))
    placed = dict.fromkeys(ox.parse("".join(written).encode(), format=ox.RdfFormat.N_QUADS))
    yield from placed
    told = {quad.triple for quad in placed}
    yield from (quad for quad in store if quad.triple not in told)


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
