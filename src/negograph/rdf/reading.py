"""The graph back into rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial

import pyoxigraph as ox

from negograph.ontology import Column, Ontology
from negograph.rdf.writing import OWN_SPACE
from negograph.tables import place

_MARKS = {"coverage": "ng:coverage", "stories": "ng:storyTitle"}
"""What only the rows of a table without ids have."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def rows_of(store: ox.Store, ontology: Ontology) -> dict[str, list[dict[str, str]]]:
    """Return the tables that ``store`` was built from, in canonical form.

    Canonical means: rows in the order of their keys, lists in alphabetical order, and a cell left
    empty where it would only repeat the default.
    """
    statements: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for quad in store:
        statements[quad.subject.value][quad.predicate.value].append(quad.object)
    marks = {name: ontology.expand(curie) for name, curie in _MARKS.items()}
    spaces = {name: ontology.expand(prefix + ":") for name, prefix in OWN_SPACE.items()}
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in ontology.columns}
    for subject, found in statements.items():
        for name, space in spaces.items():
            if subject.startswith(space):
                tables[name].append({"id": subject[len(space) :], **_cells(name, found, ontology)})
        for name, mark in marks.items():
            if mark in found:
                tables[name].append(_cells(name, found, ontology))
    for name, rows in tables.items():
        rows.sort(key=partial(place, name, ontology))
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
        "StoryCell": ("ngstory",),
        "WikidataCell": ("wd",),
    }
    if column.cell == "IriCell":
        return None if prefix == "wd" else curie
    return local if prefix in belongs[column.cell] else None
