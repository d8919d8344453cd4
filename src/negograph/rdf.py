"""Tables into RDF and back: one row, a handful of triples, and no cell lost on the way.

What goes into the graph for a column is said by the ontology (``ng:property``, ``ng:cell``). Added
to that are the things that follow from a row: the days that bound its dates, the passages that a
locator names, and, for an act that is reported and affirmed, the direct triple.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import pyoxigraph as ox

from negograph.dates import bounds
from negograph.ontology import CURATORS, EDITORIAL, Column, Ontology
from negograph.tables import Row, Table, Tables
from negograph.tables.checking import is_number, paragraphs

__all__ = ["as_of", "build", "named_graphs", "reified", "rows_of", "triples"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
_OWN_SPACE = {"entities": "ngi", "relations": "ngc", "sources": "ngs"}
"""Prefix of the IRIs that the ids of a table become."""


# Terms as N-Triples writes them


def _iri(value: str) -> str:
    return f"<{value}>"


def _text(value: str, suffix: str = "@en") -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' + suffix


def _literal(value: str, datatype: str) -> str:
    return f'"{value}"^^<{datatype}>'


def _value(value: str) -> str:
    return _literal(value, _XSD + "decimal") if is_number(value) else _text(value)


def _day(value: date) -> str:
    return _literal(value.isoformat(), _XSD + "date")


# Rows to triples


@dataclass(frozen=True)
class _Vocabulary:
    """The ontology, ready for writing many rows."""

    ontology: Ontology

    def term(self, curie: str) -> str:
        return _iri(self.ontology.expand(curie))

    def thing(self, identifier: str) -> str:
        """An entity or a claim; ids of claims begin with r and digits, as no slug of an entity does."""
        return self.term(("ngc:" if is_claim(identifier) else "ngi:") + identifier)

    def encoder(self, column: Column) -> Callable[[str], str]:
        """Turns one item of a cell of this column into a term."""
        terms = self.ontology.terms.get(column.terms or "", {})
        encoders: dict[str, Callable[[str], str]] = {
            "KindCell": lambda item: _iri(self.ontology.classes[item].iri),
            "PredicateCell": lambda item: _iri(self.ontology.predicates[item].iri),
            "TermCell": lambda item: _iri(terms[item].iri),
            "EntityCell": self.thing,
            "ClaimCell": self.thing,
            "ThingCell": self.thing,
            "SourceCell": lambda item: self.term("ngs:" + item),
            "DateCell": lambda item: _literal(item, _EDTF),
            "IntegerCell": lambda item: _literal(item, _XSD + "integer"),
            "ValueCell": _value,
            "LocatorCell": partial(_text, suffix=""),
            "CodeCell": partial(_text, suffix=""),
            "TextCell": _text,
            "WikidataCell": lambda item: self.term("wd:" + item),
            "IriCell": self.term,
        }
        return encoders[column.cell]


def is_claim(identifier: str) -> bool:
    """Whether an id of the tables is that of a claim."""
    return identifier[:1] == "r" and len(identifier) > 4 and identifier[1:].isdecimal()


def triples(tables: Tables, ontology: Ontology) -> Iterator[str]:
    """Yield the graph of ``tables`` as lines of N-Triples, row by row, in the order of the rows.

    The same line may come more than once (a passage that many rows cite). The vocabulary itself is
    not among them.
    """
    vocabulary = _Vocabulary(ontology)
    for name, table in tables.items():
        write = _row_writer(name, vocabulary)
        for row in table.rows:
            for subject, predicate, term in write(row):
                yield f"{subject} {predicate} {term} .\n"


_Statement = tuple[str, str, str]


def _row_writer(name: str, vocabulary: _Vocabulary) -> Callable[[Row], Iterator[_Statement]]:
    """What writes one row of the table ``name``."""
    cells = [
        (column, [_iri(iri) for iri in map(vocabulary.ontology.expand, column.properties)], vocabulary.encoder(column))
        for column in vocabulary.ontology.columns[name].values()
        if column.properties
    ]
    follows = {"entities": _entity, "relations": _claim, "sources": _source, "coverage": _passage_of_coverage}[name]

    def write(row: Row) -> Iterator[_Statement]:
        subject = _subject(name, row, vocabulary)
        for column, predicates, encode in cells:
            text = row[column.name] or column.default
            for item in (text.split(column.separator) if column.separator else [text]) if text else ():
                for predicate in predicates:
                    yield subject, predicate, encode(item)
        yield from follows(row, subject, vocabulary)

    return write


def _subject(name: str, row: Row, vocabulary: _Vocabulary) -> str:
    if name == "coverage":
        return _passage(row["source"], int(row["paragraph"]), vocabulary)
    return vocabulary.term(f"{_OWN_SPACE[name]}:{row['id']}")


def _entity(row: Row, subject: str, vocabulary: _Vocabulary) -> Iterator[_Statement]:
    kind = vocabulary.ontology.classes[row["kind"]]
    for name in sorted(kind.ancestors - {kind.name}):
        if above := vocabulary.ontology.classes.get(name):
            yield subject, vocabulary.term("rdf:type"), _iri(above.iri)
    at_once = kind.point_in_time
    yield from _days(subject, row["start"], row["end"] or (row["start"] if at_once else ""), vocabulary)


def _source(row: Row, subject: str, vocabulary: _Vocabulary) -> Iterator[_Statement]:
    yield subject, vocabulary.term("rdf:type"), vocabulary.term("ng:Source")
    yield from _days(subject, row["published"], row["published"], vocabulary)


def _passage_of_coverage(row: Row, subject: str, vocabulary: _Vocabulary) -> Iterator[_Statement]:
    yield subject, vocabulary.term("rdf:type"), vocabulary.term("ng:Passage")


def _claim(row: Row, subject: str, vocabulary: _Vocabulary) -> Iterator[_Statement]:
    ontology = vocabulary.ontology
    predicate = ontology.predicates[row["predicate"]]
    modality = row["modality"] or predicate.default_modality
    yield subject, vocabulary.term("rdf:type"), vocabulary.term("ng:Claim")
    if not row["modality"]:
        yield subject, vocabulary.term("ng:modality"), _iri(ontology.terms["Modality"][modality].iri)
    if not row["attributed_to"]:
        own_voice = row["source"] not in ("", EDITORIAL)
        speaker = vocabulary.term("ngs:" + row["source"]) if own_voice else _iri(CURATORS)
        yield subject, vocabulary.term("prov:wasAttributedTo"), speaker
    for number in paragraphs(row["locator"]) if row["locator"] else ():
        passage = _passage(row["source"], number, vocabulary)
        yield subject, vocabulary.term("prov:wasDerivedFrom"), passage
        yield passage, vocabulary.term("rdf:type"), vocabulary.term("ng:Passage")
        yield passage, vocabulary.term("dcterms:isPartOf"), vocabulary.term("ngs:" + row["source"])
        yield passage, vocabulary.term("ng:paragraph"), _literal(str(number), _XSD + "integer")
    target = vocabulary.thing(row["object"]) if row["object"] else ""
    if predicate.value_range:
        dated = predicate.value_range == _EDTF
        target = _literal(row["value"], _EDTF) if dated else _text(row["value"])
        yield subject, vocabulary.term("rdf:object"), target
        if dated:
            yield from _days(subject, row["value"], row["value"], vocabulary)
    yield from _days(subject, row["start"], row["end"], vocabulary)
    if row["source"] and modality == "reported" and row["polarity"] != "negated" and row["rank"] != "deprecated":
        for iri in predicate.ancestors:
            yield vocabulary.thing(row["subject"]), _iri(iri), target


def _passage(source: str, number: int, vocabulary: _Vocabulary) -> str:
    return vocabulary.term(f"ngp:{source}.p{number}")


def _days(subject: str, start: str, end: str, vocabulary: _Vocabulary) -> Iterator[_Statement]:
    """The first day that ``start`` allows and the last that ``end`` allows, where there are such."""
    if start and (first := bounds(start, interval=True).earliest):
        yield subject, vocabulary.term("ng:earliest"), _day(first)
    if end and (last := bounds(end, interval=True).latest):
        yield subject, vocabulary.term("ng:latest"), _day(last)


def build(tables: Tables, ontology: Ontology) -> ox.Store:
    """Return a store in memory that holds the vocabulary and the graph of ``tables``."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in ontology.triples)
    store.bulk_load("".join(triples(tables, ontology)).encode(), format=ox.RdfFormat.N_TRIPLES)
    return store


