"""The tables as one body: rows by id and by name, what is part of what, and answers made of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyoxigraph as ox

from negograph.answers import NOTHING, Answer, Section, Term
from negograph.dates import Bounds, bounds
from negograph.errors import QuestionError, UnknownEntityError, mismatch
from negograph.naming import nearest, slug
from negograph.ontology import CURATORS, EDITORIAL, EDTF, Ontology, Predicate

__all__ = ["OWN_VOICE", "PROVENANCE", "Cell", "Corpus", "Row", "prefixed"]

Row = Mapping[str, str]
"""A row of a table: cells by column name."""
OWN_VOICE = "own voice"
"""How a source is named where it is itself the speaker."""
PROVENANCE = ("gist", "saidBy", "source", "paragraph", "claim")
"""The variables that say where a row comes from."""

_TIES = ("memberOf", "heldPost", "affiliatedWith")
_KIN = 24
"""How many entities are taken for what somebody may have meant."""

Cell = str | int | Term | None


@dataclass(frozen=True)
class Corpus:
    """The tables, indexed; ``ask`` answers a question of the catalogue by its name."""

    tables: Mapping[str, Sequence[Row]]
    ontology: Ontology
    store: ox.Store = field(repr=False, compare=False)
    ask: Callable[..., Answer] = field(repr=False, compare=False)
    empty: str = NOTHING
    """What people read where an answer has no rows."""

    @cached_property
    def entities(self) -> dict[str, Row]:
        """Entities by id."""
        return {row["id"]: row for row in self.tables["entities"]}

    @cached_property
    def claims(self) -> dict[str, Row]:
        """Claims by id."""
        return {row["id"]: row for row in self.tables["relations"]}

    @cached_property
    def sources(self) -> dict[str, Row]:
        """Sources by id."""
        return {row["id"]: row for row in self.tables["sources"]}

    def resolve(self, name: str, kinds: Collection[str] = ()) -> str:
        """The id of the entity with this id, label or alias; neither case nor punctuation matters.

        Args:
            name: the id, label or alias.
            kinds: the classes of which one must be its own; empty where any will do.

        Raises:
            UnknownEntityError: there is none, or several; the message names the nearest.
            QuestionError: it is of another class.
        """
        found = self._called(name)
        fit = [each for each in found if not kinds or self.is_a(each, *kinds)]
        if len(fit) == 1:
            return fit[0]
        if len(found) > 1:
            raise UnknownEntityError(f"'{name}' may be {' or '.join(fit or found)}: use the id")
        near = self.nearest(name, kinds)
        hint = f"did you mean {' or '.join(near)}?" if near else "no name is near it"
        if found:
            raise QuestionError(f"{mismatch(name, self.entities[found[0]]['kind'], kinds)}; {hint}")
        raise UnknownEntityError(f"nothing is called '{name}'; {hint}")

    def _called(self, name: str) -> tuple[str, ...]:
        if name in self.entities:
            return (name,)
        return self._names.get(name.casefold(), ()) or self._slugs.get(slug(name), ())

    def nearest(self, name: str, kinds: Collection[str] = (), most: int = 3) -> list[str]:
        """The ids of the entities (of some classes) whose names share most with this one, the nearest first."""
        known = {
            each: (row["label"], *row["aliases"].split("|"))
            for each, row in self.entities.items()
            if not kinds or self.is_a(each, *kinds)
        }
        return nearest(name, known, self._uses, most=most)

    @cached_property
    def _uses(self) -> Counter[str]:
        """How many claims have each thing as subject, object or context."""
        return Counter(row[cell] for row in self.claims.values() for cell in ("subject", "object", "context"))

    @cached_property
    def _slugs(self) -> dict[str, tuple[str, ...]]:
        """The words of a name, joined, to ids; an id goes before a name of something else."""
        found: dict[str, tuple[str, ...]] = {}
        for name, ids in self._names.items():
            found[slug(name)] = tuple(dict.fromkeys((*found.get(slug(name), ()), *ids)))
        return {**found, **{each: (each,) for each in self.entities}}

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        """Label or alias, case folded, to ids; a label goes before an alias of something else."""
        labels: dict[str, tuple[str, ...]] = {}
        aliases: dict[str, tuple[str, ...]] = {}
        for row in self.entities.values():
            labels[row["label"].casefold()] = (*labels.get(row["label"].casefold(), ()), row["id"])
            for alias in filter(None, row["aliases"].split("|")):
                aliases[alias.casefold()] = (*aliases.get(alias.casefold(), ()), row["id"])
        return {**aliases, **labels}

    @cached_property
    def accepted(self) -> tuple[Row, ...]:
        """The claims that say that something is or was so: neither denied, nor withdrawn, nor foretold or advised."""
        return tuple(
            row
            for row in self.claims.values()
            if row["polarity"] != "negated"
            and row["rank"] != "deprecated"
            and self.modality(row) in ("reported", "assessed", "alleged")
        )

    def modality(self, claim: Row) -> str:
        """The modality of a claim, the predicate's own where the cell is empty."""
        return claim["modality"] or self.predicate(claim).default_modality

    def predicate(self, claim: Row) -> Predicate:
        """The predicate of a claim, as the ontology declares it."""
        return self.ontology.predicates[claim["predicate"]]

    def is_a(self, identifier: str, *classes: str) -> bool:
        """Whether an entity is of one of these classes; a claim or a value is of none."""
        return identifier in self.entities and self.ontology.is_a(self.entities[identifier]["kind"], classes)

    def label(self, identifier: str) -> str:
        """What a reader sees: an entity's label, a claim's gist."""
        if identifier in self.entities:
            return self.entities[identifier]["label"]
        return self.claims[identifier]["gist"] if identifier in self.claims else identifier

    def days(self, identifier: str) -> Bounds:
        """The first and the last day that the dates of an entity or a claim allow."""
        start, end = self._dates(identifier)
        first = bounds(start, interval=True).earliest if start else None
        last = bounds(end, interval=True).latest if end else None
        return Bounds(first, last)

    def _dates(self, identifier: str) -> tuple[str, str]:
        """Start and end; the value of a claim may be the date that it is about."""
        if identifier in self.claims:
            claim = self.claims[identifier]
            dated = self.predicate(claim).value_range == EDTF
            return (claim["value"], claim["value"]) if dated else (claim["start"], claim["end"])
        row = self.entities[identifier]
        at_once = self.ontology.classes[row["kind"]].point_in_time
        return row["start"], row["end"] or (row["start"] if at_once else "")

    @cached_property
    def ties(self) -> dict[str, tuple[str, ...]]:
        """For each claim of a bypass, what the bypassed one was to the side that led: ally, party, mediator ..."""
        return {row.claim: tuple(filter(None, (row.ties or "").split(", "))) for row in self.ask("bypasses")}

    # Parts and wholes

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.entities.values():
            for whole in filter(None, row["part_of"].split("|")):
                found[whole].append(row["id"])
        return found

    def within(self, identifier: str) -> tuple[str, ...]:
        """An entity and everything that is part of it, at any depth."""
        return tuple(_closure(identifier, lambda each: self._parts.get(each, ())))

    def wholes(self, identifier: str) -> tuple[str, ...]:
        """An entity and everything that it is part of, nearest first."""
        return tuple(
            _closure(identifier, lambda each: [whole for whole in self.entities[each]["part_of"].split("|") if whole])
        )

    def kin(self, identifier: str, kinds: Collection[str] = ()) -> list[str]:
        """Entities that somebody may have meant: parts and wholes, members and offices, and those of a like name."""
        tied = [
            end
            for row in self.claims.values()
            if row["predicate"] in _TIES and identifier in (row["subject"], row["object"])
            for end in (row["subject"], row["object"])
        ]
        named = self.nearest(self.label(identifier), kinds, _KIN)
        found = dict.fromkeys([*named, *self.within(identifier), *self.wholes(identifier), *tied])
        return [each for each in found if each != identifier and (not kinds or self.is_a(each, *kinds))][:_KIN]

    # Answers

    def entity(self, identifier: str) -> ox.NamedNode:
        """An entity as a term."""
        return ox.NamedNode(self.ontology.expand("ngi:" + identifier))

    def claim(self, identifier: str) -> ox.NamedNode:
        """A claim as a term."""
        return ox.NamedNode(self.ontology.expand("ngc:" + identifier))

    def source_term(self, identifier: str) -> ox.NamedNode:
        """A source as a term."""
        return ox.NamedNode(self.ontology.expand("ngs:" + identifier))

    def thing(self, identifier: str) -> ox.NamedNode:
        """An entity or a claim as a term."""
        return self.claim(identifier) if identifier in self.claims else self.entity(identifier)

    def provenance(self, claim: str, prefix: str = "") -> Iterator[dict[str, Cell]]:
        """For each who makes a claim: gist, speaker, source, paragraph and claim, as cells of a row."""
        row = self.claims[claim]
        ours = row["source"] in ("", EDITORIAL)
        own = ox.NamedNode(CURATORS) if ours else self.source_term(row["source"])
        for speaker in row["attributed_to"].split("|"):
            said_by = self.entity(speaker) if speaker else own
            name = self.label(speaker) if speaker else "negograph's curators" if ours else OWN_VOICE
            cells: dict[str, Cell] = {
                "gist": row["gist"],
                "saidBy": said_by,
                "saidByLabel": name,
                "source": self.source_term(row["source"]) if row["source"] else None,
                "paragraph": row["locator"] or None,
                "claim": self.claim(claim),
            }
            yield {prefixed(prefix, key): cell for key, cell in cells.items()}

    def answer(
        self, name: str, title: str, variables: str, rows: Iterable[Mapping[str, Cell]], *sections: Section
    ) -> Answer:
        """An answer made of rows of cells; an entity's label goes beside it, as ``xLabel``."""
        listed = list(rows)
        columns: list[str] = []
        for column in variables.split():
            columns.append(column)
            if any(isinstance(row.get(column), ox.NamedNode) and self._labelled(row, column) for row in listed):
                columns.append(f"{column}Label")
        solutions = tuple(tuple(self._term(row, column) for column in columns) for row in listed)
        return Answer(
            tuple(columns), solutions, self.ontology.prefixes, self.store, title, sections, name, empty=self.empty
        )

    def titled(self, name: str, title: str, answer: Answer) -> Answer:
        """An answer of the catalogue as a part of a report."""
        return replace(answer, name=name, title=title)

    def _labelled(self, row: Mapping[str, Cell], column: str) -> bool:
        return f"{column}Label" in row or self._local(row[column]) in self.entities

    def _term(self, row: Mapping[str, Cell], column: str) -> Term | None:
        cell = row.get(column)
        if cell is None and column.endswith("Label") and column not in row:
            thing = self._local(row.get(column.removesuffix("Label")))
            cell = self.label(thing) if thing else None
        if isinstance(cell, (str, int)):
            return ox.Literal(cell)
        return cell

    def _local(self, cell: Cell) -> str:
        space = self.ontology.expand("ngi:")
        is_own = isinstance(cell, ox.NamedNode) and cell.value.startswith(space)
        return cell.value[len(space) :] if is_own and isinstance(cell, ox.NamedNode) else ""


def prefixed(prefix: str, name: str) -> str:
    """``saidBy`` under the prefix ``here`` is ``hereSaidBy``."""
    return prefix + name[0].upper() + name[1:] if prefix else name


def _closure(start: str, step: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """``start`` and whatever can be reached from it, nearest first, each once."""
    seen, queue = {start}, [start]
    while queue:
        current = queue.pop(0)
        yield current
        for each in step(current):
            if each not in seen:
                seen.add(each)
                queue.append(each)
