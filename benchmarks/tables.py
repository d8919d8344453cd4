"""Tables of any size in the shape of the packaged data: ``python -m benchmarks.tables ROWS -o DIR [--seed N]``.

They are made theatre by theatre: a war, the talks about it, who was there and who was not, what
followed, and what is said of it, in the proportions of the packaged tables. Every question finds
rows in every theatre, and ``negograph check`` finds nothing. A theatre refers to what all share
(powers, aspects, verdicts, tactics) and to one theatre before it, so that what a question finds
grows with the tables and not with their square. The same seed gives the same bytes; memory does
not grow with the rows.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from negograph.ontology import Ontology, load_ontology

PARAGRAPHS = 30
"""Of the one source of a theatre."""

_KINDS = {
    "conflict": ("Conflict", 1),
    "talks": ("Negotiation", 5),
    "deal": ("Agreement", 5),
    "event": ("Event", 12),
    "state": ("State", 4),
    "body": ("GovernmentBody", 3),
    "person": ("Person", 9),
    "group": ("Group", 9),
    "organisation": ("Organisation", 6),
    "militia": ("ArmedGroup", 1),
    "place": ("Place", 2),
    "outcome": ("Outcome", 28),
    "issue": ("Issue", 20),
    "advice": ("Advice", 13),
    "tactic": ("Tactic", 8),
    "trait": ("Trait", 6),
}
"""What a theatre has: the word of its ids, its kind, and how many."""

_COMMON = {"power": ("State", 6), "method": ("Tactic", 10), "quality": ("Trait", 10), "town": ("Place", 4)}
"""What all theatres share, besides aspects and verdicts."""

_ASPECTS = (
    "completeness",
    "durability",
    "tangible-results",
    "conduct",
    "fairness",
    "preparation",
    "timing",
    "trust",
    "credibility",
    "cost",
)
"""The first three are known to a question."""

_SUBTYPES = ("summit", "meeting", "call", "visit", "letter", "statement", "attack", "withdrawal", "collapse")
_STATUSES = ("signed", "lapsed", "proposed", "withdrawn-from")

_CLAIMS: tuple[tuple[str, int, str, str, str], ...] = (
    ("assessedAs", 30, "talks deal event outcome tactic", "verdict", "aspect"),
    ("usedTactic", 24, "person state", "tactic method", "context target"),
    ("about", 22, "talks deal event advice", "issue outcome", ""),
    ("ledTo", 8, "talks deal event issue tactic", "outcome event", "context"),
    ("partyTo", 12, "person state group militia", "talks deal event", ""),
    ("aimedAt", 15, "person state talks", "outcome issue", "context target"),
    ("contributedTo", 15, "outcome event tactic issue", "outcome", "context"),
    ("recommends", 13, "person organisation", "advice", "target"),
    ("hasTrait", 12, "person state", "trait quality", ""),
    ("initiated", 5, "person state power", "talks deal event", ""),
    ("occurredOn", 9, "event deal talks outcome", "", "date"),
    ("heldPost", 7, "person", "state body", "value validity"),
    ("regardedAs", 6, "person state power", "verdict", "target aspect"),
    ("followedBy", 5, "event talks deal", "event outcome", "context"),
    ("announced", 4, "person state", "outcome event", "target"),
    ("tookPlaceIn", 4, "talks event", "place town", ""),
    ("contrastsWith", 3, "talks deal person", "talks deal person", "aspect"),
    ("counterpartIn", 3, "group militia state", "talks deal", ""),
    ("demanded", 4, "person state power", "outcome issue", "context target"),
    ("memberOf", 4, "person state", "group organisation", "validity"),
    ("stipulates", 3, "deal", "outcome issue", "value"),
    ("resultedIn", 3, "talks event", "deal outcome", ""),
    ("promised", 3, "person state", "outcome issue", "context target"),
    ("affiliatedWith", 2, "person", "organisation", "value"),
    ("conceded", 2, "state", "issue", "context target"),
    ("represented", 2, "person group", "state militia", "context"),
    ("offered", 2, "person", "outcome", "context target"),
    ("threatened", 2, "person power", "outcome", "context target"),
    ("pressuredIn", 2, "state group", "talks event", "target"),
    ("refused", 2, "state militia", "issue", "context target"),
    ("met", 2, "person", "person power", "context"),
    ("called", 1, "person", "state", "context"),
    ("discredited", 1, "person", "person group", ""),
    ("praised", 1, "person", "state", "context"),
    ("predicts", 2, "person organisation", "outcome", ""),
    ("joined", 1, "state", "deal organisation", ""),
    ("signed", 1, "state person", "deal", ""),
    ("replaces", 1, "deal", "deal", ""),
    ("mediatedIn", 1, "power organisation", "talks", ""),
    ("hosted", 1, "state power", "event talks", ""),
    ("alliedWith", 1, "state power", "group state", "validity"),
    ("attacked", 1, "state militia", "place state", ""),
    ("suspendedAid", 1, "power", "state", "value context"),
    ("reactedTo", 1, "event outcome", "event deal", ""),
    ("kinOf", 1, "person", "person", "value"),
)
"""Predicate, how many in a theatre, words of its subjects, of its objects, and what else the row says."""

_FILL = (
    "after long talks behind closed doors",
    "as the text tells it in passing",
    'in what it calls a "working" visit',
    "which others had warned of, early and late",
    "before anybody else had been asked",
    "without naming the hour or the place",
    "on terms that were never published",
    "while the café next door stayed open",
)


@dataclass
class _Theatre:
    """What one theatre has said so far."""

    number: int
    source: str
    ids: dict[str, list[str]]
    claims: list[str] = field(default_factory=list)
    cited: set[int] = field(default_factory=set)
    said: set[tuple[str, ...]] = field(default_factory=set)


class _Writer:
    """The tables, open for writing, and the numbers of their rows."""

    def __init__(self, directory: Path, ontology: Ontology, seed: int, stack: ExitStack) -> None:
        self.ontology, self.random = ontology, Random(seed)
        self.counts = dict.fromkeys(ontology.columns, 0)
        self._columns = {table: list(columns) for table, columns in ontology.columns.items()}
        self._writers: dict[str, Any] = {}
        for table, columns in self._columns.items():
            stream = stack.enter_context((directory / f"{table}.csv").open("w", newline="", encoding="utf-8"))
            self._writers[table] = csv.writer(stream, lineterminator="\n")
            self._writers[table].writerow(columns)

    @property
    def rows(self) -> int:
        """How many rows have been written, in all tables together."""
        return sum(self.counts.values())

    def row(self, table: str, cells: Mapping[str, str]) -> None:
        """Write one row."""
        self._writers[table].writerow([cells.get(name, "") for name in self._columns[table]])
        self.counts[table] += 1


def write(directory: Path, rows: int, seed: int = 1) -> dict[str, int]:
    """Write tables of at least ``rows`` rows into ``directory``, the last theatre whole.

    Returns:
        How many rows each table has.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        out = _Writer(directory, load_ontology(), seed, stack)
        common = _commons(out)
        number = 0
        while out.rows < rows or not number:
            number += 1
            _theatre(out, number, common)
        return out.counts


