"""R5: before, after and at the same time, as two SPARQL engines say and as a calendar says.

The calendar is walked day by day: a day belongs to ``2019-02`` when its ISO form begins so, and to
a season when its month is one of three. None of negograph's code is asked.
"""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

from benchmarks.reliability.trials import Rows, Trial, say, scratch, write_folder
from negograph.kg import KnowledgeGraph, load

__all__ = ["r5"]

Span = tuple[date | None, date | None]
_SEASONS = {"21": ("03", "04", "05"), "22": ("06", "07", "08"), "23": ("09", "10", "11")}
_YEARS = (1, 2, 43, 476, 1582, 1899, 1900, 1999, 2000, 2017, 2018, 2019, 2020, 2021, 2024, 2026, 9990)

# rdflib 7.6 loses rows where OPTIONAL comes right behind VALUES; the two names stand between them
QUERY = """SELECT ?a ?b ?before ?after ?overlap
WHERE {
  VALUES (?a ?b) { %s }
  ?a rdfs:label|ng:gist ?nameA . ?b rdfs:label|ng:gist ?nameB .
  OPTIONAL { ?a ng:earliest ?firstA } OPTIONAL { ?a ng:latest ?lastA }
  OPTIONAL { ?b ng:earliest ?firstB } OPTIONAL { ?b ng:latest ?lastB }
  BIND (BOUND(?lastA) && BOUND(?firstB) && ?lastA < ?firstB AS ?before)
  BIND (BOUND(?firstA) && BOUND(?lastB) && ?firstA > ?lastB AS ?after)
  BIND ((!BOUND(?firstA) || !BOUND(?lastB) || ?firstA <= ?lastB)
        && (!BOUND(?firstB) || !BOUND(?lastA) || ?firstB <= ?lastA) AS ?overlap)
}"""


def days_of(text: str) -> tuple[date, date]:
    """First and last day of a year, month, season or day, found by walking through the calendar."""
    plain = text.rstrip("?~%")
    day, found = date(int(plain[:4]), 1, 1), []
    year, _, part = plain.partition("-")
    for _ in range(430):
        iso = day.isoformat()
        if part == "24":
            hit = iso[:7] in (f"{year}-12", f"{int(year) + 1:04d}-01", f"{int(year) + 1:04d}-02")
        else:
            hit = iso[:4] == year and iso[5:7] in _SEASONS[part] if part in _SEASONS else iso.startswith(plain)
        if hit:
            found.append(day)
        day += timedelta(days=1)
    return found[0], found[-1]


def a_date(chance: random.Random, year: int) -> str:
    """A date of any precision, in that year or the next."""
    year += chance.randrange(2)
    day = date(year, 1, 1) + timedelta(days=chance.randrange(365))
    forms = (f"{year:04d}", day.isoformat()[:7], f"{year:04d}-{chance.randint(21, 24)}", day.isoformat())
    return chance.choice(forms) + chance.choice(("", "", "~", "?", "%"))


def _dated(chance: random.Random, year: int, name: str, rows: Rows) -> tuple[str, Span]:
    """Add something with a date; its CURIE and the days between which it lies."""
    first, last = sorted((a_date(chance, year), a_date(chance, year)), key=lambda text: days_of(text)[0])
    if days_of(last)[1] < days_of(first)[1]:
        last = first
    form = chance.randrange(8)
    begin, end = days_of(first)[0], days_of(last)[1]
    entity = {"id": name, "kind": "Negotiation", "label": name}
    rows["entities"].append(entity)
    if form < 5:
        cells: list[tuple[dict[str, str], Span]] = [
            ({"kind": "Event", "start": first}, days_of(first)),
            ({"start": first, "end": last}, (begin, end)),
            ({"start": first, "end": ".."}, (begin, None)),
            ({"start": first}, (begin, None)),
            ({"end": last}, (None, end)),
        ]
        entity.update(cells[form][0])
        return f"ngi:{name}", cells[form][1]
    claim = f"r{len(rows['relations']) + 1:04d}"
    claims: list[tuple[dict[str, str], Span]] = [
        ({"predicate": "occurredOn", "value": f"{first}/{last}"}, (begin, end)),
        ({"predicate": "occurredOn", "value": chance.choice((f"{first}/..", f"{first}/"))}, (begin, None)),
        ({"predicate": "occurredOn", "value": first}, days_of(first)),
    ]
    cells_, span = claims[form - 5]
    rows["relations"].append({"id": claim, "subject": name, "source": "text", "gist": f"The date of {name}.", **cells_})
    return f"ngc:{claim}", span


def _truth(a: Span, b: Span) -> tuple[bool, bool, bool]:
    """Before, after, overlap, by plain comparison of days."""
    (first_a, last_a), (first_b, last_b) = (
        ((span[0] or date.min).toordinal(), (span[1] or date.max).toordinal()) for span in (a, b)
    )
    shared = range(max(first_a, first_b), min(last_a, last_b) + 1)
    return last_a < first_b, first_a > last_b, len(shared) > 0


def r5(share: float, seed: int) -> Trial:
    """Pairs of dates in both engines."""
    total = max(int(5000 * share), 20)
    trial = Trial("R5", "pairs of dates: before, after, overlap in pyoxigraph and in rdflib", seed)
    began, chance, number = time.time(), random.Random(seed), 250
    with scratch() as folder:
        while trial.done < total:
            rows: Rows = {
                "entities": [],
                "relations": [],
                "sources": [{"id": "text", "title": "A text", "paragraphs": "0"}],
                "coverage": [],
                "stories": [],
            }
            pairs: dict[tuple[str, str], tuple[Span, Span]] = {}
            for at in range(min(number, total - trial.done)):
                year = chance.choice(_YEARS)
                (one, a), (other, b) = (_dated(chance, year, f"{side}{at}", rows) for side in "ab")
                pairs[one, other] = a, b
            _ask_both(load(write_folder(folder, rows)), pairs, trial)
            say(f"R5: {trial.done:,} of {total:,}, {len(trial.failures)} failures")
    trial.seconds = time.time() - began
    return trial


def _ask_both(kg: KnowledgeGraph, pairs: dict[tuple[str, str], tuple[Span, Span]], trial: Trial) -> None:
    text = QUERY % " ".join(f"({one} {other})" for one, other in pairs)
    spaces = kg.ontology.prefixes
    answers = {
        "pyoxigraph": {(str(row[0]), str(row[1])): tuple(bool(cell) for cell in row[2:]) for row in kg.query(text)},
        "rdflib": {
            tuple(iri.rsplit("/", 1)[1] for iri in row[:2]): tuple(cell.toPython() for cell in row[2:])
            for row in kg.to_rdflib().query(text, initNs=spaces)
        },
    }
    for (one, other), (a, b) in pairs.items():
        truth = _truth(a, b)
        trial.done += 1
        trial.counts[("before", "after", "overlap")[truth.index(True)]] += 1
        for engine, found in answers.items():
            said = found.get((one.partition(":")[2], other.partition(":")[2]))
            trial.expect(said == truth, f"{engine}: {a} and {b} are {truth}, not {said}")
