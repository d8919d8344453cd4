"""The ontology as Python sees it: classes, predicates, closed lists and columns.

Everything here is read from ``graph/ontology.ttl``, the only place where a term is declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph as ox

from negograph.errors import OntologyError

__all__ = [
    "CURATORS",
    "DATASET",
    "EDITORIAL",
    "EDTF",
    "NG",
    "Class",
    "Column",
    "Ontology",
    "Predicate",
    "Term",
    "load_ontology",
    "resource",
]

NG = "https://w3id.org/negograph/ns#"
CURATORS = "https://w3id.org/negograph/curators"
"""The agent who speaks in inferences and in the source ``editorial``."""
DATASET = "https://w3id.org/negograph/dataset"
"""The packaged data as a whole."""
EDITORIAL = "editorial"
"""Id of the source that stands for the curators' general knowledge."""
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
"""Datatype of a date as it was written."""
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_CSVW = "http://www.w3.org/ns/csvw#"
_SCHEMA = "https://schema.org/"
_COLUMN_SPACE = "https://w3id.org/negograph/column/"


def resource(*parts: str) -> Path:
    """Path of a packaged file: inside the installed package, or at the root of a checkout."""
    inside = Path(__file__).parent.joinpath(*parts)
    return inside if inside.exists() else Path(__file__).parents[2].joinpath(*parts)


@dataclass(frozen=True)
class Class:
    """A class; ``is_kind`` says whether it may stand in the column ``kind``."""

    iri: str
    name: str
    label: str
    comment: str
    is_kind: bool
    point_in_time: bool
    ancestors: frozenset[str]
    """Names of the class itself and of every class above it."""


@dataclass(frozen=True)
class Predicate:
    """A predicate of the column ``predicate``."""

    iri: str
    name: str
    label: str
    inverse_label: str
    comment: str
    scope_note: str
    group: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    """Names of classes; empty where the predicate takes a value instead of an object."""
    value_range: str | None
    """Datatype IRI of the value that is its object, or ``None``."""
    default_modality: str
    modalities: tuple[str, ...]
    evidence_required: bool
    ancestors: tuple[str, ...]
    """IRIs of the predicate itself and of every predicate above it, nearest first."""
    symmetric: bool = False
    step: bool = False
    """Whether its claims tell of steps that talks can have in common."""
    link: str = ""
    """How it ties what followed to what went before; empty where it doesn't."""
    link_forward: bool = True
    """Whether what followed is its object (and not its subject)."""
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    mappings: tuple[tuple[str, str], ...] = ()
    """Pairs (exactMatch or closeMatch, IRI) into published vocabularies."""


@dataclass(frozen=True)
class Term:
    """A word of a closed list; ``applies_to`` names the kinds that may carry it (empty: any)."""

    iri: str
    notation: str
    label: str
    applies_to: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of one of the tables."""

    table: str
    name: str
    position: int
    cell: str
    """Type of the cell: the local name of an ``ng:CellType``."""
    properties: tuple[str, ...]
    comment: str
    required: bool = False
    key: bool = False
    """Whether the cell, alone or with the other keys of its table, tells rows apart."""
    separator: str | None = None
    pattern: str | None = None
    default: str = ""
    terms: str | None = None
    refers_to: tuple[str, ...] = ()
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Ontology:
    """Everything that ``graph/ontology.ttl`` declares."""

    classes: Mapping[str, Class]
    predicates: Mapping[str, Predicate]
    terms: Mapping[str, Mapping[str, Term]]
    """List name (Modality, Polarity, ...) to notation to term."""
    columns: Mapping[str, Mapping[str, Column]]
    """Table name to column name to column, in the order of the table."""
    prefixes: Mapping[str, str]
    triples: tuple[ox.Triple, ...]
    """The vocabulary itself, as it goes into every graph (without the columns)."""

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Names of the classes that may stand in the column ``kind``."""
        return tuple(name for name, each in self.classes.items() if each.is_kind)

    def keys(self, table: str) -> tuple[Column, ...]:
        """The columns that together tell the rows of a table apart."""
        return tuple(column for column in self.columns[table].values() if column.key)

    def is_a(self, kind: str, names: Iterable[str]) -> bool:
        """Whether ``kind`` is one of the classes ``names`` or below one of them."""
        return not self.classes[kind].ancestors.isdisjoint(names)

    def expand(self, curie: str) -> str:
        """Full IRI of a CURIE whose prefix is declared; anything else comes back as it is."""
        prefix, colon, local = curie.partition(":")
        return self.prefixes[prefix] + local if colon and prefix in self.prefixes else curie

    def compact(self, iri: str) -> str:
        """CURIE of an IRI where a declared prefix fits (the longest one), else the IRI itself."""
        fits = [(len(base), name, base) for name, base in self.prefixes.items() if iri.startswith(base)]
        if not fits:
            return iri
        _, name, base = max(fits)
        return f"{name}:{iri[len(base) :]}"