# The graph seen as one graph for each source


def named_graphs(store: ox.Store, ontology: Ontology) -> Iterator[ox.Quad]:
    """Yield every statement of ``store`` in the graph of the source that it comes from.

    The claims of a source and the direct triples that they carry stand in the graph that bears the
    source's IRI; inferences stand in that of the curators. Whatever no source is needed for
    (entities, sources, passages, the vocabulary) stays in the default graph.
    """
    claim_space = ontology.expand("ngc:")
    graphs = _graphs_of_claims(store, ontology)
    direct = _graphs_of_direct_triples(store, ontology, graphs)
    default = ox.DefaultGraph()
    for quad in store:
        subject = quad.subject
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(claim_space) and subject in graphs:
            homes: Iterable[ox.NamedNode | ox.DefaultGraph] = (graphs[subject],)
        else:
            homes = direct.get(quad.triple, (default,))
        for home in homes:
            yield ox.Quad(subject, quad.predicate, quad.object, home)


def _graphs_of_claims(store: ox.Store, ontology: Ontology) -> dict[ox.NamedNode, ox.NamedNode]:
    found = {}
    source = ox.NamedNode(ontology.expand("prov:hadPrimarySource"))
    for quad in store.quads_for_pattern(None, ox.NamedNode(_RDF + "type"), ox.NamedNode(ontology.expand("ng:Claim"))):
        primary = next(store.quads_for_pattern(quad.subject, source, None), None)
        found[quad.subject] = primary.object if primary else ox.NamedNode(CURATORS)
    return found


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
        for iri in above.get(predicate, ()):
            triple = ox.Triple(subject, ox.NamedNode(iri), target)
            if ox.Quad(*triple) in store:
                found[triple].add(graph)
    return {triple: tuple(sorted(homes, key=str)) for triple, homes in found.items()}


