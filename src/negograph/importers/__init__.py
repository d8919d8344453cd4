"""Other people's data sets into our tables: streamed, attributed, licensed, and accounted for to the last record."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from negograph.importers import events, pax, ucdp
from negograph.importers.names import Known
from negograph.importers.output import Account, Progress, output
from negograph.ontology import Ontology, load_ontology
from negograph.tables import Row

__all__ = ["EVENTS", "Account", "import_events", "import_pax", "import_ucdp"]

LAYOUTS = (pax.LAYOUT, ucdp.LAYOUT, events.POLECAT.layout, events.ICEWS.layout)
EVENTS = {each.dataset.key: each for each in (events.POLECAT, events.GDELT, events.ICEWS)}
"""Data sets of events, by the name of the command that imports them."""


def known_actors(entities: Iterable[Row], ontology: Ontology) -> Known:
    """The actors that names are matched with."""
    return Known(entities, (kind for kind in ontology.kinds if ontology.is_a(kind, ["Actor"])))


def import_pax(file: Path, directory: Path, entities: Iterable[Row], progress: Progress | None = None) -> Account:
    """Write the agreements of a PA-X file (all agreements, as CSV) as tables into ``directory``.

    Args:
        file: your own copy; its licence is non-commercial.
        directory: where the tables go.
        entities: rows of entities whose actors names are matched with.
        progress: is told now and then how many records have been read.

    Raises:
        LayoutError: the file is not PA-X, or not UTF-8.
        ExportError: the directory cannot be written, or holds tables of another origin.
    """
    ontology = load_ontology()
    with output(directory, pax.DATASET, ontology, known_actors(entities, ontology)) as made:
        pax.write(file, made, LAYOUTS, progress)
    return made.account


def import_ucdp(file: Path, directory: Path, entities: Iterable[Row], progress: Progress | None = None) -> Account:
    """Write the agreements of the UCDP Peace Agreement Dataset (CSV) as tables into ``directory``.

    Arguments and errors are those of :func:`import_pax`.
    """
    ontology = load_ontology()
    with output(directory, ucdp.DATASET, ontology, known_actors(entities, ontology)) as made:
        ucdp.write(file, made, LAYOUTS, progress)
    return made.account


def import_events(
    name: str,
    files: Iterable[Path],
    directory: Path,
    entities: Iterable[Row],
    progress: Progress | None = None,
) -> Account:
    """Write the events of ``polecat``, ``gdelt`` or ``icews`` files as tables into ``directory``.

    An event becomes what its code is in the ontology; one whose code no predicate has is dropped,
    and counted. The other arguments, and the errors, are those of :func:`import_pax`.
    """
    kind, ontology = EVENTS[name], load_ontology()
    with output(directory, kind.dataset, ontology, known_actors(entities, ontology)) as made:
        events.write(tuple(files), kind, made, LAYOUTS, progress)
    return made.account
