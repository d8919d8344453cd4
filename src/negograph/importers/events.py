"""Machine-coded events (POLECAT, GDELT 2, ICEWS): one record is one event, who did what to whom.

What an event becomes follows from the codes in the ontology (``ng:cameo``, ``ng:plover``), and
from nothing else: a code that no predicate has, or that several have, makes no claim.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from negograph.dates import bounds
from negograph.errors import DateError
from negograph.importers.names import clean, fold, kind_of, shorten, slug
from negograph.importers.output import Dataset, Output, Progress
from negograph.importers.records import Layout, Record, records
from negograph.ontology import Ontology, Predicate

__all__ = ["GDELT", "ICEWS", "POLECAT", "Coding", "Events", "coding", "write"]

_ACTOR = (
    *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode"),
    *("Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code"),
)
_PLACE = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
GDELT_COLUMNS = (
    *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
    *(f"{who}{name}" for who in ("Actor1", "Actor2") for name in _ACTOR),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
    *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in _PLACE),
    *("DATEADDED", "SOURCEURL"),
)
_HEDGED = frozenset({"hypothetical", "future"})
"""PLOVER contexts of what has not happened."""
_MOST_PAIRS = 999


@dataclass(frozen=True)
class Events:
    """A data set of events: which columns say what."""

    dataset: Dataset
    layout: Layout
    scheme: str
    """``cameo`` or ``plover``."""
    identifier: tuple[str, ...]
    """The columns that together tell records apart."""
    date: str
    code: str
    actor: tuple[str, str]
    """Columns of the name and the country of who acted."""
    recipient: tuple[str, str]
    contexts: str = ""
    release: str = ""


POLECAT = Events(
    Dataset(
        "polecat",
        "3",
        "POLECAT",
        "POLECAT: POLitical Event Classification, Attributes, and Types",
        "Harvard Dataverse",
        "CC0 (terms: doi:10.7910/DVN/AJGVIT)",
    ),
    Layout("POLECAT", ("Event ID", "Event Date", "Event Type", "Actor Name", "Recipient Name"), "\t"),
    "plover",
    ("Event ID",),
    "Event Date",
    "Event Type",
    ("Actor Name", "Actor Country"),
    ("Recipient Name", "Recipient Country"),
    "Contexts",
    "Version",
)
GDELT = Events(
    Dataset(
        "gdelt",
        "4",
        "GDELT",
        "GDELT 2.0 Event Database",
        "The GDELT Project",
        "free and open (terms: gdeltproject.org); cite the GDELT Project",
    ),
    Layout("GDELT 2.0 events", ("GLOBALEVENTID",), "\t", GDELT_COLUMNS),
    "cameo",
    ("GLOBALEVENTID",),
    "SQLDATE",
    "EventCode",
    ("Actor1Name", "Actor1CountryCode"),
    ("Actor2Name", "Actor2CountryCode"),
)
ICEWS = Events(
    Dataset(
        "icews",
        "5",
        "ICEWS",
        "ICEWS Coded Event Data",
        "Harvard Dataverse",
        "CC0 (terms: doi:10.7910/DVN/28075)",
    ),
    Layout("ICEWS", ("Event ID", "Event Date", "Source Name", "CAMEO Code", "Target Name"), "\t"),
    "cameo",
    ("Event ID", "Event Date"),  # an Event ID alone comes back on other days
    "Event Date",
    "CAMEO Code",
    ("Source Name", "Source Country"),
    ("Target Name", "Target Country"),
)


@dataclass(frozen=True)
class Coding:
    """What a code becomes: the predicate of who acted, and how the recipient comes in."""

    predicate: Predicate | None
    how: str = ""
    """``on``: the recipient is the object; ``thing``: the object is the event, for what was offered or
    demanded is not told, and the recipient is the target; ``at``: both were at the event."""
    reason: str = ""


def coding(scheme: str, ontology: Ontology) -> Callable[[str], Coding]:
    """The function from a code of ``scheme`` to what it becomes, by the codes in the ontology.

    CAMEO is a tree: a code without a predicate of its own has those of the nearest code above it.
    """
    having: dict[str, list[Predicate]] = {}
    for predicate in ontology.predicates.values():
        if code := predicate.codes.get(scheme):
            having.setdefault(code, []).append(predicate)

    actors = [name for name in ontology.kinds if ontology.is_a(name, ["Actor"])]

    @cache
    def coded(code: str) -> Coding:
        lengths = range(len(code), 1, -1) if scheme == "cameo" else [len(code)]
        found = next((having[code[:length]] for length in lengths if code[:length] in having), [])
        if not found:
            return Coding(None, reason="no predicate has its code")
        acts = [each for each in found if each.step and any(ontology.is_a(actor, each.range) for actor in actors)]
        if len(acts) == 1:
            return Coding(acts[0], "thing" if "Entity" in acts[0].range else "on")
        table = [each for each in found if {"Event", "Happening"} & set(each.range) and each.group == "at the table"]
        party = next((each for each in table if each.name == "partyTo"), None)
        seat = party or (table[0] if len(table) == 1 and not acts else None)
        if seat:
            return Coding(seat, "at")
        return Coding(None, reason="several predicates have its code, or none that ties an actor to another")

    return coded


def write(
    files: tuple[Path, ...], kind: Events, made: Output, others: tuple[Layout, ...], progress: Progress | None = None
) -> None:
    """Write the events of ``files`` into ``made``; memory grows with the actors, not with the events."""
    coded = coding(kind.scheme, made.ontology)
    names: set[str] = set()
    with _seen() as new:
        for place, file in enumerate(files, start=1):
            source = slug(kind.dataset.key, file.stem)
            if source in names:
                source = slug(kind.dataset.key, file.stem, str(place))
            names.add(source)
            count, release = 0, ""
            for record in records(file, kind.layout, others):
                count = record.number
                made.read(progress)
                release = release or (record[kind.release] if kind.release else "")
                reason = _event(record, kind, coded, source, new, made)
                if reason:
                    made.dropped(reason)
                else:
                    made.written()
            made.source(source, file, release, count)


@contextmanager
def _seen() -> Iterator[Callable[[str], bool]]:
    """A function that says whether an id is new; it remembers on the disk, for ids may be hundreds of millions."""
    with closing(sqlite3.connect("")) as database:
        database.execute("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")

        def new(identifier: str) -> bool:
            done = database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (identifier,))
            return done.rowcount == 1

        yield new


def _event(
    record: Record,
    kind: Events,
    coded: Callable[[str], Coding],
    source: str,
    new: Callable[[str], bool],
    made: Output,
) -> str:
    """Write one event; why it was not written, or nothing."""
    if record.cells is None:
        return "not as many cells as columns"
    parts = [record[column] for column in kind.identifier]
    if not all(parts):
        return "no event number"
    when = _day(record[kind.date])
    if not when:
        return "no date, or one that is none"
    if not _HEDGED.isdisjoint(each.strip() for each in record[kind.contexts].casefold().split(";")):
        return "hypothetical or in the future"
    found = coded(record[kind.code])
    if found.predicate is None:
        return found.reason
    actors, recipients = (
        [clean(each) for each in record[side[0]].split(";") if fold(each)] for side in (kind.actor, kind.recipient)
    )
    if not actors:
        return "nobody acts"
    if not recipients:
        return "no recipient"
    countries = record[kind.actor[1]], record[kind.recipient[1]]
    allowed = found.predicate.range
    if found.how == "on":
        fitting = [each for each in recipients if made.ontology.is_a(_kind(each, countries[1]), allowed)]
        if not fitting:
            return f"{found.predicate.name} takes no recipient of this kind"
        recipients = fitting
    if not new("\n".join(parts)):
        return "an event number that was there before"
    _claims(record, kind, found, source, when, (actors, recipients), countries, made)
    return ""


def _claims(
    record: Record,
    kind: Events,
    found: Coding,
    source: str,
    when: str,
    sides: tuple[list[str], list[str]],
    countries: tuple[str, str],
    made: Output,
) -> None:
    assert found.predicate is not None
    number = "-".join(record[column] for column in kind.identifier)
    words = f"{shorten(sides[0][0], 40)} {found.predicate.label} {shorten(sides[1][0], 40)}"
    event = made.titled(
        slug(kind.dataset.key, number), "Event", f"{words}, {when}", f"{kind.dataset.short} {number}", start=when
    )
    who, whom = (
        [made.actor(name, country, kind=_kind(name, country)) for name in names]
        for names, country in zip(sides, countries, strict=True)
    )
    rows: list[tuple[str, str, str, str]] = []
    if found.how == "on":
        rows = [(one, found.predicate.name, other, "") for one in who for other in whom if one != other]
    elif found.how == "thing":
        rows = [(one, found.predicate.name, event, other) for one in who for other in whom]
    else:
        rows = [(one, found.predicate.name, event, "") for one in who] + [
            (other, "partyTo", event, "") for other in whom
        ]
    digits = int.from_bytes(sha256(number.encode()).digest()[:8]) % 10**15
    for place, (one, predicate, other, target) in enumerate(dict.fromkeys(rows[:_MOST_PAIRS]), start=1):
        label = made.ontology.predicates[predicate].label
        towards = f" {made.name_of(target or other)}" if found.how != "at" else " the event"
        made.relation(
            f"r{kind.dataset.digit}{digits:015d}{place:03d}",
            one,
            predicate,
            other,
            f"{kind.dataset.short} codes that {shorten(made.name_of(one), 60)} {label}{shorten(towards, 60)}.",
            target=target,
            context=event if found.how == "on" else "",
            source=source,
            locator=str(record.number),
            note=f"{' '.join(kind.identifier)} {number}, code {clean(record[kind.code])}; coded by machine",
        )


def _kind(name: str, country: str) -> str:
    """The kind of an actor: a country that bears its own name is a state."""
    return "State" if country and fold(name) == fold(country) else kind_of(name)


def _day(text: str) -> str:
    """A date of an event data set as EDTF; empty where it is none."""
    day = text[:10]
    if len(text) == 8 and text.isdecimal():
        day = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    try:
        return day if bounds(day).earliest else ""
    except DateError:
        return ""
