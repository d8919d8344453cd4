"""A page for each thing of the graph: entities, claims, sources and passages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from negograph.answers import Subgraph, subgraph_of
from negograph.errors import UnknownEntityError
from negograph.kg import KnowledgeGraph
from negograph.server.pages import Pages
from negograph.server.replies import Reply

__all__ = ["Things"]

_SPACES = {"id": "ngi", "claim": "ngc", "source": "ngs", "passage": "ngp"}
_RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_MOST = 2000
"""Claims that a page lists; the RDF has them all."""


@dataclass(frozen=True)
class Value:
    """A value of a property: what is shown, and the IRI behind it."""

    text: str
    iri: str = ""


@dataclass(frozen=True)
class Things:
    """What the graph says of one thing, as a page or as RDF."""

    kg: KnowledgeGraph
    pages: Pages

    def reply(self, job: dict[str, Any]) -> Reply:
        """The page of the thing ``id`` of the space ``space``.

        Raises:
            UnknownEntityError: there is no such thing.
        """
        term = self._term(job["space"], job["id"])
        own = sorted(
            (quad.triple for quad in self.kg.store.quads_for_pattern(term, None, None)),
            key=lambda triple: (str(triple.predicate), str(triple.object)),
        )
        if not own:
            raise UnknownEntityError(f"there is no {job['space']} '{job['id']}' here")
        claims = self._claims(job["space"], term, job["id"])
        if job["form"] == "html":
            return self._page(job, term, own, claims)
        triples = {*own, *subgraph_of(claims, self.kg.store, self.kg.ontology.prefixes)}
        text = Subgraph(tuple(triples), self.kg.ontology.prefixes).to_text(job["form"])
        return Reply(text.encode(), job["type"])

    def _term(self, space: str, name: str) -> ox.NamedNode:
        try:
            return ox.NamedNode(self.kg.ontology.prefixes[_SPACES[space]] + name)
        except ValueError:
            raise UnknownEntityError(f"there is no {space} '{name}' here") from None

    def _claims(self, space: str, term: ox.NamedNode, name: str) -> list[str]:
        """Ids of the claims about an entity or a claim, of a source, or of a passage."""
        base = self.kg.ontology.prefixes["ngc"]
        found = {name} if space == "claim" else set()
        for quad in self.kg.store.quads_for_pattern(None, None, term):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(base):
                found.add(quad.subject.value[len(base) :])
        return [claim for claim in self.kg.claims() if claim in found]

    def _page(self, job: dict[str, Any], term: ox.NamedNode, own: list[ox.Triple], claims: list[str]) -> Reply:
        rows: dict[str, list[Value]] = {}
        for triple in own:
            rows.setdefault(self._name(triple.predicate), []).append(self._value(triple.object))
        return self.pages.render(
            "thing.html",
            title=self._title(job, term),
            kind=job["space"],
            path=f"/{job['space']}/{job['id']}",
            iri=term.value,
            rows=rows,
            claims=list(self._told(claim for claim in claims[:_MOST] if claim != job["id"])),
            more=max(0, len(claims) - _MOST),
        )

    def _told(self, claims: Any) -> Iterator[dict[str, str]]:
        for claim in claims:
            cells = list(self.kg.corpus.provenance(claim))
            speakers = dict.fromkeys(str(each["saidByLabel"]) for each in cells)
            row = self.kg.corpus.claims[claim]
            yield {
                "id": claim,
                "gist": row["gist"],
                "said_by": ", ".join(speakers),
                "source": row["source"],
                "where": row["locator"],
            }

    def _title(self, job: dict[str, Any], term: ox.NamedNode) -> str:
        if job["space"] == "claim":
            return self.kg.corpus.claims[job["id"]]["gist"]
        return self._label(term) or str(job["id"])

    def _label(self, term: ox.NamedNode) -> str:
        found = next(self.kg.store.quads_for_pattern(term, _RDFS_LABEL, None), None)
        return found.object.value if found and isinstance(found.object, ox.Literal) else ""

    def _name(self, predicate: ox.NamedNode) -> str:
        return self._label(predicate) or self.kg.ontology.compact(predicate.value)

    def _value(self, term: Any) -> Value:
        if isinstance(term, ox.NamedNode):
            short = self.kg.ontology.compact(term.value)
            claim = self.kg.corpus.claims.get(short.removeprefix("ngc:")) if short.startswith("ngc:") else None
            return Value(self._label(term) or (claim["gist"] if claim else short), term.value)
        return Value(term.value if isinstance(term, ox.Literal) else str(term))
