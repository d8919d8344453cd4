"""The ledger: a row a deal, whom it went around, and what followed, from the answers to two questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from negograph.answers import Answer

__all__ = ["Ask", "Entry", "conflicts", "ledger"]

Ask = Callable[[str], Answer]
Tables = Mapping[str, Sequence[Mapping[str, str]]]

DEALS = ("Agreement", "Negotiation")
"""Kinds that have a row of their own even where no source says what followed."""


@dataclass
class Entry:
    """A row of the ledger.

    ``around`` holds (bypassed, claim, tie) and ``then`` holds (followed, claim, link): ids of
    things and claims, and the words of the answer.
    """

    deal: str
    part: str
    """``bypass``, ``followed``, ``event`` (no deal, but something followed) or ``bare`` (nothing recorded)."""
    around: list[tuple[str, str, str]] = field(default_factory=list)
    then: list[tuple[str, str, str]] = field(default_factory=list)


def ledger(tables: Tables, ask: Ask) -> list[Entry]:
    """Return the rows: deals with a bypass, deals with a sequel, other events with one, and the rest.

    What followed a step of some talks stands in the row of the talks; what follows a part of a
    deal that went around somebody stands in that deal's row, once. Only foretold sequels, which
    the question about bypasses leaves out, are added to it.
    """
    kinds = {row["id"]: row["kind"] for row in tables["entities"]}
    wholes = {row["id"]: [whole for whole in row["part_of"].split("|") if whole] for row in tables["entities"]}
    entries: dict[str, Entry] = {}
    for row in ask("bypassed-allies"):
        entry = entries.setdefault(row.deal, Entry(row.deal, "bypass"))
        _add(entry.around, (row.bypassed, row.claim, row.tie))
        if row.linkClaim:
            _add(entry.then, (row.followed, row.linkClaim, row.link))
    shown = {line[1] for entry in entries.values() for line in entry.then}
    for row in ask("what-followed"):
        owner = _owner(row.step, entries, kinds, wholes)
        if entries.get(owner) is None:
            entries[owner] = Entry(owner, "followed" if kinds.get(owner) in DEALS else "event")
        entry = entries[owner]
        if entry.part != "bypass" or row.claim not in shown:
            _add(entry.then, (row.followed, row.claim, row.link))
    for name, kind in kinds.items():
        if kind in DEALS and name not in entries:
            entries[name] = Entry(name, "bare")
    order = ("bypass", "followed", "event", "bare")
    return sorted(entries.values(), key=lambda entry: order.index(entry.part))


def _add(lines: list[tuple[str, str, str]], line: tuple[Any, ...]) -> None:
    filled = tuple(str(each or "") for each in line)
    if filled not in lines:
        lines.append(filled)  # type: ignore[arg-type]


def _owner(
    step: str, entries: Mapping[str, Entry], kinds: Mapping[str, str], wholes: Mapping[str, Sequence[str]]
) -> str:
    """In whose row a step stands: the nearest deal that went around somebody, else the nearest deal, else itself."""
    around = list(_upwards(step, wholes))
    for name in around:
        if name in entries and entries[name].part == "bypass":
            return name
    return next((name for name in around if kinds.get(name) in DEALS), step)


def _upwards(name: str, wholes: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """``name`` and everything that it is part of, nearest first."""
    queue, seen = [name], set[str]()
    while queue:
        current = queue.pop(0)
        if current not in seen:
            seen.add(current)
            yield current
            queue.extend(wholes.get(current, ()))


def conflicts(ask: Ask) -> list[tuple[str, str, str, str]]:
    """Return the pairs of claims that cannot both stand, each once: (one, other, kind, on what)."""
    found = ((row.one, row.other, row.kind, str(row.onLabel or "")) for row in ask("disagreements"))
    return list(dict.fromkeys(found))