class _Statements:
    """The triples of the file, indexed by subject and predicate."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._typed: dict[str, list[str]] = defaultdict(list)
        for triple in triples:
            subject, predicate = triple.subject, triple.predicate
            if not isinstance(subject, ox.NamedNode) or isinstance(triple.object, (ox.BlankNode, ox.Triple)):
                raise OntologyError(f"blank nodes and triple terms have no place in the ontology: {triple}")
            self._objects[subject.value, predicate.value].append(triple.object.value)
            if predicate.value == _RDF + "type":
                self._typed[triple.object.value].append(subject.value)

    def of_type(self, name: str) -> list[str]:
        return self._typed[name]

    def all(self, subject: str, predicate: str) -> list[str]:
        return self._objects.get((subject, predicate), [])

    def one(self, subject: str, predicate: str, default: str | None = None) -> str:
        found = self.all(subject, predicate)
        if len(found) > 1 or (not found and default is None):
            raise OntologyError(f"<{subject}> needs exactly one <{predicate}>, and has {len(found)}")
        return found[0] if found else str(default)

    def holds(self, subject: str, predicate: str) -> bool:
        return self.one(subject, predicate, "") == "true"

    def number(self, subject: str, predicate: str) -> int | None:
        found = self.all(subject, predicate)
        return int(found[0]) if found else None

    def above(self, subject: str, predicate: str) -> Iterator[str]:
        """``subject`` and everything above it by ``predicate``, nearest first, each once."""
        seen, queue = set(), [subject]
        while queue:
            current = queue.pop(0)
            if current not in seen:
                seen.add(current)
                yield current
                queue.extend(self.all(current, predicate))


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


@cache
def load_ontology(path: Path | None = None) -> Ontology:
    """Read the ontology, the packaged one unless ``path`` says otherwise.

    Raises:
        OntologyError: something that the tables need is missing or declared twice.
    """
    parsed = ox.parse(path=str(path or resource("graph", "ontology.ttl")), format=ox.RdfFormat.TURTLE)
    triples = tuple(quad.triple for quad in parsed)
    facts = _Statements(triples)
    return Ontology(
        classes=_classes(facts),
        predicates=_predicates(facts),
        terms=_terms(facts),
        columns=_columns(facts),
        prefixes=dict(sorted(parsed.prefixes.items())),
        triples=tuple(triple for triple in triples if not _is_about_tables(triple, facts)),
    )


def _is_about_tables(triple: ox.Triple, facts: _Statements) -> bool:
    """Whether a triple describes a column or a type of cell, which no graph of claims needs."""
    subject = str(getattr(triple.subject, "value", ""))
    return subject.startswith(_COLUMN_SPACE) or NG + "CellType" in facts.all(subject, _RDF + "type")


def _classes(facts: _Statements) -> dict[str, Class]:
    kinds = set(facts.of_type(NG + "Kind"))
    found = {}
    for iri in facts.of_type("http://www.w3.org/2002/07/owl#Class"):
        found[_local(iri)] = Class(
            iri=iri,
            name=_local(iri),
            label=facts.one(iri, _RDFS + "label"),
            comment=facts.one(iri, _RDFS + "comment"),
            is_kind=iri in kinds,
            point_in_time=facts.holds(iri, NG + "pointInTime"),
            ancestors=frozenset(_local(each) for each in facts.above(iri, _RDFS + "subClassOf")),
        )
    return found


def _predicates(facts: _Statements) -> dict[str, Predicate]:
    found = {}
    for iri in facts.of_type(NG + "Predicate"):
        found[_local(iri)] = Predicate(
            iri=iri,
            name=_local(iri),
            label=facts.one(iri, _RDFS + "label"),
            inverse_label=facts.one(iri, NG + "inverseLabel"),
            comment=facts.one(iri, _RDFS + "comment"),
            scope_note=facts.one(iri, _SKOS + "scopeNote"),
            group=facts.one(facts.one(iri, NG + "group"), _RDFS + "label"),
            domain=tuple(map(_local, facts.all(iri, _SCHEMA + "domainIncludes"))),
            range=tuple(map(_local, facts.all(iri, _SCHEMA + "rangeIncludes"))),
            value_range=facts.one(iri, NG + "valueRange", "") or None,
            default_modality=_local(facts.one(iri, NG + "defaultModality")),
            modalities=tuple(map(_local, facts.all(iri, NG + "allowedModality"))),
            evidence_required=facts.holds(iri, NG + "evidenceRequired"),
            ancestors=tuple(facts.above(iri, _RDFS + "subPropertyOf")),
            symmetric=facts.holds(iri, NG + "symmetric"),
            step=facts.holds(iri, NG + "step"),
            link=facts.one(iri, NG + "link", ""),
            link_forward=facts.one(iri, NG + "linkTo", _RDF + "object") == _RDF + "object",
            codes={name: facts.one(iri, NG + name, "") for name in ("cameo", "plover")},
            mappings=tuple(
                (match, other) for match in ("exactMatch", "closeMatch") for other in facts.all(iri, _SKOS + match)
            ),
        )
    for predicate in found.values():
        if predicate.default_modality not in predicate.modalities:
            raise OntologyError(f"{predicate.name}: its default modality is not among those allowed")
        if bool(predicate.range) == bool(predicate.value_range):
            raise OntologyError(f"{predicate.name}: give it either rangeIncludes or valueRange")
    return found


def _terms(facts: _Statements) -> dict[str, dict[str, Term]]:
    found: dict[str, dict[str, Term]] = {}
    for name in ("Modality", "Polarity", "Rank", "Confidence", "CoverageStatus", "Status", "Subtype"):
        found[name] = {}
        for iri in facts.of_type(NG + name):
            notation = facts.one(iri, _SKOS + "notation")
            applies_to = tuple(map(_local, facts.all(iri, NG + "appliesTo")))
            found[name][notation] = Term(iri, notation, facts.one(iri, _RDFS + "label"), applies_to)
    return found


def _columns(facts: _Statements) -> dict[str, dict[str, Column]]:
    found: dict[str, list[Column]] = defaultdict(list)
    for iri in facts.of_type(_CSVW + "Column"):
        terms, table = facts.all(iri, NG + "termsOf"), facts.one(iri, NG + "table")
        found[table].append(
            Column(
                table=table,
                name=facts.one(iri, _CSVW + "name"),
                position=int(facts.one(iri, NG + "position")),
                cell=_local(facts.one(iri, NG + "cell")),
                properties=tuple(facts.all(iri, NG + "property")),
                comment=facts.one(iri, _RDFS + "comment"),
                required=facts.holds(iri, _CSVW + "required"),
                key=facts.holds(iri, NG + "key"),
                separator=facts.one(iri, _CSVW + "separator", "") or None,
                pattern=facts.one(iri, _CSVW + "format", "") or None,
                default=facts.one(iri, _CSVW + "default", ""),
                terms=_local(terms[0]) if terms else None,
                refers_to=tuple(map(_local, facts.all(iri, NG + "refersTo"))),
                max_length=facts.number(iri, _CSVW + "maxLength"),
                minimum=facts.number(iri, _CSVW + "minimum"),
                maximum=facts.number(iri, _CSVW + "maximum"),
            )
        )
    return {
        table: {column.name: column for column in sorted(columns, key=lambda each: each.position)}
        for table, columns in found.items()
    }
