"""Slices of the graph: as of a day, and as heard from some voices only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

import pyoxigraph as ox

from negograph.dates import bounds
from negograph.ontology import EDTF, Ontology
from negograph.rdf.writing import build
from negograph.tables import Row, Table

__all__ = ["as_of", "heard", "store_of"]

Rows = Mapping[str, Iterable[Mapping[str, str]]]
Slice = tuple[ox.Store, dict[str, int]]
"""The graph that is left, and how many rows of each table went."""

_REFERS = ("subject", "object", "context", "target", "aspect", "evidence")


def as_of(rows: Rows, ontology: Ontology, day: date) -> Slice:
    """Return the graph without what begins after ``day``, and how many rows of each table went.

    An entity goes when the first day that its dates allow is later than ``day``; a claim goes when
    its own dates begin later, or when it names something that went. Whatever bears no date stays:
    the sources do not say that it is later. A step of a story keeps the claims that stay and goes with
    the last of them; the steps that stay are numbered anew.

    A slice has no ``coverage``: that is the account of all claims. So what is exported of a slice
    passes the checks, and can be loaded.
    """
    gone = {row["id"] for row in rows["entities"] if _begins_after(row["start"], day)}
    gone |= {row["id"] for row in rows["relations"] if _begins_after(_beginning(row, ontology), day)}
    return _without(rows, gone, ontology)


def heard(
    rows: Rows,
    ontology: Ontology,
    *,
    without: Collection[str] = (),
    only: Collection[str] = (),
    speakers: Collection[str] = (),
) -> Slice:
    """Return the graph as some voices tell it, and how many rows of each table went.

    Args:
        rows: the tables in canonical form.
        ontology: its ontology.
        without: ids of sources and actors that are not heard. A source takes with it whatever it
            relays; an actor is struck from the claims that others make as well.
        only: ids of sources; claims of other sources go.
        speakers: ids of actors, or of sources as speakers in their own voice; claims of others go.

    Inferences of the curators stay as long as all their evidence does, unless ``speakers`` are
    named. Entities stay: they identify, and claim nothing.
    """
    kept, gone = [], set()
    for row in rows["relations"]:
        voices = row["attributed_to"].split("|") if row["attributed_to"] else []
        left = [voice for voice in voices if voice not in without]
        silent = row["source"] in without or (voices and not left)
        elsewhere = only and row["source"] and row["source"] not in only
        others = speakers and not set(voices or [row["source"]]) & set(speakers)
        if silent or elsewhere or others:
            gone.add(row["id"])
        kept.append({**row, "attributed_to": "|".join(left)})
    return _without({**rows, "relations": kept}, gone, ontology)


def _without(rows: Rows, gone: set[str], ontology: Ontology) -> Slice:
    """The graph without some entities and claims, and without every claim that names one of them."""
    before = -1
    while before != len(gone):  # a claim about a claim that went goes too
        before = len(gone)
        for row in rows["relations"]:
            if any(item in gone for name in _REFERS for item in row[name].split("|")):
                gone.add(row["id"])
    kept = {name: [dict(row) for row in each if row.get("id") not in gone] for name, each in rows.items()}
    for table, names in (("entities", ("part_of", "broader")), ("stories", ("entities", "claims"))):
        for row in kept[table]:
            for name in names:
                row[name] = "|".join(item for item in row[name].split("|") if item not in gone)
    kept["stories"] = _numbered(row for row in kept["stories"] if row["claims"])
    kept["coverage"] = []
    return store_of(kept, ontology), {name: len(list(rows[name])) - len(kept[name]) for name in rows}


def _numbered(steps: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The steps of each story as 1, 2, 3, ... in the order that they had."""
    last: Counter[str] = Counter()
    found = []
    for row in sorted(steps, key=lambda row: (row["story"], int(row["step"]))):
        last[row["story"]] += 1
        found.append({**row, "step": str(last[row["story"]])})
    return found


def store_of(rows: Rows, ontology: Ontology, about: Iterable[ox.Triple] = ()) -> ox.Store:
    """The graph of some rows, and of what is said ``about`` them."""
    tables = {name: Table(name, tuple(Row(0, row) for row in each)) for name, each in rows.items()}
    return build(tables, ontology, about)


def _beginning(row: Mapping[str, str], ontology: Ontology) -> str:
    dated = ontology.predicates[row["predicate"]].value_range == EDTF
    return row["value"] if dated else row["start"]


def _begins_after(text: str, day: date) -> bool:
    first = bounds(text, interval=True).earliest if text else None
    return first is not None and first > day
