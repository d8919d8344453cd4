"""The one form in which the same tables always look the same, and the one in which a reader needs no codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from negograph.ontology import Column, Ontology
from negograph.tables.reading import Table

__all__ = ["canonical", "place", "spelt_out"]

Cells = dict[str, str]


def canonical(tables: Mapping[str, Table], ontology: Ontology) -> dict[str, list[Cells]]:
    """The rows of tables that passed the checks, in canonical form: what :func:`negograph.rdf.rows_of` reads back.

    Canonical means: rows in the order of their keys, lists in alphabetical order, IRIs with the
    prefixes of the ontology, and a cell left empty where it would only repeat the default.
    """
    found = {}
    for name, columns in ontology.columns.items():
        forms = [(column.name, _form(column, ontology)) for column in columns.values()]
        rows = [
            {column: form(text) if (text := row.cells.get(column, "")) else "" for column, form in forms}
            for row in tables[name].rows
        ]
        if name == "relations":
            for row in rows:
                if row["modality"] == ontology.predicates[row["predicate"]].default_modality:
                    row["modality"] = ""
        rows.sort(key=partial(place, name, ontology))
        found[name] = rows
    return found


def spelt_out(name: str, rows: Iterable[Mapping[str, str]], ontology: Ontology) -> list[Cells]:
    """Rows of the table ``name`` with every default in its cell: what whoever has no codebook has to be told.

    >>> from negograph.ontology import load_ontology
    >>> (row,) = spelt_out("relations", [{"predicate": "assessedAs", "modality": "", "polarity": ""}], load_ontology())
    >>> row["modality"], row["polarity"]
    ('assessed', 'affirmed')
    """
    defaults = {column.name: column.default for column in ontology.columns[name].values() if column.default}
    found = []
    for row in rows:
        usual = defaults
        if name == "relations":
            usual = {**defaults, "modality": ontology.predicates[row["predicate"]].default_modality}
        found.append({key: text or usual.get(key, "") for key, text in row.items()})
    return found


def place(name: str, ontology: Ontology, row: Mapping[str, str]) -> tuple[str | int, ...]:
    """Where a row stands in its table: by its keys, those that are numbers as numbers."""
    if name == "relations":
        return (int(row["id"][1:]),)
    return tuple(
        int(row[column.name]) if column.cell == "IntegerCell" else row[column.name] for column in ontology.keys(name)
    )


def _form(column: Column, ontology: Ontology) -> Callable[[str], str]:
    """Brings a cell into its form."""
    if column.default:
        return lambda text: "" if text == column.default else text
    if column.separator is None:
        return str
    separator = column.separator
    if column.cell == "IriCell":
        whole = ontology.expand
        return lambda text: separator.join(sorted(ontology.compact(whole(item)) for item in text.split(separator)))
    return lambda text: separator.join(sorted(text.split(separator))) if separator in text else text
