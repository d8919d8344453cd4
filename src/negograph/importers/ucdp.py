"""The UCDP Peace Agreement Dataset: one record is one agreement, with actors, dyads and conflicts by number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from negograph.dates import bounds
from negograph.errors import DateError
from negograph.importers.names import clean, fold, shorten
from negograph.importers.output import Dataset, Output, Progress
from negograph.importers.pax import MEDIATES, UNSIGNED
from negograph.importers.records import Layout, Record, records

__all__ = ["DATASET", "LAYOUT", "write"]

DATASET = Dataset(
    key="ucdp",
    digit="2",
    short="UCDP",
    title="UCDP Peace Agreement Dataset",
    publisher="Uppsala Conflict Data Program",
    licence="CC BY 4.0 (terms: ucdp.uu.se/downloads)",
    cite="Cite the dataset's codebook and Harbom, Högbladh and Wallensteen (2006), Journal of Peace Research 43(5).",
)
LAYOUT = Layout(
    "UCDP Peace Agreements",
    (
        *("paid", "conflict_id", "conflict_name", "dyad_id", "dyad_name", "actor_id", "actor_name"),
        *("pa_name", "pa_date", "pa_3rd", "c_3rd", "ended", "duration", "pa_type"),
    ),
)
TYPES = {"1": "comprehensive", "2": "partial", "3": "pre-negotiation"}
_MOST_CLAIMS = 999


def write(file: Path, made: Output, others: tuple[Layout, ...], progress: Progress | None = None) -> None:
    """Write the records of ``file`` into ``made``."""
    seen: set[str] = set()
    fighting: set[tuple[str, str]] = set()
    conflicts: dict[str, str] = {}
    release = ""
    for record in records(file, LAYOUT, others):
        made.read(progress)
        release = release or record["version"]
        reason = _why_not(record, seen)
        if reason:
            made.dropped(reason)
            made.coverage("ucdp", record.number, f"dropped: {reason}")
            continue
        number = record["paid"]
        seen.add(number)
        inside = list(_conflicts(record, conflicts, made))
        title = clean(record["pa_name"]) or f"Agreement {number}"
        ended = record["ended"].casefold() in ("true", "1")
        when = f"UCDP dates its end to {clean(record['duration'])}." if ended and record["duration"] else ""
        made.titled(
            f"ucdp-{number}",
            "Agreement",
            title,
            f"UCDP {number}",
            start=record["pa_date"],
            part_of="|".join(inside),
            subtype=TYPES.get(record["pa_type"], ""),
            status="lapsed" if ended else "",
            description=when,
            same_as=f"https://ucdp.uu.se/peaceagreement/{number}",
        )
        claims = _claims(record, number, title, inside, fighting, made)
        made.coverage("ucdp", record.number, "" if claims else "no party that could be read")
        made.written()
    made.source("ucdp", file, release, made.account.read)


def _why_not(record: Record, seen: set[str]) -> str:
    if record.cells is None:
        return "not as many cells as columns"
    if not re.fullmatch(r"[1-9][0-9]{0,5}", record["paid"]):
        return "no agreement number"
    if record["paid"] in seen:
        return "an agreement number that was there before"
    try:
        if record["pa_date"] and bounds(record["pa_date"]).earliest is None:  # '..' is open, and no date of a signature
            return "a date that is none"
    except DateError:
        return "a date that is none"
    return ""


def _conflicts(record: Record, known: dict[str, str], made: Output) -> Iterator[str]:
    """The conflicts of an agreement, each written when it first comes up."""
    codes = re.findall(r"[0-9]+", record["conflict_id"])
    names = [name.strip() for name in record["conflict_name"].split(",")]
    for place, code in enumerate(codes):
        if code not in known:
            name = names[place] if len(names) == len(codes) else record["conflict_name"]
            known[code] = f"ucdp-conflict-{code}"
            link = f"https://ucdp.uu.se/conflict/{code}"
            made.titled(known[code], "Conflict", name, f"UCDP conflict {code}", same_as=link)
        yield known[code]


def _actors(record: Record, made: Output) -> dict[str, str]:
    """Folded name to entity id of the actors of a record; UCDP numbers them, and the number decides."""
    codes = [code.strip() for code in record["actor_id"].split(",") if code.strip()]
    names = _names(record["actor_name"], len(codes), record["dyad_name"])
    if not names or len(names) != len(codes):
        for _ in codes or [""]:
            made.unused("a list of names that does not fit its list of numbers")
        return {}
    found = {}
    for code, name in zip(codes, names, strict=True):
        kind = "GovernmentBody" if fold(name).startswith("government of") else ""
        found[fold(name)] = made.actor(name, kind=kind, code=code)
    return found


def _names(cell: str, count: int, dyads: str) -> list[str]:
    """The names of a list with commas; where one name holds a comma itself, the dyads show which."""
    names = [name.strip() for name in cell.split(",") if name.strip()]
    if len(names) != count + 1:
        return names
    fits = [place for place in range(count) if f"{names[place]}, {names[place + 1]}" in dyads]
    if len(fits) != 1:
        return names
    return [*names[: fits[0]], f"{names[fits[0]]}, {names[fits[0] + 1]}", *names[fits[0] + 2 :]]


def _sides(record: Record) -> set[str]:
    """The folded names of both sides of every dyad: A - B, and B may hold a dash of its own."""
    count = len([code for code in record["dyad_id"].split(",") if code.strip()])
    dyads = [record["dyad_name"]] if count == 1 else record["dyad_name"].split(",")
    return {fold(side) for dyad in dyads for side in dyad.strip().split(" - ", 1)}


def _claims(
    record: Record, number: str, title: str, inside: list[str], fighting: set[tuple[str, str]], made: Output
) -> int:
    """Write who took part and who fights whom, and return how many claims that made."""
    actors, sides = _actors(record, made), _sides(record)
    rows: list[tuple[str, str, str, str, str]] = []
    for name, actor in actors.items():
        if name in sides:
            rows.append((actor, "partyTo", f"ucdp-{number}", "", "is a warring party of"))
            # A dyad belongs to one conflict; where a record has several, it does not say which.
            if len(inside) == 1 and (actor, inside[0]) not in fighting:
                fighting.add((actor, inside[0]))
                rows.append((actor, "partyTo", inside[0], "", "fights, as one side of a dyad, in the conflict of"))
        else:
            rows.append((actor, "signed", f"ucdp-{number}", "", "is an actor, and no side of a dyad, of"))
    told = {row[0] for row in rows}
    thirds = _third_parties(record["pa_3rd"])
    for name in thirds:
        mediates = _mediates(record, name, alone=len(thirds) == 1)
        if not mediates and UNSIGNED.search(f"{record['c_3rd']} {record['pa_3rd']}"):
            made.unused("a third party that did not sign and is not said to mediate")
            continue
        actor = actors.get(fold(name)) or made.actor(name, record["conflict_name"].split(":")[0])
        if actor in told and not mediates:
            made.account.names["repeated in its record"] += 1
            continue
        told.add(actor)
        if mediates:
            rows.append((actor, "mediatedIn", f"ucdp-{number}", "", "is named as a third party, with mediation, in"))
        else:
            rows.append((actor, "signed", f"ucdp-{number}", "as a third party", "is named as a third party to"))
    for place, (actor, predicate, target, value, words) in enumerate(dict.fromkeys(rows[:_MOST_CLAIMS]), start=1):
        made.relation(
            f"r{DATASET.digit}{int(number):06d}{place:03d}",
            actor,
            predicate,
            target,
            f"{shorten(made.name_of(actor), 80)} {words} {shorten(title, 80)}.",
            value=value,
            source="ucdp",
            locator=str(record.number),
            note=f"paid {number}",
        )
    return len(rows)


def _mediates(record: Record, name: str, *, alone: bool) -> bool:
    """Whether the record says that this third party mediated: in one sentence with its name, or it is the only one."""
    sentences = re.split(r"(?<=[.;])\s+|\n+", f"{record['c_3rd']}\n{record['pa_3rd']}")
    return any(MEDIATES.search(each) and (alone or fold(name) in fold(each)) for each in sentences)


def _third_parties(cell: str) -> list[str]:
    """Third parties of a cell: one a line, or between commas where no name of a person stands among them."""
    found: dict[str, None] = {}
    for line in re.split(r"[;\r\n]+", cell):
        for name in re.split(r",\s+|\s+and\s+(?=[A-Z])", clean(line)):
            bare = re.sub(r"^(?:and|the)\s+", "", name.strip(" .:"), flags=re.IGNORECASE)
            if fold(bare) and len(bare.split()) <= 12:
                found.setdefault(bare)
    return list(found)
