"""A case of one's own, set against the graph: precedents, what followed there, advice, who is left out.

The case is a small CSV with columns of relations.csv. Its rows live in a graph of their own, made
for the answer and thrown away with it; nothing of them enters the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from negograph.analysis.cases import Case, case_of, cases
from negograph.analysis.detection import detect
from negograph.analysis.precedents import NOTES, precedents, ranked
from negograph.answers import Answer, Section
from negograph.corpus import Cell, Corpus
from negograph.errors import DataError, UnknownEntityError
from negograph.ontology import Ontology
from negograph.questions import Question
from negograph.reports import Report
from negograph.tables import Row, Table
from negograph.tables.reading import Finding, hygiene, locate, read_table
from negograph.tables.rules import findings_of

__all__ = ["COLUMNS", "OWN_CASE", "assess", "read_case", "template"]

OWN_CASE = "own-case"
"""Id of the source that the rows of the case are set under; a row's paragraph is its line in the file."""
COLUMNS = (
    "subject",
    "predicate",
    "object",
    "value",
    "context",
    "target",
    "aspect",
    "start",
    "end",
    "modality",
    "polarity",
    "gist",
    "note",
)
"""The columns of relations.csv that a case may have; subject and predicate it must have."""
_NAMES = ("subject", "object", "context", "target", "aspect")
_NEW = re.compile(r"([A-Z][A-Za-z]*): ?(.+)")
_FIRST_ID = 900001
_NEAREST = 3

Rows = dict[str, list[dict[str, str]]]


@dataclass
class _Reading:
    """What reading the file has found so far."""

    resolve: Callable[[str], str]
    ontology: Ontology
    rows: Rows
    new: dict[str, dict[str, str]] = field(default_factory=dict)
    """New entities by their label, case folded."""
    findings: list[Finding] = field(default_factory=list)


def template() -> str:
    """A case to start from, as CSV: new things are written as ``Kind: label`` where they first stand."""
    lines = [
        "subject,predicate,object,context,target,start,gist",
        "State: our side,initiated,Negotiation: our talks,,,2026-03,We opened talks.",
        "State: the other side,counterpartIn,our talks,,,,They came to the table.",
        "our talks,shutOut,State: our ally,,,,Our ally was not told.",
        "our side,alliedWith,our ally,,,,We are allies.",
        "our side,usedTactic,secret talks,our talks,our ally,,The talks were kept secret.",
        "our side,usedTactic,pressure and force,our talks,our ally,,We pressed our ally to agree.",
        "our side,conceded,ceasefire in Ukraine,our talks,the other side,,We gave up a demand.",
    ]
    return "\n".join(lines) + "\n"


def read_case(file: Path, resolve: Callable[[str], str], rows: Rows, ontology: Ontology) -> tuple[str, Rows]:
    """Read a case from ``file`` and return its id and the tables with the case added.

    Args:
        file: the CSV.
        resolve: the id of a known entity by id, label or alias; raises UnknownEntityError.
        rows: the tables that it is set against; they are not changed.
        ontology: what the rows may say.

    Raises:
        DataError: with every problem of the file, each with line, column and mend.
    """
    columns = [replace(ontology.columns["relations"][name], required=name in COLUMNS[:2]) for name in COLUMNS]
    table, findings = read_table(file, "relations", tuple(columns))
    reading = _Reading(resolve, ontology, rows, findings=findings)
    read = [(row.line, _resolved(row, reading)) for row in table.rows]
    case = next((each["id"] for each in reading.new.values() if ontology.is_a(each["kind"], ["Happening"])), "")
    if not case and not reading.findings:
        mend = "write it as 'Negotiation: a name' where it first stands"
        reading.findings.append(Finding(0, None, "case", "no new talks, deal or event is named", mend))
    merged = _merged(file, table, read, reading)
    told: set[tuple[int, str | int | None]] = {(each.line, each.column) for each in reading.findings}
    told |= {(line, "gist") for line, cells in read if not cells["gist"]}  # that one is made of the other cells
    content = [each for each in _content(merged, table, read, ontology) if (each.line, each.column) not in told]
    if found := [*reading.findings, *content]:
        raise DataError(locate(file, table.header, found))
    return case, merged


