"""What there is to show of a thing: its properties, what refers to it, and every claim about it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import jinja2
import pyoxigraph as ox

from negograph import dataset, rdf
from negograph.answers import Subgraph, subgraph_of
from negograph.corpus import Corpus
from negograph.errors import UnknownEntityError
from negograph.ontology import NG, resource
from negograph.pages.places import Addresses, Places

__all__ = ["Things"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_LABEL = ox.NamedNode(_RDFS + "label")
_TYPE = ox.NamedNode(_RDF + "type")
_PART_OF = ox.NamedNode("http://purl.org/dc/terms/isPartOf")
_DESCRIPTIONS = ("http://purl.org/dc/terms/description", _RDFS + "comment")
_BACKWARDS = {
    "http://purl.org/dc/terms/isPartOf": "parts",
    "http://www.w3.org/2004/02/skos/core#broader": "narrower",
    "https://schema.org/mentions": "told in",
    NG + "restsOn": "retold in",
    NG + "group": "predicates",
    _RDFS + "subClassOf": "classes below",
    _RDFS + "subPropertyOf": "kinds of it",
    _RDF + "type": "of this class",
}
"""Properties that a page shows from their other end as well."""
_MOST_CLAIMS = 2000
"""Claims that a page lists; the RDF has them all."""
_MOST_EXAMPLES = 50
"""Claims that the page of a term lists, and things that refer to anything by one property."""
_TABLES = {"id": "entities", "claim": "relations", "source": "sources", "passage": "coverage", "story": "stories"}
"""Folder to the table whose columns its pages follow."""
_PAGES = {"ns": "vocabulary.html", "dataset": "dataset.html"}


@dataclass(frozen=True)
class Value:
    """A value of a property: what is shown, and the IRI behind it."""

    text: str
    iri: str = ""


class Things:
    """Everything that has an IRI of ours, as pages and as RDF."""

    def __init__(self, corpus: Corpus, templates: jinja2.Environment) -> None:
        self.corpus, self.templates = corpus, templates
        self.vocabulary = ox.Store()
        self.vocabulary.bulk_load(path=str(resource("graph", "ontology.ttl")), format=ox.RdfFormat.TURTLE)
        names = {_iri(quad.subject) for quad in self.vocabulary.quads_for_pattern(None, _TYPE, None)}
        self.places = Places(corpus.ontology, sorted(name[len(NG) :] for name in names if name.startswith(NG)))

    def paths(self) -> Iterator[str]:
        """The path of every thing that there is."""
        subjects = {_iri(quad.subject) for store in (self.corpus.store, self.vocabulary) for quad in store}
        yield from sorted({*filter(None, map(self.places.path, subjects)), "dataset", "ns"})

    def page(self, path: str, at: Addresses) -> str:
        """The page of a thing.

        Raises:
            UnknownEntityError: there is no such thing.
        """
        term = self._term(path)
        if path in _PAGES:
            return self.templates.get_template(_PAGES[path]).render(at=at, path=path, **self._whole(path))
        space, claims = path.partition("/")[0], self._claims(path, term)
        most = _MOST_EXAMPLES if space == "ns" else _MOST_CLAIMS
        own, title = self._in_order(space, self._own(term)), self._title(term)
        lead = next((_value(each.object) for each in own if _iri(each.predicate) in _DESCRIPTIONS), "")
        return self.templates.get_template("thing.html").render(
            at=at,
            path=path,
            space=space,
            name=self._short(term).partition(":")[2],
            iri=term.value,
            title=title,
            lead=lead,
            rows=self._rows(own, without=(title, lead)),
            backwards=self._backwards(term),
            claims=list(self._told(claims[:most])),
            more=max(0, len(claims) - most),
        )

    def text(self, path: str, suffix: str) -> str:
        """A thing as RDF: what is said of it, and every claim about it with the names of what it names.

        Raises:
            UnknownEntityError: there is no such thing.
        """
        return self.graph(path).to_text(suffix)

    def graph(self, path: str) -> Subgraph:
        """A thing as :meth:`text` writes it, in no format yet.

        Raises:
            UnknownEntityError: there is no such thing.
        """
        return Subgraph(tuple({*self._statements(path)}), self.corpus.ontology.prefixes)

    def _statements(self, path: str) -> Iterator[ox.Triple]:
        term = self._term(path)
        if path == "dataset":
            both = rdf.with_named_graphs(self.corpus.store, self.corpus.ontology)
            yield from dataset.void(both, self.corpus.ontology, "https://w3id.org/negograph")
        elif path == "ns":
            yield from (quad.triple for quad in self.vocabulary)
        else:
            yield from self._own(term)
            if not path.startswith("ns/"):  # a closed list's word stands in most claims
                yield from subgraph_of(self._claims(path, term), self.corpus.store, self.corpus.ontology.prefixes)
            if path.startswith("story/"):
                for part in self.corpus.store.quads_for_pattern(None, _PART_OF, term):
                    yield from (quad.triple for quad in self.corpus.store.quads_for_pattern(part.subject, None, None))

    def _term(self, path: str) -> ox.NamedNode:
        try:
            term = ox.NamedNode(self.places.iri(path))
        except ValueError:
            raise UnknownEntityError(f"there is no '{path}' here") from None
        if path != "dataset" and not self._own(term):
            space, _, name = path.partition("/")
            raise UnknownEntityError(f"there is no {space} '{name}' here")
        return term

    def _own(self, term: ox.NamedNode) -> list[ox.Triple]:
        """What is said of a thing, its class first."""
        found = {
            quad.triple
            for store in (self.corpus.store, self.vocabulary)
            for quad in store.quads_for_pattern(term, None, None)
        }
        return sorted(found, key=lambda each: (each.predicate != _TYPE, str(each.predicate), str(each.object)))

    def _in_order(self, space: str, own: list[ox.Triple]) -> list[ox.Triple]:
        """What a page states by itself, in the order of the columns of the table that it comes from.

        A direct triple has no speaker: it is left to the claims behind it, which stand on the same page.
        """
        if space not in _TABLES:
            return own
        columns = self.corpus.ontology.columns[_TABLES[space]].values()
        properties = (self.corpus.ontology.expand(each) for column in columns for each in column.properties)
        order = {iri: place for place, iri in enumerate(properties)}
        stated = (triple for triple in own if _iri(triple.predicate) not in self._predicates)
        return sorted(stated, key=lambda each: order.get(_iri(each.predicate), len(order)))

    @cached_property
    def _predicates(self) -> frozenset[str]:
        """Everything that a direct triple can say."""
        return frozenset(iri for each in self.corpus.ontology.predicates.values() for iri in each.ancestors)

    def _claims(self, path: str, term: ox.NamedNode) -> list[str]:
        """Ids of the claims about an entity or a claim, of a source, a passage or a speaker, or with a term."""
        base = self.corpus.ontology.prefixes["ngc"]
        found = {
            _iri(quad.subject)[len(base) :]
            for quad in self.corpus.store.quads_for_pattern(None, None, term)
            if _iri(quad.subject).startswith(base)
        }
        if path.startswith("claim/"):
            found.add(term.value[len(base) :])
        return sorted(found & self._numbers.keys(), key=self._numbers.__getitem__)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The place of each claim in the order of the claims."""
        return {claim: number for number, claim in enumerate(self.corpus.claims)}

    def _told(self, claims: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        for claim in claims:
            row = self.corpus.claims[claim]
            speakers = dict.fromkeys(str(each["saidByLabel"]) for each in self.corpus.provenance(claim))
            yield {
                "id": claim,
                "gist": row["gist"],
                "said_by": ", ".join(speakers),
                "source": row["source"],
                "where": row["locator"].replace("|", ", "),
                "negated": row["polarity"] == "negated",
                "modality": self.corpus.modality(row),
            }

    def _rows(self, own: Iterable[ox.Triple], without: Collection[str]) -> list[tuple[str, str, list[Value]]]:
        """(name, CURIE, values) of each property, but for values that stand above already."""
        rows: dict[ox.NamedNode, list[Value]] = {}
        for triple in own:
            if _value(triple.object) not in without:
                rows.setdefault(triple.predicate, []).append(_shown(triple.object, self))
        return [(self._name(each), self._short(each), values) for each, values in rows.items()]

    def _backwards(self, term: ox.NamedNode) -> dict[str, tuple[list[Value], int]]:
        """What refers to a thing otherwise than as a claim, by name, with how many more there are."""
        found = {}
        for predicate, name in _BACKWARDS.items():
            quads = {
                _iri(quad.subject)
                for store in (self.corpus.store, self.vocabulary)
                for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), term)
            }
            claims = self.corpus.ontology.prefixes["ngc"]
            others = sorted((each for each in quads if not each.startswith(claims)), key=_natural)
            if others:
                shown = [_shown(ox.NamedNode(each), self) for each in islice(others, _MOST_EXAMPLES)]
                found[name] = shown, max(0, len(others) - _MOST_EXAMPLES)
        return found

    def label(self, term: ox.NamedNode) -> str:
        """The name of a thing: its label, a claim's gist, a passage's place; empty where there is none."""
        for store in (self.corpus.store, self.vocabulary):
            found = next(store.quads_for_pattern(term, _LABEL, None), None)
            if found and isinstance(found.object, ox.Literal):
                return found.object.value
        space, _, name = self._short(term).partition(":")
        if space == "ngc" and name in self.corpus.claims:
            return self.corpus.claims[name]["gist"]
        if space == "ngp":
            source, _, number = name.rpartition(".p")
            return f"{source} ¶{number}"
        return ""

    def _title(self, term: ox.NamedNode) -> str:
        return self.label(term) or self._short(term).partition(":")[2]

    def _name(self, predicate: ox.NamedNode) -> str:
        """A property as people say it: its label, the column that it comes from, or its name in several words."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self._short(predicate).rpartition(":")[2]).lower()
        return self.label(predicate) or self._columns.get(predicate.value, words)

    @cached_property
    def _columns(self) -> dict[str, str]:
        """Property to the name of its column, where all columns that become it have one name."""
        names: dict[str, set[str]] = {}
        for columns in self.corpus.ontology.columns.values():
            for column in columns.values():
                for each in column.properties:
                    names.setdefault(self.corpus.ontology.expand(each), set()).add(column.name.replace("_", " "))
        return {iri: min(each) for iri, each in names.items() if len(each) == 1}

    def _short(self, term: ox.NamedNode) -> str:
        return self.corpus.ontology.compact(term.value)

    # The two pages that are about everything

    def _whole(self, path: str) -> dict[str, Any]:
        return self._dataset if path == "dataset" else self._vocabulary

    @cached_property
    def _dataset(self) -> dict[str, Any]:
        kinds: dict[str, list[tuple[str, str]]] = {}
        for name, row in self.corpus.entities.items():
            kinds.setdefault(self.corpus.ontology.classes[row["kind"]].label, []).append((name, row["label"]))
        about = {
            _iri(each.predicate).rpartition("/")[2]: _value(each.object)
            for each in dataset.described(self.corpus.store)
        }
        stories = {row["story"]: row["title"] for row in self.corpus.tables["stories"]}
        return {
            "about": about,
            "version": dataset.version(self.corpus.store),
            "licence": about.get("license", ""),
            "triples": len(self.corpus.store),
            "claims": len(self.corpus.claims),
            "entities": len(self.corpus.entities),
            "kinds": {kind: sorted(each, key=lambda pair: pair[1].casefold()) for kind, each in sorted(kinds.items())},
            "sources": [(name, row["title"]) for name, row in self.corpus.sources.items()],
            "stories": sorted(stories.items()),
            "dumps": dataset.DUMPS,
        }

    @cached_property
    def _vocabulary(self) -> dict[str, Any]:
        """The terms by what they are, in the order of the ontology where it has one."""
        ontology = self.corpus.ontology
        groups: dict[str, list[str]] = {"kinds of entities": [], "other classes": []}
        for each in ontology.classes.values():
            groups["kinds of entities" if each.is_kind else "other classes"].append(each.iri)
        for predicate in ontology.predicates.values():
            groups.setdefault(f"predicates: {predicate.group}", []).append(predicate.iri)
        for name, terms in ontology.terms.items():
            groups[f"closed list: {name.lower() if name != 'CoverageStatus' else 'coverage'}"] = [
                term.iri for term in terms.values()
            ]
        seen = {iri for each in groups.values() for iri in each}
        left = {_iri(quad.subject) for quad in self.vocabulary.quads_for_pattern(None, _TYPE, None)}
        left = {iri for iri in left - seen if iri.startswith(NG)}
        for iri in sorted(left, key=_natural):
            groups.setdefault(self._sort_of(iri), []).append(iri)
        sections = {
            name: [
                {
                    "id": iri[len(NG) :],
                    "path": self.places.path(iri),
                    "label": self.label(ox.NamedNode(iri)),
                    "comment": self._one(iri, _RDFS + "comment")
                    or self._one(iri, "http://purl.org/dc/terms/description"),
                    "leave_out": self._one(iri, "http://www.w3.org/2004/02/skos/core#scopeNote"),
                }
                for iri in each
            ]
            for name, each in groups.items()
            if each
        }
        return {"sections": sections, "columns": ontology.columns, "iri": NG}

    def _sort_of(self, iri: str) -> str:
        sorts = {_RDFS + "Class": "what the ontology is made of", NG + "PredicateGroup": "groups of predicates"}
        sorts[NG + "CellType"] = "types of cells"
        types = {_value(quad.object) for quad in self.vocabulary.quads_for_pattern(ox.NamedNode(iri), _TYPE, None)}
        return next((name for kind, name in sorts.items() if kind in types), "properties")

    def _one(self, iri: str, predicate: str) -> str:
        found = self.vocabulary.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None)
        return next((_value(quad.object) for quad in found), "")


def _shown(term: Any, things: Things) -> Value:
    if isinstance(term, ox.NamedNode):
        return Value(things.label(term) or things.corpus.ontology.compact(term.value), term.value)
    return Value(_value(term))


def _value(term: Any) -> str:
    return str(getattr(term, "value", term))


def _iri(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _natural(iri: str) -> tuple[str, int]:
    """In the order of the names, numbers at their end by their size."""
    head = iri.rstrip("0123456789")
    return head.casefold(), int(iri[len(head) :] or 0)
