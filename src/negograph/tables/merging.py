"""Several data folders as one: what each adds, what two of them tell differently, and what is one thing in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from negograph.ontology import Column, Ontology
from negograph.tables.reading import Finding, Line, Row, Table
from negograph.tables.rules import said
from negograph.tables.sameness import representatives
from negograph.tables.scope import Scope

__all__ = ["Part", "concatenated", "unified"]

_OF_ENTITIES = frozenset({"EntityCell", "ThingCell"})
_OF_CLAIMS = frozenset({"ClaimCell", "ThingCell"})


@dataclass(frozen=True)
class Part:
    """The tables of one folder, and what is wrong with their form."""

    folder: Path
    tables: Mapping[str, Table]
    findings: Mapping[str, list[Finding]]


def concatenated(parts: list[Part], ontology: Ontology) -> tuple[dict[str, Table], dict[str, list[Finding]]]:
    """The tables of all parts, one behind the other; a row that two folders share stands there once.

    Two rows with the same key and other cells are a finding, and the first one stays.
    """
    tables: dict[str, Table] = {}
    findings: dict[str, list[Finding]] = {}
    several = len(parts) > 1
    for name in parts[0].tables:
        rows: list[Row] = []
        found = [
            replace(each, line=Line(each.line, part.folder, several)) for part in parts for each in part.findings[name]
        ]
        first: dict[tuple[str, ...], tuple[Path, Row]] = {}
        columns = ontology.columns.get(name, {})
        lost = frozenset().union(*(part.tables[name].lost for part in parts))
        keys = [column.name for column in ontology.keys(name)] if columns else []
        keys = [] if lost.intersection(keys) else keys
        for part in parts:
            for row in part.tables[name].rows:
                placed = Row(Line(row.line, part.folder, several), row.cells)
                folder, other = first.setdefault(tuple(row[key] for key in keys), (part.folder, placed))
                if not keys or other is placed or folder == part.folder:
                    rows.append(placed)
                elif differing := [
                    each
                    for each in columns
                    if each not in lost and _items(row, columns[each]) != _items(other, columns[each])
                ]:
                    found.append(_conflict(name, placed, keys, folder, other, differing))
        headers = [part.tables[name].header for part in parts]
        alike = all(set(header) == set(headers[0]) for header in headers)
        tables[name] = Table(name, tuple(rows), headers[0] if alike else (), lost)
        findings[name] = found
    return tables, findings


def _items(row: Row, column: Column) -> list[str]:
    text = row[column.name]
    return sorted(text.split(column.separator)) if column.separator else [text or column.default]


def _conflict(name: str, row: Row, keys: list[str], folder: Path, other: Row, differing: list[str]) -> Finding:
    where = f"{folder / f'{name}.csv'}:{int(other.line)}"
    what = " ".join(row[key] for key in keys)
    message = f"'{what}' has other cells in {where} ({', '.join(differing)})"
    mend = "correct one of them, or give one an id of its own"
    if name == "relations":
        mend = "two claims never share an id: renumber one; an import has a range of its own"
    return Finding(row.line, keys[0], "conflict", message, mend)


def unified(
    tables: Mapping[str, Table], decisions: Table, ontology: Ontology
) -> tuple[dict[str, Table], list[Finding]]:
    """The tables with every ``b`` that is decided to be the same as an ``a`` merged into it.

    The cells of ``a`` stay; its lists take up those of ``b``, and its empty cells are filled where both are of one
    kind. Claims that say the same once their actors are one are one.
    """
    decided = {(row["a"], row["b"]): row["decision"] for row in decisions.rows}
    stands = representatives(decided, {row["id"] for row in tables["entities"].rows})
    findings = [
        Finding(row.line, "decision", "decision", f"'{row['a']}' and '{row['b']}' are made one by other rows", _MEND)
        for row in decisions.rows
        if row["decision"] == "not the same" and stands.get(row["a"], row["a"]) == stands.get(row["b"], row["b"])
    ]
    if not stands:
        return dict(tables), findings
    made = {name: _renamed(table, ontology, _OF_ENTITIES, stands) for name, table in tables.items()}
    made["entities"] = _merged(made["entities"], stands, ontology)
    changed = _changed(tables["relations"], made["relations"])
    while True:
        made["relations"], gone = _without_repeats(made["relations"], changed, ontology)
        if not gone:
            return made, findings
        pointed = {name: _renamed(table, ontology, _OF_CLAIMS, gone) for name, table in made.items()}
        changed |= _changed(made["relations"], pointed["relations"])
        made = pointed


def _changed(before: Table, after: Table) -> set[str]:
    """The ids of the rows that renaming has touched."""
    return {new["id"] for old, new in zip(before.rows, after.rows, strict=True) if new is not old}


_MEND = "delete this row, or one that says 'same'"


def _renamed(table: Table, ontology: Ontology, cells: frozenset[str], stands: Mapping[str, str]) -> Table:
    """A table whose references point at what stands for what they named."""
    columns = [column for column in ontology.columns[table.name].values() if column.cell in cells]

    def renamed(row: Row) -> Row:
        changed = {}
        for column in columns:
            items = row.items(column.name, column.separator or "\n")
            if any(item in stands for item in items):
                new = dict.fromkeys(stands.get(item, item) for item in items)
                changed[column.name] = (column.separator or "").join(new)
        return Row(row.line, {**row.cells, **changed}) if changed else row

    return replace(table, rows=tuple(map(renamed, table.rows)))


def _merged(table: Table, stands: Mapping[str, str], ontology: Ontology) -> Table:
    columns = ontology.columns["entities"]
    taken: dict[str, list[Row]] = {}
    for row in table.rows:
        if row["id"] in stands:
            taken.setdefault(stands[row["id"]], []).append(row)
    rows = []
    for row in table.rows:
        if row["id"] not in stands:
            for other in taken.get(row["id"], ()):
                row = Row(row.line, dict(_both(row, other, columns.values())))
            rows.append(row)
    return replace(table, rows=tuple(rows))


def _both(row: Row, other: Row, columns: Iterable[Column]) -> Iterator[tuple[str, str]]:
    alike = row["kind"] == other["kind"]
    for column in columns:
        name = column.name
        if column.separator:
            items = dict.fromkeys((*row.items(name), *other.items(name)))
            # its label is a name of it too, unless it is one of its aliases with a remark behind it
            if name == "aliases" and not any(other["label"].startswith(f"{alias} (") for alias in other.items(name)):
                items[other["label"].replace("|", "/")] = None
            for itself in (row["id"], row["label"]):
                items.pop(itself, None)
            yield name, column.separator.join(items)
        else:
            yield name, row[name] or (other[name] if alike else "")


def _without_repeats(table: Table, changed: set[str], ontology: Ontology) -> tuple[Table, dict[str, str]]:
    """The claims without those that only renaming made repeat another, and which stands for each that went.

    A claim that nobody touched stays, wherever it stands; of those that were touched, the first.
    """
    if table.lost:
        return table, {}
    scope = Scope({}, ontology)
    touched = {_ends(row) for row in table.rows if row["id"] in changed}
    alike = [row for row in table.rows if _ends(row) in touched]
    first: dict[tuple[str, ...], str] = {}
    gone: dict[str, str] = {}
    for row in sorted(alike, key=lambda row: row["id"] in changed):
        stays = first.setdefault(said(row, scope), row["id"])
        if stays != row["id"] and row["id"] in changed:
            gone[row["id"]] = stays
    return replace(table, rows=tuple(row for row in table.rows if row["id"] not in gone)), gone


def _ends(row: Row) -> tuple[str, str, str]:
    return row["subject"], row["predicate"], row["object"]