def _resolved(row: Row, reading: _Reading) -> dict[str, str]:
    """The cells of a row with ids in place of names; a new thing is made where ``Kind: label`` stands."""
    cells = {name: row[name] for name in COLUMNS}
    for name in COLUMNS:
        if defect := hygiene(cells[name]):
            reading.findings.append(Finding(row.line, name, *defect))
    for name in _NAMES:
        if cells[name] and not hygiene(cells[name]):
            cells[name] = _identifier(row.line, name, cells[name], reading)
    return cells


def _identifier(line: int, column: str, text: str, reading: _Reading) -> str:
    if text.casefold() in reading.new:
        return reading.new[text.casefold()]["id"]
    declared = _NEW.fullmatch(text)
    if declared and declared[1] in reading.ontology.kinds:
        return _declared(line, column, declared[1], declared[2].strip(), reading)
    try:
        return reading.resolve(text)
    except UnknownEntityError as error:
        message, _, hint = str(error).partition("; ")
        new = f"{'' if hint.endswith('?') else ';'} if it is new, write its kind before it: 'State: {text}'"
        found = Finding(
            line, column, "reference", message.removesuffix(": use the id"), hint + new if hint else "use the id"
        )
        reading.findings.append(found)
        return text


def _declared(line: int, column: str, kind: str, label: str, reading: _Reading) -> str:
    """The id of a thing that is written with its kind: a new one, unless the kind has been said before."""
    if before := reading.new.get(label.casefold()):
        if before["kind"] != kind:
            found = f"'{label}' is {before['kind']} further up, and {kind} here"
            reading.findings.append(Finding(line, column, "kind", found, "write one kind, or another name"))
        return before["id"]
    if taken := _taken(kind, label, reading):
        mend = f"to mean it, write '{taken}'; for another one, write another name"
        reading.findings.append(Finding(line, column, "reference", f"the graph knows {kind} '{label}' already", mend))
    known = {row["id"] for row in reading.rows["entities"]} | {row["id"] for row in reading.new.values()}
    slug = re.sub(r"[^a-z0-9]+", "-", label.casefold()).strip("-")[:50] or "thing"
    names = chain((slug, f"own-{slug}"), (f"own-{slug}-{number}" for number in count(2)))
    identifier = next(name for name in names if name not in known)
    empty = dict.fromkeys(reading.ontology.columns["entities"], "")
    reading.new[label.casefold()] = {**empty, "id": identifier, "kind": kind, "label": label}
    return identifier


def _taken(kind: str, label: str, reading: _Reading) -> str:
    """The id of a thing of the graph that has this label or alias and this kind."""
    try:
        known = reading.resolve(label)
    except UnknownEntityError:
        return ""
    return known if any(row["id"] == known and row["kind"] == kind for row in reading.rows["entities"]) else ""


def _merged(file: Path, table: Table, read: Iterable[tuple[int, dict[str, str]]], reading: _Reading) -> Rows:
    """The tables with the case added."""
    empty = dict.fromkeys(reading.ontology.columns["relations"], "")
    by_id = {row["id"]: row for row in reading.new.values()}
    claims = []
    for number, (line, cells) in enumerate(read):
        ends = (cells["subject"], cells["predicate"], cells["object"] or cells["value"])
        own = {"id": f"r{_FIRST_ID + number}", "source": OWN_CASE, "locator": str(line)}
        claims.append({**empty, **cells, **own, "gist": cells["gist"] or " ".join(filter(None, ends))})
        begun = by_id.get(cells["object"], {})
        if cells["predicate"] == "initiated" and begun and not begun["start"]:
            begun["start"] = cells["start"]
    source = dict.fromkeys(reading.ontology.columns["sources"], "")
    last = str(max((row.line for row in table.rows), default=0))
    source |= {"id": OWN_CASE, "title": f"the case in {file.name}", "paragraphs": last}
    return {
        **reading.rows,
        "entities": [*reading.rows["entities"], *reading.new.values()],
        "relations": [*reading.rows["relations"], *claims],
        "sources": [*reading.rows["sources"], source],
    }


