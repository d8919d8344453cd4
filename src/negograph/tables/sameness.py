"""``same.csv``: which ids of different data sets are one thing, and who decided so.

It says nothing about the world and never enters the graph, so it is no table of the ontology.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from negograph.errors import DataError
from negograph.ontology import Column
from negograph.tables.cells import formula
from negograph.tables.reading import Finding, Row, Table, hygiene, locate, read_table

__all__ = ["COLUMNS", "DECISIONS", "FILE", "decisions_of", "read_decisions", "representatives"]

FILE = "same.csv"
DECISIONS = ("same", "not the same", "undecided")
_SLUG = "[a-z0-9]+(-[a-z0-9]+)*"

COLUMNS: dict[str, Column] = {
    name: Column("same", name, position, cell, (), comment, required=required, pattern=pattern)
    for position, (name, cell, required, pattern, comment) in enumerate(
        (
            ("a", "Identifier", True, _SLUG, "The entity that stays."),
            ("b", "Identifier", True, _SLUG, "The entity that becomes a, where the decision is 'same'."),
            ("decision", "TermCell", True, None, "same, not the same, or undecided."),
            ("by", "TextCell", False, None, "Who decided."),
            ("note", "TextCell", False, None, "Why."),
        ),
        start=1,
    )
}


def read_decisions(directory: Path) -> list[dict[str, str]]:
    """The rows of ``same.csv`` in ``directory``; none where there is no such file.

    Raises:
        DataError: with every problem of the file.
    """
    table, findings = decisions_of(directory)
    if findings:
        raise DataError(locate(directory / FILE, table.header, findings))
    return [{name: row[name] for name in COLUMNS} for row in table.rows]


def decisions_of(directory: Path) -> tuple[Table, list[Finding]]:
    """The table of decisions in ``directory``, and what is wrong with it."""
    if not (directory / FILE).exists():
        return Table("same", ()), []
    table, findings = read_table(directory / FILE, "same", tuple(COLUMNS.values()))
    for row in table.rows if not table.lost else ():
        findings.extend(_row(row))
    return table, findings


def _row(row: Row) -> Iterator[Finding]:
    for name in COLUMNS:
        if row[name] and (complaint := hygiene(row[name]) or formula(row[name])):
            yield Finding(row.line, name, *complaint)
    for name in ("a", "b"):
        if not row[name]:
            yield Finding(row.line, name, "required", f"'{name}' is empty", "fill it in")
    if row["decision"] not in DECISIONS:
        message = f"'{row['decision']}' is no decision"
        yield Finding(row.line, "decision", "decision", message, f"allowed are {', '.join(DECISIONS)}")
    elif row["a"] and row["a"] == row["b"]:
        yield Finding(row.line, "b", "decision", "a and b are one id", "delete the row")


def representatives(decided: Mapping[tuple[str, str], str], known: set[str]) -> dict[str, str]:
    """Id to the id that stands for it, where the decision is ``same`` and both are there.

    Chains lead to their end; a circle (a is b, b is a) leaves the first of its ids standing.

    >>> representatives({("israel", "pax-israel"): "same", ("iran", "x"): "undecided"}, {"israel", "pax-israel", "x"})
    {'pax-israel': 'israel'}
    """
    parent: dict[str, str] = {}

    def find(each: str) -> str:
        while each in parent:
            each = parent[each]
        return each

    for (kept, gone), decision in decided.items():
        if decision == "same" and kept in known and gone in known:
            top, other = find(kept), find(gone)
            if top != other:
                parent[other] = top
    return {each: find(each) for each in parent}
