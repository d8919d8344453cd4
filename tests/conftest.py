from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import negograph
from negograph import KnowledgeGraph
from negograph.cli import main
from negograph.ontology import Ontology, load_ontology

ROOT = Path(__file__).parents[1]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


def needs(there: object, what: str) -> None:
    """Skip where a tool is missing; in CI that is a failure."""
    if not there:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is not installed")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless browser, one for all tests: playwright drives no second one beside it."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    needs(found, "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=_QUIET)
        yield browser
        browser.close()


_STARTED = {"chromium": "browser", "engine": "real_engine"}

UNMEASURED = {
    "test_benchmarks",
    "test_exchanges",
    "test_notebooks",
    "test_reliability",
    "test_server",
    "test_server_limits",
    "test_site",
}
"""Files of tests that run long, and no line of the package that others don't: coverage rests during them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``-k "not browser"`` leaves out what needs one, ``-k "not real_engine"`` what asks one that is started for it.

    Coverage rests where it costs time and finds nothing.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        item.extra_keyword_matches |= {word for name, word in _STARTED.items() if name in fixtures}
        if item.path.stem in UNMEASURED or {"chromium", "in_rdflib", "shapes"} & set(fixtures):
            item.add_marker("no_cover")


os.environ["NEGOGRAPH_CACHE"] = "off"  # no test writes into the home of whoever runs it

SMALL: dict[str, list[dict[str, str]]] = {
    "entities": [
        {"id": "blue", "kind": "State", "label": "Blue", "aliases": "Azure|Bleu"},
        {"id": "green", "kind": "State", "label": "Green"},
        {"id": "green-army", "kind": "GovernmentBody", "label": "Green army", "part_of": "green"},
        {"id": "red", "kind": "ArmedGroup", "label": "Red"},
        {"id": "leader", "kind": "Person", "label": "The Leader", "wikidata": "Q22686"},
        {"id": "war", "kind": "Conflict", "label": "the war"},
        {"id": "talks", "kind": "Negotiation", "label": "Talks", "start": "2018", "end": "2020", "part_of": "war"},
        {
            "id": "deal",
            "kind": "Agreement",
            "label": "Deal",
            "start": "2020-02",
            "part_of": "talks",
            "status": "signed",
        },
        {"id": "collapse", "kind": "Event", "label": "Collapse", "start": "2021-08-15", "subtype": "collapse"},
        {"id": "protest", "kind": "Event", "label": "Protest", "start": "2020-03"},
        {"id": "bluff", "kind": "Tactic", "label": "Bluff"},
        {"id": "success", "kind": "Verdict", "label": "success", "valence": "2"},
        {"id": "failure", "kind": "Verdict", "label": "failure", "valence": "-2"},
        {"id": "outcome-of-talks", "kind": "Aspect", "label": "outcome"},
    ],
    "relations": [
        {"id": "r0001", "subject": "leader", "predicate": "initiated", "object": "talks", "locator": "1"},
        {"id": "r0002", "subject": "red", "predicate": "counterpartIn", "object": "talks", "locator": "1"},
        {
            "id": "r0003",
            "subject": "leader",
            "predicate": "heldPost",
            "object": "blue",
            "value": "president",
            "locator": "1",
        },
        {"id": "r0004", "subject": "blue", "predicate": "backs", "object": "green", "locator": "1"},
        {"id": "r0005", "subject": "talks", "predicate": "sidelined", "object": "green", "locator": "2"},
        {
            "id": "r0006",
            "subject": "talks",
            "predicate": "ledTo",
            "object": "collapse",
            "locator": "2-3",
            "attributed_to": "green",
        },
        {"id": "r0007", "subject": "protest", "predicate": "reactedTo", "object": "deal", "locator": "3"},
        {
            "id": "r0008",
            "subject": "talks",
            "predicate": "assessedAs",
            "object": "success",
            "aspect": "outcome-of-talks",
            "locator": "3",
            "attributed_to": "leader",
        },
        {
            "id": "r0009",
            "subject": "talks",
            "predicate": "assessedAs",
            "object": "failure",
            "aspect": "outcome-of-talks",
            "locator": "3",
        },
        {"id": "r0010", "subject": "deal", "predicate": "occurredOn", "value": "2020-02-29", "locator": "3"},
        {
            "id": "r0011",
            "subject": "leader",
            "predicate": "usedTactic",
            "object": "bluff",
            "context": "talks",
            "target": "red",
            "locator": "1|3",
            "confidence": "low",
            "note": "our label",
        },
        {
            "id": "r0012",
            "subject": "r0008",
            "predicate": "disputes",
            "object": "r0009",
            "source": "",
            "evidence": "r0008|r0009",
        },
    ],
    "sources": [{"id": "text", "title": "A text", "paragraphs": "3", "published": "2021"}],
    "coverage": [{"source": "text", "paragraph": str(n), "status": "coded"} for n in (1, 2, 3)],
    "stories": [
        {
            "story": "around-green",
            "step": "1",
            "title": "Around Green",
            "header": "Not at the table",
            "text": "Green was left out of the talks.",
            "entities": "green|talks",
            "claims": "r0005",
        },
        {
            "story": "around-green",
            "step": "2",
            "title": "Around Green",
            "header": "What came of it",
            "text": "Green holds that the talks led to the collapse; to the Leader they were a success.",
            "entities": "collapse|leader|talks",
            "claims": "r0006|r0008",
        },
        {
            "story": "around-green",
            "step": "3",
            "title": "Around Green",
            "header": "Collapse",
            "text": "Green blames the talks.",
            "entities": "collapse",
            "claims": "r0006",
        },
    ],
}


def row_of_relations(row: Mapping[str, str]) -> dict[str, str]:
    """A relation row with the cells that every one needs."""
    return {"source": "text", "gist": f"What {row['id']} says.", **row}


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The packaged data."""
    return negograph.load()


Writer = Callable[..., Path]
Run = Callable[..., Result]


def writer(base: Path, ontology: Ontology) -> Writer:
    """Writes the small tables below ``base``; ``relations=[...]`` and the like are added, by id where it is known."""

    def write(name: str = "data", **more: list[dict[str, str]]) -> Path:
        directory = base / name
        directory.mkdir(exist_ok=True)
        for table, columns in ontology.columns.items():
            rows = [dict(row) for row in SMALL[table]]
            for extra in more.get(table, []):
                known = next((row for row in rows if row.get("id", "") == extra.get("id")), None)
                if known is not None:
                    known.update(extra)
                else:
                    rows.append(extra)
            if table == "relations":
                rows = [row_of_relations(row) for row in rows]
            with (directory / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
                table_writer = csv.DictWriter(stream, list(columns), lineterminator="\n")
                table_writer.writeheader()
                table_writer.writerows(rows)
        return directory

    return write


@pytest.fixture
def folder(tmp_path: Path, ontology: Ontology) -> Writer:
    """Writes the small tables, as :func:`writer` does."""
    return writer(tmp_path, ontology)


@pytest.fixture
def small(folder: Writer) -> KnowledgeGraph:
    return negograph.load(folder())


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs the command line in this process."""
    return lambda *arguments, **more: CliRunner().invoke(main, [str(each) for each in arguments], **more)
