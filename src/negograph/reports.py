"""Reports: several answers under one title, which show and write themselves as one answer does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from negograph.answers import (
    Answer,
    Subgraph,
    as_html,
    markdown_code,
    markdown_text,
    subgraph_of,
    write_csv,
)
from negograph.errors import QuestionError, did_you_mean

__all__ = ["Report"]


@dataclass(frozen=True)
class Report:
    """Several answers that belong together: parts by name, in the order in which they are read."""

    title: str
    parts: tuple[Answer, ...]
    store: ox.Store = field(repr=False, compare=False)
    prefixes: Mapping[str, str] = field(repr=False)
    command: str = ""
    """The command that gives the same report again."""
    notes: tuple[str, ...] = ()
    """What a reader must know to read it rightly: how it was found, and what it can't say."""
    made: tuple[ox.Triple, ...] = field(default=(), repr=False)
    """Statements that were made for the report and stand in no graph: hypotheses."""

    def __repr__(self) -> str:
        parts = ", ".join(f"{part.name} ({len(part)} rows)" for part in self.parts)
        return f"<{type(self).__name__} {self.title!r}: {parts}>"

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, name: str) -> Answer:
        """The part of that name.

        Raises:
            QuestionError: there is none.
        """
        parts = {part.name: part for part in self.parts}
        if name not in parts:
            raise QuestionError(f"no part '{name}'; {did_you_mean(name, parts, 'there are ' + ', '.join(parts))}")
        return parts[name]

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims that the report rests on, each once."""
        return tuple(dict.fromkeys(claim for part in self.parts for claim in part.claims))

    def to_subgraph(self) -> Subgraph:
        """Everything that the graph says of its claims, the names of what they name, and its hypotheses."""
        found = subgraph_of(self.claims, self.store, self.prefixes)
        return Subgraph((*found.triples, *self.made), self.prefixes)

    def to_turtle(self) -> str:
        """The claims that the report rests on, as Turtle."""
        return self.to_subgraph().to_turtle()

    def to_dict(self) -> dict[str, Any]:
        """The document that :meth:`to_json` writes."""
        return {
            "title": self.title,
            "command": self.command,
            "notes": list(self.notes),
            "parts": {part.name: {"title": part.title} | part.to_dict() for part in self.parts},
        }

    def to_json(self) -> str:
        """One JSON document; each part is SPARQL 1.1 Query Results JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """All rows in one table: the column ``part`` says whose they are, other parts' columns stay empty."""
        columns = list(dict.fromkeys(name for part in self.parts for name in part.variables))
        rows = (
            [part.name, *(values.get(name) for name in columns)]
            for part in self.parts
            for values in (dict(zip(part.variables, row, strict=True)) for row in part.rows)
        )
        return write_csv(["part", *columns], rows)

    def _repr_html_(self) -> str:
        return as_html(title=self.title, answers=self.parts, notes=self.notes, command=self.command)

    def to_markdown(self) -> str:
        """A heading for the report and one for each part, tables below them, notes and the command at the end."""
        out = [f"# {markdown_text(self.title)}\n"]
        for part in self.parts:
            out += part.markdown_lines("##")
        out += [f"- {markdown_text(note)}" for note in self.notes]
        return "\n".join(
            [*out, *([""] if self.notes else []), *([f"{markdown_code(self.command)}\n"] if self.command else [])]
        )
