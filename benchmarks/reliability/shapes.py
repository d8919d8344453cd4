"""R4: the checker and the shapes, which follow from one ontology, refuse the same tables."""

from __future__ import annotations

import json
import random
import time
from functools import cache

import pyshacl
import rdflib
from rdflib.plugins.sparql import processor
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from benchmarks.reliability.trials import Rows, Trial, in_parts, os_cores, small_rows
from negograph import rdf
from negograph.errors import DateError
from negograph.ontology import Ontology, load_ontology, resource
from negograph.rdf import serialize
from negograph.tables import Row, Table
from negograph.tables.rules import findings_of

__all__ = ["r4", "violations"]


@cache
def _prepared(text: str, base: str | None, spaces: tuple[tuple[str, str], ...]) -> object:
    return translateQuery(parseQuery(text), base, dict(spaces))


def _parse_each_rule_once() -> None:
    """Let rdflib remember the queries that it has parsed: pySHACL hands it the same one for every node."""
    processor.parseQuery = lambda text: text
    processor.translateQuery = lambda text, base=None, spaces=None: _prepared(
        text, base, tuple(sorted((prefix, str(space)) for prefix, space in (spaces or {}).items()))
    )


def violations(graph: rdflib.Graph, shapes: rdflib.Graph) -> str:
    """What pySHACL finds, in its own words; empty where the graph conforms."""
    before = processor.parseQuery, processor.translateQuery
    _parse_each_rule_once()
    try:
        conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, advanced=False, inplace=True)
    finally:
        processor.parseQuery, processor.translateQuery = before
    return "" if conforms else text


def the_shapes() -> rdflib.Graph:
    """The committed shapes."""
    return rdflib.Graph().parse(resource("graph", "shapes.ttl"), format="turtle")


def tables_of(rows: Rows) -> dict[str, Table]:
    """Rows as the reader would give them."""
    return {
        name: Table(name, tuple(Row(line, cells) for line, cells in enumerate(each, 2))) for name, each in rows.items()
    }


def mutate(rows: Rows, chance: random.Random, ontology: Ontology) -> str:
    """Change one cell to something else that RDF can say, or copy a claim."""
    if chance.random() < 0.04:
        row = dict(chance.choice(rows["relations"]), id="r0099", gist="The same again.")
        row["modality"] = chance.choice(
            (ontology.predicates[row["predicate"]].default_modality, row.get("modality", ""))
        )
        row["polarity"] = chance.choice(("affirmed", "negated", ""))
        rows["relations"].append(row)
        return f"{row['predicate']} copied"
    entities = [row["id"] for row in rows["entities"]]
    claims = [row["id"] for row in rows["relations"]]
    table = chance.choices(("relations", "entities", "sources", "coverage", "stories"), (10, 7, 1, 2, 2))[0]
    row = chance.choice(rows[table])
    dates = ("", "2018", "2019-02", "2020-02-29", "2021-24", "..", "2020?")
    terms = {name: list(words) for name, words in ontology.terms.items()}
    several = lambda known, nothing: "|".join(  # noqa: E731
        chance.sample([*known, nothing], chance.choice((1, 1, 2)))
    )
    choices = {
        "relations": {
            "subject": [*entities, *claims, "nowhere"],
            "predicate": list(ontology.predicates),
            "object": [*entities, *claims, "nowhere", ""],
            "value": ["", "5", "2019", "2018/..", "a few words", "x" * 301],
            "context": [*entities, "nowhere", ""],
            "target": [*entities, "nowhere", ""],
            "aspect": [*entities, "nowhere", ""],
            "start": dates,
            "end": dates,
            "modality": [*terms["Modality"], ""],
            "polarity": [*terms["Polarity"], ""],
            "rank": [*terms["Rank"], ""],
            "source": ["text", "nowhere", ""],
            "locator": ["", "1", "3", "9", "1-9", "2|3", "1-3"],
            "attributed_to": [several(entities, "nowhere"), ""],
            "via": [several(entities, "nowhere"), ""],
            "gist": ["", "Another sentence.", "x" * 201],
            "evidence": [several(claims, "r9999"), ""],
            "confidence": [*terms["Confidence"], ""],
            "note": ["", "a remark"],
        },
        "entities": {
            "kind": list(ontology.kinds),
            "label": ["", "Another name", "x" * 121, chance.choice(rows["entities"])["label"]],
            "aliases": ["", "one|two"],
            "description": ["", "What it is."],
            "start": dates,
            "end": dates,
            "part_of": [several(entities, "nowhere"), ""],
            "broader": [several(entities, "nowhere"), ""],
            "subtype": [*terms["Subtype"], ""],
            "status": [*terms["Status"], ""],
            "valence": ["-3", "-2", "0", "2", "3", ""],
            "wikidata": ["", "Q1", "Q22686"],
            "same_as": ["", "https://example.org/x"],
        },
        "sources": {
            "title": ["", "Another title"],
            "published": dates,
            "language": ["", "en", "english please"],
            "paragraphs": ["0", "2", "3", "4", ""],
            "sha256": ["", "abc", "0" * 64],
        },
        "coverage": {"source": ["text", "nowhere"], "status": terms["CoverageStatus"], "reason": ["", "a caption"]},
        "stories": {
            "story": ["around-green", "another"],
            "step": ["1", "2", "3", "4", "7"],
            "title": ["Around Green", "Another title"],
            "header": ["", "A header"],
            "text": ["", "A sentence.", "x" * 401],
            "entities": [several(entities, "nowhere"), ""],
            "claims": [several(claims, "r9999"), ""],
        },
    }
    column = chance.choice(list(choices[table]))
    row[column] = chance.choice(list(choices[table][column]))
    return f"{table}.{column}={row[column]!r:.30}"


