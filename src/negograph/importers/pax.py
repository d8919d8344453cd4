"""PA-X, the peace agreements of the University of Edinburgh: one record is one agreement.

The parties and third parties of a record are free text. What that means for anyone who counts
with them stands in docs/pax.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from negograph.dates import bounds
from negograph.errors import DateError
from negograph.importers.names import clean, shorten, slug
from negograph.importers.output import Dataset, Output, Progress
from negograph.importers.parties import Party, parties
from negograph.importers.records import Layout, Record, records

__all__ = ["DATASET", "LAYOUT", "MEDIATES", "UNSIGNED", "write"]

DATASET = Dataset(
    key="pax",
    digit="1",
    short="PA-X",
    title="PA-X Peace Agreements Database",
    publisher="University of Edinburgh",
    licence="non-commercial (terms of use: www.peaceagreements.org); import your own copy",
    cite="Cite: Bell and Badanjak (2019), Introducing PA-X, Journal of Peace Research 56(3).",
)
LAYOUT = Layout(
    "PA-X (all agreements)",
    ("Con", "PP", "PPName", "AgtId", "Agt", "Dat", "Status", "Stage", "Part", "ThrdPart", "UcdpCon"),
)
STAGES = {
    "Pre": "pre-negotiation",
    "SubPar": "partial",
    "SubComp": "comprehensive",
    "Imp": "implementation",
    "Ren": "renewal",
    "Cea": "ceasefire",
}
_MOST_CLAIMS = 999
MEDIATES = re.compile(r"\b(?:mediat|médiat|facilitat|facilitad|mediad|broker)", re.IGNORECASE)
UNSIGNED = re.compile(r"\b(?:unsigned|not signed|not a signator|did not sign)", re.IGNORECASE)


def write(file: Path, made: Output, others: tuple[Layout, ...], progress: Progress | None = None) -> None:
    """Write the records of ``file`` into ``made``."""
    seen: set[str] = set()
    processes: dict[str, str] = {}
    conflicts: dict[str, str] = {}
    of_process: dict[str, set[str]] = defaultdict(set)
    linked = {
        link.removeprefix("pax:"): row
        for row, links in made.known.links.items()
        for link in links
        if link.startswith("pax:")
    }
    for record in records(file, LAYOUT, others):
        made.read(progress)
        reason = _why_not(record, seen)
        if reason:
            made.dropped(reason)
            made.coverage("pax", record.number, f"dropped: {reason}")
            continue
        number = record["AgtId"]
        seen.add(number)
        wholes = _wholes(record, processes, conflicts, of_process)
        title = clean(record["Agt"]) or f"Agreement {number}"
        made.titled(
            f"pax-{number}",
            "Agreement",
            title,
            f"PA-X {number}",
            start=record["Dat"],
            part_of="|".join(wholes),
            subtype=STAGES.get(record["Stage"], ""),
            status="signed" if record["Status"] == "Multiparty signed/agreed" else "",
            same_as=f"pax:{number}",
        )
        if number in linked:
            made.same(linked[number], f"pax-{number}", f"both are pax:{number}")
        claims = _claims(record, number, title, made)
        made.coverage("pax", record.number, "" if claims else "no party that could be read")
        made.written()
    for identifier, label in conflicts.items():
        made.entity(
            identifier, "Conflict", label, description="What PA-X assigns agreements to.", same_as=_ucdp(identifier)
        )
    for identifier, label in processes.items():
        single = next(iter(of_process[identifier])) if len(of_process[identifier]) == 1 else ""
        made.entity(identifier, "Negotiation", label, part_of=single)
    for identifier in conflicts:
        if identifier.startswith("pax-ucdp-"):
            made.same(
                f"ucdp-conflict-{identifier.removeprefix('pax-ucdp-')}", identifier, "PA-X gives the UCDP conflict"
            )
    made.source("pax", file, "", made.account.read)


def _why_not(record: Record, seen: set[str]) -> str:
    """Why a record cannot become an agreement; empty where it can."""
    if record.cells is None:
        return "not as many cells as columns"
    number = record["AgtId"]
    if not re.fullmatch(r"[1-9][0-9]{0,5}", number):
        return "no agreement number"
    if number in seen:
        return "an agreement number that was there before"
    try:
        if record["Dat"] and bounds(record["Dat"]).earliest is None:  # '..' is open, and no date of a signature
            return "a date that is none"
    except DateError:
        return "a date that is none"
    return ""


def _wholes(
    record: Record, processes: dict[str, str], conflicts: dict[str, str], of_process: dict[str, set[str]]
) -> list[str]:
    """The peace process and the conflicts of an agreement; noted down, for they are written at the end."""
    country = clean(record["Con"]) or "unknown"
    inside = []
    for code in re.findall(r"[0-9]+", record["UcdpCon"]):
        conflicts.setdefault(f"pax-ucdp-{code}", f"{shorten(country, 80)} (PA-X; UCDP conflict {code})")
        inside.append(f"pax-ucdp-{code}")
    if not inside:
        inside = [slug("pax", "conflict", country)]
        conflicts.setdefault(inside[0], f"{shorten(country, 80)} (PA-X; without a UCDP conflict)")
    if record["PP"]:
        process = slug("pax", "process", record["PP"])
        processes.setdefault(
            process, f"{shorten(clean(record['PPName']) or 'Peace process', 90)} (PA-X process {record['PP']})"
        )
        of_process[process].update(inside)
        return list(dict.fromkeys([process, *inside]))
    return list(dict.fromkeys(inside))


def _ucdp(identifier: str) -> str:
    code = identifier.removeprefix("pax-ucdp-")
    return f"https://ucdp.uu.se/conflict/{code}" if code != identifier else ""


def _claims(record: Record, number: str, title: str, made: Output) -> int:
    """Write who took part, and return how many claims that made."""
    said: set[tuple[str, str]] = set()
    country = record["Con"]
    for column in ("Part", "ThrdPart"):
        unsigned = column == "ThrdPart" and UNSIGNED.search(record[column])
        for party in parties(record[column]):
            predicate, value, gist = _as_what(column, party)
            if party.reason:
                made.unused(party.reason)
            elif unsigned and predicate == "signed":
                made.unused("a third party that did not sign and is not said to mediate")
            else:
                actor = made.actor(party.name, country)
                if (actor, predicate) in said:
                    made.account.names["repeated in its cell"] += 1
                elif len(said) == _MOST_CLAIMS:
                    made.unused(f"more than {_MOST_CLAIMS} names in one record")
                else:
                    said.add((actor, predicate))
                    made.relation(
                        f"r{DATASET.digit}{int(number):06d}{len(said):03d}",
                        actor,
                        predicate,
                        f"pax-{number}",
                        f"{shorten(party.name, 80)} {gist} {shorten(title, 80)}.",
                        value=value,
                        source="pax",
                        locator=str(record.number),
                        note=f"AgtId {number}, {column}",
                    )
    return len(said)


def _as_what(column: str, party: Party) -> tuple[str, str, str]:
    """Predicate, value and words of the gist."""
    if column == "Part":
        return "partyTo", "", "is listed as a party to"
    if MEDIATES.search(party.line):
        return "mediatedIn", "", "is listed as mediating or facilitating"
    return "signed", "as a third party", "is listed as a third party to"