def _content(
    merged: Rows, table: Table, read: list[tuple[int, dict[str, str]]], ontology: Ontology
) -> Iterator[Finding]:
    """What the rows of the case say amiss; those of the data have been checked."""
    lines = {f"r{_FIRST_ID + number}": line for number, (line, _) in enumerate(read)}
    tables = {
        name: Table(name, tuple(Row(lines.get(row.get("id", ""), 0), row) for row in rows))
        for name, rows in merged.items()
    }
    tables["relations"] = replace(tables["relations"], lost=table.lost)
    yield from (finding for finding in findings_of(tables, ontology)["relations"] if finding.line)


# The report


def assess(corpus: Corpus, case: str, rule: Question) -> Report:
    """Set a case that :func:`read_case` has added beside the rest of the graph."""
    known = {name: each for name, each in cases(corpus).items() if name != case}
    own = case_of(corpus, case)
    nearest = [other for other, _ in ranked(corpus, own, known)[:_NEAREST]]
    left_out = detect(corpus, rule, deal=case)
    parts = (
        precedents(corpus, own, known),
        _sequels(corpus, own, nearest),
        _advice(corpus, own),
        corpus.titled("bypasses", "Whom it goes around", corpus.ask("bypasses", deal=case)),
        corpus.titled("left-out", "Who else may be left out (hypotheses)", left_out.parts[0]),
    )
    title = f"{own.label}, set against the graph"
    notes = (*NOTES, *left_out.notes)
    return Report(title, parts, corpus.store, corpus.ontology.prefixes, notes=notes, made=left_out.made)


def _sequels(corpus: Corpus, case: Case, others: Iterable[Case]) -> Answer:
    """What followed in the nearest precedents, with the steps in common."""
    rows: list[Mapping[str, Cell]] = []
    for other in others:
        shared = " · ".join(other.steps[code].label for code in sorted(case.steps.keys() & other.steps.keys()))
        for row in corpus.ask("what-followed", negotiation=other.id):
            there = {
                "precedent": corpus.entity(other.id),
                "inCommon": shared,
                "followed": corpus.thing(row.followed),
                "followedLabel": corpus.label(row.followed),
                "followedDate": row.followedDate,
                "link": row.link,
            }
            rows += [{**there, **cells} for cells in corpus.provenance(row.claim)]
    return corpus.answer(
        "what-followed",
        "What followed in the nearest precedents",
        "precedent inCommon followed followedLabel followedDate link gist saidBy source paragraph claim",
        rows,
        Section("", ("precedent",)),
        Section("steps in common", ("inCommon",)),
        Section(
            "what followed",
            ("followed", "followedDate", "link", "saidBy", "source", "paragraph"),
            _SAID,
            heads={"followedDate": "when"},
        ),
    )


_SAID = frozenset({"saidBy"})


def _advice(corpus: Corpus, case: Case) -> Answer:
    """Advice that was ignored elsewhere by a step that this case takes too."""
    rows: list[Mapping[str, Cell]] = []
    ignored = [row for row in corpus.accepted if row["predicate"] == "ignoredIn"]
    known = {place: case_of(corpus, place) for place in dict.fromkeys(row["object"] for row in ignored)}
    for fate in ignored:
        elsewhere = known[fate["object"]]
        evidence = set(fate["evidence"].split("|"))
        steps = [step for code, step in elsewhere.steps.items() if code in case.steps and evidence & set(step.claims)]
        if not steps:
            continue
        broken: dict[str, Cell] = {
            "advice": corpus.entity(fate["subject"]),
            "step": ", ".join(step.label for step in steps),
            "ignoredIn": corpus.entity(fate["object"]),
            "because": fate["gist"],
            "fateClaim": corpus.claim(fate["id"]),
        }
        for given in corpus.claims.values():
            stands = given["polarity"] != "negated" and given["rank"] != "deprecated"
            if given["predicate"] == "recommends" and given["object"] == fate["subject"] and stands:
                rows += [{**broken, **cells} for cells in corpus.provenance(given["id"])]
    return corpus.answer(
        "advice",
        "Advice that other cases ignored by a step that it takes too",
        "advice step ignoredIn because fateClaim gist saidBy source paragraph claim",
        rows,
        Section("", ("advice",)),
        Section("given by", ("gist", "saidBy", "source", "paragraph"), _SAID),
        Section("the step, and where the curators see it ignored", ("step", "ignoredIn", "because")),
    )
