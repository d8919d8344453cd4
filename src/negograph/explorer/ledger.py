"""The ledger: a row a deal, whom it went around, and what followed, from the answers to two questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from negograph.corpus import Corpus

__all__ = ["Entry", "conflicts", "ledger"]

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


def ledger(corpus: Corpus) -> list[Entry]:
    """Return the rows: deals with a bypass, deals with a sequel, other events with one, and the rest.

    What followed a step of some talks stands in the row of the talks; what follows a part of a
    deal that went around somebody stands in that deal's row, once. Only foretold sequels, which
    the question about bypasses leaves out, are added to it.
    """
    entries: dict[str, Entry] = {}
    for row in corpus.ask("bypassed-allies"):
        entry = entries.setdefault(row.deal, Entry(row.deal, "bypass"))
        _add(entry.around, (row.bypassed, row.claim, row.tie))
        if row.linkClaim:
            _add(entry.then, (row.followed, row.linkClaim, row.link))
    shown = {line[1] for entry in entries.values() for line in entry.then}
    for row in corpus.ask("what-followed"):
        owner = _owner(row.step, entries, corpus)
        if entries.get(owner) is None:
            entries[owner] = Entry(owner, "followed" if _is_deal(owner, corpus) else "event")
        entry = entries[owner]
        if entry.part != "bypass" or row.claim not in shown:
            _add(entry.then, (row.followed, row.claim, row.link))
    for name in corpus.entities:
        if _is_deal(name, corpus) and name not in entries:
            entries[name] = Entry(name, "bare")
    order = ("bypass", "followed", "event", "bare")
    return sorted(entries.values(), key=lambda entry: order.index(entry.part))


def _add(lines: list[tuple[str, str, str]], line: tuple[Any, ...]) -> None:
    filled = tuple(str(each or "") for each in line)
    if filled not in lines:
        lines.append(filled)  # type: ignore[arg-type]


def _owner(step: str, entries: Mapping[str, Entry], corpus: Corpus) -> str:
    """In whose row a step stands: the nearest deal that went around somebody, else the nearest deal, else itself."""
    wholes = corpus.wholes(step)
    for name in wholes:
        if name in entries and entries[name].part == "bypass":
            return name
    return next((name for name in wholes if _is_deal(name, corpus)), step)


def _is_deal(name: str, corpus: Corpus) -> bool:
    return corpus.entities[name]["kind"] in DEALS


def conflicts(corpus: Corpus) -> list[tuple[str, str, str, str]]:
    """Return the pairs of claims that cannot both stand, each once: (one, other, kind, on what)."""
    found = ((row.one, row.other, row.kind, str(row.onLabel)) for row in corpus.ask("disagreements"))
    return list(dict.fromkeys(found))