def both_say(seed: int, ontology: Ontology, shapes: rdflib.Graph) -> tuple[str, bool, list[str], str] | None:
    """(mutation, sound to the checker, its findings, violations); ``None`` where no graph can be built."""
    chance = random.Random(seed)
    rows = small_rows()
    done = "; ".join(mutate(rows, chance, ontology) for _ in range(chance.choice((1, 1, 2, 3))))
    tables = tables_of(rows)
    found = [
        f"{each.code}: {each.message}" for each in (f for some in findings_of(tables, ontology).values() for f in some)
    ]
    try:
        store = rdf.build(tables, ontology)
    except (DateError, ValueError, SyntaxError):  # no date, no number, no object: no triple, and so no shape
        return None
    graph = rdflib.Graph().parse(data=serialize((quad.triple for quad in store), "nt", {}), format="nt")
    return done, not found, found, violations(graph, shapes)


def r4(share: float, seed: int) -> Trial:
    """The checker and pySHACL on mutated graphs."""
    total = max(int(1000 * share), 10)
    trial = Trial("R4", "small tables, one to three cells changed: the checker and pySHACL agree", seed)
    began = time.time()
    workers = os_cores()
    ontology, shapes = load_ontology(), the_shapes()

    def part(which: int) -> None:
        number, at = which, which
        while number < total:
            said = both_say(seed * 1_000_003 + at, ontology, shapes)
            at += workers
            if said is None:
                print(json.dumps(["unbuilt"]))
                continue
            number += workers
            print(json.dumps(said))

    for finished in in_parts(part, workers):
        trial.expect(finished.code == 0, finished.err[-2000:])
        for line in finished.out.splitlines():
            said = json.loads(line)
            if said == ["unbuilt"]:
                trial.counts["drawn again (no graph can say it)"] += 1
                continue
            trial.done += 1
            done, sound, found, text = said
            trial.counts["accepted by both" if sound and not text else "refused by both"] += sound == (not text)
            message = next((line for line in text.splitlines() if "Message" in line), "")
            trial.expect(sound == (not text), f"{done}: checker {found[:2]}, shapes {message}")
    trial.seconds = time.time() - began
    return trial
