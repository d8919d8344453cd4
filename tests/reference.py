"""The graph of the tables once more, statement by statement and as plainly as can be: what the fast writer must say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from negograph.dates import bounds
from negograph.ontology import CURATORS, EDITORIAL, EDTF, Column, Ontology
from negograph.tables import Row, Tables
from negograph.tables.scope import is_number, paragraphs

XSD = "http://www.w3.org/2001/XMLSchema#"
Statement = tuple[str, str, str, str]
"""Subject, predicate, object and graph, as N-Quads writes them."""


class Reference:
    """Says what the rows of some tables say."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology

    def statements(self, tables: Tables) -> Iterator[Statement]:
        """Every statement of the rows, as often as rows say it."""
        for name, table in tables.items():
            for row in table.rows:
                yield from self.row(name, row)

    def row(self, name: str, row: Row) -> Iterator[Statement]:
        """What one row says."""
        subject, graph = self.subject(name, row), self.graph(name, row)
        for column in self.ontology.columns[name].values():
            text = row[column.name] or column.default
            for item in (text.split(column.separator) if column.separator else [text]) if text else ():
                for predicate in column.properties:
                    yield subject, self.iri(predicate), self.term(column, item), graph
        yield from getattr(self, name)(row, subject, graph)

    def entities(self, row: Row, subject: str, graph: str) -> Iterator[Statement]:
        """The classes above its kind, and the days that bound its dates."""
        kind = self.ontology.classes[row["kind"]]
        for name in kind.ancestors - {kind.name}:
            if name in self.ontology.classes:
                yield subject, self.iri("rdf:type"), self.iri(self.ontology.classes[name].iri), graph
        at_once = row["start"] if kind.point_in_time else ""
        yield from self.days(subject, row["start"], row["end"] or at_once, graph)

    def sources(self, row: Row, subject: str, graph: str) -> Iterator[Statement]:
        """That it is one, and when it was published."""
        yield subject, self.iri("rdf:type"), self.iri("ng:Source"), graph
        yield from self.days(subject, row["published"], row["published"], graph)

    def coverage(self, row: Row, subject: str, graph: str) -> Iterator[Statement]:
        """That it is a passage."""
        yield subject, self.iri("rdf:type"), self.iri("ng:Passage"), graph

    def stories(self, row: Row, subject: str, graph: str) -> Iterator[Statement]:
        """The story that the step belongs to."""
        story = self.iri("ngstory:" + row["story"])
        yield subject, self.iri("rdf:type"), self.iri("ng:StoryStep"), graph
        yield story, self.iri("rdf:type"), self.iri("ng:Story"), graph
        yield story, self.iri("rdfs:label"), self.text(row["title"]), graph
        yield story, self.iri("prov:wasAttributedTo"), self.iri(CURATORS), graph

    def relations(self, row: Row, subject: str, graph: str) -> Iterator[Statement]:
        """Its modality, its speaker, its passages, its days, and the direct triple."""
        predicate = self.ontology.predicates[row["predicate"]]
        modality = row["modality"] or predicate.default_modality
        yield subject, self.iri("rdf:type"), self.iri("ng:Claim"), graph
        yield subject, self.iri("ng:modality"), self.iri(self.ontology.terms["Modality"][modality].iri), graph
        if not row["attributed_to"]:
            own = row["source"] not in ("", EDITORIAL)
            speaker = self.iri("ngs:" + row["source"] if own else CURATORS)
            yield subject, self.iri("prov:wasAttributedTo"), speaker, graph
        for number in paragraphs(row["locator"]) if row["locator"] else ():
            passage = self.iri(f"ngp:{row['source']}.p{number}")
            yield subject, self.iri("prov:wasDerivedFrom"), passage, graph
            yield passage, self.iri("rdf:type"), self.iri("ng:Passage"), ""
            yield passage, self.iri("dcterms:isPartOf"), self.iri("ngs:" + row["source"]), ""
            yield passage, self.iri("ng:paragraph"), f'"{number}"^^<{XSD}integer>', ""
        target = self.thing(row["object"])
        if predicate.value_range:
            dated = predicate.value_range == EDTF
            target = f'"{row["value"]}"^^<{EDTF}>' if dated else self.text(row["value"])
            yield subject, self.iri("rdf:object"), target, graph
            if dated:
                yield from self.days(subject, row["value"], row["value"], graph)
        yield from self.days(subject, row["start"], row["end"], graph)
        if row["source"] and modality == "reported" and row["polarity"] != "negated" and row["rank"] != "deprecated":
            for iri in predicate.ancestors:
                yield self.thing(row["subject"]), self.iri(iri), target, graph

    def days(self, subject: str, start: str, end: str, graph: str) -> Iterator[Statement]:
        """The first day that ``start`` allows, the last that ``end`` allows."""
        if start and (first := bounds(start, interval=True).earliest):
            yield subject, self.iri("ng:earliest"), f'"{first}"^^<{XSD}date>', graph
        if end and (last := bounds(end, interval=True).latest):
            yield subject, self.iri("ng:latest"), f'"{last}"^^<{XSD}date>', graph

    def subject(self, name: str, row: Row) -> str:
        """The term that a row is about."""
        forms: Mapping[str, str] = {
            "entities": f"ngi:{row['id']}",
            "relations": f"ngc:{row['id']}",
            "sources": f"ngs:{row['id']}",
            "coverage": f"ngp:{row['source']}.p{row['paragraph']}",
            "stories": f"ngstory:{row['story']}.{row['step']}",
        }
        return self.iri(forms[name])

    def graph(self, name: str, row: Row) -> str:
        """The named graph that a row stands in; empty for the default graph."""
        if name == "relations" and row["source"]:
            return self.iri("ngs:" + row["source"])
        return self.iri(CURATORS) if name in ("relations", "stories") else ""

    def term(self, column: Column, item: str) -> str:
        """The term that an item of a cell is."""
        cell = column.cell
        if cell == "KindCell":
            return self.iri(self.ontology.classes[item].iri)
        if cell == "PredicateCell":
            return self.iri(self.ontology.predicates[item].iri)
        if cell == "TermCell":
            return self.iri(self.ontology.terms[column.terms or ""][item].iri)
        if cell in ("EntityCell", "ClaimCell", "ThingCell"):
            return self.thing(item)
        spaces = {"SourceCell": "ngs:", "StoryCell": "ngstory:", "WikidataCell": "wd:", "IriCell": ""}
        if cell in spaces:
            return self.iri(spaces[cell] + item)
        if cell == "DateCell":
            return f'"{item}"^^<{EDTF}>'
        if cell == "IntegerCell" or (cell == "ValueCell" and is_number(item)):
            return f'"{item}"^^<{XSD}{"integer" if cell == "IntegerCell" else "decimal"}>'
        return self.text(item, "" if cell in ("LocatorCell", "CodeCell") else "@en")

    def iri(self, curie: str) -> str:
        """An IRI or a CURIE as a term."""
        return f"<{self.ontology.expand(curie)}>"

    def thing(self, item: str) -> str:
        """An entity or a claim as a term."""
        return self.iri(("ngc:" if re.fullmatch(r"r[0-9]{4,}", item) else "ngi:") + item)

    def text(self, text: str, suffix: str = "@en") -> str:
        """A text as a term."""
        escaped = "".join({"\\": "\\\\", '"': '\\"'}.get(each, each) for each in text)
        return f'"{escaped}"{suffix}'
