"""What the page knows: the tables, the vocabulary, the ledger, as one compact JSON document.

A table is stored by columns. A column is a list of its cells; or, where cells come back often, a
list of distinct cells and a list of their numbers (``[cells, numbers]``); or, where most are empty,
the others by row number. The page turns that into rows again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negograph.corpus import Corpus
from negograph.explorer.ledger import Entry, conflicts
from negograph.ontology import CURATORS, EDITORIAL, Column, Ontology

__all__ = ["document", "packed"]

Rows = Sequence[Mapping[str, str]]


def document(corpus: Corpus, rows: Sequence[Entry], start: Mapping[str, str]) -> dict[str, Any]:
    """Return everything that the page holds, ready for JSON."""
    ontology, tables = corpus.ontology, corpus.tables
    return {
        "prefixes": dict(ontology.prefixes),
        "curators": CURATORS,
        "editorial": EDITORIAL,
        "vocabulary": _vocabulary(ontology),
        "tables": {
            "entities": packed(_dated(tables["entities"], corpus)),
            "relations": packed(_dated(tables["relations"], corpus)),
            "sources": packed(tables["sources"]),
        },
        "ledger": [[each.deal, each.part, each.around, each.then] for each in rows],
        "conflicts": conflicts(corpus),
        "stories": _stories(tables["stories"]),
        "start": dict(start),
    }


def packed(rows: Rows) -> dict[str, Any]:
    """The rows by columns, each column in the shortest of three forms.

    >>> packed([{"id": "a", "note": ""}, {"id": "b", "note": ""}])["columns"]
    {'id': ['a', 'b'], 'note': {}}
    """
    columns = {name: _column([row[name] for row in rows]) for name in (rows[0] if rows else ())}
    return {"count": len(rows), "columns": columns}


def _column(cells: list[str]) -> Any:
    filled = {number: cell for number, cell in enumerate(cells) if cell}
    if len(filled) * 2 < len(cells):
        return filled
    distinct = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
    if len(distinct) * 2 < len(cells):
        return [list(distinct), [distinct[cell] for cell in cells]]
    return cells


def _dated(rows: Rows, corpus: Corpus) -> list[dict[str, str]]:
    """The rows with the first and the last day that their dates allow."""
    found = []
    for row in rows:
        days = corpus.days(row["id"])
        ends = [day.isoformat() if day else "" for day in (days.earliest, days.latest)]
        found.append({**row, "earliest": ends[0], "latest": ends[1]})
    return found


def _vocabulary(ontology: Ontology) -> dict[str, Any]:
    return {
        "kinds": {
            name: {
                "label": each.label,
                "above": sorted(above for above in each.ancestors if above in ontology.classes and above != name),
                "iri": ontology.compact(each.iri),
            }
            for name, each in ontology.classes.items()
            if each.is_kind
        },
        "predicates": {
            name: {
                "label": each.label,
                "inverse": each.inverse_label,
                "group": each.group,
                "value": ontology.compact(each.value_range) if each.value_range else "",
                "modality": each.default_modality,
                "above": [ontology.compact(iri) for iri in each.ancestors],
                "link": each.link,
            }
            for name, each in ontology.predicates.items()
        },
        "terms": {
            name: {word: [ontology.compact(term.iri), term.label] for word, term in terms.items()}
            for name, terms in ontology.terms.items()
        },
        "columns": {
            name: [_shape(column, ontology) for column in ontology.columns[name].values() if column.properties]
            for name in ("entities", "relations")
        },
    }


def _shape(column: Column, ontology: Ontology) -> list[Any]:
    properties = [ontology.compact(iri) for iri in column.properties]
    return [column.name, column.cell, properties, column.separator or "", column.default, column.terms or ""]


def _stories(rows: Rows) -> list[dict[str, Any]]:
    """The stories in alphabetical order, the steps of each by their number."""
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["story"], int(row["step"]))):
        story = found.setdefault(row["story"], {"name": row["story"], "title": row["title"], "steps": []})
        story["steps"].append(
            {
                "header": row["header"],
                "text": row["text"],
                "entities": [each for each in row["entities"].split("|") if each],
                "claims": [each for each in row["claims"].split("|") if each],
            }
        )
    return list(found.values())