# The graph back into rows


def rows_of(store: ox.Store, ontology: Ontology) -> dict[str, list[dict[str, str]]]:
    """Return the tables that ``store`` was built from, in canonical form.

    Canonical means: rows in the order of their ids, lists in alphabetical order, and a cell left
    empty where it would only repeat the default.
    """
    statements: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for quad in store:
        statements[quad.subject.value][quad.predicate.value].append(quad.object)
    spaces = {name: ontology.expand(prefix + ":") for name, prefix in _OWN_SPACE.items()}
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in ontology.columns}
    for subject, found in statements.items():
        for name, space in spaces.items():
            if subject.startswith(space):
                tables[name].append({"id": subject[len(space) :], **_cells(name, found, ontology)})
        if ontology.expand("ng:coverage") in found:
            tables["coverage"].append(_cells("coverage", found, ontology))
    for name in spaces:
        tables[name].sort(key=lambda row: row["id"])
    tables["relations"].sort(key=lambda row: int(row["id"][1:]))
    tables["coverage"].sort(key=lambda row: (row["source"], int(row["paragraph"])))
    return tables


def _cells(name: str, found: Mapping[str, list[ox.NamedNode | ox.Literal]], ontology: Ontology) -> dict[str, str]:
    """The cells of one row, from the statements about its subject."""
    cells = {}
    for column in ontology.columns[name].values():
        if column.properties:
            terms = found.get(ontology.expand(column.properties[0]), [])
            items = sorted(item for term in terms if (item := _item(column, term, ontology)) is not None)
            cells[column.name] = (column.separator or "").join(items)
    if name == "relations":
        predicate = ontology.predicates[cells["predicate"]]
        if predicate.value_range:
            cells["value"] = found[_RDF + "object"][0].value
        if cells["modality"] == predicate.default_modality:
            cells["modality"] = ""
    return {key: "" if value == ontology.columns[name][key].default else value for key, value in cells.items()}


def _item(column: Column, term: ox.NamedNode | ox.Literal, ontology: Ontology) -> str | None:
    """The item of a cell that a term stands for; ``None`` where it belongs to no cell of this column."""
    if isinstance(term, ox.Literal):
        return None if column.cell == "ThingCell" else term.value
    if column.cell == "KindCell":
        return next((name for name in ontology.kinds if ontology.classes[name].iri == term.value), None)
    if column.cell == "TermCell":
        return next((word for word, each in ontology.terms[column.terms or ""].items() if each.iri == term.value), None)
    curie = ontology.compact(term.value)
    prefix, _, local = curie.partition(":")
    belongs = {
        "PredicateCell": ("ng",),
        "EntityCell": ("ngi",),
        "ClaimCell": ("ngc",),
        "ThingCell": ("ngi", "ngc"),
        "SourceCell": ("ngs",),
        "WikidataCell": ("wd",),
    }
    if column.cell == "IriCell":
        return None if prefix == "wd" else curie
    return local if prefix in belongs[column.cell] else None


# Other shapes of the same graph


def reified(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield ``quads`` in the form of RDF 1.2: a claim reifies a triple term instead of naming its parts."""
    parts: dict[tuple[ox.NamedNode, ox.NamedNode | ox.DefaultGraph], dict[str, ox.NamedNode | ox.Literal]]
    parts = defaultdict(dict)
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


def as_of(store: ox.Store, ontology: Ontology, day: date) -> tuple[ox.Store, dict[str, int]]:
    """Return the graph without what begins after ``day``, and how many rows of each table went.

    An entity goes when the first day that its dates allow is later than ``day``; a claim goes when
    its own dates begin later, or when it names something that went. Whatever bears no date stays:
    the sources do not say that it is later.
    """
    rows = rows_of(store, ontology)
    gone = {row["id"] for row in rows["entities"] if _begins_after(row["start"], day)}
    gone |= {row["id"] for row in rows["relations"] if _begins_after(_beginning(row, ontology), day)}
    refers = ("subject", "object", "context", "target", "aspect", "evidence")
    before = -1
    while before != len(gone):  # a claim about a claim that went goes too
        before = len(gone)
        for row in rows["relations"]:
            if any(item in gone for name in refers for item in row[name].split("|")):
                gone.add(row["id"])
    kept = {name: [row for row in each if row.get("id") not in gone] for name, each in rows.items()}
    for row in kept["entities"]:
        for name in ("part_of", "broader"):
            row[name] = "|".join(item for item in row[name].split("|") if item not in gone)
    tables = {name: Table(name, tuple(Row(0, row) for row in each)) for name, each in kept.items()}
    return build(tables, ontology), {name: len(rows[name]) - len(kept[name]) for name in rows}


def _beginning(row: Mapping[str, str], ontology: Ontology) -> str:
    dated = ontology.predicates[row["predicate"]].value_range == _EDTF
    return row["value"] if dated else row["start"]


def _begins_after(text: str, day: date) -> bool:
    first = bounds(text, interval=True).earliest if text else None
    return first is not None and first > day
