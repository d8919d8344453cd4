"""The tables together, as far as one row has to know of another, and the forms of numbers and locators."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from negograph.ontology import Ontology
from negograph.tables.reading import Table

HOLDERS = {
    "EntityCell": ("entities",),
    "ClaimCell": ("relations",),
    "ThingCell": ("entities", "relations"),
    "SourceCell": ("sources",),
}
"""Type of a cell that refers, to the tables that it refers to."""
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{0,17}[1-9])?")


def is_number(text: str) -> bool:
    """Whether ``text`` is a number in the one form that the tables allow: 5000, -2, 0.25."""
    return _NUMBER.fullmatch(text) is not None and text != "-0"


def paragraphs(locator: str) -> list[int]:
    """The paragraph numbers that a locator names, in its order.

    >>> paragraphs("12-14|28")
    [12, 13, 14, 28]
    """
    return [number for first, last in spans(locator) for number in range(first, last + 1)]


@lru_cache(2**13)
def spans(locator: str) -> tuple[tuple[int, int], ...]:
    """First and last paragraph of every item of a locator."""
    pairs = (item.partition("-") for item in locator.split("|"))
    return tuple((int(first), int(last or first)) for first, _, last in pairs)


class Everything(frozenset[str]):
    """The ids of a table that nobody could read: any may be there."""

    def __contains__(self, item: object) -> bool:
        return True


@dataclass(frozen=True)
class Scope:
    """The tables together, as far as one row has to know of another."""

    tables: Mapping[str, Table]
    ontology: Ontology

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Entity id to kind, for the rows whose kind is one."""
        return {row["id"]: row["kind"] for row in self.tables["entities"].rows if row["kind"] in self.ontology.kinds}

    @cached_property
    def entities(self) -> set[str]:
        """The ids of entities.csv."""
        return {row["id"] for row in self.tables["entities"].rows}

    @cached_property
    def claims(self) -> set[str]:
        """The ids of relations.csv."""
        return {row["id"] for row in self.tables["relations"].rows}

    @cached_property
    def defaults(self) -> list[tuple[str, str]]:
        """The columns that say what a claim says, each with what it says where it is empty."""
        columns = self.ontology.columns["relations"].items()
        return [(name, each.default) for name, each in columns if name not in ("id", "gist", "note", "confidence")]

    @cached_property
    def sources(self) -> dict[str, int | None]:
        """Source id to number of paragraphs (``None`` where the cell is no number)."""
        rows = self.tables["sources"].rows
        return {row["id"]: int(row["paragraphs"]) if row["paragraphs"].isdecimal() else None for row in rows}

    @cached_property
    def cited(self) -> set[tuple[str, int]]:
        """Every (source, paragraph) that a relation cites."""
        found: set[tuple[str, int]] = set()
        pattern = self.ontology.columns["relations"]["locator"].pattern or ""
        for row in self.tables["relations"].rows:
            count = self.sources.get(row["source"]) or 0
            if re.fullmatch(pattern, row["locator"]) and all(last <= count for _, last in spans(row["locator"])):
                found.update((row["source"], number) for number in paragraphs(row["locator"]))
        return found

    def kind_of(self, identifier: str) -> str | None:
        """Kind of an entity, ``Claim`` for a claim, ``None`` where that is not known."""
        return "Claim" if identifier in self.claims else self.kinds.get(identifier)

    def known(self, cell: str) -> Set[str]:
        """The ids that a cell of this type may hold."""
        if any("id" in self.tables[name].lost for name in HOLDERS[cell]):
            return Everything()
        if cell == "SourceCell":
            return set(self.sources)
        if cell == "ClaimCell":
            return self.claims
        return self.entities if cell == "EntityCell" else self.entities | self.claims
