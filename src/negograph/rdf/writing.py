"""Rows into triples.

What goes into the graph for a column is said by the ontology (``ng:property``, ``ng:cell``). Added
to that are the things that follow from a row: the classes above its kind, the days that bound its
dates, the passages that a locator names, and, for an act that is reported and affirmed, the direct
triple.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, partial

import pyoxigraph as ox

from negograph.dates import bounds
from negograph.ontology import CURATORS, EDITORIAL, EDTF, Column, Ontology
from negograph.tables import Row, Tables
from negograph.tables.scope import is_number, paragraphs

OWN_SPACE = {"entities": "ngi", "relations": "ngc", "sources": "ngs"}
"""Prefix of the IRIs that the ids of a table become."""

_XSD = "http://www.w3.org/2001/XMLSchema#"


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


class _Vocabulary:
    """The ontology, ready for writing many rows: it remembers the terms that it has written."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.term = cache(lambda curie: _iri(ontology.expand(curie)))
        self.thing = cache(self._thing)

    def _thing(self, identifier: str) -> str:
        """An entity or a claim; ids of claims begin with r and digits, as no slug of an entity does."""
        return _iri(self.ontology.expand(("ngc:" if is_claim(identifier) else "ngi:") + identifier))

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
            "StoryCell": lambda item: self.term("ngstory:" + item),
            "DateCell": lambda item: _literal(item, EDTF),
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
    follows = {
        "entities": _entity,
        "relations": _claim,
        "sources": _source,
        "coverage": _passage_of_coverage,
        "stories": _step,
    }[name]

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
    if name == "stories":
        return vocabulary.term(f"ngstory:{row['story']}.{row['step']}")
    return vocabulary.term(f"{OWN_SPACE[name]}:{row['id']}")


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


def _step(row: Row, subject: str, vocabulary: _Vocabulary) -> Iterator[_Statement]:
    story = vocabulary.term("ngstory:" + row["story"])
    yield subject, vocabulary.term("rdf:type"), vocabulary.term("ng:StoryStep")
    yield story, vocabulary.term("rdf:type"), vocabulary.term("ng:Story")
    yield story, vocabulary.term("rdfs:label"), _text(row["title"])
    yield story, vocabulary.term("prov:wasAttributedTo"), _iri(CURATORS)


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
        dated = predicate.value_range == EDTF
        target = _literal(row["value"], EDTF) if dated else _text(row["value"])
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
