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
    for key in sorted(new.keys() - old.keys()):
        yield from _told(table, key, {"change": "added"}, after)
    for key in sorted(old.keys() - new.keys()):
        yield from _told(table, key, {"change": "removed"}, before)
    for key in sorted(old.keys() & new.keys()):
        for column, text in sorted(new[key].items()):
            if text != old[key][column]:
                cells = {"change": "changed", "column": column, "before": old[key][column], "after": text}
                yield from _told(table, key, cells, after)


def _told(table: str, key: tuple[str, ...], cells: Mapping[str, Cell], corpus: Corpus) -> Iterator[Mapping[str, Cell]]:
    """A change, with who makes the claim that changed."""
    origins = corpus.provenance(key[0]) if table == "relations" else ({},)
    for origin in origins:
        yield {"row": " ".join(key), **cells, **origin}


def _by_key(table: str, corpus: Corpus) -> dict[tuple[str, ...], Row]:
    keys = [column.name for column in corpus.ontology.keys(table)]
    return {tuple(row[name] for name in keys): row for row in corpus.tables[table]}
