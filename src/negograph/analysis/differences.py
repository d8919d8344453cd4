"""What changed between two versions of the data, row by row and cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from negograph.answers import Section
from negograph.corpus import Cell, Corpus, Row
from negograph.reports import Report

__all__ = ["differences"]

NOTES = ("Rows are compared by their ids: a claim whose id has changed counts as removed and added.",)
_ORDER = ("added", "removed", "changed")


def differences(before: Corpus, after: Corpus) -> Report:
    """Everything that differs between two versions: a part a table, a row a cell that changed.

    Rows that were added or removed have one row; of a claim, speaker, source and paragraph stand
    beside it, from the newer version that has it.
    """
    newer = replace(after, empty="no change")
    parts = []
    for table in after.tables:
        rows = list(_changes(table, before, after))
        count = {name: len({row["row"] for row in rows if row["change"] == name}) for name in _ORDER}
        parts.append(
            newer.answer(
                table,
                f"{table}: " + ", ".join(f"{number} {name}" for name, number in count.items()),
                "change row column before after gist saidBy source paragraph claim",
                rows,
                Section("", ("change", "row", "column", "before", "after", "gist")),
            )
        )
    return Report("What changed between the two?", tuple(parts), after.store, after.ontology.prefixes, notes=NOTES)


def _changes(table: str, before: Corpus, after: Corpus) -> Iterator[Mapping[str, Cell]]:
    old, new = (_by_key(table, corpus) for corpus in (before, after))
    found: list[tuple[int, tuple[str, ...], dict[str, Cell]]] = []
    for key in old.keys() | new.keys():
        if key not in old:
            found.append((0, key, {"change": "added"}))
        elif key not in new:
            found.append((1, key, {"change": "removed"}))
        else:
            for column, text in new[key].items():
                if text != old[key][column]:
                    cells: dict[str, Cell] = {"column": column, "before": old[key][column], "after": text}
                    found.append((2, (*key, column), {"change": "changed", **cells}))
    for order, key, cells in sorted(found, key=lambda each: each[:2]):
        name = key if order < 2 else key[:-1]
        corpus = after if order != 1 else before
        told = list(corpus.provenance(name[0])) if table == "relations" else [{}]
        for origin in told:
            yield {"row": " ".join(name), **cells, **origin}


def _by_key(table: str, corpus: Corpus) -> dict[tuple[str, ...], Row]:
    keys = [column.name for column in corpus.ontology.keys(table)]
    return {tuple(row[name] for name in keys): row for row in corpus.tables[table]}
