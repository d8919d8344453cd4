"""Tables into an rdflib graph: a loop over the rows that adds statement after statement."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef

from negograph.dates import bounds
from negograph.ontology import CURATORS, EDTF, Ontology
from negograph.tables.scope import is_number, paragraphs

Row = dict[str, str]
Statement = tuple[URIRef, URIRef, URIRef | Literal]


def graph_of(folder: Path, ontology: Ontology) -> Graph:
    """The graph of the tables in ``folder``, without the vocabulary."""
    graph = Graph(bind_namespaces="none")
    for prefix, base in ontology.prefixes.items():
        graph.bind(prefix, base)
    maker = Maker(ontology)
    for name in ontology.columns:
        with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                for statement in maker.row(name, row):
                    graph.add(statement)
    return graph


class Maker:
    """Makes the statements of rows."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        spaces = {prefix: Namespace(base) for prefix, base in ontology.prefixes.items()}
        self.ng, self.prov, self.dcterms = spaces["ng"], spaces["prov"], spaces["dcterms"]
        self.space = spaces
        self.iri: Callable[[str], URIRef] = cache(lambda curie: URIRef(ontology.expand(curie)))
        self.thing: Callable[[str], URIRef] = cache(
            lambda each: spaces["ngc" if each[0] == "r" and each[1:].isdecimal() and len(each) > 4 else "ngi"][each]
        )
        self.columns = {
            name: [
                (column, [self.iri(curie) for curie in column.properties])
                for column in columns.values()
                if column.properties
            ]
            for name, columns in ontology.columns.items()
        }

    def row(self, name: str, row: Row) -> Iterator[Statement]:
        """The statements of one row."""
        subject = self.subject(name, row)
        for column, properties in self.columns[name]:
            text = row[column.name] or column.default
            for item in (text.split(column.separator) if column.separator else [text]) if text else ():
                term = self.term(column.cell, column.terms, item)
                for each in properties:
                    yield subject, each, term
        yield from getattr(self, name)(row, subject)

    def subject(self, name: str, row: Row) -> URIRef:
        """Whatever a row is about."""
        if name == "coverage":
            return self.space["ngp"][f"{row['source']}.p{row['paragraph']}"]
        if name == "stories":
            return self.space["ngstory"][f"{row['story']}.{row['step']}"]
        return self.space[{"entities": "ngi", "relations": "ngc", "sources": "ngs"}[name]][row["id"]]

    def term(self, cell: str, terms: str | None, item: str) -> URIRef | Literal:
        """An item of a cell as a term."""
        if cell == "KindCell":
            return URIRef(self.ontology.classes[item].iri)
        if cell == "PredicateCell":
            return URIRef(self.ontology.predicates[item].iri)
        if cell == "TermCell":
            return URIRef(self.ontology.terms[terms or ""][item].iri)
        if cell in ("EntityCell", "ClaimCell", "ThingCell"):
            return self.thing(item)
        if cell in ("SourceCell", "StoryCell", "WikidataCell"):
            return self.space[{"SourceCell": "ngs", "StoryCell": "ngstory", "WikidataCell": "wd"}[cell]][item]
        if cell == "IriCell":
            return self.iri(item)
        if cell == "DateCell":
            return Literal(item, datatype=EDTF)
        if cell == "IntegerCell":
            return Literal(item, datatype=XSD.integer)
        if cell == "ValueCell" and is_number(item):
            return Literal(item, datatype=XSD.decimal)
        return Literal(item) if cell in ("LocatorCell", "CodeCell") else Literal(item, lang="en")

    def entities(self, row: Row, subject: URIRef) -> Iterator[Statement]:
        """The classes above its kind, and the days that bound its dates."""
        kind = self.ontology.classes[row["kind"]]
        for name in kind.ancestors - {kind.name}:
            if above := self.ontology.classes.get(name):
                yield subject, RDF.type, URIRef(above.iri)
        yield from self.days(subject, row["start"], row["end"] or (row["start"] if kind.point_in_time else ""))

    def sources(self, row: Row, subject: URIRef) -> Iterator[Statement]:
        """What a source is, and when it was published."""
        yield subject, RDF.type, self.ng.Source
        yield from self.days(subject, row["published"], row["published"])

    def coverage(self, row: Row, subject: URIRef) -> Iterator[Statement]:
        """What a passage is."""
        yield subject, RDF.type, self.ng.Passage

    def stories(self, row: Row, subject: URIRef) -> Iterator[Statement]:
        """The step and its story."""
        story = self.space["ngstory"][row["story"]]
        yield subject, RDF.type, self.ng.StoryStep
        yield story, RDF.type, self.ng.Story
        yield story, RDFS.label, Literal(row["title"], lang="en")
        yield story, self.prov.wasAttributedTo, URIRef(CURATORS)

    def relations(self, row: Row, subject: URIRef) -> Iterator[Statement]:
        """The claim, its speaker and passages, and the direct triple that it carries."""
        predicate = self.ontology.predicates[row["predicate"]]
        modality = row["modality"] or predicate.default_modality
        yield subject, RDF.type, self.ng.Claim
        if not row["modality"]:
            yield subject, self.ng.modality, URIRef(self.ontology.terms["Modality"][modality].iri)
        if not row["attributed_to"]:
            own_voice = row["source"] not in ("", "editorial")
            speaker = self.space["ngs"][row["source"]] if own_voice else URIRef(CURATORS)
            yield subject, self.prov.wasAttributedTo, speaker
        for number in paragraphs(row["locator"]) if row["locator"] else ():
            passage = self.space["ngp"][f"{row['source']}.p{number}"]
            yield subject, self.prov.wasDerivedFrom, passage
            yield passage, RDF.type, self.ng.Passage
            yield passage, self.dcterms.isPartOf, self.space["ngs"][row["source"]]
            yield passage, self.ng.paragraph, Literal(str(number), datatype=XSD.integer)
        target: URIRef | Literal | None = self.thing(row["object"]) if row["object"] else None
        if predicate.value_range:
            dated = predicate.value_range == EDTF
            target = Literal(row["value"], datatype=EDTF) if dated else Literal(row["value"], lang="en")
            yield subject, RDF.object, target
            if dated:
                yield from self.days(subject, row["value"], row["value"])
        yield from self.days(subject, row["start"], row["end"])
        if row["source"] and modality == "reported" and row["polarity"] != "negated" and row["rank"] != "deprecated":
            assert target is not None
            for iri in predicate.ancestors:
                yield self.thing(row["subject"]), URIRef(iri), target

    def days(self, subject: URIRef, start: str, end: str) -> Iterator[Statement]:
        """The first day that ``start`` allows, and the last that ``end`` does."""
        if start and (first := bounds(start, interval=True).earliest):
            yield subject, self.ng.earliest, Literal(first.isoformat(), datatype=XSD.date)
        if end and (last := bounds(end, interval=True).latest):
            yield subject, self.ng.latest, Literal(last.isoformat(), datatype=XSD.date)