def write_chain(directory: Path, length: int, predicate: str = "followedBy", *, nested: bool = False) -> None:
    """Write tables of one chain of ``length`` claims, from ``event-0`` to the last.

    With ``nested`` each event is part of the one before it as well.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        out = _Writer(directory, load_ontology(), 1, stack)
        out.row("sources", {"id": "text", "title": "A text", "paragraphs": "1", "published": "2020"})
        out.row("coverage", {"source": "text", "paragraph": "1", "status": "coded"})
        for number in range(length + 1):
            above = f"event-{number - 1}" if nested and number else ""
            out.row(
                "entities", {"id": f"event-{number}", "kind": "Event", "label": f"Event {number}", "part_of": above}
            )
        for number in range(length):
            gist = f"After event {number} came the next."
            ends = {"subject": f"event-{number}", "predicate": predicate, "object": f"event-{number + 1}"}
            out.row("relations", {"id": f"r{number + 1:04}", **ends, "source": "text", "locator": "1", "gist": gist})


# What all theatres share


def _commons(out: _Writer) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for word, (kind, count) in _COMMON.items():
        ids[word] = [f"{word}-{number}" for number in range(count)]
        for number, each in enumerate(ids[word]):
            broader = f"{word}-{number % 3}" if kind == "Tactic" and number > 2 else ""
            out.row("entities", {"id": each, "kind": kind, "label": f"{word.title()} {number}", "broader": broader})
    ids["aspect"] = list(_ASPECTS)
    for each in _ASPECTS:
        out.row("entities", {"id": each, "kind": "Aspect", "label": each.replace("-", " ")})
    ids["verdict"] = [f"verdict-{number}" for number in range(20)]
    for number, each in enumerate(ids["verdict"]):
        valence = str(number % 5 - 2)
        out.row("entities", {"id": each, "kind": "Verdict", "label": f"Verdict {number}", "valence": valence})
    out.row("sources", {"id": "editorial", "title": "General knowledge of the curators", "paragraphs": "0"})
    return ids


# One theatre


def _theatre(out: _Writer, number: int, common: Mapping[str, list[str]]) -> None:
    own = {
        word: [f"{word}-{number}-{place}" for place in range(count)]
        for word, (_, count) in _KINDS.items()
    }  # fmt: skip
    theatre = _Theatre(number, f"text-{number}", {**common, **own})
    _entities(out, theatre)
    _planted(out, theatre)
    for predicate, count, subjects, objects, more in _CLAIMS:
        for _ in range(count):
            _drawn(out, theatre, predicate, subjects.split(), objects.split(), more.split())
    _inferences(out, theatre)
    _source(out, theatre)
    _story(out, theatre)


def _entities(out: _Writer, theatre: _Theatre) -> None:
    random, ids = out.random, theatre.ids
    for word, (kind, _) in _KINDS.items():
        for place, each in enumerate(ids[word]):
            cells = {"id": each, "kind": kind, "label": f"{word.title()} {theatre.number}-{place}"}
            if random.random() < 0.35:
                cells["aliases"] = f"{word.title()} {theatre.number}/{place}|The {place}. {word} of {theatre.number}"
            if random.random() < 0.7:
                cells["description"] = f"What theatre {theatre.number} knows as its {word}, {random.choice(_FILL)}"
            cells |= _of_kind(out, theatre, word, place)
            out.row("entities", cells)


def _of_kind(out: _Writer, theatre: _Theatre, word: str, place: int) -> dict[str, str]:
    """Dates, wholes, sorts: what only some kinds have."""
    random, ids = out.random, theatre.ids
    conflict = ids["conflict"][0]
    if word == "conflict":
        return {"start": str(1990 + theatre.number % 30)}
    if word == "talks":
        whole = conflict if place < 3 else ids["talks"][place - 3]
        status = ("concluded", "stalled", "failed", "active", "")[place]
        return {"part_of": whole, "start": _date(random), "end": "..", "status": status} if place % 2 == 0 else {
            "part_of": whole, "status": status}  # fmt: skip
    if word == "deal":
        whole, subtype = ids["talks"][place], random.choice(("partial", "comprehensive", ""))
        return {"part_of": whole, "start": _date(random), "status": _STATUSES[place % 4], "subtype": subtype}
    if word == "event":
        whole = random.choice((conflict, *ids["talks"]))
        date = _date(random) if random.random() < 0.8 else ""
        return {"part_of": whole, "start": date, "subtype": _SUBTYPES[place % len(_SUBTYPES)]}
    if word == "body":
        return {"part_of": ids["state"][place]}
    if word == "tactic":
        return {"broader": ids["tactic"][place % 2] if place > 3 else random.choice(ids["method"])}
    return {}


def _date(random: Random) -> str:
    year, month, day = random.randint(1995, 2025), random.randint(1, 12), random.randint(1, 28)
    return random.choices(
        (f"{year}-{month:02}-{day:02}", f"{year}-{month:02}", f"{year}", f"{year}-2{month % 4 + 1}", f"{year}~"),
        (50, 25, 15, 5, 5),
    )[0]


def _drawn(
    out: _Writer, theatre: _Theatre, predicate: str, subjects: list[str], objects: list[str], more: list[str]
) -> None:
    """One claim of a predicate, its ends by chance."""
    random, ids = out.random, theatre.ids
    subject = random.choice(ids[random.choice(subjects)])
    target = random.choice(ids[random.choice(objects)]) if objects else ""
    if subject == target:
        return
    cells: dict[str, str] = {}
    if "context" in more and random.random() < 0.8:
        cells["context"] = random.choice(ids["talks"])
    if "target" in more and (predicate == "regardedAs" or random.random() < 0.6):
        words = ("tactic", "person", "state") if predicate == "regardedAs" else ("person", "state", "power", "group")
        cells["target"] = random.choice(ids[random.choice(words)])
    if "aspect" in more and random.random() < 0.8:
        cells["aspect"] = random.choice(ids["aspect"])
    if "value" in more and random.random() < 0.5:
        cells["value"] = random.choice((str(random.randint(2, 9000)), "0.25", "for a time", "once or twice"))
    if "validity" in more and random.random() < 0.3:
        start = random.randint(1995, 2015)
        cells |= {"start": str(start), "end": random.choice(("..", str(start + random.randint(0, 8))))}
    if "date" in more:
        cells["value"] = _date(random)
    known = out.ontology.predicates[predicate]
    drawn = random.choices(("", "predicted", "alleged", "assessed"), (88, 6, 3, 3))[0]
    cells["modality"] = drawn if drawn in known.modalities and drawn != known.default_modality else ""
    cells["polarity"] = "negated" if random.random() < 0.06 else ""
    cells["rank"] = random.choices(("", "deprecated", "preferred"), (980, 12, 8))[0]
    _claim(out, theatre, subject, predicate, target, **cells)


def _claim(out: _Writer, theatre: _Theatre, subject: str, predicate: str, to: str = "", /, **cells: str) -> str:
    """Write one claim with its source, speaker and gist, unless the theatre has said it already."""
    random, ids = out.random, theatre.ids
    if "evidence" not in cells:
        first = random.randint(1, PARAGRAPHS - 6)  # the last ones hold nothing
        second = first + random.randint(1, 3)
        form = random.choices((f"{first}", f"{first}-{second}", f"{first}|{second}"), (75, 10, 15))[0]
        cells |= {"source": theatre.source, "locator": form}
        if random.random() < 0.35:
            speakers = random.sample(ids["person"] + ids["group"], 1 if random.random() < 0.9 else 2)
            cells["attributed_to"] = "|".join(sorted(speakers))
            cells["via"] = random.choice(ids["organisation"]) if random.random() < 0.3 else ""
        if random.random() < 0.03:
            cells |= {"source": "editorial", "locator": "", "attributed_to": "", "via": ""}
    said = (subject, predicate, to, *(f"{name}={cells[name]}" for name in sorted(cells) if cells[name]))
    if said in theatre.said:
        return theatre.claims[-1]
    theatre.said.add(said)
    if cells.get("source") == theatre.source:
        ends = [int(each) for each in cells["locator"].replace("|", "-").split("-")]
        theatre.cited.update(range(ends[0], ends[-1] + 1) if "-" in cells["locator"] else ends)
    identifier = f"r{out.counts['relations'] + 1:04}"
    meaning = out.ontology.predicates[predicate].label
    gist = f"{subject} {meaning} {to or cells['value']}, {random.choice(_FILL)} ({identifier})."
    confidence = random.choices(("high", "medium", "low"), (60, 30, 10))[0]
    note = random.choice(_FILL) if random.random() < 0.2 else ""
    own = {"id": identifier, "subject": subject, "predicate": predicate, "object": to, "gist": gist}
    out.row("relations", {**own, **cells, "confidence": confidence, "note": note})
    theatre.claims.append(identifier)
    return identifier


def _planted(out: _Writer, theatre: _Theatre) -> None:
    """What the questions look for: who was gone around, what followed, and who contradicts whom."""
    ids = theatre.ids

    def say(subject: str, predicate: str, to: str = "", /, **cells: str) -> str:
        return _claim(out, theatre, subject, predicate, to, **cells)

    talks, deals, events, states, persons = (ids[word] for word in ("talks", "deal", "event", "state", "person"))
    power = out.random.choice(ids["power"])
    say(states[0], "atWarWith", states[1], context=ids["conflict"][0])
    say(states[0], "partyTo", ids["conflict"][0])
    say(power, "backs", states[0])
    say(power, "alliedWith", ids["group"][0])
    say(persons[0], "heldPost", power, value="head of its mission")
    say(persons[1], "heldPost", states[0], value="president", start="2010", end="..")
    say(persons[2], "heldPost", states[1], value="president", start="2012")
    for place, deal in enumerate((talks[0], talks[1], deals[0])):
        say(persons[0], "initiated", deal)
        say(persons[1 + place % 2], "partyTo", deal)
        say(states[1], "counterpartIn", deal)
        manner = ("bypassed", "shutOut", "informedAfterwards", "sidelined")[(theatre.number + place) % 4]
        say(deal, manner, (states[0], ids["group"][0], ids["group"][0])[place])
    say(deals[1], "bypassed", ids["issue"][0])
    say(power, "mediatedIn", talks[0])
    for middle in (power, persons[3]):
        say(middle, "partyTo", events[0])
        say(middle, "partyTo", events[1])
    say(persons[1], "partyTo", events[0])
    say(persons[2], "partyTo", events[1])
    before = talks[0]
    for place in range(10):  # a chain of causes
        after = ids["outcome"][place]
        say(before, ("ledTo", "ledTo", "contributedTo")[place % 3], after, context=talks[0])
        before = after
    say(deals[0], "followedBy", events[3])
    say(deals[1], "followedBy", events[4])
    say(events[3], "reactedTo", deals[0])
    say(ids["tactic"][0], "prevented", ids["outcome"][11])
    met = say(persons[4], "counteredTactic", ids["tactic"][0], target=persons[0], context=talks[0])
    say(met, "ledTo", ids["outcome"][12])
    use = say(persons[0], "usedTactic", ids["tactic"][1], context=talks[0], target=persons[1])
    say(use, "contributedTo", ids["outcome"][13])
    say(ids["tactic"][1], "definedAs", value=f"{out.random.choice(_FILL)}, over and over")
    good, bad = ids["verdict"][4], ids["verdict"][0]
    pairs = [
        (say(thing, "assessedAs", good, aspect=aspect), say(thing, "assessedAs", bad, aspect=aspect))
        for thing, aspect in ((talks[0], "conduct"), (ids["tactic"][0], "fairness"), (deals[0], "durability"))
    ]
    pairs.append(
        (say(persons[5], "hasTrait", ids["trait"][0]), say(persons[5], "hasTrait", ids["trait"][0], polarity="negated"))
    )
    pairs.append((say(events[2], "occurredOn", value="2018-06"), say(events[2], "occurredOn", value="2019-02-27")))
    amounts = [say(deals[2], "stipulates", ids["outcome"][14], value=amount) for amount in ("1500", "5000")]
    pairs.append((amounts[0], amounts[1]))
    for one, other in pairs:
        say(one, "disputes", other)
        say(out.random.choice(theatre.claims[:20]), "supports", one)
    foretold = say(persons[6], "predicts", ids["outcome"][15])
    say(pairs[0][0], "supports", foretold)
    say(states[2], "withdrewFrom", deals[3])
    say(persons[7], "reversed", events[5], context=talks[1])
    say(deals[1], "followedBy", ids["outcome"][16])
    say(deals[4], "replaces", deals[3])
    say(talks[2], "resultedIn", deals[2], polarity="negated", modality="assessed")
    say(persons[2], "represented", states[1], context=talks[0])
    earlier = out.random.randint(1, theatre.number)
    if earlier < theatre.number:
        say(talks[0], "replaysPlaybookOf", f"talks-{earlier}-0", aspect=ids["method"][0])
        say(talks[1], "contrastsWith", f"talks-{earlier}-1", aspect="preparation")
    else:
        say(talks[0], "replaysPlaybookOf", talks[1], aspect="preparation")


def _inferences(out: _Writer, theatre: _Theatre) -> None:
    """Advice that was heeded or ignored, and claims that bear on others: rows that the curators infer."""
    random, ids = out.random, theatre.ids
    for place, advice in enumerate(ids["advice"][:6]):
        evidence = "|".join(sorted(random.sample(theatre.claims, 2), key=lambda each: int(each[1:])))
        _claim(out, theatre, random.choice(ids["person"]), "recommends", advice, target=random.choice(ids["state"]))
        where = random.choice(ids["talks"] + ids["event"])
        _claim(out, theatre, advice, "heededIn" if place % 3 else "ignoredIn", where, evidence=evidence)
    for _ in range(3):
        one, other = random.sample(theatre.claims, 2)
        _claim(out, theatre, one, "supports", other, evidence=f"{one}")


def _source(out: _Writer, theatre: _Theatre) -> None:
    random, source = out.random, theatre.source
    cells = {"id": source, "file": f"{source}.md", "title": f"What theatre {theatre.number} came to", "language": "en"}
    cells |= {"authors": f"Author {theatre.number}", "published": _date(random), "paragraphs": str(PARAGRAPHS)}
    out.row("sources", {**cells, "sha256": sha256(source.encode()).hexdigest()})
    for number in range(1, PARAGRAPHS + 1):
        coded = number in theatre.cited
        word = {"status": "coded"} if coded else {"status": "nothing-to-code", "reason": "Title, or a picture"}
        out.row("coverage", {"source": source, "paragraph": str(number), **word})


def _story(out: _Writer, theatre: _Theatre) -> None:
    ids, claims = theatre.ids, theatre.claims
    for step in range(1, 4):
        told = "|".join(claims[step * 4 : step * 4 + 4])
        text = f"Step {step} of what happened in theatre {theatre.number}, {out.random.choice(_FILL)}."
        cells = {"story": f"story-{theatre.number}", "step": str(step), "title": f"Around {ids['state'][0]}"}
        about = "|".join(sorted((ids["talks"][0], ids["state"][0])))
        out.row("stories", {**cells, "header": f"Step {step}", "text": text, "entities": about, "claims": told})


def main(arguments: Sequence[str] | None = None) -> None:
    """Write tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("rows", type=lambda text: int(float(text)))
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    counts = write(given.output, given.rows, given.seed)
    print(f"{given.output}: {sum(counts.values()):,} rows ({counts})", file=sys.stderr)


if __name__ == "__main__":
    main()
